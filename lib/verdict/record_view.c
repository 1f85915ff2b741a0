/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What each TLSA record is worth at a node, and what a useless one really is. */
#include "verdict/record_view.h"

#include <string.h>

/* Other sessions that a record is held against: more show the same again. */
#define OTHERS_MAX 64U

const struct report_node *record_view_node(
	const struct report *report, const struct report_host *host) {
	const struct report_node *main_node = report_main_node(report);
	if (main_node != NULL && main_node->host == host &&
		shown_facts(main_node, TLS_KEY_ANY) != NULL) {
		return main_node;
	}
	for (size_t i = 0; i < report->n_nodes; i++) {
		const struct report_node *node = &report->nodes[i];
		if (node->host == host && shown_facts(node, TLS_KEY_ANY) != NULL) {
			return node;
		}
	}
	return NULL;
}

static const char *why_unusable(
	const struct tlsa *record, size_t index, const struct tls_facts *facts) {
	const char **refused = facts != NULL ? facts->proof.refused : NULL;
	return refused != NULL && refused[index] != NULL ? refused[index] : record->unusable;
}

static bool fits_some(const struct report_host *host, const struct tls_facts *facts) {
	for (size_t i = 0; i < host->n_tlsa; i++) {
		if (tls_record_depth(&host->tlsa[i], facts) >= 0) {
			return true;
		}
	}
	return false;
}

/* Held against what this node showed as another type, then against the other nodes. */
static void look_elsewhere(
	struct record_view *view, const struct report *report, const struct tls_facts *facts) {
	size_t looked = 0;
	for (size_t i = 0; i <= report->n_nodes && looked < OTHERS_MAX; i++) {
		const struct report_node *node = i == 0 ? view->node : &report->nodes[i - 1];
		for (int type = TLS_KEY_ANY; type < TLS_KEY_TYPES; type++) {
			const struct tls_facts *other = shown_facts(node, (enum tls_key_type)type);
			if (other == NULL || other == facts) {
				continue;
			}
			looked++;
			struct tls_miss miss = tls_record_miss_beside(view->record, facts, other);
			if (miss.kind != TLS_MISS_UNSEEN) {
				view->miss = miss;
				view->other = node;
				view->other_type = (enum tls_key_type)type;
				view->exchanged = node->host != view->node->host && fits_some(node->host, facts);
				return;
			}
		}
	}
}

struct record_view record_view_of(const struct report *report, const struct report_host *host,
	const struct report_node *node, size_t index) {
	const struct tls_facts *facts = node != NULL ? node->result.tls : NULL;
	const struct tlsa *record = &host->tlsa[index];
	struct record_view view = {.node = node,
		.index = index,
		.record = record,
		.unusable = why_unusable(record, index, facts),
		.miss = {.kind = TLS_MISS_UNSEEN, .depth = -1}};
	if (facts == NULL) {
		return view;
	}
	view.miss = tls_record_miss(host->tlsa, host->n_tlsa, index, facts);
	bool matched = facts->proof.records != NULL && facts->proof.matched_record == (int)index;
	view.unsent = view.miss.depth < 0 && matched;
	if (view.miss.kind == TLS_MISS_UNSEEN && !view.unsent && facts->n_chain > 0) {
		look_elsewhere(&view, report, facts);
	}
	return view;
}

/* --- words --- */

/* "the key of the issuer at depth 1". */
static struct phrase owner_words(struct arena *arena, const struct tls_miss *miss) {
	const char *what = miss->selector == TLSA_SPKI ? "key" : "certificate";
	return miss->depth == 0
			   ? phrase_new(arena, "the server's %s", what)
			   : phrase_new(arena, "the %s of the issuer at depth %d", what, miss->depth);
}

/* "mx2.example.org[192.0.2.2]", "this server's RSA certificate". */
static struct phrase other_words(struct arena *arena, const struct record_view *view) {
	static const char *const types[TLS_KEY_TYPES] = {
		[TLS_KEY_RSA] = "RSA ", [TLS_KEY_ECDSA] = "ECDSA ", [TLS_KEY_EDDSA] = "EdDSA "};
	const char *type = types[view->other_type] != NULL ? types[view->other_type] : "";
	if (view->other == view->node) {
		return phrase_new(
			arena, "this server's %scertificate, which other clients are shown", type);
	}
	const struct report_node *other = view->other;
	return phrase_new(arena, "%pN[%s]", other->host->name, other->address);
}

static struct phrase elsewhere_words(struct arena *arena, const struct record_view *view) {
	struct phrase other = other_words(arena, view);
	const char *what = view->record->selector == TLSA_SPKI ? "key" : "certificate";
	if (view->miss.kind == TLS_MISS_NOT_SENT) {
		return phrase_new(arena,
			"is right, but the server does not send this issuer, whom its chain names (seen at "
			"%pP)",
			&other);
	}
	if (view->miss.depth > 0) {
		return phrase_new(arena, "is of an issuer at depth %d of %pP", view->miss.depth, &other);
	}
	if (view->other == view->node) {
		return phrase_new(arena, "is of the %s of %pP", what, &other);
	}
	return phrase_new(arena, "is of the %s of %pP%s", what, &other,
		view->exchanged ? ", whose record is of this one's: they are exchanged" : "");
}

struct phrase record_view_miss(struct arena *arena, const struct record_view *view) {
	const struct tls_miss *miss = &view->miss;
	struct phrase owner = owner_words(arena, miss);
	switch (miss->kind) {
	case TLS_MISS_NONE:
	case TLS_MISS_UNSEEN:
	case TLS_MISS_KINDS:
		return (struct phrase){.n = 0};
	case TLS_MISS_NOTHING:
		return phrase_new(
			arena, "is the digest of nothing: what made it did not understand the key");
	case TLS_MISS_OVERRULED:
		return phrase_new(
			arena, "would match, but the stronger digest beside it is preferred (RFC 7671 9)");
	case TLS_MISS_CUT:
		return phrase_new(arena, "has a digest of %pP cut short", &owner);
	case TLS_MISS_SHA1:
		return phrase_new(arena, "is the SHA-1 of %pP, which no matching type has", &owner);
	case TLS_MISS_PEM:
		return phrase_new(arena, "is the digest of the PEM file of %pP, not of its DER", &owner);
	case TLS_MISS_REISSUED:
		return phrase_new(arena,
			"is of another certificate with %pP (issued again) and would match as %u 1 1", &owner,
			miss->depth == 0 ? 3U : 2U);
	case TLS_MISS_NOT_SENT:
	case TLS_MISS_ELSEWHERE:
		return elsewhere_words(arena, view);
	case TLS_MISS_PKIX:
	case TLS_MISS_ISSUER:
	case TLS_MISS_LEAF:
	case TLS_MISS_SELECTOR:
	case TLS_MISS_MATCHING:
		break;
	}
	return phrase_new(arena, "is of %pP and would match as %u %u %u", &owner, miss->usage,
		miss->selector, miss->matching);
}

const char *record_view_unseen(uint8_t usage, uint8_t selector) {
	if (usage == TLSA_DANE_TA) {
		return "issuer not seen (not sent, or of an earlier chain)";
	}
	return selector == TLSA_SPKI ? "key not seen (perhaps of an earlier certificate)"
								 : "certificate not seen (perhaps an earlier one)";
}

struct phrase record_view_words(struct arena *arena, const struct record_view *view) {
	struct phrase miss = record_view_miss(arena, view);
	struct phrase words = {.n = 0};
	if (view->unusable != NULL) {
		phrase_add(arena, &words, "unusable (%s)", view->unusable);
		if (miss.n > 0) {
			phrase_add(arena, &words, "; it %pP", &miss);
		}
	} else if (view->unsent) {
		phrase_add(arena, &words, "usable, vouches for what was shown");
	} else if (view->miss.kind == TLS_MISS_NONE) {
		struct phrase owner = owner_words(arena, &view->miss);
		phrase_add(arena, &words, "usable, matches %pP", &owner);
	} else if (miss.n > 0) {
		bool fits = view->miss.kind == TLS_MISS_OVERRULED;
		phrase_add(arena, &words, "usable, %s: it %pP", fits ? "does not count" : "matches nothing",
			&miss);
	} else if (view->node == NULL || view->node->result.tls->n_chain == 0) {
		phrase_add(arena, &words, "usable, no certificate was seen");
	} else {
		phrase_add(arena, &words, "usable, matches nothing: %s",
			record_view_unseen(view->record->usage, view->record->selector));
	}
	return words;
}

bool record_view_is_wanted(const struct verdict *verdict, const struct report_host *host,
	const struct report_node **node) {
	for (size_t i = 0; i < verdict->n_findings; i++) {
		const struct finding *finding = &verdict->findings[i];
		bool about = finding->id == FINDING_TLSA_MISMATCH || finding->id == FINDING_TLSA_UNUSABLE ||
					 finding->id == FINDING_TLSA_RECORD_UNUSABLE;
		if (about && finding->subject.host == host) {
			*node = finding->subject.node != NULL ? finding->subject.node
												  : record_view_node(verdict->report, host);
			return true;
		}
	}
	return false;
}
