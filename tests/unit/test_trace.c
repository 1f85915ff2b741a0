#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "check_smtp_tls.d/output.h"
#include "check_smtp_tls.d/trace.h"

/* A command line of the given length as an event of the dialogue: "> xxx". */
static void emit_sent(struct verbose_trace *trace, size_t len) {
	static const struct event_peer peer = {.host = "mx", .address = "192.0.2.1", .port = 25};
	uint8_t bytes[512];
	memset(bytes, 'x', sizeof bytes);
	struct event event = {.kind = EVENT_SMTP_SENT, .pass = 1, .peer = &peer};
	event.bytes[0] = (struct span){bytes, len};
	trace->trace.emit(&trace->trace, &event);
}

START_TEST(a_trace_that_fits_is_shown_whole) {
	struct arena *arena = unit_arena();
	struct verbose_trace trace = trace_new(arena, FINGER_CHAT, 8000, NULL);
	emit_sent(&trace, 10);
	emit_sent(&trace, 5);
	struct text text = text_new(arena, 8000);
	text_add(&text, "first line\n");
	trace_print(&trace, &text, 8000);
	ck_assert_str_eq(text.at, "first line\n> xxxxxxxxxx\n> xxxxx\n");
	arena_free(arena);
}
END_TEST

START_TEST(a_long_trace_is_cut_at_a_line_and_says_how_much_is_missing) {
	static const size_t caps[] = {300, 500, 1000, 8000};
	for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++) {
		struct arena *arena = unit_arena();
		struct verbose_trace trace = trace_new(arena, FINGER_CHAT, caps[i], NULL);
		for (int line = 0; line < 200; line++) {
			emit_sent(&trace, 97); /* 100 bytes with "> " and the newline */
		}
		struct text text = text_new(arena, 64 * 1024);
		text_add(&text, "first line\n");
		trace_print(&trace, &text, caps[i]);
		ck_assert_uint_lt(text.len, caps[i]);
		ck_assert_int_eq(text.at[text.len - 1], '\n');
		size_t shown = (caps[i] - strlen("first line\n") - 80) / 100;
		char last[64];
		(void)snprintf(last, sizeof last, "\n(%zu more lines of trace left out", 200 - shown);
		ck_assert_msg(strstr(text.at, last) != NULL, "%zu: %s in %s", caps[i], last, text.at);
		arena_free(arena);
	}
}
END_TEST

START_TEST(what_was_dropped_is_not_followed_by_what_would_fit) {
	struct arena *arena = unit_arena();
	struct verbose_trace trace = trace_new(arena, FINGER_CHAT, 200, NULL);
	emit_sent(&trace, 150);
	emit_sent(&trace, 150);
	emit_sent(&trace, 1);
	struct text text = text_new(arena, 8000);
	trace_print(&trace, &text, 8000);
	ck_assert_ptr_null(strstr(text.at, "\n> x\n"));
	ck_assert_ptr_nonnull(strstr(text.at, "(2 more lines"));
	arena_free(arena);
}
END_TEST

START_TEST(verbosity_is_a_filter) {
	static const struct event phase = {
		.kind = EVENT_PHASE, .probe = -1, .text = {"greeting"}, .number = {1000}};
	static const struct event state = {.kind = EVENT_TLS_STATE, .text = {"SSL_connect: done"}};
	for (int verbosity = 1; verbosity <= 3; verbosity++) {
		struct arena *arena = unit_arena();
		struct verbose_trace trace = trace_new(arena, trace_show(verbosity, 0), 8000, NULL);
		trace.trace.emit(&trace.trace, &phase);
		trace.trace.emit(&trace.trace, &state);
		struct text text = text_new(arena, 8000);
		trace_print(&trace, &text, 8000);
		ck_assert_msg((strstr(text.at, "greeting") != NULL) == (verbosity >= 2), "%s", text.at);
		ck_assert_msg((strstr(text.at, "SSL_connect") != NULL) == (verbosity >= 3), "%s", text.at);
		arena_free(arena);
	}
}
END_TEST

static struct span megabyte(void) {
	static uint8_t bytes[1024 * 1024];
	return (struct span){bytes, sizeof bytes};
}

START_TEST(a_reader_that_does_not_read_is_given_up_in_time) {
	int ends[2];
	volatile sig_atomic_t number = 0;
	struct loop_interrupt interrupt = {NULL, &number};
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
	struct loop_interrupt interrupt = {NULL, &number};
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
	struct loop_interrupt interrupt = {NULL, &number};
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
	output_guard_descriptors();
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
		  tcase_add_test(tc, verbosity_is_a_filter);
		  tcase_add_test(tc, a_reader_that_does_not_read_is_given_up_in_time);
		  tcase_add_test(tc, a_signal_shortens_the_patience);
		  tcase_add_test(tc, everything_arrives_at_a_reader_that_is_slow);
		  tcase_add_test(tc, closed_standard_descriptors_are_occupied_and_stay_unwritable);)
