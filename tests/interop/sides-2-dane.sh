# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Levels and TLSA records, against real servers in zones that are really signed.
# shellcheck shell=sh disable=SC2034,SC2154

for domain in ee ta taroot cert certsha512 sha512 full fullkey takey tacert tanotsent mismatch issuer stale \
	staleta agility agility2 agilefull leafasta mixedusage pkix private usage4 allbad unusable expee expta notyetee notyetta \
	wrongee wrongta self both rsa ed25519 small many asks nocn oldtls plain clear cleartlsa anon refuse defer \
	tls12 alias aliasown aliasout aliasbare tlsaalias domainalias implicit v6 deadfirst dead null nullandmore \
	empty ghost alladdressless nosuch mixed tounsigned todslost tobogus tonodenial tolame toexpired numeric; do
	same -c "$domain.signed.test"
done
for zone in bogus expired nodenial dslost optout soon unsigned lame; do
	same -c "$zone.test"
done
same -c ee.optout.test
for domain in ee pkix allbad plain unusable private mismatch expee aliasbare tounsigned; do
	same -c -l dane-only "$domain.signed.test"
done
for policy in may encrypt dane; do
	for domain in tosigned tomismatch toplain; do
		same -c -M $policy "$domain.unsigned.test"
	done
done
same -c -l dane-only -M dane tosigned.unsigned.test
same -c -L debug -M encrypt tosigned.unsigned.test
same -c -L debug -M may tosigned.unsigned.test
same -c -M may '[mx-ee.signed.test]'
same -c -f unsigned.test
same -c -f "[$GOOD]"
same -c -f '[mx.unsigned.test]'
same -c -f -l dane-only tounsigned.signed.test
same -L dane,summary ta.signed.test
same -c -L dane full.signed.test
same -c -L dane mixedusage.signed.test
same -c -L verbose ta.signed.test
same -c -o tls_dane_digests=sha256 sha512.signed.test
same -c -o tls_dane_digests='sha256 sha512' agility.signed.test
same -c -o tls_dane_digests=nosuch=5,sha256 ee.signed.test
same -c -o tls_dane_digests=sha256=3 ee.signed.test
same -c -o tls_dane_digests= ee.signed.test
same -c -o tls_dane_digests=sha384=7 ee.signed.test
same -c ee.signed.test other.example.com
same -c plain.signed.test other.example.com
same -c -s sni.example.com -L debug ee.signed.test
same -c screen.signed.test
same -c -t 1 silent.signed.test
same -c exim.signed.test
same exim.signed.test
same -c eximta.signed.test
same -w '[mx-exim.signed.test]:465'
same opensmtpd.signed.test
same -c -L debug opensmtpd.signed.test
same -c -l may opensmtpd.signed.test

# The resolver.
resolver lax
same -c ee.signed.test
same -c -l may ee.signed.test
same -c -o dnssec_probe= ee.signed.test
same -c -o dnssec_probe=bad ee.signed.test
same -c -o dnssec_probe=mx:ee.signed.test plain.signed.test
resolver none
same -c ee.signed.test
resolver lab
same -c -o dnssec_probe=mx:unsigned.test unsigned.test
same -c -o dnssec_probe=bad ee.signed.test
same -c -o inet_protocols=ipv4 two.signed.test
same -c -o inet_protocols=ipv6 two.signed.test
same -c -o inet_protocols=ipv4 v6.signed.test
