/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* MTA-STS policies: read line by line, the first fault kept. */
#include "smtp/sts_policy.h"

#include <string.h>

#include "base/ascii.h"
#include "smtp/policy_record.h"

#define AGE_DIGITS_MAX 10U
#define LABEL_MAX 63U
#define NAME_MAX_OCTETS 253U

static const char *const mode_names[] = {
	[STS_MODE_NONE] = "none", [STS_MODE_TESTING] = "testing", [STS_MODE_ENFORCE] = "enforce"};

const char *sts_mode_name(enum sts_mode mode) {
	return mode_names[mode];
}

static bool is(struct span span, const char *word) {
	return span_equal(span, span_of(word));
}

/* --- values --- */

static const char *take_version(struct sts_policy *policy, struct span value) {
	if (policy->has_version) {
		return NULL;
	}
	policy->has_version = true;
	return is(value, "STSv1") ? NULL : "the version is not STSv1";
}

static const char *take_mode(struct sts_policy *policy, struct span value) {
	if (policy->has_mode) {
		return NULL;
	}
	policy->has_mode = true;
	for (int mode = STS_MODE_NONE; mode <= STS_MODE_ENFORCE; mode++) {
		if (is(value, mode_names[mode])) {
			policy->mode = (enum sts_mode)mode;
			return NULL;
		}
	}
	return "the mode is none of enforce, testing, none";
}

static const char *take_max_age(struct sts_policy *policy, struct span value) {
	if (policy->has_max_age) {
		return NULL;
	}
	policy->has_max_age = true;
	uint64_t seconds = 0;
	if (value.len == 0 || value.len > AGE_DIGITS_MAX) {
		return "max_age is not a number of 1 to 10 digits";
	}
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] < '0' || value.at[i] > '9') {
			return "max_age is not a number of 1 to 10 digits";
		}
		seconds = seconds * 10 + (uint64_t)(value.at[i] - '0');
	}
	if (seconds > STS_POLICY_MAX_AGE_MAX) {
		return "max_age is above 31557600 seconds";
	}
	policy->max_age = (uint32_t)seconds;
	return NULL;
}

/* A host name in letters, digits and hyphens: labels of 1 to 63 octets with dots between. */
static bool is_domain(struct span name) {
	size_t label = 0;
	if (name.len == 0 || name.len > NAME_MAX_OCTETS) {
		return false;
	}
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.at[i];
		if (c == '.') {
			if (label == 0 || name.at[i - 1] == '-') {
				return false;
			}
			label = 0;
		} else if ((!ascii_is_alnum(c) && c != '-' && c != '_') || (c == '-' && label == 0) ||
				   ++label > LABEL_MAX) {
			return false;
		}
	}
	return label > 0 && name.at[name.len - 1] != '-';
}

static bool is_wildcard(struct span pattern) {
	return pattern.len > 2 && pattern.at[0] == '*' && pattern.at[1] == '.';
}

static const char *take_mx(struct sts_policy *policy, struct arena *arena, struct span value) {
	struct span name = value;
	if (is_wildcard(value)) {
		name = (struct span){value.at + 2, value.len - 2};
	}
	if (!is_domain(name)) {
		return "mx is neither a host name nor \"*.\" and a domain";
	}
	if (policy->n_mx == STS_POLICY_MX_MAX) {
		return "there are more than 256 mx fields";
	}
	if (policy->mx == NULL) {
		policy->mx = arena_alloc_array(arena, STS_POLICY_MX_MAX, sizeof *policy->mx);
	}
	policy->mx[policy->n_mx++] = value;
	return NULL;
}

/* --- lines --- */

/* Printable ASCII and UTF-8, with blanks only inside; a NUL or another control octet is a fault of
 * any field. */
static const char *value_fault(struct span value) {
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] < ' ' || value.at[i] == 0x7f) {
			return "a value has a control character";
		}
	}
	return value.len == 0 ? "a field has no value" : NULL;
}

static const char *take_field(
	struct sts_policy *policy, struct arena *arena, struct span name, struct span value) {
	const char *fault = value_fault(value);
	if (fault != NULL) {
		return fault;
	}
	if (is(name, "version")) {
		return take_version(policy, value);
	}
	if (is(name, "mode")) {
		return take_mode(policy, value);
	}
	if (is(name, "max_age")) {
		return take_max_age(policy, value);
	}
	if (is(name, "mx")) {
		return take_mx(policy, arena, value);
	}
	return policy_field_name_is_valid(name) ? NULL : "a field has a malformed name";
}

static const char *take_line(struct sts_policy *policy, struct arena *arena, struct span line) {
	const uint8_t *colon = line.len > 0 ? memchr(line.at, ':', line.len) : NULL;
	if (line.len == 0) {
		return NULL; /* not in the grammar, but no sender minds */
	}
	if (colon == NULL) {
		return "a line has no \":\"";
	}
	struct span name = {line.at, (size_t)(colon - line.at)};
	size_t start = name.len + 1;
	size_t end = line.len;
	while (start < end && ascii_is_blank(line.at[start])) {
		start++;
	}
	while (end > start && ascii_is_blank(line.at[end - 1])) {
		end--;
	}
	return take_field(policy, arena, name, (struct span){line.at + start, end - start});
}

static const char *missing(const struct sts_policy *policy) {
	if (!policy->has_version) {
		return "it has no version";
	}
	if (!policy->has_mode) {
		return "it has no mode";
	}
	if (!policy->has_max_age) {
		return "it has no max_age";
	}
	return policy->n_mx == 0 && policy->mode != STS_MODE_NONE ? "it has no mx" : NULL;
}

struct sts_policy sts_policy_read(struct arena *arena, struct span body) {
	struct sts_policy policy = {0};
	size_t n_lines = 0;
	if (body.len > STS_POLICY_OCTETS_MAX) {
		policy.fault = "it is larger than 64 KiB";
		return policy;
	}
	for (size_t at = 0; at < body.len;) {
		const uint8_t *newline = memchr(body.at + at, '\n', body.len - at);
		size_t end = newline != NULL ? (size_t)(newline - body.at) : body.len;
		struct span line = {body.at + at, end - at};
		if (line.len > 0 && line.at[line.len - 1] == '\r') {
			line.len--;
		}
		n_lines++;
		policy.fault = take_line(&policy, arena, line);
		if (policy.fault != NULL) {
			policy.line = n_lines;
			return policy;
		}
		at = end + 1;
	}
	policy.fault = missing(&policy);
	policy.valid = policy.fault == NULL;
	return policy;
}

/* --- hosts --- */

static bool is_same_name(struct span a, struct span b) {
	if (a.len != b.len) {
		return false;
	}
	for (size_t i = 0; i < a.len; i++) {
		if (ascii_lower((char)a.at[i]) != ascii_lower((char)b.at[i])) {
			return false;
		}
	}
	return true;
}

bool sts_pattern_covers(struct span pattern, const char *host) {
	struct span name = span_of(host);
	if (name.len > 0 && name.at[name.len - 1] == '.') {
		name.len--;
	}
	if (!is_wildcard(pattern)) {
		return is_same_name(pattern, name);
	}
	const uint8_t *dot = name.len > 0 ? memchr(name.at, '.', name.len) : NULL;
	if (dot == NULL || dot == name.at) {
		return false;
	}
	size_t first = (size_t)(dot - name.at) + 1;
	return is_same_name((struct span){pattern.at + 2, pattern.len - 2},
		(struct span){name.at + first, name.len - first});
}

bool sts_policy_covers(const struct sts_policy *policy, const char *host) {
	for (size_t i = 0; i < policy->n_mx; i++) {
		if (sts_pattern_covers(policy->mx[i], host)) {
			return true;
		}
	}
	return false;
}
