/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Running a program and collecting what it says. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Between the end of its output and its own end there is little, and nothing wakes us. */
enum { ROUND_MS = 20, LAST_ROUND_MS = 1 };
/* It waits, and does not only come to nothing on a busy machine: asleep each time it is looked at.
 */
enum { LOOK_MS = 100, LOOKS = 3 };

static int64_t now_ms(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The three that a program has, and none of ours beside them: those are closed by themselves. */
static int plan_files(
	posix_spawn_file_actions_t *files, const struct command *command, int out, int err) {
	int bad = posix_spawn_file_actions_adddup2(files, err, 2);
	bad = bad != 0 ? bad
		  : command->stdin_is == COMMAND_STDIN_CLOSED
			  ? posix_spawn_file_actions_addclose(files, 0)
			  : posix_spawn_file_actions_addopen(files, 0, "/dev/null", O_RDWR, 0);
	if (bad != 0) {
		return bad;
	}
	switch (command->stdout_is) {
	case COMMAND_STDOUT_PIPE:
		return posix_spawn_file_actions_adddup2(files, out, 1);
	case COMMAND_STDOUT_FULL:
		return posix_spawn_file_actions_addopen(files, 1, "/dev/full", O_WRONLY, 0);
	case COMMAND_STDOUT_CLOSED:
		return posix_spawn_file_actions_addclose(files, 1);
	}
	return 0;
}

/* Whoever runs the tests in the background or behind nohup has some signals ignored. */
static int plan_signals(posix_spawnattr_t *how) {
	static const int signals[] = {SIGPIPE, SIGINT, SIGHUP, SIGTERM};
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		sigaddset(&set, signals[i]);
	}
	int bad = posix_spawnattr_setsigdefault(how, &set);
	return bad != 0 ? bad : posix_spawnattr_setflags(how, POSIX_SPAWN_SETSIGDEF);
}

/* No fork(): the pages of a process with servers in it would all be copied when they are written
 * next. -1: it cannot be started. */
static pid_t start(const struct command *command, int out, int err) {
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	pid_t pid = -1;
	if (posix_spawn_file_actions_init(&files) != 0) {
		return -1;
	}
	if (posix_spawnattr_init(&how) == 0) {
		if (plan_files(&files, command, out, err) != 0 || plan_signals(&how) != 0 ||
			posix_spawn(&pid, command->argv[0], &files, &how, command->argv,
				(char *const *)command->env) != 0) {
			pid = -1;
		}
		posix_spawnattr_destroy(&how);
	}
	posix_spawn_file_actions_destroy(&files);
	return pid;
}

/* Appends what can be read; false at the end of the pipe. */
static bool collect(int fd, char *bytes, size_t *len) {
	ssize_t got = read(fd, bytes + *len, COMMAND_OUTPUT_MAX - *len);
	if (got > 0) {
		*len += (size_t)got;
	}
	return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

static int64_t cpu_ms(const struct rusage *used) {
	return (int64_t)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1000 +
		   (used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1000;
}

/* A machine that is busy may not have come to main() yet. */
static bool is_asleep(pid_t pid) {
	char path[64];
	char line[512] = "";
	(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	FILE *file = fopen(path, "re");
	if (file != NULL) {
		(void)!fgets(line, sizeof line, file);
		(void)fclose(file);
	}
	const char *state = strrchr(line, ')');
	return file == NULL || (state != NULL && state[1] == ' ' && state[2] == 'S');
}

/* Looks now and then whether it waits. */
struct watch {
	int64_t next_ms;
	int asleep; /* so many times in a row */
};

static void watch_it(
	struct watch *watch, const struct command *command, pid_t pid, int64_t passed) {
	if (command->waits == NULL || watch->asleep == LOOKS || passed < watch->next_ms) {
		return;
	}
	watch->next_ms = passed + LOOK_MS;
	watch->asleep = is_asleep(pid) ? watch->asleep + 1 : 0;
	if (watch->asleep == LOOKS) {
		command->waits();
	}
}

static void signal_if_due(const struct command *command, struct command_result *result, pid_t pid,
	int64_t passed, bool *signalled) {
	if (command->signal != 0 && !*signalled && passed >= command->signal_ms && is_asleep(pid)) {
		kill(pid, command->signal);
		*signalled = true;
	}
	if (passed >= COMMAND_LIMIT_MS) {
		result->killed = true;
		kill(pid, SIGKILL);
	}
}

/* Waits for output and for the end; sends the signals that are due. It began at result->ms. */
static void attend(
	const struct command *command, struct command_result *result, pid_t pid, int out, int err) {
	int64_t start = result->ms;
	bool signalled = false;
	int status;
	struct rusage used = {0};
	struct watch watch = {.next_ms = LOOK_MS};
	struct pollfd fds[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
	while (wait4(pid, &status, WNOHANG, &used) != pid) {
		poll(fds, 2, fds[0].fd < 0 && fds[1].fd < 0 ? LAST_ROUND_MS : ROUND_MS);
		if (fds[0].fd >= 0 && !collect(out, result->out, &result->out_len)) {
			fds[0].fd = -1;
		}
		if (fds[1].fd >= 0 && !collect(err, result->err, &result->err_len)) {
			fds[1].fd = -1;
		}
		int64_t passed = now_ms() - start;
		signal_if_due(command, result, pid, passed, &signalled);
		watch_it(&watch, command, pid, passed);
	}
	result->ms = now_ms() - start;
	result->cpu_ms = cpu_ms(&used);
	result->kib = used.ru_maxrss;
	result->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	/* A grandchild may hold the pipes open, so only what is there is taken. */
	for (size_t before = SIZE_MAX; before != result->out_len + result->err_len;) {
		before = result->out_len + result->err_len;
		collect(out, result->out, &result->out_len);
		collect(err, result->err, &result->err_len);
	}
}

bool command_run(const struct command *command, struct pool *pool, struct command_result *result) {
	int out[2];
	int err[2];
	memset(result, 0, sizeof *result);
	result->out = pool_new(pool, COMMAND_OUTPUT_MAX + 1);
	result->err = pool_new(pool, COMMAND_OUTPUT_MAX + 1);
	if (access(command->argv[0], X_OK) != 0 || pipe2(out, O_CLOEXEC) != 0) {
		return false;
	}
	if (pipe2(err, O_CLOEXEC) != 0) {
		close(out[0]);
		close(out[1]);
		return false;
	}
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	fcntl(err[0], F_SETFL, O_NONBLOCK);
	result->ms = now_ms(); /* before: it may have come far when we go on */
	pid_t pid = start(command, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	if (pid > 0) {
		attend(command, result, pid, out[0], err[0]);
	}
	close(out[0]);
	close(err[0]);
	return pid > 0;
}
