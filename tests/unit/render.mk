## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# unit tests of render; tests/golden holds what the output shall be
RENDER_TESTS = tests/unit/test_render_plugin tests/unit/test_render_finger \
	tests/unit/test_finger_show tests/unit/test_finger_words tests/unit/test_perfdata
check_PROGRAMS += $(RENDER_TESTS)
TESTS += $(RENDER_TESTS)
tests_unit_test_render_plugin_SOURCES = tests/unit/test_render_plugin.c tests/unit/golden.h \
	$(SAMPLE_REPORT)
tests_unit_test_render_plugin_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_render_plugin_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_perfdata_SOURCES = tests/unit/test_perfdata.c tests/unit/unit.h
tests_unit_test_perfdata_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_perfdata_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_render_finger_SOURCES = tests/unit/test_render_finger.c tests/unit/golden.h \
	tests/unit/unit.h
tests_unit_test_render_finger_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_render_finger_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_finger_show_SOURCES = tests/unit/test_finger_show.c tests/unit/unit.h
tests_unit_test_finger_show_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_finger_show_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
tests_unit_test_finger_words_SOURCES = tests/unit/test_finger_words.c tests/unit/unit.h
tests_unit_test_finger_words_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_finger_words_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
EXTRA_DIST += tests/golden
dist_check_SCRIPTS += tests/unit/formats_test.sh
TESTS += tests/unit/formats_test.sh
check_PROGRAMS += tests/unit/test_well_formed
TESTS += tests/unit/test_well_formed
tests_unit_test_well_formed_SOURCES = tests/unit/test_well_formed.c tests/unit/unit.h tests/fuzz/well_formed.c tests/fuzz/well_formed.h
tests_unit_test_well_formed_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
tests_unit_test_well_formed_CFLAGS = $(TEST_CFLAGS)
tests_unit_test_well_formed_LDADD = $(TEST_LIBS) $(CHECK_LIBS)
