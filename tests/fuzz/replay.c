/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* main() of a fuzz target where libFuzzer is not linked: every file of the target's corpus and
 * every prefix of it, each placed right before an unmapped page. One TAP line per file.
 * The corpus of fuzz_NAME is $srcdir/tests/fuzz/corpus/NAME, or the folder given as argument. */
#include <dirent.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

/* Every prefix is run, so time grows with the square: corpora are small. */
#define INPUT_MAX 16384

/* INPUT_MAX writable bytes followed by a page that cannot be touched; returns where they end. */
static uint8_t *guard_page(void) {
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t room = (INPUT_MAX + page - 1) / page * page;
	uint8_t *at =
		mmap(NULL, room + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	FUZZ_REQUIRE(at != MAP_FAILED);
	FUZZ_REQUIRE(mprotect(at + room, page, PROT_NONE) == 0);
	return at + room;
}

static size_t load(const char *folder, const char *name, uint8_t *input) {
	char path[4096];
	(void)snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "rb");
	FUZZ_REQUIRE(file != NULL);
	size_t len = fread(input, 1, INPUT_MAX, file);
	FUZZ_REQUIRE(fgetc(file) == EOF);
	(void)fclose(file);
	return len;
}

static void replay(const uint8_t *input, size_t len, uint8_t *end) {
	for (size_t n = 0; n <= len; n++) {
		memcpy(end - n, input, n);
		FUZZ_REQUIRE(LLVMFuzzerTestOneInput(end - n, n) == 0);
	}
}

static int is_input(const struct dirent *entry) {
	return entry->d_name[0] != '.';
}

static void default_folder(const char *program, char *folder, size_t size) {
	const char *slash = strrchr(program, '/');
	const char *name = slash != NULL ? slash + 1 : program;
	const char *srcdir = getenv("srcdir");
	name = strncmp(name, "fuzz_", 5) == 0 ? name + 5 : name;
	(void)snprintf(folder, size, "%s/tests/fuzz/corpus/%s", srcdir != NULL ? srcdir : ".", name);
}

int main(int argc, char *argv[]) {
	static uint8_t input[INPUT_MAX];
	char folder[2048];
	default_folder(argv[0], folder, sizeof folder);
	if (argc > 1) {
		(void)snprintf(folder, sizeof folder, "%s", argv[1]);
	}
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_input, alphasort);
	if (n <= 0) {
		printf("Bail out! no corpus in %s\n", folder);
		return EXIT_FAILURE;
	}
	uint8_t *end = guard_page();
	printf("1..%d\n", n);
	for (int i = 0; i < n; i++) {
		size_t len = load(folder, entries[i]->d_name, input);
		replay(input, len, end);
		printf("ok %d - %s and its %zu prefixes\n", i + 1, entries[i]->d_name, len);
		(void)fflush(stdout);
		free(entries[i]);
	}
	free(entries);
	return EXIT_SUCCESS;
}
