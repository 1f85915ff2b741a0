/* Events as lines of posttls-finger's log, and the further lines of -vv and -vvv. */
#ifndef RENDER_RENDER_FINGER_H
#define RENDER_RENDER_FINGER_H

#include "base/event.h"
#include "base/text.h"

enum finger_detail {
	FINGER_ROUTINE, /* what posttls-finger prints by default: -v */
	FINGER_MORE,    /* DNS, policy, chain facts, phases: -vv */
	FINGER_ALL      /* TLS states and alerts: -vvv */
};

struct finger_style {
	const char *prefix; /* "smtp-tls-finger: " or "" */
	enum finger_detail detail;
	enum text_escape escape;
	size_t quote_max; /* characters per remote item */
};

/* Append the event's lines, each ended by a newline; nothing when the detail is too low. */
void render_finger_event(
	struct text *text, const struct finger_style *style, const struct event *event);

#endif
