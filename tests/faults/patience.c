/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* usage: patience CPU_SECONDS IDLE_SECONDS COMMAND [ARGUMENT...]
 * Ends a command that hangs: it has computed for more than so long, or done nothing for more than
 * so long in all. Waiting for a processor is neither, so a machine that has too much to do makes
 * nothing hang. Returns what the command does, 128 and the signal that ended it, or 137. */
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_SECOND 1000000000U
#define LOOK_EVERY_NS 50000000L
/* Where the kernel does not tell who waits for a processor. */
#define IDLE_UNKNOWN 10U

static uint64_t now(void) {
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * NS_PER_SECOND + (uint64_t)time.tv_nsec;
}

struct spent {
	uint64_t computing;
	uint64_t in_line; /* for a processor */
};

/* False when it is gone, or this kernel keeps no such file. */
static bool look(pid_t pid, struct spent *spent) {
	char path[64];
	(void)snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		return false;
	}
	bool ok = fscanf(file, "%" SCNu64 " %" SCNu64, &spent->computing, &spent->in_line) == 2;
	(void)fclose(file);
	return ok;
}

static bool hangs(pid_t pid, uint64_t since, uint64_t cpu_max, uint64_t idle_max) {
	struct spent spent = {0, 0};
	uint64_t passed = now() - since;
	if (!look(pid, &spent)) {
		return passed > IDLE_UNKNOWN * (cpu_max + idle_max);
	}
	uint64_t busy = spent.computing + spent.in_line;
	return spent.computing > cpu_max || (passed > busy && passed - busy > idle_max);
}

static uint64_t seconds(const char *word) {
	return strtoull(word, NULL, 10) * NS_PER_SECOND;
}

/* Ends the sleep between two looks. */
static void wake(int number) {
	(void)number;
}

int main(int argc, char **argv) {
	static const struct timespec look_every = {0, LOOK_EVERY_NS};
	int status = 0;
	if (argc < 4) {
		(void)fputs("usage: patience CPU_SECONDS IDLE_SECONDS COMMAND [ARGUMENT...]\n", stderr);
		return 2;
	}
	(void)signal(SIGCHLD, wake);
	uint64_t since = now();
	pid_t pid = fork();
	if (pid == 0) {
		(void)execvp(argv[3], argv + 3);
		perror(argv[3]);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, WNOHANG) == 0) {
		if (hangs(pid, since, seconds(argv[1]), seconds(argv[2]))) {
			(void)kill(pid, SIGKILL);
			(void)waitpid(pid, &status, 0);
			break;
		}
		(void)nanosleep(&look_every, NULL);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
