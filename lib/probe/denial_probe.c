/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A name that cannot be there, a type that is not there, and a name with others below it. */
#include "probe/denial_probe.h"

#define NO_PORT 0 /* nobody listens there, so nobody has records for it */

/* Records that do not validate are another matter, and silence says nothing about proofs. */
static bool failed_as_denial_would(const struct report_host *host) {
	const struct dns_question *used = host->tlsa_used;
	if (host->tlsa_state != TLSA_STATE_FAILED || used == NULL) {
		return false;
	}
	return used->outcome == DNS_SERVER_FAILED || (used->outcome == DNS_BOGUS && !used->exists);
}

static const char *base_of(const struct report_host *host) {
	if (host->tlsa_base != NULL) {
		return host->tlsa_base;
	}
	return host->address_secure && host->canonical != NULL ? host->canonical : host->name;
}

void denial_probe_prefetch(struct lookups *lookups, const struct survey_spec *spec,
	const struct report_host *host, usec now) {
	if (spec->denial_probe) {
		(void)lookups_ask_tlsa(lookups, NO_PORT, host->name, now);
		(void)lookups_ask(lookups, host->name, DNS_TYPE_TLSA, now);
	}
}

/* An answer that there is no _tcp.<host> denies all that is below it, too (RFC 8020). */
static void ask_parent(
	struct lookups *lookups, struct report_host *host, const char *base, usec now) {
	const struct dns_question *used = host->tlsa_used;
	if (used == NULL || used->outcome != DNS_FOUND || used->type != DNS_TYPE_TLSA ||
		host->tlsa_base == NULL) {
		return;
	}
	struct text parent = text_new(lookups->arena, DNS_NAME_MAX);
	text_add(&parent, "_tcp.");
	text_add(&parent, base);
	host->denial_parent = lookups_ask(lookups, parent.at, DNS_TYPE_A, now);
}

void denial_probe_ask(
	struct lookups *lookups, const struct survey_spec *spec, struct report_host *host, usec now) {
	bool wanted = spec->denial_probe && host->address_secure;
	if (!spec->habits->asks_to_explain || (!wanted && !failed_as_denial_would(host))) {
		return;
	}
	const char *base = base_of(host);
	host->denial_name = lookups_ask_tlsa(lookups, NO_PORT, base, now);
	host->denial_type = lookups_ask(lookups, base, DNS_TYPE_TLSA, now);
	if (wanted) {
		ask_parent(lookups, host, base, now);
	}
}

static bool is_pending(const struct dns_question *question) {
	return question != NULL && question->outcome == DNS_PENDING;
}

bool denial_probe_is_pending(const struct report *report) {
	for (size_t i = 0; i < report->n_hosts; i++) {
		const struct report_host *host = &report->hosts[i];
		if (is_pending(host->denial_name) || is_pending(host->denial_type) ||
			is_pending(host->denial_parent)) {
			return true;
		}
	}
	return false;
}
