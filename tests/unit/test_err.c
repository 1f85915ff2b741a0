/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is to blame for the errno of a connection. */
#include "base/err.h"

#include <errno.h>

#include "unit.h"

static const struct {
	int number;
	enum err_kind kind;
} blames[] = {
	/* This machine ran out of something, forbids it, or is confused. */
	{ENOMEM, ERR_LOCAL},
	{ENOBUFS, ERR_LOCAL},
	{EMFILE, ERR_LOCAL},
	{ENFILE, ERR_LOCAL},
	{EPERM, ERR_LOCAL},
	{EIO, ERR_LOCAL},
	{EBADF, ERR_LOCAL},
	{EFAULT, ERR_LOCAL},
	{EINVAL, ERR_LOCAL},
	{ENOTSOCK, ERR_LOCAL},
	{ENETDOWN, ERR_LOCAL},
	{EADDRNOTAVAIL, ERR_LOCAL},
	{EAFNOSUPPORT, ERR_LOCAL},
	/* The network or the far end. EACCES is what a router's "prohibited" becomes over IPv6. */
	{ECONNREFUSED, ERR_NET},
	{ECONNRESET, ERR_NET},
	{ECONNABORTED, ERR_NET},
	{EPIPE, ERR_NET},
	{ETIMEDOUT, ERR_NET},
	{EHOSTUNREACH, ERR_NET},
	{ENETUNREACH, ERR_NET},
	{EHOSTDOWN, ERR_NET},
	{EACCES, ERR_NET},
	{EPROTO, ERR_NET},
	{ENOTCONN, ERR_NET},
};

START_TEST(an_errno_blames_who_caused_it) {
	ck_assert_int_eq(err_kind_of_errno(blames[_i].number), blames[_i].kind);
}
END_TEST

UNIT_MAIN("err", tcase_add_loop_test(
					 tc, an_errno_blames_who_caused_it, 0, sizeof blames / sizeof blames[0]);)
