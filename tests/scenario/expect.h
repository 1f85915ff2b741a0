/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SCENARIO_EXPECT_H
#define TESTS_SCENARIO_EXPECT_H
/* What a scenario says about the outcome of a run, one keyword a line. Regular expressions are
 * POSIX extended; '^' and '$' match at every line.
 *
 *   exit N             first REGEX        out REGEX          not REGEX
 *   perf LABEL REGEX   noperf LABEL       time MAX_MS        mintime MIN_MS
 *   (MAX_MS on a machine that has nothing else to do: it is failed when 2.5 s more have passed)
 *   asked NAME TYPE [N]   (the resolver saw this question, N times)      unasked NAME TYPE
 *   cpu MAX_MS         memory MAX_KIB     (twenty times and ten times as much under sanitizers)
 *   quits N            (QUITs seen by all servers)
 *   line TEXT          one whole line behind the one that the last "line" found; '*' stands for
 *                      any characters; the prefix "smtp-tls-finger: " is left out
 *   lines N            (of output, in all)            err REGEX          (on stderr)
 *   octets N           (of output, no more)
 *   exit -N            ended by this signal
 *
 * Always: nothing on stderr but what "err" allows, no crash; unless the run is "freeform", that
 * nothing but printable text comes out; and unless it is "freeform" or a "log" (which every run of
 * smtp-tls-finger is), that line 1 is a status line which agrees with the exit code, and that only
 * line 1 has a '|'. */
#include "../fake/world.h"
#include "command.h"

enum { EXPECTATIONS_MAX = 64 };

enum expect_kind {
	EXPECT_EXIT,
	EXPECT_FIRST,
	EXPECT_OUT,
	EXPECT_NOT,
	EXPECT_PERF,
	EXPECT_NO_PERF,
	EXPECT_TIME,
	EXPECT_MIN_TIME,
	EXPECT_CPU,
	EXPECT_MEMORY,
	EXPECT_ASKED,
	EXPECT_UNASKED,
	EXPECT_QUITS,
	EXPECT_LINE,
	EXPECT_LINES,
	EXPECT_OCTETS,
	EXPECT_ERR,
	EXPECT_LOG,
	EXPECT_FREEFORM,
	EXPECT_EXIT_OK, /* exit code 0 whatever the line says */
};

struct expectation {
	enum expect_kind kind;
	const char *text;
	int line;
};

struct expectations {
	struct expectation one[EXPECTATIONS_MAX];
	size_t n;
};

/* False when the keyword is not one of ours or there are too many. */
bool expect_add(struct expectations *all, const char *keyword, const char *text, int line);
/* Checks all. Failures go to the notes, which also keep the first one. */
void expect_check(const struct expectations *all, const struct command_result *result,
	const struct world *world, struct pool *pool, struct notes *notes);

#endif
