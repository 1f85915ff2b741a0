/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures out of their time, missing, or by a key that nobody knows. */
#include "verdict/bogus.h"

static struct bogus_cause out_of_time(
	const struct judging *j, const char *what, const struct dns_signature *signature) {
	struct bogus_cause cause = {.words = {.n = 0}};
	if (signature->expiration < j->now) {
		cause.words = phrase_new(j->arena, "the signature over %s expired %s", what,
			judging_when(j, signature->expiration));
		cause.remedy = "sign the zone anew, and see why signing stopped";
		cause.date = signature->expiration;
	} else if (signature->first_inception > j->now) {
		cause.words =
			phrase_new(j->arena, "the signature over %s is not valid yet, it becomes so %s", what,
				judging_when(j, signature->first_inception));
		cause.remedy = "compare the clock of the signer";
		cause.date = signature->first_inception;
	}
	return cause;
}

static struct bogus_cause any_out_of_time(const struct judging *j, const struct dns_answer *seen) {
	struct bogus_cause cause = {.words = {.n = 0}};
	for (size_t i = 0; i < seen->n_signatures && cause.words.n == 0; i++) {
		cause = out_of_time(j, dns_type_name(seen->signatures[i].type), &seen->signatures[i]);
	}
	return cause;
}

static const struct dns_signature *over(const struct dns_answer *seen, enum dns_type type) {
	for (size_t i = 0; i < seen->n_signatures; i++) {
		if (seen->signatures[i].type == type) {
			return &seen->signatures[i];
		}
	}
	return NULL;
}

static struct bogus_cause of_unsigned(
	const struct judging *j, const struct dns_question *question) {
	const struct dns_question *ds = j->report->zone_ds;
	struct bogus_cause cause = {.words = {.n = 0}};
	if (question == j->report->bogus && ds != NULL && ds->outcome == DNS_FOUND) {
		cause.words = phrase_new(
			j->arena, "it is not signed although the parent of %pN has a DS record", ds->name);
		cause.remedy = "sign the zone, or remove the DS record";
	} else {
		cause.words = phrase_new(j->arena, "it is not signed");
	}
	return cause;
}

static bool has_key(const struct dns_answer *keys, const struct dns_signature *signature) {
	for (size_t i = 0; i < keys->n_records; i++) {
		uint16_t tag = 0;
		uint8_t algorithm = 0;
		if (dns_key_tag(keys->records[i].data, &tag, &algorithm) && tag == signature->key_tag &&
			algorithm == signature->algorithm) {
			return true;
		}
	}
	return false;
}

static struct bogus_cause of_keys(const struct judging *j, const struct dns_signature *signature,
	const struct dns_question *keys) {
	bool bogus = keys->outcome == DNS_BOGUS && keys->unchecked != NULL;
	const struct dns_answer *seen = bogus ? keys->unchecked : &keys->answer;
	struct bogus_cause cause = {.words = {.n = 0}};
	if ((!bogus && keys->outcome != DNS_FOUND) || seen->n_records == 0) {
		return cause;
	}
	if (!has_key(seen, signature)) {
		cause.words = phrase_new(j->arena,
			"signed by a key (tag %u, algorithm %u) that is not in the DNSKEY set of %pN",
			(unsigned)signature->key_tag, (unsigned)signature->algorithm, keys->name);
		cause.remedy = "publish the key, or sign the zone anew";
		return cause;
	}
	if (bogus) {
		cause = any_out_of_time(j, seen);
	}
	if (bogus && cause.words.n == 0) {
		cause.words = phrase_new(j->arena,
			"the DNSKEY set of %pN does not validate; is its key the one of the DS record?",
			keys->name);
		cause.remedy = "give the parent zone the DS record of the key that signs it";
	}
	return cause;
}

/* What its keys say of a signature, where they were asked for. */
static struct bogus_cause of_signer(
	const struct judging *j, const struct dns_signature *signature) {
	const struct dns_question *keys = j->report->zone_keys;
	bool known =
		keys != NULL && signature->signer != NULL && dns_name_equal(signature->signer, keys->name);
	return known ? of_keys(j, signature, keys) : (struct bogus_cause){.words = {.n = 0}};
}

/* A denial that is in time and by a key that validates is at fault itself. */
static struct bogus_cause of_denial(const struct judging *j, const struct dns_answer *seen) {
	struct bogus_cause cause = {.words = {.n = 0}};
	if (seen->denial.type != 0) {
		cause = out_of_time(j, "the denial of existence", &seen->denial);
	}
	if (seen->denial.type != 0 && cause.words.n == 0) {
		cause = of_signer(j, &seen->denial);
	}
	if (cause.words.n == 0) {
		cause.words = phrase_new(j->arena, "the denial of existence is broken");
		cause.remedy = "sign the zone anew, with software that proves what does not exist";
	}
	return cause;
}

struct bogus_cause bogus_cause(const struct judging *j, const struct dns_question *question) {
	const struct dns_answer *seen = question->unchecked;
	struct bogus_cause cause = {.words = {.n = 0}};
	if (seen == NULL) {
		return cause;
	}
	cause = any_out_of_time(j, seen);
	if (cause.words.n > 0) {
		return cause;
	}
	if (seen->n_records == 0) {
		return of_denial(j, seen);
	}
	const struct dns_signature *signature = over(seen, question->type);
	return signature == NULL ? of_unsigned(j, question) : of_signer(j, signature);
}
