/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Any file as resolv.conf, and any text as one name server: what is asked then is an address that
 * is written there, and reads the same again. */
#include "dns/resolv_conf.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dns/resolver.h"
#include "fuzz.h"

static void check_server(const struct server_address *server) {
	struct server_address again;
	char numeric[INET6_ADDRSTRLEN];
	FUZZ_REQUIRE(server->family == AF_INET || server->family == AF_INET6);
	FUZZ_REQUIRE(server->port > 0);
	FUZZ_REQUIRE(memchr(server->text, '\0', sizeof server->text) != NULL);
	FUZZ_REQUIRE(memchr(server->unzoned, '\0', sizeof server->unzoned) != NULL);
	FUZZ_REQUIRE(inet_ntop(server->family, server->addr, numeric, sizeof numeric) != NULL);
	FUZZ_REQUIRE(strstr(server->unzoned, numeric) != NULL);
	FUZZ_REQUIRE(server_address_parse(&again, server->unzoned, NULL));
	FUZZ_REQUIRE(again.port == server->port && again.family == server->family);
	FUZZ_REQUIRE(memcmp(again.addr, server->addr, server->family == AF_INET ? 4 : 16) == 0);
}

/* Of the whole text. */
static void check_text(const char *text) {
	struct server_address server;
	struct err err = {0};
	bool fine = server_address_parse(&server, text, &err);
	FUZZ_REQUIRE(fine == (err.kind == ERR_NONE));
	if (fine) {
		FUZZ_REQUIRE(strspn(text, "0123456789abcdefABCDEFxX.:[]%") > 0);
		check_server(&server);
	}
}

struct read {
	struct server_address *servers;
	size_t n;
	bool fine;
};

static struct read read_file(struct arena *arena, struct span head, struct span text) {
	char path[64];
	struct read read = {.n = 0};
	struct err err = {0};
	int fd = memfd_create("resolv.conf", MFD_CLOEXEC);
	FUZZ_REQUIRE(fd >= 0);
	FUZZ_REQUIRE(write(fd, head.at, head.len) == (ssize_t)head.len);
	FUZZ_REQUIRE(write(fd, text.at, text.len) == (ssize_t)text.len);
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	read.fine = resolv_conf_read(arena, path, &read.servers, &read.n, &err);
	FUZZ_REQUIRE(read.fine == (err.kind == ERR_NONE));
	FUZZ_REQUIRE(read.fine || err.kind == ERR_LOCAL);
	(void)close(fd);
	return read;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const char others[] = "# nameserver 192.0.2.9\nsearch a.test\n nameserver 192.0.2.8\n";
	struct arena *arena = fuzz_arena();
	struct span text = {data, size};
	struct read plain = read_file(arena, (struct span){data, 0}, text);
	struct read behind = read_file(arena, span_of(others), text);
	check_text(arena_copy_text(arena, (const char *)data, size));
	FUZZ_REQUIRE(plain.fine == behind.fine && plain.n == behind.n);
	if (plain.fine) {
		FUZZ_REQUIRE(plain.n > 0 && plain.n <= RESOLVER_SERVERS_MAX);
		for (size_t i = 0; i < plain.n; i++) {
			check_server(&plain.servers[i]);
			FUZZ_REQUIRE(strcmp(plain.servers[i].text, behind.servers[i].text) == 0);
		}
	}
	arena_free(arena);
	return 0;
}
