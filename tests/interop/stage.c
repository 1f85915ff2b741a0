/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The servers of a scenario file, held until SIGTERM.
 *
 *   stage FILE
 *
 * Lines "tell NAME TEXT" of the file come out as shell assignments, with the macros replaced; the
 * last line is "STAGE_READY=1". What the servers wanted and did not get is nobody's business here.
 */
#include "../fake/world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool tell(struct world *world, const struct scenario *scenario) {
	for (size_t i = 0; i < scenario->n; i++) {
		const struct scenario_line *line = &scenario->line[i];
		if (strcmp(line->keyword, "tell") != 0) {
			continue;
		}
		const char *blank = strchr(line->rest, ' ');
		const char *text = blank == NULL ? NULL : world_expand(world, blank + 1);
		if (text == NULL) {
			return false;
		}
		printf("%.*s='%s'\n", (int)(blank - line->rest), line->rest, text);
	}
	printf("STAGE_READY=1\n");
	return fflush(stdout) == 0;
}

int main(int argc, char **argv) {
	struct pool pool = {0};
	struct scenario scenario;
	struct world world;
	sigset_t signals;
	int got;
	char *text = argc == 2 ? scenario_load(&pool, argv[1]) : NULL;

	if (text == NULL) {
		fprintf(stderr, "usage: stage FILE\n");
		return EXIT_FAILURE;
	}
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGHUP);
	/* Before the threads start, which inherit it. */
	pthread_sigmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	scenario_read(&scenario, &pool, text);
	bool started = world_start(&world, &scenario) && tell(&world, &scenario);
	if (started) {
		sigwait(&signals, &got);
		world_stop(&world);
	} else {
		fprintf(stderr, "stage: %s\n", world.why);
	}
	world_free(&world);
	pool_free(&pool);
	return started ? EXIT_SUCCESS : EXIT_FAILURE;
}
