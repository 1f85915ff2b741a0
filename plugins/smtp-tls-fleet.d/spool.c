/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Temporary files, one for each family. */
#include "smtp-tls-fleet.d/spool.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/write_all.h"
#include "io/file.h"
#include "smtp-tls-fleet.d/worst.h"

/* The count of a domain that a line of the list has, and no verdict yet. */
#define CLAIMED 1U

#define SAMPLES_MAX (4U * 1024U * 1024U)

static bool fail(const char *what, struct err *err) {
	return err_set(err, ERR_LOCAL, "temporary file: %s: %s", what, strerror(errno));
}

bool spool_open(struct spool *spool, struct arena *arena, const char *folder, struct err *err) {
	*spool = (struct spool){.domains = name_set_new(arena)};
	spool->families = arena_alloc_array(arena, OPENMETRICS_FAMILIES, sizeof *spool->families);
	for (size_t i = 0; i < OPENMETRICS_FAMILIES; i++) {
		spool->families[i].fd = -1;
	}
	for (size_t i = 0; i < OPENMETRICS_FAMILIES; i++) {
		spool->families[i].fd = file_create_unnamed(arena, folder);
		if (spool->families[i].fd < 0) {
			return fail(folder, err);
		}
	}
	return true;
}

static bool append(int fd, const char *at, size_t len, struct err *err) {
	return write_all(fd, (struct span){(const uint8_t *)at, len}) || fail("write", err);
}

static bool keep(struct spool_family *family, const struct text *samples, struct err *err) {
	if (family->len + samples->len > SPOOL_PIECE) {
		if (!append(family->fd, family->piece, family->len, err)) {
			return false;
		}
		family->len = 0;
	}
	if (samples->len > SPOOL_PIECE) {
		return append(family->fd, samples->at, samples->len, err);
	}
	memcpy(family->piece + family->len, samples->at, samples->len);
	family->len += samples->len;
	return true;
}

bool spool_claim(struct spool *spool, const char *domain) {
	bool first = name_set_raise(&spool->domains, domain, CLAIMED) == 0;
	spool->repeated += first ? 0 : 1;
	return first;
}

void spool_state(struct spool *spool, const char *domain, enum state state) {
	(void)name_set_raise(&spool->domains, domain, CLAIMED + worst_count(state));
}

bool spool_add(
	struct spool *spool, struct arena *arena, const struct verdict *verdict, struct err *err) {
	for (size_t i = OPENMETRICS_FINDINGS; i < OPENMETRICS_FAMILIES; i++) {
		struct text samples = text_new(arena, SAMPLES_MAX);
		openmetrics_samples(&samples, verdict, i);
		if (!keep(&spool->families[i], &samples, err)) {
			return false;
		}
	}
	return true;
}

/* Nothing of domains whose verdict is not there. */
static void print_states(const struct spool *spool, struct outbox *outbox) {
	struct arena *arena = arena_begin(outbox->exhausted, NULL);
	struct text text = text_new(arena, SPOOL_PIECE);
	const char *domain = NULL;
	size_t count = 0;
	openmetrics_head(&text, OPENMETRICS_STATE);
	outbox_put(outbox, span_of(text.at));
	for (size_t at = 0; name_set_next(&spool->domains, &at, &domain, &count);) {
		if (count == CLAIMED) {
			continue;
		}
		text_truncate(&text, 0);
		openmetrics_state(&text, domain, worst_state(count - CLAIMED));
		outbox_put(outbox, span_of(text.at));
		if (outbox->error != 0 || (outbox_is_full(outbox) && !outbox_flush(outbox))) {
			break;
		}
	}
	arena_free(arena);
}

static bool print_family(
	struct spool_family *family, size_t number, struct outbox *outbox, struct err *err) {
	struct arena *arena = arena_begin(outbox->exhausted, NULL);
	struct text head = text_new(arena, SPOOL_PIECE);
	openmetrics_head(&head, number);
	off_t size = lseek(family->fd, 0, SEEK_CUR);
	if (size > 0 || family->len > 0 || number == OPENMETRICS_FINDINGS) {
		outbox_put(outbox, span_of(head.at));
	}
	arena_free(arena);
	char last[SPOOL_PIECE];
	size_t len = family->len;
	memcpy(last, family->piece, len);
	if (lseek(family->fd, 0, SEEK_SET) != 0) {
		return fail("read", err);
	}
	ssize_t n = 0;
	while (
		(n = file_read_piece(family->fd, family->piece, SPOOL_PIECE)) != 0 && outbox->error == 0) {
		if (n < 0) {
			return fail("read", err);
		}
		outbox_put(outbox, (struct span){(uint8_t *)family->piece, (size_t)n});
		if (outbox_is_full(outbox) && !outbox_flush(outbox)) {
			return true;
		}
	}
	outbox_put(outbox, (struct span){(const uint8_t *)last, len});
	return true;
}

bool spool_print(struct spool *spool, struct outbox *outbox, struct err *err) {
	print_states(spool, outbox);
	for (size_t i = OPENMETRICS_FINDINGS; i < OPENMETRICS_FAMILIES; i++) {
		if (!print_family(&spool->families[i], i, outbox, err)) {
			return false;
		}
	}
	return true;
}

void spool_print_end(struct outbox *outbox) {
	outbox_put(outbox, span_of(OPENMETRICS_END));
}

void spool_close(struct spool *spool) {
	for (size_t i = 0; spool->families != NULL && i < OPENMETRICS_FAMILIES; i++) {
		if (spool->families[i].fd >= 0) {
			close(spool->families[i].fd);
		}
	}
}
