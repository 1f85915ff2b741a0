# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# What Postfix and Exim do as senders, situation by situation, beside what --sender-view says they would do. Domains sts-NAME
# announce MTA-STS: a policy that is not fetched is taken for one that enforces and covers the host, which is what
# Postfix's policy table says as well.
# shellcheck shell=sh disable=SC2034,SC2154

sender_situations="sts-ee.signed.test sts-ta.signed.test sts-cert.signed.test sts-mismatch.signed.test sts-stale.signed.test
sts-expee.signed.test sts-expta.signed.test sts-wrongee.signed.test sts-wrongta.signed.test
sts-self.signed.test sts-plain.signed.test sts-clear.signed.test sts-cleartlsa.signed.test
sts-anon.signed.test sts-allbad.signed.test sts-pkix.signed.test sts-tanotsent.signed.test
sts-oldtls.signed.test sts-ed25519.signed.test sts-notyetee.signed.test sts-nocn.signed.test
sts-nohello.signed.test sts-nohellotlsa.signed.test sts-noehlo.signed.test sts-nohelo.signed.test sts-nohelofirst.signed.test plain.signed.test bogus.test unsigned.test dslost.test"

# Where the two differ, and why; "LEVEL DOMAIN: what Postfix does: reason".
postfix_differences() {
	legacy="our one connection is that of a DANE sender, at whose security level OpenSSL takes no signature of TLS 1.1"
	unvisited="a host whose TLSA records cannot be looked up is not connected to at level dane: there is nothing to tell"
	first="our one connection is to the first host, which is none to this sender: it has no TLSA records"
	cat <<END
dane-only sts-nohelofirst.signed.test: delivers, authenticated: $first
may sts-oldtls.signed.test: delivers, encrypted: $legacy
encrypt sts-oldtls.signed.test: delivers, encrypted: $legacy
may bogus.test: delivers, encrypted: $unvisited
encrypt bogus.test: delivers, encrypted: $unvisited
dane bogus.test: defers: $unvisited
dane-only bogus.test: defers: $unvisited
sts bogus.test: delivers, encrypted: $unvisited
verify bogus.test: defers: $unvisited
secure bogus.test: defers: $unvisited
END
}

# The same of Exim; "SENDER DOMAIN: what Exim does: reason".
exim_differences() {
	weak="GnuTLS takes signatures of TLS 1.1, and our one connection is that of a DANE sender, at whose level OpenSSL takes none"
	anonymous="GnuTLS offers no anonymous suites"
	bounced="what hosts_require_dane asks for and does not find is a failure for good"
	passed="records of which none is usable are as good as none, even where hosts_require_dane demands some"
	name="where the name does not match 2 1 1 Exim asks the CAs instead (a chain to one is enough), and looks at no name then"
	unvisited="a host whose TLSA records cannot be looked up is not connected to at level dane: there is nothing to tell"
	for differs in plain.signed.test sts-plain.signed.test sts-clear.signed.test sts-anon.signed.test sts-nohello.signed.test sts-noehlo.signed.test \
		sts-nohelo.signed.test sts-nohelofirst.signed.test unsigned.test dslost.test; do
		echo "dane-only $differs: bounces: $bounced"
	done
	next="Exim goes on to the next host where EHLO is refused, Postfix does not"
	cat <<END
opportunistic sts-nohelofirst.signed.test: delivers, encrypted: $next
encrypt sts-nohelofirst.signed.test: delivers, encrypted: $next
dane sts-nohelofirst.signed.test: delivers, authenticated: $next
verify sts-nohelofirst.signed.test: delivers, authenticated: $next
opportunistic sts-anon.signed.test: delivers in clear: $anonymous
encrypt sts-anon.signed.test: defers: $anonymous
dane sts-anon.signed.test: delivers in clear: $anonymous
dane-only sts-allbad.signed.test: delivers, encrypted: $passed
dane-only sts-pkix.signed.test: delivers, encrypted: $passed
dane sts-wrongta.signed.test: delivers, encrypted: $name
dane-only sts-wrongta.signed.test: delivers, encrypted: $name
opportunistic sts-oldtls.signed.test: delivers, encrypted: $weak
encrypt sts-oldtls.signed.test: delivers, encrypted: $weak
dane sts-oldtls.signed.test: delivers, authenticated: $weak
dane-only sts-oldtls.signed.test: delivers, authenticated: $weak
verify sts-oldtls.signed.test: delivers, authenticated: $weak
opportunistic bogus.test: delivers, encrypted: $unvisited
encrypt bogus.test: delivers, encrypted: $unvisited
dane bogus.test: defers: $unvisited
dane-only bogus.test: defers: $unvisited
verify bogus.test: defers: $unvisited
END
}

# sender_says SENDER DOMAIN: by our table.
sender_says() {
	sed -n "s/^ *$1  *\\(delivers, authenticated\\|delivers, encrypted\\|delivers in clear\\|defers\\|bounces\\)\\( .*\\|\\)\$/\\1/p" \
		"$LAB/view.$2" | head -n 1
}

# sender_compare postfix|exim OURS:THEIRS DOMAIN WHAT LOG: names of the sender, and what it did.
sender_compare() {
	ours=$(sender_says "${2%%:*}" "$3")
	listed=$("$1_differences" | grep "^${2#*:} $3: $4: ")
	if [ "$ours" = "$4" ] && [ -z "$listed" ]; then
		tap_ok "sender $1 ${2#*:} to $3: $4"
	elif [ "$ours" != "$4" ] && [ -n "$listed" ]; then
		tap_ok "sender $1 ${2#*:} to $3: differs as listed: $listed"
	else
		echo "we say \"$ours\", $1 does \"$4\"" >"$LAB/point.out"
		grep "x@$3[> ]" "$5" >>"$LAB/point.out"
		tap_not_ok "sender $1 ${2#*:} to $3" "$LAB/point.out" "$LAB/view.$3"
	fi
}

postfix_compare() {
	for sender in $SENDERS; do
		grep " ${sender#*:}/" "$LAB/sender/mail.log" >"$LAB/sender/one.log"
		sender_compare postfix "$sender" "$1" "$(sender_did "${sender#*:}" "$1")" "$LAB/sender/one.log"
	done
}

exim_compare() {
	for sender in $EXIM_SENDERS; do
		sender_compare exim "$sender:$sender" "$1" "$(exim_sender_did "$sender" "$1")" "$LAB/exim/$sender/mainlog"
	done
}

# What each sender does is asked once, and our view of a domain once.
if wanted sender && [ -n "$PLUGIN" ]; then
	compared=
	# shellcheck disable=SC2086 # a list
	if sender_run $sender_situations; then
		compared=postfix_compare
	else
		tap_not_ok "sender: Postfix sends" "$LAB/log/sender.log" "$LAB/sender/mail.log"
	fi
	# shellcheck disable=SC2086
	if ! mail_unpacked; then
		tap_skip "sender: Exim sends" "not unpacked (tests/interop/unpack.sh)"
	elif exim_sender_run $sender_situations; then
		compared="$compared exim_compare"
	else
		tap_not_ok "sender: Exim sends" "$LAB/log/exim-sender.log" "$LAB"/exim/*/paniclog
	fi
	for sender_domain in $sender_situations; do
		plugin -H "$sender_domain" --sender-view -F "$LAB/tls/root.crt" --mta-sts dns
		cp "$LAB/case.out" "$LAB/view.$sender_domain"
		for compare in $compared; do
			"$compare" "$sender_domain"
		done
	done
fi

check "Postfix that wants a client certificate is told as such" 2 "${critical}.*asks for a client certificate and refuses.*client certificate presented" \
	'' - -H reqcc.signed.test

# GnuTLS of TLS 1.2 says "decode error" where it misses a certificate.
if mail_unpacked; then
	for demands in "$EXIMCC12" "$EXIMCC13"; do
		check "Exim that wants a client certificate is told as such: $demands" 2 "${critical}.*asks for a client certificate and refuses" \
			'' - -H "[$demands]" --level encrypt
	done
fi
