/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Who listens to the engines: turns events into lines of the log, at once. */
#ifndef SMTP_TLS_FINGER_LISTENER_H
#define SMTP_TLS_FINGER_LISTENER_H

#include "render/render_finger.h"
#include "smtp-tls-finger.d/choices.h"
#include "smtp-tls-finger.d/trace_file.h"

struct listener {
	struct trace trace; /* first: the engines know only this */
	struct finger_style style;
	const struct command_line *line;
	const struct choices *choices;
	struct log *log;
	struct trace_file *file;
	struct text lines; /* of one event */
	bool fatal;        /* a line said so: posttls-finger ends with exit code 1 there */
};

/* Set up what was zero; must not move afterwards. */
void listener_init(struct listener *listener, struct arena *arena, struct log *log,
	struct trace_file *file, const struct command_line *line, const struct choices *choices);

#endif
