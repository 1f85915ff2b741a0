## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# tests/bench: what one probe costs, beside a minimal client and the peers found on this machine.
BENCH_TOOLS = tests/bench/min_client tests/bench/bare_probes
EXTRA_PROGRAMS += $(BENCH_TOOLS)
CLEANFILES += $(BENCH_TOOLS)
BARE_SMTP = tests/bench/bare_smtp.c tests/bench/bare_smtp.h
tests_bench_min_client_SOURCES = tests/bench/min_client.c $(BARE_SMTP)
tests_bench_min_client_LDADD = $(OPENSSL_LIBS)
tests_bench_bare_probes_SOURCES = tests/bench/bare_probes.c $(BARE_SMTP)
tests_bench_bare_probes_LDADD = $(OPENSSL_LIBS)
tests_bench_cost_SOURCES = tests/bench/cost.c
check_PROGRAMS += tests/bench/cost tests/bench/hostile_dnsd tests/bench/fleet_world
tests_bench_hostile_dnsd_SOURCES = tests/bench/hostile_dnsd.c
tests_bench_hostile_dnsd_LDADD = $(FAKE_LIBS)
tests_bench_fleet_world_SOURCES = tests/bench/fleet_world.c
tests_bench_fleet_world_LDADD = $(FAKE_LIBS)
EXTRA_DIST += tests/bench/run tests/bench/costs tests/bench/demo.sh tests/bench/fleet_lab.sh tests/bench/table.awk tests/bench/world.sh tests/bench/memcheck tests/bench/fleet_signed tests/bench/fleet_policies tests/bench/packages \
	tests/bench/fleet_mixed tests/bench/fleet_mixed.awk
DEMO = tests/fake/smtp-tls-demo$(EXEEXT)

# How often a run waits for an answer, what it is linked with, and that no answer makes it work
# without a bound, are tests like any other.
check_PROGRAMS += tests/interop/relay
dist_check_SCRIPTS += tests/bench/round_trips tests/bench/all_nodes tests/bench/linked tests/bench/hostile tests/bench/fleet tests/bench/soak
# "hostile" belongs to make hostile and "fleet" to make bench: both judge what a processor takes.
# "linked" is about programs as they are shipped: sanitizers and coverage link what they need.
if !INSTRUMENTED
TESTS += tests/bench/linked
endif

.PHONY: bench memcheck soak
bench: all $(BENCH_TOOLS) tests/bench/cost$(EXEEXT) tests/bench/fleet_world$(EXEEXT) $(DEMO) tests/interop/relay$(EXEEXT)
	@status=0; $(SHELL) $(srcdir)/tests/bench/run || status=1; \
	$(SHELL) $(srcdir)/tests/bench/costs || status=1; exit $$status

memcheck: all $(DEMO)
	@$(SHELL) $(srcdir)/tests/bench/memcheck

# Longer than "make bench", and nothing that changes from day to day: by hand. fleet_mixed compares words that hang on
# how fast peers are.
soak: all tests/bench/fleet_world$(EXEEXT) $(DEMO)
	@status=0; $(SHELL) $(srcdir)/tests/bench/fleet_mixed || status=1; \
	$(SHELL) $(srcdir)/tests/bench/soak || status=1; \
	$(SHELL) $(srcdir)/tests/hostile/load 1000 || status=1; exit $$status
