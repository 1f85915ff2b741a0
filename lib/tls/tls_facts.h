/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What a TLS session showed: a copy taken after the handshake, so that nobody above needs OpenSSL.
 * A data header. All memory is the arena's; bytes from the peer are spans, raw. */
#ifndef TLS_TLS_FACTS_H
#define TLS_TLS_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "dns/tlsa.h"

#define TLS_CHAIN_OCTETS_MAX (100 * 1024) /* more is refused during the handshake */
/* Of a session, whatever they are: four replies and a chain, as long as they may be. */
#define TLS_SESSION_OCTETS_MAX (512 * 1024)
/* Of the handshake and what may follow it: updates of keys, tickets, wishes to begin again. They
 * are small, cost much to take and say nothing; a handshake has nine and hardly any server sends
 * more than a few tickets. */
#define TLS_SESSION_MESSAGES_MAX 256U
#define TLS_CHAIN_FACTS_MAX 16U  /* certificates looked at; further ones are counted only */
#define TLS_NAMES_MAX 64U        /* DNS names kept per certificate; further ones counted */
#define TLS_NAME_OCTETS_MAX 255U /* of a DNS name; the rest of a longer one is cut off */
#define TLS_ERRORS_MAX 16U       /* verify errors kept */
#define TLS_WHOLE_RECORDS_MAX                                                                      \
	16U                        /* TLSA records with matching type 0 that count in a session...     \
								*/
#define TLS_ISSUER_KEYS_MAX 4U /* ...and of these, 2 1 0; further ones are unusable */

/* Nothing interrupts a verification, so these are counted before. Keys of issuers that take several
 * milliseconds each: RSA of more than 8,192 bits, DSA of more than 4,096, unusual curves... */
#define TLS_DEAR_KEYS_MAX 4U
/* ...and octets of name constraints times octets of all certificates: each name is held against
 * each constraint. */
#define TLS_CONSTRAINTS_MAX (64U * 1024U * 1024U)

/* The status word of posttls-finger's summary. */
enum tls_status {
	TLS_STATUS_ANONYMOUS, /* no certificate */
	TLS_STATUS_UNTRUSTED,
	TLS_STATUS_TRUSTED, /* chain fine where no match is demanded, or only the name is wrong */
	TLS_STATUS_VERIFIED /* everything the level demands */
};

/* Digests that no record is to have, but that tools have put into some; by selector. */
struct tls_odd_digests {
	struct span sha1[2]; /* of what the record is about */
	struct span pem[2];  /* SHA-256 of the file that it came in */
};

/* One certificate. */
struct tls_cert {
	struct span der;
	struct span spki;    /* DER SubjectPublicKeyInfo */
	struct span subject; /* one line, /C=../CN=.. */
	struct span issuer;  /* the same */
	/* UTF-8. Empty without one, and (as in Postfix) when it has a NUL or other control byte or more
	 * than 255 octets: no honest certificate does. */
	struct span subject_cn;
	struct span issuer_cn; /* issuer CN, else O, else empty */
	struct span *names;    /* DNS names in subjectAltName */
	size_t n_names;        /* at most TLS_NAMES_MAX */
	size_t n_names_sent;   /* all of them */
	int64_t not_before;    /* seconds since the epoch, any year; 0 when it is no date */
	int64_t not_after;
	const char *key_type; /* "RSA", "EC", "ED25519", ... */
	int key_bits;
	const char *signature; /* "ecdsa-with-SHA256"; static or arena */
	bool sha1_signed;      /* the signature digest is SHA-1 or MD5 */
	bool self_issued;      /* subject equals issuer */
	/* [selector][matching - 1]: SHA-256 and SHA-512 of the certificate and of its key. The SHA-512
	 * ones are empty unless a TLSA record uses them or nothing matched. */
	struct span digest[2][2];
	const struct tls_odd_digests *odd; /* NULL unless records are unusable or nothing matched */
	struct span fingerprint[2]; /* certificate and key by the --digest algorithm, else empty */
};

/* One complaint of certificate verification, in the order it was raised. */
struct tls_verify_error {
	int code;           /* X509_V_ERR_*, 65 is "no matching DANE TLSA records" */
	int depth;          /* 0 is the leaf */
	const char *words;  /* OpenSSL's text, static */
	struct span issuer; /* issuer of the certificate in question, one line */
	struct span subject;
};

/* The codes that verdicts and renderers need, so that they need no OpenSSL header. */
enum tls_verify_code {
	TLS_VERIFY_UNSPECIFIED = 1,
	TLS_VERIFY_NOT_YET_VALID = 9,
	TLS_VERIFY_EXPIRED = 10,
	TLS_VERIFY_SELF_SIGNED_LEAF = 18,
	TLS_VERIFY_SELF_SIGNED_CHAIN = 19,
	TLS_VERIFY_NO_LOCAL_ISSUER = 20,
	TLS_VERIFY_NO_LEAF_SIGNATURE = 21,
	TLS_VERIFY_CHAIN_TOO_LONG = 22,
	TLS_VERIFY_INVALID_PURPOSE = 26,
	TLS_VERIFY_UNTRUSTED = 27,
	TLS_VERIFY_HOSTNAME = 62,
	TLS_VERIFY_IP_ADDRESS = 64,
	TLS_VERIFY_DANE_NO_MATCH = 65,
	TLS_VERIFY_EE_KEY_TOO_SMALL = 66,
	TLS_VERIFY_CA_KEY_TOO_SMALL = 67,
	TLS_VERIFY_CA_MD_TOO_WEAK = 68
};

enum tls_matched {
	TLS_MATCHED_NOTHING,
	TLS_MATCHED_DANE_EE,
	TLS_MATCHED_DANE_TA,     /* a TA certificate in the chain sent */
	TLS_MATCHED_DANE_TA_KEY, /* a bare TA key (2 1 0) signed the certificate at this depth */
	TLS_MATCHED_TRUST_ANCHOR,
	TLS_MATCHED_FINGERPRINT,
	TLS_MATCHED_DANE_RAW_KEY /* a raw public key (RFC 7250) by a 3 1 x record */
};

/* What was shown, by a session or by a file, proves this of a demand. */
struct tls_proof {
	enum tls_status status;
	/* Did the peer prove what was demanded (also when demanded for the report only)? */
	bool trusted; /* nothing but a name is wrong: anchored, in date, or matched by record or
					 fingerprint */
	bool
		anchored; /* the chain leads to what was trusted, whatever dates, names and key sizes say */
	bool name_matched;  /* a reference name matched, or none was demanded; see names_checked */
	bool names_checked; /* false at DANE-EE, and where nothing is verified */
	struct span matched_name;        /* the certificate's own name that matched, "*.example.org" */
	struct tls_verify_error *errors; /* all, in order raised */
	size_t n_errors;
	enum tls_matched matched;
	int matched_depth;        /* -1 without a match */
	bool matched_key;         /* a bare key that signed the certificate at that depth */
	struct span matched_data; /* association data, or the digest that matched */
	/* The demand's records, which are known by their index: a host's are the same in its report, in
	 * each demand and in each proof. Borrowed. */
	const struct tlsa *records;
	int matched_record;    /* -1: none; see tls_record_matched() */
	size_t n_usable;       /* records handed to verification; 0: DANE was not active */
	size_t n_refused;      /* records that the library did not take */
	const char **refused;  /* by index: why not; NULL: none was refused */
	struct tls_cert *path; /* leaf to anchor, when anchored; shares spans with the chain shown */
	size_t n_path;
};

struct tls_facts {
	bool established;     /* the handshake completed */
	bool resumed;         /* chain and proof are those of the session's first handshake, or empty */
	bool session_offered; /* the cache had a session for this peer */
	bool session_sent;    /* and the ClientHello had it: the library withholds what looks too old */
	unsigned session_lifetime; /* of the session offered: how long it may be used, in seconds */
	bool raw_public_key;  /* the peer sent a bare key (RFC 7250): chain is empty, raw_key is set */
	const char *protocol; /* "TLSv1.3" */
	int protocol_version; /* 0x0304 */
	const char *cipher;
	int cipher_bits; /* secret bits */
	int algorithm_bits;
	const char *group;            /* key exchange, "x25519", "secp256r1"; NULL when unknown */
	const char *server_signature; /* "ECDSA (prime256v1)", "RSA-PSS (2048 bits)"; NULL when none */
	const char *server_digest;    /* "SHA256"; NULL */
	const char *client_signature; /* NULL when no client certificate was used */
	const char *client_digest;

	struct tls_proof proof; /* of what the session's specification demanded */

	struct tls_cert *chain; /* as sent, leaf first, at most TLS_CHAIN_FACTS_MAX */
	size_t n_chain;
	size_t n_sent; /* certificates sent, all of them; of a resumed session: back then */

	struct span raw_key;        /* DER SubjectPublicKeyInfo */
	struct span raw_key_digest; /* by the --digest algorithm */

	size_t tickets;                /* new sessions handed out by the server */
	size_t n_stored;               /* of these, kept in the cache */
	const char *handshake_problem; /* why the handshake failed: OpenSSL's reason or alert, arena */
	int alert;                     /* the peer's, which ended the session; 0: none did */
	bool certificate_wanted;       /* the server asked for a certificate of ours */
	bool certificate_shown;        /* and we have one to show */
	bool certificate_seen; /* a certificate or raw key came. With an alert and without this: the
							  server has nothing to show that fits what was offered */
};

#endif
