# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Exim, which brings GnuTLS, as a server: unpacked only, because its package and Postfix's rule each other out.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by lab.sh.

exim_config() {
	cat <<END
primary_hostname = exim.signed.test
spool_directory = $LAB/exim/spool
log_file_path = $LAB/exim/log/%slog
pid_file_path = $LAB/exim/exim.pid
keep_environment =
host_lookup =
smtp_banner = \$smtp_active_hostname ESMTP Exim
tls_advertise_hosts = *
tls_certificate = $LAB/exim/cert.pem
tls_privatekey = $LAB/exim/key.pem
tls_on_connect_ports = 465
tls_verify_certificates = $LAB/tls/root.crt
tls_verify_hosts = \${if match_ip{\$received_ip_address}{<; $EXIMCC12 ; $EXIMCC13}{*}}
tls_require_ciphers = NORMAL\${if eq{\$received_ip_address}{$EXIMCC12}{:-VERS-TLS1.3}}
daemon_smtp_ports = 25 : 465
local_interfaces = <; $EXIM ; $EXIMCC12 ; $EXIMCC13
acl_smtp_rcpt = refuse
begin acl
refuse:
	deny
END
}

exim_libraries() {
	set -- "$UNPACKED"/usr/lib/*-linux-gnu
	echo "$1:$UNPACKED/usr/lib"
}

exim_start() {
	mkdir -p "$LAB/exim/spool" "$LAB/exim/log" || return 1
	cat "$LAB/tls/rsa.crt" "$LAB/tls/inter.crt" "$LAB/tls/root.crt" >"$LAB/exim/cert.pem"
	cp "$LAB/tls/rsa.key" "$LAB/exim/key.pem"
	exim_config >"$LAB/exim/exim.conf"
	chown -R Debian-exim:Debian-exim "$LAB/exim/spool" "$LAB/exim/log" "$LAB/exim/key.pem"
	start exim env LD_LIBRARY_PATH="$(exim_libraries)" "$UNPACKED/usr/sbin/exim4" -bdf -C "$LAB/exim/exim.conf"
}
