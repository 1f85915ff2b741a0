/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a session offers: protocols, ciphers, security level, server name. */
#include <openssl/err.h>
#include <openssl/tls1.h>
#include <string.h>

#include "tls/tls_internal.h"

static void limit_protocols(struct tls *tls) {
	const struct tls_protocols *protocols = &tls->context->settings->protocols;
	/* Also with 0: the user's list replaces MinProtocol of openssl.cnf. A number that is no version
	 * is the user's joke; Postfix warns and goes on. */
	if (SSL_set_min_proto_version(tls->ssl, protocols->floor) != 1) {
		tls_events_warn(
			tls, "error setting minimum TLS version to: 0x%04x", (unsigned)protocols->floor);
	}
	if (SSL_set_max_proto_version(tls->ssl, protocols->ceiling) != 1) {
		tls_events_warn(
			tls, "error setting maximum TLS version to: 0x%04x", (unsigned)protocols->ceiling);
	}
	ERR_clear_error();
}

static const char *cipher_list(const struct tls *tls) {
	const struct tls_spec *spec = tls->spec;
	const char *list = tls_cipher_list_for(tls->context->settings, tls->arena, spec->anonymous);
	const char *suites = tls_key_type_suites(spec->key_type);
	return *suites == '\0' ? list : arena_printf(tls->arena, "%s%s", list, suites);
}

/* To read a list costs a twentieth of a further probe: the first session's becomes the context's,
 * and sessions that want the same have it from there. It stays, for they look it up whenever they
 * need it. */
static bool use_ciphers(struct tls *tls) {
	struct tls_context *context = tls->context;
	if (context->ciphers == NULL && SSL_CTX_set_cipher_list(context->library, tls->ciphers) == 1) {
		context->ciphers = arena_copy_string(context->arena, tls->ciphers);
	}
	if (context->ciphers != NULL && strcmp(context->ciphers, tls->ciphers) == 0) {
		return true;
	}
	ERR_clear_error(); /* the session will say the same again */
	return SSL_set_cipher_list(tls->ssl, tls->ciphers) == 1;
}

static bool set_ciphers(struct tls *tls, struct err *err) {
	const struct tls_settings *settings = tls->context->settings;
	if (settings->bad_grade != NULL) {
		tls_events_warn(tls, "invalid cipher grade: \"%s\"", settings->bad_grade);
		return err_set(err, ERR_USAGE, "unknown cipher grade \"%s\"", settings->bad_grade);
	}
	tls->ciphers = cipher_list(tls);
	if (!use_ciphers(tls)) {
		const char *word = settings->typed_grade != NULL
							   ? settings->typed_grade
							   : keyword_name(tls_grade_choices, (int)settings->grade);
		tls_events_warn(tls, "error setting cipher grade: \"%s\"", word);
		return err_set(err, ERR_USAGE, "the TLS library offers no cipher of grade %s at level %s",
			word, tls_level_name(tls->spec->level));
	}
	tls_events_ciphers(tls);
	return true;
}

bool tls_session_configure(struct tls *tls, struct err *err) {
	if (!set_ciphers(tls, err) || !tls_key_type_limit(tls, err) || !tls_hello_limit(tls, err)) {
		return false;
	}
	limit_protocols(tls);
	if (tls_level_must_match(tls->spec->level)) {
		SSL_set_security_level(tls->ssl, 1);
	}
	return true;
}

bool tls_session_name_server(struct tls *tls, struct err *err) {
	const char *name = tls->spec->sni;
	if (name == NULL) {
		return true;
	}
	if (SSL_set_tlsext_host_name(tls->ssl, name) != 1) {
		ERR_clear_error();
		tls_events_warn(tls, "ignoring too long SNI hostname: %.100s", name);
		return err_set(err, ERR_USAGE, "the server name is longer than %d octets or empty",
			TLSEXT_MAXLEN_host_name);
	}
	tls_events_sni(tls);
	return true;
}
