/* What -v shows: engine events as lines, kept for the end or written as they happen. How much is
 * shown is decided here and nowhere else. */
#ifndef CHECK_SMTP_TLS_TRACE_H
#define CHECK_SMTP_TLS_TRACE_H

#include "base/event.h"
#include "check_smtp_tls.d/output.h"
#include "render/render_finger.h"

struct verbose_trace {
	struct trace trace; /* first: the engines know only this */
	struct finger_style style;
	struct text lines; /* of one event */
	struct text kept;
	size_t dropped_lines; /* did not fit into `kept` */
	struct output *live;  /* write at once; NULL: keep */
};

/* What is shown at this verbosity (1 to 3), with what --log chose: of enum finger_show. */
unsigned trace_show(int verbosity, unsigned log);

/* At most `max` bytes are kept. */
struct verbose_trace trace_new(struct arena *arena, unsigned show, size_t max, struct output *live);

/* Append what was kept, cut at a line so that the whole text stays below `max` bytes, and say how
 * much was left out. */
void trace_print(const struct verbose_trace *trace, struct text *text, size_t max);

#endif
