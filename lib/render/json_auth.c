/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the name servers said one by one, as JSON. */
#include "render/json_facts.h"
#include "verdict/auth_said.h"

static const char *outcome_name(enum authority_outcome outcome) {
	static const char *const names[] = {[AUTHORITY_PENDING] = "not-asked",
		[AUTHORITY_NO_WAY] = "no-route",
		[AUTHORITY_SILENT] = "silent",
		[AUTHORITY_CLOSED] = "closed",
		[AUTHORITY_MALFORMED] = "malformed",
		[AUTHORITY_ANSWERED] = "answered"};
	return names[outcome];
}

static void add_reply(struct json *json, const char *key, const struct authority_reply *reply) {
	const struct dns_answer *answer = &reply->answer;
	json_open_object(json, key);
	json_string(json, "outcome", outcome_name(reply->outcome));
	if (auth_is_answered(reply)) {
		json_string(json, "rcode", dns_rcode_name(answer->rcode));
		json_flag(json, "authoritative", answer->authoritative);
		json_flag(json, "complete", !answer->truncated);
		json_flag(json, "signed", answer->n_signatures > 0);
		json_open_array(json, "records");
		for (size_t i = 0; i < answer->n_records; i++) {
			json_hex(json, NULL, answer->records[i].data);
		}
		json_close_array(json);
	}
	json_close_object(json);
}

static void add_server(
	struct json *json, const struct auth_zone *zone, const struct auth_server *server) {
	uint32_t serial = 0;
	json_open_object(json, NULL);
	json_string(json, "name", server->name);
	json_string(json, "address", server->address);
	json_number(json, "family", server->family);
	if (auth_serial(server, &serial)) {
		json_number(json, "serial", serial);
	}
	json_open_array(json, "answers");
	for (size_t i = 0; server->questions != NULL && i < zone->n_owners + 1; i++) {
		const struct authority_question *question = &server->questions[i];
		json_open_object(json, NULL);
		json_string(json, "name", question->name);
		json_string(json, "type", dns_type_name(question->type));
		add_reply(json, "udp", &question->replies[AUTHORITY_UDP]);
		add_reply(json, "tcp", &question->replies[AUTHORITY_TCP]);
		json_close_object(json);
	}
	json_close_array(json);
	json_close_object(json);
}

void json_auth(struct json *json, const struct auth_facts *facts) {
	if (facts == NULL) {
		return;
	}
	json_open_array(json, "name_servers");
	for (size_t i = 0; i < facts->n_zones; i++) {
		const struct auth_zone *zone = &facts->zones[i];
		json_open_object(json, NULL);
		json_string(json, "zone", zone->name);
		json_number(json, "left_out", (int64_t)zone->n_left_out);
		json_number(json, "without_address", (int64_t)zone->n_nowhere);
		json_open_array(json, "servers");
		for (size_t k = 0; k < zone->n_servers; k++) {
			add_server(json, zone, &zone->servers[k]);
		}
		json_close_array(json);
		json_close_object(json);
	}
	json_close_array(json);
}
