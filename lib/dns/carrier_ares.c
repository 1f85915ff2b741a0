/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The raw ares_send() works alike from 1.18 to today; the record interface does not exist in 1.18.
 */
#define CARES_NO_DEPRECATED

#include <ares.h>
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "dns/carrier.h"
#include "dns/dns_msg.h"
#include "dns/resolver.h"
#include "dns/server_address.h"
#include "io/loop.h"

#define TRIES 2 /* per server; the second waits twice as long as the first */
#define TRY_MS_MAX 2000
#define TRY_MS_MIN 100

struct carrier {
	struct arena *arena;
	ares_channel channel;
	struct pollfd fds[CARRIER_FDS_MAX]; /* what c-ares wants to know about */
	size_t n_fds;
	const char *servers;
	bool local;
	bool crowded; /* c-ares has more sockets than there is room for */
};

static void note_socket(void *context, ares_socket_t fd, int readable, int writable) {
	struct carrier *carrier = context;
	size_t i = 0;
	while (i < carrier->n_fds && carrier->fds[i].fd != fd) {
		i++;
	}
	short events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
	if (events == 0) {
		if (i < carrier->n_fds) {
			carrier->fds[i] = carrier->fds[--carrier->n_fds];
		}
		return;
	}
	if (i == carrier->n_fds) {
		if (i == CARRIER_FDS_MAX) {
			carrier->crowded = true;
			return;
		}
		carrier->n_fds++;
	}
	carrier->fds[i] = (struct pollfd){.fd = fd, .events = events};
}

static bool is_loopback(const struct ares_addr_port_node *server) {
	if (server->family == AF_INET) {
		return ntohl(server->addr.addr4.s_addr) >> 24 == 127;
	}
	struct in6_addr addr;
	memcpy(&addr, &server->addr.addr6, sizeof addr);
	return IN6_IS_ADDR_LOOPBACK(&addr);
}

/* The servers in use as text, and whether all of them are on this host; how many there are. */
static size_t describe_servers(struct carrier *carrier) {
	struct ares_addr_port_node *servers = NULL;
	size_t n = 0;
	if (ares_get_servers_ports(carrier->channel, &servers) != ARES_SUCCESS) {
		return 0;
	}
	struct text text = text_new(carrier->arena, RESOLVER_SERVERS_MAX * (SERVER_ADDRESS_MAX + 2));
	carrier->local = true;
	for (struct ares_addr_port_node *server = servers; server != NULL; server = server->next) {
		char addr[INET6_ADDRSTRLEN] = "";
		(void)inet_ntop(server->family, &server->addr, addr, sizeof addr);
		int port = server->udp_port != 0 ? server->udp_port : 53;
		text_add(&text, n == 0 ? "" : ", ");
		if (server->family == AF_INET) {
			text_addf(&text, "%s:%d", addr, port);
		} else {
			text_addf(&text, "[%s]:%d", addr, port);
		}
		carrier->local = carrier->local && is_loopback(server);
		n++;
	}
	ares_free_data(servers);
	carrier->servers = text.at;
	return n;
}

/* How long the first try may last so that all tries of all servers end within the patience. */
static int try_ms(usec patience, size_t n_servers) {
	usec rounds = (1 + TRIES) * (usec)(n_servers == 0 ? 1 : n_servers);
	usec ms = patience / USEC_PER_MSEC / rounds;
	if (ms > TRY_MS_MAX) {
		return TRY_MS_MAX;
	}
	return ms < TRY_MS_MIN ? TRY_MS_MIN : (int)ms;
}

/* Everything c-ares would otherwise read files for is said here; resolv.conf is left, and even that
 * is not read when servers were named. The one place for what differs between versions. */
static int open_channel(
	struct carrier *carrier, const struct carrier_spec *spec, size_t n_servers) {
	struct in_addr placeholder = {htonl(INADDR_LOOPBACK)};
	char lookups[] = "b";
	struct ares_options options;
	memset(&options, 0, sizeof options);
	options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS;
	if (spec->failures == CARRIER_SHOWS_FAILURES) {
		options.flags |= ARES_FLAG_NOCHECKRESP;
	}
	options.timeout = try_ms(spec->patience, n_servers);
	options.tries = TRIES;
	options.ndots = 1;
	options.ednspsz = DNS_UDP_SIZE;
	options.lookups = lookups;
	options.sock_state_cb = note_socket;
	options.sock_state_cb_data = carrier;
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
			   ARES_OPT_EDNSPSZ | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB | ARES_OPT_DOMAINS |
			   ARES_OPT_SORTLIST | ARES_OPT_NOROTATE;
	if (spec->servers != NULL) {
		options.servers = &placeholder;
		options.nservers = 1;
		mask |= ARES_OPT_SERVERS;
	}
#ifdef ARES_OPT_QUERY_CACHE
	mask |= ARES_OPT_QUERY_CACHE; /* it pays no heed to AD, DO and CD; a lifetime of 0 is none */
#endif
	return ares_init_options(&carrier->channel, &options, mask);
}

/* c-ares is told the time of a try before it tells how many servers resolv.conf has. With more
 * than one the channel is made anew. */
static int open_for_all(struct carrier *carrier, const struct carrier_spec *spec) {
	bool named = spec->servers != NULL;
	int status = open_channel(carrier, spec, named ? spec->n_servers : 1);
	if (status == ARES_SUCCESS && named) {
		status = ares_set_servers_ports_csv(carrier->channel, spec->servers);
	}
	if (status != ARES_SUCCESS) {
		return status;
	}
	size_t n = describe_servers(carrier);
	if (!named && try_ms(spec->patience, n) != try_ms(spec->patience, 1)) {
		ares_destroy(carrier->channel);
		carrier->channel = NULL;
		status = open_channel(carrier, spec, n);
	}
	return status == ARES_SUCCESS && n == 0 ? ARES_EFILE : status;
}

bool resolver_library_memory(void *(*allocate)(size_t size), void *(*resize)(void *at, size_t size),
	void (*release)(void *at)) {
	return ares_library_init_mem(ARES_LIB_INIT_ALL, allocate, release, resize) == ARES_SUCCESS;
}

struct carrier *carrier_open(
	struct arena *arena, const struct carrier_spec *spec, struct err *err) {
	struct carrier *carrier = arena_alloc(arena, sizeof *carrier);
	carrier->arena = arena;
	carrier->servers = "";
	int status = ares_library_init(ARES_LIB_INIT_ALL);
	if (status != ARES_SUCCESS) {
		(void)err_set(
			err, ERR_LOCAL, "cannot start the resolver library: %s", ares_strerror(status));
		return NULL;
	}
	status = open_for_all(carrier, spec);
	if (status != ARES_SUCCESS) {
		const char *from = spec->servers == NULL ? " (are there name servers in resolv.conf?)" : "";
		(void)err_set(
			err, ERR_LOCAL, "cannot set up the resolver: %s%s", ares_strerror(status), from);
		carrier_close(carrier);
		return NULL;
	}
	return carrier;
}

void carrier_close(struct carrier *carrier) {
	if (carrier == NULL) {
		return;
	}
	if (carrier->channel != NULL) {
		ares_destroy(carrier->channel);
		carrier->channel = NULL;
	}
	ares_library_cleanup();
}

/* What it means that no message came. */
static enum carrier_status status_without_message(int status) {
	switch (status) {
	case ARES_ETIMEOUT:
		return CARRIER_TIMED_OUT;
	case ARES_ECONNREFUSED:
	case ARES_ESERVFAIL:
	case ARES_EREFUSED:
	case ARES_ENOTIMP:
	case ARES_EFORMERR:
		return CARRIER_REFUSED;
	case ARES_EBADRESP:
		return CARRIER_MALFORMED;
	default:
		return CARRIER_BROKEN;
	}
}

static void receive(void *context, int status, int timeouts, unsigned char *message, int len) {
	struct carrier_reply *reply = context;
	(void)timeouts;
	if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED) {
		return;
	}
	reply->why = ares_strerror(status);
	/* With a message it is an answer even if c-ares calls it a failure, as newer versions do. */
	if (message != NULL && len > 0) {
		reply->message = arena_copy_span(reply->arena, (struct span){message, (size_t)len});
		reply->status = CARRIER_ANSWERED;
	} else {
		reply->status = status_without_message(status);
	}
}

void carrier_send(struct carrier *carrier, struct span query, struct carrier_reply *reply) {
	struct arena *arena = reply->arena;
	*reply = (struct carrier_reply){.arena = arena};
	ares_send(carrier->channel, query.at, (int)query.len, receive, reply);
}

void carrier_cancel(struct carrier *carrier) {
	ares_cancel(carrier->channel);
}

size_t carrier_watch(
	const struct carrier *carrier, struct pollfd *fds, size_t max, usec now, usec *wake) {
	size_t n = carrier->n_fds < max ? carrier->n_fds : max;
	if (n > 0) {
		memcpy(fds, carrier->fds, n * sizeof *fds);
	}
	struct timeval left;
	if (ares_timeout(carrier->channel, NULL, &left) != NULL) {
		/* c-ares counts in milliseconds at times: one more, so that it is never asked too early */
		usec span = left.tv_sec * USEC_PER_SEC + left.tv_usec + USEC_PER_MSEC;
		*wake = usec_min(*wake, deadline_after(now, span));
	}
	return carrier->crowded ? max + 1 : n;
}

void carrier_step(struct carrier *carrier, const struct pollfd *fds, size_t n) {
	struct pollfd mine[CARRIER_FDS_MAX]; /* c-ares changes its list while it is served */
	size_t n_mine = carrier->n_fds;
	memcpy(mine, carrier->fds, n_mine * sizeof *mine);
	for (size_t i = 0; i < n_mine; i++) {
		short events = loop_events(fds, n, mine[i].fd);
		if (events != 0) {
			bool readable = (events & (POLLIN | POLLERR | POLLHUP)) != 0;
			bool writable = (events & (POLLOUT | POLLERR)) != 0;
			ares_process_fd(carrier->channel, readable ? mine[i].fd : ARES_SOCKET_BAD,
				writable ? mine[i].fd : ARES_SOCKET_BAD);
		}
	}
	ares_process_fd(carrier->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

const char *carrier_servers(const struct carrier *carrier) {
	return carrier->servers;
}

bool carrier_is_local(const struct carrier *carrier) {
	return carrier->local;
}
