/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Where verdicts are submitted to, and as whom. Secrets come from a file and never from the command
 * line, which every process of the machine can read. Parsing is pure. */
#ifndef SMTP_TLS_FLEET_SUBMIT_CONFIG_H
#define SMTP_TLS_FLEET_SUBMIT_CONFIG_H

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/span.h"
#include "smtp/destination.h"

#define SUBMIT_NAME_MAX 253U
#define SUBMIT_PORT 5665U
#define SUBMIT_CONFIG_OCTETS_MAX 65536U

/* "icinga2=https://HOST[:PORT][/PREFIX]" */
struct submit_target {
	char host[SUBMIT_NAME_MAX + 1]; /* name or address, without brackets */
	uint16_t port;
	const char *prefix; /* "" or "/icinga": what stands in front of "/v1/..." */
};

/* ERR_USAGE says what is wrong with the value. */
bool submit_target_parse(
	struct submit_target *target, struct arena *arena, const char *value, struct err *err);

/* The lines "name = value" of the file. */
struct submit_config {
	const char *user;
	const char *password;
	const char *ca;      /* PEM file: who vouches for the API's certificate */
	const char *cert;    /* client certificate, in place of user and password */
	const char *key;     /* of it */
	const char *name;    /* in the API's certificate; NULL: the host of the URL */
	const char *host;    /* template of the host's name; default "<domain>" */
	const char *service; /* of the service's; default "smtp-tls" */
	int64_t ttl;         /* seconds; default 26 hours */
	usec patience;       /* with an API that is out of order; default 5 minutes */
};

bool submit_config_parse(
	struct submit_config *config, struct arena *arena, struct span text, struct err *err);

/* Read and parse the file. ERR_USAGE: it, or a file that it names, cannot be read, anybody may read
 * it, or a line is wrong. */
bool submit_config_read(
	struct submit_config *config, struct arena *arena, const char *path, struct err *err);

/* A name by its template: "<domain>" is the domain, host or address without brackets, "<port>" the
 * port as it stands in the list or the default. */
const char *submit_name(
	struct arena *arena, const char *pattern, const struct destination *destination, unsigned port);

/* "host!service", as Icinga names a service. */
const char *submit_service(struct arena *arena, const struct submit_config *config,
	const struct destination *destination, unsigned port);

#endif
