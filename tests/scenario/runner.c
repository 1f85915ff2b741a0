/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Plays scenario files against the real program and reports in TAP.
 *
 *   scenario-runner [--through-fleet=KNOWN_DIFFERENCES] FILE.scn|FILES.list ...
 *
 * With the option all that a fleet can be told is compared between plugin and fleet, and nothing
 * else is looked at (through_fleet.h).
 *
 * A list has a file's path on each line. TURNS runs are under way at a time, beside those that
 * wait.
 *
 * The program is looked for in $PROGRAM_DIR (usually "plugins" below the current folder); a name
 * with a slash is taken as a path from the current folder. */
#include "files.h"
#include "prepare.h"
#include "through_fleet.h"
#include "turns.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LANES 4
#define TURNS 4

static void print_lines(const char *head, const char *text) {
	while (text != NULL && *text != '\0') {
		int len = (int)strcspn(text, "\n");
		printf("# %s%.*s\n", head, len, text);
		text += len + (text[len] == '\n');
	}
}

static void print_story(const struct run *run, const struct command_result *result,
	const struct world *world, const struct notes *notes) {
	print_lines("FAILED: ", notes->text);
	printf("# command:");
	for (char **word = run->command.argv; word != NULL && *word != NULL; word++) {
		printf(" '%s'", *word);
	}
	printf("\n# exit code %d after %ld ms\n", result->status, (long)result->ms);
	print_lines("stdout: ", result->out);
	print_lines("stderr: ", result->err);
	print_lines("dns: ", world->dnsd.notes.text);
	for (size_t i = 0; i < world->servers; i++) {
		print_lines("smtp: ", world->smtpd[i]->notes.text);
	}
}

static bool play(const struct file *file, struct run *run, size_t number) {
	turns_take();
	run->command.waits = turns_give;
	struct world world;
	struct command_result result = {0};
	struct notes notes;
	notes_init(&notes);
	bool started = world_start(&world, &file->scenario) && prepare(run, &world);
	if (started && !command_run(&run->command, &world.pool, &result)) {
		notes_fail(&notes, "cannot run %s", run->command.argv[0]);
		started = false;
	}
	bool kept = world_stop(&world);
	if (started) {
		expect_check(&run->expectations, &result, &world, &world.pool, &notes);
	}
	if (!kept || world.why[0] != '\0') {
		notes_fail(&notes, "%s", world.why);
	}
	printf("%sok %zu - %s%s%s%s\n", notes.failed ? "not " : "", number, file->scenario.title,
		file->runs > 1 ? pool_print(&world.pool, " (line %d)", run->line) : "",
		run->about[0] != '\0' ? ": " : "", run->about);
	if (notes.failed || getenv("SCENARIO_VERBOSE") != NULL) {
		print_story(run, &result, &world, &notes);
	}
	fflush(stdout);
	bool ok = !notes.failed;
	notes_free(&notes);
	world_free(&world);
	turns_give();
	return ok;
}

static bool through_fleet;

/* Runs of a file that are played one after the other. */
struct lane {
	size_t begin;
	size_t end;
	pid_t child; /* who plays them; of the first: we do */
	int output;  /* what the child says */
};

static bool play_lane(struct file *file, size_t number, const struct lane *lane) {
	bool ok = true;
	for (size_t i = lane->begin; i < lane->end; i++) {
		ok = play(file, &file->run[i], number + i) && ok;
	}
	return ok;
}

static bool pass_on(int fd) {
	char bytes[4096];
	ssize_t n;
	while ((n = read(fd, bytes, sizeof bytes)) > 0) {
		fwrite(bytes, 1, (size_t)n, stdout);
	}
	return n == 0;
}

static bool fork_lane(struct file *file, size_t number, struct lane *lane) {
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) != 0) {
		return false;
	}
	lane->output = ends[0];
	lane->child = fork();
	if (lane->child == 0) {
		bool ok = dup2(ends[1], STDOUT_FILENO) >= 0 && play_lane(file, number, lane);
		fflush(stdout);
		_exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	close(ends[1]);
	return lane->child > 0;
}

static bool join_lane(const struct lane *lane) {
	int status = 0;
	bool ok = pass_on(lane->output);
	close(lane->output);
	return waitpid(lane->child, &status, 0) == lane->child && status == 0 && ok;
}

/* Most of the time a program waits for a server that does so on purpose: runs wait side by side.
 * Children of ours say what they have to say when it is their turn, so that numbers are in order.
 */
static bool play_all(struct file *file, size_t *number) {
	struct lane lanes[LANES] = {0};
	size_t first = *number + 1;
	size_t lanes_max = file->fixed_port ? 1 : LANES;
	size_t n = file->runs < lanes_max ? file->runs : lanes_max;
	bool ok = true;
	*number += file->runs;
	fflush(stdout);
	for (size_t i = 0; i < n; i++) {
		lanes[i].begin = file->runs * i / n;
		lanes[i].end = file->runs * (i + 1) / n;
		ok = (i == 0 || fork_lane(file, first, &lanes[i])) && ok;
	}
	ok = n > 0 && play_lane(file, first, &lanes[0]) && ok;
	for (size_t i = 1; i < n; i++) {
		ok = lanes[i].child > 0 && join_lane(&lanes[i]) && ok;
	}
	return ok;
}

static bool play_file(const char *path, size_t *number) {
	static struct file file; /* too large for a stack */
	bool ok = file_load(&file, path);
	if (!ok) {
		printf("not ok %zu - %s: %s\n", ++*number, path, file.why);
	}
	if (ok && file.skip == NULL && through_fleet) {
		ok = through_fleet_play(&file, number);
		pool_free(&file.pool);
		return ok;
	}
	for (size_t i = 0; ok && i < file.runs && file.skip != NULL; i++) {
		printf("ok %zu - %s # SKIP %s\n", ++*number, file.scenario.title, file.skip);
	}
	if (ok && file.skip == NULL) {
		ok = play_all(&file, number);
	}
	pool_free(&file.pool);
	return ok;
}

/* What make and shells have open beside the three that all have is no business of a program under
 * test. */
static void keep_files_from_programs(void) {
	for (int fd = 3; fd < 1024; fd++) {
		(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
}

int main(int argc, char **argv) {
	static const char option[] = "--through-fleet=";
	size_t number = 0;
	bool ok = argc > 1;
	keep_files_from_programs();
	signal(SIGPIPE, SIG_IGN);
	turns_make(TURNS);
	if (argc > 1 && strncmp(argv[1], option, strlen(option)) == 0) {
		through_fleet = through_fleet_begin(argv[1] + strlen(option));
		ok = ok && through_fleet;
		argc--;
		argv++;
	}
	tls_server_warm();
	if (argc == 2 && !files_is_list(argv[1])) {
		ok = play_file(argv[1], &number);
	} else {
		ok = files_play(argv + 1, play_file, &number) && ok;
	}
	printf("1..%zu\n", number);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
