# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Scripted servers: every step of the dialogue that can fail, and answers of a resolver that no real zone gives.
# shellcheck shell=sh disable=SC2034,SC2154

resolver stage
for step in 1 2 3 4 5 7 8 9 11 12 13 14 15 16 17 18 20 21 22 24 25 26 30 31 32 33 34 35 39 40 41 42 46; do
	same -t 3 -T 3 -l may "[127.0.40.$step]"
done
for step in 6 10 19 23 27 43 44; do
	same -t 1 -T 1 -l may "[127.0.40.$step]"
done
for step in 28 29 45; do
	same -t 1 -T 1 -w -l may "[127.0.40.$step]"
done
for step in 36 37 38; do
	same -S -l may "[127.0.40.$step]:25"
done
same -w -t 1 -T 1 -l may '[127.0.40.3]'
same -l dane-only '[127.0.40.11]'
same -c -l may '[127.0.40.16]'
same -c -l may '[127.0.40.35]'
same -l none '[127.0.40.3]'
same -o myhostname=probe.example.com -l none '[127.0.40.3]'
same -o smtp_helo_name=other.example.com -l none '[127.0.40.3]'
same -l may '[127.0.42.9]'
same -t 1 -l may '[127.0.42.3]'
same -c rejects.example.test

for corner in 1 2 3 4 5 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 24 25 26 27 28 29 30 31 32 33 34 35; do
	same -c -l secure -F "$STAGE_ROOT" "[127.0.41.$corner]" mx1.example.test
done
for corner in 5 7 31 32 28 35 27; do
	same -c -l encrypt "[127.0.41.$corner]"
done
same -c -l secure -F "$STAGE_ROOT" '[127.0.41.9]'
same -c -l verify -F "$STAGE_ROOT" '[127.0.41.9]'
same -c -l verify -F "$STAGE_ROOT" '[127.0.41.9]' 127.0.41.9
same -c -l verify -F "$STAGE_ROOT" '[127.0.41.9]' 127.0.41.8
same -c -l verify -F "$STAGE_ROOT" wild.example.test .example.test
same -c -l verify -F "$STAGE_ROOT" wild.example.test example.test
same -c -l verify -F "$STAGE_ROOT" wild.example.test '*.example.test'
same -c -l verify -F "$STAGE_ROOT" a.b.example.test
same -c -l secure -F "$STAGE_ROOT" sub.example.test
same -c -l secure -A "$STAGE_ROOT_KEY" '[127.0.41.34]' mx1.example.test
same -c -l secure -A "$STAGE_ROOT_KEY" '[127.0.41.1]' mx1.example.test
same -c -l secure -A "$STAGE_LEAF_KEY" '[127.0.41.1]' mx1.example.test
same -c -l fingerprint '[127.0.41.13]' "$STAGE_FP_CERT"
same -c -l secure -F "$STAGE_ROOT" -L untrusted stranger.example.test
same -c -l secure -s mx1.example.test -F "$STAGE_ROOT" '[127.0.41.20]' mx1.example.test
same -c -l secure -s mx1.example.test -F "$STAGE_ROOT" '[127.0.41.21]' mx1.example.test
same -c -C -l may '[127.0.41.34]'

for name in example snidane plain stranger anon old mxfail mxrefused mxnotimp mxformerr mxnodata halffail otherhalf noaddress \
	bothfail mixedfail loop numericmx dashmx dashmx2 insecuremx insecuremxta insecuremxbad insecuremxnone insecurehost \
	insecuretlsa insecureunusable tlsafail tlsarefused tlsanotimp aliasinsecure aliasgone tlsaalias tlsaaliasout \
	tlsaaliasbad dead deadfirst ghosts oneghost failfirst allfail; do
	case $name in
	example) same -c example.test ;;
	*) same -c "$name.example.test" ;;
	esac
done
same mixedcase.example.test
for policy in may encrypt; do
	for name in insecuremx insecuremxbad insecuremxnone insecureunusable; do
		same -c -M $policy "$name.example.test"
	done
done
for name in insecuremx insecuremxbad insecuremxnone insecureunusable insecurehost aliasinsecure; do
	same -c -l dane-only "$name.example.test"
done
for name in insecurehost aliasinsecure insecuretlsa; do
	same -c -f "$name.example.test"
done
same -c -l secure tlsafail.example.test
same -c -L dane,summary aliasgone.example.test
same -c -L debug tlsaalias.example.test
same -c tlsaloop.example.test
same -c -l dane-only tlsaloop.example.test
same -c looplone.example.test
same -c -l encrypt anon.example.test
same -c -l dane anon.example.test
resolver lab
