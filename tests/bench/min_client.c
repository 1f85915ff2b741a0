/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The yardstick of "make bench": the least code that asks what check_smtp_tls asks, hard-coded.
 * Stock OpenSSL with its configuration, one 3 1 1 record, greeting, EHLO, STARTTLS, TLS 1.3, EHLO,
 * QUIT and its reply. No DNS, no deadlines, no error texts.
 *
 * FROZEN after its first commit: a yardstick that is trimmed along with what it measures shows
 * nothing.
 *
 * usage: min_client ADDRESS PORT NAME SHA256-HEX-OF-THE-PUBLIC-KEY */
#include "bare_smtp.h"

int main(int argc, char *argv[]) {
	if (argc != 5) {
		client_fail();
	}
	struct sockaddr_in to;
	struct client_dane dane = {.name = argv[3]};
	struct client client;
	client_address(&to, argv[1], argv[2]);
	client_digest(&dane, argv[4]);
	client_connect(&client, &to);
	SSL_CTX *ctx = client_context();
	client_talk(&client, ctx, &dane);
	SSL_CTX_free(ctx);
	return 0;
}
