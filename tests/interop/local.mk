## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Real servers: "make interop" needs root, namespaces and the packages in tests/interop/packages; those in
# tests/interop/unpacked are fetched and unpacked only.
EXTRA_DIST += tests/interop/packages tests/interop/unpacked tests/interop/unpack.sh \
	tests/interop/run.sh tests/interop/lab.sh tests/interop/tap.sh tests/interop/certs.sh \
	tests/interop/zones.sh tests/interop/dns.sh tests/interop/mail.sh tests/interop/exim.sh \
	tests/interop/opensmtpd.sh tests/interop/finger.sh \
	tests/interop/case.sh tests/interop/proof.sh tests/interop/cases-1-dane.sh \
	tests/interop/cases-2-dns.sh tests/interop/cases-3-levels.sh \
	tests/interop/cases-4-rounds.sh tests/interop/cases-5-senders.sh tests/interop/sender.sh \
	tests/interop/exim_sender.sh tests/interop/cases-6-fleet.sh \
	tests/interop/compare.sh tests/interop/side.sh \
	tests/interop/normalise.awk tests/interop/known-differences tests/interop/stage.scn \
	tests/interop/sides-1-options.sh tests/interop/sides-2-dane.sh tests/interop/sides-3-tls.sh \
	tests/interop/sides-4-smtp.sh tests/interop/sides-5-reconnect.sh

EXTRA_PROGRAMS += tests/interop/relay tests/interop/balancer tests/interop/stage
CLEANFILES += tests/interop/relay$(EXEEXT) tests/interop/balancer$(EXEEXT) tests/interop/stage$(EXEEXT)
tests_interop_relay_SOURCES = tests/interop/relay.c
tests_interop_balancer_SOURCES = tests/interop/balancer.c
tests_interop_stage_SOURCES = tests/interop/stage.c
tests_interop_stage_CFLAGS = $(AM_CFLAGS) -pthread
tests_interop_stage_LDADD = $(FAKE_LIBS)

INTEROP_HELPERS = tests/interop/relay$(EXEEXT) tests/interop/balancer$(EXEEXT) tests/interop/stage$(EXEEXT)
# Not the name of the list: what stands in a build folder goes into the tarball before what stands in the source.
INTEROP_UNPACKED = $(abs_builddir)/tests/interop/unpacked-here

INTEROP_RUN = RELAY=$(abs_builddir)/tests/interop/relay$(EXEEXT) \
	STAGE=$(abs_builddir)/tests/interop/stage$(EXEEXT) \
	BALANCER=$(abs_builddir)/tests/interop/balancer$(EXEEXT) UNPACKED=$(INTEROP_UNPACKED) $(SHELL)

.PHONY: interop interop-unpacked compare
interop: all $(INTEROP_HELPERS) interop-unpacked
	status=0; $(INTEROP_RUN) $(srcdir)/tests/interop/run.sh $(abs_builddir)/plugins/check_smtp_tls || status=1; \
	$(INTEROP_RUN) $(srcdir)/tests/interop/compare.sh $(abs_builddir)/plugins/smtp-tls-finger || status=1; \
	$(SHELL) $(srcdir)/tests/debian13/rpk.sh $(abs_builddir)/plugins || status=1; \
	exit $$status

# What could be fetched; the lab tells of what could not.
interop-unpacked:
	-$(SHELL) $(srcdir)/tests/interop/unpack.sh $(INTEROP_UNPACKED)

# Debian's posttls-finger beside our smtp-tls-finger alone; COMPARE=PATTERN chooses among the invocations.
compare: all $(INTEROP_HELPERS) interop-unpacked
	$(INTEROP_RUN) $(srcdir)/tests/interop/compare.sh $(abs_builddir)/plugins/smtp-tls-finger "$(COMPARE)"
