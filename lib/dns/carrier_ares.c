/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The raw ares_send() works alike from 1.18 to today; the record interface does not exist in 1.18.
 */
#define CARES_NO_DEPRECATED

#include <ares.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/text.h"
#include "dns/carrier.h"
#include "dns/dns_msg.h"
#include "dns/resolver.h"
#include "io/loop.h"

#define TRIES 2 /* per server; the second waits twice as long as the first */
#define TRY_MS_MAX 2000
#define TRY_MS_MIN 100
#define MEASURES_SINCE 0x012000 /* 1.32.0, see n_tries() */
#define MEASURED_MS_MIN 250

/* What c-ares holds on to until it has an answer, whoever has given up before. */
struct carrier_request {
	struct carrier *carrier;
	struct carrier_reply *reply;  /* NULL: nobody waits */
	struct carrier_request *next; /* of those not in use */
};

struct carrier {
	struct arena *arena;
	struct carrier_request *unused;
	ares_channel channel;
	struct pollfd fds[CARRIER_FDS_MAX]; /* what c-ares wants to know about */
	size_t n_fds;
	const struct server_address *servers;
	size_t n_servers;
	int serving;   /* the descriptor that c-ares is served for, -1: none */
	bool crowded;  /* c-ares has more sockets than there is room for */
	usec patience; /* with one query */
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

/* How long the first try may last so that all tries of all servers end within the patience. */
static int try_ms(usec patience, size_t n_servers) {
	usec rounds = (1 + TRIES) * (usec)(n_servers == 0 ? 1 : n_servers);
	usec ms = patience / USEC_PER_MSEC / rounds;
	if (ms > TRY_MS_MAX) {
		return TRY_MS_MAX;
	}
	return ms < TRY_MS_MIN ? TRY_MS_MIN : (int)ms;
}

/* What TRIES of that length come to: so long is the silence of every server. */
static usec patience_of(int once_ms, size_t n_servers) {
	return (1 + TRIES) * (usec)(n_servers == 0 ? 1 : n_servers) * once_ms * USEC_PER_MSEC;
}

/* From 1.32 on c-ares measures: after three quick answers a server's first try lasts a quarter of a
 * second and each further one at least as long as all before it, whatever time was asked for. TRIES
 * of them would give a resolver that has to ask others less than a second: there are as many as
 * fill the patience. */
static int n_tries(int once_ms) {
	int version = 0;
	int tries = 1;
	(void)ares_version(&version);
	if (version < MEASURES_SINCE) {
		return TRIES;
	}
	for (usec ms = MEASURED_MS_MIN; ms * USEC_PER_MSEC < patience_of(once_ms, 1); ms *= 2) {
		tries++;
	}
	return tries < TRIES ? TRIES : tries;
}

/* Everything c-ares would otherwise read files for is said here. The one place for what differs
 * between versions. */
static int open_channel(struct carrier *carrier, const struct carrier_spec *spec) {
	struct in_addr placeholder = {htonl(INADDR_LOOPBACK)};
	char lookups[] = "b";
	struct ares_options options;
	memset(&options, 0, sizeof options);
	options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS;
	if (spec->failures == CARRIER_SHOWS_FAILURES) {
		options.flags |= ARES_FLAG_NOCHECKRESP;
	}
	options.timeout = try_ms(spec->patience, spec->n_servers);
	options.tries = n_tries(options.timeout);
	carrier->patience = patience_of(options.timeout, spec->n_servers);
	options.ndots = 1;
	options.ednspsz = DNS_UDP_SIZE;
	options.lookups = lookups;
	options.sock_state_cb = note_socket;
	options.sock_state_cb_data = carrier;
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
			   ARES_OPT_EDNSPSZ | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB | ARES_OPT_DOMAINS |
			   ARES_OPT_SORTLIST | ARES_OPT_NOROTATE | ARES_OPT_SERVERS;
	options.servers = &placeholder;
	options.nservers = 1;
#ifdef ARES_OPT_QUERY_CACHE
	mask |= ARES_OPT_QUERY_CACHE; /* it pays no heed to AD, DO and CD; a lifetime of 0 is none */
#endif
	return ares_init_options(&carrier->channel, &options, mask);
}

/* --- an address with a zone --- */

static bool is_zoned(const struct carrier *carrier) {
	for (size_t i = 0; i < carrier->n_servers; i++) {
		if (carrier->servers[i].zone != 0) {
			return true;
		}
	}
	return false;
}

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
	const struct carrier *carrier = context;
	struct sockaddr_in6 in6;
	if (addr->sa_family != AF_INET6 || len < sizeof in6) {
		return connect(fd, addr, len);
	}
	memcpy(&in6, addr, sizeof in6);
	for (size_t i = 0; i < carrier->n_servers; i++) {
		if (carrier->servers[i].zone != 0 && server_address_is(&carrier->servers[i], addr)) {
			in6.sin6_scope_id = carrier->servers[i].zone;
		}
	}
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

/* Older c-ares knows no zones: it is given the bare address, and its sockets the zone. */
static int set_bare_servers(struct carrier *carrier, const char *bare) {
	static const struct ares_socket_functions functions = {
		open_socket, close_socket, connect_socket, receive_octets, send_octets};
	ares_set_socket_functions(carrier->channel, &functions, carrier);
	return ares_set_servers_ports_csv(carrier->channel, bare);
}

/* Newer c-ares drops what it cannot use in silence. */
static bool has_all_zones(const struct carrier *carrier) {
	struct ares_addr_port_node *known = NULL;
	size_t n = 0;
	size_t n_wanted = 0;
	if (ares_get_servers_ports(carrier->channel, &known) != ARES_SUCCESS) {
		return false;
	}
	for (size_t i = 0; i < carrier->n_servers; i++) {
		const struct server_address *server = &carrier->servers[i];
		n_wanted += server->zone != 0;
		for (struct ares_addr_port_node *node = known; node != NULL; node = node->next) {
			if (server->zone != 0 && node->family == AF_INET6 &&
				memcmp(&node->addr.addr6, server->addr, sizeof server->addr) == 0) {
				n++;
				break;
			}
		}
	}
	ares_free_data(known);
	return n == n_wanted;
}

static int set_servers(struct carrier *carrier) {
	size_t room = carrier->n_servers * (SERVER_ADDRESS_MAX + 1);
	struct text zoned = text_new(carrier->arena, room);
	struct text bare = text_new(carrier->arena, room);
	for (size_t i = 0; i < carrier->n_servers; i++) {
		const struct server_address *server = &carrier->servers[i];
		const char *between = i == 0 ? "" : ",";
		text_addf(&zoned, "%s%s", between, server->zone != 0 ? server->text : server->unzoned);
		text_addf(&bare, "%s%s", between, server->unzoned);
	}
	if (!is_zoned(carrier)) {
		return ares_set_servers_ports_csv(carrier->channel, bare.at);
	}
	int status = ares_set_servers_ports_csv(carrier->channel, zoned.at);
	return status == ARES_SUCCESS && has_all_zones(carrier) ? status
															: set_bare_servers(carrier, bare.at);
}

bool resolver_library_memory(void *(*allocate)(size_t size), void *(*resize)(void *at, size_t size),
	void (*release)(void *at)) {
	return ares_library_init_mem(ARES_LIB_INIT_ALL, allocate, release, resize) == ARES_SUCCESS;
}

struct carrier *carrier_open(
	struct arena *arena, const struct carrier_spec *spec, struct err *err) {
	struct carrier *carrier = arena_alloc(arena, sizeof *carrier);
	carrier->arena = arena;
	carrier->servers = spec->servers;
	carrier->n_servers = spec->n_servers;
	carrier->serving = -1;
	int status = ares_library_init(ARES_LIB_INIT_ALL);
	if (status != ARES_SUCCESS) {
		(void)err_set(
			err, ERR_LOCAL, "cannot start the resolver library: %s", ares_strerror(status));
		return NULL;
	}
	status = open_channel(carrier, spec);
	if (status == ARES_SUCCESS) {
		status = set_servers(carrier);
	}
	if (status != ARES_SUCCESS) {
		(void)err_set(err, ERR_LOCAL, "cannot set up the resolver: %s", ares_strerror(status));
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
	/* In the answer: what we ask is checked before. Of a message with a name that has more than 255
	 * characters when it is written newer versions hand over nothing, so that nobody can tell which
	 * record is to blame (mx-name-invalid); older ones leave that to us. */
	case ARES_EBADNAME:
		return CARRIER_MALFORMED;
	default:
		return CARRIER_BROKEN;
	}
}

/* Whose message it is. c-ares does not tell; but its sockets are connected. */
static const char *server_of(const struct carrier *carrier) {
	struct sockaddr_storage peer;
	socklen_t len = sizeof peer;
	if (carrier->n_servers == 1) {
		return carrier->servers[0].text;
	}
	if (carrier->serving < 0 ||
		getpeername(carrier->serving, (struct sockaddr *)&peer, &len) != 0) {
		return NULL;
	}
	for (size_t i = 0; i < carrier->n_servers; i++) {
		if (server_address_is(&carrier->servers[i], (const struct sockaddr *)&peer)) {
			return carrier->servers[i].text;
		}
	}
	return NULL;
}

static void receive(void *context, int status, int timeouts, unsigned char *message, int len) {
	struct carrier_request *request = context;
	struct carrier *carrier = request->carrier;
	struct carrier_reply *reply = request->reply;
	(void)timeouts;
	request->next = carrier->unused;
	carrier->unused = request;
	if (reply != NULL) {
		reply->request = NULL;
	}
	if (reply == NULL || status == ARES_EDESTRUCTION || status == ARES_ECANCELLED) {
		return;
	}
	reply->why = ares_strerror(status);
	/* With a message it is an answer even if c-ares calls it a failure, as newer versions do. */
	if (message != NULL && len > 0) {
		reply->message = arena_copy_span(reply->arena, (struct span){message, (size_t)len});
		reply->server = server_of(carrier);
		reply->status = CARRIER_ANSWERED;
	} else {
		reply->status = status_without_message(status);
	}
}

void carrier_send(
	struct carrier *carrier, struct span query, struct carrier_reply *reply, usec now) {
	struct carrier_request *request = carrier->unused;
	if (request == NULL) {
		request = arena_alloc(carrier->arena, sizeof *request);
	} else {
		carrier->unused = request->next;
	}
	*request = (struct carrier_request){.carrier = carrier, .reply = reply};
	*reply = (struct carrier_reply){.arena = reply->arena, .request = request};
	reply->until = deadline_after(now, carrier->patience);
	ares_send(carrier->channel, query.at, (int)query.len, receive, request);
}

void carrier_forget(struct carrier_reply *reply) {
	if (reply->request != NULL) {
		reply->request->reply = NULL;
		reply->request = NULL;
	}
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
			carrier->serving = mine[i].fd;
			ares_process_fd(carrier->channel, readable ? mine[i].fd : ARES_SOCKET_BAD,
				writable ? mine[i].fd : ARES_SOCKET_BAD);
		}
	}
	carrier->serving = -1;
	ares_process_fd(carrier->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}
