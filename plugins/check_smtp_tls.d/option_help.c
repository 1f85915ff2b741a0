/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* --help, made of the option table. */
#include "build_config.h"

#include "check_smtp_tls.d/option_table.h"

/* Headings stand in front of the option that opens their group. */
static const struct {
	enum option_id first;
	const char *heading;
} groups[] = {
	{OPTION_HOSTNAME, "Destination"},
	{OPTION_LEVEL, "TLS"},
	{OPTION_FORCE_TLSA_LOOKUP, "DNS and DANE"},
	{OPTION_WARNING, "Judgement"},
	{OPTION_TIMEOUT, "Time"},
	{OPTION_OUTPUT_FORMAT, "Output"},
};

static void print_heading(struct text *text, enum option_id id) {
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		if (groups[i].first == id) {
			text_addf(text, "\n%s:\n", groups[i].heading);
		}
	}
}

/* What a newcomer needs; --help has these alone. */
static const enum option_id first_options[] = {OPTION_HOSTNAME, OPTION_PORT, OPTION_LEVEL,
	OPTION_ALL, OPTION_CERTIFICATE, OPTION_STATE, OPTION_NAMESERVER, OPTION_SENDER_VIEW,
	OPTION_NEXT, OPTION_OUTPUT_FORMAT, OPTION_VERBOSE, OPTION_EXPLAIN};

static void print_name(struct text *text, const struct option_row *row, const char *name) {
	text_add(text, name);
	if (row->argument != NULL) {
		text_addf(text, row->attached_only ? "[=%s]" : "=%s", row->argument);
	}
}

void option_print_row(struct text *text, const struct option_row *row) {
	text_add(text, " ");
	if (row->letter != '\0') {
		text_addf(text, "-%c, ", row->letter);
	}
	print_name(text, row, row->name);
	for (size_t i = 0; i < 2 && row->aliases[i] != NULL; i++) {
		text_add(text, ", ");
		print_name(text, row, row->aliases[i]);
	}
	text_add(text, "\n    ");
	for (const char *c = row->help; *c != '\0'; c++) {
		text_add_span(text, (struct span){(const uint8_t *)c, 1});
		text_add(text, *c == '\n' ? "    " : "");
	}
	text_add(text, "\n");
}

static void print_first(struct text *text) {
	text_addf(text, "\nThe first options (--help=all has all %d of them):\n", (int)OPTION_COUNT);
	for (size_t i = 0; i < sizeof first_options / sizeof first_options[0]; i++) {
		option_print_row(text, &option_table[first_options[i]]);
	}
}

void option_print_rows(struct text *text, const struct option_dialect *dialect) {
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		print_heading(text, option_table[i].id);
		if (dialect == NULL || dialect->allows(&option_table[i], NULL)) {
			option_print_row(text, &option_table[i]);
		}
	}
}

static void print_all(struct text *text) {
	option_print_rows(text, NULL);
	text_add(text,
		"\nLong names are written in full. There are no other arguments. A value that starts\n"
		"with '-' is written --option=-value. RANGE is written as in the monitoring plugin\n"
		"guidelines: 10 alerts outside 0 to 10, 10: below 10, ~:10 above 10, @10:20 inside.\n");
}

void option_print_table(struct text *text, const struct option_row *rows, size_t n,
	const struct option_dialect *dialect) {
	for (size_t i = 0; i < n; i++) {
		const struct option_row *row = &rows[i];
		if (dialect != NULL && !dialect->allows(row, NULL)) {
			continue;
		}
		if (row->letter != '\0') {
			text_addf(text, "-%c", row->letter);
		}
		text_addf(text, "\t%s", row->name);
		for (size_t k = 0; k < 2 && row->aliases[k] != NULL; k++) {
			text_addf(text, " %s", row->aliases[k]);
		}
		text_addf(text, row->attached_only ? "\t[%s]\t" : "\t%s\t",
			row->argument != NULL ? row->argument : "");
		if (row->words != NULL) {
			keyword_list(row->words, text);
		}
		text_add(text, "\t");
		for (const char *c = row->help; *c != '\0'; c++) {
			text_add_span(text, (struct span){(const uint8_t *)(*c == '\n' ? " " : c), 1});
		}
		text_add(text, "\n");
	}
}

void option_print_help(struct text *text, enum help_extent extent) {
	if (extent == HELP_TABLE) {
		option_print_table(text, option_table, OPTION_COUNT, NULL);
		return;
	}
	text_add(text,
		"check_smtp_tls v" PACKAGE_VERSION "\n"
		"Checks that a mail server offers SMTP or LMTP over TLS that senders can trust, by\n"
		"DANE (RFC 7672), by certificate authorities or by fingerprint.\n\n"
		"Usage: check_smtp_tls -H DESTINATION [option ...]\n"
		"       check_smtp_tls --help[=all] | --version | --list-findings | --explain FINDING\n");
	if (extent == HELP_ALL) {
		print_all(text);
	} else {
		print_first(text);
	}
	text_add(text,
		"\nExamples:\n"
		"  check_smtp_tls -H example.org\n"
		"      DANE where the domain publishes it: the MX host that accepts a connection first\n"
		"  check_smtp_tls -H '[mx1.example.org]' -l dane-only -D 14,7 -v\n"
		"      one host that must prove itself by DANE, with the trace\n"
		"  check_smtp_tls -H mail.example.org --no-mx -p submission -l verify\n"
		"      a submission server with a certificate from a public CA\n"
		"  check_smtp_tls -H unix:/run/dovecot/lmtp -l none\n"
		"      LMTP on a UNIX socket\n"
		"\nExit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (also help and usage errors)\n");
}
