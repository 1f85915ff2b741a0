## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The units of contrib/systemd under a real systemd: as root, with namespaces and Debian's mirror. Takes minutes; not part of CI.
EXTRA_DIST += tests/units/run.sh tests/units/boot.sh tests/units/inside.sh tests/units/relay.py tests/units/api.py

.PHONY: units
units: all tests/fake/smtp-tls-demo
	$(MAKE) dist
	$(SHELL) $(srcdir)/tests/units/run.sh $(srcdir) $(distdir).tar.xz
