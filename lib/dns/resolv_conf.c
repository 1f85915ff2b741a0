/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Read here and not by the library behind: c-ares 1.18 drops a server with a zone in silence, and
 * then asks, and names, one that nobody configured. */
#include "dns/resolv_conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dns/resolver.h"

#define FILE_MAX 65536U
#define KEYWORD "nameserver"

/* The whole file as a string, NULL with ERR_LOCAL. Nothing that could block is opened for long. */
static char *read_file(struct arena *arena, const char *path, struct err *err) {
	struct stat status;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && errno == ENOENT) {
		return arena_copy_text(arena, "", 0);
	}
	if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		(void)err_set(err, ERR_LOCAL, "cannot read %s: %s", path,
			fd < 0 ? strerror(errno) : "not a regular file");
		(void)(fd < 0 || close(fd));
		return NULL;
	}
	size_t size = status.st_size > FILE_MAX ? FILE_MAX : (size_t)status.st_size;
	char *text = arena_alloc(arena, size + 1);
	size_t len = 0;
	ssize_t n = 1;
	while (n > 0 && len < size) {
		n = read(fd, text + len, size - len);
		len += n > 0 ? (size_t)n : 0;
	}
	text[len] = '\0';
	(void)close(fd);
	return text;
}

/* The value of the line at *at, which goes on to the next; NULL when it is none of ours. */
static char *take_line(char **at) {
	char *line = *at;
	size_t len = strcspn(line, "\n");
	*at = line[len] == '\0' ? line + len : line + len + 1;
	line[len] = '\0';
	size_t word = strlen(KEYWORD);
	if (strncmp(line, KEYWORD, word) != 0 || strspn(line + word, " \t") == 0) {
		return NULL;
	}
	char *value = line + word + strspn(line + word, " \t");
	value[strcspn(value, " \t\r#;")] = '\0';
	return value;
}

bool resolv_conf_read(struct arena *arena, const char *path, struct server_address **servers,
	size_t *n, struct err *err) {
	const char *unusable = NULL;
	char *at = read_file(arena, path, err);
	*n = 0;
	if (at == NULL) {
		return false;
	}
	*servers = arena_alloc_array(arena, RESOLVER_SERVERS_MAX, sizeof **servers);
	while (*at != '\0' && *n < RESOLVER_SERVERS_MAX) {
		const char *value = take_line(&at);
		if (value == NULL) {
			continue;
		}
		if (server_address_parse(&(*servers)[*n], value, NULL)) {
			(*n)++;
		} else {
			unusable = value;
		}
	}
	if (*n == 0 && unusable != NULL) {
		return err_set(err, ERR_LOCAL, "%s has no name server that can be asked: \"%s\" is none",
			path, unusable);
	}
	if (*n == 0) {
		*n = 1;
		(void)server_address_parse(&(*servers)[0], "127.0.0.1", err);
		(void)snprintf((*servers)[0].text, sizeof(*servers)[0].text,
			"127.0.0.1:53 (for want of one in resolv.conf)");
	}
	return true;
}
