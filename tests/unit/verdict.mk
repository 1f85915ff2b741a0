# unit tests of verdict
check_PROGRAMS += tests/unit/test_range tests/unit/test_limits
TESTS += tests/unit/test_range tests/unit/test_limits
tests_unit_test_range_SOURCES = tests/unit/test_range.c tests/unit/unit.h
tests_unit_test_range_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_range_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_limits_SOURCES = tests/unit/test_limits.c tests/unit/unit.h
tests_unit_test_limits_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_limits_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
