/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Raising findings: the words are a phrase's (see base/phrase.h for what may stand in the format),
 * and the subject is not in them. Private to this room. */
#ifndef VERDICT_RAISE_H
#define VERDICT_RAISE_H

#include "verdict/judging.h"

/* Add a finding about the run, a host (where a node of it let us in: that node), or a node, with
 * its default state at the level of this run; the ..._as() where the context decides the state.
 * What the user assigned outranks both. Returned so that the caller can fill in what the kind has;
 * it moves when the next is raised. */
struct finding *raise_run(struct judging *judging, enum finding_id id, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
struct finding *raise_run_as(struct judging *judging, enum finding_id id, enum state state,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
struct finding *raise_host(struct judging *judging, enum finding_id id,
	const struct report_host *host, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
struct finding *raise_host_as(struct judging *judging, enum finding_id id, enum state state,
	const struct report_host *host, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
struct finding *raise_node(struct judging *judging, enum finding_id id,
	const struct report_node *node, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
struct finding *raise_node_as(struct judging *judging, enum finding_id id, enum state state,
	const struct report_node *node, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* What is to be done about it. */
void raise_remedy(struct judging *judging, struct finding *finding, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* When what it is about expires, or when it began to be of no use. */
void raise_date(const struct judging *judging, struct finding *finding, int64_t date);

/* Was such a finding raised before? */
bool is_raised(const struct judging *judging, enum finding_id id);

#endif
