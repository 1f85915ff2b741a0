/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The seam to DNS: one question struct, one verb. Everything behind it can be replaced by a table.
 */
#ifndef DNS_RESOLVER_H
#define DNS_RESOLVER_H

#include "base/arena.h"
#include "dns/dns_answer.h"
#include "io/loop.h"

struct resolver {
	struct source source; /* steps the queries in flight; never says PROGRESS_DONE itself */
	/* Start a question; it stays the caller's and must outlive the resolver, or its outcome. That
	 * changes from DNS_PENDING exactly once, in ask() or in a later step. Never blocks. At most
	 * RESOLVER_BURST questions are in flight, the others wait in the order asked. */
	void (*ask)(struct resolver *resolver, struct dns_question *question, usec now);
	/* Give up: every pending question becomes DNS_TIMED_OUT, or DNS_SERVER_FAILED where a failure
	 * is known already. */
	void (*cancel)(struct resolver *resolver, usec now);
	void (*free)(struct resolver *resolver);
};

/* c-ares 1.18 loses replies of larger bursts. */
#define RESOLVER_BURST 48U

/* Octets of answers after which a resolver asks no more: what waits, and what comes later, ends as
 * DNS_MALFORMED. A hundred hosts with signed addresses and TLSA records need less than half of it.
 * Newer c-ares makes records of every message and a message of them again, at up to 30 ms for the
 * worst 64 KiB: a zone must not be able to buy that hundreds of times. */
#define RESOLVER_OCTETS_MAX (1024U * 1024U)
#define RESOLVER_OCTETS_WORDS "not asked: the answers to earlier questions came to more than 1 MiB"

/* Descriptors a resolver waits for at most: of its own carrier, of those that ask each server
 * alone, and of eight native lookups. */
#define RESOLVER_FDS_MAX 104

/* Free by the resolver's own means; accepts NULL. */
static inline void resolver_free(struct resolver *resolver) {
	if (resolver != NULL) {
		resolver->free(resolver);
	}
}

/* --- c-ares (dns/resolver_ares.c) --- */

struct resolver_ares_spec {
	const char *const *servers; /* as in server_address.h; n_servers 0: those of resolv.conf */
	size_t n_servers;
	usec deadline; /* absolute: no question lives longer. 40 % of the time to it is kept for what a
					  failure leads to: one whom nobody answers is given up before. */
	usec patience; /* not 0: of each question, from when it is asked, in place of the deadline: for
					  a resolver that outlives its questions */
	usec silence;  /* not 0: nobody's answer is waited for longer, however far the deadline */
};

/* The resolver, NULL with ERR_USAGE for a malformed server or ERR_LOCAL. Results live in the arena,
 * or in that of their question.
 * CNAME-only answers without SOA are followed (at most 10 queries). After a failure each other
 * server is asked once (dns/carrier.h), and after SERVFAIL the one that said so with CD=1: an
 * answer there makes the outcome DNS_BOGUS. Never after a timeout. */
struct resolver *resolver_ares_new(
	struct arena *arena, const struct resolver_ares_spec *spec, usec now, struct err *err);

/* Most servers one resolver asks; more is ERR_USAGE. */
#define RESOLVER_SERVERS_MAX 16U

/* Check one --nameserver value without opening anything; false with ERR_USAGE. */
bool resolver_server_check(const char *server, struct err *err);

/* For a resolver of resolver_ares_new() only. True when a server in use is not a loopback address:
 * then AD is only as safe as the path. The text names the servers ("192.0.2.53:53, [::1]:53"). */
bool resolver_ares_is_remote(const struct resolver *resolver, const char **servers);

/* Where c-ares gets its memory from now on; as tls_library_memory(), before all else. */
bool resolver_library_memory(void *(*allocate)(size_t size), void *(*resize)(void *at, size_t size),
	void (*release)(void *at));

/* How many servers it asks, and which: one of its answers has that very pointer as its server. */
size_t resolver_ares_count(const struct resolver *resolver);
const char *resolver_ares_server(const struct resolver *resolver, size_t i);

/* --- answers without AD only from servers that validate (dns/resolver_vetted.c) --- */

/* The signed record set that shows whether a server validates. */
struct resolver_vetting {
	const char *name;
	enum dns_type type;
};

/* Wraps a resolver of resolver_ares_new() (and owns it from then on) that has several servers; one
 * that has a single server is returned as it is. Servers differ: an answer without AD means
 * "unsigned" only when the server that gave it validates. At the first such answer each server is
 * asked for the signed record set, once; an answer from a server that does not validate is thrown
 * away, and one that does is asked instead. Where none does, answers are passed on as they come. */
struct resolver *resolver_vetted_new(struct arena *arena, struct resolver *ares,
	const struct resolver_vetting *vetting, usec deadline);

/* --- native host lookup (dns/resolver_native.c) --- */

enum resolver_hosts {
	RESOLVER_HOSTS_DNS,        /* A and AAAA by DNS only: no native source is needed */
	RESOLVER_HOSTS_NATIVE,     /* A and AAAA by getaddrinfo(3) only */
	RESOLVER_HOSTS_DNS_NATIVE, /* DNS, and getaddrinfo when DNS says the host does not exist */
	RESOLVER_HOSTS_NATIVE_DNS  /* getaddrinfo, and DNS when it knows no such host */
};

/* Wraps another resolver (and owns it from then on): an address question goes to a child process
 * that runs getaddrinfo(3) and is killed at the deadline or on free; everything else passes
 * through. "DNS knows no such host" is NXDOMAIN or NODATA for this one question. Native answers are
 * never secure and have no TTL; when neither source knows the host, the answer is that of the DNS.
 */
struct resolver *resolver_native_new(
	struct arena *arena, struct resolver *dns, enum resolver_hosts order, usec deadline);

/* For a resolver of resolver_native_new() only: each lookup has so much time from when it is asked,
 * in place of the deadline for all. */
void resolver_native_be_patient(struct resolver *resolver, usec patience);

#endif
