/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Any octets as a line of a list of domains, and what its options make of the settings. */
#include <string.h>

#include "fuzz.h"
#include "smtp-tls-fleet.d/fleet_options.h"

static void check_words(const struct list_line *line) {
	FUZZ_REQUIRE(line->n_words > 0 && line->n_words <= (int)LIST_WORDS_MAX + 1);
	FUZZ_REQUIRE(line->words[line->n_words] == NULL);
	/* but for a final dot, and a colon behind which nothing stands */
	size_t len = strlen(line->words[0]);
	FUZZ_REQUIRE(strlen(line->destination) <= len && strlen(line->destination) + 2 >= len);
	FUZZ_REQUIRE(line->destination == line->words[0] || strlen(line->destination) < len);
	FUZZ_REQUIRE(line->destination[0] != '\0');
	FUZZ_REQUIRE(line->destination[0] != '-' && line->destination[0] != '#');
	for (int i = 0; i < line->n_words; i++) {
		FUZZ_REQUIRE(line->words[i][0] != '\0' && line->words[i][0] != '#');
		FUZZ_REQUIRE(strpbrk(line->words[i], " \t\r\n") == NULL);
	}
}

static void check_line(struct arena *arena, const struct list_line *line) {
	static struct settings defaults; /* too large for a stack that is watched */
	static struct fleet_settings fleet;
	struct settings *settings = arena_alloc(arena, sizeof *settings);
	struct option_draft draft = {.arena = arena, .settings = &defaults};
	char *argv[] = {"smtp-tls-fleet", "--helo=a.test", NULL};
	struct arguments arguments = {2, argv, NULL, NULL};
	struct err err = {0};
	FUZZ_REQUIRE(fleet_options_parse(&fleet, &draft, &arguments, &err) == OPTIONS_RUN);
	err = (struct err){0};
	if (fleet_options_line(settings, arena, &draft, line, &err)) {
		FUZZ_REQUIRE(settings->destination.kind != DESTINATION_UNIX);
		FUZZ_REQUIRE(settings->format == FORMAT_JSON);
		FUZZ_REQUIRE(settings->survey.scope == SURVEY_ALL);
	} else {
		FUZZ_REQUIRE(err.kind == ERR_USAGE && err.text[0] != '\0');
	}
	FUZZ_REQUIRE(draft.hostname == NULL && draft.down_ok.n == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	struct list_line line;
	struct err err = {0};
	enum list_line_kind kind = list_line_parse(&line, arena, (struct span){data, size}, &err);
	FUZZ_REQUIRE((kind == LIST_LINE_BAD) == (err.kind == ERR_USAGE));
	FUZZ_REQUIRE(kind == LIST_LINE_BAD || memchr(data, '\0', size) == NULL || size == 0);
	if (kind == LIST_LINE_DOMAIN) {
		check_words(&line);
		check_line(arena, &line);
	}
	arena_free(arena);
	return 0;
}
