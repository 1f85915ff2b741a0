# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# OpenSMTPD: unpacked only, because its package and Postfix's rule each other out. Debian 12's offers
# STARTTLS and then fails every handshake with OpenSSL 3, which makes it a good patient.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by lab.sh.

opensmtpd_config() {
	cat <<END
pki lab cert "$LAB/opensmtpd/cert.pem"
pki lab key "$LAB/opensmtpd/key.pem"
listen on $OPENSMTPD port 25 tls pki lab hostname opensmtpd.signed.test
action "away" relay
match from local for any action "away"
END
}

# Its folders are compiled in; it gets them in a namespace of its own.
opensmtpd_start() {
	mkdir -p "$LAB/opensmtpd" || return 1
	cat "$LAB/tls/rsa.crt" "$LAB/tls/inter.crt" "$LAB/tls/root.crt" >"$LAB/opensmtpd/cert.pem"
	cp "$LAB/tls/rsa.key" "$LAB/opensmtpd/key.pem" && chmod 600 "$LAB/opensmtpd/key.pem"
	opensmtpd_config >"$LAB/opensmtpd/smtpd.conf"
	# shellcheck disable=SC2016 # expanded in there
	set -- "$UNPACKED"/usr/lib/*-linux-gnu
	start opensmtpd env LD_LIBRARY_PATH="$1" unshare -m sh -c '
		for folder in /run /var/spool /var/lib; do mount -t tmpfs tmpfs $folder || exit 1; done
		mkdir -p /var/lib/opensmtpd/empty /run/opensmtpd && mkdir -m 711 /var/spool/smtpd &&
		exec "$1" -d -f "$2"' sh "$UNPACKED/usr/sbin/smtpd" "$LAB/opensmtpd/smtpd.conf"
}
