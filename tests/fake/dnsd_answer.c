/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What the scripted resolver answers to one question. */
#include "fake_dnsd.h"

#include <string.h>
#include <time.h>

/* The zone that signs a name is of no interest here: the signer is the root. */
static void put_signature(struct dns_out *out, const struct dns_query *query,
	const struct zone_record *record, const char *owner, uint8_t algorithm) {
	static const uint8_t signature[64] = {1, 2, 3, 4};
	uint32_t now = (uint32_t)time(NULL);
	size_t at = dns_begin_record(out, query, owner, TYPE_RRSIG, record->ttl);
	unsigned int labels = 0;
	for (const char *c = owner; *c != '\0'; c++) {
		labels += *c == '.';
	}
	dns_put_u16(out, record->type);
	dns_put_u8(out, algorithm);
	labels = record->labels > 0 ? record->labels : labels;
	dns_put_u8(out, strcmp(owner, ".") == 0 ? 0 : labels);
	dns_put_u32(out, record->ttl);
	dns_put_u32(out, now + (uint32_t)record->sig_to);
	dns_put_u32(out, now + (uint32_t)record->sig_from);
	dns_put_u16(out, 12345);
	dns_put_name(out, record->signer == NULL ? "." : record->signer);
	dns_put_bytes(out, signature, sizeof signature);
	dns_end_record(out, at);
}

static unsigned int put_signatures(
	struct dns_out *out, const struct dns_query *query, const struct zone_record *record) {
	unsigned int count = 0;
	for (; count < 2 && record->algorithm[count] != 0; count++) {
		put_signature(out, query, record, record->owner, record->algorithm[count]);
	}
	return count;
}

static void put_record(
	struct dns_out *out, const struct dns_query *query, const struct zone_record *record) {
	size_t at = dns_begin_record(out, query, record->owner, record->type, record->left);
	dns_put_bytes(out, record->rdata, record->rdata_len);
	dns_end_record(out, at);
}

/* Records of one set stand together, its signature behind them. Returns the number of records. */
static unsigned int put_answer(
	struct dns_out *out, const struct dns_query *query, const struct zone_reply *reply) {
	unsigned int count = 0;
	for (size_t i = 0; i < reply->n; i++) {
		const struct zone_record *record = reply->answer[i];
		put_record(out, query, record);
		count++;
		bool last = i + 1 == reply->n || reply->answer[i + 1]->type != record->type ||
					strcmp(reply->answer[i + 1]->owner, record->owner) != 0;
		if (last && query->dnssec_ok && (record->island || (record->secure && record->sealed))) {
			count += put_signatures(out, query, record);
		}
	}
	return count;
}

static unsigned int put_authority(
	struct dns_out *out, const struct dns_query *query, const struct zone_reply *reply) {
	static const struct zone_record usual = {
		.type = TYPE_SOA, .ttl = 300, .sig_from = -864000, .sig_to = 1728000};
	if (!reply->negative) {
		return 0;
	}
	size_t at = dns_begin_record(out, query, reply->apex, TYPE_SOA, 300);
	dns_put_name(out, "ns.test.");
	dns_put_name(out, "hostmaster.test.");
	for (int i = 0; i < 5; i++) {
		dns_put_u32(out, 300);
	}
	dns_end_record(out, at);
	if (!query->dnssec_ok || !reply->secure) {
		return 1;
	}
	put_signature(out, query, &usual, reply->apex, 13);
	return 2;
}

static unsigned int put_opt(
	struct dns_out *out, const struct dns_query *query, const struct zone_reply *reply) {
	if (!query->edns) {
		return 0;
	}
	dns_put_u8(out, 0);
	dns_put_u16(out, TYPE_OPT);
	dns_put_u16(out, 1232);
	dns_put_u32(out, query->dnssec_ok ? 0x8000 : 0);
	size_t length_at = out->len;
	dns_put_u16(out, 0);
	if (reply->ede >= 0) {
		dns_put_u16(out, 15);
		dns_put_u16(out, (unsigned int)strlen(reply->ede_text) + 2);
		dns_put_u16(out, (unsigned int)reply->ede);
		dns_put_bytes(out, reply->ede_text, strlen(reply->ede_text));
	}
	dns_end_record(out, length_at);
	return 1;
}

static void put_header(struct dns_out *out, const struct dns_query *query, unsigned int bits) {
	dns_put_u16(out, query->id);
	dns_put_u16(out, 0x8080 | bits | (query->rd ? 0x0100U : 0) | (query->cd ? 0x0010U : 0));
	dns_put_u16(out, 1);
	dns_put_u16(out, 0);
	dns_put_u16(out, 0);
	dns_put_u16(out, 0);
	dns_put_bytes(out, query->question, query->question_len);
}

enum { BIT_AA = 0x0400, BIT_TC = 0x0200, BIT_AD = 0x0020 };

/* Header and OPT only. */
static void put_bare(struct dns_out *out, const struct dns_query *query,
	const struct zone_reply *reply, unsigned int bits) {
	out->len = 0;
	out->full = false;
	put_header(out, query, bits);
	out->bytes[11] = (uint8_t)put_opt(out, query, reply);
}

static void compose(struct dns_out *out, const struct dns_query *query,
	const struct zone_reply *reply, unsigned int bits) {
	put_header(out, query, bits | (unsigned int)reply->rcode);
	unsigned int answers = put_answer(out, query, reply);
	unsigned int authority = put_authority(out, query, reply);
	unsigned int additional = put_opt(out, query, reply);
	out->bytes[6] = (uint8_t)(answers >> 8);
	out->bytes[7] = (uint8_t)answers;
	out->bytes[9] = (uint8_t)authority;
	out->bytes[11] = (uint8_t)additional;
}

static void compose_garbage(struct dns_out *out, const struct dns_query *query) {
	put_header(out, query, 0);
	out->bytes[7] = 9;
	out->bytes[9] = 200;
	for (unsigned int i = 0; i < 40; i++) {
		dns_put_u8(out, i * 37 + 192);
	}
}

static int refusal(enum zone_verb verb) {
	switch (verb) {
	case ZONE_SERVFAIL:
		return RCODE_SERVFAIL;
	case ZONE_REFUSED:
		return RCODE_REFUSED;
	case ZONE_NOTIMP:
		return RCODE_NOTIMP;
	case ZONE_FORMERR:
		return RCODE_FORMERR;
	case ZONE_DATA:
	case ZONE_NODATA:
	case ZONE_NXDOMAIN:
	case ZONE_TIMEOUT:
	case ZONE_GARBAGE:
		break;
	}
	return -1;
}

/* What the whole resolver does, whatever the zone says. */
static void apply_mode(
	enum dnsd_mode mode, const struct dns_query *query, struct zone_reply *reply) {
	switch (mode) {
	case DNSD_INSECURE:
		reply->secure = false;
		break;
	case DNSD_SILENT:
		reply->verb = ZONE_TIMEOUT;
		break;
	case DNSD_SERVFAIL:
		reply->verb = ZONE_SERVFAIL;
		break;
	case DNSD_REFUSED:
		reply->verb = ZONE_REFUSED;
		break;
	case DNSD_NO_EDNS:
		reply->verb = query->edns ? ZONE_FORMERR : reply->verb;
		break;
	case DNSD_VALIDATES:
	case DNSD_DEAD:
	case DNSD_NO_TCP:
		break;
	}
}

static void note_question(struct dnsd *dnsd, const struct dns_query *query, const char *outcome) {
	notes_add(&dnsd->notes, "%s %s%s%s%s%s: %s", query->name, dns_type_word(query->type),
		query->ad ? " ad" : "", query->cd ? " cd" : "", query->edns ? " edns" : "",
		query->dnssec_ok ? " do" : "", outcome);
}

static const char *outcome_word(const struct zone_reply *reply, unsigned int ad) {
	static const char *const words[] = {"data", "nodata", "nxdomain", "servfail", "refused",
		"notimp", "formerr", "timeout", "garbage"};
	if (reply->verb != ZONE_DATA) {
		return words[reply->verb];
	}
	if (reply->negative) {
		return reply->rcode == RCODE_OK ? "nodata" : "nxdomain";
	}
	return ad != 0 ? "secure" : "insecure";
}

void dnsd_answer(struct dnsd *dnsd, const uint8_t *bytes, size_t len, enum dnsd_transport transport,
	struct dnsd_answer *answer) {
	struct dns_query query;
	struct zone_reply reply;
	struct dns_out out = {.bytes = answer->bytes, .room = DNS_MESSAGE_MAX};
	answer->len = 0;
	if (!dns_query_parse(&query, bytes, len)) {
		notes_fail(&dnsd->notes, "a malformed DNS query of %zu octets", len);
		return;
	}
	zone_answer(dnsd->zone, &query, &reply);
	apply_mode(dnsd->mode, &query, &reply);
	unsigned int ad = reply.secure && (query.ad || query.dnssec_ok) ? BIT_AD : 0;
	ad = dnsd->authoritative ? 0 : ad;
	unsigned int aa = dnsd->authoritative ? BIT_AA : 0;
	note_question(dnsd, &query, outcome_word(&reply, ad));
	answer->delay_ms = reply.delay_ms;
	if (transport == DNSD_UDP) {
		out.room = query.udp_size;
	}
	if (reply.verb == ZONE_TIMEOUT) {
		return;
	}
	if (refusal(reply.verb) >= 0) {
		put_bare(&out, &query, &reply, (unsigned int)refusal(reply.verb));
	} else if (reply.verb == ZONE_GARBAGE) {
		compose_garbage(&out, &query);
	} else {
		compose(&out, &query, &reply, ad | aa);
		if (out.full || (reply.truncate && transport == DNSD_UDP)) {
			put_bare(&out, &query, &reply, ad | aa | BIT_TC);
		}
	}
	answer->len = out.len;
}
