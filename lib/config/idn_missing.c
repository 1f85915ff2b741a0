/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in for libidn2 where configure did not find it. */
#include "config/idn_library.h"

bool idn_library_convert(struct arena *arena, const char *name, enum idn_mapping mapping,
	const char **ascii, struct err *err) {
	(void)arena;
	(void)mapping;
	(void)ascii;
	return idn_complain(name, "this program was built without libidn2", err);
}

bool idn_is_available(void) {
	return false;
}
