/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparison of a text with a file of tests/golden. With GOLDEN_UPDATE set in the environment the
 * file is written instead: read the difference before you keep it. */
#ifndef TESTS_UNIT_GOLDEN_H
#define TESTS_UNIT_GOLDEN_H

#include <stdbool.h>

#include "unit.h"

static inline void golden_path(char *path, size_t size, const char *name) {
	const char *folder = getenv("srcdir");
	(void)snprintf(path, size, "%s/tests/golden/%s", folder == NULL ? "." : folder, name);
}

static inline void golden_check(const char *name, const char *text) {
	char path[512];
	static char kept[256 * 1024];
	golden_path(path, sizeof path, name);
	bool update = getenv("GOLDEN_UPDATE") != NULL;
	FILE *file = fopen(path, update ? "w" : "r");
	ck_assert_msg(file != NULL, "cannot open %s", path);
	if (update) {
		ck_assert_int_ge(fputs(text, file), 0);
		ck_assert_int_eq(fclose(file), 0);
		return;
	}
	size_t len = fread(kept, 1, sizeof kept - 1, file);
	(void)fclose(file);
	kept[len] = '\0';
	size_t same = 0;
	while (kept[same] != '\0' && kept[same] == text[same]) {
		same++;
	}
	/* Check takes no longer messages. */
	ck_assert_msg(strcmp(kept, text) == 0,
		"%s differs at byte %zu (GOLDEN_UPDATE=1 writes it): it was\n%.500s\nand is now\n%.1500s",
		name, same, kept + same, text + same);
}

#endif
