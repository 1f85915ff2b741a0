#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# smtp-tls-fleet over the real program: lists of all kinds, long ones, never-ending ones, output that ends, going on
# afterwards. Nobody listens where it connects to. Prints TAP; needs no network.
program=${SMTP_TLS_FLEET:-plugins/smtp-tls-fleet}
LC_ALL=C
export LC_ALL
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
number=0
failed=0

point() { # NAME COMMAND...: what was just run, judged by a command
	number=$((number + 1))
	name=$1
	shift
	if "$@"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		echo "# exit code $code"
		head -c 2000 "$tmp/out" "$tmp/err" | sed 's/^/# /'
		failed=1
	fi
}

run() { # ARGUMENT...
	"$program" --level=none "$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	code=$?
}

# shellcheck disable=SC2317 # called by point
lines() { # NUMBER
	[ "$(wc -l <"$tmp/out")" -eq "$1" ]
}

# shellcheck disable=SC2317 # called by point
says() { # PATTERN
	grep -q -e "$1" "$tmp/err"
}

for option in --help --version --list-findings --explain=tlsa-mismatch; do
	run $option
	point "$option is printed" test "$code,$(wc -c <"$tmp/err")" = 3,0
done
run --hostname=a.test
point 'a usage error is told on standard error' says '^smtp-tls-fleet: --hostname is not for a fleet'
point 'its exit code is 3, and nothing is printed' test "$code,$(wc -c <"$tmp/out")" = 3,0
run --level=may --cafile="$0" /dev/null
point 'a file that the TLS library refuses is told with its option' says 'stopped: --cafile .*fleet_test.sh: no PEM certificate'
# shellcheck disable=SC3045 # every shell here has these of ulimit
(exec 3>&- && ulimit -n 4 && exec "$program" /dev/null) >"$tmp/out" 2>"$tmp/err" </dev/null
code=$?
point 'without descriptors to start with it says so' says '^smtp-tls-fleet: cannot start: no file descriptors'
point 'and exits with 3' test "$code" = 3
run /dev/null
point 'an empty list is done' test "$code,$(wc -c <"$tmp/out")" = 0,0
point 'and told' says '^smtp-tls-fleet: there is no domain in the list$'
printf '# nothing\n\n' >"$tmp/list"
run --fail-on=critical --summary=none /dev/null "$tmp/list"
point 'with --fail-on it fails, whatever the state' test "$code,$(wc -l <"$tmp/err")" = 2,1
for file in '' -; do
	# shellcheck disable=SC2086 # none at all
	"$program" --level=none $file >"$tmp/out" 2>"$tmp/err" <&-
	code=$?
	point "a closed standard input cannot be read ($file)" says '^smtp-tls-fleet: standard input: Bad file descriptor$'
	point "in one line, with exit code 3 ($file)" test "$code,$(wc -l <"$tmp/err"),$(wc -c <"$tmp/out")" = 3,1,0
done
"$program" --level=none --fail-on=unknown /dev/null >"$tmp/out" 2>"$tmp/err" <&-
code=$?
point 'who reads files needs none' test "$code" = 2
run "$tmp/none"
point 'a list that is not there is told' says 'none: No such file or directory$'
point 'and the exit code is 3' test "$code" = 3

# Lists that harm nobody
awk 'BEGIN { for (i = 0; i < 100000; i++) print "# " i; print "[127.0.0.1]:1"; for (i = 0; i < 100000; i++) print "-" }' >"$tmp/list"
run --output-format=line "$tmp/list"
point '100,000 comments and 100,000 lines that are none' lines 100001
point 'are told by number' grep -q 'line 200001 of ' "$tmp/out"
point 'and in the end' says '^smtp-tls-fleet: 1 domain, .* 1 CRITICAL, 0 UNKNOWN; 100000 lines could not be read$'
awk 'BEGIN { for (i = 0; i < 1000; i++) print "[127.0.0.1]:1" }' >"$tmp/list"
run "$tmp/list"
point 'the same domain 1,000 times has 1,000 verdicts' lines 1000
point 'each with its line' test "$(grep -o '"line":[0-9]*' "$tmp/out" | sort -u | wc -l)" = 1000
run --output-format=openmetrics "$tmp/list"
point 'and one series' test "$(grep -c '^smtp_tls_state{' "$tmp/out")" = 1
{
	head -c 1048576 /dev/zero | tr '\0' a
	printf '\n\0\0\n[127.0.0.1]:1\n'
	head -c 100000 /dev/zero
} >"$tmp/list"
run --output-format=line "$tmp/list"
point 'a line of 1 MiB, NULs, a file that ends in them' lines 4
point 'each is told once' test "$(cut -d: -f2- "$tmp/out" | grep -c -e 'longer than 4096' -e '0x00' -e 'Connection refused')" = 4

# A reader that is asleep for a while gets everything.
awk 'BEGIN { for (i = 0; i < 3000; i++) print "[127.0." int(i / 250) + 1 "." i % 250 + 1 "]:1" }' >"$tmp/list"
"$program" --level=none "$tmp/list" 2>"$tmp/err" | (
	sleep 2
	cat >"$tmp/out"
)
code=0
point 'a slow reader gets all lines' lines 3000
point 'each of them whole' test "$(grep -c '^{"schema":1,.*Connection refused.*}$' "$tmp/out")" = 3000
point 'and 3,000 servers were connected to' says '^smtp-tls-fleet: 3000 domains, 3000 connections .* 3000 CRITICAL, 0 UNKNOWN$'

# More results than may wait for an API that is not there: they are given up, all of them are told, and the list goes on.
if grep -q '^#define HAVE_LIBCURL 1' build_config.h 2>/dev/null; then
	head -n 1200 "$tmp/list" >"$tmp/some"
	echo '-----BEGIN CERTIFICATE-----' >"$tmp/ca"
	(umask 077 && printf 'ca=%s\nuser=a\npassword=b\npatience=1s\n' "$tmp/ca" >"$tmp/conf")
	run --submit=icinga2=https://127.0.0.1:1 --submit-config="$tmp/conf" "$tmp/some"
	point 'a queue that is full is emptied, and the list goes on' says '^smtp-tls-fleet: 1200 domains, .* 0 submitted; 1200 were NOT submitted$'
	point 'each line tells it, and so does the exit code' test "$code,$(grep -c '"submitted":false}$' "$tmp/out")" = 1,1200
fi

# A list without an end and a reader that is asleep: what waits for it is bounded, so no more is read in the end. Lines of
# 1,000 octets, of which 4 MiB wait: 4,000 domains, and as many again in pipes and under way.
# shellcheck disable=SC2094 # to see how far it came
awk 'BEGIN { for (i = 1; i <= 25000; i++) { print "[127.0.0.1]:1"; if (i % 1000 == 0) { print i >"/dev/stderr" } } }' 2>"$tmp/read" |
	"$program" --level=none 2>"$tmp/err" | (
	before='' now=none tries=60
	while [ "$now" != "$before" ] && [ "$tries" -gt 0 ]; do
		before=$now tries=$((tries - 1))
		sleep 2
		now=$(tail -n 1 "$tmp/read")
	done
	echo "$now" >"$tmp/now"
	cat >"$tmp/out"
)
read -r now <"$tmp/now"
point 'a reader that is asleep is waited for' test "${now:-0}" -le 12000
point 'and gets all lines when it wakes up' lines 25000

# A pipe that never ends: the reader of the output goes, and so does the fleet, in little memory (where memory is not that
# of a sanitizer).
limit=400000
(ulimit -v $limit && exec "$program" --version >"$tmp/out" 2>&1)
[ $? = 3 ] || limit=unlimited
(
	ulimit -v $limit
	yes '[127.0.0.1]:1 # and on' | "$program" --level=none --output-format=line 2>"$tmp/err" | head -n 3000 >"$tmp/out"
)
point 'a list without an end is worked through as long as somebody reads' lines 3000
point 'then it stops and says why' says 'stopped: standard output: Broken pipe$'

# Memory that ends: far too many domains are to be in flight, behind a hundred that are done.
if [ $limit != unlimited ]; then
	: >"$tmp/out"
	awk 'BEGIN { for (i = 1; i <= 100000; i++) print "[127.0.0.1]:" i }' >"$tmp/list"
	{
		head -n 100 "$tmp/list"
		tries=300
		until [ "$(wc -l <"$tmp/out")" -ge 100 ] || [ "$tries" = 0 ]; do
			tries=$((tries - 1))
			sleep 0.1
		done
		tail -n +101 "$tmp/list"
	} | (
		ulimit -v 120000
		"$program" --level=none --output-format=line --parallel=10000 >"$tmp/out" 2>"$tmp/err"
		echo $? >"$tmp/code"
	)
	read -r code <"$tmp/code"
	point 'memory that ends is told, with what is done and what is not' \
		says '^smtp-tls-fleet: [0-9]* domains, .*; [0-9]* were not finished; stopped: out of memory; --resume goes on'
	point 'in the last line, with exit code 3' test "$code,$(tail -n 1 "$tmp/err" | grep -c 'out of memory')" = 3,1
	n=$(sed -n 's/^smtp-tls-fleet: \([0-9]*\) domains.*/\1/p' "$tmp/err")
	point 'all that is done is in the output' test "${n:-0}" -ge 100
	point 'in whole lines' test "$(grep -c '^\[127\.0\.0\.1\]:[0-9]*	SMTP_TLS CRITICAL - .* |.*' "$tmp/out"),$(wc -l <"$tmp/out")" = "$n,$n"
	head -n 200 "$tmp/list" | "$program" --level=none --output-format=line --resume="$tmp/out" >>"$tmp/out" 2>"$tmp/err"
	code=$?
	point 'and --resume goes on from there' test "$code,$(sort -u "$tmp/out" | cut -f 1 | uniq -d | wc -l)" = 0,0
	point 'to the end' says ' were done before$'
fi
mkfifo "$tmp/fifo"
exec 3<>"$tmp/fifo" # somebody could write, and does not
"$program" --level=none "$tmp/fifo" 2>"$tmp/err" >"$tmp/out" &
pid=$!
# Until it has begun: on a busy machine that takes its time.
tries=300
until [ "$tries" = 0 ] || ! grep -q '^#define LEAST_POWER 1' build_config.h 2>/dev/null ||
	grep -q '^Seccomp:[^0-9]*2$' /proc/$pid/status 2>/dev/null; do
	tries=$((tries - 1))
	sleep 0.1
done
sleep 1
# Where check_smtp_tls gives up what a probe never needs, so does the fleet.
grep -q '^#define LEAST_POWER 1' build_config.h 2>/dev/null && [ -e /proc/$pid/status ] &&
	point 'it can do nothing but read and connect' grep -q '^Seccomp:[^0-9]*2$' /proc/$pid/status
kill -TERM $pid
wait $pid
code=$?
exec 3>&-
point 'SIGTERM ends a fleet that waits for a line' test "$code" = 3
point 'in order' says '0 UNKNOWN; interrupted by SIGTERM$'

# What openssl.cnf includes is opened in the midst of things, and nothing there has a deadline.
mkfifo "$tmp/held"
# shellcheck disable=SC2016 # a variable of that file
printf 'held = %s/held\n.include $held\n' "$tmp" >"$tmp/openssl.cnf"
echo localhost >"$tmp/list"
OPENSSL_CONF="$tmp/openssl.cnf" "$program" --level=may --no-mx --port=9 --host-lookup=native "$tmp/list" >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
sleep 0.5
tries=300
while [ "$tries" -gt 0 ] && kill -TERM $pid 2>/dev/null; do
	tries=$((tries - 1))
	sleep 0.1
done
[ "$tries" -gt 0 ] || kill -KILL $pid
wait $pid
code=$?
point 'whatever holds it up, a second SIGTERM ends it' test "$tries" -gt 0

# Read bit by bit: what comes before is checked, and the signal is heard. The first line out tells that it has begun.
"$program" --level=none --output-format=line /dev/zero >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
tries=300
until [ -s "$tmp/out" ] || [ "$tries" -eq 0 ]; do
	tries=$((tries - 1))
	sleep 0.2 2>/dev/null || sleep 1
done
kill -TERM $pid
tries=300
while kill -0 $pid 2>/dev/null; do
	tries=$((tries - 1))
	[ "$tries" -gt 0 ] || kill -KILL $pid
	sleep 0.2 2>/dev/null || sleep 1
done
wait $pid
code=$?
point 'SIGTERM ends a fleet whose list is a line without end' test "$code" = 3
point 'in order, too' says '1 line .*interrupted by SIGTERM$'

# Going on
awk 'BEGIN { for (i = 1; i <= 300; i++) print "[127.0.0.1]:" i " --state=connect-failed=warning" }' >"$tmp/list"
for format in json line; do
	run --output-format=$format "$tmp/list"
	point "$format: the whole" lines 300
	sort "$tmp/out" | sed 's/"time.*//; s/ |.*//; s/"line"[^,]*,//; s/"summary.*//' >"$tmp/whole"
	head -c "$(($(wc -c <"$tmp/out") / 2 + 17))" "$tmp/out" >"$tmp/half"
	cp "$tmp/half" "$tmp/on"
	"$program" --level=none --output-format=$format --resume="$tmp/on" "$tmp/list" >>"$tmp/on" 2>"$tmp/err"
	code=$?
	point "$format: goes on where it was cut off" says "domains, .* $(grep -c '' "$tmp/half" | awk '{ print $1 - 1 }') were done before"
	point "$format: cuts off the half line" says 'its last line was not whole'
	sort "$tmp/on" | sed 's/"time.*//; s/ |.*//; s/"line"[^,]*,//; s/"summary.*//' >"$tmp/sorted"
	point "$format: what comes of it is the whole" cmp -s "$tmp/whole" "$tmp/sorted"
	"$program" --level=none --output-format=$format --resume="$tmp/on" "$tmp/list" >"$tmp/out" 2>"$tmp/err"
	code=$?
	point "$format: nothing is left to do" test "$code,$(wc -c <"$tmp/out")" = 0,0
done
run --resume="$tmp/none" "$tmp/list"
point 'an earlier output that is not there is told' says 'resume: .*none.*No such file'

# The end of it
run --fail-on=warning "$tmp/list"
point '--fail-on' test "$code" = 2
run --fail-on=critical "$tmp/list"
point '--fail-on with a state that nobody is in' test "$code" = 0
run --summary=full "$tmp/list"
point '--summary=full tells of findings' grep -q '^ *300  connect-failed$' "$tmp/err"
point 'and of hosts' grep -q '^ *300  127\.0\.0\.1$' "$tmp/err"
run --summary=none "$tmp/list"
point '--summary=none is silent' test "$(wc -c <"$tmp/err")" = 0
mkdir "$tmp/no" && chmod 500 "$tmp/no"
TMPDIR=$tmp/no/none run --output-format=openmetrics "$tmp/list"
point 'no room for temporary files is told' says 'temporary file: .*none: No such file'

echo "1..$number"
exit $failed
