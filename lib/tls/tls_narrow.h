/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenSSL makes all algorithms of a kind when the first one is asked for: 130 ciphers, 40 to 80
 * decoders, up to 60 signatures, a third of a probe. A handshake has use for a third of them. While
 * narrow, the process has a provider of ours in place of the default one: it hands on everything
 * but the rest. */
#ifndef TLS_TLS_NARROW_H
#define TLS_TLS_NARROW_H

#include <stdbool.h>

/* What is left out: an algorithm with one of these words in its names or in its properties, and a
 * group with one in its name. All lists end with NULL. */
struct tls_narrowing {
	const char *const *ciphers;
	const char *const *decoders;
	const char *const *signatures;
	const char *const *groups; /* NULL: none */
};

/* What no client's handshake needs; test_tls_narrow_equal shows it. Lists of groups other than the
 * usual ones may name any. */
extern const struct tls_narrowing tls_narrowing_handshakes;
extern const struct tls_narrowing tls_narrowing_own_groups;

/* Was it shown on this version that nothing differs? Never with --disable-narrow-provider. */
bool tls_narrow_is_shown(unsigned major, unsigned minor);

/* Become narrow, before the library is asked for any algorithm; the argument is borrowed for good.
 * False, and everything is as it was: on a version where it was not shown, when openssl.cnf has to
 * do with providers or engines, when anybody has loaded a provider or set properties, when the
 * library is in use already, and when anything fails. Once refused or ended it stays so. True again
 * when it is narrow already; then the groups alone are those of this argument, for each SSL_CTX
 * that is made from now on. All of them are there when openssl.cnf names any. */
bool tls_narrow_begin(const struct tls_narrowing *left_out);

/* A word, and what it stands for: one bit. A list ends with NULL. */
struct tls_narrow_word {
	const char *word;
	unsigned mark;
};

/* The marks of those words that a line of the file has before any "#", in any case; it is read
 * once. All of them when that cannot be told: of a pipe, which can be read only once, and of lines
 * of 4 KiB. None for a file that cannot be read. */
unsigned tls_narrow_file_marks(const char *path, const struct tls_narrow_word *words);

/* Back to the whole default provider; what was made while narrow stays usable. */
void tls_narrow_end(void);

#endif
