/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What will be deployed next, held against what the hosts publish: facts, no opinions. */
#ifndef PROBE_NEXT_FILES_H
#define PROBE_NEXT_FILES_H

#include "probe/report.h"
#include "tls/tls_client.h"

/* Look into the files of its specification and put them into the report. ERR_USAGE names the file
 * that cannot be used, or two with keys of the same type. */
bool next_files_read(
	struct report *report, struct arena *arena, struct tls_context *context, struct err *err);

/* For each host with usable records: what the certificates of each file prove by them, at the time
 * dates are judged at. */
void next_files_prove(struct report *report, struct arena *arena, const struct origin *origin,
	struct tls_context *context);

#endif
