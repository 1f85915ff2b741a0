/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What will break next: TLSA records that are right today and that the next renewal makes wrong. */
#include "verdict/raise.h"

#define MANY_RECORDS 12U /* some large senders take no more */
#define DAY INT64_C(86400)
#define LONG_LIVED (400 * DAY) /* no public CA issues for longer */
#define SHORT_LIVED (10 * DAY) /* ACME clients renew these earlier in their life */

/* What became of one record at all nodes of its host. */
struct standing {
	bool matches; /* a sender gets through by it */
	bool seen;    /* fits a certificate that was shown, though it may not count */
	bool refused; /* by the TLS library */
};

/* One host's usable records, and what its nodes showed. */
struct outlook {
	const struct report_host *host;
	const struct tlsa *records; /* the host's */
	size_t n;
	struct standing *standings; /* one for each */
	size_t n_match;
	size_t n_left; /* count, and fit nothing that was shown: of the next key, or of an old one */
	const struct tlsa *idle; /* fits nothing, and would not count when it did; NULL: none */
	bool issuer;             /* a record of an issuer is among those that match */
};

/* A certificate that a node of the host showed. */
struct shown {
	const struct report_node *node;
	const struct tls_facts *tls;
	enum tls_key_type type;
};

/* Does a sender get through by this record? */
static bool is_match(const struct outlook *outlook, size_t i, const struct tls_facts *tls) {
	return record_is_seen(&outlook->records[i], tls) &&
		   !tls_record_is_overruled(outlook->records, outlook->n, i);
}

/* The next certificate of the host; *at begins at 0. False at the end. */
static bool next_shown(
	const struct judging *j, const struct report_host *host, size_t *at, struct shown *shown) {
	for (; *at < j->report->n_nodes * TLS_KEY_TYPES; (*at)++) {
		const struct report_node *node = &j->report->nodes[*at / TLS_KEY_TYPES];
		enum tls_key_type type = (enum tls_key_type)(*at % TLS_KEY_TYPES);
		if (node->host != host) { /* none of its types, either */
			*at += TLS_KEY_TYPES - 1;
			continue;
		}
		const struct tls_facts *tls = shown_facts(node, type);
		if (tls != NULL && node->policy.n_tlsa > 0) {
			*shown = (struct shown){node, tls, type};
			(*at)++;
			return true;
		}
	}
	return false;
}

static void look_at(struct outlook *outlook, const struct tls_facts *tls) {
	for (size_t i = 0; i < outlook->n; i++) {
		struct standing *standing = &outlook->standings[i];
		standing->matches = standing->matches || is_match(outlook, i, tls);
		standing->seen = standing->seen || record_is_seen(&outlook->records[i], tls);
		standing->refused =
			standing->refused || (tls->proof.refused != NULL && tls->proof.refused[i] != NULL);
	}
}

/* False when no node of the host showed a certificate that matches. */
static bool outlook_new(
	struct outlook *outlook, const struct judging *j, const struct report_host *host) {
	struct shown shown;
	*outlook = (struct outlook){.host = host};
	for (size_t at = 0; next_shown(j, host, &at, &shown);) {
		if (outlook->n == 0) {
			outlook->records = shown.node->policy.tlsa;
			outlook->n = shown.node->policy.n_tlsa;
			outlook->standings =
				arena_alloc_array(j->arena, outlook->n, sizeof *outlook->standings);
		}
		look_at(outlook, shown.tls);
	}
	for (size_t i = 0; i < outlook->n; i++) {
		const struct standing *standing = &outlook->standings[i];
		outlook->n_match += standing->matches;
		bool left = !standing->seen && !standing->refused && outlook->records[i].unusable == NULL;
		bool overruled = tls_record_is_overruled(outlook->records, outlook->n, i);
		outlook->n_left += left && !overruled;
		outlook->idle = left && overruled ? &outlook->records[i] : outlook->idle;
		outlook->issuer =
			outlook->issuer || (standing->matches && outlook->records[i].usage == TLSA_DANE_TA);
	}
	return outlook->n_match > 0;
}

/* --- a kind of record that fits nothing --- */

static bool is_same_kind(const struct tlsa *a, const struct tlsa *b) {
	return a->usage == b->usage && a->selector == b->selector;
}

static bool has_match(
	const struct outlook *outlook, const struct tlsa *kind, const struct tls_facts *tls) {
	for (size_t i = 0; i < outlook->n; i++) {
		if ((kind == NULL || is_same_kind(&outlook->records[i], kind)) &&
			is_match(outlook, i, tls)) {
			return true;
		}
	}
	return false;
}

static bool is_first_of_kind(const struct outlook *outlook, size_t index) {
	for (size_t i = 0; i < index; i++) {
		if (outlook->records[i].unusable == NULL &&
			is_same_kind(&outlook->records[i], &outlook->records[index])) {
			return false;
		}
	}
	return true;
}

/* "2 1 x, 3 0 x"; empty when every kind has a record that matches. */
static struct phrase idle_kinds(
	const struct judging *j, const struct outlook *outlook, const struct tls_facts *tls) {
	struct phrase kinds = {.n = 0};
	for (size_t i = 0; i < outlook->n; i++) {
		const struct tlsa *record = &outlook->records[i];
		if (record->unusable == NULL && is_first_of_kind(outlook, i) &&
			!has_match(outlook, record, tls)) {
			phrase_add(j->arena, &kinds, "%s%u %u x", kinds.n > 0 ? ", " : "", record->usage,
				record->selector);
		}
	}
	return kinds;
}

/* Once for a host. They may be those of a certificate that was not shown. */
static void judge_partial(struct judging *j, const struct outlook *outlook) {
	struct shown shown;
	for (size_t at = 0; next_shown(j, outlook->host, &at, &shown);) {
		struct phrase kinds = idle_kinds(j, outlook, shown.tls);
		if (kinds.n == 0 || !has_match(outlook, NULL, shown.tls)) {
			continue;
		}
		enum state state =
			j->report->spec->key_types ? judging_default(j, FINDING_TLSA_PARTIAL) : STATE_OK;
		struct finding *finding = raise_node_as(j, FINDING_TLSA_PARTIAL, state, shown.node,
			"none of the TLSA records %pP matches this chain, only records of another kind do",
			&kinds);
		finding->subject.key_type = shown.type;
		raise_remedy(j, finding,
			"publish such records for it too, or remove these if they are not of what comes "
			"next%s (RFC 7671 8.1)",
			j->report->spec->key_types ? "" : " or of a certificate of another type (--key-types)");
		return;
	}
}

/* --- records that the next renewal makes wrong --- */

/* The record that alone lets senders through and is about a whole certificate; NULL: another kind
 * matches too, or none. */
static const struct tlsa *fragile_record(
	const struct outlook *outlook, const struct tls_facts *tls) {
	const struct tlsa *found = NULL;
	for (size_t i = 0; i < outlook->n; i++) {
		const struct tlsa *record = &outlook->records[i];
		if (!is_match(outlook, i, tls)) {
			continue;
		}
		if (record->usage != TLSA_DANE_EE || record->selector != TLSA_CERT) {
			return NULL;
		}
		found = record;
	}
	return found;
}

static int64_t lifetime_of(const struct tls_cert *cert) {
	return cert->not_after - cert->not_before;
}

/* Whoever issued his own certificate for years has no renewal in mind. */
static bool is_renewed(const struct tls_cert *leaf) {
	return !leaf->self_issued || lifetime_of(leaf) <= LONG_LIVED;
}

/* Once for a host. True when it was raised. Who has another record published beforehand knows what
 * he is doing. */
static bool judge_fragile(struct judging *j, const struct outlook *outlook) {
	struct shown shown;
	for (size_t at = 0; outlook->n_left == 0 && next_shown(j, outlook->host, &at, &shown);) {
		const struct tlsa *record = fragile_record(outlook, shown.tls);
		if (record == NULL || !is_renewed(&shown.tls->chain[0])) {
			continue;
		}
		struct finding *finding = raise_node(j, FINDING_TLSA_FRAGILE, shown.node,
			"only a record of the whole certificate matches (%s): the next renewal breaks DANE, "
			"even with the same key",
			tlsa_words(j->arena, record));
		finding->subject.key_type = shown.type;
		/* Of each key: the first records of their kind. */
		finding->record = seen_records(j, outlook->host);
		raise_remedy(
			j, finding, "publish %pP%s", &finding->record, unseen_keys_words(j, outlook->host));
		return true;
	}
	return false;
}

/* ACME clients renew when a third of the life is left, and of a short one when half is. */
static bool is_renewed_soon(const struct judging *j, const struct tls_cert *leaf) {
	int64_t life = lifetime_of(leaf);
	int64_t share = life < SHORT_LIVED ? life / 3 : life / 2;
	return is_renewed(leaf) && life > 0 && leaf->not_after > j->now &&
		   j->now - leaf->not_before > share;
}

static void judge_renewal(struct judging *j, const struct outlook *outlook) {
	struct shown shown;
	for (size_t at = 0; next_shown(j, outlook->host, &at, &shown);) {
		const struct tls_cert *leaf = &shown.tls->chain[0];
		if (!is_renewed_soon(j, leaf)) {
			continue;
		}
		struct finding *finding = raise_node(j, FINDING_RENEWAL_RISK, shown.node,
			"the certificate will be renewed soon (it expires %s), and no TLSA record for another "
			"key is published: harmless only if the key stays the same",
			judging_distance(j, leaf->not_after));
		finding->subject.key_type = shown.type;
		raise_date(j, finding, leaf->not_after);
		raise_remedy(j, finding, "publish 3 1 %d of the next key before the renewal",
			(int)digest_in_force(outlook->host, TLSA_DANE_EE, TLSA_SPKI));
		return;
	}
}

static void judge_host(struct judging *j, const struct report_host *host) {
	struct outlook outlook;
	if (host->n_tlsa > MANY_RECORDS) {
		struct finding *finding = raise_host(j, FINDING_TLSA_MANY, host,
			"%zu TLSA records: some large senders fail with more than %u", host->n_tlsa,
			MANY_RECORDS);
		raise_remedy(j, finding, "remove those of keys and issuers that will not come back");
	}
	if (!outlook_new(&outlook, j, host)) {
		return;
	}
	judge_partial(j, &outlook);
	/* An issuer's record takes whatever key the issuer signs next. */
	if (judge_fragile(j, &outlook) || outlook.issuer || outlook.n_left > 0) {
		return;
	}
	struct phrase idle = {.n = 0};
	if (outlook.idle != NULL) {
		phrase_add(j->arena, &idle,
			" (%s does not count, for a stronger digest stands beside it, RFC 7671 9)",
			tlsa_words(j->arena, outlook.idle));
	}
	raise_host(j, FINDING_TLSA_NO_SPARE, host,
		"no TLSA record but those in use now%pP: a new key has to be published before it is used",
		&idle);
	judge_renewal(j, &outlook);
}

void judge_ahead(struct judging *j) {
	for (size_t i = 0; judging_wants_dane(j) && i < j->n_hosts; i++) {
		if (j->report->hosts[i].tlsa_state == TLSA_STATE_USABLE) {
			judge_host(j, &j->report->hosts[i]);
		}
	}
}
