/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything the command line decides. Built by options_parse(), const from then on. Strings and
 * arrays are borrowed from argv or live in the arena given to the parser. */
#ifndef CHECK_SMTP_TLS_SETTINGS_H
#define CHECK_SMTP_TLS_SETTINGS_H

#include "dns/resolver.h"
#include "probe/survey.h"
#include "render/formats.h"
#include "smtp/destination.h"
#include "tls/tls_client.h"
#include "verdict/limits.h"

/* Whether the exit code is the state, or always 0 (--exit-ok). */
enum exit_style { EXIT_STYLE_STATE, EXIT_STYLE_ALWAYS_OK };

enum help_extent {
	HELP_FIRST, /* the options to know first */
	HELP_ALL,
	HELP_TABLE /* for programs: a line for each option, with tabs between its columns */
};

struct settings {
	/* what to probe and how */
	struct survey_spec survey; /* what points to things that come with a run is not set yet */
	struct destination destination;
	const char *refused;     /* with OPTIONS_BAD: whom they are about; NULL: not known */
	const char *written;     /* the destination with other letters than ASCII; NULL: it has none */
	struct tls_settings tls; /* .now is the time dates are judged at */

	int64_t started_at; /* now, in seconds since the epoch */

	/* name servers */
	const char *const *nameservers; /* n_nameservers 0: resolv.conf */
	size_t n_nameservers;
	enum resolver_hosts hosts;

	/* judgement and output */
	const char *const *warnings; /* of Postfix parameters, for the trace */
	size_t n_warnings;
	struct limits limits;
	bool issuers_given; /* --issuers, be it "none" */
	enum output_format format;
	enum perfdata_style perfdata;
	enum exit_style exit_style;
	enum help_extent help;
	enum finding_id explain; /* with --explain */
	bool print_chain;        /* PEM behind the lines about nodes */
	int verbosity;           /* 0 to 3 */
	unsigned log;            /* what the trace shows of TLS: of enum finger_show */
};

#endif
