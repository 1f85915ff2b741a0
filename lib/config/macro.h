/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Postfix's expansion of parameter references inside a value (postconf(5)): $name, ${name},
 * $(name), ${name?text}, ${name:text}, ${name?{x}:{y}}, ${{x} == {y} ? {a} : {b}}, $$. Pure. */
#ifndef CONFIG_MACRO_H
#define CONFIG_MACRO_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

#define MACRO_VALUE_MAX (64U * 1024U)  /* octets of a value, expanded */
#define MACRO_DEPTH_MAX 100            /* of $name in $name; Postfix has the same limit */
#define MACRO_WORK_MAX (1024U * 1024U) /* octets looked at for one value: names can multiply */

/* The value of a name, not expanded; NULL when there is none. */
typedef const char *macro_find_fn(const void *context, struct span name);

struct macro_names {
	macro_find_fn *find;
	const void *context;
};

/* The text with all references replaced; a name without value is nothing. ERR_USAGE with what
 * Postfix would print as a warning about it. */
bool macro_expand(struct arena *arena, const char *text, const struct macro_names *names,
	const char **expanded, struct err *err);

#endif
