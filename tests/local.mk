## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Every test speaks TAP, so that "make check" counts cases and not programs.
TEST_EXTENSIONS = .scn .list
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SCN_LOG_DRIVER = $(LOG_DRIVER)
LIST_LOG_DRIVER = $(LOG_DRIVER)
TEST_LIBS = lib/libsmtptls.a
check_DATA =
TEST_CFLAGS = $(AM_CFLAGS) $(CHECK_CFLAGS)

# The longest first, so that none of them is left to be waited for in the end; those that compute and wait one thing after
# the other among lists of scenarios, which use what they leave of the machine.
TESTS += tests/scenario/waiting.list tests/report/page_test.sh tests/unit/fleet_test.sh tests/bench/all_nodes \
	tests/unit/test_fleet $(SCENARIO_OTHER_LISTS) tests/unit/test_tls_memory tests/unit/test_resolver_ares \
	tests/unit/test_tls_narrow_equal $(FAULTS_RUN) tests/unit/test_program_ends $(FAULTS_LIMITS) tests/bench/round_trips \
	tests/hostile/sample tests/unit/test_authority tests/unit/usage_test.sh tests/unit/test_backstop tests/hostile/load

include tests/unit/base.mk
include tests/unit/io.mk
include tests/unit/http.mk
include tests/unit/dns.mk
include tests/unit/smtp.mk
include tests/unit/tls.mk
include tests/unit/probe.mk
include tests/unit/verdict.mk
include tests/unit/render.mk
include tests/unit/config.mk
include tests/unit/plugins.mk
include tests/fuzz/local.mk
include tests/fake/local.mk
include tests/scenario/local.mk
include tests/lint/local.mk
include tests/bench/local.mk
include tests/interop/local.mk
include tests/e2e/local.mk
include tests/debian13/local.mk
include tests/newcomer/local.mk
include tests/report/local.mk
include tests/packaging/local.mk
include tests/units/local.mk
include tests/faults/local.mk
include tests/hostile/local.mk
