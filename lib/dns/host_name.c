/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Letters, digits, hyphens where they may stand, and underscores. */
#include "dns/host_name.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define LABEL_MAX 63U
#define NAME_MAX_OCTETS 255U

static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

static bool is_address(const char *name) {
	unsigned char address[sizeof(struct in6_addr)];
	return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

static enum host_name_fault check_label(const char *at, size_t len) {
	if (len > LABEL_MAX) {
		return HOST_NAME_LONG_LABEL;
	}
	if (len == 0) {
		return HOST_NAME_DELIMITER;
	}
	return at[0] == '-' || at[len - 1] == '-' ? HOST_NAME_HYPHEN : HOST_NAME_FINE;
}

static enum host_name_fault check_labels(const char *name, const char **at) {
	enum host_name_fault fault = HOST_NAME_FINE;
	size_t len = 0;
	for (*at = name; *at != NULL; *at = (*at)[len] == '\0' ? NULL : *at + len + 1) {
		len = strcspn(*at, ".");
		fault = check_label(*at, len);
		if (fault != HOST_NAME_FINE) {
			return fault;
		}
	}
	*at = name;
	return HOST_NAME_FINE;
}

enum host_name_fault host_name_check(const char *name, const char **at) {
	const char *here = NULL;
	at = at == NULL ? &here : at;
	*at = name;
	if (is_address(name)) {
		return HOST_NAME_ADDRESS;
	}
	name += strncmp(name, "*.", 2) == 0 ? 2 : 0; /* Postfix lets a wildcard pass */
	size_t len = strlen(name);
	if (len == 0) {
		return HOST_NAME_EMPTY;
	}
	size_t good = strspn(name, allowed);
	if (good < len) {
		*at = name + good;
		return HOST_NAME_CHARACTER;
	}
	enum host_name_fault fault = check_labels(name, at);
	if (fault != HOST_NAME_FINE) {
		return fault;
	}
	if (strspn(name, "0123456789.") == len) {
		return HOST_NAME_NUMERIC;
	}
	return len > NAME_MAX_OCTETS ? HOST_NAME_LONG : HOST_NAME_FINE;
}

bool host_name_is_local(const char *name) {
	static const char local[] = "localhost";
	size_t len = strlen(name);
	size_t n = sizeof local - 1;
	const char *last = len < n ? name : name + len - n;
	return strcasecmp(last, local) == 0 && (last == name || last[-1] == '.');
}
