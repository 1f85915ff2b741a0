/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Words in a file, found before OpenSSL reads it. Each run reads openssl.cnf once more for this: a
 * block at a time, and in one case for all letters. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static bool has_any_word(struct block *block, size_t end, const char *const *words) {
	fold_block(block);
	while (*words != NULL && !has_word(block, end, *words)) {
		words++;
	}
	return *words != NULL;
}

static bool search(int fd, const char *const *words) {
	struct block block = {.len = 0};
	for (;;) {
		ssize_t n = read(fd, block.at + block.len, BLOCK - block.len);
		if (n <= 0) {
			return has_any_word(&block, block.len, words);
		}
		block.len += (size_t)n;
		const char *last = memrchr(block.at, '\n', block.len);
		size_t end = last == NULL ? 0 : (size_t)(last - block.at) + 1;
		if (block.len == BLOCK && (end == 0 || has_any_word(&block, end, words))) {
			return true;
		}
		if (block.len == BLOCK) {
			block.len -= end;
			memmove(block.at, block.at + end, block.len);
		}
	}
}

bool tls_narrow_file_has(const char *path, const char *const *words) {
	struct stat file;
	if (stat(path, &file) != 0) {
		return false;
	}
	if (!S_ISREG(file.st_mode)) {
		return true;
	}
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	bool found = search(fd, words);
	close(fd);
	return found;
}
