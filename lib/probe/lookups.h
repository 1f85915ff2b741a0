/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Every DNS question of a run goes through here, so that each is asked once: a prefetch is nothing
 * but asking early. Tells the listener about questions and answers. */
#ifndef PROBE_LOOKUPS_H
#define PROBE_LOOKUPS_H

#include "base/event.h"
#include "dns/resolver.h"

struct lookups {
	struct arena *arena;
	struct resolver *resolver;
	struct trace *trace;
	struct dns_question **questions; /* in the order asked */
	uint32_t *sums;                  /* of their names: most differ, and cost one look */
	size_t n;
	size_t capacity;
	size_t n_told; /* answers the listener knows about */
	bool *told;
};

/* The question for this name and type: asked now if it was not yet. Its outcome may be
 * DNS_PENDING. The name is copied. */
struct dns_question *lookups_ask(
	struct lookups *lookups, const char *name, enum dns_type type, usec now);

/* The same for what a domain announces: nothing that is judged depends on its answer, and name
 * servers are bad at it, so it is no reason to doubt the resolver. */
struct dns_question *lookups_ask_beside(
	struct lookups *lookups, const char *name, enum dns_type type, usec now);

/* TLSA for a host and port: name is _port._tcp.host. */
struct dns_question *lookups_ask_tlsa(
	struct lookups *lookups, uint16_t port, const char *host, usec now);

/* Let the resolver work; PROGRESS_MOVED when an answer arrived, PROGRESS_WAITING otherwise. */
enum progress lookups_step(struct lookups *lookups, const struct pollfd *fds, size_t n, usec now);

/* What calls for the validation self-test: some question failed; where DNSSEC is wanted, some
 * answer came without AD; a name is said not to exist, and nobody vouches for that. What is asked
 * beside does not count. */
bool lookups_any_failed(const struct lookups *lookups);
bool lookups_any_insecure(const struct lookups *lookups);
bool lookups_any_denied(const struct lookups *lookups);

/* The first question that ended as it would if the resolver could not prove absence: refused, or
 * bogus without any record behind it. NULL: none did. */
const struct dns_question *lookups_first_refused(const struct lookups *lookups);

#endif
