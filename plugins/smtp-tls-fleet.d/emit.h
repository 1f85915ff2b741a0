/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What is printed of one line of a list. */
#ifndef SMTP_TLS_FLEET_EMIT_H
#define SMTP_TLS_FLEET_EMIT_H

#include "check_smtp_tls.d/settings.h"
#include "smtp-tls-fleet.d/submit_answer.h"

/* Nothing that is printed of one domain is longer. */
#define EMIT_MAX (20U * 1024U * 1024U)

/* Its verdict, one line with its end; nothing in a format whose samples come at the end. */
void emit_verdict(struct text *text, const struct verdict *verdict, const struct settings *settings,
	const struct format_origin *origin);

/* The same, whole, of one that was submitted or could not be: JSON tells that. */
void emit_submitted(
	struct text *text, struct span printed, const struct settings *settings, enum submit_fate fate);

/* Which line of which list, and its domain or what is wrong: "list: line 3: example.org". */
const char *emit_line(struct arena *arena, const struct format_origin *origin, const char *words);

/* Which line of which list, and why. */
const char *emit_why(
	struct arena *arena, const struct format_origin *origin, const struct err *why);

/* The same of a line that cannot be read, and why. */
void emit_bad_line(struct text *text, const struct settings *settings,
	const struct format_origin *origin, const struct err *why);

#endif
