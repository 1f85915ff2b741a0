/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A resolver whose answers are as large and as twisted as a message can be: what a hostile zone may
 * make of every question. The label in front of "test." names the kind of zone, "h7" the seventh
 * host. It says "port N" and serves until its standard input is closed or it is killed.
 *
 * usage: hostile_dnsd */
#include "../fake/dns_wire.h"
#include "../pki/pki.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HOSTS = 128, CLIENTS_MAX = 8, OWNER_AT = 12, NODATA = 0 };

struct answer {
	struct dns_out out;
	const struct dns_query *query;
	unsigned count;   /* records in the answer section */
	unsigned host;    /* asked about */
	uint8_t spki[32]; /* digest of the servers' key */
};

struct client {
	int fd;
	size_t len;
	uint8_t bytes[1024];
};

/* --- records --- */

static void put_pointer(struct answer *answer, size_t to) {
	dns_put_u16(&answer->out, 0xc000U | (unsigned)to);
}

/* Behind the owner: type, class, TTL, length. */
static void put_head(struct answer *answer, unsigned type, size_t len) {
	dns_put_u16(&answer->out, type);
	dns_put_u16(&answer->out, 1);
	dns_put_u32(&answer->out, 3600);
	dns_put_u16(&answer->out, (unsigned)len);
	answer->count++;
}

static void put_address(struct answer *answer, unsigned i) {
	if (answer->query->type == TYPE_A) {
		put_head(answer, TYPE_A, 4);
		dns_put_u32(&answer->out, 0x7f010000U + ((answer->host << 12 | i) & 0xffffU));
		return;
	}
	/* mapped, so that these lead to the same servers */
	put_head(answer, TYPE_AAAA, 16);
	dns_put_u32(&answer->out, 0);
	dns_put_u32(&answer->out, 0);
	dns_put_u32(&answer->out, 0xffff);
	dns_put_u32(&answer->out, 0x7f020000U + ((answer->host << 12 | i) & 0xffffU));
}

static void put_record(struct answer *answer, unsigned usage, const uint8_t digest[32]) {
	put_head(answer, TYPE_TLSA, 35);
	dns_put_u8(&answer->out, usage);
	dns_put_u8(&answer->out, 1);
	dns_put_u8(&answer->out, 1);
	dns_put_bytes(&answer->out, digest, 32);
}

/* As long as a host may be called. */
static void put_long_label(struct answer *answer, size_t len) {
	dns_put_u8(&answer->out, (unsigned)len);
	for (size_t i = 0; i < len; i++) {
		dns_put_u8(&answer->out, 'a');
	}
}

static void put_addresses(struct answer *answer, unsigned n) {
	for (unsigned i = 0; i < n; i++) {
		put_pointer(answer, OWNER_AT);
		put_address(answer, i);
	}
}

static void put_records(struct answer *answer, unsigned n) {
	put_pointer(answer, OWNER_AT);
	put_record(answer, 3, answer->spki);
	for (unsigned i = 1; i < n; i++) {
		uint8_t digest[32] = {(uint8_t)(i >> 8), (uint8_t)i, (uint8_t)answer->host};
		put_pointer(answer, OWNER_AT);
		put_record(answer, i % 2 == 0 ? 3 : 2, digest);
	}
}

/* The hosts of the mail domain; a long name leaves room for _port._tcp in front. */
static void put_hosts(struct answer *answer, unsigned n_long) {
	for (unsigned i = 0; i < HOSTS; i++) {
		char label[16];
		int len = snprintf(label, sizeof label, "h%u", i);
		put_pointer(answer, OWNER_AT);
		put_head(answer, TYPE_MX, 0);
		size_t start = answer->out.len;
		dns_put_u16(&answer->out, 10);
		dns_put_u8(&answer->out, (unsigned)len);
		dns_put_bytes(&answer->out, label, (size_t)len);
		for (unsigned k = 0; k < n_long; k++) {
			put_long_label(answer, 50);
		}
		put_pointer(answer, OWNER_AT);
		size_t rdata = answer->out.len - start;
		answer->out.bytes[start - 1] = (uint8_t)rdata;
	}
}

/* --- kinds of zones --- */

static void one_address(struct answer *answer) {
	put_addresses(answer, answer->query->type == TYPE_A ? 1 : NODATA);
}

static void many_addresses(struct answer *answer) {
	put_addresses(answer, answer->query->type == TYPE_A ? 4000 : 2200);
}

/* Names that lead from pointer to pointer, through all of the message that pointers reach. */
static void pointed_addresses(struct answer *answer) {
	put_pointer(answer, OWNER_AT);
	size_t n = 8000;
	put_head(answer, TYPE_TXT, 2 * n);
	size_t last = OWNER_AT;
	for (size_t i = 0; i < n; i++) {
		size_t here = answer->out.len;
		put_pointer(answer, last);
		last = here;
	}
	for (unsigned i = 0; i < 1700; i++) {
		put_pointer(answer, last);
		put_address(answer, i);
	}
}

/* Each under a name of its own, the end of which is shared. */
static void put_own_owner(struct answer *answer, unsigned i) {
	dns_put_u8(&answer->out, 4);
	dns_put_u32(&answer->out, 0x61616161U + (i % 16) + (i / 16 % 16 << 8) + (i / 256 << 16));
	put_pointer(answer, OWNER_AT);
}

static void owned_addresses(struct answer *answer) {
	put_addresses(answer, 1);
	for (unsigned i = 0; i < 1900; i++) {
		put_own_owner(answer, i);
		put_address(answer, i);
	}
}

/* RFC 4034 3.1 */
static void put_signature(struct answer *answer) {
	put_head(answer, TYPE_RRSIG, 20);
	dns_put_u16(&answer->out, answer->query->type);
	dns_put_u16(&answer->out, 13 << 8 | 2);
	dns_put_u32(&answer->out, 3600);
	dns_put_u32(&answer->out, 0x7fffffffU);
	dns_put_u32(&answer->out, 0x60000000U);
	dns_put_u16(&answer->out, 1);
	dns_put_u8(&answer->out, 0);
	dns_put_u8(&answer->out, 0);
}

static void signed_addresses(struct answer *answer) {
	put_addresses(answer, 1);
	for (unsigned i = 0; i < 1600; i++) {
		put_own_owner(answer, i % 60);
		put_signature(answer);
	}
}

/* Aliases of other names, and behind them all one of the name asked. */
static void aliased_addresses(struct answer *answer) {
	for (unsigned i = 0; i < 1800; i++) {
		put_own_owner(answer, i);
		put_head(answer, TYPE_CNAME, 2);
		put_pointer(answer, OWNER_AT);
	}
	put_addresses(answer, 1);
}

static const struct {
	const char *kind;
	unsigned n_long; /* labels in the hosts' names */
	unsigned n_tlsa;
	void (*addresses)(struct answer *answer);
} kinds[] = {
	{"plain", 0, 1, one_address},
	{"tlsa", 0, 1391, one_address},
	{"truncated", 0, 60, one_address},
	{"addresses", 0, 1, many_addresses},
	{"names", 4, 1380, many_addresses},
	{"pointers", 0, 1, pointed_addresses},
	{"owners", 4, 1, owned_addresses},
	{"signatures", 4, 1, signed_addresses},
	{"aliases", 4, 1, aliased_addresses},
};

static void put_answer(struct answer *answer, size_t kind) {
	switch (answer->query->type) {
	case TYPE_MX:
		put_hosts(answer, kinds[kind].n_long);
		break;
	case TYPE_A:
	case TYPE_AAAA:
		kinds[kind].addresses(answer);
		break;
	case TYPE_TLSA:
		put_records(answer, kinds[kind].n_tlsa);
		break;
	case TYPE_NS:
		put_pointer(answer, OWNER_AT);
		put_head(answer, TYPE_NS, 2);
		put_pointer(answer, OWNER_AT);
		break;
	default:
		break;
	}
}

/* "h7. ... tlsa.test.": which kind, and which host. */
static size_t kind_of(const struct dns_query *query, unsigned *host) {
	size_t len = strlen(query->name);
	*host = 0;
	const char *label = strncmp(query->name, "h", 1) == 0 ? query->name : strstr(query->name, ".h");
	if (label != NULL) {
		*host = (unsigned)strtoul(label + (*label == '.' ? 2 : 1), NULL, 10);
	}
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		char end[64];
		size_t n = (size_t)snprintf(end, sizeof end, "%s.test.", kinds[i].kind);
		if (len >= n && strcmp(query->name + len - n, end) == 0) {
			return i;
		}
	}
	return 0;
}

static size_t compose(struct answer *answer, const struct dns_query *query, size_t room) {
	answer->query = query;
	answer->count = 0;
	answer->out.len = 0;
	answer->out.full = false;
	dns_put_u16(&answer->out, query->id);
	dns_put_u16(&answer->out, 0x81a0); /* an answer, authenticated */
	dns_put_u16(&answer->out, 1);
	dns_put_u16(&answer->out, 0);
	dns_put_u32(&answer->out, 0);
	dns_put_bytes(&answer->out, query->question, query->question_len);
	size_t bare = answer->out.len;
	put_answer(answer, kind_of(query, &answer->host));
	if (answer->out.full) {
		fprintf(stderr, "%zu octets do not fit: %s\n", answer->out.len, query->name);
	}
	if (answer->out.len > room) {
		answer->out.bytes[2] |= 0x02; /* truncated */
		answer->count = 0;
		answer->out.len = bare;
	}
	answer->out.bytes[6] = (uint8_t)(answer->count >> 8);
	answer->out.bytes[7] = (uint8_t)answer->count;
	return answer->out.len;
}

/* --- sockets --- */

static void serve_udp(int fd, struct answer *answer) {
	uint8_t bytes[1024];
	struct sockaddr_in from;
	socklen_t from_len = sizeof from;
	ssize_t n = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_len);
	struct dns_query query;
	if (n > 0 && dns_query_parse(&query, bytes, (size_t)n)) {
		size_t len = compose(answer, &query, query.udp_size);
		(void)sendto(fd, answer->out.bytes, len, 0, (struct sockaddr *)&from, from_len);
	}
}

static bool send_all(int fd, const uint8_t *bytes, size_t len) {
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
		if (n <= 0) {
			return false;
		}
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* All questions that are there; false at the end. */
static bool serve_tcp(struct client *client, struct answer *answer) {
	ssize_t n =
		recv(client->fd, client->bytes + client->len, sizeof client->bytes - client->len, 0);
	if (n <= 0) {
		return false;
	}
	client->len += (size_t)n;
	while (client->len > 2) {
		size_t wanted = (size_t)client->bytes[0] << 8 | client->bytes[1];
		struct dns_query query;
		if (client->len < wanted + 2) {
			return wanted + 2 <= sizeof client->bytes;
		}
		if (!dns_query_parse(&query, client->bytes + 2, wanted)) {
			return false;
		}
		size_t len = compose(answer, &query, DNS_MESSAGE_MAX);
		uint8_t prefix[2] = {(uint8_t)(len >> 8), (uint8_t)len};
		if (!send_all(client->fd, prefix, 2) || !send_all(client->fd, answer->out.bytes, len)) {
			return false;
		}
		client->len -= wanted + 2;
		memmove(client->bytes, client->bytes + wanted + 2, client->len);
	}
	return true;
}

/* Clients stand behind standard input, the UDP and the listening socket. */
static void serve(int udp, int tcp, struct answer *answer) {
	static struct client clients[CLIENTS_MAX];
	size_t n = 0;
	for (;;) {
		struct pollfd fds[3 + CLIENTS_MAX] = {{0, 0, 0}, {udp, POLLIN, 0}, {tcp, POLLIN, 0}};
		for (size_t i = 0; i < n; i++) {
			fds[3 + i] = (struct pollfd){clients[i].fd, POLLIN, 0};
		}
		if (poll(fds, (nfds_t)(3 + n), -1) < 0 || (fds[0].revents & POLLHUP) != 0) {
			return;
		}
		if (fds[1].revents != 0) {
			serve_udp(udp, answer);
		}
		for (size_t i = n; i-- > 0;) {
			if (fds[3 + i].revents != 0 && !serve_tcp(&clients[i], answer)) {
				close(clients[i].fd);
				clients[i] = clients[--n];
			}
		}
		if (fds[2].revents != 0 && n < CLIENTS_MAX) {
			clients[n] = (struct client){.fd = accept(tcp, NULL, NULL)};
			n += clients[n].fd >= 0;
		}
	}
}

static bool bind_both(int *udp, int *tcp, struct sockaddr_in *at) {
	socklen_t len = sizeof *at;
	*at = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	*tcp = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	*udp = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return bind(*tcp, (struct sockaddr *)at, sizeof *at) == 0 &&
		   getsockname(*tcp, (struct sockaddr *)at, &len) == 0 &&
		   bind(*udp, (struct sockaddr *)at, sizeof *at) == 0 && listen(*tcp, CLIENTS_MAX) == 0;
}

int main(void) {
	static uint8_t bytes[DNS_MESSAGE_MAX];
	struct answer answer = {.out = {.bytes = bytes, .room = sizeof bytes}};
	struct pool pool = {0};
	struct pki *pki = pki_new(&pool);
	uint8_t data[PKI_DATA_MAX];
	size_t len = 0;
	/* The one key that is the same in every process. */
	if (pki == NULL || !pki_data(pki, "rsa2048", PKI_SPKI, 1, data, &len) || len != 32) {
		puts("no certificate");
		return EXIT_FAILURE;
	}
	memcpy(answer.spki, data, 32);
	int udp = -1;
	int tcp = -1;
	struct sockaddr_in at;
	if (!bind_both(&udp, &tcp, &at)) {
		puts("no port");
		return EXIT_FAILURE;
	}
	printf("port %u\n", (unsigned)ntohs(at.sin_port));
	fflush(stdout);
	serve(udp, tcp, &answer);
	pki_free(pki);
	pool_free(&pool);
	return EXIT_SUCCESS;
}
