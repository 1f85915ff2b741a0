## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# unit tests of verdict
check_PROGRAMS += tests/unit/test_range tests/unit/test_limits
TESTS += tests/unit/test_range tests/unit/test_limits
tests_unit_test_range_SOURCES = tests/unit/test_range.c tests/unit/unit.h
tests_unit_test_range_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_range_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_limits_SOURCES = tests/unit/test_limits.c tests/unit/unit.h
tests_unit_test_limits_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_limits_LDADD = $(TEST_LIBS) $(CHECK_LIBS)

VERDICT_TESTS = tests/unit/test_verdict tests/unit/test_verdict_dns tests/unit/test_verdict_resolver tests/unit/test_verdict_names \
	tests/unit/test_verdict_dane \
	tests/unit/test_verdict_smtp tests/unit/test_verdict_tls tests/unit/test_metrics \
	tests/unit/test_verdict_all tests/unit/test_verdict_sessions \
	tests/unit/test_verdict_dates tests/unit/test_verdict_edges tests/unit/test_verdict_dnssec tests/unit/test_verdict_loss tests/unit/test_hints \
	tests/unit/test_verdict_expected tests/unit/test_verdict_next tests/unit/test_verdict_ahead tests/unit/test_verdict_announced tests/unit/test_verdict_policy tests/unit/test_verdict_issuers tests/unit/test_verdict_auth \
	tests/unit/test_record_view tests/unit/test_sender_view
check_PROGRAMS += $(VERDICT_TESTS)
TESTS += $(VERDICT_TESTS)
SAMPLE_REPORT = tests/unit/sample_report.c tests/unit/sample_report.h tests/unit/unit.h
tests_unit_test_verdict_SOURCES = tests/unit/test_verdict.c $(SAMPLE_REPORT)
tests_unit_test_verdict_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_resolver_SOURCES = tests/unit/test_verdict_resolver.c $(SAMPLE_REPORT)
tests_unit_test_verdict_resolver_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_resolver_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_names_SOURCES = tests/unit/test_verdict_names.c $(SAMPLE_REPORT)
tests_unit_test_verdict_names_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_names_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_dns_SOURCES = tests/unit/test_verdict_dns.c $(SAMPLE_REPORT)
tests_unit_test_verdict_dns_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_dns_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_dane_SOURCES = tests/unit/test_verdict_dane.c $(SAMPLE_REPORT)
tests_unit_test_verdict_dane_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_dane_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_smtp_SOURCES = tests/unit/test_verdict_smtp.c $(SAMPLE_REPORT)
tests_unit_test_verdict_smtp_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_smtp_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_tls_SOURCES = tests/unit/test_verdict_tls.c $(SAMPLE_REPORT)
tests_unit_test_verdict_tls_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_tls_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_metrics_SOURCES = tests/unit/test_metrics.c $(SAMPLE_REPORT)
tests_unit_test_metrics_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_metrics_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_dates_SOURCES = tests/unit/test_verdict_dates.c $(SAMPLE_REPORT)
tests_unit_test_verdict_dates_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_dates_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_dnssec_SOURCES = tests/unit/test_verdict_dnssec.c $(SAMPLE_REPORT)
tests_unit_test_verdict_dnssec_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_dnssec_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_edges_SOURCES = tests/unit/test_verdict_edges.c $(SAMPLE_REPORT)
tests_unit_test_verdict_edges_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_edges_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_loss_SOURCES = tests/unit/test_verdict_loss.c $(SAMPLE_REPORT)
tests_unit_test_verdict_loss_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_loss_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_expected_SOURCES = tests/unit/test_verdict_expected.c $(SAMPLE_REPORT)
tests_unit_test_verdict_expected_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_expected_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_ahead_SOURCES = tests/unit/test_verdict_ahead.c $(SAMPLE_REPORT)
tests_unit_test_verdict_ahead_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_ahead_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_announced_SOURCES = tests/unit/test_verdict_announced.c \
	tests/unit/announced_sample.h $(SAMPLE_REPORT)
tests_unit_test_verdict_announced_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_announced_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_policy_SOURCES = tests/unit/test_verdict_policy.c \
	tests/unit/announced_sample.h tests/unit/golden.h $(SAMPLE_REPORT)
tests_unit_test_verdict_policy_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_policy_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_issuers_SOURCES = tests/unit/test_verdict_issuers.c $(SAMPLE_REPORT)
tests_unit_test_verdict_issuers_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_issuers_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_auth_SOURCES = tests/unit/test_verdict_auth.c $(SAMPLE_REPORT)
tests_unit_test_verdict_auth_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_auth_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_hints_SOURCES = tests/unit/test_hints.c $(SAMPLE_REPORT)
tests_unit_test_hints_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_hints_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_all_SOURCES = tests/unit/test_verdict_all.c $(SAMPLE_REPORT)
tests_unit_test_verdict_all_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_all_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_sessions_SOURCES = tests/unit/test_verdict_sessions.c $(SAMPLE_REPORT)
tests_unit_test_verdict_sessions_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_sessions_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_senders
TESTS += tests/unit/test_senders
tests_unit_test_senders_SOURCES = tests/unit/test_senders.c tests/unit/unit.h
tests_unit_test_senders_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_senders_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_issuers
TESTS += tests/unit/test_issuers
tests_unit_test_issuers_SOURCES = tests/unit/test_issuers.c tests/unit/unit.h
tests_unit_test_issuers_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_issuers_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_record_view_SOURCES = tests/unit/test_record_view.c $(SAMPLE_REPORT)
tests_unit_test_record_view_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_record_view_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_sender_view_SOURCES = tests/unit/test_sender_view.c $(SAMPLE_REPORT)
tests_unit_test_sender_view_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_sender_view_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_verdict_next_SOURCES = tests/unit/test_verdict_next.c $(SAMPLE_REPORT)
tests_unit_test_verdict_next_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_verdict_next_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
