/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A context being made, and what is wrong with the files and values it is made of. */
#ifndef TLS_TLS_BUILDER_H
#define TLS_TLS_BUILDER_H

#include <openssl/bio.h>

#include "io/file.h"
#include "tls/tls_internal.h"

struct tls_builder {
	struct tls_context *context;
	const struct tls_settings *settings; /* the context's */
	struct trace *trace;
	struct err *err;       /* never NULL */
	enum err_about about;  /* which setting is looked at */
	const char *parameter; /* with ERR_ABOUT_PARAMETER: its name */
};

#define TLS_DISABLED ": disabling TLS support"

/* Where faults are the user's to mend: nothing is tolerated silently. */
static inline bool tls_blames_settings(const struct tls_builder *builder) {
	return !builder->settings->habits->bears_bad_files;
}

/* tls_faults.c. Each tells the trace a line in Postfix's words, then what the library has queued,
 * and forgets that queue. Where settings are blamed, err becomes "SETTING: line: library's reason".
 */

/* Postfix warns and goes on: true there, false where settings are blamed. */
bool tls_fault(struct tls_builder *builder, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Postfix does without TLS: always false. The ending belongs to Postfix's line only. */
bool tls_fault_ends(struct tls_builder *builder, const char *ending, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Both go on. */
void tls_fault_remark(struct tls_builder *builder, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Not a warning; no entries of the library. */
void tls_fault_inform(struct tls_builder *builder, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A file's PEM is broken: there is no line, only what the library has queued. Always false. */
bool tls_fault_pem(struct tls_builder *builder, const char *path);
/* Only tell what the library has queued. */
void tls_fault_queue(struct tls_builder *builder);

/* Where settings are blamed: may the library open it, a regular file that can be read? Sets err.
 * Postfix just opens it, and so it may be a pipe. */
bool tls_file_is_fine(struct tls_builder *builder, const char *path);

/* All of a file of PEM, in the arena. Where settings are blamed it must be a regular one; Postfix
 * waits for whoever writes into a pipe, and finds nothing in a directory. */
bool tls_file_content(
	struct tls_builder *builder, const char *path, struct span *content, struct file_fault *fault);

/* What was read, for the library; NULL when there is no memory. BIO_free() leaves the content. */
BIO *tls_pem_open(struct span content);

/* What is wrong with a file of the setting; this machine is to blame where it ran out of something.
 * Always false. */
bool tls_fault_file(struct tls_builder *builder, const char *path, const struct file_fault *fault);

/* err about what is looked at: the value at fault and what is wrong with it. Always false. */
bool tls_fault_value(struct tls_builder *builder, const char *value, const char *problem);

/* The same for a file whose contents the library refuses, with what its queue says in words that
 * help. Empties the queue. Always false. */
bool tls_fault_content(struct tls_builder *builder, const char *path, const char *nothing_found);

/* The next word of a list whose separators are comma and blank, in the arena; NULL at the end. */
char *tls_list_next(struct arena *arena, const char **list);

/* tls_config_pipe.c: the name of the pipe that this file of the library's is, or one that it
 * includes; NULL when none is found. Opens only regular files and directories. */
const char *tls_config_pipe(struct arena *arena, const char *path);
/* tls_config_file.c: before anything else of the library. */
bool tls_config_load(struct tls_builder *builder);
/* tls_anchors.c: reading needs nothing of the library that its configuration could change. */
bool tls_anchors_read(struct tls_builder *builder);
bool tls_anchors_check(struct tls_builder *builder);
/* tls_trust.c: load the files and directories that confer trust. */
bool tls_trust_load(struct tls_builder *builder);
/* tls_digests.c: those of TLSA records, and the one of fingerprints. */
bool tls_digests_set(struct tls_builder *builder);
/* tls_options.c: workarounds and options of the library. */
bool tls_options_set(struct tls_builder *builder);
/* tls_parameters.c: key exchange groups, cipher lists. */
bool tls_groups_set(struct tls_builder *builder);
bool tls_ciphers_check(struct tls_builder *builder);
/* tls_credentials.c: what we show when asked for a certificate. */
bool tls_credentials_load(struct tls_builder *builder);

#endif
