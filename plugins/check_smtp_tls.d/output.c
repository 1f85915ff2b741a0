/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing to standard output with a time limit. */
#include "check_smtp_tls.d/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "verdict/findings.h"

struct output output_new(int fd, usec give_up, const struct loop_interrupt *interrupt) {
	return (struct output){.fd = fd, .give_up = give_up, .interrupt = interrupt};
}

/* Wait until something can be written. A signal that asked for the end shortens the patience. */
static bool wait_writable(struct output *output) {
	for (;;) {
		usec now = clock_now();
		if (*output->interrupt->signal_number != 0) {
			output->give_up = usec_min(output->give_up, deadline_after(now, OUTPUT_GRACE));
		}
		if (now >= output->give_up) {
			return false;
		}
		usec left = output->give_up - now;
		struct timespec patience = {
			(time_t)(left / USEC_PER_SEC), (long)(left % USEC_PER_SEC) * 1000};
		struct pollfd fd = {.fd = output->fd, .events = POLLOUT};
		int n = ppoll(&fd, 1, &patience, output->interrupt->wait_mask);
		if (n > 0) {
			return (fd.revents & POLLOUT) != 0;
		}
		if (n < 0 && errno != EINTR) {
			return false;
		}
	}
}

bool output_write(struct output *output, struct span bytes) {
	while (bytes.len > 0 && !output->failed) {
		/* A pipe that is writable takes this much without blocking. */
		size_t len = bytes.len > PIPE_BUF ? PIPE_BUF : bytes.len;
		ssize_t n = wait_writable(output) ? write(output->fd, bytes.at, len) : -1;
		if (n < 0) {
			output->failed = true;
		} else {
			bytes.at += n;
			bytes.len -= (size_t)n;
		}
	}
	return !output->failed;
}

void output_guard_descriptors(void) {
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0) {
			(void)open("/dev/null", O_RDONLY); /* takes the lowest free number: this one */
		}
	}
}

void output_out_of_memory(void *context) {
	static const char line[] = "SMTP_TLS UNKNOWN - out of memory\n";
	(void)context;
	ssize_t n = write(STDOUT_FILENO, line, sizeof line - 1);
	(void)n;
	_exit(STATE_UNKNOWN);
}
