/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading "zone" lines. */
#include "words.h"
#include "zone.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { RDATA_MAX = PKI_DATA_MAX + 64, TTL_USUAL = 3600 };

static const struct {
	const char *word;
	enum zone_verb verb;
} verbs[] = {{"NODATA", ZONE_NODATA}, {"NXDOMAIN", ZONE_NXDOMAIN}, {"SERVFAIL", ZONE_SERVFAIL},
	{"REFUSED", ZONE_REFUSED}, {"NOTIMP", ZONE_NOTIMP}, {"FORMERR", ZONE_FORMERR},
	{"TIMEOUT", ZONE_TIMEOUT}, {"GARBAGE", ZONE_GARBAGE}};

static bool take_verb(const char *word, struct zone_record *record) {
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
		if (strcmp(verbs[i].word, word) == 0) {
			record->verb = verbs[i].verb;
			return true;
		}
	}
	record->bogus = strcmp(word, "BOGUS") == 0;
	return record->bogus;
}

static char *fold_name(struct pool *pool, const char *name) {
	size_t len = strlen(name);
	char *copy = pool_print(pool, "%s%s", name, len > 0 && name[len - 1] == '.' ? "" : ".");
	for (char *c = copy; *c != '\0'; c++) {
		*c = (char)tolower((unsigned char)*c);
	}
	return copy;
}

static bool put_hex(struct dns_out *out, const char *hex) {
	for (; *hex != '\0'; hex += 2) {
		char pair[3] = {hex[0], hex[1], '\0'};
		if (!isxdigit((unsigned char)pair[0]) || !isxdigit((unsigned char)pair[1])) {
			return false;
		}
		dns_put_u8(out, (unsigned int)strtoul(pair, NULL, 16));
	}
	return true;
}

/* "0", "256", "512", "1" or "pem". */
static int matching_told(const char *digest) {
	switch (*digest) {
	case '0':
		return 0;
	case '1':
		return PKI_SHA1;
	case '2':
		return 1;
	case 'p':
		return PKI_PEM_SHA256;
	default:
		return 2;
	}
}

/* @spki(NAME), @cert512(NAME), or hex digits. */
static bool put_association(
	struct dns_out *out, struct pki *pki, struct pool *pool, const char *word, long matching) {
	if (word[0] != '@') {
		return strcmp(word, "empty") == 0 || put_hex(out, word);
	}
	enum pki_part part = strncmp(word, "@spki", 5) == 0 ? PKI_SPKI : PKI_CERT;
	const char *open = strchr(word, '(');
	size_t len = strlen(word);
	if ((part == PKI_CERT && strncmp(word, "@cert", 5) != 0) || open == NULL ||
		word[len - 1] != ')') {
		return false;
	}
	const char *digest = word + 5;
	if (digest != open) {
		matching = matching_told(digest);
	}
	char *name = pool_copy(pool, open + 1, strlen(open + 1) - 1);
	uint8_t data[PKI_DATA_MAX];
	size_t data_len;
	if (!pki_data(pki, name, part, (int)matching, data, &data_len)) {
		return false;
	}
	dns_put_bytes(out, data, data_len);
	return true;
}

static bool put_numbers(struct dns_out *out, char *const *word, size_t n, const char *widths) {
	for (size_t i = 0; i < n; i++) {
		long number;
		if (!words_number(word[i], widths[i] == '1' ? 255 : 65535, &number)) {
			return false;
		}
		if (widths[i] == '1') {
			dns_put_u8(out, (unsigned int)number);
		} else {
			dns_put_u16(out, (unsigned int)number);
		}
	}
	return true;
}

static bool put_address(struct dns_out *out, int family, const char *word) {
	uint8_t bytes[16];
	if (inet_pton(family, word, bytes) != 1) {
		return false;
	}
	dns_put_bytes(out, bytes, family == AF_INET ? 4 : 16);
	return true;
}

/* How many words the data of a type are. */
static size_t data_words(uint16_t type) {
	return type == TYPE_MX || type == TYPE_SOA                                               ? 2
		   : type == TYPE_TLSA || type == TYPE_SRV || type == TYPE_DS || type == TYPE_DNSKEY ? 4
																							 : 1;
}

static bool put_soa(struct dns_out *out, char *const *word) {
	dns_put_name(out, word[0]);
	dns_put_name(out, word[1]);
	for (uint32_t i = 1; i <= 5; i++) {
		dns_put_u32(out, i * 100);
	}
	return true;
}

/* Character strings, with '|' between them. */
static void put_strings(struct dns_out *out, const char *word) {
	for (;;) {
		size_t len = strcspn(word, "|");
		dns_put_u8(out, (unsigned int)len & 0xff);
		dns_put_bytes(out, word, len);
		if (word[len] == '\0') {
			return;
		}
		word += len + 1;
	}
}

/* Numbers and a name behind them. */
static bool put_target(struct dns_out *out, char *const *word, size_t n, const char *sizes) {
	if (!put_numbers(out, word, n, sizes)) {
		return false;
	}
	dns_put_name(out, word[n]);
	return true;
}

static bool put_data(struct dns_out *out, struct pki *pki, struct pool *pool,
	struct zone_record *record, char *const *word) {
	switch (record->type) {
	case TYPE_A:
		return put_address(out, AF_INET, word[0]);
	case TYPE_AAAA:
		return put_address(out, AF_INET6, word[0]);
	case TYPE_MX:
		return put_target(out, word, 1, "2");
	case TYPE_SRV:
		return put_target(out, word, 3, "222");
	case TYPE_TLSA:
		return put_numbers(out, word, 3, "111") &&
			   put_association(out, pki, pool, word[3], strtol(word[2], NULL, 10));
	case TYPE_DS:
	case TYPE_DNSKEY:
		return put_numbers(out, word, 3, "211") && put_hex(out, word[3]);
	case TYPE_CNAME:
		record->target = fold_name(pool, word[0]);
		dns_put_name(out, word[0]);
		return true;
	case TYPE_NS:
		dns_put_name(out, word[0]);
		return true;
	case TYPE_SOA:
		return put_soa(out, word);
	case TYPE_TXT:
		put_strings(out, word[0]);
		return true;
	default:
		return false;
	}
}

static bool take_signature(struct zone_record *record, struct pool *pool, const char *word) {
	if (strncmp(word, "SIG(", 4) != 0) {
		return false;
	}
	const char *from = word + 4;
	size_t len = strcspn(from, ",");
	const char *to = from + len + (from[len] == ',');
	return words_seconds(pool_copy(pool, from, len), &record->sig_from) &&
		   words_seconds(pool_copy(pool, to, strcspn(to, ")")), &record->sig_to);
}

/* Of a SOA record: the first of the five numbers at its end. */
static bool take_serial(struct zone_record *record, const char *text) {
	long number;
	if (record->type != TYPE_SOA || record->rdata_len < 20 ||
		!words_number(text, INT32_MAX, &number)) {
		return false;
	}
	for (int i = 0; i < 4; i++) {
		record->rdata[record->rdata_len - 20 + (size_t)i] = (uint8_t)(number >> (24 - 8 * i));
	}
	return true;
}

/* --- words behind the data: NAME=VALUE --- */

static bool take_ede(struct zone_record *record, const char *text) {
	const char *comma = strchr(text, ',');
	record->ede = (int)strtol(text, NULL, 10);
	record->ede_text = comma == NULL ? "" : comma + 1;
	return true;
}

static bool take_ttl(struct zone_record *record, const char *text) {
	long number;
	if (!words_number(text, INT32_MAX, &number)) {
		return false;
	}
	record->ttl = record->left = (uint32_t)number;
	return true;
}

static bool take_left(struct zone_record *record, const char *text) {
	long number;
	if (!words_number(text, INT32_MAX, &number)) {
		return false;
	}
	record->left = (uint32_t)number;
	return true;
}

static bool take_signer(struct zone_record *record, const char *text) {
	record->signer = text;
	return true;
}

static bool take_algorithms(struct zone_record *record, const char *text) {
	const char *comma = strchr(text, ',');
	record->algorithm[0] = (uint8_t)strtol(text, NULL, 10);
	record->algorithm[1] = comma == NULL ? 0 : (uint8_t)strtol(comma + 1, NULL, 10);
	return true;
}

static bool take_labels(struct zone_record *record, const char *text) {
	record->labels = (uint8_t)strtol(text, NULL, 10);
	return record->labels > 0;
}

static bool take_delay(struct zone_record *record, const char *text) {
	return words_number(text, 60000, &record->delay_ms);
}

static bool take_value(struct zone_record *record, const char *word, bool *taken) {
	static const struct {
		const char *name;
		bool (*take)(struct zone_record *record, const char *text);
	} values[] = {{"EDE", take_ede}, {"TTL", take_ttl}, {"LEFT", take_left},
		{"SIGNER", take_signer}, {"ALG", take_algorithms}, {"DELAY", take_delay},
		{"SERIAL", take_serial}, {"LABELS", take_labels}};
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		const char *text = words_value(word, values[i].name);
		if (text != NULL) {
			*taken = values[i].take(record, text);
			return true;
		}
	}
	return false;
}

static bool take_flag(struct zone_record *record, struct pool *pool, const char *word) {
	const struct {
		const char *word;
		bool *flag;
		bool value;
	} flags[] = {{"AD", &record->secure, true}, {"NOSIG", &record->sealed, false},
		{"BOGUS", &record->bogus, true}, {"TRUNCATE", &record->truncate, true},
		{"ONCE", &record->once, true}, {"ALONE", &record->alone, true},
		{"ISLAND", &record->island, true}};
	bool taken = false;
	if (take_value(record, word, &taken)) {
		return taken;
	}
	for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
		if (strcmp(flags[i].word, word) == 0) {
			*flags[i].flag = flags[i].value;
			return true;
		}
	}
	return take_signature(record, pool, word);
}

/* Reads type and data or verb; returns how many words were taken, 0 when they are wrong. */
static size_t take_content(
	struct zone *zone, struct pki *pki, struct zone_record *record, const struct words *words) {
	if (take_verb(words->word[1], record)) {
		record->type = TYPE_ANY;
		return 2;
	}
	record->type = dns_type_of(words->word[1]);
	if (record->type == 0 || words->n < 3) {
		return 0;
	}
	if (take_verb(words->word[2], record)) {
		return 3;
	}
	size_t n = data_words(record->type);
	if (words->n < 2 + n) {
		return 0;
	}
	uint8_t bytes[RDATA_MAX];
	struct dns_out out = {.bytes = bytes, .room = sizeof bytes};
	if (!put_data(&out, pki, zone->pool, record, words->word + 2) || out.full) {
		return 0;
	}
	record->rdata = (uint8_t *)pool_copy(zone->pool, (const char *)bytes, out.len);
	record->rdata_len = out.len;
	return 2 + n;
}

bool zone_add(struct zone *zone, struct pki *pki, const char *line, const char **why) {
	struct words words;
	*why = "a zone line is a name, a type, data or a verb, and flags";
	if (!words_split(&words, zone->pool, line) || words.n < 2) {
		return false;
	}
	struct zone_record *record = pool_new(zone->pool, sizeof *record);
	record->owner = fold_name(zone->pool, words.word[0]);
	record->ttl = record->left = TTL_USUAL;
	record->sealed = true;
	record->algorithm[0] = 13;
	record->sig_from = -10 * 86400;
	record->sig_to = 20 * 86400;
	record->ede = -1;
	size_t taken = take_content(zone, pki, record, &words);
	if (taken == 0) {
		return false;
	}
	for (size_t i = taken; i < words.n; i++) {
		if (!take_flag(record, zone->pool, words.word[i])) {
			*why = "unknown flag in a zone line";
			return false;
		}
	}
	*zone->end = record;
	zone->end = &record->next;
	return true;
}
