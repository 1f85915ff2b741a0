/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A world of as many mail domains as anybody asks about: a resolver that validates, and mail
 * servers at all addresses of 127.0.0.0/8. It says where they are, the digest for 3 1 1, and serves
 * until its standard input is closed; then it says how many connections there were.
 *
 *   d7.test       every fifth has a host of its own, the others share fifty
 *   dead7.test    its host resets every connection
 *   tarpit7.test  its host lets clients wait and says nothing
 *   bogus7.test   its zone does not validate
 *
 * Its certificate is for the hosts that are shared; whom it is from stands in ROOT-FILE.
 *
 * usage: fleet_world DNS-ADDRESS DNS-PORT SMTP-PORT ROOT-FILE  (0: a free one) */
#include "../fake/dns_wire.h"
#include "../fake/tls_server.h"
#include "../pki/pki.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HOSTS_SHARED = 50, SERVERS = 6, OWNER_AT = 12 };

struct world {
	uint8_t spki[32];
	SSL_CTX *tls;
	unsigned *n_connections; /* of all processes */
	int udp;
	int tcp;
};

/* --- the resolver --- */

static unsigned number_in(const char *label) {
	return (unsigned)strtoul(label + strcspn(label, "0123456789"), NULL, 10);
}

static bool begins(const char *name, const char *with) {
	return strncmp(name, with, strlen(with)) == 0;
}

static void put_mx(struct dns_out *out, const struct dns_query *query) {
	unsigned n = number_in(query->name);
	char host[80];
	bool plain = query->name[0] == 'd' && query->name[1] != 'e';
	if (plain && n % 5 != 0) {
		(void)snprintf(host, sizeof host, "mx%u.shared.test.", n % HOSTS_SHARED);
	} else {
		(void)snprintf(host, sizeof host, "mx.%.*s", 70, query->name);
	}
	size_t at = dns_begin_record(out, query, query->name, TYPE_MX, 3600);
	dns_put_u16(out, 10);
	dns_put_name(out, host);
	dns_end_record(out, at);
}

/* "mx7.shared.test.", "mx.d7.test.", "mx.dead7.test." */
static uint32_t address_of(const char *host) {
	unsigned n = number_in(host);
	uint32_t net = strstr(host, ".shared.") != NULL ? 0x7f010000U
				   : begins(host, "mx.dead")        ? 0x7f030000U
				   : begins(host, "mx.tarpit")      ? 0x7f040000U
													: 0x7f020000U;
	return net | ((n / 250) << 8) | (n % 250 + 1);
}

static unsigned put_answer(
	const struct world *world, struct dns_out *out, const struct dns_query *query) {
	bool host = begins(query->name, "mx");
	if (query->type == TYPE_MX && !host && begins(query->name, "_") == false) {
		put_mx(out, query);
	} else if (query->type == TYPE_A && host) {
		size_t at = dns_begin_record(out, query, query->name, TYPE_A, 3600);
		dns_put_u32(out, address_of(query->name));
		dns_end_record(out, at);
	} else if (query->type == TYPE_TLSA && strstr(query->name, "._tcp.mx") != NULL) {
		size_t at = dns_begin_record(out, query, query->name, TYPE_TLSA, 3600);
		dns_put_u8(out, 3);
		dns_put_u8(out, 1);
		dns_put_u8(out, 1);
		dns_put_bytes(out, world->spki, sizeof world->spki);
		dns_end_record(out, at);
	} else if (query->type == TYPE_NS && strcmp(query->name, ".") == 0) {
		size_t at = dns_begin_record(out, query, ".", TYPE_NS, 3600);
		dns_put_name(out, "a.test.");
		dns_end_record(out, at);
	} else {
		return 0;
	}
	return 1;
}

static size_t compose(
	const struct world *world, struct dns_out *out, const struct dns_query *query) {
	bool bogus = strstr(query->name, "bogus") != NULL;
	out->len = 0;
	out->full = false;
	dns_put_u16(out, query->id);
	dns_put_u16(out, bogus ? (query->cd ? 0x8190 : 0x8182) : 0x81a0);
	dns_put_u16(out, 1);
	dns_put_u16(out, 0);
	dns_put_u32(out, 0);
	dns_put_bytes(out, query->question, query->question_len);
	if (!bogus || query->cd) {
		out->bytes[7] = (uint8_t)put_answer(world, out, query);
	}
	return out->len;
}

static void serve_dns(const struct world *world) {
	uint8_t bytes[1024];
	uint8_t reply[2048];
	struct dns_out out = {.bytes = reply, .room = sizeof reply};
	for (;;) {
		struct sockaddr_in from;
		socklen_t from_len = sizeof from;
		struct dns_query query;
		ssize_t n =
			recvfrom(world->udp, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_len);
		if (n > 0 && dns_query_parse(&query, bytes, (size_t)n)) {
			size_t len = compose(world, &out, &query);
			(void)sendto(world->udp, reply, len, 0, (struct sockaddr *)&from, from_len);
		}
	}
}

/* --- a mail server --- */

/* A command, of which only its end is looked at. */
static bool hear(int fd, SSL *ssl) {
	char line[512];
	ssize_t n = 0;
	do {
		n = ssl == NULL ? recv(fd, line, sizeof line, 0) : SSL_read(ssl, line, sizeof line);
	} while (n > 0 && line[n - 1] != '\n');
	return n > 0;
}

static bool say(int fd, SSL *ssl, const char *words) {
	size_t len = strlen(words);
	return ssl == NULL ? send(fd, words, len, MSG_NOSIGNAL) == (ssize_t)len
					   : SSL_write(ssl, words, (int)len) == (int)len;
}

static void talk(const struct world *world, int fd) {
	static const struct timeval patience = {10, 0};
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (!say(fd, NULL, "220 mx ESMTP\r\n") || !hear(fd, NULL) ||
		!say(fd, NULL, "250-mx\r\n250 STARTTLS\r\n") || !hear(fd, NULL) ||
		!say(fd, NULL, "220 go\r\n")) {
		return;
	}
	SSL *ssl = SSL_new(world->tls);
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1) {
		while (hear(fd, ssl) && say(fd, ssl, "250 mx\r\n")) {
		}
	}
	SSL_free(ssl);
}

static void serve_smtp(const struct world *world) {
	static const struct linger reset = {1, 0};
	for (;;) {
		int fd = accept(world->tcp, NULL, NULL);
		struct sockaddr_in here = {0};
		socklen_t len = sizeof here;
		if (fd < 0 || getsockname(fd, (struct sockaddr *)&here, &len) != 0) {
			continue;
		}
		(void)__atomic_add_fetch(world->n_connections, 1, __ATOMIC_SEQ_CST);
		uint32_t net = ntohl(here.sin_addr.s_addr) >> 16;
		if (net == 0x7f04) {
			continue; /* it stays open for as long as this process lives */
		}
		if (net == 0x7f03) {
			(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
		} else {
			talk(world, fd);
		}
		(void)close(fd);
	}
}

/* --- all of it --- */

static pid_t start(const struct world *world, void (*serve)(const struct world *)) {
	pid_t pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(world);
		_exit(0);
	}
	return pid;
}

static int bind_to(int type, const char *address, const char *port, unsigned *bound) {
	const int on = 1;
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(port, NULL, 10))};
	socklen_t len = sizeof at;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (fd < 0 || inet_pton(AF_INET, address, &at.sin_addr) != 1 ||
		bind(fd, (struct sockaddr *)&at, sizeof at) != 0 ||
		getsockname(fd, (struct sockaddr *)&at, &len) != 0) {
		puts("no port");
		exit(EXIT_FAILURE);
	}
	*bound = ntohs(at.sin_port);
	return fd;
}

static void make_tls(struct world *world, struct pki *pki) {
	const char *why = NULL;
	bool defined = pki_define(pki, "mx san=*.shared.test", &why);
	const struct pki_chain *chain = defined ? pki_find(pki, "mx") : NULL;
	uint8_t data[PKI_DATA_MAX];
	size_t len = 0;
	world->tls = SSL_CTX_new(TLS_server_method());
	if (chain == NULL || SSL_CTX_use_certificate(world->tls, chain->leaf) != 1 ||
		SSL_CTX_use_PrivateKey(world->tls, chain->key) != 1 ||
		!pki_data(pki, "mx", PKI_SPKI, 1, data, &len) || len != sizeof world->spki) {
		puts("no certificate");
		exit(EXIT_FAILURE);
	}
	for (int i = 0; i < sk_X509_num(chain->rest); i++) {
		(void)SSL_CTX_add1_chain_cert(world->tls, sk_X509_value(chain->rest, i));
	}
	memcpy(world->spki, data, len);
}

int main(int argc, char *argv[]) {
	struct world world;
	struct pool pool = {0};
	struct pki *pki = pki_new(&pool);
	unsigned dns_port = 0;
	unsigned smtp_port = 0;
	char rest[64];
	if (argc != 5 || pki == NULL || !pki_write(pki, "root", PKI_FILE_CHAIN, argv[4])) {
		puts("usage: fleet_world DNS-ADDRESS DNS-PORT SMTP-PORT ROOT-FILE");
		return EXIT_FAILURE;
	}
	make_tls(&world, pki);
	world.n_connections =
		mmap(NULL, sizeof(unsigned), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	world.udp = bind_to(SOCK_DGRAM, argv[1], argv[2], &dns_port);
	world.tcp = bind_to(SOCK_STREAM, "0.0.0.0", argv[3], &smtp_port);
	if (listen(world.tcp, 4000) != 0) {
		return EXIT_FAILURE;
	}
	(void)start(&world, serve_dns);
	for (int i = 0; i < SERVERS; i++) {
		(void)start(&world, serve_smtp);
	}
	printf("dns %s:%u\nport %u\nspki ", argv[1], dns_port, smtp_port);
	for (size_t i = 0; i < sizeof world.spki; i++) {
		printf("%02x", world.spki[i]);
	}
	puts("\nready");
	fflush(stdout);
	while (read(STDIN_FILENO, rest, sizeof rest) > 0) {
	}
	printf("connections %u\n", *world.n_connections);
	return EXIT_SUCCESS;
}
