/* What is odd about an answer although there is one, told in posttls-finger's words when the story
 * comes to it. */
#ifndef PROBE_ODDITIES_H
#define PROBE_ODDITIES_H

#include "probe/lookups.h"
#include "probe/tls_policy.h"

#define ODDITIES_RECORDS_MAX 100U /* Postfix looks at no more records of one answer */

/* Tell the listener what is odd about the answer to this question (it is no longer pending):
 * aliases in a circle, and in posttls-finger's style too many records. */
void oddities_tell(
	const struct lookups *lookups, const struct dns_question *question, enum policy_style style);

/* The answer without the records that posttls-finger drops: names that cannot be host names, and
 * what is behind the hundredth. In another style nothing is dropped. Tells of numeric and malformed
 * names. */
struct dns_answer oddities_drop(
	const struct lookups *lookups, const struct dns_question *question, enum policy_style style);

/* Tell the listener: one warning. */
void oddities_warn(const struct lookups *lookups, const char *text);

#endif
