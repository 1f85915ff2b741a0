/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The loop on a clock that jumps. */
#include "io/loop.h"

#include <errno.h>
#include <signal.h>

#include "../fake/fake_clock.h"
#include "unit.h"

#define SEC USEC_PER_SEC
#define N_CLIENTS 3

/* A client waits for `wants` bytes until its own deadline, set when it was made. */
struct client {
	int fd;
	size_t wants;
	usec deadline;
	size_t got;
	usec ended_at;
	enum { CLIENT_OPEN, CLIENT_SERVED, CLIENT_TIMED_OUT } end;
};

/* The root, as the survey will be one: it steps all clients on every wake. */
struct clients {
	struct source source;
	struct fake_clock *clock;
	struct client client[N_CLIENTS];
	size_t n;
};

static size_t clients_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)now;
	struct clients *clients = (struct clients *)source;
	size_t n = 0;
	for (size_t i = 0; i < clients->n && n < max; i++) {
		if (clients->client[i].end == CLIENT_OPEN) {
			fds[n++] = (struct pollfd){.fd = clients->client[i].fd, .events = POLLIN};
			*wake = usec_min(*wake, clients->client[i].deadline);
		}
	}
	return n;
}

/* Takes one byte a step, so that the loop has every chance to starve the others. */
static enum progress client_step(struct client *client, struct fake_clock *clock, usec now) {
	bool moved = client->got < client->wants && fake_clock_read(clock, client->fd);
	client->got += moved ? 1 : 0;
	if (client->got == client->wants) {
		client->end = CLIENT_SERVED;
	} else if (now >= client->deadline) {
		client->end = CLIENT_TIMED_OUT;
	}
	client->ended_at = client->end != CLIENT_OPEN ? now : 0;
	return moved || client->end != CLIENT_OPEN ? PROGRESS_MOVED : PROGRESS_WAITING;
}

static enum progress clients_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct clients *clients = (struct clients *)source;
	enum progress all = PROGRESS_DONE;
	(void)fds;
	(void)n;
	for (size_t i = 0; i < clients->n; i++) {
		if (clients->client[i].end != CLIENT_OPEN) {
			continue;
		}
		enum progress one = client_step(&clients->client[i], clients->clock, now);
		all = one == PROGRESS_MOVED || all == PROGRESS_MOVED ? PROGRESS_MOVED : PROGRESS_WAITING;
	}
	return all;
}

static const struct source_ops clients_ops = {clients_watch, clients_step};

static enum loop_end run_clients(
	struct clients *clients, struct fake_clock *clock, usec deadline, struct err *err) {
	struct loop_os os = fake_clock_os(clock);
	clients->source.ops = &clients_ops;
	clients->clock = clock;
	return loop_run(&clients->source, &os, deadline, err);
}

START_TEST(the_run_ends_exactly_at_its_deadline) {
	struct fake_clock clock = {.now = 7 * SEC};
	struct clients clients = {.client = {{.fd = 3, .wants = 1, .deadline = USEC_NEVER}}, .n = 1};
	ck_assert_int_eq(run_clients(&clients, &clock, 37 * SEC, NULL), LOOP_DEADLINE);
	ck_assert_int_eq(clock.now, 37 * SEC);
	ck_assert_uint_eq(clock.n_waits, 1);
}
END_TEST

START_TEST(a_deadline_already_past_lets_every_source_step_once) {
	struct fake_arrival arrival = {.fd = 3, .count = 1};
	struct fake_clock clock = {.now = 9 * SEC, .arrivals = &arrival, .n_arrivals = 1};
	struct clients clients = {.client = {{.fd = 3, .wants = 2, .deadline = USEC_NEVER}}, .n = 1};
	ck_assert_int_eq(run_clients(&clients, &clock, 8 * SEC, NULL), LOOP_DEADLINE);
	ck_assert_uint_eq(clients.client[0].got, 1);
	ck_assert_uint_eq(clock.n_waits, 0);
}
END_TEST

START_TEST(a_server_that_hangs_is_cut_off_by_its_step) {
	struct fake_clock clock = {0};
	struct clients clients = {.client = {{.fd = 3, .wants = 1, .deadline = 10 * SEC}}, .n = 1};
	ck_assert_int_eq(run_clients(&clients, &clock, 30 * SEC, NULL), LOOP_FINISHED);
	ck_assert_int_eq(clients.client[0].end, CLIENT_TIMED_OUT);
	ck_assert_int_eq(clock.now, 10 * SEC);
}
END_TEST

START_TEST(a_server_that_drips_does_not_extend_a_deadline) {
	struct fake_arrival drip = {.fd = 3, .at = SEC, .every = SEC, .count = 1000};
	struct fake_clock clock = {.arrivals = &drip, .n_arrivals = 1};
	struct clients clients = {
		.client = {{.fd = 3, .wants = 100, .deadline = 5 * SEC + SEC / 2}}, .n = 1};
	ck_assert_int_eq(run_clients(&clients, &clock, 30 * SEC, NULL), LOOP_FINISHED);
	ck_assert_int_eq(clients.client[0].end, CLIENT_TIMED_OUT);
	ck_assert_int_eq(clients.client[0].ended_at, 5 * SEC + SEC / 2);
	ck_assert_uint_eq(clients.client[0].got, 5);
}
END_TEST

START_TEST(a_chatty_neighbour_starves_nobody) {
	struct fake_arrival arrivals[] = {
		{.fd = 3, .at = 0, .every = 100, .count = 1000000},
		{.fd = 4, .at = 2 * SEC, .every = 0, .count = 5},
	};
	struct fake_clock clock = {.arrivals = arrivals, .n_arrivals = 2};
	struct clients clients = {
		.client = {{.fd = 3, .wants = 100000, .deadline = USEC_NEVER},
			{.fd = 4, .wants = 5, .deadline = 4 * SEC}, {.fd = 5, .wants = 1, .deadline = 3 * SEC}},
		.n = 3};
	ck_assert_int_eq(run_clients(&clients, &clock, 30 * SEC, NULL), LOOP_FINISHED);
	ck_assert_int_eq(clients.client[0].end, CLIENT_SERVED);
	ck_assert_int_eq(clients.client[1].end, CLIENT_SERVED);
	ck_assert_int_le(clients.client[1].ended_at, 2 * SEC + 100);
	ck_assert_int_eq(clients.client[2].end, CLIENT_TIMED_OUT);
	ck_assert_int_eq(clients.client[2].ended_at, 3 * SEC);
}
END_TEST

START_TEST(what_arrives_at_the_deadline_itself_still_counts) {
	struct fake_arrival arrival = {.fd = 3, .at = 5 * SEC, .count = 1};
	struct fake_clock clock = {.arrivals = &arrival, .n_arrivals = 1};
	struct clients clients = {.client = {{.fd = 3, .wants = 1, .deadline = USEC_NEVER}}, .n = 1};
	/* One step takes the byte, another one concludes. */
	enum loop_end end = run_clients(&clients, &clock, 5 * SEC, NULL);
	ck_assert_int_eq(end, LOOP_FINISHED);
	ck_assert_int_eq(clock.now, 5 * SEC);
	ck_assert_int_eq(clients.client[0].end, CLIENT_SERVED);
}
END_TEST

START_TEST(a_signal_ends_the_run_at_once) {
	struct fake_clock clock = {.interrupt_at = 2 * SEC};
	struct clients clients = {.client = {{.fd = 3, .wants = 1, .deadline = 10 * SEC}}, .n = 1};
	ck_assert_int_eq(run_clients(&clients, &clock, 30 * SEC, NULL), LOOP_INTERRUPTED);
	ck_assert_int_eq(clock.now, 2 * SEC);
	ck_assert_int_eq(clients.client[0].end, CLIENT_OPEN);
}
END_TEST

START_TEST(a_failing_poll_is_our_own_fault) {
	struct fake_clock clock = {.wait_errno = ENOMEM};
	struct clients clients = {.client = {{.fd = 3, .wants = 1, .deadline = 10 * SEC}}, .n = 1};
	struct err err = {0};
	ck_assert_int_eq(run_clients(&clients, &clock, 30 * SEC, &err), LOOP_BROKEN);
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_ptr_nonnull(strstr(err.text, strerror(ENOMEM)));
}
END_TEST

/* A source that says what its script says, and counts. */
struct scripted {
	struct source source;
	const char *script; /* M moved, W waiting; the end: done */
	size_t at;
	size_t n_watch;
	usec costs;  /* each step takes so long */
	size_t more; /* descriptors than there is room for */
	struct fake_clock *clock;
	short seen[8]; /* events of descriptor 9 in each step */
};

static size_t scripted_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)now;
	struct scripted *scripted = (struct scripted *)source;
	scripted->n_watch++;
	(void)wake;
	for (size_t i = 0; i < max; i++) {
		fds[i] = (struct pollfd){.fd = (int)i + 9, .events = POLLIN};
	}
	return max + scripted->more;
}

static enum progress scripted_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct scripted *scripted = (struct scripted *)source;
	(void)now;
	scripted->clock->now += scripted->costs;
	if (scripted->at < 8) {
		scripted->seen[scripted->at] = loop_events(fds, n, 9);
	}
	switch (scripted->script[scripted->at]) {
	case 'M':
		scripted->at++;
		return PROGRESS_MOVED;
	case 'W':
		scripted->at++;
		return PROGRESS_WAITING;
	case '*':
		return PROGRESS_MOVED;
	default:
		return PROGRESS_DONE;
	}
}

static const struct source_ops scripted_ops = {scripted_watch, scripted_step};

static enum loop_end run_script(struct scripted *scripted, struct fake_clock *clock) {
	struct loop_os os = fake_clock_os(clock);
	scripted->source.ops = &scripted_ops;
	scripted->clock = clock;
	return loop_run(&scripted->source, &os, 30 * SEC, NULL);
}

START_TEST(while_anything_moves_nothing_is_polled) {
	struct fake_clock clock = {0};
	struct scripted scripted = {.script = "MMMMM"};
	ck_assert_int_eq(run_script(&scripted, &clock), LOOP_FINISHED);
	ck_assert_uint_eq(clock.n_waits, 0);
	ck_assert_uint_eq(scripted.n_watch, 0);
	ck_assert_int_eq(clock.now, 0);
}
END_TEST

START_TEST(events_are_seen_in_the_step_after_the_wait_and_only_there) {
	struct fake_arrival arrival = {.fd = 9, .at = SEC, .count = 1};
	struct fake_clock clock = {.arrivals = &arrival, .n_arrivals = 1};
	struct scripted scripted = {.script = "WMW"};
	ck_assert_int_eq(run_script(&scripted, &clock), LOOP_FINISHED);
	static const short want[] = {0, POLLIN, 0, POLLIN};
	ck_assert_mem_eq(scripted.seen, want, sizeof want);
	ck_assert_uint_eq(clock.n_waits, 2);
	ck_assert_uint_eq(clock.n_watched, LOOP_FDS_MAX);
}
END_TEST

START_TEST(a_source_without_room_ends_the_run_with_an_error_of_ours) {
	struct fake_clock clock = {0};
	struct loop_os os = fake_clock_os(&clock);
	struct err err = {0};
	struct scripted scripted = {{&scripted_ops}, .script = "WM", .clock = &clock, .more = 1};
	ck_assert_int_eq(loop_run(&scripted.source, &os, 30 * SEC, &err), LOOP_BROKEN);
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_str_eq(err.text, "more than 176 descriptors to wait for");
	ck_assert_uint_eq(clock.n_waits, 0);
}
END_TEST

START_TEST(a_source_that_never_rests_meets_the_deadline) {
	struct fake_clock clock = {0};
	struct scripted scripted = {.script = "*", .costs = SEC / 100};
	ck_assert_int_eq(run_script(&scripted, &clock), LOOP_DEADLINE);
	ck_assert_int_eq(clock.now, 30 * SEC + LOOP_LAST_STEPS * (SEC / 100));
}
END_TEST

START_TEST(events_of_an_unwatched_descriptor_are_none) {
	struct pollfd fds[] = {{.fd = 4, .revents = POLLHUP}, {.fd = 5, .revents = POLLIN}};
	ck_assert_int_eq(loop_events(fds, 2, 5), POLLIN);
	ck_assert_int_eq(loop_events(fds, 1, 5), 0);
	ck_assert_int_eq(loop_events(NULL, 0, 5), 0);
}
END_TEST

/* The real world: a pipe, and signals that are let in only while waiting. */
static volatile int signal_number;

static void on_term(int number) {
	signal_number = number;
}

static void on_usr1(int number) {
	(void)number;
}

struct pipe_reader {
	struct source source;
	int fd;
	char byte;
};

static size_t pipe_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)now;
	(void)max;
	(void)wake;
	fds[0] = (struct pollfd){.fd = ((struct pipe_reader *)source)->fd, .events = POLLIN};
	return 1;
}

static enum progress pipe_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct pipe_reader *reader = (struct pipe_reader *)source;
	(void)now;
	if (loop_events(fds, n, reader->fd) == 0) {
		return PROGRESS_WAITING;
	}
	return read(reader->fd, &reader->byte, 1) == 1 ? PROGRESS_DONE : PROGRESS_WAITING;
}

static const struct source_ops pipe_ops = {pipe_watch, pipe_step};

START_TEST(the_real_wait_wakes_for_a_descriptor) {
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	ck_assert_int_eq(write(ends[1], "x", 1), 1);
	struct pipe_reader reader = {.source = {&pipe_ops}, .fd = ends[0]};
	struct loop_os os = loop_os_real(NULL);
	enum loop_end end = loop_run(&reader.source, &os, clock_now() + 10 * SEC, NULL);
	ck_assert_int_eq(end, LOOP_FINISHED);
	ck_assert_int_eq(reader.byte, 'x');
}
END_TEST

static const struct {
	int number;
	void (*handler)(int);
	enum loop_end end;
} signals[] = {
	{SIGTERM, on_term, LOOP_INTERRUPTED},
	{SIGUSR1, on_usr1, LOOP_DEADLINE},
};

START_TEST(only_a_signal_that_asks_for_the_end_is_one) {
	struct sigaction action = {.sa_handler = signals[_i].handler};
	ck_assert_int_eq(sigaction(signals[_i].number, &action, NULL), 0);
	signal_number = 0;
	ck_assert_int_eq(raise(signals[_i].number), 0);
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	struct pipe_reader reader = {.source = {&pipe_ops}, .fd = ends[0]};
	struct loop_interrupt interrupt = {&signal_number};
	struct loop_os os = loop_os_real(&interrupt);
	usec deadline = clock_now() + 50 * USEC_PER_MSEC;
	ck_assert_int_eq(loop_run(&reader.source, &os, deadline, NULL), signals[_i].end);
	ck_assert_int_eq(clock_now() >= deadline, signals[_i].end == LOOP_DEADLINE);
}
END_TEST

UNIT_MAIN("loop", tcase_add_test(tc, the_run_ends_exactly_at_its_deadline);
		  tcase_add_test(tc, a_deadline_already_past_lets_every_source_step_once);
		  tcase_add_test(tc, a_server_that_hangs_is_cut_off_by_its_step);
		  tcase_add_test(tc, a_server_that_drips_does_not_extend_a_deadline);
		  tcase_add_test(tc, a_chatty_neighbour_starves_nobody);
		  tcase_add_test(tc, what_arrives_at_the_deadline_itself_still_counts);
		  tcase_add_test(tc, a_signal_ends_the_run_at_once);
		  tcase_add_test(tc, a_failing_poll_is_our_own_fault);
		  tcase_add_test(tc, while_anything_moves_nothing_is_polled);
		  tcase_add_test(tc, events_are_seen_in_the_step_after_the_wait_and_only_there);
		  tcase_add_test(tc, a_source_without_room_ends_the_run_with_an_error_of_ours);
		  tcase_add_test(tc, a_source_that_never_rests_meets_the_deadline);
		  tcase_add_test(tc, events_of_an_unwatched_descriptor_are_none);
		  tcase_add_test(tc, the_real_wait_wakes_for_a_descriptor);
		  tcase_add_loop_test(tc, only_a_signal_that_asks_for_the_end_is_one, 0, 2);)
