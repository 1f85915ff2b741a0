/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of issuer keys of public CAs (issuers.tsv): which ones sign now, which stand by, which
 * are retired. For records 2 1 1, whose data is the SHA-256 of such a key. Pure. */
#ifndef VERDICT_ISSUERS_H
#define VERDICT_ISSUERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

#define ISSUERS_OCTETS_MAX (256U * 1024U) /* of the file */
#define ISSUERS_MAX 4096U                 /* rows */
#define ISSUER_DIGEST_OCTETS 32U          /* SHA-256 */

enum issuer_state {
	ISSUER_ACTIVE,  /* signs certificates now */
	ISSUER_BACKUP,  /* may take over at any time */
	ISSUER_RETIRED, /* signs nothing any more */
	ISSUER_ROOT     /* signs the issuers of its group */
};

struct issuer {
	const char *group; /* one CA and one type of key: what may sign a server's next certificate */
	const char *name;
	enum issuer_state state;
	uint8_t digest[ISSUER_DIGEST_OCTETS]; /* of the SubjectPublicKeyInfo */
};

struct issuer_table {
	int64_t date; /* when it was true: seconds since the epoch, midnight UTC */
	struct issuer *list;
	size_t n;
};

/* Read the table: comments (#), one line "date<TAB>YYYY-MM-DD", then lines
 * "group<TAB>name<TAB>active|backup|retired|root<TAB>64 hex digits". False with ERR_USAGE that
 * names the file, the line and what is allowed. */
bool issuers_read(struct issuer_table *table, struct arena *arena, const char *file,
	struct span text, struct err *err);

/* The issuer whose key has this SHA-256; NULL when nobody knows it. */
const struct issuer *issuers_find(const struct issuer_table *table, struct span digest);

/* May this issuer sign the next certificate of its group: is it active or a backup? */
bool issuer_may_sign(const struct issuer *issuer);

#endif
