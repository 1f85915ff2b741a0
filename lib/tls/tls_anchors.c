/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Trust anchors: certificates and bare keys that alone confer trust. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "tls/tls_builder.h"

struct anchor_list {
	struct tls_builder *builder;
	const char *file;
	struct tls_anchor *at;
	size_t n;
	size_t room;
};

/* posttls-finger shows the record the anchor becomes: 2 0 0 or 2 1 0. */
static void tell_anchor(const struct anchor_list *list, const struct tls_anchor *anchor) {
	struct trace *trace = list->builder->trace;
	if (trace == NULL) {
		return;
	}
	uint8_t *rdata = arena_alloc(list->builder->context->arena, anchor->der.len + 3);
	rdata[0] = TLSA_DANE_TA;
	rdata[1] = anchor->selector;
	rdata[2] = TLSA_FULL;
	memcpy(rdata + 3, anchor->der.at, anchor->der.len);
	struct event event = {.kind = EVENT_TLS_ANCHOR,
		.node = -1,
		.pass = 1,
		.text = {list->file, anchor->selector == TLSA_CERT ? "cert" : "pkey"},
		.bytes = {{rdata, anchor->der.len + 3}}};
	trace->emit(trace, &event);
}

static void anchor_add(struct anchor_list *list, uint8_t selector, struct span der) {
	struct arena *arena = list->builder->context->arena;
	if (list->n == list->room) {
		size_t room = list->room == 0 ? 4 : 2 * list->room;
		struct tls_anchor *at = arena_alloc_array(arena, room, sizeof *at);
		for (size_t i = 0; i < list->n; i++) {
			at[i] = list->at[i];
		}
		list->at = at;
		list->room = room;
	}
	struct tls_anchor *anchor = &list->at[list->n++];
	*anchor = (struct tls_anchor){selector, arena_copy_span(arena, der), list->file};
	tell_anchor(list, anchor);
}

/* How many PEM blocks there were, of whatever kind; -1 with the library's errors when one is
 * broken. */
static int read_blocks(struct anchor_list *list, BIO *file) {
	char *label = NULL;
	char *header = NULL;
	unsigned char *der = NULL;
	long len = 0;
	int n = 0;
	ERR_clear_error();
	for (; PEM_read_bio(file, &label, &header, &der, &len) == 1; n++) {
		struct span bytes = {der, (size_t)len};
		if (strcmp(label, PEM_STRING_X509) == 0 || strcmp(label, PEM_STRING_X509_OLD) == 0) {
			anchor_add(list, TLSA_CERT, bytes);
		} else if (strcmp(label, PEM_STRING_PUBLIC) == 0) {
			anchor_add(list, TLSA_SPKI, bytes);
		}
		OPENSSL_free(label);
		OPENSSL_free(header);
		OPENSSL_free(der);
	}
	/* The end of the file is "no start line". */
	return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE ? n : -1;
}

/* Postfix ends the program with this line. */
static bool refuse_file(struct anchor_list *list) {
	return err_set(
		list->builder->err, ERR_USAGE, "Failed to load trust anchor file: %s", list->file);
}

static bool read_as_postfix(struct anchor_list *list) {
	struct span content;
	struct file_fault fault;
	if (!tls_file_content(list->builder, list->file, &content, &fault)) {
		tls_fault_remark(
			list->builder, "error opening trust anchor file: %s: %s", list->file, fault.words);
		return refuse_file(list);
	}
	BIO *file = tls_pem_open(content);
	int n = file == NULL ? -1 : read_blocks(list, file);
	BIO_free(file);
	if (n < 0) {
		tls_fault_queue(list->builder);
	}
	ERR_clear_error();
	return n > 0 || refuse_file(list);
}

static bool read_strictly(struct anchor_list *list) {
	list->builder->about = ERR_ABOUT_TRUST_ANCHOR;
	struct span content;
	struct file_fault fault;
	if (!tls_file_content(list->builder, list->file, &content, &fault)) {
		return tls_fault_file(list->builder, list->file, &fault);
	}
	size_t before = list->n;
	BIO *file = tls_pem_open(content);
	int n = file == NULL ? -1 : read_blocks(list, file);
	BIO_free(file);
	if (n >= 0 && list->n > before) {
		ERR_clear_error();
		return true;
	}
	return tls_fault_content(list->builder, list->file, "no PEM certificate or public key in it");
}

bool tls_anchors_read(struct tls_builder *builder) {
	const struct tls_settings *settings = builder->settings;
	struct anchor_list list = {.builder = builder};
	for (size_t i = 0; i < settings->n_trust_anchors; i++) {
		list.file = settings->trust_anchors[i];
		if (!tls_blames_settings(builder) && *list.file == '\0') {
			continue;
		}
		if (!(tls_blames_settings(builder) ? read_strictly(&list) : read_as_postfix(&list))) {
			return false;
		}
	}
	builder->context->anchors = list.at;
	builder->context->n_anchors = list.n;
	return true;
}

/* NULL when it can be decoded. */
static const char *anchor_problem(const struct tls_anchor *anchor) {
	const unsigned char *end = anchor->der.at;
	const unsigned char *wanted = end + anchor->der.len;
	if (anchor->selector == TLSA_CERT) {
		X509 *certificate = d2i_X509(NULL, &end, (long)anchor->der.len);
		X509_free(certificate);
		return certificate != NULL && end == wanted ? NULL
													: "a certificate in it cannot be decoded";
	}
	EVP_PKEY *key = d2i_PUBKEY(NULL, &end, (long)anchor->der.len);
	EVP_PKEY_free(key);
	return key != NULL && end == wanted ? NULL : "a public key in it cannot be decoded";
}

bool tls_anchors_check(struct tls_builder *builder) {
	const struct tls_context *context = builder->context;
	/* Postfix leaves it to each session. */
	size_t n = tls_blames_settings(builder) ? context->n_anchors : 0;
	for (size_t i = 0; i < n; i++) {
		const char *problem = anchor_problem(&context->anchors[i]);
		ERR_clear_error();
		if (problem != NULL) {
			builder->about = ERR_ABOUT_TRUST_ANCHOR;
			return tls_fault_value(builder, context->anchors[i].file, problem);
		}
	}
	return true;
}
