/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Words of a line. */
#include "smtp-tls-fleet.d/list_line.h"

#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "smtp/destination.h"

/* Windows ends lines with CR LF and begins files with U+FEFF. */
static struct span trim(struct span text) {
	static const uint8_t mark[] = {0xef, 0xbb, 0xbf};
	if (text.len >= sizeof mark && memcmp(text.at, mark, sizeof mark) == 0) {
		text = (struct span){text.at + sizeof mark, text.len - sizeof mark};
	}
	if (text.len > 0 && text.at[text.len - 1] == '\r') {
		text.len--;
	}
	return text;
}

static bool check_octets(struct span text, struct err *err) {
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		if (c == '\0') {
			return err_set(err, ERR_USAGE,
				"octet %zu is NUL (0x00), as in a file of UTF-16: a list has to be in UTF-8",
				i + 1);
		}
		if ((c < 0x20 && c != '\t') || c == 0x7f) {
			return err_set(err, ERR_USAGE,
				"octet %zu is the control character 0x%02x: this is no list of domains", i + 1, c);
		}
	}
	return true;
}

/* The next word, and where what follows it begins; empty at the end or at a comment. */
static struct span next_word(struct span text, size_t *at) {
	size_t i = *at;
	while (i < text.len && ascii_is_blank(text.at[i])) {
		i++;
	}
	size_t start = i;
	if (i < text.len && text.at[i] == '#') {
		i = start = text.len;
	}
	while (i < text.len && !ascii_is_blank(text.at[i])) {
		i++;
	}
	*at = i;
	return (struct span){text.at + start, i - start};
}

static const char *join(const struct list_line *line, struct arena *arena) {
	struct text options = text_new(arena, LIST_LINE_MAX + 1);
	for (int i = 1; i < line->n_words; i++) {
		text_addf(&options, "%s%s", i > 1 ? " " : "", line->words[i]);
	}
	return options.at;
}

enum list_line_kind list_line_parse(
	struct list_line *line, struct arena *arena, struct span text, struct err *err) {
	*line = (struct list_line){.options = ""};
	if (text.len > LIST_LINE_MAX) {
		(void)err_set(err, ERR_USAGE, "the line is longer than %u octets", LIST_LINE_MAX);
		return LIST_LINE_BAD;
	}
	text = trim(text);
	if (!check_octets(text, err)) {
		return LIST_LINE_BAD;
	}
	size_t at = 0;
	struct span word;
	while ((word = next_word(text, &at)).len > 0) {
		if (line->n_words > (int)LIST_WORDS_MAX) {
			(void)err_set(err, ERR_USAGE, "more than %u words follow the domain", LIST_WORDS_MAX);
			return LIST_LINE_BAD;
		}
		line->words[line->n_words++] = arena_copy_text(arena, (const char *)word.at, word.len);
	}
	if (line->n_words == 0) {
		return LIST_LINE_NOTHING;
	}
	line->destination = destination_tidy(arena, line->words[0]);
	line->options = join(line, arena);
	if (line->destination[0] == '-') {
		(void)err_set(err, ERR_USAGE, "a line begins with a domain; options stand behind it");
		return LIST_LINE_BAD;
	}
	return LIST_LINE_DOMAIN;
}
