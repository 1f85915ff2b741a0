/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The first error is kept, later ones are dropped. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

bool err_set(struct err *err, enum err_kind kind, const char *fmt, ...) {
	if (err == NULL || err->kind != ERR_NONE) {
		return false;
	}
	err->kind = kind;
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(err->text, sizeof err->text, fmt, args);
	va_end(args);
	return false;
}

bool err_set_about(struct err *err, enum err_about about, const char *fmt, ...) {
	if (err == NULL || err->kind != ERR_NONE) {
		return false;
	}
	err->kind = ERR_USAGE;
	err->about = about;
	va_list args;
	va_start(args, fmt);
	(void)vsnprintf(err->text, sizeof err->text, fmt, args);
	va_end(args);
	return false;
}

enum err_kind err_kind_of_errno(int error_number) {
	/* All others: what ICMP and TCP bring, refused, reset, unreachable, prohibited, timed out. */
	static const int ours[] = {ENOMEM, ENOBUFS, EIO, EBADF, EPERM, EMFILE, ENFILE, EFAULT, EINVAL,
		ENOTSOCK, EOPNOTSUPP, EAFNOSUPPORT, ENOSYS, ENETDOWN, EADDRNOTAVAIL, EADDRINUSE};
	for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
		if (ours[i] == error_number) {
			return ERR_LOCAL;
		}
	}
	return ERR_NET;
}
