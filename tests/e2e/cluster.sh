# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# An Icinga 2 master and a satellite: the satellite runs the checks, those that the master asks for (command_endpoint) and
# those of its own zone; the master's API tells what came back, also of a server whose words are meant for Icinga, and
# a notification carries them.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh.

HOSTILE=127.0.25.99
HOSTILE_PORT=2599

# Endpoints know each other by certificate.
cluster_certificates() {
	cluster_ca=$LAB/cluster/ca
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=Icinga CA" -keyout "$cluster_ca.key" -out "$cluster_ca.crt" || return 1
	for cluster_node in master satellite; do
		cluster_certs=$LAB/cluster/$cluster_node/lib/certs
		mkdir -p "$cluster_certs"
		cp "$cluster_ca.crt" "$cluster_certs/ca.crt"
		printf 'subjectAltName=DNS:%s\n' "$cluster_node" >"$LAB/cluster/extensions"
		openssl req -newkey rsa:2048 -nodes -subj "/CN=$cluster_node" -keyout "$cluster_certs/$cluster_node.key" \
			-out "$LAB/cluster/csr" &&
			openssl x509 -req -in "$LAB/cluster/csr" -CA "$cluster_ca.crt" -CAkey "$cluster_ca.key" -CAcreateserial \
				-days 2 -extfile "$LAB/cluster/extensions" -out "$cluster_certs/$cluster_node.crt" || return 1
	done
}

# cluster_common NODE PORT
cluster_common() {
	cat <<END
const PluginDir = "$LAB/plugins"
const PluginContribDir = "$LAB/plugins"
const ManubulonPluginDir = "$LAB/plugins"
const NodeName = "$1"
const ZoneName = "$1"
include <itl>
include <plugins>
object CheckerComponent "checker" { }
object ApiListener "api" {
	bind_host = "127.0.0.1"
	bind_port = "$2"
	accept_config = true
	accept_commands = true
}
object Endpoint "master" {
	host = "127.0.0.1"
	port = "5665"
}
object Endpoint "satellite" { }
object Zone "master" { endpoints = [ "master" ] }
object Zone "satellite" {
	endpoints = [ "satellite" ]
	parent = "master"
}
object Zone "global-templates" { global = true }
END
}

cluster_master() {
	cluster_common master 5665
	cat <<END
object ApiUser "lab" {
	password = "lab"
	permissions = [ "objects/query/*" ]
}
object NotificationComponent "notification" { }
END
}

# A service with an endpoint needs a zone.
cluster_asked() {
	cat <<END
object User "night-shift" { }
object NotificationCommand "page" {
	command = [ "/bin/sh", "$LAB/cluster/page" ]
	arguments = {
		"--text" = {{ macro("\$service.name\$") + ": " + macro("\$service.output\$") }}
	}
}
object Host "mx" {
	check_command = "dummy"
	enable_active_checks = false
}
template Service "asked" {
	host_name = "mx"
	check_command = "smtp_tls"
	check_interval = 3s
	retry_interval = 3s
	max_check_attempts = 1
	command_endpoint = "satellite"
}
object Service "asked good" {
	import "asked"
	vars.smtp_tls_hostname = "ee.signed.test"
}
object Service "asked mismatch" {
	import "asked"
	vars.smtp_tls_hostname = "mismatch.signed.test"
}
object Service "asked hostile" {
	import "asked"
	vars.smtp_tls_hostname = "[$HOSTILE]:$HOSTILE_PORT"
	vars.smtp_tls_level = "may"
	vars.smtp_tls_verbose = true
}
apply Notification "page" to Service {
	command = "page"
	users = [ "night-shift" ]
	interval = 0
	assign where service.name == "asked hostile"
}
END
}

# What the master hands to the satellite: the command to everybody, in the form for the ITL, services of its own.
cluster_zones() {
	for cluster_zone in global-templates master satellite; do
		mkdir -p "$LAB/cluster/master/zones.d/$cluster_zone"
	done
	cluster_asked >"$LAB/cluster/master/zones.d/master/asked.conf"
	cp "$contrib/icinga2/itl/smtp_tls.conf" "$LAB/cluster/master/zones.d/global-templates/"
	cat >"$LAB/cluster/master/zones.d/satellite/mail.conf" <<'END'
object Host "far" {
	check_command = "dummy"
	enable_active_checks = false
}
object Service "own good" {
	host_name = "far"
	check_command = "smtp_tls"
	check_interval = 3s
	vars.smtp_tls_hostname = "ee.signed.test"
}
END
}

# A server whose greeting is meant for whoever reads it.
cluster_hostile() {
	exec python3 - "$HOSTILE" "$HOSTILE_PORT" <<'END'
import socketserver, sys

GREETING = (b"554-$host.name$ $user.name$ $ $$ | time=0s;;;0 x=1\r\n"
            b"554 SMTP_TLS OK - <script>alert(1)</script> [OK] (CRITICAL) \\n`id` $(id) \x1b[31m\xff $service.vars$\r\n")


class Hostile(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.sendall(GREETING)


socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer((sys.argv[1], int(sys.argv[2])), Hostile).serve_forever()
END
}

# Each service by the API: name, who ran it, state, output and performance data, with tabs between.
cluster_collect() {
	python3 - >"$LAB/cluster/results.new" 2>"$LAB/cluster/api.err" <<'END' && mv "$LAB/cluster/results.new" "$LAB/cluster/results"
import base64, json, ssl, urllib.request

context = ssl.create_default_context()
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
request = urllib.request.Request("https://127.0.0.1:5665/v1/objects/services")
request.add_header("Authorization", "Basic " + base64.b64encode(b"lab:lab").decode())
with urllib.request.urlopen(request, context=context, timeout=5) as answer:
    for service in json.load(answer)["results"]:
        last = service["attrs"]["last_check_result"]
        if last:
            print(service["attrs"]["name"], last["check_source"], int(last["state"]), json.dumps(last["output"]),
                  " ".join(map(str, last["performance_data"])), sep="\t")
END
}

cluster_seen() { # NAME STATE OUTPUT PERFDATA
	cluster_collect
	awk -F'\t' -v name="$1" -v state="$2" -v output="$3" -v perf="$4" '
		$1 == name && $2 == "satellite" && $3 == state && $4 ~ output && $5 ~ perf { found = 1 } END { exit !found }' \
		"$LAB/cluster/results"
}

cluster_point() {
	if wait_for 90 cluster_seen "$@"; then
		tap_ok "Icinga 2 master: \"$1\" from the satellite"
	else
		{ cat "$LAB/cluster/results" "$LAB/cluster/api.err"; tail -n 15 "$LAB/log/master.log" "$LAB/log/satellite.log"; } >"$LAB/point.out" 2>&1
		tap_not_ok "Icinga 2 master: \"$1\" from the satellite" "$LAB/point.out"
	fi
}

cluster_node() { # NODE
	icinga_at=$LAB/cluster/$1 icinga_main=$LAB/cluster/$1/icinga2.conf
	icinga_folders
	start "$1" icinga daemon
}

# The words came through, and none of them means anything: no macro of the monitor's, no bar but one, no HTML, no state.
cluster_harmless() {
	cluster_output=$(grep "^asked hostile$tab" "$LAB/cluster/results" | cut -f 4)
	case $cluster_output in
	*'%24host.name%24'*) ;;
	*) return 1 ;;
	esac
	# A state in brackets and the arrows of the dialogue are ours where they begin a line, and only there.
	! printf '%s\n' "$cluster_output" | sed -e 's/\\n\[[A-Z]*\] //g' -e 's/\\n[<>] //g' |
		grep -q -e '[$|<>]' -e '[[(]OK[])]' -e '[[(]CRITICAL[])]' -e 'u001b'
}

cluster_paged() {
	grep -q 'asked hostile: SMTP_TLS CRITICAL - .*%24host.name%24' "$LAB/cluster/paged"
}

cluster_run() {
	mkdir -p "$LAB/cluster/master" "$LAB/cluster/satellite"
	cluster_certificates >"$LAB/log/cluster.log" 2>&1 || {
		tap_not_ok "Icinga 2: certificates for master and satellite" "$LAB/log/cluster.log"
		return
	}
	cluster_master >"$LAB/cluster/master/icinga2.conf"
	cluster_common satellite 5667 >"$LAB/cluster/satellite/icinga2.conf"
	cluster_zones
	printf 'printf "%%s\\n" "$*" >>"%s"\n' "$LAB/cluster/paged" >"$LAB/cluster/page"
	: >"$LAB/cluster/results"
	start hostile cluster_hostile
	cluster_node master
	cluster_node satellite
	cluster_point "asked good" 0 '^"SMTP_TLS OK - mx-ee.*Verified by DANE-EE' 'tlsa_matched=1;;1:'
	cluster_point "asked mismatch" 2 '^"SMTP_TLS CRITICAL - mx-mismatch' 'tlsa_matched=0;;1:'
	cluster_point "own good" 0 '^"SMTP_TLS OK - mx-ee.*Verified by DANE-EE' 'cert_expires=[0-9]*s'
	cluster_point "asked hostile" 2 '^"SMTP_TLS CRITICAL - .*refus' '^time=0[.][0-9]*s;;;0;30'
	if cluster_harmless; then
		tap_ok "Icinga 2 master: a hostile server's words are harmless"
	else
		tap_not_ok "Icinga 2 master: a hostile server's words are harmless" "$LAB/cluster/results"
	fi
	if wait_for 60 cluster_paged; then
		tap_ok "Icinga 2 master: and stand in a notification as they are"
	else
		tap_not_ok "Icinga 2 master: and stand in a notification as they are" "$LAB/cluster/paged" "$LAB/log/master.log"
	fi
}
