# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# One case: run the plugin, compare exit code, first line and perfdata; and ask posttls-finger too.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh.

# check NAME EXIT LINE PERF WORD ARGUMENT...
# LINE and PERF are extended regular expressions on the two sides of the "|" of line 1; PERF may be empty.
# WORD is what posttls-finger says about the same connection, and so must we under -v; "-" compares nothing.
check() {
	check_name=$1 check_exit=$2 check_line=$3 check_perf=$4 check_word=$5
	shift 5
	wanted "$check_name" || return 0
	[ -z "$PLUGIN" ] || check_verdict "$@"
	[ "$check_word" = - ] || check_agreement "$@"
}

plugin() {
	case " $* " in
	*" --nameserver "*) ;;
	*) set -- --nameserver "$RESOLVER:$RESOLVER_PORT" "$@" ;;
	esac
	echo "$PLUGIN $*" >"$LAB/case.cmd"
	env -i PATH="$PATH" timeout -k 2 60 "$PLUGIN" --helo monitor.signed.test "$@" >"$LAB/case.out" 2>"$LAB/case.err" </dev/null
	plugin_exit=$?
}

check_verdict() {
	plugin "$@"
	check_faults=
	# shellcheck disable=SC2254 # a pattern on purpose
	case $plugin_exit in $check_exit) ;; *) false ;; esac || check_fault "exit $plugin_exit, expected $check_exit"
	head -n 1 "$LAB/case.out" | sed 's/ *|.*//' >"$LAB/case.line"
	head -n 1 "$LAB/case.out" | sed -n 's/^[^|]*|//p' >"$LAB/case.perf"
	grep -Eq -e "$check_line" "$LAB/case.line" || check_fault "line 1 does not match: $check_line"
	[ -z "$check_perf" ] || grep -Eq -e "$check_perf" "$LAB/case.perf" || check_fault "perfdata does not match: $check_perf"
	[ "$(tr -dc '|' <"$LAB/case.out" | wc -c)" -le 1 ] || check_fault "more than one | in the output"
	[ ! -s "$LAB/case.err" ] || check_fault "something on stderr"
	[ -z "${SHOW:-}" ] || sed 's/^/# /' "$LAB/case.line"
	if [ -z "$check_faults" ]; then
		tap_ok "$check_name"
		return
	fi
	plugin_again "$@"
	echo "$check_faults" >"$LAB/case.why"
	tap_not_ok "$check_name" "$LAB/case.why" "$LAB/case.cmd" "$LAB/case.out" "$LAB/case.err" "$LAB/case.trace"
}

check_fault() {
	check_faults="$check_faults* $1
"
}

# The trace for the one who has to find out why.
plugin_again() {
	mv "$LAB/case.out" "$LAB/case.first" && mv "$LAB/case.cmd" "$LAB/case.first.cmd"
	plugin "$@" -vv
	mv "$LAB/case.out" "$LAB/case.trace"
	mv "$LAB/case.first" "$LAB/case.out" && mv "$LAB/case.first.cmd" "$LAB/case.cmd"
}

check_agreement() {
	theirs=$(finger_word "$@")
	if [ "$theirs" != "$check_word" ]; then
		echo "posttls-finger says $theirs, the table says $check_word" >"$LAB/case.why"
		tap_not_ok "$check_name: posttls-finger says $check_word" "$LAB/case.why" "$LAB/finger.out"
		return
	fi
	if [ -z "$PLUGIN" ]; then
		tap_ok "$check_name: posttls-finger says $check_word"
		return
	fi
	plugin "$@" -v
	ours=$(trace_word "$LAB/case.out")
	if [ "$ours" = "$theirs" ]; then
		tap_ok "$check_name: $ours, as posttls-finger says"
		return
	fi
	echo "we say $ours, posttls-finger says $theirs" >"$LAB/case.why"
	tap_not_ok "$check_name: $theirs, as posttls-finger says" "$LAB/case.why" "$LAB/case.cmd" "$LAB/case.out" "$LAB/finger.out"
}
