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

bool tls_session_configure(struct tls *tls, struct err *err) {
	const struct tls_spec *spec = tls->spec;
	limit_protocols(tls);
	if (tls_level_must_match(spec->level)) {
		SSL_set_security_level(tls->ssl, 1);
	}
	enum tls_grade grade = tls->context->settings->grade;
	const char *ciphers = tls_cipher_list_for(tls->context->settings, tls->arena, spec->anonymous);
	tls_events_start(tls, ciphers);
	if (SSL_set_cipher_list(tls->ssl, ciphers) != 1) {
		const char *word = keyword_name(tls_grade_choices, (int)grade);
		tls_events_warn(tls, "error setting cipher grade: \"%s\"", word);
		return err_set(err, ERR_USAGE,
			"--ciphers %s: the TLS library offers no such cipher at level %s", word,
			tls_level_name(spec->level));
	}
	if (spec->sni != NULL && SSL_set_tlsext_host_name(tls->ssl, spec->sni) != 1) {
		tls_events_warn(tls, "ignoring too long SNI hostname: %.100s", spec->sni);
		return err_set(err, ERR_USAGE, "--servername: longer than %d octets or empty",
			TLSEXT_MAXLEN_host_name);
	}
	return true;
}
