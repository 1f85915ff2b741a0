/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One scenario through both programs. */
#include "through_fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fleet_words.h"
#include "prepare.h"
#include "same.h"
#include "turns.h"

/* "364 days" where the other program says "365" is a second that passed between them. */
enum { TRIES = 3 };

static struct pool pool;
static struct same_list known;

/* One of the two, after its run. */
struct half {
	struct same_side side;
	struct command_result result;
	char **argv;
	bool judged; /* JSON, and in it a verdict */
};

enum which { WHICH_PLUGIN, WHICH_FLEET };

bool through_fleet_begin(const char *known_differences) {
	return same_list_read(&known, &pool, known_differences);
}

static bool write_list(const char *path, const char *line) {
	FILE *file = fopen(path, "we");
	bool ok = file != NULL && fprintf(file, "%s\n", line) > 0;
	return file != NULL && fclose(file) == 0 && ok;
}

/* The words of the one that is to run now; NULL, and why, when they cannot be had. */
static const struct words *choose_words(
	struct fleet_words *both, struct world *world, const struct run *run, const char **why) {
	struct words words;
	struct pool *mine = &world->pool;
	const char *text = world_expand(world, run->text);
	const char *list = pool_print(mine, "%s/fleet-list", world->tmp);
	if (text == NULL || !words_split(&words, mine, text)) {
		*why = "broken words";
	} else {
		*why = fleet_words_make(both, mine, &words, list);
	}
	if (*why == NULL && !write_list(list, both->line)) {
		*why = "no list can be written";
	}
	return *why == NULL ? &both->plugin : NULL;
}

static void keep(struct half *half, struct file *file, const struct world *world, char **argv) {
	char *line = strchr(half->result.out, '\n');
	if (line != NULL) {
		*line = '\0';
	}
	half->argv = argv;
	half->judged = same_side_read(&half->side, &file->pool, world, half->result.out) &&
				   same_value(&half->side, "error") == NULL;
}

/* Runs it in a world of its own. NULL, or why it cannot be. */
static const char *play_half(
	struct half *half, struct file *file, const struct run *written, enum which which) {
	struct run run = *written;
	struct world world;
	struct fleet_words both;
	const char *why = "the servers cannot be started";
	*half = (struct half){0};
	turns_take();
	run.command.waits = turns_give;
	if (world_start(&world, &file->scenario) && choose_words(&both, &world, &run, &why) != NULL) {
		prepare_words(&run, &world, which == WHICH_PLUGIN ? &both.plugin : &both.fleet);
		if (command_run(&run.command, &file->pool, &half->result)) {
			char **argv = pool_new(&file->pool, (WORDS_MAX + 4) * sizeof *argv);
			for (size_t i = 0; run.command.argv[i] != NULL; i++) {
				argv[i] = pool_print(&file->pool, "%s", run.command.argv[i]);
			}
			keep(half, file, &world, argv);
		} else {
			why = "it cannot be started";
		}
	}
	bool kept = world_stop(&world);
	if (!kept && why == NULL) {
		half->side.broken = pool_print(&file->pool, "%s", world.why);
	}
	why = why == NULL ? NULL : pool_print(&file->pool, "%s", why);
	world_free(&world);
	turns_give();
	return why;
}

static const char *behind(const char *text, const char *head) {
	size_t len = strlen(head);
	return strncmp(text, head, len) == 0 ? text + len : text;
}

/* Quotation marks as they were before JSON. */
static const char *unquoted(const char *text) {
	static const char escape[] = "\\u0022";
	const char *all = text;
	for (const char *at; all != NULL && (at = strstr(all, escape)) != NULL;) {
		all = pool_print(&pool, "%.*s\"%s", (int)(at - all), all, at + strlen(escape));
	}
	return all;
}

/* What it refuses it refuses in the same words: the plugin in JSON, the fleet in the object of the
 * line, or before it begins on standard error. */
static void compare_refusals(
	struct half *plugin, struct half *fleet, const char *path, struct notes *notes) {
	const char *error = unquoted(same_value(&plugin->side, "error"));
	const char *other = fleet->judged ? "none" : unquoted(same_value(&fleet->side, "error"));
	char *line = fleet->result.err == NULL ? NULL : strchr(fleet->result.err, '\n');
	if (line != NULL) {
		*line = '\0';
	}
	if (other == NULL && fleet->result.err != NULL) {
		other = behind(fleet->result.err, "smtp-tls-fleet: ");
		const char *stopped = strstr(other, "stopped: ");
		other = stopped == NULL ? other : behind(stopped, "stopped: ");
	}
	error = same_plain_text(&plugin->side, error == NULL ? "none" : behind(error, "--hostname: "));
	other = same_plain_text(&fleet->side, other == NULL ? "" : other);
	if (strcmp(error, other) != 0 && !same_is_known(&known, path, "error")) {
		notes_fail(notes, "error: %.300s, in a fleet %.300s", error, other);
	}
}

static void compare(
	struct half *plugin, struct half *fleet, const char *path, struct notes *notes) {
	static const char *const states[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	if (!plugin->judged || !fleet->judged) {
		compare_refusals(plugin, fleet, path, notes);
		return;
	}
	const char *state = same_value(&plugin->side, "state");
	int code = plugin->result.status;
	if (state == NULL || code < 0 || code > 3 || strcmp(states[code], state) != 0) {
		notes_fail(notes, "exit code %d of the plugin is not its state", code);
	}
	if (fleet->result.status != 0 || fleet->result.err_len > 0) {
		notes_fail(
			notes, "the fleet ended with %d: %.200s", fleet->result.status, fleet->result.err);
	}
	if (plugin->side.broken == NULL && fleet->side.broken != NULL &&
		!same_is_known(&known, path, "servers")) {
		notes_fail(notes, "the servers of the fleet saw something else: %s", fleet->side.broken);
	}
	same_compare(&plugin->side, &fleet->side, &known, path, notes);
}

static void tell_half(const char *head, const struct half *half) {
	printf("# %s:", head);
	for (char **word = half->argv; word != NULL && *word != NULL; word++) {
		printf(" '%s'", *word);
	}
	printf("\n# exit code %d: %s\n", half->result.status, half->result.out);
}

static void tell(
	const struct file *file, const struct run *run, const struct notes *notes, size_t number) {
	printf("%sok %zu - %s (line %d)%s%s\n", notes->failed ? "not " : "", number,
		file->scenario.title, run->line, run->about[0] != '\0' ? ": " : "", run->about);
	for (const char *at = notes->failed ? notes->text : ""; *at != '\0';) {
		int len = (int)strcspn(at, "\n");
		printf("# DIFFERS: %.*s\n", len, at);
		at += len + (at[len] == '\n');
	}
}

/* Whether both are the same at last; nothing is told of what cannot be said to a fleet. */
static bool play_run(struct file *file, struct run *run, size_t *number) {
	struct half plugin;
	struct half fleet;
	struct notes notes;
	for (int i = 1;; i++) {
		notes_init(&notes);
		const char *why = play_half(&plugin, file, run, WHICH_PLUGIN);
		if (why != NULL) {
			printf("# line %d: %s\n", run->line, why);
			notes_free(&notes);
			return true;
		}
		why = play_half(&fleet, file, run, WHICH_FLEET);
		if (why != NULL) {
			notes_fail(&notes, "%s", why);
		} else {
			compare(&plugin, &fleet, file->path, &notes);
		}
		if (!notes.failed || i == TRIES) {
			break;
		}
		notes_free(&notes);
	}
	tell(file, run, &notes, ++*number);
	bool ok = !notes.failed;
	if (!ok) {
		tell_half("plugin", &plugin);
		tell_half("fleet", &fleet);
	}
	notes_free(&notes);
	return ok;
}

static bool can_be_said(const struct run *run) {
	const char *which = getenv("FLEET_SAME");
	bool all = which != NULL && strcmp(which, "all") == 0;
	return (all || run->about[0] == '\0') && run->command.signal == 0 &&
		   run->command.stdin_is == COMMAND_STDIN_NULL &&
		   run->command.stdout_is == COMMAND_STDOUT_PIPE;
}

bool through_fleet_play(struct file *file, size_t *number) {
	bool ok = true;
	for (size_t i = 0; i < file->runs; i++) {
		if (can_be_said(&file->run[i])) {
			ok = play_run(file, &file->run[i], number) && ok;
		}
	}
	for (size_t i = 0; i < known.n; i++) {
		if (!known.one[i].used && same_names_file(&known.one[i], file->path)) {
			printf(
				"not ok %zu - the known difference in %s is gone\n", ++*number, known.one[i].path);
			ok = false;
		}
	}
	return ok;
}
