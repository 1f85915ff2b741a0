/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The decision what one host must prove. */
#include "probe/tls_policy.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "dns/dns_answer.h"
#include "smtp/destination.h"

/* What goes into the decision, in one place for the helpers below. */
struct deciding {
	struct arena *arena;
	const struct habits *habits;
	const struct tls_wish *wish;
	const struct origin *origin;
	const struct policy_host *host;
};

/* Reference names while they are collected. */
struct name_list {
	const char **names;
	size_t n;
};

/* Every pattern gives one name, every built-in list at most four. */
static struct name_list names_new(const struct deciding *d) {
	size_t room = d->wish->n_patterns > 4 ? d->wish->n_patterns : 4;
	return (struct name_list){
		(const char **)arena_alloc_array(d->arena, room, sizeof(const char *)), 0};
}

/* A name counts once; an empty one matches nothing. */
static void names_add(struct name_list *list, const char *name) {
	if (name == NULL || *name == '\0') {
		return;
	}
	for (size_t i = 0; i < list->n; i++) {
		if (dns_name_equal(list->names[i], name)) {
			return;
		}
	}
	list->names[list->n++] = name;
}

static void names_add_pattern(
	struct name_list *list, const struct deciding *d, const char *pattern) {
	if (strcasecmp(pattern, "hostname") == 0) {
		names_add(list, d->host->name);
	} else if (strcasecmp(pattern, "nexthop") == 0) {
		names_add(list, d->origin->next_hop);
	} else if (strcasecmp(pattern, "dot-nexthop") == 0) {
		/* Sub-domains of an address do not exist, and a name beside an address makes OpenSSL demand
		 * both, so that posttls-finger never verifies an address at secure. */
		bool is_address = address_family_of(d->origin->next_hop) != 0;
		if (*d->origin->next_hop != '\0' && (!is_address || d->habits->takes_numeric_names)) {
			names_add(list, arena_printf(d->arena, ".%s", d->origin->next_hop));
		}
	} else {
		names_add(list, pattern);
	}
}

/* Names for the levels that trust certification authorities. */
static struct name_list names_by_pattern(const struct deciding *d, enum tls_level level) {
	struct name_list list = names_new(d);
	for (size_t i = 0; i < d->wish->n_patterns; i++) {
		names_add_pattern(&list, d, d->wish->patterns[i]);
	}
	if (d->wish->n_patterns == 0 && level == TLS_LEVEL_VERIFY) {
		names_add_pattern(&list, d, "hostname");
	} else if (d->wish->n_patterns == 0) {
		names_add_pattern(&list, d, "nexthop");
		names_add_pattern(&list, d, "dot-nexthop");
	}
	return list;
}

/* Names for DANE-TA (RFC 7672 3.2.2). An unsigned MX answer says nothing about the next hop, so it
 * vouches for no name but the host's own; posttls-finger takes the next hop all the same. */
static struct name_list names_by_dane(const struct deciding *d) {
	struct name_list list = names_new(d);
	names_add(&list, d->host->tlsa_base);
	if (!d->origin->mx_used) {
		if (d->habits->names_typed_host) {
			names_add(&list, d->host->name);
		}
	} else if (d->habits->trusts_next_hop) {
		names_add(&list, d->origin->next_hop_expanded);
		names_add(&list, d->origin->next_hop);
	} else if (d->origin->mx_secure) {
		names_add(&list, d->origin->next_hop);
		names_add(&list, d->origin->next_hop_expanded);
	}
	return list;
}

/* SNI carries names only, never an address (RFC 6066 3); posttls-finger sends what it is told. */
static const char *sni_by_wish(const struct deciding *d) {
	const char *name = NULL;
	switch (d->wish->sni) {
	case SNI_HOSTNAME:
		name = d->host->name;
		break;
	case SNI_NEXTHOP:
		name = d->origin->next_hop;
		break;
	case SNI_NAME:
		name = d->wish->sni_name;
		break;
	case SNI_NONE:
		break;
	}
	if (name == NULL || *name == '\0') {
		return NULL;
	}
	return address_family_of(name) == 0 || d->habits->takes_numeric_names ? name : NULL;
}

/* The decision at dane and dane-only: why, before what. */
static enum policy_reason dane_reason(const struct deciding *d) {
	bool mx_insecure = d->origin->mx_used && !d->origin->mx_secure;
	assert(d->host->tlsa_state != TLSA_STATE_FAILED);
	if (mx_insecure && d->wish->insecure_mx == INSECURE_MX_MAY) {
		return POLICY_MX_INSECURE_MAY;
	}
	switch (d->host->tlsa_state) {
	case TLSA_STATE_NOT_APPLICABLE:
		return POLICY_NOT_APPLICABLE;
	case TLSA_STATE_UNUSABLE:
		return POLICY_TLSA_UNUSABLE;
	case TLSA_STATE_USABLE:
		if (!mx_insecure) {
			return POLICY_DANE;
		}
		return d->wish->insecure_mx == INSECURE_MX_ENCRYPT ? POLICY_MX_INSECURE_ENCRYPT
														   : POLICY_MX_INSECURE_DANE;
	case TLSA_STATE_FAILED: /* not contacted */
	case TLSA_STATE_NOT_ASKED:
	case TLSA_STATE_HOST_INSECURE:
	case TLSA_STATE_ABSENT:
	case TLSA_STATE_INSECURE:
		break;
	}
	return POLICY_NO_TLSA;
}

/* Without records in force real senders would deliver, so check_smtp_tls shakes hands as they do
 * and verifies for the report only; posttls-finger resorts to secure. */
static enum tls_level fallback_level(enum policy_reason reason) {
	return reason == POLICY_TLSA_UNUSABLE ? TLS_LEVEL_ENCRYPT : TLS_LEVEL_MAY;
}

static void decide_dane(struct tls_policy *policy, const struct deciding *d) {
	policy->reason = dane_reason(d);
	switch (policy->reason) {
	case POLICY_AS_WISHED:
	case POLICY_DANE:
		policy->level = d->wish->level;
		break;
	case POLICY_MX_INSECURE_DANE:
		policy->level = TLS_LEVEL_HALF_DANE;
		break;
	case POLICY_MX_INSECURE_MAY:
		policy->level = TLS_LEVEL_MAY;
		break;
	case POLICY_MX_INSECURE_ENCRYPT:
		policy->level = TLS_LEVEL_ENCRYPT;
		break;
	case POLICY_NO_TLSA:
	case POLICY_TLSA_UNUSABLE:
	case POLICY_NOT_APPLICABLE:
		policy->level =
			d->habits->resorts_to_secure ? TLS_LEVEL_SECURE : fallback_level(policy->reason);
		break;
	}
	policy->report_as = policy->level;
	if (policy->reason == POLICY_NO_TLSA) {
		policy->report_as = TLS_LEVEL_SECURE;
	}
	/* Signed records promise STARTTLS even when none is usable (RFC 7672 2.2.3). */
	policy->tls_required =
		d->wish->level == TLS_LEVEL_DANE_ONLY || policy->level >= TLS_LEVEL_ENCRYPT;
}

/* At most as anonymous as a sender would be, but a certificate is worth more to a monitor: where
 * DANE was wished for, anonymous suites come last. */
static enum tls_anonymous anonymous_for(const struct tls_policy *policy, const struct deciding *d) {
	if (tls_level_must_match(policy->level)) {
		return TLS_ANONYMOUS_NEVER;
	}
	bool derived = tls_level_is_dane(d->wish->level) && d->habits->prefers_certificates;
	return derived ? TLS_ANONYMOUS_LAST : TLS_ANONYMOUS_FIRST;
}

struct tls_policy tls_policy_for(struct arena *arena, const struct habits *habits,
	const struct tls_wish *wish, const struct origin *origin, const struct policy_host *host) {
	const struct deciding d = {arena, habits, wish, origin, host};
	struct tls_policy policy = {.level = wish->level,
		.report_as = wish->level,
		.reason = POLICY_AS_WISHED,
		.tls_required = wish->level >= TLS_LEVEL_ENCRYPT};
	if (tls_level_is_dane(wish->level)) {
		decide_dane(&policy, &d);
		policy.unusable_beside = tlsa_count_usable(host->tlsa, host->n_tlsa) < host->n_tlsa;
	}
	policy.anonymous = anonymous_for(&policy, &d);
	struct name_list names = {NULL, 0};
	if (tls_level_is_dane(policy.level)) {
		policy.tlsa = host->tlsa;
		policy.n_tlsa = host->n_tlsa;
		names = names_by_dane(&d);
		policy.sni = host->tlsa_base;
	} else {
		if (policy.report_as == TLS_LEVEL_VERIFY || policy.report_as == TLS_LEVEL_SECURE) {
			names = names_by_pattern(&d, policy.report_as);
		}
		policy.sni = policy.level == TLS_LEVEL_NONE ? NULL : sni_by_wish(&d);
	}
	policy.names = names.names;
	policy.n_names = names.n;
	return policy;
}

const char *tls_policy_reason_text(enum policy_reason reason) {
	switch (reason) {
	case POLICY_AS_WISHED:
		return "as asked for";
	case POLICY_DANE:
		return "signed and usable TLSA records";
	case POLICY_MX_INSECURE_MAY:
		return "the MX answer is not signed: TLS if offered";
	case POLICY_MX_INSECURE_ENCRYPT:
		return "the MX answer is not signed: TLS without authentication";
	case POLICY_MX_INSECURE_DANE:
		return "the MX answer is not signed: the host proves its own name only";
	case POLICY_NO_TLSA:
		return "no TLSA records in force: opportunistic TLS, verified for the report";
	case POLICY_TLSA_UNUSABLE:
		return "no usable TLSA record: TLS without authentication";
	case POLICY_NOT_APPLICABLE:
		return "DANE does not apply to addresses and sockets: opportunistic TLS";
	}
	return "?";
}

const char *tls_policy_finger_text(const struct tls_policy *policy) {
	switch (policy->reason) {
	case POLICY_MX_INSECURE_MAY:
		return "MX RRset is insecure: try to encrypt";
	case POLICY_MX_INSECURE_ENCRYPT:
		return "TLSA RRs found, MX RRset insecure: just encrypt";
	case POLICY_MX_INSECURE_DANE:
		return "MX RRset insecure: log verified as trusted";
	case POLICY_NO_TLSA:
	case POLICY_NOT_APPLICABLE:
		return policy->level == TLS_LEVEL_SECURE ? "no TLSA records found, resorting to \"secure\""
												 : NULL;
	case POLICY_TLSA_UNUSABLE:
		return policy->level == TLS_LEVEL_SECURE
				   ? "no usable TLSA records found, resorting to \"secure\""
				   : NULL;
	case POLICY_AS_WISHED:
	case POLICY_DANE:
		break;
	}
	return NULL;
}
