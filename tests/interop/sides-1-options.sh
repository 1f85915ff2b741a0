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

same --version
same --help
same -V "$ee"

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

for address in '[FD00::ABCD]' '[0:0::0:0:1]' '[IPV6:::FFFF:127.0.0.9]' '[a:b:c:d:e:f:0.0.0.0]' '[::01]' '[::0.0.0.0]' 127.0.0.02 \
	'[127.000.0.9]' 127.0.0.08 0.0.0.00 '[1:2:3]' '[ipv6:::127.0.0.09]' ::1; do
	same -c -t 1 -l may "$address:1"
done
for address in 0.1.2.3 00.0.0.1 '[127.0.0.0377]' '[::ffff:0.1.2.3]' '[1:2:3:4:5:6:7::]' '[::2:3:4:5:6:7:8]' \
	'[1:2:3:4:5:6:7:1.2.3.4]' '[::00001]' '[1::2:]' '[:1::2]' '[:]' '[::1.2.3]'; do
	same -l may "$address"
done
for families in ipv4 ipv6 all '' , 'ipv4 ipv6' IPv4 'ipv4 bogus'; do
	for lookup in dns native dns,native ''; do
		same -c -l may -h "$lookup" -o inet_protocols="$families" '[::1]:1'
		same -c -l may -h "$lookup" -o inet_protocols="$families" 127.0.0.9:1
	done
done
same -c -l may -h dns -o inet_protocols= '[mx-ee.signed.test]'
same -c -l may -h native -o inet_protocols= '[mx-hostsfile.signed.test]'
long=$(printf '%0300d' 0 | tr 0 a)
same "$long"
same "[$long]:25"
same "[a:$long"
same "h:$long"
same "h:9$(printf '%0200d' 0)"

# LMTP.
same -S lmtp.signed.test
same -S -c '[lmtp.signed.test]:24'
same -S -c 'inet:lmtp.signed.test'
same -S -c 'inet:[lmtp.signed.test]:24'
same -S -c -l dane-only lmtp.signed.test
same -S -c -l encrypt "unix:$LAB/dovecot/run/lmtp"
same -S -c "unix:$LAB/dovecot/run/nosuch"

# Parameters.
for list in =x '{ a b = c }' '{=x}' '{a=b' 'A {a=b}c' '{ a = b }{ c = d }' '{ = b }' '{ } {a} }a=b' '{{a=b}}' 'a={b c}' , =; do
	same -c -l may -o import_environment="$list" 127.0.0.9:1
done
for list in smtp=65535 smtp=65536 smtp=70000 smtp=000025 a=b=70000 25=70000 25=x a=1,a=70000 smtp=0 a=x,a=25; do
	same -c -l may -o known_tcp_ports="$list" 127.0.0.9:smtp
done
# shellcheck disable=SC2016 # Postfix expands it
for name in '${domain_to_ascii{b.example.com}}' '${domain_to_utf8{b.example.com}}' '$domain_to_ascii'; do
	same -l none -o myhostname="$name" '[mx-ee.signed.test]'
done

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
for text in 'x = 1\000 2\ny = 3' 'x = 1\n 2\000 3\ny = 4' '# \000\nx = 1' 'x\000 = 1' '\000\nx = 1' ' \000\nx = 1' 'y = 1\ny = 2\n 3\ny = 2 3\ny = 4\nbad'; do
	nul=$LAB/finger/nul$(ls "$LAB/finger" | wc -l)
	mkdir -p "$nul"
	# shellcheck disable=SC2059 # octets
	{ finger_config && printf "$text\n"; } >"$nul/main.cf"
	side_env MAIL_CONFIG="$nul"
	same -c -l may 127.0.0.9:1
done
side_env MAIL_CONFIG="$LAB/finger"
