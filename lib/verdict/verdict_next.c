/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Would the published records vouch for what will be deployed next? One line for each host and
 * file. */
#include "tls/tls_record.h"
#include "verdict/auth_said.h"
#include "verdict/raise.h"

#include <string.h>

/* What a proof, or without one (a bare key) the record alone, says. */
const struct tlsa *next_covering(
	const struct report_host *host, const struct tls_next *next, const struct tls_proof *proof) {
	const struct tlsa *records = host->tlsa;
	if (proof != NULL) {
		bool proven = proof->status == TLS_STATUS_VERIFIED && proof->matched_record >= 0;
		return proven ? &records[proof->matched_record] : NULL;
	}
	for (size_t i = 0; i < host->n_tlsa; i++) {
		if (records[i].usage == TLSA_DANE_EE && tls_record_depth(&records[i], &next->shown) >= 0 &&
			!tls_record_is_overruled(records, host->n_tlsa, i)) {
			return &records[i];
		}
	}
	return NULL;
}

const struct tls_proof *next_proof_of(const struct report_host *host, size_t file) {
	return host->next_proofs != NULL ? host->next_proofs[file] : NULL;
}

/* "next.pem (EC key)" */
static struct phrase file_words(const struct judging *j, const struct tls_next *next) {
	const char *type = next->shown.n_chain > 0 ? next->shown.chain[0].key_type : "";
	return phrase_new(j->arena, "%pN (%pN %s)", next->path, type, tls_next_kind_name(next->kind));
}

/* Answers without the new record live in caches for a TTL; twice, since a secondary name server may
 * be behind (RFC 7671 8.4). The resolver counts its TTL down, the signature keeps the whole. */
static const char *waiting_words(const struct judging *j, const struct report_host *host) {
	int64_t ttl = 0;
	const struct dns_question *used = host->tlsa_used;
	for (size_t i = 0; used != NULL && i < used->answer.n_records; i++) {
		const struct dns_record *record = &used->answer.records[i];
		ttl = record->ttl > ttl ? record->ttl : ttl;
		ttl = record->signed_ttl > ttl ? record->signed_ttl : ttl;
	}
	return ttl == 0 ? "2 x TTL"
					: arena_printf(j->arena, "2 x TTL (%lld seconds)", 2 * (long long)ttl);
}

/* The record fits, and something else is wrong: dates, names. */
static const struct tls_verify_error *obstacle_of(const struct tls_proof *proof) {
	bool fits = proof != NULL && proof->matched_record >= 0 && proof->n_errors > 0;
	return fits ? &proof->errors[0] : NULL;
}

static bool has_issuer_record(const struct report_host *host) {
	for (size_t i = 0; host->tlsa != NULL && i < host->n_tlsa; i++) {
		if (host->tlsa[i].unusable == NULL && host->tlsa[i].usage == TLSA_DANE_TA) {
			return true;
		}
	}
	return false;
}

/* Why no record covers it. */
static struct phrase reason_words(
	const struct judging *j, const struct report_host *host, size_t file) {
	const struct tls_proof *proof = next_proof_of(host, file);
	const struct tls_verify_error *obstacle = obstacle_of(proof);
	bool alone = j->report->next[file].kind != TLS_NEXT_CHAIN && has_issuer_record(host);
	size_t n = tlsa_count_usable(host->tlsa, host->n_tlsa);
	switch (host->tlsa_state) {
	case TLSA_STATE_HOST_INSECURE:
		return phrase_new(j->arena, "no TLSA record can cover it, the host's zone is not signed");
	case TLSA_STATE_INSECURE:
		return phrase_new(j->arena, "no TLSA record covers it, those there are not signed");
	case TLSA_STATE_ABSENT:
		return phrase_new(j->arena, "no TLSA record covers it, there is none");
	case TLSA_STATE_UNUSABLE:
		return phrase_new(j->arena, "no TLSA record covers it, SMTP can use none of those there");
	case TLSA_STATE_USABLE:
	case TLSA_STATE_NOT_ASKED:
	case TLSA_STATE_NOT_APPLICABLE:
	case TLSA_STATE_FAILED:
		break;
	}
	if (obstacle != NULL) {
		return phrase_new(j->arena, "TLSA %s fits, but senders would refuse it: %s",
			tlsa_words(j->arena, &host->tlsa[proof->matched_record]), obstacle->words);
	}
	const char *hint = alone ? " (2 x x can be held against a whole chain only)" : "";
	return n == 1 ? phrase_new(j->arena, "the only usable TLSA record does not cover it%s", hint)
				  : phrase_new(j->arena, "none of %zu usable TLSA records covers it%s", n, hint);
}

/* A record 3 1 x among those in force. */
static bool has_key_record(const struct report_host *host) {
	for (size_t i = 0; i < host->n_tlsa; i++) {
		const struct tlsa *record = &host->tlsa[i];
		if (record->unusable == NULL && record->usage == TLSA_DANE_EE &&
			record->selector == TLSA_SPKI) {
			return true;
		}
	}
	return false;
}

/* What must not be forgotten over it: the record of the key in use. Where senders can use none so
 * far, that of the next key alone would turn them away until it is deployed; where they have other
 * kinds, some of them (RFC 7671 8.1: at any time a record of each kind has to match). */
static struct phrase beside_words(
	const struct judging *j, const struct report_host *host, const struct phrase *record) {
	static const char leave[] = "; leave the present ones there until then";
	bool usable = host->tlsa_state == TLSA_STATE_USABLE;
	if (usable && has_key_record(host)) {
		return phrase_new(j->arena, "%s", leave);
	}
	struct phrase seen = seen_records(j, host);
	if (seen.n == 0) {
		seen = phrase_new(j->arena, "that of the present key");
	} else if (strcmp(phrase_plain(j->arena, &seen), phrase_plain(j->arena, record)) == 0) {
		return phrase_new(j->arena, "%s", usable ? leave : ""); /* the key stays */
	}
	if (usable) {
		return phrase_new(j->arena,
			"; publish %pP%s with it, so that records of its kind match at any time (RFC 7671 "
			"8.1), and leave the present ones there until then",
			&seen, unseen_keys_words(j, host));
	}
	return phrase_new(j->arena,
		"; publish %pP%s with it, else senders with DANE refuse the server until then", &seen,
		unseen_keys_words(j, host));
}

static void judge_uncovered(struct judging *j, const struct report_host *host, size_t file) {
	const struct tls_next *next = &j->report->next[file];
	struct phrase what = file_words(j, next);
	struct phrase why = reason_words(j, host, file);
	struct phrase record = record_words(j, host, &next->shown);
	bool unsigned_zone =
		host->tlsa_state == TLSA_STATE_INSECURE || host->tlsa_state == TLSA_STATE_HOST_INSECURE;
	struct finding *finding =
		raise_host(j, FINDING_NEXT_UNPUBLISHED, host, "%pP: %pP", &what, &why);
	finding->record = record;
	struct phrase obstacle = record_obstacle(j, host);
	struct phrase beside = beside_words(j, host, &record);
	raise_remedy(j, finding, "%spublish %pP%pP and deploy it %s later%pP",
		unsigned_zone ? "sign the zone, " : "", &record, &obstacle, waiting_words(j, host),
		&beside);
}

/* Hosts whose records are not known have a finding of their own. */
static bool is_known(const struct judging *j, const struct report_host *host) {
	switch (host->tlsa_state) {
	case TLSA_STATE_USABLE:
		return host->next_proofs != NULL;
	case TLSA_STATE_HOST_INSECURE:
	case TLSA_STATE_ABSENT:
	case TLSA_STATE_INSECURE:
		return !j->not_validating;
	case TLSA_STATE_UNUSABLE:
		return true;
	case TLSA_STATE_NOT_ASKED:
	case TLSA_STATE_NOT_APPLICABLE:
	case TLSA_STATE_FAILED:
		break;
	}
	return false;
}

/* --auth-servers: senders' resolvers ask any of them, so the record has to be on all. */
static struct auth_listing servers_without(
	const struct judging *j, const struct report_host *host, const struct tlsa *record) {
	struct auth_listing without = {.n = 0};
	const struct dns_question *used = host->tlsa_used;
	const struct auth_facts *auth = j->report->auth;
	for (size_t z = 0; used != NULL && auth != NULL && z < auth->n_zones; z++) {
		const struct auth_zone *zone = &auth->zones[z];
		size_t question = auth_question_of(zone, used);
		for (size_t i = 0; question > 0 && i < zone->n_servers; i++) {
			const struct dns_answer *answer = auth_answer(&zone->servers[i], question);
			if (answer != NULL && !auth_has_record(answer, record->rdata)) {
				auth_list(j->arena, &without, &zone->servers[i],
					answer->n_records == 0 ? "no TLSA" : "other TLSA");
			}
		}
	}
	auth_list_end(j->arena, &without);
	return without;
}

static void judge_host(struct judging *j, const struct report_host *host, size_t file) {
	const struct tls_next *next = &j->report->next[file];
	const struct tlsa *record = next_covering(host, next, next_proof_of(host, file));
	if (record == NULL) {
		judge_uncovered(j, host, file);
		return;
	}
	struct phrase what = file_words(j, next);
	struct auth_listing behind = servers_without(j, host, record);
	if (behind.n > 0) {
		struct finding *finding = raise_host(j, FINDING_NEXT_UNPUBLISHED, host,
			"%pP: TLSA %s covers it, but not on every name server: missing on %pP", &what,
			tlsa_words(j->arena, record), &behind.words);
		raise_remedy(
			j, finding, "deploy it when all have had the record for %s", waiting_words(j, host));
		return;
	}
	raise_host(j, FINDING_NEXT_COVERED, host, "%pP: covered by TLSA %s", &what,
		tlsa_words(j->arena, record));
}

void judge_next(struct judging *j) {
	for (size_t i = 0; i < j->report->n_next; i++) {
		const struct tls_next *next = &j->report->next[i];
		if (next->kind == TLS_NEXT_EMPTY) {
			struct finding *finding = raise_run(j, FINDING_NEXT_UNPUBLISHED,
				"%pN is empty: some clients empty the file of the next key once it is in use",
				next->path);
			raise_remedy(j, finding, "have the next key made, and publish its record");
			continue;
		}
		for (size_t k = 0; k < j->n_hosts; k++) {
			if (is_known(j, &j->report->hosts[k])) {
				judge_host(j, &j->report->hosts[k], i);
			}
		}
	}
}
