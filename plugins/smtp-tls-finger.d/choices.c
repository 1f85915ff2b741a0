/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The checks of letters against each other, in posttls-finger's order. */
#include "smtp-tls-finger.d/choices.h"

#include <string.h>

#include "render/finger_words.h"
#include "render/render_finger.h"
#include "tls/tls_client.h"

#define SEPARATORS ", \t\r\n"

static bool choose_family(
	struct choices *choices, const struct command_line *line, struct err *err) {
	static const struct keyword families[] = {
		{"any", FAMILY_ANY}, {"ipv4", FAMILY_IPV4}, {"ipv6", FAMILY_IPV6}, {NULL, 0}};
	int family = 0;
	if (!keyword_find(families, line->family, &family)) {
		return err_set(err, ERR_USAGE, "bad '-a' option value: %s", line->family);
	}
	choices->prefer = (enum family_preference)family;
	return true;
}

/* Words with case, and in any order: names unknown to the DNS are looked up natively, if at all. */
static bool choose_hosts(
	struct choices *choices, const struct command_line *line, struct err *err) {
	bool dns = false;
	bool native = false;
	const char *at = line->host_lookup + strspn(line->host_lookup, SEPARATORS);
	while (*at != '\0') {
		size_t len = strcspn(at, SEPARATORS);
		if (len == 3 && strncmp(at, "dns", len) == 0) {
			dns = true;
		} else if (len == 6 && strncmp(at, "native", len) == 0) {
			native = true;
		} else {
			return err_set(err, ERR_USAGE, "unknown -h option value \"%.*s\" in \"%s\"", (int)len,
				at, line->host_lookup);
		}
		at += len;
		at += strspn(at, SEPARATORS);
	}
	choices->hosts = !native ? RESOLVER_HOSTS_DNS
					 : dns   ? RESOLVER_HOSTS_DNS_NATIVE
							 : RESOLVER_HOSTS_NATIVE;
	choices->no_host_lookup = !dns && !native;
	return true;
}

void choices_warn_log_words(const struct command_line *line, struct log *log) {
	unsigned show = 0;
	struct span unknown;
	if (!finger_words_parse(&show, line->log, &unknown)) {
		log_line(log, LOG_WARNING, "unknown -L option value \"%.*s\" in \"%s\"", (int)unknown.len,
			(const char *)unknown.at, line->log);
	}
}

static void choose_lines(
	struct choices *choices, const struct command_line *line, struct log *log) {
	struct span unknown;
	choices->bad_log_words = !finger_words_parse(&choices->show, line->log, &unknown);
	choices_warn_log_words(line, log);
	choices_warn_log_words(line, log);
	if ((choices->show & FINGER_MESSAGES) != 0 && !tls_has_messages()) {
		log_line(log, LOG_WARNING,
			"-L option: ignoring \"trace\" log level: SSL_trace() is not available in this build");
		choices->show &= ~(unsigned)FINGER_MESSAGES;
	}
	choices->show |= line->quiet ? 0 : FINGER_CHAT;
	choices->show |= line->print_chain ? FINGER_CHAIN : 0;
	choices->show |= line->verbosity > 0 ? FINGER_LIBRARY : 0;
}

static bool choose_level(
	struct choices *choices, const struct command_line *line, struct err *err) {
	int level = 0;
	if (!keyword_find(tls_level_choices, line->level, &level)) {
		return err_set(err, ERR_USAGE, "Invalid TLS level \"%s\"", line->level);
	}
	choices->level = (enum tls_level)level;
	if (choices->level == TLS_LEVEL_NONE && line->wrapper) {
		return err_set(err, ERR_USAGE, "SSL wrapper mode requires that TLS not be disabled");
	}
	return true;
}

/* posttls-finger aborts on these once it waits for the first time. */
static bool choose_timeout(usec *timeout, char letter, const char *value, struct err *err) {
	int seconds = command_line_number(value);
	if (seconds <= 0) {
		return err_set(err, ERR_USAGE, "bad '-%c' option value: %s", letter, value);
	}
	*timeout = seconds * USEC_PER_SEC;
	return true;
}

static bool check_exclusions(const struct command_line *line, struct err *err) {
	if (line->tlsproxy && line->delay >= 0) {
		return err_set(err, ERR_USAGE, "The -X and -r options are mutually exclusive");
	}
	return true;
}

static bool check_credentials(const struct command_line *line, struct err *err) {
	if (line->chain_files.n > 0 && line->cert_file != NULL) {
		return err_set(err, ERR_USAGE,
			"When the '-H' option is used, neither the '-k', nor the '-K' options may be used");
	}
	return true;
}

bool choices_make(
	struct choices *choices, const struct command_line *line, struct log *log, struct err *err) {
	*choices = (struct choices){.prefer = FAMILY_ANY};
	if (!choose_family(choices, line, err) || !check_exclusions(line, err) ||
		!choose_hosts(choices, line, err) || !check_credentials(line, err)) {
		return false;
	}
	choose_lines(choices, line, log);
	if (!choose_level(choices, line, err)) {
		return false;
	}
	/* From here on: what posttls-finger does not check. */
	if (!choose_timeout(&choices->connect_timeout, 't', line->connect_timeout, err) ||
		!choose_timeout(&choices->command_timeout, 'T', line->command_timeout, err)) {
		return false;
	}
	if (line->tlsproxy) {
		return err_set(err, ERR_USAGE, "tlsproxy mode needs Postfix");
	}
	if (line->raw_keys && !tls_has_raw_keys()) {
		log_line(log, LOG_WARNING,
			"-x option: raw public keys need OpenSSL 3.2 or later, ignoring the option");
	}
	return true;
}
