/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* URL, file, templates. */
#include "smtp-tls-fleet.d/submit_config.h"

#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/text.h"
#include "io/file.h"
#include "tls/tls_client.h"

#define HOUR INT64_C(3600)
#define SUBMIT_TTL_MAX (366 * 24 * HOUR)

/* What a template has for what differs. */
#define DOMAIN "<domain>"
#define PORT "<port>"

/* --- where --- */

static bool read_port(uint16_t *port, const char *text, size_t len) {
	unsigned n = 0;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9' || n > 65535) {
			return false;
		}
		n = n * 10 + (unsigned)(text[i] - '0');
	}
	*port = (uint16_t)n;
	return len > 0 && n > 0 && n <= 65535;
}

/* HOST, [ADDRESS], and what follows behind a colon. */
static bool read_authority(struct submit_target *target, const char *at, size_t len) {
	bool brackets = len > 0 && at[0] == '[';
	const char *end = brackets ? memchr(at, ']', len) : memchr(at, ':', len);
	const char *host = at + brackets;
	size_t host_len = end == NULL ? len - brackets : (size_t)(end - host);
	if ((brackets && end == NULL) || host_len == 0 || host_len > SUBMIT_NAME_MAX) {
		return false;
	}
	memcpy(target->host, host, host_len);
	target->host[host_len] = '\0';
	int family = address_family_of(target->host);
	if (brackets ? family != 6 : family != 4 && !hostname_is_valid(target->host)) {
		return false;
	}
	const char *rest = host + host_len + brackets;
	size_t rest_len = len - (size_t)(rest - at);
	target->port = SUBMIT_PORT;
	return rest_len == 0 || (rest[0] == ':' && read_port(&target->port, rest + 1, rest_len - 1));
}

static bool is_path(const char *text) {
	for (; *text != '\0'; text++) {
		if (*text <= ' ' || *text >= 0x7f || *text == '?' || *text == '#') {
			return false;
		}
	}
	return true;
}

bool submit_target_parse(
	struct submit_target *target, struct arena *arena, const char *value, struct err *err) {
	static const char scheme[] = "icinga2=https://";
	if (strncmp(value, scheme, sizeof scheme - 1) != 0) {
		/* what has an at sign may have a password before it */
		return strchr(value, '@') != NULL
				   ? err_set(err, ERR_USAGE, "give icinga2=https://HOST[:PORT]")
				   : err_set(err, ERR_USAGE,
						 "\"%.60s\" is not allowed: give icinga2=https://HOST[:PORT]", value);
	}
	const char *at = value + sizeof scheme - 1;
	size_t len = strcspn(at, "/");
	if (memchr(at, '@', len) != NULL) { /* whose value is not repeated */
		return err_set(err, ERR_USAGE,
			"user and password stand in the file of --submit-config, where nobody else reads them");
	}
	const char *prefix = at + len;
	size_t prefix_len = strlen(prefix);
	while (prefix_len > 0 && prefix[prefix_len - 1] == '/') {
		prefix_len--;
	}
	/* Icinga's manual shows the URL with the version, which stands in the path that is added. */
	static const char version[] = "/v1";
	const size_t version_len = sizeof version - 1;
	if (prefix_len >= version_len &&
		memcmp(prefix + prefix_len - version_len, version, version_len) == 0) {
		prefix_len -= version_len;
	}
	target->prefix = arena_copy_text(arena, prefix, prefix_len);
	return (read_authority(target, at, len) && is_path(prefix)) ||
		   err_set(err, ERR_USAGE, "\"%.100s\" is no https://HOST[:PORT]", at);
}

/* --- as whom --- */

static bool is_dropped(uint8_t c) {
	return ascii_is_blank(c) || c == '\r';
}

static struct span trim(struct span text) {
	while (text.len > 0 && is_dropped(text.at[text.len - 1])) {
		text.len--;
	}
	while (text.len > 0 && is_dropped(text.at[0])) {
		text = (struct span){text.at + 1, text.len - 1};
	}
	return text;
}

/* "25h": a whole number and s, m, h or d. */
static bool read_duration(int64_t *seconds, const char *text) {
	static const struct {
		char unit;
		int64_t worth;
	} units[] = {{'s', 1}, {'m', 60}, {'h', HOUR}, {'d', 24 * HOUR}};
	int64_t n = 0;
	size_t digits = strspn(text, "0123456789");
	for (size_t i = 0; i < digits && n < SUBMIT_TTL_MAX; i++) {
		n = n * 10 + (text[i] - '0');
	}
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (digits > 0 && text[digits] == units[i].unit && text[digits + 1] == '\0') {
			*seconds = n * units[i].worth;
			return *seconds > 0 && *seconds <= SUBMIT_TTL_MAX;
		}
	}
	return false;
}

static const struct {
	const char *name;
	size_t offset;
} strings[] = {
	{"user", offsetof(struct submit_config, user)},
	{"password", offsetof(struct submit_config, password)},
	{"ca", offsetof(struct submit_config, ca)},
	{"cert", offsetof(struct submit_config, cert)},
	{"key", offsetof(struct submit_config, key)},
	{"name", offsetof(struct submit_config, name)},
	{"host", offsetof(struct submit_config, host)},
	{"service", offsetof(struct submit_config, service)},
};

static bool set(
	struct submit_config *config, const char *name, const char *value, struct err *err) {
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
		if (strcmp(strings[i].name, name) == 0) {
			memcpy((char *)config + strings[i].offset, &value, sizeof value);
			return *value != '\0' || err_set(err, ERR_USAGE, "%s has no value", name);
		}
	}
	int64_t seconds = 0;
	bool is_patience = strcmp(name, "patience") == 0;
	if (!is_patience && strcmp(name, "ttl") != 0) {
		return err_set(err, ERR_USAGE,
			"unknown name \"%.40s\": allowed are user password ca cert key name host service ttl "
			"patience",
			name);
	}
	if (!read_duration(&seconds, value)) {
		return err_set(
			err, ERR_USAGE, "%s is no duration: give a whole number with s, m, h or d", name);
	}
	config->patience = is_patience ? seconds * USEC_PER_SEC : config->patience;
	config->ttl = is_patience ? config->ttl : seconds;
	return true;
}

static bool parse_line(
	struct submit_config *config, struct arena *arena, struct span line, struct err *err) {
	line = trim(line);
	if (line.len == 0 || line.at[0] == '#') {
		return true;
	}
	if (memchr(line.at, '\0', line.len) != NULL) {
		return err_set(err, ERR_USAGE, "there is a NUL in it");
	}
	const uint8_t *equals = memchr(line.at, '=', line.len);
	if (equals == NULL) {
		return err_set(err, ERR_USAGE, "it is not NAME = VALUE");
	}
	struct span name = trim((struct span){line.at, (size_t)(equals - line.at)});
	struct span value = trim((struct span){equals + 1, line.len - (size_t)(equals + 1 - line.at)});
	return set(config, arena_copy_text(arena, (const char *)name.at, name.len),
		arena_copy_text(arena, (const char *)value.at, value.len), err);
}

/* Another word in such brackets would be the name of a service that nobody has. */
static bool check_template(const char *name, const char *pattern, struct err *err) {
	for (const char *at = strchr(pattern, '<'); at != NULL; at = strchr(at + 1, '<')) {
		if (strncmp(at, DOMAIN, strlen(DOMAIN)) != 0 && strncmp(at, PORT, strlen(PORT)) != 0) {
			return err_set(err, ERR_USAGE,
				"%s has \"%.40s\": what is replaced in angle brackets is domain and port", name,
				at);
		}
	}
	return true;
}

static bool differs(const char *pattern) {
	return strstr(pattern, DOMAIN) != NULL || strstr(pattern, PORT) != NULL;
}

static bool check_templates(const struct submit_config *config, struct err *err) {
	if (!check_template("host", config->host, err) ||
		!check_template("service", config->service, err)) {
		return false;
	}
	return differs(config->host) || differs(config->service) ||
		   err_set(err, ERR_USAGE,
			   "host and service are the same for all: one of them needs the word domain in angle "
			   "brackets");
}

static bool check(const struct submit_config *config, struct err *err) {
	if (config->ca == NULL) {
		return err_set(err, ERR_USAGE,
			"ca is missing: the certificate of Icinga's authority, often "
			"/var/lib/icinga2/certs/ca.crt");
	}
	if ((config->user == NULL) != (config->password == NULL)) {
		return err_set(err, ERR_USAGE, "user and password belong together");
	}
	if ((config->cert == NULL) != (config->key == NULL)) {
		return err_set(err, ERR_USAGE, "cert and key belong together");
	}
	if (config->user == NULL && config->cert == NULL) {
		return err_set(err, ERR_USAGE, "user and password are missing, or cert and key");
	}
	return check_templates(config, err);
}

bool submit_config_parse(
	struct submit_config *config, struct arena *arena, struct span text, struct err *err) {
	*config = (struct submit_config){
		.host = DOMAIN, .service = "smtp-tls", .ttl = 26 * HOUR, .patience = 300 * USEC_PER_SEC};
	for (size_t number = 1; text.len > 0; number++) {
		const uint8_t *newline = memchr(text.at, '\n', text.len);
		size_t len = newline == NULL ? text.len : (size_t)(newline - text.at);
		struct err why = {0};
		if (!parse_line(config, arena, (struct span){text.at, len}, &why)) {
			return err_set(err, ERR_USAGE, "line %zu: %s", number, why.text);
		}
		len += newline != NULL;
		text = (struct span){text.at + len, text.len - len};
	}
	return check(config, err);
}

/* What no PEM file is has no such line. */
static bool has_line(struct span text, const char *what) {
	static const char begin[] = "-----BEGIN ";
	while (text.len > 0) {
		const uint8_t *newline = memchr(text.at, '\n', text.len);
		size_t len = newline == NULL ? text.len : (size_t)(newline - text.at);
		if (len >= sizeof begin - 1 && memcmp(text.at, begin, sizeof begin - 1) == 0 &&
			memmem(text.at, len, what, strlen(what)) != NULL) {
			return true;
		}
		len += newline != NULL;
		text = (struct span){text.at + len, text.len - len};
	}
	return false;
}

/* What is wrong with the file, NULL: nothing. */
static const char *examine_pem(struct arena *arena, const char *path, const char *what) {
	struct file_wish wish = {path, FILE_REGULAR, TLS_PEM_OCTETS_MAX};
	struct file_fault fault;
	struct span text;
	if (!file_read(arena, &wish, &text, &fault)) {
		return arena_copy_string(arena, fault.words);
	}
	const char *problem = has_line(text, what) ? NULL : "no such thing in PEM is in it";
	file_forget(text);
	return problem;
}

/* Now, and not when thousands of verdicts are there. */
static bool check_files(const struct submit_config *config, struct arena *arena, struct err *err) {
	const struct {
		const char *name;
		const char *path;
		const char *what;
	} files[] = {{"ca", config->ca, "CERTIFICATE-----"}, {"cert", config->cert, "CERTIFICATE-----"},
		{"key", config->key, "PRIVATE KEY-----"}};
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		const char *why =
			files[i].path == NULL ? NULL : examine_pem(arena, files[i].path, files[i].what);
		if (why != NULL) {
			return err_set(err, ERR_USAGE, "%s: \"%.100s\": %s", files[i].name, files[i].path, why);
		}
	}
	return true;
}

/* What is open is what others may not read: it is not looked for by its name once more. */
static bool read_secret(struct arena *arena, int fd, struct span *bytes, struct file_fault *fault) {
	struct stat status;
	if (fstat(fd, &status) == 0 && (status.st_mode & S_IRWXO) != 0) {
		*fault =
			(struct file_fault){.words = "anybody may read it: chmod o= keeps its password secret"};
		return false;
	}
	struct file_size size = {SUBMIT_CONFIG_OCTETS_MAX, SUBMIT_CONFIG_OCTETS_MAX};
	return file_read_open(arena, fd, size, bytes, fault);
}

bool submit_config_read(
	struct submit_config *config, struct arena *arena, const char *path, struct err *err) {
	struct file_fault fault;
	struct span bytes;
	int fd = file_open(path, FILE_REGULAR, &fault);
	bool good = fd >= 0 && read_secret(arena, fd, &bytes, &fault);
	(void)(fd >= 0 && close(fd));
	if (!good) {
		return err_set(err, file_fault_kind(&fault, ERR_USAGE),
			"\"%.100s\": %s: give a file with user, password and ca", path, fault.words);
	}
	struct err why = {0};
	return (submit_config_parse(config, arena, bytes, &why) && check_files(config, arena, &why)) ||
		   err_set(err, ERR_USAGE, "\"%.100s\": %s", path, why.text);
}

/* --- templates --- */

const char *submit_name(struct arena *arena, const char *pattern,
	const struct destination *destination, unsigned port) {
	struct text name = text_new(arena, 1024);
	while (*pattern != '\0') {
		if (strncmp(pattern, DOMAIN, strlen(DOMAIN)) == 0) {
			text_add(&name, destination->name);
			pattern += strlen(DOMAIN);
		} else if (strncmp(pattern, PORT, strlen(PORT)) == 0) {
			text_addf(&name, "%u", port);
			pattern += strlen(PORT);
		} else {
			text_add_span(&name, (struct span){(const uint8_t *)pattern++, 1});
		}
	}
	return name.at;
}

const char *submit_service(struct arena *arena, const struct submit_config *config,
	const struct destination *destination, unsigned port) {
	return arena_printf(arena, "%s!%s", submit_name(arena, config->host, destination, port),
		submit_name(arena, config->service, destination, port));
}
