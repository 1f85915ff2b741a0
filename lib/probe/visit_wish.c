/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a visit's specification decides what it sees, and what decides only what that proves. */
#include "probe/visit_wish.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "base/chains.h"

static uint64_t hash_text(uint64_t hash, const char *text) {
	return text == NULL ? chains_hash(hash, "", 1) : chains_hash(hash, text, strlen(text) + 1);
}

static bool same_text(const char *a, const char *b) {
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* --- the address --- */

/* Its octets, without the port. */
struct span visit_wish_address(const struct visit_spec *spec) {
	const struct sockaddr *sockaddr = spec->probe.sockaddr;
	if (sockaddr->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)sockaddr;
		return (struct span){(const uint8_t *)&in->sin_addr, sizeof in->sin_addr};
	}
	if (sockaddr->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)sockaddr;
		return (struct span){(const uint8_t *)&in6->sin6_addr, sizeof in6->sin6_addr};
	}
	return span_of(((const struct sockaddr_un *)sockaddr)->sun_path);
}

uint64_t visit_wish_address_hash(const struct visit_spec *spec) {
	struct span address = visit_wish_address(spec);
	return chains_hash(CHAINS_HASH_START, address.at, address.len);
}

static bool same_address(const struct visit_spec *a, const struct visit_spec *b) {
	return a->probe.sockaddr->sa_family == b->probe.sockaddr->sa_family &&
		   span_equal(visit_wish_address(a), visit_wish_address(b));
}

bool visit_wish_same_place(const struct visit_spec *a, const struct visit_spec *b) {
	return a->probe.peer->port == b->probe.peer->port && same_address(a, b);
}

/* --- the words, and the session --- */

bool visit_wish_same_words(const struct visit_spec *a, const struct visit_spec *b) {
	return a->probe.protocol == b->probe.protocol && a->probe.manner.mode == b->probe.manner.mode &&
		   same_text(a->probe.manner.helo, b->probe.manner.helo);
}

/* Facts hold what is needed to tell by which of them a certificate is nearly right. */
static bool same_records(const struct tls_policy *a, const struct tls_policy *b) {
	if (a->n_tlsa != b->n_tlsa || a->unusable_beside != b->unusable_beside) {
		return false;
	}
	for (size_t i = 0; i < a->n_tlsa; i++) {
		if (!span_equal(a->tlsa[i].rdata, b->tlsa[i].rdata)) {
			return false;
		}
	}
	return true;
}

bool visit_wish_same_session(const struct visit_spec *a, const struct visit_spec *b) {
	const struct tls_policy *one = a->probe.policy;
	const struct tls_policy *other = b->probe.policy;
	return tls_level_must_match(one->level) == tls_level_must_match(other->level) &&
		   one->anonymous == other->anonymous && same_text(one->sni, other->sni) &&
		   same_records(one, other) && a->key_types == b->key_types && a->pq_probe == b->pq_probe &&
		   a->reconnect.delay == b->reconnect.delay && a->reconnect.max == b->reconnect.max;
}

uint64_t visit_wish_hash(const struct visit_spec *spec) {
	uint64_t hash = visit_wish_address_hash(spec);
	hash = chains_hash(hash, &spec->probe.peer->port, sizeof spec->probe.peer->port);
	return hash_text(hash, spec->probe.policy->sni);
}

/* --- what must be proven --- */

static bool same_names(const struct tls_policy *a, const struct tls_policy *b) {
	if (a->n_names != b->n_names) {
		return false;
	}
	for (size_t i = 0; i < a->n_names; i++) {
		if (strcmp(a->names[i], b->names[i]) != 0) {
			return false;
		}
	}
	return true;
}

/* With nothing but keys and certificates of the server itself its name counts for nothing
 * (RFC 7672 3.1.1), and where nothing is verified it counts for nothing either. */
static bool names_count(const struct tls_policy *policy) {
	switch (policy->report_as) {
	case TLS_LEVEL_NONE:
	case TLS_LEVEL_MAY:
	case TLS_LEVEL_ENCRYPT:
	case TLS_LEVEL_FINGERPRINT:
		return false;
	case TLS_LEVEL_DANE:
	case TLS_LEVEL_DANE_ONLY:
	case TLS_LEVEL_HALF_DANE:
		for (size_t i = 0; i < policy->n_tlsa; i++) {
			if (policy->tlsa[i].usage != TLSA_DANE_EE) {
				return true;
			}
		}
		return false;
	case TLS_LEVEL_VERIFY:
	case TLS_LEVEL_SECURE:
		break;
	}
	return true;
}

static bool same_fingerprints(const struct tls_wish *a, const struct tls_wish *b) {
	if (a->n_fingerprints != b->n_fingerprints) {
		return false;
	}
	for (size_t i = 0; i < a->n_fingerprints; i++) {
		if (!span_equal(a->fingerprints[i], b->fingerprints[i])) {
			return false;
		}
	}
	return true;
}

bool visit_wish_same_demand(const struct visit_spec *a, const struct visit_spec *b) {
	const struct tls_policy *one = a->probe.policy;
	const struct tls_policy *other = b->probe.policy;
	return one->level == other->level && one->report_as == other->report_as &&
		   (!names_count(one) || same_names(one, other)) &&
		   same_fingerprints(a->probe.wish, b->probe.wish);
}

/* --- a copy --- */

static void copy_policy(struct tls_policy *to, struct arena *arena, const struct tls_policy *from) {
	*to = *from;
	struct tlsa *records = arena_alloc_array(arena, from->n_tlsa, sizeof *records);
	for (size_t i = 0; i < from->n_tlsa; i++) {
		records[i] = from->tlsa[i];
		records[i].rdata = arena_copy_span(arena, from->tlsa[i].rdata);
		size_t at = from->tlsa[i].rdata.len - from->tlsa[i].data.len; /* the rest of it */
		records[i].data.at = records[i].rdata.at + at;
	}
	const char **names = (const char **)arena_alloc_array(arena, from->n_names, sizeof *names);
	for (size_t i = 0; i < from->n_names; i++) {
		names[i] = arena_copy_string(arena, from->names[i]);
	}
	to->tlsa = records;
	to->names = names;
	to->sni = from->sni == NULL ? NULL : arena_copy_string(arena, from->sni);
}

/* What a probe asks for in it. */
static void copy_wish(struct tls_wish *to, struct arena *arena, const struct tls_wish *from) {
	struct span *fingerprints =
		arena_alloc_array(arena, from->n_fingerprints, sizeof *fingerprints);
	for (size_t i = 0; i < from->n_fingerprints; i++) {
		fingerprints[i] = arena_copy_span(arena, from->fingerprints[i]);
	}
	*to = (struct tls_wish){
		.level = from->level, .fingerprints = fingerprints, .n_fingerprints = from->n_fingerprints};
}

void visit_wish_copy(struct visit_spec *to, struct arena *arena, const struct visit_spec *from) {
	struct node_name *peer = arena_alloc(arena, sizeof *peer);
	struct sockaddr_storage *sockaddr = arena_alloc(arena, from->probe.sockaddr_len);
	struct tls_policy *policy = arena_alloc(arena, sizeof *policy);
	struct tls_wish *wish = arena_alloc(arena, sizeof *wish);
	*peer = *from->probe.peer;
	peer->host = arena_copy_string(arena, peer->host);
	peer->address = arena_copy_string(arena, peer->address);
	memcpy(sockaddr, from->probe.sockaddr, from->probe.sockaddr_len);
	copy_policy(policy, arena, from->probe.policy);
	copy_wish(wish, arena, from->probe.wish);
	*to = *from;
	to->destination = arena_copy_string(arena, from->destination);
	to->probe.peer = peer;
	to->probe.sockaddr = (const struct sockaddr *)sockaddr;
	to->probe.policy = policy;
	to->probe.wish = wish;
	to->probe.trace = NULL;
	if (from->probe.manner.helo != NULL) {
		to->probe.manner.helo = arena_copy_string(arena, from->probe.manner.helo);
	}
	if (from->probe.session_peer != NULL) {
		to->probe.session_peer = arena_copy_string(arena, from->probe.session_peer);
	}
}
