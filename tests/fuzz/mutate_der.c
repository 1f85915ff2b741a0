/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* DER: one value is changed, given another tag, doubled or left out, and the lengths of all that it
 * is in say so. */
#include "mutate.h"

#define NODES_MAX 512U
#define DEPTH_MAX 24U
#define VALUE_MAX 16384U
#define HEAD_MAX 4U

struct node {
	size_t from;
	size_t value;
	size_t end;
	size_t parent; /* its own number: none */
};

struct tree {
	struct node nodes[NODES_MAX];
	size_t n;
};

/* False when no value with a definite length of two octets is there. */
static int read_head(const struct draft *draft, size_t at, size_t end, struct node *node) {
	if (end - at < 2 || (draft->at[at] & 31U) == 31U) {
		return 0;
	}
	size_t len = draft->at[at + 1];
	size_t octets = len < 128 ? 0 : len - 128;
	if (octets > 2 || len == 128 || end - at < 2 + octets) {
		return 0;
	}
	if (octets > 0) {
		len = octets == 1 ? draft->at[at + 2] : (size_t)draft->at[at + 2] << 8 | draft->at[at + 3];
	}
	*node = (struct node){.from = at, .value = at + 2 + octets, .end = at + 2 + octets + len};
	return node->end <= end;
}

/* What is constructed, and strings of octets and of bits that hold DER themselves. */
static int may_hold_values(const struct draft *draft, const struct node *node) {
	uint8_t tag = draft->at[node->from];
	return (tag & 32U) != 0 || tag == 4;
}

static void read_tree(struct tree *tree, const struct draft *draft) {
	struct node node;
	tree->n = 0;
	if (!read_head(draft, 0, draft->len, &node)) {
		return;
	}
	tree->nodes[tree->n++] = node;
	for (size_t i = 0; i < tree->n; i++) {
		size_t at = tree->nodes[i].value;
		size_t end = tree->nodes[i].end;
		while (may_hold_values(draft, &tree->nodes[i]) && at < end && tree->n < NODES_MAX &&
			   read_head(draft, at, end, &node)) {
			node.parent = i;
			tree->nodes[tree->n++] = node;
			at = node.end;
		}
	}
}

static size_t write_head(uint8_t head[HEAD_MAX], uint8_t tag, size_t len) {
	size_t n = 0;
	head[n++] = tag;
	if (len >= 256) {
		head[n++] = 0x82;
		head[n++] = (uint8_t)(len >> 8);
	} else if (len >= 128) {
		head[n++] = 0x81;
	}
	head[n++] = (uint8_t)len;
	return n;
}

/* The node's octets become these, and what it is in as much longer or shorter. */
static void put_node(
	struct draft *draft, const struct tree *tree, size_t which, const uint8_t *octets, size_t len) {
	size_t grown = len; /* the end of what changed, counted from its start */
	size_t was = tree->nodes[which].end - tree->nodes[which].from;
	if (!draft_replace(draft, tree->nodes[which].from, was, octets, len)) {
		return;
	}
	for (size_t depth = 0; which > 0 && depth < DEPTH_MAX; depth++) {
		const struct node *parent = &tree->nodes[tree->nodes[which].parent];
		uint8_t head[HEAD_MAX];
		size_t value = parent->end - parent->value + grown - was;
		size_t n = write_head(head, draft->at[parent->from], value);
		if (value > 65535 ||
			!draft_replace(draft, parent->from, parent->value - parent->from, head, n)) {
			return;
		}
		was = parent->end - parent->from;
		grown = n + value;
		which = tree->nodes[which].parent;
	}
}

static void change_value(struct draft *draft, const struct tree *tree, size_t which) {
	static uint8_t changed[HEAD_MAX + VALUE_MAX];
	static uint8_t value[VALUE_MAX];
	const struct node *node = &tree->nodes[which];
	size_t n = node->end - node->value;
	if (n > VALUE_MAX / 2) {
		return;
	}
	memcpy(value, draft->at + node->value, n);
	n = LLVMFuzzerMutate(value, n, n + 64);
	size_t head = write_head(changed, draft->at[node->from], n);
	memcpy(changed + head, value, n);
	put_node(draft, tree, which, changed, head + n);
}

static void double_value(struct draft *draft, const struct tree *tree, size_t which) {
	static uint8_t both[2 * VALUE_MAX];
	const struct node *node = &tree->nodes[which];
	const struct node *other = &tree->nodes[draft_choose(draft, tree->n)];
	size_t n = node->end - node->from;
	size_t more = other->end - other->from;
	if (n <= VALUE_MAX && more <= VALUE_MAX) {
		memcpy(both, draft->at + node->from, n);
		memcpy(both + n, draft->at + other->from, more);
		put_node(draft, tree, which, both, n + more);
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed) {
	static struct tree tree;
	static const uint8_t tags[] = {1, 2, 3, 4, 5, 6, 12, 19, 20, 22, 23, 24, 28, 30, 48, 49};
	struct draft draft = {data, size, max, seed};
	size_t how = draft_choose(&draft, 10);
	read_tree(&tree, &draft);
	if (how < 2 || tree.n == 0) {
		return LLVMFuzzerMutate(data, size, max);
	}
	size_t which = draft_choose(&draft, tree.n);
	if (how < 7) {
		change_value(&draft, &tree, which);
	} else if (how == 7) {
		draft.at[tree.nodes[which].from] = tags[draft_choose(&draft, sizeof tags)];
	} else if (how == 8) {
		double_value(&draft, &tree, which);
	} else if (which > 0) {
		put_node(&draft, &tree, which, NULL, 0);
	}
	return draft.len;
}
