/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The certificates that a node, or any node of a host, showed. */
#include "verdict/judging.h"

const struct tls_facts *shown_facts(const struct report_node *node, enum tls_key_type type) {
	const struct key_type *other = &node->key_types[type];
	const struct tls_facts *tls = node->result.tls;
	if (type != TLS_KEY_ANY) {
		tls = other->outcome == KEY_TYPE_SHOWN ? other->tls : NULL;
	}
	return tls != NULL && tls->n_chain > 0 ? tls : NULL;
}

size_t sessions_of_host(
	const struct judging *j, const struct report_host *host, const struct tls_facts ***sessions) {
	const struct report *report = j->report;
	size_t n = 0;
	*sessions = arena_alloc_array(j->arena, report->n_nodes * TLS_KEY_TYPES, sizeof **sessions);
	for (size_t i = 0; i < report->n_nodes; i++) {
		const struct report_node *node = &report->nodes[i];
		for (int type = TLS_KEY_ANY; node->host == host && type < TLS_KEY_TYPES; type++) {
			const struct tls_facts *tls = shown_facts(node, (enum tls_key_type)type);
			if (tls != NULL) {
				(*sessions)[n++] = tls;
			}
		}
	}
	return n;
}
