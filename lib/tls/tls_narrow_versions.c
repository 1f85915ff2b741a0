/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The versions on which a process may be narrow. */
#include <stddef.h>

#include "tls/tls_narrow.h"

/* A version comes into this table when "make check" has passed there (test_tls_narrow,
 * test_tls_narrow_equal, the latter with NARROW_FULL=1): any other may end the life of a provider
 * at another time, or ask for an algorithm that is left out. Debian 12 has 3.0, Debian 13 has 3.5.
 */
bool tls_narrow_is_shown(unsigned major, unsigned minor) {
	static const struct { unsigned major, minor; } shown[] = {{3, 0}, {3, 5}};
	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
		if (shown[i].major == major && shown[i].minor == minor) {
			return true;
		}
	}
	return false;
}
