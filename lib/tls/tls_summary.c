/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a finished handshake amounts to, as events. */
#include "tls/tls_internal.h"
#include "tls/tls_record.h"

#define LINE_MAX_OCTETS 512

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
	/* An address that matched has no name. */
	if (facts->proof.matched_name.len > 0) {
		struct event event = tls_events_new(tls, EVENT_TLS_PEERNAME);
		event.bytes[0] = facts->proof.matched_name;
		tls_events_emit(tls, &event);
	}
	if (facts->proof.matched == TLS_MATCHED_NOTHING) {
		return;
	}
	struct event event = tls_events_new(tls, EVENT_TLS_MATCHED);
	event.text[0] = words_of_match(facts->proof.matched);
	event.number[0] = facts->raw_public_key ? -1 : facts->proof.matched_depth;
	event.number[1] = facts->proof.matched;
	const struct tlsa *record = tls_record_matched(&facts->proof);
	event.bytes[0] = record != NULL ? record->rdata : facts->proof.matched_data;
	tls_events_emit(tls, &event);
}

static const char *demanding_level(const struct tls *tls) {
	enum tls_level level = tls->spec->level;
	return tls_level_must_match(level) ? tls_level_name(level) : NULL;
}

static void tell_error(struct tls *tls, const struct tls_verify_error *error) {
	bool reused = tls->facts.resumed;
	struct event event =
		tls_events_new(tls, reused ? EVENT_TLS_REUSED_UNTRUSTED : EVENT_TLS_UNVERIFIED);
	event.number[0] = error->code;
	event.number[1] = error->depth;
	event.text[0] = error->words;
	event.text[1] = demanding_level(tls);
	event.bytes[0] = error->issuer.len > 0 ? error->issuer : span_of("<unknown>");
	tls_events_emit(tls, &event);
}

static void tell_raw_key(struct tls *tls) {
	struct event event = tls_events_new(tls, EVENT_TLS_RAW_KEY);
	event.bytes[0] = tls->facts.raw_key_digest;
	tls_events_emit(tls, &event);
}

static void tell_subject(struct tls *tls, const struct tls_cert *leaf) {
	struct event event = tls_events_new(tls, EVENT_TLS_SUBJECT);
	/* The name that matched does also when the chain leads nowhere. */
	event.bytes[0] =
		leaf->subject_cn.len > 0 ? leaf->subject_cn : span_of(SSL_get0_peername(tls->ssl));
	event.bytes[1] = leaf->issuer_cn;
	event.bytes[2] = leaf->fingerprint[TLSA_CERT];
	event.bytes[3] = leaf->fingerprint[TLSA_SPKI];
	tls_events_emit(tls, &event);
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
		if (facts->client_signature != NULL) {
			text_addf(&more, " client-signature %s", facts->client_signature);
		}
		if (facts->client_signature != NULL && facts->client_digest != NULL) {
			text_addf(&more, " client-digest %s", facts->client_digest);
		}
	}
	struct event event = tls_events_new(tls, EVENT_TLS_ESTABLISHED);
	event.text[0] = status_word(facts->proof.status);
	event.text[1] = facts->protocol;
	event.text[2] = facts->cipher;
	event.text[3] = more.at;
	event.number[0] = facts->cipher_bits;
	event.number[1] = facts->algorithm_bits;
	tls_events_emit(tls, &event);
}

static void tell_certificate(struct tls *tls, size_t i) {
	const struct tls_cert *cert = &tls->facts.chain[i];
	struct text text = text_new(tls->arena, LINE_MAX_OCTETS);
	text_addf(&text, "%s %d bits, %s", cert->key_type, cert->key_bits, cert->signature);
	struct event event = tls_events_new(tls, EVENT_CERTIFICATE);
	event.number[0] = (int64_t)i;
	event.number[1] = cert->not_after;
	event.bytes[0] = cert->subject;
	event.bytes[1] = cert->issuer;
	event.text[0] = text.at;
	tls_events_emit(tls, &event);
}

void tls_events_summary(struct tls *tls) {
	const struct tls_facts *facts = &tls->facts;
	if (tls->listener.trace == NULL || !facts->established) {
		return;
	}
	const struct tls_verify_error *worst = tls_outcome_worst(tls);
	if (facts->raw_public_key) {
		tell_raw_key(tls);
	}
	if (facts->proof.status != TLS_STATUS_ANONYMOUS && worst == NULL && !facts->resumed) {
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
