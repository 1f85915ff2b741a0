/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The real programs, when they are to end before they are done: by a signal, by a deadline, in a
 * step that nothing interrupts, with nobody to read. Always one line where it can be written,
 * always in time, never an exit code that says more than was found out. */
#include "unit.h"

#include "program_run.h"

#define FINGER "plugins/smtp-tls-finger"
#define PLUGIN "plugins/check_smtp_tls"

/* What keeps the program from ending by itself. */
enum held {
	HELD_WAITING, /* a server that never says a word */
	HELD_BLOCKED, /* a file that is a pipe without a writer */
	HELD_NOT      /* nothing: it prints its help */
};

struct ending {
	enum held held;
	const char *patience; /* of -t, or of -T for smtp-tls-finger */
	int signal;           /* sent when it waits or is blocked; 0: none */
	enum run_stdout output;
	int status;        /* exit code, or minus the signal that ended it */
	const char *words; /* of the first line; NULL: nothing at all is printed */
	long least_ms;
	long most_ms; /* on a machine that has nothing else to do */
};

/* Behind a signal, and behind a deadline, that nobody heeds there is a grace of 200 ms. */
static const struct ending plugin_endings[] = {
	{HELD_WAITING, "400ms", 0, RUN_STDOUT_PIPE, 2, "CRITICAL - ", 400, 600},
	{HELD_BLOCKED, "400ms", 0, RUN_STDOUT_PIPE, 3, "the deadline passed while", 400, 700},
	{HELD_WAITING, "20", SIGTERM, RUN_STDOUT_PIPE, 3, "interrupted by a signal", 0, 500},
	{HELD_WAITING, "20", SIGHUP, RUN_STDOUT_PIPE, 3, "interrupted by a signal", 0, 500},
	{HELD_WAITING, "20", SIGXCPU, RUN_STDOUT_PIPE, 3, "interrupted by a signal", 0, 500},
	{HELD_WAITING, "20", SIGINT, RUN_STDOUT_PIPE, -SIGINT, "interrupted by a signal", 0, 500},
	{HELD_BLOCKED, "20", SIGTERM, RUN_STDOUT_PIPE, 3, "interrupted by a signal while", 200, 600},
	{HELD_BLOCKED, "20", SIGHUP, RUN_STDOUT_PIPE, 3, "interrupted by a signal while", 200, 600},
	{HELD_BLOCKED, "20", SIGINT, RUN_STDOUT_PIPE, -SIGINT, "interrupted by a signal", 200, 600},
	{HELD_WAITING, "400ms", 0, RUN_STDOUT_FULL, 3, NULL, 400, 900},
	{HELD_BLOCKED, "400ms", 0, RUN_STDOUT_FULL, 3, NULL, 400, 900},
	{HELD_WAITING, "20", SIGTERM, RUN_STDOUT_FULL, 3, NULL, 0, 700},
	{HELD_BLOCKED, "20", SIGINT, RUN_STDOUT_FULL, -SIGINT, NULL, 0, 700},
	{HELD_WAITING, "400ms", 0, RUN_STDOUT_BROKEN, 3, NULL, 0, 700},
	{HELD_NOT, "20", 0, RUN_STDOUT_BROKEN, 3, NULL, 0, 300},
	{HELD_NOT, "400ms", 0, RUN_STDOUT_FULL, 3, NULL, 400, 900},
	{HELD_NOT, "400ms", 0, RUN_STDOUT_TERMINAL, 3, NULL, 400, 900},
	{HELD_NOT, "20", SIGTERM, RUN_STDOUT_TERMINAL, 3, NULL, 0, 700},
	{HELD_WAITING, "400ms", 0, RUN_STDOUT_TERMINAL, 3, NULL, 400, 900},
	{HELD_WAITING, "20", SIGHUP, RUN_STDOUT_TERMINAL, 3, NULL, 0, 700},
	{HELD_BLOCKED, "400ms", 0, RUN_STDOUT_TERMINAL, 3, NULL, 400, 900},
	{HELD_NOT, "20", 0, RUN_STDOUT_NO_SIZE, 3, NULL, 0, 300},
};

/* No signal is caught here, as posttls-finger catches none; waiting may take as long as it likes.
 */
static const struct ending finger_endings[] = {
	{HELD_BLOCKED, "1", 0, RUN_STDOUT_PIPE, 1, "smtp-tls-finger: fatal: the deadline passed", 1000,
		1500},
	{HELD_BLOCKED, "1", 0, RUN_STDOUT_FULL, 1, NULL, 1000, 1500},
	{HELD_BLOCKED, "30", SIGINT, RUN_STDOUT_PIPE, -SIGINT, NULL, 0, 300},
	{HELD_BLOCKED, "30", SIGTERM, RUN_STDOUT_PIPE, -SIGTERM, NULL, 0, 300},
	{HELD_WAITING, "30", SIGHUP, RUN_STDOUT_PIPE, -SIGHUP, "smtp-tls-finger: Connected to", 0, 300},
	{HELD_WAITING, "1", 0, RUN_STDOUT_NO_SIZE, 1, NULL, 0, 500},
};

static void fill_in(struct run *run, enum held held, const char *program) {
	run->argv[run->argc++] = program;
	run->blocked = held == HELD_BLOCKED;
	if (strcmp(program, PLUGIN) == 0) {
		run->argv[run->argc++] = held == HELD_NOT ? "--help" : "-lmay";
		if (run->output == RUN_STDOUT_TERMINAL) {
			run->argv[run->argc++] = "-v"; /* the trace is written while it runs */
		}
	}
}

static void check_ending(const struct ending *ending, const char *program) {
	struct run run = {.output = ending->output};
	bool plugin = strcmp(program, PLUGIN) == 0;
	char where[64];
	run_place(where, sizeof where);
	fill_in(&run, ending->held, program);
	run.argv[run.argc++] = plugin ? "-t" : "-T";
	run.argv[run.argc++] = ending->patience;
	run.argv[run.argc++] = plugin ? "-H" : "-lmay";
	run.argv[run.argc++] = where;
	run_start(&run);
	if (ending->signal != 0) {
		run_wait_until_asleep(&run);
		run_signal(&run, ending->signal);
	}
	long took = run_end(&run);
	ck_assert_int_eq(run.status, ending->status);
	if (ending->words == NULL) {
		ck_assert_str_eq(run.said, "");
	} else {
		ck_assert_msg(strstr(run.said, ending->words) != NULL, "%s", run.said);
	}
	ck_assert_int_ge(took + 1, ending->least_ms); /* whole milliseconds, cut */
	ck_assert_int_lt(took, ending->most_ms + RUN_SLACK_MS);
}

START_TEST(check_smtp_tls_ends_in_time_with_a_line) {
	check_ending(&plugin_endings[_i], PLUGIN);
}
END_TEST

START_TEST(smtp_tls_finger_ends_as_it_should) {
	check_ending(&finger_endings[_i], FINGER);
}
END_TEST

/* Behind the deadline by far: what is known is printed all the same, and at once. */
START_TEST(a_process_that_was_stopped_prints_when_it_goes_on) {
	struct run run = {.argv = {PLUGIN, "-lmay", "-t", "700ms", "-H"}, .argc = 5};
	char where[64];
	run_place(where, sizeof where);
	run.argv[run.argc++] = where;
	run_start(&run);
	run_wait_until_asleep(&run);
	run_signal(&run, SIGSTOP);
	(void)poll(NULL, 0, 1200);
	run_signal(&run, SIGCONT);
	long took = run_end(&run);
	ck_assert_int_eq(run.status, 2);
	ck_assert_msg(strncmp(run.said, "SMTP_TLS CRITICAL - ", 20) == 0, "%s", run.said);
	ck_assert_int_lt(took, 200 + RUN_SLACK_MS);
}
END_TEST

/* The time that it was stopped counts: what was left is not granted again. */
START_TEST(the_time_of_a_stopped_process_counts) {
	struct run run = {
		.argv = {PLUGIN, "-lmay", "-t", "30", "--greeting-timeout", "900ms", "-H"}, .argc = 7};
	char where[64];
	run_place(where, sizeof where);
	run.argv[run.argc++] = where;
	run_start(&run);
	run_wait_until_asleep(&run);
	run_signal(&run, SIGSTOP);
	(void)poll(NULL, 0, 1000);
	run_signal(&run, SIGCONT);
	long took = run_end(&run);
	ck_assert_int_eq(run.status, 2);
	ck_assert_int_lt(took, 500 + RUN_SLACK_MS);
}
END_TEST

/* The signal is there before main() or behind it: its end, or the line, but never the waiting. */
START_TEST(a_signal_right_at_the_start_is_not_lost) {
	for (long delay = 0; delay < 60; delay++) {
		struct run run = {.argv = {PLUGIN, "-lmay", "-t", "20", "-H"}, .argc = 5};
		char where[64];
		run_place(where, sizeof where);
		run.argv[run.argc++] = where;
		run_start(&run);
		struct timespec pause = {0, delay * 100 * 1000};
		(void)nanosleep(&pause, NULL);
		run_signal(&run, SIGTERM);
		long took = run_end(&run);
		if (run.status == 3) {
			ck_assert_msg(strncmp(run.said, "SMTP_TLS UNKNOWN - ", 19) == 0, "%s", run.said);
		} else {
			ck_assert_int_eq(run.status, -SIGTERM); /* before anything of ours was run */
			ck_assert_str_eq(run.said, "");
		}
		ck_assert_int_lt(took, 500 + RUN_SLACK_MS);
	}
}
END_TEST

START_TEST(a_busy_machine_gets_its_line_too) {
	pid_t self = getpid();
	pid_t hogs[8];
	for (size_t i = 0; i < sizeof hogs / sizeof hogs[0]; i++) {
		hogs[i] = fork();
		if (hogs[i] == 0) {
			unit_end_with(self);
			run_compute_for_ever();
		}
	}
	for (int i = 0; i < 10; i++) {
		struct run run = {.argv = {PLUGIN, "-lmay", "-t", "50ms", "-H"}, .argc = 5};
		char where[64];
		run_place(where, sizeof where);
		run.argv[run.argc++] = where;
		run_start(&run);
		(void)run_end(&run);
		ck_assert_msg(strncmp(run.said, "SMTP_TLS ", 9) == 0, "%d: %s", run.status, run.said);
	}
	for (size_t i = 0; i < sizeof hogs / sizeof hogs[0]; i++) {
		ck_assert_int_eq(kill(hogs[i], SIGKILL), 0);
		ck_assert_int_eq(waitpid(hogs[i], NULL, 0), hogs[i]);
	}
}
END_TEST

/* --- most of it is waiting: side by side --- */

enum { PLUGIN_ENDINGS = sizeof plugin_endings / sizeof plugin_endings[0] };
enum { FINGER_ENDINGS = sizeof finger_endings / sizeof finger_endings[0] };

static void add_first_endings(TCase *tc) {
	tcase_add_loop_test(tc, check_smtp_tls_ends_in_time_with_a_line, 0, PLUGIN_ENDINGS / 2);
}

static void add_other_endings(TCase *tc) {
	tcase_add_loop_test(
		tc, check_smtp_tls_ends_in_time_with_a_line, PLUGIN_ENDINGS / 2, PLUGIN_ENDINGS);
}

static void add_finger_endings(TCase *tc) {
	tcase_add_loop_test(tc, smtp_tls_finger_ends_as_it_should, 0, FINGER_ENDINGS);
}

static void add_stopped(TCase *tc) {
	tcase_add_test(tc, a_process_that_was_stopped_prints_when_it_goes_on);
	tcase_add_test(tc, the_time_of_a_stopped_process_counts);
	tcase_add_test(tc, a_signal_right_at_the_start_is_not_lost);
}

/* It makes the machine busy, so that nothing else stands beside it. */
static void add_busy(TCase *tc) {
	tcase_add_test(tc, a_busy_machine_gets_its_line_too);
}

struct lane {
	pid_t child;
	FILE *said;
};

static struct lane start_lane(void (*add)(TCase *)) {
	struct lane lane = {.said = tmpfile()};
	pid_t self = getpid();
	lane.child = lane.said == NULL || fflush(stdout) != 0 ? -1 : fork();
	if (lane.child == 0) {
		unit_end_with(self);
		int code = dup2(fileno(lane.said), STDOUT_FILENO) < 0 ? EXIT_FAILURE
															  : unit_play("program_ends", 60, add);
		_exit(fflush(stdout) == 0 ? code : EXIT_FAILURE);
	}
	return lane;
}

/* Its points, numbered on. False when one failed, or it did not come to its end. */
static bool tell_lane(const struct lane *lane, int *points) {
	char line[1024];
	int status = -1;
	if (lane->child < 0 || waitpid(lane->child, &status, 0) != lane->child) {
		return false;
	}
	rewind(lane->said);
	while (fgets(line, sizeof line, lane->said) != NULL) {
		const char *title = strstr(line, " - ");
		bool failed = strncmp(line, "not ok ", 7) == 0;
		if (title != NULL && (failed || strncmp(line, "ok ", 3) == 0)) {
			printf("%sok %d%s", failed ? "not " : "", ++*points, title);
		} else if (strncmp(line, "1..", 3) != 0) {
			fputs(line, stdout);
		}
	}
	(void)fclose(lane->said);
	return status == 0;
}

int main(void) {
	static void (*const beside[])(TCase *) = {
		add_first_endings, add_other_endings, add_finger_endings, add_stopped};
	enum { LANES = sizeof beside / sizeof beside[0] };
	struct lane lanes[LANES];
	int points = 0;
	bool ok = true;
	run_folder_make();
	for (size_t i = 0; i < LANES; i++) {
		lanes[i] = start_lane(beside[i]);
	}
	for (size_t i = 0; i < LANES; i++) {
		ok = tell_lane(&lanes[i], &points) && ok;
	}
	struct lane busy = start_lane(add_busy);
	ok = tell_lane(&busy, &points) && ok;
	printf("1..%d\n", points);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
