/* Postfix's main.cf (postconf(5)): names and values, with $name expansion. Values given by
 * name=value settings (-o) override those of the file. Reads one file, asks for nothing else. */
#ifndef CONFIG_MAIN_CF_H
#define CONFIG_MAIN_CF_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

#define MAIN_CF_OCTETS_MAX (1024U * 1024U) /* of a file; a longer one is refused */
#define MAIN_CF_VALUE_MAX (64U * 1024U)    /* of a value, expanded */
#define MAIN_CF_DEPTH_MAX 100              /* of $name in $name; Postfix has the same limit */

struct main_cf;

struct main_cf *main_cf_new(struct arena *arena);

/* The file's text: comment lines, empty lines, continuation lines that begin with a blank; the last
 * setting of a name wins. file is for messages ("open /etc/postfix/main.cf: ..." are the caller's).
 * ERR_USAGE names file, line and what is wrong. */
bool main_cf_parse(struct main_cf *cf, struct span text, const char *file, struct err *err);

/* Read directory/main.cf. ERR_USAGE "open DIRECTORY/main.cf: No such file or directory". */
bool main_cf_load(struct main_cf *cf, const char *directory, struct err *err);

/* One "name=value" of -o; false when it has no '=', or an empty name, or one with blanks inside. */
bool main_cf_set(struct main_cf *cf, const char *assignment);

/* The value of a parameter, expanded: $name, ${name}, $(name), ${name?text}, ${name:text}, $$; NULL
 * when neither file nor setting has it (fallback is what $name of a known parameter expands to, see
 * postfix_params.c). ERR_USAGE for a loop or a malformed macro, in Postfix's words. */
bool main_cf_value(const struct main_cf *cf, const char *name, const char **value, struct err *err);

/* Directory of the file that was loaded, for messages; NULL without one. */
const char *main_cf_directory(const struct main_cf *cf);

#endif
