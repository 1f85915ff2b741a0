/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Built with --disable-narrow-provider: on no version. */
#include "tls/tls_narrow.h"

bool tls_narrow_is_shown(unsigned major, unsigned minor) {
	(void)major;
	(void)minor;
	return false;
}
