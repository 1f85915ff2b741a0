/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers without AD count only from a server that is known to validate. */
#include "dns/resolver.h"

/* One of the servers, asked alone. */
struct vetted_server {
	const char *name;
	struct resolver *resolver; /* NULL: not needed yet, or it cannot be opened */
	struct dns_question test;
	bool asked;
};

enum lookup_stage {
	LOOKUP_ASKED,  /* of whichever server answers */
	LOOKUP_VETTED, /* an answer without AD is there: does the server that gave it validate? */
	LOOKUP_AGAIN   /* it does not: asked of one that does */
};

struct lookup {
	struct lookup *next;
	enum lookup_stage stage;
	bool done;
	struct dns_question *question;
	struct dns_question own;
};

struct resolver_vetted {
	struct resolver resolver;
	struct arena *arena;
	struct resolver *all;
	struct resolver_vetting spec;
	usec deadline;
	struct vetted_server servers[RESOLVER_SERVERS_MAX];
	size_t n;
	struct lookup *lookups; /* not done yet, oldest first */
};

static struct resolver_vetted *of_source(struct source *source) {
	return (struct resolver_vetted *)source;
}

/* --- the servers --- */

static void open_server(struct resolver_vetted *vetted, struct vetted_server *server, usec now) {
	struct resolver_ares_spec spec = {
		.servers = &server->name, .n_servers = 1, .deadline = vetted->deadline};
	server->asked = true;
	server->test.name = vetted->spec.name;
	server->test.type = vetted->spec.type;
	server->resolver = resolver_ares_new(vetted->arena, &spec, now, &server->test.err);
	if (server->resolver == NULL) {
		server->test.outcome = DNS_SERVER_FAILED;
		return;
	}
	server->resolver->ask(server->resolver, &server->test, now);
}

static bool is_tested(const struct vetted_server *server) {
	return server->asked && server->test.outcome != DNS_PENDING;
}

static bool validates(const struct vetted_server *server) {
	return server->resolver != NULL && is_tested(server) &&
		   dns_outcome_is_answer(server->test.outcome) && server->test.secure;
}

static struct vetted_server *find_server(struct resolver_vetted *vetted, const char *name) {
	for (size_t i = 0; name != NULL && i < vetted->n; i++) {
		if (vetted->servers[i].name == name) {
			return &vetted->servers[i];
		}
	}
	return NULL;
}

/* All at once: the one that gave the answer will mostly do, but who knows which the others are. */
static void test_all(struct resolver_vetted *vetted, usec now) {
	for (size_t i = 0; i < vetted->n; i++) {
		if (!vetted->servers[i].asked) {
			open_server(vetted, &vetted->servers[i], now);
		}
	}
}

/* The first server that validates; NULL without. *awaited: one may still turn out to. */
static struct vetted_server *first_validating(struct resolver_vetted *vetted, bool *awaited) {
	*awaited = false;
	for (size_t i = 0; i < vetted->n; i++) {
		if (validates(&vetted->servers[i])) {
			return &vetted->servers[i];
		}
		*awaited = *awaited || !is_tested(&vetted->servers[i]);
	}
	return NULL;
}

/* --- a question --- */

/* The answer as it is, asked when the asker asked. */
static void take(struct lookup *lookup) {
	usec asked_at = lookup->question->asked_at;
	bool beside = lookup->question->beside;
	*lookup->question = lookup->own;
	lookup->question->asked_at = asked_at;
	lookup->question->beside = beside;
	lookup->done = true;
}

static void vet(struct resolver_vetted *vetted, struct lookup *lookup, usec now) {
	const struct vetted_server *giver = find_server(vetted, lookup->own.server);
	bool awaited = false;
	if (giver != NULL && validates(giver)) {
		take(lookup);
		return;
	}
	if (giver != NULL && !is_tested(giver)) {
		return;
	}
	struct vetted_server *other = first_validating(vetted, &awaited);
	if (other != NULL) {
		lookup->stage = LOOKUP_AGAIN;
		lookup->own = (struct dns_question){.name = lookup->question->name,
			.type = lookup->question->type,
			.arena = lookup->question->arena};
		other->resolver->ask(other->resolver, &lookup->own, now);
	} else if (!awaited) {
		take(lookup); /* nobody validates: the self-test will come to the same */
	}
}

/* True when something came of it. */
static bool advance(struct resolver_vetted *vetted, struct lookup *lookup, usec now) {
	enum lookup_stage before = lookup->stage;
	if (lookup->own.outcome == DNS_PENDING) {
		return false;
	}
	bool insecure = dns_outcome_is_answer(lookup->own.outcome) && !lookup->own.secure;
	if (lookup->stage == LOOKUP_AGAIN || !insecure || lookup->question->beside) {
		take(lookup);
		return true;
	}
	if (lookup->stage == LOOKUP_ASKED) {
		lookup->stage = LOOKUP_VETTED;
		test_all(vetted, now);
	}
	vet(vetted, lookup, now);
	return lookup->done || lookup->stage != before;
}

static void ask(struct resolver *resolver, struct dns_question *question, usec now) {
	struct resolver_vetted *vetted = of_source(&resolver->source);
	struct arena *arena = question->arena != NULL ? question->arena : vetted->arena;
	struct lookup *lookup = arena_alloc(arena, sizeof *lookup);
	lookup->question = question;
	lookup->own.arena = question->arena;
	question->outcome = DNS_PENDING;
	question->answer = (struct dns_answer){.extended_error = -1};
	question->asked_at = now;
	lookup->own.name = question->name;
	lookup->own.type = question->type;
	struct lookup **end = &vetted->lookups;
	while (*end != NULL) {
		end = &(*end)->next;
	}
	*end = lookup;
	vetted->all->ask(vetted->all, &lookup->own, now);
}

/* True when there were any. */
static bool drop_done(struct resolver_vetted *vetted) {
	struct lookup **at = &vetted->lookups;
	bool dropped = false;
	while (*at != NULL) {
		if ((*at)->done) {
			*at = (*at)->next;
			dropped = true;
		} else {
			at = &(*at)->next;
		}
	}
	return dropped;
}

/* An answer that nobody vouches for in time is none. */
static void give_up(struct lookup *lookup, usec now) {
	if (lookup->stage == LOOKUP_VETTED) {
		lookup->own.outcome = DNS_TIMED_OUT;
		lookup->own.answered_at = now;
		(void)err_set(&lookup->own.err, ERR_DNS,
			"no answer in time from a resolver that is known to validate");
	}
	take(lookup);
}

static void cancel(struct resolver *resolver, usec now) {
	struct resolver_vetted *vetted = of_source(&resolver->source);
	vetted->all->cancel(vetted->all, now);
	for (size_t i = 0; i < vetted->n; i++) {
		struct resolver *alone = vetted->servers[i].resolver;
		if (alone != NULL) {
			alone->cancel(alone, now);
		}
	}
	for (struct lookup *lookup = vetted->lookups; lookup != NULL; lookup = lookup->next) {
		give_up(lookup, now);
	}
	(void)drop_done(vetted);
}

/* --- as a source --- */

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	struct resolver_vetted *vetted = of_source(source);
	size_t n = source_watch(&vetted->all->source, fds, max, now, wake);
	for (size_t i = 0; i < vetted->n && n <= max; i++) {
		struct resolver *alone = vetted->servers[i].resolver;
		if (alone != NULL) {
			n += source_watch(&alone->source, fds + n, max - n, now, wake);
		}
	}
	return n;
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct resolver_vetted *vetted = of_source(source);
	bool moved = source_step(&vetted->all->source, fds, n, now) == PROGRESS_MOVED;
	for (size_t i = 0; i < vetted->n; i++) {
		struct resolver *alone = vetted->servers[i].resolver;
		if (alone != NULL) {
			moved = source_step(&alone->source, fds, n, now) == PROGRESS_MOVED || moved;
		}
	}
	for (struct lookup *lookup = vetted->lookups; lookup != NULL; lookup = lookup->next) {
		moved = advance(vetted, lookup, now) || moved;
	}
	moved = drop_done(vetted) || moved;
	return moved ? PROGRESS_MOVED : PROGRESS_WAITING;
}

static void free_vetted(struct resolver *resolver) {
	struct resolver_vetted *vetted = of_source(&resolver->source);
	resolver_free(vetted->all);
	vetted->all = NULL;
	for (size_t i = 0; i < vetted->n; i++) {
		resolver_free(vetted->servers[i].resolver);
		vetted->servers[i].resolver = NULL;
	}
	vetted->lookups = NULL;
}

struct resolver *resolver_vetted_new(struct arena *arena, struct resolver *ares,
	const struct resolver_vetting *vetting, usec deadline) {
	static const struct source_ops ops = {watch, step};
	size_t n = resolver_ares_count(ares);
	if (n < 2) {
		return ares;
	}
	struct resolver_vetted *vetted = arena_alloc(arena, sizeof *vetted);
	vetted->resolver = (struct resolver){{&ops}, ask, cancel, free_vetted};
	vetted->arena = arena;
	vetted->all = ares;
	vetted->spec = *vetting;
	vetted->deadline = deadline;
	vetted->n = n;
	for (size_t i = 0; i < n; i++) {
		vetted->servers[i].name = resolver_ares_server(ares, i);
	}
	return &vetted->resolver;
}
