# Real servers: "make interop" needs root, a network namespace and the packages in tests/interop/packages.
EXTRA_DIST += tests/interop/packages tests/interop/run.sh tests/interop/tap.sh tests/interop/certs.sh \
	tests/interop/zones.sh tests/interop/dns.sh tests/interop/mail.sh tests/interop/finger.sh \
	tests/interop/case.sh tests/interop/proof.sh tests/interop/cases-1-dane.sh \
	tests/interop/cases-2-dns.sh tests/interop/cases-3-levels.sh \
	tests/interop/cases-4-rounds.sh

EXTRA_PROGRAMS += tests/interop/relay
CLEANFILES += tests/interop/relay$(EXEEXT)
tests_interop_relay_SOURCES = tests/interop/relay.c

.PHONY: interop
interop: all tests/interop/relay$(EXEEXT)
	RELAY=$(abs_builddir)/tests/interop/relay$(EXEEXT) \
		$(SHELL) $(srcdir)/tests/interop/run.sh $(abs_builddir)/plugins/check_smtp_tls
