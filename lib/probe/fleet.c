/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The window of surveys, and the source over it. */
#include "probe/fleet.h"

#include "dns/shared_answers.h"
#include "probe/fleet_limits.h"
#include "probe/shared_nodes.h"
#include "probe/survey.h"
#include "probe/validation_check.h"

enum supply_state {
	SUPPLY_ASK,   /* there may be another domain */
	SUPPLY_AWAIT, /* fleet_more() will tell */
	SUPPLY_OVER
};

struct fleet {
	struct source source;
	struct arena *arena;
	struct fleet_spec spec;
	struct fleet_limits limits;
	struct crowd *crowd;
	struct tls_context *context;
	struct tls_context *proof_context;
	struct shared_nodes *nodes;
	struct channels *channels;
	struct shared_answers *answers;
	bool remote;         /* a resolver is on another machine */
	const char *servers; /* all of them, for messages */
	enum supply_state supply;
	struct task *tasks; /* in flight */
	size_t n_own;       /* descriptors that they may need for themselves */
	size_t last_own;    /* of them, the last one: the next will hardly need more */
	struct fleet_counts counts;
};

/* One domain in flight: a survey with a deadline of its own. Lives in the domain's arena. */
struct task {
	struct source source;
	struct crowd_child child;
	struct fleet *fleet;
	struct fleet_job job;
	struct survey_spec spec;
	struct resolver *resolver;
	struct survey *survey;
	struct sharer sharer;
	struct held_up held_up; /* by other domains */
	usec deadline;          /* but for that */
	size_t own;             /* descriptors */
	bool late;              /* the deadline passed first */
	struct task *next;
	struct task *previous;
};

static struct task *of_child(struct crowd_child *child) {
	return (struct task *)((char *)child - offsetof(struct task, child));
}

/* --- one domain --- */

static usec deadline_of(const struct task *task, usec now) {
	return deadline_after(task->deadline, held_up_for(&task->held_up, now));
}

static enum progress task_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct task *task = (struct task *)source;
	struct source *survey = survey_source(task->survey);
	bool late = now >= deadline_of(task, now);
	enum progress progress = source_step(survey, fds, n, now);
	if (late && progress == PROGRESS_MOVED) {
		progress = source_conclude(survey, now);
	}
	if (progress != PROGRESS_DONE && late) {
		task->late = true;
		return PROGRESS_DONE;
	}
	return progress;
}

static size_t task_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct task *task = (const struct task *)source;
	if (task->held_up.n == 0) { /* else its time stands still, and it is woken when that is over */
		*wake = usec_min(*wake, deadline_of(task, now));
	}
	return source_watch(survey_source(task->survey), fds, max, now, wake);
}

/* The domain leaves the fleet, with all its memory. */
static void dismiss(struct task *task, usec now) {
	struct fleet *fleet = task->fleet;
	survey_free(task->survey);
	sharer_leave(&task->sharer, now);
	resolver_free(task->resolver);
	*(task->previous == NULL ? &fleet->tasks : &task->previous->next) = task->next;
	if (task->next != NULL) {
		task->next->previous = task->previous;
	}
	fleet->counts.in_flight--;
	fleet->n_own -= task->own;
	arena_free(task->job.arena);
}

static void task_ended(struct crowd_child *child, usec now) {
	struct task *task = of_child(child);
	struct fleet *fleet = task->fleet;
	const struct err none = {0};
	const struct report *report =
		survey_finish(task->survey, task->late ? LOOP_DEADLINE : LOOP_FINISHED, &none, now);
	fleet->counts.done++;
	fleet->spec.done(fleet->spec.context, &task->job, report, now);
	dismiss(task, now);
}

static void take_up(struct fleet *fleet, const struct fleet_job *job, usec now) {
	static const struct source_ops ops = {task_watch, task_step};
	struct task *task = arena_alloc(job->arena, sizeof *task);
	task->source.ops = &ops;
	task->fleet = fleet;
	task->job = *job;
	task->spec = *job->spec;
	task->spec.context = fleet->context;
	task->spec.proof_context = fleet->proof_context;
	task->spec.sharer = &task->sharer;
	task->sharer =
		(struct sharer){.nodes = fleet->nodes, .child = &task->child, .held_up = &task->held_up};
	task->spec.trace = NULL;
	task->deadline = deadline_after(now, task->spec.timeout);
	task->spec.resolver_remote = fleet->remote;
	task->spec.resolver_servers = fleet->servers;
	struct shared_answers_asker asker = {.child = &task->child,
		.held_up = &task->held_up,
		.deadline =
			deadline_after(now, usec_min(fleet->spec.lookups.patience, task->spec.timeout))};
	task->resolver = shared_answers_join(job->arena, fleet->answers, &asker);
	task->survey = survey_new(job->arena, &task->spec, task->resolver, now);
	task->next = fleet->tasks;
	if (task->next != NULL) {
		task->next->previous = task;
	}
	fleet->tasks = task;
	fleet->counts.started++;
	fleet->counts.in_flight++;
	fleet->last_own = task->own = fleet_own_descriptors(&task->spec);
	fleet->n_own += task->own;
	task->child.source = &task->source;
	task->child.ended = task_ended;
	struct pollfd *room = arena_alloc_array(job->arena, LOOP_FDS_MAX, sizeof *room);
	crowd_add(fleet->crowd, &task->child, room, LOOP_FDS_MAX);
}

/* --- all of them --- */

static bool has_room(const struct fleet *fleet) {
	return fleet->counts.in_flight == 0 ||
		   (fleet->counts.in_flight < fleet->limits.parallel &&
			   fleet->n_own + fleet->last_own <= fleet->limits.own_descriptors);
}

/* Fill the window. */
static void fill(struct fleet *fleet, usec now) {
	while (fleet->supply == SUPPLY_ASK && has_room(fleet)) {
		struct fleet_job job = {0};
		switch (fleet->spec.next(fleet->spec.context, &job, now)) {
		case FLEET_JOB:
			take_up(fleet, &job, now);
			break;
		case FLEET_LATER:
			fleet->supply = SUPPLY_AWAIT;
			break;
		case FLEET_END:
			fleet->supply = SUPPLY_OVER;
			break;
		}
	}
}

static enum progress fleet_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct fleet *fleet = (struct fleet *)source;
	size_t started = fleet->counts.started;
	enum progress progress = source_step(crowd_source(fleet->crowd), fds, n, now);
	if (crowd_trouble(fleet->crowd)->kind != ERR_NONE) {
		return PROGRESS_DONE;
	}
	fill(fleet, now);
	if (fleet->supply == SUPPLY_OVER && fleet->counts.in_flight == 0) {
		return PROGRESS_DONE;
	}
	return fleet->counts.started > started ? PROGRESS_MOVED : progress;
}

static size_t fleet_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct fleet *fleet = (const struct fleet *)source;
	return source_watch(crowd_source(fleet->crowd), fds, max, now, wake);
}

enum loop_end fleet_run(struct fleet *fleet, const struct loop_os *os, struct err *err) {
	enum loop_end end = loop_run(&fleet->source, os, USEC_NEVER, err);
	const struct err *trouble = crowd_trouble(fleet->crowd);
	if (trouble->kind != ERR_NONE) {
		*err = *trouble;
		end = LOOP_BROKEN;
	}
	while (fleet->tasks != NULL) {
		struct task *task = fleet->tasks;
		crowd_remove(&task->child);
		fleet->spec.done(fleet->spec.context, &task->job, NULL, os->now(os));
		dismiss(task, os->now(os));
	}
	return end;
}

void fleet_join(
	struct fleet *fleet, struct crowd_child *child, struct pollfd *room, size_t n_room) {
	crowd_add(fleet->crowd, child, room, n_room);
}

void fleet_more(struct fleet *fleet) {
	if (fleet->supply == SUPPLY_AWAIT) {
		fleet->supply = SUPPLY_ASK;
	}
}

struct fleet_limits fleet_limits(const struct fleet *fleet) {
	return fleet->limits;
}

struct fleet_counts fleet_counts(const struct fleet *fleet) {
	struct fleet_counts counts = fleet->counts;
	struct shared_counts nodes = shared_nodes_counts(fleet->nodes);
	counts.steps = crowd_steps(fleet->crowd);
	counts.connections = nodes.connections;
	counts.nodes = nodes.wanted;
	counts.questions = channels_asked(fleet->channels);
	counts.lookups = shared_answers_counts(fleet->answers).wanted;
	return counts;
}

struct fleet_rest fleet_rest(const struct fleet *fleet) {
	struct fleet_rest rest = {.all_begun = fleet->supply == SUPPLY_OVER};
	for (const struct task *task = fleet->tasks; rest.all_begun && task != NULL;
		 task = task->next) {
		bool held_up = task->held_up.n > 0;
		usec deadline = held_up ? USEC_NEVER : deadline_of(task, 0);
		rest.in_flight++;
		rest.held_up += held_up ? 1 : 0;
		rest.deadline = deadline > rest.deadline ? deadline : rest.deadline;
	}
	return rest;
}

static struct resolver *open_resolver(
	void *context, struct arena *arena, usec now, struct err *err) {
	struct fleet *fleet = context;
	const struct fleet_lookups *lookups = &fleet->spec.lookups;
	struct resolver_ares_spec spec = {.servers = lookups->servers,
		.n_servers = lookups->n_servers,
		.deadline = USEC_NEVER,
		.patience = lookups->patience};
	struct resolver *resolver = resolver_ares_new(arena, &spec, now, err);
	if (resolver == NULL) {
		return NULL;
	}
	fleet->remote = resolver_ares_is_remote(resolver, &fleet->servers);
	struct dns_question signed_set = {.name = NULL};
	if (lookups->validation_check != NULL &&
		validation_check_parse(&signed_set, arena, lookups->validation_check, NULL)) {
		struct resolver_vetting vetting = {signed_set.name, signed_set.type};
		resolver = resolver_vetted_new(arena, resolver, &vetting, USEC_NEVER);
	}
	if (lookups->hosts != RESOLVER_HOSTS_DNS) {
		resolver = resolver_native_new(arena, resolver, lookups->hosts, USEC_NEVER);
		resolver_native_be_patient(resolver, lookups->patience);
	}
	return resolver;
}

static bool set_up_lookups(struct fleet *fleet, usec now, struct err *err) {
	struct channels_spec channels = {open_resolver, fleet, fleet->crowd};
	fleet->channels = channels_new(fleet->arena, &channels, now, err);
	if (fleet->channels == NULL) {
		return false;
	}
	struct shared_answers_spec answers = {
		fleet->channels, fleet->servers, fleet->limits.answers_kept};
	fleet->answers = shared_answers_new(fleet->arena, &answers);
	return true;
}

static void set_up_nodes(struct fleet *fleet) {
	const struct fleet_limits *limits = &fleet->limits;
	struct shared_nodes_spec nodes = {
		.turns = {.connections = limits->connections, .per_address = limits->per_address},
		.kept = limits->nodes_kept,
		.crowd = fleet->crowd,
		.context = fleet->context,
		.raw_keys = fleet->spec.tls->raw_keys,
		.tls_now = fleet->spec.tls->now};
	if (limits->address_rate > 0) {
		nodes.turns.interval = 60 * USEC_PER_SEC / (usec)limits->address_rate;
	}
	fleet->nodes = shared_nodes_new(fleet->arena, &nodes);
}

static bool set_up(struct fleet *fleet, usec now, struct err *err) {
	const struct tls_settings *tls = fleet->spec.tls;
	fleet->crowd = crowd_new(fleet->arena, err);
	if (fleet->crowd == NULL || !set_up_lookups(fleet, now, err)) {
		return false;
	}
	fleet->context = tls_context_new(fleet->arena, tls, NULL, err);
	if (fleet->context != NULL) {
		fleet->proof_context = tls_context_new(fleet->arena, tls, NULL, err);
	}
	set_up_nodes(fleet);
	return fleet->proof_context != NULL;
}

struct fleet *fleet_new(
	struct arena *arena, const struct fleet_spec *spec, usec now, struct err *err) {
	static const struct source_ops ops = {fleet_watch, fleet_step};
	struct fleet *fleet = arena_alloc(arena, sizeof *fleet);
	fleet->source.ops = &ops;
	fleet->arena = arena;
	fleet->spec = *spec;
	fleet->limits = spec->limits;
	if (!fleet_limits_settle(&fleet->limits, &spec->lookups, err) || !set_up(fleet, now, err)) {
		fleet_free(fleet);
		return NULL;
	}
	return fleet;
}

void fleet_free(struct fleet *fleet) {
	if (fleet != NULL) {
		channels_free(fleet->channels);
		shared_answers_free(fleet->answers);
		shared_nodes_free(fleet->nodes, clock_now());
		tls_context_free(fleet->proof_context);
		tls_context_free(fleet->context);
		crowd_free(fleet->crowd);
	}
}
