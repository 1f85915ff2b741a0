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

# As it was: GOLDEN_UPDATE=1 writes it anew, to be read before it is committed.
"$program" - <"$top/tests/report/example.json" >"$tmp/page" 2>"$tmp/err"
if [ -n "${GOLDEN_UPDATE:-}" ]; then cp "$tmp/page" "$top/tests/report/example.golden"; fi
holds "the page of an example is as it was" sh -c 'diff "$0" "$1" | cut -c 1-300 | sed "s/^/# /" | head -n 10; cmp -s "$0" "$1"' \
	"$top/tests/report/example.golden" "$tmp/page"
holds "and tells what it could not read" grep -q 'line 10 of standard input: not JSON' "$tmp/err"

# One interpreter for most runs. It ends with this shell, when nobody can ask it any more.
mkfifo "$tmp/ask" "$tmp/told"
python3 "$top/tests/report/runs.py" "$program" "$tmp/out" "$tmp/err" <"$tmp/ask" >"$tmp/told" &
exec 8>"$tmp/ask" 9<"$tmp/told"
run() { # WANTED ARGUMENT...: exit code; output and error in files
	wanted=$1
	shift
	{
		[ $# = 0 ] || printf '+%s\n' "$@"
		echo .
	} >&8
	read -r code <&9 && [ "$code" = "$wanted" ]
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
cp "$tmp/out" "$tmp/page.two"
holds "there are two domains" grep -q '<h1>Mail TLS of 2 domains' "$tmp/out"
holds "and nothing else is counted" test "$(grep -c ' results: ' "$tmp/out")" = 0
{
	cat "$tmp/two"
	verdict a.test OK 2027-01-02T00:00:00Z | sed 's/"domain"/"options":"--level=may","domain"/'
	printf '{"schema":1,"list":"x","line":%s,"state":"UNKNOWN","error":"no domain"}\n' 4 5
} >"$tmp/more"
holds "options and refused lines make more results" run 0 "$tmp/more"
holds "which the page counts apart from the domains" \
	grep -q '<p>5 results: 2 domains, 1 more with other options of a line, 2 refused lines</p>' "$tmp/out"
run 0 "$tmp/two"
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
holds "and that there is nothing to show" grep -q 'no verdict' "$tmp/err"
holds "one of two files is missing" run 1 "$tmp/two" "$tmp/missing"
holds "which is said" grep -q "$tmp/missing: No such file" "$tmp/err"
holds "on the page, too" grep -q '1 file could not be read' "$tmp/out"
holds "which is of the other" grep -q 'Mail TLS of 2 domains' "$tmp/out"
holds "a folder is not read" run 1 "$tmp" "$tmp/two"
holds "- is standard input" sh -c '"$0" - <"$1" | cmp -s - "$2"' "$program" "$tmp/two" "$tmp/page.two"
holds "standard input is closed" sh -c '"$0" - "$1" <&- >/dev/null 2>"$2"; [ $? = 1 ] && grep -q "^smtp-tls-report: standard input: " "$2"' \
	"$program" "$tmp/two" "$tmp/err"
holds "standard output is closed" sh -c '"$0" "$1" >&- 2>"$2"; [ $? = 3 ] && [ "$(wc -l <"$2")" = 1 ]' "$program" "$tmp/two" "$tmp/err"
{
	printf '\357\273\277'
	sed -n 1p "$tmp/two"
	printf '\357\273\277'
	sed -n 3p "$tmp/two"
} >"$tmp/bom"
holds "a byte order mark is skipped" run 0 "$tmp/bom"
holds "so that both are there" grep -q 'Mail TLS of 2 domains' "$tmp/out"
holds "some lines are none" run 1 "$tmp/spoiled"
holds "the number of the first is told" grep -q "line 1 of $tmp/spoiled: not JSON" "$tmp/err"
holds "and of the second" grep -q "line 2 of $tmp/spoiled: no JSON object; one object a line is wanted" "$tmp/err"
holds "and of the third" grep -q "line 3 of $tmp/spoiled: neither" "$tmp/err"
echo '{"schema":2,"domain":"new.test","state":"OK"}' >"$tmp/newer"
holds "what a newer program wrote is not read" run 3 "$tmp/newer"
holds "and that is told" grep -q "line 1 of $tmp/newer: of a newer program (schema 2, known here is 1)" "$tmp/err"
python3 -c 'import json, sys; json.dump([json.loads(line) for line in open(sys.argv[1])], sys.stdout, indent=1)' "$tmp/two" >"$tmp/indented"
holds "indented JSON is refused" run 3 "$tmp/indented"
holds "with what is wanted" grep -q 'one object a line is wanted' "$tmp/err"
holds "in few lines" test "$(wc -l <"$tmp/err")" -le 8
holds "a wrong option" run 2 --foo
holds "a wrong number" run 2 --most=-1
printf old >"$tmp/page"
holds "a page in a file" run 0 -o "$tmp/page" --title 'A & B' "$tmp/two"
holds "is whole" grep -q '<h1>A &amp; B</h1>' "$tmp/page"
holds "and nothing is left beside it" test "$(find "$tmp" -name '.smtp*' | wc -l)" = 0
mode() { # MODE FILE
	[ "$(ls -l "$2" | cut -c 1-10)" = "$1" ]
}
chmod 0600 "$tmp/page"
holds "a page in place of another" run 0 -o "$tmp/page" "$tmp/two"
holds "has its mode" mode -rw------- "$tmp/page"
mkdir "$tmp/web"
ln -s web/index.html "$tmp/link"
holds "a link to nothing yet" run 0 -o "$tmp/link" "$tmp/two"
holds "remains" test -L "$tmp/link"
holds "leads to the page" cmp -s "$tmp/link" "$tmp/page.two"
echo old >"$tmp/web/index.html"
holds "a link to a page" run 0 -o "$tmp/link" "$tmp/two"
holds "remains, too" test -L "$tmp/link"
holds "leads to the new page" cmp -s "$tmp/web/index.html" "$tmp/page.two"
mkfifo "$tmp/fifo"
cat "$tmp/fifo" >"$tmp/through" &
reader=$!
holds "a fifo" run 0 -o "$tmp/fifo" "$tmp/two"
if [ -p "$tmp/fifo" ]; then
	wait "$reader"
else
	kill "$reader"
fi
holds "remains one" test -p "$tmp/fifo"
holds "and has the page in it" cmp -s "$tmp/through" "$tmp/page.two"
holds "-o - is standard output" sh -c '"$0" -o - "$1" | cmp -s - "$2"' "$program" "$tmp/two" "$tmp/page.two"
# Devices of its own: it may be root that tests.
if mknod "$tmp/full" c 1 7 2>"$tmp/err" && (: >"$tmp/full") 2>"$tmp/err"; then
	holds "a device that is full" run 3 -o "$tmp/full" "$tmp/two"
	holds "is named" grep -q "^smtp-tls-report: --output $tmp/full: No space left" "$tmp/err"
	holds "and remains one" test -c "$tmp/full"
	mknod "$tmp/null" c 1 3
	holds "a device that takes all" run 0 -o "$tmp/null" "$tmp/two"
	holds "remains one" test -c "$tmp/null"
fi
holds "a folder is no page" run 3 -o "$tmp/web" "$tmp/two"
holds "which is said by its name" grep -q "^smtp-tls-report: --output $tmp/web: Is a directory" "$tmp/err"
holds "a page in no folder" run 3 -o "$tmp/none/page" "$tmp/two"
holds "is said by its name" grep -q "^smtp-tls-report: --output $tmp/none/page: No such file" "$tmp/err"
cp "$tmp/two" "$tmp/read"
ln -s read "$tmp/read.link"
holds "no page in place of what is read" run 2 -o "$tmp/read" "$tmp/more" "$tmp/read.link"
holds "nor of what is standard input" sh -c '! "$0" -o "$1" <"$1" 2>/dev/null' "$program" "$tmp/read"
holds "which is as it was" cmp -s "$tmp/two" "$tmp/read"
holds "no name of a page" run 2 -o '' "$tmp/two"
holds "is an option's value" grep -q "output: '' is no name of a file" "$tmp/err"
holds "and nothing is left after all" test "$(find "$tmp" -name '.smtp*' | wc -l)" = 0
holds "--most leaves details out" run 0 --most=1 "$tmp/two"
holds "and says so" grep -q 'details of 1 more' "$tmp/out"
holds "the version" run 0 --version
holds "is that of the package" grep -q "^smtp-tls-report $("plugins/check_smtp_tls" --version | sed 's/.* v\([^ ]*\) .*/\1/')$" "$tmp/out"
if [ -e /dev/full ]; then
	holds "a full disk" sh -c '"$0" "$1" >/dev/full 2>"$2"; [ $? = 3 ]' "$program" "$tmp/two" "$tmp/err"
fi
echo "1..$n"
