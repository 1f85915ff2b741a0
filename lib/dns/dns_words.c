/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of types, response codes and extended errors, for messages. */
#include "base/keywords.h"
#include "dns/dns_answer.h"

static const struct keyword types[] = {
	{"A", DNS_TYPE_A},
	{"NS", DNS_TYPE_NS},
	{"CNAME", DNS_TYPE_CNAME},
	{"SOA", DNS_TYPE_SOA},
	{"MX", DNS_TYPE_MX},
	{"TXT", DNS_TYPE_TXT},
	{"AAAA", DNS_TYPE_AAAA},
	{"SRV", DNS_TYPE_SRV},
	{"DS", DNS_TYPE_DS},
	{"RRSIG", DNS_TYPE_RRSIG},
	{"DNSKEY", DNS_TYPE_DNSKEY},
	{"TLSA", DNS_TYPE_TLSA},
	{NULL, 0},
};

static const struct keyword rcodes[] = {
	{"NOERROR", DNS_RCODE_NOERROR},
	{"FORMERR", DNS_RCODE_FORMERR},
	{"SERVFAIL", DNS_RCODE_SERVFAIL},
	{"NXDOMAIN", DNS_RCODE_NXDOMAIN},
	{"NOTIMP", DNS_RCODE_NOTIMP},
	{"REFUSED", DNS_RCODE_REFUSED},
	{"YXDOMAIN", 6},
	{"YXRRSET", 7},
	{"NXRRSET", 8},
	{"NOTAUTH", 9},
	{"NOTZONE", 10},
	{"BADVERS", 16},
	{"BADCOOKIE", 23},
	{NULL, 0},
};

/* RFC 8914 section 4, in the registry's words. */
static const struct keyword extended_errors[] = {
	{"Other Error", 0},
	{"Unsupported DNSKEY Algorithm", 1},
	{"Unsupported DS Digest Type", 2},
	{"Stale Answer", 3},
	{"Forged Answer", 4},
	{"DNSSEC Indeterminate", 5},
	{"DNSSEC Bogus", 6},
	{"Signature Expired", 7},
	{"Signature Not Yet Valid", 8},
	{"DNSKEY Missing", 9},
	{"RRSIGs Missing", 10},
	{"No Zone Key Bit Set", 11},
	{"NSEC Missing", 12},
	{"Cached Error", 13},
	{"Not Ready", 14},
	{"Blocked", 15},
	{"Censored", 16},
	{"Filtered", 17},
	{"Prohibited", 18},
	{"Stale NXDOMAIN Answer", 19},
	{"Not Authoritative", 20},
	{"Not Supported", 21},
	{"No Reachable Authority", 22},
	{"Network Error", 23},
	{"Invalid Data", 24},
	{NULL, 0},
};

static const char *word_or(const struct keyword *table, int value, const char *unknown) {
	for (; table->word != NULL; table++) {
		if (table->value == value) {
			return table->word;
		}
	}
	return unknown;
}

const char *dns_type_name(enum dns_type type) {
	return word_or(types, (int)type, "other type");
}

const char *dns_rcode_name(enum dns_rcode rcode) {
	return word_or(rcodes, (int)rcode, "unknown response code");
}

const char *dns_extended_error_name(int code) {
	return word_or(extended_errors, code, "no more");
}

bool dns_type_find(const char *word, enum dns_type *type) {
	int value = 0;
	if (!keyword_find(types, word, &value)) {
		return false;
	}
	*type = (enum dns_type)value;
	return true;
}

const char *dns_outcome_name(enum dns_outcome outcome) {
	switch (outcome) {
	case DNS_PENDING:
		return "pending";
	case DNS_FOUND:
		return "found";
	case DNS_NODATA:
		return "no such record";
	case DNS_NXDOMAIN:
		return "no such name";
	case DNS_BOGUS:
		return "bogus";
	case DNS_SERVER_FAILED:
		return "server failure";
	case DNS_TIMED_OUT:
		return "timed out";
	case DNS_UNREACHABLE:
		return "resolver unreachable";
	case DNS_MALFORMED:
		return "malformed answer";
	case DNS_INVALID:
		return "invalid name";
	}
	return "?";
}
