# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# TAP points, bounded commands and the pids that this run started.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh; needs LAB once a lab exists.

tap_count=0
tap_failed=0
pids=

tap_ok() {
	tap_count=$((tap_count + 1))
	printf 'ok %d - %s\n' "$tap_count" "$1"
}

# tap_not_ok NAME [FILE...]: the files become diagnostics, cut to stay readable.
tap_not_ok() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	printf 'not ok %d - %s\n' "$tap_count" "$1"
	shift
	for tap_file; do
		[ -s "$tap_file" ] || continue
		head -c 3000 "$tap_file" | tr -d '\000' | sed -e 's/^/#   /' -e '$a\'
	done
}

# wanted NAME: does the pattern on the command line select it?
wanted() {
	case $1 in
	*$PATTERN*) return 0 ;;
	esac
	return 1
}

# tap_check NAME COMMAND...: one point, true if the command succeeds within a minute.
tap_check() {
	tap_name=$1
	shift
	if timeout -k 2 60 "$@" >"$LAB/point.out" 2>&1 </dev/null; then
		tap_ok "$tap_name"
	else
		echo "exit $?" >>"$LAB/point.out"
		tap_not_ok "$tap_name" "$LAB/point.out"
	fi
}

# tap_skip NAME WHY: one point, which fails where skips are forbidden.
tap_skip() {
	if [ "${NO_SKIP:-0}" = 1 ]; then
		tap_not_ok "$1: $2"
		return
	fi
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# Nothing can be tested here: one skipped point, or a failure where skips are forbidden.
tap_skip_all() {
	echo "TAP version 13"
	if [ "${NO_SKIP:-0}" = 1 ]; then
		echo "not ok 1 - ${tap_about:-real servers}: $1"
		echo "1..1"
		exit 1
	fi
	echo "ok 1 - ${tap_about:-real servers} # SKIP $1"
	echo "1..1"
	exit 0
}

# start NAME COMMAND...: a server in the foreground of its own background job. A function has to end with exec:
# the pid that is ended later is that of the job.
start() {
	start_name=$1
	shift
	"$@" >"$LAB/log/$start_name.log" 2>&1 </dev/null &
	pids="$pids $!"
}

# wait_for SECONDS COMMAND...: repeat until it succeeds.
wait_for() {
	wait_left=$(($1 * 10))
	shift
	until "$@" >/dev/null 2>&1 </dev/null; do
		wait_left=$((wait_left - 1))
		[ "$wait_left" -gt 0 ] || return 1
		sleep 0.1
	done
}

alive() {
	for alive_pid; do
		if kill -0 "$alive_pid" 2>/dev/null; then
			return 0
		fi
	done
	return 1
}

# stop PID...: politely, then for good.
stop() {
	[ $# -gt 0 ] || return 0
	kill -TERM "$@" 2>/dev/null
	stop_left=30
	while alive "$@" && [ "$stop_left" -gt 0 ]; do
		stop_left=$((stop_left - 1))
		sleep 0.1
	done
	kill -KILL "$@" 2>/dev/null
}

# End what we started.
stop_servers() {
	for stop_file in "$LAB"/*/master.pid "$LAB"/*/queue/pid/master.pid; do
		[ -s "$stop_file" ] && pids="$pids $(tr -dc 0-9 <"$stop_file")"
	done
	# shellcheck disable=SC2086 # a list of numbers
	stop $pids
	pids=
}

# part COMMAND...: what it starts ends with it, and takes no time from the next part.
part() {
	part_before=$pids
	"$@"
	# shellcheck disable=SC2086 # a list of numbers
	stop ${pids#"$part_before"}
	pids=$part_before
}
