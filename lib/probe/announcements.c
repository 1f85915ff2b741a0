/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Two names below the mail domain. */
#include "probe/announcements.h"

static const struct dns_question *ask(
	const char *prefix, const struct report *report, struct lookups *lookups, usec now) {
	struct text owner = text_new(lookups->arena, DNS_NAME_MAX);
	text_add(&owner, prefix);
	text_add(&owner, report->spec->destination->name);
	return lookups_ask_beside(lookups, owner.at, DNS_TYPE_TXT, now);
}

void announcements_ask(
	struct report *report, const struct survey_spec *spec, struct lookups *lookups, usec now) {
	bool mail = report->spec->destination->protocol == MAIL_SMTP &&
				report->spec->wish.level != TLS_LEVEL_NONE;
	if (mail && spec->mta_sts != SURVEY_STS_OFF) {
		report->sts.question = ask("_mta-sts.", report, lookups, now);
	}
	if (mail && (spec->mta_sts >= SURVEY_STS_CHECK || spec->view == REPORT_VIEW_ASKED)) {
		report->tlsrpt.question = ask("_smtp._tls.", report, lookups, now);
	}
}

static void read_answer(
	struct report_announcement *announced, enum policy_record_kind kind, struct arena *arena) {
	const struct dns_question *question = announced->question;
	if (question == NULL || !dns_outcome_is_answer(question->outcome)) {
		return;
	}
	const struct dns_answer *answer = &question->answer;
	struct span *texts = arena_alloc_array(arena, answer->n_records, sizeof *texts);
	for (size_t i = 0; i < answer->n_records; i++) {
		texts[i] = policy_record_join(arena, answer->records[i].data);
	}
	announced->known = true;
	announced->record = policy_record_read(kind, texts, answer->n_records);
}

void announcements_read(struct report *report, struct arena *arena) {
	read_answer(&report->sts, POLICY_RECORD_STS, arena);
	read_answer(&report->tlsrpt, POLICY_RECORD_TLSRPT, arena);
}
