/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_SCENARIO_COMMAND_H
#define TESTS_SCENARIO_COMMAND_H
/* Runs one program to its end with an empty environment and collects all it says. */
#include "../fake/words.h"
#include <stdint.h>

enum command_stdout { COMMAND_STDOUT_PIPE, COMMAND_STDOUT_CLOSED, COMMAND_STDOUT_FULL };
enum command_stdin { COMMAND_STDIN_NULL, COMMAND_STDIN_CLOSED };
enum { COMMAND_ENV_MAX = 16, COMMAND_OUTPUT_MAX = 2 * 1024 * 1024, COMMAND_LIMIT_MS = 60000 };

struct command {
	char **argv; /* argv[0] is the path */
	const char *env[COMMAND_ENV_MAX + 1];
	enum command_stdin stdin_is;
	enum command_stdout stdout_is;
	int signal; /* sent after signal_ms, or later, when it waits for something; 0: none */
	long signal_ms;
	void (*waits)(void); /* called once, when it has been asleep for a while; or NULL */
};

struct command_result {
	char *out;
	size_t out_len;
	char *err;
	size_t err_len;
	int status;  /* exit code, or -signal */
	bool killed; /* it did not end within COMMAND_LIMIT_MS */
	int64_t ms;
	int64_t cpu_ms; /* of it, and of the children it waited for */
	long kib;       /* of memory, at most */
};

/* False when the program cannot be started at all. */
bool command_run(const struct command *command, struct pool *pool, struct command_result *result);

#endif
