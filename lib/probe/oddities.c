/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Warnings about answers that are usable and strange, and what is dropped from them. */
#include "probe/oddities.h"

#include "probe/lookup_words.h"
#include "smtp/destination.h"

void oddities_warn(const struct lookups *lookups, const char *text) {
	struct event event = {.kind = EVENT_DNS_WARNING, .node = -1, .pass = 1};
	event.text[0] = text;
	trace_emit(lookups->trace, &event);
}

void oddities_tell(const struct lookups *lookups, const struct dns_question *question,
	const struct habits *habits) {
	if (question == NULL || lookups->trace == NULL) {
		return;
	}
	struct arena *arena = lookups->arena;
	if (question->answer.loop) {
		oddities_warn(
			lookups, arena_printf(arena, "dns_lookup: Name server loop for %s", question->name));
	}
	size_t n = question->answer.n_records + question->answer.n_left_out;
	if (habits->drops_records && n > NODES_LISTED_MAX) {
		oddities_tell_excess(lookups, question->name, question->type);
	}
}

void oddities_tell_excess(const struct lookups *lookups, const char *name, enum dns_type type) {
	oddities_warn(lookups,
		arena_printf(lookups->arena,
			"DNS record count limit (%u) exceeded -- dropping excess record(s) after qname=%s "
			"qtype=%s",
			NODES_LISTED_MAX, name, dns_type_name(type)));
}

/* True when the name can be a host's. The root is not a name here, but says "no such service". */
static bool check_target(const struct lookups *lookups, const struct dns_question *question,
	const struct dns_record *record) {
	struct arena *arena = lookups->arena;
	if (!record_names_a_host(record)) {
		return true;
	}
	const char *gripe = "numeric domain name";
	const char *target = lookup_name(arena, record->target);
	bool numeric = address_family_of(target) != 0;
	if (!numeric) {
		const char *fault = lookup_name_fault(arena, target);
		if (fault == NULL) {
			return true;
		}
		gripe = "malformed domain name";
		oddities_warn(lookups, arena_printf(arena, "valid_hostname: %s", fault));
	}
	oddities_warn(lookups, arena_printf(arena, "%s in resource data of %s record for %s: %.100s",
							   gripe, dns_type_name(question->type), question->name, target));
	return numeric;
}

struct dns_answer oddities_drop(const struct lookups *lookups, const struct dns_question *question,
	const struct habits *habits) {
	struct dns_answer answer = question->answer;
	struct dns_record *kept =
		arena_alloc_array(lookups->arena, answer.n_records, sizeof *answer.records);
	size_t n = 0;
	for (size_t i = 0; i < answer.n_records; i++) {
		bool good = check_target(lookups, question, &answer.records[i]);
		bool room = n < NODES_LISTED_MAX;
		if (!habits->drops_records || (good && room)) {
			kept[n++] = answer.records[i];
		}
	}
	answer.records = kept;
	answer.n_records = n;
	return answer;
}
