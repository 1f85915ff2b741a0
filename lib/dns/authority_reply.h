/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What one name server of a zone said when it was asked itself, as plain values. A data header. */
#ifndef DNS_AUTHORITY_REPLY_H
#define DNS_AUTHORITY_REPLY_H

#include "dns/dns_answer.h"

enum authority_transport { AUTHORITY_UDP, AUTHORITY_TCP, AUTHORITY_TRANSPORTS };

enum authority_outcome {
	AUTHORITY_PENDING = 0, /* not asked, or the time was over before an answer could be due */
	AUTHORITY_NO_WAY,      /* nothing could be sent from here: no route, no socket */
	AUTHORITY_SILENT,      /* no answer to any of the tries */
	AUTHORITY_CLOSED,      /* the connection was refused or closed, or nobody has the port */
	AUTHORITY_MALFORMED,   /* what came is no answer to the question */
	AUTHORITY_ANSWERED     /* whatever its rcode */
};

struct authority_reply {
	enum authority_outcome outcome;
	struct dns_answer answer;
};

/* One question to one server, asked over each transport. */
struct authority_question {
	const char *name;
	enum dns_type type;
	struct authority_reply replies[AUTHORITY_TRANSPORTS];
};

#endif
