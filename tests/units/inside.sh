#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Runs in the booted folder, as the service units-test: the units of contrib/systemd as their first lines and the README
# say, at the demo's domains. Prints TAP without a plan. SUITE names the folder.
# shellcheck disable=SC1091,SC2034,SC2154 # files of ours, what they read and set
set -u
. /units/demo.sh
. /units/tap.sh
LAB=/tmp
examples=/usr/share/doc/check-smtp-tls/examples
metrics=/var/lib/prometheus/node-exporter
verdicts=/var/lib/smtp-tls-fleet/verdicts.jsonl
cd /tmp || exit 1

# holds NAME COMMAND...: a point; what the command prints, and the units' own words, tell why not.
holds() {
	holds_name="$SUITE: $1"
	shift
	if ("$@") >/tmp/point.out 2>&1 </dev/null; then
		tap_ok "$holds_name"
	else
		journalctl -q --no-pager -n 15 -u smtp-tls-metrics -u smtp-tls-fleet >/tmp/journal 2>&1
		tap_not_ok "$holds_name" /tmp/point.out /tmp/journal
	fi
}

# drop_in UNIT: what is on standard input, in place of what was there.
drop_in() {
	mkdir -p "/etc/systemd/system/$1.d" && cat >"/etc/systemd/system/$1.d/test.conf" && systemctl daemon-reload
}

runs() { # UNIT
	systemctl start "$1.service" || {
		systemctl status --no-pager "$1.service"
		return 1
	}
}

waits_for_its_time() { # TIMER
	systemctl enable --now "$1.timer" && systemctl is-active "$1.timer" && systemctl is-enabled "$1.timer" &&
		[ "$(systemctl show -P NextElapseUSecRealtime "$1.timer")" != "" ]
}

has_metrics() {
	cat "$metrics"/smtp_tls_*.prom
	[ "$(cat "$metrics"/smtp_tls_*.prom | grep -c '^smtp_tls_state{')" = 2 ] &&
		grep -q "^smtp_tls_state{.*} 0" "$metrics"/smtp_tls_*.prom && grep -q "^smtp_tls_state{.*} 2" "$metrics"/smtp_tls_*.prom
}

has_verdicts() {
	ls -lL "${verdicts%/*}"
	cut -c 1-300 "$verdicts"
	[ "$(wc -l <"$verdicts")" = 2 ] && grep -q '"state":"OK"' "$verdicts" && grep -q '"state":"CRITICAL"' "$verdicts"
}

# With the sandbox's filter in force the program's own is still taken: else the trace says that there is none.
is_filtered() { # UNIT COMMAND...
	is_filtered_unit=$1
	shift
	{
		printf '[Service]\nExecStartPre=\nExecStart=\nExecStart=%s\nStandardOutput=truncate:/tmp/filtered\nPrivateTmp=no\n' "$*"
		printf 'SuccessExitStatus=2\n'
	} | drop_in "$is_filtered_unit.service"
	runs "$is_filtered_unit" && cat /tmp/filtered && grep -q 'EHLO' /tmp/filtered && ! grep -q 'filter' /tmp/filtered
}

submits() {
	mkdir -p /etc/smtp-tls-fleet && (umask 077 && printf 'user = fleet\npassword = secret\nca = %s\n' \
		/run/credentials/smtp-tls-fleet.service/ca.crt >/etc/smtp-tls-fleet/submit.conf)
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
		-addext subjectAltName=IP:127.0.0.1 -keyout /tmp/api.key -out /tmp/ca.crt
	python3 /units/api.py 5665 /tmp/ca.crt /tmp/api.key >/tmp/posted 2>&1 &
	until_line /tmp/posted ready || return 1
	drop_in smtp-tls-fleet.service <<-'END'
		[Service]
		LoadCredential=submit.conf:/etc/smtp-tls-fleet/submit.conf
		LoadCredential=ca.crt:/tmp/ca.crt
		Environment="SUBMIT=--submit=icinga2=https://127.0.0.1:5665 --submit-config=%d/submit.conf"
	END
	sed -i "s/--submit=/--port=$DEMO_PORT &/" /etc/systemd/system/smtp-tls-fleet.service.d/test.conf
	systemctl daemon-reload
	runs smtp-tls-fleet
	cat /tmp/posted
	[ "$(grep -c '"exit_status"' /tmp/posted)" = 2 ]
}

demo_start /units/demo 240 /tmp/demo.env || {
	echo "Bail out! the demo does not start: $demo_why"
	exit 1
}
python3 /units/relay.py "${DEMO_DNS#*:}" &
relay=$!
trap 'kill "$demo" "$relay"' EXIT
echo "nameserver 127.0.0.1" >/etc/resolv.conf

holds "systemd is up" systemctl list-units --no-pager
printf '%s --port=%s\n' "$DEMO_DOMAIN_good" "$DEMO_PORT" "$DEMO_DOMAIN_broken" "$DEMO_PORT" >/etc/smtp-tls-domains
install "$examples/prometheus/smtp-tls-metrics" /usr/local/bin
install -m 644 "$examples"/systemd/* /etc/systemd/system
systemctl daemon-reload
holds "the timer of metrics" waits_for_its_time smtp-tls-metrics
holds "metrics are collected" runs smtp-tls-metrics
holds "they are those of two domains" has_metrics
holds "metrics are collected again" runs smtp-tls-metrics
holds "the program's own filter beside that of metrics" is_filtered smtp-tls-metrics \
	/usr/lib/nagios/plugins/check_smtp_tls -vvv -H "$DEMO_DOMAIN_good" -p "$DEMO_PORT"

mkdir -p /etc/smtp-tls-fleet
printf '%s\n' "$DEMO_DOMAIN_good" "$DEMO_DOMAIN_broken" >/etc/smtp-tls-fleet/domains
printf '[Service]\nEnvironment=SUBMIT=--port=%s\n' "$DEMO_PORT" | drop_in smtp-tls-fleet.service
holds "the timer of the fleet" waits_for_its_time smtp-tls-fleet
holds "the fleet goes through its list" runs smtp-tls-fleet
holds "there are two verdicts" has_verdicts
holds "it goes through it again" runs smtp-tls-fleet
holds "there are two verdicts again" has_verdicts
holds "they are submitted, with credentials of the unit" submits
holds "no unit has failed" sh -c '! systemctl --failed --no-legend --no-pager | grep smtp-tls'
echo "# that is all"
