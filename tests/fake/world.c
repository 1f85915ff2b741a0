/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The servers of one scenario started and stopped; the table of keywords. */
#include "world.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PORT_TRIES = 100, HTTPS_PORT = 443 };

static bool fail(struct world *world, const struct scenario_line *line, const char *why) {
	snprintf(world->why, sizeof world->why, "line %d: %s: %s %.200s", line->number, why,
		line->keyword, line->rest);
	return false;
}

/* The rest of the line of this keyword, which there may be once. */
static const char *setting(
	const struct scenario *scenario, const char *keyword, const char *otherwise) {
	for (size_t i = 0; i < scenario->n; i++) {
		if (strcmp(scenario->line[i].keyword, keyword) == 0) {
			return scenario->line[i].rest;
		}
	}
	return otherwise;
}

static bool make_folder(struct world *world) {
	const char *base = getenv("TMPDIR");
	snprintf(world->tmp, sizeof world->tmp, "%.60s/scn.XXXXXX", base == NULL ? "/tmp" : base);
	if (mkdtemp(world->tmp) == NULL) {
		world->tmp[0] = '\0';
		snprintf(world->why, sizeof world->why, "cannot make a temporary folder");
		return false;
	}
	return true;
}

static void remove_folder(struct world *world) {
	DIR *folder = world->tmp[0] == '\0' ? NULL : opendir(world->tmp);
	if (folder == NULL) {
		return;
	}
	for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
		unlinkat(dirfd(folder), entry->d_name, 0);
	}
	closedir(folder);
	rmdir(world->tmp);
}

static struct smtpd *add_server(struct world *world, const char *address) {
	if (world->servers == WORLD_SERVERS_MAX) {
		return NULL;
	}
	struct smtpd *smtpd = pool_new(&world->pool, sizeof *smtpd);
	world->smtpd[world->servers++] = smtpd;
	if (strncmp(address, "unix:", 5) == 0) {
		address = pool_print(&world->pool, "unix:%s/%s", world->tmp, address + 5);
	}
	return smtpd_init(smtpd, address) ? smtpd : NULL;
}

static bool take_server_flag(struct smtpd *smtpd, const char *word) {
	if (strcmp(word, "optional") == 0) {
		smtpd->need = SMTPD_OPTIONAL;
	} else if (strcmp(word, "never") == 0) {
		smtpd->need = SMTPD_NEVER;
	} else if (strcmp(word, "refuse") == 0) {
		smtpd->kind = SMTPD_REFUSES;
	} else if (strcmp(word, "blackhole") == 0) {
		smtpd->kind = SMTPD_BLACKHOLE;
	} else {
		return false;
	}
	return true;
}

static bool is_server(const struct scenario_line *line) {
	return strcmp(line->keyword, "httpsd") == 0 || strcmp(line->keyword, "smtpd") == 0;
}

static bool add_smtpd(struct world *world, const struct scenario_line *line) {
	struct words words;
	if (!words_split(&words, &world->pool, line->rest) || words.n == 0) {
		return fail(world, line, "smtpd needs an address");
	}
	struct smtpd *smtpd = add_server(world, words.word[0]);
	if (smtpd == NULL) {
		return fail(world, line, "not an address, or too many");
	}
	smtpd->port = line->keyword[0] == 'h' ? HTTPS_PORT : 0;
	for (size_t i = 1; i < words.n; i++) {
		if (!take_server_flag(smtpd, words.word[i])) {
			return fail(world, line, "unknown flag");
		}
	}
	return true;
}

/* One verb of the newest server. */
static bool add_verb(struct world *world, const struct scenario_line *line, const char *text) {
	struct smtpd *smtpd = world->servers == 0 ? NULL : world->smtpd[world->servers - 1];
	const char *why;
	if (smtpd == NULL) {
		return fail(world, line, "a verb without a server");
	}
	if (take_server_flag(smtpd, text)) {
		return true;
	}
	if (strncmp(text, "accept ", 7) == 0) {
		long sessions = SMTPD_FOREVER;
		bool ok = strcmp(text + 7, "forever") == 0 || words_number(text + 7, 1000, &sessions);
		return (ok && smtpd_add_script(smtpd, &world->pool, sessions) != NULL) ||
			   fail(world, line, "accept takes a number or \"forever\"");
	}
	if (smtpd->scripts == 0 && smtpd_add_script(smtpd, &world->pool, 1) == NULL) {
		return fail(world, line, "too many scripts");
	}
	return smtp_script_add(
			   smtpd->script[smtpd->scripts - 1], &world->pool, world->pki, text, &why) ||
		   fail(world, line, why);
}

static bool set_resolver(enum dnsd_mode *mode, const char *word) {
	static const struct {
		const char *word;
		enum dnsd_mode mode;
	} modes[] = {{"validates", DNSD_VALIDATES}, {"insecure", DNSD_INSECURE}, {"dead", DNSD_DEAD},
		{"silent", DNSD_SILENT}, {"servfail", DNSD_SERVFAIL}, {"refused", DNSD_REFUSED},
		{"no-edns", DNSD_NO_EDNS}, {"no-tcp", DNSD_NO_TCP}};
	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		if (strcmp(modes[i].word, word) == 0) {
			*mode = modes[i].mode;
			return true;
		}
	}
	return false;
}

/* Servers in the first pass, because macros need the port. */
static bool add_servers(struct world *world, const struct scenario *scenario) {
	for (size_t i = 0; i < scenario->n; i++) {
		if (is_server(&scenario->line[i]) && !add_smtpd(world, &scenario->line[i])) {
			return false;
		}
	}
	/* The port is to be nobody's when the scenario has no server. */
	struct smtpd *keeper = add_server(world, "127.0.0.1");
	if (keeper != NULL) {
		keeper->kind = SMTPD_REFUSES;
	}
	return keeper != NULL;
}

static bool bind_all(struct world *world, uint16_t port) {
	for (size_t i = 0; i < world->servers; i++) {
		struct smtpd *smtpd = world->smtpd[i];
		bool keeper = i + 1 == world->servers;
		if (smtpd->listener >= 0 && smtpd->address.ss_family == AF_UNIX) {
			continue;
		}
		uint16_t own = smtpd->port;
		if (own != 0 && !smtpd_bind(smtpd, &own)) {
			return false;
		}
		if (own == 0 && !smtpd_bind(smtpd, &port) && !(keeper && port != 0)) {
			return false;
		}
	}
	world->port = port;
	return true;
}

static bool pick_port(struct world *world, const struct scenario *scenario) {
	long wanted = 0;
	if (!words_number(setting(scenario, "port", "0"), UINT16_MAX, &wanted)) {
		snprintf(world->why, sizeof world->why, "not a port");
		return false;
	}
	for (int i = 0; i < PORT_TRIES; i++) {
		if (bind_all(world, (uint16_t)wanted)) {
			return true;
		}
	}
	snprintf(world->why, sizeof world->why, "cannot bind all addresses to one port");
	return false;
}

/* "zone" for all servers, "zone1" and "zone2" for one of the resolvers. */
static bool take_zone(struct world *world, const struct scenario_line *line, const char *text) {
	const char *why = "unknown word";
	char which = line->keyword[4];
	bool known = which == '\0' || which == '1' || which == '2';
	bool ok = known && (which == '2' || zone_add(&world->zone, world->pki, text, &why)) &&
			  (which == '1' || zone_add(&world->second_zone, world->pki, text, &why));
	for (size_t i = 0; ok && which == '\0' && i < world->authorities; i++) {
		ok = zone_add(&world->authority[i].zone, world->pki, text, &why);
	}
	return ok || fail(world, line, why);
}

/* "zone-of ADDRESS", for one name server. */
static bool take_zone_of(struct world *world, const struct scenario_line *line, const char *text) {
	const char *why = "no such authority";
	size_t len = strcspn(text, " ");
	for (size_t i = 0; i < world->authorities; i++) {
		struct authority *authority = &world->authority[i];
		if (strlen(authority->dnsd.address) == len &&
			strncmp(authority->dnsd.address, text, len) == 0) {
			return zone_add(&authority->zone, world->pki, text + len, &why) ||
				   fail(world, line, why);
		}
	}
	return fail(world, line, why);
}

static bool add_authority(struct world *world, const struct scenario_line *line) {
	struct words words;
	if (world->authorities == WORLD_AUTHORITIES_MAX ||
		!words_split(&words, &world->pool, line->rest) || words.n == 0 || words.n > 2) {
		return fail(world, line, "an authority is an address and a mode");
	}
	struct authority *authority = &world->authority[world->authorities];
	authority->mode = DNSD_VALIDATES;
	if (words.n == 2 && !set_resolver(&authority->mode, words.word[1])) {
		return fail(world, line, "unknown word");
	}
	zone_init(&authority->zone, &world->pool);
	if (!dnsd_bind_to(&authority->dnsd, &world->pool, words.word[0], 53)) {
		return fail(world, line, "cannot bind to port 53 (needs a network of our own)");
	}
	authority->dnsd.authoritative = true;
	world->authorities++;
	return true;
}

static bool add_authorities(struct world *world, const struct scenario *scenario) {
	for (size_t i = 0; i < scenario->n; i++) {
		if (strcmp(scenario->line[i].keyword, "authority") == 0 &&
			!add_authority(world, &scenario->line[i])) {
			return false;
		}
	}
	return true;
}

/* "file NAME TEXT": one more line of a file in the folder, with \t for a tab. Some hold secrets. */
static bool add_to_file(struct world *world, const struct scenario_line *line, const char *text) {
	size_t len = strcspn(text, " ");
	const char *path = pool_print(&world->pool, "%s/%.*s", world->tmp, (int)len, text);
	FILE *file = fopen(path, "a");
	if (file == NULL) {
		return fail(world, line, "cannot write the file");
	}
	(void)fchmod(fileno(file), 0640);
	for (const char *at = text + len + (text[len] == ' '); *at != '\0'; at++) {
		bool tab = at[0] == '\\' && at[1] == 't';
		(void)fputc(tab ? '\t' : *at, file);
		at += tab;
	}
	(void)fputc('\n', file);
	return fclose(file) == 0 || fail(world, line, "cannot write the file");
}

/* One line of the second pass; lines of the runner are none of our business. */
static bool take_line(struct world *world, const struct scenario_line *line, size_t *server) {
	const char *why = "unknown word";
	const char *text = world_expand(world, line->rest);
	if (text == NULL) {
		return false;
	}
	if (line->indented) {
		size_t all = world->servers;
		world->servers = *server;
		bool ok = add_verb(world, line, text);
		world->servers = all;
		return ok;
	}
	if (is_server(line)) {
		*server += 1;
		return true;
	}
	if (strncmp(line->keyword, "zone", 4) == 0 && strlen(line->keyword) <= 5) {
		return take_zone(world, line, text);
	}
	if (strcmp(line->keyword, "file") == 0) {
		return add_to_file(world, line, text);
	}
	if (strcmp(line->keyword, "zone-of") == 0) {
		return take_zone_of(world, line, text);
	}
	if (strcmp(line->keyword, "cert") == 0) {
		return pki_define(world->pki, text, &why) || fail(world, line, why);
	}
	if (strcmp(line->keyword, "zone-default") == 0) {
		world->zone.insecure_by_default = strcmp(text, "insecure") == 0;
		world->second_zone.insecure_by_default = world->zone.insecure_by_default;
		return true;
	}
	if (strcmp(line->keyword, "resolver") == 0) {
		return set_resolver(&world->mode, text) || fail(world, line, why);
	}
	if (strcmp(line->keyword, "second-resolver") == 0) {
		return set_resolver(&world->second_mode, text) || fail(world, line, why);
	}
	return true;
}

static bool take_lines(struct world *world, const struct scenario *scenario) {
	size_t server = 0;
	for (size_t i = 0; i < scenario->n; i++) {
		if (!take_line(world, &scenario->line[i], &server)) {
			return false;
		}
	}
	struct zone *zones[] = {&world->zone, &world->second_zone};
	bool ok = true;
	const char *why;
	for (size_t i = 0; i < 2; i++) {
		ok = ok && zone_add(zones[i], world->pki, ". NS a.root-servers.net. AD", &why) &&
			 zone_add(zones[i], world->pki, ". SOA a.root-servers.net. nstld.test. AD", &why);
	}
	return ok;
}

static bool start_all(struct world *world) {
	bool ok =
		dnsd_start(&world->dnsd, &world->zone, world->mode) &&
		(!world->has_second || dnsd_start(&world->second, &world->second_zone, world->second_mode));
	for (size_t i = 0; ok && i < world->authorities; i++) {
		struct authority *authority = &world->authority[i];
		ok = dnsd_start(&authority->dnsd, &authority->zone, authority->mode);
	}
	for (size_t i = 0; ok && i < world->servers; i++) {
		ok = smtpd_start(world->smtpd[i]);
	}
	if (!ok) {
		snprintf(world->why, sizeof world->why, "cannot start the servers");
	}
	return ok;
}

bool world_start(struct world *world, const struct scenario *scenario) {
	memset(world, 0, sizeof *world);
	const char *resolver = setting(scenario, "resolver-address", "127.0.0.1");
	bool bound = dnsd_bind(&world->dnsd, &world->pool, resolver);
	world->has_second = setting(scenario, "second-resolver", NULL) != NULL;
	bound = bound && (!world->has_second || dnsd_bind(&world->second, &world->pool, "127.0.0.1"));
	world->pki = pki_new(&world->pool);
	zone_init(&world->zone, &world->pool);
	zone_init(&world->second_zone, &world->pool);
	if (!bound || world->pki == NULL) {
		snprintf(world->why, sizeof world->why, "no DNS port or a broken table of certificates");
		return false;
	}
	return make_folder(world) && add_servers(world, scenario) && add_authorities(world, scenario) &&
		   pick_port(world, scenario) && take_lines(world, scenario) && start_all(world);
}

bool world_stop(struct world *world) {
	for (size_t i = 0; i < world->servers; i++) {
		smtpd_stop(world->smtpd[i]);
	}
	dnsd_stop(&world->dnsd);
	dnsd_stop(&world->second);
	for (size_t i = 0; i < world->authorities; i++) {
		dnsd_stop(&world->authority[i].dnsd);
	}
	const struct notes *failed = world->dnsd.notes.failed ? &world->dnsd.notes : NULL;
	for (size_t i = 0; i < world->authorities && failed == NULL; i++) {
		const struct notes *notes = &world->authority[i].dnsd.notes;
		failed = notes->failed ? notes : NULL;
	}
	for (size_t i = 0; i < world->servers && failed == NULL; i++) {
		failed = world->smtpd[i]->notes.failed ? &world->smtpd[i]->notes : NULL;
	}
	if (failed != NULL && world->why[0] == '\0') {
		snprintf(world->why, sizeof world->why, "%s", failed->failure);
	}
	return failed == NULL;
}

void world_free(struct world *world) {
	for (size_t i = 0; i < world->servers; i++) {
		smtpd_free(world->smtpd[i]);
	}
	dnsd_free(&world->dnsd);
	if (world->has_second) {
		dnsd_free(&world->second);
	}
	for (size_t i = 0; i < world->authorities; i++) {
		dnsd_free(&world->authority[i].dnsd);
	}
	pki_free(world->pki);
	remove_folder(world);
	pool_free(&world->pool);
}
