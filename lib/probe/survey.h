/* The story of one run: resolve, choose targets, decide what each must prove, probe until one lets
 * us in, and put everything learned into one report. The root source of the loop. */
#ifndef PROBE_SURVEY_H
#define PROBE_SURVEY_H

#include "base/event.h"
#include "dns/resolver.h"
#include "io/loop.h"
#include "probe/report.h"
#include "probe/targets.h"
#include "tls/tls_client.h"

/* Durations a run grants. */
struct survey_times {
	usec connect;  /* TCP connect, per attempt */
	usec greeting; /* wait for the 220 */
	usec command;  /* each later step */
	usec dns;      /* all lookups together */
};

/* What to do. Borrowed for the survey's life; nothing here changes during a run. */
struct survey_spec {
	const struct destination *destination;
	uint16_t port; /* resolved from the destination, --port or the default */
	struct tls_wish wish;
	struct target_order order;
	const char *connect_address; /* --address: numeric, NULL */
	const char *helo;            /* NULL: the socket's address literal, "[192.0.2.1]" */
	enum smtp_tls_mode mode;
	bool force_tlsa;       /* -f: ask for TLSA of insecure hosts too and believe a signed answer */
	bool wait_for_quit;    /* somebody watches: show the 221 */
	const char *self_test; /* "ns:.": checked by survey_self_test_parse(); NULL: no self-test */
	struct survey_times times;
	usec timeout; /* the run's deadline as a duration, for the report */
	const struct tls_settings *tls;
	struct trace *trace; /* NULL: nobody listens */
	bool resolver_remote;
	const char *resolver_servers;
};

struct survey;

/* Split "[type:]name" of --dnssec-probe, type ns without one; ERR_USAGE names the value and what is
 * allowed. */
bool survey_self_test_parse(
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
