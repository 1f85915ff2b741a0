# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# A private certificate authority: root, intermediate, and the leaves that the mail servers present.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by lab.sh. Everything lands in $LAB/tls: NAME.key, NAME.crt, NAME.pem (key + chain).

# The names of all well-behaved mail hosts; wildcards cover one label only (RFC 7672 3.2.3).
CERT_NAMES='DNS:*.signed.test,DNS:*.unsigned.test,DNS:*.optout.test,DNS:*.dslost.test,DNS:*.soon.test'

certs_config() {
	cat >"$1" <<END
[ca]
default_ca = here
[here]
new_certs_dir = $LAB/tls
database = $LAB/tls/index.txt
serial = $LAB/tls/serial
default_md = sha256
policy = any
unique_subject = no
copy_extensions = copy
[any]
commonName = optional
organizationName = optional
[req]
distinguished_name = dn
[dn]
[issuer]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
	: >"$LAB/tls/index.txt"
	echo 01 >"$LAB/tls/serial"
}

# certs_key NAME TYPE: ec, ed25519, or the size of an RSA key.
certs_key() {
	case $2 in
	ec) openssl ecparam -genkey -noout -name prime256v1 -out "$LAB/tls/$1.key" ;;
	ed25519) openssl genpkey -algorithm ED25519 -out "$LAB/tls/$1.key" ;;
	*) openssl genrsa -out "$LAB/tls/$1.key" "$2" ;;
	esac 2>>"$LAB/log/certs.log"
}

certs_subject() {
	case $1 in
	nocn) echo "/O=lab without common name" ;;
	*) echo "/CN=lab $1" ;;
	esac
}

# certs_sign NAME ISSUER SECTION FROM TO [SUBJECTALTNAME]: FROM and TO as YYYYMMDDHHMMSSZ.
certs_sign() {
	sign_name=$1 sign_issuer=$2 sign_section=$3 sign_from=$4 sign_to=$5
	shift 5
	[ $# -eq 0 ] || set -- -addext "subjectAltName=$1"
	openssl req -new -config "$LAB/tls/ca.cnf" -key "$LAB/tls/$sign_name.key" \
		-subj "$(certs_subject "$sign_name")" -out "$LAB/tls/$sign_name.csr" "$@" 2>>"$LAB/log/certs.log" || return 1
	if [ "$sign_issuer" = "$sign_name" ]; then
		set -- -selfsign -keyfile "$LAB/tls/$sign_name.key"
	else
		set -- -cert "$LAB/tls/$sign_issuer.crt" -keyfile "$LAB/tls/$sign_issuer.key"
	fi
	openssl ca -batch -notext -config "$LAB/tls/ca.cnf" -extensions "$sign_section" \
		-startdate "$sign_from" -enddate "$sign_to" -in "$LAB/tls/$sign_name.csr" \
		-out "$LAB/tls/$sign_name.crt" "$@" 2>>"$LAB/log/certs.log"
}

# certs_chain NAME [ISSUER...]: the file that Postfix and Dovecot read, key first.
certs_chain() {
	chain_name=$1
	cat "$LAB/tls/$1.key" >"$LAB/tls/$1.pem"
	for chain_link; do
		cat "$LAB/tls/$chain_link.crt" >>"$LAB/tls/$chain_name.pem"
	done
}

certs_date() {
	date -u -d "$1" +%Y%m%d%H%M%SZ
}

# Files in an order or a form that not everybody can read, and a folder of issuers by hash.
certs_odd() {
	mkdir -p "$LAB/capath" && cp "$LAB/tls/root.crt" "$LAB/capath/$(openssl x509 -in "$LAB/tls/root.crt" -noout -hash).0"
	cat "$LAB/tls/client.crt" "$LAB/tls/client.key" >"$LAB/tls/certfirst.pem"
	cat "$LAB/tls/client.key" "$LAB/tls/leaf.key" "$LAB/tls/client.crt" >"$LAB/tls/twokeys.pem"
	openssl pkey -in "$LAB/tls/client.key" -aes128 -passout pass:secret -out "$LAB/tls/encrypted.pem" &&
		cat "$LAB/tls/client.crt" >>"$LAB/tls/encrypted.pem" &&
		openssl x509 -in "$LAB/tls/inter.crt" -noout -pubkey >"$LAB/tls/inter.pub"
}

certs_make() {
	mkdir -p "$LAB/tls" || return 1
	certs_config "$LAB/tls/ca.cnf"
	now=$(certs_date '-1 hour') later=$(certs_date '+90 days') far=$(certs_date '+3650 days')
	past=$(certs_date '-90 days') yesterday=$(certs_date '-1 day') soon=$(certs_date '+5 days')
	tomorrow=$(certs_date '+1 day')
	for name in root inter leaf expired wrong bare soon notyet nocn client other; do
		certs_key "$name" ec || return 1
	done
	certs_key self 2048 && certs_key rsa 2048 && certs_key small 1024 && certs_key ed25519 ed25519 || return 1
	certs_sign root root issuer "$past" "$far" &&
		certs_sign inter root issuer "$past" "$far" &&
		certs_sign other other leaf "$now" "$later" 'DNS:other.test' &&
		certs_sign leaf inter leaf "$now" "$later" "$CERT_NAMES" &&
		certs_sign rsa inter leaf "$now" "$later" "$CERT_NAMES" &&
		certs_sign small inter leaf "$now" "$later" "$CERT_NAMES" &&
		certs_sign bare inter leaf "$now" "$later" "$CERT_NAMES" &&
		certs_sign soon inter leaf "$past" "$soon" "$CERT_NAMES" &&
		certs_sign expired inter leaf "$past" "$yesterday" "$CERT_NAMES" &&
		certs_sign ed25519 inter leaf "$now" "$later" "$CERT_NAMES" &&
		certs_sign notyet inter leaf "$tomorrow" "$later" "$CERT_NAMES" &&
		certs_sign nocn inter leaf "$now" "$later" "$CERT_NAMES" &&
		certs_sign client inter leaf "$now" "$later" 'DNS:monitor.signed.test' &&
		certs_sign wrong inter leaf "$now" "$later" 'DNS:mail.elsewhere.test' &&
		certs_sign self self leaf "$now" "$later" "$CERT_NAMES" || return 1
	for name in leaf rsa small soon expired wrong ed25519 notyet nocn client; do
		certs_chain "$name" inter root
	done
	certs_chain bare
	certs_chain self
	cat "$LAB/tls/leaf.pem" "$LAB/tls/rsa.pem" >"$LAB/tls/both.pem"
	certs_odd || return 1
	chmod 600 "$LAB"/tls/*.key "$LAB"/tls/*.pem
}

# certs_digest NAME SELECTOR HASH: hex data of a TLSA record; selector 0 the certificate, 1 its key.
certs_digest() {
	if [ "$2" = 1 ]; then
		openssl x509 -in "$LAB/tls/$1.crt" -noout -pubkey | openssl pkey -pubin -outform DER
	else
		openssl x509 -in "$LAB/tls/$1.crt" -outform DER
	fi | openssl dgst "-$3" -r | cut -d' ' -f1
}
