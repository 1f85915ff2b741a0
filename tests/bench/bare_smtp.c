/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The conversation of the two yardsticks. FROZEN with them. */
#include "bare_smtp.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void client_fail(void) {
	exit(1);
}

static int client_read(struct client *client, char *at, int max) {
	if (client->ssl != NULL) {
		return SSL_read(client->ssl, at, max);
	}
	return (int)read(client->fd, at, (size_t)max);
}

/* One whole reply, of which only the code matters. */
static void client_want(struct client *client, const char *code) {
	char reply[4096];
	size_t have = 0;
	for (;;) {
		int n = client_read(client, reply + have, (int)(sizeof reply - 1 - have));
		if (n <= 0 || have + (size_t)n >= sizeof reply - 1) {
			client_fail();
		}
		have += (size_t)n;
		reply[have] = '\0';
		if (reply[have - 1] != '\n') {
			continue;
		}
		size_t start = have - 1;
		while (start > 0 && reply[start - 1] != '\n') {
			start--;
		}
		if (have - start >= 5 && reply[start + 3] != '-') {
			if (memcmp(reply + start, code, 3) != 0) {
				client_fail();
			}
			return;
		}
	}
}

static void client_say(struct client *client, const char *line) {
	int len = (int)strlen(line);
	int n = client->ssl != NULL ? SSL_write(client->ssl, line, len)
								: (int)write(client->fd, line, (size_t)len);
	if (n != len) {
		client_fail();
	}
}

static SSL *client_handshake(
	SSL_CTX *ctx, const struct client *client, const struct client_dane *dane) {
	SSL *ssl = SSL_new(ctx);
	if (ssl == NULL || SSL_dane_enable(ssl, dane->name) <= 0 ||
		SSL_dane_tlsa_add(ssl, 3, 1, 1, dane->digest, sizeof dane->digest) <= 0) {
		client_fail();
	}
	SSL_set_tlsext_host_name(ssl, dane->name);
	SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
	if (SSL_set_fd(ssl, client->fd) != 1 || SSL_connect(ssl) != 1 ||
		SSL_get_verify_result(ssl) != X509_V_OK) {
		client_fail();
	}
	return ssl;
}

SSL_CTX *client_context(void) {
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	if (ctx == NULL || SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) != 1 ||
		SSL_CTX_dane_enable(ctx) <= 0) {
		client_fail();
	}
	return ctx;
}

void client_digest(struct client_dane *dane, const char *hex) {
	if (strlen(hex) != 2 * sizeof dane->digest) {
		client_fail();
	}
	for (size_t i = 0; i < sizeof dane->digest; i++) {
		char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
		dane->digest[i] = (unsigned char)strtoul(pair, NULL, 16);
	}
}

void client_address(struct sockaddr_in *to, const char *address, const char *port) {
	*to = (struct sockaddr_in){.sin_family = AF_INET};
	to->sin_port = htons((unsigned short)strtoul(port, NULL, 10));
	if (inet_pton(AF_INET, address, &to->sin_addr) != 1) {
		client_fail();
	}
}

void client_connect(struct client *client, const struct sockaddr_in *to) {
	int on = 1;
	client->ssl = NULL;
	client->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(client->fd, (const struct sockaddr *)to, sizeof *to) != 0 ||
		setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
		client_fail();
	}
}

void client_talk(struct client *client, SSL_CTX *ctx, const struct client_dane *dane) {
	client_want(client, "220");
	client_say(client, "EHLO min.example\r\n");
	client_want(client, "250");
	client_say(client, "STARTTLS\r\n");
	client_want(client, "220");
	client->ssl = client_handshake(ctx, client, dane);
	client_say(client, "EHLO min.example\r\n");
	client_want(client, "250");
	client_say(client, "QUIT\r\n");
	client_want(client, "221");
	SSL_free(client->ssl);
	close(client->fd);
}
