/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One JSON object: the domain, its hosts, their addresses, the certificates shown there, each with
 * its own state and findings. contrib/schema holds the schema. */
#include "render/formats.h"
#include "render/json_facts.h"
#include "render/senders.h"
#include "render/words.h"
#include "verdict/explain.h"
#include "verdict/record_view.h"

/* A level of the object: whose findings stand there. */
struct place {
	const struct report_host *host;
	const struct report_node *node;
	enum tls_key_type type;
	enum certificate_place { PLACE_BESIDE, PLACE_CERTIFICATE } certificate;
};

/* Findings about a certificate name its type or its depth. */
static enum certificate_place certificate_place(const struct finding *finding) {
	bool about = finding->subject.key_type != TLS_KEY_ANY || finding->depth >= 0;
	return finding->subject.node != NULL && about ? PLACE_CERTIFICATE : PLACE_BESIDE;
}

/* Does the finding stand exactly here? */
static bool stands_here(const struct finding *finding, const struct place *place) {
	const struct subject *subject = &finding->subject;
	enum certificate_place where = certificate_place(finding);
	return subject->host == place->host && subject->node == place->node &&
		   where == place->certificate &&
		   (where == PLACE_BESIDE || subject->key_type == place->type);
}

/* The worst here and below. */
static enum state state_of(const struct verdict *verdict, const struct place *place) {
	enum state state = STATE_OK;
	for (size_t i = 0; i < verdict->n_findings; i++) {
		const struct finding *finding = &verdict->findings[i];
		const struct subject *subject = &finding->subject;
		bool below = place->certificate == PLACE_CERTIFICATE
						 ? stands_here(finding, place)
						 : (place->host == NULL || subject->host == place->host) &&
							   (place->node == NULL || subject->node == place->node);
		state = below ? state_worse(state, finding->state) : state;
	}
	return state;
}

static void add_names(struct json *json, const char *key, struct finding_names names) {
	json_open_array(json, key);
	for (size_t i = 0; i < names.n; i++) {
		json_bytes(json, NULL, names.at[i]);
	}
	json_close_array(json);
}

static void add_details(struct json *json, const struct finding *finding) {
	if (finding->record.n > 0) {
		json_phrase(json, "record", &finding->record);
	}
	if (finding->depth >= 0) {
		json_number(json, "depth", finding->depth);
	}
	if (finding->wanted.n > 0) {
		add_names(json, "names_wanted", finding->wanted);
		add_names(json, "names_seen", finding->seen);
	}
	if (finding->dated) {
		json_number(json, "seconds_left", finding->seconds_left);
	}
	if (finding->code != 0) {
		json_number(json, "code", finding->code);
	}
}

static void add_finding(struct json *json, const struct finding *finding) {
	struct phrase subject = subject_words(json->text->arena, &finding->subject);
	if (subject.n > 0) { /* without what joins it to a text */
		subject.runs[subject.n - 1].bytes.len -= 2;
	}
	json_open_object(json, NULL);
	json_string(json, "id", finding_info(finding->id)->name);
	json_string(json, "state", state_name(finding->state));
	json_phrase(json, "subject", &subject);
	json_phrase(json, "text", &finding->text);
	json_string(json, "cause", cause_word(finding->cause));
	if (finding->remedy.n > 0) {
		json_phrase(json, "remedy", &finding->remedy);
	} else {
		json_string(json, "remedy", NULL);
	}
	json_string(json, "rfc", finding_explanation(finding->id)->reference);
	add_details(json, finding);
	json_close_object(json);
}

/* State and findings of a level. */
static void add_judgement(
	struct json *json, const struct verdict *verdict, const struct place *place) {
	json_string(json, "state", state_name(state_of(verdict, place)));
	json_open_array(json, "findings");
	for (size_t i = 0; i < verdict->n_findings; i++) {
		if (stands_here(&verdict->findings[i], place)) {
			add_finding(json, &verdict->findings[i]);
		}
	}
	json_close_array(json);
}

static void add_certificates(
	struct json *json, const struct verdict *verdict, const struct report_node *node) {
	static const char *const types[TLS_KEY_TYPES] = {
		[TLS_KEY_RSA] = "RSA", [TLS_KEY_ECDSA] = "ECDSA", [TLS_KEY_EDDSA] = "EdDSA"};
	json_open_array(json, "certificates");
	for (int i = TLS_KEY_ANY; i < TLS_KEY_TYPES; i++) {
		const struct tls_facts *tls = shown_facts(node, (enum tls_key_type)i);
		if (tls == NULL) {
			continue;
		}
		struct place place = {node->host, node, (enum tls_key_type)i, PLACE_CERTIFICATE};
		json_open_object(json, NULL);
		json_string(json, "asked_for", types[i]); /* null: shown unasked */
		add_judgement(json, verdict, &place);
		json_chain(json, tls, verdict->now);
		json_close_object(json);
	}
	json_close_array(json);
}

/* --pq-probe. */
static void add_large_hello(struct json *json, const struct large_hello *hello) {
	static const char *const outcomes[] = {
		[LARGE_HELLO_NEGOTIATED] = "negotiated",
		[LARGE_HELLO_NOT_KNOWN] = "not-known",
		[LARGE_HELLO_FAILED] = "failed",
		[LARGE_HELLO_UNDETERMINED] = "undetermined",
	};
	if (hello->outcome != LARGE_HELLO_NOT_ASKED) {
		json_open_object(json, "large_hello");
		json_string(json, "outcome", outcomes[hello->outcome]);
		json_string(json, "group", hello->group);
		json_string(json, "problem", hello->err.kind == ERR_NONE ? NULL : hello->err.text);
		json_close_object(json);
	}
}

static void add_node(
	struct json *json, const struct verdict *verdict, const struct report_node *node) {
	struct place place = {node->host, node, TLS_KEY_ANY, PLACE_BESIDE};
	struct phrase words = node_words(json->text->arena, verdict, node);
	json_open_object(json, NULL);
	json_string(json, "address", node->address);
	json_number(json, "family", node->family);
	json_flag(json, "probed", node->chosen);
	add_judgement(json, verdict, &place);
	if (node->chosen) {
		json_phrase(json, "text", &words);
		json_policy(json, &node->policy);
		json_smtp(json, node, verdict->report->spec->destination->protocol);
		json_session(json, node->result.tls);
		add_large_hello(json, &node->large_hello);
		json_senders(json, verdict, node);
	}
	add_certificates(json, verdict, node);
	json_close_object(json);
}

/* What the record is to one node. */
static void add_record_at(struct json *json, const struct record_view *view) {
	struct phrase words = record_view_words(json->text->arena, view);
	json_open_object(json, NULL);
	json_string(json, "address", view->node->address);
	json_string(json, "unusable", view->unusable);
	if (view->miss.depth >= 0) {
		json_number(json, "depth", view->miss.depth);
	}
	json_string(json, "miss", view->unsent ? NULL : tls_miss_name(view->miss.kind));
	if (view->other != NULL) {
		json_string(json, "seen_at", view->other->address);
		json_string(json, "seen_host", view->other->host->name);
	}
	json_phrase(json, "text", &words);
	json_close_object(json);
}

static void add_record(struct json *json, const struct verdict *verdict,
	const struct report_host *host, size_t index) {
	const struct tlsa *record = &host->tlsa[index];
	const struct report *report = verdict->report;
	json_open_object(json, NULL);
	json_number(json, "index", (int64_t)index);
	json_number(json, "usage", record->usage);
	json_number(json, "selector", record->selector);
	json_number(json, "matching", record->matching);
	json_hex(json, "data", record->data);
	json_number(json, "ttl_seconds", record->ttl);
	json_string(json, "unusable", record->unusable);
	json_open_array(json, "matches"); /* addresses */
	for (size_t i = 0; i < report->n_nodes; i++) {
		const struct report_node *node = &report->nodes[i];
		const struct tls_facts *tls = shown_facts(node, TLS_KEY_ANY);
		if (node->host == host && tls != NULL && tls_record_depth(record, tls) >= 0) {
			json_string(json, NULL, node->address);
		}
	}
	json_close_array(json);
	json_open_array(json, "nodes");
	for (size_t i = 0; i < report->n_nodes; i++) {
		const struct report_node *node = &report->nodes[i];
		if (node->host == host && node->result.tls != NULL && node->result.tls->established) {
			const struct record_view view = record_view_of(report, host, node, index);
			add_record_at(json, &view);
		}
	}
	json_close_array(json);
	json_close_object(json);
}

static void add_records(
	struct json *json, const struct verdict *verdict, const struct report_host *host) {
	json_open_array(json, "tlsa");
	for (size_t i = 0; i < host->n_tlsa; i++) {
		add_record(json, verdict, host, i);
	}
	json_close_array(json);
}

/* What will be deployed, as far as the host's records are known. */
static void add_next(
	struct json *json, const struct report *report, const struct report_host *host) {
	if (report->n_next == 0) {
		return;
	}
	json_open_array(json, "next");
	for (size_t i = 0; i < report->n_next; i++) {
		const struct tls_next *next = &report->next[i];
		const struct tlsa *by = next_covering(host, next, next_proof_of(host, i));
		json_open_object(json, NULL);
		json_bytes(json, "file", span_of(next->path));
		json_string(json, "kind", tls_next_kind_name(next->kind));
		json_string(
			json, "key_type", next->shown.n_chain > 0 ? next->shown.chain[0].key_type : NULL);
		json_flag(json, "covered", by != NULL);
		if (by != NULL) {
			json_number(json, "covered_by", by - host->tlsa); /* where it stands in "tlsa" */
		}
		json_close_object(json);
	}
	json_close_array(json);
}

static void add_host(
	struct json *json, const struct verdict *verdict, const struct report_host *host) {
	struct place place = {host, NULL, TLS_KEY_ANY, PLACE_BESIDE};
	const struct report *report = verdict->report;
	json_open_object(json, NULL);
	json_string(json, "host", host->name);
	json_number(json, "port", host->port);
	json_number(json, "preference", host->preference);
	add_judgement(json, verdict, &place);
	json_open_object(json, "lookups");
	json_lookup(json, "a", host->a);
	json_lookup(json, "aaaa", host->aaaa);
	json_lookup(json, "cname", host->cname);
	json_lookup(json, "tlsa", host->tlsa_used);
	json_close_object(json);
	json_flag(json, "addresses_secure", host->address_secure);
	json_string(json, "tlsa_state", json_tlsa_state_name(host->tlsa_state));
	add_records(json, verdict, host);
	add_next(json, report, host);
	json_open_array(json, "addresses");
	for (size_t i = 0; i < report->n_nodes; i++) {
		if (report->nodes[i].host == host) {
			add_node(json, verdict, &report->nodes[i]);
		}
	}
	json_close_array(json);
	json_close_object(json);
}

static void add_metrics(struct json *json, const struct verdict *verdict) {
	json_open_object(json, "metrics");
	for (size_t i = 0; i < verdict->n_metrics; i++) {
		const struct metric *metric = &verdict->metrics[i];
		const char *unit = metric->unit == METRIC_PLAIN ? "" : "_seconds";
		const char *key = arena_printf(json->text->arena, "%s%s", metric->label, unit);
		if (metric->unit == METRIC_SECONDS_FINE) {
			json_micros(json, key, (int64_t)(metric->value * 1e6 + 0.5));
		} else {
			json_number(json, key, (int64_t)metric->value);
		}
	}
	json_close_object(json);
}

static void add_head(struct json *json, const struct format_choice *choice) {
	json_open_object(json, NULL);
	json_number(json, "schema", JSON_SCHEMA_VERSION);
	const struct format_origin *origin = choice->origin;
	json_string(json, "program", origin == NULL ? "check_smtp_tls" : origin->program);
	json_string(json, "version", choice->version);
	if (origin != NULL) {
		json_string(json, "list", origin->list);
		json_number(json, "line", (int64_t)origin->line);
		json_string(json, "written", origin->destination);
		json_string(json, "options", origin->options);
	}
}

void render_json(
	struct text *text, const struct verdict *verdict, const struct format_choice *choice) {
	struct json json = json_new(text);
	struct place place = {NULL, NULL, TLS_KEY_ANY, PLACE_BESIDE};
	const struct report *report = verdict->report;
	struct phrase summary = summary_words(text->arena, verdict);
	add_head(&json, choice);
	json_string(&json, "domain", report->spec->destination->text);
	json_string(&json, "level", json_level_name(report->spec->wish.level));
	json_time(&json, "time", verdict->now);
	json_phrase(&json, "summary", &summary);
	add_judgement(&json, verdict, &place);
	json_open_object(&json, "resolver");
	json_string(&json, "servers", report->spec->resolver_servers);
	json_flag(&json, "remote", report->spec->resolver_remote);
	json_close_object(&json);
	json_open_object(&json, "lookups");
	json_lookup(&json, report->spec->srv_service != NULL ? "srv" : "mx", report->route_question);
	json_lookup(&json, "dnssec_probe", report->validation_check);
	json_lookup(&json, "misplaced_tlsa", report->misplaced);
	json_close_object(&json);
	json_announced(&json, report);
	json_auth(&json, report->auth);
	json_senders(&json, verdict, NULL);
	json_open_array(&json, "hosts");
	for (size_t i = 0; i < report->n_hosts; i++) {
		add_host(&json, verdict, &report->hosts[i]);
	}
	json_close_array(&json);
	add_metrics(&json, verdict);
	json_close_object(&json);
	text_add(text, "\n");
}

void render_json_refusal(
	struct text *text, const char *message, const struct format_choice *choice) {
	struct json json = json_new(text);
	add_head(&json, choice);
	json_string(&json, "state", state_name(STATE_UNKNOWN));
	json_string(&json, "error", message);
	json_close_object(&json);
	text_add(text, "\n");
}
