/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading thresholds of time. */
#include "verdict/limits.h"

#include <stdio.h>
#include <string.h>

#define DAY INT64_C(86400)
#define HOUR INT64_C(3600)
#define KEY_DIGITS_MAX 5
#define DIGITS_MAX 6 /* a million days is enough */

const struct keyword security_words[] = {{"dane-ee", SECURITY_DANE_EE},
	{"dane-ta", SECURITY_DANE_TA}, {"dane", SECURITY_DANE}, {"pkix", SECURITY_PKIX},
	{"sts", SECURITY_STS}, {"tls", SECURITY_TLS}, {NULL, 0}};

int64_t remaining_seconds(struct remaining remaining, int64_t lifetime) {
	int64_t share = remaining.percent < 0 ? INT64_MAX : lifetime / 100 * remaining.percent;
	int64_t amount = remaining.seconds < 0 ? INT64_MAX : remaining.seconds;
	return share < amount ? share : amount;
}

/* One of "14", "14d", "12h", "25%"; false when it is none. */
static bool read_remaining(struct remaining *remaining, struct span text) {
	*remaining = (struct remaining){-1, -1};
	int64_t value = 0;
	size_t n = 0;
	for (; n < text.len && text.at[n] >= '0' && text.at[n] <= '9'; n++) {
		value = n < DIGITS_MAX ? value * 10 + (text.at[n] - '0') : value;
	}
	if (n == 0 || n > DIGITS_MAX || text.len > n + 1) {
		return false;
	}
	switch (n == text.len ? 'd' : text.at[n]) {
	case 'd':
		remaining->seconds = value * DAY;
		return true;
	case 'h':
		remaining->seconds = value * HOUR;
		return true;
	case '%':
		remaining->percent = (int)value;
		return value <= 100;
	default:
		return false;
	}
}

/* Only amounts of the same kind can be compared. */
static bool is_above(struct remaining a, struct remaining b) {
	if (a.seconds >= 0 && b.seconds >= 0) {
		return a.seconds > b.seconds;
	}
	return a.percent >= 0 && b.percent >= 0 && a.percent > b.percent;
}

bool remaining_limits_parse(
	struct remaining_limits *limits, const char *option, const char *text, struct err *err) {
	static const char allowed[] =
		"allowed is W[,C] with N or Nd days, Nh hours or N% of the lifetime, whole numbers";
	struct remaining_limits parsed = {.critical = {0, -1}};
	const char *comma = strchr(text, ',');
	struct span warning = span_of(text);
	bool good = true;
	if (comma != NULL) {
		warning.len = (size_t)(comma - text);
		good = read_remaining(&parsed.critical, span_of(comma + 1));
	}
	if (!good || !read_remaining(&parsed.warning, warning)) {
		return err_set(
			err, ERR_USAGE, "%s: \"%.64s\" is no remaining time; %s", option, text, allowed);
	}
	if (is_above(parsed.critical, parsed.warning)) {
		return err_set(err, ERR_USAGE,
			"%s: \"%.64s\" has a critical value above the warning value; %s", option, text,
			allowed);
	}
	*limits = parsed;
	return true;
}

struct limits limits_default(void) {
	struct limits limits = {
		.certificate = {.warning = {14 * DAY, 25}, .critical = {7 * DAY, 10}},
		.rrsig = {.warning = {2 * DAY, 25}, .critical = {12 * HOUR, 6}},
		.min_protocol = 0x0303,
		.min_key = {.rsa = 2048, .ec = 224},
		.timeout_result = STATE_CRITICAL,
	};
	return limits;
}

/* "rsa:2048" up to a comma or the end; *text goes behind it. */
static bool read_key_limit(struct key_limits *limits, const char **text) {
	bool rsa = strncmp(*text, "rsa:", 4) == 0;
	size_t prefix = rsa ? 4 : 3;
	if (!rsa && strncmp(*text, "ec:", 3) != 0) {
		return false;
	}
	int bits = 0;
	size_t digits = strspn(*text + prefix, "0123456789");
	for (size_t i = 0; i < digits && i < KEY_DIGITS_MAX; i++) {
		bits = 10 * bits + ((*text)[prefix + i] - '0');
	}
	*text += prefix + digits;
	*(rsa ? &limits->rsa : &limits->ec) = bits;
	return digits > 0 && digits <= KEY_DIGITS_MAX;
}

bool key_limits_parse(struct key_limits *limits, const char *text) {
	struct key_limits parsed = *limits;
	char first = *text;
	bool good = read_key_limit(&parsed, &text);
	if (good && *text == ',') {
		text++;
		good = *text != first && read_key_limit(&parsed, &text);
	}
	good = good && *text == '\0';
	*limits = good ? parsed : *limits;
	return good;
}

bool ehlo_rule_parse(struct ehlo_rule *rule, const char *text) {
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
	static const struct keyword places[] = {
		{"tls:", EHLO_IN_TLS}, {"clear:", EHLO_IN_CLEAR}, {NULL, 0}};
	rule->place = EHLO_IN_TLS;
	rule->keyword = text;
	for (const struct keyword *k = places; k->word != NULL; k++) {
		size_t len = strlen(k->word);
		if (strncmp(text, k->word, len) == 0) {
			rule->place = (enum ehlo_place)k->value;
			rule->keyword = text + len;
		}
	}
	return rule->keyword[0] != '\0' && rule->keyword[0] != '-' &&
		   rule->keyword[strspn(rule->keyword, letters)] == '\0';
}

void limits_set_state(struct limits *limits, enum finding_id id, enum state state) {
	limits->overridden[id] = true;
	limits->override[id] = state;
}
