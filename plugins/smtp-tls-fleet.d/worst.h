/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* States of names as the counts of a name_set: of several the worst is kept. */
#ifndef SMTP_TLS_FLEET_WORST_H
#define SMTP_TLS_FLEET_WORST_H

#include "smtp-tls-fleet.d/name_set.h"
#include "verdict/findings.h"

/* More for a worse one, and never 0. */
size_t worst_count(enum state state);

/* The state that a count stands for. */
enum state worst_state(size_t count);

#endif
