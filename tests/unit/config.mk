## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# unit tests of config
EXTRA_DIST += tests/unit/packages
CONFIG_TESTS = tests/unit/test_ports tests/unit/test_main_cf \
	tests/unit/test_postfix_params tests/unit/test_idn
check_PROGRAMS += $(CONFIG_TESTS)
TESTS += $(CONFIG_TESTS)
tests_unit_test_ports_SOURCES = tests/unit/test_ports.c tests/unit/unit.h
tests_unit_test_ports_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_ports_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_main_cf_SOURCES = tests/unit/test_main_cf.c tests/unit/unit.h
tests_unit_test_main_cf_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_main_cf_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_postfix_params_SOURCES = tests/unit/test_postfix_params.c tests/unit/unit.h
tests_unit_test_postfix_params_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_postfix_params_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_idn_SOURCES = tests/unit/test_idn.c tests/unit/unit.h
tests_unit_test_idn_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_idn_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_main_cf_nul
TESTS += tests/unit/test_main_cf_nul
tests_unit_test_main_cf_nul_SOURCES = tests/unit/test_main_cf_nul.c tests/unit/unit.h
tests_unit_test_main_cf_nul_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_main_cf_nul_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
