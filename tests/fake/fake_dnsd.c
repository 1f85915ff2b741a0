/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The scripted resolver: sockets, its thread and its log. */
#include "fake_dnsd.h"

#include "words.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PEERS_MAX = 32, LATE_MAX = 256, BIND_TRIES = 64 };

/* One TCP connection; closed when fd is -1. */
struct dnsd_tcp {
	int fd;
	size_t len;
	uint8_t bytes[1024];
};

/* An answer that waits for its time. */
struct dnsd_late {
	bool used;
	int64_t due_ms;
	int fd; /* TCP, or -1: UDP to the peer */
	struct sockaddr_storage peer;
	socklen_t peer_len;
	size_t len;
	uint8_t *bytes;
};

static int64_t now_ms(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static socklen_t socket_address(struct sockaddr_storage *address, const char *text, uint16_t port) {
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	memset(address, 0, sizeof *address);
	if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
		memcpy(address, &in, sizeof in);
		return sizeof in;
	}
	if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1) {
		memcpy(address, &in6, sizeof in6);
		return sizeof in6;
	}
	return 0;
}

static int bind_port(const char *text, int type, uint16_t port) {
	struct sockaddr_storage address;
	socklen_t len = socket_address(&address, text, port);
	if (len == 0) {
		return -1;
	}
	int fd = socket(address.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;
	if (fd >= 0 && type == SOCK_STREAM) {
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	}
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0) {
		if (fd >= 0) {
			close(fd);
		}
		return -1;
	}
	return fd;
}

bool dnsd_bind_to(struct dnsd *dnsd, struct pool *pool, const char *address_text, uint16_t wanted) {
	memset(dnsd, 0, sizeof *dnsd);
	dnsd->address = pool_print(pool, "%s", address_text);
	dnsd->peers = pool_new(pool, PEERS_MAX * sizeof *dnsd->peers);
	dnsd->late = pool_new(pool, LATE_MAX * sizeof *dnsd->late);
	for (int i = 0; i < PEERS_MAX; i++) {
		dnsd->peers[i].fd = -1;
	}
	notes_init(&dnsd->notes);
	dnsd->udp = dnsd->tcp = -1;
	dnsd->stop[0] = dnsd->stop[1] = -1;
	for (int i = 0; i < BIND_TRIES; i++) {
		struct sockaddr_storage address;
		socklen_t len = sizeof address;
		dnsd->udp = bind_port(dnsd->address, SOCK_DGRAM, wanted);
		if (dnsd->udp < 0 || getsockname(dnsd->udp, (struct sockaddr *)&address, &len) != 0) {
			return false;
		}
		dnsd->port =
			ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
												: ((struct sockaddr_in *)&address)->sin_port);
		dnsd->tcp = bind_port(dnsd->address, SOCK_STREAM, dnsd->port);
		if (dnsd->tcp >= 0) {
			return pipe2(dnsd->stop, O_CLOEXEC) == 0;
		}
		close(dnsd->udp);
	}
	return false;
}

static void send_tcp(int fd, const uint8_t *bytes, size_t len) {
	uint8_t head[2] = {(uint8_t)(len >> 8), (uint8_t)len};
	if (send(fd, head, 2, MSG_NOSIGNAL | MSG_MORE) == 2) {
		/* A client that reads nothing of 64 KiB loses its answer. */
		ssize_t sent = send(fd, bytes, len, MSG_NOSIGNAL);
		(void)sent;
	}
}

static void deliver(struct dnsd *dnsd, struct dnsd_late *late) {
	if (late->fd >= 0) {
		send_tcp(late->fd, late->bytes, late->len);
	} else {
		sendto(dnsd->udp, late->bytes, late->len, MSG_NOSIGNAL, (struct sockaddr *)&late->peer,
			late->peer_len);
	}
	free(late->bytes);
	late->used = false;
}

static void reply(struct dnsd *dnsd, const struct dnsd_answer *answer, int fd,
	const struct sockaddr_storage *peer, socklen_t peer_len) {
	struct dnsd_late *late = dnsd->late;
	while (late < dnsd->late + LATE_MAX && late->used) {
		late++;
	}
	if (answer->len == 0 || late == dnsd->late + LATE_MAX) {
		return;
	}
	late->used = true;
	late->fd = fd;
	late->due_ms = now_ms() + answer->delay_ms;
	late->len = answer->len;
	late->bytes = malloc(answer->len);
	if (late->bytes == NULL) {
		abort();
	}
	memcpy(late->bytes, answer->bytes, answer->len);
	if (peer != NULL) {
		late->peer = *peer;
		late->peer_len = peer_len;
	}
	if (answer->delay_ms == 0) {
		deliver(dnsd, late);
	}
}

static void serve_udp(struct dnsd *dnsd, struct dnsd_answer *answer) {
	uint8_t bytes[2048];
	struct sockaddr_storage peer;
	for (;;) {
		socklen_t peer_len = sizeof peer;
		ssize_t len =
			recvfrom(dnsd->udp, bytes, sizeof bytes, 0, (struct sockaddr *)&peer, &peer_len);
		if (len < 0) {
			return;
		}
		dnsd_answer(dnsd, bytes, (size_t)len, DNSD_UDP, answer);
		reply(dnsd, answer, -1, &peer, peer_len);
	}
}

static void close_peer(struct dnsd *dnsd, struct dnsd_tcp *peer) {
	for (size_t i = 0; i < LATE_MAX; i++) {
		if (dnsd->late[i].used && dnsd->late[i].fd == peer->fd) {
			free(dnsd->late[i].bytes);
			dnsd->late[i].used = false;
		}
	}
	close(peer->fd);
	peer->fd = -1;
}

static void serve_peer(struct dnsd *dnsd, struct dnsd_tcp *peer, struct dnsd_answer *answer) {
	ssize_t got = recv(peer->fd, peer->bytes + peer->len, sizeof peer->bytes - peer->len, 0);
	if (got <= 0) {
		if (got == 0 || errno != EAGAIN) {
			close_peer(dnsd, peer);
		}
		return;
	}
	peer->len += (size_t)got;
	while (peer->len >= 2) {
		size_t len = (size_t)peer->bytes[0] << 8 | peer->bytes[1];
		if (len + 2 > sizeof peer->bytes) {
			close_peer(dnsd, peer);
			return;
		}
		if (peer->len < len + 2) {
			return;
		}
		dnsd_answer(dnsd, peer->bytes + 2, len, DNSD_TCP, answer);
		reply(dnsd, answer, peer->fd, NULL, 0);
		peer->len -= len + 2;
		memmove(peer->bytes, peer->bytes + len + 2, peer->len);
	}
}

static void accept_peer(struct dnsd *dnsd) {
	int fd = accept4(dnsd->tcp, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	for (int i = 0; fd >= 0 && i < PEERS_MAX; i++) {
		if (dnsd->peers[i].fd < 0) {
			dnsd->peers[i] = (struct dnsd_tcp){.fd = fd};
			return;
		}
	}
	if (fd >= 0) {
		close(fd);
	}
}

/* Sends what is due; returns how long to wait for the next, -1 for ever. */
static int send_late(struct dnsd *dnsd) {
	int64_t now = now_ms();
	int wait = -1;
	for (size_t i = 0; i < LATE_MAX; i++) {
		struct dnsd_late *late = &dnsd->late[i];
		if (!late->used) {
			continue;
		}
		if (late->due_ms <= now) {
			deliver(dnsd, late);
		} else if (wait < 0 || late->due_ms - now < wait) {
			wait = (int)(late->due_ms - now);
		}
	}
	return wait;
}

static void *serve(void *argument) {
	struct dnsd *dnsd = argument;
	struct dnsd_answer *answer = malloc(sizeof *answer);
	if (answer == NULL) {
		abort();
	}
	struct pollfd fds[3 + PEERS_MAX];
	for (;;) {
		int wait = send_late(dnsd);
		fds[0] = (struct pollfd){.fd = dnsd->stop[0], .events = POLLIN};
		fds[1] = (struct pollfd){.fd = dnsd->udp, .events = POLLIN};
		fds[2] = (struct pollfd){.fd = dnsd->mode == DNSD_NO_TCP ? -1 : dnsd->tcp};
		fds[2].events = POLLIN;
		for (int i = 0; i < PEERS_MAX; i++) {
			fds[3 + i] = (struct pollfd){.fd = dnsd->peers[i].fd, .events = POLLIN};
		}
		poll(fds, 3 + PEERS_MAX, wait);
		if (fds[0].revents != 0) {
			break;
		}
		if (fds[1].revents != 0) {
			serve_udp(dnsd, answer);
		}
		for (int i = 0; i < PEERS_MAX; i++) {
			if (dnsd->peers[i].fd >= 0 && fds[3 + i].revents != 0) {
				serve_peer(dnsd, &dnsd->peers[i], answer);
			}
		}
		if (fds[2].revents != 0) {
			accept_peer(dnsd);
		}
	}
	free(answer);
	return NULL;
}

bool dnsd_bind(struct dnsd *dnsd, struct pool *pool, const char *address) {
	const char *colon = strchr(address, ':');
	int len = colon == NULL ? (int)strlen(address) : (int)(colon - address);
	long port = 0;
	return (colon == NULL || words_number(colon + 1, UINT16_MAX, &port)) &&
		   dnsd_bind_to(dnsd, pool, pool_print(pool, "%.*s", len, address), (uint16_t)port);
}

bool dnsd_start(struct dnsd *dnsd, struct zone *zone, enum dnsd_mode mode) {
	dnsd->zone = zone;
	dnsd->mode = mode;
	if (mode == DNSD_DEAD) {
		close(dnsd->udp);
		dnsd->udp = -1;
		return true; /* the TCP port stays ours, but nobody listens */
	}
	/* A port that is bound but not listened on refuses connections. */
	if (mode != DNSD_NO_TCP && listen(dnsd->tcp, 16) != 0) {
		return false;
	}
	dnsd->running = pthread_create(&dnsd->thread, NULL, serve, dnsd) == 0;
	return dnsd->running;
}

void dnsd_stop(struct dnsd *dnsd) {
	if (dnsd->running) {
		ssize_t n = write(dnsd->stop[1], "", 1);
		(void)n;
		pthread_join(dnsd->thread, NULL);
		dnsd->running = false;
	}
}

void dnsd_free(struct dnsd *dnsd) {
	const int fds[] = {dnsd->udp, dnsd->tcp, dnsd->stop[0], dnsd->stop[1]};
	for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
		if (fds[i] >= 0) {
			close(fds[i]);
		}
	}
	for (int i = 0; i < PEERS_MAX; i++) {
		if (dnsd->peers[i].fd >= 0) {
			close_peer(dnsd, &dnsd->peers[i]);
		}
	}
	for (int i = 0; i < LATE_MAX; i++) {
		if (dnsd->late[i].used) {
			free(dnsd->late[i].bytes);
		}
	}
	notes_free(&dnsd->notes);
}
