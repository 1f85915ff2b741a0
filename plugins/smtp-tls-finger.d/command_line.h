/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* posttls-finger's letters as typed. What needs more than one letter is decided in choices.h. */
#ifndef SMTP_TLS_FINGER_COMMAND_LINE_H
#define SMTP_TLS_FINGER_COMMAND_LINE_H

#include "base/arena.h"
#include "base/err.h"
#include "config/main_cf.h"
#include "probe/tls_policy.h"

/* Values of an option that may be repeated. */
struct value_list {
	const char **value;
	size_t n;
};

struct command_line {
	const char *family;                  /* -a */
	struct value_list anchors;           /* -A */
	bool quiet;                          /* -c */
	bool print_chain;                    /* -C */
	const char *digest;                  /* -d; NULL: main.cf's */
	bool force_tlsa;                     /* -f */
	const char *ca_file;                 /* -F; NULL */
	const char *grade;                   /* -g */
	const char *host_lookup;             /* -h */
	struct value_list chain_files;       /* -H: each a list */
	const char *key_file;                /* -K, or else -k; NULL */
	const char *cert_file;               /* -k, or else -K; NULL */
	const char *level;                   /* -l */
	const char *log;                     /* -L */
	int max_reconnects;                  /* -m */
	enum insecure_mx_policy insecure_mx; /* -M */
	const char *protocols;               /* -p */
	const char *ca_path;                 /* -P; NULL */
	int delay;                           /* -r, seconds; below 0: no reconnects, no cache */
	bool srv;                            /* -R */
	const char *sni;                     /* -s; NULL */
	bool lmtp;                           /* -S */
	const char *connect_timeout;         /* -t */
	const char *command_timeout;         /* -T */
	int verbosity;                       /* -v */
	bool wrapper;                        /* -w */
	bool raw_keys;                       /* -x */
	bool tlsproxy;                       /* -X */
	const char *destination;             /* NULL: none was given */
	struct value_list match;
};

enum command_outcome {
	COMMAND_READ,
	COMMAND_MISUSED, /* the usage is to be printed; getopt has said what is wrong */
	COMMAND_FATAL    /* err says why */
};

/* argc and argv. */
struct argument_vector {
	int n;
	char *const *at;
};

/* Read options up to the first operand, as POSIX has it; what follows the destination is there to
 * be matched. -o goes to cf. */
enum command_outcome command_line_read(struct command_line *line, struct arena *arena,
	struct main_cf *cf, struct argument_vector arguments, struct err *err);

/* What atoi(3) makes of a text, without its undefined cases: junk is 0. */
int command_line_number(const char *text);

/* Five lines, for standard error. */
const char *command_line_usage(struct arena *arena, const char *program);

#endif
