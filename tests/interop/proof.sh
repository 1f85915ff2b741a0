# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Is the lab what it claims to be? Asked with tools that are not ours. Sourced by run.sh.
# shellcheck shell=sh disable=SC2034,SC2154

# dns_says PATTERN SERVER NAME TYPE [OPTION...]: the pattern must occur in dig's comments or answer.
dns_says() {
	says_pattern=$1 says_server=$2
	shift 2
	dig +time=10 +tries=2 +dnssec "@$says_server" "$@" >"$LAB/dig.out" 2>&1 </dev/null
	if grep -Eq -e "$says_pattern" "$LAB/dig.out"; then
		return 0
	fi
	cat "$LAB/dig.out"
	return 1
}

AD='flags: qr rd ra ad;'
NO_AD='flags: qr rd ra;'

# prove NAME PATTERN SERVER NAME TYPE [OPTION...]
prove() {
	prove_name=$1
	shift
	wanted "lab" || return 0
	if dns_says "$@" >"$LAB/point.out" 2>&1; then
		tap_ok "lab: $prove_name"
	else
		tap_not_ok "lab: $prove_name" "$LAB/point.out"
	fi
}

prove "the root is signed and validated" "$AD" "$RESOLVER" . NS
prove "the validating resolver has a second port" "$AD" "$RESOLVER" . NS -p "$RESOLVER_PORT"
prove "the validating resolver answers over IPv6" "$AD" ::1 . NS -p "$RESOLVER_PORT"
prove "a signed MX answer is secure" "$AD" "$RESOLVER" ee.signed.test MX
prove "a signed TLSA answer is secure" "$AD" "$RESOLVER" _25._tcp.mx-ee.signed.test TLSA
prove "a signed absence is secure" "$AD" "$RESOLVER" _25._tcp.mx-plain.signed.test TLSA
prove "the other resolver does not validate" "$NO_AD" "$LAX_RESOLVER" ee.signed.test MX
prove "a changed TLSA record is bogus" "status: SERVFAIL" "$RESOLVER" _25._tcp.mx.bogus.test TLSA
prove "and its address is secure" "$AD" "$RESOLVER" mx.bogus.test A
prove "and with checking disabled it is there" "TLSA.3 1 1 00000000" "$RESOLVER" _25._tcp.mx.bogus.test TLSA +cd
prove "expired signatures are bogus, and the resolver says why" "EDE: 7" "$RESOLVER" expired.test MX
prove "an absence without proof is bogus" "status: SERVFAIL" "$RESOLVER" _25._tcp.mx.nodenial.test TLSA
prove "and an answer there is secure" "$AD" "$RESOLVER" mx.nodenial.test A
prove "an unsigned zone is insecure" "$NO_AD" "$RESOLVER" _25._tcp.mx.unsigned.test TLSA
prove "a zone without DS is insecure" "$NO_AD" "$RESOLVER" mx.dslost.test A
prove "and yet it is signed" "RRSIG.A 13" "$RESOLVER" mx.dslost.test A
prove "an absence under opt-out is insecure" "$NO_AD" "$RESOLVER" _25._tcp.mx.optout.test TLSA
prove "and an answer there is secure" "$AD" "$RESOLVER" mx.optout.test A
prove "sixty TLSA records do not fit a packet" "flags: qr tc" "$RESOLVER" _25._tcp.mx-many.signed.test TLSA +ignore +bufsize=1232
prove "sixty TLSA records come over TCP" "ANSWER: 61" "$RESOLVER" _25._tcp.mx-many.signed.test TLSA
prove "a zone whose server refuses fails" "status: SERVFAIL" "$RESOLVER" mx.lame.test A
prove "and fails as well with checking disabled" "status: SERVFAIL" "$RESOLVER" mx.lame.test A +cd

# delv validates for itself, from the same root key.
delv_says() {
	awk '$3 == "IN" || $2 == "IN" || $4 == "DNSKEY" { for (i = 1; i <= NF; i++) if ($i == "DNSKEY") {
		printf "trust-anchors { . static-key %s %s %s \"%s\"; };\n", $(i+1), $(i+2), $(i+3), $(i+4); exit } }' \
		"$LAB/zones/root.key" >"$LAB/delv.key"
	timeout 60 delv "@$RESOLVER" -a "$LAB/delv.key" +root=. "$2" "$3" >"$LAB/delv.out" 2>&1 </dev/null
	grep -q -e "$1" "$LAB/delv.out" && return 0
	cat "$LAB/delv.out"
	return 1
}

if wanted lab; then
	for delv_case in "fully validated:_25._tcp.mx-ee.signed.test" "unsigned answer:_25._tcp.mx.unsigned.test"; do
		if delv_says "${delv_case%%:*}" "${delv_case##*:}" TLSA >"$LAB/point.out"; then
			tap_ok "lab: delv says ${delv_case%%:*} of ${delv_case##*:}"
		else
			tap_not_ok "lab: delv says ${delv_case%%:*} of ${delv_case##*:}" "$LAB/point.out"
		fi
	done
fi

# client_says NAME PATTERN ADDRESS:PORT PROTOCOL: what openssl s_client sees of a server.
client_says() {
	wanted lab || return 0
	if timeout 60 openssl s_client -connect "$3" -starttls "$4" -CAfile "$LAB/tls/root.crt" -showcerts \
		>"$LAB/point.out" 2>&1 </dev/null; [ "$(grep -Ec -e "$2" "$LAB/point.out")" -gt 0 ]; then
		tap_ok "lab: $1"
	else
		tap_not_ok "lab: $1" "$LAB/point.out"
	fi
}

client_says "Postfix presents a trusted chain" "Verify return code: 0" "$GOOD:25" smtp
client_says "Postfix listens on IPv6" "Verify return code: 0" "[::1]:25" smtp
client_says "Postfix presents an expired leaf" "Verify return code: 10" "$EXPIRED:25" smtp
client_says "Postfix presents a leaf without its issuer" "Verify return code: 2[01]" "$BARE:25" smtp
client_says "Postfix presents a small key" "Server public key is 1024 bit" "$SMALL:25" smtp
client_says "Dovecot speaks TLS on its LMTP port" "Verify return code: 0" "$LMTP:24" lmtp
client_says "Postfix asks for a client certificate" "Acceptable client certificate CA names|No client certificate CA names" "$ASKS:25" smtp
client_says "Postfix presents an Ed25519 leaf" "a:PKEY: ED25519" "$ED25519:25" smtp
client_says "Postfix presents a leaf that is not valid yet" "Verify return code: 9" "$NOTYET:25" smtp
client_says "a server with session ids and no tickets" "Session-ID: [0-9A-F]{64}" "$IDS:25" smtp
if mail_unpacked; then
	client_says "Exim presents a trusted chain" "Verify return code: 0" "$EXIM:25" smtp
	client_says "OpenSMTPD offers STARTTLS" "CONNECTED" "$OPENSMTPD:25" smtp
elif wanted lab; then
	tap_skip "lab: Exim and OpenSMTPD" "not unpacked (tests/interop/unpack.sh)"
fi
