/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates of other types than the one a node showed first. */
#include "verdict/judging.h"

#include <string.h>

static const char *const type_names[TLS_KEY_TYPES] = {
	[TLS_KEY_RSA] = "RSA", [TLS_KEY_ECDSA] = "ECDSA", [TLS_KEY_ED25519] = "Ed25519"};

const struct tls_facts *shown_facts(const struct report_node *node, enum tls_key_type type) {
	const struct key_type *other = &node->key_types[type];
	const struct tls_facts *tls = node->result.tls;
	if (type != TLS_KEY_ANY) {
		tls = other->outcome == KEY_TYPE_SHOWN ? other->tls : NULL;
	}
	return tls != NULL && tls->n_chain > 0 ? tls : NULL;
}

/* Only a certificate that came can fail. */
static bool fails(const struct report_node *node, const struct tls_facts *tls) {
	if (!tls_level_must_match(node->policy.level) || tls->n_chain == 0) {
		return false;
	}
	bool proven = tls->trusted && tls->name_matched;
	return tls->n_errors > 0 || (tls->established && !proven);
}

static bool matches_no_record(const struct tls_facts *tls) {
	for (size_t i = 0; i < tls->n_errors; i++) {
		if (tls->errors[i].code == TLS_VERIFY_DANE_NO_MATCH) {
			return true;
		}
	}
	return false;
}

static void judge_mismatching_type(struct judging *j, const struct report_node *node,
	const struct tls_facts *tls, enum tls_key_type type) {
	struct text text = text_new(j->arena, 4096);
	text_addf(&text, "the %s certificate, which other clients are shown, ", type_names[type]);
	if (node->policy.level == TLS_LEVEL_FINGERPRINT) {
		text_add(&text, "has none of the fingerprints wanted");
	} else if (matches_no_record(tls)) {
		text_add(&text, "matches no TLSA record; publish ");
		add_record(&text, node->host, tls);
	} else {
		const char *words = tls->n_errors > 0 ? tls->errors[0].words : NULL;
		text_addf(&text, "fails verification: %s",
			words != NULL ? judging_name(j, words) : "not verified");
	}
	judging_raise_node(
		j, FINDING_KEY_TYPE_MISMATCH, judging_default(j, FINDING_KEY_TYPE_MISMATCH), node, text.at);
}

/* The name of the type of the certificate shown first, as in the list of all. */
static const char *own_type(const struct judging *j, const struct tls_facts *tls) {
	const char *type = tls->n_chain > 0 ? tls->chain[0].key_type : NULL;
	if (type == NULL) {
		return tls->raw_public_key ? "a raw public key" : "none";
	}
	return strcmp(type, "EC") == 0 ? type_names[TLS_KEY_ECDSA] : judging_name(j, type);
}

static void add_types(struct text *text, const struct report_node *node,
	enum key_type_outcome outcome, const char *heading) {
	const char *between = heading;
	for (int type = TLS_KEY_ANY + 1; type < TLS_KEY_TYPES; type++) {
		if (node->key_types[type].outcome == outcome) {
			text_addf(text, "%s%s", between, type_names[type]);
			between = ", ";
		}
	}
}

/* Why some are not determined, if it is not that server's doing alone. */
static void add_end(struct text *text, const struct judging *j, const struct report_node *node) {
	bool cut_off = false;
	for (int type = TLS_KEY_ANY + 1; type < TLS_KEY_TYPES; type++) {
		cut_off = cut_off || node->key_types[type].err.kind == ERR_BUDGET;
	}
	if (cut_off) {
		text_addf(text, " (%s)", end_words(j));
	}
}

void judge_key_types(struct judging *j, const struct report_node *node) {
	const struct tls_facts *own = node->result.tls;
	if (!j->report->key_types || own == NULL || !own->established) {
		return;
	}
	struct text text = text_new(j->arena, 1000);
	text_addf(&text, "types of certificates: %s", own_type(j, own));
	add_types(&text, node, KEY_TYPE_SHOWN, ", ");
	add_types(&text, node, KEY_TYPE_NOT_OFFERED, "; not offered: ");
	add_types(&text, node, KEY_TYPE_UNDETERMINED, "; not determined: ");
	add_end(&text, j, node);
	judging_raise_node(j, FINDING_KEY_TYPES, judging_default(j, FINDING_KEY_TYPES), node, text.at);
	for (int type = TLS_KEY_ANY + 1; type < TLS_KEY_TYPES; type++) {
		const struct key_type *other = &node->key_types[type];
		if (other->outcome == KEY_TYPE_SHOWN && fails(node, other->tls)) {
			judge_mismatching_type(j, node, other->tls, (enum tls_key_type)type);
		}
	}
}
