/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenMetrics 1.0 text: for the textfile collector of node_exporter, and for scrapes. */
#include <string.h>

#include "render/formats.h"

#define LABEL_MAX 256U

static const struct {
	const char *label; /* in performance data */
	const char *help;
} helps[] = {
	{"time", "Duration of the run."},
	{"time_dns", "Time until the addresses of the first host were known."},
	{"time_connect", "Time to connect."},
	{"time_banner", "Time from the connection to the greeting."},
	{"time_ehlo", "Time for the reply to EHLO."},
	{"time_starttls", "Time for the reply to STARTTLS."},
	{"time_tls", "Time for the TLS handshake."},
	{"time_reconnect", "Time to reconnect."},
	{"cert_expires", "Time until the server certificate expires."},
	{"chain_expires", "Time until the first certificate of the chain expires."},
	{"cert_lifetime", "Lifetime of that server certificate."},
	{"rrsig_expires", "Time until the first DNSSEC signature expires."},
	{"tls_bits", "Secret bits of the cipher."},
	{"tlsa_records", "Signed TLSA records."},
	{"tlsa_usable", "Usable TLSA records."},
	{"tlsa_matched", "TLSA records that match."},
	{"tlsa_stale", "TLSA records that match nothing seen."},
	{"tlsa_ttl", "Time to live of the TLSA records."},
	{"mx_hosts", "Hosts."},
	{"nodes", "Addresses that were to be reached."},
	{"nodes_ok", "Of these, those that are fine."},
	{"reconnects", "Connections behind the first."},
	{"tls_reused", "Of these, those that reused a TLS session."},
	{"tls_tickets", "TLS sessions handed out."},
};

static const char *help_of(const char *label) {
	for (size_t i = 0; i < sizeof helps / sizeof *helps; i++) {
		if (strcmp(helps[i].label, label) == 0) {
			return helps[i].help;
		}
	}
	return label;
}

/* One label; what a peer sent is harmless and valid UTF-8 before it is quoted. */
static void add_label(struct text *text, const char *name, const char *value) {
	struct text clean = text_new(text->arena, 16U * LABEL_MAX);
	(void)text_add_escaped(&clean, TEXT_PLUGIN, span_of(value), LABEL_MAX);
	text_addf(text, "%s=\"", name);
	for (const char *at = clean.at; *at != '\0'; at++) {
		text_add(text, *at == '"' || *at == '\\' ? "\\" : "");
		text_add_span(text, (struct span){(const uint8_t *)at, 1});
	}
	text_add(text, "\"");
}

static void add_family(struct text *text, const char *name, const char *unit, const char *help) {
	text_addf(text, "# TYPE %s gauge\n", name);
	if (*unit != '\0') {
		text_addf(text, "# UNIT %s %s\n", name, unit);
	}
	text_addf(text, "# HELP %s %s\n", name, help);
}

static void add_domain(struct text *text, const struct verdict *verdict) {
	add_label(text, "domain", verdict->report->spec->destination->text);
}

/* The same finding at two addresses of a host is one series. */
static bool is_repeated(const struct verdict *verdict, size_t n) {
	const struct finding *finding = &verdict->findings[n];
	for (size_t i = 0; i < n; i++) {
		const struct finding *before = &verdict->findings[i];
		if (before->id == finding->id && before->state == finding->state &&
			before->subject.host == finding->subject.host) {
			return true;
		}
	}
	return false;
}

static void add_findings(struct text *text, const struct verdict *verdict) {
	add_family(text, "smtp_tls_finding", "", "What was found, 1 for each.");
	for (size_t i = 0; i < verdict->n_findings; i++) {
		const struct finding *finding = &verdict->findings[i];
		const struct report_host *host = finding->subject.host;
		if (is_repeated(verdict, i)) {
			continue;
		}
		text_add(text, "smtp_tls_finding{");
		add_domain(text, verdict);
		text_add(text, ",");
		add_label(text, "host", host == NULL ? "" : host->name);
		text_addf(text, ",finding=\"%s\",state=\"%s\"} 1\n", finding_info(finding->id)->name,
			state_name(finding->state));
	}
}

/* "smtp_tls_time_dns_seconds"; a label that says tls already is not told it twice. */
static const char *metric_name(struct arena *arena, const struct metric *metric) {
	const char *label = strncmp(metric->label, "tls_", 4) == 0 ? metric->label + 4 : metric->label;
	return arena_printf(
		arena, "smtp_tls_%s%s", label, metric->unit == METRIC_PLAIN ? "" : "_seconds");
}

static void add_metric(
	struct text *text, const struct verdict *verdict, const struct metric *metric) {
	const char *name = metric_name(text->arena, metric);
	add_family(text, name, metric->unit == METRIC_PLAIN ? "" : "seconds", help_of(metric->label));
	text_addf(text, "%s{", name);
	add_domain(text, verdict);
	if (metric->unit == METRIC_SECONDS_FINE) {
		int64_t micros = (int64_t)(metric->value * 1e6 + 0.5);
		text_addf(
			text, "} %lld.%06lld\n", (long long)(micros / 1000000), (long long)(micros % 1000000));
	} else {
		text_addf(text, "} %lld\n", (long long)metric->value);
	}
}

static void add_state_family(struct text *text) {
	add_family(text, "smtp_tls_state", "", "0 is OK, 1 is WARNING, 2 is CRITICAL, 3 is UNKNOWN.");
}

void render_openmetrics(
	struct text *text, const struct verdict *verdict, const struct format_choice *choice) {
	(void)choice;
	add_state_family(text);
	text_add(text, "smtp_tls_state{");
	add_domain(text, verdict);
	text_addf(text, "} %d\n", (int)verdict->state);
	add_findings(text, verdict);
	for (size_t i = 0; i < verdict->n_metrics; i++) {
		add_metric(text, verdict, &verdict->metrics[i]);
	}
	text_add(text, "# EOF\n");
}

void render_openmetrics_refusal(
	struct text *text, const char *message, const struct format_choice *choice) {
	(void)message;
	(void)choice;
	add_state_family(text);
	text_addf(text, "smtp_tls_state %d\n# EOF\n", (int)STATE_UNKNOWN);
}
