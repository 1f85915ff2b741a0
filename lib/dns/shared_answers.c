/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One question, many askers. */
#include "dns/shared_answers.h"

#include <stdint.h>
#include <strings.h>

#include "base/ascii.h"
#include "base/chains.h"
#include "base/kept.h"
#include "dns/flight.h"

#define BUCKETS 8192U /* a power of two */
#define ENTRY_BLOCK_BYTES 1024U
#define KEPT_BYTES 4096U /* of each answer that is kept, on the average at most */

/* A question that was asked, with all memory of its answer. */
struct entry {
	struct channel_question asked;
	struct shared_answers *all;
	struct arena *arena;
	struct chain_link found; /* new askers find it */
	bool settled;            /* the askers know its outcome */
	struct asking *askers;   /* all that hold on to it */
	size_t n_askers;
	usec expires;          /* once settled */
	struct kept_link kept; /* while nobody holds it */
};

struct shared_answers {
	struct shared_answers_spec spec;
	struct arena *arena;
	struct chains table;
	struct kept kept; /* those that nobody holds */
	struct shared_answers_counts counts;
	usec heard_at; /* when the resolver answered last, whatever it was asked */
};

/* One asker and one of its questions. */
struct asking {
	struct asker *asker;
	struct entry *entry;
	struct dns_question *question;
	bool waits;          /* the entry waits for a channel, and so the asker is held up */
	struct asking *next; /* of the entry's */
	struct asking *previous;
	struct asking *next_own; /* of the asker's */
};

struct asker {
	struct resolver resolver;
	struct shared_answers *all;
	struct arena *arena;
	struct shared_answers_asker who;
	struct asking *askings;
	size_t n_pending;
	size_t octets;     /* of all answers so far */
	usec silent_since; /* when it asked what had no answer, the last time; 0: never */
};

static struct asker *of_source(struct source *source) {
	return (struct asker *)source;
}

/* --- the table --- */

static uint64_t hash_of(const char *name, enum dns_type type) {
	uint64_t hash = chains_hash(CHAINS_HASH_START, &type, sizeof type);
	for (const char *at = name; *at != '\0'; at++) {
		char lower = ascii_lower(*at);
		hash = chains_hash(hash, &lower, 1);
	}
	return hash;
}

static struct entry *of_chain(struct chain_link *link) {
	return link == NULL ? NULL : (struct entry *)((char *)link - offsetof(struct entry, found));
}

static void forget(struct entry *entry) {
	chains_remove(&entry->all->table, &entry->found);
	arena_free(entry->arena);
}

/* Is it there to be asked again? */
static bool is_stale(const struct entry *entry, usec now) {
	return entry->settled && now >= entry->expires;
}

/* What was asked beside was answered by whichever server it was, for nothing depends on it. */
static bool serves(const struct entry *entry, const struct dns_question *question, usec now) {
	const struct dns_question *asked = &entry->asked.question;
	return asked->type == question->type && !is_stale(entry, now) &&
		   (question->beside || !asked->beside) && strcasecmp(asked->name, question->name) == 0;
}

static struct entry *find(
	struct shared_answers *answers, const struct dns_question *question, usec now) {
	struct entry *entry =
		of_chain(chains_at(&answers->table, hash_of(question->name, question->type)));
	while (entry != NULL && !serves(entry, question, now)) {
		entry = of_chain(entry->found.next);
	}
	return entry;
}

/* --- answers on their way to askers --- */

static usec ttl_of(const struct dns_question *question) {
	const struct dns_answer *answer = &question->answer;
	if (!dns_outcome_is_answer(question->outcome)) {
		return SHARED_TTL_FAILED;
	}
	if (answer->n_records + answer->n_aliases == 0) {
		return SHARED_TTL_NOTHING;
	}
	usec ttl = SHARED_TTL_MAX;
	for (size_t i = 0; i < answer->n_records; i++) {
		ttl = usec_min(ttl, (usec)answer->records[i].ttl * USEC_PER_SEC);
	}
	for (size_t i = 0; i < answer->n_aliases; i++) {
		ttl = usec_min(ttl, (usec)answer->aliases[i].ttl * USEC_PER_SEC);
	}
	return question->native ? SHARED_TTL_NOTHING : ttl;
}

static void note_silence(struct asker *asker, const struct dns_question *question) {
	if (question->outcome == DNS_TIMED_OUT || question->outcome == DNS_UNREACHABLE) {
		asker->silent_since = question->asked_at;
	}
}

/* The asker's own are the name as it wrote it, its memory, the time it asked, and whether anything
 * depends on it. The time of an answer that was kept is when the resolver was heard last: from that
 * it is told whether it lives. */
static void deliver(struct asking *asking) {
	struct dns_question *question = asking->question;
	const char *name = question->name;
	struct arena *arena = question->arena;
	usec asked_at = question->asked_at;
	bool beside = question->beside;
	*question = asking->entry->asked.question;
	question->name = name;
	question->arena = arena;
	question->asked_at = asked_at;
	question->beside = beside;
	if (dns_outcome_is_answer(question->outcome)) {
		question->answered_at = asking->asker->all->heard_at;
	}
	note_silence(asking->asker, question);
	asking->asker->n_pending--;
	asking->asker->octets +=
		question->outcome == DNS_MALFORMED ? UINT16_MAX : question->answer.octets;
}

/* --- those that wait for a channel --- */

static void hold_up(struct asking *asking, usec now) {
	asking->waits = true;
	held_up_begin(asking->asker->who.held_up, now);
}

static void let_pass(struct asking *asking, usec now) {
	struct shared_answers_asker *who = &asking->asker->who;
	if (asking->waits) {
		asking->waits = false;
		held_up_end(who->held_up, now);
		crowd_wake(who->child); /* its time goes on */
	}
}

static void launches(struct channel_question *asked, usec now) {
	struct entry *entry = (struct entry *)asked;
	for (struct asking *asking = entry->askers; asking != NULL; asking = asking->next) {
		let_pass(asking, now);
	}
}

static void settle(struct channel_question *asked, usec now) {
	struct entry *entry = (struct entry *)asked;
	entry->settled = true;
	if (dns_outcome_is_answer(entry->asked.question.outcome) && !entry->asked.question.native) {
		entry->all->heard_at = now;
	}
	entry->expires = deadline_after(now, ttl_of(&entry->asked.question));
	for (struct asking *asking = entry->askers; asking != NULL; asking = asking->next) {
		if (asking->question->outcome == DNS_PENDING) {
			deliver(asking);
			crowd_wake(asking->asker->who.child);
		}
	}
	if (entry->n_askers == 0) {
		forget(entry);
	}
}

static struct entry *add(struct shared_answers *answers, const struct dns_question *question) {
	struct arena *arena = arena_beside(answers->arena, ENTRY_BLOCK_BYTES);
	struct entry *entry = arena_alloc(arena, sizeof *entry);
	entry->all = answers;
	entry->arena = arena;
	entry->asked.question.name = arena_copy_string(arena, question->name);
	entry->asked.question.type = question->type;
	entry->asked.question.beside = question->beside;
	entry->asked.question.arena = arena;
	entry->asked.settled = settle;
	entry->asked.launches = launches;
	chains_add(&answers->table, &entry->found, hash_of(question->name, question->type));
	return entry;
}

/* --- askers --- */

/* Who met with silence asks whether the resolver lives: what was kept from before does not tell. */
static bool tells_nothing(const struct entry *entry, const struct asker *asker) {
	return entry->settled && dns_outcome_is_answer(entry->asked.question.outcome) &&
		   asker->silent_since > 0 && entry->all->heard_at <= asker->silent_since;
}

static void ask(struct resolver *resolver, struct dns_question *question, usec now) {
	struct asker *asker = of_source(&resolver->source);
	struct shared_answers *answers = asker->all;
	question->outcome = DNS_PENDING;
	question->answer = (struct dns_answer){.extended_error = -1};
	question->asked_at = now;
	if (asker->octets > RESOLVER_OCTETS_MAX) {
		question->unasked = true;
		flight_finish(question, DNS_MALFORMED, RESOLVER_OCTETS_WORDS, now);
		return;
	}
	struct entry *entry = find(answers, question, now);
	bool is_new = entry == NULL || tells_nothing(entry, asker);
	if (is_new) {
		entry = add(answers, question);
	} else if (entry->n_askers == 0 && entry->settled) {
		kept_remove(&answers->kept, &entry->kept);
	}
	struct asking *asking = arena_alloc(asker->arena, sizeof *asking);
	*asking = (struct asking){.asker = asker,
		.entry = entry,
		.question = question,
		.next = entry->askers,
		.next_own = asker->askings};
	if (asking->next != NULL) {
		asking->next->previous = asking;
	}
	entry->askers = asking;
	entry->asked.unwanted = false;
	entry->n_askers++;
	asker->askings = asking;
	asker->n_pending++;
	answers->counts.wanted++;
	if (entry->settled) {
		deliver(asking);
	} else if (is_new) {
		channels_ask(answers->spec.channels, &entry->asked, now);
	}
	if (entry->asked.waits) {
		hold_up(asking, now);
	}
}

static void time_out(struct asking *asking, usec now) {
	struct dns_question *question = asking->question;
	if (question->outcome == DNS_PENDING) {
		question->outcome = DNS_TIMED_OUT;
		question->answered_at = now;
		(void)err_set(&question->err, ERR_DNS, "no answer in time from the resolver at %s",
			asking->asker->all->spec.servers);
		note_silence(asking->asker, question);
		asking->asker->n_pending--;
	}
	let_pass(asking, now);
}

static void cancel(struct resolver *resolver, usec now) {
	struct asker *asker = of_source(&resolver->source);
	for (struct asking *asking = asker->askings; asking != NULL; asking = asking->next_own) {
		time_out(asking, now);
	}
}

static usec deadline_of(const struct asker *asker, usec now) {
	return deadline_after(asker->who.deadline, held_up_for(asker->who.held_up, now));
}

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct asker *asker = (const struct asker *)source;
	(void)fds;
	(void)max;
	if (asker->n_pending > 0 && asker->who.held_up->n == 0) {
		*wake = usec_min(*wake, deadline_of(asker, now));
	}
	return 0;
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct asker *asker = of_source(source);
	(void)fds;
	(void)n;
	if (asker->n_pending == 0 || now < deadline_of(asker, now)) {
		return PROGRESS_WAITING;
	}
	cancel(&asker->resolver, now);
	return PROGRESS_MOVED;
}

static void let_go(struct asking *asking) {
	struct entry *entry = asking->entry;
	struct shared_answers *answers = entry->all;
	*(asking->previous == NULL ? &entry->askers : &asking->previous->next) = asking->next;
	if (asking->next != NULL) {
		asking->next->previous = asking->previous;
	}
	if (--entry->n_askers > 0) {
		return;
	}
	if (!entry->settled) { /* what is on its way goes on: it may be of use to the next */
		entry->asked.unwanted = true;
		return;
	}
	if (!entry->found.in) {
		forget(entry);
		return;
	}
	kept_add(&answers->kept, &entry->kept, arena_used(entry->arena));
	struct kept_link *excess;
	while ((excess = kept_excess(
				&answers->kept, answers->spec.kept, answers->spec.kept * KEPT_BYTES)) != NULL) {
		forget((struct entry *)((char *)excess - offsetof(struct entry, kept)));
	}
}

static void free_asker(struct resolver *resolver) {
	struct asker *asker = of_source(&resolver->source);
	while (asker->askings != NULL) {
		struct asking *asking = asker->askings;
		asker->askings = asking->next_own;
		let_go(asking);
	}
}

struct shared_answers_counts shared_answers_counts(const struct shared_answers *answers) {
	struct shared_answers_counts counts = answers->counts;
	counts.kept = answers->kept.n;
	return counts;
}

struct shared_answers *shared_answers_new(
	struct arena *arena, const struct shared_answers_spec *spec) {
	struct shared_answers *answers = arena_alloc(arena, sizeof *answers);
	answers->spec = *spec;
	answers->arena = arena;
	chains_init(&answers->table, arena, BUCKETS);
	return answers;
}

void shared_answers_free(struct shared_answers *answers) {
	for (size_t i = 0; answers != NULL && i < BUCKETS; i++) {
		struct entry *entry;
		while ((entry = of_chain(chains_at(&answers->table, i))) != NULL) {
			forget(entry);
		}
	}
}

struct resolver *shared_answers_join(
	struct arena *arena, struct shared_answers *answers, const struct shared_answers_asker *who) {
	static const struct source_ops ops = {watch, step};
	struct asker *asker = arena_alloc(arena, sizeof *asker);
	asker->resolver = (struct resolver){{&ops}, ask, cancel, free_asker};
	asker->all = answers;
	asker->arena = arena;
	asker->who = *who;
	return &asker->resolver;
}
