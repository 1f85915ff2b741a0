/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run is to do: all that a survey is told. A data header. */
#ifndef PROBE_SURVEY_SPEC_H
#define PROBE_SURVEY_SPEC_H

#include "base/clock.h"
#include "base/event.h"
#include "base/habits.h"
#include "probe/reconnect_wish.h"
#include "probe/tls_policy.h"
#include "smtp/destination.h"
#include "smtp/smtp_talk.h"

struct tls_settings;
struct tls_context;
struct sharer;
struct tls_next_file;

/* Durations a run grants. */
struct survey_times {
	usec connect;  /* TCP connect, per attempt */
	usec greeting; /* wait for the 220 */
	usec command;  /* each later step */
	usec dns;      /* all lookups together */
};

/* How every node is talked to. */
struct probe_manner {
	const char *helo; /* NULL: the socket's address literal, "[192.0.2.1]" */
	enum smtp_tls_mode mode;
	struct survey_times times;
	bool wait_for_quit; /* somebody watches: show the 221 */
	size_t line_max;    /* octets kept of a reply line; 0: SMTP_LINE_MAX */
	int tcp_window;     /* socket buffers in octets; 0: the system's */
};

enum family_preference { FAMILY_ANY, FAMILY_IPV4, FAMILY_IPV6 };

/* How nodes are ordered. check_smtp_tls: not shuffled, IPv6 before IPv4, so that every run asks
 * the same host first. */
struct node_order {
	enum family_preference prefer;
	bool ipv4; /* families in use */
	bool ipv6;
	bool shuffle;                /* equal preferences in random order, as a sending MTA does */
	uint64_t seed;               /* for the shuffle */
	const struct habits *habits; /* the survey's */
};

/* Which nodes are probed. */
enum survey_scope {
	SURVEY_FIRST, /* in order, until one accepts the connection: as a sending MTA */
	SURVEY_ALL,   /* every address of every host, at the same time */
	SURVEY_DNS    /* none: what the DNS says about every host is all */
};

/* What is looked up of MTA-STS (RFC 8461). */
enum survey_sts {
	SURVEY_STS_OFF,
	SURVEY_STS_DNS,    /* whether the mail domain announces it */
	SURVEY_STS_CHECK,  /* and the policy that is announced */
	SURVEY_STS_REQUIRE /* the same; there must be one, and it must be enforced */
};

/* Is it to be told what senders with other demands would do? */
enum report_view {
	REPORT_VIEW_NONE,
	REPORT_VIEW_FACTS, /* in formats that have everything */
	REPORT_VIEW_ASKED  /* --sender-view */
};

/* What to do. Borrowed for the survey's life and its report's; nothing here changes
 * during a run. */
struct survey_spec {
	const struct habits *habits;
	const struct destination *destination;
	const char *international; /* the destination's name before it was converted, which a trace is
								  told of at each lookup; NULL: was ASCII, or was told already */
	uint16_t port;             /* resolved from the destination, --port or the default */
	struct tls_wish wish;
	struct node_order order;
	struct probe_manner manner;
	const char *connect_address; /* --address: numeric, NULL */
	bool force_tlsa; /* -f: ask for TLSA of insecure hosts too and believe a signed answer */
	const char
		*validation_check; /* "ns:.": checked by validation_check_parse(); NULL: no self-test */
	usec timeout;          /* the run's deadline as a duration, for the verdict */
	const struct tls_settings *tls;
	/* A context made before, for tls_settings that were checked early; stays the caller's. NULL:
	 * the survey makes its own when the first question is on its way. */
	struct tls_context *context;
	/* For proofs behind all sessions, where sessions go on elsewhere in `context`. NULL: that. */
	struct tls_context *proof_context;
	struct sharer *sharer; /* whose connections are shared with other surveys; NULL: all are own */
	bool no_tls; /* TLS could not be set up: as if no server offered it (Postfix: "disabling
					TLS support"); wrapper mode has nothing left but QUIT in clear */
	const char *srv_service; /* SRV instead of MX, no fallback to addresses (RFC 2782, as RFC 6186):
								the service's name as given ("smtp"); NULL: MX */
	bool no_host_lookup;     /* -h "": no name is looked up */
	enum survey_scope scope;
	enum survey_sts mta_sts;
	enum report_view view;
	struct reconnect_wish reconnect;
	bool denial_probe; /* ask what cannot be there about each host */
	bool key_types;    /* one more handshake for each certificate type not yet seen */
	bool pq_probe;     /* and one with a post-quantum key share, which all others are without */
	const struct tls_next_file *next; /* --next: what will be deployed */
	size_t n_next;
	bool at_given;         /* dates are judged at another time than now (tls->now) */
	bool auth_servers;     /* ask the name servers of the TLSA records' zones one by one */
	const char *unix_name; /* host name in lines about a UNIX socket; NULL: "localhost" */
	struct trace *trace;   /* NULL: nobody listens */
	bool resolver_remote;
	const char *resolver_servers; /* for messages, NULL: unknown */
};

#endif
