/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From TLSA owners to zones, from zones to name servers, and these asked a few at a time. */
#include "probe/auth_sweep.h"

#include <arpa/inet.h>

static bool is_pending(const struct dns_question *question) {
	return question != NULL && question->outcome == DNS_PENDING;
}

static bool is_found(const struct dns_question *question) {
	return question != NULL && question->outcome == DNS_FOUND;
}

/* The name without its first label, NULL behind the last. A dot may be escaped. */
static const char *parent_of(const char *name) {
	for (; *name != '\0' && *name != '.'; name++) {
		name += *name == '\\' && name[1] != '\0';
	}
	return *name == '.' && name[1] != '\0' ? name + 1 : NULL;
}

/* --- owners --- */

/* The question whose records count for this host, NULL when there is none, or not yet. Where the
 * host's addresses are not signed nobody asks for TLSA. */
static const struct dns_question *question_of(const struct report_host *host) {
	const struct dns_question *question = host->tlsa_used;
	switch (host->tlsa_state) {
	case TLSA_STATE_ABSENT:
	case TLSA_STATE_INSECURE:
	case TLSA_STATE_UNUSABLE:
	case TLSA_STATE_USABLE:
	case TLSA_STATE_FAILED:
		if (question == NULL && host->n_tlsa_questions > 0) {
			question = host->tlsa_questions[host->n_tlsa_questions - 1];
		}
		break;
	case TLSA_STATE_NOT_ASKED:
	case TLSA_STATE_NOT_APPLICABLE:
	case TLSA_STATE_HOST_INSECURE:
		return NULL;
	}
	bool asked = question != NULL && question->type == DNS_TYPE_TLSA && !is_pending(question);
	return asked ? question : NULL;
}

/* NS of the name and all above it, together: the longest that has such records is the zone. */
static void ask_zone(struct auth_sweep *sweep, struct sweep_owner *owner, usec now) {
	const char *name = owner->facts.name;
	for (; name != NULL && owner->n_ns < AUTH_LABELS_MAX; name = parent_of(name)) {
		owner->ns[owner->n_ns++] = lookups_ask(sweep->lookups, name, DNS_TYPE_NS, now);
	}
}

static void add_owner(struct auth_sweep *sweep, const struct dns_question *question, usec now) {
	const char *canonical = question->answer.canonical;
	const char *name = canonical != NULL ? canonical : question->name;
	for (size_t i = 0; i < sweep->n_owners; i++) {
		if (dns_name_equal(sweep->owners[i].facts.name, name)) {
			return;
		}
	}
	if (sweep->n_owners == sizeof sweep->owners / sizeof sweep->owners[0]) {
		sweep->facts.n_left_out++;
		return;
	}
	struct sweep_owner *owner = &sweep->owners[sweep->n_owners++];
	owner->facts = (struct auth_owner){name, question->secure};
	ask_zone(sweep, owner, now);
}

static void look_at_hosts(struct auth_sweep *sweep, usec now) {
	const struct report *report = sweep->report;
	if (sweep->seen == NULL && report->n_hosts > 0) {
		sweep->seen = arena_alloc_array(sweep->arena, report->n_hosts, sizeof *sweep->seen);
	}
	for (size_t i = 0; i < report->n_hosts; i++) {
		const struct dns_question *question =
			sweep->seen[i] ? NULL : question_of(&report->hosts[i]);
		if (question != NULL) {
			sweep->seen[i] = true;
			if (sweep->deadline == 0) {
				sweep->deadline = deadline_after(now, usec_min(AUTH_SWEEP_MAX, sweep->patience));
			}
			add_owner(sweep, question, now);
		}
	}
}

/* --- zones --- */

/* Broken servers fail for names like _tcp.mx1 where there is nothing but a name below. */
static bool is_service_name(const char *name) {
	return name[0] == '_';
}

/* NULL while an answer that may matter is not there; *none when there will be no zone. Where NS of
 * a host or a name above it cannot be learned, what is above that need not be the zone: its servers
 * would be blamed for what they do not serve. *failed, unless NULL, is such a question. */
static const struct dns_question *find_zone(
	const struct sweep_owner *owner, bool *none, const struct dns_question **failed) {
	*none = false;
	*failed = NULL;
	for (size_t i = 0; i < owner->n_ns; i++) {
		const struct dns_question *ns = owner->ns[i];
		if (is_pending(ns)) {
			return NULL;
		}
		if (ns->outcome == DNS_FOUND && ns->answer.n_aliases == 0) {
			return ns;
		}
		if (!dns_outcome_is_answer(ns->outcome)) {
			*failed = ns;
			if (!is_service_name(ns->name)) {
				break;
			}
		}
	}
	*none = true;
	return NULL;
}

static void note_lost(
	struct auth_sweep *sweep, const char *owner, const struct dns_question *failed) {
	struct auth_facts *facts = &sweep->facts;
	if (facts->lost == NULL) {
		facts->lost =
			arena_alloc_array(sweep->arena, AUTH_ZONES_MAX * AUTH_OWNERS_MAX, sizeof *facts->lost);
	}
	facts->lost[facts->n_lost++] = (struct auth_lost){owner, failed};
}

static void ask_addresses(struct auth_sweep *sweep, struct sweep_zone *zone, usec now) {
	const struct dns_answer *answer = &zone->ns->answer;
	for (size_t i = 0; i < answer->n_records && i < AUTH_NAMES_MAX; i++) {
		const char *name = answer->records[i].target;
		if (sweep->ipv4) {
			zone->addresses[i][0] = lookups_ask(sweep->lookups, name, DNS_TYPE_A, now);
		}
		if (sweep->ipv6) {
			zone->addresses[i][1] = lookups_ask(sweep->lookups, name, DNS_TYPE_AAAA, now);
		}
	}
}

/* The zone with this name that takes another owner, a new one, or NULL for want of room. */
static struct sweep_zone *zone_for(
	struct auth_sweep *sweep, const struct dns_question *ns, usec now) {
	struct auth_facts *facts = &sweep->facts;
	for (size_t i = 0; i < facts->n_zones; i++) {
		struct sweep_zone *zone = &sweep->zones[i];
		if (zone->ns == ns && !zone->listed && zone->facts->n_owners < AUTH_OWNERS_MAX) {
			return zone;
		}
	}
	if (facts->n_zones == AUTH_ZONES_MAX) {
		return NULL;
	}
	if (facts->zones == NULL) {
		facts->zones = arena_alloc_array(sweep->arena, AUTH_ZONES_MAX, sizeof *facts->zones);
	}
	struct sweep_zone *zone = &sweep->zones[facts->n_zones];
	zone->ns = ns;
	zone->facts = &facts->zones[facts->n_zones++];
	zone->facts->name = ns->name;
	ask_addresses(sweep, zone, now);
	return zone;
}

static void place_owners(struct auth_sweep *sweep, usec now) {
	for (size_t i = 0; i < sweep->n_owners; i++) {
		struct sweep_owner *owner = &sweep->owners[i];
		bool none = false;
		const struct dns_question *failed = NULL;
		const struct dns_question *ns = owner->placed ? NULL : find_zone(owner, &none, &failed);
		if (none && !owner->placed) {
			owner->placed = true;
			note_lost(sweep, owner->facts.name, failed);
		}
		if (ns == NULL) {
			continue;
		}
		owner->placed = true;
		struct sweep_zone *zone = zone_for(sweep, ns, now);
		if (zone == NULL) {
			sweep->facts.n_left_out++;
		} else {
			zone->facts->owners[zone->facts->n_owners++] = owner->facts;
		}
	}
}

/* --- name servers --- */

static bool has_address(const struct auth_zone *zone, const char *address) {
	for (size_t i = 0; i < zone->n_servers; i++) {
		if (span_equal(span_of(zone->servers[i].address), span_of(address))) {
			return true;
		}
	}
	return false;
}

static void add_servers(struct auth_sweep *sweep, struct auth_zone *zone,
	const struct dns_question *question, const char *name) {
	for (size_t i = 0;
		 question != NULL && question->outcome == DNS_FOUND && i < question->answer.n_records;
		 i++) {
		char address[INET6_ADDRSTRLEN] = "";
		int family = question->type == DNS_TYPE_A ? 4 : 6;
		(void)inet_ntop(family == 4 ? AF_INET : AF_INET6, question->answer.records[i].data.at,
			address, sizeof address);
		if (has_address(zone, address)) {
			continue;
		}
		if (zone->n_servers == AUTH_SERVERS_MAX) {
			zone->n_left_out++;
			continue;
		}
		zone->servers[zone->n_servers++] = (struct auth_server){
			.name = name, .address = arena_copy_string(sweep->arena, address), .family = family};
	}
}

/* Once every address is known. */
static void list_servers(struct auth_sweep *sweep, struct sweep_zone *zone) {
	const struct dns_answer *answer = &zone->ns->answer;
	struct auth_zone *facts = zone->facts;
	size_t n = answer->n_records < AUTH_NAMES_MAX ? answer->n_records : AUTH_NAMES_MAX;
	for (size_t i = 0; i < n; i++) {
		if (is_pending(zone->addresses[i][0]) || is_pending(zone->addresses[i][1])) {
			return;
		}
	}
	zone->listed = true;
	facts->n_left_out = answer->n_records - n;
	facts->servers = arena_alloc_array(sweep->arena, AUTH_SERVERS_MAX, sizeof *facts->servers);
	for (size_t i = 0; i < n; i++) {
		bool somewhere = is_found(zone->addresses[i][0]) || is_found(zone->addresses[i][1]);
		add_servers(sweep, facts, zone->addresses[i][0], answer->records[i].target);
		add_servers(sweep, facts, zone->addresses[i][1], answer->records[i].target);
		facts->n_nowhere += somewhere ? 0 : 1; /* several names may share an address */
	}
}

static void start_server(
	struct auth_sweep *sweep, const struct auth_zone *zone, struct auth_server *server, usec now) {
	size_t n = zone->n_owners + 1;
	uint8_t address[16];
	server->questions = arena_alloc_array(sweep->arena, n, sizeof *server->questions);
	server->questions[0].name = zone->name;
	server->questions[0].type = DNS_TYPE_SOA;
	for (size_t i = 0; i < zone->n_owners; i++) {
		server->questions[i + 1].name = zone->owners[i].name;
		server->questions[i + 1].type = DNS_TYPE_TLSA;
	}
	(void)inet_pton(server->family == 4 ? AF_INET : AF_INET6, server->address, address);
	struct authority_spec spec = {.family = server->family,
		.address = {address, server->family == 4 ? 4 : 16},
		.port = AUTHORITY_PORT,
		.questions = server->questions,
		.n = n,
		.deadline = sweep->deadline};
	sweep->window[sweep->n_window++] = authority_new(sweep->arena, &spec, now);
}

static enum progress start_servers(struct auth_sweep *sweep, usec now) {
	enum progress progress = PROGRESS_WAITING;
	for (size_t i = 0; i < sweep->facts.n_zones; i++) {
		struct sweep_zone *zone = &sweep->zones[i];
		if (!zone->listed) {
			list_servers(sweep, zone);
		}
		while (zone->n_started < zone->facts->n_servers && sweep->n_window < AUTH_WINDOW) {
			start_server(sweep, zone->facts, &zone->facts->servers[zone->n_started++], now);
			progress = PROGRESS_MOVED;
		}
	}
	return progress;
}

static enum progress step_servers(
	struct auth_sweep *sweep, const struct pollfd *fds, size_t n, usec now) {
	enum progress progress = PROGRESS_WAITING;
	for (size_t i = 0; i < sweep->n_window;) {
		enum progress one = authority_step(sweep->window[i], fds, n, now);
		progress = one == PROGRESS_WAITING ? progress : PROGRESS_MOVED;
		if (one == PROGRESS_DONE) {
			authority_close(sweep->window[i]);
			sweep->window[i] = sweep->window[--sweep->n_window];
		} else {
			i++;
		}
	}
	return progress;
}

/* --- all of it --- */

static bool is_over(const struct auth_sweep *sweep) {
	for (size_t i = 0; i < sweep->n_owners; i++) {
		if (!sweep->owners[i].placed) {
			return false;
		}
	}
	for (size_t i = 0; i < sweep->facts.n_zones; i++) {
		const struct sweep_zone *zone = &sweep->zones[i];
		if (!zone->listed || zone->n_started < zone->facts->n_servers) {
			return false;
		}
	}
	return sweep->n_window == 0;
}

enum progress auth_sweep_step(
	struct auth_sweep *sweep, const struct pollfd *fds, size_t n, usec now) {
	if (!sweep->wanted || sweep->expired) {
		return PROGRESS_DONE;
	}
	sweep->report->auth = &sweep->facts;
	look_at_hosts(sweep, now);
	place_owners(sweep, now);
	enum progress progress = start_servers(sweep, now);
	if (step_servers(sweep, fds, n, now) == PROGRESS_MOVED) {
		progress = PROGRESS_MOVED;
	}
	if (sweep->deadline != 0 && now >= sweep->deadline) {
		auth_sweep_clear(sweep);
		sweep->expired = true;
	}
	return progress == PROGRESS_WAITING && (sweep->expired || is_over(sweep)) ? PROGRESS_DONE
																			  : progress;
}

size_t auth_sweep_watch(
	const struct auth_sweep *sweep, struct pollfd *fds, size_t max, usec *wake) {
	size_t n = 0;
	for (size_t i = 0; i < sweep->n_window; i++) {
		n += authority_watch(sweep->window[i], fds + n, n < max ? max - n : 0, wake);
	}
	if (sweep->deadline != 0 && !sweep->stands_still && !sweep->expired && !is_over(sweep)) {
		*wake = usec_min(*wake, sweep->deadline);
	}
	return n;
}

void auth_sweep_clear(struct auth_sweep *sweep) {
	for (size_t i = 0; i < sweep->n_window; i++) {
		authority_close(sweep->window[i]);
	}
	sweep->n_window = 0;
}
