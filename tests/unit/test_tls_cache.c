/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The cache of sessions by itself. */
#include "tls/tls_cache.h"
#include "unit.h"

static SSL_SESSION *new_session(const char *id) {
	SSL_SESSION *session = SSL_SESSION_new();
	SSL_SESSION_set1_id(session, (const unsigned char *)id, (unsigned)strlen(id));
	SSL_SESSION_set_protocol_version(session, TLS1_2_VERSION);
	static const unsigned char suite[] = {0xc0, 0x2b};
	SSL_CTX *library = SSL_CTX_new(TLS_client_method());
	SSL *ssl = SSL_new(library);
	SSL_SESSION_set_cipher(session, SSL_CIPHER_find(ssl, suite));
	SSL_free(ssl);
	SSL_CTX_free(library);
	return session;
}

START_TEST(a_session_is_young_for_four_minutes) {
	struct arena *arena = unit_arena();
	struct tls_cache *cache = tls_cache_new(arena);
	SSL_SESSION *session = new_session("one");
	ck_assert_ptr_null(tls_cache_find(cache, "a", 0));
	ck_assert(tls_cache_store(cache, "a", session, 1000));
	SSL_SESSION *found = tls_cache_find(cache, "a", 1000 + 240 * USEC_PER_SEC - 1);
	ck_assert_ptr_nonnull(found);
	ck_assert_ptr_ne(found, session);
	SSL_SESSION_free(found);
	ck_assert_ptr_null(tls_cache_find(cache, "a", 1000 + 240 * USEC_PER_SEC));
	ck_assert(tls_cache_store(cache, "a", session, 241 * USEC_PER_SEC));
	found = tls_cache_find(cache, "a", 300 * USEC_PER_SEC);
	ck_assert_ptr_nonnull(found);
	SSL_SESSION_free(found);
	tls_cache_remove(cache, "a");
	tls_cache_remove(cache, "never heard of");
	ck_assert_ptr_null(tls_cache_find(cache, "a", 300 * USEC_PER_SEC));
	SSL_SESSION_free(session);
	tls_cache_free(cache);
	tls_cache_free(NULL);
	arena_free(arena);
}
END_TEST

START_TEST(a_full_cache_gives_up_the_oldest) {
	struct arena *arena = unit_arena();
	struct tls_cache *cache = tls_cache_new(arena);
	SSL_SESSION *session = new_session("one");
	for (unsigned i = 0; i < TLS_CACHE_SESSIONS_MAX + 2; i++) {
		ck_assert(tls_cache_store(cache, arena_printf(arena, "%u", i), session, i));
	}
	for (unsigned i = 0; i < TLS_CACHE_SESSIONS_MAX + 2; i++) {
		SSL_SESSION *found = tls_cache_find(cache, arena_printf(arena, "%u", i), 1000);
		ck_assert_int_eq(found != NULL, i >= 2);
		SSL_SESSION_free(found);
	}
	SSL_SESSION_free(session);
	tls_cache_free(cache);
	arena_free(arena);
}
END_TEST

START_TEST(what_cannot_be_resumed_is_not_kept) {
	struct arena *arena = unit_arena();
	struct tls_cache *cache = tls_cache_new(arena);
	SSL_SESSION *session = new_session("");
	ck_assert(!tls_cache_store(cache, "a", session, 0));
	ck_assert_ptr_null(tls_cache_find(cache, "a", 0));
	SSL_SESSION_free(session);
	tls_cache_free(cache);
	arena_free(arena);
}
END_TEST

UNIT_MAIN("tls_cache", tcase_add_test(tc, a_session_is_young_for_four_minutes);
		  tcase_add_test(tc, a_full_cache_gives_up_the_oldest);
		  tcase_add_test(tc, what_cannot_be_resumed_is_not_kept);)
