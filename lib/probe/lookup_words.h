/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What came of a lookup, in the words posttls-finger has for it. Pure. */
#ifndef PROBE_LOOKUP_WORDS_H
#define PROBE_LOOKUP_WORDS_H

#include "base/arena.h"
#include "probe/report.h"

/* How much a lookup is worth where several were made for one name: a lower one wins. */
enum lookup_class {
	LOOKUP_OK,
	LOOKUP_RETRY,  /* no answer, a failure that may pass, or one that makes no sense */
	LOOKUP_FAILED, /* a failure that will not pass */
	LOOKUP_NOT_FOUND
};

enum lookup_class lookup_class_of(const struct dns_question *question);

/* "Host or domain name not found. Name service error for name=... type=...: ..." */
const char *lookup_reason(struct arena *arena, const struct dns_question *question);

/* Why no address of the host is known: of A and AAAA the better outcome, else the later one. */
const char *lookup_host_reason(struct arena *arena, const struct report_host *host);

/* A name as the C library writes it: with a backslash before a few more characters than in ours. */
const char *lookup_name(struct arena *arena, const char *name);

/* What is wrong with a host name ("invalid character 64(decimal): a@b"), NULL when nothing is. */
const char *lookup_name_fault(struct arena *arena, const char *name);

#endif
