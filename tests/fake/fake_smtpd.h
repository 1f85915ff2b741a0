/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FAKE_FAKE_SMTPD_H
#define TESTS_FAKE_FAKE_SMTPD_H
/* A scripted SMTP or LMTP server on one address, in a thread of its own. One connection after the
 * other; the first script has no end ("accept forever") or plays as often as it says, then the
 * next one. A connection nobody planned fails the notes. */
#include "notes.h"
#include "smtp_script.h"
#include <pthread.h>
#include <sys/socket.h>

enum smtpd_need { SMTPD_MUST, SMTPD_OPTIONAL, SMTPD_NEVER };
enum smtpd_kind {
	SMTPD_LISTENS,
	SMTPD_REFUSES,   /* the port is taken but nobody listens */
	SMTPD_BLACKHOLE, /* connections are neither accepted nor refused */
};
enum { SMTPD_SCRIPTS_MAX = 8, SMTPD_FOREVER = 1000000, SMTPD_FILLERS = 4 };

struct smtpd {
	const char *name; /* the address as written */
	struct sockaddr_storage address;
	socklen_t address_len;
	enum smtpd_need need;
	enum smtpd_kind kind;
	uint16_t port; /* 0: that of all others */
	struct smtp_script *script[SMTPD_SCRIPTS_MAX];
	size_t scripts;
	int listener;
	int fillers[SMTPD_FILLERS]; /* what fills the queue of a blackhole */
	int stop[2];
	pthread_t thread;
	bool running;
	long connections;
	long quits;
	struct notes notes;
};

/* "127.0.0.2", "::1", or "unix:PATH". False when it is none of these. */
bool smtpd_init(struct smtpd *smtpd, const char *address);
/* Sets the script's sessions; the newest script takes the lines that follow. */
struct smtp_script *smtpd_add_script(struct smtpd *smtpd, struct pool *pool, long sessions);
/* Binds to the port (0: any, which is then told). False when somebody else has it. */
bool smtpd_bind(struct smtpd *smtpd, uint16_t *port);
bool smtpd_start(struct smtpd *smtpd);
/* Ends all waiting, then checks that as many connections came as planned. */
void smtpd_stop(struct smtpd *smtpd);
void smtpd_free(struct smtpd *smtpd);

/* The part that plays one script; in smtpd_session.c. */
void smtpd_play(struct smtpd *smtpd, const struct smtp_script *script, int fd);

#endif
