/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Options, and what becomes of each. What the table does not name is said to both as it stands. */
#include "fleet_words.h"

#include <string.h>

enum fate {
	FATE_BOTH,   /* the same for both */
	FATE_DOMAIN, /* its value is the first word of the line */
	FATE_LINE,   /* one that a line may have */
	FATE_ALL,    /* the default of a fleet */
	FATE_NARROW, /* says already how many nodes are looked at */
	FATE_DROP,   /* changes the output alone, and not what is in JSON */
	FATE_REFUSE, /* no fleet has it */
};

enum value { VALUE_NONE, VALUE_NEEDED };

static const struct {
	char letter;
	const char *name;
	enum value value;
	enum fate fate;
} options[] = {
	{'H', "--hostname", VALUE_NEEDED, FATE_DOMAIN},
	{'l', "--level", VALUE_NEEDED, FATE_LINE},
	{'D', "--certificate", VALUE_NEEDED, FATE_LINE},
	{'\0', "--state", VALUE_NEEDED, FATE_LINE},
	{'\0', "--down-ok", VALUE_NEEDED, FATE_LINE},
	{'\0', "--rrsig", VALUE_NEEDED, FATE_LINE},
	{'\0', "--expect-security", VALUE_NEEDED, FATE_LINE},
	{'\0', "--mta-sts", VALUE_NEEDED, FATE_LINE},
	{'\0', "--no-mx", VALUE_NONE, FATE_LINE},
	{'\0', "--all", VALUE_NONE, FATE_ALL},
	{'\0', "--dns-only", VALUE_NONE, FATE_NARROW},
	{'v', "--verbose", VALUE_NONE, FATE_DROP},
	{'\0', "--log", VALUE_NEEDED, FATE_DROP},
	{'C', "--print-chain", VALUE_NONE, FATE_DROP},
	{'\0', "--exit-ok", VALUE_NONE, FATE_DROP},
	{'\0', "--output-format", VALUE_NEEDED, FATE_DROP},
	{'\0', "--perfdata", VALUE_NEEDED, FATE_DROP},
	{'A', "--address", VALUE_NEEDED, FATE_REFUSE},
	{'\0', "--next", VALUE_NEEDED, FATE_REFUSE},
	{'h', "--help", VALUE_NONE, FATE_REFUSE},
	{'V', "--version", VALUE_NONE, FATE_REFUSE},
	{'\0', "--list-findings", VALUE_NONE, FATE_REFUSE},
	{'\0', "--explain", VALUE_NEEDED, FATE_REFUSE},
	{'\0', "", VALUE_NONE, FATE_BOTH},
};

struct making {
	struct fleet_words *both;
	struct pool *pool;
	const struct words *words;
	size_t i; /* of the word that is looked at */
	const char *domain;
	const char *line;
	bool level_for_all; /* what stands beside the list has to fit to the level that does */
	bool narrow;
	bool all;
};

static void add(struct words *words, const char *word) {
	if (words->n < WORDS_MAX) {
		words->word[words->n++] = (char *)word;
	}
}

/* The row of a word: "--level", "--level=dane", "-l", "-ldane", "-vv"; else the last. */
static size_t find(const char *word) {
	size_t i = 0;
	for (; options[i].name[0] != '\0'; i++) {
		size_t len = strlen(options[i].name);
		bool short_form =
			word[0] == '-' && options[i].letter != '\0' && word[1] == options[i].letter;
		if (short_form ||
			(strncmp(word, options[i].name, len) == 0 && (word[len] == '\0' || word[len] == '='))) {
			break;
		}
	}
	return i;
}

/* Behind '=', behind the letter, or the next word; "" where it is missing. */
static const char *value_of(struct making *making, const char *word) {
	bool is_long = word[1] == '-';
	const char *equals = is_long ? strchr(word, '=') : NULL;
	if (equals != NULL || (!is_long && word[2] != '\0')) {
		return equals != NULL ? equals + 1 : word + 2;
	}
	return making->i + 1 < making->words->n ? making->words->word[++making->i] : "";
}

static bool fits_in_line(const char *text) {
	return *text != '\0' && *text != '#' && strpbrk(text, " \t\r\n") == NULL;
}

static const char *take_domain(struct making *making, const char *value) {
	if (making->domain != NULL || !fits_in_line(value) || strncmp(value, "unix:", 5) == 0) {
		return "a list has no such domain";
	}
	making->domain = value;
	return NULL;
}

/* Under the name without a letter: both are the same to a line. */
static void take_for_line(struct making *making, size_t row, const char *value) {
	const char *word = options[row].value == VALUE_NONE
						   ? options[row].name
						   : pool_print(making->pool, "%s=%s", options[row].name, value);
	add(&making->both->plugin, word);
	bool quoted = strpbrk(word, " \t") != NULL; /* there are no quotes in lists */
	if (quoted || (making->level_for_all && strcmp(options[row].name, "--level") == 0)) {
		add(&making->both->fleet, word);
	} else {
		making->line = pool_print(making->pool, "%s %s", making->line, word);
	}
}

static const char *take_word(struct making *making) {
	char *word = making->words->word[making->i];
	size_t row = find(word);
	const char *value = options[row].value == VALUE_NEEDED ? value_of(making, word) : "";
	switch (options[row].fate) {
	case FATE_REFUSE:
		return pool_print(making->pool, "%s is not for a fleet", options[row].name);
	case FATE_DOMAIN:
		add(&making->both->plugin, pool_print(making->pool, "--hostname=%s", value));
		return take_domain(making, value);
	case FATE_LINE:
		take_for_line(making, row, value);
		return NULL;
	case FATE_ALL:
		making->all = true;
		add(&making->both->plugin, word);
		return NULL;
	case FATE_DROP:
		return NULL;
	case FATE_NARROW:
		making->narrow = true;
		break;
	case FATE_BOTH:
		break;
	}
	add(&making->both->plugin, word);
	add(&making->both->fleet, word);
	return NULL;
}

const char *fleet_words_make(
	struct fleet_words *both, struct pool *pool, const struct words *words, const char *list) {
	struct making making = {.both = both, .pool = pool, .words = words, .line = ""};
	*both = (struct fleet_words){0};
	if (words->n == 0 || strcmp(words->word[0], "check_smtp_tls") != 0) {
		return "another program";
	}
	add(&both->plugin, "check_smtp_tls");
	add(&both->fleet, "smtp-tls-fleet");
	for (size_t i = 1; i < words->n; i++) {
		making.level_for_all =
			making.level_for_all || strncmp(words->word[i], "--match", strlen("--match")) == 0;
	}
	for (making.i = 1; making.i < words->n; making.i++) {
		const char *why = take_word(&making);
		if (why != NULL) {
			return why;
		}
	}
	if (making.domain == NULL) {
		return "no domain";
	}
	add(&both->plugin, "--output-format=json");
	add(&both->fleet, "--summary=none");
	if (!making.narrow && !making.all) {
		add(&both->fleet, "--first");
	}
	add(&both->fleet, list);
	both->line = pool_print(pool, "%s%s", making.domain, making.line);
	return NULL;
}
