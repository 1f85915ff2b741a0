/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a large ClientHello came to: a fact, unless a small one went through. */
#include "tls/tls_hello.h"
#include "verdict/raise.h"

static void judge_failure(
	struct judging *j, const struct report_node *node, const struct large_hello *hello) {
	static const char what[] = "a large ClientHello, with a post-quantum key share,";
	struct phrase end = {.n = 0};
	if (hello->err.kind == ERR_TIMEOUT) {
		phrase_add(j->arena, &end, "gets no answer, a small one does");
	} else {
		phrase_add(j->arena, &end, "fails where a small one works: %pN", hello->err.text);
	}
	struct finding *finding = raise_node(j, FINDING_LARGE_HELLO_FAILS, node, "%s %pP", what, &end);
	raise_remedy(j, finding,
		"look for a firewall or load balancer that expects the ClientHello in one segment");
}

void judge_large_hello(struct judging *j, const struct report_node *node) {
	const struct large_hello *hello = &node->large_hello;
	switch (hello->outcome) {
	case LARGE_HELLO_NOT_ASKED:
		break;
	case LARGE_HELLO_NEGOTIATED:
		raise_node(j, FINDING_PQ_PROBE, node, "post-quantum key exchange: %pN was negotiated",
			hello->group);
		break;
	case LARGE_HELLO_NOT_KNOWN:
		raise_node(j, FINDING_PQ_PROBE, node,
			"post-quantum key exchange: " TLS_POST_QUANTUM_GROUP
			" is not known, %pN was negotiated; the large ClientHello is no trouble",
			hello->group != NULL ? hello->group : "no group");
		break;
	case LARGE_HELLO_FAILED:
		judge_failure(j, node, hello);
		break;
	case LARGE_HELLO_UNDETERMINED:
		raise_node(j, FINDING_PQ_PROBE, node, "post-quantum key exchange: not determined (%pN)",
			hello->err.kind == ERR_BUDGET ? end_words(j) : hello->err.text);
		break;
	}
}
