/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the TLSA records are worth, before and after the handshake. */
#include "verdict/raise.h"

#include <string.h>

/* A session with a node of this host that showed a certificate. */
static const struct tls_facts *facts_of_host(
	const struct report *report, const struct report_host *host) {
	for (size_t i = 0; i < report->n_nodes; i++) {
		const struct report_node *node = &report->nodes[i];
		if (node->host == host && node->result.tls != NULL && node->result.tls->n_chain > 0) {
			return node->result.tls;
		}
	}
	return NULL;
}

/* A record commits to STARTTLS (RFC 7672 2.2): whoever publishes one for a server that shows no
 * certificate stops the mail of DANE senders. */
static bool shows_no_certificate(const struct report *report, const struct report_host *host) {
	for (size_t i = 0; i < report->n_nodes; i++) {
		const struct report_node *node = &report->nodes[i];
		if (node->host == host && node->chosen && node->result.connected) {
			return facts_of_host(report, host) == NULL;
		}
	}
	return false;
}

/* Of what will be deployed. */
static struct phrase next_records(const struct judging *j, const struct report_host *host) {
	struct phrase all = {.n = 0};
	for (size_t i = 0; i < j->report->n_next; i++) {
		const struct tls_next *next = &j->report->next[i];
		if (next->shown.n_chain > 0) {
			struct phrase record = record_words(j, host, &next->shown);
			phrase_add(j->arena, &all, "%s%pP", all.n == 0 ? "" : " and ", &record);
		}
	}
	return all;
}

/* Of what the server shows, or where nobody saw that, of what it will show: but not before it does,
 * for a record alone that the server does not match stops the mail of DANE senders. *records:
 * alone, and all of them, for the same reason. */
static struct phrase records_to_publish(
	const struct judging *j, const struct report_host *host, struct phrase *records) {
	struct phrase obstacle = record_obstacle(j, host);
	*records = seen_records(j, host);
	if (records->n == 0) {
		*records = next_records(j, host);
		if (records->n > 0) {
			return phrase_new(j->arena, "%pP%pP once that is deployed", records, &obstacle);
		}
		*records = record_words(j, host, NULL);
	}
	return phrase_new(j->arena, "%pP%pP%s", records, &obstacle, unseen_keys_words(j, host));
}

static void judge_missing(struct judging *j, const struct report_host *host) {
	struct finding *finding = raise_host(j, FINDING_TLSA_MISSING, host, "no TLSA records");
	struct phrase records = records_to_publish(j, host, &finding->record);
	raise_remedy(j, finding,
		"%s %pP, or check with -l verify, or accept it with --state tlsa-missing=ok",
		shows_no_certificate(j->report, host) ? "let it show a certificate, and only then publish"
											  : "publish",
		&records);
	const struct dns_question *misplaced = j->report->misplaced;
	if (misplaced != NULL && misplaced->outcome == DNS_FOUND) {
		raise_host_as(j, FINDING_TLSA_MISPLACED, STATE_OK, host,
			"TLSA records exist at %pN, but senders look at the name of the MX host",
			misplaced->name);
	}
}

/* Absence that a resolver without validation cannot tell from an answer without AD. */
static void judge_absence(struct judging *j, const struct report_host *host) {
	if (j->not_validating) {
		return;
	}
	if (host->tlsa_state == TLSA_STATE_ABSENT) {
		judge_missing(j, host);
	} else {
		judge_unsigned(j, host);
	}
}

static void judge_host(struct judging *j, const struct report_host *host) {
	switch (host->tlsa_state) {
	case TLSA_STATE_NOT_ASKED:
		break;
	case TLSA_STATE_NOT_APPLICABLE:
		raise_host(
			j, FINDING_DANE_NOT_APPLICABLE, host, "DANE does not apply to an address or a socket");
		break;
	case TLSA_STATE_HOST_INSECURE:
	case TLSA_STATE_ABSENT:
	case TLSA_STATE_INSECURE:
		judge_absence(j, host);
		break;
	case TLSA_STATE_USABLE:
	case TLSA_STATE_UNUSABLE:
		judge_unusable(j, host);
		break;
	case TLSA_STATE_FAILED:
		judge_lookup(j, FINDING_TLSA_LOOKUP_FAILED, judging_lookup_loss(j), host->tlsa_used, host);
		break;
	}
}

static bool has_secure_tlsa(const struct report *report) {
	for (size_t i = 0; i < report->n_hosts; i++) {
		enum tlsa_state state = report->hosts[i].tlsa_state;
		if (state == TLSA_STATE_USABLE || state == TLSA_STATE_UNUSABLE) {
			return true;
		}
	}
	return false;
}

/* Options whose use depends on the DNS. */
static void judge_options(struct judging *j) {
	const struct report *report = j->report;
	const struct report_node *node = report_main_node(report);
	bool mx_insecure = report->mx_used && !report->route_question->secure;
	if (report->spec->wish.insecure_mx != INSECURE_MX_DANE && !mx_insecure) {
		raise_run(j, FINDING_OPTION_UNUSED, "--insecure-mx-policy was not used: %s",
			report->mx_used ? "the MX answer is signed" : "there is no MX record");
	}
	if (report->spec->force_tlsa && node != NULL && node->host->address_secure) {
		raise_run(j, FINDING_OPTION_UNUSED,
			"--force-tlsa-lookup was not used: the host's addresses are signed");
	}
	if (report->spec->wish.sni != SNI_HOSTNAME && node != NULL &&
		tls_level_is_dane(node->policy.level)) {
		raise_run(
			j, FINDING_OPTION_UNUSED, "--servername was not used: DANE decides the server name");
	}
}

void judge_tlsa(struct judging *j) {
	const struct report *report = j->report;
	if (!judging_wants_dane(j)) {
		return;
	}
	for (size_t i = 0; i < j->n_hosts; i++) {
		judge_host(j, &report->hosts[i]);
	}
	if (report->mx_used && !report->route_question->secure && !j->not_validating &&
		has_secure_tlsa(report)) {
		struct finding *finding = raise_run(j, FINDING_MX_INSECURE,
			"the %s answer of %pN is not %s, so an attacker can name other hosts although TLSA "
			"records protect these",
			route_word(report), report->spec->destination->name,
			came_signed(report->route_question) ? "validated" : "signed");
		struct phrase sign = signing_words(j, "the domain's zone", report->route_question);
		raise_remedy(j, finding, "%pP", &sign);
	}
	judge_options(j);
}

/* The anchor's key is sent in a cross-certificate: RFC 7671 5.2.3 is about anchors of which nothing
 * is sent. */
static bool is_sent_otherwise(const struct tlsa *whole, const struct tls_facts *facts) {
	if (whole->selector != TLSA_CERT || facts->proof.n_path == 0) {
		return false;
	}
	const struct tls_cert *anchor = &facts->proof.path[facts->proof.n_path - 1];
	for (size_t i = 1; i < facts->n_chain; i++) {
		if (span_equal(facts->chain[i].spki, anchor->spki)) {
			return true;
		}
	}
	return false;
}

void judge_unsent_anchor(struct judging *j, const struct report_node *node) {
	const struct tls_facts *facts = node->result.tls;
	const struct tlsa *matched = tls_record_matched(&facts->proof);
	bool whole = matched != NULL && matched->matching == TLSA_FULL;
	if (!whole || matched->usage != TLSA_DANE_TA || is_sent_otherwise(matched, facts)) {
		return;
	}
	for (size_t i = 0; i < node->policy.n_tlsa; i++) {
		if (tls_record_depth(&node->policy.tlsa[i], facts) >= 0) {
			return;
		}
	}
	struct finding *finding = raise_node(j, FINDING_TLSA_ANCHOR_NOT_SENT, node,
		"the only TLSA record that vouches for this chain (%s) holds an anchor that the server "
		"does not send, so that some senders cannot verify it (RFC 7671 5.2.3)",
		tlsa_words(j->arena, matched));
	finding->record = record_words(j, node->host, facts);
	raise_remedy(j, finding, "send the anchor too, or publish %pP", &finding->record);
}
