/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One table from event to line, and the lines that fit nowhere else. */
#include "render/render_finger.h"

#include <inttypes.h>

#include "dns/tlsa.h"
#include "render/finger_line.h"

/* --- DNS and policy --- */

static void dns_question(const struct line *line) {
	line_begin(line, "");
	line_add(line, "DNS query ");
	line_add_text(line, 0);
	line_add(line, " ");
	line_add_text(line, 1);
	line_end(line);
}

static void dns_answer(const struct line *line) {
	const struct event *event = line->event;
	line_begin(line, "");
	line_add(line, "DNS answer ");
	line_add_text(line, 0);
	line_add(line, " ");
	line_add_text(line, 1);
	line_add(line, ": ");
	line_add_text(line, 2);
	if (event->text[3] != NULL && *event->text[3] != '\0') {
		line_add(line, ": ");
		line_add_text(line, 3);
	}
	if (event->bytes[0].len > 0) {
		text_addf(line->text, ", extended error %" PRId64 " ", event->number[1]);
		line_add_remote(line, event->bytes[0]);
	}
	line_add(line, " (");
	line_add_milliseconds(line, event->number[0]);
	line_add(line, ")");
	line_end(line);
}

static void dnssec_untrusted(const struct line *line) {
	line_begin(line, "warning: ");
	line_add(line, "DNSSEC validation may be unavailable");
	line_end(line);
	line_begin(line, "warning: ");
	line_add(line, "reason: dnssec_probe '");
	line_add_text(line, 0);
	if (line->event->text[1] == NULL) {
		line_add(line, "' received a response that is not DNSSEC validated");
	} else {
		line_add(line, "' received no response: ");
		line_add_text(line, 1);
	}
	line_end(line);
}

static void asciified(const struct line *line) {
	line_begin(line, "");
	line_add_text(line, 0);
	line_add(line, " asciified to ");
	line_add_text(line, 1);
	line_end(line);
}

static void lookup_failed(const struct line *line) {
	line_begin(line, "");
	line_add(line, "Destination address lookup failed: ");
	line_add_text(line, 0);
	line_end(line);
}

static void warning(const struct line *line) {
	const struct event *event = line->event;
	line_begin(line, "warning: ");
	if (event->kind == EVENT_TLS_WARNING) {
		if (event->text[1] != NULL) {
			line_add_text(line, 1);
			line_add(line, ": ");
		}
		line_add_peer(line, event->text[1] != NULL ? HOST_LOWER : HOST_AS_IS);
		line_add(line, ": ");
	}
	line_add_text(line, 0);
	line_end(line);
}

static void policy(const struct line *line) {
	const struct event *event = line->event;
	if (event->text[2] != NULL && (event->number[0] == 0 || line_shows(line, FINGER_LIBRARY))) {
		line_begin(line, "");
		line_add_text(line, 2);
		line_end(line);
	}
	if (line_shows(line, FINGER_DETAILS)) {
		line_begin_peer(line, "", HOST_AS_IS);
		line_add(line, "TLS security level ");
		line_add_text(line, 0);
		line_add(line, ": ");
		line_add_text(line, 1);
		line_end(line);
	}
}

static void tlsa_record(const struct line *line) {
	line_begin(line, "");
	line_add(line, "DNSSEC-signed TLSA record: ");
	line_add_text(line, 0);
	line_add(line, ": ");
	line_add_rdata(line, line->event->bytes[0]);
	line_end(line);
}

/* What posttls-finger drops before OpenSSL sees it has words of its own. */
static void tlsa_unusable(const struct line *line) {
	const struct event *event = line->event;
	struct span rdata = event->bytes[0];
	bool by_owner = event->text[0] != NULL;
	line_begin(line, "warning: ");
	if (by_owner && rdata.len < 4) {
		line_add_text(line, 0);
		text_addf(line->text, ": truncated TLSA RR length == %zu", rdata.len);
	} else if (by_owner && rdata.at[0] != TLSA_DANE_TA && rdata.at[0] != TLSA_DANE_EE) {
		line_add_text(line, 0);
		line_add(line, " unsupported TLSA certificate usage: ");
		line_add_rdata(line, rdata);
	} else if (by_owner && rdata.at[2] == 255) {
		line_add_text(line, 0);
		line_add(line, " reserved private-use matching type: ");
		line_add_rdata(line, rdata);
	} else {
		line_add_peer(line, HOST_AS_IS);
		line_add(line, ": unusable TLSA RR: ");
		line_add_rdata(line, rdata);
	}
	line_end(line);
}

static void target_failed(const struct line *line) {
	const struct node_name *peer = line->event->peer;
	line_begin(line, "");
	line_add(line, "Failed to establish session to ");
	line_add_text(line, 0);
	if (peer != NULL && peer->port != 0) {
		line_add(line, " via ");
		line_add_remote(line, span_of(peer->host));
		text_addf(line->text, ":%u", peer->port);
	}
	line_add(line, ": ");
	line_add_text(line, 1);
	line_end(line);
}

/* --- SMTP --- */

static void dialogue(const struct line *line, const char *arrow) {
	if (line->event->number[0] != 0 && line->event->pass > 1) {
		return; /* said again in each pass, shown once */
	}
	line_begin(line, "");
	line_add(line, arrow);
	line_add_smtp(line, line->event->bytes[0]);
	line_end(line);
}

static void smtp_failed(const struct line *line) {
	const struct event *event = line->event;
	bool leaving = event->number[1] == EVENT_LOST_QUIT;
	bool fatal = line->style->marks_fatal && finger_event_is_fatal(event);
	line_begin(line, leaving ? "warning: " : fatal ? "fatal: " : "");
	line_add_text(line, 0);
	if (event->bytes[0].len > 0) {
		line_add(line, ": ");
		line_add_smtp(line, event->bytes[0]);
	}
	line_end(line);
}

static void phase(const struct line *line) {
	line_begin_peer(line, "", HOST_AS_IS);
	line_add_text(line, 0);
	line_add(line, " took ");
	line_add_milliseconds(line, line->event->number[0]);
	line_end(line);
}

static void connected_to(const struct line *line) {
	if (line->event->pass <= 1) {
		line_begin(line, "");
		line_add(line, "Connected to ");
		line_add_peer(line, HOST_AS_IS);
		line_end(line);
	}
}

static void connecting_to(const struct line *line) {
	line_begin(line, "");
	line_add(line, "connecting to ");
	line_add_peer(line, HOST_AS_IS);
	if (line->event->text[0] != NULL) {
		line_add(line, " for ");
		line_add_text(line, 0);
	}
	line_end(line);
}

static void sent(const struct line *line) {
	dialogue(line, "> ");
}

static void received(const struct line *line) {
	dialogue(line, "< ");
}

static const struct finger_row rows[] = {
	{EVENT_DNS_QUESTION, FINGER_DETAILS, dns_question},
	{EVENT_DNS_ANSWER, FINGER_DETAILS, dns_answer},
	{EVENT_DNS_WARNING, 0, warning},
	{EVENT_DNSSEC_UNTRUSTED, 0, dnssec_untrusted},
	{EVENT_LOOKUP_FAILED, 0, lookup_failed},
	{EVENT_ASCIIFIED, 0, asciified},
	{EVENT_POLICY, 0, policy},
	{EVENT_TLSA_RECORD, FINGER_VERBOSE | FINGER_DANE, tlsa_record},
	{EVENT_TLSA_UNUSABLE, 0, tlsa_unusable},
	{EVENT_NODE_FAILED, 0, target_failed},
	{EVENT_CONNECTING, FINGER_DETAILS, connecting_to},
	{EVENT_CONNECTED, FINGER_CHAT, connected_to},
	{EVENT_SMTP_SENT, FINGER_CHAT, sent},
	{EVENT_SMTP_RECEIVED, FINGER_CHAT, received},
	{EVENT_SMTP_FAILED, 0, smtp_failed},
	{EVENT_TLS_WARNING, 0, warning},
	{EVENT_PHASE, FINGER_DETAILS, phase},
};

unsigned finger_show_in_pass(unsigned show, int pass) {
	const unsigned certificates = FINGER_CERTMATCH | FINGER_VERBOSE | FINGER_UNTRUSTED;
	return pass <= 1 ? show : (show & ~certificates) | FINGER_CACHE | FINGER_SUMMARY;
}

unsigned finger_trace_wants(unsigned show) {
	unsigned wants = 0;
	wants |= (show & FINGER_HANDSHAKE_DUMP) != 0 ? TRACE_WANTS_HANDSHAKE_DUMP : 0;
	wants |= (show & FINGER_SESSION_DUMP) != 0 ? TRACE_WANTS_SESSION_DUMP : 0;
	wants |= (show & FINGER_MESSAGES) != 0 ? TRACE_WANTS_MESSAGES : 0;
	return wants;
}

bool finger_event_is_fatal(const struct event *event) {
	return event->kind == EVENT_SMTP_FAILED && event->number[1] == EVENT_LOST_STARTTLS;
}

void render_finger_event(
	struct text *text, const struct finger_style *style, const struct event *event) {
	if (event->pass < 0 && (style->show & FINGER_DETAILS) == 0) {
		return; /* a handshake for one certificate type, or with a large ClientHello */
	}
	const struct line line = {text, style, event, finger_show_in_pass(style->show, event->pass)};
	line_write(&line, rows, sizeof rows / sizeof *rows);
	finger_tls_event(&line);
	finger_session_event(&line);
	finger_dump_event(&line);
}
