/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* From a policy decision to what the TLS session is asked to demand. Pure. */
#ifndef PROBE_PROBE_TLS_H
#define PROBE_PROBE_TLS_H

#include "probe/tls_policy.h"
#include "tls/tls_client.h"

/* The specification; arrays are borrowed from policy and wish. */
struct tls_spec probe_tls_spec(const struct tls_policy *policy, const struct tls_wish *wish);

#endif
