/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* RRSIG data read, several over one RRset made one, and the tags of keys. */
#include "dns/dns_signature.h"

#include "base/cursor.h"
#include "dns/dns_name.h"

/* RSASHA1 and RSASHA1-NSEC3-SHA1. */
static bool is_sha1(uint8_t algorithm) {
	return algorithm == 5 || algorithm == 7;
}

/* RFC 4034 3.1: covered type, algorithm, labels, TTL, expiration, inception, key tag, signer. */
bool dns_signature_read(struct span data, struct arena *arena, struct dns_signature *signature) {
	struct cursor cursor = cursor_new(data);
	*signature = (struct dns_signature){.type = (enum dns_type)cursor_u16(&cursor)};
	signature->algorithm = cursor_u8(&cursor);
	signature->sha1_only = is_sha1(signature->algorithm);
	signature->labels = cursor_u8(&cursor);
	signature->ttl = cursor_u32(&cursor);
	signature->expiration = cursor_u32(&cursor);
	signature->first_inception = signature->inception = cursor_u32(&cursor);
	signature->key_tag = cursor_u16(&cursor);
	bool whole = !cursor.failed;
	if (whole && arena != NULL) {
		char signer[DNS_NAME_MAX];
		dns_name_read(&cursor, signer);
		signature->signer = cursor.failed ? NULL : arena_copy_string(arena, signer);
	}
	return whole;
}

void dns_signature_add(struct dns_signature *kept, const struct dns_signature *signature) {
	bool sha1_only = kept->sha1_only && signature->sha1_only;
	int64_t first =
		kept->first_inception < signature->inception ? kept->first_inception : signature->inception;
	if (signature->expiration > kept->expiration) {
		*kept = *signature;
	}
	kept->sha1_only = sha1_only;
	kept->first_inception = first;
}

bool dns_key_tag(struct span dnskey, uint16_t *tag, uint8_t *algorithm) {
	uint32_t sum = 0;
	if (dnskey.len < 4) {
		return false;
	}
	for (size_t i = 0; i < dnskey.len; i++) {
		sum += i % 2 == 0 ? (uint32_t)dnskey.at[i] << 8 : dnskey.at[i];
	}
	*tag = (uint16_t)(sum + (sum >> 16));
	*algorithm = dnskey.at[3];
	return true;
}
