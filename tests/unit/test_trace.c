/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of -v, -vv and -vvv. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "check_smtp_tls.d/output.h"
#include "check_smtp_tls.d/trace.h"
#include "common/descriptors.h"

static const struct report no_nodes;

/* A command line of the given length as an event of the dialogue: "> xxx". */
static void emit_sent_by(struct verbose_trace *trace, int node, size_t len) {
	static const struct node_name peer = {.host = "mx", .address = "192.0.2.1", .port = 25};
	uint8_t bytes[512];
	memset(bytes, 'x', sizeof bytes);
	struct event event = {.kind = EVENT_SMTP_SENT, .node = node, .pass = 1, .peer = &peer};
	event.bytes[0] = (struct span){bytes, len};
	trace->trace.emit(&trace->trace, &event);
}

static void emit_sent(struct verbose_trace *trace, size_t len) {
	emit_sent_by(trace, 0, len);
}

static void emit_done(struct verbose_trace *trace, int node) {
	trace->trace.emit(
		&trace->trace, &(struct event){.kind = EVENT_NODE_DONE, .node = node, .pass = 1});
}

START_TEST(a_trace_that_fits_is_shown_whole) {
	struct arena *arena = unit_arena();
	struct verbose_trace trace =
		trace_new(arena, &(struct trace_plan){.show = FINGER_CHAT, .max = 8000});
	emit_sent(&trace, 10);
	emit_sent(&trace, 5);
	struct text text = text_new(arena, 8000);
	text_add(&text, "first line\n");
	trace_print(&trace, &text, &no_nodes);
	ck_assert_str_eq(text.at, "first line\n> xxxxxxxxxx\n> xxxxx\n");
	arena_free(arena);
}
END_TEST

START_TEST(a_long_trace_is_cut_at_a_line_and_says_how_much_is_missing) {
	static const size_t caps[] = {300, 500, 1000, 8000};
	for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++) {
		struct arena *arena = unit_arena();
		struct verbose_trace trace =
			trace_new(arena, &(struct trace_plan){.show = FINGER_CHAT, .max = caps[i]});
		for (int line = 0; line < 200; line++) {
			emit_sent(&trace, 97); /* 100 bytes with "> " and the newline */
		}
		struct text text = text_new(arena, 64 * 1024);
		text_add(&text, "first line\n");
		trace_print(&trace, &text, &no_nodes);
		ck_assert_uint_lt(text.len, caps[i]);
		ck_assert_int_eq(text.at[text.len - 1], '\n');
		size_t shown = (caps[i] - strlen("first line\n") - 120) / 100;
		char last[64];
		(void)snprintf(last, sizeof last, "\n(%zu more lines of trace left out", 200 - shown);
		ck_assert_msg(strstr(text.at, last) != NULL, "%zu: %s in %s", caps[i], last, text.at);
		arena_free(arena);
	}
}
END_TEST

START_TEST(what_was_dropped_is_not_followed_by_what_would_fit) {
	struct arena *arena = unit_arena();
	struct verbose_trace trace =
		trace_new(arena, &(struct trace_plan){.show = FINGER_CHAT, .max = 200});
	emit_sent(&trace, 150);
	emit_sent(&trace, 150);
	emit_sent(&trace, 1);
	struct text text = text_new(arena, 8000);
	trace_print(&trace, &text, &no_nodes);
	ck_assert_ptr_null(strstr(text.at, "\n> x\n"));
	ck_assert_ptr_nonnull(strstr(text.at, "(3 more lines"));
	arena_free(arena);
}
END_TEST

/* Their decoding is most of what a trace costs. */
START_TEST(messages_behind_what_was_dropped_are_counted_and_need_no_text) {
	static const struct event message = {
		.kind = EVENT_TLS_MESSAGE, .node = -1, .bytes = {{(const uint8_t *)"Hello\n", 6}}};
	static const struct event untold = {.kind = EVENT_TLS_MESSAGE, .node = -1};
	struct arena *arena = unit_arena();
	struct verbose_trace trace =
		trace_new(arena, &(struct trace_plan){.show = FINGER_CHAT | FINGER_MESSAGES, .max = 200});
	ck_assert(!trace.trace.is_full(&trace.trace, &message));
	trace.trace.emit(&trace.trace, &message);
	emit_sent(&trace, 150);
	emit_sent(&trace, 150);
	ck_assert(trace.trace.is_full(&trace.trace, &message));
	trace.trace.emit(&trace.trace, &untold);
	trace.trace.emit(&trace.trace, &message);
	struct text text = text_new(arena, 8000);
	trace_print(&trace, &text, &no_nodes);
	ck_assert_msg(
		strstr(text.at, "lines of trace and 2 messages of TLS left out") != NULL, "%s", text.at);
	arena_free(arena);
}
END_TEST

START_TEST(verbosity_is_a_filter) {
	static const struct event phase = {
		.kind = EVENT_PHASE, .node = -1, .text = {"greeting"}, .number = {1000}};
	static const struct event state = {.kind = EVENT_TLS_STATE, .text = {"SSL_connect: done"}};
	for (int verbosity = 1; verbosity <= 3; verbosity++) {
		struct arena *arena = unit_arena();
		struct verbose_trace trace =
			trace_new(arena, &(struct trace_plan){.show = trace_show(verbosity, 0), .max = 8000});
		trace.trace.emit(&trace.trace, &phase);
		trace.trace.emit(&trace.trace, &state);
		struct text text = text_new(arena, 8000);
		trace_print(&trace, &text, &no_nodes);
		ck_assert_msg((strstr(text.at, "greeting") != NULL) == (verbosity >= 2), "%s", text.at);
		ck_assert_msg((strstr(text.at, "SSL_connect") != NULL) == (verbosity >= 3), "%s", text.at);
		arena_free(arena);
	}
}
END_TEST

/* The second node of the report is the first that was probed. */
static const struct report *two_nodes(struct arena *arena) {
	struct report *report = arena_alloc(arena, sizeof *report);
	report->nodes = arena_alloc_array(arena, 3, sizeof *report->nodes);
	report->n_nodes = 3;
	report->nodes[0].id = 1;
	report->nodes[1].id = 0;
	report->nodes[2].id = 2; /* told nothing */
	return report;
}

START_TEST(what_nodes_tell_stays_together_in_the_order_of_the_report) {
	struct arena *arena = unit_arena();
	struct verbose_trace trace = trace_new(
		arena, &(struct trace_plan){.show = FINGER_CHAT, .order = TRACE_BY_NODE, .max = 8000});
	emit_sent_by(&trace, 0, 1);
	emit_sent_by(&trace, 1, 2);
	emit_sent_by(&trace, -1, 3);
	emit_sent_by(&trace, (int)REPORT_NODES_MAX, 4);
	emit_sent_by(&trace, 0, 5);
	emit_done(&trace, 0);
	struct text text = text_new(arena, 8000);
	trace_print(&trace, &text, two_nodes(arena));
	ck_assert_str_eq(text.at, "> xxx\n> xxxx\n> xx\n> x\n> xxxxx\n");
	arena_free(arena);
}
END_TEST

START_TEST(behind_a_node_that_was_cut_no_other_follows) {
	struct arena *arena = unit_arena();
	struct verbose_trace trace = trace_new(
		arena, &(struct trace_plan){.show = FINGER_CHAT, .order = TRACE_BY_NODE, .max = 300});
	emit_sent_by(&trace, 1, 150);
	emit_sent_by(&trace, 1, 100);
	emit_sent_by(&trace, 0, 1);
	struct text text = text_new(arena, 8000);
	trace_print(&trace, &text, two_nodes(arena));
	ck_assert_ptr_null(strstr(text.at, "\n> x\n"));
	ck_assert_ptr_nonnull(strstr(text.at, "(2 more lines"));
	arena_free(arena);
}
END_TEST

static const char *read_all(int fd, struct arena *arena) {
	char *bytes = arena_alloc(arena, 4096);
	ck_assert_int_eq(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	ssize_t n = read(fd, bytes, 4095);
	bytes[n > 0 ? n : 0] = '\0';
	return bytes;
}

START_TEST(a_node_is_shown_at_once_when_it_is_done) {
	struct arena *arena = unit_arena();
	int ends[2];
	volatile sig_atomic_t number = 0;
	struct loop_interrupt interrupt = {&number};
	ck_assert_int_eq(pipe(ends), 0);
	struct output output =
		output_new(ends[1], deadline_after(clock_now(), 5 * USEC_PER_SEC), &interrupt);
	struct verbose_trace trace = trace_new(
		arena, &(struct trace_plan){
				   .show = FINGER_CHAT, .order = TRACE_BY_NODE, .max = 8000, .live = &output});
	emit_sent_by(&trace, 0, 1);
	emit_sent_by(&trace, 1, 2);
	ck_assert_str_eq(read_all(ends[0], arena), "");
	emit_sent_by(&trace, -1, 3);
	ck_assert_str_eq(read_all(ends[0], arena), "> xxx\n");
	emit_done(&trace, 1);
	ck_assert_str_eq(read_all(ends[0], arena), "> xx\n");
	/* The first never ended: what it told comes with the rest. */
	struct text text = text_new(arena, 8000);
	trace_print(&trace, &text, two_nodes(arena));
	ck_assert_str_eq(text.at, "> x\n");
	arena_free(arena);
}
END_TEST

static void emit_certificate(struct verbose_trace *trace, int index, uint16_t port) {
	const struct node_name peer = {.host = "m|x", .address = "192.0.2.1", .port = port};
	struct event event = {.kind = EVENT_TLS_CHAIN, .pass = 1, .peer = &peer};
	event.number[0] = index;
	event.number[1] = 2;
	event.bytes[4] = span_of("DER");
	trace->trace.emit(&trace->trace, &event);
}

START_TEST(certificates_come_last_and_are_never_cut) {
	struct arena *arena = unit_arena();
	struct verbose_trace trace =
		trace_new(arena, &(struct trace_plan){.show = FINGER_CHAIN, .max = 100});
	emit_certificate(&trace, 0, 25);
	emit_certificate(&trace, 1, 25);
	emit_certificate(&trace, 0, 0);
	emit_sent(&trace, 5);
	struct text text = text_new(arena, 8000);
	trace_print(&trace, &text, &no_nodes);
	ck_assert_ptr_nonnull(strstr(text.at, "\nCertificates of m!x[192.0.2.1]:25\n---\n"));
	ck_assert_ptr_nonnull(strstr(text.at, "\nCertificates of m!x[192.0.2.1]\n---\n"));
	ck_assert_ptr_nonnull(strstr(text.at, "-----BEGIN CERTIFICATE-----\nREVS\n-----END"));
	ck_assert_ptr_null(strstr(text.at, "left out"));
	ck_assert_ptr_null(strstr(text.at, "> xxxxx"));
	struct verbose_trace without =
		trace_new(arena, &(struct trace_plan){.show = FINGER_CHAT, .max = 8000});
	emit_certificate(&without, 0, 25);
	struct text nothing = text_new(arena, 8000);
	trace_print(&without, &nothing, &no_nodes);
	ck_assert_str_eq(nothing.at, "");
	arena_free(arena);
}
END_TEST

static struct span megabyte(void) {
	static uint8_t bytes[1024 * 1024];
	return (struct span){bytes, sizeof bytes};
}

START_TEST(a_reader_that_does_not_read_is_given_up_in_time) {
	int ends[2];
	volatile sig_atomic_t number = 0;
	struct loop_interrupt interrupt = {&number};
	ck_assert_int_eq(pipe(ends), 0);
	usec start = clock_now();
	struct output output =
		output_new(ends[1], deadline_after(start, 100 * USEC_PER_MSEC), &interrupt);
	ck_assert(!output_write(&output, megabyte()));
	ck_assert_int_ge(clock_now() - start, 100 * USEC_PER_MSEC);
	ck_assert_int_lt(clock_now() - start, 2 * USEC_PER_SEC);
	ck_assert(!output_write(&output, span_of("more")));
}
END_TEST

START_TEST(a_signal_shortens_the_patience) {
	int ends[2];
	volatile sig_atomic_t number = SIGTERM;
	struct loop_interrupt interrupt = {&number};
	ck_assert_int_eq(pipe(ends), 0);
	usec start = clock_now();
	struct output output =
		output_new(ends[1], deadline_after(start, 20 * USEC_PER_SEC), &interrupt);
	ck_assert(!output_write(&output, megabyte()));
	ck_assert_int_lt(clock_now() - start, 5 * USEC_PER_SEC);
}
END_TEST

START_TEST(everything_arrives_at_a_reader_that_is_slow) {
	int ends[2];
	volatile sig_atomic_t number = 0;
	struct loop_interrupt interrupt = {&number};
	ck_assert_int_eq(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		char buffer[1000];
		size_t total = 0;
		close(ends[1]);
		for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) {
			total += (size_t)n;
		}
		_exit(total == megabyte().len ? 0 : 1);
	}
	close(ends[0]);
	struct output output =
		output_new(ends[1], deadline_after(clock_now(), 20 * USEC_PER_SEC), &interrupt);
	ck_assert(output_write(&output, megabyte()));
	close(ends[1]);
	int status = 1;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(closed_standard_descriptors_are_occupied_and_stay_unwritable) {
	close(STDIN_FILENO);
	int kept = dup2(STDOUT_FILENO, 100);
	close(STDOUT_FILENO);
	ck_assert(descriptors_guard());
	int next = open("/dev/null", O_RDONLY);
	ssize_t written = write(STDOUT_FILENO, "x", 1);
	int error = errno;
	dup2(kept, STDOUT_FILENO);
	ck_assert_int_gt(next, STDERR_FILENO);
	ck_assert_int_eq(written, -1);
	ck_assert_int_eq(error, EBADF);
}
END_TEST

UNIT_MAIN("trace", tcase_add_test(tc, a_trace_that_fits_is_shown_whole);
		  tcase_add_test(tc, a_long_trace_is_cut_at_a_line_and_says_how_much_is_missing);
		  tcase_add_test(tc, what_was_dropped_is_not_followed_by_what_would_fit);
		  tcase_add_test(tc, messages_behind_what_was_dropped_are_counted_and_need_no_text);
		  tcase_add_test(tc, verbosity_is_a_filter);
		  tcase_add_test(tc, what_nodes_tell_stays_together_in_the_order_of_the_report);
		  tcase_add_test(tc, behind_a_node_that_was_cut_no_other_follows);
		  tcase_add_test(tc, a_node_is_shown_at_once_when_it_is_done);
		  tcase_add_test(tc, certificates_come_last_and_are_never_cut);
		  tcase_add_test(tc, a_reader_that_does_not_read_is_given_up_in_time);
		  tcase_add_test(tc, a_signal_shortens_the_patience);
		  tcase_add_test(tc, everything_arrives_at_a_reader_that_is_slow);
		  tcase_add_test(tc, closed_standard_descriptors_are_occupied_and_stay_unwritable);)
