## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The packages that contrib/packaging makes: built twice, looked at, and their programs tried. Needs no root, and the
# packages in tests/packaging/packages.
EXTRA_DIST += tests/packaging/run.sh tests/packaging/packages

.PHONY: packaging
packaging: all tests/fake/smtp-tls-demo
	$(MAKE) dist
	$(SHELL) $(srcdir)/tests/packaging/run.sh $(srcdir) $(distdir).tar.xz

# The same as a builder of Debian does it and an administrator gets it; needs root and Debian's mirror, and takes minutes.
EXTRA_DIST += tests/packaging/clean.sh
.PHONY: packages-clean
packages-clean: all
	$(MAKE) dist
	$(SHELL) $(srcdir)/tests/packaging/clean.sh $(srcdir) $(distdir).tar.xz
