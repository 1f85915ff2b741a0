#include "check_smtp_tls.d/option_table.h"

#include <string.h>

#include "check_smtp_tls.d/option_values.h"

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
static const struct keyword perfdata_words[] = {
	{"ranges", PERFDATA_RANGES}, {"plain", PERFDATA_PLAIN}, {"none", PERFDATA_NONE}, {NULL, 0}};

/* Where the row's plain value lives. */
static void *field(struct option_draft *draft, const struct option_row *row) {
	return (char *)draft->settings + row->offset;
}

static bool take_word(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	int word = 0;
	if (!option_word(&word, row->words, row->name, value, err)) {
		return false;
	}
	memcpy(field(draft, row), &word, sizeof word); /* an enum of the size of int */
	return true;
}

static bool take_duration(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return option_duration(field(draft, row), row->name, value, err);
}

static bool take_range(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return range_parse(field(draft, row), row->name, value, err);
}

static bool take_remaining(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return remaining_limits_parse(field(draft, row), row->name, value, err);
}

static bool take_string(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)err;
	memcpy(field(draft, row), &value, sizeof value);
	return true;
}

static bool take_file(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return option_file(row->name, value, err) && take_string(draft, row, value, err);
}

static bool take_directory(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return option_directory(row->name, value, err) && take_string(draft, row, value, err);
}

static bool take_hostname(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)row;
	(void)err;
	draft->hostname = value;
	return true;
}

static bool take_port(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)row;
	(void)err;
	draft->port = value;
	return true;
}

static bool take_match(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	(void)row;
	(void)err;
	option_append(draft->arena, &draft->matches, value);
	return true;
}

static bool take_trust_anchor(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	option_append(draft->arena, &draft->trust_anchors, value);
	return option_file(row->name, value, err);
}

static bool take_nameserver(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct err why = {0};
	option_append(draft->arena, &draft->nameservers, value);
	return resolver_server_check(value, &why) || option_refuse(row->name, value, &why, err);
}

static bool take_address(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	draft->settings->connect_address = value;
	return address_family_of(value) != 0 || err_set(err, ERR_USAGE,
												"%s: \"%.100s\" is not a numeric address: give "
												"192.0.2.1 or 2001:db8::1, without brackets "
												"and port",
												row->name, value);
}

static bool take_helo(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	draft->settings->helo = value;
	return option_is_helo(value) ||
		   err_set(err, ERR_USAGE,
			   "%s: \"%.100s\" is neither a host name nor an address literal like [192.0.2.1] or "
			   "[IPv6:2001:db8::1]",
			   row->name, value);
}

static bool take_servername(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	static const struct keyword words[] = {
		{"hostname", SNI_HOSTNAME}, {"nexthop", SNI_NEXTHOP}, {"none", SNI_NONE}, {NULL, 0}};
	int word = SNI_NAME;
	if (!keyword_find(words, value, &word) && !hostname_is_valid(value)) {
		return err_set(err, ERR_USAGE,
			"%s: \"%.100s\" is not a host name: give one, or hostname, nexthop, none", row->name,
			value);
	}
	draft->settings->wish.sni = (enum sni_choice)word;
	draft->settings->wish.sni_name = word == SNI_NAME ? value : NULL;
	return true;
}

static bool take_digest(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	draft->settings->tls.digest = value;
	return tls_digest_length(value) != 0 ||
		   err_set(err, ERR_USAGE,
			   "%s: \"%.100s\" is not a digest OpenSSL offers here: allowed are sha256, sha384, "
			   "sha512, "
			   "sha1 and what 'openssl list -digest-algorithms' shows",
			   row->name, value);
}

static bool take_protocols(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct err why = {0};
	return tls_protocols_parse(&draft->settings->tls.protocols, value, &why) ||
		   option_refuse(row->name, value, &why, err);
}

static bool take_min_protocol(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return tls_protocol_find(value, &draft->settings->limits.min_protocol) ||
		   err_set(err, ERR_USAGE,
			   "%s: unknown protocol \"%.60s\": allowed are TLSv1 TLSv1.1 TLSv1.2 TLSv1.3",
			   row->name, value);
}

static bool take_dnssec_probe(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct err why = {0};
	struct dns_question question = {0};
	draft->settings->self_test = value;
	return survey_self_test_parse(&question, draft->arena, value, &why) ||
		   option_refuse(row->name, value, &why, err);
}

static bool take_state(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	struct err why = {0};
	return limits_set_state(&draft->settings->limits, value, &why) ||
		   option_refuse(row->name, value, &why, err);
}

static bool take_timeout_result(
	struct option_draft *draft, const struct option_row *row, const char *value, struct err *err) {
	return state_find(value, &draft->settings->limits.timeout_result) ||
		   err_set(err, ERR_USAGE,
			   "%s: unknown state \"%.60s\": allowed are ok warning critical unknown or 0 to 3",
			   row->name, value);
}

#define AT(member) .offset = offsetof(struct settings, member)

const struct option_row option_table[OPTION_COUNT] = {
	{OPTION_HOSTNAME, 'H', "--hostname", .argument = "DESTINATION", .take = take_hostname,
		.help = "What to check, required: a mail domain (its MX hosts are looked up), [host],\n"
				"[host]:port, [192.0.2.1], [ipv6:2001:db8::1] or unix:/path (LMTP)"},
	{OPTION_PORT, 'p', "--port", .argument = "PORT", .take = take_port,
		.help = "Port number or service name (default: 25; LMTP 24; with --wrapper 465)"},
	{OPTION_IPV4, '4', "--ipv4", .help = "Use IPv4 only"},
	{OPTION_IPV6, '6', "--ipv6", .help = "Use IPv6 only"},
	{OPTION_ADDRESS_FAMILY, 'a', "--address-family", .argument = "FAMILY", .take = take_word,
		.words = family_words, AT(order.prefer),
		.help = "Family to try first: any, ipv4, ipv6 (default: any, IPv6 before IPv4)"},
	{OPTION_NO_MX, 0, "--no-mx",
		.help = "Take the name as a host, without MX lookup, as if it stood in brackets"},
	{OPTION_ADDRESS, 0, "--address", .argument = "ADDRESS", .take = take_address,
		.help =
			"Connect to this numeric address as the first host; DNS is asked and judged as always"},
	{OPTION_LMTP, 0, "--lmtp", .help = "Speak LMTP (implied by unix:)"},
	{OPTION_WRAPPER, 0, "--wrapper", .aliases = {"--smtps", "--tls"},
		.help = "TLS from the first byte instead of STARTTLS"},
	{OPTION_HELO, 0, "--helo", .aliases = {"--fqdn"}, .argument = "NAME", .take = take_helo,
		.help = "Name given in EHLO or LHLO (default: this host's name if it has a dot, else\n"
				"the address literal of the connection)"},

	{OPTION_LEVEL, 'l', "--level", .argument = "LEVEL", .take = take_word,
		.words = tls_level_choices, AT(wish.level),
		.help = "What is demanded: none, may, encrypt, dane, dane-only, fingerprint, verify,\n"
				"secure (default: dane; may for unix:)"},
	{OPTION_MATCH, 0, "--match", .argument = "PATTERN", .take = take_match,
		.help = "Accepted name (verify, secure: a name, .domain, hostname, nexthop, dot-nexthop)\n"
				"or digest of certificate or key (fingerprint); may be repeated"},
	{OPTION_TRUST_ANCHOR, 'A', "--trust-anchor", .argument = "FILE", .take = take_trust_anchor,
		.help = "PEM file whose certificates or keys alone confer trust; may be repeated"},
	{OPTION_CAFILE, 'F', "--cafile", .argument = "FILE", .take = take_file, AT(tls.ca_file),
		.help = "PEM file of CA certificates, in place of the system's"},
	{OPTION_CAPATH, 'P', "--capath", .argument = "DIRECTORY", .take = take_directory,
		AT(tls.ca_path),
		.help = "Directory of CA certificates with hash links, in place of the system's"},
	{OPTION_NO_DEFAULT_CA, 0, "--no-default-ca", .help = "Do not trust the system's CAs"},
	{OPTION_DIGEST, 'd', "--digest", .argument = "ALGORITHM", .take = take_digest,
		.help = "Digest of fingerprints (default: sha256)"},
	{OPTION_SERVERNAME, 's', "--servername", .aliases = {"--sni"}, .argument = "NAME",
		.take = take_servername,
		.help = "Name sent as SNI where DANE does not decide it: hostname, nexthop, none or a\n"
				"name (default: hostname)"},
	{OPTION_CIPHERS, 'g', "--ciphers", .argument = "GRADE", .take = take_word,
		.words = cipher_words, AT(tls.grade),
		.help = "Least cipher grade offered: high, medium, null (default: medium)"},
	{OPTION_PROTOCOLS, 0, "--protocols", .argument = "LIST", .take = take_protocols,
		.help = "TLS versions offered, as Postfix writes them (default: >=TLSv1)"},

	{OPTION_FORCE_TLSA_LOOKUP, 'f', "--force-tlsa-lookup",
		.help = "Ask for TLSA records of hosts in unsigned zones too"},
	{OPTION_INSECURE_MX_POLICY, 'M', "--insecure-mx-policy", .argument = "POLICY",
		.take = take_word, .words = insecure_mx_words, AT(wish.insecure_mx),
		.help = "What TLSA records count for when the MX answer is unsigned: dane, encrypt, may\n"
				"(default: dane)"},
	{OPTION_NAMESERVER, 0, "--nameserver", .argument = "ADDRESS[:PORT]", .take = take_nameserver,
		.help = "Ask this name server, [2001:db8::1]:PORT for IPv6; may be repeated (default:\n"
				"resolv.conf)"},
	{OPTION_HOST_LOOKUP, 0, "--host-lookup", .argument = "HOW", .take = take_word,
		.words = host_lookup_words, AT(hosts),
		.help = "How addresses are found: dns, native (as the system does), dns,native or\n"
				"native,dns (default: dns)"},
	{OPTION_DNSSEC_PROBE, 0, "--dnssec-probe", .argument = "[TYPE:]NAME", .take = take_dnssec_probe,
		.help = "Signed record set that shows whether the resolver validates (default: ns:.)"},

	{OPTION_WARNING, 'w', "--warning", .argument = "RANGE", .take = take_range, AT(limits.warning),
		.help = "WARNING when the response time in seconds is outside this range"},
	{OPTION_CRITICAL, 'c', "--critical", .argument = "RANGE", .take = take_range,
		AT(limits.critical),
		.help = "CRITICAL when the response time in seconds is outside this range"},
	{OPTION_CERTIFICATE, 'D', "--certificate", .argument = "W[,C]", .take = take_remaining,
		AT(limits.certificate),
		.help = "Least remaining validity of certificates: N or Nd days, Nh hours, N% of their\n"
				"lifetime (default: the smaller of 14 days and 25%, the smaller of 7 days and\n"
				"10%; W alone: C is 0)"},
	{OPTION_RRSIG, 0, "--rrsig", .argument = "W[,C]", .take = take_remaining, AT(limits.rrsig),
		.help = "Least remaining life of the DNSSEC signatures that DANE needs, written like\n"
				"--certificate (default: the smaller of 2 days and 25%, of 12 hours and 6%)"},
	{OPTION_MIN_PROTOCOL, 0, "--min-protocol", .argument = "VERSION", .take = take_min_protocol,
		.help =
			"WARNING (weak-protocol) when an older TLS version is negotiated (default: TLSv1.2)"},
	{OPTION_EXPECT, 'e', "--expect", .argument = "TEXT", .take = take_string, AT(limits.expect),
		.help = "WARNING (expect-mismatch) when the greeting does not contain this text"},
	{OPTION_STATE, 0, "--state", .argument = "FINDING=STATE", .take = take_state,
		.help = "State of a finding: ok, info, warning, critical, unknown; may be repeated (see\n"
				"--list-findings)"},

	{OPTION_TIMEOUT, 't', "--timeout", .argument = "TIME", .take = take_duration, AT(timeout),
		.help = "Deadline of the whole run: 30, 500ms, 1m (default: 30 seconds)"},
	{OPTION_TIMEOUT_RESULT, 0, "--timeout-result", .argument = "STATE", .take = take_timeout_result,
		.help = "State when a peer is silent for too long (default: critical)"},
	{OPTION_CONNECT_TIMEOUT, 0, "--connect-timeout", .argument = "TIME", .take = take_duration,
		AT(times.connect), .help = "Wait for a TCP connection, each attempt (default: 5 seconds)"},
	{OPTION_GREETING_TIMEOUT, 0, "--greeting-timeout", .argument = "TIME", .take = take_duration,
		AT(times.greeting), .help = "Wait for the greeting (default: 20 seconds)"},
	{OPTION_COMMAND_TIMEOUT, 'T', "--command-timeout", .argument = "TIME", .take = take_duration,
		AT(times.command),
		.help = "Wait for each later step: EHLO, STARTTLS, handshake, QUIT (default: 10 seconds)"},
	{OPTION_DNS_TIMEOUT, 0, "--dns-timeout", .argument = "TIME", .take = take_duration,
		AT(times.dns), .help = "Wait for all DNS lookups together (default: 10 seconds)"},

	{OPTION_PERFDATA, 0, "--perfdata", .argument = "FORM", .take = take_word,
		.words = perfdata_words, AT(perfdata),
		.help = "Performance data: ranges, plain (low thresholds as plain numbers, which Icinga 2\n"
				"keeps), none (default: ranges)"},
	{OPTION_EXIT_OK, 0, "--exit-ok", .help = "Always exit with 0; the text stays as it is"},
	{OPTION_VERBOSE, 'v', "--verbose",
		.help = "Show the trace behind the status line; twice: DNS, policy, certificates and\n"
				"times; three times: TLS states"},
	{OPTION_LIST_FINDINGS, 0, "--list-findings",
		.help = "Print all findings with the states in force, exit 3"},
	{OPTION_HELP, 'h', "--help", .help = "Print this help, exit 3"},
	{OPTION_VERSION, 'V', "--version", .help = "Print the version, exit 3"},
};
