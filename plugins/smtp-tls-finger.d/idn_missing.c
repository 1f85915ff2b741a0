/* Until lib/config has them. */
#include "config/idn.h"

bool idn_to_ascii(struct arena *arena, const char *text, enum idn_mapping mapping,
	const char **ascii, struct err *err) {
	(void)arena;
	(void)mapping;
	*ascii = text;
	return !idn_is_needed(text) ||
		   err_set(err, ERR_USAGE, "%.100s: built without support for IDN", text);
}

bool idn_is_needed(const char *text) {
	for (; *text != '\0'; text++) {
		if ((*text & 0x80) != 0) {
			return true;
		}
	}
	return false;
}

bool idn_is_available(void) {
	return false;
}
