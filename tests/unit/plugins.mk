## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# unit tests of plugins
PLUGIN_TEST_LIBS = $(TEST_LIBS) $(CHECK_LIBS) $(OPENSSL_LIBS) $(CARES_LIBS)
check_PROGRAMS += tests/unit/test_options tests/unit/test_options_refused tests/unit/test_option_params tests/unit/test_option_next \
	tests/unit/test_trace tests/unit/test_explain
TESTS += tests/unit/test_options tests/unit/test_options_refused tests/unit/test_option_params tests/unit/test_option_next \
	tests/unit/test_trace tests/unit/test_explain
tests_unit_test_options_SOURCES = tests/unit/test_options.c tests/unit/option_line.h \
	tests/unit/unit.h $(PLUGIN_OPTIONS)
tests_unit_test_options_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_options_LDADD = $(PLUGIN_TEST_LIBS)
tests_unit_test_options_refused_SOURCES = tests/unit/test_options_refused.c \
	tests/unit/option_line.h tests/unit/unit.h $(PLUGIN_OPTIONS)
tests_unit_test_options_refused_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_options_refused_LDADD = $(PLUGIN_TEST_LIBS)
tests_unit_test_option_next_SOURCES = tests/unit/test_option_next.c \
	tests/unit/option_line.h tests/unit/unit.h $(PLUGIN_OPTIONS)
tests_unit_test_option_next_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_option_next_LDADD = $(PLUGIN_TEST_LIBS)
tests_unit_test_option_params_SOURCES = tests/unit/test_option_params.c \
	tests/unit/option_line.h tests/unit/unit.h $(PLUGIN_OPTIONS)
tests_unit_test_option_params_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_option_params_LDADD = $(PLUGIN_TEST_LIBS)
tests_unit_test_explain_SOURCES = tests/unit/test_explain.c tests/unit/unit.h $(PLUGIN_OPTIONS)
tests_unit_test_explain_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_explain_LDADD = $(PLUGIN_TEST_LIBS)
tests_unit_test_trace_SOURCES = tests/unit/test_trace.c tests/unit/unit.h $(PLUGIN_OUTPUT)
tests_unit_test_trace_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_trace_LDADD = $(PLUGIN_TEST_LIBS)
check_PROGRAMS += tests/unit/test_headway tests/unit/test_output tests/unit/test_options_kept
TESTS += tests/unit/test_headway tests/unit/test_output tests/unit/test_options_kept
tests_unit_test_output_SOURCES = tests/unit/test_output.c tests/unit/unit.h $(PLUGIN_OUTPUT)
tests_unit_test_output_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_output_LDADD = $(PLUGIN_TEST_LIBS)
tests_unit_test_options_kept_SOURCES = tests/unit/test_options_kept.c \
	tests/unit/option_line.h tests/unit/unit.h $(PLUGIN_OPTIONS)
tests_unit_test_options_kept_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_options_kept_LDADD = $(PLUGIN_TEST_LIBS)
tests_unit_test_headway_SOURCES = tests/unit/test_headway.c tests/unit/unit.h $(PLUGIN_OUTPUT)
tests_unit_test_headway_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_headway_LDADD = $(PLUGIN_TEST_LIBS)
check_PROGRAMS += tests/unit/test_program_ends
tests_unit_test_program_ends_SOURCES = tests/unit/test_program_ends.c tests/unit/program_run.h tests/unit/unit.h
tests_unit_test_program_ends_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_program_ends_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_backstop
tests_unit_test_backstop_SOURCES = tests/unit/test_backstop.c tests/unit/unit.h plugins/common/backstop.c \
	plugins/common/backstop.h
tests_unit_test_backstop_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_backstop_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_least_power tests/unit/test_least_power_calls
# Programs that are instrumented give up nothing (configure.ac).
if !INSTRUMENTED
TESTS += tests/unit/test_least_power tests/unit/test_least_power_calls
endif
tests_unit_test_least_power_SOURCES = tests/unit/test_least_power.c tests/unit/program_run.h tests/unit/unit.h \
	plugins/common/least_power.c plugins/common/least_power.h
tests_unit_test_least_power_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_least_power_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
# The filter's source is part of it.
tests_unit_test_least_power_calls_SOURCES = tests/unit/test_least_power_calls.c tests/unit/unit.h
tests_unit_test_least_power_calls_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_least_power_calls_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
dist_check_SCRIPTS += tests/unit/usage_test.sh

# smtp-tls-finger
FINGER_TESTS = tests/unit/test_finger_options tests/unit/test_finger_operands tests/unit/test_finger_log
check_PROGRAMS += $(FINGER_TESTS)
TESTS += $(FINGER_TESTS)
FINGER_DESK = tests/unit/finger_desk.h tests/unit/unit.h $(FINGER_START)
tests_unit_test_finger_options_SOURCES = tests/unit/test_finger_options.c $(FINGER_DESK)
tests_unit_test_finger_options_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_finger_options_LDADD = $(PLUGIN_TEST_LIBS)
tests_unit_test_finger_operands_SOURCES = tests/unit/test_finger_operands.c $(FINGER_DESK)
tests_unit_test_finger_operands_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_finger_operands_LDADD = $(PLUGIN_TEST_LIBS)
tests_unit_test_finger_log_SOURCES = tests/unit/test_finger_log.c $(FINGER_DESK)
tests_unit_test_finger_log_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_finger_log_LDADD = $(PLUGIN_TEST_LIBS)
dist_check_SCRIPTS += tests/unit/finger_test.sh tests/unit/hooks_test.sh tests/unit/metrics_test.sh tests/unit/service_test.sh
TESTS += tests/unit/finger_test.sh tests/unit/hooks_test.sh tests/unit/metrics_test.sh tests/unit/service_test.sh

# smtp-tls-fleet
FLEET_TESTS = tests/unit/test_fleet_list tests/unit/test_fleet_resume tests/unit/test_fleet_tally tests/unit/test_fleet_options \
	tests/unit/test_fleet_submit tests/unit/test_fleet_addresses
check_PROGRAMS += $(FLEET_TESTS)
TESTS += $(FLEET_TESTS)
tests_unit_test_fleet_list_SOURCES = tests/unit/test_fleet_list.c tests/unit/unit.h $(FLEET_LISTS)
tests_unit_test_fleet_list_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_fleet_list_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_fleet_resume_SOURCES = tests/unit/test_fleet_resume.c tests/unit/unit.h $(FLEET_BEFORE)
tests_unit_test_fleet_resume_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_fleet_resume_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_fleet_tally_SOURCES = tests/unit/test_fleet_tally.c tests/unit/unit.h plugins/common/descriptors.c plugins/common/descriptors.h $(FLEET_AFTER)
tests_unit_test_fleet_tally_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_fleet_tally_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_fleet_options_SOURCES = tests/unit/test_fleet_options.c tests/unit/unit.h $(FLEET_LINE) $(PLUGIN_OPTIONS)
tests_unit_test_fleet_options_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_fleet_options_LDADD = $(PLUGIN_TEST_LIBS)
dist_check_SCRIPTS += tests/unit/fleet_test.sh
tests_unit_test_fleet_submit_SOURCES = tests/unit/test_fleet_submit.c tests/unit/unit.h $(FLEET_SUBMIT)
tests_unit_test_fleet_submit_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_fleet_submit_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_fleet_addresses_SOURCES = tests/unit/test_fleet_addresses.c tests/unit/unit.h \
	plugins/smtp-tls-fleet.d/submit_addresses.c plugins/smtp-tls-fleet.d/submit_addresses.h
tests_unit_test_fleet_addresses_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_fleet_addresses_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
