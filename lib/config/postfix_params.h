/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The Postfix parameters that matter to a probe, evaluated and checked as Postfix does at start-up.
 */
#ifndef CONFIG_POSTFIX_PARAMS_H
#define CONFIG_POSTFIX_PARAMS_H

#include "config/idn.h"
#include "config/main_cf.h"
#include "tls/tls_client.h"

#define POSTFIX_WARNINGS_MAX 16 /* lines that are kept; there may be more */

struct postfix_params {
	const char *myhostname; /* default: the host's name, qualified by mydomain */
	bool ipv4;              /* inet_protocols */
	bool ipv6;
	bool smtputf8_enable;
	enum idn_mapping idn_mapping; /* enable_idna2003_compatibility */
	const char *known_tcp_ports;
	const char *dnssec_probe; /* "" switches it off */
	size_t line_length_limit;
	int tcp_windowsize; /* 0: the system's */
	/* The name=value entries of import_environment. */
	const char *const *environment;
	size_t n_environment;
	const char *fingerprint_digest; /* smtp_tls_fingerprint_digest; NULL: not set */
	const char *const *nameservers; /* ours: `nameservers`, as of --nameserver */
	size_t n_nameservers;
	/* Those of lib/tls; NULL where the default holds. */
	const char *cipher_lists[3]; /* by enum tls_grade */
	const char *groups;
	const char *ffdhe_groups;
	const char *dane_digests;
	const char *disable_workarounds;
	const char *ssl_options;
	const char *config_file;
	const char *config_name;
	bool append_default_ca;
	enum tls_ending ending;
	/* What is wrong with the first bad one of TLS, in the words of Postfix's fatal error; NULL: all
	 * are fine. It is no error yet: Postfix comes upon it when it sets up TLS, if it does. */
	const char *tls_fault;
	/* Lines Postfix would print as "warning: ...", before the error if there is one. */
	const char *warnings[POSTFIX_WARNINGS_MAX];
	size_t n_warnings;
};

/* Evaluate; hostname is that of gethostname(2). ERR_USAGE in the words of Postfix's fatal error,
 * without "fatal: "; the warnings are valid then, too. Unknown names are no error. */
bool postfix_params_evaluate(struct postfix_params *params, struct arena *arena,
	const struct main_cf *cf, const char *hostname, struct err *err);

/* Copy what concerns TLS. */
void postfix_params_apply(const struct postfix_params *params, struct tls_settings *settings);

#endif
