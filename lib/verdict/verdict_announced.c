/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a mail domain announces in TXT records. A lookup that fails, or is late, is no finding: that
 * is what senders make of it. */
#include "verdict/raise.h"

static void judge_sts(struct judging *j) {
	const struct report_announcement *sts = &j->report->sts;
	struct finding *finding = NULL;
	switch (sts->record.outcome) {
	case POLICY_RECORD_ABSENT:
	case POLICY_RECORD_VALID:
		return;
	case POLICY_RECORD_SEVERAL:
		finding = raise_run(j, FINDING_STS_RECORD_INVALID,
			"several v=STSv1 records at %pN: senders act as if there were no MTA-STS",
			sts->question->name);
		raise_remedy(j, finding, "leave one");
		return;
	case POLICY_RECORD_INVALID:
		break;
	}
	finding = raise_run(j, FINDING_STS_RECORD_INVALID,
		"the record at %pN is malformed (%s): senders act as if there were no MTA-STS: \"%pB\"",
		sts->question->name, sts->record.fault, &sts->record.text);
	raise_remedy(j, finding, "it must look like v=STSv1; id=20260101T000000;");
}

void judge_announced(struct judging *j) {
	judge_sts(j);
}
