# tests/bench: what one probe costs, beside a minimal client and the peers found on this machine.
BENCH_TOOLS = tests/bench/min_client tests/bench/rss
EXTRA_PROGRAMS += $(BENCH_TOOLS)
CLEANFILES += $(BENCH_TOOLS)
tests_bench_min_client_SOURCES = tests/bench/min_client.c
tests_bench_min_client_LDADD = $(OPENSSL_LIBS)
tests_bench_rss_SOURCES = tests/bench/rss.c
EXTRA_DIST += tests/bench/run tests/bench/packages

.PHONY: bench
bench: all $(BENCH_TOOLS) tests/fake/smtp-tls-demo$(EXEEXT) tests/interop/relay$(EXEEXT)
	@$(SHELL) $(srcdir)/tests/bench/run
