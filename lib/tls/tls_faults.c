/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What is wrong with files and settings, in Postfix's words or about a setting. */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tls/tls_builder.h"

#define LINE_MAX_OCTETS 4096

enum gravity { INFORMATION, WARNING };

static void tell(struct tls_builder *builder, enum gravity gravity, const char *line) {
	struct event event = {.kind = EVENT_TLS_SETUP,
		.node = -1,
		.pass = 1,
		.text = {line},
		.number = {gravity == WARNING ? 1 : 0}};
	trace_emit(builder->trace, &event);
}

/* In the form of Postfix's "TLS library problem" lines: code, place, and data with a colon. */
void tls_library_tell(struct trace *trace, struct event *event) {
	const char *file = NULL;
	const char *data = NULL;
	int line = 0;
	int flags = 0;
	unsigned long code = ERR_get_error_all(&file, &line, NULL, &data, &flags);
	for (; code != 0; code = ERR_get_error_all(&file, &line, NULL, &data, &flags)) {
		if (trace == NULL) {
			continue;
		}
		char words[256];
		char text[512];
		bool has_data = (flags & ERR_TXT_STRING) != 0 && data != NULL && *data != '\0';
		ERR_error_string_n(code, words, sizeof words);
		(void)snprintf(text, sizeof text, "%s:%s:%d:%s%s", words, file, line, has_data ? data : "",
			has_data ? ":" : "");
		event->text[0] = text;
		trace->emit(trace, event);
	}
}

void tls_fault_queue(struct tls_builder *builder) {
	struct event event = {.kind = EVENT_TLS_LIBRARY, .node = -1, .pass = 1};
	tls_library_tell(builder->trace, &event);
}

/* NULL when nothing is queued. The first entry is the cause. */
static const char *library_reason(void) {
	unsigned long code = ERR_peek_error();
	return ERR_SYSTEM_ERROR(code) ? strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
}

/* Between the name of a setting and what is wrong with it. */
static const char *blank_before(const struct tls_builder *builder) {
	return builder->about == ERR_ABOUT_PARAMETER ? " " : "";
}

static const char *parameter_of(const struct tls_builder *builder) {
	return builder->about == ERR_ABOUT_PARAMETER ? builder->parameter : "";
}

/* The setting at fault, with the library's reason when it has one. */
static void blame_setting(struct tls_builder *builder, const char *line) {
	const char *reason = library_reason();
	err_set_about(builder->err, builder->about, "%s%s: %s%s%s", blank_before(builder),
		parameter_of(builder), line, reason != NULL ? ": " : "", reason != NULL ? reason : "");
}

bool tls_fault_value(struct tls_builder *builder, const char *value, const char *problem) {
	return err_set_about(builder->err, builder->about, "%s%s %s: %s", blank_before(builder),
		parameter_of(builder), value, problem);
}

bool tls_fault(struct tls_builder *builder, const char *fmt, ...) {
	char line[LINE_MAX_OCTETS];
	va_list arguments;
	va_start(arguments, fmt);
	(void)vsnprintf(line, sizeof line, fmt, arguments);
	va_end(arguments);
	if (tls_blames_settings(builder)) {
		blame_setting(builder, line);
	}
	tell(builder, WARNING, line);
	tls_fault_queue(builder);
	return !tls_blames_settings(builder);
}

bool tls_fault_ends(struct tls_builder *builder, const char *ending, const char *fmt, ...) {
	char line[LINE_MAX_OCTETS];
	va_list arguments;
	va_start(arguments, fmt);
	(void)vsnprintf(line, sizeof line, fmt, arguments);
	va_end(arguments);
	if (tls_blames_settings(builder)) {
		blame_setting(builder, line);
	}
	size_t len = strlen(line);
	(void)snprintf(line + len, sizeof line - len, "%s", ending);
	tell(builder, WARNING, line);
	tls_fault_queue(builder);
	return err_set(builder->err, ERR_LOCAL, "%s", line);
}

void tls_fault_remark(struct tls_builder *builder, const char *fmt, ...) {
	char line[LINE_MAX_OCTETS];
	va_list arguments;
	va_start(arguments, fmt);
	(void)vsnprintf(line, sizeof line, fmt, arguments);
	va_end(arguments);
	tell(builder, WARNING, line);
}

void tls_fault_inform(struct tls_builder *builder, const char *fmt, ...) {
	char line[LINE_MAX_OCTETS];
	va_list arguments;
	va_start(arguments, fmt);
	(void)vsnprintf(line, sizeof line, fmt, arguments);
	va_end(arguments);
	tell(builder, INFORMATION, line);
}

bool tls_fault_pem(struct tls_builder *builder, const char *path) {
	if (tls_blames_settings(builder)) {
		blame_setting(builder, path);
	}
	tls_fault_queue(builder);
	return err_set(builder->err, ERR_LOCAL, "%s%s", path, TLS_DISABLED);
}

bool tls_fault_file(struct tls_builder *builder, const char *path, const struct file_fault *fault) {
	return file_fault_kind(fault, ERR_USAGE) == ERR_LOCAL
			   ? err_set(builder->err, ERR_LOCAL, "cannot open %s: %s", path, fault->words)
			   : tls_fault_value(builder, path, fault->words);
}

/* A pipe or a device may never end, and nothing could interrupt the reading. */
bool tls_file_is_fine(struct tls_builder *builder, const char *path) {
	struct file_fault fault;
	return !tls_blames_settings(builder) || file_is_readable(path, FILE_REGULAR, &fault) ||
		   tls_fault_file(builder, path, &fault);
}

bool tls_file_content(
	struct tls_builder *builder, const char *path, struct span *content, struct file_fault *fault) {
	enum file_kind kind = tls_blames_settings(builder) ? FILE_REGULAR : FILE_PATIENTLY;
	struct file_wish wish = {path, kind, TLS_PEM_OCTETS_MAX};
	*content = (struct span){0};
	return file_read(builder->context->arena, &wish, content, fault) ||
		   (kind == FILE_PATIENTLY && fault->reading && fault->error == EISDIR);
}

BIO *tls_pem_open(struct span content) {
	return BIO_new_mem_buf(content.len > 0 ? (const void *)content.at : "", (int)content.len);
}

/* The end of the file without anything in it. */
static bool is_nothing_found(unsigned long code) {
	int lib = ERR_GET_LIB(code);
	int reason = ERR_GET_REASON(code);
	return code == 0 || (lib == ERR_LIB_PEM && reason == PEM_R_NO_START_LINE) ||
		   (lib == ERR_LIB_X509 && (reason == X509_R_NO_CERTIFICATE_OR_CRL_FOUND ||
									   reason == X509_R_NO_CERTIFICATE_FOUND));
}

bool tls_fault_content(struct tls_builder *builder, const char *path, const char *nothing_found) {
	/* The last entry is the loader's summary. */
	unsigned long code = ERR_peek_last_error();
	const char *reason = library_reason();
	ERR_clear_error();
	if (is_nothing_found(code)) {
		return tls_fault_value(builder, path, nothing_found);
	}
	/* The library's reasons do not say what it had hoped for. */
	return tls_fault_value(builder, path,
		reason == NULL ? "not readable as PEM"
					   : arena_printf(builder->context->arena,
							 "%s (PEM certificates or keys are needed)", reason));
}

char *tls_list_next(struct arena *arena, const char **list) {
	static const char separators[] = ", \t\r\n";
	const char *word = *list + strspn(*list, separators);
	size_t len = strcspn(word, separators);
	*list = word + len;
	return len == 0 ? NULL : arena_copy_text(arena, word, len);
}
