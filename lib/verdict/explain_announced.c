/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What findings about announcements of a mail domain mean. */
#include "verdict/explain_tables.h"

const struct explanation explanations_announced[FINDING_COUNT] = {
	[FINDING_STS_RECORD_INVALID] =
		{"The mail domain means to announce MTA-STS, but its record at _mta-sts.<domain> is "
		 "malformed, does not begin with v=STSv1, or there are several that do.",
			"Senders act as if there were no MTA-STS, unless they still remember the policy: "
			"nothing protects the mail of those that know no DANE.",
			"Publish exactly one record such as \"v=STSv1; id=20260101T000000;\", with an id of 1 "
			"to 32 letters and digits.",
			"RFC 8461 3.1"},
	[FINDING_STS_POLICY_UNREACHABLE] =
		{"A record announces MTA-STS, but https://mta-sts.<domain>/.well-known/mta-sts.txt does "
		 "not answer with status 200 under a valid certificate. Redirects are not followed.",
			"Senders that meet the domain for the first time, or whose remembered policy has run "
			"out, act as if there were no MTA-STS. Others go by the one that they remember.",
			"Serve the file there itself, with a certificate of a public CA for mta-sts.<domain>, "
			"or take the record away.",
			"RFC 8461 3.3, --mta-sts"},
	[FINDING_STS_POLICY_INVALID] =
		{"The policy was fetched, and cannot be read: a field is missing, doubtful or malformed, "
		 "or it is too long.",
			"Senders act as if there were no MTA-STS, unless they remember an older policy.",
			"Write \"version: STSv1\", \"mode: enforce\", one \"mx:\" line for each host and "
			"\"max_age: 604800\", each on a line of its own; then change the id in the record.",
			"RFC 8461 3.2"},
	[FINDING_STS_MX_UNCOVERED] =
		{"An MX host has no mx pattern in the MTA-STS policy that matches its name. A pattern is "
		 "the name itself, or \"*.\" and the name without its first label.",
			"Senders that know MTA-STS do not deliver to this host while the policy enforces; when "
			"no host is left they keep the mail.",
			"Add the host to the policy, then change the id in the record so that senders fetch it "
			"again. With new hosts: the policy first, the MX record when max_age has passed.",
			"RFC 8461 4.1, 8.3"},
	[FINDING_STS_MISSING] = {"MTA-STS was to be enforced (--mta-sts=require), and is not: no "
							 "record, one that senders "
							 "ignore, or a policy in mode testing or none.",
		"The mail of senders that know MTA-STS and no DANE, which is not protected.",
		"Publish the policy in mode testing, then the record that announces it; enforce it once "
		"senders report no failures, with another id in the record.",
		"RFC 8461 3, --mta-sts"},
	[FINDING_STS_NOTE] =
		{"The policy is valid, and something about it is worth a word: it is not enforced, "
		 "forgotten within a day, names a host that is no MX host, or is not served as text/plain.",
			"Nobody's mail today; where it is not text/plain, what senders that look at that would "
			"protect.",
			"Go from testing to enforce once the reports are clean; give max_age weeks; remove "
			"patterns of hosts that are gone.",
			"RFC 8461 3.2, 5"},
	[FINDING_TLSRPT_INVALID] =
		{"The record at _smtp._tls.<domain> that asks for reports is malformed, or there are "
		 "several.",
			"Nobody's mail: reports of senders that fail do not come, and so nobody hears of it.",
			"Publish exactly one record such as \"v=TLSRPTv1; rua=mailto:tls@example.org\".",
			"RFC 8460 3"},
	[FINDING_TLSRPT_MISSING] = {"Nothing at _smtp._tls.<domain> asks senders for reports.",
		"Nobody's mail: senders with DANE or MTA-STS that fail keep it to themselves.",
		"Publish \"v=TLSRPTv1; rua=mailto:ADDRESS\"; the reports come once a day.", "RFC 8460 3"},
};
