/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking each question once, and telling of it. */
#include "probe/lookups.h"

#include <arpa/inet.h>

#include "base/ascii.h"
#include "dns/tlsa.h"

#define SHOWN_RECORDS 8U

static void tell_question(const struct lookups *lookups, const struct dns_question *question) {
	struct event event = {.kind = EVENT_DNS_QUESTION, .node = -1, .pass = 1};
	event.text[0] = question->name;
	event.text[1] = dns_type_name(question->type);
	trace_emit(lookups->trace, &event);
}

static void print_record(struct text *text, const struct dns_record *record) {
	char address[INET6_ADDRSTRLEN] = "";
	switch (record->type) {
	case DNS_TYPE_A:
		(void)inet_ntop(AF_INET, record->data.at, address, sizeof address);
		text_add(text, address);
		return;
	case DNS_TYPE_AAAA:
		(void)inet_ntop(AF_INET6, record->data.at, address, sizeof address);
		text_add(text, address);
		return;
	case DNS_TYPE_TLSA: {
		struct tlsa tlsa = tlsa_read(record->data, record->ttl);
		tlsa_print(text, &tlsa, 64);
		return;
	}
	case DNS_TYPE_MX:
		text_addf(text, "%u ", record->preference);
		text_add(text, record->target);
		return;
	case DNS_TYPE_NS:
	case DNS_TYPE_CNAME:
	case DNS_TYPE_SRV:
		text_add(text, record->target);
		return;
	case DNS_TYPE_SOA:
	case DNS_TYPE_TXT:
	case DNS_TYPE_OPT:
	case DNS_TYPE_DS:
	case DNS_TYPE_RRSIG:
	case DNS_TYPE_DNSKEY:
		break;
	}
	text_addf(text, "%zu octets", record->data.len);
}

/* "alias mx.example.net; 10 mx1.example.org, 20 mx2.example.org; 3 more" */
static const char *print_records(struct arena *arena, const struct dns_question *question) {
	const struct dns_answer *answer = &question->answer;
	struct text text = text_new(arena, 2000);
	for (size_t i = 0; i < answer->n_aliases; i++) {
		text_addf(&text, "alias %s; ", answer->aliases[i].target);
	}
	for (size_t i = 0; i < answer->n_records && i < SHOWN_RECORDS; i++) {
		text_add(&text, i == 0 ? "" : ", ");
		print_record(&text, &answer->records[i]);
	}
	if (answer->n_records > SHOWN_RECORDS) {
		text_addf(&text, "; %zu more", answer->n_records - SHOWN_RECORDS);
	}
	return text.at;
}

static void tell_answer(const struct lookups *lookups, const struct dns_question *question) {
	struct event event = {.kind = EVENT_DNS_ANSWER, .node = -1, .pass = 1};
	struct text outcome = text_new(lookups->arena, 200);
	if (dns_outcome_is_answer(question->outcome)) {
		text_add(&outcome, question->secure ? "secure, " : "insecure, ");
	}
	text_add(&outcome, dns_outcome_name(question->outcome));
	event.text[0] = question->name;
	event.text[1] = dns_type_name(question->type);
	event.text[2] = outcome.at;
	event.text[3] = print_records(lookups->arena, question);
	event.bytes[0] = question->answer.extended_text;
	event.number[0] = question->answered_at - question->asked_at;
	event.number[1] = question->answer.extended_error;
	trace_emit(lookups->trace, &event);
}

static void grow(struct lookups *lookups) {
	size_t capacity = lookups->capacity == 0 ? 8 : lookups->capacity * 2;
	struct dns_question **questions =
		arena_alloc_array(lookups->arena, capacity, sizeof *questions);
	uint32_t *sums = arena_alloc_array(lookups->arena, capacity, sizeof *sums);
	bool *told = arena_alloc_array(lookups->arena, capacity, sizeof *told);
	for (size_t i = 0; i < lookups->n; i++) {
		questions[i] = lookups->questions[i];
		sums[i] = lookups->sums[i];
		told[i] = lookups->told[i];
	}
	lookups->questions = questions;
	lookups->sums = sums;
	lookups->told = told;
	lookups->capacity = capacity;
}

/* The same for all names that dns_name_equal() takes for one: whatever case, a final dot or none.
 */
static uint32_t sum_of(const char *name) {
	uint32_t sum = 0;
	for (; *name != '\0'; name++) {
		sum = *name == '.' ? sum : sum * 31U + (unsigned char)ascii_lower(*name);
	}
	return sum;
}

static struct dns_question *find(
	const struct lookups *lookups, const char *name, enum dns_type type) {
	uint32_t sum = sum_of(name);
	for (size_t i = 0; i < lookups->n; i++) {
		struct dns_question *known = lookups->questions[i];
		if (lookups->sums[i] == sum && known->type == type && dns_name_equal(known->name, name)) {
			return known;
		}
	}
	return NULL;
}

static struct dns_question *ask(
	struct lookups *lookups, const struct dns_question *wanted, usec now) {
	if (lookups->n == lookups->capacity) {
		grow(lookups);
	}
	struct dns_question *question = arena_alloc(lookups->arena, sizeof *question);
	question->name = arena_copy_string(lookups->arena, wanted->name);
	question->type = wanted->type;
	question->beside = wanted->beside;
	lookups->sums[lookups->n] = sum_of(question->name);
	lookups->questions[lookups->n++] = question;
	if (lookups->trace != NULL) {
		tell_question(lookups, question);
	}
	lookups->resolver->ask(lookups->resolver, question, now);
	return question;
}

struct dns_question *lookups_ask(
	struct lookups *lookups, const char *name, enum dns_type type, usec now) {
	struct dns_question *known = find(lookups, name, type);
	const struct dns_question wanted = {.name = name, .type = type};
	if (known != NULL) {
		known->beside = false;
		return known;
	}
	return ask(lookups, &wanted, now);
}

struct dns_question *lookups_ask_beside(
	struct lookups *lookups, const char *name, enum dns_type type, usec now) {
	struct dns_question *known = find(lookups, name, type);
	const struct dns_question wanted = {.name = name, .type = type, .beside = true};
	return known != NULL ? known : ask(lookups, &wanted, now);
}

struct dns_question *lookups_ask_tlsa(
	struct lookups *lookups, uint16_t port, const char *host, usec now) {
	struct text owner = text_new(lookups->arena, DNS_NAME_MAX);
	tlsa_owner(&owner, port, host);
	return lookups_ask(lookups, owner.at, DNS_TYPE_TLSA, now);
}

enum progress lookups_step(struct lookups *lookups, const struct pollfd *fds, size_t n, usec now) {
	if (lookups->n_told == lookups->n) {
		return PROGRESS_WAITING;
	}
	(void)source_step(&lookups->resolver->source, fds, n, now);
	enum progress progress = PROGRESS_WAITING;
	for (size_t i = 0; i < lookups->n; i++) {
		if (lookups->told[i] || lookups->questions[i]->outcome == DNS_PENDING) {
			continue;
		}
		lookups->told[i] = true;
		lookups->n_told++;
		progress = PROGRESS_MOVED;
		if (lookups->trace != NULL) {
			tell_answer(lookups, lookups->questions[i]);
		}
	}
	return progress;
}

bool lookups_any_failed(const struct lookups *lookups) {
	for (size_t i = 0; i < lookups->n; i++) {
		enum dns_outcome outcome = lookups->questions[i]->outcome;
		if (!lookups->questions[i]->beside && outcome != DNS_PENDING &&
			!dns_outcome_is_answer(outcome)) {
			return true;
		}
	}
	return false;
}

const struct dns_question *lookups_first_refused(const struct lookups *lookups) {
	for (size_t i = 0; i < lookups->n; i++) {
		const struct dns_question *question = lookups->questions[i];
		bool why = question->type == DNS_TYPE_DS || question->type == DNS_TYPE_DNSKEY;
		bool bogus = question->outcome == DNS_BOGUS && !question->exists && !why;
		bool failed = question->outcome == DNS_SERVER_FAILED && question->err.kind != ERR_LOCAL;
		if (!question->beside && (bogus || failed)) {
			return question;
		}
	}
	return NULL;
}

bool lookups_any_denied(const struct lookups *lookups) {
	for (size_t i = 0; i < lookups->n; i++) {
		const struct dns_question *question = lookups->questions[i];
		if (!question->beside && !question->native_only && question->outcome == DNS_NXDOMAIN &&
			!question->secure) {
			return true;
		}
	}
	return false;
}

bool lookups_any_insecure(const struct lookups *lookups) {
	for (size_t i = 0; i < lookups->n; i++) {
		const struct dns_question *question = lookups->questions[i];
		bool answered = dns_outcome_is_answer(question->outcome);
		if (!question->beside && answered && !question->secure) {
			return true;
		}
	}
	return false;
}
