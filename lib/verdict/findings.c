/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of findings, and reading the user's changes to it. */
#include "verdict/findings.h"

#include <string.h>

#include "base/keywords.h"
#include "base/nearest.h"

static const struct keyword state_words[] = {
	{"OK", STATE_OK},
	{"WARNING", STATE_WARNING},
	{"CRITICAL", STATE_CRITICAL},
	{"UNKNOWN", STATE_UNKNOWN},
	{"info", STATE_OK},
	{"0", STATE_OK},
	{"1", STATE_WARNING},
	{"2", STATE_CRITICAL},
	{"3", STATE_UNKNOWN},
	{NULL, 0},
};

static int badness(enum state state) {
	switch (state) {
	case STATE_OK:
		return 0;
	case STATE_UNKNOWN:
		return 1;
	case STATE_WARNING:
		return 2;
	case STATE_CRITICAL:
		break;
	}
	return 3;
}

enum state state_worse(enum state a, enum state b) {
	return badness(a) >= badness(b) ? a : b;
}

const char *state_name(enum state state) {
	return keyword_name(state_words, (int)state);
}

bool state_find(const char *word, enum state *state) {
	int value = 0;
	if (!keyword_find(state_words, word, &value)) {
		return false;
	}
	*state = (enum state)value;
	return true;
}

#define OK STATE_OK
#define WARN STATE_WARNING
#define CRIT STATE_CRITICAL
#define UNKN STATE_UNKNOWN

static const struct finding_info catalogue[FINDING_COUNT] = {
	[FINDING_RESOLVER_FAILED] = {"resolver-failed", UNKN, UNKN,
		"the resolver does not answer, or fails for the probe name too"},
	[FINDING_RESOLVER_NOT_VALIDATING] = {"resolver-not-validating", UNKN, UNKN,
		"DANE is wanted, but the resolver does not validate DNSSEC"},
	[FINDING_LOCAL_ERROR] = {"local-error", UNKN, UNKN,
		"a socket, file, library or memory failure of this machine"},
	[FINDING_TIMEOUT] = {"timeout", CRIT, CRIT,
		"a peer was silent past a deadline (--timeout-result), or the resolver was (UNKNOWN)"},
	[FINDING_RESOLVER_REMOTE] = {"resolver-remote", OK, OK,
		"the validating resolver is not on this host: DNSSEC is as safe as the path to it"},
	[FINDING_FAMILY_UNREACHABLE] = {"family-unreachable", OK, OK,
		"this machine has no route for IPv4 or IPv6, the other works"},
	[FINDING_DOMAIN_NOT_FOUND] = {"domain-not-found", CRIT, CRIT,
		"the domain does not exist, or has neither MX nor address"},
	[FINDING_NULL_MX] = {"null-mx", CRIT, CRIT, "the domain accepts no mail (RFC 7505)"},
	[FINDING_NULL_MX_MIXED] = {"null-mx-mixed", CRIT, CRIT,
		"a null MX stands beside other MX records, which RFC 7505 forbids"},
	[FINDING_MX_LOOKUP_FAILED] = {"mx-lookup-failed", CRIT, CRIT,
		"the MX lookup fails while the resolver works: senders defer mail"},
	[FINDING_ADDRESS_LOOKUP_FAILED] = {"address-lookup-failed", CRIT, CRIT,
		"an address lookup fails; WARNING when another node takes the mail"},
	[FINDING_TLSA_LOOKUP_FAILED] = {"tlsa-lookup-failed", CRIT, CRIT,
		"a TLSA lookup fails, senders skip the host; WARNING when another takes the mail"},
	[FINDING_MX_HOST_NOT_FOUND] = {"mx-host-not-found", CRIT, CRIT,
		"an MX record names nothing; WARNING when another node takes the mail"},
	[FINDING_MX_NAME_INVALID] = {"mx-name-invalid", CRIT, CRIT,
		"an MX name that no host can have: senders skip it; WARNING when another node takes the "
		"mail"},
	[FINDING_DNSSEC_BOGUS] = {"dnssec-bogus", CRIT, CRIT,
		"DNSSEC validation fails: senders that validate defer mail"},
	[FINDING_DENIAL_BROKEN] = {"denial-broken", CRIT, CRIT,
		"the zone of a host cannot prove that something does not exist: DANE senders defer mail"},
	[FINDING_MX_INSECURE] = {"mx-insecure", WARN, CRIT,
		"TLSA records protect the hosts, but the MX answer is not signed"},
	[FINDING_HOST_INSECURE] = {"host-insecure", WARN, CRIT,
		"the host's addresses are not signed, so DANE does not apply"},
	[FINDING_TLSA_INSECURE] = {"tlsa-insecure", WARN, CRIT,
		"TLSA records exist, but are not signed: they protect nobody"},
	[FINDING_DANE_NOT_APPLICABLE] = {"dane-not-applicable", OK, CRIT,
		"DANE does not apply to address literals and UNIX sockets"},
	[FINDING_TLSA_MISSING] = {"tlsa-missing", WARN, CRIT, "the host has no TLSA records"},
	[FINDING_TLSA_UNUSABLE] = {"tlsa-unusable", WARN, CRIT,
		"TLSA records exist, but SMTP can use none of them"},
	[FINDING_TLSA_RECORD_UNUSABLE] = {"tlsa-record-unusable", WARN, WARN,
		"some TLSA records are unusable beside usable ones"},
	[FINDING_TLSA_MISPLACED] = {"tlsa-misplaced", OK, OK,
		"TLSA records exist for the mail domain instead of the host"},
	[FINDING_TLSA_ANCHOR_NOT_SENT] = {"tlsa-anchor-not-sent", WARN, WARN,
		"the only record that matches holds a whole anchor, which the server does not send"},
	[FINDING_AUTH_DROPS_TLSA] = {"auth-drops-tlsa", CRIT, CRIT,
		"a name server of the TLSA records' zone does not answer for TLSA (--auth-servers)"},
	[FINDING_AUTH_DIFFER] = {"auth-differ", WARN, WARN,
		"name servers give other TLSA records, no signatures or nothing at all (--auth-servers)"},
	[FINDING_AUTH_TCP_FAILS] = {"auth-tcp-fails", WARN, WARN,
		"a name server does not answer over TCP (--auth-servers); CRITICAL when UDP is too short"},
	[FINDING_CONNECT_FAILED] = {"connect-failed", CRIT, CRIT,
		"a node refuses or ignores the connection; WARNING when another takes the mail"},
	[FINDING_NEXT_UNPUBLISHED] = {"next-unpublished", WARN, WARN,
		"what will be deployed (--next) is covered by no usable TLSA record of a host"},
	[FINDING_NEXT_COVERED] = {"next-covered", OK, OK,
		"which TLSA record of a host covers what will be deployed (--next)"},
	[FINDING_SMTP_DEFERRED] = {"smtp-deferred", WARN, WARN,
		"a temporary refusal at greeting or EHLO, or 421"},
	[FINDING_GREETING_REFUSED] = {"greeting-refused", CRIT, CRIT,
		"a permanent refusal in the greeting"},
	[FINDING_EHLO_REFUSED] = {"ehlo-refused", CRIT, CRIT,
		"a permanent refusal of EHLO, be it inside TLS"},
	[FINDING_SMTP_PROTOCOL_ERROR] = {"smtp-protocol-error", CRIT, CRIT,
		"not SMTP, closed early, endless or oversized replies"},
	[FINDING_EXPECT_MISMATCH] = {"expect-mismatch", WARN, WARN,
		"the greeting does not contain the text of --expect"},
	[FINDING_NO_STARTTLS] = {"no-starttls", CRIT, CRIT,
		"STARTTLS is not offered; WARNING at level may, OK at none"},
	[FINDING_STARTTLS_REFUSED] = {"starttls-refused", CRIT, CRIT,
		"STARTTLS is offered, then refused; WARNING at level may"},
	[FINDING_STARTTLS_INJECTION] = {"starttls-injection", WARN, WARN,
		"bytes behind the reply to STARTTLS, before the handshake"},
	[FINDING_HANDSHAKE_FAILED] = {"handshake-failed", CRIT, CRIT, "the TLS handshake failed"},
	[FINDING_CLIENT_CERTIFICATE_REQUIRED] = {"client-certificate-required", CRIT, CRIT,
		"the server asks for a client certificate and refuses whoever shows none"},
	[FINDING_TLSA_MISMATCH] = {"tlsa-mismatch", CRIT, CRIT,
		"usable TLSA records, none matches the certificates"},
	[FINDING_UNTRUSTED] = {"untrusted", CRIT, CRIT, "no trusted chain at a level that demands one"},
	[FINDING_NAME_MISMATCH] = {"name-mismatch", CRIT, CRIT,
		"trusted, but no name matches at a level that demands one"},
	[FINDING_FINGERPRINT_MISMATCH] = {"fingerprint-mismatch", CRIT, CRIT,
		"neither certificate nor key has a wanted digest"},
	[FINDING_ANONYMOUS] = {"anonymous", OK, OK,
		"an anonymous cipher suite was negotiated at may or encrypt"},
	[FINDING_CHAIN_INVALID] = {"chain-invalid", CRIT, CRIT,
		"another verification error at a level that must match"},
	[FINDING_CERT_EXPIRED] = {"cert-expired", CRIT, CRIT,
		"an expired certificate that counts; WARNING where senders do not check"},
	[FINDING_CERT_NOT_YET_VALID] = {"cert-not-yet-valid", CRIT, CRIT,
		"a certificate that is not yet valid; WARNING where senders do not check"},
	[FINDING_CERT_EXPIRY] = {"cert-expiry", WARN, WARN,
		"the server certificate expires soon (--certificate); CRITICAL below the second value"},
	[FINDING_CHAIN_EXPIRY] = {"chain-expiry", WARN, WARN,
		"another certificate of the verified path expires soon (--certificate), or the anchor is "
		"out of date"},
	[FINDING_DANE_EE_EXPIRY] = {"dane-ee-expiry", OK, OK,
		"a certificate expires soon or has expired, but under DANE-EE dates do not count; by "
		"threshold when --certificate is given"},
	[FINDING_EXPECTED_SECURITY] = {"expected-security", CRIT, CRIT,
		"less security was reached than --expect-security demands"},
	[FINDING_WEAK_PROTOCOL] = {"weak-protocol", WARN, WARN,
		"the negotiated protocol is below --min-protocol"},
	[FINDING_WEAK_KEY] = {"weak-key", WARN, WARN,
		"a key below --min-key (RSA 2048 bits, EC 224) in a chain that counts"},
	[FINDING_WEAK_SIGNATURE] = {"weak-signature", WARN, WARN,
		"a SHA-1 or MD5 signature in a chain that counts"},
	[FINDING_SESSION_NOT_CACHED] = {"session-not-cached", WARN, WARN,
		"the server hands out no TLS sessions (--reconnect)"},
	[FINDING_SESSION_NOT_REUSED] = {"session-not-reused", WARN, WARN,
		"no reconnect reused a TLS session (--reconnect)"},
	[FINDING_KEY_TYPE_MISMATCH] = {"key-type-mismatch", CRIT, CRIT,
		"a certificate of another type fails at a level that demands a match (--key-types)"},
	[FINDING_KEY_TYPES] = {"key-types", OK, OK,
		"which types of certificate a node has, lacks, or did not tell (--key-types)"},
	[FINDING_LARGE_HELLO_FAILS] = {"large-hello-fails", WARN, WARN,
		"a handshake works, but not with a large ClientHello (--pq-probe)"},
	[FINDING_PQ_PROBE] = {"pq-probe", OK, OK,
		"whether a node knows a post-quantum group, or that it did not tell (--pq-probe)"},
	[FINDING_NODES_DIFFER] = {"nodes-differ", OK, OK,
		"nodes show different keys, all of them valid (--all)"},
	[FINDING_EHLO_DRIFT] = {"ehlo-drift", WARN, WARN,
		"STARTTLS offered again inside TLS, or REQUIRETLS offered in clear"},
	[FINDING_EHLO_UNEXPECTED] = {"ehlo-unexpected", WARN, WARN,
		"a reply to EHLO lacks a keyword of --expect-ehlo, or has one of --forbid-ehlo"},
	[FINDING_RRSIG_EXPIRY] = {"rrsig-expiry", WARN, WARN,
		"a DNSSEC signature expires soon (--rrsig); CRITICAL below the second value"},
	[FINDING_RRSIG_NOT_YET_VALID] = {"rrsig-not-yet-valid", WARN, WARN,
		"a DNSSEC signature starts in the future; UNKNOWN when the resolver accepts it"},
	[FINDING_DNSSEC_SHA1] = {"dnssec-sha1", WARN, WARN,
		"every signature over an answer that DANE needs is by SHA-1 (algorithm 5 or 7)"},
	[FINDING_STS_RECORD_INVALID] = {"sts-record-invalid", WARN, WARN,
		"the TXT record that announces MTA-STS is malformed, or there are several: senders ignore "
		"it"},
	[FINDING_STS_MX_UNCOVERED] = {"sts-mx-uncovered", CRIT, CRIT,
		"an MX host that no pattern of the MTA-STS policy matches; WARNING when it is not "
		"enforced"},
	[FINDING_STS_MISSING] = {"sts-missing", CRIT, CRIT,
		"no MTA-STS is announced, or its policy is not enforced (--mta-sts=require)"},
	[FINDING_STS_POLICY_UNREACHABLE] = {"sts-policy-unreachable", WARN, WARN,
		"the MTA-STS policy cannot be fetched; CRITICAL with --mta-sts=require"},
	[FINDING_STS_POLICY_INVALID] = {"sts-policy-invalid", WARN, WARN,
		"the MTA-STS policy is malformed or too long; CRITICAL with --mta-sts=require"},
	[FINDING_MX_ALIAS] = {"mx-alias", OK, OK,
		"an MX or SRV record names an alias (RFC 2181 10.3); told with -v"},
	[FINDING_STS_NOTE] = {"sts-note", OK, OK,
		"the MTA-STS policy is not enforced, short-lived, or names what is no MX host"},
	[FINDING_TLSRPT_INVALID] = {"tlsrpt-invalid", WARN, WARN,
		"the TXT record that asks for reports of TLS failures is malformed, or there are several"},
	[FINDING_TLSRPT_MISSING] = {"tlsrpt-missing", OK, OK,
		"no TXT record asks for reports of TLS failures (RFC 8460)"},
	[FINDING_PKIX_FAILS] = {"pkix-fails", OK, OK,
		"senders that verify by CA would refuse the node; WARNING when MTA-STS is announced, "
		"CRITICAL when it is enforced"},
	[FINDING_DENIAL_ENT] = {"denial-ent", WARN, WARN,
		"_tcp.<host> is denied although TLSA records exist below it (--denial-probe)"},
	[FINDING_RESPONSE_TIME] = {"response-time", WARN, WARN,
		"the run took too long (--warning, --critical)"},
	[FINDING_AUTH_SERVERS] = {"auth-servers", OK, OK,
		"how many name servers --auth-servers could ask; UNKNOWN when none of them answered"},
	[FINDING_OPTION_UNUSED] = {"option-unused", OK, OK,
		"an option was given, but the DNS made it pointless"},
	[FINDING_TOO_MANY_NODES] = {"too-many-nodes", WARN, WARN,
		"more than 128 nodes, or 1 MiB of DNS answers: the rest was left out"},
	[FINDING_TOO_MANY_RECORDS] = {"too-many-records", WARN, WARN,
		"more than 100 A, AAAA or TLSA records of a host: the rest was not looked at"},
	[FINDING_TLSA_STALE] = {"tlsa-stale", OK, OK,
		"TLSA records that match nothing seen on any node (--all)"},
	[FINDING_TLSA_MANY] = {"tlsa-many", OK, OK, "more than 12 TLSA records at a host"},
	[FINDING_TLSA_PARTIAL] = {"tlsa-partial", WARN, WARN,
		"no TLSA record of one usage and selector matches, another does; OK without --key-types"},
	[FINDING_TLSA_FRAGILE] = {"tlsa-fragile", WARN, WARN,
		"only a TLSA record of the whole certificate matches: the next renewal breaks it"},
	[FINDING_ISSUER_RETIRED] = {"issuer-retired", WARN, WARN,
		"a TLSA record is of an issuer that signs nothing any more, no other one holds on"},
	[FINDING_ISSUER_SET_INCOMPLETE] = {"issuer-set-incomplete", WARN, WARN,
		"only some of the issuers that a CA may use next have a TLSA record"},
	[FINDING_TLSA_NO_SPARE] = {"tlsa-no-spare", OK, OK,
		"no usable TLSA record besides those that match now"},
	[FINDING_RENEWAL_RISK] = {"renewal-risk", OK, OK,
		"the certificate is past half its life, and there is no TLSA record for another key"},
};

const struct finding_info *finding_info(enum finding_id id) {
	return &catalogue[id];
}

bool finding_is_advice(enum finding_id id) {
	return id == FINDING_TLSA_NO_SPARE || id == FINDING_RENEWAL_RISK || id == FINDING_MX_ALIAS;
}

const char *finding_near(const char *name) {
	struct nearest nearest = nearest_new(name, strlen(name));
	for (int i = 0; i < FINDING_COUNT; i++) {
		nearest_offer(&nearest, catalogue[i].name);
	}
	return nearest.word;
}

bool finding_find(const char *name, enum finding_id *id) {
	for (int i = 0; i < FINDING_COUNT; i++) {
		if (strcmp(catalogue[i].name, name) == 0) {
			*id = (enum finding_id)i;
			return true;
		}
	}
	return false;
}
