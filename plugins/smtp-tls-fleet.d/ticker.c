/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One line that is written over again and again. */
#include "smtp-tls-fleet.d/ticker.h"

#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/descriptors.h"
#include "smtp-tls-fleet.d/outbox.h"

#define INTERVAL (250 * USEC_PER_MSEC)
#define LINE_MAX_OCTETS 400U
#define TOLD_MAX 100U
#define MESSAGE_MAX 1024U

static const char clear_line[] = "\r\033[K";

#define LOOK_MS 100

/* As much as goes without waiting: who does not read standard error holds up no survey. A pipe that
 * is writable takes PIPE_BUF. Where looking fails itself, write() will tell. */
static size_t write_some(const struct ticker *ticker, const char *at, size_t len) {
	struct pollfd poll_fd = {.fd = ticker->fd, .events = POLLOUT};
	size_t done = 0;
	while (done < len && poll(&poll_fd, 1, 0) != 0) {
		ssize_t n = write(ticker->fd, at + done, len - done > PIPE_BUF ? PIPE_BUF : len - done);
		if (n <= 0) {
			break;
		}
		done += (size_t)n;
	}
	return done;
}

void ticker_print_duration(struct text *text, usec duration) {
	long long seconds = (long long)((duration + USEC_PER_SEC / 2) / USEC_PER_SEC);
	if (seconds >= 3600) {
		text_addf(text, "%lld h %lld min", seconds / 3600, seconds / 60 % 60);
	} else if (seconds >= 60) {
		text_addf(text, "%lld min %lld s", seconds / 60, seconds % 60);
	} else {
		text_addf(text, "%lld s", seconds);
	}
}

/* The last domains may be those that let us wait: the rate says nothing of them. */
static void print_rest(struct text *text, const struct fleet_rest *rest, usec now) {
	if (rest->held_up > 0) {
		text_addf(text, ", %zu wait%s for a turn", rest->held_up, rest->held_up == 1 ? "s" : "");
	} else if (rest->in_flight > 0) {
		text_add(text, ", deadline in ");
		ticker_print_duration(text, rest->deadline > now ? rest->deadline - now : 0);
	}
}

static void print_left(const struct ticker *ticker, struct text *text, double rate, usec now) {
	size_t gone = ticker->tally->domains + ticker->tally->bad_lines + ticker->tally->passed;
	struct fleet_rest rest = {.all_begun = false};
	if (ticker->rest != NULL) {
		rest = ticker->rest(ticker->context);
	}
	if (rest.all_begun) {
		print_rest(text, &rest, now);
	} else if (gone < ticker->total && rate > 0) {
		double seconds = (double)(ticker->total - gone) / rate;
		text_add(text, ", about ");
		ticker_print_duration(text, (usec)(seconds * (double)USEC_PER_SEC));
		text_add(text, " left");
	}
}

void ticker_print(const struct ticker *ticker, struct text *text, usec now) {
	const struct tally *tally = ticker->tally;
	size_t done = tally->domains + tally->bad_lines;
	size_t gone = done + tally->passed;
	double seconds = (double)(now - ticker->start) / (double)USEC_PER_SEC;
	double rate = seconds > 0 ? (double)done / seconds : 0;
	text_addf(text, "%zu", gone);
	if (ticker->total > 0) {
		size_t percent = gone >= ticker->total ? 100 : gone * 100 / ticker->total;
		text_addf(text, " of %zu (%zu%%)", ticker->total, percent);
	}
	text_addf(text, ", %.1f/s", rate);
	print_left(ticker, text, rate, now);
	text_add(text, ": ");
	tally_print_states(tally, text);
}

static void show(struct ticker *ticker, usec now) {
	char room[2 * LINE_MAX_OCTETS];
	struct winsize size;
	struct arena *arena = arena_new(ticker->exhausted, NULL);
	if (arena == NULL) {
		return;
	}
	struct text text = text_new(arena, LINE_MAX_OCTETS);
	ticker_print(ticker, &text, now);
	int columns =
		ioctl(ticker->fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1 : 79;
	int len = snprintf(room, sizeof room, "%s%.*s", clear_line, columns, text.at);
	ticker->visible = write_some(ticker, room, (size_t)len) > 0 || ticker->visible;
	arena_free(arena);
}

void ticker_hide(struct ticker *ticker) {
	if (ticker->visible) {
		(void)write_some(ticker, clear_line, sizeof clear_line - 1);
		ticker->visible = false;
	}
}

void ticker_make_room(struct ticker *ticker) {
	if (ticker->shared) {
		ticker_hide(ticker);
	}
}

/* Who does not read it at once misses it. */
static void write_message(struct ticker *ticker, const struct text *text) {
	ticker_hide(ticker);
	ticker->unread += write_some(ticker, text->at, text->len) < text->len ? 1 : 0;
}

void ticker_finish(struct ticker *ticker, const struct text *text) {
	usec give_up = deadline_after(clock_now(), OUTBOX_GRACE);
	ticker_hide(ticker);
	size_t done = write_some(ticker, text->at, text->len);
	while (done < text->len && clock_now() < give_up) {
		struct pollfd poll_fd = {.fd = ticker->fd, .events = POLLOUT};
		if (poll(&poll_fd, 1, LOOK_MS) == 1 && (poll_fd.revents & POLLOUT) == 0) {
			return; /* there is nobody */
		}
		done += write_some(ticker, text->at + done, text->len - done);
	}
}

void ticker_tell(struct ticker *ticker, struct arena *arena, const char *fmt, ...) {
	char message[MESSAGE_MAX];
	struct text text = text_new(arena, 4U * MESSAGE_MAX);
	if (ticker->told++ >= TOLD_MAX) {
		return;
	}
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(message, sizeof message, fmt, args);
	va_end(args);
	text_add(&text, "smtp-tls-fleet: ");
	(void)text_add_escaped(&text, TEXT_PLUGIN, span_of(message), MESSAGE_MAX);
	text_add(&text, "\n");
	write_message(ticker, &text);
}

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct ticker *ticker = (const struct ticker *)source;
	(void)fds;
	(void)max;
	(void)now;
	*wake = usec_min(*wake, ticker->next);
	return 0;
}

/* A terminal that is slow has got a part of a line: what is shown now would stand in the middle of
 * it, and take away what stands there when it is hidden. */
static bool is_within_a_line(const struct ticker *ticker) {
	return ticker->shared && ticker->beside != NULL && ticker->beside->waiting > 0;
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct ticker *ticker = (struct ticker *)source;
	(void)fds;
	(void)n;
	if (now >= ticker->next) {
		if (!is_within_a_line(ticker)) {
			show(ticker, now);
		}
		ticker->next = deadline_after(now, INTERVAL);
	}
	return PROGRESS_WAITING;
}

struct ticker ticker_new(const struct tally *tally, arena_exhausted_fn *exhausted, usec now) {
	static const struct source_ops ops = {watch, step};
	return (struct ticker){.source = {&ops},
		.fd = descriptors_own_terminal(STDERR_FILENO),
		.shown = isatty(STDERR_FILENO) == 1,
		.shared = isatty(STDOUT_FILENO) == 1,
		.tally = tally,
		.exhausted = exhausted,
		.start = now,
		.next = deadline_after(now, INTERVAL)};
}
