/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the TLS library tells while it works, passed on as events. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tls/tls_internal.h"

#define LINE_MAX_OCTETS 512

struct event tls_events_new(const struct tls *tls, enum event_kind kind) {
	return (struct event){.kind = kind,
		.node = tls->listener.node,
		.pass = tls->listener.pass,
		.peer = tls->listener.peer};
}

void tls_events_emit(struct tls *tls, const struct event *event) {
	trace_emit(tls->listener.trace, event);
}

/* An event with one text. */
static void tell_text(struct tls *tls, enum event_kind kind, const char *text) {
	struct event event = tls_events_new(tls, kind);
	event.text[0] = text;
	tls_events_emit(tls, &event);
}

void tls_events_start(struct tls *tls) {
	tell_text(tls, EVENT_TLS_START, NULL);
}

void tls_events_ciphers(struct tls *tls) {
	tell_text(tls, EVENT_TLS_CIPHERS, tls->ciphers);
}

void tls_events_sni(struct tls *tls) {
	tell_text(tls, EVENT_TLS_SNI, tls->spec->sni);
}

void tls_events_name_problem(struct tls *tls, const char *problem) {
	struct event event = tls_events_new(tls, EVENT_TLS_WARNING);
	event.text[0] = problem;
	event.text[1] = "tls_text_name"; /* the function in Postfix */
	tls_events_emit(tls, &event);
}

void tls_events_cache(struct tls *tls, enum event_cache what) {
	struct event event = tls_events_new(tls, EVENT_TLS_CACHE);
	event.number[0] = what;
	event.text[0] = tls->session_key;
	tls_events_emit(tls, &event);
}

void tls_events_dump(struct tls *tls, const char *what, size_t wanted, struct span bytes) {
	struct event event = tls_events_new(tls, EVENT_TLS_DUMP);
	event.text[0] = what;
	event.number[0] = (int64_t)wanted;
	event.number[1] = bytes.len > 0 ? (int64_t)bytes.len : -1;
	event.bytes[0] = bytes;
	tls_events_emit(tls, &event);
}

void tls_events_chars(struct tls *tls, const char *what, struct span bytes) {
	struct event event = tls_events_new(tls, EVENT_TLS_CHARS);
	event.text[0] = what;
	event.bytes[0] = bytes;
	tls_events_emit(tls, &event);
}

bool tls_events_is_message_kept(const struct tls *tls) {
	struct event event = tls_events_new(tls, EVENT_TLS_MESSAGE);
	struct trace *trace = tls->listener.trace;
	return trace != NULL && (trace->is_full == NULL || !trace->is_full(trace, &event));
}

void tls_events_message(struct tls *tls, struct span text) {
	struct event event = tls_events_new(tls, EVENT_TLS_MESSAGE);
	event.bytes[0] = text;
	tls_events_emit(tls, &event);
}

void tls_events_reused(struct tls *tls) {
	tell_text(tls, EVENT_TLS_REUSED, NULL);
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
	struct event event = tls_events_new(tls, EVENT_TLS_WARNING);
	event.text[0] = line;
	tls_events_emit(tls, &event);
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
	struct event event = tls_events_new(tls, EVENT_TLSA_UNUSABLE);
	event.text[1] = reason;
	event.bytes[0] =
		rdata_of(tls->arena, record->usage, record->selector, record->matching, record->data);
	tls_events_emit(tls, &event);
}

void tls_events_depth(struct tls *tls, int depth, int fine, const X509 *certificate) {
	if (tls->listener.trace == NULL) {
		return;
	}
	struct event event = tls_events_new(tls, EVENT_TLS_DEPTH);
	event.number[0] = depth;
	event.number[1] = fine;
	if (certificate != NULL) {
		event.bytes[0] = tls_cert_oneline(tls->arena, X509_get_subject_name(certificate));
	} else if (depth >= 0) {
		event.bytes[0] = span_of("<unknown>");
	}
	tls_events_emit(tls, &event);
}

void tls_events_failed(struct tls *tls, const char *what) {
	struct event event = tls_events_new(tls, EVENT_TLS_FAILED);
	event.text[0] = what;
	tls_events_emit(tls, &event);
	tls_events_library(tls);
}

void tls_events_library(struct tls *tls) {
	struct event event = tls_events_new(tls, EVENT_TLS_LIBRARY);
	tls_library_tell(tls->listener.trace, &event);
}

static void tell_alert(struct tls *tls, int where, int value) {
	if ((value & 0xff) == SSL_AD_CLOSE_NOTIFY) {
		return;
	}
	struct event event = tls_events_new(tls, EVENT_TLS_ALERT);
	event.text[0] = (where & SSL_CB_READ) != 0 ? "read" : "write";
	event.text[1] = SSL_alert_type_string_long(value);
	event.text[2] = SSL_alert_desc_string_long(value);
	tls_events_emit(tls, &event);
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
	struct event event = tls_events_new(tls, EVENT_TLS_STATE);
	event.text[0] = line;
	tls_events_emit(tls, &event);
}
