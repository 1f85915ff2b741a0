#include "probe/result.h"

const char *probe_stage_text(enum probe_stage stage) {
	switch (stage) {
	case PROBE_NOT_STARTED:
		return "preparing";
	case PROBE_CONNECTING:
		return "connecting";
	case PROBE_GREETING:
		return "waiting for the greeting";
	case PROBE_EHLO:
		return "waiting for the reply to EHLO";
	case PROBE_STARTTLS:
		return "waiting for the reply to STARTTLS";
	case PROBE_HANDSHAKE:
		return "in the TLS handshake";
	case PROBE_TLS_GREETING:
		return "waiting for the greeting inside TLS";
	case PROBE_TLS_EHLO:
		return "waiting for the reply to EHLO inside TLS";
	case PROBE_QUIT:
		return "waiting for the reply to QUIT";
	case PROBE_FINISHED:
		return "finished";
	}
	return "?";
}
