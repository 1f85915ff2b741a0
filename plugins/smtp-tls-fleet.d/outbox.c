/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A queue of chunks, each in memory of its own. */
#include "smtp-tls-fleet.d/outbox.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "smtp-tls-fleet.d/stop.h"

/* Octets of a file that are written at once. */
#define FILE_PIECE 1048576U

/* Between two looks for a signal. */
#define LOOK_MS 250

/* Octets of a chunk: verdicts share one, since memory comes in blocks that are larger than most. */
#define CHUNK_OCTETS 65536U

struct outbox_chunk {
	struct arena *arena;
	struct span bytes; /* not yet written */
	uint8_t *end;      /* where more may be put */
	size_t room;
	struct outbox_chunk *next;
};

static bool is_writable(int fd, int patience_ms) {
	struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
	return poll(&poll_fd, 1, patience_ms) != 0;
}

/* As much as goes without waiting: a pipe that is writable takes PIPE_BUF. */
static struct span write_some(struct outbox *outbox, struct span bytes) {
	size_t most = outbox->is_file ? FILE_PIECE : PIPE_BUF;
	while (bytes.len > 0 && outbox->error == 0 && (outbox->is_file || is_writable(outbox->fd, 0))) {
		ssize_t n = write(outbox->fd, bytes.at, bytes.len > most ? most : bytes.len);
		if (n > 0) {
			bytes = (struct span){bytes.at + n, bytes.len - (size_t)n};
		} else if (n == 0 || errno == EAGAIN || errno == EWOULDBLOCK) {
			break;
		} else if (errno != EINTR) {
			outbox->error = errno;
		}
	}
	return bytes;
}

static void drop_first(struct outbox *outbox) {
	struct outbox_chunk *chunk = outbox->first;
	outbox->first = chunk->next;
	outbox->last = chunk->next == NULL ? NULL : outbox->last;
	arena_free(chunk->arena);
}

static bool write_waiting(struct outbox *outbox) {
	size_t before = outbox->waiting;
	while (outbox->first != NULL && outbox->error == 0) {
		struct outbox_chunk *chunk = outbox->first;
		size_t len = chunk->bytes.len;
		chunk->bytes = write_some(outbox, chunk->bytes);
		outbox->waiting -= len - chunk->bytes.len;
		if (chunk->bytes.len > 0) {
			break;
		}
		drop_first(outbox);
	}
	if (outbox->first == NULL && outbox->homeless.len > 0) {
		outbox->homeless = write_some(outbox, outbox->homeless);
	}
	return outbox->waiting != before;
}

static struct outbox_chunk *add_chunk(struct outbox *outbox, size_t octets) {
	struct arena *arena = arena_begin(outbox->exhausted, NULL);
	struct outbox_chunk *chunk = arena_alloc(arena, sizeof *chunk);
	uint8_t *at = arena_alloc(arena, octets);
	*chunk = (struct outbox_chunk){arena, {at, 0}, at, octets, NULL};
	*(outbox->last == NULL ? &outbox->first : &outbox->last->next) = chunk;
	outbox->last = chunk;
	return chunk;
}

void outbox_put(struct outbox *outbox, struct span bytes) {
	int before = outbox->error;
	if (outbox->first == NULL) {
		bytes = write_some(outbox, bytes);
	}
	if (bytes.len > 0 && outbox->error == 0) {
		struct outbox_chunk *chunk = outbox->last;
		if (chunk == NULL || chunk->room < bytes.len) {
			outbox->homeless = bytes; /* what is begun is to be whole, also when memory ends here */
			chunk = add_chunk(outbox, bytes.len > CHUNK_OCTETS ? bytes.len : CHUNK_OCTETS);
			outbox->homeless = (struct span){NULL, 0};
		}
		memcpy(chunk->end, bytes.at, bytes.len);
		chunk->end += bytes.len;
		chunk->room -= bytes.len;
		chunk->bytes.len += bytes.len;
		outbox->waiting += bytes.len;
	}
	if (outbox->error != before && outbox->changed != NULL) {
		outbox->changed(outbox->context);
	}
}

static size_t watch(struct source *source, struct pollfd *fds, size_t max, usec now, usec *wake) {
	const struct outbox *outbox = (const struct outbox *)source;
	(void)now;
	(void)wake;
	if (outbox->first == NULL || outbox->error != 0) {
		return 0;
	}
	if (max > 0) {
		fds[0] = (struct pollfd){.fd = outbox->fd, .events = POLLOUT};
	}
	return 1;
}

static enum progress step(struct source *source, const struct pollfd *fds, size_t n, usec now) {
	struct outbox *outbox = (struct outbox *)source;
	(void)fds;
	(void)n;
	(void)now;
	bool was_full = outbox_is_full(outbox);
	int before = outbox->error;
	bool moved = write_waiting(outbox);
	if ((was_full && !outbox_is_full(outbox)) || outbox->error != before) {
		outbox->changed(outbox->context);
	}
	return moved ? PROGRESS_MOVED : PROGRESS_WAITING;
}

struct outbox outbox_new(int fd, arena_exhausted_fn *exhausted) {
	static const struct source_ops ops = {watch, step};
	struct stat status;
	return (struct outbox){.source = {&ops},
		.exhausted = exhausted,
		.fd = fd,
		.is_file = fstat(fd, &status) == 0 && S_ISREG(status.st_mode)};
}

bool outbox_flush(struct outbox *outbox) {
	usec give_up = USEC_NEVER;
	while ((outbox->first != NULL || outbox->homeless.len > 0) && outbox->error == 0) {
		usec now = clock_now();
		if (give_up == USEC_NEVER && stop_signal() != 0) {
			give_up = deadline_after(now, OUTBOX_GRACE);
		}
		if (write_waiting(outbox)) {
			continue;
		}
		if (now >= give_up) {
			return false;
		}
		(void)is_writable(outbox->fd, LOOK_MS);
	}
	return outbox->error == 0;
}

void outbox_free(struct outbox *outbox) {
	while (outbox->first != NULL) {
		drop_first(outbox);
	}
}
