#include "verdict/judging.h"

#include <string.h>

/* Index behind the last host that is judged. A sender stays with the first host that lets it in;
 * what comes after it is neither probed nor judged. */
static size_t hosts_judged(const struct report *report) {
	const struct report_node *node = report_main_node(report);
	if (node == NULL || !node->result.connected) {
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
	return judging->report->level == TLS_LEVEL_DANE ||
		   judging->report->level == TLS_LEVEL_DANE_ONLY;
}

enum state judging_default(const struct judging *judging, enum finding_id id) {
	const struct finding_info *info = finding_info(id);
	return judging->report->level == TLS_LEVEL_DANE_ONLY ? info->at_dane_only : info->at_dane;
}

static void add(struct judging *judging, struct finding finding) {
	if (judging->limits->overridden[finding.id]) {
		finding.state = judging->limits->override[finding.id];
	}
	if (judging->n_findings == judging->capacity) {
		judging->capacity = judging->capacity == 0 ? 16 : judging->capacity * 2;
		struct finding *more = arena_alloc_array(judging->arena, judging->capacity, sizeof *more);
		if (judging->n_findings > 0) {
			memcpy(more, judging->findings, judging->n_findings * sizeof *more);
		}
		judging->findings = more;
	}
	judging->findings[judging->n_findings++] = finding;
}

void judging_raise(struct judging *judging, enum finding_id id, const char *text) {
	judging_raise_as(judging, id, judging_default(judging, id), text);
}

void judging_raise_as(
	struct judging *judging, enum finding_id id, enum state state, const char *text) {
	add(judging, (struct finding){.id = id, .state = state, .text = text});
}

void judging_raise_host(struct judging *judging, enum finding_id id, enum state state,
	const struct report_host *host, const char *text) {
	const struct report_node *node = report_main_node(judging->report);
	bool probed = node != NULL && node->host == host && node->result.connected;
	add(judging,
		(struct finding){
			.id = id, .state = state, .node = probed ? node : NULL, .host = host, .text = text});
}

void judging_raise_node(struct judging *judging, enum finding_id id, enum state state,
	const struct report_node *node, const char *text) {
	add(judging,
		(struct finding){.id = id, .state = state, .node = node, .host = node->host, .text = text});
}

bool judging_is_authenticated(const struct judging *judging, const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	if (!node->chosen || !node->result.connected || node->result.err.kind != ERR_NONE) {
		return false;
	}
	switch (judging->report->level) {
	case TLS_LEVEL_NONE:
	case TLS_LEVEL_MAY:
		return true;
	case TLS_LEVEL_ENCRYPT:
		return tls != NULL && tls->established;
	case TLS_LEVEL_DANE:
	case TLS_LEVEL_DANE_ONLY:
	case TLS_LEVEL_HALF_DANE:
		return tls != NULL && tls->status == TLS_STATUS_VERIFIED &&
			   node->policy.reason == POLICY_DANE;
	case TLS_LEVEL_FINGERPRINT:
	case TLS_LEVEL_VERIFY:
	case TLS_LEVEL_SECURE:
		break;
	}
	return tls != NULL && tls->status == TLS_STATUS_VERIFIED;
}

enum state judging_with_spare(const struct judging *judging, const struct report_node *node) {
	for (size_t i = 0; i < judging->report->n_nodes; i++) {
		const struct report_node *other = &judging->report->nodes[i];
		if (other != node && judging_is_authenticated(judging, other)) {
			return STATE_WARNING;
		}
	}
	return STATE_CRITICAL;
}

const char *judging_quote(const struct judging *judging, struct span bytes) {
	struct text text = text_new(judging->arena, 4 * (size_t)QUOTE_MAX + 8);
	text_add(&text, "\"");
	text_add_escaped(&text, TEXT_PLUGIN, bytes, QUOTE_MAX);
	text_add(&text, "\"");
	return text.at;
}

const char *judging_name(const struct judging *judging, const char *name) {
	struct text text = text_new(judging->arena, 4 * (size_t)QUOTE_MAX + 8);
	text_add_escaped(&text, TEXT_PLUGIN, span_of(name), QUOTE_MAX);
	return text.at;
}

const char *judging_distance(const struct judging *judging, int64_t date) {
	int64_t seconds = date > judging->now ? date - judging->now : judging->now - date;
	int64_t n = seconds / 86400;
	const char *unit = "day";
	if (seconds < INT64_C(2) * 3600) {
		n = seconds / 60;
		unit = "minute";
	} else if (seconds < INT64_C(2) * 86400) {
		n = seconds / 3600;
		unit = "hour";
	}
	const char *amount =
		arena_printf(judging->arena, "%lld %s%s", (long long)n, unit, n == 1 ? "" : "s");
	return date < judging->now ? arena_printf(judging->arena, "%s ago", amount)
							   : arena_printf(judging->arena, "in %s", amount);
}
