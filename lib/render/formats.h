/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The formats of output: a table. A format is one file and one row. */
#ifndef RENDER_FORMATS_H
#define RENDER_FORMATS_H

#include "render/render_plugin.h"

/* Of the JSON object, in its member "schema": another number when members change or go. */
#define JSON_SCHEMA_VERSION 1

enum output_format { FORMAT_LINE, FORMAT_JSON, FORMAT_OPENMETRICS, FORMAT_COUNT };

/* The line of a list that a verdict is about. */
struct format_origin {
	const char *program; /* that read the list */
	const char *list;    /* its name */
	uint64_t line;
	const char *destination; /* as it stands there */
	const char *options;     /* behind it; "": none */
};

/* What a format may want to know beside the verdict. */
struct format_choice {
	enum perfdata_style perfdata;
	const char *version; /* of the program */
	enum line_detail detail;
	const struct format_origin *origin; /* NULL: it stands alone */
	const char *about; /* whom a refusal is about, for formats that label it; NULL: not known */
};

/* Everything about a verdict, whole lines. */
typedef void render_fn(
	struct text *text, const struct verdict *verdict, const struct format_choice *choice);

/* What ends before a verdict, state UNKNOWN: the message is made harmless. */
typedef void refusal_fn(struct text *text, const char *message, const struct format_choice *choice);

struct format {
	const char *name;
	render_fn *verdict;
	refusal_fn *refusal;
};

extern const struct format formats[FORMAT_COUNT];

render_fn render_line;
refusal_fn render_line_refusal;
render_fn render_json;
refusal_fn render_json_refusal;
render_fn render_openmetrics;
refusal_fn render_openmetrics_refusal;

#endif
