/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the destination and its port. */
#include "smtp-tls-finger.d/place.h"

#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "config/ports.h"

enum match_names place_names(const struct postfix_params *params) {
	if (!params->smtputf8_enable) {
		return MATCH_NAMES_ASCII;
	}
	return params->idn_mapping == IDN_TRANSITIONAL ? MATCH_NAMES_UTF8_TRANSITIONAL
												   : MATCH_NAMES_UTF8;
}

/* The host in a destination that is known to be well-formed. */
static struct span host_of(const char *text) {
	if (*text == '[') {
		return (struct span){(const uint8_t *)text + 1, strcspn(text + 1, "]")};
	}
	const char *colon = strrchr(text, ':');
	return (struct span){
		(const uint8_t *)text, colon == NULL ? strlen(text) : (size_t)(colon - text)};
}

/* What reading needs on the way. */
struct reading {
	const struct postfix_params *params;
	struct arena *arena;
	struct log *log;
	enum mail_protocol protocol;
};

/* A name the DNS does not know as it is written. */
static bool read_international(struct destination *destination, const struct reading *reading,
	const char *text, struct err *err) {
	const char *ascii = NULL;
	struct err reason = {0};
	if (!reading->params->smtputf8_enable) {
		return destination_parse_as_postfix(destination, text, reading->protocol, err);
	}
	if (!idn_to_ascii(reading->arena, text, reading->params->idn_mapping, &ascii, &reason)) {
		log_line(reading->log, LOG_WARNING, "midna_domain_to_ascii_create: %s", reason.text);
		return destination_parse_as_postfix(destination, text, reading->protocol, err);
	}
	if (!destination_parse_as_postfix(destination, ascii, reading->protocol, NULL)) {
		return destination_parse_as_postfix(destination, text, reading->protocol, err);
	}
	destination_set_text(destination, text);
	return true;
}

bool place_read(struct place *place, const struct command_line *line,
	const struct postfix_params *params, struct arena *arena, struct log *log, struct err *err) {
	const struct reading reading = {params, arena, log, line->lmtp ? MAIL_LMTP : MAIL_SMTP};
	struct destination *destination = &place->destination;
	const char *text = line->destination;
	bool is_unix = line->lmtp && strncmp(text, "unix:", 5) == 0;
	if (line->lmtp && strncmp(text, "inet:", 5) == 0) {
		text += 5;
	}
	bool international = !is_unix && idn_is_needed(text);
	bool read = international
					? read_international(destination, &reading, text, err)
					: destination_parse_as_postfix(destination, text, reading.protocol, err);
	if (!read || destination->kind == DESTINATION_UNIX) {
		return read;
	}
	const char *standard = line->lmtp ? "24" : "smtp";
	const char *service = *destination->service != '\0' ? destination->service : standard;
	if (!port_from_service_known(
			params->known_tcp_ports, service, destination->text, &place->port, err)) {
		return false;
	}
	if (line->srv && destination->kind == DESTINATION_DOMAIN) {
		place->srv_service = service;
	}
	if (international) {
		struct span host = host_of(text);
		place->international = arena_copy_text(arena, (const char *)host.at, host.len);
	}
	return true;
}

/* The system's own lookup of a text that is an address. */
static const char *native_problem(const struct destination *destination,
	const struct postfix_params *params, struct arena *arena, struct log *log) {
	int family = address_family_of(destination->address);
	const char *name = destination->name;
	if (family != 0 && !params->ipv4 && !params->ipv6) {
		log_line(log, LOG_INFO, "skipping address family %d for host %s",
			family == 4 ? AF_INET : AF_INET6, name);
		return arena_printf(arena, "%s: host not found", name);
	}
	return arena_printf(arena, "unable to look up host %s: %s", name,
		gai_strerror(family == 0 ? EAI_NONAME : EAI_ADDRFAMILY));
}

const char *place_address_problem(const struct place *place, const struct postfix_params *params,
	const struct choices *choices, struct arena *arena, struct log *log) {
	const struct destination *destination = &place->destination;
	if (destination->kind != DESTINATION_ADDRESS) {
		return NULL;
	}
	int family = address_family_of(destination->address);
	if ((family == 4 && params->ipv4) || (family == 6 && params->ipv6)) {
		return NULL;
	}
	if (choices->no_host_lookup) {
		return "";
	}
	if (choices->hosts != RESOLVER_HOSTS_DNS) {
		return native_problem(destination, params, arena, log);
	}
	return !params->ipv4 && !params->ipv6
			   ? ""
			   : arena_printf(arena, "Name service error for %s: invalid host or domain name",
					 destination->name);
}
