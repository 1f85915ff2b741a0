/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp-tls-finger: posttls-finger's command line and log, for hosts without Postfix. Start up,
 * survey; everything is said while it happens. */
#include "build_config.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "common/backstop.h"
#include "common/descriptors.h"
#include "common/least_power.h"
#include "common/memory.h"
#include "common/stack.h"
#include "smtp-tls-finger.d/start_up.h"

#define EXIT_FATAL 1

/* Of the line that begins with the program's name and is written when all else fails. */
#define HEAD_MAX 128

/* One step of work between two waits, or of the start, until -T is read: its default. */
#define STEP_MAX (30 * USEC_PER_SEC)

/* Lookups have limits of their own; this one is only to be later than everything. */
#define RESOLVER_PATIENCE (24 * 3600 * USEC_PER_SEC)
#define SILENCE_MAX (6 * USEC_PER_SEC) /* of each question */

/* The real world, but for a reader who has gone away: then there is nobody to work for. */
struct world {
	struct loop_os os; /* first */
	struct loop_os real;
	const struct log *log;
};

static usec world_now(const struct loop_os *os) {
	const struct world *world = (const struct world *)os;
	return world->real.now(&world->real);
}

static enum loop_wait world_wait(
	const struct loop_os *os, struct pollfd *fds, size_t n, usec wake) {
	const struct world *world = (const struct world *)os;
	if (world->log->reader_left) {
		return LOOP_WAIT_INTERRUPTED;
	}
	backstop_rest();
	enum loop_wait wait = world->real.wait(&world->real, fds, n, wake);
	backstop_work();
	return wait;
}

static struct resolver *new_resolver(const struct start_up *start, usec now, struct err *err) {
	const struct postfix_params *params = &start->params;
	struct resolver_ares_spec spec = {.servers = params->nameservers,
		.n_servers = params->n_nameservers,
		.deadline = deadline_after(now, RESOLVER_PATIENCE),
		.silence = SILENCE_MAX};
	struct resolver *resolver = resolver_ares_new(start->arena, &spec, now, err);
	enum resolver_hosts hosts = start->choices.hosts;
	return resolver == NULL || hosts == RESOLVER_HOSTS_DNS
			   ? resolver
			   : resolver_native_new(start->arena, resolver, hosts, spec.deadline);
}

/* All that the user wrote is read, and nothing of a stranger's yet. A trace makes files as it goes.
 */
static void give_up_power(struct start_up *start) {
	bool children = start->choices.hosts != RESOLVER_HOSTS_DNS;
	bool files = (start->choices.show & FINGER_MESSAGES) != 0;
	const char *problem =
		least_power((children ? LEAST_POWER_CHILDREN : 0) | (files ? LEAST_POWER_FILES : 0));
	if (problem != NULL && start->line.verbosity > 0) {
		log_line(&start->log, LOG_WARNING, "%s", problem);
	}
}

/* False with the text of a fatal error. */
static bool run(struct start_up *start, struct err *err) {
	const char *problem = place_address_problem(
		&start->place, &start->params, &start->choices, start->arena, &start->log);
	if (problem != NULL) {
		log_line(&start->log, LOG_INFO, "Destination address lookup failed: %s", problem);
		return true;
	}
	give_up_power(start);
	usec now = clock_now();
	uint64_t seed = 0;
	if (getrandom(&seed, sizeof seed, 0) != sizeof seed) {
		seed = (uint64_t)now; /* an order for mail hosts is no secret */
	}
	struct survey_spec spec = start_up_survey(start, seed);
	struct resolver *resolver = new_resolver(start, now, err);
	if (resolver == NULL) {
		return false;
	}
	struct world world = {{world_now, world_wait, NULL, NULL}, loop_os_real(NULL), &start->log};
	struct survey *survey = survey_new(start->arena, &spec, resolver, now);
	struct err broken = {0};
	enum loop_end end = loop_run(survey_source(survey), &world.os, USEC_NEVER, &broken);
	const struct report *report = survey_finish(survey, end, &broken, clock_now());
	survey_free(survey);
	resolver_free(resolver);
	if (report->end == REPORT_BROKEN) {
		return err_set(err, report->err.kind, "%s", report->err.text);
	}
	return true;
}

/* The program's name in messages: the last part of how it was called. */
static const char *name_of(const char *path) {
	const char *slash = strrchr(path, '/');
	return slash == NULL || slash[1] == '\0' ? path : slash + 1;
}

/* What may end the run from outside, and the memory of all of it. */
static struct arena *begin(const char *head) {
	char words[STACK_WORDS_MAX];
	backstop_start(&(struct backstop_plan){head, EXIT_FATAL});
	backstop_patience(STEP_MAX);
	if (!stack_make_room(words)) {
		backstop_fail(words);
	}
	if (!descriptors_guard()) {
		backstop_fail("a standard descriptor is closed, and nothing can be opened in its place");
	}
	backstop_work();
	memory_start(backstop_out_of_memory);
	struct arena *arena = arena_begin(backstop_out_of_memory, NULL);
	return arena;
}

int main(int argc, char *argv[]) {
	const char *program = argc > 0 ? name_of(argv[0]) : PACKAGE_NAME;
	char head[HEAD_MAX];
	(void)snprintf(head, sizeof head, "%s: fatal: ", program);
	struct arena *arena = begin(head);
	struct start_up start = {.arena = arena, .program = program};
	start.log = log_new(arena, STDOUT_FILENO, start.program);
	struct err err = {0};
	bool fine = true;
	switch (start_up(&start, (struct argument_vector){argc, argv}, &err)) {
	case COMMAND_READ:
		fine = run(&start, &err);
		break;
	case COMMAND_FATAL:
		fine = false;
		break;
	case COMMAND_MISUSED:
		(void)fputs(command_line_usage(arena, start.program), stderr);
		start_up_end(&start);
		arena_free(arena);
		return EXIT_FATAL;
	}
	if (!fine) {
		log_line(&start.log, LOG_FATAL, "%s", err.text);
	}
	log_end(&start.log);
	backstop_output(BACKSTOP_OUTPUT_ALL);
	bool lost = start.listener.fatal || start.log.reader_left;
	start_up_end(&start);
	arena_free(arena);
	return fine && !lost ? 0 : EXIT_FATAL;
}
