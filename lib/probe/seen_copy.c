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

void seen_copy(
	struct report_node *to, struct arena *arena, const struct report_node *from, size_t n_records) {
	to->result = from->result;
	copy_smtp(&to->result.smtp, arena, &from->result.smtp);
	to->result.refusal = copy_span(arena, from->result.refusal);
	to->result.tls = tls_facts_copy(arena, from->result.tls, n_records);
	to->reconnects = from->reconnects;
	to->large_hello = from->large_hello;
	if (from->large_hello.group != NULL) {
		to->large_hello.group = arena_copy_string(arena, from->large_hello.group);
	}
	for (size_t i = 0; i < TLS_KEY_TYPES; i++) {
		to->key_types[i] = from->key_types[i];
		to->key_types[i].tls = tls_facts_copy(arena, from->key_types[i].tls, n_records);
	}
}
