/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking up the explanation of a finding. */
#include "verdict/explain.h"

#include "verdict/explain_tables.h"

const struct explanation *finding_explanation(enum finding_id id) {
	const struct explanation *dns = &explanations_dns[id];
	return dns->meaning != NULL ? dns : &explanations_server[id];
}
