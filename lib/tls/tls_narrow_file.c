/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Words in a file, found before OpenSSL reads it. Each run reads openssl.cnf once more for this: a
 * block at a time, and in one case for all letters. */
#include <string.h>
#include <unistd.h>

#include "io/file.h"
#include "tls/tls_narrow.h"

#define BLOCK 4096
#define WORD_MAX_OCTETS 32

/* Lines: all of the file from the first octet of one. */
struct block {
	char at[BLOCK];
	char folded[BLOCK + 1];
	size_t len;
};

/* Letters become small. So does much that is none, and then looks like something else: a word is
 * found once too often, never too seldom. No octet is 0. */
static char fold(char octet) {
	return (char)(octet | 0x20);
}

/* The whole block, whose size the compiler knows: sixteen at a time. */
static void fold_block(struct block *block) {
	for (size_t i = 0; i < BLOCK; i++) {
		block->folded[i] = fold(block->at[i]);
	}
}

static bool is_remark(const struct block *block, size_t at) {
	while (at > 0 && block->at[at - 1] != '\n') {
		if (block->at[--at] == '#') {
			return true;
		}
	}
	return false;
}

/* In the lines before the end? */
static bool has_word(struct block *block, size_t end, const char *word) {
	char folded[WORD_MAX_OCTETS] = "";
	for (size_t i = 0; i < sizeof folded - 1 && word[i] != '\0'; i++) {
		folded[i] = fold(word[i]);
	}
	block->folded[end] = '\0';
	const char *found = strstr(block->folded, folded);
	while (found != NULL) {
		size_t at = (size_t)(found - block->folded);
		if (!is_remark(block, at)) {
			return true;
		}
		const char *next = memchr(block->at + at, '\n', end - at);
		found = next == NULL ? NULL : strstr(block->folded + (next - block->at), folded);
	}
	return false;
}

/* Those whose mark is not there yet. */
static unsigned find_marks(
	struct block *block, size_t end, const struct tls_narrow_word *words, unsigned marks) {
	fold_block(block);
	for (; words->word != NULL; words++) {
		if ((marks & words->mark) == 0 && has_word(block, end, words->word)) {
			marks |= words->mark;
		}
	}
	return marks;
}

static unsigned all_marks(const struct tls_narrow_word *words) {
	unsigned marks = 0;
	for (; words->word != NULL; words++) {
		marks |= words->mark;
	}
	return marks;
}

static unsigned search(int fd, const struct tls_narrow_word *words) {
	struct block block = {.len = 0};
	const unsigned all = all_marks(words);
	unsigned marks = 0;
	while (marks != all) {
		ssize_t n = file_read_piece(fd, block.at + block.len, BLOCK - block.len);
		if (n <= 0) {
			return find_marks(&block, block.len, words, marks);
		}
		block.len += (size_t)n;
		if (block.len < BLOCK) {
			continue;
		}
		const char *last = memrchr(block.at, '\n', BLOCK);
		if (last == NULL) {
			return all;
		}
		size_t end = (size_t)(last - block.at) + 1;
		marks = find_marks(&block, end, words, marks);
		block.len -= end;
		memmove(block.at, block.at + end, block.len);
	}
	return marks;
}

unsigned tls_narrow_file_marks(const char *path, const struct tls_narrow_word *words) {
	struct file_fault fault;
	int fd = file_open(path, FILE_REGULAR, &fault);
	if (fd < 0) {
		return fault.error == 0 ? all_marks(words) : 0;
	}
	unsigned marks = search(fd, words);
	(void)close(fd);
	return marks;
}
