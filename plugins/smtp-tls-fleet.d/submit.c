/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A queue in front of an API. */
#include "build_config.h"

#include "smtp-tls-fleet.d/submit.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "smtp-tls-fleet.d/worst.h"

#define LANES HTTP_CONNECTIONS_MAX

/* One request takes no longer. */
#define REQUEST_MAX (30 * USEC_PER_SEC)
#define ANSWER_MAX 16384U

/* Between two attempts while the API is out of order. */
#define PAUSE_MIN (USEC_PER_SEC / 2)
#define PAUSE_MAX (15 * USEC_PER_SEC)

/* Answers live in the arena of their client, so it gets a successor after so many. */
#define CLIENT_REQUESTS 256U

/* Between two looks for a signal. */
#define LOOK (USEC_PER_SEC / 4)

struct item {
	struct arena *arena;
	struct http_request request;
	const char *line;
	const char *service; /* "host!service" */
	struct span printed;
	usec since; /* when it was put here */
	struct item *next;
};

struct lane {
	struct item *item; /* NULL: free */
	const struct http_answer *answer;
};

struct submit {
	struct source source;
	struct arena *arena;
	struct submit_spec spec;
	const char *path;
	const char *agent;
	const char *machine;
	struct submit_addresses addresses;

	struct http_library *library;
	struct http *http; /* NULL: a new one is due */
	struct arena *client_arena;
	size_t client_requests;

	struct item *first; /* waiting for a lane */
	struct item **last;
	struct lane lanes[LANES];
	size_t waiting;
	size_t taken;
	size_t lost;
	size_t shared;
	struct name_set services; /* with their worst_count() */
	usec pause;               /* how long the last one was; 0: the API is well */
	usec not_before;          /* end of the pause */
	bool ending;
};

/* --- the queue --- */

static void leave(struct submit *submit, struct item *item, enum submit_fate fate) {
	bool was_full = submit->waiting >= SUBMIT_WAITING_MAX;
	submit->waiting--;
	submit->spec.settled(submit->spec.context, item->printed, fate);
	arena_free(item->arena);
	if (was_full) {
		submit->spec.changed(submit->spec.context);
	}
}

static void lose(struct submit *submit, struct item *item, const char *why) {
	submit->lost++;
	submit->spec.lost(submit->spec.context, item->line, why);
	leave(submit, item, SUBMIT_LOST);
}

static void append(struct submit *submit, struct item *item) {
	item->next = NULL;
	*submit->last = item;
	submit->last = &item->next;
}

/* It was the first of its time, and stays so. */
static void put_back(struct submit *submit, struct item *item) {
	item->next = submit->first;
	submit->first = item;
	if (item->next == NULL) {
		submit->last = &item->next;
	}
}

static struct item *take_first(struct submit *submit) {
	struct item *item = submit->first;
	submit->first = item->next;
	if (submit->first == NULL) {
		submit->last = &submit->first;
	}
	return item;
}

/* Finer than seconds: a result of the same second as the last one must not be the older. */
static usec wall_clock(void) {
	struct timespec now = {0, 0};
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (usec)now.tv_sec * USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Did this service have a worse one before? */
static bool had_worse(
	struct submit *submit, const struct submit_result *result, const char *service) {
	size_t count = worst_count(result->state);
	size_t before = name_set_raise(&submit->services, service, count);
	if (before > 0) {
		submit->shared++;
		submit->spec.shared(submit->spec.context, result->line, service);
	}
	return before > count;
}

void submit_put(struct submit *submit, const struct submit_result *result) {
	static const char *const headers[] = {
		"Accept: application/json", "Content-Type: application/json"};
	const struct submit_config *config = &submit->spec.config;
	struct arena *arena = arena_begin(submit->spec.exhausted, NULL);
	struct submit_result full = *result;
	const char *service = submit_service(arena, config, result->destination, result->port);
	if (had_worse(submit, result, service)) { /* there is nothing to be submitted any more */
		submit->spec.settled(submit->spec.context, result->printed, SUBMIT_TAKEN);
		arena_free(arena);
		return;
	}
	full.executed = wall_clock();
	full.source = submit->machine;
	struct item *item = arena_alloc(arena, sizeof *item);
	*item = (struct item){.arena = arena,
		.line = arena_copy_string(arena, result->line),
		.service = service,
		.printed = arena_copy_span(arena, result->printed),
		.since = clock_now()};
	item->request = (struct http_request){.method = HTTP_POST,
		.host = config->name != NULL ? config->name : submit->spec.target.host,
		.port = submit->spec.target.port,
		.path = submit->path,
		.agent = submit->agent,
		.headers = headers,
		.n_headers = 2,
		.body = submit_body(arena, config, &full),
		.user = config->user,
		.password = config->password,
		.ca_file = config->ca,
		.cert_file = config->cert,
		.key_file = config->key,
		.answer_max = ANSWER_MAX};
	submit->waiting++;
	append(submit, item);
}

bool submit_recall(struct submit *submit, struct arena *arena, const struct submit_result *result) {
	const char *service =
		submit_service(arena, &submit->spec.config, result->destination, result->port);
	size_t count = worst_count(result->state);
	size_t before = name_set_raise(&submit->services, service, 0);
	bool counts = before == 0 || before >= count;
	(void)name_set_raise(&submit->services, service, counts ? count : 0);
	return counts;
}

/* --- answers --- */

/* After a failure everybody waits, longer each time; what has waited too long by now is given up.
 */
static void pause_all(struct submit *submit, const char *why, usec now) {
	if (now < submit->not_before) { /* the others of the same moment */
		return;
	}
	submit->pause = submit->pause == 0 ? PAUSE_MIN : usec_min(2 * submit->pause, PAUSE_MAX);
	submit->not_before = deadline_after(now, submit->pause);
	while (submit->first != NULL && now - submit->first->since >= submit->spec.config.patience) {
		lose(submit, take_first(submit), why);
	}
}

static void settle(struct submit *submit, struct lane *lane, usec now) {
	struct item *item = lane->item;
	const struct http_answer *answer = lane->answer;
	enum submit_fate fate = submit_fate_of(answer);
	lane->item = NULL;
	if (submit_is_elsewhere(answer->outcome)) {
		submit_addresses_doubt(&submit->addresses);
	}
	if (fate == SUBMIT_TAKEN) {
		submit->pause = 0;
		submit->taken++;
		leave(submit, item, SUBMIT_TAKEN);
	} else if (fate == SUBMIT_LOST) {
		lose(submit, item, submit_answer_words(item->arena, answer, item->service));
	} else {
		const char *why = submit_answer_words(submit->client_arena, answer, item->service);
		put_back(submit, item);
		pause_all(submit, why, now);
	}
}

static bool settle_all(struct submit *submit, usec now) {
	bool moved = false;
	for (size_t i = 0; i < LANES; i++) {
		struct lane *lane = &submit->lanes[i];
		if (lane->item != NULL && lane->answer->outcome != HTTP_PENDING) {
			settle(submit, lane, now);
			moved = true;
		}
	}
	return moved;
}

/* --- requests --- */

static void close_client(struct submit *submit) {
	http_free(submit->http);
	submit->http = NULL;
	arena_free(submit->client_arena);
	submit->client_arena = NULL;
}

/* One that is used up stays until no lane has an answer of it any more: a request that cannot begin
 * has its answer at once. */
static bool has_client(struct submit *submit, size_t busy) {
	bool used_up = submit->client_requests >= CLIENT_REQUESTS;
	if (submit->http != NULL && used_up && busy == 0) {
		close_client(submit);
	}
	if (submit->http == NULL) {
		submit->client_arena = arena_begin(submit->spec.exhausted, NULL);
		submit->client_requests = 0;
		submit->http = http_new(submit->library, submit->client_arena, NULL);
		if (submit->http == NULL) {
			arena_free(submit->client_arena);
		}
	}
	return submit->http != NULL && submit->client_requests < CLIENT_REQUESTS;
}

/* After a failure one is tried before all others follow. */
static size_t lanes_allowed(const struct submit *submit) {
	return submit->pause > 0 ? 1 : LANES;
}

static bool start_all(struct submit *submit, usec now) {
	bool moved = false;
	size_t busy = 0;
	for (size_t i = 0; i < LANES; i++) {
		busy += submit->lanes[i].item != NULL;
	}
	for (size_t i = 0; i < LANES && now >= submit->not_before; i++) {
		struct lane *lane = &submit->lanes[i];
		if (lane->item != NULL || submit->first == NULL || busy >= lanes_allowed(submit) ||
			!has_client(submit, busy)) {
			continue;
		}
		lane->item = take_first(submit);
		lane->item->request.addresses = submit->addresses.list;
		lane->item->request.n_addresses = submit->addresses.n;
		lane->item->request.deadline = deadline_after(now, REQUEST_MAX);
		lane->answer = http_start(submit->http, &lane->item->request, now);
		submit->client_requests++;
		busy++;
		moved = true;
	}
	return moved;
}

/* --- the source --- */

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct submit *submit = (const struct submit *)source;
	if (submit->first != NULL && submit->not_before > now) {
		*wake = usec_min(*wake, submit->not_before);
	}
	if (submit->ending) { /* alone in its loop: nothing else wakes it for a signal */
		*wake = usec_min(*wake, deadline_after(now, LOOK));
	}
	size_t n = submit_addresses_watch(&submit->addresses, fds, max);
	return submit->http == NULL || n > max
			   ? n
			   : n + source_watch(http_source(submit->http), fds + n, max - n, now, wake);
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct submit *submit = (struct submit *)source;
	bool moved = false;
	submit_addresses_step(&submit->addresses);
	if (submit->http != NULL) {
		moved = source_step(http_source(submit->http), fds, n, now) == PROGRESS_MOVED;
	}
	moved = settle_all(submit, now) || moved;
	moved = start_all(submit, now) || moved;
	if (submit->ending && submit->waiting == 0) {
		return PROGRESS_DONE;
	}
	return moved ? PROGRESS_MOVED : PROGRESS_WAITING;
}

struct submit *submit_new(struct arena *arena, const struct submit_spec *spec, struct err *err) {
	static const struct source_ops ops = {watch, step};
	struct submit *submit = arena_alloc(arena, sizeof *submit);
	char machine[SUBMIT_NAME_MAX + 1] = "";
	submit->source.ops = &ops;
	submit->arena = arena;
	submit->spec = *spec;
	submit->last = &submit->first;
	submit->services = name_set_new(arena);
	submit->path = arena_printf(arena, "%s/v1/actions/process-check-result", spec->target.prefix);
	submit->agent = "smtp-tls-fleet/" PACKAGE_VERSION;
	(void)gethostname(machine, sizeof machine - 1);
	submit->machine = arena_copy_string(arena, machine);
	if (!http_is_available()) {
		(void)err_set(err, ERR_LOCAL, "--submit needs libcurl, which was not there at the build");
		return NULL;
	}
	bool found = submit_addresses_find(&submit->addresses, arena, spec->target.host, err);
	return found ? submit : NULL;
}

bool submit_open(struct submit *submit, struct err *err) {
	struct err why = {0};
	submit->library = http_open(submit->arena, &why);
	return submit->library != NULL || err_set(err, ERR_LOCAL, "--submit: %s", why.text);
}

size_t submit_waiting(const struct submit *submit) {
	return submit->waiting;
}

size_t submit_taken(const struct submit *submit) {
	return submit->taken;
}

size_t submit_lost(const struct submit *submit) {
	return submit->lost;
}

size_t submit_shared(const struct submit *submit) {
	return submit->shared;
}

struct source *submit_source(struct submit *submit) {
	return &submit->source;
}

void submit_end(struct submit *submit) {
	submit->ending = true;
}

void submit_drop(struct submit *submit, const char *why) {
	if (submit->http != NULL) {
		http_cancel(submit->http);
	}
	for (size_t i = 0; i < LANES; i++) {
		if (submit->lanes[i].item != NULL) {
			lose(submit, submit->lanes[i].item, why);
			submit->lanes[i].item = NULL;
		}
	}
	while (submit->first != NULL) {
		lose(submit, take_first(submit), why);
	}
}

void submit_free(struct submit *submit) {
	if (submit != NULL && submit->http != NULL) {
		close_client(submit);
	}
	if (submit != NULL) {
		submit_addresses_stop(&submit->addresses);
		http_close(submit->library);
	}
}
