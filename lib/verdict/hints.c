/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What to try next, by port and dialogue. */
#include "verdict/hints.h"

#include <string.h>
#include <strings.h>

enum { PORT_LMTP = 24, PORT_SMTP = 25, PORT_SUBMISSIONS = 465, PORT_SUBMISSION = 587 };

/* Nothing was said in clear before the handshake. */
static bool is_wrapped(const struct result *result) {
	return result->stage >= PROBE_HANDSHAKE && result->smtp.greeting.n_lines == 0;
}

const char *hint_connection(const struct judging *j, const struct report_node *node) {
	uint16_t port = node->host->port;
	bool submission = port == PORT_SUBMISSION || port == PORT_SUBMISSIONS;
	return submission && j->report->mx_used && j->report->spec->srv_service == NULL
			   ? "MX hosts seldom take submissions: name the submission server, with --no-mx"
			   : "";
}

/* A TLS record: an alert, or a handshake message. */
static bool is_tls_record(struct span bytes) {
	return bytes.len >= 2 && (bytes.at[0] == 0x15 || bytes.at[0] == 0x16) && bytes.at[1] == 0x03;
}

const char *hint_greeting(const struct judging *j, const struct report_node *node) {
	const struct result *result = &node->result;
	if (result->stage != PROBE_GREETING || node->family == 0) {
		return "";
	}
	if (is_tls_record(result->refusal)) {
		return "it expects TLS from the first byte: use --wrapper";
	}
	if (result->err.kind == ERR_PROTO || result->reply_begun) {
		return ""; /* it spoke first, in clear: whatever it is, it does not wait for a handshake */
	}
	if (node->host->port == PORT_SUBMISSIONS) {
		return "port 465 expects TLS from the first byte: use --wrapper";
	}
	bool usual = node->host->port == PORT_SMTP || node->host->port == PORT_LMTP;
	return usual
			   ? ""
			   : arena_printf(j->arena, "if port %u expects TLS from the first byte, use --wrapper",
					 node->host->port);
}

static bool greets_with(const struct result *result, const char *word) {
	const struct smtp_reply *greeting = &result->smtp.greeting;
	size_t len = strlen(word);
	for (size_t i = 0; i < greeting->n_lines; i++) {
		const char *at = (const char *)greeting->lines[i].at;
		for (size_t k = 0; k + len <= greeting->lines[i].len; k++) {
			if (strncasecmp(at + k, word, len) == 0) {
				return true;
			}
		}
	}
	return false;
}

/* "Command not recognized", "not implemented" (RFC 5321 4.2.4), as opposed to a refusal. */
static bool is_unknown_command(const struct result *result) {
	return result->refusal_code == 500 || result->refusal_code == 502;
}

const char *hint_hello(const struct judging *j, const struct report_node *node) {
	const struct result *result = &node->result;
	bool lmtp = j->report->spec->destination->protocol == MAIL_LMTP;
	bool other =
		greets_with(result, lmtp ? "SMTP" : "LMTP") && !greets_with(result, lmtp ? "LMTP" : "SMTP");
	if (!lmtp && (other || node->host->port == PORT_LMTP)) {
		return "a server that speaks LMTP is checked with --lmtp";
	}
	if (lmtp && node->family != 0 && (other || is_unknown_command(result))) {
		return "a server that speaks SMTP is checked without --lmtp";
	}
	return is_unknown_command(result) || result->smtp.hello == NULL
			   ? ""
			   : arena_printf(j->arena, "the name given was %s, another is given with --helo",
					 result->smtp.hello);
}

#define ALERT_UNRECOGNIZED_NAME 112

const char *hint_handshake(const struct report_node *node) {
	const struct tls_facts *tls = node->result.tls;
	if (tls != NULL && tls->alert == ALERT_UNRECOGNIZED_NAME) {
		return "let the server show its usual certificate to whoever asks for a name that it does "
			   "not know, as that of the MX record";
	}
	return is_wrapped(&node->result) && node->host->port != PORT_SUBMISSIONS
			   ? "if the server speaks in clear first, leave out --wrapper"
			   : "";
}

/* --- middleboxes --- */

#define MASK_MIN 4U /* no keyword is shorter and no word of ours is masked to less */

/* "XXXXXXXA", "********", or blanks: what is left of a keyword. */
static bool is_mask(struct span word) {
	if (word.len < MASK_MIN || strchr("Xx*#_ ", word.at[0]) == NULL || word.at[0] == '\0') {
		return false;
	}
	for (size_t i = 1; i + 1 < word.len; i++) {
		if (word.at[i] != word.at[0]) {
			return false;
		}
	}
	uint8_t last = word.at[word.len - 1];
	return last == word.at[0] || (last >= 'A' && last <= 'Z');
}

/* The keyword of a line of the reply to EHLO, behind code and separator. */
static struct span keyword_of(struct span line) {
	struct span word = {line.at, 0};
	if (line.len > 4) {
		word = (struct span){line.at + 4, line.len - 4};
		const uint8_t *blank = memchr(word.at, ' ', word.len);
		word.len = blank != NULL && blank > word.at ? (size_t)(blank - word.at) : word.len;
	}
	return word;
}

static bool has_masked_keyword(const struct smtp_reply *ehlo) {
	for (size_t i = 1; i < ehlo->n_lines; i++) {
		if (is_mask(keyword_of(ehlo->lines[i]))) {
			return true;
		}
	}
	return false;
}

/* "220 ****************0*0****": what an inspecting firewall leaves of a greeting. */
static bool is_masked_greeting(const struct smtp_reply *greeting) {
	size_t n = 0;
	if (greeting->n_lines == 0) {
		return false;
	}
	struct span text = smtp_reply_text(greeting->lines[0]);
	for (size_t i = 0; i < text.len; i++) {
		n += text.at[i] == '*';
	}
	return n >= 2 * MASK_MIN && n * 2 > text.len;
}

/* A server that was sent XXXXXXXX in place of STARTTLS often says what it was sent. */
static bool has_masked_word(struct span line) {
	return line.len > 0 && memmem(line.at, line.len, "XXXXXXX", 7) != NULL;
}

const char *hint_masked(const struct report_node *node) {
	const struct result *result = &node->result;
	const struct smtp_facts *smtp = &result->smtp;
	bool masked = has_masked_keyword(&smtp->ehlo) || is_masked_greeting(&smtp->greeting) ||
				  has_masked_word(result->refusal);
	return masked ? "a middlebox (such as a firewall's SMTP inspection) masks STARTTLS" : "";
}

const char *hint_nameserver(const struct judging *j) {
	static const char default_port[] = "]:53";
	const char *servers = j->report->spec->resolver_servers;
	const char *close = servers == NULL ? NULL : strstr(servers, default_port);
	if (close == NULL) {
		return "";
	}
	const char *group = close;
	while (group > servers && group[-1] >= '0' && group[-1] <= '9') {
		group--;
	}
	const char *open = group;
	while (open > servers && *open != '[') {
		open--;
	}
	/* Ports with less than three digits are not used for this, but for addresses they are. */
	if (close - group < 3 || group - open < 3 || group[-1] != ':') {
		return "";
	}
	const char *colon = group[-2] == ':' ? ":" : "";
	return arena_printf(j->arena, "; if %.*s is its port, write %.*s%s]:%.*s", (int)(close - group),
		group, (int)(group - 1 - open), open, colon, (int)(close - group), group);
}
