/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The first lookup, MX or SRV, and the hosts it leads to. */
#include "probe/route.h"

#include "probe/announcements.h"
#include "probe/lookup_words.h"
#include "probe/oddities.h"

bool route_is_named(const struct report *report) {
	enum destination_kind kind = report->spec->destination->kind;
	return kind == DESTINATION_DOMAIN || kind == DESTINATION_HOST;
}

void route_tell_failed(const struct lookups *lookups, const char *reason) {
	struct event event = {.kind = EVENT_LOOKUP_FAILED, .node = -1, .pass = 1};
	event.text[0] = reason;
	trace_emit(lookups->trace, &event);
}

/* As Postfix does, at each lookup of the name. */
static void tell_conversion(const struct route *route) {
	struct event event = {.kind = EVENT_ASCIIFIED, .node = -1, .pass = 1};
	event.text[0] = route->spec->international;
	event.text[1] = route->spec->destination->name;
	if (event.text[0] != NULL) {
		trace_emit(route->lookups->trace, &event);
	}
}

static void single_host(const struct route *route) {
	struct report *report = route->report;
	const char *name = report->spec->destination->name;
	tell_conversion(route);
	report->hosts = arena_alloc(route->lookups->arena, sizeof *report->hosts);
	report->hosts[0].name = name;
	report->hosts[0].port = report->spec->port;
	report->hosts[0].canonical = name;
	report->n_hosts = 1;
}

static void tell_null(const struct route *route) {
	const struct dns_question *question = route->report->route_question;
	route_tell_failed(route->lookups,
		arena_printf(route->lookups->arena,
			route->spec->srv_service != NULL ? "Domain %s does not support SRV requests"
											 : "Domain %s does not accept mail (nullMX)",
			question->name));
}

/* posttls-finger drops such records before they become hosts. Who asks for localhost may well be
 * led to it. */
static void check_names(const struct mx_hosts *found, const char *domain) {
	bool at_home = host_name_is_local(domain);
	for (size_t i = 0; i < found->n; i++) {
		struct report_host *host = &found->hosts[i];
		host->name_fault = !at_home && host_name_is_local(host->name)
							   ? HOST_NAME_LOCAL
							   : host_name_check(host->name, NULL);
		host->faulty_name = host->name;
	}
}

/* There are records, and from here on hosts, or the domain wants no mail. */
static void take_hosts(const struct route *route) {
	struct report *report = route->report;
	struct arena *arena = route->lookups->arena;
	const struct dns_question *question = report->route_question;
	const struct dns_answer *answer = &route->answer;
	struct mx_hosts found = report->spec->srv_service != NULL
								? hosts_from_srv(arena, answer, &route->order)
								: hosts_from_mx(arena, answer, report->spec->port, &route->order);
	if (route->spec->habits->checks_hosts) {
		check_names(&found, report->spec->destination->name);
	}
	report->mx_used = true;
	report->hosts = found.hosts;
	report->n_hosts = found.n;
	report->null_mx = found.null_mx;
	report->null_mx_mixed = found.null_mixed;
	report->too_many_nodes = found.too_many;
	route->origin->mx_used = true;
	route->origin->mx_secure = question->secure;
	const char *end = question->answer.canonical;
	if (report->spec->srv_service == NULL && end != NULL && !dns_name_equal(end, question->name)) {
		route->origin->next_hop_expanded = end;
	}
	if (found.null_mx) {
		tell_null(route);
	} else if (answer->n_records == 0) {
		route_tell_failed(route->lookups, lookup_reason(arena, question));
	}
}

/* Without MX records the domain is its own host (RFC 5321 5.1), if it exists; Postfix does not look
 * at the difference. */
static bool falls_back(const struct route *route) {
	const struct dns_question *question = route->report->route_question;
	if (route->spec->srv_service != NULL) {
		return false;
	}
	return route->spec->habits->survives_missing_domain
			   ? lookup_class_of(question) == LOOKUP_NOT_FOUND
			   : question->outcome == DNS_NODATA;
}

/* A step of its own, because the self-test is told of behind it. */
static void hear(struct route *route) {
	const struct dns_question *question = route->report->route_question;
	const struct habits *habits = route->spec->habits;
	route->heard = true;
	oddities_tell(route->lookups, question, habits);
	if (question->outcome == DNS_FOUND) {
		route->answer = oddities_drop(route->lookups, question, habits);
	}
}

static void take_answer(const struct route *route) {
	const struct dns_question *question = route->report->route_question;
	if (question->outcome == DNS_FOUND) {
		take_hosts(route);
	} else if (falls_back(route)) {
		single_host(route);
	} else {
		route_tell_failed(route->lookups, lookup_reason(route->lookups->arena, question));
	}
}

static const struct dns_question *ask(const struct route *route, usec now) {
	const char *domain = route->spec->destination->name;
	tell_conversion(route);
	if (route->spec->srv_service == NULL) {
		const struct dns_question *mx = lookups_ask(route->lookups, domain, DNS_TYPE_MX, now);
		announcements_ask(route->report, route->spec, route->lookups, now);
		return mx;
	}
	struct text owner = text_new(route->lookups->arena, DNS_NAME_MAX);
	text_addf(&owner, "_%s._tcp.", route->spec->srv_service);
	text_add(&owner, domain);
	return lookups_ask(route->lookups, owner.at, DNS_TYPE_SRV, now);
}

enum progress route_advance(struct route *route, usec now) {
	struct report *report = route->report;
	if (report->spec->destination->kind != DESTINATION_DOMAIN) {
		single_host(route);
	} else if (report->route_question == NULL) {
		report->route_question = ask(route, now);
		return PROGRESS_MOVED;
	} else if (report->route_question->outcome == DNS_PENDING) {
		return PROGRESS_WAITING;
	} else if (!route->heard) {
		hear(route);
		return PROGRESS_MOVED;
	} else {
		take_answer(route);
	}
	report->phase = REPORT_PHASE_HOSTS;
	return PROGRESS_MOVED;
}
