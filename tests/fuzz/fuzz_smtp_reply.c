/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything a server says in one conversation: parsed whole and byte by byte, then answered. */
#include <string.h>

#include "fuzz.h"
#include "smtp/smtp_talk.h"

/* No conversation has more steps than stages. */
#define STEPS_MAX 8

static void check_lines(const struct smtp_reply *reply) {
	FUZZ_REQUIRE(reply->n_lines <= SMTP_REPLY_LINES_MAX);
	FUZZ_REQUIRE(reply->code >= 0 && reply->code <= 999);
	for (size_t i = 0; i < reply->n_lines; i++) {
		struct span text = smtp_reply_text(reply->lines[i]);
		FUZZ_REQUIRE(reply->lines[i].len <= SMTP_LINE_MAX);
		FUZZ_REQUIRE(text.len <= reply->lines[i].len);
		FUZZ_REQUIRE(memchr(text.at, '\n', text.len) == NULL);
	}
	FUZZ_REQUIRE(smtp_reply_first_word(reply).len <= SMTP_LINE_MAX);
}

static void check_alike(const struct smtp_reply *a, const struct smtp_reply *b) {
	FUZZ_REQUIRE(a->code == b->code);
	FUZZ_REQUIRE(a->n_lines == b->n_lines);
	for (size_t i = 0; i < a->n_lines; i++) {
		FUZZ_REQUIRE(span_equal(a->lines[i], b->lines[i]));
	}
}

/* One reply off the front of bytes, read in two ways. */
static enum smtp_progress take_reply(
	struct smtp_reply_parser *parser, struct arena *arena, struct span *bytes) {
	smtp_reply_restart(parser, arena);
	size_t used = 0;
	enum smtp_progress progress = smtp_reply_feed(parser, *bytes, &used);
	FUZZ_REQUIRE(used <= bytes->len);
	struct smtp_reply_parser slow = {.arena = arena};
	enum smtp_progress slow_progress = SMTP_NOT_YET;
	for (size_t i = 0; i < used; i++) {
		size_t one = 0;
		FUZZ_REQUIRE(slow_progress == SMTP_NOT_YET);
		slow_progress = smtp_reply_feed(&slow, (struct span){bytes->at + i, 1}, &one);
		FUZZ_REQUIRE(one == 1);
	}
	FUZZ_REQUIRE(progress == slow_progress);
	check_alike(&parser->reply, &slow.reply);
	check_lines(&parser->reply);
	*bytes = (struct span){bytes->at + used, bytes->len - used};
	return progress;
}

static enum smtp_action answer(struct smtp_talk *talk, const struct smtp_reply_parser *parser) {
	return parser->progress == SMTP_NEVER ? smtp_talk_garbage(talk, parser)
										  : smtp_talk_reply(talk, &parser->reply);
}

static void converse(
	struct arena *arena, struct span bytes, enum smtp_tls_mode mode, const struct habits *habits) {
	struct smtp_talk talk;
	struct smtp_talk_spec spec = {MAIL_SMTP, mode, "me.test", habits, SMTP_ERRAND_ALL};
	enum smtp_action action = smtp_talk_start(&talk, &spec);
	for (int step = 0; action != SMTP_ACT_CLOSE; step++) {
		FUZZ_REQUIRE(step < STEPS_MAX);
		if (action == SMTP_ACT_HANDSHAKE) {
			action = smtp_talk_secured(&talk);
			continue;
		}
		struct smtp_reply_parser parser = {0};
		if (take_reply(&parser, arena, &bytes) == SMTP_NOT_YET) {
			return;
		}
		FUZZ_REQUIRE(smtp_reply_joined(arena, &parser.reply, 512).len <= 16 + 2 * 512);
		action = answer(&talk, &parser);
	}
	FUZZ_REQUIRE(talk.stage == SMTP_STAGE_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct arena *arena = fuzz_arena();
	struct span bytes = {data, size};
	converse(arena, bytes, SMTP_TLS_STARTTLS, &habits_monitor);
	converse(arena, bytes, SMTP_TLS_WRAPPER, &habits_monitor);
	converse(arena, bytes, SMTP_TLS_STARTTLS, &habits_postfix);
	converse(arena, bytes, SMTP_TLS_WRAPPER, &habits_postfix);
	arena_free(arena);
	return 0;
}
