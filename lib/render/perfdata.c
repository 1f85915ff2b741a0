/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Metrics as performance data. */
#include "render/render_plugin.h"

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

/* "1209600:", a threshold for consumers that know ranges. */
static bool low_is_bad(const char *threshold) {
	size_t len = strlen(threshold);
	return len > 1 && strspn(threshold, "0123456789.") == len - 1 && threshold[len - 1] == ':';
}

/* It becomes "1209600" for consumers that drop ranges. */
static void add_threshold(struct text *text, const char *threshold, enum perfdata_style style) {
	size_t len = strlen(threshold);
	if (style == PERFDATA_PLAIN && low_is_bad(threshold)) {
		len--;
	}
	text_add_span(text, (struct span){(const uint8_t *)threshold, len});
}

/* A small count without its colon would alert where it is good: "1" is exceeded by 2. */
static const char *threshold_of(
	const struct metric *metric, const char *threshold, enum perfdata_style style) {
	bool misleading = style == PERFDATA_PLAIN && metric->unit == METRIC_PLAIN &&
					  threshold != NULL && low_is_bad(threshold);
	return misleading ? NULL : threshold;
}

static void add_metric(struct text *text, const struct metric *metric, enum perfdata_style style) {
	const char *const fields[] = {threshold_of(metric, metric->warning, style),
		threshold_of(metric, metric->critical, style), metric->min, metric->max};
	size_t n = sizeof fields / sizeof *fields;
	while (n > 0 && fields[n - 1] == NULL) {
		n--;
	}
	text_addf(text, "%s=", metric->label);
	add_value(text, metric);
	for (size_t i = 0; i < n; i++) {
		text_add(text, ";");
		if (fields[i] != NULL) {
			add_threshold(text, fields[i], style);
		}
	}
}

void render_perfdata(struct text *text, const struct verdict *verdict, enum perfdata_style style) {
	for (size_t i = 0; i < verdict->n_metrics && style != PERFDATA_NONE; i++) {
		text_add(text, i > 0 ? " " : "");
		add_metric(text, &verdict->metrics[i], style);
	}
}
