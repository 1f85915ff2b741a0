# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The DNS side: which MX, which address, which zone is signed, and what a resolver may be trusted with.
# shellcheck shell=sh disable=SC2034,SC2154 # the variables belong to the files that run.sh reads before and after

# Fault of the zone: senders that do DANE defer mail.
check "a TLSA record changed behind the signer's back is bogus" 2 "${critical}mx\.bogus\.test.*(bogus|DNSSEC)" '' none -H bogus.test
check "and so for a domain whose MX is there" 2 "${critical}mx\.bogus\.test" '' none -H tobogus.signed.test
check "expired signatures are bogus" 2 "${critical}.*expired\.test" '' none -H expired.test
check "expired signatures in the zone of the MX host are bogus" 2 "${critical}mx\.expired\.test" '' none -H toexpired.signed.test
check "an absence that cannot be proven is bogus" 2 "${critical}mx\.nodenial\.test" '' none -H nodenial.test
check "and so for a domain whose MX is there, though it publishes no TLSA" 2 "${critical}mx\.nodenial\.test" '' none \
	-H tonodenial.signed.test
check "a zone whose servers refuse cannot be looked up" 2 "${critical}.*lame\.test" '' none -H lame.test
check "an MX host whose servers refuse cannot be looked up" 2 "${critical}mx\.lame\.test" '' none -H tolame.signed.test
check "signatures that expire tomorrow warn" 1 "${warning}.*signature" 'rrsig_expires=10[0-9]{4}s' Verified -H soon.test
check "signatures that expire tomorrow pass when asked so" 0 "${ok}mx\.soon\.test" 'rrsig_expires=10[0-9]{4}s' - -H soon.test --rrsig 1d,1h

# Not signed, or signed in vain: DANE does not protect.
check "an unsigned zone warns" 1 "${warning}mx\.unsigned\.test" '' Untrusted -H unsigned.test
check "an unsigned zone is critical at dane-only" 2 "$critical" '' - -H unsigned.test -l dane-only
check "a secure MX to an unsigned host warns" 1 "${warning}mx\.unsigned\.test" '' Untrusted -H tounsigned.signed.test
check "a secure MX to an unsigned host is critical at dane-only" 2 "$critical" '' - -H tounsigned.signed.test -l dane-only
check "a zone that lost its DS warns" 1 "${warning}mx\.dslost\.test" '' Untrusted -H dslost.test
check "a zone that lost its DS is critical at dane-only" 2 "$critical" '' - -H todslost.signed.test -l dane-only
check "no TLSA warns and says what to do" 1 "${warning}mx-plain\.signed\.test.*TLSA" '' Untrusted -H plain.signed.test
check "no TLSA is critical at dane-only" 2 "${critical}mx-plain" '' - -H plain.signed.test -l dane-only
check "no TLSA can be declared harmless" 0 "$ok" '' - -H plain.signed.test --state tlsa-missing=ok
check "no TLSA under opt-out is an absence, not a fault" 1 "${warning}mx\.optout\.test.*TLSA" '' Untrusted -H optout.test
check "a TLSA record in an opt-out zone matches" 0 "${ok}mx-ee\.optout\.test.*DANE-EE" '' Verified -H ee.optout.test

# Insecure MX answer, secure MX host: what -M says.
check "insecure MX, -M dane: DANE is used, with a warning" 1 "${warning}.*MX" 'tlsa_matched=1' Trusted -H tosigned.unsigned.test
check "insecure MX, -M encrypt" 1 "${warning}.*MX" '' Untrusted -H tosigned.unsigned.test -M encrypt
check "insecure MX, -M may" 1 "${warning}.*MX" '' Untrusted -H tosigned.unsigned.test -M may
check "insecure MX is critical at dane-only" 2 "$critical" '' - -H tosigned.unsigned.test -l dane-only
check "insecure MX, -M dane, and no record matches" 2 "${critical}mx-mismatch" '' Untrusted -H tomismatch.unsigned.test
check "insecure MX to a host without TLSA warns of the TLSA" 1 "${warning}mx-plain" '' Untrusted -H toplain.unsigned.test

# CNAME: RFC 7672 2.2.2 and 2.2.3.
check "an MX that is an alias: TLSA at its end" 0 "${ok}.*DANE-TA 2 1 1" '' Verified -H alias.signed.test
check "an MX that is an alias: TLSA at the alias" 0 "${ok}.*DANE-EE 3 1 1" '' Verified -H aliasown.signed.test
check "an alias into an unsigned zone: TLSA at the alias" 0 "${ok}.*DANE-EE 3 1 1" '' Verified -H aliasout.signed.test
check "an alias into an unsigned zone without TLSA warns" 1 "$warning" '' Untrusted -H aliasbare.signed.test
check "TLSA behind a secure alias" 0 "${ok}.*DANE-TA 2 1 1" '' Verified -H tlsaalias.signed.test
check "a mail domain that is an alias" 0 "${ok}.*DANE-TA 2 1 1" '' Verified -H domainalias.signed.test

# Which host, which address.
check "IPv6 only" 0 "${ok}mx-v6\.signed\.test\[::1\]:25: Verified" '' Verified -H v6.signed.test
check "both families: IPv6 comes first" 0 "${ok}mx-two\.signed\.test\[::1\]:25" 'nodes=1;' - -H two.signed.test
check "both families: -a ipv4 prefers" 0 "${ok}mx-two\.signed\.test\[127\.0\.25\.1\]:25" '' - -H two.signed.test -a ipv4
check "both families: -4 filters" 0 "${ok}mx-two\.signed\.test\[127\.0\.25\.1\]:25" '' - -H two.signed.test -4
check "both families: -6 filters" 0 "${ok}mx-two\.signed\.test\[::1\]:25" '' - -H two.signed.test -6
check "a dead first MX warns, the second is authenticated" 1 "${warning}.*mx-dead" 'nodes_ok=1' Verified -H deadfirst.signed.test
check "a dead only MX is critical" 2 "${critical}mx-dead\.signed\.test\[127\.0\.25\.99\]:25" '' none -H dead.signed.test
check "a bad second MX is not seen by default" 0 "$ee_line" 'nodes=1' - -H mixed.signed.test
check "null MX" 2 "${critical}.*null" '' none -H null.signed.test
check "no MX: the domain itself" 0 "${ok}implicit\.signed\.test\[127\.0\.25\.1\]:25: Verified by DANE-EE" '' Verified -H implicit.signed.test
check "neither MX nor address" 2 "${critical}.*empty\.signed\.test" '' none -H empty.signed.test
check "an MX that names nothing" 2 "${critical}.*mx-ghost" '' none -H ghost.signed.test
check "NXDOMAIN" 2 "${critical}.*nosuch\.signed\.test" '' none -H nosuch.signed.test
check "--address connects elsewhere and judges as always" 2 "${critical}mx-ee\.signed\.test\[127\.0\.25\.5\]:25" 'tlsa_matched=0' - \
	-H ee.signed.test --address "$SELF"
check "an address literal has no DANE" 0 "$ok" '' - -H "[$GOOD]"
check "an address literal has no DANE: critical at dane-only" 2 "$critical" '' - -H "[$GOOD]" -l dane-only

# The resolver.
check "a resolver over IPv6" 0 "$ee_line" '' - -H ee.signed.test --nameserver "[::1]:$RESOLVER_PORT"
check "a resolver on port 53" 0 "$ee_line" '' - -H ee.signed.test --nameserver "$RESOLVER"
check "a resolver that does not validate is unknown" 3 "${unknown}.*(validat|DNSSEC)" '' - -H ee.signed.test --nameserver "$LAX_RESOLVER"
check "a resolver that does not validate is unknown also without TLSA" 3 "$unknown" '' - -H plain.signed.test --nameserver "$LAX_RESOLVER"
check "a resolver that does not validate will do for level may" 0 "$ok" '' - -H ee.signed.test --nameserver "$LAX_RESOLVER" -l may
check "a resolver that is down is unknown" 3 "${unknown}.*resolver" '' - -H ee.signed.test --nameserver "$NO_RESOLVER"
check "the second resolver helps when the first is down" 0 "$ee_line" '' - -H ee.signed.test \
	--nameserver "$NO_RESOLVER" --nameserver "$RESOLVER"
check "an unsigned probe name makes the resolver look as if it did not validate" 3 "$unknown" '' - \
	-H unsigned.test --dnssec-probe mx:unsigned.test
check "a signed probe name of one's own" 1 "$warning" '' - -H unsigned.test --dnssec-probe mx:ee.signed.test
