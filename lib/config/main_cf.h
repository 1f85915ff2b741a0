/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Postfix's main.cf (postconf(5)): names and values, with $name expansion. Values given by
 * name=value settings (-o) override those of the file. Reads one file, asks for nothing else. */
#ifndef CONFIG_MAIN_CF_H
#define CONFIG_MAIN_CF_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

#define MAIN_CF_OCTETS_MAX (1024U * 1024U) /* of a file; a longer one is refused */
#define MAIN_CF_SETTINGS_MAX 10000U        /* more are refused, too */
#define MAIN_CF_WARNINGS_MAX 8             /* kept; there may be more */

struct main_cf;

struct main_cf *main_cf_new(struct arena *arena);

/* The file's text: comment lines, empty lines, continuation lines that begin with a blank; the last
 * setting of a name wins, with a warning. file is for messages. ERR_USAGE names file, line and what
 * is wrong, in Postfix's words. */
bool main_cf_parse(struct main_cf *cf, struct span text, const char *file, struct err *err);

/* Read directory/main.cf. ERR_USAGE "open DIRECTORY/main.cf: No such file or directory". */
bool main_cf_load(struct main_cf *cf, const char *directory, struct err *err);

/* One "name=value" of -o; false when it has no '=', or an empty name, or one with blanks inside. */
bool main_cf_set(struct main_cf *cf, const char *assignment);

/* "name = value" taken apart, blanks around both dropped. NULL, or what is wrong with it in
 * Postfix's words. */
const char *main_cf_split(
	struct arena *arena, const char *line, const char **name, const char **value);

/* A value for a name that has none otherwise, as Postfix gives one to every parameter it has looked
 * at. */
void main_cf_default(struct main_cf *cf, const char *name, const char *value);

/* The same settings, to add defaults to; the original stays as it is, and is borrowed. */
struct main_cf *main_cf_derive(struct arena *arena, const struct main_cf *from);

/* The value of a parameter, expanded (macro.h); NULL when neither file, setting nor default has it.
 * ERR_USAGE for a loop or a malformed reference, in Postfix's words; *warning is then the line that
 * it prints before, and NULL otherwise. */
bool main_cf_value(const struct main_cf *cf, const char *name, const char **value,
	const char **warning, struct err *err);

/* Any text, expanded in the same way. */
bool main_cf_expand(const struct main_cf *cf, const char *text, const char **value,
	const char **warning, struct err *err);

/* What Postfix would print as warnings while it reads the file. */
const char *const *main_cf_warnings(const struct main_cf *cf, size_t *n);

/* Directory of the file that was loaded, or where there might have been one, for messages; NULL
 * when neither is known. */
const char *main_cf_directory(const struct main_cf *cf);
void main_cf_name_directory(struct main_cf *cf, const char *directory);

#endif
