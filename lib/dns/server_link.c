/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The raw ares_send() works alike from 1.18 to today; the record interface does not exist in 1.18.
 */
#define CARES_NO_DEPRECATED

#include "dns/server_link.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "dns/dns_msg.h"
#include "dns/resolver.h"

#define TRIES_MAX 10
#define MEASURES_SINCE 0x012000 /* 1.32.0, see n_tries() */
#define MEASURED_MS_MIN 250

struct server_link {
	ares_channel channel;
	const struct server_address *server;
	struct pollfd fds[SERVER_LINK_FDS_MAX]; /* what c-ares wants to know about */
	size_t n_fds;
	bool crowded; /* c-ares has more sockets than there is room for */
};

static void note_socket(void *context, ares_socket_t fd, int readable, int writable) {
	struct server_link *link = context;
	size_t i = 0;
	while (i < link->n_fds && link->fds[i].fd != fd) {
		i++;
	}
	short events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
	if (events == 0) {
		if (i < link->n_fds) {
			link->fds[i] = link->fds[--link->n_fds];
		}
		return;
	}
	if (i == link->n_fds) {
		if (i == SERVER_LINK_FDS_MAX) {
			link->crowded = true;
			return;
		}
		link->n_fds++;
	}
	link->fds[i] = (struct pollfd){.fd = fd, .events = events};
}

/* As many as fill the patience, each twice as long as the one before; none is begun for less than
 * half of the first.
 * From 1.32 on c-ares measures: after three quick answers a server's first try lasts a quarter of a
 * second and each further one at least as long as all before it, whatever time was asked for. Two
 * of them would give a resolver that has to ask others less than a second. */
static int n_tries(usec patience, int once_ms) {
	int version = 0;
	int tries = 1;
	usec length = once_ms * USEC_PER_MSEC;
	(void)ares_version(&version);
	if (version >= MEASURES_SINCE) {
		usec ms = MEASURED_MS_MIN;
		for (; ms * USEC_PER_MSEC < patience && tries < TRIES_MAX; ms *= 2) {
			tries++;
		}
		return tries;
	}
	for (usec sum = length; sum + length / 2 < patience && tries < TRIES_MAX; tries++) {
		sum = sum * 2 + length;
	}
	return tries;
}

/* Everything c-ares would otherwise read files for is said here. The one place for what differs
 * between versions. What a server says is for whoever asks to judge: failures are answers. */
static int open_channel(struct server_link *link, usec patience, int once_ms) {
	struct in_addr placeholder = {htonl(INADDR_LOOPBACK)};
	char lookups[] = "b";
	struct ares_options options;
	memset(&options, 0, sizeof options);
	options.flags =
		ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS | ARES_FLAG_NOCHECKRESP;
	options.timeout = once_ms;
	options.tries = n_tries(patience, once_ms);
	options.ndots = 1;
	options.ednspsz = DNS_UDP_SIZE;
	options.lookups = lookups;
	options.sock_state_cb = note_socket;
	options.sock_state_cb_data = link;
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
			   ARES_OPT_EDNSPSZ | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB | ARES_OPT_DOMAINS |
			   ARES_OPT_SORTLIST | ARES_OPT_NOROTATE | ARES_OPT_SERVERS;
	options.servers = &placeholder;
	options.nservers = 1;
#ifdef ARES_OPT_QUERY_CACHE
	mask |= ARES_OPT_QUERY_CACHE; /* it pays no heed to AD, DO and CD; a lifetime of 0 is none */
#endif
	return ares_init_options(&link->channel, &options, mask);
}

/* --- an address with a zone --- */

static ares_socket_t open_socket(int family, int type, int protocol, void *context) {
	(void)context;
	return socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
}

static int close_socket(ares_socket_t fd, void *context) {
	(void)context;
	return close(fd);
}

static int connect_socket(
	ares_socket_t fd, const struct sockaddr *addr, ares_socklen_t len, void *context) {
	const struct server_link *link = context;
	struct sockaddr_in6 in6;
	if (addr->sa_family != AF_INET6 || len < sizeof in6) {
		return connect(fd, addr, len);
	}
	memcpy(&in6, addr, sizeof in6);
	in6.sin6_scope_id = link->server->zone;
	return connect(fd, (const struct sockaddr *)&in6, sizeof in6);
}

/* NOLINTNEXTLINE(readability-function-size): c-ares says what it is given */
static ares_ssize_t receive_octets(ares_socket_t fd, void *octets, size_t n, int flags,
	struct sockaddr *from, ares_socklen_t *from_len, void *context) {
	(void)context;
	return recvfrom(fd, octets, n, flags, from, from_len);
}

static ares_ssize_t send_octets(
	ares_socket_t fd, const struct iovec *octets, int n, void *context) {
	(void)context;
	return writev(fd, octets, n);
}

/* Newer c-ares drops what it cannot use in silence. */
static bool has_zone(const struct server_link *link) {
	struct ares_addr_port_node *known = NULL;
	if (ares_get_servers_ports(link->channel, &known) != ARES_SUCCESS) {
		return false;
	}
	bool has = known != NULL && known->family == AF_INET6 &&
			   memcmp(&known->addr.addr6, link->server->addr, sizeof link->server->addr) == 0;
	ares_free_data(known);
	return has;
}

/* Older c-ares knows no zones: it is given the bare address, and its sockets the zone. */
static int set_server(struct server_link *link) {
	static const struct ares_socket_functions functions = {
		open_socket, close_socket, connect_socket, receive_octets, send_octets};
	const struct server_address *server = link->server;
	if (server->zone != 0) {
		int status = ares_set_servers_ports_csv(link->channel, server->text);
		if (status == ARES_SUCCESS && has_zone(link)) {
			return status;
		}
		ares_set_socket_functions(link->channel, &functions, link);
	}
	return ares_set_servers_ports_csv(link->channel, server->unzoned);
}

bool resolver_library_memory(void *(*allocate)(size_t size), void *(*resize)(void *at, size_t size),
	void (*release)(void *at)) {
	return ares_library_init_mem(ARES_LIB_INIT_ALL, allocate, release, resize) == ARES_SUCCESS;
}

struct server_link *server_link_open(struct arena *arena, const struct server_address *server,
	usec patience, int once_ms, struct err *err) {
	struct server_link *link = arena_alloc(arena, sizeof *link);
	link->server = server;
	int status = ares_library_init(ARES_LIB_INIT_ALL);
	if (status != ARES_SUCCESS) {
		(void)err_set(
			err, ERR_LOCAL, "cannot start the resolver library: %s", ares_strerror(status));
		return NULL;
	}
	status = open_channel(link, patience, once_ms);
	if (status == ARES_SUCCESS) {
		status = set_server(link);
	}
	if (status != ARES_SUCCESS) {
		(void)err_set(err, ERR_LOCAL, "cannot set up the resolver: %s", ares_strerror(status));
		server_link_close(link);
		return NULL;
	}
	return link;
}

void server_link_close(struct server_link *link) {
	if (link == NULL) {
		return;
	}
	if (link->channel != NULL) {
		ares_destroy(link->channel);
		link->channel = NULL;
	}
	ares_library_cleanup();
}

/* What it means that no message came. */
static enum carrier_status status_without_message(int status) {
	switch (status) {
	case ARES_ETIMEOUT:
	case ARES_ECANCELLED:
	case ARES_EDESTRUCTION:
		return CARRIER_TIMED_OUT;
	case ARES_ECONNREFUSED:
		return CARRIER_REFUSED;
	case ARES_EBADRESP:
	/* In the answer: what we ask is checked before. Of a message with a name that has more than 255
	 * characters when it is written newer versions hand over nothing, so that nobody can tell which
	 * record is to blame (mx-name-invalid); older ones leave that to us. */
	case ARES_EBADNAME:
		return CARRIER_MALFORMED;
	default:
		return CARRIER_BROKEN;
	}
}

static void receive(void *context, int status, int timeouts, unsigned char *message, int len) {
	struct link_reply *reply = context;
	(void)timeouts;
	reply->why = ares_strerror(status);
	/* With a message it is an answer even if c-ares calls it a failure, as newer versions do. */
	if (message != NULL && len > 0) {
		if (reply->arena != NULL) {
			struct span answer = {message, (size_t)len};
			reply->message = arena_copy_span(reply->arena, answer);
		}
		reply->status = CARRIER_ANSWERED;
	} else {
		reply->status = status_without_message(status);
	}
}

void server_link_send(struct server_link *link, struct span query, struct link_reply *reply) {
	reply->status = CARRIER_WAITING;
	ares_send(link->channel, query.at, (int)query.len, receive, reply);
}

void server_link_cancel(struct server_link *link) {
	ares_cancel(link->channel);
}

size_t server_link_watch(
	const struct server_link *link, struct pollfd *fds, size_t max, usec now, usec *wake) {
	size_t n = link->n_fds < max ? link->n_fds : max;
	if (n > 0) {
		memcpy(fds, link->fds, n * sizeof *fds);
	}
	struct timeval left;
	if (ares_timeout(link->channel, NULL, &left) != NULL) {
		/* c-ares counts in milliseconds at times: one more, so that it is never asked too early */
		usec span = left.tv_sec * USEC_PER_SEC + left.tv_usec + USEC_PER_MSEC;
		*wake = usec_min(*wake, deadline_after(now, span));
	}
	return link->crowded ? max + 1 : n;
}

void server_link_step(struct server_link *link, const struct pollfd *fds, size_t n) {
	struct pollfd mine[SERVER_LINK_FDS_MAX]; /* c-ares changes its list while it is served */
	size_t n_mine = link->n_fds;
	memcpy(mine, link->fds, n_mine * sizeof *mine);
	for (size_t i = 0; i < n_mine; i++) {
		short events = loop_events(fds, n, mine[i].fd);
		if (events != 0) {
			bool readable = (events & (POLLIN | POLLERR | POLLHUP)) != 0;
			bool writable = (events & (POLLOUT | POLLERR)) != 0;
			ares_process_fd(link->channel, readable ? mine[i].fd : ARES_SOCKET_BAD,
				writable ? mine[i].fd : ARES_SOCKET_BAD);
		}
	}
	ares_process_fd(link->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}
