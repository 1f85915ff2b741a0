## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# tests/faults: what becomes of a run when one call of this machine fails. "make check" takes samples, "make faults" all.
EXTRA_DIST += tests/faults/shim.c
dist_check_SCRIPTS += tests/faults/run tests/faults/limits
# Sanitizers see every allocation themselves and need more memory than any limit leaves.
if !INSTRUMENTED
FAULTS_RUN = tests/faults/run
FAULTS_LIMITS = tests/faults/limits
endif
# Ends what hangs: by what it does, and not by how long that takes on a machine that does much else.
check_PROGRAMS += tests/faults/patience
tests_faults_patience_SOURCES = tests/faults/patience.c
check_DATA += tests/faults/shim.so
CLEANFILES += tests/faults/shim.so

# Sanitizers have to be loaded first, and see every allocation themselves; coverage opens files of its own at the end.
tests/faults/shim.so: tests/faults/shim.c
	@$(MKDIR_P) tests/faults
	$(AM_V_CC)case "$(CFLAGS) $(AM_CFLAGS)" in *-fsanitize=* | *--coverage*) ;; \
	*) $(CC) -std=gnu11 -O1 -fPIC -shared -o $@ $(srcdir)/tests/faults/shim.c;; esac

.PHONY: faults
faults: all $(DEMO) tests/faults/patience$(EXEEXT) tests/faults/shim.so
	@status=0; $(SHELL) $(srcdir)/tests/faults/run all || status=1; \
	$(SHELL) $(srcdir)/tests/faults/limits all || status=1; exit $$status
