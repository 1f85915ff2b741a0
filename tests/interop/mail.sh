# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Real mail servers: one Postfix with a listener per fault, one Dovecot that speaks LMTP; and Exim and
# OpenSMTPD where they were unpacked.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by lab.sh.

PORTS="25 24"

# smtpd ADDRESS:PORT CHAIN [OPTION...]: one listener and its certificate.
smtpd() {
	printf '%s inet n - n - - smtpd\n' "$1"
	[ "$2" = - ] || printf '\t-o smtpd_tls_chain_files=%s/tls/%s.pem\n' "$LAB" "$2"
	shift 2
	for smtpd_option; do
		printf '\t-o %s\n' "$smtpd_option"
	done
}

mail_master() {
	smtpd "$GOOD:25" leaf
	smtpd "[::1]:25" leaf
	smtpd "$GOOD:587" leaf smtpd_tls_security_level=encrypt
	smtpd "$GOOD:465" leaf smtpd_tls_wrappermode=yes
	smtpd "$EXPIRED:25" expired
	smtpd "$WRONG:25" wrong
	smtpd "$BARE:25" bare
	smtpd "$SELF:25" self
	smtpd "$SMALL:25" small
	smtpd "$SOON:25" soon
	smtpd "$BOTH:25" both
	smtpd "$CLEAR:25" - smtpd_tls_security_level=none
	smtpd "$OLDTLS:25" leaf 'smtpd_tls_protocols=<=TLSv1.1' smtpd_tls_ciphers=low smtpd_tls_exclude_ciphers=aNULL
	smtpd "$ANON:25" - smtpd_tls_cert_file=none 'smtpd_tls_protocols=<=TLSv1.2' smtpd_tls_ciphers=low
	smtpd "$ASKS:25" leaf smtpd_tls_ask_ccert=yes
	smtpd "$REQCC:25" leaf smtpd_tls_req_ccert=yes smtpd_tls_security_level=encrypt
	smtpd "$NOHELLO:25" - smtpd_tls_cert_file=none 'smtpd_tls_protocols=>=TLSv1.3'
	smtpd "$NOEHLO:25" - smtpd_tls_security_level=none '{smtpd_command_filter=regexp:{{/^EHLO/ UNKNOWN}}}'
	smtpd "$NOHELO:25" - smtpd_tls_security_level=none smtpd_delay_reject=no smtpd_helo_restrictions=reject
	smtpd "$RSA:25" rsa
	smtpd "$ED25519:25" ed25519
	smtpd "$NOTYET:25" notyet
	smtpd "$NOCN:25" nocn
	smtpd "$TLS12:25" leaf 'smtpd_tls_protocols=<=TLSv1.2'
	smtpd "$IDS:25" leaf 'smtpd_tls_protocols=<=TLSv1.2' tls_ssl_options=NO_TICKET
	smtpd "$BACKEND_A:25" leaf myhostname=a.signed.test
	smtpd "$BACKEND_B:25" leaf myhostname=b.signed.test
	smtpd "$REFUSE:25" leaf smtpd_client_restrictions=reject smtpd_delay_reject=no
	smtpd "$DEFER:25" leaf smtpd_client_restrictions=defer smtpd_delay_reject=no
	cat <<END
$POSTSCREEN:25 inet n - n - 1 postscreen
	-o smtpd_tls_chain_files=$LAB/tls/leaf.pem
$SILENT:25 inet n n n - 0 spawn
	user=nobody argv=/bin/cat
smtpd pass - - n - - smtpd
	-o smtpd_tls_chain_files=$LAB/tls/leaf.pem
tlsproxy unix - - n - 0 tlsproxy
dnsblog unix - - n - 0 dnsblog
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
cleanup unix n - n - 0 cleanup
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
postlog unix-dgram n - n - 1 postlogd
END
}

mail_main() {
	cat <<END
compatibility_level = 3.6
queue_directory = $LAB/postfix/queue
data_directory = $LAB/postfix/data
maillog_file = $LAB/postfix/mail.log
maillog_file_prefixes = $LAB
myhostname = mx.signed.test
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
mynetworks = 127.0.0.0/8
inet_protocols = all
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_tls_session_cache_database = btree:$LAB/postfix/data/sessions
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
postscreen_greet_wait = 2s
postscreen_greet_banner = wait a moment
postscreen_upstream_proxy_protocol =
postscreen_access_list =
postscreen_greet_action = enforce
END
}

# Postfix wants its directories owned by root and by its own user.
mail_postfix() {
	mkdir -p "$LAB/postfix/etc" "$LAB/postfix/queue" "$LAB/postfix/data" || return 1
	mail_main >"$LAB/postfix/etc/main.cf"
	mail_master >"$LAB/postfix/etc/master.cf"
	[ -f /etc/postfix/dynamicmaps.cf ] && cp /etc/postfix/dynamicmaps.cf "$LAB/postfix/etc/"
	chown postfix "$LAB/postfix/data" || return 1
	timeout -k 2 90 postfix -c "$LAB/postfix/etc" start >"$LAB/log/postfix.log" 2>&1 </dev/null
}

# What Dovecot 2.4 calls by other names than 2.3.
dovecot_settings() {
	case $(dovecot --version) in
	2.[0-3]*)
		cat <<END
ssl_cert = <$LAB/tls/leaf.pem
ssl_key = <$LAB/tls/leaf.key
mail_location = maildir:$LAB/dovecot/mail/%u
passdb {
	driver = static
}
userdb {
	driver = static
	args = uid=nobody gid=nogroup home=$LAB/dovecot/mail
}
END
		;;
	*)
		cat <<END
ssl_server_cert_file = $LAB/tls/leaf.pem
ssl_server_key_file = $LAB/tls/leaf.key
mail_driver = maildir
mail_path = $LAB/dovecot/mail
passdb static {
	password = none
}
userdb static {
	fields {
		uid = nobody
		gid = nogroup
		home = $LAB/dovecot/mail
	}
}
END
		;;
	esac
}

# The first setting of Dovecot 2.4 must tell whose settings these are.
dovecot_heading() {
	case $(dovecot --version) in
	2.[0-3]*) dovecot_listen=address ;;
	*)
		dovecot_listen=listen
		printf 'dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0\n'
		;;
	esac
}

mail_dovecot() {
	mkdir -p "$LAB/dovecot/run" "$LAB/dovecot/state" "$LAB/dovecot/mail" || return 1
	{
		dovecot_heading
		cat <<END
base_dir = $LAB/dovecot/run
state_dir = $LAB/dovecot/state
log_path = $LAB/dovecot/dovecot.log
protocols = lmtp
ssl = yes
hostname = lmtp.signed.test
service lmtp {
	# Each process has ticket keys of its own.
	process_limit = 1
	inet_listener lmtp {
		$dovecot_listen = $LMTP
		port = 24
	}
	unix_listener lmtp {
		mode = 0666
	}
}
END
		dovecot_settings
	} >"$LAB/dovecot/dovecot.conf"
	start dovecot dovecot -F -c "$LAB/dovecot/dovecot.conf"
}

mail_start() {
	mail_postfix && mail_dovecot || return 1
	if mail_unpacked; then
		exim_start && opensmtpd_start || return 1
		wait_for 60 mail_listens "$EXIM" 25 && wait_for 60 mail_listens "$OPENSMTPD" 25 || return 1
	fi
	for mail_addr in "$GOOD" "$EXPIRED" "$WRONG" "$BOTH" "$REFUSE"; do
		wait_for 60 mail_listens "$mail_addr" 25 || return 1
	done
	wait_for 60 mail_listens "$LMTP" 24 && wait_for 60 test -S "$LAB/dovecot/run/lmtp"
}

# Are the servers there that are not installed? UNPACKED is the folder of unpack.sh.
mail_unpacked() {
	[ -e "${UNPACKED:-}/done" ]
}

# True if somebody listens there; asks the kernel, so that the servers see no stray connection.
mail_listens() {
	ss -Hltn "src $1 and sport = :$2" | grep -q LISTEN
}
