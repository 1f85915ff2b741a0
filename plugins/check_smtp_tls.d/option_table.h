/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The one table of options: parsing, --help and the tests of man page, completion and Icinga file
 * all read it. */
#ifndef CHECK_SMTP_TLS_OPTION_TABLE_H
#define CHECK_SMTP_TLS_OPTION_TABLE_H

#include "base/text.h"
#include "check_smtp_tls.d/settings.h"
#include "config/postfix_params.h"

#define EHLO_RULES_MAX 64U

/* Most options that a program has beside the table. */
#define OPTION_OWN_MAX 16U

/* In the order of --help. */
enum option_id {
	OPTION_HOSTNAME,
	OPTION_PORT,
	OPTION_IPV4,
	OPTION_IPV6,
	OPTION_ADDRESS_FAMILY,
	OPTION_NO_MX,
	OPTION_SRV,
	OPTION_ADDRESS,
	OPTION_ALL,
	OPTION_DOWN_OK,
	OPTION_DNS_ONLY,
	OPTION_LMTP,
	OPTION_WRAPPER,
	OPTION_HELO,
	OPTION_LEVEL,
	OPTION_MATCH,
	OPTION_TRUST_ANCHOR,
	OPTION_CAFILE,
	OPTION_CAPATH,
	OPTION_NO_DEFAULT_CA,
	OPTION_DIGEST,
	OPTION_SERVERNAME,
	OPTION_CIPHERS,
	OPTION_PROTOCOLS,
	OPTION_CHAIN_FILES,
	OPTION_CLIENT_CERT,
	OPTION_PRIVATE_KEY,
	OPTION_ENABLE_RPK,
	OPTION_KEY_TYPES,
	OPTION_PQ_PROBE,
	OPTION_RECONNECT,
	OPTION_MAX_RECONNECTS,
	OPTION_PARAM,
	OPTION_MAIL_CONFIG,
	OPTION_FORCE_TLSA_LOOKUP,
	OPTION_INSECURE_MX_POLICY,
	OPTION_NAMESERVER,
	OPTION_HOST_LOOKUP,
	OPTION_DNSSEC_PROBE,
	OPTION_DENIAL_PROBE,
	OPTION_NEXT,
	OPTION_MTA_STS,
	OPTION_AUTH_SERVERS,
	OPTION_SENDER_VIEW,
	OPTION_WARNING,
	OPTION_CRITICAL,
	OPTION_CERTIFICATE,
	OPTION_RRSIG,
	OPTION_MIN_PROTOCOL,
	OPTION_MIN_KEY,
	OPTION_EXPECT,
	OPTION_EXPECT_EHLO,
	OPTION_FORBID_EHLO,
	OPTION_EXPECT_SECURITY,
	OPTION_ISSUERS,
	OPTION_STATE,
	OPTION_AT,
	OPTION_TIMEOUT,
	OPTION_TIMEOUT_RESULT,
	OPTION_CONNECT_TIMEOUT,
	OPTION_GREETING_TIMEOUT,
	OPTION_COMMAND_TIMEOUT,
	OPTION_DNS_TIMEOUT,
	OPTION_OUTPUT_FORMAT,
	OPTION_PERFDATA,
	OPTION_EXIT_OK,
	OPTION_VERBOSE,
	OPTION_LOG,
	OPTION_PRINT_CHAIN,
	OPTION_LIST_FINDINGS,
	OPTION_EXPLAIN,
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_COUNT
};

/* Values of an option that may be repeated, in the order given. */
struct option_values {
	const char **at;
	size_t n;
};

struct option_dialect;

/* What has been said so far. Values that stand alone go straight to the settings; those that need
 * another option to be understood wait here for option_rules. */
struct option_draft {
	struct arena *arena;
	struct settings *settings;
	const struct option_dialect *dialect;          /* NULL: that of check_smtp_tls */
	void *own;                                     /* where its own options go */
	unsigned given[OPTION_COUNT + OPTION_OWN_MAX]; /* how often */
	const unsigned *defaults; /* of these, what was given for many destinations; NULL: nothing */
	const char *hostname;
	const char *port;
	struct option_values matches;
	struct tls_next_file *next; /* room for TLS_NEXT_FILES_MAX; NULL: no --next yet */
	struct option_values trust_anchors;
	struct option_values nameservers;
	struct option_values down_ok;
	struct ehlo_rule *ehlo_rules; /* EHLO_RULES_MAX of them */
	struct option_values chain_files;
	struct option_values params_given; /* "name=value" */
	const char *mail_config;
	const char *environment_mail_config; /* MAIL_CONFIG; NULL: not set */
	const struct postfix_params *params; /* evaluated; NULL: there are none */
};

struct option_row;

/* Take the value (NULL for a flag); false with ERR_USAGE. */
typedef bool option_taker(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err);

struct option_row {
	enum option_id id;
	char letter;      /* '\0': none */
	const char *name; /* with its dashes, as in messages: "--hostname" */
	const char *aliases[2];
	const char *argument;        /* word in --help; NULL: a flag */
	bool attached_only;          /* a flag but for a value behind an equals sign */
	const char *help;            /* lines separated by '\n' */
	option_taker *take;          /* NULL: to be counted is all */
	size_t offset;               /* into settings, for the takers that store one plain value */
	const struct keyword *words; /* for option_take_word() */
};

extern const struct option_row option_table[OPTION_COUNT];

/* What another program makes of the table. */
struct option_dialect {
	const struct option_row *own; /* rows beside it; their ids are OPTION_COUNT and what follows */
	size_t n_own;
	/* Whether an option may stand here; false with ERR_USAGE, which says why not. */
	bool (*allows)(const struct option_row *row, struct err *err);
	/* What is no option; NULL: nothing may be. */
	bool (*operand)(struct option_draft *draft, const char *value, struct err *err);
};

/* By letter, by long name or alias (exact, with dashes; len counts); NULL when there is none. */
const struct option_row *option_find_letter(char letter);
const struct option_row *option_find_name(const char *name, size_t len);

/* The same among a program's own, which have no letters. */
const struct option_row *option_find_own(
	const struct option_dialect *dialect, const char *name, size_t len);

/* What we call the setting that an error is about; "" for none. */
const char *option_about(enum err_about about);

/* The long name that was probably meant, NULL when none is near. */
const char *option_near_name(const struct option_dialect *dialect, const char *name, size_t len);

/* --help, as much of it as was asked for. */
void option_print_help(struct text *text, enum help_extent extent);

/* Options as they stand there: one, and all of the table that a dialect allows, with headings. */
void option_print_row(struct text *text, const struct option_row *row);
void option_print_rows(struct text *text, const struct option_dialect *dialect);

/* Letter, names, argument, words that it can be, help: what completion is made of. Of these rows
 * those that the dialect allows; NULL: all. */
void option_print_table(struct text *text, const struct option_row *rows, size_t n,
	const struct option_dialect *dialect);

/* Was it given for this destination? What was given for many holds for those where it can. */
static inline bool option_given_here(const struct option_draft *draft, enum option_id id) {
	return draft->given[id] > (draft->defaults == NULL ? 0 : draft->defaults[id]);
}

#endif
