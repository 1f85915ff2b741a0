## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# unit tests of dns
DNS_TESTS = tests/unit/test_dns_msg tests/unit/test_dns_query tests/unit/test_host_name \
	tests/unit/test_resolv_conf tests/unit/test_table_resolver tests/unit/test_dns_bounds \
	tests/unit/test_resolver_native tests/unit/test_name_server \
	tests/unit/test_shared_answers tests/unit/test_carrier tests/unit/test_flight \
	tests/unit/test_resolver_life
check_PROGRAMS += $(DNS_TESTS) tests/unit/test_resolver_ares
TESTS += $(DNS_TESTS)
tests_unit_test_dns_msg_SOURCES = tests/unit/test_dns_msg.c tests/unit/dns_text.h tests/unit/unit.h
tests_unit_test_dns_msg_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_dns_msg_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_dns_bounds_SOURCES = tests/unit/test_dns_bounds.c tests/unit/unit.h
tests_unit_test_dns_bounds_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_dns_bounds_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_carrier_SOURCES = tests/unit/test_carrier.c tests/unit/unit.h
tests_unit_test_carrier_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_carrier_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_flight_SOURCES = tests/unit/test_flight.c tests/unit/dns_text.h tests/unit/unit.h
tests_unit_test_flight_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_flight_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_dns_query_SOURCES = \
	tests/unit/test_dns_query.c tests/unit/dns_text.h tests/unit/unit.h
tests_unit_test_dns_query_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_dns_query_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_host_name_SOURCES = tests/unit/test_host_name.c tests/unit/unit.h
tests_unit_test_host_name_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_host_name_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_resolv_conf_SOURCES = tests/unit/test_resolv_conf.c tests/unit/unit.h
tests_unit_test_resolv_conf_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_resolv_conf_LDADD = $(TEST_LIBS) $(CHECK_LIBS)

# a resolver that answers from a table, for whoever needs the DNS in a unit test
check_LIBRARIES += tests/fake/libtable.a
tests_fake_libtable_a_SOURCES = tests/fake/table_resolver.c tests/fake/table_resolver.h
tests_unit_test_table_resolver_SOURCES = \
	tests/unit/test_table_resolver.c tests/unit/dns_text.h tests/unit/unit.h
tests_unit_test_table_resolver_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_table_resolver_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_table_resolver_LDADD = tests/fake/libtable.a $(TEST_LIBS) $(CHECK_LIBS)

tests_unit_test_shared_answers_SOURCES = tests/unit/test_shared_answers.c tests/unit/crowd_world.h tests/unit/unit.h \
	tests/fake/fake_clock.c tests/fake/fake_clock.h
tests_unit_test_shared_answers_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_shared_answers_LDADD = tests/fake/libtable.a $(TEST_LIBS) $(CHECK_LIBS)

tests_unit_test_resolver_ares_SOURCES = \
	tests/unit/test_resolver_ares.c tests/unit/dns_responder.c tests/unit/dns_responder.h \
	tests/unit/dns_text.h tests/unit/resolver_world.h tests/unit/unit.h
tests_unit_test_resolver_ares_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_resolver_ares_LDADD = $(TEST_LIBS) $(CHECK_LIBS) $(CARES_LIBS)
tests_unit_test_resolver_life_SOURCES = \
	tests/unit/test_resolver_life.c tests/unit/dns_responder.c tests/unit/dns_responder.h \
	tests/unit/dns_text.h tests/unit/resolver_world.h tests/unit/unit.h
tests_unit_test_resolver_life_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_resolver_life_LDADD = $(TEST_LIBS) $(CHECK_LIBS) $(CARES_LIBS)
tests_unit_test_name_server_SOURCES = tests/unit/test_name_server.c tests/unit/unit.h
tests_unit_test_name_server_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_name_server_LDADD = $(TEST_LIBS) $(CHECK_LIBS) $(CARES_LIBS)
tests_unit_test_resolver_native_SOURCES = \
	tests/unit/test_resolver_native.c tests/unit/dns_text.h tests/unit/unit.h
tests_unit_test_resolver_native_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_resolver_native_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_resolver_native_LDADD = tests/fake/libtable.a $(TEST_LIBS) $(CHECK_LIBS)

check_PROGRAMS += tests/unit/test_authority
tests_unit_test_authority_SOURCES = \
	tests/unit/test_authority.c tests/unit/dns_responder.c tests/unit/dns_responder.h \
	tests/unit/dns_text.h tests/unit/unit.h
tests_unit_test_authority_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_authority_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
