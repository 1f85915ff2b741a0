/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of posttls-finger's -C: not log lines, but made to be fed to openssl x509. */
#include <inttypes.h>

#include "render/finger_line.h"

#define PEM_LINE_OCTETS 48U /* make 64 characters */

static void add_base64(struct text *text, struct span group) {
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint32_t value = (uint32_t)group.at[0] << 16;
	value |= group.len > 1 ? (uint32_t)group.at[1] << 8 : 0;
	value |= group.len > 2 ? group.at[2] : 0;
	const char out[] = {letters[value >> 18], letters[value >> 12 & 63],
		(char)(group.len > 1 ? letters[value >> 6 & 63] : '='),
		(char)(group.len > 2 ? letters[value & 63] : '='), '\0'};
	text_add(text, out);
}

static void add_pem(struct text *text, struct span der) {
	text_add(text, "-----BEGIN CERTIFICATE-----\n");
	for (size_t i = 0; i < der.len; i += 3) {
		size_t left = der.len - i;
		add_base64(text, (struct span){der.at + i, left < 3 ? left : 3});
		if (left <= 3 || (i + 3) % PEM_LINE_OCTETS == 0) {
			text_add(text, "\n");
		}
	}
	text_add(text, "-----END CERTIFICATE-----\n");
}

static void add_digest(const struct line *line, const char *label, struct span digest) {
	line_add(line, label);
	text_add_hex(line->text, digest, ':');
	line_add(line, "\n");
}

void finger_chain_certificate(const struct line *line) {
	const struct event *event = line->event;
	if (event->number[0] == 0) {
		line_add(line, "\n---\nCertificate chain\n");
	}
	text_addf(line->text, "%2" PRId64 " subject: ", event->number[0]);
	line_add_remote(line, event->bytes[0]);
	line_add(line, "\n    issuer: ");
	line_add_remote(line, event->bytes[1]);
	line_add(line, "\n");
	add_digest(line, "   cert digest=", event->bytes[2]);
	add_digest(line, "   pkey digest=", event->bytes[3]);
	add_pem(line->text, event->bytes[4]);
}
