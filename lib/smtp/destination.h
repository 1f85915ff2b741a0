/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Where mail goes, as written by the user: `[inet:]domain[:port]`, `[host]`, `[host]:port`, `[ip]`,
 * `[ipv6:addr]`, `unix:/path`. Pure: names are not looked up, ports may still be service names. */
#ifndef SMTP_DESTINATION_H
#define SMTP_DESTINATION_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "smtp/postfix_address.h"

enum mail_protocol { MAIL_SMTP, MAIL_LMTP };

enum destination_kind {
	DESTINATION_DOMAIN,  /* MX lookup */
	DESTINATION_HOST,    /* addresses of this name, no MX: [host], or any name with LMTP */
	DESTINATION_ADDRESS, /* an IP literal */
	DESTINATION_UNIX     /* a UNIX socket */
};

#define DESTINATION_NAME_MAX 256
#define DESTINATION_PATH_MAX 108 /* sun_path */

struct destination {
	enum destination_kind kind;
	enum mail_protocol protocol;
	char name[DESTINATION_NAME_MAX]; /* domain, host or numeric address (no brackets, no "ipv6:");
										"" for a UNIX socket */
	char address[ADDRESS_TEXT_MAX];  /* of an IP literal, in its usual form; "" where only Postfix
										takes it for one */
	char service[DESTINATION_NAME_MAX];  /* port or service name as written; "" when none was */
	char path[DESTINATION_PATH_MAX];     /* of a UNIX socket, else "" */
	char text[DESTINATION_NAME_MAX * 2]; /* as the user wrote it, for messages */
	const char *problem;                 /* why it was refused, without the value; static */
};

/* Whether a path of a UNIX socket is meant: "unix:" in whatever case. For what people write;
 * Postfix knows the small letters alone. */
bool destination_is_socket(const char *value);

/* The same without the final dot that names have in zone files: of the host alone, in brackets or
 * not, and only one. What has none, or is an address behind which a dot stands, is as it was. For
 * what people write; Postfix accepts no such dot. */
const char *destination_without_final_dot(struct arena *arena, const char *value);

/* The same without that dot, and without a colon behind which no service stands: Postfix takes that
 * for none. For what people write. */
const char *destination_tidy(struct arena *arena, const char *value);

/* The same with the host in small letters, as the DNS makes no difference; services and paths are
 * as they were. For what people write; Postfix shows it as it is. */
const char *destination_in_small(struct arena *arena, const char *value);

/* Parse. A UNIX socket makes the protocol LMTP. Plain IPv4 addresses are accepted without brackets.
 * ERR_USAGE names the value and what is wrong with it. Letters beyond ASCII are refused here: who
 * wants them converts them first. */
bool destination_parse(struct destination *destination, const char *value,
	enum mail_protocol protocol, struct err *err);

/* The same by the rules of posttls-finger, in whose words the error is: "unix:" (with any path) and
 * "inet:" are known with LMTP only, and everything else is SMTP's host and service. */
bool destination_parse_as_postfix(struct destination *destination, const char *value,
	enum mail_protocol protocol, struct err *err);

/* Replace the text for messages; a longer one is cut. */
void destination_set_text(struct destination *destination, const char *text);

/* A host name in the sense of RFC 1123 with underscores allowed: labels of 1 to 63 letters, digits,
 * '-' and '_', no '-' at an edge, 253 octets, not all numeric. */
bool hostname_is_valid(const char *name);

/* 4 or 6 for a numeric address, 0 otherwise. */
int address_family_of(const char *text);

#endif
