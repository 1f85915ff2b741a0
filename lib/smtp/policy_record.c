/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* TXT records of MTA-STS and TLSRPT: which count, and what is wrong with them. */
#include "smtp/policy_record.h"

#include <string.h>
#include <strings.h>

#include "base/ascii.h"

#define FIELD_NAME_MAX 32U

struct span policy_record_join(struct arena *arena, struct span rdata) {
	uint8_t *joined = arena_alloc(arena, rdata.len);
	size_t len = 0;
	size_t at = 0;
	while (at < rdata.len) {
		size_t left = rdata.len - at - 1;
		size_t n = rdata.at[at] < left ? rdata.at[at] : left;
		if (n > 0) {
			memcpy(joined + len, rdata.at + at + 1, n);
		}
		len += n;
		at += n + 1;
	}
	return (struct span){joined, len};
}

/* --- the grammar: VERSION *( *WSP ";" *WSP NAME "=" VALUE ) [ *WSP ";" *WSP ] --- */

static struct span from(struct span text, size_t at) {
	return (struct span){text.at + at, text.len - at};
}

static bool starts_with(struct span text, const char *word) {
	size_t n = strlen(word);
	return text.len >= n && memcmp(text.at, word, n) == 0;
}

static size_t skip_blanks(struct span text, size_t at) {
	while (at < text.len && ascii_is_blank(text.at[at])) {
		at++;
	}
	return at;
}

/* A record of its kind begins with the version and, behind blanks, a semicolon. */
static bool is_of_kind(struct span text, const char *version) {
	if (!starts_with(text, version)) {
		return false;
	}
	size_t at = skip_blanks(text, strlen(version));
	return at < text.len && text.at[at] == ';';
}

/* Up to the next semicolon, blanks at both ends left out; *rest is what stands behind it. */
static struct span next_field(struct span text, struct span *rest) {
	size_t start = skip_blanks(text, 0);
	size_t end = start;
	while (end < text.len && text.at[end] != ';') {
		end++;
	}
	*rest = from(text, end < text.len ? end + 1 : end);
	while (end > start && ascii_is_blank(text.at[end - 1])) {
		end--;
	}
	return (struct span){text.at + start, end - start};
}

bool policy_field_name_is_valid(struct span name) {
	if (name.len == 0 || name.len > FIELD_NAME_MAX || !ascii_is_alnum(name.at[0])) {
		return false;
	}
	for (size_t i = 1; i < name.len; i++) {
		uint8_t c = name.at[i];
		if (!ascii_is_alnum(c) && c != '_' && c != '-' && c != '.') {
			return false;
		}
	}
	return true;
}

/* --- values --- */

static const char *id_fault(struct span id) {
	if (id.len == 0 || id.len > POLICY_RECORD_ID_MAX) {
		return "id must have 1 to 32 characters";
	}
	for (size_t i = 0; i < id.len; i++) {
		if (!ascii_is_alnum(id.at[i])) {
			return "id must consist of letters and digits";
		}
	}
	return NULL;
}

/* One URI of a list: mailto: or https: (RFC 8460 3). */
static const char *uri_fault(struct span uri) {
	bool mail = starts_with(uri, "mailto:");
	if (!mail && !starts_with(uri, "https:")) {
		return "rua must list mailto: or https: addresses";
	}
	size_t scheme = strlen(mail ? "mailto:" : "https:");
	if (uri.len == scheme) {
		return "rua has an address without anything behind its scheme";
	}
	if (mail && memchr(uri.at, '@', uri.len) == NULL) {
		return "rua has a mailto: address without @";
	}
	for (size_t i = scheme; i < uri.len; i++) {
		if (uri.at[i] <= ' ' || uri.at[i] > '~' || uri.at[i] == '!') {
			return "rua has a character that must be written as %XX";
		}
	}
	return NULL;
}

static const char *rua_fault(struct span list) {
	size_t start = 0;
	while (start <= list.len) {
		start = skip_blanks(list, start);
		size_t end = start;
		while (end < list.len && list.at[end] != ',') {
			end++;
		}
		size_t last = end;
		while (last > start && ascii_is_blank(list.at[last - 1])) {
			last--;
		}
		const char *fault = uri_fault((struct span){list.at + start, last - start});
		if (fault != NULL) {
			return fault;
		}
		start = end + 1;
	}
	return NULL;
}

/* An extension's value: any printable character but "=", ";" and blank. */
static const char *other_fault(struct span value) {
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] <= ' ' || value.at[i] > '~' || value.at[i] == '=') {
			return "a field has a character that no value may have";
		}
	}
	return value.len == 0 ? "a field has no value" : NULL;
}

/* --- one record --- */

struct vocabulary {
	const char *version;
	const char *name;  /* who writes it, in whatever letters, means this kind */
	const char *field; /* the one that must be there */
	const char *(*fault)(struct span value);
	const char *missing;
};

static const struct vocabulary vocabularies[] = {
	[POLICY_RECORD_STS] = {"v=STSv1", "stsv1", "id", id_fault, "it has no id"},
	[POLICY_RECORD_TLSRPT] = {"v=TLSRPTv1", "tlsrpt", "rua", rua_fault, "it has no rua"},
};

/* "NAME=VALUE" into the record, where it is the field that must be there and the first of its
 * name; the reason when it is malformed. */
static const char *take_field(
	struct policy_record *record, const struct vocabulary *words, struct span field) {
	const uint8_t *equals = memchr(field.at, '=', field.len);
	if (equals == NULL) {
		return "a field has no \"=\"";
	}
	struct span name = {field.at, (size_t)(equals - field.at)};
	struct span value = from(field, name.len + 1);
	if (!policy_field_name_is_valid(name)) {
		return "a field has a malformed name";
	}
	if (!span_equal(name, span_of(words->field))) {
		return other_fault(value);
	}
	if (record->value.at == NULL) {
		record->value = value;
	}
	return words->fault(value);
}

static const char *read_fields(struct policy_record *record, const struct vocabulary *words) {
	struct span rest;
	next_field(record->text, &rest); /* the version */
	while (skip_blanks(rest, 0) < rest.len) {
		struct span field = next_field(rest, &rest);
		const char *fault = field.len == 0 ? "a field is empty" : take_field(record, words, field);
		if (fault != NULL) {
			return fault;
		}
	}
	return record->value.at == NULL ? words->missing : NULL;
}

/* A version that is misspelt, or does not stand where a record begins. */
static bool mentions(struct span text, const char *name) {
	size_t n = strlen(name);
	for (size_t at = 0; at + n <= text.len; at++) {
		if (strncasecmp((const char *)text.at + at, name, n) == 0) {
			return true;
		}
	}
	return false;
}

static void find_meant(struct policy_record *record, const struct vocabulary *words,
	const struct span *texts, size_t n) {
	for (size_t i = 0; i < n && record->meant.len == 0; i++) {
		if (mentions(texts[i], words->name)) {
			record->meant = texts[i];
		}
	}
}

struct policy_record policy_record_read(
	enum policy_record_kind kind, const struct span *texts, size_t n) {
	const struct vocabulary *words = &vocabularies[kind];
	struct policy_record record = {.outcome = POLICY_RECORD_ABSENT};
	for (size_t i = 0; i < n; i++) {
		if (!is_of_kind(texts[i], words->version)) {
			continue;
		}
		if (record.outcome != POLICY_RECORD_ABSENT) {
			record.outcome = POLICY_RECORD_SEVERAL;
			return record;
		}
		record.outcome = POLICY_RECORD_VALID;
		record.text = texts[i];
	}
	if (record.outcome == POLICY_RECORD_ABSENT) {
		find_meant(&record, words, texts, n);
	} else {
		record.fault = read_fields(&record, words);
		if (record.fault != NULL) {
			record.outcome = POLICY_RECORD_INVALID;
			record.value = (struct span){NULL, 0};
		}
	}
	return record;
}
