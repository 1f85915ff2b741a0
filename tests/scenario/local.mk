# Scenarios: the real program against scripted servers
check_PROGRAMS += tests/scenario/scenario-runner
tests_scenario_scenario_runner_SOURCES = \
	tests/scenario/command.c tests/scenario/command.h \
	tests/scenario/expect.c tests/scenario/expect.h \
	tests/scenario/netns.c tests/scenario/netns.h \
	tests/scenario/runner.c \
	tests/scenario/scn_file.c tests/scenario/scn_file.h
tests_scenario_scenario_runner_CFLAGS = $(AM_CFLAGS) -pthread
tests_scenario_scenario_runner_LDADD = $(FAKE_LIBS)
SCN_LOG_COMPILER = tests/scenario/scenario-runner

# The runner and the fakes try themselves out first.
RUNNER_SCENARIOS = \
	tests/scenario/self/certificates.scn \
	tests/scenario/self/namespace.scn \
	tests/scenario/self/resolver.scn \
	tests/scenario/self/resolver_faults.scn \
	tests/scenario/self/resolver_modes.scn \
	tests/scenario/self/smtp.scn \
	tests/scenario/self/smtp_more.scn \
	tests/scenario/self/status_line.scn

include tests/scenario/list.mk
include tests/scenario/finger.mk
TESTS += $(RUNNER_SCENARIOS) $(SCENARIOS) $(FINGER_SCENARIOS)
EXTRA_DIST += $(RUNNER_SCENARIOS) $(SCENARIOS) $(FINGER_SCENARIOS) $(WRONG_SCENARIOS)
dist_check_SCRIPTS += tests/scenario/self/wrong_scenarios_fail
TESTS += tests/scenario/self/wrong_scenarios_fail

WRONG_SCENARIOS = \
	tests/scenario/self/wrong/behind_the_end.scn \
	tests/scenario/self/wrong/certificate.scn \
	tests/scenario/self/wrong/contacted.scn \
	tests/scenario/self/wrong/control_byte.scn \
	tests/scenario/self/wrong/exit_code.scn \
	tests/scenario/self/wrong/impatient.scn \
	tests/scenario/self/wrong/keyword.scn \
	tests/scenario/self/wrong/left_early.scn \
	tests/scenario/self/wrong/metric.scn \
	tests/scenario/self/wrong/no_program.scn \
	tests/scenario/self/wrong/not_contacted.scn \
	tests/scenario/self/wrong/output.scn \
	tests/scenario/self/wrong/question.scn \
	tests/scenario/self/wrong/script.scn \
	tests/scenario/self/wrong/sni.scn \
	tests/scenario/self/wrong/status_line.scn \
	tests/scenario/self/wrong/two_bars.scn \
	tests/scenario/self/wrong/unwanted_output.scn
