/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Where to: --hostname and --port. */
#ifndef CHECK_SMTP_TLS_OPTION_DESTINATION_H
#define CHECK_SMTP_TLS_OPTION_DESTINATION_H

#include "check_smtp_tls.d/option_table.h"

/* The destination, and the level that follows from it where none is given; options that it leaves
 * without use are refused. Parameters are applied already. */
bool option_destination_read(struct option_draft *draft, struct err *err);

/* What the destination is called, as well as it can be told when something is refused: in its usual
 * form, or as it was written. NULL: none is given. */
const char *option_destination_name(struct option_draft *draft);

/* The port: as written, or as protocol and mode have it. The destination is known. */
bool option_port_read(struct option_draft *draft, struct err *err);

#endif
