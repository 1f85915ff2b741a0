/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the name in a destination and having it converted. */
#include "config/idn.h"

#include <string.h>

#include "config/idn_library.h"

bool idn_is_needed(const char *text) {
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text >= 0x80) {
			return true;
		}
	}
	return false;
}

const char *idn_behind_dot(const char *pattern) {
	static const char *const dots[] = {".", "\xe3\x80\x82", "\xef\xbc\x8e", "\xef\xbd\xa1"};
	for (size_t i = 0; i < sizeof dots / sizeof *dots; i++) {
		size_t len = strlen(dots[i]);
		if (strncmp(pattern, dots[i], len) == 0) {
			return pattern + len;
		}
	}
	return pattern;
}

/* No reason has these words, but a name may. */
static const char before_reason[] = " to ASCII form: ";

bool idn_complain(const char *name, const char *reason, struct err *err) {
	return err_set(
		err, ERR_USAGE, "Problem translating domain \"%.100s\"%s%s", name, before_reason, reason);
}

const char *idn_reason(const struct err *err) {
	const char *reason = err->text;
	for (const char *at = strstr(reason, before_reason); at != NULL;
		 at = strstr(reason, before_reason)) {
		reason = at + sizeof before_reason - 1;
	}
	return reason;
}

/* Where the name begins and how long it is. */
static const char *find_name(const char *text, size_t *len) {
	if (strncmp(text, "inet:", 5) == 0) {
		text += 5;
	}
	const char *end = ":";
	if (*text == '[') {
		text++;
		end = "]";
	}
	text += *text == '.';
	*len = strcspn(text, end);
	return text;
}

/* What a destination that is no name begins with. */
static bool is_kind(const char *name) {
	return strcmp(name, "inet") == 0 || strcmp(name, "unix") == 0;
}

bool idn_to_ascii(struct arena *arena, const char *text, enum idn_mapping mapping,
	const char **ascii, struct err *err) {
	*ascii = text;
	if (!idn_is_needed(text) || strncmp(text, "unix:", 5) == 0) {
		return true;
	}
	size_t len = 0;
	const char *start = find_name(text, &len);
	const char *name = arena_copy_text(arena, start, len);
	if (!idn_is_needed(name)) {
		return true;
	}
	const char *converted = "";
	if (!idn_library_convert(arena, name, mapping, &converted, err)) {
		return false;
	}
	if (start == text && text[len] == ':' && is_kind(converted)) {
		return idn_complain(name, "it would be read as another kind of destination", err);
	}
	*ascii = arena_printf(arena, "%.*s%s%s", (int)(start - text), text, converted, start + len);
	return true;
}
