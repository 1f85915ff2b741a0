/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Metrics as performance data. */
#include "render/render_plugin.h"

#include <math.h>
#include <string.h>

/* By whole numbers: printf's decimal sign follows the locale, and no consumer knows exponents. */
static void add_value(struct text *text, const struct metric *metric) {
	if (metric->unit == METRIC_SECONDS_FINE) {
		int64_t micros = (int64_t)(metric->value * 1e6 + 0.5);
		text_addf(
			text, "%lld.%06llds", (long long)(micros / 1000000), (long long)(micros % 1000000));
		return;
	}
	text_addf(text, "%lld%s", (long long)metric->value, metric->unit == METRIC_SECONDS ? "s" : "");
}

/* What consumers that drop ranges can be told as one number. */
static bool low_is_bad(const struct range *range) {
	return !range->inside && isfinite(range->start) && range->start >= 0 && isinf(range->end) &&
		   strchr(range->text, ':') != NULL;
}

/* "1209600:" becomes "1209600". A small count without its colon would alert where it is good: "1"
 * is exceeded by 2. */
static struct span threshold_of(
	const struct metric *metric, const struct range *range, enum perfdata_style style) {
	if (range == NULL) {
		return (struct span){NULL, 0};
	}
	struct span text = span_of(range->text);
	if (style == PERFDATA_PLAIN && low_is_bad(range)) {
		text.len = metric->unit == METRIC_PLAIN ? 0 : text.len - 1;
	}
	return text;
}

/* Whole seconds, or three decimals. */
static struct span bound_of(struct arena *arena, struct bound bound) {
	if (!bound.set) {
		return (struct span){NULL, 0};
	}
	long long millis = (long long)(bound.value * 1000 + 0.5);
	return span_of(millis % 1000 == 0
					   ? arena_printf(arena, "%lld", millis / 1000)
					   : arena_printf(arena, "%lld.%03lld", millis / 1000, millis % 1000));
}

static void add_metric(struct text *text, const struct metric *metric, enum perfdata_style style) {
	const struct span fields[] = {threshold_of(metric, metric->warning, style),
		threshold_of(metric, metric->critical, style), bound_of(text->arena, metric->min),
		bound_of(text->arena, metric->max)};
	size_t n = sizeof fields / sizeof *fields;
	while (n > 0 && fields[n - 1].len == 0) {
		n--;
	}
	text_addf(text, "%s=", metric->label);
	add_value(text, metric);
	for (size_t i = 0; i < n; i++) {
		text_add(text, ";");
		text_add_span(text, fields[i]);
	}
}

void render_perfdata(struct text *text, const struct verdict *verdict, enum perfdata_style style) {
	for (size_t i = 0; i < verdict->n_metrics && style != PERFDATA_NONE; i++) {
		text_add(text, i > 0 ? " " : "");
		add_metric(text, &verdict->metrics[i], style);
	}
}
