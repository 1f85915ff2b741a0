/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences that remember whose words they quote. */
#include "base/phrase.h"

#include <assert.h>
#include <string.h>

#define RUNS_FIRST 8U

static void add_run(
	struct arena *arena, struct phrase *phrase, struct span bytes, enum phrase_voice voice) {
	size_t room = PHRASE_OCTETS_MAX - phrase->octets;
	if (bytes.len > room) {
		bytes.len = room;
		phrase->cut = true;
	}
	if (bytes.len == 0) {
		return;
	}
	if (phrase->n == phrase->capacity) {
		phrase->capacity = phrase->capacity == 0 ? RUNS_FIRST : phrase->capacity * 2;
		struct phrase_run *more = arena_alloc_array(arena, phrase->capacity, sizeof *more);
		if (phrase->n > 0) {
			memcpy(more, phrase->runs, phrase->n * sizeof *more);
		}
		phrase->runs = more;
	}
	phrase->octets += bytes.len;
	phrase->runs[phrase->n++] = (struct phrase_run){bytes, voice};
}

static void add_ours(struct arena *arena, struct phrase *phrase, const char *words) {
	add_run(arena, phrase, span_of(words), PHRASE_OURS);
}

static void add_phrase(struct arena *arena, struct phrase *phrase, const struct phrase *inner) {
	for (size_t i = 0; i < inner->n; i++) {
		add_run(arena, phrase, inner->runs[i].bytes, inner->runs[i].voice);
	}
	phrase->cut = phrase->cut || inner->cut;
}

enum conversion {
	CONVERT_STRING,
	CONVERT_INT,
	CONVERT_UNSIGNED,
	CONVERT_SIZE,
	CONVERT_LONG_LONG,
	CONVERT_NAME,
	CONVERT_BYTES,
	CONVERT_PHRASE,
	CONVERT_PERCENT
};

static const struct {
	const char *letters;
	enum conversion conversion;
} conversions[] = {
	{"s", CONVERT_STRING},
	{"d", CONVERT_INT},
	{"u", CONVERT_UNSIGNED},
	{"zu", CONVERT_SIZE},
	{"lld", CONVERT_LONG_LONG},
	{"pN", CONVERT_NAME},
	{"pB", CONVERT_BYTES},
	{"pP", CONVERT_PHRASE},
	{"%", CONVERT_PERCENT},
};

/* Move *at behind the letters of a conversion. One that is not known is a bug of the caller's. */
static enum conversion read_conversion(const char **at) {
	for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++) {
		size_t len = strlen(conversions[i].letters);
		if (strncmp(*at, conversions[i].letters, len) == 0) {
			*at += len;
			return conversions[i].conversion;
		}
	}
	assert(0 && "a conversion that phrases do not have");
	return CONVERT_PERCENT;
}

/* va_list may be an array: only its address can be handed on. */
struct arguments {
	va_list list;
};

static void convert(struct arena *arena, struct phrase *phrase, enum conversion conversion,
	struct arguments *arguments) {
	switch (conversion) {
	case CONVERT_STRING:
		add_ours(arena, phrase, va_arg(arguments->list, const char *));
		break;
	case CONVERT_INT:
		add_ours(arena, phrase, arena_printf(arena, "%d", va_arg(arguments->list, int)));
		break;
	case CONVERT_UNSIGNED:
		add_ours(arena, phrase, arena_printf(arena, "%u", va_arg(arguments->list, unsigned)));
		break;
	case CONVERT_SIZE:
		add_ours(arena, phrase, arena_printf(arena, "%zu", va_arg(arguments->list, size_t)));
		break;
	case CONVERT_LONG_LONG:
		add_ours(arena, phrase, arena_printf(arena, "%lld", va_arg(arguments->list, long long)));
		break;
	case CONVERT_NAME:
		add_run(arena, phrase, span_of(va_arg(arguments->list, const void *)), PHRASE_THEIRS);
		break;
	case CONVERT_BYTES:
		add_run(arena, phrase, *(const struct span *)va_arg(arguments->list, const void *),
			PHRASE_THEIRS);
		break;
	case CONVERT_PHRASE:
		add_phrase(arena, phrase, va_arg(arguments->list, const void *));
		break;
	case CONVERT_PERCENT:
		add_ours(arena, phrase, "%");
		break;
	}
}

void phrase_vadd(struct arena *arena, struct phrase *phrase, const char *fmt, va_list args) {
	struct arguments arguments;
	va_copy(arguments.list, args);
	while (*fmt != '\0') {
		struct span literal = {(const uint8_t *)fmt, strcspn(fmt, "%")};
		add_run(arena, phrase, literal, PHRASE_OURS);
		fmt += literal.len;
		if (*fmt == '%') {
			fmt++;
			convert(arena, phrase, read_conversion(&fmt), &arguments);
		}
	}
	va_end(arguments.list);
}

void phrase_add(struct arena *arena, struct phrase *phrase, const char *fmt, ...) {
	va_list args;
	va_start(args, fmt);
	phrase_vadd(arena, phrase, fmt, args);
	va_end(args);
}

void phrase_add_rest(struct arena *arena, struct phrase *phrase, size_t n, size_t added) {
	if (n > added) {
		phrase_add(arena, phrase, " and %zu more", n - added);
	}
}

struct phrase phrase_new(struct arena *arena, const char *fmt, ...) {
	struct phrase phrase = {NULL, 0, 0, 0, false};
	va_list args;
	va_start(args, fmt);
	phrase_vadd(arena, &phrase, fmt, args);
	va_end(args);
	return phrase;
}

bool phrase_print(const struct phrase *phrase, struct text *text, enum text_escape how) {
	bool whole = !phrase->cut;
	for (size_t i = 0; i < phrase->n; i++) {
		const struct phrase_run *run = &phrase->runs[i];
		if (run->voice == PHRASE_THEIRS) {
			whole = text_add_escaped(text, how, run->bytes, PHRASE_QUOTE_MAX) && whole;
		} else if (how == TEXT_JSON) {
			whole = text_add_escaped(text, how, run->bytes, run->bytes.len) && whole;
		} else {
			text_add_span(text, run->bytes);
		}
	}
	return whole && !text->cut;
}

const char *phrase_plain(struct arena *arena, const struct phrase *phrase) {
	struct text text = text_new(arena, 16 * (size_t)PHRASE_OCTETS_MAX);
	(void)phrase_print(phrase, &text, TEXT_PLUGIN);
	return text.at;
}
