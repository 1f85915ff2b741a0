#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Every option with everything that can be wrong about it, over the real program: one UNKNOWN line
# that names option, value and what is allowed, exit code 3, nothing on standard error. Then what
# happens when standard output cannot be written. Prints TAP; needs no network.
program=${CHECK_SMTP_TLS:-plugins/check_smtp_tls}
LC_ALL=C
export LC_ALL
set -f
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
: >"$tmp/out"
number=0
failed=0

point() { # TRUE|FALSE NAME
	number=$((number + 1))
	if "$1"; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		sed 's/^/# /' "$tmp/out" "$tmp/err"
		failed=1
	fi
}

# refused NAME WORD... -- ARGUMENT...: the line must have all the words. Nothing but the program is started.
newline='
'
refused() {
	name=$1
	words=
	shift
	while [ "$1" != -- ]; do
		words=$words$1$newline
		shift
	done
	shift
	"$program" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	code=$?
	verdict=true
	[ "$code" = 3 ] || verdict=false
	[ ! -s "$tmp/err" ] || verdict=false
	{
		IFS= read -r line || verdict=false
		! IFS= read -r rest && [ -z "$rest" ] || verdict=false
	} <"$tmp/out"
	case $line in
	*'|'*) verdict=false ;;
	'SMTP_TLS UNKNOWN - '*) ;;
	*) verdict=false ;;
	esac
	IFS=$newline
	for word in $words; do
		case $line in *"$word"*) ;; *) verdict=false ;; esac
	done
	unset IFS
	point $verdict "$name"
}

holds() { # NAME COMMAND...
	name=$1
	shift
	if "$@"; then point true "$name"; else point false "$name"; fi
}

exits() { # CODE WANTED NAME: what was just run
	holds "$3" test "$1,$(wc -c <"$tmp/err")" = "$2,0"
}

# shellcheck disable=SC2317 # called by holds
lacks() { # FILE WORD
	! grep -q -F -e "$2" "$1"
}

# metrics NAME LABELS REASON ARGUMENT...: of what is refused they have the domain, and standard error the reason.
metrics() {
	name=$1 labels=$2 reason=$3
	shift 3
	"$program" "$@" --output-format=openmetrics >"$tmp/out" 2>"$tmp/err" </dev/null
	code=$?
	holds "metrics of $name say whose they are" grep -q -x -F -e "smtp_tls_state$labels 3" "$tmp/out"
	holds "metrics of $name: the reason is one line" test "$code,$(grep -c -F -e "check_smtp_tls: $reason" "$tmp/err")" = 3,1
	holds "metrics of $name: and the only one" test "$(wc -l <"$tmp/err"),$(tail -n 1 "$tmp/out")" = '1,# EOF'
}

metrics 'a wrong value' '{domain="good.example.test"}' '--level: unknown value "foo"' --level=foo -H Good.Example.Test.
metrics 'an unknown option' '{domain="[mx.test]:25"}' 'unknown option --nonsense' --nonsense -H '[mx.test]:25'
metrics 'a bad destination' '{domain="a..b"}' '--hostname: "a..b"' -H a..b
metrics 'a missing file' '{domain="a.test"}' '--cafile' -H a.test --level=verify --cafile="$tmp/none"
metrics 'no destination' '' '--hostname is missing'

"$program" --help >"$tmp/first" 2>"$tmp/err"
exits $? 3 "--help exits with 3"
holds '--help shows twelve options' test "$(grep -c '^ -' "$tmp/first")" = 12
holds '--help says how to see all' grep -q -e '--help=all' "$tmp/first"
"$program" --help=all >"$tmp/help" 2>"$tmp/err"
exits $? 3 "--help=all exits with 3"
"$program" --help=table >"$tmp/table" 2>"$tmp/err"
exits $? 3 "--help=table exits with 3"
holds '--help=table has five columns' test "$(awk -F'\t' 'NF != 5 || $2 !~ /^--/' "$tmp/table" | wc -l)" = 0
sed -n 's/^ \(-[A-Za-z0-9], \)*\(--[a-z0-9-]*\)=.*/\2/p' "$tmp/help" | sort -u >"$tmp/valued"
sed -n 's/^ *\(-[A-Za-z0-9], \)*\(--[a-z0-9-]*\)\(, --[a-z]*\)*$/\2/p' "$tmp/help" | sort -u >"$tmp/flags"
holds '--help lists options with values' test "$(wc -l <"$tmp/valued")" -gt 25
holds '--help lists options without values' test "$(wc -l <"$tmp/flags")" -gt 8

while read -r option; do
	refused "$option refuses an empty value" "$option" empty macro -- -H a.test "$option" ''
	refused "$option= refuses an empty value" "$option" empty macro -- -H a.test "$option="
	refused "$option wants a value" "$option" missing expected -- -H a.test "$option"
	refused "$option does not take an option for its value" "$option" '"-v"' "$option=-v" -- \
		-H a.test "$option" -v
done <"$tmp/valued"
while read -r option; do
	case $option in --help | --version) continue ;; esac
	refused "$option takes no value" "$option" 'takes no value' '"x"' -- -H a.test "$option=x"
done <"$tmp/flags"

# Files: missing, a directory, empty, and garbage in PEM's clothes.
missing=$tmp/missing.pem
garbage=$tmp/garbage.pem
empty=$tmp/empty.pem
printf -- '-----BEGIN CERTIFICATE-----\nnot base64 at all\n-----END CERTIFICATE-----\n' >"$garbage"
: >"$empty"
for option in --cafile --trust-anchor; do
	refused "$option refuses a missing file" "$option" "$missing" 'No such file' PEM -- \
		-H '[127.0.0.1]' -l verify "$option" "$missing"
	refused "$option refuses a directory" "$option" "$tmp" 'a directory' PEM -- \
		-H '[127.0.0.1]' -l verify "$option" "$tmp"
	refused "$option refuses garbage" "$option" "$garbage" PEM -- \
		-H '[127.0.0.1]' -l verify "$option" "$garbage"
	refused "$option refuses an empty file" "$option" "$empty" PEM -- \
		-H '[127.0.0.1]' -l verify "$option" "$empty"
	refused "$option refuses garbage also with --exit-ok" "$option" PEM -- \
		-H '[127.0.0.1]' -l verify --exit-ok "$option" "$garbage"
	if [ "$(id -u)" != 0 ]; then
		chmod 0 "$empty"
		refused "$option refuses an unreadable file" "$option" "$empty" 'Permission denied' -- \
			-H '[127.0.0.1]' -l verify "$option" "$empty"
		chmod 644 "$empty"
	fi
done
refused '--capath refuses a missing directory' --capath "$tmp/none" 'No such file' directory -- \
	-H '[127.0.0.1]' -l verify --capath "$tmp/none"
refused '--capath refuses a file' --capath "$garbage" 'ot a directory' -- \
	-H '[127.0.0.1]' -l verify --capath "$garbage"
refused '-P does not repeat what may be a password' --capath 'not shown' -- \
	-H '[127.0.0.1]' -l verify -P hunter2
holds 'no password in the output' lacks "$tmp/out" hunter2

# What other programs and shells make of arguments.
refused 'a letter with = says how' -l 'without "="' '--level=may' -- -H a.test -l=may
refused 'an option and its value in one argument' '"--level dane"' '--level=dane' -- -H a.test '--level dane'
refused 'a word of that kind that is no option' '--levle dane' 'unknown option' -- -H a.test '--levle dane'
refused 'a range needs a digit before the dot' --warning '".5"' 'digits before and behind' -- -H a.test -w .5
refused 'and one behind it' --warning '"1."' 'digits before and behind' -- -H a.test -w 1.
refused 'and not too many' --warning 'too many digits' -- -H a.test -w 999999999999999999999999
refused 'a port of a resolver that is none' --nameserver 127.0.0.1:99999 '1 to 65535' -- -H a.test --nameserver 127.0.0.1:99999

# One bad value each; the rest of the table is in test_options_refused.c.
while IFS='~' read -r option value allowed; do
	refused "$option refuses $value" "$option" "$value" "$allowed" -- -H a.test "$option=$value"
done <<'END'
--port~65536~65535
--port~nosuchservice~service
--address-family~ipx~any ipv4 ipv6
--address~a.test~192.0.2.1
--helo~-a~host name
--level~halfdane~dane-only
--digest~md9~sha256
--servername~a..b~nexthop
--ciphers~low~high
--protocols~TLSv2~TLSv
--min-protocol~SSLv9~TLSv1.2
--insecure-mx-policy~no~encrypt
--nameserver~a.test~ADDRESS
--host-lookup~files~native
--dnssec-probe~xx:a.test~ns
--warning~1e3~10:20
--critical~20:10~10:20
--certificate~1w~W[,C]
--mta-sts~fetch~off dns check require
--min-key~rsa:~rsa:2048,ec:256
--expect-ehlo~clear:~REQUIRETLS
--forbid-ehlo~A B~clear:AUTH
--expect-security~mta~dane-ee dane-ta dane pkix sts tls
--rrsig~7,14~W[,C]
--at~14d~+14d
--at~+14~+36h
--at~+99999d~+14d
--at~2027-13-01~2027-01-31
--at~2027-02-30~2027-01-31
--at~2027-01-31T12:00Z~2027-01-31T12:00:00Z
--at~2027-01-31T12:60:00Z~UTC
--next~/nonexistent/next.pem~No such file
--next~/dev/null~not a regular file
--next~/~is a directory
--state~no-such-finding~=STATE
--timeout~1h~500ms
--timeout-result~perhaps~critical
--connect-timeout~0~500ms
--greeting-timeout~1.5~whole number
--command-timeout~-1~500ms
--dns-timeout~x~500ms
--output-format~xml~line json openmetrics
--perfdata~some~ranges plain none
END
dd if=/dev/zero of="$tmp/long" bs=1024 count=257 2>/dev/null
refused '--next refuses a file that is too long' --next 'longer than 256 KiB' -- -H a.test --next "$tmp/long"
: >"$tmp/empty"
refused '--next is for names' --next 'has no TLSA records' -- -H '[192.0.2.1]' --next "$tmp/empty"
refused '--next is for DANE' --next 'dane dane-only' -- -H a.test -l verify --next "$tmp/empty"
set -- -H a.test
for n in 1 2 3 4 5 6 7 8 9; do
	set -- "$@" --next "$tmp/empty"
done
refused '--next refuses a ninth file' --next 'at most 8 files' -- "$@"
set --
for option in '--address=192.0.2.1' '--reconnect=1' '--key-types' '--print-chain' '--expect=x' '--expect-security=tls' \
	'--expect-ehlo=PIPELINING' '--min-protocol=TLSv1.3' '--min-key=rsa:4096' '--sender-view'; do
	refused "--dns-only and $option" --dns-only "${option%%=*}" 'exclude each other' -- -H a.test --dns-only "$option"
done
mkdir "$tmp/pipe"
mkfifo "$tmp/pipe/main.cf"
refused '--mail-config refuses a pipe' --mail-config "$tmp/pipe/main.cf" 'is a pipe' -- \
	-H a.test --mail-config "$tmp/pipe"
refused '--state refuses an unknown finding' --state '"nothing"' --list-findings -- \
	-H a.test --state nothing=ok
refused '--state refuses an unknown state' --state '"fine"' critical -- \
	-H a.test --state tlsa-missing=fine
refused 'unknown text in the message is harmless' '--hostname' -- -H 'a|b<script>[CRITICAL]'
refused 'a line break in a value stays in its line' '--level' '%0A' -- -H a.test -l 'may
SMTP_TLS OK'

# Standard output.
if [ -c /dev/full ]; then
	"$program" --version >/dev/full 2>"$tmp/err"
	exits $? 3 'a full standard output is exit code 3'
	"$program" -H '[127.0.0.1]:1' -l none --exit-ok >/dev/full 2>"$tmp/err"
	exits $? 3 'a full standard output is exit code 3 also with --exit-ok'
fi
# A file that may not grow: with room for so much, the line has been read or not. What a build for coverage writes in the
# end is not to be cut, too.
with_room() { # OCTETS EXPECTED NAME ARGUMENT...
	room=$1 expected=$2 title=$3
	shift 3
	(
		trap '' XFSZ
		ulimit -f 4
		head -c 100000 /dev/zero >"$tmp/full" 2>/dev/null
		head -c "$(($(wc -c <"$tmp/full") - room))" /dev/zero >"$tmp/file"
		GCOV_PREFIX=$tmp/gcov exec "$program" -H '[127.0.0.1]:1' -l none --exit-ok --perfdata=none "$@" >>"$tmp/file" 2>/dev/null
	)
	holds "$title" test $? = "$expected"
}
"$program" -H '[127.0.0.1]:1' -l none --exit-ok --perfdata=none >"$tmp/out"
length=$(head -n 1 "$tmp/out" | wc -c)
with_room 20 3 'a line that is cut is exit code 3'
with_room $((length - 1)) 3 'also at its end' -v
with_room "$length" 0 'a line that is there has its exit code, whatever is lost behind it' -v
with_room 200 3 'of metrics no line is enough' --output-format=openmetrics
with_room 200 3 'JSON that is cut is exit code 3' --output-format=json
"$program" -H '[127.0.0.1]:1' -l none --exit-ok >&- 2>"$tmp/err"
exits $? 3 'a closed standard output is exit code 3'
"$program" -H '[127.0.0.1]:1' -l none --exit-ok >"$tmp/out" 2>"$tmp/err"
exits $? 0 'the same run with a good standard output is exit code 0 with --exit-ok'
env -i "$program" -H '[127.0.0.1]:1' -l none >"$tmp/out" 2>&- <&-
exits $? 2 'a refused connection is CRITICAL without environment, input and error output'
holds 'and says so' grep -q '^SMTP_TLS CRITICAL - ' "$tmp/out"

echo "1..$number"
exit $failed
