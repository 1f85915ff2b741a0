/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Host lookups by the system's own means, in front of, behind or instead of the DNS. */
#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "dns/carrier.h"
#include "dns/native_child.h"
#include "dns/resolver.h"

#define CHILDREN_MAX 8U
_Static_assert(2 * CARRIER_FDS_MAX + CHILDREN_MAX <= RESOLVER_FDS_MAX, "room for all descriptors");

enum lookup_stage {
	LOOKUP_QUEUED, /* wants a child */
	LOOKUP_CHILD,
	LOOKUP_DNS, /* with a question of its own, that of the asker stays pending meanwhile */
	LOOKUP_DONE
};

struct lookup {
	struct lookup *next;
	enum lookup_stage stage;
	struct dns_question *question;
	struct dns_question dns;
	struct native_child child;
	usec deadline;
};

struct resolver_native {
	struct resolver resolver;
	struct arena *arena;
	struct resolver *dns;
	enum resolver_hosts order;
	usec deadline;          /* absolute, or with `patience` not 0: */
	usec patience;          /* of each lookup, from when it is asked */
	struct lookup *lookups; /* not done yet, oldest first */
	size_t n_children;
};

static struct resolver_native *of_source(struct source *source) {
	return (struct resolver_native *)source;
}

/* Where an answer is put. */
static struct arena *arena_for(
	const struct resolver_native *native, const struct dns_question *question) {
	return question->arena != NULL ? question->arena : native->arena;
}

static int family_of(const struct dns_question *question) {
	return question->type == DNS_TYPE_A ? AF_INET : AF_INET6;
}

static void finish(struct lookup *lookup, enum dns_outcome outcome, usec now) {
	lookup->question->outcome = outcome;
	lookup->question->answered_at = now;
	lookup->stage = LOOKUP_DONE;
}

static void time_out(struct lookup *lookup, usec now) {
	(void)err_set(&lookup->question->err, ERR_DNS, "native host lookup took too long");
	finish(lookup, DNS_TIMED_OUT, now);
}

static void ask_dns(struct resolver_native *native, struct lookup *lookup, usec now) {
	lookup->stage = LOOKUP_DNS;
	lookup->dns.name = lookup->question->name;
	lookup->dns.type = lookup->question->type;
	lookup->dns.arena = lookup->question->arena;
	lookup->dns.beside = lookup->question->beside;
	native->dns->ask(native->dns, &lookup->dns, now);
}

/* The DNS's answer as it is, asked when the asker asked. */
static void take_dns(struct lookup *lookup) {
	usec asked_at = lookup->question->asked_at;
	*lookup->question = lookup->dns;
	lookup->question->asked_at = asked_at;
	lookup->stage = LOOKUP_DONE;
}

static void take_addresses(struct resolver_native *native, struct lookup *lookup) {
	struct dns_question *question = lookup->question;
	struct arena *arena = arena_for(native, question);
	const struct native_answer *found = &lookup->child.answer;
	size_t octets = question->type == DNS_TYPE_A ? 4 : 16;
	struct dns_answer answer = {.canonical = question->name, .extended_error = -1};
	answer.records = arena_alloc_array(arena, found->n, sizeof *answer.records);
	for (size_t i = 0; i < found->n; i++) {
		struct span data = {found->addresses[i], octets};
		answer.records[i] = (struct dns_record){.owner = question->name, .type = question->type};
		answer.records[i].data = arena_copy_span(arena, data);
	}
	answer.n_records = found->n;
	question->answer = answer;
	question->native = true;
}

static const char *words_of(const struct native_answer *found) {
	if (found->status == NATIVE_CHILD_DIED) {
		return "the process that asked the C library died";
	}
	if (found->status == 0) {
		return gai_strerror(EAI_NODATA);
	}
	return found->status == EAI_SYSTEM ? strerror(found->reason) : gai_strerror(found->status);
}

static bool is_unknown_host(int status) {
	return status == EAI_NONAME || status == EAI_NODATA || status == EAI_ADDRFAMILY;
}

/* The child has spoken. */
static void take_child(struct resolver_native *native, struct lookup *lookup, usec now) {
	struct dns_question *question = lookup->question;
	const struct native_answer *found = &lookup->child.answer;
	question->native_only = native->order == RESOLVER_HOSTS_NATIVE;
	if (found->status == 0 && found->n > 0) {
		take_addresses(native, lookup);
		finish(lookup, DNS_FOUND, now);
		return;
	}
	bool died = found->status == NATIVE_CHILD_DIED;
	if (!died && native->order == RESOLVER_HOSTS_DNS_NATIVE) {
		take_dns(lookup); /* what sent us here still holds */
	} else if (found->status == 0 || is_unknown_host(found->status)) {
		if (native->order == RESOLVER_HOSTS_NATIVE_DNS) {
			ask_dns(native, lookup, now);
		} else {
			finish(lookup, found->status == EAI_NONAME ? DNS_NXDOMAIN : DNS_NODATA, now);
		}
	} else {
		bool local = died || found->status == EAI_SYSTEM || found->status == EAI_MEMORY;
		(void)err_set(
			&question->err, local ? ERR_LOCAL : ERR_DNS, "native host lookup: %s", words_of(found));
		finish(lookup, DNS_SERVER_FAILED, now);
	}
	question->native_words = arena_copy_string(arena_for(native, question), words_of(found));
}

static void start_child(struct resolver_native *native, struct lookup *lookup, usec now) {
	struct dns_question *question = lookup->question;
	if (native->n_children == CHILDREN_MAX) {
		lookup->stage = LOOKUP_QUEUED;
		return;
	}
	if (!native_child_start(&lookup->child, question->name, family_of(question),
			lookup->deadline - now, &question->err)) {
		finish(lookup, DNS_SERVER_FAILED, now);
		return;
	}
	native->n_children++;
	lookup->stage = LOOKUP_CHILD;
}

static void stop_child(struct resolver_native *native, struct lookup *lookup) {
	native_child_stop(&lookup->child);
	native->n_children--;
}

static void ask(struct resolver *resolver, struct dns_question *question, usec now) {
	struct resolver_native *native = of_source(&resolver->source);
	bool address = question->type == DNS_TYPE_A || question->type == DNS_TYPE_AAAA;
	if (!address || native->order == RESOLVER_HOSTS_DNS) {
		native->dns->ask(native->dns, question, now);
		return;
	}
	struct lookup *lookup = arena_alloc(arena_for(native, question), sizeof *lookup);
	lookup->question = question;
	lookup->deadline =
		native->patience > 0 ? deadline_after(now, native->patience) : native->deadline;
	question->outcome = DNS_PENDING;
	question->answer = (struct dns_answer){.extended_error = -1};
	question->asked_at = now;
	struct lookup **end = &native->lookups;
	while (*end != NULL) {
		end = &(*end)->next;
	}
	*end = lookup;
	if (native->order == RESOLVER_HOSTS_DNS_NATIVE) {
		ask_dns(native, lookup, now);
	} else if (now >= lookup->deadline) {
		time_out(lookup, now);
	} else {
		start_child(native, lookup, now);
	}
}

/* The DNS has spoken. */
static void hear_dns(struct resolver_native *native, struct lookup *lookup, usec now) {
	enum dns_outcome outcome = lookup->dns.outcome;
	bool unknown = outcome == DNS_NXDOMAIN || outcome == DNS_NODATA;
	if (unknown && native->order == RESOLVER_HOSTS_DNS_NATIVE && now < lookup->deadline) {
		start_child(native, lookup, now);
	} else {
		take_dns(lookup);
	}
}

/* True when something came of it. */
static bool advance(struct resolver_native *native, struct lookup *lookup, usec now) {
	switch (lookup->stage) {
	case LOOKUP_QUEUED:
		if (native->n_children == CHILDREN_MAX) {
			return false;
		}
		start_child(native, lookup, now);
		return true;
	case LOOKUP_CHILD:
		if (!native_child_read(&lookup->child)) {
			return false;
		}
		stop_child(native, lookup);
		take_child(native, lookup, now);
		return true;
	case LOOKUP_DNS:
		if (lookup->dns.outcome == DNS_PENDING) {
			return false;
		}
		hear_dns(native, lookup, now);
		return true;
	case LOOKUP_DONE:
		return true;
	}
	return false;
}

/* A native lookup ends here; one that waits for the DNS ends when the DNS does. */
static void give_up(struct resolver_native *native, struct lookup *lookup, usec now) {
	if (lookup->stage == LOOKUP_CHILD) {
		stop_child(native, lookup);
	}
	if (lookup->stage == LOOKUP_CHILD || lookup->stage == LOOKUP_QUEUED) {
		time_out(lookup, now);
	} else if (lookup->stage == LOOKUP_DNS && lookup->dns.outcome != DNS_PENDING) {
		take_dns(lookup);
	}
}

/* True when there were any. */
static bool drop_done(struct resolver_native *native) {
	struct lookup **at = &native->lookups;
	bool dropped = false;
	while (*at != NULL) {
		if ((*at)->stage == LOOKUP_DONE) {
			*at = (*at)->next;
			dropped = true;
		} else {
			at = &(*at)->next;
		}
	}
	return dropped;
}

static void cancel(struct resolver *resolver, usec now) {
	struct resolver_native *native = of_source(&resolver->source);
	native->dns->cancel(native->dns, now);
	for (struct lookup *lookup = native->lookups; lookup != NULL; lookup = lookup->next) {
		give_up(native, lookup, now);
	}
	(void)drop_done(native);
}

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	struct resolver_native *native = of_source(source);
	size_t n = source_watch(&native->dns->source, fds, max, now, wake);
	for (struct lookup *lookup = native->lookups; lookup != NULL; lookup = lookup->next) {
		if (lookup->stage == LOOKUP_CHILD) {
			if (n < max) {
				fds[n] = (struct pollfd){.fd = lookup->child.fd, .events = POLLIN};
			}
			n++;
			*wake = usec_min(*wake, lookup->deadline);
		}
	}
	return n;
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct resolver_native *native = of_source(source);
	bool moved = source_step(&native->dns->source, fds, n, now) == PROGRESS_MOVED;
	for (struct lookup *lookup = native->lookups; lookup != NULL; lookup = lookup->next) {
		moved = advance(native, lookup, now) || moved;
		if (now >= lookup->deadline) {
			give_up(native, lookup, now);
		}
	}
	moved = drop_done(native) || moved;
	return moved ? PROGRESS_MOVED : PROGRESS_WAITING;
}

static void free_native(struct resolver *resolver) {
	struct resolver_native *native = of_source(&resolver->source);
	for (struct lookup *lookup = native->lookups; lookup != NULL; lookup = lookup->next) {
		if (lookup->stage == LOOKUP_CHILD) {
			stop_child(native, lookup);
		}
	}
	native->lookups = NULL;
	resolver_free(native->dns);
	native->dns = NULL;
}

struct resolver *resolver_native_new(
	struct arena *arena, struct resolver *dns, enum resolver_hosts order, usec deadline) {
	static const struct source_ops ops = {watch, step};
	struct resolver_native *native = arena_alloc(arena, sizeof *native);
	native->resolver = (struct resolver){{&ops}, ask, cancel, free_native};
	native->arena = arena;
	native->dns = dns;
	native->order = order;
	native->deadline = deadline;
	return &native->resolver;
}

void resolver_native_be_patient(struct resolver *resolver, usec patience) {
	of_source(&resolver->source)->patience = patience;
}
