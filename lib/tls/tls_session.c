/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One session from its demands to its facts. */
#include <errno.h>
#include <openssl/err.h>
#include <string.h>

#include "tls/tls_internal.h"

/* A record is at most 16 KiB, and the buffer that is read ahead into is little larger. */
#define RECEIVES_PER_CALL 2

/* OpenSSL numbers an alert from the peer as reason 1000 + alert. */
static bool is_peer_alert(unsigned long code) {
	int reason = ERR_GET_REASON(code);
	return ERR_GET_LIB(code) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET &&
		   reason < SSL_AD_REASON_OFFSET + 256;
}

/* OpenSSL 3.0 calls some of them, and all that nobody has named, "unknown". */
static const char *name_of_alert(int alert) {
	switch (alert) {
	case 86:
		return "inappropriate fallback";
	case 109:
		return "missing extension";
	case 116:
		return "certificate required";
	case 120:
		return "no application protocol";
	case 121:
		return "encrypted client hello required";
	default:
		return SSL_alert_desc_string_long(alert);
	}
}

static const char *words_of_alert(const struct tls *tls) {
	int alert = tls->facts.alert;
	const char *name = name_of_alert(alert);
	return strcmp(name, "unknown") == 0
			   ? arena_printf(tls->arena, "the server sent alert %d, which has no name", alert)
			   : arena_printf(tls->arena, "the server sent alert \"%s\"", name);
}

/* The version that the server chose where this library's own policy ends, not the user's: it has
 * signatures of its own, and a complaint about these helps nobody. NULL when that is not it. */
static const char *refused_version(const struct tls *tls, unsigned long code) {
	int version = tls->ssl == NULL ? 0 : SSL_version(tls->ssl);
	int reason = ERR_GET_REASON(code);
	bool old = version == TLS1_VERSION || version == TLS1_1_VERSION;
	if (!old || ERR_GET_LIB(code) != ERR_LIB_SSL ||
		(reason != SSL_R_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED &&
			reason != SSL_R_UNSUPPORTED_PROTOCOL && reason != SSL_R_NO_SUITABLE_DIGEST_ALGORITHM &&
			reason != ERR_R_INTERNAL_ERROR)) {
		return NULL;
	}
	return version == TLS1_VERSION ? "TLS 1.0" : "TLS 1.1";
}

/* Asked for nothing newer, the server does not tell what else it has. */
static bool is_offered_newer(const struct tls *tls) {
	return tls_protocols_newest(&tls->context->settings->protocols) >= TLS1_2_VERSION;
}

/* Newer libraries refuse at once what their own security level leaves nothing of. */
static bool has_no_protocol(unsigned long code) {
	return ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_NO_PROTOCOLS_AVAILABLE;
}

/* Why the library gave up, in words. */
static const char *library_problem(struct tls *tls) {
	/* The first entry is the cause; what follows it is in the trace. */
	unsigned long code = ERR_peek_error();
	if (tls->refused_dh_bits > 0) {
		return arena_printf(tls->arena,
			"the server's DH key has %d bits, more than can be waited for", tls->refused_dh_bits);
	}
	if (is_peer_alert(code)) {
		tls->facts.alert = ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET;
		return words_of_alert(tls);
	}
	const char *reason = code == 0 ? NULL : ERR_reason_error_string(code);
	if (reason == NULL) {
		return "no reason given";
	}
	if (ERR_GET_LIB(code) == ERR_LIB_SSL && ERR_GET_REASON(code) == SSL_R_WRONG_VERSION_NUMBER) {
		return "wrong version number: what came is not TLS";
	}
	if (has_no_protocol(code)) {
		return "this machine's OpenSSL refuses all protocols that were asked for";
	}
	const char *version = refused_version(tls, code);
	if (version == NULL) {
		return arena_copy_string(tls->arena, reason);
	}
	bool all = is_offered_newer(tls);
	return arena_printf(tls->arena, "the server %s %s%s, this machine's OpenSSL refuses it (%s)",
		all ? "offers" : "took", version, all ? " only" : "", reason);
}

/* In Postfix's order, which decides who hears of what. */
static bool prepare(struct tls *tls, struct err *err) {
	if (!tls_session_configure(tls, err)) {
		return false;
	}
	if (!tls_demand_prepare_names(tls, err) || !tls_session_name_server(tls, err) ||
		!tls_demand_prepare(tls, err) || !tls_raw_key_prepare(tls, err)) {
		return false;
	}
	tls_resume_prepare(tls);
	tls_messages_count(tls);
	tls_dump_start(tls);
	return true;
}

/* Without a session nothing else will be told: not a word would be left to explain the end. */
static struct tls *no_session(struct tls *tls, const struct err *err) {
	if (err->kind == ERR_LOCAL) {
		tls_events_warn(tls, "%s", err->text);
	}
	tls_events_library(tls);
	tls_free(tls);
	return NULL;
}

struct tls *tls_new(struct tls_context *context, struct arena *arena, const struct tls_spec *spec,
	int fd, const struct tls_listener *listener, struct err *err) {
	struct tls *tls = arena_alloc(arena, sizeof *tls);
	*tls = (struct tls){
		.context = context, .arena = arena, .spec = spec, .listener = *listener, .fd = fd};
	tls_demand_begin(tls);
	tls_events_start(tls);
	const char *protocols = context->settings->bad_protocols;
	if (protocols != NULL) {
		tls_events_warn(tls, "Invalid TLS protocol list \"%s\": aborting TLS session", protocols);
		err_set(err, ERR_USAGE, "the list of protocols cannot be understood: \"%s\"", protocols);
		return NULL;
	}
	ERR_clear_error();
	tls->ssl = SSL_new(context->library);
	BIO *bio = tls->ssl == NULL ? NULL : tls_socket_new(tls);
	if (bio == NULL) {
		err_set(err, ERR_LOCAL, "no TLS session: %s", library_problem(tls));
		return no_session(tls, err);
	}
	SSL_set_bio(tls->ssl, bio, bio);
	if (SSL_set_app_data(tls->ssl, tls) != 1) {
		err_set(err, ERR_LOCAL, "no TLS session: %s", library_problem(tls));
		tls_free(tls);
		return NULL;
	}
	/* Until our verification says better; a session resumed brings its own. */
	SSL_set_verify_result(tls->ssl, X509_V_ERR_UNSPECIFIED);
	SSL_set_connect_state(tls->ssl);
	if (listener->trace != NULL) {
		SSL_set_info_callback(tls->ssl, tls_events_info);
	}
	if (!prepare(tls, err)) {
		return no_session(tls, err);
	}
	return tls;
}

void tls_free(struct tls *tls) {
	if (tls != NULL && tls->ssl != NULL) {
		if (!tls->facts.established) {
			/* Also when the caller had no more patience. */
			tls_resume_forget(tls);
		}
		SSL_free(tls->ssl);
		tls->ssl = NULL;
		tls_dump_end(tls);
	}
}

/* posttls-finger has a line for a handshake that failed; later only the library's words are new,
 * and the dialogue tells of the rest. */
static void tell_failure(struct tls *tls, const char *what) {
	if (!tls->facts.established) {
		tls_events_failed(tls, what);
	} else if (tls->net_errno == 0) {
		tls_events_library(tls);
	}
}

/* Why an operation gave up for good: what the peer did first, then the network, then TLS. */
static enum tls_step give_up(struct tls *tls, const char *doing, struct err *err) {
	tls->failed = true;
	const char *problem = NULL;
	unsigned long cause = ERR_peek_error();
	if (tls->endless) {
		problem = tls->n_messages > TLS_SESSION_MESSAGES_MAX
					  ? arena_printf(tls->arena, "more than %u messages of TLS came, without end",
							TLS_SESSION_MESSAGES_MAX)
					  : arena_printf(tls->arena, "more than %d KiB came, without end",
							TLS_SESSION_OCTETS_MAX / 1024);
		err_set(err, ERR_TLS, "%s: %s", doing, problem);
		tell_failure(tls, "-1");
	} else if (tls->net_errno != 0) {
		/* Newer libraries put the network's errors into the queue as well. */
		problem = strerror(tls->net_errno);
		err_set(err, err_kind_of_errno(tls->net_errno), "%s: %s", doing, problem);
		tell_failure(tls, problem);
	} else if (cause != 0) {
		/* Running out of memory is no fault of the peer, nor is what it was asked for. */
		bool ours = ERR_GET_REASON(cause) == ERR_R_MALLOC_FAILURE || has_no_protocol(cause) ||
					(refused_version(tls, cause) != NULL && !is_offered_newer(tls));
		problem = library_problem(tls);
		err_set(err, ours ? ERR_LOCAL : ERR_TLS, "%s failed: %s", doing, problem);
		tell_failure(tls, "-1");
	} else {
		problem = "connection closed by the peer";
		err_set(err, ERR_NET, "%s: %s", doing, problem);
		tell_failure(tls, "lost connection");
	}
	if (!tls->facts.established) {
		tls->facts.handshake_problem = arena_copy_string(tls->arena, problem);
		tls_resume_forget(tls);
	}
	return TLS_STEP_FAILED;
}

/* OpenSSL goes on with the handshake although it failed before it came to our verification. */
static enum tls_step give_up_unjudged(struct tls *tls, struct err *err) {
	static const char problem[] = "the TLS library failed to verify the certificate";
	tls->failed = true;
	err_set(err, ERR_LOCAL, "%s", problem);
	tell_failure(tls, "-1");
	tls->facts.handshake_problem = problem;
	tls_resume_forget(tls);
	return TLS_STEP_FAILED;
}

/* What to do about a result that is not success. */
static enum tls_step after(struct tls *tls, int result, const char *doing, struct err *err) {
	switch (SSL_get_error(tls->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return TLS_STEP_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_STEP_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		/* It is what the library calls a session that we have ended for the peer, too. */
		if (tls->facts.established && !tls->endless) {
			return TLS_STEP_CLOSED;
		}
		return give_up(tls, doing, err);
	default:
		return give_up(tls, doing, err);
	}
}

/* Before each call: OpenSSL has no answer to one behind a fatal error, and an SSL_get_error() that
 * guesses; old errors would be taken for new ones. */
static bool begin(struct tls *tls, struct err *err) {
	if (tls->failed) {
		return err_set(err, ERR_TLS, "the TLS session has failed before");
	}
	ERR_clear_error();
	tls->receives_left = RECEIVES_PER_CALL;
	return true;
}

enum tls_step tls_handshake(struct tls *tls, struct err *err) {
	if (!begin(tls, err)) {
		return TLS_STEP_FAILED;
	}
	int result = SSL_do_handshake(tls->ssl);
	if (result != 1) {
		return after(tls, result, "TLS handshake", err);
	}
	if (!tls_verify_took_place(tls)) {
		return give_up_unjudged(tls, err);
	}
	tls->facts.established = true;
	tls_dump_established(tls);
	return TLS_STEP_DONE;
}

enum tls_step tls_read(
	struct tls *tls, uint8_t *buffer, size_t size, size_t *done, struct err *err) {
	*done = 0;
	if (!begin(tls, err)) {
		return TLS_STEP_FAILED;
	}
	int result = SSL_read_ex(tls->ssl, buffer, size, done);
	if (result == 1) {
		tls_dump_read(tls, (struct span){buffer, *done});
		return TLS_STEP_DONE;
	}
	return after(tls, result, "reading inside TLS", err);
}

enum tls_step tls_write(struct tls *tls, struct span bytes, size_t *done, struct err *err) {
	*done = 0;
	if (!begin(tls, err)) {
		return TLS_STEP_FAILED;
	}
	if (bytes.len == 0) {
		return TLS_STEP_DONE;
	}
	tls_dump_write(tls, bytes);
	int result = SSL_write_ex(tls->ssl, bytes.at, bytes.len, done);
	tls->write_pending = result != 1;
	return result == 1 ? TLS_STEP_DONE : after(tls, result, "writing inside TLS", err);
}

void tls_close(struct tls *tls) {
	if (!tls->failed && tls->facts.established) {
		(void)SSL_shutdown(tls->ssl);
		ERR_clear_error();
	}
}

/* Whatever else comes, even a reply, is of no interest any more. */
static enum tls_step await_goodbye(struct tls *tls, struct err *err) {
	uint8_t dropped[1024];
	size_t n = 0;
	int result = 1;
	while (result == 1) {
		result = SSL_read_ex(tls->ssl, dropped, sizeof dropped, &n);
	}
	int error = SSL_get_error(tls->ssl, result);
	ERR_clear_error();
	if (tls->net_errno != 0) {
		err_set(
			err, err_kind_of_errno(tls->net_errno), "TLS shutdown: %s", strerror(tls->net_errno));
		return TLS_STEP_FAILED;
	}
	return error == SSL_ERROR_WANT_READ ? TLS_STEP_WANT_READ : TLS_STEP_DONE;
}

enum tls_step tls_shutdown(struct tls *tls, struct err *err) {
	if (tls->failed || !tls->facts.established) {
		return TLS_STEP_DONE;
	}
	ERR_clear_error();
	tls->receives_left = RECEIVES_PER_CALL;
	if ((SSL_get_shutdown(tls->ssl) & SSL_SENT_SHUTDOWN) != 0 && !tls->write_pending) {
		return await_goodbye(tls, err);
	}
	int result = SSL_shutdown(tls->ssl);
	if (result == 0) {
		return await_goodbye(tls, err);
	}
	bool full = result < 0 && SSL_get_error(tls->ssl, result) == SSL_ERROR_WANT_WRITE;
	ERR_clear_error();
	tls->write_pending = full;
	return full ? TLS_STEP_WANT_WRITE : TLS_STEP_DONE;
}

size_t tls_tickets(const struct tls *tls) {
	return tls->facts.tickets;
}
