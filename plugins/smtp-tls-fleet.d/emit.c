/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One line for each domain, by format. */
#include "build_config.h"

#include "smtp-tls-fleet.d/emit.h"

/* Octets of a destination. */
#define WRITTEN_MAX 512U

static struct format_choice choose(
	const struct settings *settings, const struct format_origin *origin) {
	return (struct format_choice){settings->perfdata, PACKAGE_VERSION, LINE_NEWS, origin, NULL};
}

static void add_head(struct text *text, const char *name) {
	(void)text_add_escaped(text, TEXT_PLUGIN, span_of(*name == '\0' ? "-" : name), WRITTEN_MAX);
	text_add(text, "\t");
}

void emit_verdict(struct text *text, const struct verdict *verdict, const struct settings *settings,
	const struct format_origin *origin) {
	struct format_choice choice = choose(settings, origin);
	if (settings->format == FORMAT_JSON) {
		render_json(text, verdict, &choice);
	} else if (settings->format == FORMAT_LINE) {
		add_head(text, settings->destination.text);
		render_status_line(text, verdict, settings->perfdata);
		text_add(text, "\n");
	}
}

/* Of an object the end is another one. */
static const char object_end[] = "}\n";

void emit_submitted(struct text *text, struct span printed, const struct settings *settings,
	enum submit_fate fate) {
	if (settings->format == FORMAT_JSON && printed.len > sizeof object_end) {
		text_add_span(text, (struct span){printed.at, printed.len - (sizeof object_end - 1)});
		text_addf(text, ",\"submitted\":%s%s", fate == SUBMIT_TAKEN ? "true" : "false", object_end);
	} else {
		text_add_span(text, printed);
	}
}

const char *emit_line(struct arena *arena, const struct format_origin *origin, const char *words) {
	return arena_printf(
		arena, "%s: line %llu: %s", origin->list, (unsigned long long)origin->line, words);
}

const char *emit_why(
	struct arena *arena, const struct format_origin *origin, const struct err *why) {
	return arena_printf(
		arena, "line %llu of %s: %s", (unsigned long long)origin->line, origin->list, why->text);
}

void emit_bad_line(struct text *text, const struct settings *settings,
	const struct format_origin *origin, const struct err *why) {
	struct format_choice choice = choose(settings, origin);
	if (settings->format == FORMAT_JSON) {
		render_json_refusal(text, why->text, &choice);
	} else if (settings->format == FORMAT_LINE) {
		add_head(text, origin->destination);
		render_unknown(text, emit_why(text->arena, origin, why));
		text_add(text, "\n");
	}
}
