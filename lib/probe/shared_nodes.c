/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Who asks about which node, what was seen of it, and how long that is kept. */
#include "probe/shared_nodes.h"

#include "base/chains.h"
#include "base/kept.h"
#include "probe/guest_proof.h"
#include "probe/seen_copy.h"
#include "probe/turns.h"
#include "probe/visit_wish.h"

#define BUCKETS 4096U /* a power of two */
#define NODE_BLOCK_BYTES 768U
#define VISIT_BLOCK_BYTES 8192U
#define KEPT_BYTES 16384U /* of each node that is kept, on the average at most */

enum node_state { NODE_QUEUED, NODE_ACTIVE, NODE_DONE };

/* What several surveys want to know, and later what was seen. Lives in its own arena. */
struct shared_node {
	struct crowd_child child; /* while ACTIVE */
	struct pollfd room[1];
	struct turn turn;
	struct shared_nodes *all;
	struct arena *arena;
	struct arena *visit_arena; /* while ACTIVE */
	struct visit_spec spec;
	enum node_state state;
	struct visit *visit;        /* while ACTIVE */
	struct seen seen;           /* once DONE */
	struct shared_node *lender; /* whose facts `seen` borrows, NULL */
	struct guest *guests;       /* all that have not left */
	size_t n_users;             /* guests and borrowers */
	usec expires;               /* once DONE */
	struct chain_link found;    /* new guests find it in the table */
	struct chain_link failed;   /* it is among those that failed before TLS */
	struct kept_link kept;      /* while DONE and without users */
};

struct guest {
	struct shared_node *node;
	struct sharer *sharer;
	const struct visit_spec *spec;
	struct arena *arena; /* the survey's */
	bool queued;
	struct guest *next; /* of the node's */
	struct guest *previous;
	struct guest *next_own; /* of the survey's */
};

struct shared_nodes {
	struct shared_nodes_spec spec;
	struct arena *arena;
	struct turns *turns;
	struct chains table;  /* by all that decides what is seen */
	struct chains failed; /* by address alone */
	struct kept kept;     /* those without users */
	struct shared_counts counts;
};

/* --- the table --- */

static struct shared_node *of_found(struct chain_link *link) {
	return link == NULL
			   ? NULL
			   : (struct shared_node *)((char *)link - offsetof(struct shared_node, found));
}

static struct shared_node *of_failed(struct chain_link *link) {
	return link == NULL
			   ? NULL
			   : (struct shared_node *)((char *)link - offsetof(struct shared_node, failed));
}

static struct shared_node *of_kept(struct kept_link *link) {
	return (struct shared_node *)((char *)link - offsetof(struct shared_node, kept));
}

static void hide(struct shared_node *node) {
	chains_remove(&node->all->table, &node->found);
	chains_remove(&node->all->failed, &node->failed);
}

static bool is_stale(const struct shared_node *node, usec now) {
	return node->state == NODE_DONE && now >= node->expires;
}

/* Is what the node sees what this visit would see? A bare key is shown, or not, for what the
 * records demand. */
static bool serves(const struct shared_node *node, const struct visit_spec *spec) {
	bool bare_keys = node->all->spec.raw_keys != TLS_RAW_KEYS_NEVER;
	return visit_wish_same_place(&node->spec, spec) && visit_wish_same_words(&node->spec, spec) &&
		   visit_wish_same_session(&node->spec, spec) &&
		   (!bare_keys || visit_wish_same_demand(&node->spec, spec));
}

static struct shared_node *find(
	struct shared_nodes *nodes, const struct visit_spec *spec, usec now) {
	struct shared_node *node = of_found(chains_at(&nodes->table, visit_wish_hash(spec)));
	while (node != NULL && (!serves(node, spec) || is_stale(node, now))) {
		node = of_found(node->found.next);
	}
	return node;
}

/* --- memory --- */

static void drop_user(struct shared_node *node, usec now);

static void forget(struct shared_node *node, usec now) {
	hide(node);
	if (node->state == NODE_ACTIVE) {
		crowd_remove(&node->child);
		visit_free(node->visit);
		node->all->counts.active--;
	}
	arena_free(node->visit_arena);
	turn_end(&node->turn, now);
	if (node->lender != NULL) {
		drop_user(node->lender, now);
	}
	arena_free(node->arena);
}

/* Nobody asks any more: what is known is kept for those who will, as long as there is room. */
static void drop_user(struct shared_node *node, usec now) {
	struct shared_nodes *nodes = node->all;
	if (--node->n_users > 0) {
		return;
	}
	if (node->state != NODE_DONE || is_stale(node, now) || !node->found.in) {
		forget(node, now);
		return;
	}
	kept_add(&nodes->kept, &node->kept, arena_used(node->arena));
	struct kept_link *excess;
	while ((excess = kept_excess(&nodes->kept, nodes->spec.kept, nodes->spec.kept * KEPT_BYTES)) !=
		   NULL) {
		forget(of_kept(excess), now);
	}
}

static void add_user(struct shared_node *node) {
	if (node->n_users++ == 0 && node->state == NODE_DONE) {
		kept_remove(&node->all->kept, &node->kept);
	}
}

/* --- guests --- */

/* Its turn has come, or it waits no longer. */
static void unqueue(struct guest *guest, usec now) {
	if (guest->queued) {
		guest->queued = false;
		held_up_end(guest->sharer->held_up, now);
		crowd_wake(guest->sharer->child); /* its time goes on */
	}
}

static void enqueue(struct guest *guest, usec now) {
	guest->queued = true;
	held_up_begin(guest->sharer->held_up, now);
}

static void unqueue_all(const struct shared_node *node, usec now) {
	for (struct guest *guest = node->guests; guest != NULL; guest = guest->next) {
		unqueue(guest, now);
	}
}

static void tell_all(const struct shared_node *node) {
	for (struct guest *guest = node->guests; guest != NULL; guest = guest->next) {
		crowd_wake(guest->sharer->child);
	}
}

/* --- visits --- */

/* What went wrong has nothing to do with names: connecting, or what comes before TLS. */
static bool failed_before_tls(const struct result *result) {
	return result->err.kind != ERR_NONE && !result->local_fault && result->tls == NULL &&
		   result->stage < PROBE_HANDSHAKE;
}

static void conclude(struct shared_node *node, usec now) {
	bool fine = node->seen.result.err.kind == ERR_NONE;
	node->state = NODE_DONE;
	node->expires = node->seen.result.local_fault
						? now
						: deadline_after(now, fine ? SHARED_SEEN_FOR : SHARED_FAILED_FOR);
	unqueue_all(node, now);
	turn_end(&node->turn, now);
	tell_all(node);
}

static void visit_ended(struct crowd_child *child, usec now) {
	struct shared_node *node = (struct shared_node *)child;
	struct report_node seen = {.id = 0};
	visit_write(node->visit, &seen);
	node->seen = seen_copy(node->arena, &seen, node->spec.probe.policy->n_tlsa);
	visit_free(node->visit);
	arena_free(node->visit_arena);
	node->visit = NULL;
	node->visit_arena = NULL;
	node->all->counts.active--;
	if (failed_before_tls(&node->seen.result)) {
		chains_add(&node->all->failed, &node->failed, visit_wish_address_hash(&node->spec));
	}
	conclude(node, now);
}

/* Somebody was there under another name, and did not come as far as telling it. */
static struct shared_node *find_failure(const struct shared_node *node, usec now) {
	struct shared_node *other =
		of_failed(chains_at(&node->all->failed, visit_wish_address_hash(&node->spec)));
	while (other != NULL &&
		   (!visit_wish_same_place(&other->spec, &node->spec) ||
			   !visit_wish_same_words(&other->spec, &node->spec) || is_stale(other, now))) {
		other = of_failed(other->failed.next);
	}
	return other;
}

static void turn_came(struct turn *turn, usec now) {
	struct shared_node *node =
		(struct shared_node *)((char *)turn - offsetof(struct shared_node, turn));
	struct shared_node *other = find_failure(node, now);
	if (other != NULL) {
		add_user(other);
		node->lender = other;
		node->seen = other->seen;
		conclude(node, now);
		node->expires = other->expires;
		return;
	}
	struct shared_nodes *nodes = node->all;
	node->state = NODE_ACTIVE;
	node->visit_arena = arena_beside(nodes->arena, VISIT_BLOCK_BYTES);
	node->visit = visit_new(node->visit_arena, &node->spec, nodes->spec.context, now);
	node->child.source = visit_source(node->visit);
	node->child.ended = visit_ended;
	nodes->counts.connections++;
	nodes->counts.active++;
	crowd_add(nodes->spec.crowd, &node->child, node->room, 1);
	unqueue_all(node, now);
}

static struct shared_node *add(struct shared_nodes *nodes, const struct visit_spec *spec) {
	struct arena *arena = arena_beside(nodes->arena, NODE_BLOCK_BYTES);
	struct shared_node *node = arena_alloc(arena, sizeof *node);
	node->all = nodes;
	node->arena = arena;
	visit_wish_copy(&node->spec, arena, spec);
	node->turn.address = visit_wish_address(&node->spec);
	node->turn.begin = turn_came;
	chains_add(&nodes->table, &node->found, visit_wish_hash(spec));
	turns_ask(nodes->turns, &node->turn);
	return node;
}

/* --- what surveys see of it --- */

struct guest *guest_new(
	struct arena *arena, struct sharer *sharer, const struct visit_spec *spec, usec now) {
	struct shared_nodes *nodes = sharer->nodes;
	struct guest *guest = arena_alloc(arena, sizeof *guest);
	struct shared_node *node = find(nodes, spec, now);
	if (node == NULL) {
		node = add(nodes, spec);
	}
	nodes->counts.wanted++;
	add_user(node);
	*guest = (struct guest){.node = node,
		.sharer = sharer,
		.spec = spec,
		.arena = arena,
		.next = node->guests,
		.next_own = sharer->guests};
	if (guest->next != NULL) {
		guest->next->previous = guest;
	}
	node->guests = guest;
	sharer->guests = guest;
	if (node->state == NODE_QUEUED) {
		enqueue(guest, now);
	}
	return guest;
}

bool guest_is_done(const struct guest *guest) {
	return guest->node->state == NODE_DONE;
}

bool guest_is_connected(const struct guest *guest) {
	const struct shared_node *node = guest->node;
	return node->state == NODE_DONE ? node->seen.result.connected
									: node->state == NODE_ACTIVE && visit_is_connected(node->visit);
}

void guest_write(const struct guest *guest, struct report_node *node) {
	const struct shared_node *shared = guest->node;
	switch (shared->state) {
	case NODE_QUEUED:
		node->chosen = false;
		return;
	case NODE_ACTIVE:
		if (shared->n_users > 1) {
			visit_glance(shared->visit, node);
		} else {
			visit_write(shared->visit, node);
		}
		break;
	case NODE_DONE:
		seen_show(&shared->seen, node);
		break;
	}
	if (!visit_wish_same_demand(&shared->spec, guest->spec)) {
		const struct shared_nodes_spec *spec = &shared->all->spec;
		guest_prove(node, guest->arena, guest->spec, spec->context, spec->tls_now);
	}
}

void sharer_leave(struct sharer *sharer, usec now) {
	while (sharer->guests != NULL) {
		struct guest *guest = sharer->guests;
		sharer->guests = guest->next_own;
		unqueue(guest, now);
		*(guest->previous == NULL ? &guest->node->guests : &guest->previous->next) = guest->next;
		if (guest->next != NULL) {
			guest->next->previous = guest->previous;
		}
		drop_user(guest->node, now);
	}
}

struct shared_counts shared_nodes_counts(const struct shared_nodes *nodes) {
	struct shared_counts counts = nodes->counts;
	counts.kept = nodes->kept.n;
	return counts;
}

struct shared_nodes *shared_nodes_new(struct arena *arena, const struct shared_nodes_spec *spec) {
	struct shared_nodes *nodes = arena_alloc(arena, sizeof *nodes);
	nodes->spec = *spec;
	nodes->arena = arena;
	chains_init(&nodes->table, arena, BUCKETS);
	chains_init(&nodes->failed, arena, BUCKETS);
	nodes->turns = turns_new(arena, spec->crowd, &spec->turns);
	return nodes;
}

void shared_nodes_free(struct shared_nodes *nodes, usec now) {
	struct kept_link *oldest;
	while (nodes != NULL && (oldest = kept_excess(&nodes->kept, 0, 0)) != NULL) {
		forget(of_kept(oldest), now);
	}
}
