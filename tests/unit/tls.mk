## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# unit tests of tls
TLS_PEER = tests/unit/tls_peer.c tests/unit/tls_peer.h tests/unit/about.h tests/unit/unit.h
TLS_SHELF = tests/unit/tls_shelf.c tests/unit/tls_shelf.h $(TLS_PEER)
TLS_TEST_LIBS = $(TEST_LIBS) $(FAKE_LIBS) $(CHECK_LIBS) -lpthread
TLS_TESTS = tests/unit/test_postfix_words tests/unit/test_tls_dane tests/unit/test_tls_levels \
	tests/unit/test_tls_session tests/unit/test_tls_context tests/unit/test_tls_facts \
	tests/unit/test_tls_events tests/unit/test_tls_stream tests/unit/test_tls_resume \
	tests/unit/test_tls_wishes tests/unit/test_tls_cache tests/unit/test_tls_raw_key \
	tests/unit/test_tls_summary
TLS_TESTS += tests/unit/test_tls_credentials tests/unit/test_tls_parameters \
	tests/unit/test_tls_config_file tests/unit/test_tls_memory tests/unit/test_tls_record tests/unit/test_tls_next
check_PROGRAMS += $(TLS_TESTS)
TESTS += $(TLS_TESTS)
tests_unit_test_postfix_words_SOURCES = tests/unit/test_postfix_words.c tests/unit/unit.h
tests_unit_test_postfix_words_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_postfix_words_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_dane_SOURCES = tests/unit/test_tls_dane.c $(TLS_PEER)
tests_unit_test_tls_dane_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_dane_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_levels_SOURCES = tests/unit/test_tls_levels.c $(TLS_PEER)
tests_unit_test_tls_levels_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_levels_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_session_SOURCES = tests/unit/test_tls_session.c $(TLS_PEER)
tests_unit_test_tls_session_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_session_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_context_SOURCES = tests/unit/test_tls_context.c $(TLS_SHELF)
tests_unit_test_tls_context_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_context_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_facts_SOURCES = tests/unit/test_tls_facts.c $(TLS_PEER)
tests_unit_test_tls_facts_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_facts_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_events_SOURCES = tests/unit/test_tls_events.c $(TLS_PEER)
tests_unit_test_tls_events_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_events_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_stream_SOURCES = tests/unit/test_tls_stream.c $(TLS_PEER)
tests_unit_test_tls_stream_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_stream_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_resume_SOURCES = tests/unit/test_tls_resume.c $(TLS_PEER)
tests_unit_test_tls_resume_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_resume_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_wishes_SOURCES = tests/unit/test_tls_wishes.c $(TLS_PEER)
tests_unit_test_tls_wishes_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_wishes_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_cache_SOURCES = tests/unit/test_tls_cache.c tests/unit/unit.h
tests_unit_test_tls_cache_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_cache_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_credentials_SOURCES = tests/unit/test_tls_credentials.c $(TLS_SHELF)
tests_unit_test_tls_credentials_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_credentials_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_parameters_SOURCES = tests/unit/test_tls_parameters.c $(TLS_SHELF)
tests_unit_test_tls_parameters_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_parameters_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_config_file_SOURCES = tests/unit/test_tls_config_file.c $(TLS_SHELF)
tests_unit_test_tls_config_file_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_config_file_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_raw_key_SOURCES = tests/unit/test_tls_raw_key.c $(TLS_PEER)
tests_unit_test_tls_raw_key_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_raw_key_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_summary_SOURCES = tests/unit/test_tls_summary.c $(TLS_PEER)
tests_unit_test_tls_summary_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_summary_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_memory_SOURCES = tests/unit/test_tls_memory.c $(TLS_PEER)
tests_unit_test_tls_memory_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_memory_LDADD = $(TLS_TEST_LIBS)
tests_unit_test_tls_record_SOURCES = tests/unit/test_tls_record.c tests/unit/unit.h
tests_unit_test_tls_record_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_record_LDADD = lib/libsmtptls.a $(CHECK_LIBS)
tests_unit_test_tls_next_SOURCES = tests/unit/test_tls_next.c $(TLS_PEER)
tests_unit_test_tls_next_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_next_LDADD = $(TLS_TEST_LIBS)
