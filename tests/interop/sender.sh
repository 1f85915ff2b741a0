# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# A second Postfix that sends: one transport for each kind of sender, chosen by the sender's address. What it
# does with a message is what --sender-view says it would do.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh.

# Our name of a sender and Postfix's level.
SENDERS="opportunistic:may encrypt:encrypt dane:dane dane-only:dane-only mta-sts:sts verify:verify secure:secure"

sender_master() {
	cat <<END
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
smtp unix - - n - - smtp
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
END
	for sender in $SENDERS; do
		case $sender in
		*:sts) sender_option="may -o smtp_tls_policy_maps=texthash:$LAB/sender/policies" ;;
		*) sender_option=${sender#*:} ;;
		esac
		printf '%s unix - - n - - smtp -o smtp_tls_security_level=%s -o syslog_name=%s\n' "${sender#*:}" "$sender_option" \
			"${sender#*:}"
	done
}

# Without a wait before it goes on in clear text: a sender does that when a message has been in the queue for a while.
sender_main() {
	cat <<END
compatibility_level = 3.6
queue_directory = $LAB/sender/queue
data_directory = $LAB/sender/data
maillog_file = $LAB/sender/mail.log
maillog_file_prefixes = $LAB
myhostname = monitor.signed.test
inet_interfaces = 127.0.0.3
smtp_bind_address = 127.0.0.3
mydestination =
alias_maps =
alias_database =
transport_maps = inline:{monitor.signed.test=discard:}
sender_dependent_default_transport_maps = texthash:$LAB/sender/transports
smtp_dns_support_level = dnssec
smtp_host_lookup = dns
smtp_tls_CAfile = $LAB/tls/root.crt
smtp_tls_loglevel = 1
minimal_backoff_time = 1s
maximal_backoff_time = 300s
queue_run_delay = 300s
smtp_destination_concurrency_failed_cohort_limit = 0
END
}

sender_start() {
	mkdir -p "$LAB/sender/etc" "$LAB/sender/queue" "$LAB/sender/data" && ip addr add 127.0.0.3/32 dev lo || return 1
	: >"$LAB/sender/transports"
	for sender in $SENDERS; do
		echo "${sender#*:}@monitor.signed.test ${sender#*:}:" >>"$LAB/sender/transports"
	done
	for sender_domain; do
		case $sender_domain in
		sts-*) echo "$sender_domain secure match=mx-${sender_domain#sts-} servername=hostname" ;;
		esac
	done >"$LAB/sender/policies"
	sender_main >"$LAB/sender/etc/main.cf"
	sender_master >"$LAB/sender/etc/master.cf"
	[ -f /etc/postfix/dynamicmaps.cf ] && cp /etc/postfix/dynamicmaps.cf "$LAB/sender/etc/"
	chown postfix "$LAB/sender/data" || return 1
	timeout -k 2 90 postfix -c "$LAB/sender/etc" start >"$LAB/log/sender.log" 2>&1 </dev/null
}

# sender_mail LEVEL DOMAIN: the queue's name for the message.
sender_mail() {
	printf 'From: %s@monitor.signed.test\nTo: x@%s\nSubject: one\n\none\n' "$1" "$2" |
		timeout 60 sendmail -C "$LAB/sender/etc" -f "$1@monitor.signed.test" "x@$2" >>"$LAB/log/sender.log" 2>&1
}

# Every message has come to an end, or waits for the next try.
sender_is_idle() {
	[ "$(grep -c 'status=' "$LAB/sender/mail.log")" -ge "$1" ]
}

# sender_run DOMAIN...: a message of each sender to each domain, and once more what was put off.
sender_run() {
	sender_start "$@" || return 1
	for sender in $SENDERS; do
		for sender_domain; do
			sender_mail "${sender#*:}" "$sender_domain" || return 1
		done
	done
	sender_all=$(($(echo "$SENDERS" | wc -w) * $#))
	wait_for 120 sender_is_idle "$sender_all" || return 1
	sleep 2
	sender_deferred=$(grep -c 'status=deferred' "$LAB/sender/mail.log")
	timeout 60 postqueue -c "$LAB/sender/etc" -f
	wait_for 120 sender_is_idle $((sender_all + sender_deferred))
}

# sender_did LEVEL DOMAIN: in our words. A refusal of the recipient is a delivery as far as TLS goes, for nothing
# here takes mail; what the last try did counts.
sender_did() {
	awk -v level="$1" -v to="to=<x@$2>" '
	$0 !~ ("postfix/|^" level "/|[ ]" level "/") { next }
	/TLS connection established to/ && match($0, level "/[a-z]+\\[[0-9]+\\]") {
		tls[substr($0, RSTART, RLENGTH)] = /Verified TLS/ ? "delivers, authenticated" : "delivers, encrypted"
	}
	match($0, level "/[a-z]+\\[[0-9]+\\]") {
		process = substr($0, RSTART, RLENGTH)
		if (index($0, to) > 0) {
			outcome = /in reply to RCPT TO/ ? (process in tls ? tls[process] : "delivers in clear") : \
				(/status=deferred/ ? "defers" : (/status=sent/ ? "sent" : "bounces"))
		}
		if (/ to=</) {
			delete tls[process]
		}
	}
	END { print outcome == "" ? "nothing" : outcome }' "$LAB/sender/mail.log"
}
