/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line. Pure but for looking at the files and the host name it is told to use: prints
 * nothing, reads no environment. */
#ifndef CHECK_SMTP_TLS_OPTIONS_H
#define CHECK_SMTP_TLS_OPTIONS_H

#include "base/arena.h"
#include "base/err.h"
#include "check_smtp_tls.d/option_table.h"

enum options_outcome {
	OPTIONS_RUN,
	OPTIONS_HELP,    /* --help anywhere wins over everything */
	OPTIONS_VERSION, /* then --version */
	OPTIONS_LIST_FINDINGS,
	OPTIONS_EXPLAIN,
	OPTIONS_BAD /* err says in one line which option, which value and what is allowed */
};

/* What the program was started with. */
struct arguments {
	int argc;
	char *const *argv;
	const char *mail_config; /* MAIL_CONFIG of the environment; NULL: not set */
	/* Told --timeout when all options are read, before any file that one of them names; may be
	 * NULL. */
	void (*told_timeout)(usec timeout);
};

/* Turn the arguments into settings. Options come in any order; there are no operands, no
 * abbreviations of long names, and a value in an argument of its own never starts with '-'. */
enum options_outcome options_parse(struct settings *settings, struct arena *arena,
	const struct arguments *arguments, struct err *err);

/* In two steps, for a program with a dialect. First the arguments alone, told to the draft and its
 * settings; argv[0] is passed over. OPTIONS_RUN: nothing is wrong so far. */
enum options_outcome options_read(
	struct option_draft *draft, const struct arguments *arguments, struct err *err);

/* Then what they mean together. What was read can be the start of many: a copy of the draft and of
 * its settings, in an arena of its own, takes more options without touching the first. */
void options_copy(struct option_draft *copy, const struct option_draft *draft,
	struct settings *settings, struct arena *arena);

#endif
