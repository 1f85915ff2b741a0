/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A name server that follows a table of rules. */
#include "dns_responder.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#define HEADER_OCTETS 12U

/* Start of the OPT record we send: root, OPT, 1232 octets, DO. Newer c-ares puts a cookie into it.
 */
static const uint8_t opt[] = {0, 0, 41, 0x04, 0xD0, 0, 0, 0x80, 0};

static bool has_opt(struct span query) {
	return query.at[11] == 1;
}

/* Where the question ends. The query is our own, so it is well formed. */
static size_t question_end(struct span query) {
	size_t at = HEADER_OCTETS;
	while (at < query.len && query.at[at] != 0) {
		at += 1U + query.at[at];
	}
	return at + 5;
}

static void note(struct responder *responder, struct span query) {
	uint16_t id = (uint16_t)(query.at[0] << 8 | query.at[1]);
	size_t end = question_end(query);
	bool usual = query.at[2] == 0x01 && (query.at[3] & 0x20) != 0 && has_opt(query) &&
				 query.len >= end + sizeof opt && memcmp(query.at + end, opt, sizeof opt) == 0;
	responder->n_queries++;
	responder->n_unusual += usual ? 0 : 1;
	responder->n_same_ids += responder->n_queries > 1 && id == responder->last_id ? 1 : 0;
	responder->last_id = id;
}

static const struct responder_rule *rule_for(
	struct responder *responder, struct span query, enum responder_when transport) {
	const uint8_t *label = query.at + HEADER_OCTETS;
	for (const struct responder_rule *rule = responder->rules; rule->label != NULL; rule++) {
		if (strlen(rule->label) != label[0] || memcmp(rule->label, label + 1, label[0]) != 0) {
			continue;
		}
		bool fits = rule->when == ALWAYS || rule->when == transport ||
					(rule->when == WITH_CD && (query.at[3] & 0x10) != 0) ||
					(rule->when == WITH_EDNS && has_opt(query));
		if (rule->when == FIRST_TIME && responder->used != rule) {
			responder->used = rule;
			fits = true;
		}
		if (fits) {
			return rule;
		}
	}
	return NULL;
}

static void add_tlsa(struct dns_bytes *bytes, unsigned n) {
	static struct dns_bytes record;
	dns_bytes_compile(&record,
		"@12 0034 0001 0000003c [ 030101 0000000000000000000000000000000000000000000000000000000000"
		"000000 ]");
	for (unsigned i = 0; i < n; i++) {
		record.at[record.len - 1] = (uint8_t)i;
		dns_bytes_add(bytes, record.at, record.len);
	}
}

/* Compose the answer; false for silence. */
static bool answer(struct responder *responder, struct dns_bytes *out, struct span query,
	enum responder_when transport) {
	static struct dns_bytes body;
	note(responder, query);
	const struct responder_rule *rule = rule_for(responder, query, transport);
	if (rule == NULL || rule->counts == NULL) {
		return false;
	}
	char head[64];
	uint8_t first = query.at[0] ^ (responder->wrong_ids ? 0x80 : 0);
	(void)snprintf(
		head, sizeof head, "%02x%02x %s 0001 %s", first, query.at[1], rule->flags, rule->counts);
	dns_bytes_compile(out, head);
	dns_bytes_add(out, query.at + HEADER_OCTETS, question_end(query) - HEADER_OCTETS);
	if (rule->body != NULL) {
		dns_bytes_compile(&body, rule->body);
		dns_bytes_add(out, body.at, body.len);
	}
	add_tlsa(out, rule->n_tlsa);
	return true;
}

static bool serve_udp(struct responder *responder) {
	static struct dns_bytes out;
	uint8_t query[DNS_QUERY_MAX];
	size_t burst = 0;
	for (;;) {
		struct sockaddr_in from;
		socklen_t len = sizeof from;
		ssize_t n = recvfrom(
			responder->udp, query, sizeof query, MSG_DONTWAIT, (struct sockaddr *)&from, &len);
		if (n < 0) {
			break;
		}
		burst++;
		if (answer(responder, &out, (struct span){query, (size_t)n}, OVER_UDP)) {
			ck_assert_int_eq(
				sendto(responder->udp, out.at, out.len, 0, (struct sockaddr *)&from, len),
				(ssize_t)out.len);
		}
	}
	responder->largest_burst = burst > responder->largest_burst ? burst : responder->largest_burst;
	return burst > 0;
}

/* One query of a stream; false when there is none. */
static bool serve_stream(struct responder *responder, int fd) {
	static struct dns_bytes out;
	uint8_t query[DNS_QUERY_MAX + 2];
	ssize_t n = recv(fd, query, 2, MSG_DONTWAIT | MSG_PEEK);
	size_t len = n == 2 ? 2 + (size_t)(query[0] << 8 | query[1]) : 0;
	if (len == 0 || len > sizeof query ||
		recv(fd, query, len, MSG_DONTWAIT | MSG_PEEK) < (ssize_t)len) {
		return false;
	}
	ck_assert_int_eq(recv(fd, query, len, 0), (ssize_t)len);
	responder->n_tcp++;
	if (answer(responder, &out, (struct span){query + 2, len - 2}, ALWAYS)) {
		uint8_t prefix[2] = {(uint8_t)(out.len >> 8), (uint8_t)out.len};
		ck_assert_int_eq(send(fd, prefix, 2, MSG_NOSIGNAL), 2);
		ck_assert_int_eq(send(fd, out.at, out.len, MSG_NOSIGNAL), (ssize_t)out.len);
	}
	return true;
}

static bool accept_stream(struct responder *responder) {
	int stream = responder->n_streams < RESPONDER_STREAMS_MAX
					 ? accept4(responder->tcp, NULL, NULL, SOCK_NONBLOCK)
					 : -1;
	if (stream < 0) {
		return false;
	}
	responder->n_connections++;
	if (responder->ending == STREAMS_END_AT_ONCE) {
		(void)close(stream);
	} else {
		responder->streams[responder->n_streams++] = stream;
	}
	return true;
}

static bool serve_streams(struct responder *responder) {
	bool moved = false;
	for (size_t i = 0; i < responder->n_streams;) {
		char octet = 0;
		bool served = serve_stream(responder, responder->streams[i]);
		bool over = served ? responder->ending == STREAMS_END_BEHIND_AN_ANSWER
						   : recv(responder->streams[i], &octet, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
		moved = served || moved;
		if (over) {
			(void)close(responder->streams[i]);
			responder->streams[i] = responder->streams[--responder->n_streams];
		} else {
			i++;
		}
	}
	return moved;
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	(void)fds;
	(void)n;
	(void)now;
	struct responder *responder = (struct responder *)source;
	bool moved = serve_udp(responder);
	moved = accept_stream(responder) || moved;
	moved = serve_streams(responder) || moved;
	return moved ? PROGRESS_MOVED : PROGRESS_WAITING;
}

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)now;
	struct responder *responder = (struct responder *)source;
	(void)wake;
	ck_assert_uint_ge(max, 2 + responder->n_streams);
	fds[0] = (struct pollfd){.fd = responder->udp, .events = POLLIN};
	fds[1] = (struct pollfd){.fd = responder->tcp, .events = POLLIN};
	size_t n = 2;
	for (size_t i = 0; i < responder->n_streams; i++) {
		fds[n++] = (struct pollfd){.fd = responder->streams[i], .events = POLLIN};
	}
	return n;
}

void responder_open(struct responder *responder, const struct responder_rule *rules) {
	static const struct source_ops ops = {watch, step};
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof addr;
	*responder = (struct responder){.source = {&ops}, .rules = rules};
	/* a port that is free for UDP is nearly always free for TCP; if not, another is tried */
	for (int attempt = 0; attempt < 10; attempt++) {
		addr.sin_port = 0;
		responder->udp = socket(AF_INET, SOCK_DGRAM, 0);
		responder->tcp = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		ck_assert_int_eq(bind(responder->udp, (struct sockaddr *)&addr, len), 0);
		ck_assert_int_eq(getsockname(responder->udp, (struct sockaddr *)&addr, &len), 0);
		if (bind(responder->tcp, (struct sockaddr *)&addr, len) == 0) {
			break;
		}
		responder_close(responder);
	}
	ck_assert_int_eq(listen(responder->tcp, 8), 0);
	(void)snprintf(
		responder->address, sizeof responder->address, "127.0.0.1:%d", (int)ntohs(addr.sin_port));
}

void responder_close(struct responder *responder) {
	(void)close(responder->udp);
	(void)close(responder->tcp);
	for (size_t i = 0; i < responder->n_streams; i++) {
		(void)close(responder->streams[i]);
	}
	responder->n_streams = 0;
}
