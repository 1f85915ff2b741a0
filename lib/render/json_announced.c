/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a mail domain announces, as JSON: MTA-STS with its policy, and TLSRPT. */
#include "render/json_facts.h"

/* The texts of a record that counts, or is meant to. */
static void add_record(struct json *json, const char *key, const struct policy_record *record) {
	bool announced = record->outcome == POLICY_RECORD_VALID;
	json_flag(json, "announced", announced);
	if (announced) {
		json_bytes(json, key, record->value);
	}
	if (record->text.len > 0) {
		json_bytes(json, "record", record->text);
	}
	if (record->outcome == POLICY_RECORD_SEVERAL || record->outcome == POLICY_RECORD_INVALID) {
		json_string(json, "fault",
			record->outcome == POLICY_RECORD_SEVERAL ? "several records" : record->fault);
	}
}

static const char *fetch_name(enum policy_fetch outcome) {
	static const char *const names[] = {[POLICY_NOT_FETCHED] = "not-fetched",
		[POLICY_FETCHED] = "fetched",
		[POLICY_TOO_LONG] = "too-long",
		[POLICY_STATUS] = "status",
		[POLICY_LOOKUP_FAILED] = "lookup-failed",
		[POLICY_NO_HOST] = "no-address",
		[POLICY_NOT_CONNECTED] = "not-connected",
		[POLICY_TLS_FAILED] = "tls-failed",
		[POLICY_UNTRUSTED] = "untrusted",
		[POLICY_BROKEN] = "no-http",
		[POLICY_TIMED_OUT] = "timed-out",
		[POLICY_FAILED] = "local-error"};
	return names[outcome];
}

static void add_policy(struct json *json, const struct sts_policy *policy) {
	json_flag(json, "valid", policy->valid);
	if (policy->valid) {
		json_string(json, "mode", sts_mode_name(policy->mode));
		json_number(json, "max_age", policy->max_age);
	}
	json_open_array(json, "mx");
	for (size_t i = 0; i < policy->n_mx; i++) {
		json_bytes(json, NULL, policy->mx[i]);
	}
	json_close_array(json);
	if (policy->fault != NULL) {
		json_string(json, "fault", policy->fault);
		json_number(json, "line", (int64_t)policy->line);
	}
}

static void add_fetch(struct json *json, const struct policy_facts *facts) {
	json_open_object(json, "policy");
	json_string(json, "host", facts->host);
	json_string(json, "outcome", fetch_name(facts->outcome));
	if (facts->address != NULL) {
		json_string(json, "address", facts->address);
	}
	if (facts->status != 0) {
		json_number(json, "status", facts->status);
	}
	if (facts->type.len > 0) {
		json_bytes(json, "content_type", facts->type);
	}
	if (facts->words.len > 0) {
		json_bytes(json, "error", facts->words);
	}
	json_micros(json, "time", facts->elapsed);
	if (facts->outcome == POLICY_FETCHED) {
		add_policy(json, &facts->policy);
	}
	json_close_object(json);
}

void json_announced(struct json *json, const struct report *report) {
	if (report->sts.known) {
		json_open_object(json, "mta_sts");
		add_record(json, "id", &report->sts.record);
		if (report->policy.outcome != POLICY_NOT_FETCHED) {
			add_fetch(json, &report->policy);
		}
		json_close_object(json);
	}
	if (report->tlsrpt.known) {
		json_open_object(json, "tlsrpt");
		add_record(json, "rua", &report->tlsrpt.record);
		json_close_object(json);
	}
}
