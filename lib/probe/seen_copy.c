/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A compact copy of a result. */
#include "probe/seen_copy.h"

#include <string.h>

#include "tls/tls_copy.h"

static struct span copy_span(struct arena *arena, struct span from) {
	return from.len == 0 ? (struct span){NULL, 0} : arena_copy_span(arena, from);
}

/* Its lines stand one behind the other, as a reply has them. */
static void copy_reply(struct smtp_reply *to, struct arena *arena, const struct smtp_reply *from) {
	size_t octets = 0;
	for (size_t i = 0; i < from->n_lines; i++) {
		octets += from->lines[i].len;
	}
	*to = *from;
	to->octets = arena_alloc(arena, octets);
	to->lines = arena_alloc_array(arena, from->n_lines, sizeof *to->lines);
	to->room = octets;
	to->lines_room = from->n_lines;
	uint8_t *at = to->octets;
	for (size_t i = 0; i < from->n_lines; i++) {
		struct span line = from->lines[i];
		if (line.len > 0) {
			memcpy(at, line.at, line.len);
		}
		to->lines[i] = (struct span){at, line.len};
		at += line.len;
	}
}

static void copy_smtp(struct smtp_facts *to, struct arena *arena, const struct smtp_facts *from) {
	*to = *from;
	to->hello = from->hello == NULL ? NULL : arena_copy_string(arena, from->hello);
	copy_reply(&to->greeting, arena, &from->greeting);
	copy_reply(&to->ehlo, arena, &from->ehlo);
	copy_reply(&to->starttls, arena, &from->starttls);
	copy_reply(&to->tls_ehlo, arena, &from->tls_ehlo);
	copy_reply(&to->quit, arena, &from->quit);
	to->injected = copy_span(arena, from->injected);
}

static const struct key_type *copy_key_types(
	struct arena *arena, const struct report_node *from, size_t n_records) {
	bool asked = false;
	for (size_t i = 0; i < TLS_KEY_TYPES; i++) {
		asked = asked || from->key_types[i].outcome != KEY_TYPE_NOT_ASKED;
	}
	if (!asked) {
		return NULL;
	}
	struct key_type *to = arena_alloc_array(arena, TLS_KEY_TYPES, sizeof *to);
	for (size_t i = 0; i < TLS_KEY_TYPES; i++) {
		to[i] = from->key_types[i];
		to[i].tls = tls_facts_copy(arena, from->key_types[i].tls, n_records);
	}
	return to;
}

static const struct large_hello *copy_large_hello(
	struct arena *arena, const struct large_hello *from) {
	if (from->outcome == LARGE_HELLO_NOT_ASKED) {
		return NULL;
	}
	struct large_hello *to = arena_alloc(arena, sizeof *to);
	*to = *from;
	if (from->group != NULL) {
		to->group = arena_copy_string(arena, from->group);
	}
	return to;
}

static const struct reconnects *copy_reconnects(
	struct arena *arena, const struct reconnects *from) {
	if (from->end == RECONNECT_NOT_WANTED) {
		return NULL;
	}
	struct reconnects *to = arena_alloc(arena, sizeof *to);
	*to = *from;
	return to;
}

struct seen seen_copy(struct arena *arena, const struct report_node *from, size_t n_records) {
	struct seen to = {.result = from->result};
	copy_smtp(&to.result.smtp, arena, &from->result.smtp);
	to.result.refusal = copy_span(arena, from->result.refusal);
	to.result.tls = tls_facts_copy(arena, from->result.tls, n_records);
	to.reconnects = copy_reconnects(arena, &from->reconnects);
	to.key_types = copy_key_types(arena, from, n_records);
	to.large_hello = copy_large_hello(arena, &from->large_hello);
	return to;
}

void seen_show(const struct seen *seen, struct report_node *node) {
	node->result = seen->result;
	node->reconnects =
		seen->reconnects != NULL ? *seen->reconnects : (struct reconnects){.time = -1};
	for (size_t i = 0; i < TLS_KEY_TYPES; i++) {
		node->key_types[i] = seen->key_types != NULL ? seen->key_types[i] : (struct key_type){0};
	}
	node->large_hello =
		seen->large_hello != NULL ? *seen->large_hello : (struct large_hello){.group = NULL};
}
