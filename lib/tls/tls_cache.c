/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions found by key, the oldest given up first. */
#include "tls/tls_cache.h"

#include <string.h>

struct entry {
	const char *key; /* stays when the session goes: the same peer is likely to come again */
	SSL_SESSION *session;
	usec born;
};

struct tls_cache {
	struct arena *arena;
	struct entry entries[TLS_CACHE_SESSIONS_MAX];
	size_t n;
};

struct tls_cache *tls_cache_new(struct arena *arena) {
	struct tls_cache *cache = arena_alloc(arena, sizeof *cache);
	cache->arena = arena;
	return cache;
}

void tls_cache_free(struct tls_cache *cache) {
	if (cache != NULL) {
		for (size_t i = 0; i < cache->n; i++) {
			SSL_SESSION_free(cache->entries[i].session);
		}
		cache->n = 0;
	}
}

static size_t find(const struct tls_cache *cache, const char *key) {
	size_t i = 0;
	while (i < cache->n && strcmp(cache->entries[i].key, key) != 0) {
		i++;
	}
	return i;
}

/* Where a session of this key goes. */
static struct entry *make_room(struct tls_cache *cache, const char *key) {
	size_t at = find(cache, key);
	if (at == cache->n && cache->n < TLS_CACHE_SESSIONS_MAX) {
		cache->n++;
	} else if (at == cache->n) {
		at = 0;
		for (size_t i = 1; i < cache->n; i++) {
			at = cache->entries[i].born < cache->entries[at].born ? i : at;
		}
		cache->entries[at].key = NULL;
	}
	struct entry *entry = &cache->entries[at];
	if (entry->key == NULL) {
		entry->key = arena_copy_string(cache->arena, key);
	}
	return entry;
}

bool tls_cache_store(
	struct tls_cache *cache, const char *key, const SSL_SESSION *session, usec now) {
	/* A copy: the connection marks its own as unusable when it ends without ceremony, and always
	 * once a ticket of TLS 1.3 was offered. */
	SSL_SESSION *copy = SSL_SESSION_dup(session);
	int octets = copy == NULL ? 0 : i2d_SSL_SESSION(copy, NULL);
	if (octets <= 0 || octets > TLS_CACHE_OCTETS_MAX || SSL_SESSION_is_resumable(copy) != 1) {
		SSL_SESSION_free(copy);
		return false;
	}
	struct entry *entry = make_room(cache, key);
	SSL_SESSION_free(entry->session);
	entry->session = copy;
	entry->born = now;
	return true;
}

SSL_SESSION *tls_cache_find(const struct tls_cache *cache, const char *key, usec now) {
	size_t at = find(cache, key);
	if (at == cache->n || cache->entries[at].session == NULL ||
		now - cache->entries[at].born >= TLS_CACHE_SECONDS * USEC_PER_SEC) {
		return NULL;
	}
	return SSL_SESSION_dup(cache->entries[at].session);
}

void tls_cache_remove(struct tls_cache *cache, const char *key) {
	size_t at = find(cache, key);
	if (at < cache->n) {
		SSL_SESSION_free(cache->entries[at].session);
		cache->entries[at].session = NULL;
	}
}
