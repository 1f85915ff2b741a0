## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Real monitoring engines: "make e2e" needs what "make interop" needs and the packages in tests/e2e/packages.
EXTRA_DIST += tests/e2e/packages tests/e2e/run.sh tests/e2e/icinga.sh tests/e2e/nagios.sh tests/e2e/examples.sh \
	tests/e2e/recipes.sh tests/e2e/submit.sh tests/e2e/prometheus.sh tests/e2e/cluster.sh

.PHONY: e2e
e2e: all
	$(SHELL) $(srcdir)/tests/e2e/run.sh $(abs_builddir)/plugins/check_smtp_tls
	$(SHELL) $(srcdir)/tests/e2e/submit.sh $(abs_builddir)/plugins/smtp-tls-fleet
