#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# smtp-tls-fleet submits to a real Icinga 2: 500 services get state, output and performance data; and with the API
# down, slow, refusing a password or restarting in the middle nothing is lost, and the exit code says it.
# Usage: submit.sh FLEET. Prints TAP; exit 1 if a point failed. NO_SKIP, KEEP: as in ../interop.

here=$(cd "$(dirname "$0")" && pwd)
interop=$here/../interop
contrib=$(cd "$here/../../contrib" && pwd)
# shellcheck disable=SC1090,SC1091,SC2034,SC2154 # files of ours, and what they read and set
. "$interop/lab.sh"
. "$here/icinga.sh"

FLEET=${1:?"usage: submit.sh FLEET"}
[ "$(id -u)" = 0 ] || tap_skip_all "needs root for a network namespace"
for tool in icinga2 curl openssl ip; do
	command -v $tool >/dev/null || tap_skip_all "$tool is not installed (apt-get install $(cat "$here/packages"))"
done
[ -x "$FLEET" ] || tap_skip_all "there is no program $FLEET"
lab_enter 900 "$0" "$@"
lab_folder submit
echo "TAP version 13"
ip link set lo up || exit 1
SERVICES=500
PORT=5665
icinga_at=$LAB/icinga icinga_main=$LAB/icinga/icinga2.conf
certs=$icinga_at/lib/certs
mkdir -p "$icinga_at"
icinga_folders
mkdir -p "$certs"

# Icinga's own authority, and a certificate of the name that the node has.
icinga_pki() {
	(
		cd "$certs" || exit 1
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 30 -subj "/CN=Icinga CA"
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout master.test.key -out master.csr -subj "/CN=master.test"
		printf 'subjectAltName=DNS:master.test\n' >ext
		openssl x509 -req -in master.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile ext -out master.test.crt
	) >"$LAB/log/pki.log" 2>&1
}

api_config() {
	cat <<END
const PluginDir = "/usr/lib/nagios/plugins"
const NodeName = "master.test"
const ZoneName = "master"
include <itl>
include "$contrib/icinga2/smtp_tls_fleet.conf"
object CheckerComponent "checker" { }
object Endpoint "master.test" { }
object Zone "master" { endpoints = [ "master.test" ] }
object ApiListener "api" {
	bind_host = "127.0.0.1"
	bind_port = $PORT
}
object ApiUser "fleet" {
	password = "se#cret \"x\""
	permissions = [ { permission = "actions/process-check-result" } ]
}
object ApiUser "reader" {
	password = "read"
	permissions = [ "objects/query/*", "status/query" ]
}
END
	while read -r api_host rest; do
		api_host=${api_host#"["}
		cat <<END
object Host "${api_host%%"]"*}" {
	check_command = "dummy"
	enable_active_checks = false
	vars.mail_domain = true
}
END
	done <"$LAB/list"
}

icinga_up() {
	(icinga daemon) >>"$LAB/log/icinga.log" 2>&1 &
	echo $! >"$LAB/icinga.pid"
	wait_for 120 api GET objects/services/127.0.1.1!smtp-tls
}

icinga_down() {
	read -r icinga_pid <"$LAB/icinga.pid"
	kill -TERM "$icinga_pid"
	wait_for 60 icinga_gone
}

icinga_gone() {
	! kill -0 "$icinga_pid" 2>/dev/null
}

api() { # METHOD PATH [CURL...]
	api_method=$1 api_path=$2
	shift 2
	curl -s -f --cacert "$certs/ca.crt" --resolve "master.test:$PORT:127.0.0.1" -u reader:read -X "$api_method" \
		-H 'Accept: application/json' "https://master.test:$PORT/v1/$api_path" "$@" >"$LAB/answer" 2>/dev/null
}

# How many services are in this state, with output, numbers and TTL, by a result that is not older than the last run.
services() { # STATE
	api POST objects/services -H 'X-HTTP-Method-Override: GET' -d "{\"attrs\":[\"name\"],\"filter\":\"service.state==$1 && \
service.last_check_result && match(\\\"SMTP_TLS *Connection refused*\\\", service.last_check_result.output) && \
len(service.last_check_result.performance_data) > 3 && service.last_check_result.ttl == 3600 && \
service.last_check_result.execution_end >= $since\"}" || return 1
	grep -o '"type":"Service"' "$LAB/answer" | wc -l
}

# shellcheck disable=SC2317 # called by wait_for
stale() {
	api POST objects/services -H 'X-HTTP-Method-Override: GET' -d '{"attrs":["name"],"filter":"service.state==3 && service.last_check_result && match(\"*No Passive Check Result*\", service.last_check_result.output)"}' || return 1
	[ "$(grep -o '"type":"Service"' "$LAB/answer" | wc -l)" = "$SERVICES" ]
}

fleet() { # ARGUMENT...
	since=$(date +%s)
	"$FLEET" --level=none --output-format=line --submit="icinga2=https://${url_host:-127.0.0.1}:$PORT" --submit-config="$LAB/submit.conf" \
		"$@" >"$LAB/out" 2>"$LAB/err"
	code=$?
}

point() { # NAME COMMAND...
	point_name=$1
	shift
	if "$@"; then
		tap_ok "$point_name"
	else
		{ echo "exit code $code"; tail -n 20 "$LAB/err"; head -n 3 "$LAB/out"; tail -n 5 "$LAB/log/icinga.log"; } >"$LAB/point.out" 2>&1
		tap_not_ok "$point_name" "$LAB/point.out"
	fi
}

# shellcheck disable=SC2317 # called by point
says() {
	grep -q -e "$1" "$LAB/err"
}

# shellcheck disable=SC2317 # called by point
counts() { # NUMBER STATE
	counted=$(services "$2")
	[ "$counted" = "$1" ] || ! echo "state $2: $counted, not $1" >>"$LAB/err"
}

config() { # [LINE...]
	{
		printf '# as whom\nuser = fleet\npassword = se#cret "x"\nca = %s\nname = master.test\nttl = 1h\n' "$certs/ca.crt"
		for config_line; do
			echo "$config_line"
		done
	} >"$LAB/submit.conf"
	chmod 600 "$LAB/submit.conf"
}

# Four states, each a quarter of all.
awk -v n=$SERVICES 'BEGIN {
	split("ok warning critical unknown", state, " ")
	for (i = 0; i < n; i++) print "[127.0." int(i / 250) + 1 "." i % 250 + 1 "]:1 --state=connect-failed=" state[i % 4 + 1]
}' >"$LAB/list"
code=0
icinga_pki
api_config >"$icinga_main"
config
if ! icinga_up; then
	point "Icinga 2 starts" false
	echo "1..$tap_count"
	exit 1
fi
echo "# $(icinga2 --version | head -n 1)"

# Icinga's own first look at services without a result, soon after its start.
point "without a fleet every service is UNKNOWN" wait_for 120 stale
fleet "$LAB/list"
point "500 verdicts are submitted" says "; $SERVICES submitted\$"
point "the exit code is 0" test "$code" = 0
for state in 0 1 2 3; do
	point "125 services are in state $state, with output, numbers and TTL" counts 125 $state
done

config 'password = wrong'
fleet --fail-on=warning "$LAB/list"
point "a refused password is told" says 'is not submitted: the API answers 401'
point "of everybody" says "; 0 submitted; $SERVICES were NOT submitted\$"
point "the exit code is 1, whatever --fail-on says" test "$code" = 1
point "all verdicts are in the output" test "$(wc -l <"$LAB/out")" = "$SERVICES"

config 'service = other'
fleet "$LAB/list"
point "services that are not there are told" says "is not submitted: the API answers 404: No objects found"
point "and the exit code is 1" test "$code" = 1

config "ca = $LAB/other.crt"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$LAB/other.key" -out "$LAB/other.crt" -days 3 \
	-subj "/CN=Other" >/dev/null 2>&1
fleet "$LAB/list"
point "a certificate of another authority gets no password" says "; 0 submitted; $SERVICES were NOT"

config
chmod 644 "$LAB/submit.conf"
fleet "$LAB/list"
point "a file that anybody may read is refused" says 'anybody may read it'
point "before anything is done" test "$code,$(wc -l <"$LAB/out")" = 3,0
config

# A fleet that does not come again shows.
config 'ttl = 3s'
fleet "$LAB/list"
point "results that live for three seconds are submitted" says "; $SERVICES submitted\$"
point "and when they are over every service is UNKNOWN" wait_for 120 stale

# The example with satellites is one that Icinga takes.
mkdir -p "$LAB/zones"
{
	printf 'const NodeName = "master.example.org"\nconst ZoneName = "master"\n'
	printf 'const PluginDir = "/usr/lib/nagios/plugins"\ninclude <itl>\n'
	cat "$contrib/icinga2/smtp_tls_fleet_zones.conf"
	printf 'include "%s"\n' "$contrib/icinga2/smtp_tls_fleet.conf"
	sed -n '/zones.d.mail-a/,$s/^ \*   //p' "$contrib/icinga2/smtp_tls_fleet_zones.conf"
} >"$LAB/zones/icinga2.conf"
icinga_zones() {
	(
		icinga_main=$LAB/zones/icinga2.conf icinga_at=$LAB/zones
		icinga_folders
		icinga daemon -C
	) >"$LAB/log/zones.log" 2>&1
}
point "the example with satellites is accepted" icinga_zones

# Down all the time, then down at first, then restarting in the middle.
icinga_down
config 'patience = 3s'
fleet "$LAB/list"
point "an API that is down is told" says 'is not submitted: .*connect'
point "by number, too" says "; 0 submitted; $SERVICES were NOT submitted\$"
point "and the exit code is 1" test "$code" = 1
config
(sleep 4; icinga_up) &
late_pid=$!
fleet "$LAB/list"
wait $late_pid
point "an API that comes up late gets everything" says "; $SERVICES submitted\$"
point "and has it" counts 125 1
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do
	sed 's/connect-failed=.*/connect-failed=ok/' "$LAB/list"
done >"$LAB/long"
cat "$LAB/list" >>"$LAB/long"
"$FLEET" --level=none --output-format=line --submit="icinga2=https://127.0.0.1:$PORT" \
	--submit-config="$LAB/submit.conf" "$LAB/long" >"$LAB/out" 2>"$LAB/err" &
fleet_pid=$!
# shellcheck disable=SC2317 # called by wait_for
under_way() {
	[ "$(wc -l <"$LAB/out")" -gt 500 ]
}
wait_for 120 under_way
icinga_down
code=0
point "the API goes down while the fleet is on its way" kill -0 $fleet_pid
icinga_up
wait $fleet_pid
code=$?
point "a restart in the middle of 10,000 loses nothing" says "; 10000 submitted; 9500 were of a service that another line has\$"
point "and the exit code is 0" test "$code" = 0

# It moves: where its name led when the fleet began, nobody is any more.
cat /etc/hosts >"$LAB/hosts"
mount --bind "$LAB/hosts" /etc/hosts
echo '127.0.0.9 api.test' >>"$LAB/hosts"
# shellcheck disable=SC2317 # called by wait_for
all_done() {
	[ "$(wc -l <"$LAB/out")" -ge $SERVICES ]
}
: >"$LAB/out"
(
	wait_for 120 all_done
	sleep 1
	echo '127.0.0.1 api.test' >"$LAB/hosts"
) &
move_pid=$!
url_host=api.test
fleet "$LAB/list"
url_host=''
wait $move_pid
umount /etc/hosts
point "an API that has moved is found where it is now" says "; $SERVICES submitted\$"

# Slow: it sleeps for a while.
read -r icinga_pid <"$LAB/icinga.pid"
(
	sleep 1
	kill -STOP "$icinga_pid"
	sleep 8
	kill -CONT "$icinga_pid"
) &
slow_pid=$!
fleet "$LAB/list"
wait $slow_pid
point "an API that is slow gets everything" says "; $SERVICES submitted\$"
since=0
for state in 0 1 2 3; do
	point "in the end all services are in the state of the last result ($state)" counts 125 $state
done
icinga_down
echo "1..$tap_count"
[ "$tap_failed" = 0 ]
