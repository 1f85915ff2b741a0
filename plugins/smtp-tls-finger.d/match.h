/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands behind the destination: names, strategies or digests. */
#ifndef SMTP_TLS_FINGER_MATCH_H
#define SMTP_TLS_FINGER_MATCH_H

#include "base/event.h"
#include "config/idn.h"
#include "probe/tls_policy.h"
#include "smtp-tls-finger.d/command_line.h"
#include "smtp-tls-finger.d/log.h"

/* How names with letters beyond ASCII are taken (smtputf8_enable, enable_idna2003_compatibility).
 */
enum match_names { MATCH_NAMES_ASCII, MATCH_NAMES_UTF8, MATCH_NAMES_UTF8_TRANSITIONAL };

/* Fill in patterns or fingerprints of the wish, whose level is set; warnings go to the log. trace
 * (may be NULL) hears EVENT_TLS_FINGERPRINT. */
void match_read(struct tls_wish *wish, const struct value_list *match, enum match_names names,
	struct arena *arena, struct log *log, struct trace *trace);

/* One name as the DNS knows it; a name that cannot be converted stays as it is. */
const char *match_name(const char *name, enum match_names names, struct arena *arena);

#endif
