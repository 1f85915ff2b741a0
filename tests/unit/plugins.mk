# unit tests of plugins
PLUGIN_TEST_LIBS = $(TEST_LIBS) $(CHECK_LIBS) $(OPENSSL_LIBS) $(CARES_LIBS)
check_PROGRAMS += tests/unit/test_options tests/unit/test_options_refused tests/unit/test_trace
TESTS += tests/unit/test_options tests/unit/test_options_refused tests/unit/test_trace
tests_unit_test_options_SOURCES = tests/unit/test_options.c tests/unit/option_line.h \
	tests/unit/unit.h $(PLUGIN_OPTIONS)
tests_unit_test_options_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_options_LDADD = $(PLUGIN_TEST_LIBS)
tests_unit_test_options_refused_SOURCES = tests/unit/test_options_refused.c \
	tests/unit/option_line.h tests/unit/unit.h $(PLUGIN_OPTIONS)
tests_unit_test_options_refused_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_options_refused_LDADD = $(PLUGIN_TEST_LIBS)
tests_unit_test_trace_SOURCES = tests/unit/test_trace.c tests/unit/unit.h $(PLUGIN_OUTPUT)
tests_unit_test_trace_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_trace_LDADD = $(PLUGIN_TEST_LIBS)
dist_check_SCRIPTS += tests/unit/usage_test.sh
TESTS += tests/unit/usage_test.sh
