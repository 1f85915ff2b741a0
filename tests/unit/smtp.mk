## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# unit tests of smtp
check_PROGRAMS += tests/unit/test_destination
TESTS += tests/unit/test_destination
tests_unit_test_destination_SOURCES = tests/unit/test_destination.c tests/unit/unit.h
tests_unit_test_destination_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_destination_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_smtp_reply
TESTS += tests/unit/test_smtp_reply
tests_unit_test_smtp_reply_SOURCES = tests/unit/test_smtp_reply.c tests/unit/unit.h
tests_unit_test_smtp_reply_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_smtp_reply_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_smtp_talk
TESTS += tests/unit/test_smtp_talk
tests_unit_test_smtp_talk_SOURCES = tests/unit/test_smtp_talk.c tests/unit/unit.h
tests_unit_test_smtp_talk_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_smtp_talk_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_policy_record
TESTS += tests/unit/test_policy_record
tests_unit_test_policy_record_SOURCES = tests/unit/test_policy_record.c tests/unit/unit.h
tests_unit_test_policy_record_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_policy_record_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
check_PROGRAMS += tests/unit/test_sts_policy
TESTS += tests/unit/test_sts_policy
tests_unit_test_sts_policy_SOURCES = tests/unit/test_sts_policy.c tests/unit/unit.h
tests_unit_test_sts_policy_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_sts_policy_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
