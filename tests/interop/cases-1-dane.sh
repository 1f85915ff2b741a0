# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# DANE against real Postfix: which record matches what (RFC 7671, RFC 7672 section 3).
# shellcheck shell=sh disable=SC2034,SC2154 # the variables belong to the files that run.sh reads before and after
# check NAME EXIT LINE PERF WORD ARGUMENT... (case.sh)

ok='^SMTP_TLS OK - '
warning='^SMTP_TLS WARNING - '
critical='^SMTP_TLS CRITICAL - '
unknown='^SMTP_TLS UNKNOWN - '
ee_line="${ok}mx-ee\.signed\.test\[127\.0\.25\.1\]:25: Verified by DANE-EE 3 1 1, TLSv1\.3"

check "3 1 1 matches" 0 "$ee_line" \
	'(^| )tlsa_records=1;.*tlsa_usable=1;.*tlsa_matched=1;;1:' Verified -H ee.signed.test
check "3 1 1 matches at dane-only" 0 "$ee_line" 'tlsa_matched=1;;1:' Verified -H ee.signed.test -l dane-only
check "3 1 2 matches" 0 "${ok}.*DANE-EE 3 1 2" 'tlsa_matched=1;;1:' Verified -H sha512.signed.test
check "3 0 1 matches" '[01]' "DANE-EE 3 0 1|tlsa-fragile|renewal" 'tlsa_matched=1;;1:' Verified -H cert.signed.test
check "2 1 1 of the issuer matches" 0 "${ok}mx-ta\.signed\.test.*Verified by DANE-TA 2 1 1.*expires in (89|90) days" \
	'cert_expires=77[0-9]{5}s' Verified -H ta.signed.test
check "2 1 1 of the root, which the server sends, matches" 0 "${ok}.*DANE-TA 2 1 1" '' Verified -H taroot.signed.test
check "2 1 1 of an issuer that the server does not send fails" 2 "${critical}mx-tanotsent" \
	'tlsa_matched=0;;1:' Untrusted -H tanotsent.signed.test
check "a record for another key fails" 2 "${critical}mx-mismatch\.signed\.test\[127\.0\.25\.1\]:25: .*TLSA" \
	'tlsa_usable=1;.*tlsa_matched=0;;1:' Untrusted -H mismatch.signed.test
check "the issuer's digest published as 3 1 1 fails" 2 "${critical}mx-issuer" 'tlsa_matched=0' Untrusted \
	-H issuer.signed.test
check "a stale and a good 3 1 1 pass" 0 "${ok}.*DANE-EE 3 1 1" 'tlsa_records=2;.*tlsa_matched=1;;1:' Verified \
	-H stale.signed.test
check "a stale 3 1 1 and a good 2 1 1 pass" 0 "${ok}.*DANE-TA 2 1 1" 'tlsa_records=2;.*tlsa_matched=1;;1:' Verified \
	-H staleta.signed.test
# Postfix 3.9 and OpenSSL 3.2 take a raw key here, for which OpenSSL tries every digest.
raw_word=Untrusted
! openssl s_client -help 2>&1 | grep -q enable_server_rpk || raw_word=-
check "the stronger digest decides: 3 1 1 right, 3 1 2 wrong fails" 2 "$critical" '' $raw_word -H agility.signed.test
check "PKIX-EE alone is unusable: a warning at dane" 1 "${warning}mx-pkix.*(unusable|none usable)" 'tlsa_records=1;.*tlsa_usable=0' \
	Untrusted -H pkix.signed.test
check "PKIX-EE alone is unusable: critical at dane-only" 2 "${critical}mx-pkix" '' - -H pkix.signed.test -l dane-only
check "a digest of the wrong length beside a good one warns" 1 "${warning}mx-unusable" 'tlsa_usable=1' Verified \
	-H unusable.signed.test
check "sixty records over TCP, one matches" 0 "${ok}mx-many.*DANE-EE 3 1 1" 'tlsa_records=60;.*tlsa_matched=1' Verified \
	-H many.signed.test
check "a self-signed RSA certificate under 3 1 1 passes" 0 "${ok}mx-self.*DANE-EE" '' Verified -H self.signed.test
check "an RSA and an ECDSA certificate, both published, pass" 0 "${ok}mx-both.*DANE-EE" 'tlsa_records=2' Verified \
	-H both.signed.test
check "a key of 1024 bits matches, with a warning" 1 "${warning}mx-small.*1024" 'tlsa_matched=1' Verified -H small.signed.test

# Dates and names count below a trust anchor, never under DANE-EE.
check "an expired leaf under 3 1 1 passes" 0 "${ok}mx-expee.*DANE-EE 3 1 1" 'cert_expires=-[0-9]+s' Verified \
	-H expee.signed.test
check "an expired leaf under 2 1 1 fails" 2 "${critical}mx-expta.*expired" 'cert_expires=-[0-9]+s' Untrusted -H expta.signed.test
check "a leaf with five days left under 3 1 1 passes" 0 "${ok}mx-soonee" 'cert_expires=43[0-9]{4}s' Verified -H soonee.signed.test
check "a leaf with five days left under 2 1 1 is critical" 2 "${critical}mx-soonta.*expires in (4|5) days" \
	'cert_expires=43[0-9]{4}s;[0-9]+:;[0-9]+:' Verified -H soonta.signed.test
check "a leaf with five days left under 2 1 1 warns if asked so" 1 "${warning}mx-soonta" \
	'cert_expires=43[0-9]{4}s;604800:;86400:' - -H soonta.signed.test -D 7,1
check "a wrong name under 3 1 1 passes" 0 "${ok}mx-wrongee.*DANE-EE 3 1 1" '' Verified -H wrongee.signed.test
check "a wrong name under 2 1 1 fails" 2 "${critical}mx-wrongta.*mail\.elsewhere\.test" '' - -H wrongta.signed.test

# What the server says in SMTP.
check "TLSA but no STARTTLS is critical" 2 "${critical}mx-cleartlsa.*STARTTLS" '' none -H cleartlsa.signed.test
check "neither TLSA nor STARTTLS is critical at dane" 2 "${critical}mx-clear\..*STARTTLS" '' none -H clear.signed.test
check "a server behind postscreen passes" 0 "${ok}mx-screen" 'time_banner=[1-9]\.[0-9]+s' Verified -H screen.signed.test
check "a greeting of 554 is critical" 2 "${critical}mx-refuse.*554" '' none -H refuse.signed.test
check "a greeting of 450 is a warning" 1 "${warning}mx-defer.*450" '' none -H defer.signed.test
check "a server that says nothing is critical when its time is up" 2 "${critical}mx-silent.*greeting" 'time=[1-9]\.[0-9]+s' none \
	-H silent.signed.test --greeting-timeout 1s
check "a server that says nothing until the run's time is up" 2 "${critical}mx-silent.*greeting" 'time=[3-9]\.[0-9]+s;;;0;3' - \
	-H silent.signed.test -t 3
check "a server that says nothing, with a state of one's own" 1 "${warning}mx-silent" '' - \
	-H silent.signed.test -t 3 --timeout-result warning
check "TLS 1.1 is too old for dane" 2 "${critical}mx-oldtls" '' none -H oldtls.signed.test
check "the greeting holds the text expected" 0 "$ee_line" '' - -H ee.signed.test -e 'ESMTP Postfix'
check "the greeting does not hold the text expected" 1 "${warning}.*no such text" '' - -H ee.signed.test -e 'no such text'

# Ports and wrapper mode: the TLSA record belongs to the port.
check "wrapper mode on 465 has its own record" 0 "${ok}mx-ee\.signed\.test\[127\.0\.25\.1\]:465: Verified by DANE-EE" '' Verified \
	-H mx-ee.signed.test --no-mx --wrapper
check "submission on 587 has its own record" 0 "${ok}mx-ee\.signed\.test\[127\.0\.25\.1\]:587: Verified by DANE-EE" '' Verified \
	-H mx-ee.signed.test --no-mx -p 587
check "a service name is a port" 0 "${ok}.*:587: " '' - -H mx-ee.signed.test --no-mx -p submission
check "a host in brackets is not looked up as MX" 0 "$ee_line" '' Verified -H '[mx-ee.signed.test]'

# LMTP.
check "LMTP over TCP with Dovecot" 0 "${ok}lmtp\.signed\.test\[127\.0\.25\.30\]:24: Verified by DANE-EE 3 1 1" 'tlsa_matched=1' \
	Verified -H lmtp.signed.test --no-mx --lmtp
check "LMTP over a UNIX socket with Dovecot" 0 "$ok" 'tls_bits=' - -H "unix:$LAB/dovecot/run/lmtp"
check "LMTP over a UNIX socket at encrypt" 0 "$ok" '' - -H "unix:$LAB/dovecot/run/lmtp" -l encrypt
check "DANE does not apply to a UNIX socket: critical at dane-only" 2 "$critical" '' - \
	-H "unix:$LAB/dovecot/run/lmtp" -l dane-only
check "an LMTP socket that does not exist is critical" 2 "$critical" '' - -H "unix:$LAB/dovecot/run/nosuch"
