/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The two sets of habits; what is not listed is not done. */
#include "base/habits.h"

const struct habits habits_monitor = {
	.asks_to_explain = true,
	.checks_hosts = true,
	.names_typed_host = true,
	.prefers_certificates = true,
};

const struct habits habits_postfix = {
	.asks_in_turn = true,
	.obeys_dnssec_probe = true,
	.tells_once = true,
	.keeps_lists = true,
	.drops_records = true,
	.takes_numeric_names = true,
	.survives_missing_domain = true,
	.leaves_tlsa_to_library = true,
	.takes_loop_for_absence = true,
	.trusts_next_hop = true,
	.resorts_to_secure = true,
	.hangs_up_when_refused = true,
	.goes_on_in_tls = true,
	.takes_codeless_replies = true,
	.quotes_whole_replies = true,
	.bears_bad_files = true,
};
