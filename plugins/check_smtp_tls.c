/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* check_smtp_tls: is this mail server's TLS what senders need? Parse, survey, judge, render. */
#include "build_config.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check_smtp_tls.d/headway.h"
#include "check_smtp_tls.d/option_issuers.h"
#include "check_smtp_tls.d/option_table.h"
#include "check_smtp_tls.d/options.h"
#include "check_smtp_tls.d/output.h"
#include "check_smtp_tls.d/trace.h"
#include "common/backstop.h"
#include "common/descriptors.h"
#include "common/least_power.h"
#include "common/memory.h"
#include "common/stack.h"
#include "probe/validation_check.h"
#include "render/formats.h"

/* Nothing that is printed is longer than this: the trace has its own, lower limit. The
 * certificates of 128 nodes make the most. */
#define TEXT_MAX (20U * 1024U * 1024U)

#ifndef ISSUERS_FILE /* the Makefile knows */
#define ISSUERS_FILE "issuers.tsv"
#endif

/* Octets of the line on standard error that says why there are no metrics. */
#define REASON_MAX 4096U

/* Characters of the destination in the backstop's line. */
#define ABOUT_MAX 200

/* Until --timeout is read; nothing that takes long comes before. */
#define START_MAX (30 * USEC_PER_SEC)

static const struct backstop_plan backstop_plan = {
	.head = "SMTP_TLS UNKNOWN - ", .exit_code = STATE_UNKNOWN};

/* What is to be shown beside the verdict; nothing at all in most runs. */
static struct trace_plan new_trace_plan(const struct settings *settings, struct output *output) {
	if (settings->format != FORMAT_LINE) { /* which are read by machines */
		return (struct trace_plan){.max = OUTPUT_MAX};
	}
	unsigned show = settings->verbosity > 0 ? trace_show(settings->verbosity, settings->log) : 0;
	bool big = settings->verbosity >= 3 || finger_trace_wants(show) != 0;
	return (struct trace_plan){.show = show | (settings->print_chain ? (unsigned)FINGER_CHAIN : 0),
		.order = settings->survey.scope == SURVEY_ALL ? TRACE_BY_NODE : TRACE_AS_IT_HAPPENS,
		.max = big ? OUTPUT_MAX_VERY_VERBOSE : OUTPUT_MAX,
		.live = settings->verbosity > 0 && isatty(output->fd) ? output : NULL};
}

/* Somebody sits before a run that takes long and tells nothing by itself. */
static bool shows_headway(
	const struct settings *settings, const struct trace_plan *plan, const struct output *output) {
	bool long_run = settings->survey.scope == SURVEY_ALL || settings->survey.reconnect.delay > 0;
	return long_run && plan->show == 0 && settings->format == FORMAT_LINE && isatty(output->fd);
}

/* The survey that the command line asks for. */
static struct survey_spec new_survey_spec(const struct settings *settings, struct trace *trace) {
	struct survey_spec spec = settings->survey;
	spec.destination = &settings->destination;
	spec.tls = &settings->tls;
	spec.trace = trace;
	return spec;
}

/* Counts from the start of the process, so files are included. */
static usec deadline_of(usec timeout) {
	return deadline_after(backstop_began(), timeout);
}

/* The resolver, and what the survey has to know about it. */
static struct resolver *new_resolver(const struct settings *settings, struct arena *arena,
	usec start, struct survey_spec *survey, struct err *err) {
	struct resolver_ares_spec spec = {.servers = settings->nameservers,
		.n_servers = settings->n_nameservers,
		.deadline = usec_min(deadline_after(start, settings->survey.manner.times.dns),
			deadline_of(settings->survey.timeout))};
	struct resolver *resolver = resolver_ares_new(arena, &spec, start, err);
	if (resolver == NULL) {
		return NULL;
	}
	survey->resolver_remote = resolver_ares_is_remote(resolver, &survey->resolver_servers);
	struct dns_question signed_set = {.name = NULL};
	if (tls_level_is_dane(settings->survey.wish.level) &&
		settings->survey.validation_check != NULL &&
		validation_check_parse(&signed_set, arena, settings->survey.validation_check, NULL)) {
		struct resolver_vetting vetting = {signed_set.name, signed_set.type};
		resolver = resolver_vetted_new(arena, resolver, &vetting, spec.deadline);
	}
	return settings->hosts == RESOLVER_HOSTS_DNS
			   ? resolver
			   : resolver_native_new(arena, resolver, settings->hosts, spec.deadline);
}

/* What was odd about Postfix parameters, and what became of the name. */
static void tell_start(const struct settings *settings, struct trace *trace) {
	for (size_t i = 0; i < settings->n_warnings; i++) {
		struct event event = {.kind = EVENT_TLS_SETUP, .node = -1, .pass = 1};
		event.text[0] = settings->warnings[i];
		event.number[0] = 1;
		trace_emit(trace, &event);
	}
	if (settings->written != NULL) {
		struct event event = {.kind = EVENT_ASCIIFIED, .node = -1, .pass = 1};
		event.text[0] = settings->written;
		event.text[1] = settings->destination.text;
		trace_emit(trace, &event);
	}
}

/* All that the user wrote is read, and nothing of a stranger's yet. */
static void give_up_power(const struct settings *settings, struct trace *trace) {
	bool children = settings->hosts != RESOLVER_HOSTS_DNS;
	const char *problem = least_power(children ? LEAST_POWER_CHILDREN : 0);
	if (problem != NULL) {
		struct event event = {.kind = EVENT_TLS_SETUP, .node = -1, .pass = 1};
		event.text[0] = problem;
		event.number[0] = 1;
		trace_emit(trace, &event);
	}
}

/* Metrics have no place for a reason: whoever started us is told it, if that holds nothing up. */
static void tell_reason(struct arena *arena, const char *message) {
	struct text line = text_new(arena, REASON_MAX);
	struct pollfd fd = {.fd = STDERR_FILENO, .events = POLLOUT};
	text_add(&line, "check_smtp_tls: ");
	(void)text_add_escaped(&line, TEXT_PLUGIN, span_of(message), 2 * ERR_TEXT_MAX);
	text_add(&line, "\n");
	if (poll(&fd, 1, 0) > 0) {
		ssize_t n = write(STDERR_FILENO, line.at, line.len);
		(void)n;
	}
}

/* What ends before there is anything to judge. */
static enum state refuse(const struct settings *settings, struct text *text, const char *message) {
	const char *known = settings->destination.text;
	struct format_choice choice = {.perfdata = settings->perfdata,
		.version = PACKAGE_VERSION,
		.detail = LINE_NEWS,
		.about = settings->refused != NULL || *known == '\0' ? settings->refused : known};
	if (settings->format == FORMAT_OPENMETRICS) {
		tell_reason(text->arena, message);
	}
	formats[settings->format].refusal(text, message, &choice);
	return STATE_UNKNOWN;
}

/* A file or value that the library refuses: only we know what the setting is called. */
static enum state refuse_setting(
	const struct settings *settings, struct text *text, const struct err *err) {
	struct text message = text_new(text->arena, ERR_TEXT_MAX + 64);
	text_addf(&message, "%s%s", option_about(err->about), err->text);
	return refuse(settings, text, message.at);
}

static void set_deadline(usec timeout) {
	backstop_deadline(deadline_of(timeout));
}

/* Probe, judge and print into the text. */
static enum state run(const struct settings *settings, struct arena *arena, struct output *output,
	struct text *text) {
	usec start = clock_now();
	struct trace_plan plan = new_trace_plan(settings, output);
	struct verbose_trace trace = trace_new(arena, &plan);
	struct headway headway = headway_new(arena, output);
	bool at_terminal = shows_headway(settings, &plan, output);
	struct trace *listener = plan.show != 0 ? &trace.trace : at_terminal ? &headway.trace : NULL;
	struct survey_spec spec = new_survey_spec(settings, listener);
	tell_start(settings, spec.trace);
	give_up_power(settings, spec.trace);
	struct err err = {0};
	struct resolver *resolver = new_resolver(settings, arena, start, &spec, &err);
	if (resolver == NULL) {
		return refuse(settings, text, err.text);
	}
	struct survey *survey = survey_new(arena, &spec, resolver, start);
	struct loop_os os = loop_os_real(output->interrupt);
	enum loop_end end =
		loop_run(survey_source(survey), &os, deadline_of(settings->survey.timeout), &err);
	const struct report *report = survey_finish(survey, end, &err, clock_now());
	survey_free(survey);
	resolver_free(resolver);
	if (at_terminal) {
		headway_clear(&headway);
	}
	if (report->err.kind == ERR_USAGE) { /* a file or parameter that the TLS library refuses */
		return refuse_setting(settings, text, &report->err);
	}
	struct limits limits = settings->limits;
	limits.issuers = option_issuers(settings, arena, report, ISSUERS_FILE);
	struct verdict verdict = judge(arena, report, &limits, settings->tls.now);
	struct format_choice choice = {settings->perfdata, PACKAGE_VERSION,
		settings->verbosity > 0 ? LINE_ADVICE : LINE_NEWS, NULL, NULL};
	formats[settings->format].verdict(text, &verdict, &choice);
	trace_print(&trace, text, report);
	return settings->exit_style == EXIT_STYLE_ALWAYS_OK ? STATE_OK : verdict.state;
}

static void print_version(struct text *text) {
	text_addf(text, "check_smtp_tls v%s (%s)\n", PACKAGE_VERSION, tls_library_version());
}

/* Whom the backstop's line is about. */
static void name_destination(const struct settings *settings, struct arena *arena) {
	struct text name = text_new(arena, sizeof settings->destination.text);
	text_add_escaped(&name, TEXT_PLUGIN, span_of(settings->destination.text), ABOUT_MAX);
	text_add(&name, ": ");
	backstop_about(name.at);
}

/* All that was asked for, as text. */
static enum state answer(enum options_outcome outcome, const struct settings *settings,
	struct arena *arena, struct output *output, struct text *text) {
	switch (outcome) {
	case OPTIONS_HELP:
		option_print_help(text, settings->help);
		break;
	case OPTIONS_VERSION:
		print_version(text);
		break;
	case OPTIONS_LIST_FINDINGS:
		render_findings_list(text, &settings->limits, settings->survey.wish.level);
		break;
	case OPTIONS_EXPLAIN:
		render_explanation(text, settings->explain, &settings->limits, settings->survey.wish.level);
		break;
	case OPTIONS_RUN:
		name_destination(settings, arena);
		return run(settings, arena, output, text);
	case OPTIONS_BAD:
		break;
	}
	return STATE_UNKNOWN;
}

/* Who got the line has the verdict, and an exit code that says something else would contradict it;
 * what is lost behind the line are details. Other formats are whole or nothing. */
static bool line_is_lost(
	const struct settings *settings, const struct output *output, struct span all) {
	size_t n_written = all.len - output->lost;
	bool is_line = settings->format == FORMAT_LINE;
	return !is_line || n_written == 0 || memchr(all.at, '\n', n_written) == NULL;
}

int main(int argc, char *argv[]) {
	char words[STACK_WORDS_MAX];
	backstop_start(&backstop_plan);
	if (!stack_make_room(words)) {
		backstop_fail(words);
	}
	if (!descriptors_guard()) {
		backstop_fail("a standard descriptor is closed, and nothing can be opened in its place");
	}
	set_deadline(START_MAX);
	struct loop_interrupt interrupt = {backstop_catch_signals()};
	memory_start(backstop_out_of_memory);
	(void)unsetenv("SSLKEYLOGFILE"); /* libcurl would write a file because of it */
	struct arena *arena = arena_begin(backstop_out_of_memory, NULL);
	struct settings settings;
	struct err err = {0};
	struct text text = text_new(arena, TEXT_MAX);
	struct arguments arguments = {argc, argv, getenv("MAIL_CONFIG"), set_deadline};
	enum options_outcome outcome = options_parse(&settings, arena, &arguments, &err);
	set_deadline(settings.survey.timeout);
	struct output output =
		output_new(STDOUT_FILENO, deadline_of(settings.survey.timeout + OUTPUT_GRACE), &interrupt);
	enum state state = outcome == OPTIONS_BAD ? refuse(&settings, &text, err.text)
											  : answer(outcome, &settings, arena, &output, &text);
	struct span all = {(const uint8_t *)text.at, text.len};
	output.last = true;
	if (!output_write(&output, all) && line_is_lost(&settings, &output, all)) {
		state = STATE_UNKNOWN;
	}
	backstop_output(BACKSTOP_OUTPUT_ALL);
	arena_free(arena);
	backstop_pass_on_signal();
	return (int)state;
}
