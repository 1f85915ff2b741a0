/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Postfix's known_tcp_ports: entries "name=name=port" with commas between them. */
#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>

#include "base/span.h"
#include "config/ports.h"

#define BLANKS " \t\n\v\f\r"
#define DIGITS "0123456789"

/* Postfix's words for a bad port, with what follows it. */
#define BAD_PORT "bad network port: %.*s for destination: %.100s"

/* A part of the table, borrowed. */
struct piece {
	const char *at;
	size_t len;
};

/* How far the names of an entry are good. */
struct entry {
	struct piece whole;
	struct piece names; /* "name=name" */
	struct piece port;
};

static struct piece trim(struct piece piece) {
	while (piece.len > 0 && strchr(BLANKS, *piece.at) != NULL) {
		piece.at++;
		piece.len--;
	}
	while (piece.len > 0 && strchr(BLANKS, piece.at[piece.len - 1]) != NULL) {
		piece.len--;
	}
	return piece;
}

static bool piece_equal(struct piece a, struct piece b) {
	return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

static bool has_blank(struct piece piece) {
	return piece.len > 0 && strcspn(piece.at, BLANKS) < piece.len;
}

static bool is_number(struct piece piece) {
	return strspn(piece.at, DIGITS) >= piece.len;
}

/* Compared as text, as Postfix does: "000025" is out of range. */
static bool is_in_range(struct piece port) {
	return port.len < 5 || (port.len == 5 && memcmp(port.at, "65535", 5) <= 0);
}

/* The next one up to a separator; false at the end. */
static bool take_piece(struct piece *rest, char separator, struct piece *piece) {
	if (rest->at == NULL) {
		return false;
	}
	const char *end = memchr(rest->at, separator, rest->len);
	*piece = *rest;
	if (end == NULL) {
		rest->at = NULL;
		return true;
	}
	piece->len = (size_t)(end - rest->at);
	rest->at = end + 1;
	rest->len -= piece->len + 1;
	return true;
}

static bool take_entry(struct piece *rest, struct entry *entry) {
	while (take_piece(rest, ',', &entry->whole)) {
		if (trim(entry->whole).len > 0) {
			return true;
		}
	}
	return false;
}

/* What is wrong with the entry's port; NULL: nothing. */
static const char *split_entry(struct entry *entry) {
	const char *sign = memrchr(entry->whole.at, '=', entry->whole.len);
	if (sign == NULL) {
		return " is not in \"name = value\" form";
	}
	entry->names = (struct piece){entry->whole.at, (size_t)(sign - entry->whole.at)};
	entry->port = trim((struct piece){sign + 1, entry->whole.len - entry->names.len - 1});
	if (entry->port.len == 0) {
		return ": missing port value after \"=\"";
	}
	if (has_blank(entry->port)) {
		return ": whitespace in port number";
	}
	return NULL;
}

/* What is wrong with the number itself; every name of the entry hears of it. */
static const char *fault_of_port(struct piece port) {
	if (!is_number(port)) {
		return ": non-numerical service port";
	}
	return is_in_range(port) ? NULL : ": port number out of range";
}

/* The next name of an entry; false at the end or with what is wrong with it. */
static bool take_name(struct piece *rest, struct piece *name, const char **problem) {
	if (!take_piece(rest, '=', name)) {
		return false;
	}
	*name = trim(*name);
	if (name->len == 0) {
		*problem = ": missing service name before \"=\"";
	} else if (has_blank(*name)) {
		*problem = ": whitespace in service name";
	} else if (is_number(*name)) {
		*problem = ": numerical service name";
	}
	return *problem == NULL;
}

/* The port of a name in the part of the table before stop (NULL: all of it); empty: not there. */
static struct piece find_port(const char *table, const char *stop, struct piece wanted) {
	struct piece rest = {table, strlen(table)};
	struct entry entry = {0};
	while (take_entry(&rest, &entry) && (stop == NULL || entry.whole.at < stop)) {
		struct piece name = {0};
		const char *problem = split_entry(&entry);
		if (problem != NULL || fault_of_port(entry.port) != NULL) {
			continue;
		}
		struct piece names = entry.names;
		while (take_name(&names, &name, &problem) && (stop == NULL || name.at < stop)) {
			if (piece_equal(name, wanted)) {
				return entry.port;
			}
		}
	}
	return (struct piece){NULL, 0};
}

static const char *check_entry(const char *table, struct entry *entry) {
	const char *problem = split_entry(entry);
	struct piece names = entry->names;
	struct piece name = {0};
	while (problem == NULL && take_name(&names, &name, &problem)) {
		problem = fault_of_port(entry->port);
		if (problem == NULL && find_port(table, name.at, name).at != NULL) {
			problem = ": duplicate service name";
		}
	}
	return problem;
}

size_t ports_check(
	const char *known_tcp_ports, struct arena *arena, const char *complaints[], size_t max) {
	struct piece rest = {known_tcp_ports, strlen(known_tcp_ports)};
	struct entry entry = {0};
	size_t n = 0;
	while (n < max && take_entry(&rest, &entry)) {
		const char *problem = check_entry(known_tcp_ports, &entry);
		if (problem != NULL) {
			complaints[n++] = arena_printf(arena, "known_tcp_ports: in \"%.*s\"%s",
				(int)entry.whole.len, entry.whole.at, problem);
		}
	}
	return n;
}

bool port_from_service_known(const char *known_tcp_ports, const char *service,
	const char *destination, uint16_t *port, struct err *err) {
	struct piece digits = {service, strlen(service)};
	struct piece known = find_port(known_tcp_ports, NULL, digits);
	if (known.at != NULL) {
		digits = known;
	}
	if (digits.len > 0 && is_number(digits)) {
		unsigned long value = 0;
		for (size_t i = 0; i < digits.len && value <= UINT16_MAX; i++) {
			value = value * 10 + (unsigned long)(digits.at[i] - '0');
		}
		*port = (uint16_t)value;
		return (value >= 1 && value <= UINT16_MAX) ||
			   err_set(err, ERR_USAGE, BAD_PORT, (int)digits.len, digits.at, destination);
	}
	const struct servent *entry = getservbyname(service, "tcp");
	if (entry == NULL && strcmp(service, "smtp") != 0) {
		return err_set(err, ERR_USAGE, "unknown service: %.120s/tcp", service);
	}
	*port = entry == NULL ? 25 : ntohs((uint16_t)entry->s_port);
	return true;
}
