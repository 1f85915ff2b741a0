/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* A report made by hand. */
#include "sample_report.h"

#include "render/words.h"

static const uint8_t leaf_key[] = "leaf key, 32 octets of SHA-256..";
static const uint8_t leaf_key_512[] =
	"leaf key, 64 octets of SHA-512, which is twice as long as the other.";
static const uint8_t other_key[] = "other key, 32 octets of SHA-256.";
static const uint8_t issuer_cert[] = "issuer, 32 octets of SHA-256....";

static struct span octets(const uint8_t *at, size_t len) {
	return (struct span){at, len};
}

static struct tlsa record(struct arena *arena, uint8_t usage, struct span data) {
	uint8_t *rdata = arena_alloc(arena, data.len + 3);
	rdata[0] = usage;
	rdata[1] = rdata[2] = 1;
	memcpy(rdata + 3, data.at, data.len);
	return (struct tlsa){.usage = usage,
		.selector = 1,
		.matching = 1,
		.data = data,
		.rdata = {rdata, data.len + 3},
		.ttl = 3600};
}

static struct dns_question question(
	struct arena *arena, const char *name, enum dns_type type, enum dns_outcome outcome) {
	struct dns_question asked = {
		.name = name, .type = type, .outcome = outcome, .secure = true, .answered_at = 1};
	asked.answer.extended_error = -1;
	if (outcome == DNS_FOUND) {
		asked.answer.n_signatures = 1;
		asked.answer.signatures = arena_alloc(arena, sizeof *asked.answer.signatures);
		asked.answer.signatures[0] = (struct dns_signature){.type = type,
			.inception = SAMPLE_NOW - 10 * SAMPLE_DAY,
			.first_inception = SAMPLE_NOW - 10 * SAMPLE_DAY,
			.expiration = SAMPLE_NOW + 10 * SAMPLE_DAY,
			.algorithm = 13};
	}
	return asked;
}

static struct tls_cert certificate(const char *name, struct span der) {
	return (struct tls_cert){.der = der,
		.spki = der,
		.subject = span_of(name),
		.issuer = span_of("/CN=Issuer"),
		.subject_cn = span_of(name),
		.not_before = SAMPLE_NOW - 29 * SAMPLE_DAY,
		.not_after = SAMPLE_NOW + 61 * SAMPLE_DAY,
		.key_type = "EC",
		.key_bits = 256,
		.signature = "ecdsa-with-SHA256"};
}

static void fill_chain(struct sample *s) {
	s->chain[0] = certificate("mx1.example.org", span_of("leaf"));
	s->chain[1] = certificate("Intermediate", span_of("intermediate"));
	s->chain[2] = certificate("Root", span_of("root"));
	s->chain[2].self_issued = true;
	s->chain[0].digest[1][0] = octets(leaf_key, 32);
	s->chain[0].digest[1][1] = octets(leaf_key_512, 64);
	s->chain[1].digest[0][0] = octets(issuer_cert, 32);
	s->leaf_names[0] = span_of("mx1.example.org");
	s->chain[0].names = s->leaf_names;
	s->chain[0].n_names = s->chain[0].n_names_sent = 1;
	s->records[0] = record(s->arena, 3, octets(leaf_key, 32));
	s->records[1] = record(s->arena, 3, octets(other_key, 32));
	s->tls[0] = (struct tls_facts){.established = true,
		.protocol = "TLSv1.3",
		.protocol_version = 0x0304,
		.cipher = "TLS_AES_256_GCM_SHA384",
		.cipher_bits = 256,
		.algorithm_bits = 256,
		.proof = {.status = TLS_STATUS_VERIFIED,
			.trusted = true,
			.anchored = true,
			.name_matched = true,
			.errors = s->errors,
			.matched = TLS_MATCHED_DANE_EE,
			.records = s->records,
			.n_usable = 2,
			.path = s->chain,
			.n_path = 1},
		.chain = s->chain,
		.n_chain = 2,
		.n_sent = 2};
}

static void fill_host(struct sample *s, size_t i, const char *name) {
	const char *owner = arena_printf(s->arena, "_25._tcp.%s", name);
	s->a[i] = question(s->arena, name, DNS_TYPE_A, DNS_FOUND);
	s->aaaa[i] = question(s->arena, name, DNS_TYPE_AAAA, DNS_NODATA);
	s->tlsa_question[i] = question(s->arena, owner, DNS_TYPE_TLSA, DNS_FOUND);
	s->hosts[i] = (struct report_host){.name = name,
		.canonical = name,
		.preference = (uint16_t)(10 * (i + 1)),
		.port = 25,
		.a = &s->a[i],
		.aaaa = &s->aaaa[i],
		.tlsa_questions = {&s->tlsa_question[i], NULL},
		.n_tlsa_questions = 1,
		.address_secure = true};
	s->nodes[i] = (struct report_node){
		.host = &s->hosts[i], .address = i == 0 ? "192.0.2.1" : "192.0.2.2", .family = 4};
	s->nodes[i].result.times = (struct probe_times){-1, -1, -1, -1, -1};
}

struct smtp_reply sample_reply(struct arena *arena, int code, const char *line) {
	struct smtp_reply reply = {.code = code, .n_lines = 1};
	reply.lines = arena_alloc(arena, sizeof *reply.lines);
	reply.lines[0] = span_of(line);
	return reply;
}

static void fill_result(struct sample *s, struct result *result, struct tls_facts *tls) {
	*result = (struct result){.stage = PROBE_FINISHED, .connected = true, .tls = tls};
	result->times = (struct probe_times){20000, 30000, 10000, 11000, 64210};
	result->smtp.greeting = sample_reply(s->arena, 220, "220 mx1.example.org ESMTP");
	result->smtp.ehlo = sample_reply(s->arena, 250, "250 STARTTLS");
	result->smtp.starttls_offered = true;
}

static void secure_host(struct sample *s, size_t i) {
	s->hosts[i].tlsa_used = &s->tlsa_question[i];
	s->hosts[i].tlsa_state = TLSA_STATE_USABLE;
	s->hosts[i].tlsa_base = s->hosts[i].name;
	s->hosts[i].tlsa = s->records;
	s->hosts[i].n_tlsa = 2;
	s->nodes[i].policy = (struct tls_policy){.level = TLS_LEVEL_DANE,
		.report_as = TLS_LEVEL_DANE,
		.reason = POLICY_DANE,
		.tls_required = true,
		.tlsa = s->records,
		.n_tlsa = 2};
}

struct sample *sample_new(struct arena *arena) {
	struct sample *s = arena_alloc(arena, sizeof *s);
	s->arena = arena;
	s->destination = (struct destination){
		.kind = DESTINATION_DOMAIN, .name = "example.org", .text = "example.org"};
	s->mx = question(s->arena, "example.org", DNS_TYPE_MX, DNS_FOUND);
	s->validation_check = question(s->arena, ".", DNS_TYPE_NS, DNS_FOUND);
	s->misplaced = question(s->arena, "_25._tcp.example.org", DNS_TYPE_TLSA, DNS_FOUND);
	s->cname = question(s->arena, "mx1.example.org", DNS_TYPE_CNAME, DNS_FOUND);
	fill_chain(s);
	fill_host(s, 0, "mx1.example.org");
	fill_host(s, 1, "mx2.example.org");
	secure_host(s, 0);
	s->nodes[0].chosen = true;
	fill_result(s, &s->nodes[0].result, &s->tls[0]);
	s->spec = (struct survey_spec){.destination = &s->destination,
		.port = 25,
		.wish.level = TLS_LEVEL_DANE,
		.validation_check = "ns:.",
		.timeout = 30 * USEC_PER_SEC};
	s->report = (struct report){.spec = &s->spec,
		.phase = REPORT_PHASE_DONE,
		.route_question = &s->mx,
		.mx_used = true,
		.hosts = s->hosts,
		.n_hosts = 2,
		.nodes = s->nodes,
		.n_nodes = 1,
		.elapsed = 213417,
		.dns_elapsed = 4112};
	s->limits = limits_default();
	return s;
}

void sample_add_second(struct sample *s) {
	secure_host(s, 1);
	s->report.n_nodes = 2;
	s->nodes[1].chosen = true;
	s->tls[1] = s->tls[0];
	fill_result(s, &s->nodes[1].result, &s->tls[1]);
}

void sample_groups(struct sample *s) {
	s->spec.pq_probe = true;
	s->tls[0].group = s->tls[1].group = "x25519";
	s->nodes[0].large_hello =
		(struct large_hello){.outcome = LARGE_HELLO_NEGOTIATED, .group = "X25519MLKEM768"};
	s->nodes[1].large_hello.outcome = LARGE_HELLO_FAILED;
	err_set(&s->nodes[1].large_hello.err, ERR_NET, "Connection reset by peer");
}

void sample_set_level(struct sample *s, enum tls_level level) {
	bool dane = level == TLS_LEVEL_DANE || level == TLS_LEVEL_DANE_ONLY;
	s->spec.wish.level = level;
	s->nodes[0].policy.level = level;
	s->nodes[0].policy.report_as = level;
	s->nodes[0].policy.reason = dane ? POLICY_DANE : POLICY_AS_WISHED;
	s->nodes[0].policy.tls_required = level >= TLS_LEVEL_ENCRYPT;
	if (dane) {
		return;
	}
	s->nodes[0].policy.n_tlsa = 0;
	s->hosts[0].tlsa_state = TLSA_STATE_NOT_ASKED;
	s->tls[0].proof.matched = TLS_MATCHED_NOTHING;
	s->tls[0].proof.matched_record = -1;
	s->tls[0].proof.path = s->chain;
	s->tls[0].proof.n_path = tls_level_must_match(level) ? 3 : 0;
	if (!tls_level_must_match(level)) {
		s->tls[0].proof.status = TLS_STATUS_UNTRUSTED;
		s->tls[0].proof.trusted = s->tls[0].proof.anchored = false;
	}
}

void sample_add_error(struct sample *s, int code, int depth, const char *words) {
	struct tls_facts *tls = &s->tls[0];
	s->errors[tls->proof.n_errors++] = (struct tls_verify_error){
		.code = code, .depth = depth, .words = words, .issuer = span_of("/CN=Some <Issuer>")};
	tls->proof.trusted = false;
	tls->proof.status = TLS_STATUS_UNTRUSTED;
	tls->proof.matched = TLS_MATCHED_NOTHING;
	tls->proof.matched_record = -1;
	tls->proof.anchored = false;
	tls->proof.n_path = 0;
}

void sample_fail(struct sample *s, enum probe_stage stage, enum err_kind kind, const char *text) {
	struct result *result = &s->nodes[0].result;
	result->stage = stage;
	result->err = (struct err){.kind = ERR_NONE};
	err_set(&result->err, kind, "%s", text);
	result->connected = stage > PROBE_CONNECTING;
	if (stage < PROBE_HANDSHAKE) {
		result->tls = NULL;
	} else if (stage == PROBE_HANDSHAKE) {
		s->tls[0] = (struct tls_facts){.established = false};
	}
	if (stage <= PROBE_EHLO) {
		result->smtp.ehlo = (struct smtp_reply){.code = 0};
	}
}

void sample_refuse(struct sample *s, enum smtp_stage stage, int code, const char *line) {
	static const enum probe_stage stages[] = {[SMTP_STAGE_GREETING] = PROBE_GREETING,
		[SMTP_STAGE_EHLO] = PROBE_EHLO,
		[SMTP_STAGE_STARTTLS] = PROBE_STARTTLS,
		[SMTP_STAGE_TLS_GREETING] = PROBE_TLS_GREETING,
		[SMTP_STAGE_TLS_EHLO] = PROBE_TLS_EHLO};
	sample_fail(s, stages[stage], ERR_REFUSED, "rejected");
	s->nodes[0].result.refusal = span_of(line);
	s->nodes[0].result.refusal_code = code;
	s->nodes[0].result.refusal_stage = stage;
}

const struct finding *sample_find(const struct verdict *verdict, enum finding_id id) {
	for (size_t i = 0; i < verdict->n_findings; i++) {
		if (verdict->findings[i].id == id) {
			return &verdict->findings[i];
		}
	}
	return NULL;
}

const char *sample_words(struct arena *arena, const struct finding *finding) {
	struct phrase words = finding_words(arena, finding);
	return phrase_plain(arena, &words);
}

const char *sample_summary(struct arena *arena, const struct verdict *verdict) {
	struct phrase words = summary_words(arena, verdict);
	return phrase_plain(arena, &words);
}

void sample_check(const struct sample_row *row) {
	struct arena *arena = unit_arena();
	struct sample *sample = sample_new(arena);
	row->change(sample);
	struct verdict verdict = judge(arena, &sample->report, &sample->limits, SAMPLE_NOW);
	const struct finding *finding = sample_find(&verdict, row->id);
	const char *name = finding_info(row->id)->name;
	if (row->state == SAMPLE_ABSENT) {
		ck_assert_msg(finding == NULL, "%s: %s was raised: %s", row->name, name,
			finding == NULL ? "" : sample_words(arena, finding));
	} else {
		ck_assert_msg(finding != NULL, "%s: %s was not raised; the line is: %s", row->name, name,
			sample_summary(arena, &verdict));
		ck_assert_msg((int)finding->state == row->state, "%s: %s is %s", row->name, name,
			state_name(finding->state));
		const char *words = sample_words(arena, finding);
		ck_assert_msg(row->text == NULL || strstr(words, row->text) != NULL, "%s: the text is: %s",
			row->name, words);
		ck_assert_msg(strpbrk(words, "|<>\n") == NULL, "%s: unclean: %s", row->name, words);
	}
	arena_free(arena);
}
