#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The plugin as real Icinga 2 and real Nagios 4 run it, with the files of contrib/, against the servers
# of tests/interop. Usage: run.sh PLUGIN. Prints TAP; exit 1 if a point failed. NO_SKIP, KEEP: as there.

here=$(cd "$(dirname "$0")" && pwd)
interop=$here/../interop
contrib=$(cd "$here/../../contrib" && pwd)
# shellcheck disable=SC1090,SC1091,SC2034,SC2154 # files of ours, and what they read and set
. "$interop/lab.sh"
. "$here/icinga.sh"
. "$here/nagios.sh"
. "$here/examples.sh"
. "$here/prometheus.sh"
. "$here/cluster.sh"
. "$here/recipes.sh"

PLUGIN=${1:?"usage: run.sh PLUGIN"}
lab_need "$(cat "$interop/packages" "$here/packages")" icinga2 nagios4 prometheus prometheus-node-exporter systemd-analyze python3 \
	nrpe zabbix_agentd curl
[ -d /proc/self/fd ] || tap_skip_all "/proc is not mounted, which Icinga 2 needs"
[ -x "$PLUGIN" ] || tap_skip_all "there is no program $PLUGIN"
lab_enter 1200 "$0" "$@"
lab_folder e2e
mkdir "$LAB/plugins"
ln -s /usr/lib/nagios/plugins/* "$LAB/plugins" # what Debian's own services run
cp "$PLUGIN" "$LAB/plugins/check_smtp_tls"

tab=$(printf '\t')

# expect ENGINE COLLECT FILE LOG: COLLECT brings FILE up to date, which has lines of name, state, perfdata and output with tabs
# between them, the newest last; output may go on in further lines.
expect() {
	expect_engine=$1 expect_collect=$2 expect_file=$3 expect_log=$4
	expect_one good 0 '^SMTP_TLS OK - mx-ee.*Verified by DANE-EE' 'tlsa_matched=1;;1:'
	expect_one mismatch 2 '^SMTP_TLS CRITICAL - mx-mismatch' 'tlsa_matched=0;;1:'
	expect_one plain 1 '^SMTP_TLS WARNING - mx-plain' 'time='
	expect_one only 2 '^SMTP_TLS CRITICAL - mx-plain' 'time='
	# Thresholds that were given count under DANE-EE, too.
	expect_one ipv4 1 '^SMTP_TLS WARNING - mx-two.*127.0.25.1.*expires' 'cert_expires=[0-9]*s;8640000:'
	expect_one silent 3 "$expect_silent" ''
	expect_one unknown 3 '^SMTP_TLS UNKNOWN - ' ''
}

# has_all FILE: is there a result of every service? Output may have more lines, so count the names.
has_all() {
	for has_name in good mismatch plain only ipv4 silent unknown; do
		grep -q "^$has_name$tab" "$1" || return 1
	done
}

# expect_one NAME STATE OUTPUT PERFDATA: on a busy machine the first check may come too late, so wait for the next one.
expect_one() {
	if wait_for 60 expect_seen "$@"; then
		tap_ok "$expect_engine reads \"$1\" as state $2"
		return
	fi
	{ grep "^$1$tab" "$expect_file" || echo "no result" && tail -n 20 "$expect_log"; } >"$LAB/point.out" 2>&1
	tap_not_ok "$expect_engine reads \"$1\" as state $2" "$LAB/point.out"
}

expect_seen() {
	$expect_collect
	grep "^$1$tab" "$expect_file" | tail -n 1 | awk -F'\t' -v state="$2" -v output="$3" -v perf="$4" '
		$2 == state && $4 ~ output && $3 ~ perf { found = 1 } END { exit !found }'
}

lab_start
examples_trust
part prometheus_run
part cluster_run
part recipes_run
part icinga_run
part nagios_run
part examples_icinga
part examples_nagios
echo "1..$tap_count"
[ "$tap_failed" -eq 0 ]
