## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# tests/hostile: tables of what strangers do. "make check" plays every eleventh row, "make hostile" all. load:
# many runs at the same time.
EXTRA_DIST += tests/hostile/generate.awk tests/hostile/smtp.table tests/hostile/tls.table \
	tests/hostile/certificates.table tests/hostile/dns.table
dist_check_SCRIPTS += tests/hostile/run tests/hostile/sample tests/hostile/load

.PHONY: hostile
hostile: all tests/scenario/scenario-runner tests/bench/hostile_dnsd$(EXEEXT) tests/bench/cost$(EXEEXT) $(DEMO)
	@status=0; AWK='$(AWK)' $(SHELL) $(srcdir)/tests/hostile/run || status=1; \
	$(SHELL) $(srcdir)/tests/hostile/load 1000 || status=1; \
	$(SHELL) $(srcdir)/tests/bench/hostile || status=1; exit $$status
