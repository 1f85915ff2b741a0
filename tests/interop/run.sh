#!/bin/sh
# Real servers: our programs against nsd, unbound, Postfix and Dovecot, all in a network namespace of
# their own. Usage: run.sh PLUGIN [CASE-PATTERN]. Prints TAP; exit 1 if a point failed.
# NO_SKIP=1 turns a skip into a failure; KEEP=1 leaves the lab's folder; LAB_SHELL=1 opens a shell in it;
# SHOW=1 prints what the plugin said in each case.

here=$(cd "$(dirname "$0")" && pwd)
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
unset MAIL_CONFIG RES_OPTIONS LOCALDOMAIN
export PATH LC_ALL
umask 022

. "$here/tap.sh"
. "$here/certs.sh"
. "$here/zones.sh"
. "$here/dns.sh"
. "$here/mail.sh"
. "$here/finger.sh"
. "$here/case.sh"

PLUGIN=${1:-}
PATTERN=${2:-}
[ "$(id -u)" = 0 ] || tap_skip_all "needs root for port 25 and a network namespace"
for tool in dig delv ip ss ldns-signzone nsd openssl dovecot postfix posttls-finger unbound; do
	command -v "$tool" >/dev/null || tap_skip_all "$tool is not installed (apt-get install $(tr '\n' ' ' <"$here/packages"))"
done
[ -e /usr/lib/dovecot/lmtp ] || tap_skip_all "dovecot-lmtpd is not installed"
[ -z "$PLUGIN" ] || [ -x "$PLUGIN" ] || tap_skip_all "there is no program $PLUGIN"

# Again in a namespace with nothing but loopback, and never for longer than three minutes.
if [ -z "${INTEROP_INSIDE:-}" ]; then
	unshare -n true 2>/dev/null || tap_skip_all "no network namespace can be made here"
	INTEROP_INSIDE=1
	export INTEROP_INSIDE
	[ -n "${LAB_SHELL:-}" ] || exec timeout -k 10 170 unshare -n sh "$0" "$@"
	exec unshare -n sh "$0" "$@"
fi

LAB=$(mktemp -d "${TMPDIR:-/tmp}/interop.XXXXXX") || exit 1
chmod 755 "$LAB"
mkdir "$LAB/log"
finish() {
	stop_servers
	if [ -n "${KEEP:-}" ]; then
		echo "# kept $LAB"
	else
		rm -rf "$LAB"
	fi
}
trap finish EXIT
trap 'echo "Bail out! interrupted"; exit 1' HUP INT TERM

lab_failed() {
	tap_not_ok "the lab starts: $1" "$LAB"/log/*.log "$LAB/postfix/mail.log" "$LAB/dovecot/dovecot.log"
	echo "1..$tap_count"
	exit 1
}

echo "TAP version 13"
ip link set lo up || lab_failed "loopback"
certs_make || lab_failed "certificates"
zones_make || lab_failed "zones"
dns_start || lab_failed "name servers"
mail_start || lab_failed "mail servers"
finger_make || lab_failed "posttls-finger"
[ -z "${LAB_SHELL:-}" ] || { export LAB RESOLVER; sh -i; }

. "$here/proof.sh"
for cases in "$here"/cases-*.sh; do
	. "$cases"
done

echo "1..$tap_count"
[ "$tap_failed" -eq 0 ]
