/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a scenario file: requirements, runs, conditions, expectations. */
#include "scn_file.h"

#include "build_config.h"
#include "netns.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/opensslv.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void wrong(struct file *file, const struct scenario_line *line, const char *why) {
	if (file->why[0] == '\0') {
		snprintf(file->why, sizeof file->why, "line %d: %s: %s %.100s", line->number, why,
			line->keyword, line->rest);
	}
}

static bool has_ipv6(void) {
	struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(AF_INET6, SOCK_STREAM, 0);
	bool ok = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
	if (fd >= 0) {
		close(fd);
	}
	return ok;
}

/* Every server's address that loopback does not have by itself. */
static bool add_addresses(const struct scenario *scenario, struct pool *pool) {
	for (size_t i = 0; i < scenario->n; i++) {
		const char *address =
			pool_copy(pool, scenario->line[i].rest, strcspn(scenario->line[i].rest, " "));
		bool server = strcmp(scenario->line[i].keyword, "smtpd") == 0 ||
					  strcmp(scenario->line[i].keyword, "httpsd") == 0 ||
					  strcmp(scenario->line[i].keyword, "authority") == 0 ||
					  strcmp(scenario->line[i].keyword, "resolver-address") == 0;
		if (server && strncmp(address, "127.", 4) != 0 && strncmp(address, "unix:", 5) != 0 &&
			strcmp(address, "::1") != 0 && !netns_add_address(address)) {
			return false;
		}
	}
	return true;
}

#define OPENSSL_3_5 (OPENSSL_VERSION_NUMBER >= 0x30500000L)

static void require(struct file *file, const struct scenario_line *line) {
	if (strcmp(line->rest, "ipv6") == 0) {
		if (!has_ipv6()) {
			file->skip = "no IPv6 on this machine's loopback";
		}
	} else if (strcmp(line->rest, "userns") == 0) {
		if (!netns_enter() || !add_addresses(&file->scenario, &file->pool)) {
			file->skip = "user and network namespaces are not allowed here";
		}
	} else if (strcmp(line->rest, "libcurl") == 0) {
#ifndef HAVE_LIBCURL
		file->skip = "built without libcurl";
#endif
	} else if (strcmp(line->rest, "openssl-3.5") == 0) {
		if (!OPENSSL_3_5) {
			file->skip = "OpenSSL is older than 3.5";
		}
	} else if (strcmp(line->rest, "openssl-before-3.5") == 0) {
		if (OPENSSL_3_5) {
			file->skip = "OpenSSL is 3.5 or newer";
		}
	} else {
		wrong(file, line, "unknown requirement");
	}
}

static void take_signal(struct file *file, struct run *run, const struct scenario_line *line) {
	static const struct {
		const char *word;
		int number;
	} signals[] = {{"TERM", SIGTERM}, {"INT", SIGINT}, {"HUP", SIGHUP}};
	struct words words;
	if (!words_split(&words, &file->pool, line->rest) || words.n != 3 ||
		strcmp(words.word[1], "after") != 0 ||
		!words_number(words.word[2], COMMAND_LIMIT_MS, &run->command.signal_ms)) {
		wrong(file, line, "a signal is: NAME after MS");
		return;
	}
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		if (strcmp(signals[i].word, words.word[0]) == 0) {
			run->command.signal = signals[i].number;
		}
	}
}

/* Names of findings; a second line has more of them. */
static void take_names(struct file *file, struct words *names, const struct scenario_line *line) {
	struct words more;
	if (!words_split(&more, &file->pool, line->rest) || names->n + more.n > WORDS_MAX) {
		wrong(file, line, "too many findings, or an open quote");
		return;
	}
	memcpy(&names->word[names->n], more.word, (more.n + 1) * sizeof *more.word);
	names->n += more.n;
}

/* A line that says how the program is run; false when it is none. */
static bool take_condition(struct file *file, struct run *run, const struct scenario_line *line) {
	const char *word = line->keyword;
	if (strcmp(word, "env") == 0 && run->envs < COMMAND_ENV_MAX - 2) {
		run->env[run->envs++] = line->rest;
	} else if (strcmp(word, "stdin") == 0) {
		run->command.stdin_is = COMMAND_STDIN_CLOSED;
	} else if (strcmp(word, "stdout") == 0) {
		run->command.stdout_is =
			strcmp(line->rest, "full") == 0 ? COMMAND_STDOUT_FULL : COMMAND_STDOUT_CLOSED;
	} else if (strcmp(word, "signal") == 0) {
		take_signal(file, run, line);
	} else if (strcmp(word, "nodns") == 0) {
		run->without_dns = true;
	} else if (strcmp(word, "finding") == 0) {
		take_names(file, &run->findings, line);
	} else if (strcmp(word, "info") == 0) {
		take_names(file, &run->infos, line);
	} else if (strcmp(word, "nofinding") == 0) {
		take_names(file, &run->absent, line);
	} else {
		return false;
	}
	return true;
}

static bool is_world_line(const struct scenario_line *line) {
	static const char *const words[] = {"zone", "zone1", "zone2", "zone-of", "zone-default",
		"resolver", "second-resolver", "authority", "resolver-address", "cert", "file", "smtpd",
		"httpsd", "port"};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcmp(words[i], line->keyword) == 0) {
			return true;
		}
	}
	return line->indented;
}

static void take_line(struct file *file, const struct scenario_line *line) {
	struct run *run = file->runs > 0 ? &file->run[file->runs - 1] : NULL;
	if (is_world_line(line)) {
		file->fixed_port = file->fixed_port || strcmp(line->keyword, "authority") == 0 ||
						   strcmp(line->keyword, "httpsd") == 0 ||
						   strcmp(line->keyword, "port") == 0;
		return;
	}
	if (strcmp(line->keyword, "requires") == 0) {
		require(file, line);
	} else if (strcmp(line->keyword, "in-turn") == 0) {
		file->in_turn = true;
	} else if (strcmp(line->keyword, "run") == 0) {
		if (file->runs == RUNS_MAX) {
			wrong(file, line, "too many runs");
			return;
		}
		file->run[file->runs].line = line->number;
		file->run[file->runs].about = "";
		file->run[file->runs++].text = line->rest;
	} else if (run == NULL ||
			   (!take_condition(file, run, line) &&
				   !expect_add(&run->expectations, line->keyword, line->rest, line->number))) {
		wrong(file, line, "unknown keyword, or no run before it");
	}
}

/* The same run again with other states: words of "--state", and the exit code to come. */
static void add_run(struct file *file, const struct run *run, const char *states, const char *about,
	const char *exit_code) {
	if (file->runs == RUNS_MAX) {
		snprintf(file->why, sizeof file->why, "too many runs");
		return;
	}
	struct run *added = &file->run[file->runs++];
	*added = *run;
	added->text = pool_print(&file->pool, "%s%s", run->text, states);
	added->about = about;
	added->expectations = (struct expectations){0};
	expect_add(&added->expectations, "exit", exit_code, run->line);
}

/* " --state NAME=STATE" for all words but one. */
static const char *states_of(
	struct file *file, const struct words *words, const char *except, const char *state) {
	const char *text = "";
	for (size_t i = 0; i < words->n; i++) {
		if (words->word[i] != except) {
			text = pool_print(&file->pool, "%s --state %s=%s", text, words->word[i], state);
		}
	}
	return text;
}

/* The same end when all nodes are probed at once. */
static void add_run_of_all(struct file *file, const struct run *run) {
	bool ours = strncmp(run->text, "check_smtp_tls ", 15) == 0;
	if (!ours || file->in_turn || strstr(run->text, "--all") != NULL || file->runs == RUNS_MAX) {
		return;
	}
	struct run *added = &file->run[file->runs++];
	*added = *run;
	added->text = pool_print(&file->pool, "%s --all", run->text);
	added->about = "all nodes at once";
}

static void add_runs(struct file *file, const struct run *run) {
	struct pool *pool = &file->pool;
	const char *quiet = states_of(file, &run->findings, NULL, "ok");
	if (run->findings.n > 0) {
		add_run(file, run, quiet, "these findings decide", "0");
	}
	for (size_t i = 0; i < run->findings.n && run->findings.n > 1; i++) {
		const char *name = run->findings.word[i];
		const char *others = states_of(file, &run->findings, name, "ok");
		add_run(file, run, pool_print(pool, "%s --state %s=critical", others, name), name, "2");
	}
	for (size_t i = 0; i < run->infos.n; i++) {
		const char *name = run->infos.word[i];
		add_run(file, run, pool_print(pool, "%s --state %s=critical", quiet, name), name, "2");
	}
	if (run->absent.n > 0) {
		const char *loud = states_of(file, &run->absent, NULL, "critical");
		add_run(file, run, pool_print(pool, "%s%s", quiet, loud), "these are absent", "0");
	}
}

bool file_load(struct file *file, const char *path) {
	memset(file, 0, sizeof *file);
	file->path = path;
	char *text = scenario_load(&file->pool, path);
	if (text == NULL) {
		snprintf(file->why, sizeof file->why, "cannot be read");
		return false;
	}
	scenario_read(&file->scenario, &file->pool, text);
	for (size_t i = 0; i < file->scenario.n; i++) {
		take_line(file, &file->scenario.line[i]);
	}
	size_t written = file->runs;
	for (size_t i = 0; i < written; i++) {
		add_runs(file, &file->run[i]);
	}
	for (size_t i = 0; i < written; i++) {
		add_run_of_all(file, &file->run[i]);
	}
	if (file->runs == 0 && file->why[0] == '\0') {
		snprintf(file->why, sizeof file->why, "runs nothing");
	}
	return file->why[0] == '\0';
}
