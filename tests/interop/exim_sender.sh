# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Exim that sends: one configuration, and one queue with its own hints, for each kind of sender that Exim can be.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh.

EXIM_SENDERS="opportunistic encrypt dane dane-only verify"

# What makes a sender of Exim that kind of sender. Its own default is to verify where it can and to go on if not.
exim_sender_demands() {
	case $1 in
	opportunistic) exim_demand="hosts_try_dane =" ;;
	encrypt) exim_demand="hosts_try_dane =\n hosts_require_tls = *" ;;
	dane) exim_demand="hosts_try_dane = *" ;;
	dane-only) exim_demand="hosts_require_dane = *" ;;
	verify) exim_demand="hosts_try_dane =\n hosts_require_tls = *\n tls_verify_hosts = *" ;;
	esac
	printf ' %b\n' "$exim_demand"
}

exim_sender_config() {
	cat <<END
primary_hostname = monitor.signed.test
spool_directory = $LAB/exim/$1
log_file_path = $LAB/exim/$1/%slog
log_selector = +tls_cipher +tls_certificate_verified +dnssec -queue_time
exim_path = $LAB/exim/exim4
deliver_drop_privilege
keep_environment = LD_LIBRARY_PATH
trusted_users = root
never_users =
local_interfaces = 127.0.0.4
dns_dnssec_ok = 1
remote_max_parallel = 6
begin routers
route:
 driver = dnslookup
 domains = !monitor.signed.test
 dnssec_request_domains = *
 self = send
 transport = remote
own:
 driver = redirect
 data = :blackhole:
begin transports
remote:
 driver = smtp
 interface = 127.0.0.4
 allow_localhost
 multi_domain = false
 dnssec_request_domains = *
 tls_verify_certificates = $LAB/tls/root.crt
$(exim_sender_demands "$1")
begin retry
* * F,1d,1d
END
}

# Exim starts itself anew for each delivery and drops what it is privileged by: as a copy without the bit that lends
# privileges it keeps the folder of its libraries.
exim_sender_start() {
	ip addr add 127.0.0.4/32 dev lo && cp "$UNPACKED/usr/sbin/exim4" "$LAB/exim/exim4" && chmod 755 "$LAB/exim/exim4" ||
		return 1
	for sender in $EXIM_SENDERS; do
		mkdir -p "$LAB/exim/$sender" && chown Debian-exim:Debian-exim "$LAB/exim/$sender" || return 1
		exim_sender_config "$sender" >"$LAB/exim/$sender.conf"
	done
}

# exim_sender_run DOMAIN...: from each sender one message to all of them, delivered when the command ends.
exim_sender_run() {
	exim_sender_start || return 1
	exim_sender_pids=
	for sender in $EXIM_SENDERS; do
		exim_sender_mail "$sender" "$@" >>"$LAB/log/exim-sender.log" 2>&1 &
		exim_sender_pids="$exim_sender_pids $!"
	done
	for sender_pid in $exim_sender_pids; do
		wait "$sender_pid" || return 1
	done
}

exim_sender_mail() {
	exim_sender_from=$1
	shift
	for sender_domain; do
		set -- "$@" "x@$sender_domain"
		shift
	done
	printf 'Subject: one\n\none\n' | LD_LIBRARY_PATH=$(exim_libraries) timeout -k 2 90 "$LAB/exim/exim4" \
		-C "$LAB/exim/$exim_sender_from.conf" -f "$exim_sender_from@monitor.signed.test" -odf "$@"
}

# exim_sender_did SENDER DOMAIN: in our words; what tells is the line with the message's end. A refusal of the
# recipient is a delivery as far as TLS goes, for nothing here takes mail.
exim_sender_did() {
	awk -v sender="$1" -v to="x@$2" '
	($4 == "**" || $4 == "==" || $4 == "=>") && $5 == to {
		tls = match($0, / X=[^ ]+/) > 0
		proof = / CV=dane/ || (/ CV=yes/ && sender == "verify")
		delivered = $4 == "=>" || / after RCPT TO:/
		outcome = delivered ? (tls ? (proof ? "delivers, authenticated" : "delivers, encrypted") : "delivers in clear") : \
			($4 == "==" ? "defers" : "bounces")
	}
	END { print outcome == "" ? "nothing" : outcome }' "$LAB/exim/$1/mainlog"
}
