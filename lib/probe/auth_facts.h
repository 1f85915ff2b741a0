/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the name servers of the zones with TLSA records said when they were asked one by one
 * (--auth-servers). A data header. */
#ifndef PROBE_AUTH_FACTS_H
#define PROBE_AUTH_FACTS_H

#include "dns/authority_reply.h"

#define AUTH_ZONES_MAX 8U    /* further ones are counted and not asked */
#define AUTH_OWNERS_MAX 8U   /* names with TLSA records in one zone; likewise */
#define AUTH_SERVERS_MAX 32U /* addresses of the name servers of one zone; likewise */

/* One address of one name server. */
struct auth_server {
	const char *name;
	const char *address; /* numeric */
	int family;          /* 4 or 6 */
	struct authority_question
		*questions; /* the zone's SOA, and TLSA of each owner; NULL: time was over */
};

/* Where TLSA records are looked for, without aliases. */
struct auth_owner {
	const char *name;
	bool secure; /* the resolver's answer was signed */
};

/* Hosts are decided at different times: the same zone may be here more than once, with other
 * owners. */
struct auth_zone {
	const char *name;
	struct auth_owner owners[AUTH_OWNERS_MAX];
	size_t n_owners;
	struct auth_server *servers;
	size_t n_servers;
	size_t n_left_out; /* addresses beyond AUTH_SERVERS_MAX */
	size_t n_nowhere;  /* name servers without an address that could be learned */
};

struct auth_lost {
	const char *name;
	const struct dns_question *failed; /* for NS, of the name or one above it; NULL: none did */
};

struct auth_facts {
	struct auth_zone *zones;
	size_t n_zones;
	size_t n_left_out;      /* owners for which there was no room */
	struct auth_lost *lost; /* owners whose zone could not be found out */
	size_t n_lost;
};

#endif
