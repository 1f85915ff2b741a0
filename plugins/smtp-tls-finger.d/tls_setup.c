/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings and wishes for TLS put together. */
#include "smtp-tls-finger.d/tls_setup.h"

#include <string.h>
#include <time.h>

/* Postfix looks at these when a session starts, not before. */
static void set_protocols(struct tls_settings *settings, const struct command_line *line) {
	int grade = TLS_GRADE_MEDIUM;
	if (!tls_protocols_parse(&settings->protocols, line->protocols, NULL)) {
		settings->bad_protocols = line->protocols;
	}
	if (!keyword_find(tls_grade_choices, line->grade, &grade)) {
		settings->bad_grade = line->grade;
	}
	settings->grade = (enum tls_grade)grade;
	settings->typed_grade = line->grade;
}

struct tls_settings tls_setup_settings(const struct command_line *line,
	const struct choices *choices, const struct postfix_params *params) {
	struct tls_settings settings = {.ca_file = line->ca_file,
		.ca_path = line->ca_path,
		.default_ca = TLS_DEFAULT_CA_NONE,
		.digest = "sha256",
		.now = time(NULL),
		.cert_file = line->cert_file,
		.key_file = line->key_file,
		.chain_files = line->chain_files.value,
		.n_chain_files = line->chain_files.n,
		.library_use = TLS_USE_HANDSHAKES,
		.raw_keys = line->raw_keys ? TLS_RAW_KEYS_ALWAYS : TLS_RAW_KEYS_DANE,
		.keep_sessions = line->delay >= 0,
		.habits = &habits_postfix};
	if (choices->level == TLS_LEVEL_VERIFY || choices->level == TLS_LEVEL_SECURE) {
		settings.trust_anchors = line->anchors.value;
		settings.n_trust_anchors = line->anchors.n;
	}
	set_protocols(&settings, line);
	postfix_params_apply(params, &settings);
	if (line->digest != NULL) {
		settings.digest = line->digest;
	} else if (params->fingerprint_digest != NULL) {
		settings.digest = params->fingerprint_digest;
	}
	return settings;
}

struct tls_wish tls_setup_wish(const struct command_line *line, const struct choices *choices) {
	struct tls_wish wish = {
		.level = choices->level, .insecure_mx = line->insecure_mx, .sni = SNI_NONE};
	if (line->sni != NULL) {
		wish.sni = strcmp(line->sni, "hostname") == 0  ? SNI_HOSTNAME
				   : strcmp(line->sni, "nexthop") == 0 ? SNI_NEXTHOP
													   : SNI_NAME;
		wish.sni_name = line->sni;
	}
	return wish;
}
