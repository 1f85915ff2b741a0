# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh disable=SC1091,SC2034,SC2154 # demo.sh; what the caller reads, and where it stands
# For fleet, fleet_signed and soak: a folder of their own ($lab), the servers of fleet_world, and points in TAP. $here
# is this folder. What was started stands in $started and is ended at the end.
. "$here/demo.sh"
lab=$(mktemp -d "${TMPDIR:-/tmp}/fleet.XXXXXX") || exit 1
started=''
# shellcheck disable=SC2086 # several
trap 'kill $started 2>/dev/null; wait; rm -rf "$lab"' EXIT
trap 'exit 1' HUP INT TERM

# world_start DNS-PORT: the servers run until descriptor 3 is closed, which nobody else is to inherit. Sets dns, port and
# spki.
world_start() {
	mkfifo "$lab/end" || exit 1
	tests/bench/fleet_world 127.0.0.1 "$1" 0 "$lab/root.pem" <"$lab/end" >"$lab/world" 2>&1 &
	started="$started $!"
	exec 3>"$lab/end"
	until_line "$lab/world" '^ready' || bail "the servers do not start: $(cat "$lab/world")"
	dns=$(sed -n 's/^dns //p' "$lab/world")
	port=$(sed -n 's/^port //p' "$lab/world")
	spki=$(sed -n 's/^spki //p' "$lab/world")
}

count() { # PATTERN: lines of the output
	grep -cE "$1" "$lab/out"
}

connections_made() { # as the summary, the output's last line, has it
	sed -n 's/^smtp-tls-fleet: [0-9]* domains, \([0-9]*\) connections* .*/\1/p' "$lab/out"
}

# A point that fails shows three lines of domains that are to be OK and are not, and the output's end.
point=0 failed=0
check() { # NAME COMMAND...
	point=$((point + 1))
	name=$1
	shift
	if "$@"; then
		echo "ok $point - $name"
	else
		failed=1
		echo "not ok $point - $name"
		grep -E '^(d|s|own)[0-9]*\.test	' "$lab/out" | grep -v 'SMTP_TLS OK - ' | head -n 3 | cut -c 1-300 | sed 's/^/# /'
		tail -n 3 "$lab/out" | cut -c 1-300 | sed 's/^/# /'
		[ ! -f "$lab/err" ] || head -n 3 "$lab/err" | sed 's/^/# /'
	fi
}
