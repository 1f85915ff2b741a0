# unit tests of tls
TLS_PEER = tests/unit/tls_peer.c tests/unit/tls_peer.h tests/unit/unit.h
TLS_TEST_LIBS = $(TEST_LIBS) $(FAKE_LIBS) $(CHECK_LIBS) -lpthread
check_PROGRAMS += tests/unit/test_tls_dane
TESTS += tests/unit/test_tls_dane
tests_unit_test_tls_dane_SOURCES = tests/unit/test_tls_dane.c $(TLS_PEER)
tests_unit_test_tls_dane_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_tls_dane_LDADD = $(TLS_TEST_LIBS)
