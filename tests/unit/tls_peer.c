/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A TLS server and our client at the two ends of a socket pair. */
#include "tls_peer.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <time.h>

#include "unit.h"

#define TURNS_MAX 200

void tls_lab_open(struct tls_lab *lab) {
	*lab = (struct tls_lab){.arena = unit_arena()};
	lab->pki = pki_new(&lab->pool);
	lab->heard = text_new(lab->arena, 65536);
}

void tls_lab_close(struct tls_lab *lab) {
	for (size_t i = 0; i < lab->n_files; i++) {
		unlink(lab->files[i]);
	}
	pki_free(lab->pki);
	pool_free(&lab->pool);
	arena_free(lab->arena);
}

struct tlsa tls_lab_record(
	struct tls_lab *lab, const char *name, int usage, int selector, int matching) {
	uint8_t rdata[PKI_DATA_MAX + 3] = {(uint8_t)usage, (uint8_t)selector, (uint8_t)matching};
	size_t len = 0;
	bool found =
		pki_data(lab->pki, name, selector == 0 ? PKI_CERT : PKI_SPKI, matching, rdata + 3, &len);
	ck_assert_msg(found, "no certificate \"%s\"", name);
	struct span whole = arena_copy_span(lab->arena, (struct span){rdata, len + 3});
	return (struct tlsa){.usage = (uint8_t)usage,
		.selector = (uint8_t)selector,
		.matching = (uint8_t)matching,
		.data = {whole.at + 3, len},
		.rdata = whole};
}

/* "3 1 1 good": one digit each, then a name. */
const struct tlsa *tls_lab_records(struct tls_lab *lab, const char *words, size_t *n) {
	struct tlsa *records = arena_alloc_array(lab->arena, 16, sizeof *records);
	*n = 0;
	while (words != NULL && *words != '\0') {
		ck_assert_uint_gt(strlen(words), 6);
		size_t len = strcspn(words + 6, ",");
		const char *name = arena_copy_text(lab->arena, words + 6, len);
		records[(*n)++] = tls_lab_record(lab, name, words[0] - '0', words[2] - '0', words[4] - '0');
		words += 6 + len;
		words += strspn(words, ", ");
	}
	return records;
}

const char *tls_lab_errors(struct tls_lab *lab, const struct tls_facts *facts) {
	struct text text = text_new(lab->arena, 500);
	for (size_t i = 0; i < facts->proof.n_errors; i++) {
		text_addf(&text, "%s%d@%d", i > 0 ? " " : "", facts->proof.errors[i].code,
			facts->proof.errors[i].depth);
	}
	return text.at;
}

const char *const *tls_lab_names(struct tls_lab *lab, const char *words, size_t *n) {
	const char **names = arena_alloc_array(lab->arena, 16, sizeof *names);
	*n = 0;
	while (words != NULL && *words != '\0') {
		size_t len = strcspn(words, ", ");
		names[(*n)++] = arena_copy_text(lab->arena, words, len);
		words += len;
		words += strspn(words, ", ");
	}
	return names;
}

const char *tls_lab_file(struct tls_lab *lab, const char *name, enum pki_file what) {
	char path[] = "/tmp/test_tls_XXXXXX";
	int fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert(pki_write(lab->pki, name, what, path));
	ck_assert_uint_lt(lab->n_files, TLS_LAB_FILES_MAX);
	lab->files[lab->n_files] = arena_copy_string(lab->arena, path);
	return lab->files[lab->n_files++];
}

/* One line per event: "kind|text,text|number,number|bytes;bytes". */
struct lab_trace {
	struct trace trace;
	struct tls_lab *lab;
};

static const char *kind_name(enum event_kind kind) {
	static const struct keyword names[] = {
		{"start", EVENT_TLS_START},
		{"ciphers", EVENT_TLS_CIPHERS},
		{"sni", EVENT_TLS_SNI},
		{"raw key", EVENT_TLS_RAW_KEY},
		{"reused", EVENT_TLS_REUSED},
		{"reused untrusted", EVENT_TLS_REUSED_UNTRUSTED},
		{"cache", EVENT_TLS_CACHE},
		{"dump", EVENT_TLS_DUMP},
		{"chars", EVENT_TLS_CHARS},
		{"message", EVENT_TLS_MESSAGE},
		{"warning", EVENT_TLS_WARNING},
		{"alert", EVENT_TLS_ALERT},
		{"depth", EVENT_TLS_DEPTH},
		{"failed", EVENT_TLS_FAILED},
		{"library", EVENT_TLS_LIBRARY},
		{"peername", EVENT_TLS_PEERNAME},
		{"matched", EVENT_TLS_MATCHED},
		{"unverified", EVENT_TLS_UNVERIFIED},
		{"unusable", EVENT_TLSA_UNUSABLE},
		{"subject", EVENT_TLS_SUBJECT},
		{"established", EVENT_TLS_ESTABLISHED},
		{"certificate", EVENT_CERTIFICATE},
		{"state", EVENT_TLS_STATE},
		{NULL, 0},
	};
	return keyword_name(names, (int)kind);
}

static void hear(struct trace *trace, const struct event *event) {
	const struct tls_lab *lab = ((struct lab_trace *)trace)->lab;
	if (event->kind == EVENT_TLS_STATE && lab->state != NULL) {
		lab->state(event->text[0]);
	}
	struct text *heard = &((struct lab_trace *)trace)->lab->heard;
	text_addf(heard, "%s:", kind_name(event->kind));
	for (int i = 0; i < 4; i++) {
		text_addf(heard, "%s%s", event->text[i] == NULL ? "" : " ",
			event->text[i] == NULL ? "" : event->text[i]);
	}
	text_addf(heard, " %lld,%lld", (long long)event->number[0], (long long)event->number[1]);
	for (int i = 0; i < 4 && event->bytes[i].len > 0; i++) {
		text_add(heard, " ");
		text_add_escaped(heard, TEXT_FINGER, event->bytes[i], 300);
	}
	text_add(heard, "\n");
}

struct trace *tls_lab_trace(struct tls_lab *lab) {
	struct lab_trace *trace = arena_alloc(lab->arena, sizeof *trace);
	*trace = (struct lab_trace){{.emit = hear, .wants = lab->wants}, lab};
	return &trace->trace;
}

struct tls_spec tls_lab_spec(enum tls_level level) {
	static const char *const names[] = {"mx1.example.test"};
	return (struct tls_spec){.level = level,
		.report_as = level,
		.anonymous = tls_level_must_match(level) ? TLS_ANONYMOUS_NEVER : TLS_ANONYMOUS_LAST,
		.names = names,
		.n_names = 1};
}

struct tls_settings tls_lab_settings(void) {
	return (struct tls_settings){.default_ca = TLS_DEFAULT_CA_NONE,
		.digest = "sha256",
		.protocols = {.floor = 0x0301},
		.grade = TLS_GRADE_MEDIUM,
		.now = (int64_t)time(NULL),
		.habits = &habits_monitor};
}

static void use_certificate(struct tls_meeting *meeting, const char *name, int more) {
	const struct pki_chain *chain = pki_find(meeting->lab->pki, name);
	ck_assert_msg(chain != NULL, "no certificate \"%s\"", name);
	int n = sk_X509_num(chain->rest);
	STACK_OF(X509) *rest = sk_X509_dup(chain->rest);
	for (int i = 0; i < more; i++) {
		sk_X509_push(rest, n > 0 ? sk_X509_value(chain->rest, n - 1) : chain->leaf);
	}
	ck_assert_int_eq(
		SSL_CTX_use_cert_and_key(meeting->server_context, chain->leaf, chain->key, rest, 1), 1);
	sk_X509_free(rest);
}

static void start_server(struct tls_meeting *meeting, const struct tls_server_plan *plan) {
	meeting->server_context = SSL_CTX_new(TLS_server_method());
	SSL_CTX *server = meeting->server_context;
	SSL_CTX_set_security_level(server, 0);
	SSL_CTX_set_min_proto_version(server, plan->version != 0 ? plan->version : TLS1_VERSION);
	SSL_CTX_set_max_proto_version(server, plan->version);
	SSL_CTX_set_dh_auto(server, 1);
	const char *name = plan->certificate != NULL ? plan->certificate : "good";
	if (strcmp(name, "anonymous") != 0) {
		use_certificate(meeting, name, plan->pad_certificates);
	}
	if (plan->other != NULL) {
		use_certificate(meeting, plan->other, 0);
	}
	ck_assert_int_eq(
		SSL_CTX_set_cipher_list(server, plan->ciphers != NULL ? plan->ciphers : "ALL"), 1);
	if (plan->adjust != NULL) {
		plan->adjust(server);
	}
}

static void open_pair(struct tls_meeting *meeting) {
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, meeting->fds), 0);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(fcntl(meeting->fds[i], F_SETFL, O_NONBLOCK), 0);
	}
}

static void tell_turn(const struct tls_meeting *meeting, enum tls_lab_turn turn) {
	if (meeting->lab->turn != NULL) {
		meeting->lab->turn(turn);
	}
}

static void start_client(struct tls_meeting *meeting, const struct tls_spec *spec) {
	struct tls_lab *lab = meeting->lab;
	struct tls_listener listener = {.trace = tls_lab_trace(lab), .pass = 1};
	tell_turn(meeting, TLS_LAB_STARTS);
	meeting->tls =
		tls_new(meeting->context, lab->arena, spec, meeting->fds[0], &listener, &meeting->err);
	tell_turn(meeting, TLS_LAB_WAITS);
}

static struct tls_meeting *arrange(
	struct tls_lab *lab, const struct tls_settings *settings, const struct tls_spec *spec) {
	struct tls_meeting *meeting = arena_alloc(lab->arena, sizeof *meeting);
	meeting->lab = lab;
	open_pair(meeting);
	struct tls_settings *kept = arena_alloc(lab->arena, sizeof *kept);
	*kept = settings != NULL ? *settings : tls_lab_settings();
	meeting->context = tls_context_new(lab->arena, kept, NULL, &meeting->err);
	ck_assert_msg(meeting->context != NULL, "%s", meeting->err.text);
	start_client(meeting, spec);
	return meeting;
}

static void start_serving(struct tls_meeting *meeting) {
	meeting->server = SSL_new(meeting->server_context);
	SSL_set_fd(meeting->server, meeting->fds[1]);
	SSL_set_accept_state(meeting->server);
}

static void shake_hands(struct tls_meeting *meeting) {
	meeting->step = TLS_STEP_WANT_READ;
	int theirs = 0;
	for (int turn = 0; turn < TURNS_MAX; turn++) {
		if (meeting->step == TLS_STEP_WANT_READ || meeting->step == TLS_STEP_WANT_WRITE) {
			tell_turn(meeting, TLS_LAB_SHAKES);
			meeting->step = tls_handshake(meeting->tls, &meeting->err);
			tell_turn(meeting, TLS_LAB_WAITS);
		}
		theirs = theirs == 1 ? 1 : SSL_do_handshake(meeting->server);
		if (meeting->step == TLS_STEP_FAILED || (meeting->step == TLS_STEP_DONE && theirs == 1)) {
			break;
		}
		if (theirs != 1 && SSL_get_error(meeting->server, theirs) == SSL_ERROR_SSL) {
			shutdown(meeting->fds[1], SHUT_WR);
		}
	}
	ERR_clear_error();
	const char *sni = SSL_get_servername(meeting->server, TLSEXT_NAMETYPE_host_name);
	snprintf(meeting->sni, sizeof meeting->sni, "%s", sni != NULL ? sni : "");
	tell_turn(meeting, TLS_LAB_SUMS_UP);
	meeting->facts = tls_facts_of(meeting->tls);
	tell_turn(meeting, TLS_LAB_WAITS);
}

struct tls_meeting *tls_meet(struct tls_lab *lab, const struct tls_settings *settings,
	const struct tls_spec *spec, const struct tls_server_plan *plan) {
	struct tls_meeting *meeting = arrange(lab, settings, spec);
	if (meeting->tls == NULL) {
		meeting->step = TLS_STEP_FAILED;
		return meeting;
	}
	start_server(meeting, plan);
	start_serving(meeting);
	shake_hands(meeting);
	return meeting;
}

struct tls_meeting *tls_meet_again(const struct tls_meeting *before, const struct tls_spec *spec) {
	struct tls_meeting *meeting = arena_alloc(before->lab->arena, sizeof *meeting);
	*meeting = (struct tls_meeting){.lab = before->lab,
		.context = before->context,
		.server_context = before->server_context,
		.again = true};
	text_truncate(&meeting->lab->heard, 0);
	open_pair(meeting);
	start_client(meeting, spec);
	if (meeting->tls == NULL) {
		meeting->step = TLS_STEP_FAILED;
		return meeting;
	}
	start_serving(meeting);
	shake_hands(meeting);
	return meeting;
}

void tls_talk(struct tls_meeting *meeting) {
	static const char reply[] = "250 mx1.example.test";
	uint8_t heard[64];
	size_t n = 0;
	size_t sent = 0;
	ck_assert_int_eq(SSL_write_ex(meeting->server, reply, sizeof reply - 1, &sent), 1);
	/* A few tickets may come first, and a read takes what one receive brought. */
	enum tls_step step = TLS_STEP_WANT_READ;
	for (int turn = 0; turn < 10 && step == TLS_STEP_WANT_READ; turn++) {
		step = tls_read(meeting->tls, heard, sizeof heard, &n, &meeting->err);
	}
	ck_assert_int_eq(step, TLS_STEP_DONE);
	ck_assert_uint_eq(n, sizeof reply - 1);
	tls_close(meeting->tls);
	(void)SSL_shutdown(meeting->server);
	ERR_clear_error();
}

struct tls_meeting *tls_meet_bytes(
	struct tls_lab *lab, const struct tls_spec *spec, struct span bytes, enum tls_step patience) {
	struct tls_meeting *meeting = arrange(lab, NULL, spec);
	ck_assert_ptr_nonnull(meeting->tls);
	if (bytes.len > 0) {
		ck_assert_int_eq(write(meeting->fds[1], bytes.at, bytes.len), (ssize_t)bytes.len);
	}
	if (patience == TLS_STEP_CLOSED) {
		shutdown(meeting->fds[1], SHUT_WR);
	}
	for (int turn = 0; turn < 4; turn++) {
		meeting->step = tls_handshake(meeting->tls, &meeting->err);
	}
	meeting->facts = tls_facts_of(meeting->tls);
	return meeting;
}

void tls_part(struct tls_meeting *meeting) {
	tls_free(meeting->tls);
	SSL_free(meeting->server);
	if (!meeting->again) {
		tls_context_free(meeting->context);
		SSL_CTX_free(meeting->server_context);
	}
	close(meeting->fds[0]);
	close(meeting->fds[1]);
}
