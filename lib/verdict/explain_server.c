/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What findings about the conversation, TLS, certificates and sessions mean. */
#include "verdict/explain_tables.h"

const struct explanation explanations_server[FINDING_COUNT] = {
	[FINDING_CONNECT_FAILED] = {"An address of an MX host refuses or ignores the connection.",
		"Senders try the next address or host. When none takes the mail they keep it and try "
		"again.",
		"Start the server, open the firewall, or remove the address. A spare host that is off on "
		"purpose is told with --down-ok.",
		"RFC 5321 5.1"},
	[FINDING_SMTP_DEFERRED] = {"The server says \"later\": 4xx at the greeting or at EHLO, 421 "
							   "anywhere.",
		"Senders keep the mail and come again. Lasting for hours, mail is late; for days, it is "
		"returned.",
		"Look at the server's load, connection limits and greylisting; let it know the monitoring "
		"host.",
		"RFC 5321 4.2.1, RFC 3207 4.2"},
	[FINDING_GREETING_REFUSED] = {"The greeting is a refusal, 5xx.",
		"If it is meant for everybody, no mail comes in at all; if for the monitoring host only, "
		"nobody but this check is hit.",
		"Look at block lists and access rules with the address of the monitoring host, and at what "
		"the reply says.",
		"RFC 5321 3.1"},
	[FINDING_EHLO_REFUSED] = {"The server refuses EHLO (LHLO) with 5xx, before STARTTLS or inside "
							  "TLS.",
		"If it refuses every name, no sender gets further, and Postfix returns the mail at once; "
		"often it only dislikes the monitoring host's name or address.",
		"Give a full host name with --helo, and let its DNS entries agree with it.",
		"RFC 5321 4.1.1.1"},
	[FINDING_SMTP_PROTOCOL_ERROR] = {"What came is not SMTP: something else listens there, the "
									 "connection was closed early, or replies never end.",
		"Senders cannot deliver to this node.",
		"Check host and port; --wrapper is for servers that expect TLS from the first byte. Look "
		"at the server's log, and at firewalls that speak for it.",
		"RFC 5321 4.2"},
	[FINDING_EXPECT_MISMATCH] = {"The greeting does not contain the text that --expect asks for.",
		"Perhaps nobody; perhaps another machine answers than you think.",
		"Compare the greeting in the text with --expect.", "--expect"},
	[FINDING_NO_STARTTLS] = {"The server does not offer STARTTLS.",
		"Senders that demand TLS, or find signed TLSA records, keep the mail; all others send it "
		"in clear.",
		"Switch TLS on in the server. If it is on, a firewall with SMTP inspection may hide the "
		"offer.",
		"RFC 3207 4, RFC 7672 2.2"},
	[FINDING_STARTTLS_REFUSED] = {"The server offers STARTTLS and then refuses it.",
		"Senders that demand TLS, or find signed TLSA records, keep the mail; others send it in "
		"clear.",
		"Look at the server's log: mostly it cannot read its certificate or key.", "RFC 3207 4"},
	[FINDING_STARTTLS_INJECTION] = {"Bytes came in clear behind the reply to STARTTLS, before the "
									"handshake. The check discards them.",
		"Senders that do not discard them take for protected what an attacker could have put "
		"there.",
		"Update the server, or whatever sits in front of it and adds to the conversation.",
		"RFC 3207 6"},
	[FINDING_CLIENT_CERTIFICATE_REQUIRED] = {"The server asks for a client certificate and refuses "
											 "senders that show none, by an alert, "
											 "in words, or by closing the connection.",
		"Nearly all senders: mail servers have no client certificates, and a public mail server "
		"must not demand one.",
		"Let the server ask at most (Postfix: smtpd_tls_ask_ccert in place of "
		"smtpd_tls_req_ccert; Exim: tls_try_verify_hosts in place of tls_verify_hosts), "
		"or show one with --client-cert where the partners have agreed on it.",
		"RFC 3207 4"},
	[FINDING_HANDSHAKE_FAILED] =
		{"The TLS handshake did not complete; the text has the alert or the reason.",
			"Senders that demand TLS, or find signed TLSA records, keep the mail; others try again "
			"in clear.",
			"Compare protocols, ciphers and certificate of the server with what the text complains "
			"of. -vvv shows the handshake.",
			"RFC 8446 6.2, RFC 7672 2.2"},
	[FINDING_TLSA_MISMATCH] = {"The host has usable signed TLSA records, and the server's "
							   "certificates match none of them.",
		"Every sender with DANE keeps the mail, and returns it after days: certificate or key were "
		"changed without the records.",
		"Make sure that the key is your server's and nobody sits between; then publish the record "
		"that the text ends with at once. Next time publish the new record first, wait twice its "
		"TTL, and then change the key.",
		"RFC 7672 2.2, 3.1, 4, RFC 7671 8.1"},
	[FINDING_UNTRUSTED] =
		{"No chain of certificates leads to a trusted CA, at a level that demands one.",
			"Senders that verify by CA (MTA-STS and partners with a policy) do not deliver.",
			"Let the server send its intermediate certificates; otherwise get a certificate from a "
			"public CA, or give yours with --cafile.",
			"RFC 5280 6, RFC 8461 4.2"},
	[FINDING_NAME_MISMATCH] =
		{"The certificate is trusted, but has none of the names that the level asks for.",
			"Senders that verify names (MTA-STS, partners with a policy) do not deliver.",
			"Get a certificate that names the MX host. --level=verify asks for the host's name, "
			"--level=secure for the mail domain's; --match gives names.",
			"RFC 9525 6, RFC 8461 4.1"},
	[FINDING_FINGERPRINT_MISMATCH] =
		{"Neither certificate nor key has one of the digests that --match gives.",
			"Partners that pinned the old digest do not deliver. Or you talk to another server "
			"than you think.",
			"If the change was planned, pin the digest in the text; if not, find out who answers "
			"there.",
			"--match, --digest"},
	[FINDING_ANONYMOUS] = {"A cipher suite without certificate was negotiated.",
		"Nobody: opportunistic senders verify nothing anyway.",
		"Switch anonymous suites off if certificates are to be seen in logs.",
		"RFC 7672 8.2, RFC 7435 3"},
	[FINDING_CHAIN_INVALID] =
		{"Verification of the certificates failed for another reason, in OpenSSL's words.",
			"Senders at this level do not deliver.",
			"Look the reason up in openssl-verification-options(1) and have the certificate at "
			"that depth issued anew.",
			"RFC 5280 6.1"},
	[FINDING_CERT_EXPIRED] = {"A certificate that counts has expired.",
		"Senders that look at dates (verification by CA, MTA-STS, DANE-TA) do not deliver; others "
		"do.",
		"Renew the certificate, restart or reload the server, and find out why the renewal did not "
		"happen.",
		"RFC 5280 4.1.2.5"},
	[FINDING_CERT_NOT_YET_VALID] = {"A certificate that counts becomes valid only later.",
		"Senders that look at dates (verification by CA, MTA-STS, DANE-TA) do not deliver until "
		"then.",
		"Check the clocks of the issuer and of this machine; install the former certificate "
		"meanwhile.",
		"RFC 5280 4.1.2.5"},
	[FINDING_CERT_EXPIRY] =
		{"The server's certificate has less time left than --certificate asks for.",
			"Nobody yet; afterwards senders that look at dates do not deliver.",
			"Renew it. If the renewal has happened, the server still shows the old one: reload it.",
			"RFC 5280 4.1.2.5, --certificate"},
	[FINDING_CHAIN_EXPIRY] = {"Another certificate of the verified path, such as an intermediate, "
							  "has less time left than --certificate asks for.",
		"Nobody yet; afterwards senders that look at dates find no path.",
		"Install the issuer's newer intermediate certificate, which comes with a renewal.",
		"RFC 5280 6.1, --certificate"},
	[FINDING_DANE_EE_EXPIRY] = {"The certificate expires soon or has expired, and a record of "
								"usage 3 (DANE-EE) vouches for its key.",
		"No sender with DANE: dates do not count there. Senders that verify by CA do not deliver "
		"once it has expired.",
		"Renew it when it is convenient, with the same key or a new record first.",
		"RFC 7672 3.1.1, --certificate"},
	[FINDING_EXPECTED_SECURITY] =
		{"A node was reached with less security than --expect-security demands; the text says "
		 "with how much, and why.",
			"Whoever relies on that security: senders deliver, but to anybody who answers in the "
			"server's place. A DS or TLSA record that vanished looks like this.",
			"Mend what the text names first. If less is all right from now on, change the option.",
			"--expect-security"},
	[FINDING_PKIX_FAILS] =
		{"DANE or opportunistic senders deliver to this node, but no CA that this "
		 "machine trusts vouches for what it shows, or not for its name; or its TLS is too old for "
		 "MTA-STS, or its name is not in subjectAltName.",
			"Senders that verify by CA: those that know MTA-STS keep the mail when the policy "
			"enforces, "
			"and so do partners with a policy of their own (verify, secure). Postfix, to which "
			"another program tells the policies, takes a common name alone; others need not.",
			"Let the server send its intermediate certificates, with a certificate in date that "
			"names the "
			"MX host in subjectAltName, and with TLS 1.2 or 1.3. Under DANE a certificate with a "
			"new key needs its TLSA record first: see --next.",
			"RFC 8461 4.2, RFC 5280 6"},
	[FINDING_WEAK_PROTOCOL] = {"A protocol older than --min-protocol was negotiated.",
		"Old versions have known weaknesses, and newer libraries refuse them: some senders then "
		"send in clear or not at all.",
		"Switch TLS 1.2 and 1.3 on in the server.", "RFC 8996, RFC 9325 3.1"},
	[FINDING_WEAK_KEY] = {"A key in a chain that counts is too short.",
		"Newer libraries refuse such keys; whoever breaks one can pose as the server.",
		"Make a new key of 2048 bits RSA or with an elliptic curve, publish its TLSA record, then "
		"use it.",
		"RFC 9325 4.5, --min-key"},
	[FINDING_WEAK_SIGNATURE] = {"A certificate in a chain that counts is signed with SHA-1 or MD5.",
		"Newer libraries refuse such signatures: some senders find no path.",
		"Have it issued anew with SHA-256.", "RFC 9155"},
	[FINDING_SESSION_NOT_CACHED] = {"The server hands out no TLS session that could be used again.",
		"Nobody's mail; each connection costs a full handshake.",
		"Switch session tickets or the session cache on in the server.",
		"RFC 8446 4.6.1, --reconnect"},
	[FINDING_SESSION_NOT_REUSED] =
		{"A session was handed out, but no reconnect could use it, or that could not be found out.",
			"Nobody's mail; each connection costs a full handshake.",
			"Share ticket keys among the servers behind one address; raise --max-reconnects when "
			"there are many.",
			"RFC 8446 2.2, --reconnect"},
	[FINDING_KEY_TYPE_MISMATCH] = {"The server has certificates of several types, and another one "
								   "than the first shown does not prove what the level demands.",
		"Senders whose library prefers that type keep the mail, while all others deliver: hard to "
		"notice otherwise.",
		"Publish a TLSA record for each key, or use one type only.", "RFC 7671 8.1, --key-types"},
	[FINDING_KEY_TYPES] = {"The types of certificates that a node has, does not offer, or that "
						   "could not be determined.",
		"Nobody: a fact.", "Nothing. Each type listed needs its own TLSA record of usage 3.",
		"RFC 8446 4.4.2.2, --key-types"},
	[FINDING_LARGE_HELLO_FAILS] =
		{"A handshake with a small ClientHello works; one whose ClientHello has a post-quantum key "
		 "share, and so does not fit into one segment, is not answered, is reset or is refused; a "
		 "small one behind it works again.",
			"Senders with OpenSSL 3.5 or another library that sends such a share at once: they "
			"deliver in clear, or keep the mail where they demand TLS.",
			"Update or remove the firewall, load balancer or proxy that expects the ClientHello in "
			"one segment; make the server read on until the whole of it is there.",
			"RFC 8446 4.1.2, --pq-probe"},
	[FINDING_PQ_PROBE] = {"Whether the node agrees on a hybrid post-quantum group when its key "
						  "share comes with the ClientHello, or why that is not known.",
		"Nobody: a fact. Without such a group what is sent today may be read once there are "
		"quantum computers.",
		"Nothing. OpenSSL 3.5 and later know the group on the server's side, too.",
		"RFC 8446 4.2.8, --pq-probe"},
	[FINDING_NODES_DIFFER] = {"Nodes show different keys, all of them valid.",
		"Nobody: it is worth knowing when records are changed.",
		"Nothing. Remember all of these keys when TLSA records are made.", "RFC 7671 8.1, --all"},
	[FINDING_EHLO_UNEXPECTED] =
		{"A reply to EHLO lacks a keyword that --expect-ehlo names, or has one that --forbid-ehlo "
		 "names, before or inside TLS.",
			"Whoever needs the extension (REQUIRETLS inside TLS, for example); offered before TLS, "
			"AUTH invites clients to send passwords in clear.",
			"Change what the server offers there, or the option.",
			"RFC 5321 4.1.1.1, --expect-ehlo, --forbid-ehlo"},
	[FINDING_EHLO_DRIFT] = {"STARTTLS is offered again inside TLS, or REQUIRETLS in clear.",
		"Few senders; it shows a proxy or a server that does not know in which state the "
		"connection is.",
		"Look at what terminates TLS in front of the server.", "RFC 3207 4.2, RFC 8689 2"},
};
