/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Writing to standard output with a time limit. */
#include "check_smtp_tls.d/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include "common/backstop.h"

/* Where poll(2) says that there is room, and write(2) that there is not enough. */
#define NAP (10 * USEC_PER_MSEC)

struct output output_new(int fd, usec give_up, struct loop_interrupt *interrupt) {
	return (struct output){.fd = fd, .give_up = give_up, .interrupt = interrupt};
}

/* A signal that asked for the end shortens the patience. */
static struct timespec patience_at(struct output *output, usec now, usec longest) {
	if (*output->interrupt->signal_number != 0) {
		output->give_up = usec_min(output->give_up, deadline_after(now, OUTPUT_GRACE));
	}
	usec left = now < output->give_up ? usec_min(output->give_up - now, longest) : 0;
	return (struct timespec){(time_t)(left / USEC_PER_SEC), (long)(left % USEC_PER_SEC) * 1000};
}

/* Wait until something can be written; however late it is, look at least once: a run that was
 * stopped and continued has a reader all the same. Where waiting itself fails, write() will tell.
 */
static bool wait_writable(struct output *output) {
	for (;;) {
		struct timespec patience = patience_at(output, clock_now(), USEC_NEVER);
		struct pollfd fd = {.fd = output->fd, .events = POLLOUT};
		int n = ppoll(&fd, 1, &patience, NULL);
		if (n > 0 || (n < 0 && errno != EINTR)) {
			return true;
		}
		if (n == 0 && clock_now() >= output->give_up) {
			return false;
		}
	}
}

static bool nap(struct output *output) {
	struct timespec patience = patience_at(output, clock_now(), NAP);
	(void)ppoll(NULL, 0, &patience, NULL);
	return clock_now() < output->give_up;
}

bool output_write(struct output *output, struct span bytes) {
	backstop_output(BACKSTOP_OUTPUT_TRYING);
	while (bytes.len > 0 && !output->failed) {
		/* A pipe that is writable takes this much without blocking. */
		size_t len = bytes.len > PIPE_BUF ? PIPE_BUF : bytes.len;
		ssize_t n = wait_writable(output) ? write(output->fd, bytes.at, len) : -1;
		if (n > 0) {
			bytes.at += n;
			bytes.len -= (size_t)n;
		} else if (n == 0 || errno == EAGAIN || errno == EWOULDBLOCK) {
			output->failed = !nap(output);
		} else {
			output->failed = errno != EINTR;
		}
	}
	output->lost = bytes.len;
	if (!output->failed) {
		backstop_output(output->last ? BACKSTOP_OUTPUT_ALL : BACKSTOP_OUTPUT_NONE);
	}
	return !output->failed;
}
