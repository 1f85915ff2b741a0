/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From argv to settings: defaults, each option, then the rules. */
#include "check_smtp_tls.d/options.h"

#include <string.h>

#include "check_smtp_tls.d/option_destination.h"
#include "check_smtp_tls.d/option_rules.h"
#include "check_smtp_tls.d/option_table.h"
#include "check_smtp_tls.d/option_values.h"

/* One walk over argv. Errors do not end it: --help may still come. */
struct walk {
	struct option_draft *draft;
	int argc;
	char *const *argv;
	int next; /* index of the argument behind the present one */
	struct err *err;
};

/* Names that other programs give to options that do not exist here. */
static const struct {
	const char *name;
	const char *hint;
} strangers[] = {
	{"-L", "LMTP is --lmtp, words for the trace are given with --log"},
	{"-S", "STARTTLS is the default; LMTP is --lmtp"},
	{"--starttls", "STARTTLS is the default; TLS from the first byte is --wrapper"},
	{"-X", "there is no tlsproxy here"},
};

static bool unknown(const struct walk *walk, const char *name, size_t len) {
	struct err *err = walk->err;
	for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
		if (strlen(strangers[i].name) == len && memcmp(strangers[i].name, name, len) == 0) {
			return err_set(err, ERR_USAGE, "there is no option %s: %s (try --help)",
				strangers[i].name, strangers[i].hint);
		}
	}
	int shown = len > 60 ? 60 : (int)len;
	const char *near = option_near_name(walk->draft->dialect, name, len);
	if (near == NULL) {
		return err_set(err, ERR_USAGE, "unknown option %.*s (try --help)", shown, name);
	}
	return err_set(
		err, ERR_USAGE, "unknown option %.*s: did you mean %s? (try --help)", shown, name, near);
}

/* Quotation marks that no shell has taken away are what is wrong, whatever is between them. */
static bool take_value(struct walk *walk, const struct option_row *row, const char *value) {
	struct err why = {0};
	if (row->take(walk->draft, row, value, &why)) {
		return true;
	}
	size_t len = value == NULL ? 0 : strlen(value);
	if (len > 1 && strchr("\"'", value[0]) != NULL && value[len - 1] == value[0]) {
		return err_set(walk->err, ERR_USAGE,
			"%s: the value %.60s has quotation marks of its own: write it without them", row->name,
			value);
	}
	if (walk->err->kind == ERR_NONE) {
		*walk->err = why;
	}
	return false;
}

/* A flag, or an option with its value. */
static bool take(struct walk *walk, const struct option_row *row, const char *value) {
	const struct option_dialect *dialect = walk->draft->dialect;
	walk->draft->given[row->id]++;
	if (dialect != NULL && !dialect->allows(row, walk->err)) {
		return false;
	}
	if (value != NULL && value[0] == '\0') {
		return err_set(walk->err, ERR_USAGE,
			"%s: the value is empty: perhaps a macro that is not set; %s is expected", row->name,
			row->argument);
	}
	bool counted = row->take == NULL || (value == NULL && row->attached_only);
	if (counted || take_value(walk, row, value)) {
		return true;
	}
	walk->draft->given[row->id]--; /* so that no help is given for a wrong word behind --help= */
	return false;
}

static bool takes_next(const struct option_row *row) {
	return row->argument != NULL && !row->attached_only;
}

/* The value that stands in an argument of its own. */
static bool take_next(struct walk *walk, const struct option_row *row) {
	if (walk->next >= walk->argc) {
		return err_set(walk->err, ERR_USAGE, "%s: the value is missing; %s is expected", row->name,
			row->argument);
	}
	const char *value = walk->argv[walk->next];
	if (value[0] == '-') {
		return err_set(walk->err, ERR_USAGE,
			"%s: the value is missing: \"%.60s\" looks like an option; write %s=%.60s if it is the "
			"value",
			row->name, value, row->name, value);
	}
	walk->next++;
	return take(walk, row, value);
}

static bool walk_long(struct walk *walk, const char *arg) {
	size_t len = strcspn(arg, "=");
	const struct option_row *row = option_find_own(walk->draft->dialect, arg, len);
	if (row == NULL) {
		row = option_find_name(arg, len);
	}
	if (row == NULL) {
		size_t word = strcspn(arg, " ");
		bool split = word < len && option_find_name(arg, word) != NULL;
		return split ? err_set(walk->err, ERR_USAGE,
						   "\"%.60s\" is one argument: write %.*s=%.60s, or make it two", arg,
						   (int)word, arg, arg + word + 1)
					 : unknown(walk, arg, len);
	}
	if (arg[len] == '\0') {
		return takes_next(row) ? take_next(walk, row) : take(walk, row, NULL);
	}
	if (row->argument == NULL) {
		return err_set(walk->err, ERR_USAGE, "%s takes no value, but \"%.60s\" was given",
			row->name, arg + len + 1);
	}
	return take(walk, row, arg + len + 1);
}

/* One or more letters; the first that takes a value takes the rest. */
static bool walk_letters(struct walk *walk, const char *arg) {
	bool fine = true;
	for (const char *at = arg + 1; *at != '\0'; at++) {
		const struct option_row *row = option_find_letter(*at);
		if (row == NULL) {
			const char name[2] = {'-', *at};
			return unknown(walk, name, sizeof name);
		}
		if (takes_next(row) && at[1] == '=') {
			return err_set(walk->err, ERR_USAGE,
				"-%c=%.60s: a letter takes its value without \"=\": write -%c %.60s or %s=%.60s",
				*at, at + 2, *at, at + 2, row->name, at + 2);
		}
		if (takes_next(row)) {
			return (at[1] != '\0' ? take(walk, row, at + 1) : take_next(walk, row)) && fine;
		}
		fine = take(walk, row, NULL) && fine;
	}
	return fine;
}

static bool walk_operand(struct walk *walk, const char *arg) {
	const struct option_dialect *dialect = walk->draft->dialect;
	if (arg[0] == '\0') {
		return err_set(walk->err, ERR_USAGE,
			"there is an empty argument: perhaps a macro that is not set (try --help)");
	}
	if (dialect != NULL && dialect->operand != NULL) {
		return dialect->operand(walk->draft, arg, walk->err);
	}
	return err_set(walk->err, ERR_USAGE,
		"unexpected argument \"%.100s\": the destination is given with --hostname, a name or "
		"fingerprint with --match (try --help)",
		arg);
}

static bool walk_all(struct walk *walk) {
	bool fine = true;
	bool options_ended = false;
	walk->next = 1;
	while (walk->next < walk->argc) {
		const char *arg = walk->argv[walk->next++];
		if (options_ended || arg[0] != '-' || arg[1] == '\0') {
			fine = walk_operand(walk, arg) && fine;
		} else if (arg[1] != '-') {
			fine = walk_letters(walk, arg) && fine;
		} else if (arg[2] != '\0') {
			fine = walk_long(walk, arg) && fine;
		} else {
			options_ended = true;
		}
	}
	return fine;
}

enum options_outcome options_read(
	struct option_draft *draft, const struct arguments *arguments, struct err *err) {
	struct walk walk = {
		.draft = draft, .argc = arguments->argc, .argv = arguments->argv, .err = err};
	draft->environment_mail_config = arguments->mail_config;
	bool fine = walk_all(&walk);
	if (arguments->told_timeout != NULL) {
		arguments->told_timeout(draft->settings->survey.timeout);
	}
	if (draft->given[OPTION_HELP] > 0) {
		return OPTIONS_HELP;
	}
	if (draft->given[OPTION_VERSION] > 0) {
		return OPTIONS_VERSION;
	}
	if (!fine) {
		return OPTIONS_BAD;
	}
	if (draft->given[OPTION_LIST_FINDINGS] > 0) {
		return OPTIONS_LIST_FINDINGS;
	}
	return draft->given[OPTION_EXPLAIN] > 0 ? OPTIONS_EXPLAIN : OPTIONS_RUN;
}

static void copy_values(struct option_values *values, struct arena *arena) {
	struct option_values copy = {NULL, 0};
	for (size_t i = 0; i < values->n; i++) {
		option_append(arena, &copy, values->at[i]);
	}
	*values = copy;
}

void options_copy(struct option_draft *copy, const struct option_draft *draft,
	struct settings *settings, struct arena *arena) {
	*settings = *draft->settings;
	*copy = *draft;
	copy->arena = arena;
	copy->settings = settings;
	copy->defaults = draft->given;
	copy_values(&copy->matches, arena);
	copy_values(&copy->trust_anchors, arena);
	copy_values(&copy->nameservers, arena);
	copy_values(&copy->down_ok, arena);
	copy_values(&copy->chain_files, arena);
}

enum options_outcome options_parse(struct settings *settings, struct arena *arena,
	const struct arguments *arguments, struct err *err) {
	struct option_draft draft = {.arena = arena, .settings = settings};
	option_rules_begin(settings);
	enum options_outcome outcome = options_read(&draft, arguments, err);
	if (outcome == OPTIONS_RUN && !option_rules_finish(&draft, err)) {
		outcome = OPTIONS_BAD;
	}
	if (outcome == OPTIONS_BAD) {
		settings->refused = option_destination_name(&draft);
	}
	return outcome;
}
