# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Round trips: a relay between the plugin and its servers counts how often it waited for an answer.
# shellcheck shell=sh disable=SC2034,SC2154 # the variables belong to the files that run.sh reads before and after
# The least for TLS 1.3: MX, then A, AAAA and TLSA at once; connect; greeting; EHLO; STARTTLS; the
# handshake; EHLO inside TLS. The QUIT is not waited for.

# rounds NAME SERVER DNS AWAITED ARGUMENT...: rounds of questions, answers awaited in the one connection.
rounds() {
	rounds_name=$1 rounds_server=$2 rounds_want="dns_rounds=$3 connections=1 awaited=$4"
	shift 4
	wanted "$rounds_name" && [ -n "$PLUGIN" ] || return 0
	if [ ! -x "${RELAY:-}" ]; then
		tap_skip "$rounds_name" "the relay is not built"
		return
	fi
	# On a busy machine what is asked together may be far apart.
	if rounds_once "$@" || rounds_once "$@" || rounds_once "$@"; then
		tap_ok "$rounds_name"
	else
		echo "wanted $rounds_want" >"$LAB/case.why"
		tap_not_ok "$rounds_name" "$LAB/case.why" "$LAB/log/relay.log" "$LAB/case.cmd" "$LAB/case.out"
	fi
}

rounds_once() {
	start relay "$RELAY" 127.0.53.5:53 "$RESOLVER:53" "$RELAYED:25" "$rounds_server:25" 80
	rounds_pid=$!
	wait_for 60 mail_listens "$RELAYED" 25
	plugin --nameserver 127.0.53.5 "$@"
	kill -TERM "$rounds_pid" && wait "$rounds_pid" 2>/dev/null
	grep -q -e " $rounds_want\$" "$LAB/log/relay.log"
}

rounds "a DANE probe with TLS 1.3 costs two rounds of DNS and four answers behind the greeting" "$GOOD" 2 4 -H relay.signed.test
rounds "a host by name costs one round of DNS" "$GOOD" 1 4 -H mx-relay.signed.test --no-mx
rounds "no TLSA asks once more, for a misplaced one, and does not wait" "$GOOD" 3 4 -H relayplain.signed.test
rounds "level may costs no more" "$GOOD" 2 4 -H relayplain.signed.test -l may
rounds "a trace waits for the answer to QUIT" "$GOOD" 2 5 -H relay.signed.test -v
rounds "no STARTTLS costs one answer" "$CLEAR" 2 1 -H relay.signed.test
