/* The yardstick of "make bench": the least code that asks what check_smtp_tls asks, hard-coded.
 * Stock OpenSSL with its configuration, one 3 1 1 record, greeting, EHLO, STARTTLS, TLS 1.3, EHLO,
 * QUIT and its reply. No DNS, no deadlines, no error texts.
 *
 * FROZEN after its first commit: a yardstick that is trimmed along with what it measures shows
 * nothing.
 *
 * usage: min_client ADDRESS PORT NAME SHA256-HEX-OF-THE-PUBLIC-KEY */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct client {
	int fd;
	SSL *ssl; /* NULL: still in the clear */
};

static void client_fail(void) {
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

static SSL *client_handshake(SSL_CTX *ctx, const struct client *client, char *argv[]) {
	unsigned char digest[32];
	for (size_t i = 0; i < sizeof digest; i++) {
		char pair[3] = {argv[4][2 * i], argv[4][2 * i + 1], '\0'};
		digest[i] = (unsigned char)strtoul(pair, NULL, 16);
	}
	SSL *ssl = SSL_new(ctx);
	if (ssl == NULL || SSL_dane_enable(ssl, argv[3]) <= 0 ||
		SSL_dane_tlsa_add(ssl, 3, 1, 1, digest, sizeof digest) <= 0) {
		client_fail();
	}
	SSL_set_tlsext_host_name(ssl, argv[3]);
	SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
	if (SSL_set_fd(ssl, client->fd) != 1 || SSL_connect(ssl) != 1 ||
		SSL_get_verify_result(ssl) != X509_V_OK) {
		client_fail();
	}
	return ssl;
}

int main(int argc, char *argv[]) {
	if (argc != 5 || strlen(argv[4]) != 64) {
		client_fail();
	}
	struct sockaddr_in to = {.sin_family = AF_INET};
	to.sin_port = htons((unsigned short)strtoul(argv[2], NULL, 10));
	struct client client = {socket(AF_INET, SOCK_STREAM, 0), NULL};
	int on = 1;
	if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1 ||
		connect(client.fd, (struct sockaddr *)&to, sizeof to) != 0 ||
		setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0) {
		client_fail();
	}
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	if (ctx == NULL || SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) != 1 ||
		SSL_CTX_dane_enable(ctx) <= 0) {
		client_fail();
	}
	client_want(&client, "220");
	client_say(&client, "EHLO min.example\r\n");
	client_want(&client, "250");
	client_say(&client, "STARTTLS\r\n");
	client_want(&client, "220");
	client.ssl = client_handshake(ctx, &client, argv);
	client_say(&client, "EHLO min.example\r\n");
	client_want(&client, "250");
	client_say(&client, "QUIT\r\n");
	client_want(&client, "221");
	SSL_free(client.ssl);
	SSL_CTX_free(ctx);
	close(client.fd);
	return 0;
}
