/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading main.cf: logical lines, settings, and who overrides whom. */
#include "config/main_cf.h"

#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "config/macro.h"
#include "io/file.h"

/* Newest first. */
struct setting {
	const struct setting *older;
	struct span name;
	const char *value;
};

struct main_cf {
	struct arena *arena;
	const struct main_cf *from; /* borrowed: what a derived one adds to */
	const char *directory;
	const struct setting *overrides; /* of -o */
	const struct setting *settings;  /* of the file */
	const struct setting *defaults;
	size_t n_settings;
	const char *warnings[MAIN_CF_WARNINGS_MAX];
	size_t n_warnings;
};

struct main_cf *main_cf_new(struct arena *arena) {
	struct main_cf *cf = arena_alloc(arena, sizeof *cf);
	cf->arena = arena;
	return cf;
}

struct main_cf *main_cf_derive(struct arena *arena, const struct main_cf *from) {
	struct main_cf *cf = main_cf_new(arena);
	cf->from = from;
	cf->directory = from->directory;
	return cf;
}

static void warn(struct main_cf *cf, const char *text) {
	if (cf->n_warnings < MAIN_CF_WARNINGS_MAX) {
		cf->warnings[cf->n_warnings++] = text;
	}
}

const char *const *main_cf_warnings(const struct main_cf *cf, size_t *n) {
	*n = cf->n_warnings;
	return cf->warnings;
}

const char *main_cf_directory(const struct main_cf *cf) {
	return cf->directory;
}

void main_cf_name_directory(struct main_cf *cf, const char *directory) {
	cf->directory = arena_copy_string(cf->arena, directory);
}

static const struct setting *find_in(const struct setting *list, struct span name) {
	for (; list != NULL; list = list->older) {
		if (span_equal(list->name, name)) {
			return list;
		}
	}
	return NULL;
}

static const char *find(const struct main_cf *cf, struct span name) {
	const struct setting *found = NULL;
	for (const struct main_cf *at = cf; at != NULL && found == NULL; at = at->from) {
		found = find_in(at->overrides, name);
		found = found != NULL ? found : find_in(at->settings, name);
	}
	for (; cf != NULL && found == NULL; cf = cf->from) {
		found = find_in(cf->defaults, name);
	}
	return found != NULL ? found->value : NULL;
}

static const char *find_name(const void *context, struct span name) {
	const struct main_cf *cf = context;
	return find(cf, name);
}

static void add(
	struct main_cf *cf, const struct setting **list, const char *name, const char *value) {
	struct setting *setting = arena_alloc(cf->arena, sizeof *setting);
	*setting = (struct setting){*list, span_of(name), value};
	*list = setting;
}

void main_cf_default(struct main_cf *cf, const char *name, const char *value) {
	add(cf, &cf->defaults, name, value);
}

const char *main_cf_split(
	struct arena *arena, const char *line, const char **name, const char **value) {
	while (ascii_is_space(*line)) {
		line++;
	}
	const char *end = line;
	while (*end != '\0' && *end != '=' && !ascii_is_space(*end)) {
		end++;
	}
	const char *at = end;
	while (ascii_is_space(*at)) {
		at++;
	}
	if (end == line) {
		return "missing attribute name";
	}
	if (*at != '=') {
		return "missing '=' after attribute name";
	}
	at++;
	while (ascii_is_space(*at)) {
		at++;
	}
	size_t len = strlen(at);
	while (len > 0 && ascii_is_space(at[len - 1])) {
		len--;
	}
	*name = arena_copy_text(arena, line, (size_t)(end - line));
	*value = arena_copy_text(arena, at, len);
	return NULL;
}

bool main_cf_set(struct main_cf *cf, const char *assignment) {
	const char *name = NULL;
	const char *value = NULL;
	if (main_cf_split(cf->arena, assignment, &name, &value) != NULL) {
		return false;
	}
	add(cf, &cf->overrides, name, value);
	return true;
}

/* The file while it is read. */
struct reader {
	struct main_cf *cf;
	const char *file;
	struct span text;
	size_t at;
	unsigned line; /* of what was read last */
	struct text logical;
	unsigned first_line; /* of the logical line */
};

/* The next line without its newline; false at the end. */
static bool read_line(struct reader *reader, struct span *line) {
	if (reader->at >= reader->text.len) {
		return false;
	}
	const uint8_t *start = reader->text.at + reader->at;
	size_t left = reader->text.len - reader->at;
	const uint8_t *newline = memchr(start, '\n', left);
	*line = (struct span){start, newline != NULL ? (size_t)(newline - start) : left};
	reader->at += line->len + (newline != NULL);
	reader->line++;
	return true;
}

static bool is_comment(struct span line) {
	size_t i = 0;
	while (i < line.len && ascii_is_space((char)line.at[i])) {
		i++;
	}
	return i == line.len || line.at[i] == '#';
}

static void warn_of_nul(const struct reader *reader) {
	struct arena *arena = reader->cf->arena;
	const char *lines = reader->first_line == reader->line
							? arena_printf(arena, "%u", reader->line)
							: arena_printf(arena, "%u-%u", reader->first_line, reader->line);
	warn(reader->cf, arena_printf(arena, "%s, line %s: text after null byte may be ignored",
						 reader->file, lines));
}

/* A logical line, with the lines behind it that begin with a blank; comments may stand between. */
static bool read_logical(struct reader *reader) {
	struct span line;
	bool nul = false;
	text_truncate(&reader->logical, 0);
	while (read_line(reader, &line)) {
		nul = nul || (line.len > 0 && memchr(line.at, '\0', line.len) != NULL);
		if (reader->logical.len == 0) {
			reader->first_line = reader->line;
		}
		if (!is_comment(line)) {
			text_add_span(&reader->logical, line);
		}
		bool more = reader->at < reader->text.len;
		char next = more ? (char)reader->text.at[reader->at] : '\0';
		if (reader->logical.len > 0 && (!more || (next != '#' && !ascii_is_space(next)))) {
			break;
		}
	}
	if (nul) {
		warn_of_nul(reader);
	}
	return reader->logical.len > 0;
}

static bool take_setting(struct reader *reader, struct err *err) {
	struct main_cf *cf = reader->cf;
	const char *line = reader->logical.at;
	if (ascii_is_space(*line)) {
		warn(cf,
			arena_printf(cf->arena, "%s: logical line must not start with whitespace: \"%.30s%s\"",
				reader->file, line, strlen(line) > 30 ? "..." : ""));
		return true;
	}
	const char *name = NULL;
	const char *value = NULL;
	const char *problem = main_cf_split(cf->arena, line, &name, &value);
	if (problem != NULL) {
		return err_set(err, ERR_USAGE, "%s, line %u: %s: \"%s\"", reader->file, reader->first_line,
			problem, line);
	}
	if (++cf->n_settings > MAIN_CF_SETTINGS_MAX) {
		return err_set(err, ERR_USAGE, "%s, line %u: more than %u settings", reader->file,
			reader->first_line, MAIN_CF_SETTINGS_MAX);
	}
	const struct setting *earlier =
		cf->n_warnings < MAIN_CF_WARNINGS_MAX ? find_in(cf->settings, span_of(name)) : NULL;
	if (earlier != NULL && strcmp(earlier->value, value) != 0) {
		warn(cf, arena_printf(cf->arena, "%s, line %u: overriding earlier entry: %s=%s",
					 reader->file, reader->first_line, name, earlier->value));
	}
	add(cf, &cf->settings, name, value);
	return true;
}

bool main_cf_parse(struct main_cf *cf, struct span text, const char *file, struct err *err) {
	if (text.len > MAIN_CF_OCTETS_MAX) {
		return err_set(err, ERR_USAGE, "open %s: longer than %u octets", file, MAIN_CF_OCTETS_MAX);
	}
	struct reader reader = {.cf = cf, .file = file, .text = text};
	reader.logical = text_new(cf->arena, MAIN_CF_OCTETS_MAX);
	while (read_logical(&reader)) {
		if (!take_setting(&reader, err)) {
			return false;
		}
	}
	return true;
}

bool main_cf_load(struct main_cf *cf, const char *directory, struct err *err) {
	const char *file = arena_printf(cf->arena, "%s/main.cf", directory);
	struct file_wish wish = {file, FILE_UNPIPED, MAIN_CF_OCTETS_MAX};
	struct file_fault fault;
	struct span text;
	if (!file_read(cf->arena, &wish, &text, &fault)) {
		bool unread = fault.reading && fault.error != 0;
		return err_set(err, file_fault_kind(&fault, ERR_USAGE), "%s %.120s: %s%s",
			unread ? "read" : "open", file, fault.words,
			fault.error == 0 && !fault.reading ? ": a file is needed" : "");
	}
	main_cf_name_directory(cf, directory);
	return main_cf_parse(cf, text, file, err);
}

bool main_cf_expand(const struct main_cf *cf, const char *text, const char **value,
	const char **warning, struct err *err) {
	struct err why = {0};
	const struct macro_names names = {find_name, cf};
	*warning = NULL;
	if (macro_expand(cf->arena, text, &names, value, &why)) {
		return true;
	}
	*warning = arena_copy_string(cf->arena, why.text);
	return err_set(err, why.kind, "dictionary mail_dict: macro processing error");
}

bool main_cf_value(const struct main_cf *cf, const char *name, const char **value,
	const char **warning, struct err *err) {
	*warning = NULL;
	*value = find(cf, span_of(name));
	return *value == NULL || main_cf_expand(cf, *value, value, warning, err);
}
