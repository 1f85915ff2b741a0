/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Own options, what of the others is allowed where, and the rules over both. */
#include "build_config.h"

#include "smtp-tls-fleet.d/fleet_options.h"

#include <string.h>

#include "check_smtp_tls.d/option_params.h"
#include "check_smtp_tls.d/option_rules.h"
#include "check_smtp_tls.d/option_values.h"

/* Where a name stands that is no domain of anybody's (RFC 2606). */
#define NOBODY "example.invalid"

static const struct keyword summary_words[] = {{"auto", FLEET_SUMMARY_AUTO},
	{"full", FLEET_SUMMARY_FULL}, {"line", FLEET_SUMMARY_LINE}, {"none", FLEET_SUMMARY_NONE},
	{NULL, 0}};

static void *own_field(struct option_draft *draft, const struct option_row *row) {
	return (char *)draft->own + row->offset;
}

static bool take_count(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	int64_t n = 0;
	size_t digits = strspn(value, "0123456789");
	for (size_t i = 0; i < digits && n <= FLEET_PARALLEL_MAX; i++) {
		n = n * 10 + (value[i] - '0');
	}
	if (value[digits] != '\0' || n < 1 || n > FLEET_PARALLEL_MAX) {
		return err_set(err, ERR_USAGE, "%s: \"%.60s\" is not a whole number from 1 to %d",
			row->name, value, FLEET_PARALLEL_MAX);
	}
	*(int *)own_field(draft, row) = (int)n;
	return true;
}

static bool take_string(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)err;
	*(const char **)own_field(draft, row) = value;
	return true;
}

static bool take_age(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	int64_t n = 0;
	size_t digits = strspn(value, "0123456789");
	for (size_t i = 0; i < digits && i < 9; i++) {
		n = n * 10 + (value[i] - '0');
	}
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (digits > 0 && digits < 7 && value[digits] == units[i].unit &&
			value[digits + 1] == '\0') {
			*(int64_t *)own_field(draft, row) = n * units[i].seconds;
			return true;
		}
	}
	return err_set(err, ERR_USAGE,
		"%s: \"%.60s\" is no age: give a whole number up to 999999 with a unit s, m, h or d (90m, "
		"12h, "
		"7d)",
		row->name, value);
}

static bool take_state(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct fleet_settings *fleet = draft->own;
	fleet->fails = true;
	if (!state_find(value, &fleet->fail_on) || fleet->fail_on == STATE_OK) {
		return err_set(err, ERR_USAGE,
			"%s: unknown state \"%.60s\": allowed are unknown warning critical", row->name, value);
	}
	return true;
}

static bool take_summary(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	int word = 0;
	if (!option_word(&word, summary_words, row->name, value, err)) {
		return false;
	}
	((struct fleet_settings *)draft->own)->summary = (enum fleet_summary)word;
	return true;
}

static bool take_submit(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct fleet_settings *fleet = draft->own;
	struct err why = {0};
	fleet->submits = true;
	return submit_target_parse(&fleet->target, draft->arena, value, &why) ||
		   err_set(err, ERR_USAGE, "%s: %s", row->name, why.text);
}

static bool take_submit_config(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct fleet_settings *fleet = draft->own;
	struct err why = {0};
	return submit_config_read(&fleet->config, draft->arena, value, &why) ||
		   err_set(err, ERR_USAGE, "%s: %s", row->name, why.text);
}

#define AT(member) .offset = offsetof(struct fleet_settings, member)
#define ID(name) (enum option_id)(name)

static const struct option_row own_rows[] = {
	{ID(FLEET_PARALLEL), 0, "--parallel", .argument = "N", .take = take_count, AT(parallel),
		.help = "Domains at a time (default: 256)"},
	{ID(FLEET_CONNECTIONS), 0, "--connections", .argument = "N", .take = take_count,
		AT(connections),
		.help = "Connections at a time, over all domains; never two to one address (default: 256)"},
	{ID(FLEET_PER_ADDRESS_RATE), 0, "--per-address-rate", .argument = "N", .take = take_count,
		AT(per_address_rate),
		.help = "New connections to one address in a minute (default: no limit)"},
	{ID(FLEET_FIRST), 0, "--first",
		.help = "Probe as a sending server does, until one host accepts the connection, instead\n"
				"of every address of every host"},
	{ID(FLEET_RESUME), 0, "--resume", .argument = "FILE", .take = take_string, AT(resume),
		.help = "Pass over the domains that this earlier output (json or line) has already"},
	{ID(FLEET_MAX_AGE), 0, "--max-age", .argument = "AGE", .take = take_age, AT(max_age),
		.help = "With --resume: only where it is not older than this: 90m, 12h, 7d"},
	{ID(FLEET_FAIL_ON), 0, "--fail-on", .argument = "STATE", .take = take_state,
		.help = "Exit with 2 when a domain is in this state or a worse one: unknown, warning,\n"
				"critical"},
	{ID(FLEET_SUMMARY), 0, "--summary", .argument = "HOW", .take = take_summary,
		.words = summary_words,
		.help = "What standard error is told at the end: full, line, none (default: full on a\n"
				"terminal, where progress is shown too, else line)"},
	{ID(FLEET_SUBMIT), 0, "--submit", .argument = "icinga2=URL", .take = take_submit,
		.help = "Submit each verdict as a passive check result to the API of an Icinga 2, at\n"
				"https://HOST[:PORT]"},
	{ID(FLEET_SUBMIT_CONFIG), 0, "--submit-config", .argument = "FILE", .take = take_submit_config,
		.help = "User, password and CA of the API, names of host and service, and more: see the\n"
				"manual"},
};

/* What makes no sense for many domains, and why. */
static const struct {
	enum option_id id;
	const char *why;
} refused[] = {
	{OPTION_HOSTNAME, "domains are the lines of FILE, or of standard input"},
	{OPTION_ADDRESS, "one address is not where many domains are"},
	{OPTION_NEXT, "what is deployed next is one host's; use check_smtp_tls"},
	{OPTION_EXIT_OK, "the exit code is 0 anyway unless --fail-on is given"},
	{OPTION_VERBOSE, "a trace of many domains at a time cannot be read; use check_smtp_tls"},
	{OPTION_LOG, "there is no trace; use check_smtp_tls"},
	{OPTION_PRINT_CHAIN, "there is no trace; use check_smtp_tls"},
};

static bool allows_all(const struct option_row *row, struct err *err) {
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		if (refused[i].id == row->id) {
			return err_set(err, ERR_USAGE, "%s is not for a fleet: %s", row->name, refused[i].why);
		}
	}
	return true;
}

static bool take_file(struct option_draft *draft, const char *value, struct err *err) {
	struct fleet_settings *fleet = draft->own;
	(void)err;
	option_append(draft->arena, &fleet->files, value);
	return true;
}

static const struct option_dialect fleet_dialect = {
	own_rows, sizeof own_rows / sizeof *own_rows, allows_all, take_file};

/* How one domain is judged; what all share is how it is talked to. */
static const enum option_id in_lines[] = {OPTION_LEVEL, OPTION_STATE, OPTION_DOWN_OK,
	OPTION_CERTIFICATE, OPTION_RRSIG, OPTION_EXPECT_SECURITY, OPTION_MTA_STS, OPTION_NO_MX};

static bool allows_in_line(const struct option_row *row, struct err *err) {
	char allowed[160] = "";
	size_t used = 0;
	for (size_t i = 0; i < sizeof in_lines / sizeof *in_lines; i++) {
		const char *name = option_table[in_lines[i]].name;
		size_t len = strlen(name);
		if (row->id == in_lines[i]) {
			return true;
		}
		if (used + len + 2 < sizeof allowed) {
			allowed[used++] = ' ';
			memcpy(allowed + used, name, len);
			used += len;
		}
	}
	return err_set(
		err, ERR_USAGE, "%s holds for all domains: those of one line are%s", row->name, allowed);
}

static bool refuse_second(struct option_draft *draft, const char *value, struct err *err) {
	(void)draft;
	return err_set(err, ERR_USAGE,
		"unexpected \"%.100s\": a line has one domain, and its options are written "
		"--option=value",
		value);
}

static const struct option_dialect line_dialect = {NULL, 0, allows_in_line, refuse_second};

/* Options that are flags everywhere else, and on here. */
static void choose_scope(struct option_draft *draft) {
	bool narrower = draft->given[FLEET_FIRST] > 0 || draft->given[OPTION_DNS_ONLY] > 0;
	draft->given[OPTION_ALL] += narrower ? 0 : 1;
}

static bool finish(struct option_draft *draft, const char *hostname, struct err *err) {
	draft->hostname = hostname;
	return option_rules_finish(draft, err);
}

/* Its own options, each beside the others. */
static bool check_own(const struct option_draft *draft, struct err *err) {
	const struct fleet_settings *fleet = draft->own;
	if (draft->given[FLEET_FIRST] > 0 && draft->given[OPTION_ALL] > 0) {
		return err_set(err, ERR_USAGE, "--first and --all exclude each other");
	}
	if (draft->given[FLEET_FIRST] > 0 && draft->given[OPTION_DNS_ONLY] > 0) {
		return err_set(err, ERR_USAGE,
			"--first and --dns-only exclude each other: --dns-only is about all hosts");
	}
	if (fleet->resume == NULL && draft->given[FLEET_MAX_AGE] > 0) {
		return err_set(err, ERR_USAGE, "--max-age means nothing without --resume");
	}
	if (draft->given[FLEET_MAX_AGE] > 0 && draft->given[OPTION_AT] > 0) {
		return err_set(err, ERR_USAGE,
			"--max-age and --at exclude each other: an output has the time it was judged at");
	}
	if (fleet->resume != NULL && draft->settings->format == FORMAT_OPENMETRICS) {
		return err_set(err, ERR_USAGE,
			"--resume and --output-format=openmetrics exclude each other: metrics come all at "
			"once, at the end");
	}
	return (draft->given[FLEET_SUBMIT] > 0) == (draft->given[FLEET_SUBMIT_CONFIG] > 0) ||
		   err_set(err, ERR_USAGE, "--submit and --submit-config belong together");
}

/* All rules are asked about a domain that nobody has, so that what no line could mend is told
 * before the first. */
static bool check_defaults(const struct option_draft *draft, struct err *err) {
	struct fleet_settings *fleet = draft->own;
	struct option_draft trial;
	options_copy(&trial, draft, &fleet->shared, draft->arena);
	trial.defaults = NULL;
	if (!check_own(draft, err) || !finish(&trial, NOBODY, err)) {
		return false;
	}
	if (fleet->submits) { /* libcurl may show a key of ours */
		fleet->shared.tls.library_use = TLS_USE_ALL;
	}
	/* A line may raise the level to one that needs authorities. */
	if (fleet->shared.tls.proof_ca == TLS_DEFAULT_CA_ANY) {
		fleet->shared.tls.default_ca = TLS_DEFAULT_CA_ANY;
	}
	return true;
}

enum options_outcome fleet_options_parse(struct fleet_settings *fleet, struct option_draft *draft,
	const struct arguments *arguments, struct err *err) {
	*fleet = (struct fleet_settings){.parallel = 256, .connections = 256, .max_age = INT64_MAX};
	draft->dialect = &fleet_dialect;
	draft->own = fleet;
	option_rules_begin(draft->settings);
	draft->settings->format = FORMAT_JSON;
	enum options_outcome outcome = options_read(draft, arguments, err);
	if (outcome != OPTIONS_RUN) {
		return outcome;
	}
	if (fleet->files.n == 0) {
		option_append(draft->arena, &fleet->files, "-");
	}
	bool fine = option_params_apply(draft, err) && check_defaults(draft, err);
	choose_scope(draft);
	return fine ? OPTIONS_RUN : OPTIONS_BAD;
}

/* A line has no option by which its domain is given. */
static void drop_option_name(struct err *err) {
	static const char name[] = "--hostname: ";
	size_t len = sizeof name - 1;
	if (strncmp(err->text, name, len) == 0) {
		memmove(err->text, err->text + len, strlen(err->text) - len + 1);
	}
}

bool fleet_options_line(struct settings *settings, struct arena *arena,
	const struct option_draft *defaults, const struct list_line *line, struct err *err) {
	struct option_draft draft;
	options_copy(&draft, defaults, settings, arena);
	draft.dialect = &line_dialect;
	struct arguments arguments = {
		line->n_words, line->words, defaults->environment_mail_config, NULL};
	bool fine = options_read(&draft, &arguments, err) == OPTIONS_RUN &&
				finish(&draft, line->destination, err);
	/* By what it became: letters of other scripts are "unix:", too, once they are converted. */
	if (settings->destination.kind == DESTINATION_UNIX) {
		*err = (struct err){0}; /* what else is wrong with it does not matter */
		return err_set(err, ERR_USAGE, "a UNIX socket is no mail domain; use check_smtp_tls");
	}
	if (fine) {
		return true;
	}
	drop_option_name(err);
	return false;
}

static void print_options(struct text *text, enum help_extent extent) {
	text_add(text, "\nFleet:\n");
	for (size_t i = 0; i < sizeof own_rows / sizeof *own_rows; i++) {
		option_print_row(text, &own_rows[i]);
	}
	if (extent == HELP_ALL) {
		option_print_rows(text, &fleet_dialect);
		return;
	}
	text_add(text,
		"\nAll other options are those of check_smtp_tls and hold for all domains (--help=all):\n"
		"such as --level, --certificate, --timeout, --nameserver, --state, --output-format.\n");
}

void fleet_print_help(struct text *text, enum help_extent extent) {
	if (extent == HELP_TABLE) {
		option_print_table(text, own_rows, sizeof own_rows / sizeof *own_rows, NULL);
		option_print_table(text, option_table, OPTION_COUNT, &fleet_dialect);
		return;
	}
	text_add(text,
		"smtp-tls-fleet v" PACKAGE_VERSION "\n"
		"Checks the mail servers of many domains at once, as check_smtp_tls does of one, and\n"
		"prints a verdict for each as soon as it is there.\n\n"
		"Usage: smtp-tls-fleet [option ...] [FILE ...]\n"
		"       smtp-tls-fleet --help[=all] | --version | --list-findings | --explain FINDING\n\n"
		"A line of FILE (none, or -: standard input) is a mail domain, [host] or host:port, and\n"
		"options for it alone: --level, --state, --down-ok, --certificate, --rrsig, --no-mx,\n"
		"and --expect-security, --mta-sts. # begins a comment.\n");
	print_options(text, extent);
	text_add(text,
		"\nThe default output is json: one object a line for each domain. line: the domain, a "
		"tab,\n"
		"the line of check_smtp_tls; openmetrics: all at the end.\n"
		"\nExamples:\n"
		"  smtp-tls-fleet domains >>fleet.jsonl\n"
		"      all domains of a list\n"
		"  smtp-tls-fleet --resume=fleet.jsonl --max-age=12h domains >>fleet.jsonl\n"
		"      go on where it was interrupted\n"
		"  smtp-tls-fleet --output-format=line --fail-on=unknown domains\n"
		"      lines to read, and an exit code to act on\n"
		"\nExit codes: 0 all was looked at, 1 --submit did not reach everybody, 2 --fail-on,\n"
		"3 it could not run or did not get to the end\n");
}
