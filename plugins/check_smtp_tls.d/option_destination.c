/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* --hostname and --port put together into one destination. */
#include "check_smtp_tls.d/option_destination.h"

#include <string.h>

#include "check_smtp_tls.d/option_hosts.h"
#include "check_smtp_tls.d/option_values.h"
#include "config/ports.h"

#define PORT_SMTP 25
#define PORT_LMTP 24
#define PORT_SMTPS 465

#define LABEL_MAX 63U
#define NAME_MAX_OCTETS 253U

#define PROBLEM_MAX 80 /* characters inside a message that holds 255 */

static bool is_url(const char *value) {
	return !destination_is_socket(value) && strstr(value, "//") != NULL;
}

static bool is_address_or_url(const char *value) {
	return strchr(value, '@') != NULL || is_url(value);
}

static bool has_long_label(const char *host) {
	size_t len = 0;
	for (; *host != '\0' && *host != ':' && len <= LABEL_MAX; host++) {
		len = *host == '.' ? 0 : len + 1;
	}
	return len > LABEL_MAX;
}

/* What users of other programs write, and what they may mean. */
static const char *destination_hint(const char *value) {
	if (is_address_or_url(value)) {
		return "give the domain alone, without user or scheme";
	}
	if (strpbrk(value, ",;") != NULL) {
		return "give one domain";
	}
	if (strchr(value, '*') != NULL) {
		return "give one name, not a pattern of names";
	}
	if (strchr(value, '#') != NULL) {
		return "a comment begins behind a blank";
	}
	if (has_long_label(value)) {
		return "a name has at most 63 characters from dot to dot";
	}
	if (strcspn(value, ":") > NAME_MAX_OCTETS) {
		return "a name has at most 253 characters";
	}
	for (const char *at = value; *at != '\0'; at++) {
		if ((unsigned char)*at >= 0x80) {
			return option_host_hint;
		}
	}
	size_t len = strlen(value);
	if (len > 1 && value[len - 1] == '.') {
		return "leave out the dot at the end";
	}
	return "give a mail domain, [host], [host]:port, an address or unix:/path";
}

static bool refuse_destination(const char *value, const char *problem, struct err *err) {
	if (value[0] == '"' || value[0] == '\'') {
		return err_set(err, ERR_USAGE,
			"--hostname: %.80s has quotation marks of its own: write it without them", value);
	}
	return err_set(err, ERR_USAGE, "--hostname: \"%.80s\": %.*s: %s", value, PROBLEM_MAX, problem,
		destination_hint(value));
}

/* Options that need a network address at the other end. */
static bool check_unix(const struct option_draft *draft, struct err *err) {
	static const enum option_id network[] = {OPTION_PORT, OPTION_IPV4, OPTION_IPV6,
		OPTION_ADDRESS_FAMILY, OPTION_ADDRESS, OPTION_NO_MX, OPTION_SRV, OPTION_HOST_LOOKUP,
		OPTION_CONNECT_TIMEOUT};
	if (draft->settings->destination.kind != DESTINATION_UNIX) {
		return true;
	}
	for (size_t i = 0; i < sizeof network / sizeof network[0]; i++) {
		if (draft->given[network[i]] > 0) {
			return err_set(err, ERR_USAGE,
				"%s cannot apply to a UNIX socket (--hostname \"%.100s\")",
				option_table[network[i]].name, draft->hostname);
		}
	}
	return true;
}

/* What is no destination before anything is made of it: none, a second one, a URL. */
static bool check_hostname(const struct option_draft *draft, struct err *err) {
	if (draft->hostname == NULL) {
		return err_set(err, ERR_USAGE,
			"--hostname is missing: give a mail domain, [host], [host]:port or unix:/path (try "
			"--help)");
	}
	if (draft->given[OPTION_HOSTNAME] > 1) {
		return err_set(err, ERR_USAGE,
			"--hostname: \"%.100s\" is the second one: one run checks one destination",
			draft->hostname);
	}
	if (is_url(draft->hostname)) {
		return refuse_destination(
			draft->hostname, "a mail domain or host is wanted, not a URL", err);
	}
	return true;
}

bool option_destination_read(struct option_draft *draft, struct err *err) {
	struct settings *settings = draft->settings;
	struct err why = {0};
	if (!check_hostname(draft, err)) {
		return false;
	}
	draft->hostname = destination_tidy(draft->arena, draft->hostname);
	const char *hostname = draft->hostname;
	if (address_family_of(hostname) == 6) {
		hostname =
			arena_printf(draft->arena, "[%s]", hostname); /* as monitoring systems write it */
	}
	const char *written = hostname;
	if (!is_address_or_url(hostname) &&
		!option_host_convert(draft, option_table[OPTION_HOSTNAME].name, &hostname, err)) {
		return false;
	}
	/* Every message has the name that the DNS knows from now on. */
	settings->written = hostname == written ? NULL : written;
	hostname = destination_in_small(draft->arena, hostname);
	enum mail_protocol protocol = draft->given[OPTION_LMTP] > 0 ? MAIL_LMTP : MAIL_SMTP;
	struct destination *destination = &settings->destination;
	if (!destination_parse(destination, hostname, protocol, &why)) {
		return refuse_destination(hostname, destination->problem, err);
	}
	if (destination->kind == DESTINATION_DOMAIN && draft->given[OPTION_NO_MX] > 0) {
		destination->kind = DESTINATION_HOST;
	}
	if (destination->kind == DESTINATION_UNIX && draft->given[OPTION_LEVEL] == 0) {
		settings->survey.wish.level = TLS_LEVEL_MAY;
	}
	return check_unix(draft, err);
}

const char *option_destination_name(struct option_draft *draft) {
	const char *text = draft->settings->destination.text;
	struct err told_already = {0};
	if (*text == '\0' && draft->hostname != NULL) {
		(void)option_destination_read(draft, &told_already);
	}
	return *text != '\0' ? text : draft->hostname;
}

static bool find_port(
	const struct option_draft *draft, const char *service, uint16_t *port, struct err *err) {
	return draft->params == NULL ? port_from_service(service, port, err)
								 : port_from_service_known(draft->params->known_tcp_ports, service,
									   draft->hostname, port, err);
}

bool option_port_read(struct option_draft *draft, struct err *err) {
	struct settings *settings = draft->settings;
	const char *written = settings->destination.service;
	struct err why = {0};
	if (settings->destination.kind == DESTINATION_UNIX) {
		return true;
	}
	settings->survey.port = settings->destination.protocol == MAIL_LMTP ? PORT_LMTP : PORT_SMTP;
	if (draft->given[OPTION_WRAPPER] > 0) {
		settings->survey.port = PORT_SMTPS;
	}
	if (written[0] != '\0' && !find_port(draft, written, &settings->survey.port, &why)) {
		bool fits = strlen(why.text) <= PROBLEM_MAX; /* which repeats the service */
		return refuse_destination(draft->hostname,
			fits ? why.text : "unknown service (1 to 65535 or a service name are allowed)", err);
	}
	uint16_t port = settings->survey.port;
	bool settled = written[0] != '\0' && !option_given_here(draft, OPTION_PORT);
	if (draft->port != NULL && !settled && !find_port(draft, draft->port, &port, &why)) {
		return option_refuse(option_table[OPTION_PORT].name, NULL, &why, err);
	}
	if (written[0] != '\0' && port != settings->survey.port) {
		return err_set(err, ERR_USAGE,
			"--port: \"%.40s\" contradicts the port in --hostname \"%.100s\": give one of them",
			draft->port, draft->hostname);
	}
	settings->survey.port = port;
	return true;
}
