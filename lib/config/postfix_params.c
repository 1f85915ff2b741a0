/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* All Postfix parameters in turn: value, default, check, and what lib/ wants to know of them. */
#include "config/postfix_params.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "config/ports.h"
#include "config/postfix_table.h"

#define SEPARATORS " \t\r\n,"
#define DOMAIN_DEFAULT "localdomain" /* of a host name without a dot */

struct evaluation {
	struct postfix_params *params;
	struct arena *arena;
	const struct main_cf *given; /* what the user wrote */
	struct main_cf *cf;          /* that and the defaults */
	const char **values;         /* of the rows of the table so far */
	size_t n_values;
	const char *hostname;
	struct err *err;
};

static void warn(struct evaluation *e, const char *text) {
	if (text != NULL && e->params->n_warnings < POSTFIX_WARNINGS_MAX) {
		e->params->warnings[e->params->n_warnings++] = text;
	}
}

/* What the parameter was when its turn came (names that are evaluated later were nothing then);
 * NULL: no value. */
static const char *value_of(struct evaluation *e, const char *name) {
	for (size_t i = 0; i < e->n_values; i++) {
		if (strcmp(postfix_table[i].name, name) == 0) {
			return e->values[i];
		}
	}
	return NULL;
}

/* The same, but NULL where the user wrote nothing. */
static const char *given_value_of(struct evaluation *e, const char *name) {
	const char *value = NULL;
	const char *warning = NULL;
	bool unset = main_cf_value(e->given, name, &value, &warning, NULL) && value == NULL;
	return unset ? NULL : value_of(e, name);
}

static bool is_yes(struct evaluation *e, const char *name) {
	const char *value = value_of(e, name);
	return value != NULL && strcasecmp(value, "yes") == 0;
}

/* --- the name of this host --- */

/* gethostname(2), made a domain name if it is none. */
static const char *hostname_default(struct evaluation *e) {
	struct err complaint = {0};
	if (postfix_hostname_complain(e->hostname, &complaint)) {
		warn(e, arena_copy_string(e->arena, complaint.text));
		(void)err_set(e->err, ERR_USAGE, "unable to use my own hostname");
		return NULL;
	}
	if (strchr(e->hostname, '.') != NULL) {
		return e->hostname;
	}
	const char *domain = NULL;
	const char *warning = NULL;
	bool good = main_cf_value(e->cf, "mydomain", &domain, &warning, e->err);
	warn(e, warning);
	return good ? arena_printf(
					  e->arena, "%s.%s", e->hostname, domain != NULL ? domain : DOMAIN_DEFAULT)
				: NULL;
}

static const char *domain_default(struct evaluation *e) {
	const char *hostname = value_of(e, "myhostname");
	const char *dot = hostname != NULL ? strchr(hostname, '.') : NULL;
	return dot != NULL ? dot + 1 : DOMAIN_DEFAULT;
}

static bool check_hostname(struct evaluation *e, const char *name) {
	const char *value = value_of(e, name);
	const char *directory = main_cf_directory(e->cf);
	struct err complaint = {0};
	if (!postfix_hostname_complain(value, &complaint)) {
		return true;
	}
	warn(e, arena_copy_string(e->arena, complaint.text));
	return err_set(e->err, ERR_USAGE, "file %s/main.cf: parameter %s: bad parameter value: %s",
		directory != NULL ? directory : "", name, value);
}

/* --- the table --- */

/* The default of a parameter, expanded; NULL in *value: it has none that matters. */
static bool evaluate_default(
	struct evaluation *e, const struct postfix_param *param, const char **value) {
	if (strcmp(param->name, "myhostname") == 0) {
		*value = hostname_default(e);
		return *value != NULL;
	}
	if (strcmp(param->name, "mydomain") == 0) {
		*value = domain_default(e);
		return true;
	}
	const char *warning = NULL;
	*value = NULL;
	bool good =
		param->fallback == NULL || main_cf_expand(e->cf, param->fallback, value, &warning, e->err);
	warn(e, warning);
	return good;
}

static bool evaluate_row(struct evaluation *e, const struct postfix_param *param) {
	const char *value = NULL;
	const char *warning = NULL;
	bool good = main_cf_value(e->cf, param->name, &value, &warning, e->err);
	warn(e, warning);
	if (good && value == NULL) {
		good = evaluate_default(e, param, &value);
		if (good && value != NULL) {
			main_cf_default(e->cf, param->name, value);
		}
	}
	e->values[e->n_values++] = value;
	return good && (value == NULL || postfix_param_check(param, value, e->err));
}

static void allocate_values(struct evaluation *e) {
	size_t n = 0;
	while (postfix_table[n].name != NULL) {
		n++;
	}
	e->values = arena_alloc_array(e->arena, n, sizeof *e->values);
}

/* The rows before those of TLS, and behind mydomain what only the two names together allow to
 * judge. */
static bool evaluate_general(struct evaluation *e) {
	const struct postfix_param *param = postfix_table;
	for (; strcmp(param->name, POSTFIX_FIRST_OF_TLS) != 0; param++) {
		if (!evaluate_row(e, param)) {
			return false;
		}
		if (strcmp(param->name, "mydomain") == 0 &&
			(!check_hostname(e, "myhostname") || !check_hostname(e, "mydomain"))) {
			return false;
		}
	}
	return true;
}

/* The other rows, up to the first that is wrong: whether that matters is not known here. */
static void evaluate_tls(struct evaluation *e) {
	struct err *err = e->err;
	struct err fault = {0};
	e->err = &fault;
	bool good = true;
	while (good && postfix_table[e->n_values].name != NULL) {
		good = evaluate_row(e, &postfix_table[e->n_values]);
	}
	e->params->tls_fault = good ? NULL : arena_copy_string(e->arena, fault.text);
	e->err = err;
}

/* --- lists of words --- */

/* The next word; braces hold one with blanks together. Empty at the end. */
static struct span take_word(const char **at) {
	*at += strspn(*at, SEPARATORS);
	const char *start = *at;
	unsigned depth = 0;
	for (; **at != '\0' && (depth > 0 || strchr(SEPARATORS, **at) == NULL); (*at)++) {
		depth += **at == '{';
		depth -= **at == '}' && depth > 0;
	}
	return (struct span){(const uint8_t *)start, (size_t)(*at - start)};
}

/* All words of a list, in the arena; NULL is an empty one. */
static const char **split_words(struct arena *arena, const char *text, size_t *n) {
	const char *list = text != NULL ? text : "";
	const char **words = arena_alloc_array(arena, strlen(list) / 2 + 1, sizeof *words);
	*n = 0;
	for (struct span word = take_word(&list); word.len > 0; word = take_word(&list)) {
		words[(*n)++] = arena_copy_text(arena, (const char *)word.at, word.len);
	}
	return words;
}

static bool take_protocols(struct evaluation *e) {
	const char *list = value_of(e, "inet_protocols");
	size_t n = 0;
	const char **words = split_words(e->arena, list, &n);
	for (size_t i = 0; i < n; i++) {
		bool all = strcmp(words[i], "all") == 0;
		bool ipv4 = all || strcmp(words[i], "ipv4") == 0;
		bool ipv6 = all || strcmp(words[i], "ipv6") == 0;
		if (!ipv4 && !ipv6) {
			return err_set(
				e->err, ERR_USAGE, "unknown inet_protocols value \"%s\" in \"%s\"", words[i], list);
		}
		e->params->ipv4 = e->params->ipv4 || ipv4;
		e->params->ipv6 = e->params->ipv6 || ipv6;
	}
	return true;
}

static const char *trimmed(struct arena *arena, const char *text, size_t len) {
	while (len > 0 && strchr(SEPARATORS, *text) != NULL) {
		text++;
		len--;
	}
	while (len > 0 && strchr(SEPARATORS, text[len - 1]) != NULL) {
		len--;
	}
	return arena_copy_text(arena, text, len);
}

/* Out of "{ text }"; a word without braces is what it is. */
static bool take_braces(struct evaluation *e, const char **word) {
	if (**word != '{') {
		return true;
	}
	const char *end = *word;
	unsigned depth = 0;
	do {
		depth += *end == '{';
		depth -= *end == '}';
		end++;
	} while (depth > 0 && *end != '\0');
	if (depth > 0) {
		return err_set(e->err, ERR_USAGE, "import_environment: missing '}' in \"%.160s\"", *word);
	}
	if (*end != '\0') {
		return err_set(
			e->err, ERR_USAGE, "import_environment: syntax error after '}' in \"%.160s\"", *word);
	}
	*word = trimmed(e->arena, *word + 1, (size_t)(end - *word) - 2);
	return true;
}

/* "name=value"; NULL when the word is a name alone. */
static bool take_assignment(struct evaluation *e, const char *word, const char **assignment) {
	*assignment = NULL;
	if (!take_braces(e, &word)) {
		return false;
	}
	if (strchr(word, '=') == NULL) {
		return true;
	}
	const char *name = NULL;
	const char *value = NULL;
	const char *problem = main_cf_split(e->arena, word, &name, &value);
	if (problem != NULL) {
		return err_set(e->err, ERR_USAGE, "update_env: %s in: %.160s", problem, word);
	}
	*assignment = arena_printf(e->arena, "%s=%s", name, value);
	return true;
}

static bool take_environment(struct evaluation *e) {
	size_t n_words = 0;
	const char **words = split_words(e->arena, value_of(e, "import_environment"), &n_words);
	size_t n = 0;
	for (size_t i = 0; i < n_words; i++) {
		const char *assignment = NULL;
		if (!take_assignment(e, words[i], &assignment)) {
			return false;
		}
		if (assignment != NULL) {
			words[n++] = assignment;
		}
	}
	e->params->environment = words;
	e->params->n_environment = n;
	return true;
}

/* --- what lib/ wants to know --- */

static void take_ports(struct evaluation *e) {
	struct postfix_params *params = e->params;
	params->known_tcp_ports = value_of(e, "known_tcp_ports");
	params->n_warnings += ports_check(params->known_tcp_ports, e->arena,
		params->warnings + params->n_warnings, POSTFIX_WARNINGS_MAX - params->n_warnings);
}

static void take_tls(struct evaluation *e) {
	struct postfix_params *params = e->params;
	params->fingerprint_digest = given_value_of(e, "smtp_tls_fingerprint_digest");
	params->cipher_lists[TLS_GRADE_MEDIUM] = given_value_of(e, "tls_medium_cipherlist");
	params->cipher_lists[TLS_GRADE_HIGH] = given_value_of(e, "tls_high_cipherlist");
	params->cipher_lists[TLS_GRADE_NULL] = given_value_of(e, "tls_null_cipherlist");
	params->groups = given_value_of(e, "tls_eecdh_auto_curves");
	params->ffdhe_groups = given_value_of(e, "tls_ffdhe_auto_groups");
	params->dane_digests = given_value_of(e, "tls_dane_digests");
	params->disable_workarounds = given_value_of(e, "tls_disable_workarounds");
	params->ssl_options = given_value_of(e, "tls_ssl_options");
	params->config_file = given_value_of(e, "tls_config_file");
	params->config_name = given_value_of(e, "tls_config_name");
	params->append_default_ca = is_yes(e, "tls_append_default_CA");
	params->ending = is_yes(e, "tls_fast_shutdown_enable") ? TLS_ENDING_FAST : TLS_ENDING_FULL;
}

bool postfix_params_evaluate(struct postfix_params *params, struct arena *arena,
	const struct main_cf *cf, const char *hostname, struct err *err) {
	*params = (struct postfix_params){0};
	struct evaluation e = {.params = params,
		.arena = arena,
		.given = cf,
		.cf = main_cf_derive(arena, cf),
		.hostname = hostname,
		.err = err};
	size_t n = 0;
	const char *const *warnings = main_cf_warnings(cf, &n);
	for (size_t i = 0; i < n; i++) {
		warn(&e, warnings[i]);
	}
	if (main_cf_directory(cf) != NULL) {
		main_cf_default(e.cf, "config_directory", main_cf_directory(cf));
	}
	allocate_values(&e);
	if (!evaluate_general(&e) || !take_protocols(&e) || !take_environment(&e)) {
		return false;
	}
	evaluate_tls(&e);
	take_ports(&e);
	take_tls(&e);
	params->myhostname = value_of(&e, "myhostname");
	params->smtputf8_enable = is_yes(&e, "smtputf8_enable");
	params->idn_mapping =
		is_yes(&e, "enable_idna2003_compatibility") ? IDN_TRANSITIONAL : IDN_NON_TRANSITIONAL;
	params->dnssec_probe = value_of(&e, "dnssec_probe");
	params->line_length_limit = strtoul(value_of(&e, "line_length_limit"), NULL, 10);
	params->tcp_windowsize = (int)strtol(value_of(&e, "tcp_windowsize"), NULL, 10);
	const char *nameservers = value_of(&e, "nameservers");
	if (nameservers != NULL) {
		params->nameservers = split_words(arena, nameservers, &params->n_nameservers);
	}
	return true;
}

void postfix_params_apply(const struct postfix_params *params, struct tls_settings *settings) {
	for (unsigned i = 0; i < sizeof params->cipher_lists / sizeof *params->cipher_lists; i++) {
		settings->cipher_lists[i] = params->cipher_lists[i];
	}
	settings->groups = params->groups;
	settings->ffdhe_groups = params->ffdhe_groups;
	settings->dane_digests = params->dane_digests;
	settings->disable_workarounds = params->disable_workarounds;
	settings->ssl_options = params->ssl_options;
	settings->config_file = params->config_file;
	settings->config_name = params->config_name;
	settings->append_default_ca = params->append_default_ca;
	settings->ending = params->ending;
	settings->bad_parameter = params->tls_fault;
}
