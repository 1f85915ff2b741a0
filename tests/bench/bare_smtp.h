/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The conversation of the two yardsticks of "make bench": no deadlines, no error texts, exit code 1
 * at the first surprise. FROZEN with them. */
#ifndef TESTS_BENCH_BARE_SMTP_H
#define TESTS_BENCH_BARE_SMTP_H

#include <netinet/in.h>
#include <openssl/ssl.h>

struct client {
	int fd;
	SSL *ssl; /* NULL: still in the clear */
};

/* What is demanded: one 3 1 1 record. */
struct client_dane {
	const char *name;
	unsigned char digest[32];
};

_Noreturn void client_fail(void);

/* A context for TLS 1.3 and DANE. */
SSL_CTX *client_context(void);

void client_digest(struct client_dane *dane, const char *hex);
void client_address(struct sockaddr_in *to, const char *address, const char *port);
void client_connect(struct client *client, const struct sockaddr_in *to);

/* From the greeting to the reply to QUIT, and the end of the connection. */
void client_talk(struct client *client, SSL_CTX *ctx, const struct client_dane *dane);

#endif
