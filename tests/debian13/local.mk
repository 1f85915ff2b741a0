## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Debian 13 in a folder made by debootstrap: "make debian13" needs root and Debian's mirror. What is in here for the newer
# libraries alone is part of "make check" (the scenarios) and "make interop" (rpk.sh) where they are.
EXTRA_DIST += tests/debian13/run.sh tests/debian13/rpk.sh \
	tests/debian13/key_types_mldsa.scn \
	tests/debian13/key_types_mldsa_neglected.scn \
	tests/debian13/large_hello_unasked.scn \
	tests/debian13/mldsa_alone.scn \
	tests/debian13/pq_probe_dropped.scn \
	tests/debian13/pq_probe_negotiated.scn \
	tests/debian13/pq_probe_no_tls.scn \
	tests/debian13/pq_probe_not_determined.scn \
	tests/debian13/pq_probe_not_known.scn \
	tests/debian13/pq_probe_passing_fault.scn \
	tests/debian13/pq_probe_protocols.scn \
	tests/debian13/pq_probe_reset.scn
if OPENSSL_3_5
TESTS += tests/debian13/post_quantum.list
check_DATA += tests/debian13/post_quantum.list
endif
CLEANFILES += tests/debian13/post_quantum.list
tests/debian13/post_quantum.list: $(srcdir)/tests/debian13
	@$(MKDIR_P) tests/debian13
	@ls $(srcdir)/tests/debian13/*.scn >$@
.PHONY: debian13
debian13:
	$(SHELL) $(srcdir)/tests/debian13/run.sh $(srcdir)
