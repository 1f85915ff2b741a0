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

static size_t addresses_in(const struct dns_question *question) {
	return question != NULL && question->outcome == DNS_FOUND ? question->answer.n_records : 0;
}

bool has_unseen_address(const struct judging *j, const struct report_host *host) {
	size_t n_seen = 0;
	for (size_t i = 0; i < j->report->n_nodes; i++) {
		const struct report_node *node = &j->report->nodes[i];
		n_seen += node->host == host && shown_facts(node, TLS_KEY_ANY) != NULL;
	}
	return n_seen > 0 && n_seen < addresses_in(host->a) + addresses_in(host->aaaa);
}

const char *unseen_keys_words(const struct judging *j, const struct report_host *host) {
	if (!has_unseen_address(j, host)) {
		return "";
	}
	return j->report->spec->scope == SURVEY_ALL
			   ? ", and that of the address that showed no certificate, if its key is another"
			   : ", and those of other keys that --all shows at its addresses";
}
