/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One run, from the first question to the last octet of output. */
#include "whole.h"

#include <string.h>
#include <time.h>

#include "check_smtp_tls.d/trace.h"
#include "fuzz.h"
#include "probe/survey.h"
#include "render/formats.h"
#include "well_formed.h"

#define WAITS_MAX 100000
#define FORMAT_MAX (20U * 1024U * 1024U)
#define STEP_TIME (5 * USEC_PER_SEC)

/* The world as the loop sees it: when nobody has anything to do, it is later. */
struct paper_clock {
	usec now;
	size_t n_waits;
};

static usec paper_now(const struct loop_os *os) {
	return ((const struct paper_clock *)os->context)->now;
}

static enum loop_wait paper_wait(
	const struct loop_os *os, struct pollfd *fds, size_t n, usec wake) {
	struct paper_clock *clock = os->context;
	FUZZ_REQUIRE(clock->n_waits++ < WAITS_MAX);
	do {
		if (poll(fds, n, 0) > 0) {
			return LOOP_WAIT_DONE;
		}
	} while (peer_moves());
	FUZZ_REQUIRE(wake != USEC_NEVER);
	clock->now = wake > clock->now ? wake : clock->now;
	return LOOP_WAIT_DONE;
}

static const struct tls_settings *shared_settings(void) {
	static struct tls_settings settings;
	settings = (struct tls_settings){.digest = "sha256",
		.protocols = {.floor = 0x0301},
		.grade = TLS_GRADE_MEDIUM,
		.library_use = TLS_USE_HANDSHAKES,
		.now = settings.now != 0 ? settings.now : (int64_t)time(NULL),
		.habits = &habits_monitor};
	return &settings;
}

static struct tls_context *shared_context(void) {
	static struct tls_context *context;
	if (context == NULL) {
		struct err err = {0};
		context = tls_context_new(fuzz_arena(), shared_settings(), NULL, &err);
		FUZZ_REQUIRE(context != NULL);
	}
	return context;
}

void whole_prepare(void) {
	(void)shared_context();
}

static struct survey_spec spec_of(const struct whole *whole) {
	struct survey_spec spec = {.habits = &habits_monitor,
		.port = 25,
		.wish = {.level = whole->level},
		.order = {.ipv4 = true, .ipv6 = true},
		.manner = {.helo = "probe.test",
			.times = {STEP_TIME, STEP_TIME, STEP_TIME, STEP_TIME},
			.mode = whole->wrapper ? SMTP_TLS_WRAPPER : SMTP_TLS_STARTTLS},
		.validation_check = "ns:.",
		.timeout = WHOLE_TIMEOUT,
		.tls = shared_settings(),
		.context = shared_context(),
		.scope = whole->scope,
		.denial_probe = whole->denial_probe,
		.key_types = whole->key_types};
	if (whole->reconnect) {
		spec.reconnect.max = 1;
	}
	return spec;
}

static void check_lines(struct span all, bool verbose) {
	FUZZ_REQUIRE(well_formed_lines(all));
	FUZZ_REQUIRE(all.len <= (verbose ? OUTPUT_MAX_VERY_VERBOSE : OUTPUT_MAX));
}

/* All formats; the one for people with what -vvv adds. */
static void check_formats(
	const struct whole *whole, const struct verdict *verdict, const struct verbose_trace *trace) {
	struct format_choice choice = {PERFDATA_RANGES, "0", LINE_ADVICE, NULL, NULL};
	for (size_t i = 0; i < FORMAT_COUNT; i++) {
		struct text text = text_new(whole->arena, FORMAT_MAX);
		formats[i].verdict(&text, verdict, &choice);
		if (i == FORMAT_LINE && trace != NULL) {
			trace_print(trace, &text, verdict->report);
		}
		struct span all = {(const uint8_t *)text.at, text.len};
		FUZZ_REQUIRE(strlen(text.at) == text.len && !text.cut);
		if (i == FORMAT_LINE) {
			check_lines(all, trace != NULL);
		} else if (i == FORMAT_JSON) {
			FUZZ_REQUIRE(well_formed_json(all));
		} else {
			FUZZ_REQUIRE(well_formed_metrics(all));
		}
	}
}

enum state whole_run(const struct whole *whole) {
	struct paper_clock clock = {.now = WHOLE_START};
	struct loop_os os = {.now = paper_now, .wait = paper_wait, .context = &clock};
	struct survey_spec spec = spec_of(whole);
	struct destination destination;
	struct err err = {0};
	FUZZ_REQUIRE(destination_parse(&destination, WHOLE_DOMAIN, whole->protocol, NULL));
	spec.destination = &destination;
	struct trace_plan plan = {.show = trace_show(3, 0),
		.order = whole->scope == SURVEY_ALL ? TRACE_BY_NODE : TRACE_AS_IT_HAPPENS,
		.max = OUTPUT_MAX_VERY_VERBOSE};
	struct verbose_trace trace = trace_new(whole->arena, &plan);
	spec.trace = whole->verbose ? &trace.trace : NULL;
	peer_start(whole->peer);
	struct survey *survey = survey_new(whole->arena, &spec, whole->resolver, clock.now);
	enum loop_end end = loop_run(survey_source(survey), &os, WHOLE_START + WHOLE_TIMEOUT, &err);
	FUZZ_REQUIRE(end == LOOP_FINISHED || end == LOOP_DEADLINE);
	const struct report *report = survey_finish(survey, end, &err, clock.now);
	survey_free(survey);
	peer_end();
	FUZZ_REQUIRE(report->elapsed <= WHOLE_TIMEOUT);
	struct limits limits = limits_default();
	struct verdict verdict = judge(whole->arena, report, &limits, spec.tls->now);
	check_formats(whole, &verdict, whole->verbose ? &trace : NULL);
	return verdict.state;
}
