/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A directory of PEM files, right and wrong ones, and an ear for what is said while a context is
 * made. The process works in the directory, so that files have short names in messages. */
#ifndef TESTS_UNIT_TLS_SHELF_H
#define TESTS_UNIT_TLS_SHELF_H

#include "tls_peer.h"

struct tls_shelf {
	struct tls_lab lab;
	char path[64];
	struct trace trace;
	/* One line per event: "engine", "warning: LINE", "info: LINE", "anchor FILE KIND HEX"; entries
	 * of the library in a row are one line "library: REASON", the first one's. */
	struct text heard;
	bool heard_library; /* last */
};

void tls_shelf_open(struct tls_shelf *shelf);
/* Only the ear, in another's arena: no directory, no lab, nothing asked of the TLS library. */
void tls_shelf_listen(struct tls_shelf *shelf, struct arena *arena);
/* Removes the directory and all that is in it. */
void tls_shelf_close(struct tls_shelf *shelf);

const char *tls_shelf_path(struct tls_shelf *shelf, const char *name);
void tls_shelf_write(struct tls_shelf *shelf, const char *name, const char *text);
/* PEM objects of names of the lab: "key NAME", "cert NAME", "public NAME"; wrong ones: "encrypted
 * NAME" (PKCS #8), "old encrypted NAME", "long key NAME", "long cert NAME" (an octet too much),
 * "bad cert", "bad key", "broken" (no base64), "other" (of an unknown kind); "old key NAME" has its
 * algorithm in the label. Separated by commas; "" is an empty file. */
void tls_shelf_fill(struct tls_shelf *shelf, const char *name, const char *recipe);

struct tls_context *tls_shelf_build(
	struct tls_shelf *shelf, const struct tls_settings *settings, struct err *err);

/* Those lines were heard, in that order; "library: *" stands for any reason. */
void tls_shelf_assert_heard(const struct tls_shelf *shelf, const char *wanted);

#endif
