/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* TLSA records beside a real chain: verified only when a record that SMTP may use is, octet for
 * octet, what RFC 6698 says about one of its certificates, which is computed here once more.
 *
 * Octet 0: which chain (of 4), which name, number of records. Each record: usage, selector,
 * matching type, where its data come from (0 to 3: what is right for that certificate, one octet of
 * it turned over when 4 is added; else from the input, with a length before it). */
#include "fuzz.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>
#include <time.h>

#include "peer.h"
#include "tls/tls_client.h"
#include "tls/tls_internal.h"
#include "tls/tls_record.h"

#define RECORDS_MAX 6U
#define DEPTH_MAX 4U

static const char *const chains[] = {"good", "expired", "good+inter+root", "selfsigned"};

struct chain {
	struct tls_facts facts;
	struct span part[DEPTH_MAX][2]; /* by depth and selector */
};

static struct tls_context *shared_context(void) {
	static const struct tls_settings settings = {
		.library_use = TLS_USE_HANDSHAKES, .habits = &habits_monitor};
	static struct tls_context *context;
	if (context == NULL) {
		struct err err = {0};
		context = tls_context_new(fuzz_arena(), &settings, NULL, &err);
		FUZZ_REQUIRE(context != NULL);
	}
	return context;
}

/* Of what is kept for all inputs. */
static struct arena *shared_arena(void) {
	static struct arena *arena;
	if (arena == NULL) {
		arena = fuzz_arena();
	}
	return arena;
}

static void read_certificate(struct chain *chain, struct span der) {
	const unsigned char *at = der.at;
	size_t depth = chain->facts.n_chain++;
	X509 *certificate = d2i_X509(NULL, &at, (long)der.len);
	unsigned char *spki = NULL;
	struct tls tls = {.context = shared_context(), .arena = shared_arena()};
	FUZZ_REQUIRE(certificate != NULL && depth < DEPTH_MAX);
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &spki);
	FUZZ_REQUIRE(len > 0);
	chain->part[depth][TLSA_CERT] = der;
	chain->part[depth][TLSA_SPKI] = (struct span){spki, (size_t)len};
	chain->facts.chain[depth] = tls_cert_read(&tls, certificate, TLS_CERT_LEAF);
	tls_cert_digest(&tls, &chain->facts.chain[depth], TLSA_SHA512);
	X509_free(certificate);
}

static struct chain *shared_chain(size_t which) {
	static struct chain known[4];
	struct chain *chain = &known[which];
	if (chain->facts.n_chain == 0) {
		chain->facts.chain = arena_alloc_array(shared_arena(), DEPTH_MAX, sizeof(struct tls_cert));
		struct span der = peer_certificate(chains[which], 0);
		for (size_t depth = 1; der.len > 0; depth++) {
			read_certificate(chain, der);
			der = peer_certificate(chains[which], depth);
		}
		chain->facts.n_sent = chain->facts.n_chain;
	}
	return chain;
}

/* What RFC 6698 2.1.3 makes of it. */
static struct span right_data(struct arena *arena, struct span part, unsigned matching) {
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	if (matching == TLSA_SHA256 || matching == TLSA_SHA512) {
		const EVP_MD *md = matching == TLSA_SHA256 ? EVP_sha256() : EVP_sha512();
		FUZZ_REQUIRE(EVP_Digest(part.at, part.len, digest, &len, md, NULL) == 1);
		return arena_copy_span(arena, (struct span){digest, len});
	}
	return arena_copy_span(arena, part);
}

static struct tlsa read_record(
	struct arena *arena, const struct chain *chain, struct cursor *cursor) {
	uint8_t head[3] = {cursor_u8(cursor), cursor_u8(cursor), cursor_u8(cursor)};
	unsigned where = cursor_u8(cursor);
	struct span data = {NULL, 0};
	if (where < 8) {
		size_t depth = where % 4 < chain->facts.n_chain ? where % 4 : 0;
		data = right_data(arena, chain->part[depth][head[1] % 2], head[2]);
		if (where >= 4) {
			((uint8_t *)data.at)[cursor_u16(cursor) % data.len] ^= 1;
		}
	} else {
		data = cursor_span(cursor, cursor_u16(cursor) % 2048);
	}
	uint8_t *rdata = arena_alloc(arena, sizeof head + data.len);
	memcpy(rdata, head, sizeof head);
	if (data.len > 0) {
		memcpy(rdata + sizeof head, data.at, data.len);
	}
	return tlsa_read((struct span){rdata, sizeof head + data.len}, 3600);
}

/* Does the record say that about the certificate? */
static bool is_about(
	struct arena *arena, const struct chain *chain, const struct tlsa *record, size_t depth) {
	struct span part = chain->part[depth][record->selector % 2];
	return span_equal(right_data(arena, part, record->matching), record->data) != 0;
}

/* Of digests of the same, only the strongest counts (RFC 7671 9). */
static bool is_outdone(const struct tls_spec *demand, const struct tlsa *record) {
	for (size_t i = 0; i < demand->n_tlsa; i++) {
		const struct tlsa *other = &demand->tlsa[i];
		if (record->matching == TLSA_SHA256 && other->matching == TLSA_SHA512 &&
			other->usage == record->usage && other->selector == record->selector) {
			return true;
		}
	}
	return false;
}

static void check(struct arena *arena, const struct chain *chain, const struct tls_spec *demand,
	const struct tls_proof *proof) {
	bool leaf = false;
	bool any = false;
	for (size_t i = 0; i < demand->n_tlsa; i++) {
		for (size_t depth = 0; depth < chain->facts.n_chain; depth++) {
			bool fits = is_about(arena, chain, &demand->tlsa[i], depth) &&
						!is_outdone(demand, &demand->tlsa[i]);
			bool counts = demand->tlsa[i].usage == TLSA_DANE_TA || depth == 0;
			any = any || (fits && counts);
			leaf = leaf || (fits && depth == 0 && demand->tlsa[i].usage == TLSA_DANE_EE);
		}
		/* A bare key may be that of an issuer that was not sent. */
		any =
			any || (demand->tlsa[i].usage == TLSA_DANE_TA && demand->tlsa[i].matching == TLSA_FULL);
		FUZZ_REQUIRE(tls_record_depth(&demand->tlsa[i], &chain->facts) < (int)chain->facts.n_chain);
	}
	FUZZ_REQUIRE(proof->status != TLS_STATUS_VERIFIED || any);
	FUZZ_REQUIRE(!leaf || proof->status == TLS_STATUS_VERIFIED);
	FUZZ_REQUIRE(proof->matched_record >= -1 && proof->matched_record < (int)demand->n_tlsa);
	FUZZ_REQUIRE(proof->n_errors <= TLS_ERRORS_MAX && proof->n_path <= TLS_CHAIN_FACTS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const char *const names[] = {"mx1.example.test", "other.test"};
	struct cursor cursor = cursor_new((struct span){data, size});
	struct arena *arena = fuzz_arena();
	unsigned choice = cursor_u8(&cursor);
	struct chain *chain = shared_chain(choice % 4);
	struct tlsa records[RECORDS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < 1 + choice / 8 % RECORDS_MAX; i++) {
		records[n] = read_record(arena, chain, &cursor);
		n += records[n].unusable == NULL ? 1 : 0;
	}
	struct tls_spec demand = {.level = TLS_LEVEL_DANE_ONLY,
		.report_as = TLS_LEVEL_DANE_ONLY,
		.tlsa = records,
		.n_tlsa = n,
		.names = &names[choice / 4 % 2],
		.n_names = 1};
	struct err err = {0};
	if (n > 0) {
		struct tls_proof *proof =
			tls_prove(shared_context(), arena, &demand, &chain->facts, (int64_t)time(NULL), &err);
		FUZZ_REQUIRE(proof != NULL);
		check(arena, chain, &demand, proof);
	}
	arena_free(arena);
	return 0;
}
