## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The page of smtp-tls-report: what can be judged without a browser is part of "make check"; "make report" looks at
# it in one (packages in tests/report/packages).
EXTRA_DIST += tests/report/check_page.py tests/report/runs.py tests/report/look.py tests/report/run.sh tests/report/packages \
	tests/report/example.json tests/report/example.golden
dist_check_SCRIPTS += tests/report/page_test.sh

.PHONY: report
report: all tests/fake/smtp-tls-demo
	$(SHELL) $(srcdir)/tests/report/run.sh $(srcdir)
