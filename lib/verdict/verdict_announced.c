/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a mail domain announces in TXT records. A lookup that fails, or is late, is no finding: that
 * is what senders make of it. */
#include "verdict/raise.h"

/* What the two kinds differ in. */
struct kind {
	const struct report_announcement *announced;
	enum finding_id id;
	const char *begins;
	const char *nothing; /* what senders act as if there were no */
	const char *example;
};

static void judge_record(struct judging *j, const struct kind *kind) {
	const struct report_announcement *announced = kind->announced;
	struct finding *finding = NULL;
	switch (announced->record.outcome) {
	case POLICY_RECORD_VALID:
		return;
	case POLICY_RECORD_ABSENT:
		if (announced->record.meant.len == 0) {
			return;
		}
		finding = raise_run(j, kind->id,
			"the record at %pN does not begin with \"%s;\": senders act as if there were no %s: "
			"\"%pB\"",
			announced->question->name, kind->begins, kind->nothing, &announced->record.meant);
		raise_remedy(j, finding, "it must look like %s", kind->example);
		return;
	case POLICY_RECORD_SEVERAL:
		finding =
			raise_run(j, kind->id, "several %s records at %pN: senders act as if there were no %s",
				kind->begins, announced->question->name, kind->nothing);
		raise_remedy(j, finding, "leave one");
		return;
	case POLICY_RECORD_INVALID:
		break;
	}
	finding = raise_run(j, kind->id,
		"the record at %pN is malformed (%s): senders act as if there were no %s: \"%pB\"",
		announced->question->name, announced->record.fault, kind->nothing, &announced->record.text);
	raise_remedy(j, finding, "it must look like %s", kind->example);
}

static void judge_reports(struct judging *j) {
	const struct report_announcement *tlsrpt = &j->report->tlsrpt;
	const struct kind kind = {tlsrpt, FINDING_TLSRPT_INVALID, "v=TLSRPTv1", "TLSRPT",
		"v=TLSRPTv1; rua=mailto:tls@example.org"};
	judge_record(j, &kind);
	bool absent = tlsrpt->record.outcome == POLICY_RECORD_ABSENT && tlsrpt->record.meant.len == 0;
	if (tlsrpt->known && absent) {
		struct finding *finding = raise_run(j, FINDING_TLSRPT_MISSING,
			"no TLSRPT record at %pN: senders report no failures of TLS", tlsrpt->question->name);
		raise_remedy(j, finding, "publish v=TLSRPTv1; rua=mailto:ADDRESS");
	}
}

void judge_announced(struct judging *j) {
	const struct kind kind = {&j->report->sts, FINDING_STS_RECORD_INVALID, "v=STSv1", "MTA-STS",
		"v=STSv1; id=20260101T000000;"};
	judge_record(j, &kind);
	judge_policy(j);
	judge_reports(j);
}
