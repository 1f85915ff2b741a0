/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Queries written and replies read, record by record. */
#include "dns/dns_msg.h"

#include "base/cursor.h"
#include "dns/dns_name.h"
#include "dns/dns_signature.h"
#include "dns/owner_names.h"

#define FLAG_QR 0x8000U
#define FLAG_AA 0x0400U
#define FLAG_TC 0x0200U
#define FLAG_AD 0x0020U
#define OPCODE_BITS 0x7800U
#define RCODE_BITS 0x000FU
#define CLASS_IN 1U
#define OPTION_EXTENDED_ERROR 15U /* RFC 8914 2 */

/* An RRset of the answer section with its signatures. */
struct signed_set {
	const char *owner; /* one of the parser's owners */
	struct dns_signature signature;
};

struct parser {
	struct cursor cursor; /* over the whole message: pointers lead back into it */
	struct arena *arena;
	struct dns_answer *answer;
	enum dns_type wanted;
	bool unchecked;             /* what is wrong with the signatures is to be found out */
	const char *asked;          /* name asked, as names from messages are written */
	struct dns_record *records; /* of the answer section: of the type asked, and CNAMEs */
	size_t n_records;
	size_t n_aliases; /* CNAMEs among them, and those there was no room for */
	size_t n_wanted;  /* of the type asked */
	struct owner_names owners;
	struct signed_set sets[DNS_SIGNED_SETS_MAX];
	size_t n_sets;
	size_t n_signatures;
};

/* What every record begins with, behind its owner. */
struct head {
	enum dns_type type;
	uint16_t class;
	uint32_t ttl;
	size_t end; /* offset behind the RDATA */
	struct span data;
};

static struct head read_head(struct cursor *cursor) {
	struct head head = {.type = (enum dns_type)cursor_u16(cursor)};
	head.class = cursor_u16(cursor);
	head.ttl = cursor_u32(cursor);
	uint16_t len = cursor_u16(cursor);
	head.data = cursor_span(cursor, len);
	head.end = cursor->at;
	return head;
}

/* A name within RDATA: it must fill what is left of it. */
static const char *read_target(
	struct parser *parser, struct cursor *rdata, const struct head *head) {
	char name[DNS_NAME_MAX];
	dns_name_read(rdata, name);
	parser->cursor.failed = parser->cursor.failed || rdata->failed || rdata->at != head->end;
	return parser->cursor.failed ? NULL : arena_copy_string(parser->arena, name);
}

static void read_rdata(struct parser *parser, const struct head *head, struct dns_record *record) {
	struct cursor *cursor = &parser->cursor;
	struct cursor rdata = cursor_new((struct span){cursor->all.at, head->end});
	cursor_seek(&rdata, head->end - head->data.len);
	switch ((unsigned)head->type) {
	case DNS_TYPE_A:
		cursor->failed = head->data.len != 4;
		break;
	case DNS_TYPE_AAAA:
		cursor->failed = head->data.len != 16;
		break;
	case DNS_TYPE_SRV:
		record->preference = cursor_u16(&rdata);
		record->weight = cursor_u16(&rdata);
		record->port = cursor_u16(&rdata);
		record->target = read_target(parser, &rdata, head);
		break;
	case DNS_TYPE_MX:
		record->preference = cursor_u16(&rdata);
		record->target = read_target(parser, &rdata, head);
		break;
	case DNS_TYPE_CNAME:
	case DNS_TYPE_NS:
		record->target = read_target(parser, &rdata, head);
		break;
	default:
		break;
	}
	record->data = arena_copy_span(parser->arena, head->data);
}

static struct arena *signer_room(const struct parser *parser) {
	return parser->unchecked ? parser->arena : NULL;
}

static void read_signature(struct parser *parser, const char *owner, struct span data) {
	struct dns_signature signature;
	if (!dns_signature_read(data, signer_room(parser), &signature)) {
		parser->cursor.failed = true;
		return;
	}
	for (size_t i = 0; i < parser->n_sets; i++) {
		struct signed_set *set = &parser->sets[i];
		if (set->signature.type == signature.type && set->owner == owner) {
			dns_signature_add(&set->signature, &signature);
			return;
		}
	}
	if (parser->n_sets == DNS_SIGNED_SETS_MAX) {
		parser->cursor.failed = true;
		return;
	}
	parser->sets[parser->n_sets++] = (struct signed_set){owner, signature};
}

static bool is_wanted(const struct parser *parser, enum dns_type type) {
	return type == parser->wanted || type == DNS_TYPE_CNAME;
}

/* False for a record that is left out, which is counted. */
static bool has_room(struct parser *parser, enum dns_type type) {
	if (type == DNS_TYPE_CNAME) {
		return ++parser->n_aliases <= DNS_ALIASES_MAX;
	}
	bool room = parser->n_wanted < dns_records_kept(type);
	parser->n_wanted += room ? 1 : 0;
	parser->answer->n_left_out += room ? 0 : 1;
	return room;
}

static void read_answer_record(struct parser *parser) {
	size_t at = parser->cursor.at;
	dns_name_skip(&parser->cursor);
	struct head head = read_head(&parser->cursor);
	if (parser->cursor.failed || head.class != CLASS_IN) {
		return;
	}
	bool signature = head.type == DNS_TYPE_RRSIG;
	if (signature && ++parser->n_signatures > DNS_SIGNATURES_MAX) {
		parser->cursor.failed = true;
		return;
	}
	if (!signature && (!is_wanted(parser, head.type) || !has_room(parser, head.type))) {
		return;
	}
	const char *owner = owner_names_read(&parser->owners, parser->cursor.all, at);
	parser->cursor.failed = owner == NULL;
	if (signature && owner != NULL) {
		read_signature(parser, owner, head.data);
	}
	if (parser->cursor.failed || !is_wanted(parser, head.type)) {
		return;
	}
	struct dns_record *record = &parser->records[parser->n_records];
	/* RFC 2181 8: a TTL with the top bit set counts as zero */
	uint32_t ttl = head.ttl > INT32_MAX ? 0 : head.ttl;
	*record = (struct dns_record){.owner = owner, .type = head.type, .ttl = ttl};
	read_rdata(parser, &head, record);
	parser->n_records += parser->cursor.failed ? 0 : 1;
}

static void read_options(struct parser *parser, struct span options) {
	struct cursor cursor = cursor_new(options);
	while (cursor_left(&cursor) > 0) {
		uint16_t code = cursor_u16(&cursor);
		uint16_t len = cursor_u16(&cursor);
		struct cursor option = cursor_new(cursor_span(&cursor, len));
		if (code != OPTION_EXTENDED_ERROR || parser->answer->extended_error >= 0 ||
			option.all.len < 2) {
			continue;
		}
		parser->answer->extended_error = cursor_u16(&option);
		parser->answer->extended_text =
			arena_copy_span(parser->arena, cursor_span(&option, cursor_left(&option)));
	}
	parser->cursor.failed = cursor.failed;
}

/* Who denies, and how long he has said he would. */
static void read_denial(struct parser *parser, size_t at, const struct head *head) {
	struct dns_answer *answer = parser->answer;
	struct cursor owner = cursor_new(parser->cursor.all);
	struct dns_signature signature;
	char name[DNS_NAME_MAX];
	cursor_seek(&owner, at);
	dns_name_read(&owner, name);
	if (head->type == DNS_TYPE_SOA && !owner.failed) {
		answer->zone = arena_copy_string(parser->arena, name);
	}
	if (head->type == DNS_TYPE_RRSIG &&
		dns_signature_read(head->data, signer_room(parser), &signature) &&
		(answer->denial.type == 0 || signature.expiration < answer->denial.expiration)) {
		answer->denial = signature;
	}
}

/* Authority and additional section: only two things in there are of interest. */
static void read_other_record(struct parser *parser) {
	size_t at = parser->cursor.at;
	dns_name_skip(&parser->cursor);
	struct head head = read_head(&parser->cursor);
	if (parser->cursor.failed) {
		return;
	}
	if (head.type == DNS_TYPE_SOA && head.class == CLASS_IN) {
		parser->answer->has_soa = true;
	}
	if (parser->unchecked && head.class == CLASS_IN) {
		read_denial(parser, at, &head);
	}
	if (head.type == DNS_TYPE_OPT) {
		/* RFC 6891 6.1.3: the upper eight bits of the response code */
		unsigned high = head.ttl >> 24 << 4;
		parser->answer->rcode = (enum dns_rcode)((unsigned)parser->answer->rcode | high);
		read_options(parser, head.data);
	}
}

/* The CNAME at this name, NULL when there is none or the records asked for are there already. */
static const struct dns_record *alias_at(const struct parser *parser, const char *name) {
	const struct dns_record *alias = NULL;
	const char *owner = owner_names_find(&parser->owners, name);
	for (size_t i = 0; i < parser->n_records && owner != NULL; i++) {
		const struct dns_record *record = &parser->records[i];
		if (record->owner != owner) {
			continue;
		}
		if (record->type == parser->wanted) {
			return NULL;
		}
		alias = alias == NULL ? record : alias;
	}
	return alias;
}

/* From the name asked along the CNAMEs of the message, in whatever order they stand there. */
static bool follow_aliases(struct parser *parser) {
	struct dns_answer *answer = parser->answer;
	const struct dns_record *aliases[DNS_ALIASES_MAX];
	size_t n = 0;
	answer->canonical = parser->asked;
	const struct dns_record *alias = alias_at(parser, answer->canonical);
	while (alias != NULL && parser->n_aliases <= DNS_ALIASES_MAX) {
		if (n == DNS_ALIASES_MAX) {
			return false;
		}
		aliases[n++] = alias;
		answer->canonical = alias->target;
		alias = alias_at(parser, answer->canonical);
	}
	answer->aliases = arena_alloc_array(parser->arena, n, sizeof *answer->aliases);
	answer->n_aliases = n;
	for (size_t i = 0; i < n; i++) {
		answer->aliases[i] = *aliases[i];
	}
	return parser->n_aliases <= DNS_ALIASES_MAX;
}

/* The TTL that the records looked for had before a cache counted it down; 0: not known. */
static uint32_t signed_ttl(const struct parser *parser, const char *owner) {
	for (size_t i = 0; i < parser->n_sets; i++) {
		const struct signed_set *set = &parser->sets[i];
		if (set->signature.type == parser->wanted && dns_name_equal(set->owner, owner)) {
			return set->signature.ttl > INT32_MAX ? 0 : set->signature.ttl;
		}
	}
	return 0;
}

/* Keep, in place, the records of the type asked at the end of the chain. */
static void keep_records(struct parser *parser) {
	struct dns_answer *answer = parser->answer;
	const char *owner = owner_names_find(&parser->owners, answer->canonical);
	uint32_t ttl = signed_ttl(parser, answer->canonical);
	answer->records = parser->records;
	for (size_t i = 0; i < parser->n_records; i++) {
		const struct dns_record *record = &parser->records[i];
		if (record->type == parser->wanted && record->owner == owner) {
			answer->records[answer->n_records] = *record;
			answer->records[answer->n_records++].signed_ttl = ttl;
		}
	}
}

static void keep_signatures(struct parser *parser) {
	struct dns_answer *answer = parser->answer;
	size_t n = parser->n_sets;
	answer->signatures = arena_alloc_array(parser->arena, n, sizeof *answer->signatures);
	answer->n_signatures = n;
	for (size_t i = 0; i < n; i++) {
		answer->signatures[i] = parser->sets[i].signature;
	}
}

/* Names in the query may be escaped in ways of their own; over the wire form all become alike. */
static const char *normal_name(struct arena *arena, const char *name) {
	uint8_t wire[DNS_WIRE_NAME_MAX];
	size_t len = dns_name_write(wire, sizeof wire, name);
	struct cursor cursor = cursor_new((struct span){wire, len});
	char out[DNS_NAME_MAX];
	dns_name_read(&cursor, out);
	return cursor.failed ? NULL : arena_copy_string(arena, out);
}

/* The question section must hold our question; an error may come without any. */
static bool is_our_question(struct parser *parser, uint16_t n_questions) {
	enum dns_rcode rcode = parser->answer->rcode;
	if (n_questions == 0) {
		return rcode != DNS_RCODE_NOERROR && rcode != DNS_RCODE_NXDOMAIN;
	}
	char name[DNS_NAME_MAX];
	size_t at = parser->cursor.at;
	dns_name_read(&parser->cursor, name);
	uint16_t type = cursor_u16(&parser->cursor);
	uint16_t class = cursor_u16(&parser->cursor);
	owner_names_start(&parser->owners, parser->asked, at);
	return !parser->cursor.failed && n_questions == 1 && type == parser->wanted &&
		   class == CLASS_IN && dns_name_equal(name, parser->asked);
}

static bool read_sections(struct parser *parser, const uint16_t counts[3], struct err *err) {
	size_t total = (size_t)counts[0] + counts[1] + counts[2];
	if (total > DNS_RECORDS_MAX) {
		return err_set(err, ERR_PROTO, "DNS answer with %zu records", total);
	}
	size_t room = dns_records_kept(parser->wanted) + DNS_ALIASES_MAX;
	room = counts[0] < room ? counts[0] : room;
	parser->records = arena_alloc_array(parser->arena, room, sizeof *parser->records);
	for (size_t i = 0; i < total && !parser->cursor.failed; i++) {
		if (i < counts[0]) {
			read_answer_record(parser);
		} else {
			read_other_record(parser);
		}
	}
	if (parser->cursor.failed) {
		return err_set(err, ERR_PROTO, "malformed record in the DNS answer");
	}
	return true;
}

size_t dns_records_kept(enum dns_type type) {
	bool of_host = type == DNS_TYPE_A || type == DNS_TYPE_AAAA || type == DNS_TYPE_TLSA;
	return of_host ? DNS_HOST_RECORDS_MAX : DNS_RECORDS_MAX;
}

enum dns_rcode dns_header_rcode(struct span message) {
	struct cursor cursor = cursor_new(message);
	(void)cursor_u16(&cursor); /* id */
	return (enum dns_rcode)(cursor_u16(&cursor) & RCODE_BITS);
}

bool dns_answer_parse(struct dns_answer *answer, struct arena *arena, struct span message,
	const struct dns_query *query, struct err *err) {
	*answer = (struct dns_answer){.extended_error = -1, .octets = message.len};
	struct parser parser = {.cursor = cursor_new(message), .arena = arena, .answer = answer};
	parser.wanted = query->type;
	parser.unchecked = query->checks == DNS_CHECKS_DISABLED || query->type == DNS_TYPE_DS;
	parser.asked = normal_name(arena, query->name);
	parser.owners.arena = arena;
	(void)cursor_u16(&parser.cursor); /* id */
	uint16_t flags = cursor_u16(&parser.cursor);
	uint16_t n_questions = cursor_u16(&parser.cursor);
	uint16_t counts[3];
	for (size_t i = 0; i < 3; i++) {
		counts[i] = cursor_u16(&parser.cursor);
	}
	if (parser.cursor.failed || (flags & FLAG_QR) == 0 || (flags & OPCODE_BITS) != 0) {
		return err_set(err, ERR_PROTO, "what came is no answer of a DNS server");
	}
	answer->rcode = dns_header_rcode(message);
	answer->authenticated = (flags & FLAG_AD) != 0;
	answer->authoritative = (flags & FLAG_AA) != 0;
	answer->truncated = (flags & FLAG_TC) != 0;
	if (parser.asked == NULL || !is_our_question(&parser, n_questions)) {
		return err_set(err, ERR_PROTO, "DNS answer to another question");
	}
	if (!read_sections(&parser, counts, err)) {
		return false;
	}
	if (!follow_aliases(&parser)) {
		answer->loop = true;
		return err_set(
			err, ERR_PROTO, "CNAME loop, or a chain of more than %u names", DNS_ALIASES_MAX);
	}
	keep_records(&parser);
	keep_signatures(&parser);
	return true;
}
