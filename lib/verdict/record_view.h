/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One TLSA record of a host as one of its nodes has it: does it count, does it match, and if not,
 * what is it? For findings, lines and objects alike. */
#ifndef VERDICT_RECORD_VIEW_H
#define VERDICT_RECORD_VIEW_H

#include "tls/tls_record.h"
#include "verdict/verdict.h"

struct record_view {
	const struct report_node *node; /* whose first session it is held against; NULL: none showed a
									   certificate */
	size_t index;                   /* in the host's records */
	const struct tlsa *record;
	const char *unusable; /* NULL: usable; else why not: for SMTP, or for the TLS library */
	bool unsent; /* it vouches for what was shown without being of it: a bare key (RFC 7250),
					or an anchor that was not sent */
	struct tls_miss miss;
	/* NOT_SENT, ELSEWHERE, perhaps REISSUED: who showed what it fits; else NULL. */
	const struct report_node *other;
	enum tls_key_type other_type;
	bool exchanged; /* and a record of that one's host fits this node */
};

/* A node of this host that showed a certificate, the one that was let in before others; NULL. */
const struct report_node *record_view_node(
	const struct report *report, const struct report_host *host);

struct record_view record_view_of(const struct report *report, const struct report_host *host,
	const struct report_node *node, size_t index);

/* What the record is, where something is to be told: "is of the server's certificate and would
 * match as 3 0 1". Empty for one that counts and for one of which nothing is known. */
struct phrase record_view_miss(struct arena *arena, const struct record_view *view);

/* "key not seen (perhaps of an earlier certificate)": of what nobody has seen, for nothing more is
 * known; static. */
const char *record_view_unseen(uint8_t usage, uint8_t selector);

/* All of it: "usable, matches the server's key", "unusable (no data)". */
struct phrase record_view_words(struct arena *arena, const struct record_view *view);

/* Are the records of this host to be shown one by one? True where one is unusable or none matches;
 * node is the one that the first such finding is about, or NULL. */
bool record_view_is_wanted(
	const struct verdict *verdict, const struct report_host *host, const struct report_node **node);

#endif
