# unit tests of config
check_PROGRAMS += tests/unit/test_ports
TESTS += tests/unit/test_ports
tests_unit_test_ports_SOURCES = tests/unit/test_ports.c tests/unit/unit.h
tests_unit_test_ports_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_ports_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
