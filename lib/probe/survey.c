#include "probe/survey.h"

#include <string.h>

#include "probe/candidates.h"
#include "probe/hosts.h"
#include "probe/lookups.h"
#include "probe/visit.h"

/* An answer nothing depends on is still waited for this long behind the probe. */
#define LINGER (1 * USEC_PER_SEC)

struct survey {
	struct source source;
	const struct survey_spec *spec;
	struct arena *arena;
	struct lookups lookups;
	struct host_rules rules;
	struct report report;
	struct origin origin;
	struct candidates candidates;
	struct tls_context *context;
	struct dns_question *self_test;
	struct visit *visit;
	size_t host_at;  /* host being decided or probed */
	size_t next_at;  /* its next candidate address */
	bool host_ready; /* candidates are those of host_at */
	usec started;
	usec linger_until; /* set when the last probe ended */
};

bool survey_self_test_parse(
	struct dns_question *question, struct arena *arena, const char *spec, struct err *err) {
	const char *colon = strchr(spec, ':');
	const char *name = colon == NULL ? spec : colon + 1;
	const char *type = colon == NULL ? "ns" : arena_copy_text(arena, spec, (size_t)(colon - spec));
	bool is_name = strcmp(name, ".") == 0 || hostname_is_valid(name);
	if (is_name && dns_type_find(type, &question->type)) {
		question->name = arena_copy_string(arena, name);
		return true;
	}
	return err_set(err, ERR_USAGE,
		"--dnssec-probe: \"%.100s\" is not [type:]name with a type such as ns, soa or a "
		"(default ns:.)",
		spec);
}

/* --- hosts --- */

static void single_host(struct survey *survey, const char *name) {
	struct report *report = &survey->report;
	report->hosts = arena_alloc(survey->arena, sizeof *report->hosts);
	report->hosts[0].name = name;
	report->hosts[0].port = report->port;
	report->hosts[0].canonical = name;
	report->n_hosts = 1;
	report->phase = REPORT_PHASE_HOSTS;
}

/* The MX answer is in: from here on there are hosts, or none at all. */
static void take_mx(struct survey *survey) {
	struct report *report = &survey->report;
	const struct dns_question *mx = report->mx;
	report->phase = REPORT_PHASE_HOSTS;
	if (mx->outcome == DNS_FOUND) {
		report->mx_used = true;
		struct mx_hosts found =
			targets_from_mx(survey->arena, &mx->answer, report->port, &survey->spec->order);
		report->hosts = found.hosts;
		report->n_hosts = found.n;
		report->null_mx = found.null_mx;
		report->too_many_nodes = found.too_many;
		survey->origin.mx_used = true;
		survey->origin.mx_secure = mx->secure;
		const char *end = mx->answer.canonical;
		if (end != NULL && !dns_name_equal(end, mx->name)) {
			survey->origin.next_hop_expanded = end;
		}
	} else if (mx->outcome == DNS_NODATA) {
		single_host(survey, report->destination->name);
	}
}

static enum progress resolve_mx(struct survey *survey, usec now) {
	struct report *report = &survey->report;
	const struct destination *destination = report->destination;
	if (destination->kind != DESTINATION_DOMAIN) {
		single_host(survey, destination->name);
		return PROGRESS_MOVED;
	}
	if (report->mx == NULL) {
		report->mx = lookups_ask(&survey->lookups, destination->name, DNS_TYPE_MX, now);
		return PROGRESS_MOVED;
	}
	if (report->mx->outcome == DNS_PENDING) {
		return PROGRESS_WAITING;
	}
	take_mx(survey);
	return PROGRESS_MOVED;
}

static bool is_named(const struct survey *survey) {
	enum destination_kind kind = survey->report.destination->kind;
	return kind == DESTINATION_DOMAIN || kind == DESTINATION_HOST;
}

static void misplaced_ask(struct survey *survey, usec now) {
	const struct report *report = &survey->report;
	if (report->mx_used && report->misplaced == NULL) {
		survey->report.misplaced =
			lookups_ask_tlsa(&survey->lookups, report->port, report->destination->name, now);
	}
}

/* --- candidates: the addresses of the host at hand --- */

static enum progress prepare_host(struct survey *survey, usec now) {
	struct report *report = &survey->report;
	struct report_host *host = &report->hosts[survey->host_at];
	if (is_named(survey)) {
		enum host_progress progress = host_advance(&survey->rules, host, now);
		if (progress == HOST_WAITING) {
			return PROGRESS_WAITING;
		}
		bool forced = survey->spec->connect_address != NULL;
		if (progress == HOST_UNUSABLE && (!forced || host->tlsa_state == TLSA_STATE_FAILED)) {
			candidates_tell_unusable(&survey->candidates, report, host);
			survey->host_at++;
			return PROGRESS_MOVED;
		}
		if (host->tlsa_state == TLSA_STATE_NOT_ASKED && survey->rules.want_tlsa) {
			host->tlsa_state = TLSA_STATE_HOST_INSECURE; /* no address, so none that is signed */
		}
		if (host->tlsa_state == TLSA_STATE_ABSENT) {
			misplaced_ask(survey, now);
		}
	} else if (survey->rules.want_tlsa) {
		host->tlsa_state = TLSA_STATE_NOT_APPLICABLE;
	}
	if (report->dns_elapsed < 0 && is_named(survey)) {
		report->dns_elapsed = now - survey->started;
	}
	candidates_add(&survey->candidates, report, host, &survey->origin);
	survey->next_at = 0;
	survey->host_ready = true;
	report->phase = REPORT_PHASE_PROBES;
	return PROGRESS_MOVED;
}

static void next_host(struct survey *survey) {
	survey->host_ready = false;
	survey->host_at =
		survey->spec->connect_address != NULL ? survey->report.n_hosts : survey->host_at + 1;
}

/* --- probing --- */

static enum progress start_probe(struct survey *survey, usec now) {
	struct candidates *candidates = &survey->candidates;
	if (survey->next_at == candidates->n) {
		next_host(survey);
		return PROGRESS_MOVED;
	}
	struct candidate *candidate = &candidates->list[survey->next_at++];
	candidate->node->chosen = true;
	candidates_tell_policy(candidates, candidate);
	survey->visit = visit_new(survey->arena, &candidate->visit, survey->context, now);
	return PROGRESS_MOVED;
}

static void end_probe(struct survey *survey) {
	struct candidate *candidate = &survey->candidates.list[survey->next_at - 1];
	visit_write(survey->visit, candidate->node);
	bool let_in = visit_is_connected(survey->visit);
	if (!let_in) {
		candidates_tell_failed(&survey->candidates, &survey->report, candidate);
	}
	visit_free(survey->visit);
	survey->visit = NULL;
	if (let_in) {
		/* A sender stays with the first host that lets it in, whatever comes then. */
		survey->host_at = survey->report.n_hosts;
	}
}

static enum progress step_probe(
	struct survey *survey, const struct pollfd *fds, size_t n, usec now) {
	if (survey->visit == NULL) {
		return survey->host_ready ? start_probe(survey, now) : prepare_host(survey, now);
	}
	enum progress progress = source_step(visit_source(survey->visit), fds, n, now);
	if (progress != PROGRESS_DONE) {
		return progress;
	}
	end_probe(survey);
	return PROGRESS_MOVED;
}

/* --- the story --- */

/* Whether the resolver validates is asked at most once, and only when there is a reason to doubt.
 */
static void consider_self_test(struct survey *survey, usec now) {
	if (survey->self_test != NULL || survey->spec->self_test == NULL) {
		return;
	}
	if (lookups_any_failed(&survey->lookups) ||
		(survey->rules.want_tlsa && lookups_any_insecure(&survey->lookups))) {
		struct dns_question wanted = {0};
		if (survey_self_test_parse(&wanted, survey->arena, survey->spec->self_test, NULL)) {
			survey->self_test = lookups_ask(&survey->lookups, wanted.name, wanted.type, now);
			survey->report.self_test = survey->self_test;
		}
	}
}

/* libssl takes its time to start: it does so while the first question is on its way. */
static bool needs_context(const struct survey *survey) {
	bool on_the_wire = survey->lookups.n > 0 || survey->report.phase != REPORT_PHASE_MX;
	return survey->context == NULL && survey->spec->wish.level != TLS_LEVEL_NONE && on_the_wire;
}

static enum progress build_context(struct survey *survey) {
	struct report *report = &survey->report;
	survey->context =
		tls_context_new(survey->arena, survey->spec->tls, survey->spec->trace, &report->err);
	if (survey->context == NULL) {
		report->end = REPORT_BROKEN;
		return PROGRESS_DONE;
	}
	return PROGRESS_MOVED;
}

static bool is_pending(const struct dns_question *question) {
	return question != NULL && question->outcome == DNS_PENDING;
}

static bool has_stray_question(const struct survey *survey) {
	const struct report *report = &survey->report;
	if (is_pending(report->misplaced)) {
		return true;
	}
	const struct report_node *node = report_main_node(report);
	return node != NULL && node->host->n_tlsa_questions > 0 &&
		   is_pending(node->host->tlsa_questions[0]);
}

/* All probes are over. The self-test decides what the facts are worth, so it is awaited as long as
 * lookups may take; other answers that nothing depends on get a little time. */
static enum progress linger(struct survey *survey, usec now) {
	if (survey->linger_until == 0) {
		survey->linger_until = deadline_after(now, LINGER);
	}
	bool stray = has_stray_question(survey) && now < survey->linger_until;
	if (is_pending(survey->self_test) || stray) {
		return PROGRESS_WAITING;
	}
	survey->report.phase = REPORT_PHASE_DONE;
	return PROGRESS_DONE;
}

static enum progress survey_step(
	struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct survey *survey = (struct survey *)source;
	enum progress progress = lookups_step(&survey->lookups, fds, n, now);
	consider_self_test(survey, now);
	enum progress own;
	if (needs_context(survey)) {
		own = build_context(survey);
	} else if (survey->report.phase == REPORT_PHASE_MX) {
		own = resolve_mx(survey, now);
		/* All hosts are asked for together, once they are known. */
		for (size_t i = 0; is_named(survey) && i < survey->report.n_hosts; i++) {
			host_prefetch(&survey->rules, &survey->report.hosts[i], now);
		}
	} else if (survey->host_at < survey->report.n_hosts) {
		own = step_probe(survey, fds, n, now);
	} else {
		own = linger(survey, now);
	}
	return own == PROGRESS_WAITING ? progress : own;
}

static size_t survey_watch(struct source *source, struct pollfd *fds, size_t max, usec *wake) {
	struct survey *survey = (struct survey *)source;
	size_t n = 0;
	if (survey->lookups.n_told < survey->lookups.n) {
		n = source_watch(&survey->lookups.resolver->source, fds, max, wake);
	}
	if (survey->visit != NULL) {
		n += source_watch(visit_source(survey->visit), fds + n, max - n, wake);
	}
	if (survey->linger_until != 0) {
		*wake = usec_min(*wake, survey->linger_until);
	}
	return n;
}

struct survey *survey_new(
	struct arena *arena, const struct survey_spec *spec, struct resolver *resolver, usec now) {
	static const struct source_ops ops = {survey_watch, survey_step};
	struct survey *survey = arena_alloc(arena, sizeof *survey);
	survey->source.ops = &ops;
	survey->spec = spec;
	survey->arena = arena;
	survey->started = now;
	survey->lookups = (struct lookups){.arena = arena, .resolver = resolver, .trace = spec->trace};
	survey->rules = (struct host_rules){.lookups = &survey->lookups,
		.want_tlsa = tls_level_is_dane(spec->wish.level),
		.ipv4 = spec->order.ipv4,
		.ipv6 = spec->order.ipv6,
		.force_tlsa = spec->force_tlsa};
	survey->origin.next_hop = spec->destination->name;
	struct report *report = &survey->report;
	survey->candidates = (struct candidates){.arena = arena, .spec = spec, .trace = spec->trace};
	report->destination = spec->destination;
	report->port = spec->port;
	report->level = spec->wish.level;
	report->insecure_mx = spec->wish.insecure_mx;
	report->sni = spec->wish.sni;
	report->force_tlsa = spec->force_tlsa;
	report->timeout = spec->timeout;
	report->self_test_spec = spec->self_test;
	report->resolver_remote = spec->resolver_remote;
	report->resolver_servers = spec->resolver_servers;
	report->dns_elapsed = -1;
	return survey;
}

struct source *survey_source(struct survey *survey) {
	return &survey->source;
}

const struct report *survey_finish(
	struct survey *survey, enum loop_end end, const struct err *err, usec now) {
	struct report *report = &survey->report;
	if (survey->visit != NULL) {
		struct candidate *candidate = &survey->candidates.list[survey->next_at - 1];
		visit_write(survey->visit, candidate->node);
	}
	if (end == LOOP_DEADLINE) {
		report->end = REPORT_DEADLINE;
	} else if (end == LOOP_INTERRUPTED) {
		report->end = REPORT_INTERRUPTED;
	} else if (end == LOOP_BROKEN) {
		report->end = REPORT_BROKEN;
		report->err = *err;
	}
	report->elapsed = now - survey->started;
	return report;
}

void survey_free(struct survey *survey) {
	if (survey != NULL) {
		visit_free(survey->visit);
		tls_context_free(survey->context);
	}
}
