/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One node from connect to QUIT: a source. What is said comes from smtp_talk, what is waited for
 * is here; the only place where SMTP and TLS meet. */
#ifndef PROBE_PROBE_H
#define PROBE_PROBE_H

#include "base/event.h"
#include "io/loop.h"
#include "probe/node_order.h"
#include "probe/result.h"
#include "probe/survey_spec.h"
#include "probe/tls_policy.h"
#include "tls/tls_client.h"

/* What to probe. Borrowed for the probe's life. */
struct probe_spec {
	const struct node_name *peer;
	const struct sockaddr *sockaddr;
	socklen_t sockaddr_len;
	enum mail_protocol protocol;
	struct probe_manner manner; /* its mode is this node's */
	const struct tls_policy *policy;
	const struct tls_wish *wish; /* fingerprints */
	const struct habits *habits;
	enum tls_ending ending;   /* of TLS, behind QUIT */
	const char *session_peer; /* "[192.0.2.1]:25", or the path of a UNIX socket: whose sessions are
								 kept; NULL: neither look up nor store */
	struct trace *trace;
	int id;

	/* Of one connection among several to the same address: a visit sets these. */
	int pass; /* events carry it */
	enum smtp_errand errand;
	enum tls_key_type key_type;
	enum tls_hello hello;
	const char *tries; /* what it is for, in words of the trace; NULL: the probe itself */
};

struct probe;

struct probe *probe_new(
	struct arena *arena, const struct probe_spec *spec, struct tls_context *context, usec now);
struct source *probe_source(struct probe *probe);

/* True once the TCP connection stands: a sending MTA would stay with this node. */
bool probe_is_connected(const struct probe *probe);

/* What is known so far; complete once the source said PROGRESS_DONE. A copy. */
struct result probe_result(struct probe *probe);

/* The same of a probe that goes on: of a handshake that is under way nothing is told, for what is
 * known of it is summed up once. */
struct result probe_glance(const struct probe *probe);

/* The dialogue is over: give back what long replies took beyond their first lines. */
void probe_shorten(struct probe *probe);

/* The same, and nobody asks what the replies were: of a connection behind the first. */
void probe_drop_replies(struct probe *probe);

/* Close the connection, with QUIT already sent or not. Accepts NULL. */
void probe_free(struct probe *probe);

#endif
