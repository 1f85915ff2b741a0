/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit on the stack counts when it grows, so that raising it helps who has started already. */
#include "common/stack.h"

#include <stdio.h>
#include <sys/resource.h>

#define OCTETS_PER_KIB 1024U
#define WISH ((rlim_t)1024 * OCTETS_PER_KIB)
#define NEED ((rlim_t)STACK_KIB_MIN * OCTETS_PER_KIB)

/* True with the limit in effect from now on. */
static bool raise_to(struct rlimit *limit, rlim_t soft, rlim_t hard) {
	struct rlimit raised = {soft, hard};
	if (setrlimit(RLIMIT_STACK, &raised) != 0) {
		return false;
	}
	*limit = raised;
	return true;
}

bool stack_make_room(char words[STACK_WORDS_MAX]) {
	struct rlimit limit;
	if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= WISH) {
		return true; /* RLIM_INFINITY is the largest of all */
	}
	if (limit.rlim_max >= WISH) {
		(void)raise_to(&limit, WISH, limit.rlim_max);
	} else if (!raise_to(&limit, WISH, WISH)) { /* only root may */
		(void)raise_to(&limit, limit.rlim_max, limit.rlim_max);
	}
	if (limit.rlim_cur >= NEED) {
		return true;
	}
	(void)snprintf(words, STACK_WORDS_MAX,
		"the stack may not grow beyond %lu KiB, and a run takes up to %u (see ulimit -s)",
		(unsigned long)(limit.rlim_cur / OCTETS_PER_KIB), STACK_KIB_MIN);
	return false;
}
