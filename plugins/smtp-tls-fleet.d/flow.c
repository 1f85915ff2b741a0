/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* next(): a line becomes a job. done(): a report becomes a verdict and is printed. */
#include "build_config.h"

#include "smtp-tls-fleet.d/flow.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check_smtp_tls.d/option_issuers.h"
#include "io/stall.h"
#include "smtp-tls-fleet.d/emit.h"
#include "smtp-tls-fleet.d/stop.h"

#ifndef ISSUERS_FILE /* the Makefile knows */
#define ISSUERS_FILE "issuers.tsv"
#endif

/* Lines that come to nothing are read one after the other only so long: others wait. */
#define LINES_AT_ONCE 64

enum { CHILD_READER, CHILD_OUTBOX, CHILD_STOP, CHILD_TICKER, CHILD_SUBMIT };

/* All about one domain, in the arena of its job. */
struct flow_job {
	struct settings settings;
	struct survey_spec spec;
	struct format_origin origin;
	bool in_list_before; /* its domain: metrics have one series for each, the first line's */
};

void flow_print(struct flow *flow, const struct text *text) {
	ticker_make_room(&flow->ticker);
	outbox_put(&flow->outbox, (struct span){(const uint8_t *)text->at, text->len});
	if (flow->fleet != NULL) { /* else it is flushed in the end */
		crowd_wake(&flow->children[CHILD_OUTBOX].child);
	}
}

/* The first reason counts. */
static void give_up(struct flow *flow, const char *why) {
	(void)err_set(&flow->err, ERR_LOCAL, "%s", why);
	stop_now();
}

/* --- a line becomes a job --- */

static struct flow_job *new_job(
	struct flow *flow, struct arena *arena, const struct list_line *line, struct err *err) {
	struct flow_job *job = arena_alloc(arena, sizeof *job);
	if (!fleet_options_line(&job->settings, arena, flow->defaults, line, err)) {
		return NULL;
	}
	if (!job->settings.survey.at_given) {
		job->settings.tls.now = (int64_t)time(NULL);
	}
	job->spec = job->settings.survey;
	job->spec.destination = &job->settings.destination;
	job->spec.tls = &job->settings.tls;
	return job;
}

/* What is not printed yet is when it is known what became of it. */
static void submit(struct flow *flow, struct arena *arena, struct submit_result *result,
	const struct format_origin *origin) {
	result->line = emit_line(arena, origin, result->destination->text);
	submit_put(flow->submit, result);
	crowd_wake(&flow->children[CHILD_SUBMIT].child);
}

/* Who is told of verdicts by the name of their domain is told UNKNOWN, where nothing but its
 * options keeps it from being read. */
static void pass_bad_line(struct flow *flow, struct arena *arena, const struct list_line *line,
	const struct format_origin *origin, const char *why) {
	struct list_line bare = *line;
	struct err err = {0};
	bare.n_words = 1;
	bare.words[1] = NULL;
	bare.options = "";
	struct flow_job *job = new_job(flow, arena, &bare, &err);
	const char *domain = job == NULL ? line->destination : job->settings.destination.text;
	if (flow->spool != NULL) {
		spool_state(flow->spool, domain, STATE_UNKNOWN);
	}
	if (flow->submit != NULL && job != NULL) {
		struct submit_result result = submit_result_refused(
			arena, &job->settings.destination, job->settings.survey.port, why);
		submit(flow, arena, &result, origin);
	}
}

static void tell_bad_line(struct flow *flow, struct arena *arena, const struct list_line *line,
	const struct format_origin *origin, const struct err *why) {
	struct text text = text_new(arena, EMIT_MAX);
	emit_bad_line(&text, &flow->settings->shared, origin, why);
	flow_print(flow, &text);
	if (flow->spool != NULL) {
		ticker_tell(&flow->ticker, arena, "%s", emit_line(arena, origin, why->text));
	}
	if (line->destination != NULL) {
		pass_bad_line(flow, arena, line, origin, emit_why(arena, origin, why));
	}
	tally_add_bad_line(&flow->tally);
}

/* Has an earlier output this one, so that nothing has to be looked at and nobody told again? */
static bool is_done(struct flow *flow, struct arena *arena, const struct flow_job *job,
	const char *options, enum state *before) {
	const struct settings *settings = &job->settings;
	const char *told = flow->settings->shared.format == FORMAT_JSON ? options : "";
	if (flow->resume == NULL ||
		!resume_has(flow->resume, settings->destination.text, told, before)) {
		return false;
	}
	const struct submit_result result = {
		.destination = &settings->destination, .port = settings->survey.port, .state = *before};
	return flow->submit == NULL || submit_recall(flow->submit, arena, &result);
}

/* The next line as a job; false: it comes to nothing, and the arena is free again. */
static bool take_line(struct flow *flow, struct fleet_job *fleet_job) {
	struct arena *arena = arena_begin(flow->exhausted, NULL);
	struct list_line line;
	struct err err = {0};
	enum state before = STATE_OK;
	enum list_line_kind kind = list_line_parse(&line, arena, flow->list.line, &err);
	struct flow_job *job = kind == LIST_LINE_DOMAIN ? new_job(flow, arena, &line, &err) : NULL;
	struct format_origin origin = {.program = "smtp-tls-fleet",
		.list = list_name(&flow->list),
		.line = flow->list.number,
		.destination = line.destination == NULL ? "" : line.destination,
		.options = line.options};
	if (job == NULL) {
		if (kind != LIST_LINE_NOTHING) {
			tell_bad_line(flow, arena, &line, &origin, &err);
		}
	} else if (is_done(flow, arena, job, line.options, &before)) {
		tally_add_passed(&flow->tally, before);
	} else {
		job->origin = origin;
		job->in_list_before =
			flow->spool != NULL && !spool_claim(flow->spool, job->settings.destination.text);
		*fleet_job = (struct fleet_job){arena, &job->spec, job};
		return true;
	}
	arena_free(arena);
	return false;
}

/* Whoever takes what comes out of it is slow. */
static bool is_full(const struct flow *flow) {
	return outbox_is_full(&flow->outbox) ||
		   (flow->submit != NULL && submit_waiting(flow->submit) >= SUBMIT_WAITING_MAX);
}

static enum fleet_supply next(void *context, struct fleet_job *job, usec now) {
	struct flow *flow = context;
	struct err err = {0};
	(void)now;
	bool goes_on = true;
	for (int i = 0; goes_on && i < LINES_AT_ONCE; i++) {
		if (is_full(flow)) {
			return FLEET_LATER;
		}
		switch (list_next(&flow->list, &err)) {
		case LIST_LINE:
			if (take_line(flow, job)) {
				return FLEET_JOB;
			}
			break;
		case LIST_WAIT:
			flow->awaits_input = true;
			crowd_wake(&flow->children[CHILD_READER].child);
			return FLEET_LATER;
		case LIST_MORE:
			goes_on = false;
			break;
		case LIST_FAILED: /* what came before is done all the same */
			(void)err_set(&flow->err, ERR_LOCAL, "%s", err.text);
			return FLEET_END;
		case LIST_END:
			return FLEET_END;
		}
	}
	crowd_wake(&flow->children[CHILD_READER].child);
	return FLEET_LATER;
}

static size_t reader_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct flow *flow =
		(const struct flow *)((const char *)source - offsetof(struct flow, reader));
	(void)now;
	(void)wake;
	if (!flow->awaits_input) {
		return 0;
	}
	if (max > 0) {
		fds[0] = (struct pollfd){.fd = flow->list.fd, .events = POLLIN};
	}
	return 1;
}

static enum progress reader_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct flow *flow = (struct flow *)((char *)source - offsetof(struct flow, reader));
	(void)now;
	if (flow->awaits_input && loop_events(fds, n, flow->list.fd) == 0) {
		return PROGRESS_WAITING;
	}
	flow->awaits_input = false;
	fleet_more(flow->fleet);
	return PROGRESS_WAITING;
}

/* --- a report becomes a verdict --- */

/* The installed table is read once, when the first record needs it. */
static const struct issuer_table *find_issuers(
	struct flow *flow, const struct settings *settings, const struct report *report) {
	const struct issuer_table *given = settings->limits.issuers;
	if (settings->issuers_given || given != NULL || flow->issuers != NULL) {
		return given != NULL || settings->issuers_given ? given : flow->issuers;
	}
	flow->issuers = option_issuers(settings, flow->arena, report, ISSUERS_FILE);
	return flow->issuers;
}

static void done(
	void *context, const struct fleet_job *fleet_job, const struct report *report, usec now) {
	struct flow *flow = context;
	const struct flow_job *job = fleet_job->context;
	(void)now;
	if (report == NULL) {
		return;
	}
	struct limits limits = job->settings.limits;
	limits.issuers = find_issuers(flow, &job->settings, report);
	struct verdict verdict = judge(fleet_job->arena, report, &limits, job->settings.tls.now);
	struct text text = text_new(fleet_job->arena, EMIT_MAX);
	struct err err = {0};
	emit_verdict(&text, &verdict, &job->settings, &job->origin);
	tally_add(&flow->tally, &verdict);
	if (flow->submit == NULL) {
		flow_print(flow, &text);
	} else {
		struct submit_result result =
			submit_result_of(fleet_job->arena, &verdict, job->settings.survey.port);
		result.printed = (struct span){(const uint8_t *)text.at, text.len};
		submit(flow, fleet_job->arena, &result, &job->origin);
	}
	if (flow->spool != NULL) {
		spool_state(flow->spool, job->settings.destination.text, verdict.state);
		if (!job->in_list_before && !spool_add(flow->spool, fleet_job->arena, &verdict, &err)) {
			give_up(flow, err.text);
		}
	}
}

static void outbox_changed(void *context) {
	struct flow *flow = context;
	if (flow->outbox.error != 0) {
		give_up(
			flow, arena_printf(flow->arena, "standard output: %s", strerror(flow->outbox.error)));
	} else if (flow->fleet != NULL) {
		fleet_more(flow->fleet);
	}
}

/* --- both together --- */

void flow_begin(struct flow *flow, struct arena *arena) {
	static const struct source_ops ops = {reader_watch, reader_step};
	flow->arena = arena;
	flow->reader.ops = &ops;
	flow->outbox.changed = outbox_changed;
	flow->outbox.context = flow;
	flow->ticker.beside = &flow->outbox;
}

static void join(struct flow *flow, int which, struct source *source) {
	struct flow_child *child = &flow->children[which];
	child->child.source = source;
	fleet_join(flow->fleet, &child->child, child->room, SUBMIT_FDS_MAX);
}

static struct fleet_spec make_spec(struct flow *flow) {
	const struct fleet_settings *settings = flow->settings;
	const struct settings *shared = &settings->shared;
	return (struct fleet_spec){.limits = {.parallel = (size_t)settings->parallel,
								   .connections = (size_t)settings->connections,
								   .address_rate = (size_t)settings->per_address_rate},
		.lookups = {.servers = shared->nameservers,
			.n_servers = shared->n_nameservers,
			.patience = shared->survey.manner.times.dns,
			.hosts = shared->hosts,
			.validation_check = shared->survey.validation_check},
		.tls = &shared->tls,
		.context = flow,
		.next = next,
		.done = done};
}

/* All is judged; what the API has not taken yet is waited for. */
static enum loop_end finish_submitting(
	struct flow *flow, enum loop_end end, const struct loop_os *os) {
	if (flow->submit == NULL) {
		return end;
	}
	submit_end(flow->submit);
	if (end == LOOP_FINISHED && submit_waiting(flow->submit) > 0) {
		end = loop_run(submit_source(flow->submit), os, USEC_NEVER, &flow->err);
	}
	submit_drop(flow->submit, "the run was ended");
	return end;
}

static void tell_limits(struct flow *flow) {
	size_t wanted = (size_t)flow->settings->connections;
	size_t most = fleet_limits(flow->fleet).connections;
	if (most < wanted) {
		ticker_tell(&flow->ticker, flow->arena,
			"%zu connections at a time, not %zu: this process may not open more files", most,
			wanted);
	}
}

static struct fleet_rest rest_of(const void *context) {
	const struct flow *flow = context;
	if (flow->fleet == NULL) {
		return (struct fleet_rest){.all_begun = false};
	}
	return fleet_rest(flow->fleet);
}

void flow_count(struct flow *flow) {
	if (flow->fleet != NULL) {
		struct fleet_counts counts = fleet_counts(flow->fleet);
		flow->connections = counts.connections;
		flow->tally.unfinished = counts.started - flow->tally.domains;
	}
}

enum loop_end flow_run(struct flow *flow, struct loop_interrupt *interrupt) {
	struct fleet_spec spec = make_spec(flow);
	struct loop_os real = loop_os_real(interrupt);
	struct stall_clock clock;
	struct loop_os os = stall_os(&clock, &real);
	struct err err = {0};
	flow->fleet = fleet_new(flow->arena, &spec, clock_now(), &err);
	if (flow->fleet == NULL) { /* perhaps a file that the TLS library refuses */
		(void)err_set(&flow->err, err.kind, "%s%.200s", option_about(err.about), err.text);
		return LOOP_BROKEN;
	}
	if (flow->submit != NULL && !submit_open(flow->submit, &flow->err)) {
		fleet_free(flow->fleet);
		return LOOP_BROKEN;
	}
	tell_limits(flow);
	join(flow, CHILD_READER, &flow->reader);
	join(flow, CHILD_OUTBOX, &flow->outbox.source);
	join(flow, CHILD_STOP, stop_source());
	if (flow->ticker.shown) {
		flow->ticker.rest = rest_of;
		flow->ticker.context = flow;
		join(flow, CHILD_TICKER, &flow->ticker.source);
	}
	if (flow->submit != NULL) {
		join(flow, CHILD_SUBMIT, submit_source(flow->submit));
	}
	enum loop_end end = fleet_run(flow->fleet, &os, &flow->err);
	flow_count(flow);
	fleet_free(flow->fleet);
	flow->fleet = NULL;
	end = finish_submitting(flow, end, &os);
	submit_free(flow->submit);
	return end;
}
