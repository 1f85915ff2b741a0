/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenMetrics 1.0 text: for the textfile collector of node_exporter, and for scrapes. */
#include <string.h>

#include "render/openmetrics.h"

#define LABEL_MAX 256U

/* One kind of series: OpenMetrics wants all of them together, whomever they are about. */
static const struct family {
	const char *name;
	const char *unit;
	const char *help;
	const char *label; /* in performance data; NULL: none */
} families[OPENMETRICS_FAMILIES] = {
	{"smtp_tls_state", "", "0 is OK, 1 is WARNING, 2 is CRITICAL, 3 is UNKNOWN.", NULL},
	{"smtp_tls_finding", "", "What was found, 1 for each.", NULL},
	{"smtp_tls_time_seconds", "seconds", "Duration of the run.", "time"},
	{"smtp_tls_time_dns_seconds", "seconds",
		"Time until the addresses of the first host were known.", "time_dns"},
	{"smtp_tls_time_connect_seconds", "seconds", "Time to connect.", "time_connect"},
	{"smtp_tls_time_banner_seconds", "seconds", "Time from the connection to the greeting.",
		"time_banner"},
	{"smtp_tls_time_ehlo_seconds", "seconds", "Time for the reply to EHLO.", "time_ehlo"},
	{"smtp_tls_time_starttls_seconds", "seconds", "Time for the reply to STARTTLS.",
		"time_starttls"},
	{"smtp_tls_time_tls_seconds", "seconds", "Time for the TLS handshake.", "time_tls"},
	{"smtp_tls_time_reconnect_seconds", "seconds", "Time to reconnect.", "time_reconnect"},
	{"smtp_tls_cert_expires_seconds", "seconds", "Time until the server certificate expires.",
		"cert_expires"},
	{"smtp_tls_chain_expires_seconds", "seconds",
		"Time until the first certificate of the chain expires.", "chain_expires"},
	{"smtp_tls_cert_lifetime_seconds", "seconds", "Lifetime of that server certificate.",
		"cert_lifetime"},
	{"smtp_tls_rrsig_expires_seconds", "seconds", "Time until the first DNSSEC signature expires.",
		"rrsig_expires"},
	{"smtp_tls_cipher_strength", "", "Secret bits of the cipher.", "tls_bits"},
	{"smtp_tls_tlsa_records", "", "Signed TLSA records.", "tlsa_records"},
	{"smtp_tls_tlsa_usable", "", "Usable TLSA records.", "tlsa_usable"},
	{"smtp_tls_tlsa_matched", "", "TLSA records that match.", "tlsa_matched"},
	{"smtp_tls_tlsa_stale", "", "TLSA records that match nothing seen.", "tlsa_stale"},
	{"smtp_tls_tlsa_ttl_seconds", "seconds", "Time to live of the TLSA records.", "tlsa_ttl"},
	{"smtp_tls_mx_hosts", "", "Hosts.", "mx_hosts"},
	{"smtp_tls_nodes", "", "Addresses that were to be reached.", "nodes"},
	{"smtp_tls_nodes_ok", "", "Of these, those that are fine.", "nodes_ok"},
	{"smtp_tls_reconnects", "", "Connections behind the first.", "reconnects"},
	{"smtp_tls_reused", "", "Of these, those that reused a TLS session.", "tls_reused"},
	{"smtp_tls_tickets", "", "TLS sessions handed out.", "tls_tickets"},
};

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

void openmetrics_head(struct text *text, size_t family) {
	const struct family *row = &families[family];
	text_addf(text, "# TYPE %s gauge\n", row->name);
	if (*row->unit != '\0') {
		text_addf(text, "# UNIT %s %s\n", row->name, row->unit);
	}
	text_addf(text, "# HELP %s %s\n", row->name, row->help);
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

void openmetrics_state(struct text *text, const char *domain, enum state state) {
	text_add(text, "smtp_tls_state");
	if (domain != NULL) {
		text_add(text, "{");
		add_label(text, "domain", domain);
		text_add(text, "}");
	}
	text_addf(text, " %d\n", (int)state);
}

static void add_metric(struct text *text, const struct verdict *verdict, const struct family *row) {
	const struct metric *metric = NULL;
	for (size_t i = 0; i < verdict->n_metrics && metric == NULL; i++) {
		metric = strcmp(verdict->metrics[i].label, row->label) == 0 ? &verdict->metrics[i] : NULL;
	}
	if (metric == NULL) {
		return;
	}
	text_addf(text, "%s{", row->name);
	add_domain(text, verdict);
	if (metric->unit == METRIC_SECONDS_FINE) {
		int64_t micros = (int64_t)(metric->value * 1e6 + 0.5);
		text_addf(
			text, "} %lld.%06lld\n", (long long)(micros / 1000000), (long long)(micros % 1000000));
	} else {
		text_addf(text, "} %lld\n", (long long)metric->value);
	}
}

void openmetrics_samples(struct text *text, const struct verdict *verdict, size_t family) {
	if (family == OPENMETRICS_STATE) {
		openmetrics_state(text, verdict->report->spec->destination->text, verdict->state);
	} else if (family == OPENMETRICS_FINDINGS) {
		add_findings(text, verdict);
	} else {
		add_metric(text, verdict, &families[family]);
	}
}

void render_openmetrics(
	struct text *text, const struct verdict *verdict, const struct format_choice *choice) {
	(void)choice;
	for (size_t i = 0; i < OPENMETRICS_FAMILIES; i++) {
		size_t start = text->len;
		openmetrics_head(text, i);
		size_t head = text->len;
		openmetrics_samples(text, verdict, i);
		if (text->len == head && i > OPENMETRICS_FINDINGS) { /* not measured */
			text_truncate(text, start);
		}
	}
	text_add(text, OPENMETRICS_END);
}

void render_openmetrics_refusal(
	struct text *text, const char *message, const struct format_choice *choice) {
	(void)message;
	openmetrics_head(text, OPENMETRICS_STATE);
	openmetrics_state(text, choice->about, STATE_UNKNOWN);
	text_add(text, OPENMETRICS_END);
}
