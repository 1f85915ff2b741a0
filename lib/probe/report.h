/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything one run found, as plain values: what the verdict judges and the renderers print. A
 * data header: no sockets, no library types. */
#ifndef PROBE_REPORT_H
#define PROBE_REPORT_H

#include "dns/dns_answer.h"
#include "dns/host_name.h"
#include "dns/tlsa.h"
#include "probe/auth_facts.h"
#include "probe/policy_facts.h"
#include "probe/result.h"
#include "probe/survey_spec.h"
#include "probe/tls_policy.h"
#include "smtp/policy_record.h"
#include "tls/tls_key_type.h"
#include "tls/tls_next.h"

#define REPORT_NODES_MAX 128U

/* One host and what the DNS says about it. Questions are NULL when not asked. */
struct report_host {
	const char *name;    /* "" for a UNIX socket */
	uint16_t preference; /* of the MX record */
	uint16_t port;
	const struct dns_question *a;
	const struct dns_question *aaaa;
	const struct dns_question *cname; /* R36: is the alias itself signed? */
	const struct dns_question
		*tlsa_questions[2]; /* in the order they count: expanded name, then original */
	size_t n_tlsa_questions;
	const struct dns_question *tlsa_used; /* the one whose records are in force or failed, NULL */
	/* About what cannot be there, NULL where not asked: a name, a type, and a name that has others
	 * below it. */
	const struct dns_question *denial_name;
	const struct dns_question *denial_type;
	const struct dns_question *denial_parent;
	enum tlsa_state tlsa_state;
	const char *canonical; /* end of the address CNAMEs; equal to name without */
	const char *tlsa_base;
	struct tlsa *tlsa; /* all records of tlsa_used, each with its reason when unusable */
	size_t n_tlsa;
	bool address_secure;             /* AD on the address answers that had records */
	enum host_name_fault name_fault; /* no sender takes this name for a host's */
	const char *faulty_name;         /* then: its own, or that at the end of its aliases */
	const char *no_host_address;     /* an answer that no host can have (0.0.0.0), NULL: none */
	bool lookup_failed;              /* no address could be learned, although one may exist */
	bool no_address;                 /* the name has no address */
	bool native;                     /* addresses came from getaddrinfo */
	/* For `next` of the report, where there are usable records: by file what its certificates prove
	 * by them; NULL without certificates. NULL: not looked at. */
	const struct tls_proof **next_proofs;
};

/* Demands that were not, or need not have been, those of the handshake. */
enum report_proof {
	REPORT_PROOF_HOST,   /* by CA, name of the host: MTA-STS, level verify */
	REPORT_PROOF_DOMAIN, /* by CA, name of the mail domain: level secure */
	REPORT_PROOF_DANE,   /* where there are usable TLSA records */
	REPORT_PROOFS
};

/* One address of one host: what is connected to. */
struct report_node {
	int id; /* what events about it carry as `node` */
	const struct report_host *host;
	const char *address; /* numeric, or a UNIX socket's path */
	int family;          /* 4, 6, or 0 for a UNIX socket */
	struct tls_policy policy;
	bool chosen;                                   /* a probe was started */
	struct result result;                          /* of the first connection */
	struct reconnects reconnects;                  /* those behind it, for session reuse */
	const struct tls_proof *proofs[REPORT_PROOFS]; /* of the first connection; NULL: not made */
	struct key_type key_types[TLS_KEY_TYPES];      /* by enum tls_key_type; the first is unused */
	struct large_hello large_hello;
};

/* A TXT record by which the mail domain announces something. */
struct report_announcement {
	const struct dns_question *question; /* NULL: not asked */
	bool known;                          /* answered in time: then */
	struct policy_record record;
};

enum report_end {
	REPORT_COMPLETE,
	REPORT_DEADLINE,    /* the run's deadline passed */
	REPORT_INTERRUPTED, /* a signal ended it */
	REPORT_BROKEN       /* err says what failed on this machine, or which file is bad */
};

/* What the DNS part waited for when the run ended early. */
enum report_phase { REPORT_PHASE_MX, REPORT_PHASE_HOSTS, REPORT_PHASE_PROBES, REPORT_PHASE_DONE };

struct report {
	const struct survey_spec *spec; /* what was to be done; the caller's */

	enum report_end end;
	enum report_phase phase;
	struct err err; /* with REPORT_BROKEN: ERR_USAGE (a bad file) or ERR_LOCAL */

	const struct dns_question
		*route_question; /* MX, or if the spec names a service SRV; NULL: no such lookup */
	bool mx_used;        /* hosts come from MX or SRV records */
	bool null_mx_mixed;  /* RFC 7505 3: a null MX beside others, which are visited */
	bool null_mx;        /* RFC 7505, or an SRV target "." */
	const struct dns_question
		*validation_check;                /* the validation probe, NULL when it was not needed */
	const struct dns_question *denial;    /* about a name that no zone has, NULL: not asked */
	const struct dns_question *bogus;     /* the first answer that did not validate, NULL */
	const struct dns_question *zone_keys; /* DNSKEY of the zone that signed it, NULL: not asked */
	const struct dns_question *zone_ds;   /* not signed: DS of its zone, NULL: not asked */
	const struct dns_question *misplaced; /* TLSA at _port._tcp.<mail domain>, NULL: not asked */
	struct report_announcement sts;       /* MTA-STS, at _mta-sts.<mail domain> */
	struct report_announcement tlsrpt;    /* TLSRPT, at _smtp._tls.<mail domain> */
	struct policy_facts policy;           /* of MTA-STS */
	const struct auth_facts *auth;        /* --auth-servers, NULL: not wanted */

	struct report_host *hosts; /* in the order of preference */
	size_t n_hosts;
	struct report_node *nodes; /* in the order they are tried */
	size_t n_nodes;
	bool too_many_nodes;

	const struct tls_next *next; /* --next: what will be deployed */
	size_t n_next;

	usec elapsed;     /* whole run */
	usec dns_elapsed; /* until the addresses of the first host were known; -1 without lookups */
	usec swept;       /* of it, waiting for nothing but name servers asked directly */
};

/* What a policy for the host is decided by. */
struct policy_host report_policy_host(const struct report_host *host);

/* The node the run is about: the one that was let in, else the last one tried; NULL without. */
const struct report_node *report_main_node(const struct report *report);

#endif
