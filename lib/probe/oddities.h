/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What is odd about an answer although there is one, told in posttls-finger's words when the story
 * comes to it. */
#ifndef PROBE_ODDITIES_H
#define PROBE_ODDITIES_H

#include "base/habits.h"
#include "probe/lookups.h"
#include "probe/node_order.h"

/* Tell the listener what is odd about the answer to this question (it is no longer pending):
 * aliases in a circle, and where records are dropped, that there are too many. */
void oddities_tell(const struct lookups *lookups, const struct dns_question *question,
	const struct habits *habits);

/* The answer without the records that posttls-finger drops: names that cannot be host names, and
 * what is behind the hundredth. With other habits nothing is dropped. Tells of numeric and
 * malformed names. */
struct dns_answer oddities_drop(const struct lookups *lookups, const struct dns_question *question,
	const struct habits *habits);

/* Tell the listener that records behind this one were left out. */
void oddities_tell_excess(const struct lookups *lookups, const char *name, enum dns_type type);

/* Tell the listener: one warning. */
void oddities_warn(const struct lookups *lookups, const char *text);

#endif
