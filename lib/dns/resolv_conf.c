/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Read here and not by the library behind: c-ares 1.18 drops a server with a zone in silence, and
 * then asks, and names, one that nobody configured. */
#include "dns/resolv_conf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/ascii.h"
#include "dns/resolver.h"
#include "io/file.h"

#define KEYWORD "nameserver"

/* The whole file, a missing one as an empty one; false with ERR_LOCAL. */
static bool read_file(struct arena *arena, const char *path, struct span *text, struct err *err) {
	struct file_wish wish = {path, FILE_REGULAR, RESOLV_CONF_OCTETS_MAX};
	struct file_fault fault;
	*text = (struct span){0};
	return file_read(arena, &wish, text, &fault) || (fault.error == ENOENT && !fault.reading) ||
		   err_set(err, ERR_LOCAL, "cannot read %s: %s", path, fault.words);
}

/* The value of the first line, which is taken off the text; NULL when it is none of ours. A NUL
 * ends nothing: half of an address may be another one. */
static const char *take_line(struct arena *arena, struct span *text) {
	const uint8_t *newline = memchr(text->at, '\n', text->len);
	size_t len = newline == NULL ? text->len : (size_t)(newline - text->at);
	const char *line = (const char *)text->at;
	size_t taken = len + (newline != NULL);
	*text = (struct span){text->at + taken, text->len - taken};
	size_t word = strlen(KEYWORD);
	if (len <= word || memcmp(line, KEYWORD, word) != 0 || !ascii_is_blank(line[word])) {
		return NULL;
	}
	while (word < len && ascii_is_blank(line[word])) {
		word++;
	}
	size_t end = word;
	while (end < len && (line[end] == '\0' || strchr(" \t\r#;", line[end]) == NULL)) {
		end++;
	}
	char *value = arena_copy_text(arena, line + word, end - word);
	for (size_t i = 0; i < end - word; i++) {
		value[i] = value[i] == '\0' ? '?' : value[i]; /* which is in no address */
	}
	return value;
}

bool resolv_conf_read(struct arena *arena, const char *path, struct server_address **servers,
	size_t *n, struct err *err) {
	const char *unusable = NULL;
	struct span text;
	*n = 0;
	if (!read_file(arena, path, &text, err)) {
		return false;
	}
	*servers = arena_alloc_array(arena, RESOLVER_SERVERS_MAX, sizeof **servers);
	while (text.len > 0 && *n < RESOLVER_SERVERS_MAX) {
		const char *value = take_line(arena, &text);
		if (value == NULL) {
			continue;
		}
		if (server_address_parse(&(*servers)[*n], value, NULL)) {
			(*n)++;
		} else {
			unusable = value;
		}
	}
	if (*n == 0 && unusable != NULL) {
		return err_set(err, ERR_LOCAL, "%s has no name server that can be asked: \"%s\" is none",
			path, unusable);
	}
	if (*n == 0) {
		*n = 1;
		(void)server_address_parse(&(*servers)[0], "127.0.0.1", err);
		(void)snprintf((*servers)[0].text, sizeof(*servers)[0].text,
			"127.0.0.1:53 (for want of one in resolv.conf)");
	}
	return true;
}
