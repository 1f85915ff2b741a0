# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Reconnects: tickets, ids, neither, and two servers behind one address.
# shellcheck shell=sh disable=SC2034,SC2154

same -r 1 ee.signed.test
same -c -r 1 tls12.signed.test
same -c -r 1 ids.signed.test
same -c -r 1 -l none ee.signed.test
same -c -r 1 clear.signed.test
same -c -r 0 ee.signed.test
same -c -r -3 ee.signed.test
same -c -r abc ee.signed.test
same -c -r 1 -m 1 ee.signed.test
same -c -r 1 -m 0 ee.signed.test
same -c -r 1 -m abc ee.signed.test
same -c -r 1 -L routine,cache ee.signed.test
same -c -r 1 -L none ee.signed.test
same -c -r 1 -L debug tls12.signed.test
same -c -r 1 -L debug ids.signed.test
same -c -r 1 mismatch.signed.test
same -c -r 1 -l may anon.signed.test
same -c -r 1 tosigned.unsigned.test
same -c -r 1 -C ee.signed.test
same -c -r 1 -w '[mx-ee.signed.test]:465'
same -r 1 -S lmtp.signed.test
same -c -r 1 exim.signed.test
same -c -r 1 opensmtpd.signed.test
same -c -r 1 -o tls_ssl_options=NO_TICKET tls12.signed.test
same -c -r 1 dead.signed.test
same -c -r 1 -l secure wrongta.signed.test
alone -r 1 balanced.signed.test
alone -c -r 1 -m 1 balanced.signed.test
alone -c -r 1 -L routine,cache balanced.signed.test
resolver stage
same -c -r 1 -l may '[127.0.41.22]'
same -c -r 1 -l may -L routine,cache '[127.0.41.23]'
same -c -r 1 -T 1 -l may '[127.0.40.27]'
same -c -r 1 -l may '[127.0.40.26]'
resolver lab
