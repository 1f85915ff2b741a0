/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals, the timer, and the line that is written when nothing else works any more. */
#include "common/backstop.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/time.h>
#include <unistd.h>

#define NEVER INT_MAX
#define LINE_MAX_OCTETS 512U
/* Between two knocks: a signal that came right before a wait ends it with the next one. */
#define KNOCK_MS 20
/* For writing the line, and for a writer that is just about to give up. */
#define LAST_MS 100
#define GRACE_MS ((int)(BACKSTOP_GRACE / USEC_PER_MSEC))

static const char busy[] = " while this machine was busy or blocked: a file that is a pipe or a "
						   "device, an output nobody reads, a long computation";

/* The line of last resort: on a busy machine a knock may come before who is to write it does. */
enum last_line { LINE_NOT_DUE, LINE_DUE, LINE_TRIED };

/* Handlers have no arguments. Times are milliseconds since the start, because only an int is read
 * and written at once everywhere; that is enough for 24 days. */
static struct {
	struct backstop_plan plan;
	usec start;
	usec patience;
	const char *volatile about;
	volatile sig_atomic_t deadline;
	volatile sig_atomic_t end;    /* of the grace; NEVER: it has not begun */
	volatile sig_atomic_t knocks; /* when the timer comes next; NEVER: it is off */
	volatile sig_atomic_t output; /* of enum backstop_output */
	volatile sig_atomic_t lasts;  /* how often the last chance was given */
	volatile sig_atomic_t line;   /* of enum last_line */
} state;
static volatile sig_atomic_t signal_number;

static int since_start(usec time) {
	usec passed = (time - state.start) / USEC_PER_MSEC;
	return time == USEC_NEVER || passed >= NEVER ? NEVER : (int)passed;
}

static void knock_after(int ms) {
	struct itimerval timer = {.it_value = {ms / 1000, (ms % 1000) * 1000 + 1}};
	state.knocks = since_start(clock_now()) + ms;
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

static void unblock(int number) {
	sigset_t one;
	(void)sigemptyset(&one);
	(void)sigaddset(&one, number);
	(void)sigprocmask(SIG_UNBLOCK, &one, NULL);
}

void backstop_pass_on_signal(void) {
	struct sigaction usual = {.sa_handler = SIG_DFL};
	if (signal_number == SIGINT) {
		(void)sigaction(SIGINT, &usual, NULL);
		unblock(SIGINT);
		(void)raise(SIGINT);
	}
}

static void leave(void) __attribute__((noreturn));
static void leave(void) {
	backstop_pass_on_signal();
	_exit(state.plan.exit_code);
}

static size_t append(char *line, size_t len, const char *text) {
	for (; *text != '\0' && len < LINE_MAX_OCTETS - 1; text++) {
		line[len++] = *text;
	}
	return len;
}

/* Should the write block, the next knock finds that the last chance was given. */
static void write_line(const char *why, const char *how) {
	char line[LINE_MAX_OCTETS];
	size_t len = append(line, 0, state.plan.head);
	const char *about = state.about;
	len = append(line, len, about != NULL ? about : "");
	len = append(line, append(line, len, why), how);
	line[len++] = '\n';
	state.line = LINE_TRIED;
	ssize_t n = write(STDOUT_FILENO, line, len);
	(void)n;
}

static void cut_off(void) {
	if (state.line == LINE_DUE) {
		knock_after(LAST_MS);
		return;
	}
	bool due = state.output == BACKSTOP_OUTPUT_NONE && state.line == LINE_NOT_DUE;
	if (state.lasts++ > 0 && !due) {
		leave();
	}
	state.line = due ? LINE_DUE : state.line;
	knock_after(LAST_MS);
	if (due) {
		write_line(signal_number != 0 ? "interrupted by a signal" : "the deadline passed", busy);
		leave();
	}
}

static void on_knock(int number) {
	int error = errno;
	int now = since_start(clock_now());
	(void)number;
	state.knocks = NEVER;
	if (state.output == BACKSTOP_OUTPUT_ALL) {
		return;
	}
	if (state.end == NEVER && now >= state.deadline) {
		state.end = now + GRACE_MS;
	}
	if (state.end != NEVER && now >= state.end) {
		cut_off();
	} else if (state.end != NEVER) {
		knock_after(KNOCK_MS);
	} else if (state.deadline != NEVER) {
		knock_after(state.deadline - now);
	}
	errno = error;
}

static void on_end_signal(int number) {
	int error = errno;
	if (signal_number != 0) {
		return;
	}
	signal_number = number;
	if (state.output != BACKSTOP_OUTPUT_ALL) {
		state.end = since_start(clock_now()) + GRACE_MS;
		knock_after(KNOCK_MS);
	}
	errno = error;
}

/* Being continued has to end a wait: the system would go on with what was left of it. */
static void on_continue(int number) {
	(void)number;
}

void backstop_start(const struct backstop_plan *plan) {
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction knock = {.sa_handler = on_knock, .sa_flags = SA_RESTART | SA_NODEFER};
	struct sigaction goes_on = {.sa_handler = on_continue, .sa_flags = SA_RESTART};
	state.plan = *plan;
	state.start = clock_now();
	state.deadline = state.end = state.knocks = NEVER;
	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigaction(SIGXFSZ, &ignore, NULL);
	(void)sigaction(SIGCONT, &goes_on, NULL);
	(void)sigaction(SIGALRM, &knock, NULL);
	unblock(SIGALRM);
	if (!clock_works()) {
		backstop_fail("this machine's clock cannot be read");
	}
}

usec backstop_began(void) {
	return state.start;
}

const volatile int *backstop_catch_signals(void) {
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGXCPU};
	struct sigaction catch = {.sa_handler = on_end_signal, .sa_flags = SA_RESTART};
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		struct sigaction before;
		if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
			(void)sigaction(numbers[i], &catch, NULL);
			unblock(numbers[i]);
		}
	}
	return &signal_number;
}

/* Only what is earlier than the next knock needs the timer to be set. */
void backstop_deadline(usec deadline) {
	int at = since_start(deadline);
	state.deadline = at;
	if (signal_number == 0) {
		state.end = NEVER;
	}
	if (at < state.knocks) {
		sigset_t all;
		sigset_t before;
		(void)sigfillset(&all);
		(void)sigprocmask(SIG_SETMASK, &all, &before);
		int now = since_start(clock_now());
		if (state.end == NEVER) {
			knock_after(at > now ? at - now : 0);
		}
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
	}
}

void backstop_patience(usec patience) {
	state.patience = patience;
}

void backstop_work(void) {
	backstop_deadline(deadline_after(clock_now(), state.patience));
}

void backstop_rest(void) {
	backstop_deadline(USEC_NEVER);
}

void backstop_about(const char *subject) {
	state.about = subject;
}

void backstop_output(enum backstop_output output) {
	state.output = (sig_atomic_t)output;
}

void backstop_fail(const char *why) {
	bool due = state.output == BACKSTOP_OUTPUT_NONE;
	state.lasts = 1;
	state.line = due ? LINE_DUE : LINE_NOT_DUE;
	state.end = since_start(clock_now());
	knock_after(LAST_MS);
	if (due) {
		write_line(why, "");
	}
	leave();
}

void backstop_out_of_memory(void *unused) {
	(void)unused;
	backstop_fail("out of memory");
}
