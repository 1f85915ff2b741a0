/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* DNS messages: one record's data, type or owner is changed, or there is one more or one less, and
 * lengths and counts say so. */
#include "mutate.h"

#define RECORDS_MAX 64U
#define HEADER_OCTETS 12U
#define FIXED_OCTETS 10U /* type, class, TTL, length of the data */
#define DATA_MAX 1024U

struct record {
	size_t from; /* its owner */
	size_t head; /* behind the owner */
	size_t end;
	size_t count; /* where its section's is */
};

struct message {
	struct record records[RECORDS_MAX];
	size_t n;
	size_t question; /* type of the question */
};

static unsigned u16_at(const struct draft *draft, size_t at) {
	return (unsigned)draft->at[at] << 8 | draft->at[at + 1];
}

static void put_u16(struct draft *draft, size_t at, size_t value) {
	draft->at[at] = (uint8_t)(value >> 8);
	draft->at[at + 1] = (uint8_t)value;
}

/* Behind the name; 0 when it does not end. */
static size_t skip_name(const struct draft *draft, size_t at) {
	while (at < draft->len && draft->at[at] > 0 && draft->at[at] < 64) {
		at += 1U + draft->at[at];
	}
	if (at >= draft->len) {
		return 0;
	}
	return at + (draft->at[at] >= 192 ? 2 : 1);
}

static int read_message(struct message *message, const struct draft *draft) {
	*message = (struct message){.question = skip_name(draft, HEADER_OCTETS)};
	size_t at = message->question + 4;
	if (draft->len < HEADER_OCTETS || message->question == 0 || at > draft->len) {
		return 0;
	}
	for (size_t count = 6; count <= 10; count += 2) {
		for (size_t left = u16_at(draft, count); left > 0 && message->n < RECORDS_MAX; left--) {
			size_t head = skip_name(draft, at);
			if (head == 0 || head + FIXED_OCTETS > draft->len) {
				return message->n > 0;
			}
			size_t end = head + FIXED_OCTETS + u16_at(draft, head + 8);
			if (end > draft->len) {
				return message->n > 0;
			}
			message->records[message->n++] = (struct record){at, head, end, count};
			at = end;
		}
	}
	return message->n > 0;
}

static void change_data(struct draft *draft, const struct record *record) {
	uint8_t data[DATA_MAX];
	size_t from = record->head + FIXED_OCTETS;
	size_t n = record->end - from;
	if (n <= sizeof data / 2) {
		memcpy(data, draft->at + from, n);
		size_t len = LLVMFuzzerMutate(data, n, sizeof data / 2);
		if (draft_replace(draft, from, n, data, len)) {
			put_u16(draft, record->head + 8, len);
		}
	}
}

static void change_owner(struct draft *draft, const struct message *message, size_t which) {
	const struct record *record = &message->records[which];
	size_t to = message->records[draft_choose(draft, message->n)].from;
	to = draft_choose(draft, 2) == 0 ? HEADER_OCTETS : to;
	to += draft_choose(draft, 4) == 0 ? FIXED_OCTETS + 2 : 0; /* into the data of a CNAME */
	uint8_t pointer[] = {(uint8_t)(192U | to >> 8), (uint8_t)to};
	(void)draft_replace(draft, record->from, record->head - record->from, pointer, 2);
}

static void change_type(struct draft *draft, size_t at) {
	static const uint8_t types[] = {1, 2, 5, 6, 15, 16, 28, 33, 41, 43, 46, 48, 52};
	put_u16(draft, at, types[draft_choose(draft, sizeof types)]);
}

static void double_record(struct draft *draft, const struct message *message, size_t which) {
	uint8_t copy[DATA_MAX];
	const struct record *record = &message->records[which];
	const struct record *behind = &message->records[draft_choose(draft, message->n)];
	size_t n = record->end - record->from;
	if (n <= sizeof copy) {
		memcpy(copy, draft->at + record->from, n);
		if (draft_replace(draft, behind->end, 0, copy, n)) {
			put_u16(draft, behind->count, u16_at(draft, behind->count) + 1);
		}
	}
}

static void drop_record(struct draft *draft, const struct record *record) {
	put_u16(draft, record->count, u16_at(draft, record->count) - 1);
	(void)draft_replace(draft, record->from, record->end - record->from, NULL, 0);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed) {
	struct draft draft = {data, size, max, seed};
	struct message message;
	size_t how = draft_choose(&draft, 10);
	if (how < 3 || !read_message(&message, &draft)) {
		return LLVMFuzzerMutate(data, size, max);
	}
	size_t which = draft_choose(&draft, message.n);
	const struct record *record = &message.records[which];
	if (how < 6) {
		change_data(&draft, record);
	} else if (how == 6) {
		change_owner(&draft, &message, which);
	} else if (how == 7) {
		change_type(&draft, draft_choose(&draft, 4) == 0 ? message.question : record->head);
	} else if (how == 8) {
		double_record(&draft, &message, which);
	} else {
		drop_record(&draft, record);
	}
	return draft.len;
}
