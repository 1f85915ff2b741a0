/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions about a result that more than one reader has. */
#include "probe/result.h"

const char *probe_stage_text(enum probe_stage stage, enum mail_protocol protocol) {
	bool lmtp = protocol == MAIL_LMTP;
	switch (stage) {
	case PROBE_NOT_STARTED:
		return "preparing";
	case PROBE_CONNECTING:
		return "connecting";
	case PROBE_GREETING:
		return "waiting for the greeting";
	case PROBE_EHLO:
		return lmtp ? "waiting for the reply to LHLO" : "waiting for the reply to EHLO";
	case PROBE_STARTTLS:
		return "waiting for the reply to STARTTLS";
	case PROBE_HANDSHAKE:
		return "in the TLS handshake";
	case PROBE_TLS_GREETING:
		return "waiting for the greeting inside TLS";
	case PROBE_TLS_EHLO:
		return lmtp ? "waiting for the reply to LHLO inside TLS"
					: "waiting for the reply to EHLO inside TLS";
	case PROBE_QUIT:
		return "waiting for the reply to QUIT";
	case PROBE_FINISHED:
		return "finished";
	}
	return "?";
}

usec *probe_time_of(struct probe_times *times, enum smtp_stage stage) {
	if (stage == SMTP_STAGE_GREETING || stage == SMTP_STAGE_TLS_GREETING) {
		return &times->banner;
	}
	if (stage == SMTP_STAGE_EHLO) {
		return &times->ehlo;
	}
	return stage == SMTP_STAGE_STARTTLS ? &times->starttls : NULL;
}
