/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A report made by hand: a domain with two signed MX hosts, the first of which let us in and proved
 * itself by DANE-EE. Tests change what they are about and judge again. */
#ifndef TESTS_UNIT_SAMPLE_REPORT_H
#define TESTS_UNIT_SAMPLE_REPORT_H

#include "unit.h"
#include "verdict/verdict.h"

#define SAMPLE_NOW INT64_C(1800000000) /* 2027-01-15 */
#define SAMPLE_DAY INT64_C(86400)

struct sample {
	struct arena *arena;
	struct destination destination;
	struct survey_spec spec;
	struct report report;
	struct report_host hosts[2];
	struct report_node nodes[2]; /* one per host */
	struct dns_question mx;
	struct dns_question validation_check; /* not asked unless the report points here */
	struct dns_question misplaced;
	struct dns_question a[2];
	struct dns_question aaaa[2];
	struct dns_question cname;
	struct dns_question tlsa_question[2];
	struct tlsa records[2]; /* of the first host: 3 1 1 that matches, 3 1 1 that does not */
	struct tls_facts tls[2];
	struct tls_cert chain[3]; /* leaf, intermediate, root: in the session of the first node */
	struct span leaf_names[1];
	struct tls_verify_error errors[3];
	struct limits limits;
};

/* A good run, in the arena. */
struct sample *sample_new(struct arena *arena);

/* A reply of one line. */
struct smtp_reply sample_reply(struct arena *arena, int code, const char *line);

/* The second host and its node were tried first and in vain, or after it and with success. */
void sample_add_second(struct sample *sample);

/* Both nodes were asked for a post-quantum group, and one knows it. */
void sample_groups(struct sample *sample);

/* The run at another level: what the policy would then be. */
void sample_set_level(struct sample *sample, enum tls_level level);

/* One verification error, the session is unverified. */
void sample_add_error(struct sample *sample, int code, int depth, const char *words);

/* The conversation of the first node ended here. */
void sample_fail(
	struct sample *sample, enum probe_stage stage, enum err_kind kind, const char *text);

/* The same, by a refusal. */
void sample_refuse(struct sample *sample, enum smtp_stage stage, int code, const char *line);

/* The finding in the verdict, NULL when it was not raised. */
const struct finding *sample_find(const struct verdict *verdict, enum finding_id id);

/* Its words in the plugin's output, remedy included. */
const char *sample_words(struct arena *arena, const struct finding *finding);

/* What leads the status line. */
const char *sample_summary(struct arena *arena, const struct verdict *verdict);

/* One row of a table: a change of the good run, and what becomes of it. */
struct sample_row {
	const char *name;
	void (*change)(struct sample *sample);
	enum finding_id id;
	int state;        /* an enum state, or SAMPLE_ABSENT */
	const char *text; /* part of the finding's text, NULL: not looked at */
};
#define SAMPLE_ABSENT (-1)

/* Judge the changed run and compare. */
void sample_check(const struct sample_row *row);

#endif
