/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the handshakes for each type of certificate have shown so far. */
#include "probe/key_types.h"

#include <string.h>

/* The type of the certificate that was shown; TLS_KEY_ANY: none, or one that is not asked for. */
static enum tls_key_type shown(const struct tls_facts *facts) {
	static const struct {
		const char *name;
		enum tls_key_type type;
	} names[] = {{"RSA", TLS_KEY_RSA}, {"RSA-PSS", TLS_KEY_RSA}, {"EC", TLS_KEY_ECDSA},
		{"ED25519", TLS_KEY_EDDSA}, {"ED448", TLS_KEY_EDDSA}, {"ML-DSA-44", TLS_KEY_EDDSA},
		{"ML-DSA-65", TLS_KEY_EDDSA}, {"ML-DSA-87", TLS_KEY_EDDSA}};
	if (facts == NULL || facts->n_chain == 0) {
		return TLS_KEY_ANY;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(facts->chain[0].key_type, names[i].name) == 0) {
			return names[i].type;
		}
	}
	return TLS_KEY_ANY;
}

void key_types_start(struct key_type types[TLS_KEY_TYPES], const struct result *first) {
	const struct tls_facts *facts = first->tls;
	if (facts == NULL || !facts->established || facts->raw_public_key) {
		return;
	}
	for (int type = TLS_KEY_RSA; type < TLS_KEY_TYPES; type++) {
		bool known = shown(facts) == (enum tls_key_type)type;
		types[type].outcome = known ? KEY_TYPE_NOT_ASKED : KEY_TYPE_UNDETERMINED;
	}
}

/* A handshake that failed on its way leaves an error: so those without one are yet to be tried. */
enum tls_key_type key_types_next(const struct key_type types[TLS_KEY_TYPES]) {
	for (int type = TLS_KEY_RSA; type < TLS_KEY_TYPES; type++) {
		if (types[type].outcome == KEY_TYPE_UNDETERMINED && types[type].err.kind == ERR_NONE) {
			return (enum tls_key_type)type;
		}
	}
	return TLS_KEY_ANY;
}

void key_types_cut_off(struct key_type types[TLS_KEY_TYPES]) {
	for (int type = TLS_KEY_RSA; type < TLS_KEY_TYPES; type++) {
		if (types[type].outcome == KEY_TYPE_UNDETERMINED) {
			err_set(&types[type].err, ERR_BUDGET, "the run ended before");
		}
	}
}

const char *key_type_wanted(enum tls_key_type type) {
	static const char *const words[TLS_KEY_TYPES] = {[TLS_KEY_RSA] = "an RSA certificate",
		[TLS_KEY_ECDSA] = "an ECDSA certificate",
		[TLS_KEY_EDDSA] = "an EdDSA or ML-DSA certificate"};
	return words[type];
}

void key_types_note(
	struct key_type types[TLS_KEY_TYPES], enum tls_key_type type, const struct result *result) {
	struct key_type *noted = &types[type];
	noted->tls = result->tls;
	noted->err = result->err;
	bool refused = result->stage == PROBE_HANDSHAKE &&
				   (result->err.kind == ERR_TLS || result->err.kind == ERR_NET);
	if (shown(result->tls) == type) {
		noted->outcome = KEY_TYPE_SHOWN;
	} else if (refused || (result->tls != NULL && result->tls->established)) {
		/* Some servers show the certificate they have whatever is asked for. */
		noted->outcome = KEY_TYPE_NOT_OFFERED;
	} else {
		err_set(&noted->err, ERR_NET, "the server did not come to TLS this time");
	}
}
