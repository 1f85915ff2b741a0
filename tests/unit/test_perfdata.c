/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One metric as performance data: its digits, its unit, its thresholds and bounds. */
#include "render/render_plugin.h"
#include "unit.h"

static const struct {
	enum perfdata_style style;
	enum metric_unit unit;
	double value;
	const char *warning; /* NULL: none */
	const char *critical;
	double min; /* below 0: none */
	double max;
	const char *text;
} rows[] = {
	{PERFDATA_RANGES, METRIC_PLAIN, 3, NULL, NULL, -1, -1, "x=3"},
	{PERFDATA_RANGES, METRIC_SECONDS, 86400, NULL, NULL, -1, -1, "x=86400s"},
	{PERFDATA_RANGES, METRIC_SECONDS, -86400, NULL, NULL, -1, -1, "x=-86400s"},
	{PERFDATA_RANGES, METRIC_SECONDS_FINE, 0.000042, NULL, NULL, -1, -1, "x=0.000042s"},
	{PERFDATA_RANGES, METRIC_SECONDS_FINE, 1.05, NULL, NULL, -1, -1, "x=1.050000s"},
	{PERFDATA_RANGES, METRIC_SECONDS_FINE, 0.0000006, NULL, NULL, -1, -1, "x=0.000001s"},
	/* what comes last and is empty is left out */
	{PERFDATA_RANGES, METRIC_PLAIN, 1, NULL, NULL, 0, -1, "x=1;;;0"},
	{PERFDATA_RANGES, METRIC_PLAIN, 1, "2", NULL, -1, -1, "x=1;2"},
	{PERFDATA_RANGES, METRIC_PLAIN, 1, NULL, "3", -1, -1, "x=1;;3"},
	{PERFDATA_RANGES, METRIC_SECONDS_FINE, 1, "2", "3", 0, 30, "x=1.000000s;2;3;0;30"},
	/* bounds are whole, or have three decimals */
	{PERFDATA_RANGES, METRIC_PLAIN, 1, NULL, NULL, 0, 1.5, "x=1;;;0;1.500"},
	{PERFDATA_RANGES, METRIC_PLAIN, 1, NULL, NULL, 0, 1.05, "x=1;;;0;1.050"},
	{PERFDATA_RANGES, METRIC_PLAIN, 1, NULL, NULL, 0, 0.0296, "x=1;;;0;0.030"},
	/* consumers that know no ranges are told what is low and bad as a number, but not of counts */
	{PERFDATA_RANGES, METRIC_SECONDS, 9, "1209600:", "604800:", -1, -1, "x=9s;1209600:;604800:"},
	{PERFDATA_PLAIN, METRIC_SECONDS, 9, "1209600:", "604800:", -1, -1, "x=9s;1209600;604800"},
	{PERFDATA_PLAIN, METRIC_PLAIN, 1, NULL, "1:", 0, -1, "x=1;;;0"},
	{PERFDATA_PLAIN, METRIC_PLAIN, 1, NULL, "1:", -1, -1, "x=1"},
	{PERFDATA_PLAIN, METRIC_SECONDS, 1, "2", "3", -1, -1, "x=1s;2;3"},
	{PERFDATA_PLAIN, METRIC_SECONDS, 1, "5:10", "@5:10", -1, -1, "x=1s;5:10;@5:10"},
	{PERFDATA_PLAIN, METRIC_SECONDS, 1, "@5:", "~:5", -1, -1, "x=1s;@5:;~:5"},
	{PERFDATA_PLAIN, METRIC_SECONDS, 1, "-5:", "0:", -1, -1, "x=1s;-5:;0"},
	{PERFDATA_NONE, METRIC_SECONDS, 1, "2", "3", 0, 9, ""},
};

static const struct range *range_of(struct arena *arena, const char *text) {
	struct range *range = arena_alloc(arena, sizeof *range);
	if (text == NULL) {
		return NULL;
	}
	ck_assert_msg(range_parse(range, "--warning", text, NULL), "%s", text);
	return range;
}

START_TEST(a_metric_is_printed_as_its_consumers_read_it) {
	struct arena *arena = unit_arena();
	struct verdict verdict = {.n_metrics = 1};
	verdict.metrics[0] = (struct metric){.label = "x",
		.value = rows[_i].value,
		.unit = rows[_i].unit,
		.warning = range_of(arena, rows[_i].warning),
		.critical = range_of(arena, rows[_i].critical),
		.min = {rows[_i].min >= 0, rows[_i].min},
		.max = {rows[_i].max >= 0, rows[_i].max}};
	struct text text = text_new(arena, 500);
	render_perfdata(&text, &verdict, rows[_i].style);
	ck_assert_str_eq(text.at, rows[_i].text);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("perfdata", tcase_add_loop_test(tc, a_metric_is_printed_as_its_consumers_read_it, 0,
						  (int)(sizeof rows / sizeof rows[0]));)
