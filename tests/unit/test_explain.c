/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Every finding is explained, in sentences that fit a terminal and name options that exist. */
#include "verdict/explain.h"

#include "check_smtp_tls.d/option_table.h"
#include "render/render_plugin.h"
#include "unit.h"

/* Every word that starts like an option in what --explain prints. */
START_TEST(explanations_name_options_that_exist) {
	struct explanation const *explanation = finding_explanation((enum finding_id)_i);
	const char *const texts[] = {
		explanation->meaning, explanation->harm, explanation->remedy, explanation->reference};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		for (const char *at = strstr(texts[i], "--"); at != NULL; at = strstr(at + 2, "--")) {
			size_t len = strspn(at, "-abcdefghijklmnopqrstuvwxyz0123456789");
			ck_assert_msg(option_find_name(at, len) != NULL, "%.*s", (int)len, at);
		}
	}
}
END_TEST

static bool is_sentence(const char *text) {
	return text != NULL && *text >= 'A' && *text <= 'Z' &&
		   strchr(".?", text[strlen(text) - 1]) != NULL;
}

START_TEST(every_finding_is_explained) {
	const struct explanation *explanation = finding_explanation((enum finding_id)_i);
	const char *name = finding_info((enum finding_id)_i)->name;
	ck_assert_msg(is_sentence(explanation->meaning) && is_sentence(explanation->harm) &&
					  is_sentence(explanation->remedy) && explanation->reference != NULL,
		"%s needs a row in a table of lib/verdict/explain_*.c", name);
	struct arena *arena = unit_arena();
	struct text text = text_new(arena, 4000);
	struct limits limits = limits_default();
	render_explanation(&text, (enum finding_id)_i, &limits, TLS_LEVEL_DANE);
	/* Behind the heading nothing is wider than a terminal. */
	for (const char *line = strchr(text.at, '\n'); line != NULL; line = strchr(line + 1, '\n')) {
		ck_assert_uint_le(strcspn(line + 1, "\n"), 79);
	}
	arena_free(arena);
}
END_TEST

UNIT_MAIN(
	"explain", tcase_add_loop_test(tc, explanations_name_options_that_exist, 0, FINDING_COUNT);
	tcase_add_loop_test(tc, every_finding_is_explained, 0, FINDING_COUNT);)
