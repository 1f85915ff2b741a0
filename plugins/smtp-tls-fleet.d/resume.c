/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads no more of a JSON object than the members of its top that tell which domain it is about. */
#include "smtp-tls-fleet.d/resume.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utc.h"
#include "io/file.h"
#include "render/formats.h"

#define DEPTH_MAX 64
#define PIECE 65536U
#define SCHEMA_FAR 1000000
#define RESUME_NAME_MAX (2U * RESUME_VALUE_MAX)

/* Members that count. */
enum member { MEMBER_DOMAIN, MEMBER_OPTIONS, MEMBER_TIME, MEMBER_STATE, MEMBER_COUNT };
static const char *const member_names[MEMBER_COUNT] = {"domain", "options", "time", "state"};

struct resume_line {
	enum form { FORM_NEW, FORM_OBJECT, FORM_TAB, FORM_TAB_BEHIND, FORM_BROKEN } form;
	int depth;
	bool ended; /* the object is closed */
	bool in_string;
	bool escaped;
	bool is_value; /* a colon stood before */
	bool submitted;
	int schema; /* the number of that name, cut where it is far too large; 0: none */
	char key[16];
	size_t len; /* of the string that is being read */
	char string[RESUME_VALUE_MAX];
	char members[MEMBER_COUNT][RESUME_VALUE_MAX];
};

struct resume resume_new(struct arena *arena, int64_t oldest, int64_t newest) {
	return (struct resume){.names = name_set_new(arena),
		.oldest = oldest,
		.newest = newest,
		.line = arena_alloc(arena, sizeof(struct resume_line))};
}

static void begin_line(struct resume_line *line) {
	line->form = FORM_NEW;
	line->depth = 0;
	line->ended = line->in_string = line->escaped = line->is_value = line->submitted = false;
	line->len = 0;
	line->schema = 0;
	line->key[0] = '\0';
	for (size_t i = 0; i < MEMBER_COUNT; i++) {
		line->members[i][0] = '\0';
	}
}

/* So many digits; -1: something else. */
static int read_digits(const char *at, int n) {
	int number = 0;
	for (int i = 0; i < n; i++) {
		if (at[i] < '0' || at[i] > '9') {
			return -1;
		}
		number = 10 * number + (at[i] - '0');
	}
	return number;
}

/* "2027-01-31T12:00:00Z"; -1: none. */
static int64_t read_time(const char *words) {
	static const char form[] = "0000-00-00T00:00:00Z";
	if (strlen(words) != sizeof form - 1) {
		return -1;
	}
	for (size_t i = 0; i < sizeof form - 1; i++) {
		bool fits = form[i] == '0' ? read_digits(words + i, 1) >= 0 : words[i] == form[i];
		if (!fits) {
			return -1;
		}
	}
	return utc_seconds(
		&(struct utc){read_digits(words, 4), read_digits(words + 5, 2), read_digits(words + 8, 2),
			read_digits(words + 11, 2), read_digits(words + 14, 2), read_digits(words + 17, 2)});
}

/* The name of an entry: its state, then what it is about. False: no line of a list is so long. */
static bool print_name(
	char name[RESUME_NAME_MAX], enum state state, const char *domain, const char *options) {
	int len = snprintf(name, RESUME_NAME_MAX, "%d %s%s%s", (int)state, domain,
		*options == '\0' ? "" : " ", options);
	return len > 0 && (size_t)len < RESUME_NAME_MAX;
}

static void count(
	struct resume *resume, enum state state, const char *domain, const char *options) {
	char name[RESUME_NAME_MAX];
	if (print_name(name, state, domain, options)) {
		(void)name_set_add(&resume->names, name);
	}
	resume->n_counted++;
}

static void keep(char *into, size_t size, const char *from, size_t len) {
	if (len < size) {
		memcpy(into, from, len);
		into[len] = '\0';
	}
}

/* As the outputs have it, in capitals. */
static bool find_state(const char *word, enum state *state) {
	static const enum state states[] = {STATE_OK, STATE_WARNING, STATE_CRITICAL, STATE_UNKNOWN};
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		*state = states[i];
		if (strcmp(word, state_name(states[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* Behind the tab stands "SMTP_TLS STATE - ...". */
static void read_state(struct resume_line *line) {
	static const char start[] = "SMTP_TLS ";
	const size_t at = sizeof start - 1;
	size_t end = at;
	while (end < line->len && line->string[end] != ' ') {
		end++;
	}
	if (line->len > at && memcmp(line->string, start, at) == 0) {
		keep(line->members[MEMBER_STATE], RESUME_VALUE_MAX, line->string + at, end - at);
	}
}

/* A line has ended as it should. An object without a domain tells of a line of the list that could
 * not be read: it is read again. */
static void take_line(struct resume *resume) {
	const struct resume_line *line = resume->line;
	const char *domain = line->members[MEMBER_DOMAIN];
	if (line->form == FORM_NEW || *domain == '\0') {
		resume->n_broken += line->form == FORM_TAB || line->form == FORM_BROKEN;
		return;
	}
	bool whole = line->form == FORM_OBJECT ? line->ended : line->form == FORM_TAB_BEHIND;
	int64_t time = read_time(line->members[MEMBER_TIME]);
	if (line->form == FORM_TAB_BEHIND) {
		read_state(resume->line);
	}
	enum state state = STATE_UNKNOWN;
	if (line->schema > JSON_SCHEMA_VERSION) { /* what it means is not known here */
		resume->n_newer++;
	} else if (!find_state(line->members[MEMBER_STATE], &state) || !whole) {
		resume->n_broken++;
	} else if (state == STATE_UNKNOWN) { /* not done: this machine or its resolver was to blame */
		resume->n_unknown++;
	} else if (resume->oldest != INT64_MIN && (time < resume->oldest || time > resume->newest)) {
		resume->n_old++;
	} else if (resume->demand == RESUME_SUBMITTED && !line->submitted) {
		resume->n_unsubmitted++;
	} else {
		count(resume, state, domain, line->members[MEMBER_OPTIONS]);
	}
}

/* At the top of the object: a name, or a value that may count. */
static void end_string(struct resume_line *line) {
	line->in_string = false;
	if (line->depth != 1) {
		return;
	}
	if (!line->is_value) {
		line->key[0] = '\0';
		keep(line->key, sizeof line->key, line->string, line->len);
		return;
	}
	for (size_t i = 0; i < MEMBER_COUNT; i++) {
		if (strcmp(line->key, member_names[i]) == 0) {
			keep(line->members[i], RESUME_VALUE_MAX, line->string, line->len);
		}
	}
}

/* What is written with a backslash is no member that counts: a reader of its own meaning is not
 * needed. */
static void read_string(struct resume_line *line, char c) {
	if (line->escaped) {
		line->escaped = false;
	} else if (c == '"') {
		end_string(line);
		return;
	} else if (c == '\\') {
		line->escaped = true;
	}
	if (line->depth == 1 && line->len < RESUME_VALUE_MAX) {
		line->string[line->len++] = c;
	}
}

static void read_object(struct resume_line *line, char c) {
	if (line->in_string) {
		read_string(line, c);
	} else if (c == '"') {
		line->in_string = true;
		line->len = 0;
	} else if (c == '{' || c == '[') {
		line->depth++;
		line->form = line->ended || line->depth > DEPTH_MAX ? FORM_BROKEN : line->form;
	} else if (c == '}' || c == ']') {
		line->depth--;
		line->ended = line->depth == 0;
		line->form = line->depth < 0 ? FORM_BROKEN : line->form;
	} else if (line->depth == 1 && (c == ':' || c == ',')) {
		line->is_value = c == ':';
	} else if (line->depth == 1 && line->is_value && c >= '0' && c <= '9' &&
			   strcmp(line->key, "schema") == 0 && line->schema < SCHEMA_FAR) {
		line->schema = 10 * line->schema + (c - '0');
	} else if (line->depth == 1 && line->is_value && c == 't' &&
			   strcmp(line->key, "submitted") == 0) { /* of "true" */
		line->submitted = true;
	}
}

/* A domain up to the tab; behind it the status. */
static void read_tab(struct resume_line *line, char c) {
	if (line->form == FORM_TAB && c == '\t') {
		keep(line->members[MEMBER_DOMAIN], RESUME_VALUE_MAX, line->string, line->len);
		line->form = FORM_TAB_BEHIND;
		line->len = 0;
		return;
	}
	if (line->len < RESUME_VALUE_MAX) {
		line->string[line->len++] = c;
	}
}

static void read_octet(struct resume *resume, char c) {
	struct resume_line *line = resume->line;
	resume->total++;
	if (c == '\n') {
		take_line(resume);
		begin_line(line);
		resume->whole = resume->total;
		return;
	}
	if (line->form == FORM_NEW) {
		line->form = c == '{' ? FORM_OBJECT : FORM_TAB;
	}
	if (line->form == FORM_OBJECT) {
		read_object(line, c);
	} else if (line->form != FORM_BROKEN) {
		read_tab(line, c);
	}
}

void resume_read(struct resume *resume, struct span bytes) {
	for (size_t i = 0; i < bytes.len; i++) {
		read_octet(resume, (char)bytes.at[i]);
	}
}

static bool fail(const char *path, const char *why, struct err *err) {
	return err_set(err, ERR_LOCAL,
		"--resume: \"%.100s\": %s: give what an earlier run printed (json or line)", path, why);
}

bool resume_file(struct resume *resume, const char *path, struct err *err) {
	struct file_fault fault;
	int fd = file_open(path, FILE_REGULAR, &fault);
	if (fd < 0) {
		return fail(path, fault.words, err);
	}
	uint8_t *piece = arena_alloc(resume->names.arena, PIECE);
	ssize_t n = 0;
	while ((n = file_read_piece(fd, piece, PIECE)) > 0) {
		resume_read(resume, (struct span){piece, (size_t)n});
	}
	int error = errno;
	close(fd);
	return n == 0 || fail(path, strerror(error), err);
}

bool resume_has(struct resume *resume, const char *domain, const char *options, enum state *state) {
	static const enum state worst_first[] = {STATE_CRITICAL, STATE_WARNING, STATE_OK};
	char name[RESUME_NAME_MAX];
	for (size_t i = 0; i < sizeof worst_first / sizeof *worst_first; i++) {
		*state = worst_first[i];
		if (print_name(name, *state, domain, options) && name_set_take(&resume->names, name)) {
			return true;
		}
	}
	return false;
}

uint64_t resume_mend(const struct resume *resume, const char *path, int fd) {
	struct stat file;
	struct stat output;
	if (resume->total == resume->whole || stat(path, &file) != 0 || fstat(fd, &output) != 0 ||
		file.st_dev != output.st_dev || file.st_ino != output.st_ino ||
		(uint64_t)output.st_size != resume->total || ftruncate(fd, (off_t)resume->whole) != 0) {
		return 0;
	}
	return resume->total - resume->whole;
}
