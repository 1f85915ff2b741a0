#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The hooks of contrib/hooks as their clients call them, over the real program, with a resolver that knows the next key of one
# domain and not that of the other. Prints TAP; needs no network but loopback.
#
# certbot (certbot/_internal/hooks.py): RENEWED_LINEAGE and RENEWED_DOMAINS in the environment, the command through a shell.
# lego (cmd/hook): LEGO_... (version 4) or LEGO_HOOK_... (version 5) in the environment, the command without a shell.
# acme.sh (_deploy): in a shell of its own sources the file and calls NAME_deploy with domain, key, certificate, CA, full chain
# and PFX; hooks are given one after the other, and one that fails is the last.
src=${srcdir:-..}
program=$(cd plugins && pwd)/check_smtp_tls
hooks=$(cd "$src/contrib/hooks" && pwd)
LC_ALL=C
export LC_ALL
tmp=$(mktemp -d) || exit 1
demo=
trap '[ -z "$demo" ] || kill "$demo" 2>/dev/null; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM HUP
number=0
failed=0

cat >"$tmp/world" <<'END'
zone ready.test. MX 10 mx1.ready.test. AD
zone mx1.ready.test. A 127.0.0.2 AD
zone _25._tcp.mx1.ready.test. TLSA 3 1 1 @spki(good) AD
zone _25._tcp.mx1.ready.test. TLSA 3 1 1 @spki(good2) AD
zone late.test. MX 10 mx1.late.test. AD
zone mx1.late.test. A 127.0.0.3 AD
zone _25._tcp.mx1.late.test. TLSA 3 1 1 @spki(good) AD
END
tests/fake/smtp-tls-demo 1200 "$tmp/world" '@pem(good2)' '@key(good2)' >"$tmp/demo" 2>&1 </dev/null &
demo=$!
tries=100
until grep -q '^DEMO_READY' "$tmp/demo"; do
	tries=$((tries - 1))
	if [ "$tries" -eq 0 ]; then
		echo "Bail out! $(tail -n 1 "$tmp/demo")"
		exit 1
	fi
	sleep 0.1 2>/dev/null || sleep 1
done
# shellcheck disable=SC1091 # made by the line above
. "$tmp/demo"

# What a client leaves: certbot's folder, and the files of the others.
live=$tmp/live/mx1.example.test
mkdir -p "$live"
cp "$DEMO_WORD_1" "$live/fullchain.pem"
cp "$DEMO_WORD_2" "$live/privkey.pem"
cat "$live/privkey.pem" "$live/fullchain.pem" >"$tmp/wanted"

point() { # NAME: $verdict
	number=$((number + 1))
	if $verdict; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		sed 's/^/# /' "$tmp/out" "$tmp/err"
		failed=1
	fi
}

ended() { # CODE
	[ "$code" = "$1" ] || verdict=false
}

says() { # WORDS
	grep -qF -e "$1" "$tmp/err" || verdict=false
}

silent() {
	[ ! -s "$tmp/err" ] || verdict=false
}

installed() {
	cmp -s "$tmp/mail.pem" "$tmp/wanted" && [ -e "$tmp/reloaded" ] || verdict=false
	[ -n "$(find "$tmp/mail.pem" -perm 600 2>/dev/null)" ] || verdict=false
}

untouched() {
	[ "$(cat "$tmp/mail.pem")" = old ] && [ ! -e "$tmp/reloaded" ] || verdict=false
}

# client NAME=VALUE... COMMAND: with nothing but these and the settings in its environment, as from a timer.
client() {
	verdict=true
	rm -f "$tmp/reloaded"
	echo old >"$tmp/mail.pem"
	(cd "$tmp" && exec env -i PATH="$PATH" CHECK_SMTP_TLS="$program" SMTP_TLS_SETTINGS="$tmp/none" SMTP_TLS_INSTALL="$tmp/mail.pem" \
		SMTP_TLS_RELOAD="test -r \"\$SMTP_TLS_CHAIN\" && : >'$tmp/reloaded'" SMTP_TLS_OPTIONS="--nameserver $DEMO_DNS" "$@" \
		>"$tmp/out" 2>"$tmp/err" </dev/null)
	code=$?
}

# Where no setting names the program and no package put it, it comes from PATH.
from_path="$(dirname "$program"):$PATH"
: >"$tmp/m" # a file that "[mx1.ready.test]" would be, were it a pattern

certbot() { # NAME=VALUE...
	client RENEWED_LINEAGE="$live" RENEWED_DOMAINS='mx1.example.test example.test' "$@" sh -c "$hooks/smtp-tls-deploy"
}

certbot SMTP_TLS_DOMAINS=ready.test
ended 0 && silent && installed
point 'certbot: what is covered is installed in one file, and the server told'

certbot SMTP_TLS_DOMAINS=late.test
ended 1 && untouched
says "smtp-tls-deploy: mx1.example.test is not deployed, late.test is not ready for it: SMTP_TLS WARNING"
says 'publish _25._tcp.mx1.late.test. IN TLSA 3 1 1 '
point 'certbot: what is not covered stays out, and the record to publish is told'

certbot SMTP_TLS_DOMAINS='ready.test late.test'
ended 1 && untouched && says 'late.test is not ready'
point 'certbot: every domain has to be ready'

echo old >"$tmp/mail.pem.new"
chmod 644 "$tmp/mail.pem.new"
certbot SMTP_TLS_DOMAINS=ready.test
ended 0 && installed
point 'certbot: what an earlier run left half done has no say in access rights'

certbot SMTP_TLS_DOMAINS=ready.test CHECK_SMTP_TLS= PATH="$from_path"
ended 0 && installed
point 'certbot: the program is found in PATH'

certbot SMTP_TLS_DOMAINS='[mx1.ready.test]'
ended 0 && installed
point 'certbot: a host in brackets is no pattern of file names'

certbot SMTP_TLS_DOMAINS=late.test SMTP_TLS_FOR='other.example.test www.example.test'
ended 0 && silent && untouched
point 'certbot: a certificate that is not the mail server'"'"'s is let pass'

certbot SMTP_TLS_DOMAINS=ready.test SMTP_TLS_FOR='other.example.test mx1.example.test' SMTP_TLS_RELOAD=false
ended 1 && says 'this failed: false'
point 'certbot: a reload that fails is told'

certbot
ended 1 && untouched && says 'SMTP_TLS_DOMAINS is not set'
point 'certbot: without a domain nothing is deployed'

certbot SMTP_TLS_DOMAINS=' 	
'
ended 1 && untouched && says 'SMTP_TLS_DOMAINS is not set'
point 'certbot: blanks are no domain'

for ifs in : t ''; do
	certbot SMTP_TLS_DOMAINS='ready.test late.test' IFS="$ifs"
	ended 1 && untouched
	[ "$ifs" = t ] || says 'late.test is not ready'
	point "certbot: words are what stands between blanks, whatever IFS is (\"$ifs\")"
done

certbot SMTP_TLS_DOMAINS=ready.test CHECK_SMTP_TLS="$tmp/missing"
ended 1 && untouched
point 'certbot: without the program nothing is deployed'

echo 'SMTP_TLS_DOMAINS=ready.test' >"$tmp/settings"
certbot SMTP_TLS_SETTINGS="$tmp/settings"
ended 0 && installed
point 'certbot: settings come from a file'

lego4() {
	client LEGO_ACCOUNT_EMAIL=x@example.test LEGO_CERT_DOMAIN=mx1.example.test LEGO_CERT_PATH="$live/fullchain.pem" \
		LEGO_CERT_KEY_PATH="$live/privkey.pem" "$@" "$hooks/smtp-tls-deploy"
}
lego4 SMTP_TLS_DOMAINS=ready.test
ended 0 && silent && installed
point 'lego 4: what is covered is installed'
lego4 SMTP_TLS_DOMAINS=late.test
ended 1 && untouched && says 'publish _25._tcp.mx1.late.test. IN TLSA 3 1 1 '
point 'lego 4: what is not covered stays out'

client LEGO_CERT_PATH="$live/fullchain.pem" LEGO_CERT_KEY_PATH="$live/privkey.pem" SMTP_TLS_DOMAINS=late.test \
	"$hooks/smtp-tls-deploy"
ended 1 && untouched && says "smtp-tls-deploy: $live/fullchain.pem is not deployed, late.test is not ready"
point 'lego: a certificate without a name is told by its file'
for given in LEGO_CERT_PATH LEGO_CERT_KEY_PATH; do
	client LEGO_CERT_DOMAIN=mx1.example.test "$given=$live/fullchain.pem" SMTP_TLS_DOMAINS=ready.test "$hooks/smtp-tls-deploy"
	ended 1 && untouched && says 'neither RENEWED_LINEAGE (certbot) nor LEGO_CERT_PATH'
	point "lego: $given alone is not enough"
done

client LEGO_HOOK_CERT_NAME=mx1.example.test LEGO_HOOK_CERT_PATH="$live/fullchain.pem" LEGO_HOOK_CERT_KEY_PATH="$live/privkey.pem" \
	SMTP_TLS_DOMAINS=ready.test SMTP_TLS_FOR=mx1.example.test "$hooks/smtp-tls-deploy"
ended 0 && silent && installed
point 'lego 5: what is covered is installed'

client SMTP_TLS_DOMAINS=ready.test "$hooks/smtp-tls-deploy"
ended 1 && untouched && says 'neither RENEWED_LINEAGE (certbot) nor LEGO_CERT_PATH'
point 'by hand and without a certificate: told which variables are needed'

# What acme.sh has for its hooks, as far as this one uses it.
cat >"$tmp/acme" <<'END'
_info() { echo "$*"; }
_err() { echo "$*" >&2; }
_getdeployconf() {
	eval "now=\${$1:-}"
	[ -n "$now" ] || [ ! -r "$CONF" ] || eval "$1=\$(sed -n \"s/^$1='\\(.*\\)'\$/\\1/p\" \"\$CONF\")"
}
_savedeployconf() { printf "%s='%s'\n" "$1" "$2" >>"$CONF"; }
second_deploy() { : >"$RELOADED"; }
for hook in check_smtp_tls second; do
	if ! (
		[ "$hook" = second ] || . "$HOOKS/$hook.sh"
		${hook}_deploy mx1.example.test "$LIVE/privkey.pem" "$LIVE/fullchain.pem" "$LIVE/ca.cer" "$LIVE/fullchain.pem" ''
	); then
		exit 1
	fi
done
END
acme() {
	client HOOKS="$hooks" LIVE="$live" CONF="$tmp/conf" RELOADED="$tmp/reloaded" "$@" sh "$tmp/acme"
}
options="--nameserver $DEMO_DNS"
acme DEPLOY_CHECK_SMTP_TLS_DOMAINS=late.test DEPLOY_CHECK_SMTP_TLS_OPTIONS="$options" DEPLOY_CHECK_SMTP_TLS_PROGRAM="$program"
ended 1 && untouched && says 'publish _25._tcp.mx1.late.test. IN TLSA 3 1 1 '
says 'mx1.example.test is not deployed, late.test is not ready for it: SMTP_TLS WARNING'
point 'acme.sh: the hooks behind do not run for what is not covered'

rm -f "$tmp/conf"
acme DEPLOY_CHECK_SMTP_TLS_DOMAINS=ready.test DEPLOY_CHECK_SMTP_TLS_OPTIONS="$options" DEPLOY_CHECK_SMTP_TLS_PROGRAM="$program"
ended 0 && silent
[ -e "$tmp/reloaded" ] && grep -q 'SMTP_TLS OK' "$tmp/out" || verdict=false
point 'acme.sh: the hooks behind run for what is covered'

acme
ended 0 && silent
[ -e "$tmp/reloaded" ] || verdict=false
point 'acme.sh: a later run finds its settings again'

rm -f "$tmp/conf"
acme DEPLOY_CHECK_SMTP_TLS_DOMAINS='[mx1.ready.test]' DEPLOY_CHECK_SMTP_TLS_OPTIONS="$options" PATH="$from_path"
ended 0 && silent
[ -e "$tmp/reloaded" ] || verdict=false
point 'acme.sh: the program is found in PATH, and a host in brackets is no pattern'

rm -f "$tmp/conf"
acme
ended 1 && says 'DEPLOY_CHECK_SMTP_TLS_DOMAINS is not set'
point 'acme.sh: without a domain nothing is deployed'

rm -f "$tmp/conf"
acme DEPLOY_CHECK_SMTP_TLS_DOMAINS='  ' DEPLOY_CHECK_SMTP_TLS_OPTIONS="$options" DEPLOY_CHECK_SMTP_TLS_PROGRAM="$program"
ended 1 && says 'DEPLOY_CHECK_SMTP_TLS_DOMAINS is not set'
[ ! -e "$tmp/reloaded" ] || verdict=false
point 'acme.sh: blanks are no domain'

echo "1..$number"
exit "$failed"
