# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The files of contrib/icinga2 and contrib/nagios as they are, in Debian's own configuration of Icinga 2 and
# Nagios (the lab has a copy of /etc): every example is run. Changed are the names of hosts and domains, the
# intervals, and where the engines write.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh.

# The lab's authority is one of the system's.
examples_trust() {
	cp "$LAB/tls/root.crt" /etc/ssl/certs/lab.pem
	ln -s lab.pem "/etc/ssl/certs/$(openssl x509 -in "$LAB/tls/root.crt" -noout -hash).0"
}

# examples_accepted ENGINE COMMAND...: does it take the configuration?
examples_accepted() {
	examples_point="$1 with Debian's configuration accepts the files of contrib"
	examples_log=$LAB/log/examples-validate.log
	shift
	if ("$@" >"$examples_log" 2>&1 </dev/null); then
		tap_ok "$examples_point"
	else
		tap_not_ok "$examples_point" "$examples_log"
		return 1
	fi
}

# examples_readme BEGIN HOST: the service that the README shows, from the line that begins so, for a host of the lab.
examples_readme() {
	awk -v begin="    $1" 'index($0, begin) == 1 { shown = 1 } shown { print } shown && /^    }/ { exit }' "$contrib/../README.md" |
		sed -e "s/mx1\.example\.org/$2/" -e 's/"smtp-tls example\.org"/"readme"/' -e 's/SMTP TLS example\.org/readme/' \
			-e 's/example\.org/ee.signed.test/' -e 's/check_command = .*/&; check_interval = 3s/'
}

# examples_free NAME...: files that Debian brings itself; ours must have other names.
examples_free() {
	for examples_file; do
		if [ -e "$examples_file" ]; then
			tap_not_ok "$examples_file is no name that Debian uses"
		fi
	done
}

# examples_expect LINE...: each is a name, a state and a pattern of the output, with tabs between them.
examples_expect() {
	for examples_line; do
		examples_name=${examples_line%%"$tab"*} examples_rest=${examples_line#*"$tab"}
		expect_one "$examples_name" "${examples_rest%%"$tab"*}" "${examples_rest#*"$tab"}" ''
	done
}

examples_icinga_objects() {
	icinga_writer
	cat <<'END'
object Host "mx-ee.signed.test" {
	check_command = "dummy"
	vars.mail_domains = [ "ee.signed.test", "mismatch.signed.test" ]
	vars.mail_domains_pkix = [ "implicit.signed.test" ]
	vars.mail_server = true
	vars.mailbox_server = true
}
object Host "dictionary" {
	check_command = "dummy"
	vars.mail_domains["plain.signed.test"] = { smtp_tls_level = "dane-only" }
	vars.mail_domains["deadfirst.signed.test"] = { }
	vars.mail_spares = [ "mx-dead.signed.test" ]
}
object Host "other" {
	check_command = "dummy"
	address = "127.0.25.1"
}
template Service "lab" {
	host_name = "other"
	check_command = "smtp_tls"
	check_interval = 3s
}
object Service "critical" {
	import "lab"
	vars.smtp_tls_hostname = "ta.signed.test"
	vars.smtp_tls_certificate_critical = "9999d"
}
object Service "signatures" {
	import "lab"
	vars.smtp_tls_hostname = "ta.signed.test"
	vars.smtp_tls_rrsig_critical = "9999d"
}
object Service "nothing" {
	import "lab"
}
END
}

examples_icinga() {
	icinga_at=$LAB/icinga-debian icinga_main=/etc/icinga2/icinga2.conf
	icinga_folders
	examples_free /etc/icinga2/conf.d/smtp_tls.conf /etc/icinga2/conf.d/smtp_tls_services.conf
	sed -i "s|\"/usr/lib/nagios/plugins\"|\"$LAB/plugins\"|" /etc/icinga2/constants.conf
	rm -f /etc/icinga2/features-enabled/notification.conf
	cp "$contrib/icinga2/smtp_tls.conf" "$contrib/icinga2/smtp_tls_services.conf" /etc/icinga2/conf.d/
	sed -i -e 's/check_interval = [0-9]*[mh]$/check_interval = 3s/' -e "s|/run/dovecot/lmtp|$LAB/dovecot/run/lmtp|" \
		/etc/icinga2/conf.d/smtp_tls_services.conf
	{
		examples_icinga_objects
		examples_readme 'object Service' other
	} >/etc/icinga2/conf.d/lab.conf
	examples_accepted "Icinga 2" icinga daemon -C || return
	start icinga-debian icinga daemon
	expect_engine="Icinga 2 with Debian's configuration" expect_collect=icinga_collect
	expect_file=$icinga_at/results expect_log=$LAB/log/icinga-debian.log
	wait_for 90 examples_icinga_last
	examples_expect \
		"smtp-tls ee.signed.test${tab}0${tab}^SMTP_TLS OK - mx-ee.*Verified by DANE-EE" \
		"smtp-tls mismatch.signed.test${tab}2${tab}^SMTP_TLS CRITICAL - mx-mismatch" \
		"smtp-tls-all ee.signed.test${tab}0${tab}^SMTP_TLS OK - mx-ee" \
		"smtp-tls-secure implicit.signed.test${tab}0${tab}^SMTP_TLS OK - implicit.*Verified" \
		"smtp-tls-host${tab}0${tab}^SMTP_TLS OK - mx-ee" \
		"submission-tls${tab}0${tab}^SMTP_TLS OK - mx-ee.*:587" \
		"lmtp-tls${tab}0${tab}^SMTP_TLS OK - " \
		"smtp-tls plain.signed.test${tab}2${tab}^SMTP_TLS CRITICAL - mx-plain" \
		"smtp-tls-all deadfirst.signed.test${tab}0${tab}^SMTP_TLS OK - mx-ee" \
		"critical${tab}2${tab}^SMTP_TLS CRITICAL - .*expire" \
		"signatures${tab}2${tab}^SMTP_TLS CRITICAL - .*signature" \
		"nothing${tab}3${tab}smtp_tls_hostname" \
		"readme${tab}0${tab}^SMTP_TLS OK - mx-ee.*Verified by DANE-EE"
}

examples_icinga_last() {
	icinga_collect
	grep -q "^smtp-tls-all deadfirst.signed.test$tab" "$expect_file" && grep -q "^nothing$tab" "$expect_file"
}

# nagios.cfg of Debian, with its checks in a hurry, and its files where they end with the lab.
examples_nagios_config() {
	grep -v '^interval_length\|_delay_method\|^check_result_reaper_frequency\|^process_performance_data' \
		/etc/nagios4/nagios.cfg | sed -e "s|/var/[a-z]*/nagios4|$examples_at|" -e 's|^temp_path=.*|temp_path=/tmp|' \
		-e 's/^enable_notifications=.*/enable_notifications=0/' -e 's/^check_for_updates=.*/check_for_updates=0/' \
		-e 's/^use_syslog=.*/use_syslog=0/'
	nagios_writer "$examples_at/perfdata"
}

# The examples of one domain stand for several domains here.
examples_nagios_names() {
	sed -e 's/example\.org!--all --down-ok=mx9\.example\.org/deadfirst.signed.test!--all --down-ok=mx-dead.signed.test/' \
		-e 's/mx1\.example\.org/mx-ee.signed.test/' -e 's/!example\.org/!ee.signed.test/' \
		-e 's/!example\.com/!implicit.signed.test/' "$contrib/nagios/check_smtp_tls_services.cfg"
}

examples_nagios() {
	examples_at=$LAB/nagios-debian
	mkdir -p "$examples_at/archives" "$examples_at/spool/checkresults" "$examples_at/rw"
	examples_free /etc/nagios4/*/check_smtp_tls.cfg /etc/nagios4/*/check_smtp_tls_services.cfg \
		/etc/nagios-plugins/config/check_smtp_tls.cfg
	cp "$contrib/nagios/check_smtp_tls.cfg" /etc/nagios4/conf.d/
	{
		examples_nagios_names
		examples_readme 'define service' localhost
	} >/etc/nagios4/conf.d/check_smtp_tls_services.cfg
	examples_nagios_config >"$examples_at/nagios.cfg"
	cp "$examples_at/nagios.cfg" /etc/nagios4/nagios.cfg
	# shellcheck disable=SC2016 # a macro of Nagios
	printf '$USER1$=%s\n' "$LAB/plugins" >/etc/nagios4/resource.cfg
	chown -R nagios:nagios "$examples_at"
	examples_accepted "Nagios 4" nagios4 -v /etc/nagios4/nagios.cfg || return
	start nagios-debian nagios4 /etc/nagios4/nagios.cfg
	expect_engine="Nagios 4 with Debian's configuration" expect_collect=true
	expect_file=$examples_at/perfdata expect_log=$examples_at/nagios.log
	wait_for 90 grep -q "^Submission TLS$tab" "$expect_file"
	examples_expect \
		"SMTP TLS example.org${tab}0${tab}^SMTP_TLS OK - mx-ee.*Verified by DANE-EE" \
		"SMTP DANE example.org${tab}0${tab}^SMTP_TLS OK - mx-ee.*Verified by DANE-EE" \
		"SMTP TLS example.org all hosts${tab}0${tab}^SMTP_TLS OK - mx-ee" \
		"SMTP TLS example.com${tab}0${tab}^SMTP_TLS OK - implicit.*Verified" \
		"SMTP TLS${tab}0${tab}^SMTP_TLS OK - mx-ee" \
		"Submission TLS${tab}0${tab}^SMTP_TLS OK - mx-ee.*:587" \
		"readme${tab}0${tab}^SMTP_TLS OK - mx-ee.*Verified by DANE-EE"
}
