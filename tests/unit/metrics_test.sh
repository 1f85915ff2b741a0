#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# smtp-tls-metrics with a program that only plays check_smtp_tls: what must never make an alert end, a list that is empty, a
# disk that is full, another list of the same folder. Prints TAP; needs no network. tests/e2e has it with the real program.
src=${srcdir:-..}
metrics=$(cd "$src/contrib/prometheus" && pwd)/smtp-tls-metrics
LC_ALL=C
export LC_ALL
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
number=0
failed=0
code=0

# What it was called with stands in "calls". Some domains have a play of their own.
cat >"$tmp/program" <<END
#!/bin/sh
printf '<%s>' "\$@" >>"$tmp/calls"
echo >>"$tmp/calls"
END
cat >>"$tmp/program" <<'END'
domain=${1#--hostname=}
state=2
case $* in *--nonsense*) echo "check_smtp_tls: unknown option --nonsense (try --help)" >&2 && state=3 ;; esac
case $domain in
silent.test) exit 3 ;;
void.test) echo '# EOF' && exit ;;
stopped.test) kill -TERM $PPID ;;
blocked.test)
	if [ -e "$BLOCK" ]; then
		new=${BLOCK%/*}/folder/.smtp_tls.$PPID
		rm "$new" && mkdir "$new" && exit
	fi
	;;
esac
printf '# TYPE smtp_tls_state gauge\nsmtp_tls_state{domain="%s"} %s\n' "${domain%.}" "$state"
[ "$domain" = half.test ] || echo '# EOF'
END
chmod +x "$tmp/program"
CHECK_SMTP_TLS=$tmp/program BLOCK=$tmp/block
export CHECK_SMTP_TLS BLOCK

run() { # LIST
	: >"$tmp/calls"
	sh "$metrics" "$1" "$tmp/folder" >"$tmp/out" 2>&1 </dev/null
	code=$?
}

# As on a disk that is full: no file may grow.
run_on_a_full_disk() { # LIST
	(
		trap '' XFSZ
		ulimit -f 0
		sh "$metrics" "$1" "$tmp/folder" 2>&1 </dev/null
		echo "code $?"
	) | cat >"$tmp/out"
	code=$(sed -n 's/^code //p' "$tmp/out")
}

point() { # NAME COMMAND...
	number=$((number + 1))
	point_name=$1
	shift
	if "$@"; then
		echo "ok $number - $point_name"
	else
		echo "not ok $number - $point_name"
		echo "# exit code $code"
		find "$tmp/folder" -type f | cat - "$tmp/out" | sed 's/^/# /'
		failed=1
	fi
}

# shellcheck disable=SC2317 # called by point
states() { # "DOMAIN STATE" ... in the order of names
	[ "$(cat "$tmp"/folder/*.prom 2>/dev/null | sed -n 's/^smtp_tls_state{domain="\(.*\)"} \(.*\)/\1 \2/p' | sort)" = \
		"$(printf '%s\n' "$@")" ]
}

# shellcheck disable=SC2317 # called by point
called() { # "<WORD>..." ... in the order of calls
	[ "$(sed 's/<--output-format=openmetrics>$//' "$tmp/calls")" = "$(printf '%s\n' "$@")" ]
}

# shellcheck disable=SC2317 # called by point
says() { # PATTERN
	grep -q -e "$1" "$tmp/out"
}

mkdir "$tmp/folder"
printf '%s\n' 'one.test' 'two.test --level=may' >"$tmp/list"
run "$tmp/list"
point 'each line has its metrics' states 'one.test 2' 'two.test 2'
point 'and the exit code is 0, in silence' test "$code,$(wc -c <"$tmp/out")" = 0,0

printf '%s\n' 'three.test' >"$tmp/other"
run "$tmp/other"
point 'another list takes nothing of this one away' states 'one.test 2' 'three.test 2' 'two.test 2'
echo '# TYPE smtp_tls_state gauge' >"$tmp/folder/smtp_tls_fleet.prom"
printf '%s\n' 'one.test' >"$tmp/list"
run "$tmp/list"
point 'what is gone of a list is gone, and nothing else' states 'one.test 2' 'three.test 2'
point 'the file of a fleet is none of ours' test -e "$tmp/folder/smtp_tls_fleet.prom"

for nothing in '' '\n  \n' '# all customers\n#one.test\n'; do
	# shellcheck disable=SC2059 # a format of ours
	printf "$nothing" >"$tmp/list"
	run "$tmp/list"
	point 'a list without a domain leaves what was there' states 'one.test 2' 'three.test 2'
	point 'and says so, with exit code 1' says 'there is no domain in .*/list; what was there before stays$'
	point 'of 1' test "$code" = 1
done

printf '%s\n' 'one.test' >"$tmp/list"
run_on_a_full_disk "$tmp/list"
point 'a full disk leaves what was there' states 'one.test 2' 'three.test 2'
point 'and is told' says 'line 1: one.test: cannot write to .*/folder; what was there before stays$'
point 'with exit code 1' test "$code" = 1
printf '%s\n' 'one.test' 'four.test' >"$tmp/list"
run_on_a_full_disk "$tmp/list"
point 'a line that is new has none there' states 'one.test 2' 'three.test 2'
run "$tmp/list"
point 'and has them when there is room again' states 'four.test 2' 'one.test 2' 'three.test 2'

printf '%s\n' 'one.test --nonsense' 'four.test' >"$tmp/list"
run "$tmp/list"
point 'a slip is UNKNOWN' states 'four.test 2' 'one.test 3' 'three.test 2'
point 'and told' says 'line 1: one.test: unknown option --nonsense'
point 'with exit code 1 in the end' test "$code" = 1
point 'nothing else is left in the folder' test "$(find "$tmp/folder" -type f | wc -l)" = 4

# One domain twice, and node_exporter gives nothing at all: of that folder, or else.
printf '%s\n' 'two.test' 'three.test' >"$tmp/list"
run "$tmp/list"
point 'a domain that another list has is there once' states 'three.test 2' 'two.test 2'
point 'and that is told' says 'line 2: three.test: left out, smtp_tls_[0-9]*_three.test_[0-9_]*.prom has the metrics of three.test$'
point 'with exit code 1' test "$code" = 1
run "$tmp/other"
point 'the list that had it first has it' test "$code,$(wc -c <"$tmp/out")" = 0,0
printf '%s\n' 'four.test' >"$tmp/other"
run "$tmp/other"
point 'and when it is gone there...' states 'four.test 2' 'two.test 2'
run "$tmp/list"
point '...the other one has it' states 'four.test 2' 'three.test 2' 'two.test 2'
for file in "$tmp"/folder/*_three.test_*; do
	cp "$file" "$tmp/folder/smtp_tls_of_old.prom"
done
run "$tmp/list"
point 'what is there twice already is there once behind the next run' states 'four.test 2' 'three.test 2' 'two.test 2'
printf '%s\n' 'three.test --level=may' >"$tmp/list"
run "$tmp/list"
point 'a list of which others have all has no files' test "$code,$(find "$tmp/folder" -name '*_two.test_*' | wc -l)" = 1,0
point 'and takes none of theirs' states 'four.test 2' 'three.test 2'

rm -f "$tmp"/folder/*
# --- how a list is read
printf '\357\273\277one.test\r\ntwo.test --a=*  --b\t# why *\r\n \t*.test#1 --c#d' >"$tmp/list"
: >"$tmp/--a=x"
(cd "$tmp" && run "$tmp/list")
point 'marks of Windows, comments and stars are none of its words' called '<--hostname=one.test>' \
	'<--hostname=two.test><--a=*><--b>' '<--hostname=*.test#1><--c#d>'
printf '%s\n' 'one.test' 'four.test' '[10.0.0.1]:587 --level=may' >"$tmp/list"
(umask 077 && run "$tmp/list")
point 'anybody may read what the collector is to read' test "$(find "$tmp/folder" -name '*.prom' -perm 644 | wc -l)" = 3
for part in one.test four.test _10.0.0.1__587_--level_may; do
	point "the name of a file tells of its line ($part)" test "$(find "$tmp/folder" -name "smtp_tls_*_${part}_*.prom" | wc -l)" = 1
done

# --- a program that says nothing, or only half of it
for play in silent void half; do
	printf '%s\n' "$play.test --x" 'four.test' >"$tmp/list"
	run "$tmp/list"
	point "$play: UNKNOWN" states 'four.test 2' "$play.test 3"
	point "$play: whole, as the collector wants it" test "$(cat "$tmp/folder"/*"$play"* | sed 's/ .*//' | tr '\n' ' ')" = \
		"# # smtp_tls_state{domain=\"$play.test\"} # "
	point "$play: told, with exit code 1" says "line 1: $play.test: there are no metrics with --x\$"
	point "$play: of 1" test "$code" = 1
done
printf '%s\n' 'one.test' 'one.test. --level=may' 'four.test' >"$tmp/list"
run "$tmp/list"
point 'the same domain once more is left out' states 'four.test 2' 'one.test 2'
point 'and told' says 'line 2: one.test.: left out, a line before it has the metrics of one.test$'
point 'with an exit code of 1' test "$code" = 1

# --- what does not work
printf '%s\n' 'blocked.test' 'four.test' >"$tmp/list"
run "$tmp/list"
: >"$BLOCK"
printf '%s\n' 'five.test' 'blocked.test' >"$tmp/list"
run "$tmp/list"
point 'what cannot be written is left as it was, beside what can' states 'blocked.test 2' 'five.test 2'
point 'and is told' says 'line 2: blocked.test: cannot write to'
point 'in the exit code, too' test "$code" = 1
rm -r "$BLOCK" "$tmp"/folder/.smtp_tls.*
mkdir "$tmp/bin"
printf '#!/bin/sh\nexit 1\n' >"$tmp/bin/mv"
chmod +x "$tmp/bin/mv"
(PATH=$tmp/bin:$PATH && run "$tmp/list" && exit "$code")
code=$?
point 'a file that cannot be put there is an exit code of 1' test "$code" = 1
printf '%s\n' 'five.test' 'stopped.test' >"$tmp/list"
run "$tmp/list"
point 'a run that is cut short leaves what was there' states 'blocked.test 2' 'five.test 2'
point 'nothing half written' test "$(find "$tmp/folder" -type f | wc -l)" = 2
point 'and fails' test "$code" = 1
run "$tmp/none"
point 'a list that is not there is told' says "cannot read $tmp/none or write to"
point 'with 1 as exit code' test "$code" = 1
sh "$metrics" "$tmp/list" "$tmp/none" >"$tmp/out" 2>&1
code=$?
point 'a folder that is not there is told' test "$code,$(grep -c "or write to $tmp/none$" "$tmp/out")" = 1,1
sh "$metrics" "$tmp/list" >"$tmp/out" 2>&1
code=$?
point 'how it is used is told' test "$code,$(grep -c '^usage: smtp-tls-metrics LIST FOLDER$' "$tmp/out")" = 1,1
(CHECK_SMTP_TLS=$tmp/none && run "$tmp/list" && exit "$code")
code=$?
point 'a program that is not there is told' test "$code,$(grep -c "there is no $tmp/none: set CHECK_SMTP_TLS" "$tmp/out")" = 1,1
point 'and nothing is touched' states 'blocked.test 2' 'five.test 2'

echo "1..$number"
exit $failed
