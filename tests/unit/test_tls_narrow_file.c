/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Words in a file: remarks, cases, and where blocks of 4 KiB meet. */
#include <sys/stat.h>

#include "tls/tls_narrow.h"
#include "unit.h"

#define COUNT(array) (int)(sizeof(array) / sizeof((array)[0]))
#define BLOCK 4096

static const struct tls_narrow_word words[] = {
	{"PRIVATE KEY", 1}, {".include", 2}, {"Groups", 4}, {"curves", 4}, {NULL, 0}};

/* A file of these octets. */
static unsigned marks_of(const void *octets, size_t len) {
	char path[] = "/tmp/narrow.XXXXXX";
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, octets, len), (ssize_t)len);
	close(fd);
	unsigned marks = tls_narrow_file_marks(path, words);
	ck_assert_int_eq(unlink(path), 0);
	return marks;
}

static bool has(const void *octets, size_t len) {
	return marks_of(octets, len) != 0;
}

static const struct {
	const char *text;
	bool found;
} texts[] = {
	{"", false},
	{"\n\n", false},
	{"Group", false},
	{"groups", true},
	{"x\nmy.GROUPS=", true},
	{"-----BEGIN RSA PRIVATE KEY-----\n", true},
	{"-----BEGIN CERTIFICATE-----\n", false},
	{"PRIVATE\nKEY\n", false},
	{"# groups\n", false},
	{"x # groups", false},
	{"groups # x\n", true},
	{"# groups\n# Groups groups\n x\ngroups = y\n", true},
	{"# a\n#.include b\n", false},
	{"\r\n.include b\r\n", true},
	{"\x03groups\n", true},
	{"#\ngroups\n", true},
};

START_TEST(a_word_is_found_before_remarks) {
	ck_assert_msg(
		has(texts[_i].text, strlen(texts[_i].text)) == texts[_i].found, "%s", texts[_i].text);
}
END_TEST

START_TEST(no_octet_hides_a_word) {
	char text[] = "a\n?groups\n";
	for (int octet = 0; octet < 256; octet++) {
		text[2] = (char)octet;
		ck_assert_msg(has(text, sizeof text - 1) == (octet != '#'), "%d", octet);
	}
}
END_TEST

/* Short lines, and the word anywhere about the end of the first or the second block. */
START_TEST(a_word_may_be_where_blocks_meet) {
	static char text[3 * BLOCK];
	for (int block = 1; block <= 2; block++) {
		for (int at = block * BLOCK - 12; at <= block * BLOCK + 2; at++) {
			memset(text, 'x', sizeof text);
			for (size_t i = 63; i < sizeof text; i += 64) {
				text[i] = '\n';
			}
			text[at - 1] = '\n';
			ck_assert(!has(text, sizeof text));
			memcpy(text + at, "groups", 6);
			ck_assert_msg(has(text, sizeof text), "at %d", at);
			ck_assert_msg(has(text, (size_t)at + 6), "at %d, which is the end", at);
			text[at - 1] = '#';
			ck_assert_msg(!has(text, sizeof text), "remark at %d", at);
		}
	}
}
END_TEST

START_TEST(a_line_beyond_4_kib_cannot_be_told) {
	static char text[2 * BLOCK];
	memset(text, 'x', sizeof text);
	ck_assert(has(text, sizeof text));
	ck_assert(has(text, BLOCK));
	ck_assert(!has(text, BLOCK - 1));
	text[BLOCK - 1] = '\n';
	ck_assert(!has(text, sizeof text - 1));
}
END_TEST

/* In one reading, also of words that stand in different blocks. */
START_TEST(each_word_has_its_mark) {
	static char text[3 * BLOCK];
	ck_assert_uint_eq(marks_of("curves\n", 7), 4);
	ck_assert_uint_eq(marks_of("groups\ncurves\n", 14), 4);
	ck_assert_uint_eq(marks_of("curves = x\n.include y\n", 22), 6);
	ck_assert_uint_eq(marks_of("# curves\n.include y\n", 20), 2);
	memset(text, '\n', sizeof text);
	memcpy(text + 1, "curves", 6);
	memcpy(text + BLOCK + 9, "private key", 11);
	ck_assert_uint_eq(marks_of(text, sizeof text), 5);
	memcpy(text + 2 * BLOCK + 9, ".include", 8);
	ck_assert_uint_eq(marks_of(text, sizeof text), 7);
}
END_TEST

START_TEST(what_is_no_file_cannot_be_told) {
	ck_assert_uint_eq(tls_narrow_file_marks("/dev/null", words), 7);
	ck_assert_uint_eq(tls_narrow_file_marks("/tmp", words), 7);
	ck_assert_uint_eq(tls_narrow_file_marks("/nonexistent", words), 0);
}
END_TEST

static void add_tests(TCase *tc) {
	tcase_add_loop_test(tc, a_word_is_found_before_remarks, 0, COUNT(texts));
	tcase_add_test(tc, no_octet_hides_a_word);
	tcase_add_test(tc, a_word_may_be_where_blocks_meet);
	tcase_add_test(tc, a_line_beyond_4_kib_cannot_be_told);
	tcase_add_test(tc, each_word_has_its_mark);
	tcase_add_test(tc, what_is_no_file_cannot_be_told);
}

int main(void) {
	return unit_play("tls_narrow_file", 60, add_tests);
}
