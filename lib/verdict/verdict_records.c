/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* TLSA records that are no good: what they are, and which ones to publish. */
#include "verdict/raise.h"
#include "verdict/record_view.h"

#define MISSES_SHOWN 3U
#define RECORDS_SHOWN 8U

const char *tlsa_words(struct arena *arena, const struct tlsa *record) {
	struct text text = text_new(arena, 100);
	tlsa_print(&text, record, 8);
	return text.at;
}

/* --- what to publish --- */

enum tlsa_matching digest_in_force(
	const struct report_host *host, uint8_t usage, uint8_t selector) {
	for (size_t i = 0; i < host->n_tlsa; i++) {
		const struct tlsa *record = &host->tlsa[i];
		if (record->unusable == NULL && record->usage == usage && record->selector == selector &&
			record->matching == TLSA_SHA512) {
			return TLSA_SHA512;
		}
	}
	return TLSA_SHA256;
}

/* "2 1 1 ab12...", whole: the record for the certificate at this depth. */
static struct phrase record_data(const struct judging *j, const struct report_host *host,
	const struct tls_cert *cert, const struct tls_miss *form) {
	enum tlsa_matching matching = digest_in_force(host, form->usage, form->selector);
	if (cert->digest[form->selector][matching - 1].len == 0) {
		matching = TLSA_SHA256;
	}
	struct text hex = text_new(j->arena, 200);
	struct span digest = cert->digest[form->selector][matching - 1];
	for (size_t i = 0; i < digest.len; i++) {
		text_addf(&hex, "%02x", digest.at[i]);
	}
	return phrase_new(
		j->arena, "%u %u %u %s", form->usage, form->selector, (unsigned)matching, hex.at);
}

static const char *asked_owner(const struct judging *j, const struct report_host *host) {
	struct text owner = text_new(j->arena, 2048);
	tlsa_owner(&owner, host->port, host->tlsa_base != NULL ? host->tlsa_base : host->name);
	return owner.at;
}

static const struct dns_question *question_about(
	const struct report_host *host, const char *owner) {
	for (size_t i = 0; i < host->n_tlsa_questions; i++) {
		if (dns_name_equal(host->tlsa_questions[i]->name, owner)) {
			return host->tlsa_questions[i];
		}
	}
	return NULL;
}

/* The rest of a name behind its first label. */
static const char *behind_label(const char *name) {
	while (*name != '\0' && *name != '.') {
		name += *name == '\\' && name[1] != '\0' ? 2 : 1;
	}
	return *name == '.' ? name + 1 : name;
}

/* "*._tcp.mx1.example.org" where the records of the answer came from there (RFC 4034 3.1.3), else
 * the name itself. */
static const char *signed_owner(
	const struct judging *j, const char *name, const struct dns_answer *answer) {
	size_t n_signed = 0; /* 0: not known */
	for (size_t i = 0; i < answer->n_signatures; i++) {
		bool about = answer->signatures[i].type == DNS_TYPE_TLSA;
		n_signed = about ? answer->signatures[i].labels : n_signed;
	}
	size_t n = 0;
	for (const char *rest = name; *rest != '\0'; rest = behind_label(rest)) {
		n++;
	}
	const char *rest = name;
	for (size_t i = n_signed; n_signed > 0 && i < n; i++) {
		rest = behind_label(rest);
	}
	return rest == name ? name : arena_printf(j->arena, "*.%s", rest);
}

/* Nothing may stand beside an alias (RFC 1034 3.6.2), and servers refuse a zone where something
 * does; and a name of its own hides the wildcard that answers for it now, with all the records
 * there (RFC 4592 4.4). So what is published goes where the other records are. */
const char *record_owner(const struct judging *j, const struct report_host *host) {
	const char *asked = asked_owner(j, host);
	const struct dns_question *question = question_about(host, asked);
	if (question == NULL || question->outcome != DNS_FOUND) {
		return asked;
	}
	const struct dns_answer *answer = &question->answer;
	return signed_owner(j, answer->n_aliases > 0 ? answer->canonical : asked, answer);
}

static struct phrase record_line(
	const struct judging *j, const struct report_host *host, const struct phrase *data) {
	return phrase_new(j->arena, "%pN. IN TLSA %pP", record_owner(j, host), data);
}

struct phrase record_obstacle(const struct judging *j, const struct report_host *host) {
	const struct dns_question *aliased = question_about(host, asked_owner(j, host));
	if (aliased == NULL || aliased->answer.n_aliases == 0 || aliased->outcome == DNS_FOUND) {
		return (struct phrase){.n = 0};
	}
	return phrase_new(j->arena, " (where an alias to %pN answers now)", aliased->answer.canonical);
}

const char *renewal_words(const struct report_host *host) {
	return host->tlsa_state == TLSA_STATE_USABLE
			   ? "; it may need a TLSA record first (--next tells)"
			   : "";
}

struct phrase record_words(
	const struct judging *j, const struct report_host *host, const struct tls_facts *facts) {
	static const struct tls_miss own_key = {.usage = TLSA_DANE_EE, .selector = TLSA_SPKI};
	struct phrase data = facts == NULL || facts->n_chain == 0
							 ? phrase_new(j->arena, "3 1 1 (SHA-256 of its public key)")
							 : record_data(j, host, &facts->chain[0], &own_key);
	return record_line(j, host, &data);
}

/* Of each key that nodes of the host showed one session, in place: how many are left. */
static size_t keep_keys(const struct tls_facts **sessions, size_t n) {
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		while (k < kept && !span_equal(sessions[k]->chain[0].spki, sessions[i]->chain[0].spki)) {
			k++;
		}
		if (k == kept) {
			sessions[kept++] = sessions[i];
		}
	}
	return kept;
}

struct phrase seen_records(const struct judging *j, const struct report_host *host) {
	const struct tls_facts **sessions = NULL;
	size_t n_sessions = sessions_of_host(j, host, &sessions);
	size_t n = keep_keys(sessions, n_sessions);
	struct phrase all = {.n = 0};
	for (size_t i = 0; i < n && i < RECORDS_SHOWN; i++) {
		struct phrase record = record_words(j, host, sessions[i]);
		phrase_add(j->arena, &all, "%s%pP", i == 0 ? "" : " and ", &record);
	}
	phrase_add_rest(j->arena, &all, n, RECORDS_SHOWN);
	return all;
}

/* --- unusable ones --- */

/* Who cannot use them. */
enum refuser { REFUSED_BY_SENDERS, REFUSED_BY_LIBRARY };

/* "3 1 9 ab12...: unknown matching type", joined by semicolons, and what they are. */
static struct phrase unusable_words(const struct judging *j, const struct report_host *host,
	const struct report_node *node, enum refuser refuser) {
	struct phrase words = {.n = 0};
	for (size_t i = 0; i < host->n_tlsa; i++) {
		const struct record_view view = record_view_of(j->report, host, node, i);
		bool by_senders = host->tlsa[i].unusable != NULL;
		if (view.unusable == NULL || by_senders != (refuser == REFUSED_BY_SENDERS)) {
			continue;
		}
		struct phrase miss = record_view_miss(j->arena, &view);
		phrase_add(j->arena, &words, "%s%s: %s", words.n > 0 ? "; " : "",
			tlsa_words(j->arena, view.record), view.unusable);
		if (miss.n > 0) {
			phrase_add(j->arena, &words, ", it %pP", &miss);
		}
	}
	return words;
}

/* Who leaves the useless ones there keeps the finding; where none is left, what would count. */
static void add_usable(struct judging *j, struct finding *finding, const struct report_host *host,
	const struct report_node *node) {
	if (node != NULL) {
		finding->record = seen_records(j, host);
		raise_remedy(
			j, finding, "publish %pP%s instead", &finding->record, unseen_keys_words(j, host));
	}
}

static void add_removal(struct judging *j, struct finding *finding, size_t n) {
	raise_remedy(j, finding, "%s", n == 1 ? "remove it" : "remove them");
}

void judge_unusable(struct judging *j, const struct report_host *host) {
	size_t n = host->n_tlsa - tlsa_count_usable(host->tlsa, host->n_tlsa);
	if (n == 0) {
		return;
	}
	bool all = host->tlsa_state == TLSA_STATE_UNUSABLE;
	const struct report_node *node = record_view_node(j->report, host);
	struct phrase words = unusable_words(j, host, node, REFUSED_BY_SENDERS);
	struct finding *finding =
		raise_host(j, all ? FINDING_TLSA_UNUSABLE : FINDING_TLSA_RECORD_UNUSABLE, host,
			"%zu of %zu TLSA records unusable%s (%pP)", n, host->n_tlsa,
			all ? ", so senders encrypt without authentication" : "", &words);
	if (all) {
		add_usable(j, finding, host, node);
	} else {
		add_removal(j, finding, n);
	}
}

/* Records that only the TLS library found out to be unusable: full data that is no certificate. */
void judge_refused_records(struct judging *j, const struct report_node *node) {
	const struct tls_facts *facts = node->result.tls;
	if (facts->proof.n_refused == 0) {
		return;
	}
	bool all = facts->proof.n_usable == 0;
	struct phrase words = unusable_words(j, node->host, node, REFUSED_BY_LIBRARY);
	struct finding *finding =
		raise_node(j, all ? FINDING_TLSA_UNUSABLE : FINDING_TLSA_RECORD_UNUSABLE, node,
			"%zu of %zu TLSA records unusable (%pP)", facts->proof.n_refused, node->host->n_tlsa,
			&words);
	if (all) {
		add_usable(j, finding, node->host, facts->n_chain > 0 ? node : NULL);
	} else {
		add_removal(j, finding, facts->proof.n_refused);
	}
}

/* --- a mismatch --- */

/* What the usable records of a node are, where that is known. */
struct misses {
	struct phrase words;      /* of the first few */
	struct record_view first; /* that is known; kind UNSEEN: none is */
	size_t n_known;
	size_t n_usable;
	size_t n_of_issuers; /* usage 2 */
};

static struct misses gather_misses(const struct judging *j, const struct report_node *node) {
	const struct report_host *host = node->host;
	struct misses misses = {.first = {.miss = {.kind = TLS_MISS_UNSEEN}}};
	for (size_t i = 0; i < host->n_tlsa; i++) {
		const struct record_view view = record_view_of(j->report, host, node, i);
		if (view.unusable != NULL) {
			continue;
		}
		misses.n_usable++;
		misses.n_of_issuers += view.record->usage == TLSA_DANE_TA;
		struct phrase miss = record_view_miss(j->arena, &view);
		if (miss.n == 0) {
			continue;
		}
		misses.first = misses.n_known == 0 ? view : misses.first;
		if (misses.n_known++ < MISSES_SHOWN) {
			phrase_add(
				j->arena, &misses.words, "; %s %pP", tlsa_words(j->arena, view.record), &miss);
		}
	}
	return misses;
}

/* What all of them are of, where none of them is known. */
static const char *unseen_words(const struct misses *misses) {
	bool of_issuers = misses->n_of_issuers == misses->n_usable;
	return record_view_unseen(of_issuers ? TLSA_DANE_TA : TLSA_DANE_EE, TLSA_SPKI);
}

/* The record for the key of an issuer that is sent; an empty one where none is. */
static struct phrase issuer_data(
	const struct judging *j, const struct report_node *node, int depth) {
	static const struct tls_miss issuer_key = {.usage = TLSA_DANE_TA, .selector = TLSA_SPKI};
	const struct tls_facts *facts = node->result.tls;
	if (depth < 1 || (size_t)depth >= facts->n_chain) {
		return (struct phrase){.n = 0};
	}
	return record_data(j, node->host, &facts->chain[depth], &issuer_key);
}

/* A weaker digest is there and right, and does not count beside a stronger one. */
static void remedy_for_overruled(struct judging *j, struct finding *finding,
	const struct report_node *node, const struct tls_miss *miss) {
	struct phrase data = record_data(j, node->host, &node->result.tls->chain[miss->depth], miss);
	finding->record = record_line(j, node->host, &data);
	/* The record 3 1 2 that is there may be right for a server, or a key, that was not seen. */
	raise_remedy(j, finding, "publish %pP beside the record %u %u 2", &finding->record, miss->usage,
		miss->selector);
}

/* The record for an issuer that would do as well as the one for the server: where an issuer is what
 * the records are, or are meant to be, about. */
static struct phrase issuer_choice(
	const struct judging *j, const struct report_node *node, const struct misses *misses) {
	const struct tls_miss *miss = &misses->first.miss;
	if (miss->kind == TLS_MISS_ISSUER || miss->kind == TLS_MISS_REISSUED) {
		return issuer_data(j, node, miss->depth);
	}
	bool meant = misses->n_of_issuers == misses->n_usable && miss->kind != TLS_MISS_LEAF;
	bool here = miss->kind != TLS_MISS_ELSEWHERE && miss->kind != TLS_MISS_NOT_SENT;
	return issuer_data(j, node, !meant ? 0 : here && miss->depth > 0 ? miss->depth : 1);
}

/* Records of issuers alone, and nobody's certificate but the server's own: fullchain.pem was meant.
 */
static bool lacks_issuers(const struct report_node *node, const struct misses *misses) {
	const struct tls_facts *facts = node->result.tls;
	return misses->n_known == 0 && misses->n_of_issuers == misses->n_usable &&
		   facts->n_chain == 1 && !facts->chain[0].self_issued;
}

/* Is what is published for one published for the other, too? */
static bool shares_records(
	const struct judging *j, const struct report_node *a, const struct report_node *b) {
	return a->host == b->host || dns_name_equal(record_owner(j, a->host), record_owner(j, b->host));
}

/* The record for the key that was seen fits in any case; what else is needed, or would do. */
static void add_remedy(struct judging *j, struct finding *finding, const struct report_node *node,
	const struct misses *misses) {
	const struct record_view *view = &misses->first;
	if (view->miss.kind == TLS_MISS_OVERRULED) {
		remedy_for_overruled(j, finding, node, &view->miss);
		return;
	}
	struct phrase issuer = issuer_choice(j, node, misses);
	const char *verb = "publish";
	if (lacks_issuers(node, misses)) {
		verb = "let the server send its issuers too (the full chain), or publish";
	} else if (view->miss.kind == TLS_MISS_NOT_SENT) {
		verb = "let the server send the issuer, or publish";
	} else if (view->miss.kind == TLS_MISS_ELSEWHERE && shares_records(j, view->other, node)) {
		verb = "add"; /* the record is right for the other certificate */
	}
	raise_remedy(j, finding, "%s %pP", verb, &finding->record);
	if (issuer.n > 0) {
		raise_remedy(j, finding, ", or for the issuer %pP", &issuer);
	}
	if (has_unseen_address(j, node->host)) {
		raise_remedy(j, finding,
			"; leave the present ones there, which may be right for another address of the host");
	}
}

void judge_mismatch(struct judging *j, const struct report_node *node) {
	const struct tls_facts *facts = node->result.tls;
	size_t n = tlsa_count_usable(node->policy.tlsa, node->policy.n_tlsa);
	bool shown = facts->n_chain > 0;
	struct misses misses = gather_misses(j, node);
	bool unseen = shown && misses.n_known == 0;
	struct finding *finding = raise_node_as(j, FINDING_TLSA_MISMATCH, STATE_CRITICAL, node,
		"TLSA mismatch: %zu record%s, none matches%s%s%pP%s", n, n == 1 ? "" : "s",
		unseen ? ": " : "", unseen ? unseen_words(&misses) : "", &misses.words,
		shown ? "" : "; no certificate was sent");
	finding->record = record_words(j, node->host, facts);
	add_remedy(j, finding, node, &misses);
}
