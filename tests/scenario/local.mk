## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Scenarios: the real program against scripted servers
check_PROGRAMS += tests/scenario/scenario-runner
tests_scenario_scenario_runner_SOURCES = \
	tests/scenario/command.c tests/scenario/command.h \
	tests/scenario/expect.c tests/scenario/expect.h \
	tests/scenario/fleet_words.c tests/scenario/fleet_words.h \
	tests/scenario/files.c tests/scenario/files.h \
	tests/scenario/json_leaves.c tests/scenario/json_leaves.h \
	tests/scenario/netns.c tests/scenario/netns.h \
	tests/scenario/prepare.c tests/scenario/prepare.h \
	tests/scenario/runner.c \
	tests/scenario/same.c tests/scenario/same.h tests/scenario/same_list.c \
	tests/scenario/scn_file.c tests/scenario/scn_file.h \
	tests/scenario/through_fleet.c tests/scenario/through_fleet.h \
	tests/scenario/turns.c tests/scenario/turns.h
tests_scenario_scenario_runner_CFLAGS = $(AM_CFLAGS) -pthread
tests_scenario_scenario_runner_LDADD = $(FAKE_LIBS)
SCN_LOG_COMPILER = tests/scenario/scenario-runner
LIST_LOG_COMPILER = tests/scenario/scenario-runner

# Every file is found by make (configure.ac says how), so none can be forgotten: SCENARIOS are those in a folder per
# subject and those in self/, where the runner and the fakes try themselves out; WRONG_SCENARIOS (self/wrong/) must fail.
# A folder is one test, so that its files share a start and wait side by side: dns.list has the paths of those in dns/.
# What most of all waits, for servers that do so on purpose, is one test together: a folder alone would be done as late.
SCENARIO_WAITING = auth fleet hostile key_types nodes program resolver self session smtp tls
CLEANFILES += $(SCENARIO_LISTS) tests/scenario/waiting.list
# There before the tests begin: what make still has to make then comes last. A folder is newer when a file comes or goes.
check_DATA += $(SCENARIO_LISTS) tests/scenario/waiting.list
# A folder is made by nobody: without this, make would link expect/ from an expect.c that is newer.
$(SCENARIO_FOLDERS): ;
$(SCENARIO_LISTS): $(SCENARIO_FOLDERS)
	@$(MKDIR_P) tests/scenario
	@ls $(srcdir)/tests/scenario/$(*F)/*.scn >$@
tests/scenario/waiting.list: $(SCENARIO_FOLDERS)
	@$(MKDIR_P) tests/scenario
	@ls $(SCENARIO_WAITING_GLOB) >$@
# One path for one target and for many: the same of each domain from both programs.
EXTRA_DIST += tests/scenario/fleet-differences
dist_check_SCRIPTS += tests/scenario/fleet_same
TESTS += tests/scenario/fleet_same
.PHONY: fleet-same
fleet-same: all tests/scenario/scenario-runner
	@FLEET_SAME=all $(SHELL) $(srcdir)/tests/scenario/fleet_same
EXTRA_DIST += $(SCENARIOS) $(WRONG_SCENARIOS) tests/scenario/LANGUAGE.md tests/README.md
dist_check_SCRIPTS += tests/scenario/self/wrong_scenarios_fail
TESTS += tests/scenario/self/wrong_scenarios_fail
