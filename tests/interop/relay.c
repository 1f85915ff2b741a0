/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A relay between a client and its resolver and mail server that counts round trips: how often the
 * client had to wait for an answer before it went on. Answers are held back for a moment, so that
 * all a client can say without them arrives first and counts as one.
 *
 * usage: relay UDP-LISTEN UDP-TARGET TCP-LISTEN TCP-TARGET DELAY-MS, each as a.b.c.d:port.
 * Prints "ready", runs until SIGTERM, then prints one line of counts. One TCP connection at a time.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { QUERIES_MAX = 64, DATAGRAM_MAX = 4096, FLIGHT_MAX = 1 << 16, FDS_MAX = QUERIES_MAX + 5 };

/* One question on its way to the resolver, or its answer on the way back. */
struct query {
	int fd; /* -1: free */
	struct sockaddr_in client;
	size_t len; /* of the answer held back; 0: none yet */
	int64_t due_ms;
	unsigned char answer[DATAGRAM_MAX];
};

struct relay {
	int signals, udp, tcp, client, server; /* client, server: -1 without a connection */
	struct sockaddr_in udp_target, tcp_target;
	int64_t delay_ms;
	struct query queries[QUERIES_MAX];
	/* What the server said and the client has not seen yet. */
	unsigned char held[FLIGHT_MAX];
	size_t held_len;
	int64_t held_due_ms;
	bool spoke;       /* the client has spoken since it last saw something */
	bool server_gone; /* its last words are held like any others: a client that left waits for none
					   */
	bool answered;    /* the client has seen an answer since the last round began */
	int64_t began_ms; /* when that was */
	unsigned dns_queries, dns_rounds, connections, awaited;
};

static int64_t now_ms(void) {
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void die(const char *what) {
	perror(what);
	exit(1);
}

static struct sockaddr_in address_parse(const char *text) {
	struct sockaddr_in addr = {.sin_family = AF_INET};
	char host[INET_ADDRSTRLEN];
	const char *colon = strchr(text, ':');
	size_t len = colon != NULL ? (size_t)(colon - text) : 0;

	if (len == 0 || len >= sizeof(host)) {
		fprintf(stderr, "relay: %s is not a.b.c.d:port\n", text);
		exit(1);
	}
	memcpy(host, text, len);
	host[len] = '\0';
	addr.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
	if (inet_pton(AF_INET, host, &addr.sin_addr) != 1) {
		fprintf(stderr, "relay: %s is not a.b.c.d:port\n", text);
		exit(1);
	}
	return addr;
}

static int socket_bound(int type, const char *where) {
	struct sockaddr_in addr = address_parse(where);
	int fd = socket(AF_INET, type, 0), on = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
		bind(fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0) {
		die(where);
	}
	if (type == SOCK_STREAM && listen(fd, 4) != 0) {
		die(where);
	}
	return fd;
}

static int socket_connected(int type, const struct sockaddr_in *target) {
	int fd = socket(AF_INET, type, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)target, sizeof(*target)) != 0) {
		die("connect");
	}
	return fd;
}

/* A question opens a round when the client may have learned something since the last one began.
 * Questions that are asked together arrive together, although an answer to one that rides along may
 * be seen between them. */
static void round_count(struct relay *relay) {
	int64_t now = now_ms();

	if (relay->dns_rounds == 0 ||
		(relay->answered && now - relay->began_ms >= relay->delay_ms / 2)) {
		relay->dns_rounds++;
		relay->answered = false;
		relay->began_ms = now;
	}
}

static void query_take(struct relay *relay) {
	unsigned char message[DATAGRAM_MAX];
	struct sockaddr_in client;
	socklen_t client_len = sizeof(client);
	ssize_t got =
		recvfrom(relay->udp, message, sizeof(message), 0, (struct sockaddr *)&client, &client_len);

	for (size_t i = 0; got > 0 && i < QUERIES_MAX; i++) {
		struct query *query = &relay->queries[i];

		if (query->fd >= 0) {
			continue;
		}
		query->fd = socket_connected(SOCK_DGRAM, &relay->udp_target);
		query->client = client;
		query->len = 0;
		relay->dns_queries++;
		round_count(relay);
		if (send(query->fd, message, (size_t)got, 0) != got) {
			die("send");
		}
		return;
	}
}

static void query_answer(struct relay *relay, struct query *query) {
	ssize_t got = recv(query->fd, query->answer, sizeof(query->answer), 0);

	if (got > 0) {
		query->len = (size_t)got;
		query->due_ms = now_ms() + relay->delay_ms;
	}
}

static void query_deliver(struct relay *relay, struct query *query) {
	(void)sendto(relay->udp, query->answer, query->len, 0, (const struct sockaddr *)&query->client,
		sizeof(query->client));
	close(query->fd);
	query->fd = -1;
	relay->answered = true;
}

static void connection_open(struct relay *relay) {
	int on = 1;

	relay->client = accept(relay->tcp, NULL, NULL);
	if (relay->client < 0) {
		die("accept");
	}
	relay->server = socket_connected(SOCK_STREAM, &relay->tcp_target);
	setsockopt(relay->client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(relay->server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	relay->held_len = 0;
	relay->spoke = false;
	relay->server_gone = false;
	relay->connections++;
}

static void connection_close(struct relay *relay) {
	close(relay->client);
	close(relay->server);
	relay->client = relay->server = -1;
}

/* An answer that the client sees after it spoke is one that it waited for. */
static void flight_deliver(struct relay *relay) {
	size_t sent = 0;

	while (sent < relay->held_len) {
		ssize_t n = send(relay->client, relay->held + sent, relay->held_len - sent, MSG_NOSIGNAL);

		if (n <= 0) {
			break;
		}
		sent += (size_t)n;
	}
	relay->held_len = 0;
	relay->awaited += relay->spoke;
	relay->spoke = false;
	if (relay->server_gone) {
		connection_close(relay);
	}
}

static void client_says(struct relay *relay) {
	unsigned char bytes[FLIGHT_MAX];
	ssize_t got = recv(relay->client, bytes, sizeof(bytes), 0);

	if (got <= 0) {
		connection_close(relay);
		return;
	}
	relay->spoke = true;
	if (send(relay->server, bytes, (size_t)got, MSG_NOSIGNAL) != got) {
		connection_close(relay);
	}
}

static void server_says(struct relay *relay) {
	int on = 1;
	ssize_t got = recv(
		relay->server, relay->held + relay->held_len, sizeof(relay->held) - relay->held_len, 0);

	setsockopt(relay->server, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
	if (got <= 0 && relay->held_len == 0) {
		connection_close(relay);
		return;
	}
	if (got <= 0) {
		relay->server_gone = true;
		return;
	}
	if (relay->held_len == 0) {
		relay->held_due_ms = now_ms() + relay->delay_ms;
	}
	relay->held_len += (size_t)got;
}

/* Deliver what is due; returns milliseconds until something will be, -1 if nothing is held. */
static int relay_deliver(struct relay *relay) {
	int64_t now = now_ms(), next = INT64_MAX;

	for (size_t i = 0; i < QUERIES_MAX; i++) {
		struct query *query = &relay->queries[i];

		if (query->fd >= 0 && query->len > 0 && query->due_ms <= now) {
			query_deliver(relay, query);
		} else if (query->fd >= 0 && query->len > 0 && query->due_ms < next) {
			next = query->due_ms;
		}
	}
	if (relay->held_len > 0 && relay->held_due_ms <= now) {
		flight_deliver(relay);
	} else if (relay->held_len > 0 && relay->held_due_ms < next) {
		next = relay->held_due_ms;
	}
	return next == INT64_MAX ? -1 : (int)(next - now);
}

/* One turn of the loop; false after SIGTERM. */
static bool relay_turn(struct relay *relay) {
	struct pollfd fds[FDS_MAX] = {
		{.fd = relay->signals, .events = POLLIN},
		{.fd = relay->udp, .events = POLLIN},
		{.fd = relay->client < 0 ? relay->tcp : -1, .events = POLLIN},
		{.fd = relay->client, .events = POLLIN},
		{.fd = relay->server_gone ? -1 : relay->server,
			.events = relay->held_len < FLIGHT_MAX ? POLLIN : 0},
	};
	struct pollfd *query_fds = fds + 5;

	for (size_t i = 0; i < QUERIES_MAX; i++) {
		query_fds[i].fd = relay->queries[i].len == 0 ? relay->queries[i].fd : -1;
		query_fds[i].events = POLLIN;
	}
	if (poll(fds, FDS_MAX, relay_deliver(relay)) < 0) {
		die("poll");
	}
	for (size_t i = 0; i < QUERIES_MAX; i++) {
		if (query_fds[i].revents != 0) {
			query_answer(relay, &relay->queries[i]);
		}
	}
	if (fds[1].revents != 0) {
		query_take(relay);
	}
	if (fds[2].revents != 0) {
		connection_open(relay);
		return true;
	}
	if (fds[3].revents != 0) {
		client_says(relay);
	}
	if (fds[4].revents != 0 && relay->server >= 0) {
		server_says(relay);
	}
	return fds[0].revents == 0;
}

int main(int argc, char **argv) {
	static struct relay relay = {.client = -1, .server = -1};
	sigset_t term;

	if (argc != 6) {
		fprintf(stderr, "usage: relay UDP-LISTEN UDP-TARGET TCP-LISTEN TCP-TARGET DELAY-MS\n");
		return 1;
	}
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	relay.signals = signalfd(-1, &term, SFD_CLOEXEC);
	relay.udp = socket_bound(SOCK_DGRAM, argv[1]);
	relay.udp_target = address_parse(argv[2]);
	relay.tcp = socket_bound(SOCK_STREAM, argv[3]);
	relay.tcp_target = address_parse(argv[4]);
	relay.delay_ms = strtol(argv[5], NULL, 10);
	for (size_t i = 0; i < QUERIES_MAX; i++) {
		relay.queries[i].fd = -1;
	}
	printf("ready\n");
	fflush(stdout);
	while (relay_turn(&relay)) {
	}
	printf("dns_queries=%u dns_rounds=%u connections=%u awaited=%u\n", relay.dns_queries,
		relay.dns_rounds, relay.connections, relay.awaited);
	return 0;
}
