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
check_PROGRAMS += tests/unit/test_hosts
TESTS += tests/unit/test_hosts
tests_unit_test_hosts_SOURCES = tests/unit/test_hosts.c tests/unit/unit.h
tests_unit_test_hosts_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_hosts_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_hosts_LDADD = tests/fake/libtable.a $(TEST_LIBS) $(CHECK_LIBS)
