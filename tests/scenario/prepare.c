/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs' paths, what all of them are told, and macros. */
#include "prepare.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What every program gets, and what sanitizers and coverage need. */
static size_t pass_environment(struct run *run, struct world *world) {
	static const char *const passed[] = {
		"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "GCOV_PREFIX", "GCOV_PREFIX_STRIP"};
	size_t n = 0;
	run->command.env[n++] = "LC_ALL=C";
	run->command.env[n++] = "PATH=/usr/bin:/bin";
	for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++) {
		const char *value = getenv(passed[i]);
		if (value != NULL) {
			run->command.env[n++] = pool_print(&world->pool, "%s=%s", passed[i], value);
		}
	}
	return n;
}

/* The words of the command with the resolver's option and the program's path. */
static char **make_arguments(
	const struct run *run, struct world *world, const struct words *words, bool finger) {
	const char *name = words->word[0];
	const char *folder = getenv("PROGRAM_DIR");
	char **argv = pool_new(&world->pool, (words->n + 3) * sizeof *argv);
	size_t n = 0;
	argv[n++] = strchr(name, '/') != NULL
					? pool_print(&world->pool, "./%s", name)
					: pool_print(&world->pool, "%s/%s", folder == NULL ? "plugins" : folder, name);
	if (!run->without_dns) {
		argv[n++] = finger ? "-o" : "--nameserver";
		argv[n++] = pool_print(&world->pool, "%s%s:%u", finger ? "nameservers=" : "",
			world->dnsd.address, (unsigned int)world->dnsd.port);
	}
	for (size_t i = 1; i < words->n; i++) {
		argv[n++] = words->word[i];
	}
	return argv;
}

/* An empty main.cf, unless the scenario has one of its own; the text of the setting that names it.
 */
static char *make_main_cf(struct world *world) {
	const char *path = pool_print(&world->pool, "%s/main.cf", world->tmp);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd >= 0) {
		close(fd);
	}
	return pool_print(&world->pool, "MAIL_CONFIG=%s", world->tmp);
}

void prepare_words(struct run *run, struct world *world, const struct words *words) {
	bool finger = strcmp(words->word[0], "smtp-tls-finger") == 0;
	run->command.argv = make_arguments(run, world, words, finger);
	size_t envs = pass_environment(run, world);
	for (size_t i = 0; i < run->envs && envs < COMMAND_ENV_MAX - 1; i++) {
		run->command.env[envs++] = world_expand(world, run->env[i]);
	}
	if (finger) {
		run->command.env[envs++] = make_main_cf(world);
		expect_add(&run->expectations, "log", "", run->line);
	}
}

bool prepare(struct run *run, struct world *world) {
	struct words words;
	const char *text = world_expand(world, run->text);
	if (text == NULL || !words_split(&words, &world->pool, text) || words.n == 0) {
		return false;
	}
	prepare_words(run, world, &words);
	for (size_t i = 0; i < run->expectations.n; i++) {
		struct expectation *one = &run->expectations.one[i];
		one->text = world_expand(world, one->text);
		if (one->text == NULL) {
			return false;
		}
	}
	return true;
}
