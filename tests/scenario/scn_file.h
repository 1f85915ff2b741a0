/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SCENARIO_SCN_FILE_H
#define TESTS_SCENARIO_SCN_FILE_H
/* One scenario file: what it requires, and its runs with their conditions and expectations.
 *
 *   requires ipv6|userns                     else the file is skipped
 *   in-turn                                  about one node after the other, see below
 *   run PROGRAM WORDS                        starts a run; what follows belongs to it
 *   env NAME=VALUE   stdin closed   stdout closed|full   signal TERM after MS   nodns
 *   finding NAME...     exactly these findings make the state what it is: with all of them set to
 *                       ok by --state the same command ends with 0, with each set to critical
 *                       and the others to ok with 2
 *   info NAME...        these findings are there without a say: set to critical each gives 2
 *   nofinding NAME...   these are not there: set to critical they change nothing
 *
 * The last three add runs of their own. So does every run of check_smtp_tls: the same with --all,
 * which must come to the same end, unless the file says "in-turn" or the run itself says --all. All
 * else is for expect.h and world.h. */
#include "expect.h"

enum { RUNS_MAX = 64 };

struct run {
	int line;
	const char *text;  /* the words of the command */
	const char *about; /* what an added run is to show, "" for one that is written */
	bool without_dns;
	struct command command;
	const char *env[COMMAND_ENV_MAX];
	size_t envs;
	struct expectations expectations;
	struct words findings; /* all names behind "finding" */
	struct words infos;
	struct words absent;
};

struct file {
	const char *path;
	struct pool pool;
	struct scenario scenario;
	struct run run[RUNS_MAX];
	size_t runs;
	bool in_turn;
	bool fixed_port;  /* of name servers, for HTTPS or of all: one run after the other */
	const char *skip; /* why it cannot be played here */
	char why[256];    /* what is wrong with it */
};

/* Reads the file and meets its requirements. False when why tells what is wrong with it. */
bool file_load(struct file *file, const char *path);

#endif
