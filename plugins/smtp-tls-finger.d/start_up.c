/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything before the first packet, and the specification of the survey. */
#include "smtp-tls-finger.d/start_up.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/backstop.h"
#include "smtp-tls-finger.d/tls_setup.h"

#define DEFAULT_CONFIG_DIRECTORY "/etc/postfix"

/* Without Postfix there is no main.cf, and its built-in defaults will do; whoever names a directory
 * wants one. */
static bool load_main_cf(struct start_up *start, struct err *err) {
	const char *directory = getenv("MAIL_CONFIG");
	if (directory != NULL) {
		return main_cf_load(start->cf, directory, err);
	}
	return access(DEFAULT_CONFIG_DIRECTORY "/main.cf", F_OK) != 0 ||
		   main_cf_load(start->cf, DEFAULT_CONFIG_DIRECTORY, err);
}

/* What was to be said of the lines before the one that cannot be used. */
static void tell_of_main_cf(struct start_up *start) {
	size_t n = 0;
	const char *const *warnings = main_cf_warnings(start->cf, &n);
	for (size_t i = 0; i < n; i++) {
		log_line(&start->log, LOG_WARNING, "%s", warnings[i]);
	}
}

static bool evaluate_params(struct start_up *start, struct err *err) {
	char hostname[HOST_NAME_MAX + 1] = "";
	struct postfix_params *params = &start->params;
	if (gethostname(hostname, sizeof hostname - 1) != 0) {
		return err_set(err, ERR_LOCAL, "gethostname: unable to determine my own host name");
	}
	bool good = postfix_params_evaluate(params, start->arena, start->cf, hostname, err);
	for (size_t i = 0; i < params->n_warnings; i++) {
		log_line(&start->log, LOG_WARNING, "%s", params->warnings[i]);
	}
	if (params->smtputf8_enable) {
		start->log.escape = TEXT_FINGER_UTF8;
	}
	return good;
}

/* A bad file takes TLS away, as in Postfix; only trust anchors and parameters that cannot be
 * evaluated are worth ending for. */
static bool set_up_tls(struct start_up *start, struct err *err) {
	struct err reason = {0};
	start->trace_file = trace_file_new(start->arena, &start->log, start->program);
	listener_init(&start->listener, start->arena, &start->log, &start->trace_file, &start->line,
		&start->choices);
	start->tls = tls_setup_settings(&start->line, &start->choices, &start->params);
	start->wish = tls_setup_wish(&start->line, &start->choices);
	if (start->choices.level == TLS_LEVEL_NONE) {
		return true;
	}
	start->context = tls_context_new(start->arena, &start->tls, &start->listener.trace, &reason);
	if (start->context == NULL && reason.kind == ERR_USAGE) {
		*err = reason;
		return false;
	}
	return true;
}

/* Postfix imports "name=value" settings; names alone are what it lets through anyway. */
static void import_environment(const struct start_up *start) {
	for (size_t i = 0; i < start->params.n_environment; i++) {
		const char *setting = start->params.environment[i];
		size_t len = strcspn(setting, "=");
		if (setting[len] == '=') {
			(void)setenv(arena_copy_text(start->arena, setting, len), setting + len + 1, 1);
		}
	}
}

enum command_outcome start_up(
	struct start_up *start, struct argument_vector arguments, struct err *err) {
	start->cf = main_cf_new(start->arena);
	if (!load_main_cf(start, err)) {
		tell_of_main_cf(start);
		return COMMAND_FATAL;
	}
	enum command_outcome outcome =
		command_line_read(&start->line, start->arena, start->cf, arguments, err);
	if (outcome != COMMAND_READ) {
		return outcome;
	}
	if (!choices_make(&start->choices, &start->line, &start->log, err)) {
		return COMMAND_FATAL;
	}
	/* This machine may be no slower with one step than the other side with one command. */
	backstop_patience(start->choices.command_timeout);
	backstop_work();
	if (!evaluate_params(start, err) || !set_up_tls(start, err)) {
		return COMMAND_FATAL;
	}
	import_environment(start);
	if (start->line.destination == NULL) {
		return COMMAND_MISUSED;
	}
	enum match_names names = place_names(&start->params);
	match_read(
		&start->wish, &start->line.match, names, start->arena, &start->log, &start->listener.trace);
	if (start->wish.sni_name != NULL) {
		start->wish.sni_name = match_name(start->wish.sni_name, names, start->arena);
	}
	bool placed =
		place_read(&start->place, &start->line, &start->params, start->arena, &start->log, err);
	return placed ? COMMAND_READ : COMMAND_FATAL;
}

static enum smtp_tls_mode mode_of(const struct start_up *start) {
	if (start->choices.level == TLS_LEVEL_NONE) {
		return SMTP_TLS_NEVER;
	}
	return start->line.wrapper ? SMTP_TLS_WRAPPER : SMTP_TLS_STARTTLS;
}

struct survey_spec start_up_survey(struct start_up *start, uint64_t seed) {
	const struct command_line *line = &start->line;
	const struct choices *choices = &start->choices;
	const struct postfix_params *params = &start->params;
	return (struct survey_spec){
		.habits = &habits_postfix,
		.destination = &start->place.destination,
		.international = start->place.international,
		.port = start->place.port,
		.wish = start->wish,
		.order = {.prefer = choices->prefer,
			.ipv4 = params->ipv4,
			.ipv6 = params->ipv6,
			.shuffle = true,
			.seed = seed},
		.manner = {.helo = params->myhostname,
			.mode = mode_of(start),
			.times = {.connect = choices->connect_timeout,
				.greeting = choices->connect_timeout,
				.command = choices->command_timeout},
			.wait_for_quit = true,
			.line_max = params->line_length_limit,
			.tcp_window = params->tcp_windowsize},
		.force_tlsa = line->force_tlsa,
		.validation_check = *params->dnssec_probe != '\0' ? params->dnssec_probe : NULL,
		.tls = &start->tls,
		.context = start->context,
		.no_tls = start->context == NULL && choices->level != TLS_LEVEL_NONE,
		.srv_service = start->place.srv_service,
		.no_host_lookup = choices->no_host_lookup,
		.reconnect = {.delay = line->delay > 0 ? line->delay * USEC_PER_SEC : 0,
			.max = line->max_reconnects},
		.unix_name = params->myhostname,
		.trace = &start->listener.trace,
	};
}

void start_up_end(struct start_up *start) {
	tls_context_free(start->context);
	trace_file_close(&start->trace_file);
}
