/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the destination and its port. */
#include "smtp-tls-finger.d/place.h"

#include <string.h>

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
