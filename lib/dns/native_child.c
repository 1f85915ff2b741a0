/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The child process that calls getaddrinfo(3), and reading what it found. */
#include "dns/native_child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/file.h"

#define INHERITED_FDS_MAX 65536 /* looked for one by one where the system cannot close a range */

static void close_range_of(unsigned first, unsigned last) {
#if defined(__linux__) && defined(SYS_close_range)
	if (syscall(SYS_close_range, first, last, 0U) == 0) {
		return;
	}
#endif
	long most = sysconf(_SC_OPEN_MAX);
	unsigned end = most > 0 && most < INHERITED_FDS_MAX ? (unsigned)most : INHERITED_FDS_MAX;
	for (unsigned fd = first; fd <= last && fd < end; fd++) {
		(void)close((int)fd);
	}
}

/* Nothing of the parent stays in the child: open connections would outlive their close(), and a
 * signal must end it. */
static void leave_parent(int keep, usec patience) {
	static const int signals[] = {SIGALRM, SIGTERM, SIGINT, SIGHUP, SIGPIPE};
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		(void)signal(signals[i], SIG_DFL);
	}
	sigset_t none;
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)alarm((unsigned)(usec_min(patience, 3600 * USEC_PER_SEC) / USEC_PER_SEC) + 2);
	if (keep > 0) {
		close_range_of(0, (unsigned)keep - 1);
	}
	close_range_of((unsigned)keep + 1, UINT_MAX);
	/* Becomes 0, unless the pipe has it. Without it a module of the C library's would write its
	 * complaints into a socket. */
	int null = file_occupy();
	while (null >= 0 && null < STDERR_FILENO) {
		null = dup(null);
	}
}

static void look_up(struct native_answer *answer, const char *name, int family) {
	struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	answer->status = getaddrinfo(name, NULL, &hints, &list);
	answer->reason = errno;
	for (struct addrinfo *info = list; info != NULL; info = info->ai_next) {
		if (info->ai_family != family || answer->n == NATIVE_ADDRESSES_MAX) {
			continue;
		}
		uint8_t *out = answer->addresses[answer->n++];
		if (family == AF_INET) {
			struct sockaddr_in addr;
			memcpy(&addr, info->ai_addr, sizeof addr);
			memcpy(out, &addr.sin_addr, sizeof addr.sin_addr);
		} else {
			struct sockaddr_in6 addr;
			memcpy(&addr, info->ai_addr, sizeof addr);
			memcpy(out, &addr.sin6_addr, sizeof addr.sin6_addr);
		}
	}
}

static _Noreturn void run_child(int fd, const char *name, int family, usec patience) {
	struct native_answer answer = {0};
	leave_parent(fd, patience);
	look_up(&answer, name, family);
	ssize_t n = write(fd, &answer, sizeof answer);
	_Exit(n == (ssize_t)sizeof answer ? EXIT_SUCCESS : EXIT_FAILURE);
}

bool native_child_start(
	struct native_child *child, const char *name, int family, usec patience, struct err *err) {
	int ends[2];
	*child = (struct native_child){.fd = -1};
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
		return err_set(err, ERR_LOCAL, "cannot make a pipe: %s", strerror(errno));
	}
	pid_t pid = fork();
	if (pid == 0) {
		run_child(ends[1], name, family, patience);
	}
	int reason = errno;
	(void)close(ends[1]);
	if (pid < 0) {
		(void)close(ends[0]);
		return err_set(err, ERR_LOCAL, "cannot start a process: %s", strerror(reason));
	}
	child->pid = pid;
	child->fd = ends[0];
	return true;
}

bool native_child_read(struct native_child *child) {
	for (;;) {
		uint8_t *at = (uint8_t *)&child->answer + child->n_read;
		ssize_t n = read(child->fd, at, sizeof child->answer - child->n_read);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0 && errno == EAGAIN) {
			return false;
		}
		if (n <= 0) {
			child->answer = (struct native_answer){.status = NATIVE_CHILD_DIED};
			return true;
		}
		child->n_read += (size_t)n;
		if (child->n_read == sizeof child->answer) {
			if (child->answer.n > NATIVE_ADDRESSES_MAX) {
				child->answer.n = NATIVE_ADDRESSES_MAX;
			}
			return true;
		}
	}
}

void native_child_stop(struct native_child *child) {
	if (child->pid == 0) {
		return;
	}
	(void)close(child->fd);
	/* ECHILD: whoever started us ignores SIGCHLD, and the number may belong to another by now */
	if (waitpid(child->pid, NULL, WNOHANG) == 0) {
		(void)kill(child->pid, SIGKILL);
		while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR) {
		}
	}
	child->pid = 0;
}
