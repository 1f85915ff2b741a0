/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A name server on a loopback port that follows a table of rules, as a source of the same loop as
 * the resolver it answers: no thread, no process. UDP and TCP. */
#ifndef TESTS_UNIT_DNS_RESPONDER_H
#define TESTS_UNIT_DNS_RESPONDER_H

#include "dns_text.h"
#include "io/loop.h"

#define RESPONDER_STREAMS_MAX 8

enum responder_when {
	ALWAYS = 0,
	WITH_CD,
	WITH_EDNS,
	OVER_UDP,
	FIRST_TIME /* the first query with this rule only */
};

/* The first rule that fits answers; without any there is silence. */
struct responder_rule {
	const char *label; /* first label of the name asked; NULL ends the table */
	enum responder_when when;
	const char *flags;  /* "81a0" */
	const char *counts; /* of answer, authority and additional section; NULL: silence */
	const char *body;   /* behind the question (dns_text.h); NULL: n_tlsa records */
	unsigned n_tlsa;
};

/* What becomes of connections. */
enum responder_streams { STREAMS_STAY, STREAMS_END_BEHIND_AN_ANSWER, STREAMS_END_AT_ONCE };

struct responder {
	struct source source;
	const struct responder_rule *rules;
	enum responder_streams ending;
	bool wrong_ids; /* its answers have not the id of the query */
	int udp;
	int tcp;
	int streams[RESPONDER_STREAMS_MAX];
	size_t n_streams;
	char address[32]; /* "127.0.0.1:12345" */
	/* what was seen */
	size_t n_queries;
	size_t n_tcp;
	size_t n_connections;
	size_t n_unusual;  /* queries without RD, AD, EDNS0 with DO and 1232 octets */
	size_t n_same_ids; /* queries with the id of the one before */
	size_t largest_burst;
	uint16_t last_id;
	const struct responder_rule *used; /* the last rule of kind FIRST_TIME */
};

/* On a free port of 127.0.0.1. */
void responder_open(struct responder *responder, const struct responder_rule *rules);
void responder_close(struct responder *responder);

#endif
