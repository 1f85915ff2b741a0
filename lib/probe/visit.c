/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The connections to one address, one after the other. */
#include "probe/visit.h"

#include <string.h>

#include "probe/key_types.h"
#include "probe/large_hello.h"
#include "probe/probe_trace.h"

enum visiting {
	VISIT_FIRST,   /* the connection everything is about */
	VISIT_WAITING, /* before the next reconnect */
	VISIT_AGAIN,
	VISIT_KEY_TYPES,
	VISIT_LARGE_HELLO,
	VISIT_SMALL_HELLO, /* is it the size? */
	VISIT_OVER
};

struct visit {
	struct source source;
	const struct visit_spec *spec;
	struct arena *arena;
	struct tls_context *context;
	enum visiting doing;
	struct probe_spec probe_spec; /* of the connection at hand */
	struct probe *probe;          /* NULL between connections */
	struct result first;
	struct reconnects reconnects;
	struct key_type key_types[TLS_KEY_TYPES];
	struct large_hello large_hello;
	usec waits_since;
	usec wake; /* end of the waiting */
};

static struct probe_trace listener(const struct visit *visit) {
	const struct probe_spec *spec = &visit->probe_spec;
	return (struct probe_trace){spec->trace, spec->peer, spec->id, spec->pass, spec->protocol};
}

static void connect_now(struct visit *visit, enum visiting doing, usec now) {
	visit->doing = doing;
	visit->probe = probe_new(visit->arena, &visit->probe_spec, visit->context, now);
}

/* A connection for its handshake alone. */
static void specify_handshake(struct visit *visit, const char *tries) {
	visit->probe_spec = visit->spec->probe;
	visit->probe_spec.manner.wait_for_quit = false;
	visit->probe_spec.session_peer = NULL;
	visit->probe_spec.errand = SMTP_ERRAND_SESSION;
	visit->probe_spec.tries = tries;
}

/* --- one with a large ClientHello, the last: it may take a whole timeout; and where that fails one
 * with a small one, so that a fault of this moment is not taken for one of the size --- */

static void start_hello(struct visit *visit, enum visiting doing, usec now) {
	bool large = doing == VISIT_LARGE_HELLO;
	specify_handshake(visit, large ? "a large ClientHello" : "a small ClientHello again");
	visit->probe_spec.hello = large ? TLS_HELLO_LARGE : TLS_HELLO_SMALL;
	visit->probe_spec.pass = -(int)TLS_KEY_TYPES;
	connect_now(visit, doing, now);
}

static void start_large_hello(struct visit *visit, usec now) {
	if (!visit->spec->pq_probe || !large_hello_is_due(&visit->first)) {
		visit->doing = VISIT_OVER;
		return;
	}
	start_hello(visit, VISIT_LARGE_HELLO, now);
}

/* --- one handshake for each type of certificate not yet seen --- */

static void next_key_type(struct visit *visit, usec now) {
	enum tls_key_type type = key_types_next(visit->key_types);
	if (type == TLS_KEY_ANY) {
		start_large_hello(visit, now);
		return;
	}
	specify_handshake(visit, key_type_wanted(type));
	visit->probe_spec.key_type = type;
	visit->probe_spec.pass = -(int)type;
	connect_now(visit, VISIT_KEY_TYPES, now);
}

static void start_key_types(struct visit *visit, usec now) {
	if (!visit->spec->key_types) {
		start_large_hello(visit, now);
		return;
	}
	key_types_start(visit->key_types, &visit->first);
	next_key_type(visit, now);
}

/* --- reconnects (posttls-finger's loop) --- */

static bool wants_reconnects(const struct visit *visit) {
	return visit->spec->reconnect.delay > 0;
}

/* posttls-finger goes on to QUIT, and so to the next connection, when only the EHLO inside TLS
 * failed. */
static bool reached_quit(const struct visit *visit, const struct result *result) {
	bool tolerant = visit->spec->probe.habits->goes_on_in_tls;
	return result->stage == PROBE_FINISHED || (tolerant && result->stage == PROBE_TLS_EHLO);
}

static void count(struct visit *visit, const struct tls_facts *facts) {
	struct reconnects *reconnects = &visit->reconnects;
	if (facts != NULL) {
		reconnects->stored += facts->n_stored;
		reconnects->tickets += facts->tickets;
		reconnects->offered += facts->session_offered ? 1 : 0;
		reconnects->sent += facts->session_sent ? 1 : 0;
		reconnects->lifetime = facts->session_lifetime;
		reconnects->resumed += facts->resumed ? 1 : 0;
	}
}

/* Why there is to be no further reconnect; RECONNECT_NOT_WANTED: there is to be one. A session that
 * was kept for this server decides, whatever the server made of it. */
static enum reconnect_end conclude(const struct visit *visit, const char **words) {
	const struct reconnects *reconnects = &visit->reconnects;
	if (reconnects->stored == 0) {
		*words = "Server declined session caching. Done reconnecting.";
		return RECONNECT_DECLINED;
	}
	if (reconnects->offered > 0) {
		*words = "Found a previously used server.  Done reconnecting.";
		return RECONNECT_FOUND;
	}
	if ((int64_t)reconnects->n >= visit->spec->reconnect.max) {
		*words = "Maximum reconnect count reached.";
		return RECONNECT_MAXIMUM;
	}
	return RECONNECT_NOT_WANTED;
}

static void wait_or_conclude(struct visit *visit, usec now) {
	const char *words = NULL;
	enum reconnect_end end = conclude(visit, &words);
	const struct probe_trace trace = listener(visit);
	if (end != RECONNECT_NOT_WANTED) {
		visit->reconnects.end = end;
		probe_trace_text(&trace, EVENT_RECONNECT_END, words);
		start_key_types(visit, now);
		return;
	}
	visit->doing = VISIT_WAITING;
	visit->waits_since = now;
	visit->wake = deadline_after(now, visit->spec->reconnect.delay);
	probe_trace_phase(&trace, EVENT_RECONNECT, NULL, visit->spec->reconnect.delay);
}

static void reconnect(struct visit *visit, usec now) {
	visit->reconnects.n++;
	visit->reconnects.waited += now - visit->waits_since;
	visit->probe_spec.pass++;
	visit->probe_spec.errand = SMTP_ERRAND_SESSION;
	const struct probe_trace trace = listener(visit);
	probe_trace_policy(&trace, visit->probe_spec.policy, visit->probe_spec.wish->level);
	connect_now(visit, VISIT_AGAIN, now);
}

/* From connecting to the end of the handshake; -1 when it did not come to that. */
static usec time_to_session(const struct probe_times *times) {
	const usec parts[] = {times->connect, times->ehlo, times->starttls, times->tls};
	bool in_clear = times->starttls >= 0;
	usec sum = in_clear ? times->banner : 0;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		sum += parts[i] > 0 ? parts[i] : 0;
	}
	return times->tls < 0 ? -1 : sum;
}

/* --- the end of a connection --- */

static void end_first(struct visit *visit, const struct result *result, usec now) {
	visit->first = *result;
	if (wants_reconnects(visit) && reached_quit(visit, result)) {
		count(visit, result->tls);
		wait_or_conclude(visit, now);
	} else {
		start_key_types(visit, now);
	}
}

static void end_again(struct visit *visit, const struct result *result, usec now) {
	const struct probe_trace trace = listener(visit);
	if (!result->connected) {
		probe_trace_unreachable(&trace, visit->spec->destination, result);
	}
	count(visit, result->tls);
	visit->reconnects.time = time_to_session(&result->times);
	if (reached_quit(visit, result)) {
		wait_or_conclude(visit, now);
		return;
	}
	visit->reconnects.end = RECONNECT_FAILED;
	visit->reconnects.err = result->err;
	start_key_types(visit, now);
}

static void end_large(struct visit *visit, const struct result *result, usec now) {
	visit->large_hello = large_hello_of(result);
	if (visit->large_hello.outcome == LARGE_HELLO_FAILED) {
		start_hello(visit, VISIT_SMALL_HELLO, now);
	} else {
		visit->doing = VISIT_OVER;
	}
}

static void end_connection(struct visit *visit, usec now) {
	if (visit->doing == VISIT_FIRST) {
		probe_shorten(visit->probe);
	} else {
		probe_drop_replies(visit->probe);
	}
	struct result result = probe_result(visit->probe);
	probe_free(visit->probe);
	visit->probe = NULL;
	switch (visit->doing) {
	case VISIT_FIRST:
		end_first(visit, &result, now);
		break;
	case VISIT_AGAIN:
		end_again(visit, &result, now);
		break;
	case VISIT_KEY_TYPES:
		key_types_note(visit->key_types, visit->probe_spec.key_type, &result);
		next_key_type(visit, now);
		break;
	case VISIT_LARGE_HELLO:
		end_large(visit, &result, now);
		break;
	case VISIT_SMALL_HELLO:
		large_hello_beside(&visit->large_hello, &result);
		visit->doing = VISIT_OVER;
		break;
	case VISIT_WAITING:
	case VISIT_OVER:
		break;
	}
}

static enum progress visit_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct visit *visit = (struct visit *)source;
	if (visit->doing == VISIT_WAITING) {
		if (now < visit->wake) {
			return PROGRESS_WAITING;
		}
		reconnect(visit, now);
		return PROGRESS_MOVED;
	}
	if (visit->probe != NULL) {
		enum progress progress = source_step(probe_source(visit->probe), fds, n, now);
		if (progress != PROGRESS_DONE) {
			return progress;
		}
		end_connection(visit, now);
	}
	return visit->doing == VISIT_OVER ? PROGRESS_DONE : PROGRESS_MOVED;
}

static size_t visit_watch(
	struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct visit *visit = (const struct visit *)source;
	if (visit->doing == VISIT_WAITING) {
		*wake = usec_min(*wake, visit->wake);
	}
	return visit->probe == NULL ? 0 : source_watch(probe_source(visit->probe), fds, max, now, wake);
}

struct visit *visit_new(
	struct arena *arena, const struct visit_spec *spec, struct tls_context *context, usec now) {
	static const struct source_ops ops = {visit_watch, visit_step};
	struct visit *visit = arena_alloc(arena, sizeof *visit);
	visit->source.ops = &ops;
	visit->spec = spec;
	visit->arena = arena;
	visit->context = context;
	visit->reconnects.time = -1;
	visit->probe_spec = spec->probe;
	visit->probe_spec.pass = 1;
	if (wants_reconnects(visit)) {
		visit->reconnects.end = RECONNECT_NOT_REACHED;
		/* Session tickets may come with the very last reply. */
		visit->probe_spec.manner.wait_for_quit = true;
	}
	connect_now(visit, VISIT_FIRST, now);
	return visit;
}

struct source *visit_source(struct visit *visit) {
	return &visit->source;
}

bool visit_is_connected(const struct visit *visit) {
	return visit->doing == VISIT_FIRST ? probe_is_connected(visit->probe) : visit->first.connected;
}

/* The run ends before the visit does. A first connection that did not come to its QUIT is itself
 * what is missing; behind it, all that was still to be seen. */
static void cut_off(const struct visit *visit, struct report_node *node) {
	if (visit->doing == VISIT_FIRST && node->result.stage < PROBE_QUIT) {
		return;
	}
	if (wants_reconnects(visit) && visit->doing < VISIT_KEY_TYPES) {
		node->reconnects.end = RECONNECT_FAILED;
		err_set(&node->reconnects.err, ERR_BUDGET, "the run ended before");
	}
	if (visit->spec->key_types && visit->doing < VISIT_KEY_TYPES) {
		key_types_start(node->key_types, &node->result);
	}
	key_types_cut_off(node->key_types);
	if (visit->spec->pq_probe && large_hello_is_due(&node->result)) {
		node->large_hello = large_hello_cut_off();
	}
}

static void write_rest(const struct visit *visit, struct report_node *node) {
	node->reconnects = visit->reconnects;
	memcpy(node->key_types, visit->key_types, sizeof node->key_types);
	node->large_hello = visit->large_hello;
	if (visit->doing < VISIT_OVER) {
		cut_off(visit, node);
	}
}

void visit_write(struct visit *visit, struct report_node *node) {
	node->result = visit->doing == VISIT_FIRST ? probe_result(visit->probe) : visit->first;
	write_rest(visit, node);
}

void visit_glance(const struct visit *visit, struct report_node *node) {
	node->result = visit->doing == VISIT_FIRST ? probe_glance(visit->probe) : visit->first;
	write_rest(visit, node);
}

void visit_free(struct visit *visit) {
	if (visit != NULL) {
		probe_free(visit->probe);
	}
}
