/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One name server asked directly: two sockets, and which answer belongs to which question. */
#include "dns/authority.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "dns/dns_msg.h"

#define FRAME_OCTETS 2U /* RFC 1035 4.2.2: the length in front of each message over TCP */
#define ID_OCTETS 2U
#define UDP_BATCH 32 /* datagrams looked at in one step: a flood holds nobody up */

struct stream {
	int fd;       /* -1: none */
	uint8_t *out; /* what is to be sent */
	size_t n_out;
	size_t n_sent;
	uint8_t frame[FRAME_OCTETS];
	size_t n_frame;
	uint8_t *message; /* NULL: its length is not known yet */
	size_t len;
	size_t n_read;
	unsigned n_connections;
	size_t n_answers; /* on this connection */
};

struct authority {
	struct arena *arena;
	struct authority_spec spec;
	struct sockaddr_storage peer;
	socklen_t peer_len;
	uint16_t ids[AUTHORITY_TRANSPORTS][AUTHORITY_QUESTIONS_MAX];
	int udp; /* -1: none */
	struct stream tcp;
	usec deadline;
	usec again; /* when what is open is sent again over UDP */
};

/* --- outcomes --- */

static struct authority_reply *reply_at(
	const struct authority *authority, enum authority_transport transport, size_t i) {
	return &authority->spec.questions[i].replies[transport];
}

static bool is_open(const struct authority *authority, enum authority_transport transport) {
	for (size_t i = 0; i < authority->spec.n; i++) {
		if (reply_at(authority, transport, i)->outcome == AUTHORITY_PENDING) {
			return true;
		}
	}
	return false;
}

/* What is open gets this outcome. */
static void settle(struct authority *authority, enum authority_transport transport,
	enum authority_outcome outcome) {
	for (size_t i = 0; i < authority->spec.n; i++) {
		struct authority_reply *reply = reply_at(authority, transport, i);
		if (reply->outcome == AUTHORITY_PENDING) {
			reply->outcome = outcome;
		}
	}
}

/* False for a message that answers nothing that is open: over UDP anybody may send one. */
static bool take_message(
	struct authority *authority, enum authority_transport transport, struct span message) {
	for (size_t i = 0; i < authority->spec.n && message.len >= ID_OCTETS; i++) {
		const struct authority_question *question = &authority->spec.questions[i];
		struct authority_reply *reply = reply_at(authority, transport, i);
		unsigned id = (unsigned)message.at[0] << 8 | message.at[1];
		if (reply->outcome != AUTHORITY_PENDING || authority->ids[transport][i] != id) {
			continue;
		}
		struct dns_query query = {question->name, question->type, 0, DNS_CHECKS_AUTHORITY};
		bool ok = dns_answer_parse(&reply->answer, authority->arena, message, &query, NULL);
		reply->outcome = ok ? AUTHORITY_ANSWERED : AUTHORITY_MALFORMED;
		return true;
	}
	return false;
}

/* --- sending --- */

static size_t write_query(const struct authority *authority, enum authority_transport transport,
	size_t i, uint8_t out[DNS_QUERY_MAX]) {
	const struct authority_question *question = &authority->spec.questions[i];
	struct dns_query query = {
		question->name, question->type, authority->ids[transport][i], DNS_CHECKS_AUTHORITY};
	return dns_query_write(out, DNS_QUERY_MAX, &query);
}

static int open_socket(const struct authority *authority, int type) {
	int fd = socket(authority->peer.ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd >= 0 &&
		connect(fd, (const struct sockaddr *)&authority->peer, authority->peer_len) != 0 &&
		errno != EINPROGRESS) {
		int reason = errno;
		(void)close(fd);
		errno = reason;
		return -1;
	}
	return fd;
}

static void close_udp(struct authority *authority, enum authority_outcome outcome) {
	settle(authority, AUTHORITY_UDP, outcome);
	if (authority->udp >= 0) {
		(void)close(authority->udp);
		authority->udp = -1;
	}
}

static void send_udp(struct authority *authority, usec now) {
	authority->again = deadline_after(now, AUTHORITY_TRY);
	for (size_t i = 0; i < authority->spec.n && authority->udp >= 0; i++) {
		uint8_t query[DNS_QUERY_MAX];
		if (reply_at(authority, AUTHORITY_UDP, i)->outcome != AUTHORITY_PENDING) {
			continue;
		}
		size_t len = write_query(authority, AUTHORITY_UDP, i, query);
		if (len == 0) {
			reply_at(authority, AUTHORITY_UDP, i)->outcome = AUTHORITY_NO_WAY;
		} else if (send(authority->udp, query, len, MSG_NOSIGNAL) < 0 && errno == ECONNREFUSED) {
			close_udp(authority, AUTHORITY_CLOSED); /* told of by ICMP since the one before */
		}
	}
}

static void end_tcp(struct authority *authority, enum authority_outcome outcome) {
	settle(authority, AUTHORITY_TCP, outcome);
	if (authority->tcp.fd >= 0) {
		(void)close(authority->tcp.fd);
		authority->tcp.fd = -1;
	}
}

/* connect() itself fails for want of a way to the peer; on loopback it also knows at once that
 * nobody listens. */
static void start_tcp(struct authority *authority) {
	struct stream *tcp = &authority->tcp;
	tcp->n_out = tcp->n_sent = tcp->n_frame = tcp->n_answers = 0;
	tcp->message = NULL;
	tcp->n_connections++;
	for (size_t i = 0; i < authority->spec.n; i++) {
		if (reply_at(authority, AUTHORITY_TCP, i)->outcome != AUTHORITY_PENDING) {
			continue;
		}
		uint8_t *at = tcp->out + tcp->n_out;
		size_t len = write_query(authority, AUTHORITY_TCP, i, at + FRAME_OCTETS);
		if (len == 0) {
			reply_at(authority, AUTHORITY_TCP, i)->outcome = AUTHORITY_NO_WAY;
			continue;
		}
		at[0] = (uint8_t)(len >> 8);
		at[1] = (uint8_t)len;
		tcp->n_out += FRAME_OCTETS + len;
	}
	tcp->fd = open_socket(authority, SOCK_STREAM);
	if (tcp->fd < 0) {
		end_tcp(authority, errno == ECONNREFUSED ? AUTHORITY_CLOSED : AUTHORITY_NO_WAY);
	}
}

/* --- receiving --- */

static enum progress step_udp(struct authority *authority) {
	enum progress progress = PROGRESS_WAITING;
	for (int i = 0; i < UDP_BATCH && authority->udp >= 0; i++) {
		uint8_t bytes[DNS_UDP_SIZE + 1];
		ssize_t n = recv(authority->udp, bytes, sizeof bytes, 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			break;
		}
		progress = PROGRESS_MOVED;
		if (n < 0) {
			close_udp(authority, AUTHORITY_CLOSED);
		} else {
			(void)take_message(authority, AUTHORITY_UDP, (struct span){bytes, (size_t)n});
		}
	}
	if (authority->udp >= 0 && !is_open(authority, AUTHORITY_UDP)) {
		close_udp(authority, AUTHORITY_ANSWERED);
	}
	return progress;
}

/* Over, from the peer's side: a server that closes behind each answer is asked again for the rest.
 */
static void lose_tcp(struct authority *authority) {
	struct stream *tcp = &authority->tcp;
	if (tcp->n_answers > 0 && tcp->n_connections < AUTHORITY_CONNECTIONS_MAX) {
		(void)close(tcp->fd);
		tcp->fd = -1;
		start_tcp(authority);
		return;
	}
	end_tcp(authority, AUTHORITY_CLOSED);
}

/* False when there is nothing to read now, or no more. */
static bool read_some(struct authority *authority, uint8_t *at, size_t room, size_t *n_read) {
	ssize_t n = recv(authority->tcp.fd, at, room, 0);
	if (n > 0) {
		*n_read += (size_t)n;
		return true;
	}
	if (n == 0 || (errno != EAGAIN && errno != EINTR && errno != ENOTCONN)) {
		lose_tcp(authority);
	}
	return false;
}

static bool read_tcp(struct authority *authority) {
	struct stream *tcp = &authority->tcp;
	if (tcp->message == NULL) {
		size_t room = FRAME_OCTETS - tcp->n_frame;
		if (!read_some(authority, tcp->frame + tcp->n_frame, room, &tcp->n_frame)) {
			return false;
		}
		if (tcp->n_frame == FRAME_OCTETS) {
			tcp->len = (size_t)tcp->frame[0] << 8 | tcp->frame[1];
			tcp->message = arena_alloc(authority->arena, tcp->len);
			tcp->n_read = 0;
		}
	} else if (!read_some(
				   authority, tcp->message + tcp->n_read, tcp->len - tcp->n_read, &tcp->n_read)) {
		return false;
	}
	if (tcp->message != NULL && tcp->n_read == tcp->len) {
		struct span message = {tcp->message, tcp->len};
		if (!take_message(authority, AUTHORITY_TCP, message)) {
			end_tcp(authority, AUTHORITY_MALFORMED); /* nobody else writes here */
			return false;
		}
		arena_release(authority->arena, tcp->message, tcp->len);
		tcp->message = NULL;
		tcp->n_frame = 0;
		tcp->n_answers++;
	}
	return true;
}

static enum progress step_tcp(struct authority *authority, short events) {
	struct stream *tcp = &authority->tcp;
	enum progress progress = PROGRESS_WAITING;
	if (tcp->fd >= 0 && tcp->n_sent < tcp->n_out) {
		ssize_t n = send(tcp->fd, tcp->out + tcp->n_sent, tcp->n_out - tcp->n_sent, MSG_NOSIGNAL);
		if (n > 0) {
			tcp->n_sent += (size_t)n;
			progress = PROGRESS_MOVED;
		} else if (n < 0 && errno != EAGAIN && errno != EINTR && errno != ENOTCONN) {
			lose_tcp(authority);
			return PROGRESS_MOVED;
		}
	}
	while (
		tcp->fd >= 0 && events != 0 && is_open(authority, AUTHORITY_TCP) && read_tcp(authority)) {
		progress = PROGRESS_MOVED;
	}
	if (tcp->fd >= 0 && !is_open(authority, AUTHORITY_TCP)) {
		end_tcp(authority, AUTHORITY_ANSWERED);
	}
	return progress;
}

/* --- the server --- */

static void set_peer(struct authority *authority) {
	const struct authority_spec *spec = &authority->spec;
	if (spec->family == 4) {
		struct sockaddr_in *in = (struct sockaddr_in *)&authority->peer;
		*in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(spec->port)};
		memcpy(&in->sin_addr, spec->address.at, sizeof in->sin_addr);
		authority->peer_len = sizeof *in;
	} else {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&authority->peer;
		*in6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(spec->port)};
		memcpy(&in6->sin6_addr, spec->address.at, sizeof in6->sin6_addr);
		authority->peer_len = sizeof *in6;
	}
}

/* Ids are not to be guessed, and differ from each other. */
static bool choose_ids(struct authority *authority) {
	uint16_t first[AUTHORITY_TRANSPORTS];
	if (getrandom(first, sizeof first, 0) != (ssize_t)sizeof first) {
		return false;
	}
	for (size_t t = 0; t < AUTHORITY_TRANSPORTS; t++) {
		for (size_t i = 0; i < authority->spec.n; i++) {
			authority->ids[t][i] = (uint16_t)(first[t] + i);
		}
	}
	return true;
}

struct authority *authority_new(struct arena *arena, const struct authority_spec *spec, usec now) {
	struct authority *authority = arena_alloc(arena, sizeof *authority);
	authority->arena = arena;
	authority->spec = *spec;
	authority->udp = authority->tcp.fd = -1;
	authority->deadline = usec_min(spec->deadline, deadline_after(now, AUTHORITY_PATIENCE));
	authority->tcp.out = arena_alloc_array(arena, spec->n, FRAME_OCTETS + DNS_QUERY_MAX);
	set_peer(authority);
	if (!choose_ids(authority)) {
		settle(authority, AUTHORITY_UDP, AUTHORITY_NO_WAY);
		settle(authority, AUTHORITY_TCP, AUTHORITY_NO_WAY);
		return authority;
	}
	authority->udp = open_socket(authority, SOCK_DGRAM);
	if (authority->udp < 0) {
		settle(authority, AUTHORITY_UDP, AUTHORITY_NO_WAY);
	}
	send_udp(authority, now);
	start_tcp(authority);
	return authority;
}

size_t authority_watch(
	const struct authority *authority, struct pollfd *fds, size_t max, usec *wake) {
	const struct stream *tcp = &authority->tcp;
	size_t n = 0;
	if (authority->udp >= 0) {
		if (n < max) {
			fds[n] = (struct pollfd){.fd = authority->udp, .events = POLLIN};
		}
		n++;
		*wake = usec_min(*wake, authority->again);
	}
	if (tcp->fd >= 0) {
		short unsent = tcp->n_sent < tcp->n_out ? POLLOUT : 0;
		if (n < max) {
			fds[n] = (struct pollfd){.fd = tcp->fd, .events = (short)(POLLIN | unsent)};
		}
		n++;
	}
	*wake = usec_min(*wake, authority->deadline);
	return n;
}

enum progress authority_step(
	struct authority *authority, const struct pollfd *fds, size_t n, usec now) {
	enum progress progress = step_udp(authority);
	short events = loop_events(fds, n, authority->tcp.fd);
	if (step_tcp(authority, events) == PROGRESS_MOVED) {
		progress = PROGRESS_MOVED;
	}
	if (now >= authority->deadline) {
		/* Where the whole sweep had no time left, nobody was silent for long enough. */
		bool patient = authority->deadline < authority->spec.deadline;
		enum authority_outcome outcome = patient ? AUTHORITY_SILENT : AUTHORITY_PENDING;
		close_udp(authority, outcome);
		end_tcp(authority, outcome);
	}
	if (authority->udp < 0 && authority->tcp.fd < 0) {
		return PROGRESS_DONE;
	}
	if (now >= authority->again) {
		send_udp(authority, now);
	}
	return progress;
}

void authority_close(struct authority *authority) {
	if (authority != NULL) {
		close_udp(authority, AUTHORITY_PENDING);
		end_tcp(authority, AUTHORITY_PENDING);
	}
}
