/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory that ends inside OpenSSL, at each allocation of a session in turn: whatever is lost with
 * it, a peer that proved nothing never counts as one that did. */
#include "tls_peer.h"
#include "unit.h"

#define PLACES_MAX 1000

struct place {
	const char *file;
	int line;
	int times;
};

/* Allocations of our side until one fails; 0: none does. */
static struct {
	long left;
	long failed;
	bool verifying;
	struct place places[PLACES_MAX];
	size_t n_places;
	bool ours;
} memory;

/* A place that allocates over and over, such as the list of all algorithms' names, is asked to fail
 * its first times only. */
static bool is_repeated(const char *file, int line) {
	static const int often = 24;
	for (size_t i = 0; i < memory.n_places; i++) {
		if (memory.places[i].line == line && memory.places[i].file == file) {
			return ++memory.places[i].times > often;
		}
	}
	ck_assert_uint_lt(memory.n_places, PLACES_MAX);
	memory.places[memory.n_places++] = (struct place){file, line, 1};
	return false;
}

static bool is_the_one(const char *file, int line) {
	if (!memory.ours || memory.left == 0 || is_repeated(file, line)) {
		return false;
	}
	memory.left--;
	memory.failed += memory.left == 0;
	return memory.left == 0;
}

static void *allocate(size_t size, const char *file, int line) {
	return size == 0 || is_the_one(file, line) ? NULL : malloc(size);
}

static void *resize(void *at, size_t size, const char *file, int line) {
	if (size == 0) {
		free(at);
		return NULL;
	}
	return is_the_one(file, line) ? NULL : realloc(at, size);
}

static void release(void *at, const char *file, int line) {
	(void)file;
	(void)line;
	free(at);
}

/* What the peer is held to goes in at the start; the rest of the handshake proves nothing, but for
 * what lies between the message before the certificate and the one behind it. */
static void take_turn(enum tls_lab_turn turn) {
	memory.ours = turn == TLS_LAB_STARTS || turn == TLS_LAB_SUMS_UP ||
				  (turn == TLS_LAB_SHAKES && memory.verifying);
}

static void enter_state(const char *state) {
	if (strstr(state, "read encrypted extensions") != NULL ||
		strstr(state, "read server hello") != NULL) {
		memory.verifying = true;
	} else if (strstr(state, "read server certificate") == NULL) {
		memory.verifying = false;
	}
	take_turn(TLS_LAB_SHAKES);
}

struct memory_case {
	const char *what;
	enum tls_level level;
	enum tls_level report_as;
	const char *records;
	const char *names;
	const char *certificate;
	int version;
	bool may_be_trusted; /* only the name is wrong */
};

#define MX "mx1.example.test"

static const struct memory_case memory_cases[] = {
	{"no record matches", TLS_LEVEL_DANE, TLS_LEVEL_DANE, "3 1 1 good2", MX, "good", TLS1_2_VERSION,
		false},
	{"a wrong name under DANE-TA", TLS_LEVEL_DANE, TLS_LEVEL_DANE, "2 1 1 inter", MX, "wrongname",
		TLS1_3_VERSION, true},
	{"a wrong address under DANE-TA", TLS_LEVEL_DANE, TLS_LEVEL_DANE, "2 1 1 inter", "192.0.2.7",
		"good", TLS1_3_VERSION, true},
	{"no trusted issuer", TLS_LEVEL_SECURE, TLS_LEVEL_SECURE, NULL, MX, "good", TLS1_3_VERSION,
		false},
};

/* What this run came to is no proof; nor is the session that it left. */
static void proves_nothing(
	const struct memory_case *c, const struct tls_meeting *meeting, long number) {
	const struct tls_facts *facts = meeting->facts;
	if (meeting->step == TLS_STEP_FAILED) {
		return;
	}
	enum tls_status worst = c->may_be_trusted ? TLS_STATUS_TRUSTED : TLS_STATUS_UNTRUSTED;
	ck_assert_msg(facts->proof.status <= worst, "%s: allocation %ld: status %d", c->what, number,
		facts->proof.status);
	ck_assert_msg(facts->proof.n_errors > 0, "%s: allocation %ld: no error", c->what, number);
	ck_assert_msg(
		c->may_be_trusted || !facts->proof.trusted, "%s: allocation %ld", c->what, number);
}

static struct tls_spec spec_of(struct tls_lab *lab, const struct memory_case *c) {
	struct tls_spec spec = {.level = c->level, .report_as = c->report_as};
	spec.tlsa = tls_lab_records(lab, c->records, &spec.n_tlsa);
	spec.names = tls_lab_names(lab, c->names, &spec.n_names);
	return spec;
}

/* Runs until one needs fewer allocations than it was to lose. */
START_TEST(without_memory_nothing_is_proven) {
	const struct memory_case *c = &memory_cases[_i];
	struct tls_lab lab;
	tls_lab_open(&lab);
	struct tls_settings settings = tls_lab_settings();
	const struct tls_spec spec = spec_of(&lab, c);
	struct tls_meeting *first = tls_meet(&lab, &settings, &spec,
		&(struct tls_server_plan){.certificate = c->certificate, .version = c->version});
	proves_nothing(c, first, 0);
	lab.turn = take_turn;
	lab.state = enter_state;
	long number = 0;
	do {
		memory.failed = 0;
		memory.verifying = false;
		memory.n_places = 0;
		memory.left = ++number;
		struct tls_meeting *meeting = tls_meet_again(first, &spec);
		memory.left = 0;
		proves_nothing(c, meeting, number);
		tls_part(meeting);
	} while (memory.failed > 0);
	ck_assert_int_gt(number, 100);
	tls_part(first);
	tls_lab_close(&lab);
}
END_TEST

static void add_tests(TCase *tc) {
	tcase_add_loop_test(tc, without_memory_nothing_is_proven, 0,
		(int)(sizeof memory_cases / sizeof memory_cases[0]));
}

int main(void) {
	if (CRYPTO_set_mem_functions(allocate, resize, release) != 1) {
		return EXIT_FAILURE;
	}
	return unit_play("tls_memory", 120, add_tests);
}
