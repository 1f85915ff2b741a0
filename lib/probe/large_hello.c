/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a handshake with a large ClientHello came to. */
#include "probe/large_hello.h"

#include <string.h>

#include "tls/tls_hello.h"

bool large_hello_is_due(const struct result *first) {
	return first->tls != NULL && first->tls->established;
}

struct large_hello large_hello_of(const struct result *result) {
	struct large_hello hello = {.outcome = LARGE_HELLO_UNDETERMINED, .err = result->err};
	if (result->tls != NULL && result->tls->established) {
		hello.group = result->tls->group;
		bool known = hello.group != NULL && strcmp(hello.group, TLS_POST_QUANTUM_GROUP) == 0;
		hello.outcome = known ? LARGE_HELLO_NEGOTIATED : LARGE_HELLO_NOT_KNOWN;
		hello.err = (struct err){0}; /* what came behind the handshake is the first one's matter */
	} else if (result->stage == PROBE_HANDSHAKE &&
			   (result->err.kind == ERR_TIMEOUT || result->err.kind == ERR_NET ||
				   result->err.kind == ERR_TLS)) {
		hello.outcome = LARGE_HELLO_FAILED;
	} else if (result->err.kind != ERR_LOCAL) {
		hello.err = (struct err){0};
		err_set(&hello.err, ERR_NET, "the server did not come to TLS this time");
	}
	return hello;
}

void large_hello_beside(struct large_hello *large, const struct result *small) {
	if (small->tls != NULL && small->tls->established) {
		return;
	}
	large->outcome = LARGE_HELLO_UNDETERMINED;
	large->err = (struct err){0};
	if (small->err.kind == ERR_LOCAL) {
		large->err = small->err;
	} else {
		err_set(
			&large->err, ERR_NET, "neither a large nor a small ClientHello came through this time");
	}
}

struct large_hello large_hello_cut_off(void) {
	struct large_hello hello = {.outcome = LARGE_HELLO_UNDETERMINED};
	err_set(&hello.err, ERR_BUDGET, "the run ended before");
	return hello;
}
