/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the mail domain announces: a row per situation. */
#include "sample_report.h"

#define WARN STATE_WARNING

static void announce(struct sample *s, enum policy_record_outcome outcome, const char *text) {
	struct dns_question *question = arena_alloc(s->arena, sizeof *question);
	*question = (struct dns_question){.name = "_mta-sts.example.org", .type = DNS_TYPE_TXT};
	s->report.sts = (struct report_announcement){.question = question, .known = true};
	s->report.sts.record.outcome = outcome;
	s->report.sts.record.text = span_of(text);
	s->report.sts.record.fault = outcome == POLICY_RECORD_INVALID ? "it has no id" : NULL;
}

static void not_asked(struct sample *s) {
	(void)s;
}

static void unanswered(struct sample *s) {
	announce(s, POLICY_RECORD_ABSENT, "");
	s->report.sts.known = false;
}

static void absent(struct sample *s) {
	announce(s, POLICY_RECORD_ABSENT, "");
}

static void sound(struct sample *s) {
	announce(s, POLICY_RECORD_VALID, "v=STSv1; id=1;");
}

static void malformed(struct sample *s) {
	announce(s, POLICY_RECORD_INVALID, "v=STSv1; <x> |");
}

static void several(struct sample *s) {
	announce(s, POLICY_RECORD_SEVERAL, "v=STSv1; id=1;");
}

static const struct sample_row rows[] = {
	{"not asked", not_asked, FINDING_STS_RECORD_INVALID, SAMPLE_ABSENT, NULL},
	{"no answer", unanswered, FINDING_STS_RECORD_INVALID, SAMPLE_ABSENT, NULL},
	{"no record", absent, FINDING_STS_RECORD_INVALID, SAMPLE_ABSENT, NULL},
	{"one that is sound", sound, FINDING_STS_RECORD_INVALID, SAMPLE_ABSENT, NULL},
	{"one that is not", malformed, FINDING_STS_RECORD_INVALID, WARN,
		"malformed (it has no id): senders act as if there were no MTA-STS: \"v=STSv1; {x} !\""},
	{"several", several, FINDING_STS_RECORD_INVALID, WARN, "several v=STSv1 records"},
};

START_TEST(an_announcement_that_senders_ignore_is_a_warning) {
	sample_check(&rows[_i]);
}
END_TEST

UNIT_MAIN(
	"verdict_announced", tcase_add_loop_test(tc, an_announcement_that_senders_ignore_is_a_warning,
							 0, (int)(sizeof rows / sizeof *rows));)
