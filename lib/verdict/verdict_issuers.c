/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Records about issuers of public CAs, by the table of their keys: does the next certificate still
 * come from one that is pinned? Nothing is ever said of issuers that the table does not know. */
#include "verdict/raise.h"

#include "base/utc.h"
#include "tls/tls_record.h"
#include "verdict/issuers.h"

#define TABLE_HOLDS (INT64_C(548) * 86400) /* 18 months; afterwards it only informs */

struct table_view {
	const struct issuer_table *table;
	const char *date; /* "2026-07-08" */
	enum state state; /* of what it finds wrong */
};

/* One host: the records that are in force, and what its nodes showed. */
struct pins {
	const struct report_host *host;
	const struct tls_facts **sessions;
	size_t n_sessions;
};

static struct pins pins_of(const struct judging *j, const struct report_host *host) {
	struct pins pins = {.host = host};
	pins.n_sessions = sessions_of_host(j, host, &pins.sessions);
	return pins;
}

/* Do senders look at the record? Not where a stronger digest stands beside it (RFC 7671 9), whoever
 * that one is of. */
static bool counts(const struct pins *pins, size_t index) {
	const struct report_host *host = pins->host;
	return host->tlsa[index].unusable == NULL &&
		   !tls_record_is_overruled(host->tlsa, host->n_tlsa, index);
}

/* Whose key the record is about: by its own digest, or by the certificate it fits. */
static const struct issuer *named_issuer(
	const struct table_view *view, const struct pins *pins, size_t index) {
	const struct tlsa *record = &pins->host->tlsa[index];
	if (record->usage != TLSA_DANE_TA || !counts(pins, index)) {
		return NULL;
	}
	if (record->selector == TLSA_SPKI && record->matching == TLSA_SHA256) {
		return issuers_find(view->table, record->data);
	}
	for (size_t i = 0; i < pins->n_sessions; i++) {
		int depth = tls_record_depth(record, pins->sessions[i]);
		if (depth > 0) {
			return issuers_find(view->table, pins->sessions[i]->chain[depth].digest[1][0]);
		}
	}
	return NULL;
}

static bool is_seen_now(const struct pins *pins, const struct tlsa *record) {
	for (size_t i = 0; i < pins->n_sessions; i++) {
		if (record_is_seen(record, pins->sessions[i])) {
			return true;
		}
	}
	return false;
}

/* --- an issuer that signs nothing any more --- */

/* Does the record hold for what is issued next: of an issuer in use, or of what is shown now and
 * not an issuer of the table? Where nothing was shown, it is taken for granted. */
static bool holds_on(const struct table_view *view, const struct pins *pins, size_t index) {
	const struct issuer *issuer = named_issuer(view, pins, index);
	if (!counts(pins, index)) {
		return false;
	}
	return issuer != NULL ? issuer->state != ISSUER_RETIRED
						  : pins->n_sessions == 0 || is_seen_now(pins, &pins->host->tlsa[index]);
}

/* Of a record for another issuer: the table has SHA-256 alone. */
static enum tlsa_matching matching_of(const struct pins *pins) {
	return digest_in_force(pins->host, TLSA_DANE_TA, TLSA_SPKI);
}

static struct phrase key_record(const struct judging *j, const struct pins *pins) {
	return record_words(j, pins->host, pins->n_sessions > 0 ? pins->sessions[0] : NULL);
}

static void judge_retired(
	struct judging *j, const struct table_view *view, const struct pins *pins) {
	const struct report_host *host = pins->host;
	const struct tlsa *retired = NULL;
	const struct issuer *issuer = NULL;
	for (size_t i = 0; i < host->n_tlsa; i++) {
		const struct issuer *named = named_issuer(view, pins, i);
		if (holds_on(view, pins, i)) {
			return;
		}
		retired = issuer == NULL && named != NULL ? &host->tlsa[i] : retired;
		issuer = issuer == NULL ? named : issuer;
	}
	if (retired == NULL) {
		return;
	}
	struct finding *finding = raise_host_as(j, FINDING_ISSUER_RETIRED, view->state, host,
		"the TLSA record %s is of %s (%s), which signs nothing any more, and no other record holds "
		"for the next certificate (table of %s)",
		tlsa_words(j->arena, retired), issuer->name, issuer->group, view->date);
	finding->record = key_record(j, pins);
	raise_remedy(j, finding,
		"publish %pP and keep that key at each renewal, or 2 1 %d of all present issuers of the CA",
		&finding->record, (int)matching_of(pins));
}

/* --- a set with gaps --- */

static bool is_group(const struct issuer *issuer, const struct issuer *of) {
	return span_equal(span_of(issuer->group), span_of(of->group));
}

/* The issuer of the table by which alone this session is verified; NULL: something else matches
 * too, which holds longer (the key itself, a root, an issuer that nobody knows), or nothing. */
static const struct issuer *sole_issuer(
	const struct table_view *view, const struct pins *pins, const struct tls_facts *tls) {
	const struct issuer *found = NULL;
	for (size_t i = 0; i < pins->host->n_tlsa; i++) {
		if (!counts(pins, i) || !record_is_seen(&pins->host->tlsa[i], tls)) {
			continue;
		}
		const struct issuer *issuer = named_issuer(view, pins, i);
		if (issuer == NULL || issuer->state == ISSUER_ROOT) {
			return NULL;
		}
		found = issuer;
	}
	return found;
}

static bool is_pinned(
	const struct table_view *view, const struct pins *pins, const struct issuer *issuer) {
	for (size_t i = 0; i < pins->host->n_tlsa; i++) {
		if (named_issuer(view, pins, i) == issuer) {
			return true;
		}
	}
	return false;
}

static const char *issuer_record(
	const struct judging *j, const struct report_host *host, const struct issuer *issuer) {
	struct text record = text_new(j->arena, 2048);
	text_addf(&record, "%s. IN TLSA 2 1 1 ", record_owner(j, host));
	for (size_t i = 0; i < ISSUER_DIGEST_OCTETS; i++) {
		text_addf(&record, "%02x", issuer->digest[i]);
	}
	return record.at;
}

/* Names and records of the group's issuers that may sign next and are not pinned. */
struct gaps {
	size_t n_group;
	size_t n;
	struct phrase names;
	struct phrase records;
};

static struct gaps gaps_of(const struct judging *j, const struct table_view *view,
	const struct pins *pins, const struct issuer *of) {
	struct gaps gaps = {.n = 0};
	for (size_t i = 0; i < view->table->n; i++) {
		const struct issuer *issuer = &view->table->list[i];
		if (!issuer_may_sign(issuer) || !is_group(issuer, of)) {
			continue;
		}
		gaps.n_group++;
		if (is_pinned(view, pins, issuer)) {
			continue;
		}
		phrase_add(j->arena, &gaps.names, "%s%s", gaps.n > 0 ? ", " : "", issuer->name);
		phrase_add(j->arena, &gaps.records, "%s%pN", gaps.n > 0 ? " and " : "",
			issuer_record(j, pins->host, issuer));
		gaps.n++;
	}
	return gaps;
}

static bool judge_group(struct judging *j, const struct table_view *view, const struct pins *pins,
	const struct issuer *issuer) {
	struct gaps gaps = gaps_of(j, view, pins, issuer);
	if (gaps.n == 0 || gaps.n == gaps.n_group) { /* none at all: it is the retired one's matter */
		return false;
	}
	struct finding *finding = raise_host_as(j, FINDING_ISSUER_SET_INCOMPLETE, view->state,
		pins->host,
		"%zu of the %zu issuers that %s may use for the next certificate %s not pinned: %pP (table "
		"of %s)",
		gaps.n, gaps.n_group, issuer->group, gaps.n == 1 ? "is" : "are", &gaps.names, view->date);
	if (matching_of(pins) != TLSA_SHA256) {
		finding->record = key_record(j, pins);
		raise_remedy(j, finding,
			"publish 2 1 2 of %s too (2 1 1 does not count beside 2 1 2), or %pP and keep that "
			"key at each renewal",
			gaps.n == 1 ? "its key," : "their keys,", &finding->record);
		return true;
	}
	if (gaps.n == 1) {
		finding->record = gaps.records;
	}
	raise_remedy(j, finding, "publish %pP", &gaps.records);
	return true;
}

/* Once for each host and group. */
static void judge_sets(struct judging *j, const struct table_view *view, const struct pins *pins) {
	const struct issuer *told = NULL;
	for (size_t i = 0; i < pins->n_sessions; i++) {
		const struct issuer *issuer = sole_issuer(view, pins, pins->sessions[i]);
		bool again = issuer != NULL && told != NULL && is_group(issuer, told);
		if (issuer != NULL && !again && judge_group(j, view, pins, issuer)) {
			told = issuer;
		}
	}
}

void judge_issuers(struct judging *j) {
	const struct issuer_table *table = j->limits->issuers;
	if (table == NULL || !judging_wants_dane(j)) {
		return;
	}
	bool old = j->now - table->date > TABLE_HOLDS;
	const struct table_view view = {.table = table,
		.date = utc_day(j->arena, table->date),
		.state = old ? STATE_OK : STATE_WARNING};
	for (size_t i = 0; i < j->n_hosts; i++) {
		const struct report_host *host = &j->report->hosts[i];
		if (host->tlsa_state == TLSA_STATE_USABLE) {
			const struct pins pins = pins_of(j, host);
			judge_retired(j, &view, &pins);
			judge_sets(j, &view, &pins);
		}
	}
}
