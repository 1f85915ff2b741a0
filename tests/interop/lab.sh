# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The lab: name servers and mail servers in namespaces of their own, with an /etc of their own.
# shellcheck shell=sh disable=SC1090,SC1091,SC2034,SC2154
# Sourced by run.sh here and in tests/e2e, which set `interop` to this folder first.

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
unset MAIL_CONFIG RES_OPTIONS LOCALDOMAIN
export PATH LC_ALL
umask 022

for lab_part in tap certs zones dns mail exim opensmtpd; do
	. "$interop/$lab_part.sh"
done

# lab_need PACKAGES TOOL...: skip everything where a tool is missing; PACKAGES tells what to install.
lab_need() {
	lab_packages=$1
	shift
	[ "$(id -u)" = 0 ] || tap_skip_all "needs root for port 25 and a network namespace"
	for lab_tool in dig ip ss ldns-signzone nsd openssl dovecot postfix unbound "$@"; do
		command -v "$lab_tool" >/dev/null ||
			tap_skip_all "$lab_tool is not installed (apt-get install $(echo $lab_packages))"
	done
	[ -e /usr/lib/dovecot/lmtp ] || tap_skip_all "dovecot-lmtpd is not installed"
	unshare -n -m true 2>/dev/null || tap_skip_all "no namespaces can be made here"
}

# lab_enter SECONDS SCRIPT ARGUMENT...: the script again, in namespaces of its own with nothing but
# loopback, and never for longer than that. Returns in there.
lab_enter() {
	lab_seconds=$1
	shift
	[ -z "${LAB_INSIDE:-}" ] || return 0
	LAB_INSIDE=1
	export LAB_INSIDE
	[ -n "${LAB_SHELL:-}" ] || exec timeout -k 10 "$lab_seconds" unshare -n -m sh "$@"
	exec unshare -n -m sh "$@"
}

lab_failed() {
	tap_not_ok "the lab starts: $1" "$LAB"/log/*.log "$LAB/postfix/mail.log" "$LAB/dovecot/dovecot.log" "$LAB"/exim/log/*
	echo "1..$tap_count"
	exit 1
}

# What outlived its server (a check under way, say) and is still in our network, which no other process has.
lab_left() {
	lab_net=$(readlink /proc/self/ns/net) || return 0
	[ "$lab_net" != "$(readlink "/proc/$PPID/ns/net")" ] || return 0
	for lab_process in /proc/[0-9]*; do
		if [ "$(readlink "$lab_process/ns/net")" = "$lab_net" ] && [ "${lab_process#/proc/}" != $$ ]; then
			echo "# left: $(tr '\0' ' ' <"$lab_process/cmdline")"
			kill -KILL "${lab_process#/proc/}"
		fi
	done 2>/dev/null
}

lab_finish() {
	stop_servers
	lab_left
	if [ -n "${KEEP:-}" ]; then
		echo "# kept $LAB"
	else
		rm -rf "$LAB"
	fi
}

# lab_folder NAME: makes $LAB, which goes when the script ends.
lab_folder() {
	LAB=$(mktemp -d "${TMPDIR:-/tmp}/$1.XXXXXX") || exit 1
	chmod 755 "$LAB"
	mkdir "$LAB/log"
	trap lab_finish EXIT
	trap 'echo "Bail out! interrupted"; exit 1' HUP INT TERM
}

# Programs that cannot be told where their resolver is read /etc, and servers that were only unpacked
# want their users there: a copy of it, which nobody outside sees.
lab_etc() {
	mount --make-rprivate / && cp -a /etc "$LAB/etc" && mount --bind "$LAB/etc" /etc || return 1
	rm -f /etc/resolv.conf /etc/nsswitch.conf /etc/hosts
	printf 'nameserver %s\noptions edns0 trust-ad\n' "$RESOLVER" >/etc/resolv.conf
	printf 'passwd: files\ngroup: files\nhosts: files dns\nservices: files\n' >/etc/nsswitch.conf
	printf '127.0.0.1 localhost\n%s mx-hostsfile.signed.test\n' "$GOOD" >/etc/hosts
	for lab_user in Debian-exim opensmtpd opensmtpq; do
		lab_user "$lab_user"
	done
}

# lab_user NAME: where there is none of that name.
lab_user() {
	lab_id=$((${lab_id:-64500} + 1))
	grep -q "^$1:" /etc/group || echo "$1:x:$lab_id:" >>/etc/group
	grep -q "^$1:" /etc/passwd ||
		echo "$1:x:$lab_id:$lab_id::/var/lib/opensmtpd/empty:/usr/sbin/nologin" >>/etc/passwd
}

lab_start() {
	echo "TAP version 13"
	ip link set lo up || lab_failed "loopback"
	lab_etc || lab_failed "/etc"
	certs_make || lab_failed "certificates"
	zones_make || lab_failed "zones"
	dns_start || lab_failed "name servers"
	mail_start || lab_failed "mail servers"
}
