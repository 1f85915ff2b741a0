# unit tests of probe
check_PROGRAMS += tests/unit/test_tls_policy
TESTS += tests/unit/test_tls_policy
tests_unit_test_tls_policy_SOURCES = tests/unit/test_tls_policy.c tests/unit/unit.h
tests_unit_test_tls_policy_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_policy_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_targets
TESTS += tests/unit/test_targets
tests_unit_test_targets_SOURCES = tests/unit/test_targets.c tests/unit/unit.h
tests_unit_test_targets_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_targets_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
