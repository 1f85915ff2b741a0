/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The options about hosts, addresses and connections checked against each other. */
#include "check_smtp_tls.d/option_extent.h"

#include <string.h>

#include "base/distance.h"
#include "tls/postfix_words.h"

/* Two options of which one makes the other pointless, and why. With --dns-only that is what asks
 * for something, and would be thought to be fine; how connections are made (times, names, ciphers)
 * often comes from a template for all checks, and does no harm. */
static const struct {
	enum option_id one;
	enum option_id other;
	const char *why;
} contradictions[] = {
	{OPTION_ADDRESS, OPTION_ALL, "--address probes one address, --all every one"},
	{OPTION_ADDRESS, OPTION_SRV, "--address is for the first MX host"},
	{OPTION_DNS_ONLY, OPTION_ADDRESS, "--dns-only connects to no address"},
	{OPTION_DNS_ONLY, OPTION_RECONNECT, "--dns-only makes no connection"},
	{OPTION_DNS_ONLY, OPTION_KEY_TYPES, "--dns-only makes no handshake"},
	{OPTION_DNS_ONLY, OPTION_PQ_PROBE, "--dns-only makes no handshake"},
	{OPTION_DNS_ONLY, OPTION_PRINT_CHAIN, "--dns-only sees no certificates of a server"},
	{OPTION_DNS_ONLY, OPTION_MIN_PROTOCOL, "--dns-only makes no handshake"},
	{OPTION_DNS_ONLY, OPTION_MIN_KEY, "--dns-only sees no certificates of a server"},
	{OPTION_DNS_ONLY, OPTION_EXPECT, "--dns-only sees no greeting"},
	{OPTION_DNS_ONLY, OPTION_EXPECT_EHLO, "--dns-only sees no reply"},
	{OPTION_DNS_ONLY, OPTION_FORBID_EHLO, "--dns-only sees no reply"},
	{OPTION_DNS_ONLY, OPTION_EXPECT_SECURITY, "--dns-only reaches no server"},
	{OPTION_DNS_ONLY, OPTION_SENDER_VIEW, "--dns-only reaches no server"},
	{OPTION_SRV, OPTION_NO_MX, "SRV records belong to a domain, not to a host"},
	{OPTION_SRV, OPTION_LMTP, "LMTP has no service to look up"},
	{OPTION_CHAIN_FILES, OPTION_CLIENT_CERT, "a chain file holds keys and certificates"},
	{OPTION_CHAIN_FILES, OPTION_PRIVATE_KEY, "a chain file holds keys and certificates"},
};

/* Options that mean nothing without another. */
static const struct {
	enum option_id option;
	enum option_id needed;
} dependants[] = {
	{OPTION_PRIVATE_KEY, OPTION_CLIENT_CERT},
	{OPTION_MAX_RECONNECTS, OPTION_RECONNECT},
	{OPTION_LOG, OPTION_VERBOSE},
};

/* The chain is asked for, and only lines have it; --verbose, --log and --perfdata, which tell how
 * lines look, often come from a template. */
static bool check_format(const struct option_draft *draft, struct err *err) {
	enum output_format format = draft->settings->format;
	return draft->given[OPTION_PRINT_CHAIN] == 0 || format == FORMAT_LINE ||
		   err_set(err, ERR_USAGE,
			   "--print-chain means nothing with --output-format=%s: it is for line",
			   format == FORMAT_JSON ? "json" : "openmetrics");
}

static bool check_company(const struct option_draft *draft, struct err *err) {
	for (size_t i = 0; i < sizeof contradictions / sizeof contradictions[0]; i++) {
		enum option_id one = contradictions[i].one;
		enum option_id other = contradictions[i].other;
		if (draft->given[one] > 0 && draft->given[other] > 0) {
			return err_set(err, ERR_USAGE, "%s and %s exclude each other: %s",
				option_table[one].name, option_table[other].name, contradictions[i].why);
		}
	}
	for (size_t i = 0; i < sizeof dependants / sizeof dependants[0]; i++) {
		enum option_id option = dependants[i].option;
		enum option_id needed = dependants[i].needed;
		if (draft->given[option] > 0 && draft->given[needed] == 0) {
			return err_set(err, ERR_USAGE, "%s means nothing without %s", option_table[option].name,
				option_table[needed].name);
		}
	}
	return true;
}

/* The service is asked for by its name (RFC 2782): the number of a port is none. */
static bool choose_service(struct option_draft *draft, struct err *err) {
	struct settings *settings = draft->settings;
	const struct destination *destination = &settings->destination;
	if (draft->given[OPTION_SRV] == 0) {
		return true;
	}
	if (destination->kind != DESTINATION_DOMAIN) {
		return err_set(err, ERR_USAGE,
			"--srv needs a domain, whose SRV records are looked up; --hostname \"%.100s\" is none",
			draft->hostname);
	}
	const char *service = settings->survey.manner.mode == SMTP_TLS_WRAPPER ? "submissions" : "smtp";
	if (destination->service[0] != '\0') {
		service = destination->service;
	} else if (draft->port != NULL) {
		service = draft->port;
	}
	if (strspn(service, "0123456789") == strlen(service)) {
		return err_set(err, ERR_USAGE,
			"--srv needs the name of a service (smtp, submission, submissions), not the port "
			"\"%.20s\": that comes with the record",
			service);
	}
	settings->survey.srv_service = service;
	return true;
}

/* The run lasts as much longer as it waits on purpose. */
static bool plan_reconnects(struct option_draft *draft, struct err *err) {
	struct settings *settings = draft->settings;
	const struct reconnect_wish *plan = &settings->survey.reconnect;
	if (draft->given[OPTION_RECONNECT] == 0) {
		return true;
	}
	usec waiting = plan->delay * plan->max;
	settings->tls.keep_sessions = true;
	if (draft->given[OPTION_TIMEOUT] == 0) {
		settings->survey.timeout += waiting;
		return true;
	}
	return settings->survey.timeout > waiting ||
		   err_set(err, ERR_USAGE,
			   "--timeout is too short for --reconnect: %d times %s of waiting take %s; leave "
			   "--timeout out, or give more, or fewer --max-reconnects",
			   plan->max, duration_words(draft->arena, plan->delay),
			   duration_words(draft->arena, waiting));
}

/* An address and a socket have no TLSA records. */
static bool check_records(const struct option_draft *draft, struct err *err) {
	enum option_id option = draft->given[OPTION_NEXT] > 0 ? OPTION_NEXT : OPTION_DNS_ONLY;
	enum destination_kind kind = draft->settings->destination.kind;
	return draft->given[option] == 0 || (kind != DESTINATION_ADDRESS && kind != DESTINATION_UNIX) ||
		   err_set(err, ERR_USAGE,
			   "%s needs a mail domain or a host name in --hostname: \"%.100s\" has no TLSA "
			   "records",
			   option_table[option].name, draft->hostname);
}

#define TLS_1_3 0x0304

/* A key share comes with TLS 1.3 only. */
static bool check_pq_probe(const struct option_draft *draft, struct err *err) {
	return draft->given[OPTION_PQ_PROBE] == 0 ||
		   tls_protocols_newest(&draft->settings->tls.protocols) >= TLS_1_3 ||
		   err_set(err, ERR_USAGE, "--pq-probe needs TLS 1.3, which --protocols leaves out");
}

static enum survey_scope choose_scope(const struct option_draft *draft) {
	if (draft->given[OPTION_DNS_ONLY] > 0) {
		return SURVEY_DNS;
	}
	return draft->given[OPTION_ALL] > 0 ? SURVEY_ALL : SURVEY_FIRST;
}

bool option_extent_finish(struct option_draft *draft, struct err *err) {
	struct settings *settings = draft->settings;
	if (!check_company(draft, err) || !check_format(draft, err) || !check_records(draft, err) ||
		!choose_service(draft, err) || !plan_reconnects(draft, err) ||
		!check_pq_probe(draft, err)) {
		return false;
	}
	settings->survey.scope = choose_scope(draft);
	settings->survey.auth_servers = draft->given[OPTION_AUTH_SERVERS] > 0;
	settings->survey.key_types = draft->given[OPTION_KEY_TYPES] > 0;
	settings->tls.chain_files = draft->chain_files.at;
	settings->tls.n_chain_files = draft->chain_files.n;
	settings->limits.down_ok = draft->down_ok.at;
	settings->limits.n_down_ok = draft->down_ok.n;
	settings->print_chain = draft->given[OPTION_PRINT_CHAIN] > 0;
	return true;
}
