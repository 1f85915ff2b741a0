/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A name server that is asked itself and says what the input says, over UDP and TCP: it is over in
 * time, each question has its outcome, and none was answered unless somebody did.
 *
 * Pieces, each: an octet of flags (1 over TCP, 2 the second question, 4 as it comes, 8 the octets
 * of the frame as they come, 16 nothing is read before the next piece, 32 the connection ends
 * behind it, 64 a second later), one of length, then those octets. But for 4, id and question are
 * put in front: of what comes, the first four octets are flags and counts. */
#include "dns/authority.h"

#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cursor.h"
#include "dns/dns_msg.h"
#include "fuzz.h"

#define SOCKETS_MAX (AUTHORITY_CONNECTIONS_MAX + 1)
#define STEPS_MAX 1000
#define QUESTIONS 2U
#define HEADER_OCTETS 12U
#define MESSAGE_MAX 1024U

enum flag { OVER_TCP = 1, SECOND = 2, RAW = 4, UNFRAMED = 8, UNREAD = 16, ENDS = 32, LATER = 64 };

static struct {
	int ours[AUTHORITY_TRANSPORTS]; /* the far end of the last socket of each kind; -1: none */
	bool said[AUTHORITY_TRANSPORTS];
} state;

/* NOLINTBEGIN(bugprone-reserved-identifier) */
int __wrap_socket(int family, int type, int protocol);
int __wrap_connect(int fd, const struct sockaddr *address, unsigned len);
ssize_t __wrap_getrandom(void *octets, size_t n, unsigned flags);

int __wrap_socket(int family, int type, int protocol) {
	int fds[2];
	int *ours = &state.ours[(type & SOCK_STREAM) != 0 ? AUTHORITY_TCP : AUTHORITY_UDP];
	(void)family;
	(void)protocol;
	FUZZ_REQUIRE(socketpair(AF_UNIX, type, 0, fds) == 0);
	FUZZ_REQUIRE(fcntl(fds[1], F_SETFL, O_NONBLOCK) == 0);
	(void)(*ours < 0 || close(*ours));
	*ours = fds[1];
	return fds[0];
}

int __wrap_connect(int fd, const struct sockaddr *address, unsigned len) {
	(void)fd;
	(void)address;
	(void)len;
	return 0;
}

/* Ids are those of an earlier run: an input must find them. */
ssize_t __wrap_getrandom(void *octets, size_t n, unsigned flags) {
	(void)flags;
	memset(octets, 0x42, n);
	return (ssize_t)n;
}
/* NOLINTEND(bugprone-reserved-identifier) */

static const struct {
	const char *name;
	enum dns_type type;
} asked[QUESTIONS] = {{"_25._tcp.mx1.a.test", DNS_TYPE_TLSA}, {"a.test", DNS_TYPE_DNSKEY}};

/* Id and question of the one that is meant, and the octets between them. */
static size_t build(uint8_t message[MESSAGE_MAX], size_t question, struct span octets) {
	struct dns_query query = {asked[question].name, asked[question].type,
		(uint16_t)(0x4242 + question), DNS_CHECKS_AUTHORITY};
	struct cursor cursor = cursor_new(octets);
	size_t len = dns_query_write(message, DNS_QUERY_MAX, &query);
	FUZZ_REQUIRE(len > 11);
	len -= 11; /* of EDNS0 */
	message[2] = (uint8_t)(cursor_u8(&cursor) ^ 0x84U);
	message[3] = cursor_u8(&cursor);
	message[7] = cursor_u8(&cursor);
	message[9] = cursor_u8(&cursor);
	message[11] = 0;
	struct span rest = cursor_span(&cursor, cursor_left(&cursor));
	if (rest.len > 0) {
		memcpy(message + len, rest.at, rest.len);
	}
	return len + rest.len;
}

static void say(enum authority_transport transport, struct span octets) {
	if (state.ours[transport] >= 0) {
		(void)send(state.ours[transport], octets.at, octets.len, MSG_NOSIGNAL);
		state.said[transport] = true;
	}
}

static unsigned play(struct cursor *cursor) {
	uint8_t message[MESSAGE_MAX];
	unsigned flags = cursor_u8(cursor);
	size_t len = cursor_u8(cursor);
	len = len < cursor_left(cursor) ? len : cursor_left(cursor);
	struct span octets = cursor_span(cursor, len);
	enum authority_transport transport = (flags & OVER_TCP) != 0 ? AUTHORITY_TCP : AUTHORITY_UDP;
	if ((flags & RAW) == 0) {
		octets = (struct span){message, build(message, (flags & SECOND) != 0 ? 1 : 0, octets)};
	}
	if (transport == AUTHORITY_TCP && (flags & UNFRAMED) == 0) {
		uint8_t frame[] = {(uint8_t)(octets.len >> 8), (uint8_t)octets.len};
		say(transport, (struct span){frame, sizeof frame});
	}
	say(transport, octets);
	if ((flags & ENDS) != 0 && state.ours[transport] >= 0) {
		(void)close(state.ours[transport]);
		state.ours[transport] = -1;
	}
	return flags;
}

static enum progress step(struct authority *authority, usec now) {
	struct pollfd fds[AUTHORITY_FDS];
	enum progress progress = PROGRESS_MOVED;
	usec wake = USEC_NEVER;
	for (int steps = 0; progress == PROGRESS_MOVED; steps++) {
		size_t n = authority_watch(authority, fds, AUTHORITY_FDS, &wake);
		FUZZ_REQUIRE(steps < STEPS_MAX && n <= AUTHORITY_FDS && wake != USEC_NEVER);
		(void)poll(fds, n, 0);
		progress = authority_step(authority, fds, n, now);
	}
	return progress;
}

static void check_answer(const struct authority_question *question, enum authority_transport over) {
	const struct authority_reply *reply = &question->replies[over];
	const struct dns_answer *answer = &reply->answer;
	FUZZ_REQUIRE(reply->outcome != AUTHORITY_PENDING);
	if (reply->outcome != AUTHORITY_ANSWERED) {
		return;
	}
	FUZZ_REQUIRE(state.said[over] && answer->octets >= HEADER_OCTETS);
	FUZZ_REQUIRE(answer->n_records <= dns_records_kept(question->type));
	for (size_t i = 0; i < answer->n_records; i++) {
		FUZZ_REQUIRE(answer->records[i].type == question->type);
		FUZZ_REQUIRE(answer->records[i].data.len <= answer->octets);
	}
}

static void finish(void) {
	for (size_t i = 0; i < AUTHORITY_TRANSPORTS; i++) {
		(void)(state.ours[i] < 0 || close(state.ours[i]));
		state.ours[i] = -1;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const uint8_t address[] = {192, 0, 2, 53};
	struct arena *arena = fuzz_arena();
	struct authority_question questions[QUESTIONS] = {
		{.name = asked[0].name, .type = asked[0].type},
		{.name = asked[1].name, .type = asked[1].type}};
	usec now = USEC_PER_SEC;
	struct authority_spec spec = {.family = 4,
		.address = {address, sizeof address},
		.port = AUTHORITY_PORT,
		.questions = questions,
		.n = QUESTIONS,
		.deadline = 100 * USEC_PER_SEC};
	struct cursor cursor = cursor_new((struct span){data, size});
	state.ours[0] = state.ours[1] = -1;
	state.said[0] = state.said[1] = false;
	struct authority *authority = authority_new(arena, &spec, now);
	enum progress progress = PROGRESS_WAITING;
	while (cursor_left(&cursor) > 0 && progress != PROGRESS_DONE) {
		unsigned flags = play(&cursor);
		now += (flags & LATER) != 0 ? USEC_PER_SEC : 0;
		progress = (flags & UNREAD) != 0 ? progress : step(authority, now);
	}
	progress = progress == PROGRESS_DONE ? progress : step(authority, now + AUTHORITY_PATIENCE);
	FUZZ_REQUIRE(progress == PROGRESS_DONE);
	for (size_t i = 0; i < QUESTIONS; i++) {
		check_answer(&questions[i], AUTHORITY_UDP);
		check_answer(&questions[i], AUTHORITY_TCP);
	}
	authority_close(authority);
	finish();
	arena_free(arena);
	return 0;
}
