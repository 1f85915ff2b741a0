/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Run a command with its output thrown away and print what it took: peak resident memory in KiB,
 * CPU time and wall time in microseconds, exit code: "5824 9800 11200 0". A small parent matters:
 * until it calls exec(), the child counts as large as we.
 * With -o the output goes to a file instead.
 *
 * usage: cost [-o FILE] COMMAND [ARGUMENT]... */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void cost_run(const char *file, char *argv[]) {
	int empty = open("/dev/null", O_RDONLY);
	int sink = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (empty >= 0 && dup2(empty, STDIN_FILENO) >= 0 && sink >= 0 &&
		dup2(sink, STDOUT_FILENO) >= 0 && dup2(sink, STDERR_FILENO) >= 0) {
		execvp(argv[0], argv);
	}
	_exit(127);
}

static long cost_micros(struct timeval time) {
	return (long)time.tv_sec * 1000000 + (long)time.tv_usec;
}

static long cost_now(void) {
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (long)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int main(int argc, char *argv[]) {
	bool to_file = argc > 2 && strcmp(argv[1], "-o") == 0;
	const char *file = to_file ? argv[2] : "/dev/null";
	argv += to_file ? 2 : 0;
	if (argc < (to_file ? 4 : 2)) {
		fputs("usage: cost [-o FILE] COMMAND [ARGUMENT]...\n", stderr);
		return EXIT_FAILURE;
	}
	long start = cost_now();
	pid_t child = fork();
	if (child < 0) {
		perror("cost: fork");
		return EXIT_FAILURE;
	}
	if (child == 0) {
		cost_run(file, argv + 1);
	}
	int status = 0;
	struct rusage used = {0};
	if (wait4(child, &status, 0, &used) != child) {
		perror("cost: wait4");
		return EXIT_FAILURE;
	}
	printf("%ld %ld %ld %d\n", used.ru_maxrss,
		cost_micros(used.ru_utime) + cost_micros(used.ru_stime), cost_now() - start,
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return EXIT_SUCCESS;
}
