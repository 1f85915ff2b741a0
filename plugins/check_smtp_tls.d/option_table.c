/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of options. */
#include "check_smtp_tls.d/option_table.h"

#include "check_smtp_tls.d/option_takers.h"

static const struct keyword family_words[] = {
	{"any", FAMILY_ANY}, {"ipv4", FAMILY_IPV4}, {"ipv6", FAMILY_IPV6}, {NULL, 0}};
/* Postfix takes "low" and "export" for medium; here they would promise what is not kept. */
static const struct keyword cipher_words[] = {
	{"high", TLS_GRADE_HIGH}, {"medium", TLS_GRADE_MEDIUM}, {"null", TLS_GRADE_NULL}, {NULL, 0}};
static const struct keyword insecure_mx_words[] = {{"dane", INSECURE_MX_DANE},
	{"encrypt", INSECURE_MX_ENCRYPT}, {"may", INSECURE_MX_MAY}, {NULL, 0}};
static const struct keyword host_lookup_words[] = {{"dns", RESOLVER_HOSTS_DNS},
	{"native", RESOLVER_HOSTS_NATIVE}, {"dns,native", RESOLVER_HOSTS_DNS_NATIVE},
	{"native,dns", RESOLVER_HOSTS_NATIVE_DNS}, {NULL, 0}};
static const struct keyword mta_sts_words[] = {{"off", SURVEY_STS_OFF}, {"dns", SURVEY_STS_DNS},
	{"check", SURVEY_STS_CHECK}, {"require", SURVEY_STS_REQUIRE}, {NULL, 0}};
static const struct keyword format_words[] = {
	{"line", FORMAT_LINE}, {"json", FORMAT_JSON}, {"openmetrics", FORMAT_OPENMETRICS}, {NULL, 0}};
static const struct keyword perfdata_words[] = {
	{"ranges", PERFDATA_RANGES}, {"plain", PERFDATA_PLAIN}, {"none", PERFDATA_NONE}, {NULL, 0}};

static const struct keyword help_words[] = {{"all", HELP_ALL}, {"table", HELP_TABLE}, {NULL, 0}};

#define AT(member) .offset = offsetof(struct settings, member)

const struct option_row option_table[OPTION_COUNT] = {
	{OPTION_HOSTNAME, 'H', "--hostname", .argument = "DESTINATION", .take = option_take_hostname,
		.help = "What to check, required: a mail domain (its MX hosts are looked up), [host],\n"
				"[host]:port, [192.0.2.1], [ipv6:2001:db8::1] or unix:/path (LMTP)"},
	{OPTION_PORT, 'p', "--port", .argument = "PORT", .take = option_take_port,
		.help = "Port number or service name (default: 25; LMTP 24; with --wrapper 465)"},
	{OPTION_IPV4, '4', "--ipv4", .help = "Use IPv4 only"},
	{OPTION_IPV6, '6', "--ipv6", .help = "Use IPv6 only"},
	{OPTION_ADDRESS_FAMILY, 'a', "--address-family", .argument = "FAMILY", .take = option_take_word,
		.words = family_words, AT(survey.order.prefer),
		.help = "Family to try first: any, ipv4, ipv6 (default: any, IPv6 before IPv4)"},
	{OPTION_NO_MX, 0, "--no-mx",
		.help = "Take the name as a host, without MX lookup, as if it stood in brackets"},
	{OPTION_SRV, 'R', "--srv",
		.help = "Look up the hosts as SRV records of the service (_smtp._tcp, or as in --port)\n"
				"instead of MX"},
	{OPTION_ADDRESS, 0, "--address", .argument = "ADDRESS", .take = option_take_address,
		.help =
			"Connect to this numeric address as the first host; DNS is asked and judged as always"},
	{OPTION_ALL, 0, "--all", .help = "Probe every address of every host, all at the same time"},
	{OPTION_DOWN_OK, 0, "--down-ok", .argument = "HOST", .take = option_take_down_ok,
		.help = "Host name or address that may be unreachable as long as another one is not; may\n"
				"be repeated"},
	{OPTION_DNS_ONLY, 0, "--dns-only",
		.help =
			"Connect to no mail server: judge DNS, DNSSEC, TLSA records and --next of all hosts"},
	{OPTION_LMTP, 0, "--lmtp", .help = "Speak LMTP (implied by unix:)"},
	{OPTION_WRAPPER, 0, "--wrapper", .aliases = {"--smtps", "--tls"},
		.help = "TLS from the first byte instead of STARTTLS"},
	{OPTION_HELO, 0, "--helo", .aliases = {"--fqdn"}, .argument = "NAME",
		.take = option_take_string, AT(survey.manner.helo),
		.help = "Name given in EHLO or LHLO (default: this host's name if it has a dot, else\n"
				"the address literal of the connection)"},

	{OPTION_LEVEL, 'l', "--level", .argument = "LEVEL", .take = option_take_word,
		.words = tls_level_choices, AT(survey.wish.level),
		.help = "What is demanded: none, may, encrypt, dane, dane-only, fingerprint, verify,\n"
				"secure (default: dane; may for unix:)"},
	{OPTION_MATCH, 0, "--match", .argument = "PATTERN", .take = option_take_match,
		.help = "Accepted name (verify, secure: a name, .domain, hostname, nexthop, dot-nexthop)\n"
				"or digest of certificate or key (fingerprint); may be repeated"},
	{OPTION_TRUST_ANCHOR, 'A', "--trust-anchor", .argument = "FILE",
		.take = option_take_trust_anchor,
		.help = "PEM file whose certificates or keys alone confer trust; may be repeated"},
	{OPTION_CAFILE, 'F', "--cafile", .argument = "FILE", .take = option_take_file, AT(tls.ca_file),
		.help = "PEM file of CA certificates, in place of the system's"},
	{OPTION_CAPATH, 'P', "--capath", .argument = "DIRECTORY", .take = option_take_directory,
		AT(tls.ca_path),
		.help = "Directory of CA certificates with hash links, in place of the system's"},
	{OPTION_NO_DEFAULT_CA, 0, "--no-default-ca", .help = "Do not trust the system's CAs"},
	{OPTION_DIGEST, 'd', "--digest", .argument = "ALGORITHM", .take = option_take_digest,
		.help = "Digest of fingerprints (default: sha256)"},
	{OPTION_SERVERNAME, 's', "--servername", .aliases = {"--sni"}, .argument = "NAME",
		.take = option_take_servername,
		.help = "Name sent as SNI where DANE does not decide it: hostname, nexthop, none or a\n"
				"name (default: hostname)"},
	{OPTION_CIPHERS, 'g', "--ciphers", .argument = "GRADE", .take = option_take_word,
		.words = cipher_words, AT(tls.grade),
		.help = "Least cipher grade offered: high, medium, null (default: medium)"},
	{OPTION_PROTOCOLS, 0, "--protocols", .argument = "LIST", .take = option_take_protocols,
		.help = "TLS versions offered, as Postfix writes them (default: >=TLSv1)"},
	{OPTION_CHAIN_FILES, 0, "--chain-files", .argument = "FILE[,FILE...]",
		.take = option_take_chain_files,
		.help =
			"Client certificates: PEM files with a key, its certificate and the issuers; may be\n"
			"repeated"},
	{OPTION_CLIENT_CERT, 'k', "--client-cert", .argument = "FILE", .take = option_take_file,
		AT(tls.cert_file),
		.help = "PEM file with a client certificate and its issuers (and its key, without\n"
				"--private-key)"},
	{OPTION_PRIVATE_KEY, 'K', "--private-key", .argument = "FILE", .take = option_take_file,
		AT(tls.key_file), .help = "PEM file with the key of --client-cert"},
	{OPTION_ENABLE_RPK, 'x', "--enable-rpk", .take = option_take_enable_rpk,
		.help = "Accept a raw public key in place of a certificate (RFC 7250)"},
	{OPTION_KEY_TYPES, 0, "--key-types",
		.help = "One more handshake for each type of certificate not yet seen: RSA, ECDSA, EdDSA"},
	{OPTION_PQ_PROBE, 0, "--pq-probe", .take = option_take_pq_probe,
		.help = "One more handshake, with a post-quantum key share: does the large ClientHello\n"
				"come through? (OpenSSL 3.5)"},
	{OPTION_RECONNECT, 'r', "--reconnect", .argument = "TIME", .take = option_take_duration,
		AT(survey.reconnect.delay),
		.help = "Reconnect after this time and see whether the TLS session is reused"},
	{OPTION_MAX_RECONNECTS, 'm', "--max-reconnects", .argument = "N",
		.take = option_take_max_reconnects,
		.help = "Reconnects until a server is met again, as behind a load balancer (default: 5)"},
	{OPTION_PARAM, 'o', "--param", .argument = "NAME=VALUE", .take = option_take_param,
		.help = "Postfix parameter (tls_medium_cipherlist and others, see the manual); may be\n"
				"repeated"},
	{OPTION_MAIL_CONFIG, 0, "--mail-config", .argument = "DIRECTORY",
		.take = option_take_mail_config,
		.help = "Read Postfix parameters from DIRECTORY/main.cf (default: $MAIL_CONFIG, if set)"},

	{OPTION_FORCE_TLSA_LOOKUP, 'f', "--force-tlsa-lookup",
		.help = "Ask for TLSA records of hosts in unsigned zones too"},
	{OPTION_INSECURE_MX_POLICY, 'M', "--insecure-mx-policy", .argument = "POLICY",
		.take = option_take_word, .words = insecure_mx_words, AT(survey.wish.insecure_mx),
		.help = "What TLSA records count for when the MX answer is unsigned: dane, encrypt, may\n"
				"(default: dane)"},
	{OPTION_NAMESERVER, 0, "--nameserver", .argument = "ADDRESS[:PORT]",
		.take = option_take_nameserver,
		.help = "Ask this name server, [2001:db8::1]:PORT for IPv6; may be repeated (default:\n"
				"resolv.conf)"},
	{OPTION_HOST_LOOKUP, 0, "--host-lookup", .argument = "HOW", .take = option_take_word,
		.words = host_lookup_words, AT(hosts),
		.help = "How addresses are found: dns, native (as the system does), dns,native or\n"
				"native,dns (default: dns)"},
	{OPTION_DNSSEC_PROBE, 0, "--dnssec-probe", .argument = "[TYPE:]NAME",
		.take = option_take_dnssec_probe,
		.help = "Signed record set that shows whether the resolver validates (default: ns:.)"},
	{OPTION_DENIAL_PROBE, 0, "--denial-probe",
		.help = "Ask about each host what cannot be there: can its zone prove that?"},
	{OPTION_NEXT, 0, "--next", .argument = "FILE", .take = option_take_next,
		.help = "PEM file with what will be deployed: key, request, certificate or chain; do the\n"
				"TLSA records cover it? May be repeated, once for each type of key"},
	{OPTION_MTA_STS, 0, "--mta-sts", .argument = "HOW", .take = option_take_word,
		.words = mta_sts_words, AT(survey.mta_sts),
		.help = "What is looked up of MTA-STS: dns (is it announced?), check (and the policy),\n"
				"require (there must be one), off (default: dns, for mail domains)"},
	{OPTION_AUTH_SERVERS, 0, "--auth-servers",
		.help = "Ask every name server of the zones with TLSA records directly, over UDP and TCP:\n"
				"do they give the same?"},
	{OPTION_SENDER_VIEW, 0, "--sender-view",
		.help = "Tell what senders would do, by what they demand: DANE, MTA-STS, a CA, nothing"},

	{OPTION_WARNING, 'w', "--warning", .argument = "RANGE", .take = option_take_range,
		AT(limits.warning),
		.help = "WARNING when the response time in seconds is outside this range"},
	{OPTION_CRITICAL, 'c', "--critical", .argument = "RANGE", .take = option_take_range,
		AT(limits.critical),
		.help = "CRITICAL when the response time in seconds is outside this range"},
	{OPTION_CERTIFICATE, 'D', "--certificate", .argument = "W[,C]", .take = option_take_remaining,
		AT(limits.certificate),
		.help = "Least remaining validity of certificates: N or Nd days, Nh hours, N% of their\n"
				"lifetime (default: the smaller of 14 days and 25%, the smaller of 7 days and\n"
				"10%; W alone: C is 0)"},
	{OPTION_RRSIG, 0, "--rrsig", .argument = "W[,C]", .take = option_take_remaining,
		AT(limits.rrsig),
		.help = "Least remaining life of the DNSSEC signatures that DANE needs, written like\n"
				"--certificate (default: the smaller of 2 days and 25%, of 12 hours and 6%)"},
	{OPTION_MIN_PROTOCOL, 0, "--min-protocol", .argument = "VERSION",
		.take = option_take_min_protocol,
		.help =
			"WARNING (weak-protocol) when an older TLS version is negotiated (default: TLSv1.2)"},
	{OPTION_MIN_KEY, 0, "--min-key", .argument = "TYPE:BITS[,TYPE:BITS]",
		.take = option_take_min_key,
		.help = "WARNING (weak-key) when a key that counts has fewer bits (default:\n"
				"rsa:2048,ec:224)"},
	{OPTION_EXPECT, 'e', "--expect", .argument = "TEXT", .take = option_take_string,
		AT(limits.expect),
		.help = "WARNING (expect-mismatch) when the greeting does not contain this text"},
	{OPTION_EXPECT_EHLO, 0, "--expect-ehlo", .argument = "WORD", .take = option_take_ehlo,
		.help = "WARNING (ehlo-unexpected) when the EHLO reply inside TLS does not offer this; "
				"tls:WORD\n"
				"is the same, clear:WORD before TLS; may be repeated"},
	{OPTION_FORBID_EHLO, 0, "--forbid-ehlo", .argument = "WORD", .take = option_take_ehlo,
		.help = "The same when it is offered"},
	{OPTION_EXPECT_SECURITY, 0, "--expect-security", .argument = "WHAT", .take = option_take_word,
		.words = security_words, AT(limits.security),
		.help = "CRITICAL (expected-security) when less is reached: dane-ee, dane-ta, dane, pkix,\n"
				"sts, tls"},
	{OPTION_ISSUERS, 0, "--issuers", .argument = "FILE", .take = option_take_issuers,
		.help = "Table of the keys by which public CAs issue, for records about issuers; none\n"
				"(default: the installed one)"},
	{OPTION_STATE, 0, "--state", .argument = "FINDING=STATE", .take = option_take_state,
		.help = "State of a finding: ok, info, warning, critical, unknown; may be repeated (see\n"
				"--list-findings)"},
	{OPTION_AT, 0, "--at", .argument = "TIME", .take = option_take_at,
		.help = "Judge dates of certificates and DNSSEC signatures as of that time: +14d, +36h,\n"
				"2027-01-31 or 2027-01-31T12:00:00Z (default: now)"},

	{OPTION_TIMEOUT, 't', "--timeout", .argument = "TIME", .take = option_take_duration,
		AT(survey.timeout),
		.help = "Deadline of the whole run: 30, 500ms, 1m (default: 30 seconds, and\n"
				"the waiting of --reconnect)"},
	{OPTION_TIMEOUT_RESULT, 0, "--timeout-result", .argument = "STATE",
		.take = option_take_timeout_result,
		.help = "State when a peer is silent for too long (default: critical)"},
	{OPTION_CONNECT_TIMEOUT, 0, "--connect-timeout", .argument = "TIME",
		.take = option_take_duration, AT(survey.manner.times.connect),
		.help = "Wait for a TCP connection, each attempt (default: 5 seconds)"},
	{OPTION_GREETING_TIMEOUT, 0, "--greeting-timeout", .argument = "TIME",
		.take = option_take_duration, AT(survey.manner.times.greeting),
		.help = "Wait for the greeting (default: 20 seconds)"},
	{OPTION_COMMAND_TIMEOUT, 'T', "--command-timeout", .argument = "TIME",
		.take = option_take_duration, AT(survey.manner.times.command),
		.help = "Wait for each later step: EHLO, STARTTLS, handshake, QUIT (default: 10 seconds)"},
	{OPTION_DNS_TIMEOUT, 0, "--dns-timeout", .argument = "TIME", .take = option_take_duration,
		AT(survey.manner.times.dns),
		.help = "Wait for all DNS lookups together (default: 10 seconds)"},

	{OPTION_OUTPUT_FORMAT, 0, "--output-format", .argument = "FORMAT", .take = option_take_word,
		.words = format_words, AT(format),
		.help = "Output: line, json (one object with all that was found), openmetrics (for\n"
				"Prometheus); the last two without trace (default: line)"},
	{OPTION_PERFDATA, 0, "--perfdata", .argument = "FORM", .take = option_take_word,
		.words = perfdata_words, AT(perfdata),
		.help = "Performance data: ranges, plain (low thresholds as plain numbers, which Icinga 2\n"
				"keeps), none (default: ranges)"},
	{OPTION_EXIT_OK, 0, "--exit-ok", .help = "Always exit with 0; the text stays as it is"},
	{OPTION_VERBOSE, 'v', "--verbose",
		.help = "Show the trace behind the status line; twice: DNS, policy, certificates and\n"
				"times; three times: TLS states"},
	{OPTION_LOG, 0, "--log", .argument = "WORD[,WORD...]", .take = option_take_log,
		.help =
			"What the trace shows of TLS, in posttls-finger's words (default: routine,certmatch)"},
	{OPTION_PRINT_CHAIN, 'C', "--print-chain",
		.help = "Show the certificates the server sent, in PEM, behind everything else"},
	{OPTION_LIST_FINDINGS, 0, "--list-findings",
		.help = "Print all findings with the states in force, exit 3"},
	{OPTION_EXPLAIN, 0, "--explain", .argument = "FINDING", .take = option_take_explain,
		.help = "Print what a finding means, whom it hurts and what to do, exit 3"},
	{OPTION_HELP, 'h', "--help", .argument = "all", .attached_only = true, .take = option_take_word,
		.words = help_words, AT(help),
		.help = "Print the first options; all: all of them, table: for programs; exit 3"},
	{OPTION_VERSION, 'V', "--version", .help = "Print the version, exit 3"},
};
