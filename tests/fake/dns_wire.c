/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a question and writing a reply as a server does. */
#include "dns_wire.h"

#include <ctype.h>
#include <string.h>

static const struct {
	const char *word;
	uint16_t type;
} types[] = {{"A", TYPE_A}, {"NS", TYPE_NS}, {"CNAME", TYPE_CNAME}, {"SOA", TYPE_SOA},
	{"MX", TYPE_MX}, {"TXT", TYPE_TXT}, {"DS", TYPE_DS}, {"DNSKEY", TYPE_DNSKEY},
	{"AAAA", TYPE_AAAA}, {"SRV", TYPE_SRV}, {"TLSA", TYPE_TLSA}, {"RRSIG", TYPE_RRSIG},
	{"ANY", TYPE_ANY}};

uint16_t dns_type_of(const char *word) {
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (strcmp(types[i].word, word) == 0) {
			return types[i].type;
		}
	}
	return 0;
}

const char *dns_type_word(uint16_t type) {
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (types[i].type == type) {
			return types[i].word;
		}
	}
	return "TYPE?";
}

static unsigned int get_u16(const uint8_t *at) {
	return (unsigned int)at[0] << 8 | at[1];
}

/* An octet of a label as zone lines have it: what is not printable is \DDD. */
static size_t write_octet(char *out, uint8_t octet) {
	if (octet > ' ' && octet < 0x7f) {
		*out = (char)tolower(octet);
		return 1;
	}
	out[0] = '\\';
	out[1] = (char)('0' + octet / 100);
	out[2] = (char)('0' + octet / 10 % 10);
	out[3] = (char)('0' + octet % 10);
	return 4;
}

/* Reads an uncompressed name; returns the octets it took, 0 when it is broken. */
static size_t parse_name(const uint8_t *bytes, size_t len, char name[DNS_NAME_MAX]) {
	size_t at = 0;
	size_t out = 0;
	while (at < len && bytes[at] != 0) {
		size_t label = bytes[at++];
		if (label > 63 || at + label >= len || at + label > 255) {
			return 0;
		}
		for (size_t i = 0; i < label; i++) {
			out += write_octet(name + out, bytes[at + i]);
		}
		name[out++] = '.';
		at += label;
	}
	if (at >= len) {
		return 0;
	}
	if (out == 0) {
		name[out++] = '.';
	}
	name[out] = '\0';
	return at + 1;
}

bool dns_query_parse(struct dns_query *query, const uint8_t *bytes, size_t len) {
	memset(query, 0, sizeof *query);
	if (len < 12 || (bytes[2] & 0x80) != 0 || get_u16(bytes + 4) != 1) {
		return false;
	}
	query->id = (uint16_t)get_u16(bytes);
	query->rd = (bytes[2] & 0x01) != 0;
	query->ad = (bytes[3] & 0x20) != 0;
	query->cd = (bytes[3] & 0x10) != 0;
	query->udp_size = 512;
	size_t name_len = parse_name(bytes + 12, len - 12, query->name);
	if (name_len == 0 || 12 + name_len + 4 > len) {
		return false;
	}
	query->type = (uint16_t)get_u16(bytes + 12 + name_len);
	query->question = bytes + 12;
	query->question_len = name_len + 4;
	const uint8_t *opt = query->question + query->question_len;
	size_t left = len - 12 - query->question_len;
	if (get_u16(bytes + 10) > 0 && left >= 11 && opt[0] == 0 && get_u16(opt + 1) == TYPE_OPT) {
		query->edns = true;
		query->udp_size = (uint16_t)get_u16(opt + 3);
		query->udp_size = query->udp_size < 512 ? 512 : query->udp_size;
		query->dnssec_ok = (opt[7] & 0x80) != 0;
	}
	return true;
}

void dns_put_u8(struct dns_out *out, unsigned int value) {
	if (out->len >= out->room) {
		out->full = true;
		return;
	}
	out->bytes[out->len++] = (uint8_t)value;
}

void dns_put_u16(struct dns_out *out, unsigned int value) {
	dns_put_u8(out, value >> 8 & 0xff);
	dns_put_u8(out, value & 0xff);
}

void dns_put_u32(struct dns_out *out, uint32_t value) {
	dns_put_u16(out, value >> 16);
	dns_put_u16(out, value & 0xffff);
}

void dns_put_bytes(struct dns_out *out, const void *bytes, size_t len) {
	if (len > out->room - out->len) {
		out->full = true;
		return;
	}
	if (len > 0) {
		memcpy(out->bytes + out->len, bytes, len);
		out->len += len;
	}
}

/* An octet of a label, which may be written \DDD. */
static unsigned int take_octet(const char **name) {
	const char *at = *name;
	if (at[0] == '\\' && isdigit((unsigned char)at[1]) && isdigit((unsigned char)at[2]) &&
		isdigit((unsigned char)at[3])) {
		*name = at + 4;
		return (unsigned int)((at[1] - '0') * 100 + (at[2] - '0') * 10 + (at[3] - '0'));
	}
	*name = at + 1;
	return (unsigned char)*at;
}

void dns_put_name(struct dns_out *out, const char *name) {
	while (*name != '\0' && *name != '.') {
		uint8_t label[63];
		size_t len = 0;
		while (*name != '\0' && *name != '.') {
			if (len == sizeof label) {
				out->full = true;
				return;
			}
			label[len++] = (uint8_t)take_octet(&name);
		}
		dns_put_u8(out, (unsigned int)len);
		dns_put_bytes(out, label, len);
		name += *name == '.';
	}
	dns_put_u8(out, 0);
}

size_t dns_begin_record(struct dns_out *out, const struct dns_query *query, const char *owner,
	uint16_t type, uint32_t ttl) {
	if (strcmp(owner, query->name) == 0 && strcmp(owner, ".") != 0) {
		dns_put_u16(out, 0xc00c);
	} else {
		dns_put_name(out, owner);
	}
	dns_put_u16(out, type);
	dns_put_u16(out, 1);
	dns_put_u32(out, ttl);
	size_t length_at = out->len;
	dns_put_u16(out, 0);
	return length_at;
}

void dns_end_record(struct dns_out *out, size_t length_at) {
	if (out->full) {
		return;
	}
	size_t len = out->len - length_at - 2;
	out->bytes[length_at] = (uint8_t)(len >> 8);
	out->bytes[length_at + 1] = (uint8_t)len;
}
