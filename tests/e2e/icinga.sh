# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Icinga 2 in a folder of its own, with contrib/icinga2/smtp_tls.conf: runs checks and reads what they say.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh.

icinga_config() {
	cat <<END
const PluginDir = "$LAB/plugins"
const PluginContribDir = "$LAB/plugins"
const ManubulonPluginDir = "$LAB/plugins"
const NodeName = "e2e"
const ZoneName = "e2e"
include <itl>
include <plugins>
include "$contrib/icinga2/smtp_tls.conf"
object CheckerComponent "checker" { }
END
	icinga_writer
	cat <<END
object Host "mx" {
	check_command = "dummy"
	enable_active_checks = false
}
template Service "probe" {
	host_name = "mx"
	check_command = "smtp_tls"
	check_interval = 2s
	retry_interval = 2s
	max_check_attempts = 1
	vars.smtp_tls_nameserver = "$RESOLVER:$RESOLVER_PORT"
	vars.smtp_tls_helo = "monitor.signed.test"
}
END
	icinga_service good ee.signed.test
	icinga_service mismatch mismatch.signed.test
	icinga_service plain plain.signed.test
	icinga_service only plain.signed.test 'vars.smtp_tls_level = "dane-only"'
	icinga_service ipv4 two.signed.test 'vars.smtp_tls_ipv4 = true' 'vars.smtp_tls_certificate_warning = "100d"'
	# Between SIGTERM and SIGKILL is a tenth of this. Icinga looks every half second: with less than five seconds it
	# often sends both at once.
	icinga_service silent silent.signed.test 'check_timeout = 20s'
	icinga_service unknown ee.signed.test "vars.smtp_tls_nameserver = \"$NO_RESOLVER\""
}

# Results as "expect" reads them.
icinga_writer() {
	cat <<END
object PerfdataWriter "perfdata" {
	rotation_interval = 1s
	service_format_template = "\$service.name\$\t\$service.state_id\$\t\$service.perfdata\$\t\$service.output\$"
}
END
}

# icinga_service NAME DOMAIN [LINE...]
icinga_service() {
	printf 'object Service "%s" {\n\timport "probe"\n\tvars.smtp_tls_hostname = "%s"\n' "$1" "$2"
	shift 2
	for icinga_line; do
		printf '\t%s\n' "$icinga_line"
	done
	printf '}\n'
}

# icinga ARGUMENT...: with the configuration $icinga_main, and all that it writes in $icinga_at. Replaces the
# shell that calls it, so that its pid is the daemon's.
icinga() {
	exec icinga2 "$@" -c "$icinga_main" "-DDataDir=$icinga_at/lib" "-DLogDir=$icinga_at/log" \
		"-DCacheDir=$icinga_at/cache" "-DSpoolDir=$icinga_at/spool" "-DInitRunDir=$icinga_at/run" \
		"-DConfigDir=${icinga_main%/*}" "-DZonesDir=${icinga_main%/*}/zones.d" -DRunAsUser=root -DRunAsGroup=root
}

icinga_folders() {
	for icinga_folder in lib log cache spool/perfdata spool/tmp run; do
		mkdir -p "$icinga_at/$icinga_folder"
	done
}

icinga_run() {
	icinga_at=$LAB/icinga icinga_main=$LAB/icinga/icinga2.conf
	icinga_folders
	icinga_config >"$icinga_main"
	start icinga icinga daemon
	wait_for 90 icinga_has_all
	# Icinga ends a check with SIGTERM and keeps what it printed: that has to be a status line.
	expect_silent='SMTP_TLS UNKNOWN - .*mx-silent.*greeting'
	expect "Icinga 2" icinga_collect "$icinga_at/results" "$LAB/log/icinga.log"
	icinga_perfdata
}

icinga_results() {
	cat "$icinga_at/spool/perfdata"/service-perfdata* "$icinga_at/spool"/service-perfdata* 2>/dev/null
}

icinga_collect() {
	icinga_results >"$icinga_at/results"
}

icinga_has_all() {
	icinga_collect
	has_all "$icinga_at/results"
}

# Every number of a good run, as Icinga's own parser reads it: label, unit and value survive.
icinga_perfdata() {
	perfdata=$(sed -n "s/^good$tab[0-9]*$tab\\([^${tab}]*\\)$tab.*/\\1/p" "$LAB/icinga/results" | tail -n 1)
	perfdata_list=$(printf '%s\n' "$perfdata" | tr ' ' '\n' | sed 's/.*/"&"/' | paste -s -d, -)
	timeout 60 icinga2 console --eval "[ $perfdata_list ].map(x => {
		var p = parse_performance_data(x); p.label + \"=\" + p.value + p.unit }).join(\" \")" \
		>"$LAB/point.out" 2>&1 </dev/null
	perfdata_wanted=$(printf '%s\n' "$perfdata" | wc -w)
	perfdata_seen=$(tr ' "' '\n\n' <"$LAB/point.out" | grep -c '^[a-z_0-9]*=-\{0,1\}[0-9.e+-]*\(seconds\)\{0,1\}$')
	if [ "$perfdata_seen" -gt 15 ] && [ "$perfdata_seen" -eq "$perfdata_wanted" ]; then
		tap_ok "Icinga 2 reads all $perfdata_seen numbers"
	else
		echo "$perfdata_seen of $perfdata_wanted: $perfdata" >>"$LAB/point.out"
		tap_not_ok "Icinga 2 reads all numbers" "$LAB/point.out"
	fi
}
