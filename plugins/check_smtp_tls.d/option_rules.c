/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The checks once all options are read. */
#include "check_smtp_tls.d/option_rules.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "check_smtp_tls.d/option_destination.h"
#include "check_smtp_tls.d/option_extent.h"
#include "check_smtp_tls.d/option_hosts.h"
#include "check_smtp_tls.d/option_params.h"
#include "check_smtp_tls.d/option_values.h"
#include "http/http.h"
#include "render/render_finger.h"

#define VERBOSITY_MAX 3

void option_rules_begin(struct settings *settings) {
	*settings = (struct settings){
		.survey = {.habits = &habits_monitor,
			.wish = {.level = TLS_LEVEL_DANE, .insecure_mx = INSECURE_MX_DANE, .sni = SNI_HOSTNAME},
			.order = {.prefer = FAMILY_ANY, .ipv4 = true, .ipv6 = true},
			.validation_check = "ns:.",
			.timeout = 30 * USEC_PER_SEC,
			.manner = {.times = {.connect = 5 * USEC_PER_SEC,
						   .greeting = 20 * USEC_PER_SEC,
						   .command = 10 * USEC_PER_SEC,
						   .dns = 10 * USEC_PER_SEC}},
			.mta_sts = SURVEY_STS_DNS,
			.reconnect = {.max = 5}},
		.tls = {.default_ca = TLS_DEFAULT_CA_NONE,
			.digest = "sha256",
			.grade = TLS_GRADE_MEDIUM,
			.now = (int64_t)time(NULL),
			.habits = &habits_monitor},
		.hosts = RESOLVER_HOSTS_DNS,
		.limits = limits_default(),
		.perfdata = PERFDATA_RANGES,
		.log = FINGER_SUMMARY | FINGER_CERTMATCH,
	};
	settings->started_at = settings->tls.now;
	(void)tls_protocols_parse(&settings->tls.protocols, ">=TLSv1", NULL);
}

#define BIT(level) (1U << TLS_LEVEL_##level)
#define PKIX_LEVELS (BIT(VERIFY) | BIT(SECURE))
#define DANE_LEVELS (BIT(DANE) | BIT(DANE_ONLY))
#define TLS_LEVELS (BIT(MAY) | BIT(ENCRYPT) | BIT(FINGERPRINT) | DANE_LEVELS | PKIX_LEVELS)

/* Where an option can make a difference. CA options do at each level with TLS: a policy is fetched
 * by them, and what senders who verify by CA would do is told by them; at dane a host without TLSA
 * records is verified for the report, and at may and encrypt the trace tells Trusted or Untrusted.
 */
static const struct {
	enum option_id option;
	unsigned levels;
} applicable[] = {
	{OPTION_MATCH, BIT(FINGERPRINT) | PKIX_LEVELS},
	{OPTION_TRUST_ANCHOR, BIT(MAY) | BIT(ENCRYPT) | PKIX_LEVELS},
	{OPTION_CAFILE, TLS_LEVELS},
	{OPTION_CAPATH, TLS_LEVELS},
	{OPTION_NO_DEFAULT_CA, TLS_LEVELS},
	{OPTION_FORCE_TLSA_LOOKUP, DANE_LEVELS},
	{OPTION_INSECURE_MX_POLICY, DANE_LEVELS},
	{OPTION_DNSSEC_PROBE, DANE_LEVELS},
	{OPTION_DENIAL_PROBE, DANE_LEVELS},
	{OPTION_MTA_STS, TLS_LEVELS},
	{OPTION_AUTH_SERVERS, DANE_LEVELS},
	{OPTION_SENDER_VIEW, DANE_LEVELS},
	{OPTION_RRSIG, DANE_LEVELS},
	{OPTION_ISSUERS, DANE_LEVELS},
	{OPTION_NEXT, DANE_LEVELS},
	{OPTION_DNS_ONLY, DANE_LEVELS},
	{OPTION_WRAPPER, TLS_LEVELS},
	{OPTION_DIGEST, TLS_LEVELS},
	{OPTION_SERVERNAME, TLS_LEVELS},
	{OPTION_CIPHERS, TLS_LEVELS},
	{OPTION_PROTOCOLS, TLS_LEVELS},
	{OPTION_MIN_PROTOCOL, TLS_LEVELS},
	{OPTION_MIN_KEY, TLS_LEVELS},
	{OPTION_CERTIFICATE, TLS_LEVELS},
	{OPTION_CHAIN_FILES, TLS_LEVELS},
	{OPTION_CLIENT_CERT, TLS_LEVELS},
	{OPTION_PRIVATE_KEY, TLS_LEVELS},
	{OPTION_ENABLE_RPK, BIT(MAY) | BIT(ENCRYPT) | BIT(FINGERPRINT) | DANE_LEVELS},
	{OPTION_KEY_TYPES, TLS_LEVELS},
	{OPTION_PQ_PROBE, TLS_LEVELS},
	{OPTION_RECONNECT, TLS_LEVELS},
	{OPTION_PRINT_CHAIN, TLS_LEVELS},
};

static bool refuse_level(const char *what, enum tls_level level, unsigned levels, struct err *err) {
	char allowed[96] = "";
	for (const struct keyword *k = tls_level_choices; k->word != NULL; k++) {
		size_t used = strlen(allowed);
		if ((levels & 1U << k->value) != 0) {
			(void)snprintf(allowed + used, sizeof allowed - used, " %s", k->word);
		}
	}
	return err_set(err, ERR_USAGE, "%s cannot apply at --level=%s: it is for%s", what,
		tls_level_name(level), allowed);
}

/* What a level does not look at could never be reached. */
static bool check_security(const struct option_draft *draft, struct err *err) {
	static const unsigned levels[] = {[SECURITY_NONE] = ~0U,
		[SECURITY_TLS] = TLS_LEVELS,
		[SECURITY_PKIX] = DANE_LEVELS | PKIX_LEVELS,
		[SECURITY_DANE] = DANE_LEVELS,
		[SECURITY_DANE_TA] = DANE_LEVELS,
		[SECURITY_DANE_EE] = DANE_LEVELS,
		[SECURITY_STS] = TLS_LEVELS};
	enum tls_level level = draft->settings->survey.wish.level;
	enum security security = draft->settings->limits.security;
	if ((levels[security] & 1U << level) != 0) {
		return true;
	}
	if (!option_given_here(draft, OPTION_EXPECT_SECURITY)) {
		draft->settings->limits.security = SECURITY_NONE;
		return true;
	}
	const char *what = arena_printf(draft->arena, "%s=%s",
		option_table[OPTION_EXPECT_SECURITY].name, keyword_name(security_words, (int)security));
	return refuse_level(what, level, levels[security], err);
}

/* Without a mail domain there is no policy, and without a policy nothing that it could demand. */
static bool check_sts(const struct option_draft *draft, struct err *err) {
	const struct settings *settings = draft->settings;
	enum survey_sts how = settings->survey.mta_sts;
	bool domain = settings->destination.kind == DESTINATION_DOMAIN &&
				  settings->destination.protocol == MAIL_SMTP && draft->given[OPTION_SRV] == 0;
	if (how == SURVEY_STS_REQUIRE && !domain && option_given_here(draft, OPTION_MTA_STS)) {
		return err_set(err, ERR_USAGE,
			"--mta-sts=require needs a mail domain, which \"%.100s\" is not", draft->hostname);
	}
	if (how >= SURVEY_STS_CHECK && !http_is_available()) {
		return err_set(err, ERR_USAGE,
			"--mta-sts=%s: this program was built without libcurl, which fetches policies",
			how == SURVEY_STS_CHECK ? "check" : "require");
	}
	return settings->limits.security != SECURITY_STS || how >= SURVEY_STS_CHECK ||
		   err_set(err, ERR_USAGE, "--expect-security=sts means nothing without --mta-sts=check");
}

static bool check_level(const struct option_draft *draft, struct err *err) {
	enum tls_level level = draft->settings->survey.wish.level;
	for (size_t i = 0; i < sizeof applicable / sizeof applicable[0]; i++) {
		const struct option_row *row = &option_table[applicable[i].option];
		if (!option_given_here(draft, row->id) || (applicable[i].levels & 1U << level) != 0) {
			continue;
		}
		return refuse_level(row->name, level, applicable[i].levels, err);
	}
	return check_security(draft, err);
}

static bool check_family(const struct option_draft *draft, struct err *err) {
	struct settings *settings = draft->settings;
	if (draft->given[OPTION_IPV4] == 0 && draft->given[OPTION_IPV6] == 0) {
		return true;
	}
	settings->survey.order.ipv4 = draft->given[OPTION_IPV4] > 0;
	settings->survey.order.ipv6 = draft->given[OPTION_IPV6] > 0;
	if (settings->survey.order.ipv4 && settings->survey.order.ipv6) {
		return err_set(err, ERR_USAGE,
			"--ipv4 and --ipv6 exclude each other: leave both out, or choose a first one with "
			"--address-family");
	}
	int only = settings->survey.order.ipv4 ? 4 : 6;
	const char *option = settings->survey.order.ipv4 ? "--ipv4" : "--ipv6";
	enum family_preference other = settings->survey.order.ipv4 ? FAMILY_IPV6 : FAMILY_IPV4;
	if (settings->survey.order.prefer == other) {
		return err_set(err, ERR_USAGE, "%s and --address-family=%s contradict each other", option,
			settings->survey.order.ipv4 ? "ipv6" : "ipv4");
	}
	const char *address = settings->survey.connect_address;
	const char *where = "--address";
	if (address == NULL && settings->destination.kind == DESTINATION_ADDRESS) {
		address = settings->destination.name;
		where = "--hostname";
	}
	if (address != NULL && address_family_of(address) != only) {
		return err_set(err, ERR_USAGE, "%s \"%.60s\" is not an address that %s allows", where,
			address, option);
	}
	return true;
}

static bool read_matches(struct option_draft *draft, struct err *err) {
	struct tls_wish *wish = &draft->settings->survey.wish;
	const struct option_values *matches = &draft->matches;
	if (wish->level == TLS_LEVEL_FINGERPRINT) {
		if (matches->n == 0) {
			return err_set(err, ERR_USAGE,
				"--level=fingerprint needs at least one --match with the digest of the certificate "
				"or of its key");
		}
		const char *digest = draft->settings->tls.digest;
		size_t octets = tls_digest_length(digest);
		struct span *fingerprints =
			arena_alloc_array(draft->arena, matches->n, sizeof *fingerprints);
		for (size_t i = 0; i < matches->n; i++) {
			if (!option_fingerprint(&fingerprints[i], draft->arena, octets, matches->at[i], err)) {
				return false;
			}
		}
		wish->fingerprints = fingerprints;
		wish->n_fingerprints = matches->n;
		return true;
	}
	return option_patterns_read(draft, err);
}

/* A level that needs no CA gets none: reading one costs more than all the rest. */
static bool choose_trust(struct option_draft *draft, struct err *err) {
	struct settings *settings = draft->settings;
	struct tls_settings *tls = &settings->tls;
	tls->trust_anchors = draft->trust_anchors.at;
	tls->n_trust_anchors = draft->trust_anchors.n;
	bool replaced = tls->ca_file != NULL || tls->ca_path != NULL || tls->n_trust_anchors > 0;
	bool pkix = settings->survey.wish.level == TLS_LEVEL_VERIFY ||
				settings->survey.wish.level == TLS_LEVEL_SECURE;
	bool system = !replaced && draft->given[OPTION_NO_DEFAULT_CA] == 0;
	bool named = tls->ca_file != NULL || tls->ca_path != NULL;
	tls->web_ca =
		named || draft->given[OPTION_NO_DEFAULT_CA] > 0 ? TLS_DEFAULT_CA_NONE : TLS_DEFAULT_CA_ANY;
	tls->proof_ca = system ? TLS_DEFAULT_CA_ANY : TLS_DEFAULT_CA_NONE;
	if (draft->given[OPTION_NO_DEFAULT_CA] > 0) {
		return !pkix || replaced ||
			   err_set(err, ERR_USAGE,
				   "--no-default-ca leaves nothing to trust at --level=%s: give --trust-anchor, "
				   "--cafile or --capath",
				   tls_level_name(settings->survey.wish.level));
	}
	if (!replaced && pkix) {
		tls->default_ca = TLS_DEFAULT_CA_ANY;
	} else if (!replaced && settings->survey.wish.level == TLS_LEVEL_DANE) {
		tls->default_ca = TLS_DEFAULT_CA_DIRECTORY;
	}
	return true;
}

/* The name for EHLO: RFC 5321 4.1.1.1 wants a full one, or the address. */
static const char *default_helo(struct arena *arena) {
	char name[DESTINATION_NAME_MAX] = "";
	if (gethostname(name, sizeof name - 1) != 0 || strchr(name, '.') == NULL ||
		!hostname_is_valid(name)) {
		return NULL;
	}
	return arena_copy_string(arena, name);
}

static enum smtp_tls_mode choose_mode(const struct option_draft *draft) {
	if (draft->settings->survey.wish.level == TLS_LEVEL_NONE) {
		return SMTP_TLS_NEVER;
	}
	return draft->given[OPTION_WRAPPER] > 0 ? SMTP_TLS_WRAPPER : SMTP_TLS_STARTTLS;
}

/* A rule for a place that the conversation never comes to would never be broken. */
static bool check_ehlo(const struct option_draft *draft, struct err *err) {
	const struct limits *limits = &draft->settings->limits;
	for (size_t i = 0; i < limits->n_ehlo_rules; i++) {
		const struct ehlo_rule *rule = &limits->ehlo_rules[i];
		enum option_id id = rule->demand == EHLO_EXPECTED ? OPTION_EXPECT_EHLO : OPTION_FORBID_EHLO;
		bool clear = rule->place == EHLO_IN_CLEAR;
		enum smtp_tls_mode never = clear ? SMTP_TLS_WRAPPER : SMTP_TLS_NEVER;
		if (draft->settings->survey.manner.mode == never) {
			return err_set(err, ERR_USAGE, "%s: \"%s%.60s\": %s", option_table[id].name,
				clear ? "clear:" : "tls:", rule->keyword,
				clear ? "nothing is said before TLS with --wrapper"
					  : "there is no TLS at --level=none: give clear:WORD");
		}
	}
	return true;
}

/* The server would be blamed for what this client does not offer. */
static bool check_protocols(const struct option_draft *draft, struct err *err) {
	const struct settings *settings = draft->settings;
	bool both = draft->given[OPTION_MIN_PROTOCOL] > 0 && draft->given[OPTION_PROTOCOLS] > 0;
	return !both ||
		   tls_protocols_newest(&settings->tls.protocols) >= settings->limits.min_protocol ||
		   err_set(err, ERR_USAGE,
			   "--min-protocol and --protocols exclude each other: what is demanded is not "
			   "offered");
}

static bool check_limits(struct option_draft *draft, struct err *err) {
	struct limits *limits = &draft->settings->limits;
	limits->certificate_given = draft->given[OPTION_CERTIFICATE] > 0;
	if (!check_protocols(draft, err)) {
		return false;
	}
	return !range_is_hidden(&limits->warning, &limits->critical) ||
		   err_set(err, ERR_USAGE,
			   "--warning=%s can never be seen: wherever it alerts, --critical=%s alerts too",
			   limits->warning.text, limits->critical.text);
}

/* Keys are read from files, or libcurl shares the TLS library with us. */
static enum tls_library_use library_use(const struct survey_spec *survey) {
	bool more = survey->n_next > 0 || survey->mta_sts == SURVEY_STS_CHECK;
	return more ? TLS_USE_ALL : TLS_USE_HANDSHAKES;
}

bool option_rules_finish(struct option_draft *draft, struct err *err) {
	struct settings *settings = draft->settings;
	if (!option_params_apply(draft, err) || !option_destination_read(draft, err) ||
		!option_hosts_read(draft, err) || !check_level(draft, err) || !check_sts(draft, err)) {
		return false;
	}
	settings->survey.manner.mode = choose_mode(draft);
	if (!check_limits(draft, err) || !check_ehlo(draft, err) || !option_port_read(draft, err) ||
		!check_family(draft, err) || !read_matches(draft, err) || !choose_trust(draft, err) ||
		!option_extent_finish(draft, err)) {
		return false;
	}
	if (draft->nameservers.n > RESOLVER_SERVERS_MAX) {
		return err_set(
			err, ERR_USAGE, "--nameserver: at most %u are allowed", RESOLVER_SERVERS_MAX);
	}
	settings->tls.library_use = library_use(&settings->survey);
	settings->survey.denial_probe = draft->given[OPTION_DENIAL_PROBE] > 0;
	settings->survey.force_tlsa = draft->given[OPTION_FORCE_TLSA_LOOKUP] > 0;
	settings->survey.view = draft->given[OPTION_SENDER_VIEW] > 0 ? REPORT_VIEW_ASKED
							: settings->format == FORMAT_JSON    ? REPORT_VIEW_FACTS
																 : REPORT_VIEW_NONE;
	settings->issuers_given = draft->given[OPTION_ISSUERS] > 0;
	settings->nameservers = draft->nameservers.at;
	settings->n_nameservers = draft->nameservers.n;
	if (settings->survey.manner.helo == NULL) {
		settings->survey.manner.helo = default_helo(draft->arena);
	}
	settings->exit_style =
		draft->given[OPTION_EXIT_OK] > 0 ? EXIT_STYLE_ALWAYS_OK : EXIT_STYLE_STATE;
	unsigned verbose = draft->given[OPTION_VERBOSE];
	settings->verbosity = verbose > VERBOSITY_MAX ? VERBOSITY_MAX : (int)verbose;
	settings->survey.manner.wait_for_quit = settings->verbosity > 0;
	return true;
}
