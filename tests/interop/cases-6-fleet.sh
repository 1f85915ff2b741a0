# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Every mail domain of the lab in one run of smtp-tls-fleet: the same verdicts as one by one, by fewer connections.
# shellcheck shell=sh disable=SC2034,SC2154 # the variables belong to the files that run.sh reads before and after

FLEET=${PLUGIN%/*}/smtp-tls-fleet

# The names in zone files that have MX records.
fleet_domains() {
	awk '$1 == "$ORIGIN" { origin = $2 }
		$2 == "IN" && $3 == "MX" { name = $1 == "@" ? origin : $1 "." origin; sub(/\.$/, "", name); print name }' "$@" |
		LC_ALL=C sort -u
}

# A domain, a tab, and the status line without numbers. How long a wait took, and how a resolver words that a zone is
# bogus (by what it remembers of it), is not the same twice.
fleet_lines() {
	sed -e 's/ |.*//' -e 's/[0-9][0-9]* ms/N ms/g' -e 's/the resolver says .*(extended error [0-9]*)/bogus/' "$@" | LC_ALL=C sort
}

# fleet_alone PROGRAM ARGUMENT...: each domain by a process of its own, six at a time
fleet_alone() {
	fleet_pids=
	fleet_n=0
	while read -r fleet_domain; do
		{
			printf '%s\t' "$fleet_domain"
			"$@" -H "$fleet_domain" </dev/null | head -n 1
		} >"$LAB/fleet/$fleet_domain" 2>/dev/null &
		fleet_pids="$fleet_pids $!"
		fleet_n=$((fleet_n + 1))
		# shellcheck disable=SC2086 # pids
		[ $((fleet_n % 6)) != 0 ] || wait $fleet_pids
	done
	# shellcheck disable=SC2086 # pids
	wait $fleet_pids
}

# fleet_both LIST SCOPE OPTION...: alone and together; are they the same?
fleet_both() {
	fleet_list=$1 fleet_scope=$2
	shift 2
	rm -rf "$LAB/fleet" && mkdir "$LAB/fleet"
	timeout -k 2 60 "$FLEET" --output-format=line "$fleet_scope" "$@" "$fleet_list" >"$LAB/fleet.out" 2>"$LAB/fleet.err"
	# shellcheck disable=SC2086 # none is none
	fleet_alone "$PLUGIN" ${fleet_scope#--first} "$@" <"$fleet_list"
	fleet_lines "$LAB"/fleet/* >"$LAB/fleet.alone"
	fleet_lines "$LAB/fleet.out" >"$LAB/fleet.together"
	diff "$LAB/fleet.alone" "$LAB/fleet.together" >"$LAB/fleet.diff" 2>&1
}

# fleet_compare NAME --all|--first OPTION...: as the fleet calls it, whose default is --all. Where the name servers of the lab
# were too slow for one of the two on a busy machine, both have a second chance with the domains in question.
fleet_compare() {
	fleet_name=$1
	shift
	wanted "$fleet_name" || return 0
	fleet_scope=$1
	shift
	set -- "$fleet_scope" --helo monitor.signed.test --nameserver "$RESOLVER:$RESOLVER_PORT" --timeout=12 "$@"
	fleet_both "$LAB/fleet.list" "$@" && fleet_same=yes || fleet_same=no
	fleet_summary=$(cat "$LAB/fleet.err")
	[ "$(wc -l <"$LAB/fleet.out")" -gt 50 ] || fleet_same=none
	if [ $fleet_same = no ]; then
		sed -n 's/^[<>] \([^\t]*\)\t.*/\1/p' "$LAB/fleet.diff" | LC_ALL=C sort -u >"$LAB/fleet.again"
		fleet_both "$LAB/fleet.again" "$@" && fleet_same=yes
	fi
	if [ $fleet_same = yes ]; then
		tap_ok "$fleet_name"
		echo "# $fleet_summary"
	else
		tap_not_ok "$fleet_name" "$LAB/fleet.diff" "$LAB/fleet.err"
	fi
}

if [ -x "$FLEET" ]; then
	fleet_domains "$LAB"/zones/*.zone >"$LAB/fleet.list"
	fleet_compare "all domains of the lab together have the verdicts that they have alone" --all
	fleet_compare "and at dane-only" --all --level=dane-only
	fleet_compare "and at secure, by the lab's CA" --all --level=secure --cafile="$LAB/tls/root.crt"
	fleet_compare "and as a sender tries them" --first
fi
