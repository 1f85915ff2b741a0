/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a monitor and Postfix part ways: all that the programs do differently with the same
 * settings, each in one word. There are two sets and no others. A data header. */
#ifndef BASE_HABITS_H
#define BASE_HABITS_H

#include <stdbool.h>

struct habits {
	/* whom to ask and what to make of the answers */
	bool asks_in_turn;    /* each question when the story needs its answer, and all addresses before
							 the first connection, ranked over all hosts; else all questions together,
							 TLSA included, whether or not it will count */
	bool asks_to_explain; /* more than a sender needs: TLSA that cannot count, TLSA where nobody
							 looks, and whether absence is proven */
	bool obeys_dnssec_probe; /* the question that shows validation is main.cf's: with its type, at
								every level, when no reply was signed */
	bool tells_once;         /* the listener hears of an answer once, and of hosts without address
								only when there is no other */
	bool keeps_lists;   /* hosts and addresses as the answers list them, duplicates too; a null MX
						   wins over others */
	bool drops_records; /* of an answer, with a warning: all behind the hundredth, and those whose
						   name no host can have; hundred addresses of all hosts are enough */
	bool checks_hosts;  /* a name or an address that no host can have is not tried */
	bool takes_numeric_names;     /* a host's name that is an address is one, wherever it stands */
	bool survives_missing_domain; /* a domain that does not exist is its own host, as one without
									 MX records */
	bool leaves_tlsa_to_library;  /* odd records too, but for those that are dropped beforehand */
	bool takes_loop_for_absence;  /* a TLSA name in a circle of aliases is not there */

	/* what a host must prove */
	bool trusts_next_hop;      /* DANE-TA: its name, although the MX answer was not signed */
	bool names_typed_host;     /* DANE-TA without MX: its name beside the TLSA base */
	bool resorts_to_secure;    /* without usable TLSA; else as a sender at the level it comes to */
	bool prefers_certificates; /* where DANE was wished for, anonymous suites come last */

	/* how it talks */
	bool hangs_up_when_refused;  /* no QUIT behind a no in clear; else wherever one is allowed */
	bool goes_on_in_tls;         /* to QUIT, whatever becomes of the EHLO inside TLS */
	bool takes_codeless_replies; /* for ones with code 0; else they are no SMTP */
	bool quotes_whole_replies;   /* for a refusal: code and text, lines joined by newlines */

	/* what it is given */
	bool bears_bad_files; /* and values: what Postfix warns of is put up with, what disables TLS
							 there is ERR_LOCAL, a trust anchor file that fails ERR_USAGE in the
							 words of its fatal error; else all are ERR_USAGE about the setting */
};

extern const struct habits habits_monitor; /* check_smtp_tls: what senders would find, and why */
extern const struct habits habits_postfix; /* smtp-tls-finger: what posttls-finger does */

#endif
