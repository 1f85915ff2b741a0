# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Nagios 4 in a folder of its own, with contrib/nagios/check_smtp_tls.cfg: runs checks and reads what they say.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh.

nagios_config() {
	tr ' ' '\n' <<END
cfg_file=$contrib/nagios/check_smtp_tls.cfg cfg_file=$LAB/nagios/objects.cfg resource_file=$LAB/nagios/resource.cfg
log_file=$LAB/nagios/nagios.log log_archive_path=$LAB/nagios/archive use_syslog=0
object_cache_file=$LAB/nagios/objects.cache precached_object_file=$LAB/nagios/objects.precache
status_file=$LAB/nagios/status.dat status_update_interval=1 retain_state_information=0
nagios_user=nobody nagios_group=nogroup lock_file=$LAB/nagios/nagios.pid temp_file=$LAB/nagios/nagios.tmp
temp_path=$LAB/nagios/tmp check_result_path=$LAB/nagios/results.d check_external_commands=0
query_socket=$LAB/nagios/nagios.qh check_workers=1 execute_host_checks=0 enable_notifications=0 check_for_updates=0
max_service_check_spread=1 service_check_timeout=40 service_check_timeout_state=u
END
	nagios_writer "$LAB/nagios/perfdata"
}

# nagios_writer FILE: check at once and often, and write results as "expect" reads them.
nagios_writer() {
	tr ' ' '\n' <<END
interval_length=1 service_inter_check_delay_method=n check_result_reaper_frequency=1 process_performance_data=1
service_perfdata_file=$1 service_perfdata_file_mode=a service_perfdata_file_processing_interval=0
service_perfdata_file_template=\$SERVICEDESC\$\t\$SERVICESTATEID\$\t\$SERVICEPERFDATA\$\t\$SERVICEOUTPUT\$
END
}

nagios_objects() {
	echo 'define timeperiod {'
	printf '\ttimeperiod_name 24x7\n\talias always\n'
	for nagios_day in sunday monday tuesday wednesday thursday friday saturday; do
		printf '\t%s 00:00-24:00\n' "$nagios_day"
	done
	cat <<END
}
define command {
	command_name notify-nobody
	command_line /bin/true
}
define contact {
	contact_name nobody
	host_notification_period 24x7
	service_notification_period 24x7
	host_notification_options n
	service_notification_options n
	host_notification_commands notify-nobody
	service_notification_commands notify-nobody
}
define host {
	name generic-host
	max_check_attempts 1
	check_period 24x7
	active_checks_enabled 0
	contacts nobody
	register 0
}
define service {
	name generic-service
	check_interval 5
	retry_interval 5
	max_check_attempts 1
	check_period 24x7
	notification_period 24x7
	contacts nobody
	register 0
}
define host {
	use generic-host
	host_name mx
	address 127.0.0.1
}
END
	nagios_options="--nameserver $RESOLVER:$RESOLVER_PORT --helo monitor.signed.test"
	nagios_service good ee.signed.test "$nagios_options"
	nagios_service mismatch mismatch.signed.test "$nagios_options"
	nagios_service plain plain.signed.test "$nagios_options"
	nagios_service only plain.signed.test "$nagios_options -l dane-only"
	nagios_service ipv4 two.signed.test "$nagios_options --ipv4 --certificate=100d,7d"
	nagios_service silent silent.signed.test "$nagios_options --timeout=2 --timeout-result=unknown"
	nagios_service unknown ee.signed.test "--nameserver $NO_RESOLVER"
}

# nagios_service NAME DOMAIN OPTIONS
nagios_service() {
	printf 'define service {\n\tuse generic-service\n\thost_name mx\n\tservice_description %s\n' "$1"
	printf '\tcheck_command check_smtp_tls!%s!%s\n}\n' "$2" "$3"
}

nagios_run() {
	mkdir -p "$LAB/nagios/archive" "$LAB/nagios/tmp" "$LAB/nagios/results.d" || return 1
	nagios_objects >"$LAB/nagios/objects.cfg"
	# shellcheck disable=SC2016 # a macro of Nagios
	printf '$USER1$=%s\n' "$LAB/plugins" >"$LAB/nagios/resource.cfg"
	nagios_config >"$LAB/nagios/nagios.cfg"
	chown -R nobody:nogroup "$LAB/nagios"
	start nagios nagios4 "$LAB/nagios/nagios.cfg"
	wait_for 60 nagios_has_all
	expect_silent='^SMTP_TLS UNKNOWN - .*mx-silent.*greeting'
	expect "Nagios 4" true "$LAB/nagios/perfdata" "$LAB/nagios/nagios.log"
}

nagios_has_all() {
	has_all "$LAB/nagios/perfdata"
}
