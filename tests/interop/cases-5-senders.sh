# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# What Postfix does as a sender, situation by situation, beside what --sender-view says it would do. Domains sts-NAME
# announce MTA-STS: a policy that is not fetched is taken for one that enforces and covers the host, which is what
# Postfix's policy table says as well.
# shellcheck shell=sh disable=SC2034,SC2154

sender_situations="sts-ee.signed.test sts-ta.signed.test sts-cert.signed.test sts-mismatch.signed.test sts-stale.signed.test
sts-expee.signed.test sts-expta.signed.test sts-wrongee.signed.test sts-wrongta.signed.test
sts-self.signed.test sts-plain.signed.test sts-clear.signed.test sts-cleartlsa.signed.test
sts-anon.signed.test sts-allbad.signed.test sts-pkix.signed.test sts-tanotsent.signed.test
sts-oldtls.signed.test sts-ed25519.signed.test sts-notyetee.signed.test sts-nocn.signed.test
sts-nohello.signed.test sts-nohellotlsa.signed.test plain.signed.test bogus.test unsigned.test dslost.test"

# Where the two differ, and why; "LEVEL DOMAIN: what Postfix does: reason".
sender_differences() {
	legacy="our one connection is that of a DANE sender, at whose security level OpenSSL takes no signature of TLS 1.1"
	unvisited="a host whose TLSA records cannot be looked up is not connected to at level dane: there is nothing to tell"
	cat <<END
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

# sender_says LEVEL DOMAIN: by our table.
sender_says() {
	sed -n "s/^ *$1  *\\(delivers, authenticated\\|delivers, encrypted\\|delivers in clear\\|defers\\|bounces\\)\\( .*\\|\\)\$/\\1/p" \
		"$LAB/view.$2" | head -n 1
}

sender_compare() {
	ours=$(sender_says "${1%%:*}" "$2")
	theirs=$(sender_did "${1#*:}" "$2")
	listed=$(sender_differences | grep "^${1#*:} $2: $theirs: ")
	if [ "$ours" = "$theirs" ] && [ -z "$listed" ]; then
		tap_ok "sender ${1#*:} to $2: $theirs"
	elif [ "$ours" != "$theirs" ] && [ -n "$listed" ]; then
		tap_ok "sender ${1#*:} to $2: differs as listed: $listed"
	else
		echo "we say \"$ours\", Postfix does \"$theirs\"" >"$LAB/point.out"
		grep "to=<x@$2>" "$LAB/sender/mail.log" | grep " ${1#*:}/" >>"$LAB/point.out"
		tap_not_ok "sender ${1#*:} to $2" "$LAB/point.out" "$LAB/view.$2"
	fi
}

if wanted sender && [ -n "$PLUGIN" ]; then
	# shellcheck disable=SC2086 # a list
	if sender_run $sender_situations; then
		for sender_domain in $sender_situations; do
			plugin -H "$sender_domain" --sender-view -F "$LAB/tls/root.crt" --mta-sts dns
			cp "$LAB/case.out" "$LAB/view.$sender_domain"
			for sender in $SENDERS; do
				sender_compare "$sender" "$sender_domain"
			done
		done
	else
		tap_not_ok "sender: Postfix sends" "$LAB/log/sender.log" "$LAB/sender/mail.log"
	fi
fi

check "Postfix that wants a client certificate is told as such" 2 "${critical}.*asks for a client certificate and refuses.*client certificate presented" \
	'' - -H reqcc.signed.test
