/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp-tls-fleet: the verdicts of check_smtp_tls about many domains, from one process. */
#include "build_config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/descriptors.h"
#include "common/least_power.h"
#include "common/memory.h"
#include "common/stack.h"
#include "smtp-tls-fleet.d/flow.h"
#include "smtp-tls-fleet.d/stop.h"

/* All went through is 0. */
#define EXIT_NOT_SUBMITTED 1
#define EXIT_FAIL_ON 2
#define EXIT_STOPPED 3

#define SUMMARY_MAX 16384U

/* Octets that are left to the end when memory is exhausted. */
#define PUT_BY (1024U * 1024U)

#define HELP_MAX (1024U * 1024U)

static void write_error(const char *text) {
	ssize_t n = write(STDERR_FILENO, text, strlen(text));
	(void)n;
}

static void print_last(struct flow *flow);

/* What memory ends in the middle of: NULL once it ended. */
static struct flow *running;
static void *put_by;

/* What is done is in the output, whole, and the last line says how much that is. */
static void out_of_memory(void *unused) {
	struct flow *flow = running;
	(void)unused;
	running = NULL;
	if (flow == NULL) {
		write_error("smtp-tls-fleet: out of memory\n");
	} else {
		free(put_by);
		print_last(flow);
	}
	_exit(EXIT_STOPPED);
}

/* What cannot begin. */
static int refuse(struct arena *arena, const char *message) {
	struct text text = text_new(arena, SUMMARY_MAX);
	text_add(&text, "smtp-tls-fleet: ");
	(void)text_add_escaped(&text, TEXT_PLUGIN, span_of(message), 2 * ERR_TEXT_MAX);
	text_add(&text, "\n");
	write_error(text.at);
	return EXIT_STOPPED;
}

/* What is printed instead of a run. */
static int answer(
	enum options_outcome outcome, const struct option_draft *draft, const struct err *err) {
	const struct settings *settings = draft->settings;
	struct text text = text_new(draft->arena, HELP_MAX);
	switch (outcome) {
	case OPTIONS_HELP:
		fleet_print_help(&text, settings->help);
		break;
	case OPTIONS_VERSION:
		text_addf(&text, "smtp-tls-fleet v%s (%s)\n", PACKAGE_VERSION, tls_library_version());
		break;
	case OPTIONS_LIST_FINDINGS:
		render_findings_list(&text, &settings->limits, settings->survey.wish.level);
		break;
	case OPTIONS_EXPLAIN:
		render_explanation(
			&text, settings->explain, &settings->limits, settings->survey.wish.level);
		break;
	case OPTIONS_BAD:
	case OPTIONS_RUN:
		return refuse(draft->arena, err->text);
	}
	struct outbox outbox = outbox_new(STDOUT_FILENO, out_of_memory);
	outbox_put(&outbox, (struct span){(const uint8_t *)text.at, text.len});
	(void)outbox_flush(&outbox);
	return EXIT_STOPPED;
}

/* Seconds by which another machine's clock may be ahead: what was judged later than that is none of
 * the age asked for. */
#define CLOCKS_DIFFER 300

static bool read_resume(struct flow *flow, struct arena *arena, struct err *err) {
	const struct fleet_settings *settings = flow->settings;
	if (settings->resume == NULL) {
		return true;
	}
	bool any_age = settings->max_age == INT64_MAX;
	flow->resume = arena_alloc(arena, sizeof *flow->resume);
	int64_t now = (int64_t)time(NULL);
	*flow->resume = any_age ? resume_new(arena, INT64_MIN, INT64_MAX)
							: resume_new(arena, now - settings->max_age, now + CLOCKS_DIFFER);
	flow->resume->demand = settings->submits ? RESUME_SUBMITTED : RESUME_VERDICT;
	if (!resume_file(flow->resume, settings->resume, err)) {
		return false;
	}
	uint64_t cut = resume_mend(flow->resume, settings->resume, STDOUT_FILENO);
	if (cut > 0) {
		ticker_tell(&flow->ticker, arena,
			"%s: its last line was not whole: %llu octets are cut off", settings->resume,
			(unsigned long long)cut);
	}
	if (flow->resume->n_unknown > 0) {
		ticker_tell(&flow->ticker, arena, "%s: %zu %s UNKNOWN and tried again", settings->resume,
			flow->resume->n_unknown, flow->resume->n_unknown == 1 ? "was" : "were");
	}
	if (flow->resume->n_unsubmitted > 0) {
		ticker_tell(&flow->ticker, arena, "%s: %zu %s not submitted and checked again",
			settings->resume, flow->resume->n_unsubmitted,
			flow->resume->n_unsubmitted == 1 ? "was" : "were");
	}
	if (flow->resume->n_newer > 0) {
		ticker_tell(&flow->ticker, arena,
			"%s: %zu line%s of a newer program (schema above %d), whose verdicts do not count here",
			settings->resume, flow->resume->n_newer, flow->resume->n_newer == 1 ? " is" : "s are",
			JSON_SCHEMA_VERSION);
	}
	if (flow->resume->n_broken > 0) {
		ticker_tell(&flow->ticker, arena, "%s: %zu line%s no verdict", settings->resume,
			flow->resume->n_broken, flow->resume->n_broken == 1 ? " is" : "s are");
	}
	return true;
}

static bool open_spool(struct flow *flow, struct arena *arena, struct err *err) {
	if (flow->settings->shared.format != FORMAT_OPENMETRICS) {
		return true;
	}
	const char *folder = getenv("TMPDIR");
	flow->spool = arena_alloc(arena, sizeof *flow->spool);
	return spool_open(flow->spool, arena, folder != NULL && *folder != '\0' ? folder : "/tmp", err);
}

static bool open_submit(struct flow *flow, struct arena *arena, struct err *err) {
	const struct fleet_settings *settings = flow->settings;
	if (!settings->submits) {
		return true;
	}
	struct submit_spec spec = {.target = settings->target,
		.config = settings->config,
		.exhausted = out_of_memory,
		.changed = flow_submit_changed,
		.lost = flow_submit_lost,
		.shared = flow_submit_shared,
		.settled = flow_submit_settled,
		.context = flow};
	flow->submit = submit_new(arena, &spec, err);
	return flow->submit != NULL;
}

/* "; 3 were done before"; nothing for none. */
static void add_count(struct text *text, size_t n, const char *what) {
	if (n > 0) {
		text_addf(text, "; %zu %s %s", n, n == 1 ? "was" : "were", what);
	}
}

/* The end of the last line: why it is the last. */
static void print_end(struct text *text, const struct flow *flow) {
	add_count(text, flow->tally.unfinished, "not finished");
	if (stop_signal() != 0) {
		text_addf(text, "; interrupted by SIG%s", stop_signal() == SIGINT ? "INT" : "TERM");
	}
	if (flow->err.kind != ERR_NONE) {
		text_add(text, "; stopped: ");
		(void)text_add_escaped(text, TEXT_PLUGIN, span_of(flow->err.text), ERR_TEXT_MAX);
	}
	text_add(text, "\n");
}

static void print_summary(struct flow *flow, struct arena *arena) {
	enum fleet_summary how = flow->settings->summary;
	const struct tally *tally = &flow->tally;
	struct text text = text_new(arena, SUMMARY_MAX);
	if (how == FLEET_SUMMARY_AUTO) {
		how = flow->ticker.shown ? FLEET_SUMMARY_FULL : FLEET_SUMMARY_LINE;
	}
	if (how == FLEET_SUMMARY_FULL) {
		tally_print_tables(tally, &text);
	}
	text_addf(&text, "smtp-tls-fleet: %zu domain%s, %zu connection%s in ", tally->domains,
		tally->domains == 1 ? "" : "s", flow->connections, flow->connections == 1 ? "" : "s");
	ticker_print_duration(&text, clock_now() - flow->ticker.start);
	text_add(&text, ": ");
	tally_print_states(tally, &text);
	if (tally->bad_lines > 0) {
		text_addf(&text, "; %zu line%s could not be read", tally->bad_lines,
			tally->bad_lines == 1 ? "" : "s");
	}
	add_count(&text, tally->passed, "done before");
	add_count(&text, flow->spool == NULL ? 0 : flow->spool->repeated, "in the list before");
	if (flow->submit != NULL) {
		text_addf(&text, "; %zu submitted", submit_taken(flow->submit));
		size_t lost = submit_lost(flow->submit) + submit_waiting(flow->submit);
		add_count(&text, lost, "NOT submitted");
		add_count(&text, submit_shared(flow->submit), "of a service that another line has");
	}
	add_count(&text, flow->ticker.unread, "told here and not read");
	print_end(&text, flow);
	if (how != FLEET_SUMMARY_NONE || flow->err.kind != ERR_NONE) {
		ticker_finish(&flow->ticker, &text);
	}
	ticker_hide(&flow->ticker);
}

/* A list with nothing in it comes of an export that failed more often than it is meant. */
static bool is_empty(const struct flow *flow) {
	const struct tally *tally = &flow->tally;
	return tally->domains + tally->unfinished + tally->bad_lines + tally->passed == 0;
}

/* Metrics of nothing would take the place of those of before, and end all alerts. */
static void tell_empty(struct flow *flow, struct arena *arena) {
	if (flow->spool != NULL && flow->spool->domains.n == 0) {
		(void)err_set(&flow->err, ERR_LOCAL, "there is no domain in the list");
	} else if (is_empty(flow)) {
		ticker_tell(&flow->ticker, arena, "there is no domain in the list");
	}
}

static int exit_code(const struct flow *flow, enum loop_end end) {
	const struct fleet_settings *settings = flow->settings;
	if (end != LOOP_FINISHED || flow->err.kind != ERR_NONE || stop_signal() != 0) {
		return EXIT_STOPPED;
	}
	if (flow->submit != NULL && submit_lost(flow->submit) > 0) {
		return EXIT_NOT_SUBMITTED;
	}
	enum state worst = flow->tally.worst;
	bool bad = is_empty(flow) || state_worse(worst, settings->fail_on) == worst;
	return settings->fails && bad ? EXIT_FAIL_ON : 0;
}

/* All files but the lists, which are only read, are open, and nothing of a stranger's is read yet.
 */
static void give_up_power(struct flow *flow, struct arena *arena) {
	bool children = flow->settings->shared.hosts != RESOLVER_HOSTS_DNS || flow->settings->submits;
	const char *problem = least_power(children ? LEAST_POWER_CHILDREN : 0);
	if (problem != NULL) {
		ticker_tell(&flow->ticker, arena, "%s", problem);
	}
}

/* What came of all domains; whoever reads it sees whether that is all. */
static void print_metrics(struct flow *flow, enum loop_end end) {
	bool whole = spool_print(flow->spool, &flow->outbox, &flow->err);
	if (whole && end == LOOP_FINISHED && flow->err.kind == ERR_NONE &&
		flow->tally.unfinished == 0 && stop_signal() == 0) {
		spool_print_end(&flow->outbox);
	}
	spool_close(flow->spool);
}

/* What waits until the end: metrics, output that nobody has taken yet, the summary. */
static void finish(struct flow *flow, struct arena *arena, enum loop_end end) {
	if (flow->spool != NULL && flow->outbox.error == 0) {
		print_metrics(flow, end);
	}
	if (!outbox_flush(&flow->outbox) && flow->err.kind == ERR_NONE) {
		(void)err_set(&flow->err, ERR_LOCAL, "standard output: %s",
			flow->outbox.error != 0 ? strerror(flow->outbox.error) : "nobody reads it");
	}
	print_summary(flow, arena);
}

static void print_last(struct flow *flow) {
	struct arena *arena = arena_begin(out_of_memory, NULL);
	if (flow->err.kind == ERR_NONE) {
		(void)err_set(&flow->err, ERR_LOCAL,
			"out of memory; --resume goes on, a smaller --parallel or --connections takes less");
	}
	flow_count(flow);
	finish(flow, arena, LOOP_BROKEN);
}

/* All domains, then what waits until the end. */
static int run(struct flow *flow, struct arena *arena) {
	struct err err = {0};
	if (!list_check(&flow->list, &err) || !read_resume(flow, arena, &err) ||
		!open_spool(flow, arena, &err) || !open_submit(flow, arena, &err)) {
		return refuse(arena, err.text);
	}
	give_up_power(flow, arena);
	put_by = malloc(PUT_BY);
	running = flow;
	enum loop_end end = flow_run(flow, stop_interrupt());
	running = NULL;
	free(put_by);
	if (end == LOOP_FINISHED && stop_signal() == 0 && flow->err.kind == ERR_NONE) {
		tell_empty(flow, arena);
	}
	finish(flow, arena, end);
	return exit_code(flow, end);
}

/* What may end the run from outside, and the memory of all of it; NULL where there is no beginning.
 */
static struct arena *begin(void) {
	char words[STACK_WORDS_MAX];
	if (!stack_make_room(words)) {
		write_error("smtp-tls-fleet: cannot start: ");
		write_error(words);
		write_error("\n");
		return NULL;
	}
	if (!descriptors_guard() || !stop_start()) {
		write_error("smtp-tls-fleet: cannot start: no file descriptors (see ulimit -n)\n");
		return NULL;
	}
	memory_start(out_of_memory);
	(void)unsetenv("SSLKEYLOGFILE"); /* libcurl would write a file because of it */
	struct arena *arena = arena_begin(out_of_memory, NULL);
	return arena;
}

/* Was there any when the program began? Once descriptors are guarded something else is there. */
enum standard_input { STANDARD_INPUT_OPEN, STANDARD_INPUT_CLOSED };

/* All domains of the lists, as the settings and what lines may say otherwise have it. */
static int run_lists(const struct fleet_settings *settings, const struct option_draft *draft,
	enum standard_input input) {
	struct arena *arena = draft->arena;
	struct flow *flow = arena_alloc(arena, sizeof *flow);
	flow->settings = settings;
	flow->defaults = draft;
	flow->exhausted = out_of_memory;
	flow->list = list_new(settings->files.at, settings->files.n);
	flow->list.no_stdin = input == STANDARD_INPUT_CLOSED;
	flow->outbox = outbox_new(descriptors_own_terminal(STDOUT_FILENO), out_of_memory);
	flow->tally = tally_new(arena);
	flow->ticker = ticker_new(&flow->tally, out_of_memory, clock_now());
	if (flow->ticker.shown) {
		flow->ticker.total = list_count(settings->files.at, settings->files.n);
	}
	flow_begin(flow, arena);
	int code = run(flow, arena);
	outbox_free(&flow->outbox);
	list_close(&flow->list);
	return code;
}

int main(int argc, char *argv[]) {
	enum standard_input input =
		fcntl(STDIN_FILENO, F_GETFD) < 0 ? STANDARD_INPUT_CLOSED : STANDARD_INPUT_OPEN;
	struct arena *arena = begin();
	if (arena == NULL) {
		return EXIT_STOPPED;
	}
	struct settings defaults;
	struct fleet_settings settings;
	struct option_draft draft = {.arena = arena, .settings = &defaults};
	struct err err = {0};
	struct arguments arguments = {argc, argv, getenv("MAIL_CONFIG"), NULL};
	enum options_outcome outcome = fleet_options_parse(&settings, &draft, &arguments, &err);
	int code = outcome == OPTIONS_RUN ? run_lists(&settings, &draft, input)
									  : answer(outcome, &draft, &err);
	arena_free(arena);
	stop_pass_on();
	return code;
}
