#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# smtp-tls-report: every golden JSON becomes a page in which nothing but the program's own markup is; what it reads
# and writes. TAP.
top=${srcdir:-.}
program=plugins/smtp-tls-report
python3 -c 'import sys; sys.exit(sys.version_info < (3, 6))' 2>/dev/null || {
	echo "1..0 # SKIP there is no python3"
	exit 0
}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0

holds() { # NAME COMMAND...
	n=$((n + 1))
	name=$1
	shift
	if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}

# What the other prints is one point here: its own points are shown when one fails.
holds "pages of what the program prints" sh -c '"$@" >"$0" || { grep -A 5 "^not ok" "$0" | sed "s/^/# /"; exit 1; }' \
	"$tmp/points" python3 "$top/tests/report/check_page.py" "$program" "$top"/tests/golden/*.json

run() { # WANTED ARGUMENT...: exit code; output and error in files
	wanted=$1
	shift
	"$program" "$@" >"$tmp/out" 2>"$tmp/err"
	[ $? = "$wanted" ]
}

verdict() { # DOMAIN STATE TIME
	printf '{"schema":1,"domain":"%s","state":"%s","time":"%s","summary":"seen %s"}\n' "$1" "$2" "$3" "$3"
}

{
	verdict a.test CRITICAL 2027-01-02T00:00:00Z
	verdict a.test OK 2027-01-01T00:00:00Z
	verdict b.test OK 2027-01-03T00:00:00Z
} >"$tmp/two"
holds "the newest verdict of a domain counts" run 0 "$tmp/two"
holds "there are two domains" grep -q '<h1>Mail TLS of 2 domains' "$tmp/out"
holds "the older verdict is gone" test "$(grep -c 'seen 2027-01-01' "$tmp/out")" = 0
holds "the same input gives the same page" sh -c '"$1" "$2" | cmp -s - "$3"' sh "$program" "$tmp/two" "$tmp/out"
printf 'no json\n[1]\n{"domain":"c.test"}\n\n' | cat - "$tmp/two" >"$tmp/spoiled"
holds "lines that are none are told" run 1 "$tmp/spoiled"
holds "and counted" grep -q '3 lines could not be read' "$tmp/out"
holds "what was refused is told" sh -c \
	'plugins/check_smtp_tls --output-format=json --foo | "$0" | grep -q "unknown option --foo"' "$program"
holds "nothing to show" run 3 /dev/null
holds "says so" grep -q 'no verdict' "$tmp/err"
holds "a missing file" run 3 "$tmp/missing"
holds "is named" grep -q "$tmp/missing: No such file" "$tmp/err"
holds "a wrong option" run 2 --foo
holds "a wrong number" run 2 --most=-1
printf old >"$tmp/page"
holds "a page in a file" run 0 -o "$tmp/page" --title 'A & B' "$tmp/two"
holds "is whole" grep -q '<h1>A &amp; B</h1>' "$tmp/page"
holds "and nothing is left beside it" test "$(find "$tmp" -name '.smtp*' | wc -l)" = 0
holds "--most leaves details out" run 0 --most=1 "$tmp/two"
holds "and says so" grep -q 'details of 1 more' "$tmp/out"
holds "the version" run 0 --version
holds "is that of the package" grep -q "^smtp-tls-report $("plugins/check_smtp_tls" --version | sed 's/.* v\([^ ]*\) .*/\1/')$" "$tmp/out"
if [ -e /dev/full ]; then
	holds "a full disk" sh -c '"$0" "$1" >/dev/full 2>"$2"; [ $? = 3 ]' "$program" "$tmp/two" "$tmp/err"
fi
echo "1..$n"
