/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Postfix parameters applied to settings before any option of our own. */
#include "check_smtp_tls.d/option_params.h"

#include <string.h>
#include <unistd.h>

#include "check_smtp_tls.d/option_values.h"
#include "probe/validation_check.h"

/* All that can make a difference to this program (the manual tells which). A main.cf has many more;
 * one that is named on purpose should not be without effect. */
static const char *const known[] = {
	"compatibility_level",
	"dnssec_probe",
	"enable_idna2003_compatibility",
	"inet_protocols",
	"known_tcp_ports",
	"line_length_limit",
	"mydomain",
	"myhostname",
	"nameservers",
	"smtp_tls_fingerprint_digest",
	"smtputf8_enable",
	"tcp_windowsize",
	"tls_append_default_CA",
	"tls_config_file",
	"tls_config_name",
	"tls_dane_digests",
	"tls_disable_workarounds",
	"tls_eecdh_auto_curves",
	"tls_fast_shutdown_enable",
	"tls_ffdhe_auto_groups",
	"tls_high_cipherlist",
	"tls_medium_cipherlist",
	"tls_null_cipherlist",
	"tls_ssl_options",
};

bool option_param_is_known(const char *name, size_t len) {
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strlen(known[i]) == len && memcmp(known[i], name, len) == 0) {
			return true;
		}
	}
	return false;
}

/* The directory whose main.cf counts, and what says so; NULL: none does. */
static const char *config_directory(const struct option_draft *draft, const char **source) {
	if (draft->mail_config != NULL) {
		*source = option_table[OPTION_MAIL_CONFIG].name;
		return draft->mail_config;
	}
	*source = "MAIL_CONFIG (environment)";
	const char *directory = draft->environment_mail_config;
	return directory != NULL && directory[0] != '\0' ? directory : NULL;
}

static bool read_all(struct option_draft *draft, struct main_cf *cf, struct postfix_params *params,
	struct err *err) {
	struct err why = {0};
	const char *source = NULL;
	const char *directory = config_directory(draft, &source);
	if (directory != NULL && !main_cf_load(cf, directory, &why)) {
		return err_set(err, ERR_USAGE, "%s: %.180s", source, why.text);
	}
	for (size_t i = 0; i < draft->params_given.n; i++) {
		(void)main_cf_set(cf, draft->params_given.at[i]); /* the taker has checked the form */
	}
	char hostname[DESTINATION_NAME_MAX] = "";
	(void)gethostname(hostname, sizeof hostname - 1);
	bool good = postfix_params_evaluate(params, draft->arena, cf, hostname, &why);
	if (!good || params->tls_fault != NULL) {
		return err_set(err, ERR_USAGE, "%s: %.180s",
			directory == NULL ? option_table[OPTION_PARAM].name : "Postfix parameters",
			good ? params->tls_fault : why.text);
	}
	return true;
}

static bool is_set(const struct main_cf *cf, const char *name) {
	const char *value = NULL;
	const char *warning = NULL;
	return main_cf_value(cf, name, &value, &warning, NULL) && value != NULL;
}

/* "file: parameter: why it cannot be used", where no option of our own can be blamed. */
static bool refuse(const char *parameter, const char *value, const char *why, struct err *err) {
	return err_set(err, ERR_USAGE, "%s %s: \"%.60s\": %s", option_table[OPTION_PARAM].name,
		parameter, value, why);
}

static bool apply_probe(struct option_draft *draft, struct err *err) {
	const char *probe = draft->params->dnssec_probe;
	struct dns_question question = {0};
	struct err why = {0};
	if (draft->given[OPTION_DNSSEC_PROBE] > 0) {
		return true;
	}
	draft->settings->survey.validation_check = probe[0] != '\0' ? probe : NULL;
	return probe[0] == '\0' || validation_check_parse(&question, draft->arena, probe, &why) ||
		   refuse("dnssec_probe", probe, why.text, err);
}

static bool apply_digest(struct option_draft *draft, struct err *err) {
	const char *digest = draft->params->fingerprint_digest;
	if (draft->given[OPTION_DIGEST] > 0 || digest == NULL) {
		return true;
	}
	draft->settings->tls.digest = digest;
	return tls_digest_length(digest) != 0 ||
		   refuse("smtp_tls_fingerprint_digest", digest, "OpenSSL does not offer it here", err);
}

static bool apply_nameservers(struct option_draft *draft, struct err *err) {
	const struct postfix_params *params = draft->params;
	struct err why = {0};
	for (size_t i = 0; i < params->n_nameservers && draft->given[OPTION_NAMESERVER] == 0; i++) {
		if (!resolver_server_check(params->nameservers[i], &why)) {
			return refuse("nameservers", params->nameservers[i], why.text, err);
		}
		option_append(draft->arena, &draft->nameservers, params->nameservers[i]);
	}
	return true;
}

static void apply_rest(struct option_draft *draft, const struct main_cf *cf) {
	struct settings *settings = draft->settings;
	const struct postfix_params *params = draft->params;
	if (settings->survey.manner.helo == NULL &&
		(is_set(cf, "myhostname") || is_set(cf, "mydomain"))) {
		settings->survey.manner.helo = params->myhostname;
	}
	if (is_set(cf, "inet_protocols")) {
		settings->survey.order.ipv4 = params->ipv4;
		settings->survey.order.ipv6 = params->ipv6;
	}
	settings->survey.manner.line_max = params->line_length_limit;
	settings->survey.manner.tcp_window = params->tcp_windowsize;
	settings->warnings = params->warnings;
	settings->n_warnings = params->n_warnings;
	postfix_params_apply(params, &settings->tls);
}

bool option_params_apply(struct option_draft *draft, struct err *err) {
	const char *source = NULL;
	if (draft->params != NULL) { /* once is enough for any number of destinations */
		return true;
	}
	if (draft->params_given.n == 0 && config_directory(draft, &source) == NULL) {
		return true;
	}
	struct main_cf *cf = main_cf_new(draft->arena);
	struct postfix_params *params = arena_alloc(draft->arena, sizeof *params);
	if (!read_all(draft, cf, params, err)) {
		return false;
	}
	draft->params = params;
	apply_rest(draft, cf);
	return apply_probe(draft, err) && apply_digest(draft, err) && apply_nameservers(draft, err);
}
