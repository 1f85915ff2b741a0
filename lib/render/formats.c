/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of formats, and the one that monitoring plugins have. */
#include "render/formats.h"

const struct format formats[FORMAT_COUNT] = {
	[FORMAT_LINE] = {"line", render_line, render_line_refusal},
	[FORMAT_JSON] = {"json", render_json, render_json_refusal},
	[FORMAT_OPENMETRICS] = {"openmetrics", render_openmetrics, render_openmetrics_refusal},
};

void render_line(
	struct text *text, const struct verdict *verdict, const struct format_choice *choice) {
	render_status_line(text, verdict, choice->perfdata);
	text_add(text, "\n");
	render_details(text, verdict, choice->detail);
}

void render_line_refusal(
	struct text *text, const char *message, const struct format_choice *choice) {
	(void)choice;
	render_unknown(text, message);
	text_add(text, "\n");
}
