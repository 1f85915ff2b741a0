/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking names up in the scripted zone. */
#include "zone.h"

#include <string.h>
#include <time.h>

enum { CNAME_CHAIN_MAX = 9 };

void zone_init(struct zone *zone, struct pool *pool) {
	memset(zone, 0, sizeof *zone);
	zone->pool = pool;
	zone->end = &zone->first;
}

static bool live(const struct zone_record *record) {
	return !(record->once && record->spent);
}

/* The first line that speaks for this name and type; a verb for all types counts, too. A bogus
 * line without data says nothing to a query with CD=1. */
static struct zone_record *find(
	const struct zone *zone, const char *name, uint16_t type, bool checking_disabled) {
	for (struct zone_record *record = zone->first; record != NULL; record = record->next) {
		if (live(record) && strcmp(record->owner, name) == 0 &&
			(record->type == type || record->type == TYPE_ANY) &&
			!(checking_disabled && record->bogus && record->rdata == NULL)) {
			return record;
		}
	}
	return NULL;
}

static bool is_at_or_below(const char *name, const char *top) {
	size_t name_len = strlen(name);
	size_t top_len = strlen(top);
	return name_len >= top_len && strcmp(name + name_len - top_len, top) == 0 &&
		   (name_len == top_len || name[name_len - top_len - 1] == '.');
}

static bool exists(const struct zone *zone, const char *name) {
	for (struct zone_record *record = zone->first; record != NULL; record = record->next) {
		if (is_at_or_below(record->owner, name)) {
			return true;
		}
	}
	return false;
}

/* Whether the absence of something at this name would be proven: as the nearest line above. */
static bool absence_is_secure(const struct zone *zone, const char *name) {
	while (*name != '\0') {
		for (struct zone_record *record = zone->first; record != NULL; record = record->next) {
			if (strcmp(record->owner, name) == 0) {
				return record->secure;
			}
		}
		name += strcspn(name, ".");
		name += *name == '.';
	}
	return !zone->insecure_by_default;
}

static const char *apex_of(const struct zone *zone, const char *name) {
	while (*name != '\0') {
		for (struct zone_record *record = zone->first; record != NULL; record = record->next) {
			if (record->type == TYPE_SOA && strcmp(record->owner, name) == 0) {
				return record->owner;
			}
		}
		name += strcspn(name, ".");
		name += *name == '.';
	}
	return ".";
}

/* A resolver waits for others once: who asks again in the meantime gets the answer when the first
 * one does, and later it is there. */
static long delay_left(struct zone_record *record) {
	struct timespec time;
	if (record->delay_ms == 0) {
		return 0;
	}
	clock_gettime(CLOCK_MONOTONIC, &time);
	int64_t now = (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
	record->known_at = record->known_at == 0 ? now + record->delay_ms : record->known_at;
	return record->known_at > now ? (long)(record->known_at - now) : 0;
}

static void note_extras(struct zone_reply *reply, struct zone_record *record) {
	long delay_ms = delay_left(record);
	reply->delay_ms = delay_ms > reply->delay_ms ? delay_ms : reply->delay_ms;
	reply->truncate = reply->truncate || record->truncate;
	if (record->ede >= 0) {
		reply->ede = record->ede;
		reply->ede_text = record->ede_text;
	}
}

static void deny(struct zone_reply *reply, enum dns_rcode rcode, bool secure) {
	reply->negative = true;
	reply->rcode = rcode;
	reply->secure = reply->secure && secure;
}

/* Takes the RRset of found into the answer; its target when it is a CNAME. */
static const char *take_set(
	struct zone *zone, const struct zone_record *found, struct zone_reply *reply) {
	const char *target = NULL;
	for (struct zone_record *record = zone->first; record != NULL; record = record->next) {
		if (!live(record) || record->type != found->type || record->verb != ZONE_DATA ||
			strcmp(record->owner, found->owner) != 0) {
			continue;
		}
		note_extras(reply, record);
		reply->secure = reply->secure && record->secure;
		target = record->target;
		record->spent = true;
		if (reply->n < ZONE_ANSWER_MAX) {
			reply->answer[reply->n++] = record;
		}
	}
	return target;
}

static bool set_is_bogus(const struct zone *zone, const struct zone_record *found) {
	for (struct zone_record *record = zone->first; record != NULL; record = record->next) {
		if (record->bogus && live(record) && record->type == found->type &&
			strcmp(record->owner, found->owner) == 0) {
			return true;
		}
	}
	return false;
}

static void use_verb(struct zone_record *record, struct zone_reply *reply) {
	record->spent = true;
	switch (record->verb) {
	case ZONE_NODATA:
		deny(reply, RCODE_OK, record->secure);
		break;
	case ZONE_NXDOMAIN:
		deny(reply, RCODE_NXDOMAIN, record->secure);
		break;
	case ZONE_DATA:
	case ZONE_SERVFAIL:
	case ZONE_REFUSED:
	case ZONE_NOTIMP:
	case ZONE_FORMERR:
	case ZONE_TIMEOUT:
	case ZONE_GARBAGE:
		reply->verb = record->verb;
		break;
	}
}

static void fail_bogus(struct zone_reply *reply) {
	reply->verb = ZONE_SERVFAIL;
	reply->n = 0;
}

void zone_answer(struct zone *zone, const struct dns_query *query, struct zone_reply *reply) {
	memset(reply, 0, sizeof *reply);
	reply->ede = -1;
	reply->secure = true;
	const char *name = query->name;
	reply->apex = apex_of(zone, name);
	for (int hop = 0; hop < CNAME_CHAIN_MAX && name != NULL; hop++) {
		struct zone_record *found = find(zone, name, query->type, query->cd);
		if (found == NULL) {
			found = find(zone, name, TYPE_CNAME, query->cd);
		}
		if (found == NULL) {
			deny(reply, exists(zone, name) ? RCODE_OK : RCODE_NXDOMAIN,
				absence_is_secure(zone, name));
			return;
		}
		bool bogus = found->bogus || set_is_bogus(zone, found);
		if (bogus && !query->cd) {
			note_extras(reply, found);
			found->spent = true;
			fail_bogus(reply);
			return;
		}
		reply->secure = reply->secure && !bogus;
		if (found->rdata == NULL) {
			note_extras(reply, found);
			use_verb(found, reply);
			return;
		}
		name = take_set(zone, found, reply);
		name = found->type == query->type || found->alone ? NULL : name;
	}
	if (name != NULL) {
		fail_bogus(reply); /* a loop of CNAMEs */
	}
}
