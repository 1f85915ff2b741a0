/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server says in a conversation: a line is changed, doubled, left out, put elsewhere, or one
 * comes that servers say, at the end of a line or of a turn. */
#include "mutate.h"

#include "peer.h"

#define LINES_MAX 256U
#define LINE_OCTETS 1024U
#define HEAD_OCTETS 2U /* of an input, see fuzz_conversation.c */
#define DAMAGE_OCTETS 4U

static const char *const lines[] = {"220 mx1.example.test ESMTP\r\n\xff",
	"250-mx1.example.test\r\n250-PIPELINING\r\n250 STARTTLS\r\n\xff",
	"250 mx1.example.test\r\n\xff", "250 STARTTLS\r\n\xff", "250-STARTTLS\r\n", "250-SIZE 1\r\n",
	"220 go ahead\r\n\xff", "454 4.7.0 TLS not available\r\n\xff", "421 4.3.2 closing\r\n\xff",
	"221 bye\r\n\xff", "554 no\r\n", "250-", "220-", "\r\n", "\n", "\xff", "SMTP_TLS OK - | \r\n"};

struct places {
	size_t at[LINES_MAX + 1]; /* where lines begin; the last one is where the script ends */
	size_t n;
};

static void find_lines(struct places *places, const struct draft *draft) {
	size_t at = HEAD_OCTETS + DAMAGE_OCTETS * (draft->at[1] / 4U % 8U);
	*places = (struct places){.n = 0};
	if (at > draft->len) {
		return;
	}
	places->at[places->n++] = at;
	for (; at < draft->len && places->n < LINES_MAX; at++) {
		if (draft->at[at] == '\n' || draft->at[at] == PEER_TURN_END) {
			places->at[places->n++] = at + 1;
		}
	}
	places->at[places->n] = draft->len;
}

static void change_line(struct draft *draft, size_t from, size_t to) {
	uint8_t line[2 * LINE_OCTETS];
	if (to - from <= LINE_OCTETS) {
		memcpy(line, draft->at + from, to - from);
		size_t len = LLVMFuzzerMutate(line, to - from, sizeof line);
		(void)draft_replace(draft, from, to - from, line, len);
	}
}

static void move_line(struct draft *draft, size_t from, size_t to, size_t where) {
	uint8_t line[LINE_OCTETS];
	if (to - from <= LINE_OCTETS) {
		memcpy(line, draft->at + from, to - from);
		(void)draft_replace(draft, where, 0, line, to - from);
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed) {
	struct draft draft = {data, size, max, seed};
	struct places places = {.n = 0};
	size_t how = draft_choose(&draft, 12);
	if (how < 3 || size < HEAD_OCTETS) {
		return LLVMFuzzerMutate(data, size, max);
	}
	find_lines(&places, &draft);
	if (places.n == 0) {
		return LLVMFuzzerMutate(data, size, max);
	}
	size_t which = draft_choose(&draft, places.n);
	size_t from = places.at[which];
	size_t to = places.at[which + 1];
	if (how < 6) {
		change_line(&draft, from, to);
	} else if (how < 8) {
		const char *line = lines[draft_choose(&draft, sizeof lines / sizeof *lines)];
		(void)draft_replace(&draft, from, 0, (const uint8_t *)line, strlen(line));
	} else if (how == 8) {
		move_line(&draft, from, to, places.at[draft_choose(&draft, places.n + 1)]);
	} else if (how == 9) {
		(void)draft_replace(&draft, from, to - from, NULL, 0);
	} else {
		data[how - 10] = (uint8_t)(data[how - 10] ^ 1U << draft_choose(&draft, 8));
	}
	return draft.len;
}
