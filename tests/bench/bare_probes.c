/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The yardstick of --all in "make bench": as many bare probes as there are nodes, one after the
 * other, in one process with one context, each as in min_client.c. FROZEN like it.
 *
 * usage: bare_probes PORT NAME SHA256-HEX-OF-THE-PUBLIC-KEY ADDRESS... */
#include "bare_smtp.h"

int main(int argc, char *argv[]) {
	if (argc < 5) {
		client_fail();
	}
	struct client_dane dane = {.name = argv[2]};
	client_digest(&dane, argv[3]);
	SSL_CTX *ctx = client_context();
	for (int i = 4; i < argc; i++) {
		struct sockaddr_in to;
		struct client client;
		client_address(&to, argv[i], argv[1]);
		client_connect(&client, &to);
		client_talk(&client, ctx, &dane);
	}
	SSL_CTX_free(ctx);
	return 0;
}
