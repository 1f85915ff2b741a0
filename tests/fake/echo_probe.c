/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A small client that the self-tests of the fakes and of the runner run instead of the real
 * program: it asks one DNS question, or holds one SMTP session, and prints what it saw.
 *
 *   echo_probe [--nameserver ADDR:PORT] say TEXT EXIT
 *   echo_probe --nameserver ADDR:PORT dns NAME TYPE [ad] [do] [cd] [tcp] [size=N]
 *   echo_probe smtp ADDRESS PORT [starttls|wrapper] [sni=NAME] [lmtp] */
#include "dns_wire.h"
#include "words.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Silence of a name server is an answer, that of a mail server is only a busy machine. */
enum { DNS_WAIT_S = 3, WAIT_S = 20 };

static int fail(const char *what) {
	printf("failed: %s\n", what);
	return 3;
}

static long number_of(const char *word) {
	return strtol(word, NULL, 10);
}

static int open_socket(int type, const char *address, long port) {
	struct sockaddr_storage storage = {0};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&storage;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&storage;
	struct sockaddr_un *local = (struct sockaddr_un *)&storage;
	socklen_t len = sizeof *v4;
	if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((uint16_t)port);
	} else if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		len = sizeof *v6;
	} else {
		local->sun_family = AF_UNIX;
		snprintf(local->sun_path, sizeof local->sun_path, "%s", address);
		len = sizeof *local;
	}
	int fd = socket(storage.ss_family, type, 0);
	struct timeval limit = {.tv_sec = type == SOCK_DGRAM ? DNS_WAIT_S : WAIT_S};
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&storage, len) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool has_word(char **word, const char *wanted) {
	while (*word != NULL && strcmp(*word, wanted) != 0) {
		word++;
	}
	return *word != NULL;
}

static const char *value_of(char **word, const char *key) {
	while (*word != NULL && words_value(*word, key) == NULL) {
		word++;
	}
	return *word == NULL ? NULL : words_value(*word, key);
}

static void put_query(struct dns_out *out, const char *name, const char *type, char **flags) {
	const char *size = value_of(flags, "size");
	dns_put_u16(out, 0x1234);
	dns_put_u16(
		out, 0x0100U | (has_word(flags, "ad") ? 0x20U : 0) | (has_word(flags, "cd") ? 0x10U : 0));
	dns_put_u16(out, 1);
	dns_put_u32(out, 0);
	dns_put_u16(out, size != NULL || has_word(flags, "do") ? 1 : 0);
	dns_put_name(out, name);
	dns_put_u16(out, dns_type_of(type));
	dns_put_u16(out, 1);
	if (size != NULL || has_word(flags, "do")) {
		dns_put_u8(out, 0);
		dns_put_u16(out, TYPE_OPT);
		dns_put_u16(out, size == NULL ? 1232 : (unsigned int)number_of(size));
		dns_put_u32(out, has_word(flags, "do") ? 0x8000 : 0);
		dns_put_u16(out, 0);
	}
}

/* "rcode 0 ad answer 2 authority 0", then the octets of the message in hex. */
static void print_answer(const uint8_t *bytes, size_t len) {
	printf("rcode %d%s%s answer %d authority %d size %zu\n", bytes[3] & 15,
		(bytes[3] & 0x20) != 0 ? " ad" : "", (bytes[2] & 0x02) != 0 ? " tc" : "",
		bytes[6] << 8 | bytes[7], bytes[8] << 8 | bytes[9], len);
	for (size_t i = 12; i < len && i < 400; i++) {
		printf("%02x", bytes[i]);
	}
	printf("\n");
}

static size_t receive_tcp(int fd, uint8_t *bytes, size_t room) {
	size_t len = 0;
	while (len < 2 || len < 2 + ((size_t)bytes[0] << 8 | bytes[1])) {
		ssize_t got = recv(fd, bytes + len, room - len, 0);
		if (got <= 0) {
			return 0;
		}
		len += (size_t)got;
	}
	memmove(bytes, bytes + 2, len - 2);
	return len - 2;
}

static int ask(const char *server, char **word) {
	uint8_t bytes[DNS_MESSAGE_MAX + 2];
	const char *colon = server == NULL ? NULL : strrchr(server, ':');
	char address[64];
	if (colon == NULL || word[1] == NULL || word[2] == NULL) {
		return fail("usage");
	}
	snprintf(address, sizeof address, "%.*s", (int)(colon - server), server);
	bool tcp = has_word(word, "tcp");
	int fd = open_socket(tcp ? SOCK_STREAM : SOCK_DGRAM, address, number_of(colon + 1));
	struct dns_out out = {.bytes = bytes + 2, .room = 512};
	put_query(&out, word[1], word[2], word);
	bytes[0] = (uint8_t)(out.len >> 8);
	bytes[1] = (uint8_t)out.len;
	ssize_t sent = fd < 0 ? -1
				   : tcp  ? send(fd, bytes, out.len + 2, MSG_NOSIGNAL)
						  : send(fd, bytes + 2, out.len, 0);
	if (sent < 0) {
		return fail("cannot ask");
	}
	ssize_t got =
		tcp ? (ssize_t)receive_tcp(fd, bytes, sizeof bytes) : recv(fd, bytes, sizeof bytes, 0);
	close(fd);
	if (got < 12) {
		return fail("no answer");
	}
	print_answer(bytes, (size_t)got);
	return 0;
}

struct talk {
	int fd;
	SSL *ssl;
};

/* Reads and prints up to the last line of a reply; false when there is none. */
static bool hear(const struct talk *talk) {
	char line[1024];
	size_t len = 0;
	while (len < sizeof line - 1) {
		int got = talk->ssl != NULL ? SSL_read(talk->ssl, line + len, 1)
									: (int)recv(talk->fd, line + len, 1, 0);
		if (got != 1) {
			printf("closed or late\n");
			return false;
		}
		len++;
		if (line[len - 1] == '\n') {
			line[len] = '\0';
			printf("S: %s", line);
			if (len > 3 && line[3] != '-') {
				return true;
			}
			len = 0;
		}
	}
	return false;
}

static bool say(const struct talk *talk, const char *text) {
	char line[256];
	int len = snprintf(line, sizeof line, "%s\r\n", text);
	if (talk->ssl != NULL) {
		return SSL_write(talk->ssl, line, len) == len;
	}
	return send(talk->fd, line, (size_t)len, MSG_NOSIGNAL) == len;
}

static bool secure(struct talk *talk, SSL_CTX *context, const char *sni) {
	SSL_CTX_set_security_level(context, 0);
	SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
	talk->ssl = SSL_new(context);
	SSL_set_fd(talk->ssl, talk->fd);
	if (sni != NULL) {
		SSL_set_tlsext_host_name(talk->ssl, sni);
	}
	if (SSL_connect(talk->ssl) != 1) {
		printf("handshake failed\n");
		return false;
	}
	X509 *leaf = SSL_get0_peer_certificate(talk->ssl);
	char subject[256] = "none";
	if (leaf != NULL) {
		X509_NAME_oneline(X509_get_subject_name(leaf), subject, sizeof subject);
	}
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(talk->ssl);
	printf("TLS: %s %s subject %s chain %d\n", SSL_get_version(talk->ssl),
		SSL_get_cipher_name(talk->ssl), subject, chain == NULL ? 0 : sk_X509_num(chain));
	return true;
}

static bool converse(struct talk *talk, SSL_CTX *context, char **word) {
	const char *hello = has_word(word, "lmtp") ? "LHLO probe.test" : "EHLO probe.test";
	const char *sni = value_of(word, "sni");
	if (has_word(word, "wrapper") && !secure(talk, context, sni)) {
		return false;
	}
	if (!hear(talk) || !say(talk, hello) || !hear(talk)) {
		return false;
	}
	if (has_word(word, "starttls") &&
		(!say(talk, "STARTTLS") || !hear(talk) || !secure(talk, context, sni) ||
			!say(talk, hello) || !hear(talk))) {
		return false;
	}
	return say(talk, "QUIT") && hear(talk);
}

static int talk_smtp(char **word) {
	struct talk talk = {.fd = -1};
	if (word[1] == NULL || word[2] == NULL) {
		return fail("usage");
	}
	talk.fd = open_socket(SOCK_STREAM, word[1], number_of(word[2]));
	if (talk.fd < 0) {
		return fail("cannot connect");
	}
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	bool ok = converse(&talk, context, word);
	if (talk.ssl != NULL) {
		SSL_shutdown(talk.ssl);
	}
	SSL_free(talk.ssl);
	SSL_CTX_free(context);
	close(talk.fd);
	return ok ? 0 : 2;
}

int main(int argc, char **argv) {
	const char *server = NULL;
	char **word = argv + 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 3 && strcmp(word[0], "--nameserver") == 0) {
		server = word[1];
		word += 2;
	}
	if (word[0] != NULL && strcmp(word[0], "say") == 0 && word[1] != NULL && word[2] != NULL) {
		printf("%s\n", word[1]);
		return (int)strtol(word[2], NULL, 10);
	}
	if (word[0] != NULL && strcmp(word[0], "dns") == 0) {
		return ask(server, word);
	}
	if (word[0] != NULL && strcmp(word[0], "smtp") == 0) {
		return talk_smtp(word);
	}
	return fail("usage");
}
