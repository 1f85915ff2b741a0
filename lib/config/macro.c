/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Expansion of $name, ${name?...} and comparisons, bounded in depth and work. */
#include "config/macro.h"

#include <string.h>

#include "base/ascii.h"
#include "base/text.h"
#include "config/compat_level.h"

/* What Postfix says where a comparison was due: the quotes are as they are. */
#define OPERATORS_WANTED                                                                           \
	"\"==\" or \"!=\"\" or \"<\"\" or \"<=\"\" or \">=\"\" or \">\" expected at: "
#define OPERATOR_LETTERS "<>!=?+-*/~&|%"

struct expansion {
	struct arena *arena;
	const struct macro_names *names;
	struct err *err;
	size_t work;
	unsigned depth;
};

/* A part of a value, borrowed. */
struct part {
	const char *at;
	const char *end;
};

enum relation { LESS = 1, EQUAL = 2, GREATER = 4 };

static const struct relation_word {
	const char *word;
	int holds; /* for these relations */
} relation_words[] = {
	{"==", EQUAL},
	{"!=", LESS | GREATER},
	{"<", LESS},
	{"<=", LESS | EQUAL},
	{">=", GREATER | EQUAL},
	{">", GREATER},
};

static bool expand(struct expansion *x, struct part pattern, struct text *out);

static int width(struct part part) {
	return (int)(part.end - part.at);
}

static bool is_name_letter(char c) {
	return ascii_is_alnum(c) || c == '_';
}

static bool starts_with(struct part part, char c) {
	return part.at < part.end && *part.at == c;
}

static void skip_blanks(struct part *part) {
	while (part->at < part->end && ascii_is_space(*part->at)) {
		part->at++;
	}
}

static struct part take_name(struct part *part) {
	struct part name = {part->at, part->at};
	while (part->at < part->end && is_name_letter(*part->at)) {
		part->at++;
	}
	name.end = part->at;
	return name;
}

static bool nested_too_deep(struct expansion *x, struct part what) {
	return err_set(
		x->err, ERR_USAGE, "unreasonable macro call nesting: \"%.*s\"", width(what), what.at);
}

/* From behind an opening bracket to the one that closes it; false without one. */
static bool take_brackets(struct part *rest, char open, struct part *inside) {
	char close = open == '{' ? '}' : ')';
	unsigned level = 1;
	inside->at = rest->at;
	for (const char *at = rest->at; at < rest->end; at++) {
		if (*at == open) {
			level++;
		} else if (*at == close && --level == 0) {
			inside->end = at;
			rest->at = at + 1;
			return true;
		}
	}
	return false;
}

/* "{text}" and the blanks behind it; rest begins with the bracket. */
static bool take_braces(struct expansion *x, struct part *rest, struct part *inside) {
	struct part whole = *rest;
	rest->at++;
	if (!take_brackets(rest, '{', inside)) {
		return err_set(x->err, ERR_USAGE, "unbalanced {} in attribute expression: \"%.*s\"",
			width(whole), whole.at);
	}
	skip_blanks(rest);
	return true;
}

static int relation_of(int difference) {
	return difference < 0 ? LESS : difference > 0 ? GREATER : EQUAL;
}

/* Numbers compare as numbers, anything else as text. */
static int compare(const char *left, const char *right) {
	const char *sides[2] = {left, right};
	size_t digits[2];
	for (unsigned i = 0; i < 2; i++) {
		size_t len = strlen(sides[i]);
		if (len == 0 || strspn(sides[i], "0123456789") != len) {
			return relation_of(strcmp(left, right));
		}
		sides[i] += strspn(sides[i], "0");
		digits[i] = strlen(sides[i]);
	}
	if (digits[0] != digits[1]) {
		return digits[0] < digits[1] ? LESS : GREATER;
	}
	return relation_of(strcmp(sides[0], sides[1]));
}

static bool compare_levels(
	struct expansion *x, const char *left, const char *right, int *relation) {
	uint64_t levels[2] = {0};
	if (!compat_level_parse(left, &levels[0], x->err) ||
		!compat_level_parse(right, &levels[1], x->err)) {
		return false;
	}
	*relation = levels[0] < levels[1] ? LESS : levels[0] > levels[1] ? GREATER : EQUAL;
	return true;
}

/* What stands between the two sides of a comparison. */
struct comparison {
	struct part left;
	struct part word;
	struct part suffix; /* "level", or empty */
	struct part right;
	int holds;
};

static bool take_operator(struct expansion *x, struct part *rest, struct comparison *it) {
	it->word = *rest;
	it->word.end = it->word.at;
	while (it->word.end < rest->end && strchr(OPERATOR_LETTERS, *it->word.end) != NULL) {
		it->word.end++;
	}
	for (size_t i = 0; i < sizeof relation_words / sizeof *relation_words; i++) {
		const char *word = relation_words[i].word;
		if (strlen(word) == (size_t)width(it->word) &&
			memcmp(word, it->word.at, strlen(word)) == 0) {
			it->holds = relation_words[i].holds;
		}
	}
	if (it->holds == 0) {
		return err_set(x->err, ERR_USAGE, OPERATORS_WANTED "\"...%.*s}>>>%.*s\"", width(it->left),
			it->left.at, width(*rest) > 20 ? 20 : width(*rest), rest->at);
	}
	rest->at = it->word.end;
	it->suffix = take_name(rest);
	if (width(it->suffix) > 0 &&
		(width(it->suffix) != 5 || memcmp(it->suffix.at, "level", 5) != 0)) {
		return err_set(x->err, ERR_USAGE, "bad operator suffix at: \"...%.*s>>>%.*s\"",
			width(it->word), it->word.at, width(it->suffix), it->suffix.at);
	}
	return true;
}

static bool expand_side(struct expansion *x, struct part side, const char **value) {
	struct text text = text_new(x->arena, MACRO_VALUE_MAX);
	bool good = expand(x, side, &text);
	*value = text.at;
	return good;
}

/* "{x} == {y}": rest begins with the first bracket. */
static bool evaluate_comparison(struct expansion *x, struct part *rest, const char **truth) {
	struct comparison it = {0};
	if (!take_braces(x, rest, &it.left) || !take_operator(x, rest, &it)) {
		return false;
	}
	struct part from = *rest;
	skip_blanks(rest);
	if (!starts_with(*rest, '{')) {
		return err_set(x->err, ERR_USAGE, "\"{expression}\" expected at: \"...{%.*s} %.*s>>>%.*s\"",
			width(it.left), it.left.at, width(it.word), it.word.at,
			width(from) > 20 ? 20 : width(from), from.at);
	}
	const char *left = NULL;
	const char *right = NULL;
	if (!take_braces(x, rest, &it.right) || !expand_side(x, it.left, &left) ||
		!expand_side(x, it.right, &right)) {
		return false;
	}
	int relation = 0;
	if (width(it.suffix) == 0) {
		relation = compare(left, right);
	} else if (!compare_levels(x, left, right, &relation)) {
		return false;
	}
	*truth = (it.holds & relation) != 0 ? "true" : "";
	return true;
}

/* The text behind ? or :, which is in braces or all there is. */
static bool take_choice(struct expansion *x, struct part *rest, struct part *choice) {
	struct part ahead = *rest;
	skip_blanks(&ahead);
	if (starts_with(ahead, '{')) {
		*rest = ahead;
		return take_braces(x, rest, choice);
	}
	*choice = *rest;
	rest->at = rest->end;
	return true;
}

static bool choose(struct expansion *x, const char *value, struct part rest, struct text *out) {
	bool truth = value != NULL && *value != '\0';
	struct part choice = {0};
	bool conditional = *rest.at == '?';
	rest.at++;
	if (!take_choice(x, &rest, &choice) || (truth == conditional && !expand(x, choice, out))) {
		return false;
	}
	if (rest.at == rest.end) {
		return true;
	}
	int shown = width(rest) > 20 ? 20 : width(rest);
	if (!conditional) {
		return err_set(x->err, ERR_USAGE, "unexpected input at: \"...%.*s}>>>%.*s\"", width(choice),
			choice.at, shown, rest.at);
	}
	if (*rest.at != ':') {
		return err_set(x->err, ERR_USAGE, "\":\" expected at: \"...%.*s}>>>%.*s\"", width(choice),
			choice.at, shown, rest.at);
	}
	return choose(x, value, rest, out);
}

/* What stands in front of ? and :. Value NULL: the name has none. */
static bool evaluate_condition(struct expansion *x, struct part *rest, const char **value) {
	struct part whole = *rest;
	skip_blanks(rest);
	bool comparison = starts_with(*rest, '{');
	const char *stop = NULL;
	if (comparison) {
		if (!evaluate_comparison(x, rest, value)) {
			return false;
		}
		stop = rest->at;
	} else {
		struct part name = take_name(rest);
		stop = rest->at;
		skip_blanks(rest);
		*value = x->names->find(
			x->names->context, (struct span){(const uint8_t *)name.at, (size_t)width(name)});
	}
	if (rest->at == rest->end || *rest->at == '?' || *rest->at == ':') {
		return true;
	}
	rest->at = stop;
	int shown = width(*rest) > 20 ? 20 : width(*rest);
	if (comparison) {
		return err_set(
			x->err, ERR_USAGE, "\"?\" or \":\" expected at: \"...}>>>%.*s\"", shown, rest->at);
	}
	return err_set(x->err, ERR_USAGE, "attribute name syntax error at: \"...%.*s>>>%.*s\"",
		(int)(stop - whole.at), whole.at, shown, rest->at);
}

/* The inside of one reference. */
static bool expand_reference(struct expansion *x, struct part inside, struct text *out) {
	if (x->depth > MACRO_DEPTH_MAX) {
		return nested_too_deep(x, inside);
	}
	x->depth++;
	const char *value = NULL;
	struct part rest = inside;
	bool good = evaluate_condition(x, &rest, &value);
	if (good && rest.at < rest.end) {
		good = choose(x, value, rest, out);
	} else if (good && value != NULL) {
		good = expand(x, (struct part){value, value + strlen(value)}, out);
	}
	x->depth--;
	return good;
}

/* From behind a '$': the inside of ${...} and $(...), or the name. */
static bool take_reference(
	struct expansion *x, struct part pattern, struct part *rest, struct part *inside) {
	if (starts_with(*rest, '{') || starts_with(*rest, '(')) {
		char open = *rest->at++;
		if (!take_brackets(rest, open, inside)) {
			return err_set(x->err, ERR_USAGE, "truncated macro reference: \"%.*s\"", width(pattern),
				pattern.at);
		}
	} else {
		*inside = take_name(rest);
	}
	if (width(*inside) == 0) {
		return err_set(x->err, ERR_USAGE, "empty macro name: \"%.*s\"", width(pattern), pattern.at);
	}
	return true;
}

static bool expand(struct expansion *x, struct part pattern, struct text *out) {
	x->work += (size_t)width(pattern) + 1;
	if (x->work > MACRO_WORK_MAX) {
		return nested_too_deep(x, pattern);
	}
	struct part rest = pattern;
	while (rest.at < rest.end) {
		const char *dollar = memchr(rest.at, '$', (size_t)width(rest));
		const char *stop = dollar != NULL ? dollar : rest.end;
		text_add_span(out, (struct span){(const uint8_t *)rest.at, (size_t)(stop - rest.at)});
		rest.at = stop;
		if (dollar == NULL) {
			break;
		}
		rest.at++;
		if (starts_with(rest, '$')) {
			text_add(out, "$");
			rest.at++;
			continue;
		}
		struct part inside = {0};
		if (!take_reference(x, pattern, &rest, &inside) || !expand_reference(x, inside, out)) {
			return false;
		}
	}
	return !out->cut || nested_too_deep(x, pattern);
}

bool macro_expand(struct arena *arena, const char *text, const struct macro_names *names,
	const char **expanded, struct err *err) {
	if (strchr(text, '$') == NULL) {
		*expanded = text;
		return true;
	}
	struct expansion x = {.arena = arena, .names = names, .err = err};
	struct text out = text_new(arena, MACRO_VALUE_MAX);
	bool good = expand(&x, (struct part){text, text + strlen(text)}, &out);
	*expanded = out.at;
	return good;
}
