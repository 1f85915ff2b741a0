/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Any words as a command line, one in each line of the input: taken in the same way each time, or
 * refused with a reason. The time of --at, in the forms that are told to users, is the one that is
 * written there, which is read here once more. */
#include <string.h>
#include <time.h>

#include "check_smtp_tls.d/options.h"
#include "fuzz.h"

#define WORDS_MAX 24
#define DAY INT64_C(86400)

struct words {
	char *at[WORDS_MAX + 2];
	int n;
};

/* No word that could be a file's: what lies about on this machine is not part of the input. */
static bool split(struct words *words, struct arena *arena, struct span input) {
	char *text = arena_copy_text(arena, (const char *)input.at, input.len);
	words->at[0] = arena_copy_string(arena, "check_smtp_tls");
	words->n = 1;
	if (strchr(text, '/') != NULL) {
		return false;
	}
	while (words->n <= WORDS_MAX && *text != '\0') {
		size_t len = strcspn(text, "\n");
		words->at[words->n++] = arena_copy_text(arena, text, len);
		text += text[len] == '\0' ? len : len + 1;
	}
	words->at[words->n] = NULL;
	return true;
}

static enum options_outcome parse(
	struct settings *settings, struct arena *arena, const struct words *words, struct err *err) {
	struct arguments arguments = {words->n, words->at, NULL, NULL};
	enum options_outcome outcome = options_parse(settings, arena, &arguments, err);
	/* Help wins over what is wrong beside it. */
	FUZZ_REQUIRE(outcome != OPTIONS_BAD || (err->kind != ERR_NONE && err->text[0] != '\0'));
	FUZZ_REQUIRE(outcome != OPTIONS_RUN || err->kind == ERR_NONE);
	return outcome;
}

static void check_settings(const struct settings *settings) {
	const struct survey_spec *survey = &settings->survey;
	FUZZ_REQUIRE(survey->timeout > 0 && survey->timeout <= 24 * 3600 * USEC_PER_SEC);
	FUZZ_REQUIRE(survey->order.ipv4 || survey->order.ipv6);
	FUZZ_REQUIRE(settings->started_at > 0);
	FUZZ_REQUIRE(survey->at_given || settings->tls.now == settings->started_at);
	FUZZ_REQUIRE((int)settings->format >= 0 && settings->format < FORMAT_COUNT);
}

/* Days from 1970-01-01 to a day of the Gregorian calendar, counted year by year. */
static int64_t count_days(int year, int month, int day) {
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t days = day - 1;
	for (int i = 1970; i <= year; i++) {
		bool leap = (i % 4 == 0 && i % 100 != 0) || i % 400 == 0;
		days += i < year ? 365 + (leap ? 1 : 0) : 0;
		for (int m = 1; i == year && m < month; m++) {
			days += lengths[m - 1] + (m == 2 && leap ? 1 : 0);
		}
	}
	return days;
}

/* The last --at counts. */
static void check_time(const struct words *words, const struct settings *settings) {
	const char *value = NULL;
	int year = 0;
	int month = 0;
	int day = 0;
	int hour = 0;
	int minute = 0;
	int second = 0;
	char end = 0;
	for (int i = 1; i < words->n; i++) {
		value = strncmp(words->at[i], "--at=", 5) == 0 ? words->at[i] + 5 : value;
		value = i > 1 && strcmp(words->at[i - 1], "--at") == 0 ? words->at[i] : value;
	}
	FUZZ_REQUIRE(settings->survey.at_given == (value != NULL));
	if (value == NULL) {
		return;
	}
	/* NOLINTBEGIN(cert-err34-c): it was read already */
	if (sscanf(value, "+%d%c", &day, &end) == 2) {
		int64_t unit = end == 'h' ? 3600 : DAY;
		FUZZ_REQUIRE(settings->tls.now == settings->started_at + day * unit);
		return;
	}
	int n = sscanf(
		value, "%4d-%2d-%2dT%2d:%2d:%2d%c", &year, &month, &day, &hour, &minute, &second, &end);
	/* NOLINTEND(cert-err34-c) */
	FUZZ_REQUIRE(strlen(value) == (n == 3 ? 10 : 20) && (n == 3 || (n == 7 && end == 'Z')));
	FUZZ_REQUIRE(month >= 1 && month <= 12 && day >= 1 && day <= 31);
	FUZZ_REQUIRE(settings->tls.now ==
				 DAY * count_days(year, month, day) + 3600L * hour + 60L * minute + second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static struct settings first; /* too large for a stack that is watched */
	static struct settings second;
	struct arena *arena = fuzz_arena();
	struct words words;
	if (split(&words, arena, (struct span){data, size})) {
		struct err err = {0};
		struct err again = {0};
		enum options_outcome outcome = parse(&first, arena, &words, &err);
		FUZZ_REQUIRE(parse(&second, arena, &words, &again) == outcome);
		FUZZ_REQUIRE(strcmp(err.text, again.text) == 0);
		if (outcome == OPTIONS_RUN) {
			check_settings(&first);
			check_time(&words, &first);
		}
	}
	arena_free(arena);
	return 0;
}
