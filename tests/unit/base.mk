## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# unit tests of base
check_PROGRAMS += tests/unit/test_base tests/unit/test_text tests/unit/test_phrase
TESTS += tests/unit/test_base tests/unit/test_text tests/unit/test_phrase
check_PROGRAMS += tests/unit/test_err
TESTS += tests/unit/test_err
check_PROGRAMS += tests/unit/test_kept
TESTS += tests/unit/test_kept
tests_unit_test_kept_SOURCES = tests/unit/test_kept.c tests/unit/unit.h
tests_unit_test_kept_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_kept_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_err_SOURCES = tests/unit/test_err.c tests/unit/unit.h
tests_unit_test_err_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_err_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_base_SOURCES = tests/unit/test_base.c tests/unit/unit.h
tests_unit_test_base_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_base_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_text_SOURCES = tests/unit/test_text.c tests/unit/unit.h
tests_unit_test_text_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_text_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_phrase_SOURCES = tests/unit/test_phrase.c tests/unit/unit.h
tests_unit_test_phrase_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_phrase_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_utc
TESTS += tests/unit/test_utc
tests_unit_test_utc_SOURCES = tests/unit/test_utc.c tests/unit/unit.h
tests_unit_test_utc_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_utc_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
