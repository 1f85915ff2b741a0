/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the letters, and the usage. */
#include "smtp-tls-finger.d/command_line.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/keywords.h"
#include "render/finger_words.h"

/* '+': options end at the first operand, whatever POSIXLY_CORRECT says. */
#define LETTERS "+a:A:cCd:fF:g:h:H:k:K:l:L:m:M:o:p:P:r:Rs:St:T:vwxX"

int command_line_number(const char *text) {
	long value = strtol(text, NULL, 10);
	return value > INT_MAX ? INT_MAX : value < INT_MIN ? INT_MIN : (int)value;
}

static void add(struct value_list *list, const char *value) {
	list->value[list->n++] = value;
}

static bool read_insecure_mx(struct command_line *line, const char *value, struct err *err) {
	static const struct keyword policies[] = {{"dane", INSECURE_MX_DANE},
		{"encrypt", INSECURE_MX_ENCRYPT}, {"may", INSECURE_MX_MAY}, {NULL, 0}};
	int policy = 0;
	if (!keyword_find(policies, value, &policy)) {
		return err_set(err, ERR_USAGE, "bad '-M' option value: %s", value);
	}
	line->insecure_mx = (enum insecure_mx_policy)policy;
	return true;
}

/* Letters without a value; false for others. */
static bool read_flag(struct command_line *line, int letter) {
	switch (letter) {
	case 'c':
		line->quiet = true;
		return true;
	case 'C':
		line->print_chain = true;
		return true;
	case 'f':
		line->force_tlsa = true;
		return true;
	case 'R':
		line->srv = true;
		return true;
	case 'S':
		line->lmtp = true;
		return true;
	case 'v':
		line->verbosity++;
		return true;
	case 'w':
		line->wrapper = true;
		return true;
	case 'x':
		line->raw_keys = true;
		return true;
	case 'X':
		line->tlsproxy = true;
		return true;
	default:
		return false;
	}
}

/* Letters whose value is kept as it is: the last one wins. NULL for others. */
static const char **place_of(struct command_line *line, int letter) {
	const struct {
		int letter;
		const char **place;
	} places[] = {
		{'a', &line->family},
		{'d', &line->digest},
		{'F', &line->ca_file},
		{'g', &line->grade},
		{'h', &line->host_lookup},
		{'k', &line->cert_file},
		{'K', &line->key_file},
		{'l', &line->level},
		{'L', &line->log},
		{'p', &line->protocols},
		{'P', &line->ca_path},
		{'s', &line->sni},
		{'t', &line->connect_timeout},
		{'T', &line->command_timeout},
	};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (places[i].letter == letter) {
			return places[i].place;
		}
	}
	return NULL;
}

/* The first of -k and -K stands for both until the other one comes. */
static void complete_pair(struct command_line *line) {
	if (line->key_file == NULL) {
		line->key_file = line->cert_file;
	} else if (line->cert_file == NULL) {
		line->cert_file = line->key_file;
	}
}

static enum command_outcome read_option(
	struct command_line *line, struct main_cf *cf, int letter, const char *value, struct err *err) {
	const char **place = place_of(line, letter);
	if (place != NULL) {
		*place = value;
		complete_pair(line);
		return COMMAND_READ;
	}
	switch (letter) {
	case 'A':
		add(&line->anchors, value);
		break;
	case 'H':
		add(&line->chain_files, value);
		break;
	case 'm':
		line->max_reconnects = command_line_number(value);
		break;
	case 'M':
		return read_insecure_mx(line, value, err) ? COMMAND_READ : COMMAND_FATAL;
	case 'o':
		return main_cf_set(cf, value) ? COMMAND_READ : COMMAND_MISUSED;
	case 'r':
		line->delay = command_line_number(value);
		break;
	default:
		return read_flag(line, letter) ? COMMAND_READ : COMMAND_MISUSED;
	}
	return COMMAND_READ;
}

enum command_outcome command_line_read(struct command_line *line, struct arena *arena,
	struct main_cf *cf, struct argument_vector arguments, struct err *err) {
	size_t room = (size_t)arguments.n;
	*line = (struct command_line){.family = "any",
		.grade = "medium",
		.host_lookup = "dns",
		.level = "dane",
		.log = FINGER_WORDS_DEFAULT,
		.protocols = ">=TLSv1",
		.connect_timeout = "30",
		.command_timeout = "30",
		.max_reconnects = 5,
		.delay = -1};
	line->anchors.value = arena_alloc_array(arena, room, sizeof(const char *));
	line->chain_files.value = arena_alloc_array(arena, room, sizeof(const char *));
	line->match.value = arena_alloc_array(arena, room, sizeof(const char *));
	optind = 0; /* from the start, also a second time */
	for (int letter; (letter = getopt(arguments.n, arguments.at, LETTERS)) != -1;) {
		enum command_outcome outcome = read_option(line, cf, letter, optarg, err);
		if (outcome != COMMAND_READ) {
			return outcome;
		}
	}
	for (int i = optind; i < arguments.n; i++) {
		if (line->destination == NULL) {
			line->destination = arguments.at[i];
		} else {
			add(&line->match, arguments.at[i]);
		}
	}
	return COMMAND_READ;
}

const char *command_line_usage(struct arena *arena, const char *program) {
	return arena_printf(arena,
		"usage: %s [-acCfRSvwx] [-t conn_tmout] [-T cmd_tmout] [-L logopts] \\\n"
		"\t[-h host_lookup] [-l level] [-d mdalg] [-g grade] [-p protocols] \\\n"
		"\t[-A tafile] [-F CAfile.pem] [-P CApath/] [-s servername] \\\n"
		"\t[ [-H chainfiles] | [-k certfile [-K keyfile]] ] \\\n"
		"\t[-m count] [-r delay] [-o name=value] destination [match ...]\n",
		program);
}
