/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One line on a terminal that says how far a run is which takes long: with --all, or while it waits
 * to reconnect. It is written over by the next one, and by whatever is printed in the end: the
 * cursor always returns to its beginning. */
#ifndef CHECK_SMTP_TLS_HEADWAY_H
#define CHECK_SMTP_TLS_HEADWAY_H

#include "base/event.h"
#include "base/text.h"
#include "check_smtp_tls.d/output.h"

/* Narrower than any terminal: a line that is broken could not be written over. */
#define HEADWAY_COLUMNS 78U

struct headway {
	struct trace trace; /* first: the engines know only this */
	struct output *output;
	struct text line;
	size_t done; /* nodes */
};

struct headway headway_new(struct arena *arena, struct output *output);

/* Leave no trace of it. */
void headway_clear(struct headway *headway);

#endif
