/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One function for each kind of place a value goes to. */
#include "check_smtp_tls.d/option_takers.h"

#include <string.h>

#include "check_smtp_tls.d/option_params.h"
#include "check_smtp_tls.d/option_values.h"
#include "probe/validation_check.h"
#include "render/finger_words.h"
#include "render/render_finger.h"

/* Where the row's plain value lives. */
static void *field(struct option_draft *draft, const struct option_row *row) {
	return (char *)draft->settings + row->offset;
}

bool option_take_word(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	int word = 0;
	if (!option_word(&word, row->words, row->name, value, err)) {
		return false;
	}
	memcpy(field(draft, row), &word, sizeof word); /* an enum of the size of int */
	return true;
}

bool option_take_duration(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return option_duration(field(draft, row), row->name, value, err);
}

bool option_take_range(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return range_parse(field(draft, row), row->name, value, err);
}

bool option_take_remaining(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return remaining_limits_parse(field(draft, row), row->name, value, err);
}

bool option_take_string(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)err;
	memcpy(field(draft, row), &value, sizeof value);
	return true;
}

bool option_take_file(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return option_file(row->name, value, err) && option_take_string(draft, row, value, err);
}

bool option_take_directory(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return option_directory(row->name, value, err) && option_take_string(draft, row, value, err);
}

bool option_take_hostname(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)row;
	(void)err;
	draft->hostname = value;
	return true;
}

bool option_take_port(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)row;
	(void)err;
	draft->port = value;
	return true;
}

bool option_take_match(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)row;
	(void)err;
	option_append(draft->arena, &draft->matches, value);
	return true;
}

bool option_take_trust_anchor(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	option_append(draft->arena, &draft->trust_anchors, value);
	return option_file(row->name, value, err);
}

bool option_take_chain_files(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return option_file_list(draft->arena, &draft->chain_files, row->name, value, err);
}

bool option_take_down_ok(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)row;
	(void)err;
	option_append(draft->arena, &draft->down_ok, value);
	return true;
}

bool option_take_max_reconnects(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return option_number(&draft->settings->survey.reconnect.max, row->name, value, err);
}

bool option_take_enable_rpk(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)value;
	draft->settings->tls.raw_keys = TLS_RAW_KEYS_ALWAYS;
	return tls_has_raw_keys() ||
		   err_set(err, ERR_USAGE, "%s needs OpenSSL 3.2 or later; this is %s", row->name,
			   tls_library_version());
}

bool option_take_pq_probe(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)value;
	draft->settings->survey.pq_probe = true;
	return tls_has_large_hello() ||
		   err_set(err, ERR_USAGE, "%s needs OpenSSL 3.5 or later; this is %s", row->name,
			   tls_library_version());
}

bool option_take_param(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	size_t len = strcspn(value, " \t=");
	if (!main_cf_set(main_cf_new(draft->arena), value)) {
		return err_set(err, ERR_USAGE,
			"%s: \"%.100s\" is not NAME=VALUE, for example tls_fast_shutdown_enable=no", row->name,
			value);
	}
	option_append(draft->arena, &draft->params_given, value);
	return option_param_is_known(value, len) ||
		   err_set(err, ERR_USAGE,
			   "%s: \"%.*s\" has no effect here: the manual lists the parameters that have",
			   row->name, len > 60 ? 60 : (int)len, value);
}

bool option_take_mail_config(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)row;
	(void)err;
	draft->mail_config = value;
	return true;
}

/* The words worth choosing; digits are old names of some. */
static const char *log_words(struct arena *arena) {
	struct text words = text_new(arena, 400);
	for (const struct keyword *k = finger_words; k->word != NULL; k++) {
		if (k->word[0] > '9') {
			text_addf(&words, " %s", k->word);
		}
	}
	return words.at;
}

bool option_take_log(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct span unknown = {NULL, 0};
	if (!finger_words_parse(&draft->settings->log, value, &unknown)) {
		return err_set(err, ERR_USAGE, "%s: unknown word \"%.*s\": allowed are%s", row->name,
			unknown.len > 40 ? 40 : (int)unknown.len, (const char *)unknown.at,
			log_words(draft->arena));
	}
	return (draft->settings->log & FINGER_MESSAGES) == 0 || tls_has_messages() ||
		   err_set(err, ERR_USAGE, "%s: the word trace needs an OpenSSL built with SSL_trace()",
			   row->name);
}

bool option_take_nameserver(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct err why = {0};
	option_append(draft->arena, &draft->nameservers, value);
	return resolver_server_check(value, &why) || option_refuse(row->name, NULL, &why, err);
}

bool option_take_address(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	draft->settings->survey.connect_address = value;
	return address_family_of(value) != 0 || err_set(err, ERR_USAGE,
												"%s: \"%.100s\" is not a numeric address: give "
												"192.0.2.1 or 2001:db8::1, without brackets "
												"and port",
												row->name, value);
}

bool option_take_servername(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	static const struct keyword words[] = {
		{"hostname", SNI_HOSTNAME}, {"nexthop", SNI_NEXTHOP}, {"none", SNI_NONE}, {NULL, 0}};
	int word = SNI_NAME;
	(void)row;
	(void)err;
	(void)keyword_find(words, value, &word);
	draft->settings->survey.wish.sni = (enum sni_choice)word;
	draft->settings->survey.wish.sni_name = word == SNI_NAME ? value : NULL;
	return true;
}

bool option_take_digest(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	draft->settings->tls.digest = value;
	return tls_digest_length(value) != 0 ||
		   err_set(err, ERR_USAGE,
			   "%s: \"%.100s\" is not a digest that OpenSSL has here: give sha256, sha384, "
			   "sha512, sha1, or one that \"openssl list -digest-algorithms\" shows",
			   row->name, value);
}

bool option_take_protocols(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct tls_protocols *protocols = &draft->settings->tls.protocols;
	struct err why = {0};
	if (!tls_protocols_parse(protocols, value, &why)) {
		return option_refuse(row->name, NULL, &why, err);
	}
	if (protocols->bare_limit) {
		err_set(&why, ERR_USAGE, "no blank may stand behind the sign of a limit");
	} else if (tls_protocols_newest(protocols) == 0) {
		err_set(&why, ERR_USAGE, "no version of TLS is left to offer");
	}
	return why.kind == ERR_NONE || option_refuse(row->name, value, &why, err);
}

bool option_take_min_protocol(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	int *version = &draft->settings->limits.min_protocol;
	bool found = tls_protocol_find(value, version) && *version >= 0x0301; /* TLSv1 */
	return found || err_set(err, ERR_USAGE,
						"%s: unknown protocol \"%.60s\": allowed are TLSv1 TLSv1.1 TLSv1.2 TLSv1.3",
						row->name, value);
}

bool option_take_dnssec_probe(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct err why = {0};
	struct dns_question question = {0};
	draft->settings->survey.validation_check = value;
	return validation_check_parse(&question, draft->arena, value, &why) ||
		   option_refuse(row->name, NULL, &why, err);
}

bool option_take_min_key(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct key_limits *limits = &draft->settings->limits.min_key;
	*limits = limits_default().min_key; /* given twice it counts as given last */
	return key_limits_parse(limits, value) ||
		   err_set(err, ERR_USAGE,
			   "%s: \"%.60s\" is no size of keys: give rsa:BITS, ec:BITS or both, for example "
			   "rsa:2048,ec:256",
			   row->name, value);
}

bool option_take_ehlo(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct limits *limits = &draft->settings->limits;
	if (draft->ehlo_rules == NULL) {
		draft->ehlo_rules =
			arena_alloc_array(draft->arena, EHLO_RULES_MAX, sizeof *draft->ehlo_rules);
		limits->ehlo_rules = draft->ehlo_rules;
	}
	if (limits->n_ehlo_rules == EHLO_RULES_MAX) {
		return err_set(err, ERR_USAGE, "%s: at most %u keywords", row->name, EHLO_RULES_MAX);
	}
	struct ehlo_rule *rule = &draft->ehlo_rules[limits->n_ehlo_rules++];
	rule->demand = row->id == OPTION_EXPECT_EHLO ? EHLO_EXPECTED : EHLO_FORBIDDEN;
	return ehlo_rule_parse(rule, value) ||
		   err_set(err, ERR_USAGE,
			   "%s: \"%.60s\" is no keyword: give WORD, tls:WORD or clear:WORD, for example "
			   "REQUIRETLS or clear:AUTH",
			   row->name, value);
}

static bool find_finding(
	enum finding_id *id, const struct option_row *row, const char *name, struct err *err) {
	if (finding_find(name, id)) {
		return true;
	}
	const char *near = finding_near(name);
	const char *list = option_table[OPTION_LIST_FINDINGS].name;
	if (near == NULL) {
		return err_set(err, ERR_USAGE, "%s: there is no finding \"%.63s\"; %s shows them all",
			row->name, name, list);
	}
	return err_set(err, ERR_USAGE,
		"%s: there is no finding \"%.63s\": did you mean %s? (%s shows them all)", row->name, name,
		near, list);
}

bool option_take_state(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	size_t len = strcspn(value, "=");
	enum finding_id id = FINDING_COUNT;
	enum state state = STATE_OK;
	if (value[len] != '=') {
		return err_set(err, ERR_USAGE,
			"%s: \"%.64s\" is not FINDING=STATE, for example tlsa-missing=ok", row->name, value);
	}
	if (!find_finding(&id, row, arena_copy_text(draft->arena, value, len), err)) {
		return false;
	}
	if (!state_find(value + len + 1, &state)) {
		return err_set(err, ERR_USAGE,
			"%s: \"%.64s\" is no state; allowed are ok, info, warning, critical, unknown and 0 to "
			"3",
			row->name, value + len + 1);
	}
	limits_set_state(&draft->settings->limits, id, state);
	return true;
}

bool option_take_explain(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return find_finding(&draft->settings->explain, row, value, err);
}

bool option_take_timeout_result(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return state_find(value, &draft->settings->limits.timeout_result) ||
		   err_set(err, ERR_USAGE,
			   "%s: unknown state \"%.60s\": allowed are ok warning critical unknown or 0 to 3",
			   row->name, value);
}
