/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The line of last resort on a machine that lets us wait right before it is written. */
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/backstop.h"
#include "unit.h"

/* The next time that the timer is set for the line, the machine has something else to do, for
 * longer than the timer runs. Knocks before are shorter. */
#define FOR_THE_LINE_USEC 90000
static volatile int slow;
/* Then a part of the output has been written, and more is to come. */
static volatile int writes;

#ifdef __GLIBC__
typedef __itimer_which_t timer_kind;
#else
typedef int timer_kind;
#endif

/* Takes the place of the C library's. */
int setitimer(
	timer_kind which, const struct itimerval *restrict wanted, struct itimerval *restrict before) {
	int result = (int)syscall(SYS_setitimer, which, wanted, before);
	struct timespec left = {0, 400 * 1000000L};
	if (writes != 0 && wanted->it_value.tv_usec > FOR_THE_LINE_USEC) {
		writes = 0;
		backstop_output(BACKSTOP_OUTPUT_NONE);
	}
	if (slow != 0 && wanted->it_value.tv_usec > FOR_THE_LINE_USEC) {
		slow = 0;
		while (nanosleep(&left, &left) != 0) {
		}
	}
	return result;
}

static void run_out_of_memory(void) {
	backstop_out_of_memory(NULL);
}

static void miss_the_deadline(void) {
	backstop_deadline(backstop_began());
	for (;;) {
		(void)pause();
	}
}

static void be_terminated(void) {
	(void)backstop_catch_signals();
	(void)raise(SIGTERM);
	for (;;) {
		(void)pause();
	}
}

static void be_late_behind_a_write(void) {
	writes = 1;
	backstop_output(BACKSTOP_OUTPUT_TRYING);
	backstop_deadline(backstop_began());
	for (;;) {
		(void)pause();
	}
}

static const struct {
	void (*end)(void);
	const char *said;
} cases[] = {{run_out_of_memory, "HEAD out of memory\n"},
	{miss_the_deadline, "HEAD the deadline passed while "},
	{be_late_behind_a_write, "HEAD the deadline passed while "},
	{be_terminated, "HEAD interrupted by a signal while "}};

START_TEST(whoever_waits_before_the_line_writes_it_all_the_same) {
	static const struct backstop_plan plan = {"HEAD ", 3};
	char said[600] = "";
	int ends[2];
	ck_assert_int_eq(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		(void)dup2(ends[1], STDOUT_FILENO);
		slow = 1;
		backstop_start(&plan);
		cases[_i].end();
	}
	close(ends[1]);
	ssize_t n = 0;
	size_t len = 0;
	while ((n = read(ends[0], said + len, sizeof said - 1 - len)) > 0) {
		len += (size_t)n;
	}
	int status = 0;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(strncmp(said, cases[_i].said, strlen(cases[_i].said)) == 0, "\"%s\"", said);
	ck_assert_ptr_eq(strchr(said, '\n'), said + len - 1);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	close(ends[0]);
}
END_TEST

UNIT_MAIN("backstop",
		  tcase_add_loop_test(tc, whoever_waits_before_the_line_writes_it_all_the_same, 0, 4);)
