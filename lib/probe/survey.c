/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The root source: lookups, plan and visits, and the report at the end. */
#include "probe/survey.h"

#include "probe/announcements.h"
#include "probe/auth_sweep.h"
#include "probe/denial_probe.h"
#include "probe/lookups.h"
#include "probe/next_files.h"
#include "probe/node_queue.h"
#include "probe/policy_fetch.h"
#include "probe/proofs.h"
#include "probe/route.h"
#include "probe/validation_check.h"
#include "probe/visits.h"

_Static_assert(RESOLVER_FDS_MAX + VISITS_WINDOW_MAX + AUTH_FDS_MAX + HTTP_FDS_MAX <= LOOP_FDS_MAX,
	"the loop has room for all descriptors");

/* An answer nothing depends on is still waited for this long behind the probe. */
#define LINGER (1 * USEC_PER_SEC)

struct survey {
	struct source source;
	const struct survey_spec *spec;
	struct arena *arena;
	struct lookups lookups;
	struct validation_check validation_check;
	struct report report;
	struct origin origin;
	struct route route;
	struct node_queue queue;
	struct visits visits;
	struct auth_sweep sweep;
	struct policy_fetch_job fetch;
	struct tls_context *context;
	usec started;
	usec given_back;   /* of the time in which it was held up */
	usec linger_until; /* set when the last visit ended */
	bool sweeping;     /* the sweep or the fetch has something under way */
	usec idle_since;   /* nothing else has; 0: something had */
};

/* --- before the first visit --- */

/* libssl takes its time to start: it does so while the first question is on its way. */
static bool needs_context(const struct survey *survey) {
	bool on_the_wire = survey->lookups.n > 0 || survey->report.phase != REPORT_PHASE_MX;
	const struct survey_spec *spec = survey->spec;
	bool useful = spec->scope != SURVEY_DNS || spec->n_next > 0;
	bool wanted = spec->wish.level != TLS_LEVEL_NONE && !spec->no_tls && useful;
	return survey->context == NULL && wanted && on_the_wire;
}

static enum progress build_context(struct survey *survey) {
	struct report *report = &survey->report;
	survey->context =
		tls_context_new(survey->arena, survey->spec->tls, survey->spec->trace, &report->err);
	if (survey->context == NULL ||
		!next_files_read(report, survey->arena, survey->context, &report->err)) {
		report->end = REPORT_BROKEN;
		return PROGRESS_DONE;
	}
	return PROGRESS_MOVED;
}

/* A sender that finds the MX records unsigned, and then wants no more than TLS if offered, has no
 * use for TLSA; a monitor still reports what is there. */
static bool wants_tlsa(const struct survey *survey) {
	const struct tls_wish *wish = &survey->spec->wish;
	bool mx_insecure = survey->origin.mx_used && !survey->origin.mx_secure;
	bool idle = !survey->spec->habits->asks_to_explain && wish->insecure_mx == INSECURE_MX_MAY;
	return tls_level_is_dane(wish->level) && !(mx_insecure && idle);
}

static enum progress find_route(struct survey *survey, usec now) {
	enum progress progress = route_advance(&survey->route, now);
	if (survey->report.phase != REPORT_PHASE_MX) {
		survey->queue.rules.want_tlsa = wants_tlsa(survey);
		node_queue_open(&survey->queue, now);
	}
	return progress;
}

/* --- visits --- */

static enum progress visit_all(
	struct survey *survey, const struct pollfd *fds, size_t n, usec now) {
	struct node_queue *queue = &survey->queue;
	enum progress progress = visits_step(&survey->visits, &queue->nodes, fds, n, now);
	if (survey->visits.let_in && survey->spec->scope == SURVEY_FIRST) {
		node_queue_close(queue);
	}
	/* What comes behind a visit that may end the run is not looked at meanwhile. */
	bool look_on = survey->spec->scope != SURVEY_FIRST || survey->visits.n == 0;
	if (look_on && node_queue_advance(queue, now) == PROGRESS_MOVED) {
		progress = PROGRESS_MOVED;
	}
	struct node *next = node_queue_next(queue, &survey->visits, &progress, now);
	while (next != NULL) {
		if (survey->spec->scope == SURVEY_DNS) {
			nodes_tell_done(&queue->nodes, next);
		} else {
			visits_start(&survey->visits, next, survey->context, now);
		}
		next = node_queue_next(queue, &survey->visits, &progress, now);
	}
	return progress;
}

/* --- the story --- */

static bool is_pending(const struct dns_question *question) {
	return question != NULL && question->outcome == DNS_PENDING;
}

/* An unsigned host that was visited may still have TLSA records, which would be worth a word. Where
 * one visit ends the run, it is the last one. */
static bool has_stray_question(const struct survey *survey) {
	const struct node_queue *queue = &survey->queue;
	bool stray = false;
	for (size_t i = 0; i < queue->n; i++) {
		const struct report_node *node = &queue->list[i]->report;
		if (node->chosen) {
			const struct report_host *host = node->host;
			bool own = host->n_tlsa_questions > 0 && is_pending(host->tlsa_questions[0]);
			stray = own || (stray && survey->spec->scope == SURVEY_ALL);
		}
	}
	/* Who wants to know what all senders do wants the same answer each time. */
	bool announced =
		survey->spec->view != REPORT_VIEW_NONE &&
		(is_pending(survey->report.sts.question) || is_pending(survey->report.tlsrpt.question));
	return stray || announced || is_pending(survey->report.misplaced);
}

/* All visits are over. The self-test decides what the facts are worth, so it is awaited as long as
 * lookups may take; other answers that nothing depends on get a little time. */
static enum progress linger(struct survey *survey, usec now) {
	if (survey->linger_until == 0) {
		survey->linger_until = deadline_after(now, LINGER);
	}
	bool stray = has_stray_question(survey) && now < survey->linger_until;
	if (validation_check_is_pending(&survey->validation_check) ||
		denial_probe_is_pending(&survey->report) || stray) {
		return PROGRESS_WAITING;
	}
	if (survey->sweeping) {
		survey->idle_since = survey->idle_since == 0 ? now : survey->idle_since;
		return PROGRESS_WAITING;
	}
	survey->report.phase = REPORT_PHASE_DONE;
	return PROGRESS_DONE;
}

/* posttls-finger asks about the resolver before it goes on, and so its lines come in that order. */
static bool awaits_validation_check(const struct survey *survey) {
	bool hearing = survey->report.route_question != NULL && !survey->route.heard;
	return survey->spec->habits->asks_in_turn && !hearing && survey->visits.n == 0 &&
		   validation_check_is_pending(&survey->validation_check);
}

static enum progress advance(struct survey *survey, const struct pollfd *fds, size_t n, usec now) {
	if (needs_context(survey)) {
		return build_context(survey);
	}
	if (awaits_validation_check(survey)) {
		return PROGRESS_WAITING;
	}
	if (survey->report.phase == REPORT_PHASE_MX) {
		return find_route(survey, now);
	}
	if (survey->visits.n > 0 || !node_queue_is_over(&survey->queue)) {
		return visit_all(survey, fds, n, now);
	}
	return linger(survey, now);
}

/* How long other surveys have held this one up. */
static usec held_up(const struct survey *survey, usec now) {
	const struct sharer *sharer = survey->spec->sharer;
	return sharer == NULL ? 0 : held_up_for(sharer->held_up, now);
}

/* What has a time of its own within the survey's has no less of it. */
static void give_back(struct survey *survey, usec now) {
	usec held = held_up(survey, now);
	usec more = held - survey->given_back;
	survey->given_back = held;
	survey->fetch.latest = deadline_after(survey->fetch.latest, more);
	survey->sweep.stands_still =
		survey->spec->sharer != NULL && survey->spec->sharer->held_up->n > 0;
	if (survey->sweep.deadline != 0) {
		survey->sweep.deadline = deadline_after(survey->sweep.deadline, more);
	}
}

static enum progress survey_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct survey *survey = (struct survey *)source;
	size_t n_asked = survey->lookups.n;
	give_back(survey, now);
	enum progress progress = lookups_step(&survey->lookups, fds, n, now);
	if (!validation_check_advance(&survey->validation_check, now, &survey->report.err)) {
		survey->report.end = REPORT_BROKEN;
		return PROGRESS_DONE;
	}
	survey->report.validation_check = survey->validation_check.question;
	survey->report.denial = survey->validation_check.denial;
	survey->report.bogus = survey->validation_check.bogus;
	survey->report.zone_keys = survey->validation_check.keys;
	survey->report.zone_ds = survey->validation_check.ds;
	enum progress swept = auth_sweep_step(&survey->sweep, fds, n, now);
	enum progress fetched = policy_fetch_step(&survey->fetch, fds, n, now);
	survey->sweeping = swept != PROGRESS_DONE || fetched != PROGRESS_DONE;
	enum progress own = advance(survey, fds, n, now);
	bool asked = survey->lookups.n > n_asked; /* it may be answered as soon as it is asked */
	if (own == PROGRESS_WAITING &&
		(asked || swept == PROGRESS_MOVED || fetched == PROGRESS_MOVED)) {
		return PROGRESS_MOVED;
	}
	return own == PROGRESS_WAITING ? progress : own;
}

static size_t survey_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	struct survey *survey = (struct survey *)source;
	size_t n = 0;
	if (survey->lookups.n_told < survey->lookups.n) {
		n = source_watch(&survey->lookups.resolver->source, fds, max, now, wake);
	}
	n = n > max ? n : n + visits_watch(&survey->visits, fds + n, max - n, wake);
	n = n > max ? n : n + auth_sweep_watch(&survey->sweep, fds + n, max - n, wake);
	n = n > max ? n : n + policy_fetch_watch(&survey->fetch, fds + n, max - n, now, wake);
	if (survey->linger_until != 0 && survey->idle_since == 0) {
		*wake = usec_min(*wake, survey->linger_until);
	}
	return n;
}

/* --- birth and end --- */

static void set_up_plan(struct survey *survey) {
	const struct survey_spec *spec = survey->spec;
	struct node_queue *queue = &survey->queue;
	*queue = (struct node_queue){.arena = survey->arena,
		.spec = spec,
		.lookups = &survey->lookups,
		.report = &survey->report,
		.started = survey->started};
	queue->rules = (struct host_rules){.lookups = &survey->lookups,
		.habits = spec->habits,
		.ipv4 = spec->order.ipv4,
		.ipv6 = spec->order.ipv6,
		.force_tlsa = spec->force_tlsa};
	queue->nodes = (struct nodes){.arena = survey->arena,
		.spec = spec,
		.order = spec->order,
		.report = &survey->report,
		.origin = &survey->origin,
		.trace = spec->trace};
	queue->nodes.order.habits = spec->habits;
	survey->route = (struct route){.spec = spec,
		.lookups = &survey->lookups,
		.order = queue->nodes.order,
		.report = &survey->report,
		.origin = &survey->origin};
}

struct survey *survey_new(
	struct arena *arena, const struct survey_spec *spec, struct resolver *resolver, usec now) {
	static const struct source_ops ops = {survey_watch, survey_step};
	struct survey *survey = arena_alloc(arena, sizeof *survey);
	survey->source.ops = &ops;
	survey->spec = spec;
	survey->arena = arena;
	survey->started = now;
	survey->context = spec->context;
	survey->lookups = (struct lookups){.arena = arena, .resolver = resolver, .trace = spec->trace};
	survey->validation_check = (struct validation_check){.spec = spec, .lookups = &survey->lookups};
	survey->sweep = (struct auth_sweep){.arena = arena,
		.lookups = &survey->lookups,
		.report = &survey->report,
		.ipv4 = spec->order.ipv4,
		.ipv6 = spec->order.ipv6,
		.wanted = spec->auth_servers,
		.patience = spec->timeout / 2};
	survey->fetch = (struct policy_fetch_job){.arena = arena,
		.spec = spec,
		.lookups = &survey->lookups,
		.report = &survey->report,
		.latest = deadline_after(now, spec->timeout / 10 * 9)};
	survey->origin.next_hop = spec->destination->name;
	if (spec->destination->kind == DESTINATION_UNIX && spec->unix_name != NULL) {
		survey->origin.next_hop = spec->unix_name;
	}
	survey->visits.arena = arena;
	survey->visits.sharer = spec->sharer;
	survey->visits.window = spec->scope == SURVEY_ALL ? VISITS_WINDOW_MAX : 1;
	survey->report.spec = spec;
	survey->report.dns_elapsed = -1;
	set_up_plan(survey);
	return survey;
}

struct source *survey_source(struct survey *survey) {
	return &survey->source;
}

const struct report *survey_finish(
	struct survey *survey, enum loop_end end, const struct err *err, usec now) {
	struct report *report = &survey->report;
	auth_sweep_clear(&survey->sweep);
	policy_fetch_clear(&survey->fetch);
	visits_write(&survey->visits);
	node_queue_write(&survey->queue);
	next_files_prove(report, survey->arena, &survey->origin, survey->context);
	announcements_read(report, survey->arena);
	if (end == LOOP_FINISHED) {
		proofs_make(report, survey->arena, &survey->origin,
			survey->spec->proof_context != NULL ? survey->spec->proof_context : survey->context);
	}
	if (end == LOOP_DEADLINE) {
		report->end = REPORT_DEADLINE;
	} else if (end == LOOP_INTERRUPTED) {
		report->end = REPORT_INTERRUPTED;
	} else if (end == LOOP_BROKEN) {
		report->end = REPORT_BROKEN;
		report->err = *err;
	}
	report->elapsed = now - survey->started;
	report->elapsed -= held_up(survey, now);
	report->swept = survey->idle_since == 0 ? 0 : now - survey->idle_since;
	return report;
}

void survey_free(struct survey *survey) {
	if (survey != NULL) {
		visits_clear(&survey->visits);
		auth_sweep_clear(&survey->sweep);
		policy_fetch_clear(&survey->fetch);
		if (survey->context != survey->spec->context) {
			tls_context_free(survey->context);
		}
	}
}
