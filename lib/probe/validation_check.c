/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One question about a name that is signed for certain. */
#include "probe/validation_check.h"

#include <string.h>

#include "probe/lookup_words.h"

bool validation_check_parse(
	struct dns_question *question, struct arena *arena, const char *spec, struct err *err) {
	const char *colon = strchr(spec, ':');
	const char *name = colon == NULL ? spec : colon + 1;
	const char *type = colon == NULL ? "ns" : arena_copy_text(arena, spec, (size_t)(colon - spec));
	bool is_name = strcmp(name, ".") == 0 || hostname_is_valid(name);
	if (is_name && dns_type_find(type, &question->type)) {
		question->name = arena_copy_string(arena, name);
		return true;
	}
	return err_set(err, ERR_USAGE,
		"\"%.100s\" is not [type:]name with a type such as ns, soa or a "
		"(default ns:.)",
		spec);
}

/* Postfix asks, at every level, when a reply of whatever kind came without AD and none with it. */
static bool is_doubtful_to_postfix(const struct lookups *lookups) {
	bool doubt = false;
	for (size_t i = 0; i < lookups->n; i++) {
		const struct dns_question *question = lookups->questions[i];
		enum dns_outcome outcome = question->outcome;
		bool replied = outcome != DNS_PENDING && outcome != DNS_TIMED_OUT &&
					   outcome != DNS_UNREACHABLE && outcome != DNS_INVALID;
		if (replied && question->secure) {
			return false;
		}
		doubt = doubt || (replied && !question->native_only);
	}
	return doubt;
}

/* A failure, a name that is said not to exist, or where DNSSEC is wanted an answer that is not
 * signed. */
static bool is_doubtful(const struct validation_check *test) {
	if (test->spec->habits->obeys_dnssec_probe) {
		return is_doubtful_to_postfix(test->lookups);
	}
	return lookups_any_failed(test->lookups) || lookups_any_denied(test->lookups) ||
		   (tls_level_is_dane(test->spec->wish.level) && lookups_any_insecure(test->lookups));
}

static void tell(struct validation_check *test) {
	struct event event = {.kind = EVENT_DNSSEC_UNTRUSTED, .node = -1, .pass = 1};
	enum lookup_class class = lookup_class_of(test->question);
	event.text[0] = test->spec->validation_check;
	if (class == LOOKUP_RETRY || class == LOOKUP_FAILED) {
		event.text[1] = lookup_reason(test->lookups->arena, test->question);
	}
	trace_emit(test->lookups->trace, &event);
}

/* False when it should be asked and cannot. */
static bool ask(struct validation_check *test, usec now, struct err *err) {
	const char *spec = test->spec->validation_check;
	struct dns_question wanted = {0};
	bool whole = strchr(spec, ':') != NULL || !test->spec->habits->obeys_dnssec_probe;
	if (!whole || !validation_check_parse(&wanted, test->lookups->arena, spec, NULL)) {
		return err_set(
			err, ERR_USAGE, "malformed dnssec_probe value: %s format is qtype:qname", spec);
	}
	test->question = lookups_ask(test->lookups, wanted.name, wanted.type, now);
	return true;
}

/* A resolver that cannot prove absence fails for all that does not exist, whoever's it is: then a
 * failure says nothing about the name asked. posttls-finger does not look at this. */
static void ask_denial(struct validation_check *test, usec now) {
	const struct dns_question *failed = lookups_first_refused(test->lookups);
	if (failed != NULL && test->spec->habits->asks_to_explain) {
		test->denial = lookups_ask(test->lookups, VALIDATION_CHECK_NO_NAME, failed->type, now);
	}
}

static struct dns_question *first_bogus(const struct lookups *lookups) {
	for (size_t i = 0; i < lookups->n; i++) {
		struct dns_question *question = lookups->questions[i];
		bool bogus = question->outcome == DNS_BOGUS && question->unchecked != NULL;
		if (bogus && !question->beside) {
			return question;
		}
	}
	return NULL;
}

/* The zone that an answer about DS comes from, when that is not where it was asked for. */
static const char *zone_above(const struct dns_question *ds) {
	const struct dns_answer *seen = ds->outcome == DNS_BOGUS ? ds->unchecked : &ds->answer;
	const char *zone = seen == NULL ? NULL : seen->zone;
	return zone == NULL || dns_name_equal(zone, ds->name) || strcmp(zone, ".") == 0 ? NULL : zone;
}

/* Who signed what did not validate, the denial where nothing else came; NULL: nobody. */
static const char *signer_of(const struct dns_answer *seen) {
	if (seen->n_signatures > 0) {
		return seen->signatures[seen->n_signatures - 1].signer;
	}
	return seen->n_records == 0 && seen->denial.type != 0 ? seen->denial.signer : NULL;
}

/* Dates speak for themselves; a key that is not published, or a signature that is missing although
 * one was promised, show only beside DNSKEY and DS. */
static void ask_why(struct validation_check *test, usec now) {
	if (!test->spec->habits->asks_to_explain) {
		return;
	}
	if (test->ds != NULL && test->ds->outcome != DNS_PENDING && !test->ds_of_zone) {
		const char *zone = zone_above(test->ds);
		test->ds_of_zone = true;
		test->ds = zone == NULL ? test->ds : lookups_ask(test->lookups, zone, DNS_TYPE_DS, now);
	}
	if (test->bogus != NULL) {
		return;
	}
	test->bogus = first_bogus(test->lookups);
	const struct dns_answer *seen = test->bogus == NULL ? NULL : test->bogus->unchecked;
	if (seen == NULL) {
		return;
	}
	const char *signer = signer_of(seen);
	if (signer != NULL) {
		test->keys = lookups_ask(test->lookups, signer, DNS_TYPE_DNSKEY, now);
	} else if (seen->n_signatures == 0 && seen->n_records > 0) {
		test->ds = lookups_ask(test->lookups, test->bogus->name, DNS_TYPE_DS, now);
	}
}

bool validation_check_advance(struct validation_check *test, usec now, struct err *err) {
	if (test->spec->validation_check != NULL && test->n_heard != test->lookups->n_told) {
		test->n_heard = test->lookups->n_told;
		if (test->question == NULL && is_doubtful(test) && !ask(test, now, err)) {
			return false;
		}
		if (test->denial == NULL) {
			ask_denial(test, now);
		}
		ask_why(test, now);
	}
	if (test->question != NULL && test->question->outcome != DNS_PENDING && !test->told) {
		test->told = true;
		if (!test->question->secure) {
			tell(test);
		}
	}
	return true;
}

static bool is_pending(const struct dns_question *question) {
	return question != NULL && question->outcome == DNS_PENDING;
}

bool validation_check_is_pending(const struct validation_check *test) {
	return is_pending(test->question) || is_pending(test->denial) || is_pending(test->keys) ||
		   is_pending(test->ds);
}
