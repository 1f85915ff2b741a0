/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From DNS answers to an ordered list of hosts and addresses. Pure: randomness is an argument. */
#ifndef PROBE_NODE_ORDER_H
#define PROBE_NODE_ORDER_H

#include <sys/socket.h>

#include "base/arena.h"
#include "probe/report.h"
#include "probe/survey_spec.h"

/* Postfix looks at no more records of one answer, nor at more addresses of all hosts. */
#define NODES_LISTED_MAX 100U

/* One address to connect to. */
struct node_address {
	int family;                       /* 4 or 6 */
	const char *text;                 /* numeric */
	struct sockaddr_storage sockaddr; /* with the port */
	socklen_t sockaddr_len;
};

/* Hosts of an MX or SRV answer. */
struct mx_hosts {
	struct report_host *hosts;
	size_t n;
	bool null_mx; /* the answer says that there is no such service (RFC 7505, RFC 2782): no hosts */
	bool null_mixed; /* a null MX stands beside others and was left out */
	bool too_many;   /* there are more than REPORT_NODES_MAX: the rest was left out */
};

/* False for a target that says "no such service": the root. */
bool record_names_a_host(const struct dns_record *record);

/* Best preference first; equal preferences in order of name (or shuffled); the same host twice
 * counts once, with its better preference. A target "." beside others is left out. Names are
 * borrowed from the answer. */
struct mx_hosts hosts_from_mx(struct arena *arena, const struct dns_answer *answer, uint16_t port,
	const struct node_order *order);

/* Best priority first; equal priorities by weighted chance (RFC 2782) when shuffled, else the
 * greater weight first, then by name. Each host has the port of its record; the same host and port
 * counts once. */
struct mx_hosts hosts_from_srv(
	struct arena *arena, const struct dns_answer *answer, const struct node_order *order);

/* Addresses of one host from its A and AAAA answers (either may be NULL), duplicates merged:
 * preferred family first (none: IPv6), then address order, or shuffled. Families not in use are
 * left out, and where habits check hosts, addresses that none can have. */
size_t node_addresses(struct arena *arena, const struct dns_question *a,
	const struct dns_question *aaaa, uint16_t port, const struct node_order *order,
	struct node_address **addresses);

/* False for an address that no host can have, of this family (4 or 6): "this network", broadcast,
 * multicast, also where an IPv6 address holds such an IPv4 address. Filtering resolvers answer so,
 * and a connection to 0.0.0.0 or :: ends at this very machine. */
bool targets_is_of_host(int family, struct span octets);

/* The address of an A or AAAA record, numeric, in the arena. */
const char *targets_address_text(struct arena *arena, const struct dns_record *record);

/* What decides when an address is tried among those of all hosts. */
struct node_rank {
	unsigned preference;
	int family;      /* 4 or 6; 0 where the preferred family does not count */
	size_t index;    /* place in the list that is being ordered */
	uint64_t chance; /* for node_order_rank() alone */
};

/* Order by preference, then preferred family; equals by chance when shuffled, else as they stand.
 */
void node_order_rank(struct node_rank *ranks, size_t n, const struct node_order *order);

/* The next number of a sequence that a seed starts: enough to spread load. */
uint64_t node_order_random(uint64_t *state);

/* A numeric address; false when the text is none. The text is borrowed. */
bool node_address_parse(struct node_address *address, const char *text, uint16_t port);

#endif
