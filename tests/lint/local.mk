## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# tests/lint: what a compiler does not check
# (make lint LINT_ONLY="layers words" runs only those)
CLANG_TIDY = clang-tidy
CLANG_FORMAT = clang-format
CPPCHECK = cppcheck
SIZE = size
FORMATTED = find $(srcdir)/lib $(srcdir)/plugins $(srcdir)/tests -name '*.[ch]'

EXTRA_DIST += .clang-format .clang-tidy tests/.clang-tidy .editorconfig tests/lint/layers tests/lint/layers.awk \
	tests/lint/code.awk tests/lint/words.awk tests/lint/openings tests/lint/openings.awk tests/lint/globals.awk tests/lint/checklist.awk tests/lint/language.awk tests/lint/security.awk tests/checklist tests/lint/tables.awk tests/lint/manual.awk tests/lint/tables \
	tests/lint/run tests/lint/completion tests/lint/completion.zsh tests/lint/troubleshooting tests/lint/licence tests/lint/musl tests/lint/tidy tests/lint/analyze tests/lint/packages

# The rules themselves must be able to fail.
dist_check_SCRIPTS += tests/lint/selftest
TESTS += tests/lint/selftest

.PHONY: lint format format-check
lint: all
	@AWK='$(AWK)' CC='$(CC)' CLANG_TIDY='$(CLANG_TIDY)' CPPCHECK='$(CPPCHECK)' SIZE='$(SIZE)' \
	  LINT_CFLAGS='$(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS) $(TEST_CFLAGS)' \
	  LINT_OBJECTS='$(lib_libsmtptls_a_OBJECTS)' LINT_PROGRAM='plugins/check_smtp_tls' \
	  sh $(srcdir)/tests/lint/run $(srcdir) $(LINT_ONLY)

format:
	$(FORMATTED) | xargs $(CLANG_FORMAT) -i

# Every version has ideas of its own; the style is what 14 makes of .clang-format.
format-check:
	@version=`$(CLANG_FORMAT) --version` || exit 1; \
	case $$version in *' version 14.'*) ;; *) echo "ok - format # SKIP it takes version 14"; exit 0 ;; esac; \
	$(FORMATTED) | xargs $(CLANG_FORMAT) --dry-run -Werror && echo "ok - format"
