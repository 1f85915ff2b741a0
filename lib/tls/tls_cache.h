/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* TLS sessions of one run, for resumption: in memory, bounded in number, size and age. */
#ifndef TLS_TLS_CACHE_H
#define TLS_TLS_CACHE_H

#include <openssl/ssl.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/clock.h"

#define TLS_CACHE_SESSIONS_MAX 256U
/* Of one session, written down: a ticket has at most 64 KiB, and there is one certificate. */
#define TLS_CACHE_OCTETS_MAX (128 * 1024)
#define TLS_CACHE_SECONDS 240 /* Postfix: twice the 120 s of its cache */

struct tls_cache;

struct tls_cache *tls_cache_new(struct arena *arena);
/* Accepts NULL. */
void tls_cache_free(struct tls_cache *cache);

/* Keep a copy under the key, in place of an earlier one. A full cache gives up its oldest session.
 * False when the session cannot be resumed or is too large. */
bool tls_cache_store(
	struct tls_cache *cache, const char *key, const SSL_SESSION *session, usec now);
/* A copy, the caller's to free; NULL when there is none, or none that is young enough. */
SSL_SESSION *tls_cache_find(const struct tls_cache *cache, const char *key, usec now);
void tls_cache_remove(struct tls_cache *cache, const char *key);

#endif
