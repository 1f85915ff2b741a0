# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# A private signed root and the zones below it, with every fault that a DANE sender may meet.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by lab.sh. Everything lands in $LAB/zones: NAME.zone as written, NAME.signed as served.

NS_ADDR=127.0.53.2
REFUSING_NS=127.0.53.4

# Hosts of the mail servers (mail.sh starts them).
GOOD=127.0.25.1 EXPIRED=127.0.25.2 WRONG=127.0.25.3 BARE=127.0.25.4 SELF=127.0.25.5 CLEAR=127.0.25.6
OLDTLS=127.0.25.7 SMALL=127.0.25.8 POSTSCREEN=127.0.25.9 ANON=127.0.25.10 REFUSE=127.0.25.11 DEFER=127.0.25.12
SOON=127.0.25.13 BOTH=127.0.25.14 SILENT=127.0.25.15 ASKS=127.0.25.16 RSA=127.0.25.17 ED25519=127.0.25.18
NOTYET=127.0.25.19 EXIM=127.0.25.20 EXIMCC12=127.0.25.28 EXIMCC13=127.0.25.29 OPENSMTPD=127.0.25.21 TLS12=127.0.25.22 IDS=127.0.25.23
NOCN=127.0.25.25 NOHELLO=127.0.25.26 NOEHLO=127.0.25.31 NOHELO=127.0.25.32 REQCC=127.0.25.27 LMTP=127.0.25.30 RELAYED=127.0.25.40 BALANCED=127.0.25.41 BACKEND_A=127.0.25.42 BACKEND_B=127.0.25.43
DEAD=127.0.25.99

zone_begin() {
	zone=$1
	zone_file=$LAB/zones/$1.zone
	cat >"$zone_file" <<END
\$ORIGIN ${1#root}.
\$TTL 300
@ IN SOA a.ns.test. hostmaster.test. 1 3600 900 604800 60
@ IN NS a.ns.test.
END
}

rr() {
	echo "$*" >>"$zone_file"
}

# tlsa HOST CERTIFICATE "U S M" [PORT]: a record made from a certificate of the lab.
tlsa() {
	case $3 in
	*1) tlsa_hash=sha256 ;;
	*) tlsa_hash=sha512 ;;
	esac
	tlsa_selector=${3#* }
	rr "_${4:-25}._tcp.$1 IN TLSA $3 $(certs_digest "$2" "${tlsa_selector%% *}" $tlsa_hash)"
}

# mail NAME ADDRESS [CERTIFICATE "U S M"]...: NAME is a mail domain, mx-NAME its only host; sts-NAME is another
# one with this host, and announces MTA-STS.
mail() {
	mail_name=$1
	rr "$1 IN MX 10 mx-$1"
	rr "sts-$1 IN MX 10 mx-$1"
	rr "_mta-sts.sts-$1 IN TXT \"v=STSv1; id=1;\""
	rr "mx-$1 IN A $2"
	shift 2
	while [ $# -gt 0 ]; do
		tlsa "mx-$mail_name" "$1" "$2"
		shift 2
	done
}

# More servers, and what a TLSA record may say besides; for the comparison with posttls-finger.
zone_more() {
	mail asks "$ASKS" leaf '3 1 1'
	mail reqcc "$REQCC" leaf '3 1 1'
	mail nohello "$NOHELLO"
	mail noehlo "$NOEHLO"
	mail nohelo "$NOHELO"
	mail nohelofirst "$NOHELO"
	rr "sts-nohelofirst IN MX 20 mx-ee"
	mail nohellotlsa "$NOHELLO" leaf '3 1 1'
	mail rsa "$RSA" rsa '3 1 1'
	mail ed25519 "$ED25519" ed25519 '3 1 1'
	mail notyetee "$NOTYET" notyet '3 1 1'
	mail notyetta "$NOTYET" inter '2 1 1'
	mail nocn "$NOCN" inter '2 1 1'
	mail exim "$EXIM" rsa '3 1 1'
	mail eximta "$EXIM" inter '2 0 1'
	mail opensmtpd "$OPENSMTPD" rsa '3 1 1'
	mail tls12 "$TLS12" leaf '3 1 1'
	mail ids "$IDS" leaf '3 1 1'
	mail balanced "$BALANCED" leaf '3 1 1'
	mail certsha512 "$GOOD" leaf '3 0 2'
	mail agility2 "$GOOD" other '3 1 1' leaf '3 0 1'
	mail leafasta "$GOOD" leaf '2 1 1'
	mail mixedusage "$GOOD" leaf '1 1 1' other '0 0 1' leaf '3 1 1'
	mail full "$GOOD"
	rr "_25._tcp.mx-full IN TLSA 3 0 0 $(tlsa_whole leaf cert)"
	mail fullkey "$GOOD"
	rr "_25._tcp.mx-fullkey IN TLSA 3 1 0 $(tlsa_whole leaf key)"
	mail takey "$BARE"
	rr "_25._tcp.mx-takey IN TLSA 2 1 0 $(tlsa_whole inter key)"
	mail tacert "$BARE"
	rr "_25._tcp.mx-tacert IN TLSA 2 0 0 $(tlsa_whole inter cert)"
	mail allbad "$GOOD"
	rr "_25._tcp.mx-allbad IN TLSA 3 1 1 abcd"
	rr "_25._tcp.mx-allbad IN TLSA 3 9 1 $(certs_digest leaf 1 sha256)"
	rr "_25._tcp.mx-allbad IN TLSA 3 1 7 $(certs_digest leaf 1 sha256)"
	mail private "$GOOD"
	rr "_25._tcp.mx-private IN TLSA 3 1 255 $(certs_digest leaf 1 sha256)"
	mail usage4 "$GOOD"
	rr "_25._tcp.mx-usage4 IN TLSA 4 1 1 $(certs_digest leaf 1 sha256)"
	mail agilefull "$GOOD" other '3 0 2'
	rr "_25._tcp.mx-agilefull IN TLSA 3 0 0 $(tlsa_whole leaf cert)"
	rr "nullandmore IN MX 0 ."
	rr "nullandmore IN MX 10 mx-ee"
	rr "alladdressless IN MX 10 mx-ghost"
	rr "alladdressless IN MX 20 mx-ghost2"
	rr "numeric IN MX 10 127.0.25.1."
	rr "_smtp._tcp.services IN SRV 10 0 25 mx-ee"
	rr "_submission._tcp.services IN SRV 10 0 587 mx-ee"
	rr "_smtp._tcp.noservice IN SRV 0 0 0 ."
	rr "xn--bcher-kva IN MX 10 mx-ee"
}

# tlsa_whole CERTIFICATE cert|key: all of it as hex.
tlsa_whole() {
	case $2 in
	cert) openssl x509 -in "$LAB/tls/$1.crt" -outform DER ;;
	key) openssl x509 -in "$LAB/tls/$1.crt" -noout -pubkey | openssl pkey -pubin -outform DER ;;
	esac | od -An -v -tx1 | tr -d ' \n'
}

zone_signed() {
	zone_begin signed.test
	mail ee "$GOOD" leaf '3 1 1'
	mail ta "$GOOD" inter '2 1 1'
	mail taroot "$GOOD" root '2 1 1'
	mail cert "$GOOD" leaf '3 0 1'
	mail sha512 "$GOOD" leaf '3 1 2'
	mail tanotsent "$BARE" inter '2 1 1'
	mail mismatch "$GOOD" other '3 1 1'
	mail issuer "$GOOD" inter '3 1 1'
	mail stale "$GOOD" other '3 1 1' leaf '3 1 1'
	mail staleta "$GOOD" other '3 1 1' inter '2 1 1'
	mail agility "$GOOD" leaf '3 1 1' other '3 1 2'
	mail pkix "$GOOD" leaf '1 1 1'
	mail expee "$EXPIRED" expired '3 1 1'
	mail expta "$EXPIRED" inter '2 1 1'
	mail soonee "$SOON" soon '3 1 1'
	mail soonta "$SOON" inter '2 1 1'
	mail wrongee "$WRONG" wrong '3 1 1'
	mail wrongta "$WRONG" inter '2 1 1'
	mail self "$SELF" self '3 1 1'
	mail small "$SMALL" small '3 1 1'
	mail oldtls "$OLDTLS" leaf '3 1 1'
	mail both "$BOTH" leaf '3 1 1' rsa '3 1 1'
	mail screen "$POSTSCREEN" leaf '3 1 1'
	mail plain "$GOOD"
	mail clear "$CLEAR"
	mail cleartlsa "$CLEAR" leaf '3 1 1'
	mail anon "$ANON"
	mail refuse "$REFUSE" leaf '3 1 1'
	mail defer "$DEFER" leaf '3 1 1'
	mail silent "$SILENT" leaf '3 1 1'
	mail dead "$DEAD" leaf '3 1 1'
	mail relay "$RELAYED" leaf '3 1 1'
	mail relayplain "$RELAYED"
	mail unusable "$GOOD" leaf '3 1 1'
	rr "_25._tcp.mx-unusable IN TLSA 3 1 1 abcd"
	# Addresses: IPv6 only, both families, ports beside 25.
	rr "v6 IN MX 10 mx-v6"
	rr "mx-v6 IN AAAA ::1"
	tlsa mx-v6 leaf '3 1 1'
	rr "two IN MX 10 mx-two"
	rr "mx-two IN A $GOOD"
	rr "mx-two IN AAAA ::1"
	tlsa mx-two leaf '3 1 1'
	tlsa mx-ee leaf '3 1 1' 465
	tlsa mx-ee leaf '3 1 1' 587
	# MX: dead first host, three hosts, null, none, host that does not exist, hosts elsewhere.
	rr "deadfirst IN MX 10 mx-dead"
	rr "deadfirst IN MX 20 mx-ee"
	rr "mixed IN MX 10 mx-ee"
	rr "mixed IN MX 20 mx-mismatch"
	rr "three IN MX 10 mx-ee"
	rr "three IN MX 10 mx-self"
	rr "three IN MX 20 mx-v6"
	rr "null IN MX 0 ."
	rr "implicit IN A $GOOD"
	tlsa implicit leaf '3 1 1'
	rr "ghost IN MX 10 mx-ghost"
	rr "empty IN TXT nothing"
	for other_zone in unsigned bogus expired nodenial dslost optout lame; do
		rr "to$other_zone IN MX 10 mx.$other_zone.test."
	done
	rr "deadsecond IN MX 10 mx-ee"
	rr "deadsecond IN MX 20 mx.nodenial.test."
	# CNAME: TLSA at the end, at the alias, beside an alias that leaves the signed tree.
	rr "alias IN MX 10 mx-alias"
	rr "mx-alias IN CNAME mx-ta"
	rr "aliasown IN MX 10 mx-aliasown"
	rr "mx-aliasown IN CNAME mx-plain"
	tlsa mx-aliasown leaf '3 1 1'
	rr "aliasout IN MX 10 mx-aliasout"
	rr "mx-aliasout IN CNAME mx.unsigned.test."
	tlsa mx-aliasout leaf '3 1 1'
	rr "aliasbare IN MX 10 mx-aliasbare"
	rr "mx-aliasbare IN CNAME mx.unsigned.test."
	rr "tlsaalias IN MX 10 mx-tlsaalias"
	rr "mx-tlsaalias IN A $GOOD"
	rr "_25._tcp.mx-tlsaalias IN CNAME _25._tcp.mx-ta"
	rr "domainalias IN CNAME ta"
	# A TLSA answer that fits no UDP packet.
	mail many "$GOOD" leaf '3 1 1'
	many=0
	while [ $many -lt 59 ]; do
		many=$((many + 1))
		rr "_25._tcp.mx-many IN TLSA 3 1 1 $(printf %064x $many)"
	done
	rr "lmtp IN A $LMTP"
	tlsa lmtp leaf '3 1 1' 24
	zone_more
}

# zone_small NAME [CERTIFICATE "U S M"]...: a zone with one host, mx, that also takes the zone's own mail.
zone_small() {
	zone_begin "$1.test"
	shift
	rr "@ IN MX 10 mx"
	rr "mx IN A $GOOD"
	while [ $# -gt 0 ]; do
		tlsa mx "$1" "$2"
		shift 2
	done
}

# zone_key ZONE: one key signs the whole zone; its file name lands in $LAB/zones/ZONE.keyname.
zone_key() {
	(cd "$LAB/zones" && ldns-keygen -a ECDSAP256SHA256 -k "${1#root}." >"$1.keyname") 2>>"$LAB/log/zones.log"
}

# zone_sign ZONE [OPTION...]: for 30 days from yesterday, unless options say otherwise.
zone_sign() {
	sign_zone=$1
	shift
	[ $# -gt 0 ] || set -- -i "$(zone_date '-1 day')" -e "$(zone_date '+30 days')"
	(cd "$LAB/zones" && ldns-signzone -o "${sign_zone#root}." "$@" -f "$sign_zone.signed" \
		"$sign_zone.zone" "$(cat "$sign_zone.keyname")") >>"$LAB/log/zones.log" 2>&1
}

zone_date() {
	date -u -d "$1" +%Y%m%d%H%M%S
}

# zone_delegate CHILD [KEY]: into the zone being written; with the DS of the key of zone KEY.
zone_delegate() {
	rr "$1. IN NS a.ns.test."
	if [ -n "${2:-}" ]; then
		ldns-key2ds -n -2 "$LAB/zones/$(cat "$LAB/zones/$2.keyname").key" >>"$zone_file"
	fi
}

# The zones with one fault each, and those without signatures.
zones_faulty() {
	zone_small bogus leaf '3 1 1'
	zone_small expired leaf '3 1 1'
	zone_small nodenial
	zone_small dslost leaf '3 1 1'
	zone_small optout
	mail ee "$GOOD" leaf '3 1 1'
	zone_small soon leaf '3 1 1'
	zone_small unsigned leaf '3 1 1'
	rr "tosigned IN MX 10 mx-ee.signed.test."
	rr "tomismatch IN MX 10 mx-mismatch.signed.test."
	rr "toplain IN MX 10 mx-plain.signed.test."
}

zones_sign() {
	zone_sign signed.test && zone_sign bogus.test && zone_sign nodenial.test && zone_sign dslost.test &&
		zone_sign expired.test -i "$(zone_date '-30 days')" -e "$(zone_date '-3 days')" &&
		zone_sign soon.test -i "$(zone_date '-20 days')" -e "$(zone_date '+30 hours')" &&
		zone_sign optout.test -i "$(zone_date '-1 day')" -e "$(zone_date '+30 days')" -n -p -t 0 || return 1
	# Data that changed behind the signer's back; a signer that forgot the proofs of absence.
	sed -i '/[[:space:]]TLSA[[:space:]]3 1 1/s/ 1 1 [0-9a-f]\{8\}/ 1 1 00000000/' "$LAB/zones/bogus.test.signed"
	sed -i -e '/[[:space:]]NSEC[[:space:]]/d' "$LAB/zones/nodenial.test.signed"
	cp "$LAB/zones/unsigned.test.zone" "$LAB/zones/unsigned.test.signed"
}

zones_parents() {
	zone_begin test
	rr "a.ns IN A $NS_ADDR"
	for zone_child in signed bogus expired nodenial optout soon; do
		zone_delegate "$zone_child.test" "$zone_child.test"
	done
	zone_delegate unsigned.test
	zone_delegate dslost.test
	rr "lame IN NS ns.lame"
	rr "ns.lame IN A $REFUSING_NS"
	zone_key test && zone_sign test || return 1
	zone_begin root
	zone_delegate test test
	rr "a.ns.test. IN A $NS_ADDR"
	zone_key root && zone_sign root || return 1
	cp "$LAB/zones/$(cat "$LAB/zones/root.keyname").key" "$LAB/zones/root.key"
}

zones_make() {
	mkdir -p "$LAB/zones" || return 1
	zone_signed
	zones_faulty
	for zone_child in signed bogus expired nodenial dslost optout soon; do
		zone_key "$zone_child.test" || return 1
	done
	zones_sign && zones_parents
}
