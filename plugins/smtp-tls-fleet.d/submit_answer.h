/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What an answer of Icinga 2's API, or of whoever stands there in its place, means. Pure. */
#ifndef SMTP_TLS_FLEET_SUBMIT_ANSWER_H
#define SMTP_TLS_FLEET_SUBMIT_ANSWER_H

#include "http/http.h"

/* Taken; another time, when it is down, starting, stopping or overloaded; never to be taken. */
enum submit_fate { SUBMIT_TAKEN, SUBMIT_AGAIN, SUBMIT_LOST };

/* A success is one only in the API's own words: a page for people has status 200, too. */
enum submit_fate submit_fate_of(const struct http_answer *answer);

/* Nobody is there, or somebody else: the API may have moved. */
bool submit_is_elsewhere(enum http_outcome outcome);

/* Why a result for this service ("host!service") was not taken, and what mends it. */
const char *submit_answer_words(
	struct arena *arena, const struct http_answer *answer, const char *service);

/* The text behind the first "status" of a body, or nothing. */
struct span submit_status(struct span body);

#endif
