/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of the verdict share while they judge: the facts, and the findings so far. Private
 * to this room. */
#ifndef VERDICT_JUDGING_H
#define VERDICT_JUDGING_H

#include "base/distance.h"
#include "tls/tls_record.h"
#include "verdict/verdict.h"

struct judging {
	struct arena *arena;
	const struct report *report;
	const struct limits *limits;
	int64_t now;
	struct finding *findings; /* in the order found */
	size_t n_findings;
	size_t capacity;
	bool stale_known; /* judge_all() found out how many TLSA records match nothing seen */
	size_t n_stale;
	bool not_validating; /* the resolver does not validate: absence cannot be judged */
	size_t n_hosts;      /* judged: those behind the one that let us in are not */
};

struct judging judging_new(
	struct arena *arena, const struct report *report, const struct limits *limits, int64_t now);

/* Its default state at the level of this run. */
enum state judging_default(const struct judging *judging, enum finding_id id);

/* What it costs that senders do not get through to a node, or (node NULL) to a host: WARNING when
 * another node gives them all that its own policy demands, else CRITICAL; OK when it may be down.
 * Where this machine failed to look at another, nobody knows: WARNING of all nodes, else UNKNOWN.
 */
enum state judging_loss(
	const struct judging *judging, const struct report_node *node, const struct report_host *host);

/* The same for a host whose lookups fail, which --down-ok does not excuse: it may be unreachable,
 * but broken DNS mends nothing by itself. */
enum state judging_lookup_loss(const struct judging *judging);

/* True for a host that the user expects to be down (--down-ok names it, or the address of the
 * node), while some other node was reached: else there is nobody left to take the mail. */
bool judging_may_be_down(
	const struct judging *judging, const struct report_node *node, const struct report_host *host);

/* " (--down-ok)" where a loss costs nothing: goes behind the reason. */
static inline const char *loss_words(enum state state) {
	return state == STATE_OK ? " (--down-ok)" : "";
}

/* True when this machine has no way to the node's address family, while the other one works. */
bool judging_has_no_route(const struct judging *judging, const struct report_node *node);

/* True when senders at the wished level deliver here: the node gave all that its own policy demands
 * (at dane a host without TLSA records demands what may demands). */
bool judging_is_satisfied(const struct judging *judging, const struct report_node *node);

/* True when nothing weaker than the wished level happened at this node. */
bool judging_is_authenticated(const struct judging *judging, const struct report_node *node);

/* True at the levels a user chooses for DANE. */
bool judging_wants_dane(const struct judging *judging);

/* "in 61 days", "3 hours ago": how far a date is from now. */
static inline const char *judging_distance(const struct judging *judging, int64_t date) {
	return distance_words(judging->arena, judging->now, date);
}

/* "in 5 days (2027-01-20)": with the day in UTC, for calendars. */
const char *judging_when(const struct judging *judging, int64_t date);

/* "mx1.example.org, an alias of host.example.net": the name, and where its aliases end, if the
 * answer (NULL: none) came by way of any. */
struct phrase aliased_name(
	const struct judging *judging, const char *name, const struct dns_question *question);

/* --- the parts; each is in the file of its name, or in the one named --- */

void judge_dns(struct judging *judging);    /* resolver, MX, addresses */
void judge_bounds(struct judging *judging); /* what there was too much of */
void judge_tlsa(struct judging *judging);   /* what the hosts' TLSA records are worth: _dane.c */
void judge_next(struct judging *judging);   /* what will be deployed, by the hosts' TLSA records */
void judge_auth(struct judging *judging);   /* the name servers of the TLSA records' zones */
void judge_rrsig(struct judging *judging);  /* DNSSEC signatures: _dnssec.c */
/* The host's name is one that no sender takes: _names.c. */
void judge_host_name(struct judging *judging, const struct report_host *host);
void judge_alias(struct judging *judging, const struct report_host *host); /* or it is an alias */
void judge_denial(struct judging *judging); /* whether zones prove what does not exist */
void judge_end(struct judging *judging);    /* why the run ended early; behind judge_dns() */
void judge_smtp(struct judging *judging, const struct report_node *node);
void judge_tls(struct judging *judging, const struct report_node *node);
void judge_dates(
	struct judging *judging, const struct report_node *node, const struct tls_facts *tls);
void judge_sessions(struct judging *judging, const struct report_node *node);
/* Is what was reached at the node as much as the user expects? */
void judge_expected(struct judging *judging, const struct report_node *node);
/* What who verifies by CA finds at a node that others deliver to. */
void judge_pkix(struct judging *judging, const struct report_node *node);
void judge_key_types(struct judging *judging, const struct report_node *node);
void judge_large_hello(struct judging *judging, const struct report_node *node);
void judge_all(struct judging *judging);       /* what shows only over all nodes */
void judge_ahead(struct judging *judging);     /* what the next renewal breaks */
void judge_announced(struct judging *judging); /* MTA-STS and TLSRPT in the DNS */
void judge_policy(struct judging *judging);    /* the policy that MTA-STS announces */
void judge_issuers(struct judging *judging);   /* what CAs issue by next */

/* --- lookups that failed (verdict_dns.c) --- */

/* A lookup that failed: the resolver's fault, bogus data, or (id, with this state) the fault of the
 * name asked. host is NULL for the domain. */
void judge_lookup(struct judging *judging, enum finding_id id, enum state state,
	const struct dns_question *question, const struct report_host *host);

/* Is it the resolver's fault that this lookup failed, as far as the other answers tell? */
bool blames_resolver(const struct judging *judging, const struct dns_question *question);

/* Then nothing is known about the name asked. Once is enough. */
void judge_resolver_failure(struct judging *judging, const struct dns_question *question);

/* Why a lookup failed, with what the resolver says about it (RFC 8914). */
struct phrase failure_words(const struct judging *judging, const struct dns_question *question);

/* --- the resolver (verdict_resolver.c) --- */

/* What the resolver is worth, before anything it said is judged. */
void judge_resolver(struct judging *judging);

/* "the resolver at 192.0.2.53:53": the one that gave this answer (NULL: to none in particular)
 * where that is known, else all. */
struct phrase resolver_words(const struct judging *judging, const struct dns_question *question);

/* Does it say that the root has no name servers? They are there, so that nothing else that it says
 * not to exist is known to be absent. */
bool resolver_denies_root(const struct report *report);

/* Then it is the resolver that failed. Once is enough. */
void judge_denied_root(struct judging *judging);

/* --- signatures (verdict_dnssec.c) --- */

/* An RRset that DANE rests on, by its signatures. */
struct signed_set {
	const struct dns_question *question; /* whose answer it is in; NULL: there is none */
	const struct dns_signature *signature;
};

/* That whose signature is worst by the limits. */
struct signed_set worst_signature(const struct judging *judging, enum state *state);

/* --- TLSA records of a host (verdict_records.c) --- */

/* Usable TLSA records, none matches. */
void judge_mismatch(struct judging *judging, const struct report_node *node);

/* TLSA records that senders cannot use; those that the TLS library refused. */
void judge_unusable(struct judging *judging, const struct report_host *host);
void judge_refused_records(struct judging *judging, const struct report_node *node);

/* The whole key or certificate of an anchor is published, nothing else vouches for the chain, and
 * the anchor is not sent (verdict_dane.c). */
void judge_unsent_anchor(struct judging *judging, const struct report_node *node);

/* A host, or its TLSA records, without DNSSEC (verdict_unsigned.c). */
void judge_unsigned(struct judging *judging, const struct report_host *host);

/* Did signatures come with the answer, by way of no alias? Without AD they are worth nothing. In
 * verdict_unsigned.c. */
bool came_signed(const struct dns_question *question);

/* "sign the host's zone": what the answer's zone lacks to be believed. In verdict_unsigned.c. */
struct phrase signing_words(
	const struct judging *judging, const char *zone, const struct dns_question *question);

/* The record in short: "3 1 1 ab12...", what is long cut in the middle. */
const char *tlsa_words(struct arena *arena, const struct tlsa *record);

/* The digest that a further record of the kind has to have: the strongest that a usable one has
 * decides for all of them (RFC 7671 9), and one with another would not count. */
enum tlsa_matching digest_in_force(const struct report_host *host, uint8_t usage, uint8_t selector);

/* The record that would match the certificate at the head of the chain (NULL: none was seen) in the
 * form of a zone file. */
struct phrase record_words(
	const struct judging *judging, const struct report_host *host, const struct tls_facts *facts);

/* The name at which a record for the host is published: that of the present ones, where an alias
 * leads to them or a wildcard holds them. */
const char *record_owner(const struct judging *judging, const struct report_host *host);

/* The records for all keys that nodes of the host showed, as "... and ...": who publishes some
 * turns away whom the others are shown. Empty when nobody showed any. */
struct phrase seen_records(const struct judging *judging, const struct report_host *host);

/* "; it may need a TLSA record first (--next tells)": where records are in force, what is told of a
 * new certificate goes on with this; else empty. */
const char *renewal_words(const struct report_host *host);

/* Does the host have an address at which nobody saw a certificate, beside one where it was seen?
 * In shown.c. */
bool has_unseen_address(const struct judging *judging, const struct report_host *host);

/* ", and those of other keys that --all shows at its addresses": goes on behind the records to
 * publish; empty where all of them are known. In shown.c. */
const char *unseen_keys_words(const struct judging *judging, const struct report_host *host);

/* " (where an alias to www.example.org answers now)": what is in the way of a record that the host
 * is to have; else empty. */
struct phrase record_obstacle(const struct judging *judging, const struct report_host *host);

/* Does the record fit what was shown in the session, or did the bare key in it sign that? In
 * verdict_all.c. */
bool record_is_seen(const struct tlsa *record, const struct tls_facts *tls);

/* --- the certificates shown (shown.c; of one node: shown_facts() in verdict.h) --- */

/* All sessions in which nodes of the host showed a certificate, in the arena. */
size_t sessions_of_host(const struct judging *judging, const struct report_host *host,
	const struct tls_facts ***sessions);

/* --- dates (verdict_dates.c) --- */

/* A threshold pair in seconds for something with this lifetime, and what it says about `left`. */
struct remaining_pair {
	int64_t warning;
	int64_t critical;
};
struct remaining_pair remaining_pair(const struct remaining_limits *limits, int64_t lifetime);
enum state remaining_state(struct remaining_pair pair, int64_t left);

/* True when under what this node proved (or was to prove) in a session dates count for nothing:
 * DANE-EE. */
bool dates_do_not_count(const struct report_node *node, const struct tls_facts *tls);

/* What too little time left, by the critical threshold, counts for at this node. */
enum state expiry_state(const struct judging *judging, const struct report_node *node);

/* The certificates that count: the verified path, else the leaf. NULL and 0 without any. */
const struct tls_cert *chain_that_counts(const struct tls_facts *facts, size_t *n);

/* --- how the conversation or the run ended (verdict_smtp.c, verdict_end.c) --- */

/* "waiting for the greeting": what was under way when the node's probe ended. */
const char *stage_words(const struct judging *judging, const struct report_node *node);

/* What it counts for that a node says nothing for too long: --timeout-result, or what the loss of
 * the node costs where that is CRITICAL. */
enum state silence_state(const struct judging *judging, const struct report_node *node);

/* Why the run ended early: "the deadline of 30 s passed". */
const char *end_words(const struct judging *judging);

/* Did the run end while a node that is judged was asked for more than its probe? In
 * verdict_sessions.c. */
bool judge_extras(struct judging *judging);

/* --- what is gathered at the end --- */

/* Is the node one of those that were to be reached? Others count in no number of nodes. In
 * verdict_all.c. */
bool node_counts(const struct judging *judging, const struct report_node *node);

/* How long the run took, without waiting on purpose; never more than its deadline. In
 * verdict_sessions.c. */
usec response_time(const struct report *report);

/* What each kind of sender would do; NULL where nobody wants to know. In sender_view.c. */
const struct sender_table *view_senders(const struct judging *judging);

/* Performance data; verdict->nodes must be there. In metrics.c. */
void measure(const struct judging *judging, struct verdict *verdict);

#endif
