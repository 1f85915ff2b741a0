/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading destinations, by our rules and by Postfix's. */
#include "smtp/destination.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/ascii.h"

/* 4, 6, or 0 for a text that is no address. */
typedef int family_fn(const char *text);

#define LABEL_MAX 63
#define HOSTNAME_MAX 253
#define SHOWN_MAX 160 /* of the user's text inside a message that holds 255 characters */
#define SOCKET_PREFIX "unix:"

static bool is_label_char(char c) {
	return ascii_is_alnum(c) || c == '_' || c == '-';
}

static bool label_is_valid(const char *label, size_t len) {
	if (len == 0 || len > LABEL_MAX || label[0] == '-' || label[len - 1] == '-') {
		return false;
	}
	for (size_t i = 0; i < len; i++) {
		if (!is_label_char(label[i])) {
			return false;
		}
	}
	return true;
}

bool hostname_is_valid(const char *name) {
	if (strlen(name) > HOSTNAME_MAX || strspn(name, "0123456789.") == strlen(name)) {
		return false;
	}
	for (;;) {
		size_t len = strcspn(name, ".");
		if (!label_is_valid(name, len)) {
			return false;
		}
		if (name[len] == '\0') {
			return true;
		}
		name += len + 1;
	}
}

int address_family_of(const char *text) {
	unsigned char address[sizeof(struct in6_addr)];
	if (inet_pton(AF_INET, text, address) == 1) {
		return 4;
	}
	return inet_pton(AF_INET6, text, address) == 1 ? 6 : 0;
}

static bool complain(struct destination *destination, const char *problem, struct err *err) {
	destination->problem = problem;
	return err_set(
		err, ERR_USAGE, "%s in server description: %.*s", problem, SHOWN_MAX, destination->text);
}

/* Copy len characters; false when they do not fit. */
static bool copy(char *to, size_t size, const char *from, size_t len) {
	if (len >= size) {
		return false;
	}
	memcpy(to, from, len);
	to[len] = '\0';
	return true;
}

bool destination_is_socket(const char *value) {
	return strncasecmp(value, SOCKET_PREFIX, strlen(SOCKET_PREFIX)) == 0;
}

static bool parse_unix(struct destination *destination, const char *path, struct err *err) {
	destination->kind = DESTINATION_UNIX;
	destination->protocol = MAIL_LMTP;
	if (path[0] != '/') {
		return complain(destination, "absolute path of a UNIX socket required", err);
	}
	if (!copy(destination->path, sizeof destination->path, path, strlen(path))) {
		return complain(destination, "path of a UNIX socket longer than 107 characters", err);
	}
	return true;
}

/* What stands behind the host: nothing, or a colon and perhaps a service. */
static bool parse_service(struct destination *destination, const char *service, struct err *err) {
	size_t digits = strspn(service, "0123456789");
	if (digits > 0 && service[digits] != '\0') {
		return complain(destination, "garbage after numerical service", err);
	}
	if (!copy(destination->service, sizeof destination->service, service, strlen(service))) {
		return complain(destination, "service name longer than 255 characters", err);
	}
	return true;
}

/* The part between the brackets, or a host without any. */
static bool parse_host(struct destination *destination, family_fn *family_of, const char *host,
	size_t len, struct err *err) {
	static const char required[] = "valid hostname or network address required";
	bool prefixed =
		destination->kind == DESTINATION_HOST && len >= 5 && strncasecmp(host, "ipv6:", 5) == 0;
	if (prefixed) {
		host += 5;
		len -= 5;
	}
	if (!copy(destination->name, sizeof destination->name, host, len)) {
		return complain(destination, required, err);
	}
	int family = family_of(destination->name);
	if (prefixed && family != 6) {
		return complain(destination, "malformed IPv6 address", err);
	}
	if (family != 0) {
		destination->kind = DESTINATION_ADDRESS;
		(void)postfix_address_plain(destination->name, destination->address);
		return true;
	}
	return hostname_is_valid(destination->name) ? true : complain(destination, required, err);
}

static bool parse_bracketed(
	struct destination *destination, family_fn *family_of, const char *value, struct err *err) {
	const char *host = value + 1;
	const char *close = strchr(host, ']');
	destination->kind = DESTINATION_HOST;
	if (close == NULL) {
		return complain(destination, "missing \"]\"", err);
	}
	if (close[1] != '\0' && close[1] != ':') {
		return complain(destination, "garbage after \"]\"", err);
	}
	return parse_host(destination, family_of, host, (size_t)(close - host), err) &&
		   parse_service(destination, close[1] == ':' ? close + 2 : "", err);
}

/* The last colon separates the service, so that "::1" reads as the bad host ":". */
static bool parse_plain(
	struct destination *destination, family_fn *family_of, const char *value, struct err *err) {
	const char *colon = strrchr(value, ':');
	size_t len = colon != NULL ? (size_t)(colon - value) : strlen(value);
	destination->kind = destination->protocol == MAIL_LMTP ? DESTINATION_HOST : DESTINATION_DOMAIN;
	if (len == 0) {
		return complain(destination, "missing host information", err);
	}
	if (!parse_host(destination, family_of, value, len, err)) {
		return false;
	}
	return parse_service(destination, colon != NULL ? colon + 1 : "", err);
}

static bool parse_inet(
	struct destination *destination, family_fn *family_of, const char *value, struct err *err) {
	return value[0] == '[' ? parse_bracketed(destination, family_of, value, err)
						   : parse_plain(destination, family_of, value, err);
}

const char *destination_without_final_dot(struct arena *arena, const char *value) {
	const char *host = strncmp(value, "inet:", 5) == 0 ? value + 5 : value;
	bool bracketed = *host == '[';
	host += bracketed;
	const char *end = bracketed ? strchr(host, ']') : strrchr(host, ':');
	size_t len = end != NULL ? (size_t)(end - host) : strlen(host);
	if (destination_is_socket(value) || len < 2 || host[len - 1] != '.') {
		return value;
	}
	const char *name = arena_copy_text(arena, host, len - 1);
	if (name[len - 2] == '.' || address_family_of(name) != 0) {
		return value;
	}
	size_t before = (size_t)(host - value);
	return arena_printf(arena, "%.*s%s%s", (int)before, value, name, host + len);
}

const char *destination_tidy(struct arena *arena, const char *value) {
	size_t len = strlen(value);
	bool idle = len > 1 && value[len - 1] == ':' && value[len - 2] != ':' &&
				strcmp(value, "inet:") != 0 && !destination_is_socket(value);
	return destination_without_final_dot(
		arena, idle ? arena_copy_text(arena, value, len - 1) : value);
}

const char *destination_in_small(struct arena *arena, const char *value) {
	const char *end = value[0] == '[' ? strchr(value, ']') : strrchr(value, ':');
	size_t len = end != NULL ? (size_t)(end - value) : strlen(value);
	if (destination_is_socket(value)) {
		len = strlen(SOCKET_PREFIX); /* paths have large letters of their own */
	}
	char *small = arena_copy_text(arena, value, strlen(value));
	for (size_t i = 0; i < len; i++) {
		small[i] = ascii_lower(small[i]);
	}
	return small;
}

void destination_set_text(struct destination *destination, const char *text) {
	size_t len = strlen(text);
	size_t max = sizeof destination->text - 1;
	(void)copy(destination->text, sizeof destination->text, text, len < max ? len : max);
}

bool destination_parse_as_postfix(struct destination *destination, const char *value,
	enum mail_protocol protocol, struct err *err) {
	memset(destination, 0, sizeof *destination);
	destination->protocol = protocol;
	destination_set_text(destination, value);
	if (protocol == MAIL_LMTP && strncmp(value, "unix:", 5) == 0) {
		const char *path = value + 5;
		destination->kind = DESTINATION_UNIX;
		return copy(destination->path, sizeof destination->path, path, strlen(path))
				   ? true
				   : err_set(err, ERR_USAGE, "unix-domain name too long: %s", path);
	}
	return parse_inet(destination, postfix_address_family, value, err);
}

bool destination_parse(struct destination *destination, const char *value,
	enum mail_protocol protocol, struct err *err) {
	memset(destination, 0, sizeof *destination);
	destination->protocol = protocol;
	if (!copy(destination->text, sizeof destination->text, value, strlen(value))) {
		(void)copy(destination->text, sizeof destination->text, value, SHOWN_MAX);
		return complain(destination, "more than 511 characters", err);
	}
	if (destination_is_socket(value)) {
		return parse_unix(destination, value + 5, err);
	}
	if (strncmp(value, "inet:", 5) == 0) {
		value += 5;
	}
	return parse_inet(destination, address_family_of, value, err);
}
