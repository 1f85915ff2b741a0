# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# smtp-tls-metrics, Debian's node_exporter and Prometheus: what is scraped, the alerts, what the dashboards ask for, and the units.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh.

prometheus_config() {
	cat <<END
global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files: [ "$contrib/prometheus/smtp_tls.rules.yml" ]
scrape_configs:
  - job_name: node
    static_configs: [ targets: [ "127.0.0.1:9100" ] ]
END
}

prometheus_collect() {
	CHECK_SMTP_TLS=$LAB/plugins/check_smtp_tls "$contrib/prometheus/smtp-tls-metrics" \
		"$LAB/prometheus/domains" "$LAB/prometheus/metrics"
}

prometheus_says() { # QUERY PATTERN
	promtool query instant http://127.0.0.1:9090 "$1" 2>&1 | grep -q -e "$2"
}

# prometheus_point NAME QUERY PATTERN: scraped sooner or later.
prometheus_point() {
	if wait_for 60 prometheus_says "$2" "$3"; then
		tap_ok "Prometheus: $1"
	else
		promtool query instant http://127.0.0.1:9090 "$2" >"$LAB/point.out" 2>&1
		tap_not_ok "Prometheus: $1" "$LAB/point.out" "$LAB/log/prometheus.log"
	fi
}

# prometheus_holds NAME FUNCTION: a point; what the function prints tells why not.
prometheus_holds() {
	if ("$2") >"$LAB/point.out" 2>&1 </dev/null; then tap_ok "$1"; else tap_not_ok "$1" "$LAB/point.out"; fi
}

# A line that is no good is told with its number and costs the others nothing.
prometheus_tells() {
	! prometheus_collect >"$LAB/told" 2>&1 && cat "$LAB/told" &&
		grep -q 'domains: line 3: plain.signed.test: unknown option --nonsense' "$LAB/told" &&
		grep -q 'domains: line 5: a.test: there are no metrics with --help' "$LAB/told" &&
		grep -q 'domains: line 6: EE.signed.test.: left out, a line before it has the metrics of ee.signed.test$' "$LAB/told" &&
		[ "$(wc -l <"$LAB/told")" = 4 ]
}

# Its domain is there all the same, and UNKNOWN.
prometheus_unknown() {
	cat "$LAB"/prometheus/metrics/*.prom | grep '^smtp_tls_state{domain="[a-z.*]*"} 3$' | sort >"$LAB/unknown"
	cat "$LAB/unknown"
	[ "$(cut -d '"' -f 2 <"$LAB/unknown" | tr '\n' ' ')" = '* a.test plain.signed.test ' ]
}

prometheus_removes() {
	ls "$LAB/prometheus/metrics"
	[ "$(find "$LAB/prometheus/metrics" -name 'smtp_tls_*_[0-9]*.prom' | wc -l)" = 5 ] &&
		[ "$(find "$LAB/prometheus/metrics" -type f | wc -l)" = 5 ]
}

# Whose lint makes many a pipeline red.
prometheus_lint() {
	for lint_of in "$LAB"/prometheus/metrics/*.prom; do
		promtool check metrics <"$lint_of" || return 1
	done
}

# A query of a dashboard without the variables that Grafana fills in.
prometheus_panels() {
	python3 - "$contrib/grafana/smtp_tls_prometheus.json" <<'END'
import json, sys
for panel in json.load(open(sys.argv[1], encoding="utf-8"))["panels"]:
    for target in panel["targets"]:
        print(target["expr"].replace("$domain", ".*"))
END
}

prometheus_units() {
	mkdir -p "$LAB/units"
	cp "$contrib"/systemd/* "$LAB/units"
	sed -i "s|/usr/local/bin/smtp-tls-metrics|$contrib/prometheus/smtp-tls-metrics|" "$LAB/units/smtp-tls-metrics.service"
	sed -i "s|/usr/bin/smtp-tls-fleet|/usr/bin/true|" "$LAB/units/smtp-tls-fleet.service"
	systemd-analyze verify --man=no "$LAB"/units/*.service "$LAB"/units/*.timer >"$LAB/units.out" 2>&1
	cat "$LAB/units.out"
	! grep -q "$LAB/units" "$LAB/units.out" &&
		systemd-analyze security --offline=true --threshold=20 "$LAB/units/smtp-tls-metrics.service" >"$LAB/units.out" &&
		systemd-analyze security --offline=true --threshold=20 "$LAB/units/smtp-tls-fleet.service" >"$LAB/units.out" ||
		{ tail -n 3 "$LAB/units.out"; return 1; }
}

prometheus_run() {
	mkdir -p "$LAB/prometheus/metrics"
	# shellcheck disable=SC2016
	printf '%s\n' '# what is checked' 'ee.signed.test --all' 'mismatch.signed.test  # forgotten' '' \
		'plain.signed.test --state=tlsa-missing=ok' >"$LAB/prometheus/domains"
	prometheus_holds "smtp-tls-metrics collects" prometheus_collect
	{
		printf '\357\273\277'
		printf '%s\r\n' 'ee.signed.test --all --state=tlsa-missing=ok # forgotten' 'mismatch.signed.test' 'plain.signed.test --nonsense' '*' 'a.test --help' \
			'EE.signed.test. --level=may'
	} >"$LAB/prometheus/domains"
	prometheus_holds "smtp-tls-metrics tells lines that are no good" prometheus_tells
	prometheus_holds "smtp-tls-metrics keeps their domains, as UNKNOWN" prometheus_unknown
	prometheus_holds "smtp-tls-metrics removes what is not in the list any more" prometheus_removes
	prometheus_holds "promtool's lint has nothing to say of the metrics" prometheus_lint
	prometheus_config >"$LAB/prometheus/prometheus.yml"
	start exporter prometheus-node-exporter --web.listen-address=127.0.0.1:9100 --collector.disable-defaults \
		--collector.textfile --collector.textfile.directory="$LAB/prometheus/metrics"
	start prometheus prometheus --config.file="$LAB/prometheus/prometheus.yml" --web.listen-address=127.0.0.1:9090 \
		--storage.tsdb.path="$LAB/prometheus/data" --web.console.templates="$LAB" --web.console.libraries="$LAB"
	prometheus_point "a domain that is OK" 'smtp_tls_state{domain="ee.signed.test"} == 0' ee.signed.test
	prometheus_point "a mismatch" 'smtp_tls_state == 2' mismatch.signed.test
	prometheus_point "the finding" 'smtp_tls_finding{finding="tlsa-mismatch",state="CRITICAL"}' mismatch.signed.test
	prometheus_point "an alert" 'ALERTS{alertname="SmtpTlsCritical",domain="mismatch.signed.test"}' pending
	prometheus_point "the collector read all files" 'node_textfile_scrape_error == 0' node_textfile_scrape_error
	prometheus_panels >"$LAB/prometheus/panels"
	while IFS= read -r prometheus_panel; do
		prometheus_point "the dashboard's $prometheus_panel" "$prometheus_panel" '=>'
	done <"$LAB/prometheus/panels"
	tap_check "promtool accepts the alerts" promtool check rules "$contrib/prometheus/smtp_tls.rules.yml"
	tap_check "promtool tries the alerts" promtool test rules "$contrib/prometheus/smtp_tls.test.yml"
	prometheus_holds "the units are well and confined" prometheus_units
}
