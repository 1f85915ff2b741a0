# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh disable=SC1090,SC2034
# The demo servers for whoever sources this: quickstart and the scripts beside this file.

# until_line FILE PATTERN: wait half a minute for a line.
until_line() {
	tries=150
	until grep -qs "$2" "$1"; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || return 1
		sleep 0.2 2>/dev/null || sleep 1
	done
}

# demo_start PROGRAM SECONDS FILE [WORLD]: start the servers for at most that long and set DEMO_PORT, DEMO_DNS, DEMO_ROOT
# and DEMO_DOMAIN_... (FILE keeps them). Sets demo to the process to end; without success demo_why.
demo_start() {
	: >"$3"
	"$1" "$2" ${4:+"$4"} >"$3" 2>&1 </dev/null &
	demo=$!
	if until_line "$3" '^DEMO_READY=' && . "$3"; then
		return 0
	fi
	demo_why=$(tail -n 1 "$3")
	return 1
}

# For scripts that print TAP: the end, and why.
bail() {
	printf 'Bail out! %s\n' "$*"
	exit 1
}
