# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Trust, names, fingerprints, protocols, ciphers, client certificates, logging.
# shellcheck shell=sh disable=SC2034,SC2154

root=$LAB/tls/root.crt
plain=plain.signed.test

# Trust and names.
same -c -l may $plain
same -c -l encrypt $plain
same -c -l encrypt -F "$root" $plain
same -c -l encrypt -F "$root" -L untrusted,summary wrongta.signed.test
same -c -l encrypt -L untrusted,summary $plain
same -c -l may $plain some.name
same -c -l none $plain some.name
same -c -l secure $plain
same -c -l secure -L none $plain
same -c -l secure -F "$root" $plain
same -c -l verify -F "$root" $plain
same -c -l verify $plain
same -c -l verify -F "$root" $plain nexthop
same -c -l verify -F "$root" $plain HostName
same -c -l secure -F "$root" $plain mail.elsewhere.test
same -c -l secure -F "$root" $plain mx-plain.signed.test
same -c -l secure -F "$root" $plain nexthop dot-nexthop hostname
same -c -l secure -F "$root" $plain .signed.test
same -c -l secure -F "$root" $plain .test
same -c -l secure -F "$root" $plain a.example,b.example
same -c -l secure -F "$root" $plain .
same -c -l secure -F "$root" $plain . mx-plain.signed.test
same -c -l secure -F "$root" wrongta.signed.test
same -c -l secure -F "$root" wrongta.signed.test mail.elsewhere.test
same -c -l secure -F "$root" wrongta.signed.test MAIL.ElseWhere.Test
same -c -l secure wrongta.signed.test
same -c -l secure -F "$root" expta.signed.test
same -c -l secure -F "$root" notyetta.signed.test
same -c -l secure -F "$root" tanotsent.signed.test
same -c -l secure -F "$root" self.signed.test
same -c -l secure -F "$root" nocn.signed.test
same -c -l secure -F "$root" "[$GOOD]"
same -c -l verify -F "$root" "[$GOOD]"
same -c -l secure -F "$LAB/tls/other.crt" $plain
same -c -l secure -F /nonexistent.pem $plain
same -l secure -F /nonexistent.pem $plain
same -c -l secure -F "$LAB/finger/main.cf" $plain
same -c -l secure -P /nonexistent $plain
same -c -l secure -P "$LAB/capath" $plain
same -c -l encrypt -P "$LAB/capath" $plain
same -c -l secure -A "$root" $plain
same -c -l secure -A "$LAB/tls/inter.crt" $plain
same -c -l verify -A "$LAB/tls/leaf.crt" $plain
same -c -l secure -A "$LAB/tls/leaf.crt" $plain other.example
same -c -l secure -A "$LAB/tls/other.crt" $plain
same -c -l secure -A "$LAB/tls/other.crt" -F "$root" $plain
same -c -l secure -A "$LAB/tls/other.crt" -A "$root" $plain
same -c -l secure -A "$LAB/tls/inter.pub" $plain
same -c -l secure -L dane,summary -A "$LAB/tls/inter.pub" $plain
same -c -l secure -L dane,summary -A "$LAB/tls/inter.crt" $plain
same -c -l secure -A /nonexistent.pem $plain
same -c -l secure -A "$LAB/finger/main.cf" $plain
same -c -l secure -A "$LAB/tls/leaf.key" -F "$root" $plain
same -c -A /nonexistent.pem $plain
same -c -l encrypt -A /nonexistent.pem $plain
same -c -l secure -A "$root" expta.signed.test

# Fingerprints.
leaf_cert=$(openssl x509 -in "$LAB/tls/leaf.crt" -noout -fingerprint -sha256 | sed 's/.*=//')
leaf_key=$(certs_digest leaf 1 sha256)
leaf_sha1=$(openssl x509 -in "$LAB/tls/leaf.crt" -noout -fingerprint -sha1 | sed 's/.*=//')
leaf_md5=$(openssl x509 -in "$LAB/tls/leaf.crt" -noout -fingerprint -md5 | sed 's/.*=//')
same -c -l fingerprint $plain "$leaf_cert"
same -c -l fingerprint $plain "$leaf_key"
same -c -l fingerprint $plain "$(certs_digest other 1 sha256)"
same -c -l fingerprint $plain "$(certs_digest other 1 sha256)" "$leaf_key"
same -c -l fingerprint -d sha1 $plain "$leaf_sha1"
same -c -l fingerprint -d SHA512 $plain "$(certs_digest leaf 1 sha512)"
same -c -l fingerprint -d md5 $plain "$leaf_md5"
same -c -l fingerprint -o smtp_tls_fingerprint_digest=sha1 $plain "$leaf_sha1"
same -c -l fingerprint $plain "$leaf_sha1"
same -c -l fingerprint $plain abc
same -c -l fingerprint $plain xyz
same -c -l fingerprint $plain "$(printf '%0400d' 7)"
same -c -l fingerprint $plain
same -c -l fingerprint -F "$root" $plain
same -c -l fingerprint expta.signed.test "$(certs_digest expired 1 sha256)"
same -c -l fingerprint -o compatibility_level=3.5 $plain "$leaf_md5"
same -c -d sha1 $plain
same -c -d sha512 ee.signed.test

# Protocols, ciphers, groups.
same -c -l may -p '!TLSv1.3' $plain
same -c -l may -p TLSv1.2 $plain
same -c -l may -p '<=TLSv1.2' $plain
same -c -l may -p 'TLSv1.2:TLSv1.3' $plain
same -c -l may -p '>=0304' $plain
same -c -l may -p '>=TLSv1.3, <=TLSv1.2' $plain
same -c -l may -p '>=0399' $plain
same -c -l may -p '<=0x0399' $plain
same -c -l may -p '>=None' $plain
same -c -l may -p '' $plain
same -c -l may -p '>= TLSv1.2' $plain
same -c -l may -p '>=TLSv1.3' tls12.signed.test
same -c -p 'tlsv1.2' ee.signed.test
same -c -l may oldtls.signed.test
same -c -l encrypt oldtls.signed.test
same -c -l secure -F "$root" oldtls.signed.test
same -l may anon.signed.test
same -c -l may -L none anon.signed.test
same -C -c -l may anon.signed.test
same -c -l secure -F "$root" anon.signed.test
same -c -l may -g high -L verbose tls12.signed.test
same -c -l may -g MEDIUM -L verbose tls12.signed.test
same -c -l may -g null tls12.signed.test
same -c -l secure -g null tls12.signed.test
same -c -l may -g low tls12.signed.test
same -c -l may -g export tls12.signed.test
same -c -l may -L verbose -o tls_medium_cipherlist=AES128 tls12.signed.test
same -c -l may -o tls_medium_cipherlist= tls12.signed.test
same -c -l may -o tls_medium_cipherlist=nosuch tls12.signed.test
same -c -l may -o tls_eecdh_auto_curves=prime256v1 $plain
same -c -l may -o tls_eecdh_auto_curves=nosuch,secp384r1 $plain
same -c -l may -o tls_eecdh_auto_curves=nosuch $plain
same -c -l may -o tls_eecdh_auto_curves='X448 X448' $plain
same -c -l may -o smtp_tls_exclude_ciphers=AES256-GCM-SHA384 -o smtp_tls_mandatory_protocols=TLSv1.2 $plain
same -c -l may -o smtp_tls_CAfile="$root" -o smtp_tls_security_level=secure $plain
same -c -l may -o tls_ssl_options=nosuch $plain
same -c -l may -o tls_ssl_options=NO_TICKET,0x4000 tls12.signed.test
same -c -l may -o tls_disable_workarounds=0xFFFFFFFF $plain
same -c -l may -o tls_config_file=none $plain
same -c -l may -o tls_config_file=relative.cnf $plain
same -c -l may -o tls_config_file=/nonexistent.cnf $plain
same -c -l may -o tls_config_file=/etc/ssl/openssl.cnf $plain
same -c -l may -o tls_config_name=nosuch $plain
same -c -l may -o tls_config_file=/etc/ssl/openssl.cnf -o tls_config_name=nosuch $plain
same -c -l may -o tls_fast_shutdown_enable=no $plain
same -c -w -l may "[$GOOD]:465"
same -w -F /nonexistent.pem -l secure "[$GOOD]:465"

# SNI.
same -c -l may -L debug -s hostname $plain
same -c -l may -L debug -s nexthop $plain
same -c -l may -L debug -s Hostname $plain
same -c -l may -L debug -s some.example.com $plain
same -c -l may -s "$(printf '%0300d' 0)" $plain

# Client certificates.
asks="mx-asks.signed.test"
client="$LAB/tls/client.pem" # key, certificate, issuers
same -c -l may -H "$client" "[$asks]"
same -c -l may -k "$client" "[$asks]"
same -c -l may -K "$client" "[$asks]"
same -c -l may -k "$LAB/tls/client.crt" -K "$LAB/tls/client.key" "[$asks]"
same -c -l may -H "$client,$LAB/tls/rsa.pem" "[$asks]"
same -c -l may -H "$LAB/tls/rsa.pem" "[$asks]"
same -c -l may -H "$LAB/tls/ed25519.pem" "[$asks]"
same -c -l may -p TLSv1.2 -H "$client" "[$asks]"
same -c -l may -H /nonexistent.pem "[$asks]"
same -c -l may -k /nonexistent.pem "[$asks]"
same -c -l may -k "$LAB/tls/client.crt" -K /nonexistent.pem "[$asks]"
same -c -l may -k "$LAB/tls/client.crt" -K "$LAB/tls/leaf.key" "[$asks]"
same -c -l may -k "$LAB/tls/client.crt" -K "$LAB/tls/rsa.key" "[$asks]"
same -c -l may -H "$LAB/tls/client.crt" "[$asks]"
same -c -l may -H "$LAB/tls/client.key" "[$asks]"
same -c -l may -H "$root" "[$asks]"
same -c -l may -H "$LAB/finger/main.cf" "[$asks]"
same -c -l may -H "$LAB/tls/twokeys.pem" "[$asks]"
same -c -l may -k "$LAB/tls/certfirst.pem" "[$asks]"
same -c -l may -H "$LAB/tls/certfirst.pem" "[$asks]"
same -c -l may -H "$LAB/tls/encrypted.pem" "[$asks]"
same -c -l may -k "$LAB/tls/twokeys.pem" "[$asks]"

# Logging words.
for words in 0 1 2 3 none routine summary ROUTINE untrusted peercert certmatch verbose cache dane ssl-debug \
	none,summary '' ssl-handshake-packet-dump cache,verbose summary,certmatch; do
	same -L "$words" ta.signed.test
done
same -L 4 tls12.signed.test
same -L ssl-session-packet-dump tls12.signed.test
same -L debug $plain
same -L debug mismatch.signed.test
same -L debug tls12.signed.test
same -L debug oldtls.signed.test
same -L verbose rsa.signed.test
same -L verbose tanotsent.signed.test

# The chain.
same -C ta.signed.test
same -c -C -d sha1 self.signed.test
same -c -C -L none rsa.signed.test
same -C -l may oldtls.signed.test
same -C -F "$root" -l secure tanotsent.signed.test
same -C -w "[$GOOD]:465"
same -C -S lmtp.signed.test
same -C -c nocn.signed.test
