## Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# contrib: nothing compiled
EXTRA_DIST += contrib/packages.sh contrib/quickstart contrib/run-tests .ci/run
EXTRA_DIST += contrib/icinga2/smtp_tls.conf contrib/icinga2/services.conf \
	contrib/nagios/check_smtp_tls.cfg contrib/nagios/services.cfg \
	contrib/completion/check_smtp_tls.bash contrib/completion/smtp-tls-finger.bash
