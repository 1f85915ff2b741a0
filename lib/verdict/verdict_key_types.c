/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Certificates of other types than the one a node showed first. */
#include "verdict/raise.h"

#include <string.h>

static const char *const type_names[TLS_KEY_TYPES] = {
	[TLS_KEY_RSA] = "RSA", [TLS_KEY_ECDSA] = "ECDSA", [TLS_KEY_EDDSA] = "EdDSA"};

/* Only a certificate that came can fail. */
static bool fails(const struct report_node *node, const struct tls_facts *tls) {
	if (!tls_level_must_match(node->policy.level) || tls->n_chain == 0) {
		return false;
	}
	bool proven = tls->proof.trusted && tls->proof.name_matched;
	return tls->proof.n_errors > 0 || (tls->established && !proven);
}

static bool matches_no_record(const struct tls_facts *tls) {
	for (size_t i = 0; i < tls->proof.n_errors; i++) {
		if (tls->proof.errors[i].code == TLS_VERIFY_DANE_NO_MATCH) {
			return true;
		}
	}
	return false;
}

static void judge_mismatching_type(struct judging *j, const struct report_node *node,
	const struct tls_facts *tls, enum tls_key_type type) {
	bool record = false;
	struct phrase fault = {.n = 0};
	if (node->policy.level == TLS_LEVEL_FINGERPRINT) {
		phrase_add(j->arena, &fault, "has none of the fingerprints wanted");
	} else if (matches_no_record(tls)) {
		record = true;
		phrase_add(j->arena, &fault, "matches no TLSA record");
	} else {
		const char *words = tls->proof.n_errors > 0 ? tls->proof.errors[0].words : NULL;
		phrase_add(
			j->arena, &fault, "fails verification: %pN", words != NULL ? words : "not verified");
	}
	struct finding *finding = raise_node(j, FINDING_KEY_TYPE_MISMATCH, node,
		"the %s certificate, which other clients are shown, %pP", type_names[type], &fault);
	finding->subject.key_type = type;
	if (record) {
		finding->record = record_words(j, node->host, tls);
		raise_remedy(j, finding, "add %pP", &finding->record); /* the others have theirs */
	}
}

/* The name of the type of the certificate shown first, as in the list of all. */
static const char *own_type(const struct tls_facts *tls) {
	const char *type = tls->n_chain > 0 ? tls->chain[0].key_type : NULL;
	if (type == NULL) {
		return tls->raw_public_key ? "a raw public key" : "none";
	}
	return strcmp(type, "EC") == 0 ? type_names[TLS_KEY_ECDSA] : type;
}

static void add_types(const struct judging *j, struct phrase *text, const struct report_node *node,
	enum key_type_outcome outcome, const char *heading) {
	const char *between = heading;
	for (int type = TLS_KEY_ANY + 1; type < TLS_KEY_TYPES; type++) {
		if (node->key_types[type].outcome == outcome) {
			phrase_add(j->arena, text, "%s%s", between, type_names[type]);
			between = ", ";
		}
	}
}

/* Why some are not determined, if it is not that server's doing alone. */
static void add_end(struct phrase *text, const struct judging *j, const struct report_node *node) {
	bool cut_off = false;
	for (int type = TLS_KEY_ANY + 1; type < TLS_KEY_TYPES; type++) {
		cut_off = cut_off || node->key_types[type].err.kind == ERR_BUDGET;
	}
	if (cut_off) {
		phrase_add(j->arena, text, " (%s)", end_words(j));
	}
}

void judge_key_types(struct judging *j, const struct report_node *node) {
	const struct tls_facts *own = node->result.tls;
	if (!j->report->spec->key_types || own == NULL || !own->established) {
		return;
	}
	struct phrase types = {.n = 0};
	phrase_add(j->arena, &types, "%pN", own_type(own));
	add_types(j, &types, node, KEY_TYPE_SHOWN, ", ");
	add_types(j, &types, node, KEY_TYPE_NOT_OFFERED, "; not offered: ");
	add_types(j, &types, node, KEY_TYPE_UNDETERMINED, "; not determined: ");
	add_end(&types, j, node);
	raise_node(j, FINDING_KEY_TYPES, node, "types of certificates: %pP", &types);
	for (int type = TLS_KEY_ANY + 1; type < TLS_KEY_TYPES; type++) {
		const struct key_type *other = &node->key_types[type];
		if (other->outcome == KEY_TYPE_SHOWN && fails(node, other->tls)) {
			judge_mismatching_type(j, node, other->tls, (enum tls_key_type)type);
		}
	}
}
