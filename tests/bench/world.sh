#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The world of the benchmark, for smtp-tls-demo: one domain on loopback (near), the same seen through a
# relay that adds latency (far), and one with a hundred MX hosts. All share one certificate and a 3 1 1
# record each.
domain=bench.test
node() { # HOST ADDRESS
	echo "zone $1. A $2 AD"
	echo "zone _\$PORT._tcp.$1. TLSA 3 1 1 @spki(good) AD"
}
server() { # ADDRESS
	printf 'smtpd %s\n accept forever\n ready\n tls good\n polite\n' "$1"
}

echo "cert good san=mx.near.$domain,mx.far.$domain"
for place in near far; do
	echo "zone $place.$domain. MX 10 mx.$place.$domain. AD"
done
node mx.near.$domain 127.0.0.11
node mx.far.$domain 127.0.0.31
server 127.0.0.11
n=1
while [ "$n" -le 100 ]; do
	echo "zone hundred.$domain. MX 10 mx$n.hundred.$domain. AD"
	node "mx$n.hundred.$domain" "127.0.1.$n"
	server "127.0.1.$n"
	n=$((n + 1))
done
