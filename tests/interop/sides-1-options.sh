# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Usage, option values, destinations.
# shellcheck shell=sh disable=SC2034,SC2154

ee=ee.signed.test

same
same -Z
same "$ee" -c
same -c
same -l
same -o foo "$ee"
same -o 'a b=c' "$ee"
same -o =x "$ee"
same -o nosuch=1 -c "$ee"
same -cC "$ee"
same -c -- "$ee"
same -a foo "$ee"
same -c -a IPV4 two.signed.test
same -c -a ipv6 two.signed.test
same -h DNS "$ee"
same -h '' "$ee"
same -c -h dns "$ee"
same -c -h native,dns "$ee"
same -c -h 'dns native' "$ee"
same -c -h native '[mx-hostsfile.signed.test]'
same -c -h dns,native '[mx-hostsfile.signed.test]'
same -c -h dns '[mx-hostsfile.signed.test]'
same -c -h native '[mx-nowhere.signed.test]'
same -c -h native "$ee"
same -c -l Encrypt "$ee"
same -l halfdane "$ee"
same -l 25 "$ee"
same -l none -w "$ee"
same -l none "$ee"
same -M foo "$ee"
same -c -M MAY "$ee"
same -H x -k y "$ee"
same -X -r 0 "$ee"
same -X -r 1 "$ee"
same -c -X -o queue_directory=/nonexistent "$ee"
same -t 0 "$ee"
same -T 0 "$ee"
same -T abc -c "$ee"
same -T 25 -c "$ee"
same -t 5 -t 6 -l may -l encrypt -c "$ee"
same -d nosuch "$ee"
same -c -g bogus "$ee"
same -g bogus "$ee"
same -p bogus "$ee"
same -L foo "$ee"
same -L routine,foo -c "$ee"
same -R "$ee"
same -x -c "$ee"
same -vvv -c "$ee"
same -F /nonexistent.pem
same -a foo -l bar -h x "$ee"
same -l bar -M foo "$ee"

# Destinations.
same ''
same :25
same '[a'
same '[a]b'
same '[]'
same ::1
same "$ee."
same foo..bar
same -- -a.b
same 1.2.3
same '[127.1]'
same '[ipv4:127.0.0.1]'
same u@d
same a:1:2
same '[ipv6:127.0.0.1]'
same h:25x
same h:0
same h:65536
same h:nosuch
same 'inet:ee.signed.test'
same 'unix:/nonexistent'
same -c "$ee:"
same -c '[mx-ee.signed.test]:'
same -c '[mx-ee.signed.test]:587'
same -c '[mx-ee.signed.test]:submission'
same -c -w '[mx-ee.signed.test]:smtps'
same -c -w '[mx-ee.signed.test]:submissions'
same -c "$ee:587"
same -c '[::1]'
same -c '[ipv6:::1]'
same -c '[IPv6:::1]'
same -c "[$GOOD]"
same -c "$GOOD"
same -c "$GOOD:25"
same -c '[MX-EE.Signed.Test]'
same 'EE.Signed.TEST'
same -c ee
same -c '[mx-ee]'
same -c under_score.signed.test
same -c -- -dash.signed.test
same -c bücher.signed.test
same -c -o smtputf8_enable=no bücher.signed.test
same -c xn--bcher-kva.signed.test
same -c "$(printf '%064d' 0 | tr 0 a).signed.test"

# LMTP.
same -S lmtp.signed.test
same -S -c '[lmtp.signed.test]:24'
same -S -c 'inet:lmtp.signed.test'
same -S -c 'inet:[lmtp.signed.test]:24'
same -S -c -l dane-only lmtp.signed.test
same -S -c -l encrypt "unix:$LAB/dovecot/run/lmtp"
same -S -c "unix:$LAB/dovecot/run/nosuch"

# Environment and main.cf.
side_env MAIL_CONFIG=/nonexistent
same -c "$ee"
same -l bar "$ee"
side_env MAIL_CONFIG="$LAB/finger" MAIL_VERBOSE=1
same -c "$ee"
side_env MAIL_CONFIG="$LAB/finger" SSL_CERT_FILE="$LAB/tls/root.crt"
same -c -l secure plain.signed.test
same -c -l secure -P /nonexistent -o tls_append_default_CA=yes plain.signed.test
same -c -l secure -o tls_append_default_CA=yes plain.signed.test
side_env MAIL_CONFIG="$LAB/finger"
