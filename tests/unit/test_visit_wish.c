/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* When one visit serves two domains: what may differ between them, and what may not. */
#include "probe/visit_wish.h"

#include <netinet/in.h>
#include <sys/un.h>

#include "unit.h"

/* A visit, with all that its specification points to. */
struct wish {
	struct visit_spec spec;
	struct node_name peer;
	struct sockaddr_storage sockaddr;
	struct tls_policy policy;
	struct tls_wish tls;
	struct tlsa records[2];
	const char *names[2];
	struct span fingerprints[1];
};

static void wish_init(struct wish *wish) {
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(25)};
	*wish = (struct wish){.peer = {"mx.test", "0.0.0.0", 25}, .names = {"mx.test", "d.test"}};
	memcpy(&wish->sockaddr, &in, sizeof in);
	wish->records[0] = tlsa_read(span_of("\3\1\1one"), 60);
	wish->records[1] = tlsa_read(span_of("\2\1\1two"), 60);
	wish->fingerprints[0] = span_of("digest");
	wish->policy = (struct tls_policy){.level = TLS_LEVEL_DANE,
		.report_as = TLS_LEVEL_DANE,
		.tlsa = wish->records,
		.n_tlsa = 2,
		.names = wish->names,
		.n_names = 2,
		.sni = "mx.test"};
	wish->tls = (struct tls_wish){.fingerprints = wish->fingerprints, .n_fingerprints = 1};
	wish->spec.destination = "d.test";
	wish->spec.reconnect.max = 5;
	wish->spec.probe = (struct probe_spec){.peer = &wish->peer,
		.sockaddr = (const struct sockaddr *)&wish->sockaddr,
		.sockaddr_len = sizeof in,
		.protocol = MAIL_SMTP,
		.manner = {.mode = SMTP_TLS_STARTTLS, .helo = "me.test"},
		.policy = &wish->policy,
		.wish = &wish->tls};
}

static void nothing(struct wish *wish) {
	(void)wish;
}

static void destination(struct wish *wish) {
	wish->spec.destination = "other.test";
}

static void host(struct wish *wish) {
	wish->peer.host = "other.test";
}

static void address(struct wish *wish) {
	((struct sockaddr_in *)&wish->sockaddr)->sin_addr.s_addr = htonl(1);
}

static void family(struct wish *wish) {
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	memcpy(&wish->sockaddr, &in6, sizeof in6);
}

static void path(struct wish *wish) {
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "/run/lmtp"};
	memcpy(&wish->sockaddr, &un, sizeof un);
}

static void port(struct wish *wish) {
	wish->peer.port = 587;
}

static void protocol(struct wish *wish) {
	wish->spec.probe.protocol = MAIL_LMTP;
}

static void mode(struct wish *wish) {
	wish->spec.probe.manner.mode = SMTP_TLS_WRAPPER;
}

static void helo(struct wish *wish) {
	wish->spec.probe.manner.helo = "you.test";
}

static void no_helo(struct wish *wish) {
	wish->spec.probe.manner.helo = NULL;
}

static void sni(struct wish *wish) {
	wish->policy.sni = "d.test";
}

static void no_sni(struct wish *wish) {
	wish->policy.sni = NULL;
}

static void level_that_need_not_match(struct wish *wish) {
	wish->policy.level = TLS_LEVEL_MAY;
}

static void level_that_must_match_too(struct wish *wish) {
	wish->policy.level = TLS_LEVEL_DANE_ONLY;
}

static void reported_level(struct wish *wish) {
	wish->policy.report_as = TLS_LEVEL_SECURE;
}

static void anonymous(struct wish *wish) {
	wish->policy.anonymous = TLS_ANONYMOUS_LAST;
}

static void fewer_records(struct wish *wish) {
	wish->policy.n_tlsa = 1;
}

static void other_records(struct wish *wish) {
	wish->records[1] = tlsa_read(span_of("\2\1\1six"), 60);
}

static void other_time_to_live(struct wish *wish) {
	wish->records[1].ttl = 61;
}

static void unusable_records(struct wish *wish) {
	wish->policy.unusable_beside = true;
}

static void key_types(struct wish *wish) {
	wish->spec.key_types = true;
}

static void large_hello(struct wish *wish) {
	wish->spec.pq_probe = true;
}

static void reconnect(struct wish *wish) {
	wish->spec.reconnect.delay = USEC_PER_SEC;
}

static void reconnects(struct wish *wish) {
	wish->spec.reconnect.max = 6;
}

static void names(struct wish *wish) {
	wish->names[1] = "other.test";
}

static void fewer_names(struct wish *wish) {
	wish->policy.n_names = 1;
}

static void fingerprint(struct wish *wish) {
	wish->fingerprints[0] = span_of("another");
}

static void no_fingerprint(struct wish *wish) {
	wish->tls.n_fingerprints = 0;
}

#define PLACE 1U
#define WORDS 2U
#define SESSION 4U
#define DEMAND 8U

static const struct {
	const char *what;
	void (*change)(struct wish *wish);
	unsigned differs; /* in what, for who asks whether it is the same */
} rows[] = {
	{"nothing", nothing, 0},
	{"the domain", destination, 0},
	{"the host's name", host, 0},
	{"the TTL of a record", other_time_to_live, 0},
	{"the address", address, PLACE},
	{"the family", family, PLACE},
	{"a socket", path, PLACE},
	{"the port", port, PLACE},
	{"the protocol", protocol, WORDS},
	{"the mode", mode, WORDS},
	{"the name for EHLO", helo, WORDS},
	{"the default name for EHLO", no_helo, WORDS},
	{"the server's name", sni, SESSION},
	{"no server's name", no_sni, SESSION},
	{"a level at which nothing must match", level_that_need_not_match, SESSION | DEMAND},
	{"another level at which something must", level_that_must_match_too, DEMAND},
	{"the level for the report", reported_level, DEMAND},
	{"anonymous suites", anonymous, SESSION},
	{"fewer records", fewer_records, SESSION},
	{"other records", other_records, SESSION},
	{"unusable records", unusable_records, SESSION},
	{"a handshake for each type of key", key_types, SESSION},
	{"a large ClientHello", large_hello, SESSION},
	{"reconnects", reconnect, SESSION},
	{"more reconnects", reconnects, SESSION},
	{"names", names, DEMAND},
	{"fewer names", fewer_names, DEMAND},
	{"fingerprints", fingerprint, DEMAND},
	{"no fingerprint", no_fingerprint, DEMAND},
};

static unsigned compare(const struct visit_spec *a, const struct visit_spec *b) {
	return (visit_wish_same_place(a, b) ? 0 : PLACE) | (visit_wish_same_words(a, b) ? 0 : WORDS) |
		   (visit_wish_same_session(a, b) ? 0 : SESSION) |
		   (visit_wish_same_demand(a, b) ? 0 : DEMAND);
}

START_TEST(two_wishes_differ_in_what_counts) {
	struct wish one;
	struct wish other;
	wish_init(&one);
	wish_init(&other);
	rows[_i].change(&other);
	unsigned differs = compare(&one.spec, &other.spec);
	ck_assert_msg(differs == rows[_i].differs, "%s: %u", rows[_i].what, differs);
	ck_assert_uint_eq(compare(&other.spec, &one.spec), rows[_i].differs);
	if (differs == 0) {
		ck_assert(visit_wish_hash(&one.spec) == visit_wish_hash(&other.spec));
	}
}
END_TEST

/* By keys and certificates of the server itself names count for nothing, nor where none is proven.
 */
START_TEST(names_count_where_they_are_proven) {
	static const struct {
		enum tls_level level;
		size_t n_tlsa; /* the second one has usage 2 */
		bool count;
	} table[] = {{TLS_LEVEL_DANE, 1, false}, {TLS_LEVEL_DANE, 2, true},
		{TLS_LEVEL_DANE_ONLY, 1, false}, {TLS_LEVEL_HALF_DANE, 2, true}, {TLS_LEVEL_MAY, 2, false},
		{TLS_LEVEL_ENCRYPT, 0, false}, {TLS_LEVEL_FINGERPRINT, 0, false},
		{TLS_LEVEL_VERIFY, 0, true}, {TLS_LEVEL_SECURE, 0, true}};
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		struct wish both[2];
		for (size_t k = 0; k < 2; k++) {
			wish_init(&both[k]);
			both[k].policy.level = both[k].policy.report_as = table[i].level;
			both[k].policy.n_tlsa = table[i].n_tlsa;
		}
		names(&both[1]);
		ck_assert_msg(
			visit_wish_same_demand(&both[0].spec, &both[1].spec) != table[i].count, "row %zu", i);
	}
}
END_TEST

START_TEST(a_copy_wishes_the_same_and_nobody_listens) {
	struct arena *arena = unit_arena();
	struct trace trace = {.emit = NULL};
	struct wish one;
	struct visit_spec copy;
	wish_init(&one);
	one.spec.probe.trace = &trace;
	visit_wish_copy(&copy, arena, &one.spec);
	ck_assert_ptr_null(copy.probe.trace);
	ck_assert_uint_eq(compare(&one.spec, &copy), 0);
	ck_assert(visit_wish_hash(&one.spec) == visit_wish_hash(&copy));
	ck_assert(span_equal(copy.probe.policy->tlsa[1].data, span_of("two")));
	struct wish fresh;
	wish_init(&fresh);
	memset(&one, 0, sizeof one); /* it is a copy to the last */
	ck_assert_uint_eq(compare(&fresh.spec, &copy), 0);
	ck_assert_str_eq(copy.probe.peer->host, "mx.test");
	arena_free(arena);
}
END_TEST

UNIT_MAIN("visit_wish", tcase_add_loop_test(tc, two_wishes_differ_in_what_counts, 0,
							(int)(sizeof rows / sizeof rows[0]));
		  tcase_add_test(tc, names_count_where_they_are_proven);
		  tcase_add_test(tc, a_copy_wishes_the_same_and_nobody_listens);)
