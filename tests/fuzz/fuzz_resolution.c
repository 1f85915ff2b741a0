/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A whole resolution: answers are what the input makes of them, from the octets of the message on,
 * and a server that is as it should be stands at every address. Whatever comes of it is printed as
 * it should be, and is OK only when a message with AD had the digest of the server's key in it.
 *
 * Octet 0: 1 all nodes and certificate types, 2 -vvv, 4 denial probe, 8 level dane. Then for each
 * question one octet and what it asks for: see answer(). Behind the last, honest answers. */
#include "dns/carrier.h"
#include "dns/dns_msg.h"
#include "dns/dns_name.h"
#include "fuzz.h"
#include "whole.h"

#define MESSAGE_MAX 4096U
#define HEADER_OCTETS 12U
#define FLAG_AD 0x20U

enum answer_how {
	ANSWER_HONEST,
	ANSWER_DAMAGED, /* honest, then a place and what is put there, three times */
	ANSWER_BUILT,   /* flags, counts, then the records as they come */
	ANSWER_RAW,
	ANSWER_NONE, /* with one of the carrier's words for it */
	ANSWER_INSECURE,
	ANSWER_WRONG, /* honest, but for the record */
	ANSWER_EMPTY,
	ANSWER_HOWS
};

struct carrier {
	struct arena *arena;
	struct carrier_reply *silent[RESOLVER_BURST];
	size_t n_silent;
	bool watched;
};

static struct {
	struct cursor input;
	bool right; /* a message said what the key is, and that this is secure */
} state;

struct message {
	uint8_t octets[MESSAGE_MAX];
	size_t len;
};

static void put(struct message *message, const void *octets, size_t n) {
	if (n > 0 && n <= MESSAGE_MAX - message->len) {
		memcpy(message->octets + message->len, octets, n);
		message->len += n;
	}
}

static void put_u16(struct message *message, unsigned value) {
	uint8_t octets[2] = {(uint8_t)(value >> 8), (uint8_t)value};
	put(message, octets, sizeof octets);
}

/* Owner is the name asked. */
static void put_head(struct message *message, enum dns_type type, size_t data_len) {
	static const uint8_t ttl[] = {0, 0, 14, 16};
	put_u16(message, 0xC000U | HEADER_OCTETS);
	put_u16(message, (unsigned)type);
	put_u16(message, 1);
	put(message, ttl, sizeof ttl);
	put_u16(message, (unsigned)data_len);
}

static void put_name_record(
	struct message *message, enum dns_type type, const char *name, size_t preference_octets) {
	uint8_t wire[DNS_WIRE_NAME_MAX];
	size_t len = dns_name_write(wire, sizeof wire, name);
	put_head(message, type, len + preference_octets);
	if (preference_octets > 0) {
		put_u16(message, 10);
	}
	put(message, wire, len);
}

/* One record of the type asked; 0 when there is none. */
static unsigned put_record(struct message *message, enum dns_type type, const char *certificate) {
	static const uint8_t address[] = {192, 0, 2, 1};
	static const uint8_t head[] = {3, 1, 1};
	struct span digest;
	switch ((unsigned)type) {
	case DNS_TYPE_MX:
		put_name_record(message, type, WHOLE_HOST, 2);
		return 1;
	case DNS_TYPE_NS:
		put_name_record(message, type, "a.test", 0);
		return 1;
	case DNS_TYPE_A:
		put_head(message, type, sizeof address);
		put(message, address, sizeof address);
		return 1;
	case DNS_TYPE_TLSA:
		digest = peer_key_digest(certificate);
		put_head(message, type, sizeof head + digest.len);
		put(message, head, sizeof head);
		put(message, digest.at, digest.len);
		return 1;
	default:
		return 0;
	}
}

/* Its id, its question, and this in between. */
static void begin(struct message *message, struct span query, unsigned flags) {
	static const uint8_t counts[] = {0, 1, 0, 0, 0, 0, 0, 0};
	struct cursor cursor = cursor_new(query);
	char name[DNS_NAME_MAX];
	cursor_seek(&cursor, HEADER_OCTETS);
	dns_name_read(&cursor, name);
	(void)cursor_u32(&cursor);
	put(message, query.at, 2);
	put_u16(message, flags);
	put(message, counts, sizeof counts);
	put(message, query.at + HEADER_OCTETS, cursor.at - HEADER_OCTETS);
}

static enum dns_type type_of(struct span query) {
	struct cursor cursor = cursor_new(query);
	char name[DNS_NAME_MAX];
	cursor_seek(&cursor, HEADER_OCTETS);
	dns_name_read(&cursor, name);
	return (enum dns_type)cursor_u16(&cursor);
}

static void be_honest(
	struct message *message, struct span query, unsigned flags, const char *certificate) {
	static const uint8_t soa[] = {0, 0, 6, 0, 1, 0, 0, 14, 16, 0, 22, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1,
		0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 14, 16};
	begin(message, query, 0x8180U | flags);
	unsigned n = certificate == NULL ? 0 : put_record(message, type_of(query), certificate);
	message->octets[7] = (uint8_t)n;
	if (n == 0) {
		message->octets[9] = 1;
		put(message, soa, sizeof soa);
	}
}

static void build(struct message *message, struct span query) {
	begin(message, query, cursor_u16(&state.input));
	unsigned counts = cursor_u8(&state.input);
	message->octets[7] = counts % 16;
	message->octets[9] = counts / 16 % 4;
	message->octets[11] = (uint8_t)(counts / 64);
	struct span rest = cursor_span(&state.input, cursor_u8(&state.input));
	put(message, rest.at, rest.len);
}

/* False when the octet behind says what comes in place of a message. */
static bool answer(struct message *message, struct span query) {
	switch ((enum answer_how)(cursor_u8(&state.input) % ANSWER_HOWS)) {
	case ANSWER_HONEST:
	case ANSWER_HOWS:
		be_honest(message, query, FLAG_AD, "good");
		break;
	case ANSWER_DAMAGED:
		be_honest(message, query, FLAG_AD, "good");
		for (size_t i = 0; i < 3; i++) {
			size_t at = cursor_u8(&state.input) % message->len;
			message->octets[at] ^= cursor_u8(&state.input);
		}
		break;
	case ANSWER_BUILT:
		build(message, query);
		break;
	case ANSWER_RAW: {
		struct span raw = cursor_span(&state.input, cursor_u8(&state.input));
		put(message, raw.at, raw.len);
		break;
	}
	case ANSWER_INSECURE:
		be_honest(message, query, 0, "good");
		break;
	case ANSWER_WRONG:
		be_honest(message, query, FLAG_AD, "good2");
		break;
	case ANSWER_EMPTY:
		be_honest(message, query, FLAG_AD, NULL);
		break;
	case ANSWER_NONE:
		return false;
	}
	return true;
}

static void note(const struct message *message) {
	struct span digest = peer_key_digest("good");
	bool secure = message->len > 3 && (message->octets[3] & FLAG_AD) != 0;
	state.right = state.right ||
				  (secure && memmem(message->octets, message->len, digest.at, digest.len) != NULL);
}

/* --- in place of lib/dns/carrier.c --- */

struct carrier *carrier_open(
	struct arena *arena, const struct carrier_spec *spec, struct err *err) {
	(void)spec;
	(void)err;
	struct carrier *carrier = arena_alloc(arena, sizeof *carrier);
	carrier->arena = arena;
	return carrier;
}

void carrier_close(struct carrier *carrier) {
	(void)carrier;
}

void carrier_send(struct carrier *carrier, const struct carrier_order *order,
	struct carrier_reply *reply, usec now) {
	static const enum carrier_status words[] = {
		CARRIER_WAITING, CARRIER_REFUSED, CARRIER_TIMED_OUT, CARRIER_MALFORMED, CARRIER_BROKEN};
	struct message message = {.len = 0};
	*reply = (struct carrier_reply){.arena = reply->arena};
	reply->until = deadline_after(now, 2 * USEC_PER_SEC);
	if (answer(&message, order->query)) {
		note(&message);
		reply->message = arena_copy_span(reply->arena, (struct span){message.octets, message.len});
		reply->status = CARRIER_ANSWERED;
		return;
	}
	reply->status = words[cursor_u8(&state.input) % 5];
	reply->why = reply->status == CARRIER_BROKEN ? "broken" : NULL;
	if (reply->status == CARRIER_WAITING) {
		FUZZ_REQUIRE(carrier->n_silent < RESOLVER_BURST);
		carrier->silent[carrier->n_silent++] = reply;
	}
}

void carrier_cancel(struct carrier *carrier) {
	carrier->n_silent = 0;
}

size_t carrier_watch(
	const struct carrier *carrier, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)fds;
	(void)max;
	if (carrier->n_silent > 0) {
		((struct carrier *)carrier)->watched = true;
		*wake = usec_min(*wake, now + USEC_PER_SEC);
	}
	return 0;
}

/* Silence ends when nothing else is left to wait for. */
void carrier_step(struct carrier *carrier, const struct pollfd *fds, size_t n, usec now) {
	(void)fds;
	(void)n;
	(void)now;
	for (size_t i = 0; carrier->watched && i < carrier->n_silent; i++) {
		carrier->silent[i]->status = CARRIER_TIMED_OUT;
	}
	if (carrier->watched) {
		carrier->n_silent = 0;
		carrier->watched = false;
	}
}

bool resolver_library_memory(void *(*allocate)(size_t size), void *(*resize)(void *at, size_t size),
	void (*release)(void *at)) {
	(void)allocate;
	(void)resize;
	(void)release;
	return true;
}

/* --- */

static const char polite[] = "220 mx1.example.test\r\n\xff"
							 "250-mx1.example.test\r\n250 STARTTLS\r\n\xff"
							 "220 go\r\n\xff"
							 "250 mx1.example.test\r\n\xff"
							 "221 bye\r\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const char *const servers[] = {"127.0.0.1"};
	whole_prepare();
	struct arena *arena = fuzz_arena();
	struct peer_plan plan = {.tls = peer_tls("good", 0), .script = span_of(polite)};
	state.input = cursor_new((struct span){data, size});
	state.right = false;
	unsigned flags = cursor_u8(&state.input);
	struct resolver_ares_spec spec = {
		.servers = servers, .n_servers = 1, .deadline = WHOLE_START + 5 * USEC_PER_SEC};
	struct err err = {0};
	/* Handshake in the script has no turn: the greeting of TLS is the EHLO's answer. */
	struct whole whole = {.arena = arena,
		.level = (flags & 8U) != 0 ? TLS_LEVEL_DANE : TLS_LEVEL_DANE_ONLY,
		.scope = (flags & 1U) != 0 ? SURVEY_ALL : SURVEY_FIRST,
		.key_types = (flags & 1U) != 0,
		.verbose = (flags & 2U) != 0,
		.denial_probe = (flags & 4U) != 0,
		.resolver = resolver_ares_new(arena, &spec, WHOLE_START, &err),
		.peer = &plan};
	FUZZ_REQUIRE(whole.resolver != NULL);
	enum state verdict = whole_run(&whole);
	if (verdict == STATE_OK && whole.level == TLS_LEVEL_DANE_ONLY) {
		FUZZ_REQUIRE(state.right && peer_handshakes() > 0);
	}
	resolver_free(whole.resolver);
	arena_free(arena);
	return 0;
}
