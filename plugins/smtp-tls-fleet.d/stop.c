/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals write to a pipe, which the loop watches: none is lost between a look and a wait. */
#include "smtp-tls-fleet.d/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t signal_number;
static volatile int wanted; /* the end is */
static int ends[2] = {-1, -1};

static void on_signal(int number) {
	int error = errno;
	signal_number = number;
	wanted = number;
	ssize_t n = write(ends[1], "", 1);
	(void)n;
	errno = error;
}

static void catch (int number) {
	/* the second one has its usual effect */
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
	struct sigaction before;
	if (sigaction(number, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
		(void)sigaction(number, &action, NULL);
	}
	sigset_t one;
	(void)sigemptyset(&one);
	(void)sigaddset(&one, number);
	(void)sigprocmask(SIG_UNBLOCK, &one, NULL);
}

bool stop_start(void) {
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
		return false;
	}
	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigaction(SIGXFSZ, &ignore, NULL);
	(void)sigaction(SIGHUP, &ignore, NULL);
	catch (SIGTERM);
	catch (SIGINT);
	return true;
}

struct loop_interrupt *stop_interrupt(void) {
	static struct loop_interrupt interrupt = {&wanted};
	return &interrupt;
}

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)source;
	(void)now;
	(void)wake;
	if (max > 0) {
		fds[0] = (struct pollfd){.fd = ends[0], .events = POLLIN};
	}
	return 1;
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	char octets[16];
	(void)source;
	(void)fds;
	(void)n;
	(void)now;
	return read(ends[0], octets, sizeof octets) > 0 ? PROGRESS_MOVED : PROGRESS_WAITING;
}

struct source *stop_source(void) {
	static const struct source_ops ops = {watch, step};
	static struct source source = {&ops};
	return &source;
}

void stop_now(void) {
	wanted = wanted != 0 ? wanted : SIGTERM;
	ssize_t n = write(ends[1], "", 1);
	(void)n;
}

int stop_signal(void) {
	return signal_number;
}

void stop_pass_on(void) {
	if (signal_number == SIGINT) {
		struct sigaction usual = {.sa_handler = SIG_DFL};
		(void)sigaction(SIGINT, &usual, NULL);
		(void)raise(SIGINT);
	}
}
