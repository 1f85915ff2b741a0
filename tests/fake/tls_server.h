/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_TLS_SERVER_H
#define TESTS_FAKE_TLS_SERVER_H
/* The TLS side of a scripted server: a context made from the words behind "tls" in a script.
 *
 *   CERT [min=TLSv1.2] [max=TLSv1.2] [ciphers=LIST] [groups=LIST] [sigalgs=LIST] [tickets=N]
 * [lifetime=S] [nosessions|ids] [noresume] [sni=NAME [other=CERT|required]] [also=CERT]
 * [clientcert|needcert] [anon] [ticketdata=N] [drops=N|resets=N] [fails|mayfail]
 *
 * tickets: how many TLS 1.3 gets; lifetime: for how many seconds they are good; all servers take
 * each other's tickets, as one behind a load balancer. nosessions: neither tickets nor session ids.
 * ids: the server keeps the sessions itself, and knows only those of the same "tls" line. noresume:
 * sessions are handed out but not taken back. other: what clients get that do not name sni; with
 * required they get an alert instead. also: a second certificate of another key type. ticketdata:
 * so many octets more in each ticket. clientcert: ask for the client's; needcert: and refuse those
 * without. drops, resets: as a middlebox that has no room for more than N octets of ClientHello: a
 * larger one gets no answer, or a reset. fails: the handshake must fail for the step to hold. */
#include "../pki/pki.h"
#include "words.h"
#include <openssl/ssl.h>

enum tls_outcome { TLS_MUST_WORK, TLS_MUST_FAIL, TLS_MAY_FAIL };

struct tls_server {
	SSL_CTX *context;
	SSL_CTX *other; /* for clients without the name in sni */
	const char *sni;
	bool sni_required;
	bool forgetful; /* of sessions */
	long hello_max; /* octets of ClientHello; 0: any */
	bool hello_reset;
	size_t ticket_data; /* octets of our own in each ticket */
	enum tls_outcome outcome;
};

/* The words from first on. False, and why, when they make no server. */
bool tls_server_make(struct tls_server *server, struct pki *pki, const struct words *words,
	size_t first, const char **why);
/* Before each handshake: forgets what it is to forget. */
void tls_server_meet(const struct tls_server *server);
void tls_server_free(struct tls_server *server);
/* Makes one and lets it go: what the library sets up the first time and the certificate that nearly
 * every server has are then there for all children of this process, which would each take 10 ms to
 * do the same. */
void tls_server_warm(void);

#endif
