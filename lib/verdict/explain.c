/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking up the explanation of a finding. */
#include "verdict/explain.h"

#include "verdict/explain_tables.h"

const struct explanation *finding_explanation(enum finding_id id) {
	const struct explanation *const rows[] = {
		&explanations_dns[id], &explanations_server[id], &explanations_announced[id]};
	size_t last = sizeof rows / sizeof rows[0] - 1;
	for (size_t i = 0; i < last; i++) {
		if (rows[i]->meaning != NULL) {
			return rows[i];
		}
	}
	return rows[last];
}
