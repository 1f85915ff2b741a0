/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The command line of smtp-tls-fleet: its own options, and those of check_smtp_tls as defaults for
 * all domains; and what a line of the list makes of them. */
#ifndef SMTP_TLS_FLEET_OPTIONS_H
#define SMTP_TLS_FLEET_OPTIONS_H

#include "check_smtp_tls.d/options.h"
#include "smtp-tls-fleet.d/list_line.h"
#include "smtp-tls-fleet.d/submit_config.h"

enum fleet_option {
	FLEET_PARALLEL = OPTION_COUNT,
	FLEET_CONNECTIONS,
	FLEET_PER_ADDRESS_RATE,
	FLEET_FIRST,
	FLEET_RESUME,
	FLEET_MAX_AGE,
	FLEET_FAIL_ON,
	FLEET_SUMMARY,
	FLEET_SUBMIT,
	FLEET_SUBMIT_CONFIG,
	FLEET_OPTIONS_END
};

enum fleet_summary {
	FLEET_SUMMARY_AUTO,
	FLEET_SUMMARY_FULL,
	FLEET_SUMMARY_LINE,
	FLEET_SUMMARY_NONE
};

/* Most domains at a time. */
#define FLEET_PARALLEL_MAX 10000

struct fleet_settings {
	struct option_values files; /* none: standard input */
	int parallel;               /* domains at a time */
	int connections;            /* at a time, over all domains */
	int per_address_rate;       /* new connections to one address in a minute; 0: any number */
	const char *resume;         /* NULL: everything is to be done */
	int64_t max_age;            /* seconds; INT64_MAX: any */
	bool fails;                 /* --fail-on is given */
	enum state fail_on;
	enum fleet_summary summary;
	bool submits; /* --submit is given */
	struct submit_target target;
	struct submit_config config;
	struct settings shared; /* complete, but about no domain: what all of them have */
};

/* The command line; argv[0] is passed over. The draft's settings are the defaults of all domains.
 */
enum options_outcome fleet_options_parse(struct fleet_settings *fleet, struct option_draft *draft,
	const struct arguments *arguments, struct err *err);

/* What the domain of a line is to be checked with; false with an err that says what is wrong with
 * the line. All of it lives in the arena or is borrowed from the defaults. */
bool fleet_options_line(struct settings *settings, struct arena *arena,
	const struct option_draft *defaults, const struct list_line *line, struct err *err);

/* The whole of --help, or of it for programs. */
void fleet_print_help(struct text *text, enum help_extent extent);

#endif
