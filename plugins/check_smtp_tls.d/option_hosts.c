/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks and conversions of host names in options. */
#include "check_smtp_tls.d/option_hosts.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "check_smtp_tls.d/option_values.h"

const char option_host_hint[] = "write names with other letters than a to z in their xn-- form";

bool option_host_convert(
	const struct option_draft *draft, const char *option, const char **name, struct err *err) {
	const struct postfix_params *params = draft->params;
	enum idn_mapping mapping = params == NULL ? IDN_NON_TRANSITIONAL : params->idn_mapping;
	struct err why = {0};
	if (!idn_is_needed(*name) || (params != NULL && !params->smtputf8_enable)) {
		return true;
	}
	return idn_to_ascii(draft->arena, *name, mapping, name, &why) ||
		   err_set(err, ERR_USAGE, "%s: \"%.60s\" cannot be converted to ASCII: %s: %s", option,
			   *name, idn_reason(&why), option_host_hint);
}

/* What a name that is not valid should have been; one that was not converted is told so. */
static bool refuse(const char *option, const char *name, const char *expected, struct err *err) {
	return err_set(err, ERR_USAGE, "%s: \"%.100s\" %s", option, name,
		idn_is_needed(name) ? option_host_hint : expected);
}

static bool read_helo(struct option_draft *draft, struct err *err) {
	const char *option = option_table[OPTION_HELO].name;
	const char **helo = &draft->settings->survey.manner.helo;
	if (draft->given[OPTION_HELO] == 0) {
		return true;
	}
	return option_host_convert(draft, option, helo, err) &&
		   (option_is_helo(*helo) ||
			   refuse(option, *helo,
				   "is neither a host name nor an address literal like [192.0.2.1] or "
				   "[IPv6:2001:db8::1]",
				   err));
}

static bool read_servername(struct option_draft *draft, struct err *err) {
	const char *option = option_table[OPTION_SERVERNAME].name;
	const char **name = &draft->settings->survey.wish.sni_name;
	if (draft->settings->survey.wish.sni != SNI_NAME) {
		return true;
	}
	return option_host_convert(draft, option, name, err) &&
		   (hostname_is_valid(*name) ||
			   refuse(
				   option, *name, "is not a host name: give one, or hostname, nexthop, none", err));
}

/* Nodes have their addresses in the one form that everybody writes. */
static const char *tidy_address(struct arena *arena, const char *value) {
	char bytes[sizeof(struct in6_addr)];
	char *text = arena_alloc(arena, INET6_ADDRSTRLEN);
	int family = address_family_of(value) == 4 ? AF_INET : AF_INET6;
	bool is_address = inet_pton(family, value, bytes) == 1 &&
					  inet_ntop(family, bytes, text, INET6_ADDRSTRLEN) != NULL;
	return is_address ? text : value;
}

static bool read_spare(struct option_draft *draft, const char **spare, struct err *err) {
	const char *option = option_table[OPTION_DOWN_OK].name;
	if (!option_host_convert(draft, option, spare, err)) {
		return false;
	}
	*spare = tidy_address(draft->arena, destination_without_final_dot(draft->arena, *spare));
	return hostname_is_valid(*spare) || address_family_of(*spare) != 0 ||
		   refuse(option, *spare,
			   "is neither a host name nor an address: give one as it stands in the lines about "
			   "nodes",
			   err);
}

bool option_hosts_read(struct option_draft *draft, struct err *err) {
	bool fine = read_helo(draft, err) && read_servername(draft, err);
	for (size_t i = 0; i < draft->down_ok.n && fine; i++) {
		fine = read_spare(draft, &draft->down_ok.at[i], err);
	}
	return fine;
}

/* A name without a dot may be one all the same, but not that of a stranger's certificate. */
static const char *near_word(const char *name) {
	static const char *const words[] = {"hostname", "nexthop", "dot-nexthop"};
	struct nearest nearest = nearest_new(name, strlen(name));
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcasecmp(name, words[i]) == 0) {
			return NULL;
		}
		nearest_offer(&nearest, words[i]);
	}
	return strchr(name, '.') == NULL ? nearest.word : NULL;
}

static bool read_pattern(struct option_draft *draft, const char **pattern, struct err *err) {
	const char *option = option_table[OPTION_MATCH].name;
	const char *name = idn_behind_dot(*pattern);
	bool is_domain = name != *pattern;
	if (!option_host_convert(draft, option, &name, err)) {
		return false;
	}
	if (!hostname_is_valid(name)) {
		return refuse(option, *pattern,
			"is not a name: give a host name, .domain for any host in it, hostname, nexthop or "
			"dot-nexthop",
			err);
	}
	if (!is_domain && near_word(name) != NULL) {
		return err_set(
			err, ERR_USAGE, "%s: \"%.60s\": did you mean %s?", option, name, near_word(name));
	}
	*pattern = is_domain ? arena_printf(draft->arena, ".%s", name) : name;
	return true;
}

bool option_patterns_read(struct option_draft *draft, struct err *err) {
	bool fine = true;
	for (size_t i = 0; i < draft->matches.n && fine; i++) {
		fine = read_pattern(draft, &draft->matches.at[i], err);
	}
	draft->settings->survey.wish.patterns = draft->matches.at;
	draft->settings->survey.wish.n_patterns = draft->matches.n;
	return fine;
}
