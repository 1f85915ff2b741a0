## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The two commands of the README in clean folders of Debian: "make newcomer" needs root and Debian's mirror.
EXTRA_DIST += tests/newcomer/folder.sh tests/newcomer/run.sh tests/newcomer/packages
.PHONY: newcomer
newcomer:
	@$(SHELL) $(srcdir)/tests/newcomer/run.sh $(srcdir)
