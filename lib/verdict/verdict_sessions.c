/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether sessions are reused when a sender comes again; what connections behind the first did not
 * come to. */
#include "verdict/raise.h"

/* Waiting happens at all nodes at the same time; for name servers asked directly nobody waits but
 * us. What a run needs behind its deadline to come to an end is not the peers' time. */
usec response_time(const struct report *report) {
	usec waited = 0;
	for (size_t i = 0; i < report->n_nodes; i++) {
		usec here = report->nodes[i].reconnects.waited;
		waited = here > waited ? here : waited;
	}
	waited += report->swept;
	usec time = report->elapsed > waited ? report->elapsed - waited : 0;
	return report->spec->timeout > 0 && time > report->spec->timeout ? report->spec->timeout : time;
}

/* Other ends of the run are told already. */
static void judge_cut_off(struct judging *j, const struct report_node *node) {
	if (j->report->end == REPORT_DEADLINE) {
		raise_node(j, FINDING_SESSION_NOT_REUSED, node,
			"whether TLS sessions are reused is not known: %s before", end_words(j));
	}
}

static void judge_failed(struct judging *j, const struct report_node *node) {
	const struct err *err = &node->reconnects.err;
	if (err->kind == ERR_BUDGET) {
		judge_cut_off(j, node);
		return;
	}
	raise_node(j, err->kind == ERR_LOCAL ? FINDING_LOCAL_ERROR : FINDING_SESSION_NOT_REUSED, node,
		"reconnect %u failed: %pN", node->reconnects.n, err->text);
}

/* The library tells the age of a session by the clock of the day, in whole seconds, and offers none
 * that is older than the server lets it be. When it cannot be that old, the clock was set. */
static void judge_withheld(struct judging *j, const struct report_node *node) {
	usec lifetime = (usec)node->reconnects.lifetime * USEC_PER_SEC;
	if (lifetime > j->report->elapsed + USEC_PER_SEC) {
		raise_node(j, FINDING_LOCAL_ERROR, node,
			"whether TLS sessions are reused is not known: this machine's clock was set meanwhile");
		return;
	}
	raise_node(j, FINDING_SESSION_NOT_REUSED, node,
		"no TLS session could be offered on reconnecting: the server hands them out for %u s only",
		node->reconnects.lifetime);
}

static void judge_found(struct judging *j, const struct report_node *node) {
	if (node->reconnects.resumed > 0) {
		return;
	}
	if (node->reconnects.sent == 0) {
		judge_withheld(j, node);
		return;
	}
	raise_node(j, FINDING_SESSION_NOT_REUSED, node,
		"a TLS session was offered on reconnecting, but the server did not take it up");
}

void judge_sessions(struct judging *j, const struct report_node *node) {
	const struct reconnects *reconnects = &node->reconnects;
	const struct tls_facts *tls = node->result.tls;
	if (tls == NULL || !tls->established) {
		return; /* what stands in the way is told already */
	}
	switch (reconnects->end) {
	case RECONNECT_NOT_WANTED:
	case RECONNECT_NOT_REACHED:
		break;
	case RECONNECT_DECLINED:
		raise_node(j, FINDING_SESSION_NOT_CACHED, node,
			"the server hands out no TLS session that could be reused");
		break;
	case RECONNECT_FOUND:
		judge_found(j, node);
		break;
	case RECONNECT_MAXIMUM:
		if (reconnects->n > 0 && reconnects->resumed == 0) {
			raise_node(j, FINDING_SESSION_NOT_REUSED, node,
				"%u reconnects met no server seen before: a load balancer whose servers have "
				"sessions of their own, or too few --max-reconnects",
				reconnects->n);
		}
		break;
	case RECONNECT_FAILED:
		judge_failed(j, node);
		break;
	}
}

/* What a node was asked beyond the probe when the run ended; NULL: nothing. */
static const char *extra_words(const struct report_node *node) {
	if (node->reconnects.err.kind == ERR_BUDGET) {
		return "reconnecting";
	}
	for (int type = TLS_KEY_ANY + 1; type < TLS_KEY_TYPES; type++) {
		if (node->key_types[type].err.kind == ERR_BUDGET) {
			return "asking for types of certificates";
		}
	}
	return node->large_hello.err.kind == ERR_BUDGET ? "trying a large ClientHello" : NULL;
}

/* The probe of such a node is over and judged: a deadline that ends the rest is told by the
 * findings about the rest, as what it left unknown. */
bool judge_extras(struct judging *j) {
	const char *words = NULL;
	for (size_t i = 0; i < j->report->n_nodes && words == NULL; i++) {
		const struct report_node *node = &j->report->nodes[i];
		words = extra_words(node);
		if (words != NULL && j->report->end == REPORT_INTERRUPTED) {
			raise_node_as(
				j, FINDING_TIMEOUT, STATE_UNKNOWN, node, "%s while %s", end_words(j), words);
		}
	}
	return words != NULL;
}
