/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A resolver that answers from a table. */
#include "table_resolver.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define ALIASES_MAX 10U
#define DEFAULT_TTL 3600U

/* A question and the answer that becomes visible at its time. */
struct entry {
	struct entry *next;
	struct dns_question *question;
	struct dns_question result;
	const char *name;
	enum dns_type type;
	usec at;
	bool delivered;
};

struct table_resolver {
	struct resolver resolver;
	struct arena *arena;
	const struct table_row *rows;
	struct entry *entries; /* everything ever asked, oldest first */
	struct entry **end;
};

static struct table_resolver *of_source(struct source *source) {
	return (struct table_resolver *)source;
}

static void insist(bool ok) {
	if (!ok) {
		abort();
	}
}

static bool has_row(const struct table_resolver *table, const char *name) {
	for (const struct table_row *row = table->rows; row->name != NULL; row++) {
		if (dns_name_equal(row->name, name)) {
			return true;
		}
	}
	return false;
}

/* The first row of a name and type; "*" is the last resort. */
static const struct table_row *find(
	const struct table_resolver *table, const char *name, enum dns_type type) {
	for (const struct table_row *row = table->rows; row->name != NULL; row++) {
		if (dns_name_equal(row->name, name) && (row->type == type || row->type == 0)) {
			return row;
		}
	}
	return NULL;
}

static struct span read_hex(struct arena *arena, const char *hex) {
	size_t n = strlen(hex);
	uint8_t *out = arena_alloc(arena, n / 2);
	insist(n % 2 == 0);
	for (size_t i = 0; i < n; i += 2) {
		char pair[3] = {hex[i], hex[i + 1], '\0'};
		char *end = NULL;
		out[i / 2] = (uint8_t)strtoul(pair, &end, 16);
		insist(*end == '\0');
	}
	return (struct span){out, n / 2};
}

/* The decimal number at *at, which is moved behind it and the blank that follows. */
static uint16_t read_number(const char **at) {
	char *end = NULL;
	unsigned long value = strtoul(*at, &end, 10);
	insist(end != *at && *end == ' ' && value <= UINT16_MAX);
	*at = end + 1;
	return (uint16_t)value;
}

static struct span read_tlsa(struct arena *arena, const char *data) {
	uint8_t head[3];
	for (size_t i = 0; i < sizeof head; i++) {
		head[i] = (uint8_t)read_number(&data);
	}
	struct span rest = read_hex(arena, data);
	uint8_t *all = arena_alloc(arena, sizeof head + rest.len);
	memcpy(all, head, sizeof head);
	if (rest.len > 0) {
		memcpy(all + sizeof head, rest.at, rest.len);
	}
	return (struct span){all, sizeof head + rest.len};
}

static struct span read_address(struct arena *arena, int family, const char *data) {
	uint8_t addr[16];
	insist(inet_pton(family, data, addr) == 1);
	return arena_copy_span(arena, (struct span){addr, family == AF_INET ? 4 : 16});
}

static struct dns_record read_row(struct arena *arena, const struct table_row *row) {
	struct dns_record record = {.owner = row->name, .type = row->type};
	const char *data = row->data;
	record.ttl = row->ttl != 0 ? row->ttl : DEFAULT_TTL;
	switch ((unsigned)row->type) {
	case DNS_TYPE_A:
		record.data = read_address(arena, AF_INET, data);
		break;
	case DNS_TYPE_AAAA:
		record.data = read_address(arena, AF_INET6, data);
		break;
	case DNS_TYPE_SRV:
	case DNS_TYPE_MX:
		record.preference = read_number(&data);
		if (row->type == DNS_TYPE_SRV) {
			record.weight = read_number(&data);
			record.port = read_number(&data);
		}
		record.target = data;
		break;
	case DNS_TYPE_CNAME:
	case DNS_TYPE_NS:
		record.target = data;
		break;
	case DNS_TYPE_TLSA:
		record.data = read_tlsa(arena, data);
		break;
	default:
		record.data = read_hex(arena, data);
	}
	return record;
}

static void add_signature(
	struct arena *arena, struct dns_answer *answer, const struct table_row *row) {
	size_t n = answer->n_signatures;
	if (row->expiration == 0) {
		return;
	}
	struct dns_signature *all = arena_alloc_array(arena, n + 1, sizeof *all);
	for (size_t i = 0; i < n; i++) {
		all[i] = answer->signatures[i];
	}
	all[n] = (struct dns_signature){.type = row->type,
		.inception = row->inception,
		.first_inception = row->inception,
		.expiration = row->expiration};
	answer->signatures = all;
	answer->n_signatures = n + 1;
}

/* The RRset that begins with this row becomes the records of the result. */
static void take_set(
	struct table_resolver *table, const struct table_row *first, struct entry *entry) {
	struct dns_answer *answer = &entry->result.answer;
	size_t n = 0;
	for (const struct table_row *row = first; row->name != NULL; row++) {
		n++;
	}
	answer->records = arena_alloc_array(table->arena, n, sizeof *answer->records);
	for (const struct table_row *row = first; row->name != NULL; row++) {
		if (row->data != NULL && row->type == entry->type &&
			dns_name_equal(row->name, first->name)) {
			answer->records[answer->n_records++] = read_row(table->arena, row);
		}
	}
	add_signature(table->arena, answer, first);
	if (first->extended != NULL) {
		answer->extended_error = first->extended_error;
		answer->extended_text = span_of(first->extended);
	}
}

static enum dns_rcode rcode_of(enum dns_outcome outcome) {
	if (outcome == DNS_NXDOMAIN) {
		return DNS_RCODE_NXDOMAIN;
	}
	bool failed = outcome == DNS_BOGUS || outcome == DNS_SERVER_FAILED;
	return failed ? DNS_RCODE_SERVFAIL : DNS_RCODE_NOERROR;
}

static void set_outcome(struct entry *entry, enum dns_outcome outcome, bool secure) {
	entry->result.outcome = outcome;
	entry->result.secure = entry->result.secure && secure;
	entry->result.answer.rcode = rcode_of(outcome);
	entry->result.answer.authenticated = secure;
	if (!dns_outcome_is_answer(outcome)) {
		entry->result.secure = false;
		(void)err_set(&entry->result.err, ERR_DNS, "%s", dns_outcome_name(outcome));
	}
}

static void set_missing(const struct table_resolver *table, const char *name, struct entry *entry) {
	const struct table_row *any = table->rows;
	const char *wanted = has_row(table, name) ? name : "*";
	while (any->name != NULL && !dns_name_equal(any->name, wanted)) {
		any++;
	}
	entry->at += any->name != NULL && any->delay > 0 ? any->delay : 0;
	if (wanted == name) {
		set_outcome(entry, DNS_NODATA, any->secure);
	} else if (any->name != NULL && any->outcome != DNS_PENDING) {
		set_outcome(entry, any->outcome, any->secure);
	} else {
		set_outcome(entry, DNS_NXDOMAIN, any->name != NULL && any->secure);
	}
}

static void look_up(struct table_resolver *table, struct entry *entry) {
	struct dns_answer *answer = &entry->result.answer;
	answer->aliases = arena_alloc_array(table->arena, ALIASES_MAX, sizeof *answer->aliases);
	for (;;) {
		const char *name = answer->canonical;
		const struct table_row *row = find(table, name, entry->type);
		const struct table_row *alias = row == NULL ? find(table, name, DNS_TYPE_CNAME) : NULL;
		if (alias == NULL || answer->n_aliases == ALIASES_MAX) {
			if (alias != NULL) {
				answer->loop = true;
				set_outcome(entry, DNS_MALFORMED, false);
				return;
			}
			if (row == NULL) {
				set_missing(table, name, entry);
				return;
			}
			entry->at += row->delay;
			take_set(table, row, entry);
			bool found = answer->n_records > 0;
			enum dns_outcome plain = found ? DNS_FOUND : DNS_NODATA;
			set_outcome(entry, row->outcome != DNS_PENDING ? row->outcome : plain, row->secure);
			return;
		}
		entry->at += alias->delay;
		entry->result.secure = entry->result.secure && alias->secure;
		answer->aliases[answer->n_aliases++] = read_row(table->arena, alias);
		answer->canonical = alias->data;
		add_signature(table->arena, answer, alias);
	}
}

static bool deliver(struct entry *entry, usec now) {
	if (entry->delivered || entry->at > now) {
		return false;
	}
	entry->result.answered_at = now;
	*entry->question = entry->result;
	entry->delivered = true;
	return true;
}

static void ask(struct resolver *resolver, struct dns_question *question, usec now) {
	struct table_resolver *table = of_source(&resolver->source);
	struct entry *entry = arena_alloc(table->arena, sizeof *entry);
	question->outcome = DNS_PENDING;
	question->asked_at = now;
	question->answer = (struct dns_answer){.extended_error = -1};
	entry->question = question;
	entry->result = *question;
	entry->result.secure = true;
	entry->result.answer.canonical = question->name;
	entry->name = question->name;
	entry->type = question->type;
	entry->at = now;
	*table->end = entry;
	table->end = &entry->next;
	look_up(table, entry);
	if (entry->at < now) {
		(void)deliver(entry, now);
	}
}

static void cancel(struct resolver *resolver, usec now) {
	struct table_resolver *table = of_source(&resolver->source);
	for (struct entry *entry = table->entries; entry != NULL; entry = entry->next) {
		if (!entry->delivered) {
			entry->question->outcome = DNS_TIMED_OUT;
			entry->question->answered_at = now;
			(void)err_set(&entry->question->err, ERR_DNS, "no answer from the resolver in time");
			entry->delivered = true;
		}
	}
}

static void free_table(struct resolver *resolver) {
	(void)resolver; /* everything is in the arena */
}

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	(void)now;
	(void)fds;
	(void)max;
	struct table_resolver *table = of_source(source);
	for (const struct entry *entry = table->entries; entry != NULL; entry = entry->next) {
		if (!entry->delivered) {
			*wake = usec_min(*wake, entry->at);
		}
	}
	return 0;
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	(void)fds;
	(void)n;
	struct table_resolver *table = of_source(source);
	enum progress progress = PROGRESS_WAITING;
	for (struct entry *entry = table->entries; entry != NULL; entry = entry->next) {
		if (deliver(entry, now)) {
			progress = PROGRESS_MOVED;
		}
	}
	return progress;
}

struct resolver *table_resolver_new(struct arena *arena, const struct table_row *rows) {
	static const struct source_ops ops = {watch, step};
	struct table_resolver *table = arena_alloc(arena, sizeof *table);
	table->resolver = (struct resolver){{&ops}, ask, cancel, free_table};
	table->arena = arena;
	table->rows = rows;
	table->end = &table->entries;
	return &table->resolver;
}

size_t table_resolver_count(const struct resolver *resolver, const char *name, enum dns_type type) {
	const struct table_resolver *table = (const struct table_resolver *)resolver;
	size_t n = 0;
	for (const struct entry *entry = table->entries; entry != NULL; entry = entry->next) {
		n += name == NULL || (entry->type == type && dns_name_equal(entry->name, name)) ? 1 : 0;
	}
	return n;
}
