/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What several judges need to know. */
#include "verdict/judging.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/utc.h"

/* Index behind the last host that is judged. A sender stays with the first host that lets it in;
 * what comes after it is neither probed nor judged, unless all were to be. */
static size_t hosts_judged(const struct report *report) {
	const struct report_node *node = report_main_node(report);
	if (report->spec->scope == SURVEY_ALL || node == NULL || !node->result.connected) {
		return report->n_hosts;
	}
	size_t n = 0;
	while (n < report->n_hosts && &report->hosts[n] != node->host) {
		n++;
	}
	return n < report->n_hosts ? n + 1 : n;
}

struct judging judging_new(
	struct arena *arena, const struct report *report, const struct limits *limits, int64_t now) {
	struct judging judging = {.arena = arena,
		.report = report,
		.limits = limits,
		.now = now,
		.n_hosts = hosts_judged(report)};
	return judging;
}

bool judging_wants_dane(const struct judging *judging) {
	return judging->report->spec->wish.level == TLS_LEVEL_DANE ||
		   judging->report->spec->wish.level == TLS_LEVEL_DANE_ONLY;
}

enum state judging_default(const struct judging *judging, enum finding_id id) {
	const struct finding_info *info = finding_info(id);
	return judging->report->spec->wish.level == TLS_LEVEL_DANE_ONLY ? info->at_dane_only
																	: info->at_dane;
}

static bool was_let_in(const struct report_node *node) {
	return node->chosen && node->result.connected && node->result.err.kind == ERR_NONE;
}

bool judging_is_satisfied(const struct judging *judging, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	bool must_match = tls_level_must_match(node->policy.level);
	if (!was_let_in(node) ||
		(judging->report->spec->wish.level == TLS_LEVEL_DANE_ONLY && !must_match)) {
		return false;
	}
	if (must_match) {
		return tls != NULL && tls->proof.status == TLS_STATUS_VERIFIED;
	}
	return !node->policy.tls_required || (tls != NULL && tls->established);
}

bool judging_is_authenticated(const struct judging *judging, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	if (!was_let_in(node)) {
		return false;
	}
	switch (judging->report->spec->wish.level) {
	case TLS_LEVEL_NONE:
	case TLS_LEVEL_MAY:
		return true;
	case TLS_LEVEL_ENCRYPT:
		return tls != NULL && tls->established;
	case TLS_LEVEL_DANE:
	case TLS_LEVEL_DANE_ONLY:
	case TLS_LEVEL_HALF_DANE:
		return tls != NULL && tls->proof.status == TLS_STATUS_VERIFIED &&
			   node->policy.reason == POLICY_DANE;
	case TLS_LEVEL_FINGERPRINT:
	case TLS_LEVEL_VERIFY:
	case TLS_LEVEL_SECURE:
		break;
	}
	return tls != NULL && tls->proof.status == TLS_STATUS_VERIFIED;
}

static bool is_down_ok(const struct limits *limits, const char *name) {
	for (size_t i = 0; i < limits->n_down_ok; i++) {
		if (strcasecmp(limits->down_ok[i], name) == 0) {
			return true;
		}
	}
	return false;
}

bool judging_may_be_down(
	const struct judging *judging, const struct report_node *node, const struct report_host *host) {
	if (node != NULL && node->result.connected) {
		return false;
	}
	if (!is_down_ok(judging->limits, host->name) &&
		(node == NULL || !is_down_ok(judging->limits, node->address))) {
		return false;
	}
	for (size_t i = 0; i < judging->report->n_nodes; i++) {
		if (judging->report->nodes[i].result.connected) {
			return true;
		}
	}
	return false;
}

static bool is_no_route(int error) {
	return error == ENETUNREACH || error == EHOSTUNREACH || error == EADDRNOTAVAIL ||
		   error == EAFNOSUPPORT;
}

bool judging_has_no_route(const struct judging *judging, const struct report_node *node) {
	if (!node->result.local_fault || !is_no_route(node->result.net_errno)) {
		return false;
	}
	for (size_t i = 0; i < judging->report->n_nodes; i++) {
		const struct report_node *other = &judging->report->nodes[i];
		if (other->chosen && other->family != node->family && !other->result.local_fault) {
			return true;
		}
	}
	return false;
}

static bool failed_here(const struct dns_question *question) {
	return question != NULL && question->err.kind == ERR_LOCAL;
}

static bool is_not_seen(const struct judging *judging, const struct report_node *node) {
	return node->chosen && node->result.err.kind == ERR_LOCAL &&
		   !judging_has_no_route(judging, node);
}

/* A node, or a host's addresses, that this machine failed to look at: it may be well. */
static bool is_one_not_seen(const struct judging *judging) {
	const struct report *report = judging->report;
	for (size_t i = 0; i < report->n_nodes; i++) {
		if (is_not_seen(judging, &report->nodes[i])) {
			return true;
		}
	}
	for (size_t i = 0; i < report->n_hosts; i++) {
		if (failed_here(report->hosts[i].a) || failed_here(report->hosts[i].aaaa)) {
			return true;
		}
	}
	return false;
}

static enum state loss_beside(const struct judging *judging, const struct report_node *node) {
	for (size_t i = 0; i < judging->report->n_nodes; i++) {
		const struct report_node *other = &judging->report->nodes[i];
		bool beside = node == NULL || other != node;
		if (beside && judging_is_satisfied(judging, other)) {
			return STATE_WARNING;
		}
	}
	if (!is_one_not_seen(judging)) {
		return STATE_CRITICAL;
	}
	/* Of all nodes, one that is lost is at least that; the first that is well would have done. */
	return judging->report->spec->scope == SURVEY_ALL ? STATE_WARNING : STATE_UNKNOWN;
}

enum state judging_loss(
	const struct judging *judging, const struct report_node *node, const struct report_host *host) {
	return judging_may_be_down(judging, node, host) ? STATE_OK : loss_beside(judging, node);
}

enum state judging_lookup_loss(const struct judging *judging) {
	return loss_beside(judging, NULL);
}

struct phrase aliased_name(
	const struct judging *judging, const char *name, const struct dns_question *question) {
	return question == NULL || question->answer.n_aliases == 0
			   ? phrase_new(judging->arena, "%pN", name)
			   : phrase_new(
					 judging->arena, "%pN, an alias of %pN", name, question->answer.canonical);
}

const char *judging_when(const struct judging *j, int64_t date) {
	return arena_printf(j->arena, "%s (%s)", judging_distance(j, date), utc_day(j->arena, date));
}
