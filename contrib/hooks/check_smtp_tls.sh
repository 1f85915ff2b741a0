#!/usr/bin/env sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# A deploy hook for acme.sh that lets those behind it do their work only when the TLSA records that are published
# cover the new certificate (check_smtp_tls --dns-only --next). It connects to no mail server and installs nothing.
#
# Copy it to ~/.acme.sh/deploy/check_smtp_tls.sh (the name matters) and name it first; acme.sh stops at a hook that
# fails, and so the old certificate stays in use:
#
#   export DEPLOY_CHECK_SMTP_TLS_DOMAINS=example.org
#   acme.sh --deploy -d mx1.example.org --deploy-hook check_smtp_tls,haproxy
#
# --install-cert and its --reloadcmd come before all deploy hooks and would not be held back: do not use them for a
# mail server's certificate. When the hook has failed, publish the record that it names, wait twice its TTL, and run
# the same line again.
#
# acme.sh remembers these for the certificate:
#   DEPLOY_CHECK_SMTP_TLS_DOMAINS   what to check, as for check_smtp_tls --hostname; several with blanks between them.
#                                   A domain means all of its MX hosts; where others have keys of their own, name
#                                   those that get this certificate: "[mx1.example.org] [mx2.example.org]"
#   DEPLOY_CHECK_SMTP_TLS_OPTIONS   further options of check_smtp_tls, for example "--nameserver 192.0.2.53"
#   DEPLOY_CHECK_SMTP_TLS_PROGRAM   the program. Default: where packages put it, else the one in PATH

# domain keyfile certfile cafile fullchain
check_smtp_tls_deploy() {
	_cdomain="$1"
	_cfullchain="$5"

	_getdeployconf DEPLOY_CHECK_SMTP_TLS_DOMAINS
	_getdeployconf DEPLOY_CHECK_SMTP_TLS_OPTIONS
	_getdeployconf DEPLOY_CHECK_SMTP_TLS_PROGRAM
	case "$DEPLOY_CHECK_SMTP_TLS_DOMAINS" in
	*[![:space:]]*) ;; # without a word nothing would be checked
	*)
		_err "DEPLOY_CHECK_SMTP_TLS_DOMAINS is not set: the mail domains whose TLSA records are to cover $_cdomain"
		return 1
		;;
	esac
	_savedeployconf DEPLOY_CHECK_SMTP_TLS_DOMAINS "$DEPLOY_CHECK_SMTP_TLS_DOMAINS"
	[ -z "$DEPLOY_CHECK_SMTP_TLS_OPTIONS" ] ||
		_savedeployconf DEPLOY_CHECK_SMTP_TLS_OPTIONS "$DEPLOY_CHECK_SMTP_TLS_OPTIONS"
	[ -z "$DEPLOY_CHECK_SMTP_TLS_PROGRAM" ] ||
		_savedeployconf DEPLOY_CHECK_SMTP_TLS_PROGRAM "$DEPLOY_CHECK_SMTP_TLS_PROGRAM"

	_cst_program="${DEPLOY_CHECK_SMTP_TLS_PROGRAM:-/usr/lib/nagios/plugins/check_smtp_tls}"
	[ -n "$DEPLOY_CHECK_SMTP_TLS_PROGRAM" ] || [ -x "$_cst_program" ] || _cst_program=check_smtp_tls

	set -f # acme.sh runs its hooks in a shell of their own
	for _cst_domain in $DEPLOY_CHECK_SMTP_TLS_DOMAINS; do
		# shellcheck disable=SC2086 # several words
		if ! _cst_said=$("$_cst_program" --hostname "$_cst_domain" --dns-only --next "$_cfullchain" --perfdata none \
			$DEPLOY_CHECK_SMTP_TLS_OPTIONS 2>&1); then
			set +f
			_err "$_cdomain is not deployed, $_cst_domain is not ready for it: $_cst_said"
			return 1
		fi
		_info "$_cst_said"
	done
	set +f
	return 0
}
