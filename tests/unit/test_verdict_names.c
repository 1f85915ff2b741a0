/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings about names and addresses that no host can have. */
#include "sample_report.h"

#define WARN STATE_WARNING
#define CRIT STATE_CRITICAL

/* The first host has no node; the second let us in. */
static void second_only(struct sample *s) {
	sample_add_second(s);
	s->nodes[0] = s->nodes[1];
	s->report.n_nodes = 1;
	s->hosts[0].tlsa_state = TLSA_STATE_NOT_ASKED;
}

static void no_node(struct sample *s) {
	s->report.n_nodes = 0;
	s->report.n_hosts = 1;
	s->hosts[0].tlsa_state = TLSA_STATE_NOT_ASKED;
}

static void name_is_an_address(struct sample *s) {
	no_node(s);
	s->hosts[0].name = s->hosts[0].faulty_name = "192.0.2.17";
	s->hosts[0].name_fault = HOST_NAME_ADDRESS;
}

static void name_is_an_address_beside_good(struct sample *s) {
	second_only(s);
	s->hosts[0].name = s->hosts[0].faulty_name = "192.0.2.17";
	s->hosts[0].name_fault = HOST_NAME_ADDRESS;
}

static void name_is_localhost(struct sample *s) {
	no_node(s);
	s->hosts[0].name = s->hosts[0].faulty_name = "localhost";
	s->hosts[0].name_fault = HOST_NAME_LOCAL;
}

static void name_is_a_mail_address(struct sample *s) {
	no_node(s);
	s->hosts[0].name = s->hosts[0].faulty_name = "post@example.org";
	s->hosts[0].name_fault = HOST_NAME_CHARACTER;
}

static void name_begins_with_a_hyphen(struct sample *s) {
	name_is_a_mail_address(s);
	s->hosts[0].name_fault = HOST_NAME_HYPHEN;
}

static void name_has_an_empty_part(struct sample *s) {
	name_is_a_mail_address(s);
	s->hosts[0].name_fault = HOST_NAME_DELIMITER;
}

static void name_is_long(struct sample *s) {
	name_is_a_mail_address(s);
	s->hosts[0].name_fault = HOST_NAME_LONG;
}

static void alias_of_a_strange_name(struct sample *s) {
	name_is_a_mail_address(s);
	s->hosts[0].name = "mx1.example.org";
}

static void destination_is_alias_of_a_strange_name(struct sample *s) {
	alias_of_a_strange_name(s);
	s->report.mx_used = false;
	s->report.route_question = NULL;
}

static void null_mx_beside_others(struct sample *s) {
	s->report.null_mx_mixed = true;
}

static void address_of_no_host(struct sample *s) {
	no_node(s);
	s->hosts[0].no_host_address = "0.0.0.0";
	s->hosts[0].no_address = true;
}

static void address_of_no_host_beside_another(struct sample *s) {
	s->hosts[0].no_host_address = "0.0.0.0";
}

static void stray_address_without_mx(struct sample *s) {
	s->hosts[0].no_host_address = "0.0.0.0";
	s->report.mx_used = false;
	s->report.route_question = NULL;
}

static void name_is_an_alias(struct sample *s) {
	s->a[0].answer.n_aliases = 1;
	s->a[0].answer.canonical = "real.example.net";
}

static void v6_name_is_an_alias(struct sample *s) {
	struct dns_question *aaaa = arena_alloc(s->arena, sizeof *aaaa);
	*aaaa = s->a[0];
	aaaa->answer.n_aliases = 1;
	aaaa->answer.canonical = "real.example.net";
	s->hosts[0].aaaa = aaaa;
}

static void destination_is_an_alias(struct sample *s) {
	name_is_an_alias(s);
	s->report.mx_used = false;
	s->report.route_question = NULL;
}

static void srv_names_an_alias(struct sample *s) {
	name_is_an_alias(s);
	s->spec.srv_service = "smtp";
}

static void address_was_not_asked(struct sample *s) {
	s->hosts[0].a = s->hosts[0].aaaa = NULL;
}

static const struct sample_row rows[] = {
	{"an MX is an alias", name_is_an_alias, FINDING_MX_ALIAS, STATE_OK,
		"an MX record names mx1.example.org, an alias of real.example.net, where it must name a "
		"host; let the record name real.example.net"},
	{"an MX is an alias in IPv6", v6_name_is_an_alias, FINDING_MX_ALIAS, STATE_OK, "an alias of"},
	{"an SRV record names an alias", srv_names_an_alias, FINDING_MX_ALIAS, STATE_OK,
		"an SRV record"},
	{"the destination is an alias", destination_is_an_alias, FINDING_MX_ALIAS, SAMPLE_ABSENT, NULL},
	{"no address was asked for", address_was_not_asked, FINDING_MX_ALIAS, SAMPLE_ABSENT, NULL},
	{"an MX is an address", name_is_an_address, FINDING_MX_NAME_INVALID, CRIT,
		"names 192.0.2.17, which most senders skip: an MX must name a host, not an address"},
	{"an MX is an address beside a good node", name_is_an_address_beside_good,
		FINDING_MX_NAME_INVALID, WARN, NULL},
	{"an MX is a mail address", name_is_a_mail_address, FINDING_MX_NAME_INVALID, CRIT, "letters"},
	{"an MX begins with a hyphen", name_begins_with_a_hyphen, FINDING_MX_NAME_INVALID, CRIT,
		"hyphen"},
	{"an MX has an empty part", name_has_an_empty_part, FINDING_MX_NAME_INVALID, CRIT, "empty"},
	{"an MX is long", name_is_long, FINDING_MX_NAME_INVALID, CRIT, "255"},
	{"an MX is localhost", name_is_localhost, FINDING_MX_NAME_INVALID, CRIT,
		"is each sender itself"},
	{"an MX is an alias of a strange name", alias_of_a_strange_name, FINDING_MX_NAME_INVALID, CRIT,
		"mx1.example.org, an alias of post@example.org, which senders skip"},
	{"a destination is an alias of a strange name", destination_is_alias_of_a_strange_name,
		FINDING_MX_NAME_INVALID, CRIT, "the destination is mx1.example.org, an alias of"},
	{"null MX beside others", null_mx_beside_others, FINDING_NULL_MX_MIXED, CRIT, "RFC 7505 3"},
	{"an address of no host", address_of_no_host, FINDING_MX_HOST_NOT_FOUND, CRIT,
		"has the address 0.0.0.0, which no host can have"},
	{"an address of no host beside another", address_of_no_host_beside_another,
		FINDING_MX_HOST_NOT_FOUND, WARN, "the address 0.0.0.0 is none that a host can have"},
	{"an address of no host without MX", stray_address_without_mx, FINDING_DOMAIN_NOT_FOUND, WARN,
		"0.0.0.0"},
};

START_TEST(names_and_addresses_that_no_host_can_have_are_judged) {
	sample_check(&rows[_i]);
}
END_TEST

UNIT_MAIN(
	"verdict_names", tcase_add_loop_test(tc, names_and_addresses_that_no_host_can_have_are_judged,
						 0, (int)(sizeof rows / sizeof *rows));)
