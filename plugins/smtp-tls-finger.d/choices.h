/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the letters mean together: the checks posttls-finger makes once all options are read, in its
 * order, which decides the error that wins. */
#ifndef SMTP_TLS_FINGER_CHOICES_H
#define SMTP_TLS_FINGER_CHOICES_H

#include "base/clock.h"
#include "dns/resolver.h"
#include "probe/node_order.h"
#include "smtp-tls-finger.d/command_line.h"
#include "smtp-tls-finger.d/log.h"
#include "tls/tls_level.h"

struct choices {
	enum family_preference prefer;
	enum resolver_hosts hosts;
	bool no_host_lookup; /* -h "" */
	unsigned show;       /* of enum finger_show */
	bool bad_log_words;  /* -L had an unknown one */
	enum tls_level level;
	usec connect_timeout;
	usec command_timeout;
};

/* Warnings go to the log; false with the text of a fatal error. */
bool choices_make(
	struct choices *choices, const struct command_line *line, struct log *log, struct err *err);

/* posttls-finger parses -L several times, and complains as often. */
void choices_warn_log_words(const struct command_line *line, struct log *log);

#endif
