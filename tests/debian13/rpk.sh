#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Raw public keys (RFC 7250): both programs and posttls-finger against openssl s_server, which offers one in
# place of its certificate. Usage: rpk.sh FOLDER-OF-PROGRAMS; as root; needs OpenSSL 3.2. Prints TAP.
set -u
LC_ALL=C
export LC_ALL
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "${1:?"usage: rpk.sh FOLDER-OF-PROGRAMS"}" && pwd)
if [ -z "${RPK_INSIDE:-}" ]; then
	RPK_INSIDE=1
	export RPK_INSIDE
	exec timeout -k 10 170 unshare -n sh "$here/rpk.sh" "$programs"
fi

if ! openssl s_server -help 2>&1 | grep -q enable_server_rpk; then
	echo "1..0 # SKIP openssl here knows no raw public keys"
	exit 0
fi
lab=$(mktemp -d "${TMPDIR:-/tmp}/rpk.XXXXXX") || exit 1
server=
finish() {
	[ -z "$server" ] || kill "$server" 2>/dev/null
	rm -rf "$lab"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$lab"
cd "$lab" || exit 1
ip link set lo up || exit 1
mkdir config
printf 'compatibility_level = 3.6\nmyhostname = monitor.example.test\nmaillog_file =\n' >config/main.cf
MAIL_CONFIG=$lab/config
export MAIL_CONFIG
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem \
	-subj /CN=mx.example.test -days 30 2>/dev/null || exit 1
digest=$(openssl pkey -in key.pem -pubout -outform DER | openssl sha256 -r | cut -d' ' -f1)
wrong=$(echo "$digest" | tr 0-9a-f 1-9a-f0)

# What the server says; its standard input is what the client said.
talk() {
	printf '220 mx.example.test ESMTP\r\n'
	while IFS= read -r line; do
		case $line in
		[EL]HLO*) printf '250 mx.example.test\r\n' ;;
		QUIT*) printf '221 bye\r\n' ;;
		esac
	done
}

# serve ARGUMENT...: one connection, TLS from its first byte.
port=4465
serve() {
	rm -f said && mkfifo said
	port=$((port + 1))
	talk >said <heard &
	openssl s_server -quiet -accept "$port" -naccept 1 -cert cert.pem -key key.pem "$@" <said >heard 2>server.err &
	server=$!
	tries=0
	until ss -Hltn "sport = :$port" | grep -q .; do
		tries=$((tries + 1))
		[ $tries -lt 50 ] || return 1
		sleep 0.1
	done
}

unserve() {
	kill "$server" 2>/dev/null
	wait 2>/dev/null
	server=
}

points=0 failures=0 status=1 match=
point() { # NAME STATUS: 0 is good
	points=$((points + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $points - $1"
	else
		failures=$((failures + 1))
		echo "not ok $points - $1"
		sed 's/^/# /' out.* server.err 2>/dev/null
	fi
}

# ask PROGRAM RPK ARGUMENT...: its output goes to out.PROGRAM, ports all the same. The default of the groups
# is another in Postfix 3.10 than in 3.12.
mkfifo heard
ask() {
	program=$1 offer=$2
	shift 2
	path=$programs/$program
	[ "$program" != posttls-finger ] || path=posttls-finger
	if [ "$offer" = rpk ]; then serve -enable_server_rpk; else serve; fi || return 1
	case $program in
	check_smtp_tls) timeout -k 2 20 "$path" -v -H '[127.0.0.1]' -p "$port" "$@" >raw.out 2>&1 </dev/null ;;
	*) timeout -k 2 20 "$path" -o tls_eecdh_auto_curves=X25519 -w -t 5 -T 5 "$@" >raw.out 2>&1 </dev/null ;;
	esac
	status=$?
	unserve
	sed "s/$port/PORT/g; s/^[a-z-]*-finger: //" raw.out >"out.$program"
}

# beside NAME RPK PATTERN ARGUMENT... [-- MATCH...]: smtp-tls-finger says what posttls-finger says, and the
# pattern is there.
beside() {
	name=$1 offer=$2 pattern=$3
	shift 3
	rm -f out.*
	ask posttls-finger "$offer" "$@" "[127.0.0.1]:$((port + 1))" $match
	ask smtp-tls-finger "$offer" "$@" "[127.0.0.1]:$((port + 1))" $match
	same=0
	cmp -s out.posttls-finger out.smtp-tls-finger || same=1
	grep -Eq "$pattern" out.smtp-tls-finger || same=1
	point "$name" $same
	match=
}

# judged NAME RPK STATUS PATTERN ARGUMENT...: the plugin's exit code and what it says.
judged() {
	name=$1 offer=$2 wanted=$3 pattern=$4
	shift 4
	rm -f out.*
	ask check_smtp_tls "$offer" --wrapper "$@"
	good=0
	[ "$status" -eq "$wanted" ] || good=1
	grep -Eiq -- "$pattern" out.check_smtp_tls || good=1
	point "$name" $good
}

echo "TAP version 13"
beside "-x at encrypt asks for a raw key" rpk 'raw public key fingerprint=' -x -l encrypt
beside "-x at may too" rpk 'raw public key fingerprint=' -x -l may
beside "without -x it is a certificate" rpk 'cert fingerprint=' -l encrypt
beside "-x and a server without raw keys" plain 'cert fingerprint=' -x -l encrypt
beside "-x at secure is a certificate" rpk 'cert fingerprint=' -x -l secure
match=$digest
beside "-x at fingerprint matches the key" rpk '^Verified TLS' -x -l fingerprint
match=$wrong
beside "-x at fingerprint refuses another key" rpk '^Untrusted TLS' -x -l fingerprint
match=$digest
beside "fingerprint of the key in a certificate" rpk '^Verified TLS' -l fingerprint
beside "-C has no chain of a raw key" rpk 'raw public key' -C -x -l encrypt
beside "-L verbose tells how it was verified" rpk 'raw public key' -L verbose,summary -x -l encrypt
judged "--enable-rpk at encrypt" rpk 0 'raw public key' --enable-rpk -l encrypt
judged "--enable-rpk and a server without raw keys" plain 0 'OK' --enable-rpk -l encrypt
judged "--enable-rpk at fingerprint matches the key" rpk 0 'OK' --enable-rpk -l fingerprint --match "$digest"
judged "--enable-rpk at fingerprint refuses another" rpk 2 'CRITICAL' --enable-rpk -l fingerprint --match "$wrong"
judged "without --enable-rpk it is a certificate" rpk 0 'OK' -l encrypt
echo "1..$points"
[ "$failures" -eq 0 ]
