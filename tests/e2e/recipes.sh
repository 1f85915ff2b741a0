# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# contrib/recipes: NRPE with its own daemon, a local check for Checkmk, Zabbix's agent, a push to Uptime Kuma.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh.

# recipe FILE: as it is, but for the program's place and the domain.
recipe() {
	sed -e "s|/usr/lib/nagios/plugins/check_smtp_tls|$LAB/plugins/check_smtp_tls|" -e 's/example\.org/ee.signed.test/g' \
		-e "s|/run/dovecot/lmtp|$LAB/dovecot/run/lmtp|" "$contrib/recipes/$1"
}

# recipe_says NAME CODE PATTERN COMMAND...
recipe_says() {
	recipe_name=$1 recipe_code=$2 recipe_pattern=$3
	shift 3
	timeout -k 5 60 "$@" >"$LAB/point.out" 2>&1 </dev/null
	recipe_seen=$?
	if [ "$recipe_seen" = "$recipe_code" ] && grep -q -e "$recipe_pattern" "$LAB/point.out"; then
		tap_ok "$recipe_name"
	else
		echo "exit code $recipe_seen" >>"$LAB/point.out"
		tap_not_ok "$recipe_name" "$LAB/point.out"
	fi
}

recipes_nrpe() {
	{
		printf '%s\n' "pid_file=$LAB/recipes/nrpe.pid" "log_file=$LAB/recipes/nrpe.log" server_address=127.0.0.1 \
			server_port=5668 nrpe_user=nagios nrpe_group=nagios allowed_hosts=127.0.0.1 command_timeout=40
		recipe nrpe.cfg
	} >"$LAB/recipes/nrpe.cfg"
	start nrpe nrpe -c "$LAB/recipes/nrpe.cfg" -f
	wait_for 60 sh -c 'ss -ltn | grep -q 127.0.0.1:5668'
	set -- /usr/lib/nagios/plugins/check_nrpe -H 127.0.0.1 -p 5668 -t 45 -c
	recipe_says "NRPE: a domain" 0 '^SMTP_TLS OK - mx-ee.*Verified by DANE-EE.*| *time=' "$@" check_smtp_tls
	recipe_says "NRPE: LMTP" 0 '^SMTP_TLS OK - ' "$@" check_smtp_tls_lmtp
}

recipes_checkmk() {
	CHECK_SMTP_TLS=$LAB/plugins/check_smtp_tls DOMAINS='ee.signed.test mismatch.signed.test'
	export CHECK_SMTP_TLS DOMAINS
	recipe_says "Checkmk: a local check that is OK" 0 \
		'^0 "SMTP TLS ee.signed.test" time=[0-9.]*|time_dns=[^ ;]*|nodes_ok=1 SMTP_TLS OK - mx-ee' "$contrib/recipes/checkmk_local"
	recipe_says "Checkmk: and one that is not" 0 \
		'^2 "SMTP TLS mismatch.signed.test" [^ ;]*tlsa_matched=0|[^ ;]* SMTP_TLS CRITICAL - ' "$contrib/recipes/checkmk_local"
	recipe checkmk_mrpe.cfg | grep -v '^#' | sed 's/^[^ ]* ([^)]*) //' >"$LAB/recipes/mrpe"
	recipe_says "Checkmk: the line for MRPE" 0 '^SMTP_TLS OK - mx-ee' sh "$LAB/recipes/mrpe"
}

recipes_zabbix() {
	{
		printf '%s\n' AllowRoot=1 Timeout=30 "PidFile=$LAB/recipes/zabbix.pid" LogType=console Server=127.0.0.1
		recipe zabbix.conf
	} >"$LAB/recipes/zabbix.conf"
	recipe_says "Zabbix: an item" 0 '\[t|{"schema":1,.*"state":"OK"' zabbix_agentd -c "$LAB/recipes/zabbix.conf" -t 'smtp.tls[ee.signed.test]'
}

# What Uptime Kuma would be sent: the paths that were asked for.
recipes_kuma() {
	cat >"$LAB/recipes/kuma.py" <<'END'
import http.server, sys, urllib.parse


class Push(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        place = urllib.parse.urlsplit(self.path)
        print(place.path, *(f"{key}={value}" for key, value in urllib.parse.parse_qsl(place.query)), flush=True)
        self.send_response(200)
        self.end_headers()


http.server.HTTPServer(("127.0.0.1", 5669), Push).serve_forever()
END
	start kuma python3 "$LAB/recipes/kuma.py"
	wait_for 60 sh -c 'ss -ltn | grep -q 127.0.0.1:5669'
	for recipes_domain in ee mismatch; do
		CHECK_SMTP_TLS=$LAB/plugins/check_smtp_tls "$contrib/recipes/uptime-kuma" http://127.0.0.1:5669/api/push/token \
			"$recipes_domain.signed.test" >"$LAB/point.out" 2>&1
	done
	recipe_says "Uptime Kuma: up" 0 . grep '^/api/push/token status=up msg=SMTP_TLS OK - mx-ee.* ping=[0-9][0-9]*$' "$LAB/log/kuma.log"
	recipe_says "Uptime Kuma: down" 0 . grep '^/api/push/token status=down msg=SMTP_TLS CRITICAL - mx-mism' "$LAB/log/kuma.log"
}

recipes_run() {
	mkdir -p "$LAB/recipes"
	chown nagios "$LAB/recipes" # the daemon refuses to be root
	recipes_nrpe
	recipes_zabbix
	recipes_kuma
	recipes_checkmk
}
