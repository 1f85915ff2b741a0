/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Postfix's compatibility levels: MAJOR[.MINOR[.PATCH]]. Pure. */
#ifndef CONFIG_COMPAT_LEVEL_H
#define CONFIG_COMPAT_LEVEL_H

#include <stdint.h>

#include "base/err.h"

/* A number that orders as levels do. ERR_USAGE in Postfix's words. */
bool compat_level_parse(const char *text, uint64_t *level, struct err *err);

#endif
