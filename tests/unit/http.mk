## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# unit tests of http
check_PROGRAMS += tests/unit/test_http
TESTS += tests/unit/test_http
tests_unit_test_http_SOURCES = tests/unit/test_http.c tests/unit/unit.h
tests_unit_test_http_CFLAGS = $(TEST_CFLAGS) -pthread
tests_unit_test_http_LDADD = $(TEST_LIBS) $(FAKE_LIBS) $(CHECK_LIBS) -lpthread
