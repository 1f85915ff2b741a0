#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# What the fleet's service does with the verdicts when a run has ended: its own line, with what systemd puts into the
# environment. Prints TAP. tests/units has it under a real systemd.
src=${srcdir:-..}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
number=0
failed=0
line=$(sed -n "s/^ExecStopPost=.bin.sh -c '\(.*\)'\$/\1/p" "$src/contrib/systemd/smtp-tls-fleet.service" | sed 's/\$\$/$/g')

ended() { # STATUS NEW: what verdicts.new has, "" for nothing
	rm -f "$tmp"/verdicts.*
	echo yesterday >"$tmp/verdicts.jsonl"
	printf '%s' "$2" >"$tmp/verdicts.new"
	STATE_DIRECTORY=$tmp EXIT_STATUS=$1 sh -c "$line"
	code=$?
}

point() { # NAME VERDICTS PART
	number=$((number + 1))
	if [ "$code" = 0 ] && [ "$(cat "$tmp/verdicts.jsonl")" = "$2" ] && [ "$(cat "$tmp/verdicts.part" 2>/dev/null)" = "$3" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		head "$tmp"/verdicts.* | sed 's/^/# /'
		failed=1
	fi
}

for status in 0 1 2; do
	ended $status today
	point "a run that ended with $status has the verdicts" today ''
done
for status in 3 TERM KILL 127; do
	ended $status half
	point "what is there of a run that ended with $status stands beside those of before" yesterday half
done
ended 3 ''
point 'a run that had nothing to say leaves those of before' yesterday ''
ended 0 ''
point 'whatever its exit code' yesterday ''
echo part >"$tmp/verdicts.part"
echo today >"$tmp/verdicts.new"
STATE_DIRECTORY=$tmp EXIT_STATUS=0 sh -c "$line"
point 'a whole run ends the part of another' today ''

echo "1..$number"
exit $failed
