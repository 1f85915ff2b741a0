/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The story of one run: resolve, choose nodes, decide what each must prove, probe until one lets
 * us in, and put everything learned into one report. The root source of the loop. */
#ifndef PROBE_SURVEY_H
#define PROBE_SURVEY_H

#include "base/event.h"
#include "base/habits.h"
#include "dns/resolver.h"
#include "io/loop.h"
#include "probe/node_order.h"
#include "probe/reconnect_wish.h"
#include "probe/report.h"
#include "tls/tls_client.h"

/* Durations a run grants. */
struct survey_times {
	usec connect;  /* TCP connect, per attempt */
	usec greeting; /* wait for the 220 */
	usec command;  /* each later step */
	usec dns;      /* all lookups together */
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
	SURVEY_STS_DNS /* whether the mail domain announces it */
};

/* What to do. Borrowed for the survey's life; nothing here changes during a run. */
struct survey_spec {
	const struct habits *habits;
	const struct destination *destination;
	const char *international; /* the destination's name before it was converted, which a trace is
								  told of at each lookup; NULL: was ASCII, or was told already */
	uint16_t port;             /* resolved from the destination, --port or the default */
	struct tls_wish wish;
	struct node_order order;
	const char *connect_address; /* --address: numeric, NULL */
	const char *helo;            /* NULL: the socket's address literal, "[192.0.2.1]" */
	enum smtp_tls_mode mode;
	bool force_tlsa;    /* -f: ask for TLSA of insecure hosts too and believe a signed answer */
	bool wait_for_quit; /* somebody watches: show the 221 */
	const char
		*validation_check; /* "ns:.": checked by validation_check_parse(); NULL: no self-test */
	struct survey_times times;
	usec timeout; /* the run's deadline as a duration, for the report */
	const struct tls_settings *tls;
	/* A context made before, for tls_settings that were checked early; stays the caller's. NULL:
	 * the survey makes its own when the first question is on its way. */
	struct tls_context *context;
	bool no_tls; /* TLS could not be set up: as if no server offered it (Postfix: "disabling
					TLS support"); wrapper mode has nothing left but QUIT in clear */
	const char *srv_service; /* SRV instead of MX: the service's name as given ("smtp"); NULL: MX */
	bool no_host_lookup;     /* -h "": no name is looked up */
	enum survey_scope scope;
	enum survey_sts mta_sts;
	enum report_view view;
	struct reconnect_wish reconnect;
	bool denial_probe; /* ask what cannot be there about each host */
	bool key_types;    /* one more handshake for each certificate type not yet seen */
	const struct tls_next_file *next; /* --next: what will be deployed */
	size_t n_next;
	bool at_given;         /* dates are judged at another time than now (tls->now) */
	bool auth_servers;     /* ask the name servers of the TLSA records' zones one by one */
	const char *unix_name; /* host name in lines about a UNIX socket; NULL: "localhost" */
	size_t line_max;       /* octets kept of a reply line; 0: SMTP_LINE_MAX */
	int tcp_window;        /* socket buffers in octets; 0: the system's */
	struct trace *trace;   /* NULL: nobody listens */
	bool resolver_remote;
	const char *resolver_servers;
};

struct survey;

/* Split "[type:]name", type ns without one; ERR_USAGE names the value and what is
 * allowed. */
bool validation_check_parse(
	struct dns_question *question, struct arena *arena, const char *spec, struct err *err);

/* A new survey; the resolver stays the caller's. Its first step sends the first question before
 * libssl is initialised. */
struct survey *survey_new(
	struct arena *arena, const struct survey_spec *spec, struct resolver *resolver, usec now);
struct source *survey_source(struct survey *survey);

/* The report, whichever way the loop ended; err is the loop's with LOOP_BROKEN. The report and all
 * it points to live in the arena. */
const struct report *survey_finish(
	struct survey *survey, enum loop_end end, const struct err *err, usec now);

/* Close sockets and free the TLS context. Accepts NULL. The report stays valid. */
void survey_free(struct survey *survey);

#endif
