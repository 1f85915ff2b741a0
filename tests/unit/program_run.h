/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts one of the real programs with a standard output of a certain kind, and watches it end. */
#ifndef TESTS_UNIT_PROGRAM_RUN_H
#define TESTS_UNIT_PROGRAM_RUN_H

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>

#include "base/clock.h"
#include "unit.h"

/* What other work on this machine may add to any time. */
#define RUN_SLACK_MS 2500

enum run_stdout {
	RUN_STDOUT_PIPE,
	RUN_STDOUT_FULL,     /* a pipe that was filled before; nobody reads */
	RUN_STDOUT_BROKEN,   /* a pipe without a reader */
	RUN_STDOUT_TERMINAL, /* a terminal that was stopped, as with ^S */
	RUN_STDOUT_NO_SIZE   /* a file, and a limit of its size: nothing */
};

struct run {
	const char *argv[16];
	int argc;
	bool blocked; /* openssl.cnf includes a pipe without a writer */
	enum run_stdout output;

	pid_t pid;
	int ends[2]; /* read, write */
	usec since;  /* the start, or the last signal */
	int status;  /* exit code, or minus the signal */
	char said[64 * 1024];
};

/* A folder with an empty main.cf, a pipe that nobody opens, and an openssl.cnf that includes it
 * (the pipe itself would be refused); gone with the process that made it. */
static struct {
	pid_t owner;
	char path[sizeof "/tmp/program_run.XXXXXX"];
	char mail_config[64];
	char openssl_conf[64];
} run_folder = {.path = "/tmp/program_run.XXXXXX"};

static void run_folder_drop(void) {
	if (getpid() == run_folder.owner) {
		(void)unlinkat(open(run_folder.path, O_RDONLY), "main.cf", 0);
		(void)unlinkat(open(run_folder.path, O_RDONLY), "pipe", 0);
		(void)unlinkat(open(run_folder.path, O_RDONLY), "openssl.cnf", 0);
		(void)rmdir(run_folder.path);
	}
}

static inline void run_folder_make(void) {
	run_folder.owner = getpid();
	int fd = mkdtemp(run_folder.path) != NULL ? open(run_folder.path, O_RDONLY) : -1;
	if (fd < 0 || mkfifoat(fd, "pipe", 0600) != 0 ||
		close(openat(fd, "main.cf", O_CREAT | O_WRONLY, 0600)) != 0 ||
		dprintf(openat(fd, "openssl.cnf", O_CREAT | O_WRONLY | O_CLOEXEC, 0600),
			"pipe = %s/pipe\n.include $pipe\n", run_folder.path) < 0 ||
		atexit(run_folder_drop) != 0) {
		abort();
	}
	(void)snprintf(
		run_folder.mail_config, sizeof run_folder.mail_config, "MAIL_CONFIG=%s", run_folder.path);
	(void)snprintf(run_folder.openssl_conf, sizeof run_folder.openssl_conf,
		"OPENSSL_CONF=%s/openssl.cnf", run_folder.path);
}

/* "[127.0.0.1]:PORT" of a server that takes connections and never says a word. */
static inline void run_place(char *place, size_t size) {
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t len = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, len), 0);
	ck_assert_int_eq(listen(fd, 8), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	(void)snprintf(place, size, "[127.0.0.1]:%u", ntohs(address.sin_port));
}

static inline void run_open_terminal(struct run *run) {
	run->ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(run->ends[0], 0);
	ck_assert_int_eq(grantpt(run->ends[0]), 0);
	ck_assert_int_eq(unlockpt(run->ends[0]), 0);
	run->ends[1] = open(ptsname(run->ends[0]), O_WRONLY | O_NOCTTY | O_CLOEXEC);
	ck_assert_int_ge(run->ends[1], 0);
	ck_assert_int_eq(tcflow(run->ends[1], TCOOFF), 0);
}

static inline void run_open_output(struct run *run) {
	static char much[1024 * 1024];
	if (run->output == RUN_STDOUT_TERMINAL) {
		run_open_terminal(run);
		return;
	}
	ck_assert_int_eq(pipe2(run->ends, O_CLOEXEC), 0);
	if (run->output == RUN_STDOUT_FULL) {
		ck_assert_int_eq(fcntl(run->ends[1], F_SETFL, O_NONBLOCK), 0);
		while (write(run->ends[1], much, sizeof much) > 0) {
		}
		ck_assert_int_eq(fcntl(run->ends[1], F_SETFL, 0), 0);
	} else if (run->output == RUN_STDOUT_BROKEN) {
		close(run->ends[0]);
		run->ends[0] = -1;
	} else if (run->output == RUN_STDOUT_NO_SIZE) {
		FILE *file = tmpfile();
		ck_assert_ptr_nonnull(file);
		ck_assert_int_ge(dup2(fileno(file), run->ends[1]), 0);
	}
}

/* In the child. */
static inline void run_become(const struct run *run, pid_t parent) {
	static const int signals[] = {
		SIGPIPE, SIGINT, SIGHUP, SIGTERM, SIGXFSZ, SIGXCPU, SIGALRM, SIGCONT};
	const char *environment[] = {
		"LC_ALL=C", run_folder.mail_config, run->blocked ? run_folder.openssl_conf : NULL, NULL};
	const struct rlimit nothing = {0, 0};
	int null = open("/dev/null", O_RDONLY);
	unit_end_with(parent);
	dup2(null, STDIN_FILENO);
	dup2(run->ends[1], STDOUT_FILENO);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		(void)signal(signals[i], SIG_DFL);
	}
	for (int fd = STDERR_FILENO + 1; fd < 256; fd++) {
		close(fd);
	}
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (run->output == RUN_STDOUT_NO_SIZE) {
		(void)setrlimit(RLIMIT_FSIZE, &nothing);
	}
	execve(run->argv[0], (char *const *)run->argv, (char *const *)environment);
	_exit(127);
}

static inline void run_start(struct run *run) {
	run_open_output(run);
	sigset_t all;
	sigset_t before;
	sigfillset(&all);
	/* Until the child has no handlers of ours any more. */
	sigprocmask(SIG_SETMASK, &all, &before);
	run->since = clock_now();
	pid_t parent = getpid();
	run->pid = fork();
	if (run->pid == 0) {
		run_become(run, parent);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(run->ends[1]);
}

static inline void run_signal(struct run *run, int number) {
	run->since = clock_now(); /* before: a busy machine may let nobody go on in between */
	ck_assert_int_eq(kill(run->pid, number), 0);
}

/* In its main loop, or in the call that blocks it: for a while the process did not run. */
static inline void run_wait_until_asleep(const struct run *run) {
	char path[64];
	(void)snprintf(path, sizeof path, "/proc/%d/stat", (int)run->pid);
	for (int asleep = 0; asleep < 10;) {
		char line[512] = "";
		FILE *file = fopen(path, "r");
		ck_assert_ptr_nonnull(file);
		ck_assert_ptr_nonnull(fgets(line, sizeof line, file));
		(void)fclose(file);
		const char *state = strrchr(line, ')');
		asleep = state != NULL && state[2] == 'S' ? asleep + 1 : 0;
		(void)poll(NULL, 0, 10);
	}
}

/* Milliseconds since the start or the last signal. A pipe that was full stays so until the end. */
static inline long run_end(struct run *run) {
	int status = 0;
	bool reads = run->output == RUN_STDOUT_PIPE;
	size_t len = 0;
	ssize_t n = 0;
	while (reads && len < sizeof run->said - 1 &&
		   (n = read(run->ends[0], run->said + len, sizeof run->said - 1 - len)) > 0) {
		len += (size_t)n;
	}
	ck_assert_int_eq(waitpid(run->pid, &status, 0), run->pid);
	long took = (long)((clock_now() - run->since) / USEC_PER_MSEC);
	if (run->ends[0] >= 0) {
		close(run->ends[0]);
	}
	run->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
	return took;
}

static inline void run_compute_for_ever(void) {
	for (volatile unsigned i = 0;; i++) {
	}
}

#endif
