/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* One function per kind of sender, each a few rows of the table it stands for. */
#include "verdict/senders.h"

static struct sender_view authenticated(const char *why) {
	return (struct sender_view){SENDER_AUTHENTICATED, why};
}

static struct sender_view encrypted(const char *why) {
	return (struct sender_view){SENDER_ENCRYPTED, why};
}

static struct sender_view defers(const char *why) {
	return (struct sender_view){SENDER_DEFERS, why};
}

/* --- what several demand --- */

/* Why nobody gets as far as TLS; NULL: senders do. */
static const char *no_conversation(const struct sender_facts *facts) {
	switch (facts->tls) {
	case SENDER_TLS_UNREACHED:
		return "the server does not answer";
	case SENDER_TLS_REFUSED:
	case SENDER_TLS_REJECTED:
		return "the server refuses";
	case SENDER_TLS_NO_SMTP:
		return "the server does not speak SMTP";
	case SENDER_TLS_NOT_OFFERED:
	case SENDER_TLS_FAILED:
	case SENDER_TLS_BROKEN:
	case SENDER_TLS_ANONYMOUS:
	case SENDER_TLS_CERTIFICATE:
		break;
	}
	return NULL;
}

/* Postfix goes on to the next host behind a greeting that refuses (smtp_skip_5xx_greeting), not
 * behind EHLO and HELO. */
static struct sender_view no_delivery(const struct sender_facts *facts) {
	enum sender_outcome outcome =
		facts->tls == SENDER_TLS_REJECTED ? SENDER_BOUNCES : SENDER_DEFERS;
	return (struct sender_view){outcome, no_conversation(facts)};
}

static struct sender_view opportunistic(const struct sender_facts *facts) {
	switch (facts->tls) {
	case SENDER_TLS_UNREACHED:
	case SENDER_TLS_REFUSED:
	case SENDER_TLS_REJECTED:
	case SENDER_TLS_NO_SMTP:
		return no_delivery(facts);
	case SENDER_TLS_NOT_OFFERED:
		return (struct sender_view){SENDER_CLEAR, "no STARTTLS"};
	case SENDER_TLS_FAILED:
		return (struct sender_view){SENDER_CLEAR, "the TLS handshake fails"};
	case SENDER_TLS_BROKEN:
		return (struct sender_view){SENDER_CLEAR, "the TLS session breaks off"};
	case SENDER_TLS_ANONYMOUS:
	case SENDER_TLS_CERTIFICATE:
		break;
	}
	return encrypted("nothing is verified");
}

/* Encryption at least; what else is demanded is looked at when that stands. */
static bool lacks_tls(const struct sender_facts *facts, struct sender_view *view) {
	switch (facts->tls) {
	case SENDER_TLS_UNREACHED:
	case SENDER_TLS_REFUSED:
	case SENDER_TLS_REJECTED:
	case SENDER_TLS_NO_SMTP:
		*view = no_delivery(facts);
		return true;
	case SENDER_TLS_NOT_OFFERED:
		*view = defers("no STARTTLS");
		return true;
	case SENDER_TLS_FAILED:
		*view = defers("the TLS handshake fails");
		return true;
	case SENDER_TLS_BROKEN:
		*view = defers("the TLS session breaks off");
		return true;
	case SENDER_TLS_ANONYMOUS:
	case SENDER_TLS_CERTIFICATE:
		break;
	}
	return false;
}

static struct sender_view encrypt(const struct sender_facts *facts) {
	struct sender_view view;
	return lacks_tls(facts, &view) ? view : encrypted("nothing is verified");
}

static const char *chain_fault(const struct sender_facts *facts) {
	switch (facts->chain) {
	case SENDER_CHAIN_VALID:
		return NULL;
	case SENDER_CHAIN_UNKNOWN:
		return "the chain was not looked at";
	case SENDER_CHAIN_INCOMPLETE:
		return "an issuer was not sent";
	case SENDER_CHAIN_SELF_SIGNED:
		return "the certificate is self-signed";
	case SENDER_CHAIN_UNTRUSTED:
		return "no trusted CA";
	case SENDER_CHAIN_EXPIRED:
		return "a certificate has expired";
	case SENDER_CHAIN_NOT_YET_VALID:
		return "a certificate is not yet valid";
	case SENDER_CHAIN_INVALID:
		break;
	}
	return "the chain is not valid";
}

/* Whose name the certificate must have. */
enum wanted_name { WANT_HOST, WANT_DOMAIN };

static struct sender_view by_ca(const struct sender_facts *facts, enum wanted_name wanted) {
	struct sender_view view;
	if (lacks_tls(facts, &view)) {
		return view;
	}
	if (facts->tls == SENDER_TLS_ANONYMOUS) {
		return defers("no certificate was sent");
	}
	const char *fault = chain_fault(facts);
	if (fault != NULL) {
		return defers(fault);
	}
	if (wanted == WANT_HOST) {
		return facts->host_named ? authenticated("CA and host name")
								 : defers("the certificate names another host");
	}
	return facts->domain_named ? authenticated("CA and domain name")
							   : defers("the certificate lacks the domain");
}

/* --- DANE --- */

/* Why usable records do not let a sender through; NULL: they do. */
static const char *dane_fault(const struct sender_facts *facts) {
	switch (facts->dane) {
	case SENDER_DANE_MATCH:
		return NULL;
	case SENDER_DANE_MISNAMED:
		return "the certificate names another host";
	case SENDER_DANE_EXPIRED:
		return "a certificate has expired";
	case SENDER_DANE_TOO_SOON:
		return "a certificate is not yet valid";
	case SENDER_DANE_INVALID:
		return "the chain is not valid";
	case SENDER_DANE_NONE:
	case SENDER_DANE_FAILED:
	case SENDER_DANE_UNUSABLE:
	case SENDER_DANE_MISMATCH:
		break;
	}
	return "no TLSA record matches";
}

/* Secure usable records: they match, or there is no delivery (RFC 7672 2.2). */
static struct sender_view by_tlsa(const struct sender_facts *facts) {
	struct sender_view view;
	if (lacks_tls(facts, &view)) {
		return view;
	}
	if (dane_fault(facts) != NULL) {
		return defers(dane_fault(facts));
	}
	return facts->mx_insecure ? encrypted("TLSA matches, MX not signed")
							  : authenticated("a TLSA record matches");
}

static bool has_usable_tlsa(const struct sender_facts *facts) {
	return facts->dane != SENDER_DANE_NONE && facts->dane != SENDER_DANE_FAILED &&
		   facts->dane != SENDER_DANE_UNUSABLE;
}

static struct sender_view dane(const struct sender_facts *facts) {
	switch (facts->dane) {
	case SENDER_DANE_FAILED:
		return defers("the TLSA lookup fails");
	case SENDER_DANE_NONE:
		return opportunistic(facts);
	case SENDER_DANE_UNUSABLE:
		return encrypt(facts);
	case SENDER_DANE_MISMATCH:
	case SENDER_DANE_MISNAMED:
	case SENDER_DANE_EXPIRED:
	case SENDER_DANE_TOO_SOON:
	case SENDER_DANE_INVALID:
	case SENDER_DANE_MATCH:
		break;
	}
	return by_tlsa(facts);
}

static struct sender_view dane_only(const struct sender_facts *facts) {
	switch (facts->dane) {
	case SENDER_DANE_FAILED:
		return defers("the TLSA lookup fails");
	case SENDER_DANE_NONE:
		return defers("no signed TLSA records");
	case SENDER_DANE_UNUSABLE:
		return defers("no usable TLSA records");
	case SENDER_DANE_MISMATCH:
	case SENDER_DANE_MISNAMED:
	case SENDER_DANE_EXPIRED:
	case SENDER_DANE_TOO_SOON:
	case SENDER_DANE_INVALID:
	case SENDER_DANE_MATCH:
		break;
	}
	return facts->mx_insecure ? defers("the MX answer is unsigned") : by_tlsa(facts);
}

/* --- MTA-STS --- */

static struct sender_view enforced(const struct sender_facts *facts) {
	if (!facts->sts_covered) {
		return defers("the policy lacks this host");
	}
	struct sender_view view = by_ca(facts, WANT_HOST);
	if (view.outcome != SENDER_AUTHENTICATED) {
		return view;
	}
	if (!facts->host_in_san) { /* RFC 8461 4.2; Postfix, which has no such level, takes a CN */
		return defers("no name in subjectAltName");
	}
	return facts->tls12 ? view : defers("TLS is older than 1.2");
}

static struct sender_view sts(const struct sender_facts *facts) {
	return facts->sts == SENDER_STS_ENFORCE ? enforced(facts) : opportunistic(facts);
}

static struct sender_view dane_sts(const struct sender_facts *facts) {
	if (facts->dane == SENDER_DANE_FAILED || has_usable_tlsa(facts)) {
		return dane(facts);
	}
	return facts->sts == SENDER_STS_ENFORCE ? enforced(facts) : dane(facts);
}

/* --- REQUIRETLS (RFC 8689 4.2.1): the keyword, and a proof by DANE or MTA-STS --- */

static struct sender_view requiretls(const struct sender_facts *facts) {
	if (no_conversation(facts) != NULL) {
		return no_delivery(facts);
	}
	if (facts->dane == SENDER_DANE_FAILED) {
		return defers("the TLSA lookup fails");
	}
	struct sender_view view = dane_sts(facts);
	if (view.outcome == SENDER_DEFERS) {
		return view;
	}
	if (view.outcome != SENDER_AUTHENTICATED) {
		return (struct sender_view){SENDER_BOUNCES, "neither DANE nor MTA-STS proves it"};
	}
	return facts->requiretls ? view
							 : (struct sender_view){SENDER_BOUNCES, "REQUIRETLS is not offered"};
}

/* --- --- */

struct sender_view sender_view(enum sender sender, const struct sender_facts *facts) {
	if (facts->null_mx) {
		return (struct sender_view){SENDER_BOUNCES, "a null MX stands beside it"};
	}
	switch (sender) {
	case SENDER_OPPORTUNISTIC:
		return opportunistic(facts);
	case SENDER_ENCRYPT:
		return encrypt(facts);
	case SENDER_DANE:
		return dane(facts);
	case SENDER_DANE_ONLY:
		return dane_only(facts);
	case SENDER_STS:
		return sts(facts);
	case SENDER_DANE_STS:
		return dane_sts(facts);
	case SENDER_VERIFY:
		return by_ca(facts, WANT_HOST);
	case SENDER_SECURE:
		return by_ca(facts, WANT_DOMAIN);
	case SENDER_REQUIRETLS:
		return requiretls(facts);
	case SENDER_COUNT:
		break;
	}
	return defers("no such sender");
}

struct sender_view sender_view_domain(
	enum sender sender, const struct sender_facts *facts, size_t n, size_t *node) {
	struct sender_view worst = defers("no host takes mail");
	size_t at = 0;
	bool found = false;
	for (size_t i = 0; i < n; i++) {
		struct sender_view view = sender_view(sender, &facts[i]);
		bool delivers = view.outcome <= SENDER_CLEAR;
		if (delivers || !found ||
			(view.outcome == SENDER_BOUNCES && worst.outcome != view.outcome)) {
			worst = view;
			at = i;
			found = true;
		}
		if (delivers || (view.outcome == SENDER_BOUNCES && facts[i].tls == SENDER_TLS_REJECTED)) {
			break;
		}
	}
	if (node != NULL) {
		*node = at;
	}
	return worst;
}

const char *sender_name(enum sender sender) {
	static const char *const names[] = {"opportunistic", "encrypt", "dane", "dane-only", "mta-sts",
		"dane+mta-sts", "verify", "secure", "requiretls"};
	return sender < SENDER_COUNT ? names[sender] : "?";
}

const char *sender_outcome_name(enum sender_outcome outcome) {
	static const char *const names[] = {
		"delivers, authenticated", "delivers, encrypted", "delivers in clear", "defers", "bounces"};
	return names[outcome];
}
