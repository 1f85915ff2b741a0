/* Internationalised domain names to what the DNS knows (RFC 5891, UTS 46). Needs libidn2; without
 * it every name that is not ASCII is refused with a message that says so. Pure. */
#ifndef CONFIG_IDN_H
#define CONFIG_IDN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

enum idn_mapping {
	IDN_NON_TRANSITIONAL, /* "ß" stays a letter of its own */
	IDN_TRANSITIONAL      /* enable_idna2003_compatibility */
};

/* Convert every run of letters that is not ASCII in a destination or a name
 * ("[b\xc3\xbccher.example]:25"): brackets, port and ASCII labels stay as they are. An ASCII text
 * comes back unchanged. The result is the arena's or the argument. ERR_USAGE names the value and
 * the reason. */
bool idn_to_ascii(struct arena *arena, const char *text, enum idn_mapping mapping,
	const char **ascii, struct err *err);

/* Is there a byte beyond ASCII? */
bool idn_is_needed(const char *text);

/* Was libidn2 there when this was built? */
bool idn_is_available(void);

#endif
