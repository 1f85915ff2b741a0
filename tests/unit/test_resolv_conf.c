/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Which name servers resolv.conf(5) names. */
#include "dns/resolv_conf.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "dns/resolver.h"
#include "unit.h"

#define PATH_ROOM 32

static const struct {
	const char *file;
	const char *servers; /* with commas between them; NULL: an error */
} cases[] = {
	{"", "127.0.0.1:53 (for want of one in resolv.conf)"},
	{"search example.org\noptions edns0\n", "127.0.0.1:53 (for want of one in resolv.conf)"},
	{"nameserver 192.0.2.53\n", "192.0.2.53:53"},
	{"nameserver 192.0.2.53", "192.0.2.53:53"},
	{"nameserver\t 2001:db8::53  \n", "[2001:db8::53]:53"},
	{"nameserver 192.0.2.53 # ours\nnameserver 192.0.2.54;x\n", "192.0.2.53:53,192.0.2.54:53"},
	{"nameserver 192.0.2.53\r\nnameserver ::1\r\n", "192.0.2.53:53,[::1]:53"},
	{"#nameserver 192.0.2.1\n;nameserver 192.0.2.1\nnameserver 192.0.2.53\n", "192.0.2.53:53"},
	{"nameservers 192.0.2.1\nnameserver 192.0.2.53\n", "192.0.2.53:53"},
	{"nameserver fe80::1%lo\n", "[fe80::1%lo]:53"},
	{"nameserver fe80::1%nowhere0\nnameserver 192.0.2.53\n", "192.0.2.53:53"},
	{"nameserver ns.example.org\nnameserver 192.0.2.53\n", "192.0.2.53:53"},
	{"nameserver fe80::1%nowhere0\n", NULL},
	{"nameserver ns.example.org\n", NULL},
	{"nameserver \n", NULL},
};

static char *path_of(char *path, const char *text) {
	(void)snprintf(path, PATH_ROOM, "/tmp/resolv.XXXXXX");
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	ck_assert_int_eq(close(fd), 0);
	return path;
}

START_TEST(servers_stand_behind_the_word_nameserver) {
	struct arena *arena = unit_arena();
	struct err err = {0};
	char path[PATH_ROOM];
	struct server_address *servers = NULL;
	size_t n = 0;
	bool ok = resolv_conf_read(arena, path_of(path, cases[_i].file), &servers, &n, &err);
	ck_assert_msg(ok == (cases[_i].servers != NULL), "%s: %s", cases[_i].file, err.text);
	struct text text = text_new(arena, 1000);
	for (size_t i = 0; ok && i < n; i++) {
		text_addf(&text, "%s%s", i == 0 ? "" : ",", servers[i].text);
	}
	if (ok) {
		ck_assert_str_eq(text.at, cases[_i].servers);
	} else {
		ck_assert_int_eq(err.kind, ERR_LOCAL);
		ck_assert_ptr_nonnull(strstr(err.text, path));
	}
	ck_assert_int_eq(unlink(path), 0);
	arena_free(arena);
}
END_TEST

START_TEST(the_rest_of_many_servers_is_left_out) {
	struct arena *arena = unit_arena();
	struct server_address *servers = NULL;
	char path[PATH_ROOM];
	char file[1000] = "";
	size_t n = 0;
	for (size_t i = 0; i < RESOLVER_SERVERS_MAX + 4; i++) {
		(void)snprintf(file + strlen(file), sizeof file - strlen(file), "nameserver 192.0.2.53\n");
	}
	ck_assert(resolv_conf_read(arena, path_of(path, file), &servers, &n, NULL));
	ck_assert_uint_eq(n, RESOLVER_SERVERS_MAX);
	ck_assert_int_eq(unlink(path), 0);
	arena_free(arena);
}
END_TEST

/* Half of an address is another one. */
START_TEST(a_nul_ends_no_address) {
	static const char text[] = "nameserver 192.0.2.5\0.3\n#\0\nnameserver 192.0.2.53#\0\n";
	struct arena *arena = unit_arena();
	struct err err = {0};
	struct server_address *servers = NULL;
	char path[PATH_ROOM];
	size_t n = 0;
	int fd = open(path_of(path, ""), O_WRONLY);
	ck_assert_int_eq(write(fd, text, sizeof text - 1), (ssize_t)sizeof text - 1);
	ck_assert(resolv_conf_read(arena, path, &servers, &n, &err));
	ck_assert_uint_eq(n, 1);
	ck_assert_str_eq(servers[0].text, "192.0.2.53:53");
	ck_assert_int_eq(ftruncate(fd, 24), 0);
	ck_assert(!resolv_conf_read(arena, path, &servers, &n, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "\"192.0.2.5?.3\" is none"));
	ck_assert_int_eq(close(fd), 0);
	ck_assert_int_eq(unlink(path), 0);
	arena_free(arena);
}
END_TEST

/* A file of n octets, most of them remarks, that ends with this line. */
static void write_long(const char *path, size_t n, const char *last) {
	FILE *file = fopen(path, "w");
	size_t len = strlen(last);
	for (size_t i = 0; i + len < n; i++) {
		(void)fputc(i % 64 == 0 ? '#' : i % 64 == 63 || i + len + 1 == n ? '\n' : 'x', file);
	}
	(void)fputs(last, file);
	ck_assert_int_eq(fclose(file), 0);
}

START_TEST(half_a_file_is_never_read) {
	static const char last[] = "nameserver 192.0.2.53";
	struct arena *arena = unit_arena();
	struct err err = {0};
	struct server_address *servers = NULL;
	char path[PATH_ROOM];
	size_t n = 0;
	(void)path_of(path, "");
	for (size_t len = 65536 - 3; len < 65536 + 5; len++) { /* where it once was cut */
		write_long(path, len, last);
		ck_assert_msg(resolv_conf_read(arena, path, &servers, &n, &err), "%s", err.text);
		ck_assert_str_eq(servers[0].text, "192.0.2.53:53");
	}
	write_long(path, RESOLV_CONF_OCTETS_MAX, last);
	ck_assert(resolv_conf_read(arena, path, &servers, &n, &err));
	ck_assert_str_eq(servers[0].text, "192.0.2.53:53");
	write_long(path, RESOLV_CONF_OCTETS_MAX + 1, last);
	ck_assert(!resolv_conf_read(arena, path, &servers, &n, &err));
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_ptr_nonnull(strstr(err.text, ": longer than 1 MiB"));
	ck_assert_int_eq(unlink(path), 0);
	arena_free(arena);
}
END_TEST

START_TEST(what_is_no_file_is_told) {
	struct arena *arena = unit_arena();
	struct server_address *servers = NULL;
	struct err err = {0};
	char path[PATH_ROOM];
	size_t n = 0;
	ck_assert(resolv_conf_read(arena, "/nonexistent/resolv.conf", &servers, &n, &err));
	ck_assert_uint_eq(n, 1);
	ck_assert(!resolv_conf_read(arena, "/tmp", &servers, &n, &err));
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_int_eq(unlink(path_of(path, "")), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	err.kind = ERR_NONE;
	ck_assert(!resolv_conf_read(arena, path, &servers, &n, &err)); /* and waits for nobody */
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_int_eq(unlink(path), 0);
	/* only one that is not there is as good as an empty one */
	ck_assert_int_eq(symlink(path, path), 0);
	err.kind = ERR_NONE;
	ck_assert(!resolv_conf_read(arena, path, &servers, &n, &err));
	ck_assert_int_eq(err.kind, ERR_LOCAL);
	ck_assert_int_eq(unlink(path), 0);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("resolv_conf", tcase_add_loop_test(tc, servers_stand_behind_the_word_nameserver, 0,
							 (int)(sizeof cases / sizeof *cases));
		  tcase_add_test(tc, the_rest_of_many_servers_is_left_out);
		  tcase_add_test(tc, a_nul_ends_no_address); tcase_add_test(tc, half_a_file_is_never_read);
		  tcase_add_test(tc, what_is_no_file_is_told);)
