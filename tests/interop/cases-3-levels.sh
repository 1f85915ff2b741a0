# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The levels beside DANE, thresholds, and how the answer is printed.
# shellcheck shell=sh disable=SC2034,SC2154 # the variables belong to the files that run.sh reads before and after

root="$LAB/tls/root.crt"
leaf_key=$(openssl x509 -in "$LAB/tls/leaf.crt" -noout -pubkey | openssl pkey -pubin -outform DER |
	openssl dgst -sha256 -c | sed 's/.*= *//')
leaf_cert=$(openssl x509 -in "$LAB/tls/leaf.crt" -noout -fingerprint -sha256 | sed 's/.*=//')
other_key=$(openssl x509 -in "$LAB/tls/other.crt" -noout -pubkey | openssl pkey -pubin -outform DER |
	openssl dgst -sha256 -c | sed 's/.*= *//')

check "none speaks no TLS" 0 "$ok" '' none -H plain.signed.test -l none
check "may takes any certificate" 0 "${ok}mx-plain" 'tls_bits=' Untrusted -H plain.signed.test -l may
check "may warns of an expired certificate" 1 "${warning}mx-expta.*expired" '' Untrusted -H expta.signed.test -l may
check "may warns when there is no STARTTLS" 1 "${warning}mx-clear.*STARTTLS" '' none -H clear.signed.test -l may
check "may takes an anonymous suite" 0 "${ok}mx-anon" '' Anonymous -H anon.signed.test -l may
check "may warns of TLS 1.1" 1 "${warning}mx-oldtls.*TLSv1" '' Untrusted -H oldtls.signed.test -l may
check "none does not mind a missing STARTTLS" 0 "${ok}mx-clear" '' none -H clear.signed.test -l none
check "encrypt takes any certificate" 0 "${ok}mx-plain" '' Untrusted -H plain.signed.test -l encrypt
check "encrypt with our CA knows the chain" 0 "${ok}mx-plain" '' Trusted -H plain.signed.test -l encrypt -F "$root"
check "encrypt insists on STARTTLS" 2 "${critical}mx-clear.*STARTTLS" '' none -H clear.signed.test -l encrypt
check "secure with our CA" 0 "${ok}mx-plain" '' Verified -H plain.signed.test -l secure -F "$root"
check "secure without our CA is untrusted" 2 "${critical}mx-plain" '' - -H plain.signed.test -l secure -P "$LAB/log"
check "secure without the issuer's certificate is untrusted" 2 "${critical}mx-tanotsent" '' Untrusted \
	-H tanotsent.signed.test -l secure -F "$root"
check "secure with a wrong name" 2 "${critical}mx-wrongta.*mail\.elsewhere\.test" '' - -H wrongta.signed.test -l secure -F "$root"
check "secure with a wrong name that is wanted" 0 "${ok}mx-wrongta" '' Verified -H wrongta.signed.test -l secure -F "$root" \
	--match mail.elsewhere.test
check "secure with an expired certificate" 2 "${critical}mx-expta.*expired" '' Untrusted -H expta.signed.test -l secure -F "$root"
check "verify with our CA" 0 "${ok}mx-plain" '' Verified -H plain.signed.test -l verify -F "$root"
check "verify with our root as trust anchor" 0 "${ok}mx-plain" '' - -H plain.signed.test -l verify -A "$root" --no-default-ca
check "fingerprint of the key" 0 "${ok}mx-plain" '' Verified -H plain.signed.test -l fingerprint -d sha256 --match "$leaf_key"
check "fingerprint of the certificate" 0 "${ok}mx-plain" '' Verified -H plain.signed.test -l fingerprint -d sha256 --match "$leaf_cert"
check "fingerprint of another key" 2 "${critical}mx-plain" '' Untrusted -H plain.signed.test -l fingerprint -d sha256 --match "$other_key"

check "a response time above the critical threshold" 2 "$critical" '(^| )time=[0-9.]+s;;0\.000001' - -H ee.signed.test -c 0.000001
check "a certificate threshold in days" 1 "${warning}.*expires" 'cert_expires=[0-9]+s;8640000:;604800:' - -H ta.signed.test -D 100,7
check "a certificate threshold that is given counts under DANE-EE" 1 "${warning}.*expires" 'cert_expires=[0-9]+s;8640000:;604800:' Verified -H ee.signed.test -D 100,7
check "plain perfdata" 0 "$ok" 'tlsa_matched=1;;;' - -H ee.signed.test --perfdata=plain
check "no perfdata" 0 "$ok" '' - -H ee.signed.test --perfdata=none
check "the exit code may be kept at 0" 0 "$critical" '' - -H mismatch.signed.test --exit-ok
