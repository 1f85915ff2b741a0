/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of expectations, and checking them. */
#include "expect.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *word;
	enum expect_kind kind;
} keywords[] = {{"exit", EXPECT_EXIT}, {"first", EXPECT_FIRST}, {"out", EXPECT_OUT},
	{"not", EXPECT_NOT}, {"perf", EXPECT_PERF}, {"noperf", EXPECT_NO_PERF}, {"time", EXPECT_TIME},
	{"mintime", EXPECT_MIN_TIME}, {"cpu", EXPECT_CPU}, {"memory", EXPECT_MEMORY},
	{"asked", EXPECT_ASKED}, {"unasked", EXPECT_UNASKED}, {"quits", EXPECT_QUITS},
	{"line", EXPECT_LINE}, {"lines", EXPECT_LINES}, {"octets", EXPECT_OCTETS}, {"err", EXPECT_ERR},
	{"log", EXPECT_LOG}, {"freeform", EXPECT_FREEFORM}, {"exit-ok", EXPECT_EXIT_OK}};

/* What sanitizers cost. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#endif
/* So late may a machine be that has more to do. A scenario that judges time lets what it forbids
 * take longer than its limit by far more than this. */
enum { TIME_SLACK_MS = 2500 };

#if defined SANITIZED || defined __SANITIZE_ADDRESS__
enum { CPU_TIMES = 20, MEMORY_TIMES = 10 };
#else
enum { CPU_TIMES = 1, MEMORY_TIMES = 1 };
#endif

/* Everything a check looks at. */
struct scene {
	const struct command_result *result;
	const struct world *world;
	struct pool *pool;
	struct notes *notes;
	const char *first; /* line 1 */
	const char *perf;  /* behind the '|' of line 1, or "" */
	const char *rest;  /* behind the line that the last "line" found */
};

bool expect_add(struct expectations *all, const char *keyword, const char *text, int line) {
	for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
		if (strcmp(keywords[i].word, keyword) == 0 && all->n < EXPECTATIONS_MAX) {
			all->one[all->n++] = (struct expectation){keywords[i].kind, text, line};
			return true;
		}
	}
	return false;
}

enum match { MATCH_NO, MATCH_YES, MATCH_BROKEN };

static enum match match(const char *pattern, const char *text) {
	regex_t regex;
	if (regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE | REG_NOSUB) != 0) {
		return MATCH_BROKEN;
	}
	int result = regexec(&regex, text, 0, NULL, 0);
	regfree(&regex);
	return result == 0 ? MATCH_YES : MATCH_NO;
}

static void want_match(struct scene *scene, const struct expectation *one, const char *pattern,
	const char *text, enum match wanted) {
	enum match got = match(pattern, text);
	if (got == MATCH_BROKEN) {
		notes_fail(scene->notes, "line %d: broken expression: %s", one->line, pattern);
	} else if (got != wanted) {
		notes_fail(scene->notes, "line %d: %s %s", one->line,
			wanted == MATCH_YES ? "does not match:" : "must not match:", pattern);
	}
}

/* The value of a label in the performance data, or NULL. */
static const char *perf_value(struct scene *scene, const char *label) {
	size_t len = strlen(label);
	const char *at = scene->perf;
	while (*at != '\0') {
		at += strspn(at, " ");
		size_t word = strcspn(at, " ");
		if (word > len && strncmp(at, label, len) == 0 && at[len] == '=') {
			return pool_copy(scene->pool, at + len + 1, word - len - 1);
		}
		at += word;
	}
	return NULL;
}

static void check_perf(struct scene *scene, const struct expectation *one) {
	size_t len = strcspn(one->text, " ");
	const char *label = pool_copy(scene->pool, one->text, len);
	const char *pattern = one->text + len + strspn(one->text + len, " ");
	const char *value = perf_value(scene, label);
	if (one->kind == EXPECT_NO_PERF) {
		if (value != NULL) {
			notes_fail(scene->notes, "line %d: unwanted metric %s=%s", one->line, label, value);
		}
	} else if (value == NULL) {
		notes_fail(scene->notes, "line %d: no metric %s", one->line, label);
	} else if (match(pattern, value) != MATCH_YES) {
		notes_fail(
			scene->notes, "line %d: %s=%s does not match %s", one->line, label, value, pattern);
	}
}

/* How often the resolver was asked for a name and a type, queries with CD=1 not counted. */
static long count_questions(const struct scene *scene, const char *name, const char *type) {
	long count = 0;
	const char *line = scene->world->dnsd.notes.text;
	const char *head =
		pool_print(scene->pool, "%s%s %s ", name, name[strlen(name) - 1] == '.' ? "" : ".", type);
	while (line != NULL && *line != '\0') {
		size_t len = strcspn(line, "\n");
		const char *text = pool_copy(scene->pool, line, len);
		count += strncmp(text, head, strlen(head)) == 0 && strstr(text, " cd ") == NULL;
		line += len + (line[len] == '\n');
	}
	return count;
}

static void check_asked(struct scene *scene, const struct expectation *one) {
	struct words words;
	if (!words_split(&words, scene->pool, one->text) || words.n < 2) {
		notes_fail(scene->notes, "line %d: asked takes a name and a type", one->line);
		return;
	}
	long count = count_questions(scene, words.word[0], words.word[1]);
	bool ok = words.n > 2 ? count == strtol(words.word[2], NULL, 10) : count > 0;
	if (one->kind == EXPECT_UNASKED) {
		ok = count == 0;
	}
	if (!ok) {
		notes_fail(scene->notes, "line %d: the resolver was asked %ld times for %s %s", one->line,
			count, words.word[0], words.word[1]);
	}
}

static void check_quits(struct scene *scene, const struct expectation *one) {
	long quits = 0;
	for (size_t i = 0; i < scene->world->servers; i++) {
		quits += scene->world->smtpd[i]->quits;
	}
	if (quits != strtol(one->text, NULL, 10)) {
		notes_fail(scene->notes, "line %d: %ld QUITs, not %s", one->line, quits, one->text);
	}
}

/* '*' stands for any characters; case counts. */
static bool is_like(const char *pattern, const char *line) {
	for (; *pattern != '*'; pattern++, line++) {
		if (*pattern != *line) {
			return false;
		}
		if (*pattern == '\0') {
			return true;
		}
	}
	do {
		if (is_like(pattern + 1, line)) {
			return true;
		}
	} while (*line++ != '\0');
	return false;
}

static void check_line(struct scene *scene, const struct expectation *one) {
	static const char prefix[] = "smtp-tls-finger: ";
	for (const char *at = scene->rest; *at != '\0';) {
		size_t len = strcspn(at, "\n");
		const char *line = pool_copy(scene->pool, at, len);
		if (strncmp(line, prefix, sizeof prefix - 1) == 0) {
			line += sizeof prefix - 1;
		}
		at += len + (at[len] == '\n');
		if (is_like(one->text, line)) {
			scene->rest = at;
			return;
		}
	}
	notes_fail(scene->notes, "line %d: no such line there: %s", one->line, one->text);
}

static void check_amount(struct scene *scene, const struct expectation *one) {
	long n = 0;
	long octets = (long)strlen(scene->result->out);
	if (one->kind == EXPECT_OCTETS) {
		if (octets > strtol(one->text, NULL, 10)) {
			notes_fail(
				scene->notes, "line %d: %ld octets, more than %s", one->line, octets, one->text);
		}
		return;
	}
	for (const char *at = scene->result->out; (at = strchr(at, '\n')) != NULL; at++) {
		n++;
	}
	if (n != strtol(one->text, NULL, 10)) {
		notes_fail(scene->notes, "line %d: %ld lines, not %s", one->line, n, one->text);
	}
}

static void check_numbers(struct scene *scene, const struct expectation *one) {
	long wanted = strtol(one->text, NULL, 10);
	const struct command_result *result = scene->result;
	if (one->kind == EXPECT_EXIT && result->status != wanted) {
		notes_fail(
			scene->notes, "line %d: exit code %d, not %ld", one->line, result->status, wanted);
	} else if (one->kind == EXPECT_TIME && result->ms > wanted + TIME_SLACK_MS) {
		notes_fail(
			scene->notes, "line %d: %ld ms are more than %ld", one->line, (long)result->ms, wanted);
	} else if (one->kind == EXPECT_MIN_TIME && result->ms < wanted) {
		notes_fail(
			scene->notes, "line %d: %ld ms are less than %ld", one->line, (long)result->ms, wanted);
	}
}

static void check_costs(struct scene *scene, const struct expectation *one) {
	long most = strtol(one->text, NULL, 10);
	const struct command_result *result = scene->result;
	if (one->kind == EXPECT_CPU && result->cpu_ms > most * CPU_TIMES) {
		notes_fail(scene->notes, "line %d: %ld ms of CPU are more than %ld", one->line,
			(long)result->cpu_ms, most * CPU_TIMES);
	} else if (one->kind == EXPECT_MEMORY && result->kib > most * MEMORY_TIMES) {
		notes_fail(scene->notes, "line %d: %ld KiB are more than %ld", one->line, result->kib,
			most * MEMORY_TIMES);
	}
}

static void check_one(struct scene *scene, const struct expectation *one) {
	switch (one->kind) {
	case EXPECT_EXIT:
	case EXPECT_TIME:
	case EXPECT_MIN_TIME:
		check_numbers(scene, one);
		break;
	case EXPECT_CPU:
	case EXPECT_MEMORY:
		check_costs(scene, one);
		break;
	case EXPECT_FIRST:
		want_match(scene, one, one->text, scene->first, MATCH_YES);
		break;
	case EXPECT_OUT:
		want_match(scene, one, one->text, scene->result->out, MATCH_YES);
		break;
	case EXPECT_NOT:
		want_match(scene, one, one->text, scene->result->out, MATCH_NO);
		break;
	case EXPECT_PERF:
	case EXPECT_NO_PERF:
		check_perf(scene, one);
		break;
	case EXPECT_ASKED:
	case EXPECT_UNASKED:
		check_asked(scene, one);
		break;
	case EXPECT_QUITS:
		check_quits(scene, one);
		break;
	case EXPECT_LINE:
		check_line(scene, one);
		break;
	case EXPECT_LINES:
	case EXPECT_OCTETS:
		check_amount(scene, one);
		break;
	case EXPECT_ERR:
		want_match(scene, one, one->text, scene->result->err, MATCH_YES);
		break;
	case EXPECT_LOG:
	case EXPECT_FREEFORM:
	case EXPECT_EXIT_OK:
		break;
	}
}

/* Is this signal the end that was wanted? */
static bool wants_status(const struct expectations *all, int status) {
	for (size_t i = 0; i < all->n; i++) {
		const struct expectation *one = &all->one[i];
		if (one->kind == EXPECT_EXIT && strtol(one->text, NULL, 10) == status) {
			return true;
		}
	}
	return false;
}

static bool states(const struct expectations *all, enum expect_kind kind) {
	for (size_t i = 0; i < all->n; i++) {
		if (all->one[i].kind == kind) {
			return true;
		}
	}
	return false;
}

/* Line 1 says the state that the exit code means. */
static void check_status_line(struct scene *scene, const struct expectations *all) {
	static const char *const words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};
	int status = scene->result->status;
	if (status < 0 || status > 3) {
		return; /* said elsewhere */
	}
	const char *pattern = states(all, EXPECT_EXIT_OK)
							  ? "^SMTP_TLS (OK|WARNING|CRITICAL|UNKNOWN) - "
							  : pool_print(scene->pool, "^SMTP_TLS %s - ", words[status]);
	if (match(pattern, scene->first) != MATCH_YES) {
		notes_fail(scene->notes, "line 1 is not: %s", pattern);
	}
	const char *bar = strchr(scene->result->out, '|');
	if (bar != NULL && strchr(bar + 1, '|') != NULL) {
		notes_fail(scene->notes, "more than one '|'");
	}
	if (bar != NULL && (size_t)(bar - scene->result->out) > strlen(scene->first)) {
		notes_fail(scene->notes, "a '|' behind line 1");
	}
}

/* How long the UTF-8 character at these bytes is; 0 when it is none, or one to be escaped: a
 * control character or one that changes the direction of the text. */
static size_t character_len(const unsigned char *at) {
	static const struct {
		unsigned char mask, lead;
		uint32_t least;
	} forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
	for (size_t i = 0; i < 4; i++) {
		if ((at[0] & forms[i].mask) != forms[i].lead) {
			continue;
		}
		uint32_t value = at[0] & (unsigned char)~forms[i].mask;
		for (size_t k = 1; k <= i; k++) {
			if ((at[k] & 0xc0) != 0x80) {
				return 0;
			}
			value = value << 6 | (at[k] & 0x3fU);
		}
		bool control =
			(value < 0x20 && value != '\n' && value != '\t') || (value >= 0x7f && value < 0xa0);
		bool direction = (value >= 0x202a && value <= 0x202e) ||
						 (value >= 0x2066 && value <= 0x2069) || value == 0xfeff;
		bool wrong = value < forms[i].least || (value >= 0xd800 && value < 0xe000);
		return control || direction || wrong ? 0 : i + 1;
	}
	return 0;
}

/* The output is followed by a zero byte, which is no part of a character. */
static void check_bytes(struct scene *scene) {
	size_t at = 0;
	while (at < scene->result->out_len) {
		const unsigned char *byte = (const unsigned char *)scene->result->out + at;
		size_t len = character_len(byte);
		if (len == 0) {
			notes_fail(scene->notes, "byte %02x in the output at %zu", *byte, at);
			return;
		}
		at += len;
	}
}

static void check_always(struct scene *scene, const struct expectations *all) {
	const struct command_result *result = scene->result;
	if (result->killed) {
		notes_fail(scene->notes, "did not end within %d s", COMMAND_LIMIT_MS / 1000);
	} else if (result->status < 0 && !wants_status(all, result->status)) {
		notes_fail(scene->notes, "ended by signal %d", -result->status);
	}
	if (result->err_len > 0 && !states(all, EXPECT_ERR)) {
		notes_fail(scene->notes, "something on stderr");
	}
	if (!states(all, EXPECT_FREEFORM)) {
		check_bytes(scene);
	}
	if (!states(all, EXPECT_FREEFORM) && !states(all, EXPECT_LOG)) {
		check_status_line(scene, all);
	}
}

void expect_check(const struct expectations *all, const struct command_result *result,
	const struct world *world, struct pool *pool, struct notes *notes) {
	struct scene scene = {.result = result, .world = world, .pool = pool, .notes = notes};
	scene.first = pool_copy(pool, result->out, strcspn(result->out, "\n"));
	const char *bar = strchr(scene.first, '|');
	scene.perf = bar == NULL ? "" : bar + 1;
	scene.rest = result->out;
	check_always(&scene, all);
	for (size_t i = 0; i < all->n; i++) {
		check_one(&scene, &all->one[i]);
	}
}
