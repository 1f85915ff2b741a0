/* Plays scenario files against the real program and reports in TAP.
 *
 *   scenario-runner FILE.scn ...
 *
 * The program is looked for in $PROGRAM_DIR (usually "plugins" below the current folder); a name
 * with a slash is taken as a path from the current folder. */
#include "expect.h"
#include "netns.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUNS_MAX = 16 };

struct run {
	int line;
	const char *text; /* the words of the command */
	bool without_dns;
	struct command command;
	const char *env[COMMAND_ENV_MAX];
	size_t envs;
	struct expectations expectations;
};

struct file {
	struct pool pool;
	struct scenario scenario;
	struct run run[RUNS_MAX];
	size_t runs;
	const char *skip; /* why it cannot be played here */
	char why[256];    /* what is wrong with it */
};

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
		if (strcmp(scenario->line[i].keyword, "smtpd") == 0 && strncmp(address, "127.", 4) != 0 &&
			strncmp(address, "unix:", 5) != 0 && strcmp(address, "::1") != 0 &&
			!netns_add_address(address)) {
			return false;
		}
	}
	return true;
}

static void require(struct file *file, const struct scenario_line *line) {
	if (strcmp(line->rest, "ipv6") == 0) {
		if (!has_ipv6()) {
			file->skip = "no IPv6 on this machine's loopback";
		}
	} else if (strcmp(line->rest, "userns") == 0) {
		if (!netns_enter() || !add_addresses(&file->scenario, &file->pool)) {
			file->skip = "user and network namespaces are not allowed here";
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
	} else {
		return false;
	}
	return true;
}

static bool is_world_line(const struct scenario_line *line) {
	static const char *const words[] = {"zone", "zone-default", "resolver", "cert", "smtpd"};
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
		return;
	}
	if (strcmp(line->keyword, "requires") == 0) {
		require(file, line);
	} else if (strcmp(line->keyword, "run") == 0) {
		if (file->runs == RUNS_MAX) {
			wrong(file, line, "too many runs");
			return;
		}
		file->run[file->runs].line = line->number;
		file->run[file->runs++].text = line->rest;
	} else if (run == NULL ||
			   (!take_condition(file, run, line) &&
				   !expect_add(&run->expectations, line->keyword, line->rest, line->number))) {
		wrong(file, line, "unknown keyword, or no run before it");
	}
}

/* What every program gets, and what sanitizers and coverage need. */
static size_t pass_environment(struct run *run, struct world *world) {
	static const char *const passed[] = {
		"ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "GCOV_PREFIX", "GCOV_PREFIX_STRIP"};
	size_t n = 0;
	run->command.env[n++] = "LC_ALL=C";
	run->command.env[n++] = "PATH=/usr/bin:/bin";
	for (size_t i = 0; i < sizeof passed / sizeof passed[0]; i++) {
		const char *value = getenv(passed[i]);
		if (value != NULL) {
			run->command.env[n++] = pool_print(&world->pool, "%s=%s", passed[i], value);
		}
	}
	return n;
}

/* The words of the command with the resolver's option and the program's path. */
static bool prepare(struct run *run, struct world *world) {
	struct words words;
	const char *text = world_expand(world, run->text);
	if (text == NULL || !words_split(&words, &world->pool, text) || words.n == 0) {
		return false;
	}
	const char *name = words.word[0];
	const char *folder = getenv("PROGRAM_DIR");
	char **argv = pool_new(&world->pool, (words.n + 3) * sizeof *argv);
	size_t n = 0;
	argv[n++] = strchr(name, '/') != NULL
					? pool_print(&world->pool, "./%s", name)
					: pool_print(&world->pool, "%s/%s", folder == NULL ? "plugins" : folder, name);
	if (!run->without_dns) {
		bool finger = strcmp(name, "smtp-tls-finger") == 0;
		argv[n++] = finger ? "-o" : "--nameserver";
		argv[n++] = pool_print(&world->pool, "%s127.0.0.1:%u", finger ? "nameservers=" : "",
			(unsigned int)world->dnsd.port);
	}
	for (size_t i = 1; i < words.n; i++) {
		argv[n++] = words.word[i];
	}
	run->command.argv = argv;
	size_t envs = pass_environment(run, world);
	for (size_t i = 0; i < run->envs && envs < COMMAND_ENV_MAX; i++) {
		run->command.env[envs++] = world_expand(world, run->env[i]);
	}
	for (size_t i = 0; i < run->expectations.n; i++) {
		struct expectation *one = &run->expectations.one[i];
		one->text = world_expand(world, one->text);
		if (one->text == NULL) {
			return false;
		}
	}
	return true;
}

static void print_lines(const char *head, const char *text) {
	while (text != NULL && *text != '\0') {
		int len = (int)strcspn(text, "\n");
		printf("# %s%.*s\n", head, len, text);
		text += len + (text[len] == '\n');
	}
}

static void print_story(const struct run *run, const struct command_result *result,
	const struct world *world, const struct notes *notes) {
	print_lines("FAILED: ", notes->text);
	printf("# command:");
	for (char **word = run->command.argv; word != NULL && *word != NULL; word++) {
		printf(" '%s'", *word);
	}
	printf("\n# exit code %d after %ld ms\n", result->status, (long)result->ms);
	print_lines("stdout: ", result->out);
	print_lines("stderr: ", result->err);
	print_lines("dns: ", world->dnsd.notes.text);
	for (size_t i = 0; i < world->servers; i++) {
		print_lines("smtp: ", world->smtpd[i]->notes.text);
	}
}

static bool play(const struct file *file, struct run *run, size_t number) {
	struct world world;
	struct command_result result = {0};
	struct notes notes;
	notes_init(&notes);
	bool started = world_start(&world, &file->scenario) && prepare(run, &world);
	if (started && !command_run(&run->command, &world.pool, &result)) {
		notes_fail(&notes, "cannot run %s", run->command.argv[0]);
		started = false;
	}
	bool kept = world_stop(&world);
	if (started) {
		expect_check(&run->expectations, &result, &world, &world.pool, &notes);
	}
	if (!kept || world.why[0] != '\0') {
		notes_fail(&notes, "%s", world.why);
	}
	printf("%sok %zu - %s%s\n", notes.failed ? "not " : "", number, file->scenario.title,
		file->runs > 1 ? pool_print(&world.pool, " (line %d)", run->line) : "");
	if (notes.failed || getenv("SCENARIO_VERBOSE") != NULL) {
		print_story(run, &result, &world, &notes);
	}
	fflush(stdout);
	bool ok = !notes.failed;
	notes_free(&notes);
	world_free(&world);
	return ok;
}

static bool play_file(const char *path, size_t *number) {
	static struct file file; /* too large for a stack */
	memset(&file, 0, sizeof file);
	char *text = scenario_load(&file.pool, path);
	bool ok = true;
	if (text != NULL) {
		scenario_read(&file.scenario, &file.pool, text);
		for (size_t i = 0; i < file.scenario.n; i++) {
			take_line(&file, &file.scenario.line[i]);
		}
	}
	if (text == NULL || file.runs == 0 || file.why[0] != '\0') {
		printf("not ok %zu - %s: %s\n", ++*number, path,
			text == NULL          ? "cannot be read"
			: file.why[0] != '\0' ? file.why
								  : "runs nothing");
		ok = false;
	}
	for (size_t i = 0; ok && i < file.runs && file.skip != NULL; i++) {
		printf("ok %zu - %s # SKIP %s\n", ++*number, file.scenario.title, file.skip);
	}
	bool playable = ok && file.skip == NULL;
	for (size_t i = 0; playable && i < file.runs; i++) {
		ok = play(&file, &file.run[i], ++*number) && ok;
	}
	pool_free(&file.pool);
	return ok;
}

int main(int argc, char **argv) {
	size_t number = 0;
	bool ok = argc > 1;
	signal(SIGPIPE, SIG_IGN);
	for (int i = 1; i < argc; i++) {
		ok = play_file(argv[i], &number) && ok;
	}
	printf("1..%zu\n", number);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
