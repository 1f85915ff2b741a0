/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Conversion by libidn2. */
#include <dlfcn.h>
#include <idn2.h>
#include <string.h>

#include "config/idn_library.h"
#include "smtp/destination.h"

/* The reasons are spelled as the library behind Postfix spells them. */
static const struct {
	int code;
	const char *reason;
} reasons[] = {
	{IDN2_ENCODING_ERROR, "malformed UTF-8"},
	{IDN2_ALABEL_ROUNDTRIP_FAILED, "malformed ASCII label(s)"},
	{IDN2_PUNYCODE_BAD_INPUT, "UIDNA_ERROR_PUNYCODE"},
	{IDN2_PUNYCODE_OVERFLOW, "UIDNA_ERROR_PUNYCODE"},
	{IDN2_PUNYCODE_BIG_OUTPUT, "UIDNA_ERROR_LABEL_TOO_LONG"},
	{IDN2_TOO_BIG_LABEL, "UIDNA_ERROR_LABEL_TOO_LONG"},
	{IDN2_TOO_BIG_DOMAIN, "UIDNA_ERROR_DOMAIN_NAME_TOO_LONG"},
	{IDN2_INVALID_ALABEL, "UIDNA_ERROR_INVALID_ACE_LABEL"},
	{IDN2_INVALID_TRANSITIONAL, "UIDNA_ERROR_INVALID_ACE_LABEL"},
	{IDN2_INVALID_NONTRANSITIONAL, "UIDNA_ERROR_INVALID_ACE_LABEL"},
	{IDN2_2HYPHEN, "UIDNA_ERROR_HYPHEN_3_4"},
	{IDN2_LEADING_COMBINING, "UIDNA_ERROR_LEADING_COMBINING_MARK"},
	{IDN2_DISALLOWED, "UIDNA_ERROR_DISALLOWED"},
	{IDN2_UNASSIGNED, "UIDNA_ERROR_DISALLOWED"},
	{IDN2_CONTEXTJ, "UIDNA_ERROR_CONTEXTJ"},
	{IDN2_CONTEXTJ_NO_RULE, "UIDNA_ERROR_CONTEXTJ"},
	{IDN2_BIDI, "UIDNA_ERROR_BIDI"},
	{IDN2_DOT_IN_LABEL, "UIDNA_ERROR_LABEL_HAS_DOT"},
};

/* Which edge a hyphen stands at: libidn2 does not say. */
static const char *hyphen_reason(const char *name) {
	bool leads = name[0] == '-' || strstr(name, ".-") != NULL;
	return leads ? "UIDNA_ERROR_LEADING_HYPHEN" : "UIDNA_ERROR_TRAILING_HYPHEN";
}

/* What libidn2 exports, as far as we need it. */
struct idn2 {
	void *handle;
	__typeof__(&idn2_to_ascii_8z) to_ascii;
	__typeof__(&idn2_strerror) describe;
	__typeof__(&idn2_free) release;
};

static bool load(struct idn2 *idn2) {
	idn2->handle = dlopen("libidn2.so.0", RTLD_NOW | RTLD_LOCAL);
	if (idn2->handle == NULL) {
		return false;
	}
	/* The way POSIX gives to turn an object pointer into one to a function. */
	*(void **)&idn2->to_ascii = dlsym(idn2->handle, "idn2_to_ascii_8z");
	*(void **)&idn2->describe = dlsym(idn2->handle, "idn2_strerror");
	*(void **)&idn2->release = dlsym(idn2->handle, "idn2_free");
	if (idn2->to_ascii == NULL || idn2->describe == NULL || idn2->release == NULL) {
		(void)dlclose(idn2->handle);
		return false;
	}
	return true;
}

static const char *reason_of(const struct idn2 *idn2, int code, const char *name) {
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
		if (reasons[i].code == code) {
			return reasons[i].reason;
		}
	}
	return code == IDN2_HYPHEN_STARTEND ? hyphen_reason(name) : idn2->describe(code);
}

/* Mapping may make anything of a letter: a dot, a colon, a bracket. */
static const char *reason_against(const char *ascii) {
	if (*ascii == '.' || strstr(ascii, "..") != NULL) {
		return "UIDNA_ERROR_EMPTY_LABEL";
	}
	return hostname_is_valid(ascii) ? NULL : "malformed ASCII label(s)";
}

bool idn_library_convert(struct arena *arena, const char *name, enum idn_mapping mapping,
	const char **ascii, struct err *err) {
	struct idn2 idn2;
	if (!load(&idn2)) {
		return idn_complain(
			name, "libidn2 is not installed (libidn2.so.0, Debian: libidn2-0)", err);
	}
	char *converted = NULL;
	int flags = mapping == IDN_TRANSITIONAL ? IDN2_TRANSITIONAL : IDN2_NONTRANSITIONAL;
	int code = idn2.to_ascii(name, &converted, IDN2_NFC_INPUT | flags);
	const char *reason = code != IDN2_OK ? reason_of(&idn2, code, name) : reason_against(converted);
	if (reason != NULL) {
		(void)idn_complain(name, reason, err);
	} else {
		*ascii = arena_copy_string(arena, converted);
	}
	if (code == IDN2_OK) {
		idn2.release(converted);
	}
	(void)dlclose(idn2.handle);
	return reason == NULL;
}

bool idn_is_available(void) {
	return true;
}
