## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# unit tests of io
check_PROGRAMS += tests/unit/test_loop tests/unit/test_crowd tests/unit/test_crowd_moves tests/unit/test_stall tests/unit/test_file
TESTS += tests/unit/test_loop tests/unit/test_crowd tests/unit/test_crowd_moves tests/unit/test_stall tests/unit/test_file
tests_unit_test_loop_SOURCES = \
	tests/unit/test_loop.c tests/unit/unit.h tests/fake/fake_clock.c tests/fake/fake_clock.h
tests_unit_test_loop_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_loop_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_crowd_moves_SOURCES = tests/unit/test_crowd_moves.c tests/unit/unit.h
tests_unit_test_crowd_moves_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_crowd_moves_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_crowd_SOURCES = tests/unit/test_crowd.c tests/unit/unit.h
tests_unit_test_crowd_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_crowd_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_stall_SOURCES = tests/unit/test_stall.c tests/unit/unit.h
tests_unit_test_stall_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_stall_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_file_SOURCES = tests/unit/test_file.c tests/unit/unit.h
tests_unit_test_file_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_file_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
