/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON for an API of others. */
#include "smtp-tls-fleet.d/submit_body.h"

#include "render/render_plugin.h"
#include "smtp-tls-fleet.d/submit.h"

#define BODY_MAX (8U * SUBMIT_OUTPUT_MAX)

static void add_member(struct text *text, const char *key, const char *value) {
	text_addf(text, ",\"%s\":\"", key);
	(void)text_add_escaped(text, TEXT_JSON, span_of(value), BODY_MAX);
	text_add(text, "\"");
}

/* The status line without its numbers, and the lines behind it. */
static const char *output_of(struct arena *arena, const struct verdict *verdict) {
	struct text text = text_new(arena, SUBMIT_OUTPUT_MAX);
	render_status_line(&text, verdict, PERFDATA_NONE);
	text_add(&text, "\n");
	render_details(&text, verdict, LINE_NEWS);
	while (text.len > 0 && text.at[text.len - 1] == '\n') {
		text_truncate(&text, text.len - 1);
	}
	return text.at;
}

/* Plain thresholds are those that Icinga 2 keeps. */
static const char *perfdata_of(struct arena *arena, const struct verdict *verdict) {
	struct text text = text_new(arena, SUBMIT_OUTPUT_MAX);
	render_perfdata(&text, verdict, PERFDATA_PLAIN);
	return text.at;
}

struct submit_result submit_result_of(
	struct arena *arena, const struct verdict *verdict, unsigned port) {
	return (struct submit_result){.destination = verdict->report->spec->destination,
		.port = port,
		.state = verdict->state,
		.output = output_of(arena, verdict),
		.numbers = perfdata_of(arena, verdict)};
}

struct submit_result submit_result_refused(
	struct arena *arena, const struct destination *destination, unsigned port, const char *why) {
	struct text text = text_new(arena, SUBMIT_OUTPUT_MAX);
	render_unknown(&text, why);
	return (struct submit_result){.destination = destination,
		.port = port,
		.state = STATE_UNKNOWN,
		.output = text.at,
		.numbers = ""};
}

struct span submit_body(
	struct arena *arena, const struct submit_config *config, const struct submit_result *result) {
	struct text text = text_new(arena, BODY_MAX);
	text_add(&text, "{\"type\":\"Service\"");
	add_member(&text, "service", submit_service(arena, config, result->destination, result->port));
	text_addf(&text, ",\"exit_status\":%d", (int)result->state);
	add_member(&text, "plugin_output", result->output);
	add_member(&text, "performance_data", result->numbers);
	add_member(&text, "check_source", result->source);
	long long seconds = (long long)(result->executed / USEC_PER_SEC);
	long long micros = (long long)(result->executed % USEC_PER_SEC);
	text_addf(&text, ",\"execution_start\":%lld.%06lld,\"execution_end\":%lld.%06lld,\"ttl\":%lld}",
		seconds, micros, seconds, micros, (long long)config->ttl);
	return (struct span){(const uint8_t *)text.at, text.len};
}
