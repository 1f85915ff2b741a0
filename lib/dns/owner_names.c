/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Owners of one answer: read where they stand, kept once. */
#include "dns/owner_names.h"

#include "base/cursor.h"
#include "dns/dns_name.h"

#define POINTER_BITS 0xC000U /* RFC 1035 4.1.4 */

void owner_names_start(struct owner_names *owners, const char *asked, size_t at) {
	owners->pointer = POINTER_BITS | (unsigned)at;
	owners->pointed = owners->names[owners->n++] = asked;
}

const char *owner_names_find(const struct owner_names *owners, const char *name) {
	for (size_t i = 0; i < owners->n; i++) {
		if (owners->names[i] == name || dns_name_equal(owners->names[i], name)) {
			return owners->names[i];
		}
	}
	return NULL;
}

static const char *add(struct owner_names *owners, const char *name) {
	if (owners->n == OWNER_NAMES_MAX) {
		return NULL;
	}
	owners->names[owners->n] = arena_copy_string(owners->arena, name);
	return owners->names[owners->n++];
}

/* Most records have a bare pointer there, to where the one before them points. */
const char *owner_names_read(struct owner_names *owners, struct span message, size_t at) {
	struct cursor cursor = cursor_new(message);
	cursor_seek(&cursor, at);
	unsigned pointer = cursor_u16(&cursor);
	if (pointer >= POINTER_BITS && pointer == owners->pointer) {
		return owners->pointed;
	}
	char name[DNS_NAME_MAX];
	cursor_seek(&cursor, at);
	dns_name_read(&cursor, name);
	if (cursor.failed) {
		return NULL;
	}
	const char *owner = owner_names_find(owners, name);
	owner = owner != NULL ? owner : add(owners, name);
	if (owner != NULL && pointer >= POINTER_BITS) {
		owners->pointer = pointer;
		owners->pointed = owner;
	}
	return owner;
}
