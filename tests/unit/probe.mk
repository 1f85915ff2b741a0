## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# unit tests of probe
check_PROGRAMS += tests/unit/test_tls_policy
TESTS += tests/unit/test_tls_policy
tests_unit_test_tls_policy_SOURCES = tests/unit/test_tls_policy.c tests/unit/unit.h
tests_unit_test_tls_policy_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_policy_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_node_order_hosts
TESTS += tests/unit/test_node_order_hosts
tests_unit_test_node_order_hosts_SOURCES = tests/unit/test_node_order_hosts.c tests/unit/unit.h
tests_unit_test_node_order_hosts_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_node_order_hosts_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_hosts
TESTS += tests/unit/test_hosts
tests_unit_test_hosts_SOURCES = tests/unit/test_hosts.c tests/unit/unit.h
tests_unit_test_hosts_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_hosts_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_hosts_LDADD = tests/fake/libtable.a $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_survey_order tests/unit/test_survey_all
TESTS += tests/unit/test_survey_order tests/unit/test_survey_all
FAKE_SURVEY = tests/fake/fake_visit.c tests/fake/fake_visit.h \
	tests/fake/fake_clock.c tests/fake/fake_clock.h
tests_unit_test_survey_order_SOURCES = tests/unit/test_survey_order.c tests/unit/unit.h $(FAKE_SURVEY)
tests_unit_test_survey_order_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_survey_order_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_survey_order_LDADD = tests/fake/libtable.a $(TEST_LIBS) $(OPENSSL_LIBS) $(CARES_LIBS) $(CHECK_LIBS)
tests_unit_test_survey_all_SOURCES = tests/unit/test_survey_all.c tests/unit/unit.h $(FAKE_SURVEY)
tests_unit_test_survey_all_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_survey_all_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_survey_all_LDADD = tests/fake/libtable.a $(TEST_LIBS) $(OPENSSL_LIBS) $(CARES_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_key_types
TESTS += tests/unit/test_key_types
tests_unit_test_key_types_SOURCES = tests/unit/test_key_types.c tests/unit/unit.h
tests_unit_test_key_types_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_key_types_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_node_order
TESTS += tests/unit/test_node_order
tests_unit_test_node_order_SOURCES = tests/unit/test_node_order.c tests/unit/unit.h
tests_unit_test_node_order_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_node_order_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_visit
TESTS += tests/unit/test_visit
tests_unit_test_visit_SOURCES = tests/unit/test_visit.c tests/unit/unit.h tests/fake/fake_clock.c \
	tests/fake/fake_clock.h
tests_unit_test_visit_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_visit_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_visit_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_lookup_words
TESTS += tests/unit/test_lookup_words
tests_unit_test_lookup_words_SOURCES = tests/unit/test_lookup_words.c tests/unit/unit.h
tests_unit_test_lookup_words_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_lookup_words_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_fleet
tests_unit_test_fleet_SOURCES = tests/unit/test_fleet.c tests/unit/unit.h \
	tests/unit/dns_responder.c tests/unit/dns_responder.h tests/unit/dns_text.h
tests_unit_test_fleet_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_fleet_LDADD = $(TEST_LIBS) $(OPENSSL_LIBS) $(CARES_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_visit_wish
TESTS += tests/unit/test_visit_wish
tests_unit_test_visit_wish_SOURCES = tests/unit/test_visit_wish.c tests/unit/unit.h
tests_unit_test_visit_wish_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_visit_wish_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_shared_nodes
TESTS += tests/unit/test_shared_nodes
tests_unit_test_shared_nodes_SOURCES = tests/unit/test_shared_nodes.c tests/unit/crowd_world.h tests/unit/unit.h \
	tests/unit/paper_visits.c tests/unit/paper_visits.h \
	tests/fake/fake_clock.c tests/fake/fake_clock.h
tests_unit_test_shared_nodes_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_shared_nodes_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
