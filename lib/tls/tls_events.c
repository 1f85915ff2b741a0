#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tls/tls_internal.h"

#define LINE_MAX_OCTETS 512

static struct event new_event(const struct tls *tls, enum event_kind kind) {
	return (struct event){.kind = kind,
		.probe = tls->listener.probe,
		.pass = tls->listener.pass,
		.peer = tls->listener.peer};
}

static void emit(struct tls *tls, const struct event *event) {
	trace_emit(tls->listener.trace, event);
}

void tls_events_start(struct tls *tls, const char *ciphers) {
	struct event event = new_event(tls, EVENT_TLS_START);
	event.text[0] = ciphers;
	event.text[1] = tls->spec->sni;
	emit(tls, &event);
}

void tls_events_warn(struct tls *tls, const char *fmt, ...) {
	if (tls->listener.trace == NULL) {
		return;
	}
	char line[LINE_MAX_OCTETS];
	va_list arguments;
	va_start(arguments, fmt);
	(void)vsnprintf(line, sizeof line, fmt, arguments);
	va_end(arguments);
	struct event event = new_event(tls, EVENT_TLS_WARNING);
	event.text[0] = line;
	emit(tls, &event);
}

/* usage, selector, matching type, data: as on the wire. */
static struct span rdata_of(
	struct arena *arena, uint8_t usage, uint8_t selector, uint8_t matching, struct span data) {
	uint8_t *at = arena_alloc(arena, data.len + 3);
	at[0] = usage;
	at[1] = selector;
	at[2] = matching;
	if (data.len > 0) {
		memcpy(at + 3, data.at, data.len);
	}
	return (struct span){at, data.len + 3};
}

void tls_events_unusable(struct tls *tls, const struct tlsa *record, const char *reason) {
	if (tls->listener.trace == NULL) {
		return;
	}
	struct event event = new_event(tls, EVENT_TLSA_UNUSABLE);
	event.text[1] = reason;
	event.bytes[0] =
		rdata_of(tls->arena, record->usage, record->selector, record->matching, record->data);
	emit(tls, &event);
}

void tls_events_depth(struct tls *tls, int depth, int fine, const X509 *certificate) {
	if (tls->listener.trace == NULL) {
		return;
	}
	struct event event = new_event(tls, EVENT_TLS_DEPTH);
	event.number[0] = depth;
	event.number[1] = fine;
	if (certificate != NULL) {
		event.bytes[0] = tls_cert_oneline(tls->arena, X509_get_subject_name(certificate));
	}
	emit(tls, &event);
}

void tls_events_failed(struct tls *tls, const char *what) {
	struct event event = new_event(tls, EVENT_TLS_FAILED);
	event.text[0] = what;
	emit(tls, &event);
	tls_events_library(tls);
}

void tls_events_library(struct tls *tls) {
	struct event event = new_event(tls, EVENT_TLS_LIBRARY);
	tls_library_tell(tls->listener.trace, &event);
}

static void tell_alert(struct tls *tls, int where, int value) {
	if ((value & 0xff) == SSL_AD_CLOSE_NOTIFY) {
		return;
	}
	struct event event = new_event(tls, EVENT_TLS_ALERT);
	event.text[0] = (where & SSL_CB_READ) != 0 ? "read" : "write";
	event.text[1] = SSL_alert_type_string_long(value);
	event.text[2] = SSL_alert_desc_string_long(value);
	emit(tls, &event);
}

void tls_events_info(const SSL *ssl, int where, int value) {
	struct tls *tls = SSL_get_app_data(ssl);
	if ((where & SSL_CB_ALERT) != 0) {
		tell_alert(tls, where, value);
		return;
	}
	const char *prefix = "";
	if ((where & SSL_CB_EXIT) != 0 && value <= 0) {
		int error = value == 0 ? SSL_ERROR_NONE : SSL_get_error(ssl, value);
		if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
			return;
		}
		prefix = value == 0 ? "failed in " : "error in ";
	} else if ((where & SSL_CB_LOOP) == 0) {
		return;
	}
	char line[LINE_MAX_OCTETS];
	(void)snprintf(line, sizeof line, "%s%s", prefix, SSL_state_string_long(ssl));
	struct event event = new_event(tls, EVENT_TLS_STATE);
	event.text[0] = line;
	emit(tls, &event);
}

static const char *words_of_match(enum tls_matched matched) {
	switch (matched) {
	case TLS_MATCHED_DANE_EE:
		return "DANE EE certificate";
	case TLS_MATCHED_DANE_TA:
		return "DANE TA certificate";
	case TLS_MATCHED_DANE_TA_KEY:
		return "DANE TA public key verified certificate";
	case TLS_MATCHED_TRUST_ANCHOR:
		return "trust anchor";
	case TLS_MATCHED_FINGERPRINT:
		return "fingerprint";
	case TLS_MATCHED_DANE_RAW_KEY:
		return "DANE raw public key";
	case TLS_MATCHED_NOTHING:
		break;
	}
	return NULL;
}

static void tell_match(struct tls *tls) {
	const struct tls_facts *facts = &tls->facts;
	if (facts->names_checked && facts->name_matched) {
		struct event event = new_event(tls, EVENT_TLS_PEERNAME);
		event.bytes[0] = facts->matched_name;
		emit(tls, &event);
	}
	if (facts->matched == TLS_MATCHED_NOTHING) {
		return;
	}
	struct event event = new_event(tls, EVENT_TLS_MATCHED);
	event.text[0] = words_of_match(facts->matched);
	event.number[0] = facts->matched_depth;
	event.bytes[0] = facts->matched_tlsa != NULL ? facts->matched_tlsa->rdata : facts->matched_data;
	emit(tls, &event);
}

static void tell_error(struct tls *tls, const struct tls_verify_error *error) {
	struct event event = new_event(tls, EVENT_TLS_UNVERIFIED);
	event.number[0] = error->code;
	event.number[1] = error->depth;
	event.text[0] = error->words;
	event.text[1] =
		tls_level_must_match(tls->spec->level) ? tls_level_name(tls->spec->level) : NULL;
	event.bytes[0] = error->issuer;
	emit(tls, &event);
}

static void tell_subject(struct tls *tls, const struct tls_cert *leaf) {
	struct event event = new_event(tls, EVENT_TLS_SUBJECT);
	event.bytes[0] = leaf->subject_cn.len > 0 ? leaf->subject_cn : tls->facts.matched_name;
	event.bytes[1] = leaf->issuer_cn;
	event.bytes[2] = leaf->fingerprint[TLSA_CERT];
	event.bytes[3] = leaf->fingerprint[TLSA_SPKI];
	emit(tls, &event);
}

static const char *status_word(enum tls_status status) {
	static const char *const words[] = {
		[TLS_STATUS_ANONYMOUS] = "Anonymous",
		[TLS_STATUS_UNTRUSTED] = "Untrusted",
		[TLS_STATUS_TRUSTED] = "Trusted",
		[TLS_STATUS_VERIFIED] = "Verified",
	};
	return words[status];
}

static void tell_established(struct tls *tls) {
	const struct tls_facts *facts = &tls->facts;
	struct text more = text_new(tls->arena, LINE_MAX_OCTETS);
	if (facts->protocol_version >= 0x0304) {
		text_addf(&more, facts->group != NULL ? " key-exchange %s" : "%s",
			facts->group != NULL ? facts->group : "");
		if (facts->server_signature != NULL) {
			text_addf(&more, " server-signature %s", facts->server_signature);
		}
		if (facts->server_signature != NULL && facts->server_digest != NULL) {
			text_addf(&more, " server-digest %s", facts->server_digest);
		}
	}
	struct event event = new_event(tls, EVENT_TLS_ESTABLISHED);
	event.text[0] = status_word(facts->status);
	event.text[1] = facts->protocol;
	event.text[2] = facts->cipher;
	event.text[3] = more.at;
	event.number[0] = facts->cipher_bits;
	event.number[1] = facts->algorithm_bits;
	emit(tls, &event);
}

static void tell_certificate(struct tls *tls, size_t i) {
	const struct tls_cert *cert = &tls->facts.chain[i];
	struct text text = text_new(tls->arena, LINE_MAX_OCTETS);
	text_addf(&text, "%s %d bits, %s", cert->key_type, cert->key_bits, cert->signature);
	struct event event = new_event(tls, EVENT_CERTIFICATE);
	event.number[0] = (int64_t)i;
	event.number[1] = cert->not_after;
	event.bytes[0] = cert->subject;
	event.bytes[1] = cert->issuer;
	event.text[0] = text.at;
	emit(tls, &event);
}

void tls_events_summary(struct tls *tls) {
	const struct tls_facts *facts = &tls->facts;
	if (tls->listener.trace == NULL || !facts->established) {
		return;
	}
	const struct tls_verify_error *worst = tls_verify_worst(tls);
	if (facts->status != TLS_STATUS_ANONYMOUS && worst == NULL) {
		tell_match(tls);
	} else if (worst != NULL) {
		tell_error(tls, worst);
	}
	if (facts->n_chain > 0) {
		tell_subject(tls, &facts->chain[0]);
	}
	tell_established(tls);
	for (size_t i = 0; i < facts->n_chain; i++) {
		tell_certificate(tls, i);
	}
}
