/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* An error about a setting as check_smtp_tls prints it: for tests of rooms that do not know what
 * the program calls its settings. */
#ifndef TESTS_UNIT_ABOUT_H
#define TESTS_UNIT_ABOUT_H

#include <stdio.h>

#include "base/err.h"

/* Static storage: valid until the next call. */
static inline const char *about_text(const struct err *err) {
	static const char *const names[ERR_ABOUT_COUNT] = {"", "--cafile", "--capath", "--trust-anchor",
		"--chain-files", "--client-cert", "--private-key", "--digest", "--next", "--param"};
	static char text[ERR_TEXT_MAX + 32];
	(void)snprintf(text, sizeof text, "%s%s", names[err->about], err->text);
	return text;
}

#endif
