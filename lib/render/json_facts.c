/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts as JSON, with units in their names. */
#include "render/json_facts.h"

const char *json_level_name(enum tls_level level) {
	static const char *const names[] = {[TLS_LEVEL_NONE] = "none",
		[TLS_LEVEL_MAY] = "may",
		[TLS_LEVEL_ENCRYPT] = "encrypt",
		[TLS_LEVEL_DANE] = "dane",
		[TLS_LEVEL_DANE_ONLY] = "dane-only",
		[TLS_LEVEL_HALF_DANE] = "half-dane",
		[TLS_LEVEL_FINGERPRINT] = "fingerprint",
		[TLS_LEVEL_VERIFY] = "verify",
		[TLS_LEVEL_SECURE] = "secure"};
	return names[level];
}

const char *json_tlsa_state_name(enum tlsa_state state) {
	static const char *const names[] = {[TLSA_STATE_NOT_ASKED] = "not-asked",
		[TLSA_STATE_NOT_APPLICABLE] = "not-applicable",
		[TLSA_STATE_HOST_INSECURE] = "host-insecure",
		[TLSA_STATE_ABSENT] = "absent",
		[TLSA_STATE_INSECURE] = "insecure",
		[TLSA_STATE_UNUSABLE] = "unusable",
		[TLSA_STATE_USABLE] = "usable",
		[TLSA_STATE_FAILED] = "failed"};
	return names[state];
}

static const char *status_name(enum tls_status status) {
	static const char *const names[] = {[TLS_STATUS_ANONYMOUS] = "anonymous",
		[TLS_STATUS_UNTRUSTED] = "untrusted",
		[TLS_STATUS_TRUSTED] = "trusted",
		[TLS_STATUS_VERIFIED] = "verified"};
	return names[status];
}

/* --- DNS --- */

static void add_records(struct json *json, const struct dns_answer *answer) {
	json_open_array(json, "records");
	for (size_t i = 0; i < answer->n_records; i++) {
		const struct dns_record *record = &answer->records[i];
		json_open_object(json, NULL);
		json_number(json, "ttl_seconds", record->ttl);
		if (record->target != NULL) {
			json_string(json, "target", record->target);
			json_number(json, "preference", record->preference);
		} else {
			json_hex(json, "data", record->data);
		}
		json_close_object(json);
	}
	json_close_array(json);
}

static const struct dns_signature *first_to_expire(const struct dns_answer *answer) {
	const struct dns_signature *first = NULL;
	for (size_t i = 0; i < answer->n_signatures; i++) {
		const struct dns_signature *signature = &answer->signatures[i];
		if (first == NULL || signature->expiration < first->expiration) {
			first = signature;
		}
	}
	return first;
}

void json_lookup(struct json *json, const char *key, const struct dns_question *question) {
	if (question == NULL) {
		return;
	}
	const struct dns_answer *answer = &question->answer;
	json_open_object(json, key);
	json_string(json, "name", question->name);
	json_string(json, "type", dns_type_name(question->type));
	json_string(json, "outcome", dns_outcome_name(question->outcome));
	json_flag(json, "secure", question->secure);
	json_string(json, "rcode", answer->octets > 0 ? dns_rcode_name(answer->rcode) : NULL);
	if (answer->octets > 0 && answer->extended_error >= 0) {
		json_number(json, "extended_error", answer->extended_error);
		json_bytes(json, "extended_text", answer->extended_text);
	}
	const struct dns_signature *signature = first_to_expire(answer);
	if (signature != NULL) {
		json_time(json, "signed_from", signature->inception);
		json_time(json, "signed_until", signature->expiration);
	}
	add_records(json, answer);
	json_close_object(json);
}

/* --- SMTP --- */

static void add_reply(struct json *json, const char *key, const struct smtp_reply *reply) {
	if (reply->n_lines == 0) {
		return;
	}
	json_open_object(json, key);
	json_number(json, "code", reply->code);
	json_open_array(json, "lines");
	for (size_t i = 0; i < reply->n_lines; i++) {
		json_bytes(json, NULL, reply->lines[i]);
	}
	json_close_array(json);
	json_close_object(json);
}

static void add_time(struct json *json, const char *key, usec time) {
	if (time >= 0) {
		json_micros(json, key, time);
	}
}

void json_smtp(struct json *json, const struct report_node *node, enum mail_protocol protocol) {
	const struct result *result = &node->result;
	const struct probe_times *times = &result->times;
	json_flag(json, "connected", result->connected);
	json_string(json, "stage", probe_stage_text(result->stage, protocol));
	if (result->err.kind != ERR_NONE) {
		json_string(json, "error", result->err.text);
	}
	json_open_object(json, "smtp");
	add_reply(json, "greeting", &result->smtp.greeting);
	add_reply(json, "ehlo", &result->smtp.ehlo);
	add_reply(json, "starttls", &result->smtp.starttls);
	add_reply(json, "tls_ehlo", &result->smtp.tls_ehlo);
	json_flag(json, "starttls_offered", result->smtp.starttls_offered);
	json_close_object(json);
	json_open_object(json, "times");
	add_time(json, "connect_seconds", times->connect);
	add_time(json, "banner_seconds", times->banner);
	add_time(json, "ehlo_seconds", times->ehlo);
	add_time(json, "starttls_seconds", times->starttls);
	add_time(json, "tls_seconds", times->tls);
	json_close_object(json);
}

/* --- TLS --- */

void json_policy(struct json *json, const struct tls_policy *policy) {
	json_open_object(json, "policy");
	json_string(json, "level", json_level_name(policy->level));
	json_string(json, "reason", tls_policy_reason_text(policy->reason));
	json_flag(json, "tls_required", policy->tls_required);
	json_string(json, "servername", policy->sni);
	json_open_array(json, "names");
	for (size_t i = 0; i < policy->n_names; i++) {
		json_string(json, NULL, policy->names[i]);
	}
	json_close_array(json);
	json_close_object(json);
}

static void add_errors(struct json *json, const struct tls_facts *tls) {
	json_open_array(json, "verify_errors");
	for (size_t i = 0; i < tls->proof.n_errors; i++) {
		json_open_object(json, NULL);
		json_number(json, "code", tls->proof.errors[i].code);
		json_number(json, "depth", tls->proof.errors[i].depth);
		json_string(json, "text", tls->proof.errors[i].words);
		json_close_object(json);
	}
	json_close_array(json);
}

void json_session(struct json *json, const struct tls_facts *tls) {
	if (tls == NULL) {
		return;
	}
	json_open_object(json, "tls");
	json_flag(json, "established", tls->established);
	if (tls->handshake_problem != NULL) {
		json_string(json, "problem", tls->handshake_problem);
	}
	if (tls->established) {
		json_string(json, "protocol", tls->protocol);
		json_string(json, "cipher", tls->cipher);
		json_number(json, "cipher_bits", tls->cipher_bits);
		json_string(json, "group", tls->group);
		json_string(json, "status", status_name(tls->proof.status));
		json_flag(json, "raw_public_key", tls->raw_public_key);
		if (tls->proof.matched_name.len > 0) {
			json_bytes(json, "matched_name", tls->proof.matched_name);
		}
		if (tls->proof.matched_depth >= 0 && tls->proof.matched != TLS_MATCHED_NOTHING) {
			json_number(json, "matched_depth", tls->proof.matched_depth);
		}
	}
	add_errors(json, tls);
	json_close_object(json);
}

static void add_certificate(struct json *json, const struct tls_cert *cert, int64_t now) {
	json_open_object(json, NULL);
	json_bytes(json, "subject", cert->subject);
	json_bytes(json, "issuer", cert->issuer);
	json_open_array(json, "names");
	for (size_t i = 0; i < cert->n_names; i++) {
		json_bytes(json, NULL, cert->names[i]);
	}
	json_close_array(json);
	json_time(json, "not_before", cert->not_before);
	json_time(json, "not_after", cert->not_after);
	json_number(json, "left_seconds", cert->not_after - now);
	json_string(json, "key_type", cert->key_type);
	json_number(json, "key_bits", cert->key_bits);
	json_string(json, "signature", cert->signature);
	json_hex(json, "sha256", cert->digest[0][0]);
	json_hex(json, "spki_sha256", cert->digest[1][0]);
	json_close_object(json);
}

void json_chain(struct json *json, const struct tls_facts *tls, int64_t now) {
	json_open_array(json, "chain");
	for (size_t i = 0; i < tls->n_chain; i++) {
		add_certificate(json, &tls->chain[i], now);
	}
	json_close_array(json);
}
