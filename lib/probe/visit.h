/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything done with one address, one connection at a time: the probe, then reconnects to see
 * whether sessions are resumed (posttls-finger -r), then one handshake for each certificate type
 * not yet seen, then one with a large ClientHello. A source; waiting between connections is a
 * wake-up of the loop. What becomes of a later connection never changes what is known of the first.
 */
#ifndef PROBE_VISIT_H
#define PROBE_VISIT_H

#include "probe/probe.h"
#include "probe/reconnect_wish.h"
#include "probe/report.h"

/* Borrowed for the visit's life. */
struct visit_spec {
	struct probe_spec probe; /* of the first connection */
	const char *destination; /* as the user wrote it, for the listener */
	struct reconnect_wish reconnect;
	bool key_types;
	bool pq_probe;
};

struct visit;

struct visit *visit_new(
	struct arena *arena, const struct visit_spec *spec, struct tls_context *context, usec now);
struct source *visit_source(struct visit *visit);

/* True once the first TCP connection stands: a sending MTA would stay with this node. */
bool visit_is_connected(const struct visit *visit);

/* What is known so far goes into the node: result, reconnects, key types, large ClientHello.
 * Complete once the source said PROGRESS_DONE. Copies. */
void visit_write(struct visit *visit, struct report_node *node);

/* The same of a visit that goes on, for somebody who does not wait for it. */
void visit_glance(const struct visit *visit, struct report_node *node);

/* Close the connection, with QUIT already sent or not. Accepts NULL. */
void visit_free(struct visit *visit);

#endif
