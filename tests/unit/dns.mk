# unit tests of dns
DNS_TESTS = tests/unit/test_dns_msg tests/unit/test_dns_query
check_PROGRAMS += $(DNS_TESTS)
TESTS += $(DNS_TESTS)
tests_unit_test_dns_msg_SOURCES = tests/unit/test_dns_msg.c tests/unit/dns_text.h tests/unit/unit.h
tests_unit_test_dns_msg_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_dns_msg_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_dns_query_SOURCES = \
	tests/unit/test_dns_query.c tests/unit/dns_text.h tests/unit/unit.h
tests_unit_test_dns_query_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_dns_query_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
