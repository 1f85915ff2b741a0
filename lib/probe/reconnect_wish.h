/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reconnects to the address that let us in, to see whether sessions are resumed. A data header. */
#ifndef PROBE_RECONNECT_WISH_H
#define PROBE_RECONNECT_WISH_H

#include "base/clock.h"

struct reconnect_wish {
	usec delay; /* before each; 0: no reconnects */
	int max;    /* reconnects at most; 0 or less: the outcome of the first connection is all */
};

#endif
