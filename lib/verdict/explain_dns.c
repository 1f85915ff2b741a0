/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */
/* What findings about the run, the resolver, the DNS and TLSA records mean. */
#include "verdict/explain_tables.h"

const struct explanation explanations_dns[FINDING_COUNT] = {
	[FINDING_RESOLVER_FAILED] = {"The name servers that this check asks do not answer, refuse, or "
								 "fail for a name that certainly exists (or deny that the root "
								 "does), or instead of saying that one does not exist.",
		"Nothing can be said about the mail domain. Mail servers that use the same resolver are "
		"hit as well: they can find nobody.",
		"Repair the resolver, or name another one with --nameserver. --dnssec-probe names the "
		"record set that tells whether the resolver works.",
		"RFC 1035 4.1.1 (RCODE), RFC 8914 (reasons of failures)"},
	[FINDING_RESOLVER_NOT_VALIDATING] = {"A DANE level was asked for, but the resolver does not "
										 "set the AD bit for a name that is signed.",
		"Only this check: whether records are signed cannot be seen. A mail server with this "
		"resolver does no DANE at all.",
		"Use a validating resolver, best on this very host (unbound, knot-resolver, BIND), name "
		"one with --nameserver, or check the certificate by CA with --level=verify.",
		"RFC 4035 3.2.3, RFC 7672 2.2"},
	[FINDING_LOCAL_ERROR] =
		{"A socket, a file, a library or memory of the machine that runs the check failed.",
			"Only this check: the mail server may be fine.",
			"The text names the call or the file. Look at limits, permissions and routes of the "
			"monitoring host.",
			"--help (what the option in the text expects)"},
	[FINDING_TIMEOUT] = {"A deadline passed while something was awaited; the text names which one, "
						 "the step and the node.",
		"When a mail server was silent, senders wait as long and try another host or again later. "
		"When the resolver was, nothing is known.",
		"Look at load, postscreen or tarpits, firewalls that drop packets, and whether TLS is "
		"expected from the first byte (--wrapper). --greeting-timeout, --command-timeout and "
		"--timeout move the limits, --timeout-result the state.",
		"RFC 5321 4.5.3.2"},
	[FINDING_RESOLVER_REMOTE] =
		{"The resolver that validates is not on this host, so its AD bit travels over the network.",
			"Nobody, as long as the path to the resolver cannot be tampered with.",
			"For certainty run a validating resolver on this host, or reach it through a protected "
			"tunnel.",
			"RFC 4035 4.9.3, RFC 7672 2.2"},
	[FINDING_FAMILY_UNREACHABLE] =
		{"This machine has no route for IPv4 or for IPv6, while the other family works.",
			"Nobody: the addresses of that family were just not looked at from here.",
			"Give the monitoring host both families, or choose one with --ipv4 or --ipv6.",
			"RFC 5321 5.2"},
	[FINDING_DOMAIN_NOT_FOUND] =
		{"The domain does not exist, or it has neither MX nor address records.",
			"Everybody: mail to this domain is returned to its sender at once.",
			"Check the spelling of --hostname. Publish MX records that name hosts with addresses.",
			"RFC 5321 5.1"},
	[FINDING_NULL_MX] = {"The domain says by the MX record \"0 .\" that it accepts no mail.",
		"Mail to this domain is returned at once. That is right for domains that only send, or do "
		"neither.",
		"Remove this check for such a domain, or the record when the domain is to receive mail.",
		"RFC 7505 3"},
	[FINDING_NULL_MX_MIXED] = {"A null MX (\"0 .\"), which says that the domain accepts no mail, "
							   "stands beside MX records "
							   "that name hosts.",
		"Senders disagree: some return all mail at once (Postfix among them), others use the "
		"hosts. This check visits the hosts.",
		"Remove the null MX when the domain is to receive mail, else the other records.",
		"RFC 7505 3"},
	[FINDING_MX_LOOKUP_FAILED] =
		{"The question for the MX records fails, while the resolver answers others.",
			"Everybody: senders keep the mail and try again, for days, and then return it.",
			"Look at the authoritative name servers of the domain: are all of them up, and do they "
			"know the zone?",
			"RFC 5321 5.1, RFC 7672 2.1.1"},
	[FINDING_ADDRESS_LOOKUP_FAILED] =
		{"The question for the addresses of an MX host fails, while the resolver answers others.",
			"Senders cannot reach this host and use another one, or keep the mail when there is "
			"none. Where only one family fails they use the other.",
			"Look at the authoritative name servers of the host's zone: many load balancers answer "
			"questions for AAAA wrongly.",
			"RFC 5321 5.1, RFC 4074 4"},
	[FINDING_TLSA_LOOKUP_FAILED] =
		{"The question for the TLSA records of a host fails: no answer, SERVFAIL, REFUSED or "
		 "NOTIMP in place of records or a signed denial.",
			"Senders with DANE must not deliver to this host, because an attacker could have "
			"removed the answer. They use another host or keep the mail.",
			"Update or replace name servers that do not know the TLSA type or cannot prove that "
			"something does not exist; let no firewall drop unknown types.",
			"RFC 7672 2.1.2, 2.2"},
	[FINDING_MX_HOST_NOT_FOUND] =
		{"An MX record names a host that does not exist, has no address, or one that no host can "
		 "have (0.0.0.0, multicast), as resolvers answer that filter names.",
			"Senders skip the record. When no other host is left, mail is returned or kept.",
			"Remove the record, or give the host an address.", "RFC 5321 5.1"},
	[FINDING_MX_NAME_INVALID] =
		{"An MX record holds what no host can be called: an address, a mail address, a URL, a name "
		 "with a blank or a comma, an alias that leads to such a name, or localhost.",
			"Senders skip the record even where a wildcard gives the name addresses (Postfix alone "
			"takes a bare address); localhost is each sender itself, whose mail comes back. When "
			"no "
			"other host is left, mail is returned.",
			"Name a host that has an address of its own. A missing final dot in the zone file, or "
			"an address in place of a name, is the usual cause.",
			"RFC 1035 3.3.9, RFC 1123 2.1, RFC 5321 5.1, RFC 6761 6.3"},
	[FINDING_DNSSEC_BOGUS] = {"A lookup fails, but works when the resolver is told not to check "
							  "signatures: they are missing, expired or wrong.",
		"Every sender behind a validating resolver (the large ones among them) cannot find the "
		"domain or the host and keeps the mail.",
		"Sign the zone anew, check that signing runs, and that the DS record in the parent zone "
		"belongs to a key in use. delv and dnsviz.net show the broken link.",
		"RFC 4035 5, RFC 7672 2.1.1"},
	[FINDING_DENIAL_BROKEN] = {"A lookup of what does not exist fails, in place of an answer that "
							   "proves it. Asked with "
							   "--denial-probe, and where a TLSA lookup failed.",
		"Senders with DANE cannot tell \"no TLSA records\" from an attack: they use another host "
		"or keep the mail.",
		"Sign the zone with software that makes NSEC or NSEC3 records for all of it, and update "
		"name servers that drop or refuse questions of types they do not know.",
		"RFC 4035 3.1.3, 5.4, RFC 7672 2.1.2"},
	[FINDING_MX_INSECURE] =
		{"The hosts have signed TLSA records, but the MX answer that leads to them is not signed.",
			"Whoever can forge the MX answer leads mail to a host of his own; the hosts' DANE does "
			"not help against it.",
			"Sign the mail domain's zone and have the DS record published. --insecure-mx-policy "
			"says what the records count for meanwhile.",
			"RFC 7672 2.2.1"},
	[FINDING_HOST_INSECURE] = {"The address records of the MX host are not signed, so that senders "
							   "do not even ask for TLSA records.",
		"All mail to this host: an attacker on the way can read and change it without being "
		"noticed.",
		"Sign the zone that the host is in, or where it is signed have the DS record published; "
		"TLSA records there have to match before. If it is somebody else's, ask the provider, or "
		"move; "
		"meanwhile check it with --level=verify, or accept it with --state=host-insecure=ok.",
		"RFC 7672 2.2.2"},
	[FINDING_TLSA_INSECURE] = {"TLSA records exist, but their zone is not signed.",
		"Nobody uses these records: they protect no mail.",
		"See that they match what the server shows; then sign the zone and have the DS record "
		"published in its parent.",
		"RFC 6698 4.1, RFC 7672 2.2"},
	[FINDING_DANE_NOT_APPLICABLE] =
		{"The destination is an address or a UNIX socket, which has no TLSA records.",
			"Nobody. But nothing was verified: the certificate may be anybody's.",
			"Give --hostname a mail domain, or a host's name in brackets. For an address there is "
			"--level=fingerprint.",
			"RFC 7672 2.2"},
	[FINDING_TLSA_MISSING] = {"The host's zone is signed, but there are no TLSA records for it. A "
							  "DS record or TLSA records that vanished look like this.",
		"An attacker on the way can read and change mail to this host: senders take any "
		"certificate, or none.",
		"Publish the record that the text names. A host with several addresses or types of "
		"certificates needs one for each key, all at once: --all and --key-types show them. If "
		"DANE "
		"is not wanted, check the certificate with --level=verify, or accept it with "
		"--state=tlsa-missing=ok.",
		"RFC 7672 2.2, 3.1"},
	[FINDING_TLSA_UNUSABLE] = {"There are signed TLSA records, but SMTP can use none of them: "
							   "usage 0 or 1, unknown selectors or types, or broken data.",
		"Senders with DANE use TLS, but cannot tell whom they talk to.",
		"Publish a record 3 1 1 of the server's key, or 2 1 1 of its issuer's.",
		"RFC 7672 3.1.3, RFC 7671 4.1"},
	[FINDING_TLSA_RECORD_UNUSABLE] = {"Some TLSA records of the host cannot be used, others can.",
		"Nobody yet. After the next change of keys the usable ones may be gone.",
		"Remove or mend the records; the text says what is wrong with each.",
		"RFC 7672 3.1.3, RFC 7671 4.1"},
	[FINDING_TLSA_MISPLACED] =
		{"There are TLSA records for the mail domain, but none for the MX host.",
			"Nobody looks at records there: they protect no mail.",
			"Publish them at the name of the MX host: _25._tcp.<MX host>.", "RFC 7672 2.2.3"},
	[FINDING_TLSA_ANCHOR_NOT_SENT] =
		{"The only TLSA record that matches holds the whole key or certificate of an anchor (2 1 "
		 "0, 2 0 0), and the server does not send that anchor.",
			"Senders whose TLS library cannot take the anchor from the record (most others than "
			"OpenSSL) keep the mail.",
			"Let the server send the chain up to and including the anchor, or publish 3 1 1 of its "
			"own key.",
			"RFC 7671 5.2.3"},
	[FINDING_AUTH_DROPS_TLSA] =
		{"A name server of the zone answers for SOA, but a question for TLSA is ignored or ends in "
		 "an error (NOTIMP, REFUSED, SERVFAIL), over UDP or TCP.",
			"Senders with DANE whose resolver meets this server: without an answer they must not "
			"deliver to the host, and keep the mail. Others on the list may hide it for long.",
			"Update the name server, or let what stands in front of it (firewall, load balancer, "
			"protection against floods) pass all types.",
			"RFC 7672 2.1.2, --auth-servers"},
	[FINDING_AUTH_DIFFER] =
		{"The name servers of one zone do not say the same: other TLSA records than the one with "
		 "the newest zone, no signatures with them, or no service at all.",
			"Senders whose resolver asked the wrong one: they compare the certificate with records "
			"that are out of date, or cannot validate the answer, and keep the mail.",
			"Right after a change wait for the transfer. Else see why the server does not get the "
			"zone, or signs (or strips) it on its own.",
			"RFC 1034 4.3.5, RFC 6781 4.1, --auth-servers"},
	[FINDING_AUTH_TCP_FAILS] =
		{"A name server answers over UDP, but TCP port 53 is closed or silent.",
			"Resolvers need TCP when an answer is longer than UDP carries, which many TLSA records "
			"with signatures are. Then the lookup fails (this is CRITICAL here), and DANE senders "
			"keep the mail.",
			"Open TCP port 53 in the firewall and the name server.", "RFC 7766 5, --auth-servers"},
	[FINDING_RRSIG_EXPIRY] =
		{"A DNSSEC signature that DANE depends on has less time left than --rrsig asks for.",
			"Nobody yet; afterwards every validating sender keeps the mail.",
			"See whether signing still runs and whether its result reaches all name servers.",
			"RFC 4035 5.3.1, --rrsig"},
	[FINDING_RRSIG_NOT_YET_VALID] = {"A DNSSEC signature begins in the future.",
		"Validating senders keep the mail until then. If the resolver accepts it, the clock of "
		"this machine is wrong.",
		"Compare the clocks of signer, resolver and this machine.", "RFC 4035 5.3.1"},
	[FINDING_DNSSEC_SHA1] = {"An answer that DANE needs is signed by algorithm 5 or 7 only, which "
							 "use SHA-1.",
		"Validators that follow RFC 9905 take such a zone as unsigned, although this resolver "
		"does not: mail from senders behind them is no longer protected.",
		"Roll the zone over to algorithm 13 (or 8): sign with both, wait, then replace the DS "
		"record in its parent, and drop the old keys when its TTL has passed. Signatures by the "
		"new one alone below a DS of the old one are bogus, and mail stops.",
		"RFC 9905 2, RFC 6781 4.1.4"},
	[FINDING_DENIAL_ENT] =
		{"The name servers say that _tcp.<host> does not exist, although TLSA records exist below "
		 "it: an empty non-terminal is taken for nothing.",
			"Resolvers that ask for no more of a name than they must believe that there is nothing "
			"below: senders behind them see no TLSA records, and the mail is not protected.",
			"Update the name servers, or sign anew with software that knows empty non-terminals. A "
			"TXT record at _tcp.<host> helps meanwhile.",
			"RFC 8020 2, RFC 9156 2"},
	[FINDING_RESPONSE_TIME] = {"The run took longer (or shorter) than --warning and --critical "
							   "allow.",
		"Senders wait as long.",
		"The metrics time_dns, time_connect, time_banner and the others tell where the time went.",
		"--warning, --critical"},
	[FINDING_AUTH_SERVERS] =
		{"How many addresses of the zone's name servers were asked directly and answered. Where "
		 "this host has no route, time ran out or there were too many, the rest is told.",
			"Nobody.",
			"Where nobody answered, this host may not send to port 53 of others: allow it, or run "
			"the check elsewhere.",
			"--auth-servers"},
	[FINDING_OPTION_UNUSED] = {"An option was given, but what the DNS says made it pointless.",
		"Nobody.",
		"Leave the option out, or find out why the DNS says something else than you thought.",
		"--help"},
	[FINDING_TOO_MANY_NODES] =
		{"There are more addresses, or longer DNS answers, than one run looks at; the rest "
		 "was left out.",
			"Nobody; but trouble at the rest would not be seen.",
			"Check some hosts on their own, as [host].", "--all"},
	[FINDING_TOO_MANY_RECORDS] = {"A host has more A, AAAA or TLSA records than a run looks at; "
								  "the rest counts for nothing.",
		"Senders that look at no more either, as Postfix: a TLSA record behind the hundredth does "
		"not help them.",
		"Remove records that are not needed.", "--all"},
	[FINDING_TLSA_MANY] = {"The host has more than 12 TLSA records.",
		"Some large senders give up on such an answer; others have to ask again over TCP.",
		"Remove records of keys and issuers that will not come back.", "RFC 7672 3.1"},
	[FINDING_TLSA_PARTIAL] = {"There are TLSA records of a usage and selector (2 1, for example) "
							  "of which none matches "
							  "the chain, while records of another kind do.",
		"Senders that cannot use the other kind keep the mail; and the day the other kind "
		"fails, nothing is left.",
		"Publish records of that kind for the present chain, too, or remove them where they are "
		"not those of what comes next. --key-types tells whether they are of a certificate of "
		"another type.",
		"RFC 7671 8.1, --key-types"},
	[FINDING_TLSA_FRAGILE] = {"The only TLSA record that matches is about the whole certificate (3 "
							  "0 1), and no other one is published.",
		"Nobody yet. Each renewal makes another certificate, even with the same key: from then on "
		"senders with DANE keep the mail.",
		"Publish 3 1 1 of the server's key, and let the ACME client reuse the key or publish the "
		"next one beforehand.",
		"RFC 7671 5.1, 8.1"},
	[FINDING_ISSUER_RETIRED] =
		{"A TLSA record of usage 2 is of a key that a public CA has retired (by the table of "
		 "--issuers), and no other record of the host holds for what the CA issues now.",
			"Nobody, until the certificate is renewed; then senders with DANE keep the mail.",
			"Publish 3 1 1 of the server's key and keep that key at each renewal, or 2 1 1 of "
			"every "
			"issuer that the CA uses now or keeps ready.",
			"RFC 7671 5.2, --issuers"},
	[FINDING_ISSUER_SET_INCOMPLETE] =
		{"Only records of issuers match, and the CA has further issuers of this kind, in use or "
		 "ready, that have no record (by the table of --issuers).",
			"Nobody yet. CAs choose the issuer by themselves: after any renewal senders with DANE "
			"may keep the mail.",
			"Publish the records that the text ends with, or 3 1 1 of the server's key, which is "
			"then kept at each renewal; or pin the CA's root and have the server send it.",
			"RFC 7671 5.2, --issuers"},
	[FINDING_TLSA_NO_SPARE] = {"All usable TLSA records match what the server shows now; none is "
							   "for a key that comes next.",
		"Nobody, as long as the key stays. A key that has to be changed at once has no record that "
		"senders have seen.",
		"Make the next key now and publish its 3 1 1 beside the present one.",
		"RFC 7671 8.1, RFC 7672 8.1"},
	[FINDING_RENEWAL_RISK] =
		{"The certificate is past half its life (a third, if it lives less than 10 days), and all "
		 "TLSA records are of the present key.",
			"Nobody yet. If the renewal makes a new key, senders with DANE keep the mail from then "
			"on. If the key is reused, nothing happens.",
			"Publish 3 1 1 of the next key two TTLs before the renewal, or have the client reuse "
			"the key.",
			"RFC 7671 8.1, RFC 7672 8.1"},
	[FINDING_MX_ALIAS] = {"The name in an MX or SRV record is an alias (CNAME).",
		"Hardly anybody: nearly all senders follow it. With DANE TLSA records count at the name "
		"that "
		"it leads to, where its zone is signed, and else at the alias.",
		"Let the record name the host itself, by the name that the alias leads to.",
		"RFC 5321 5.1, RFC 2181 10.3, RFC 2782, RFC 7672 2.2.2"},
	[FINDING_TLSA_STALE] = {"TLSA records that match nothing that any node showed.",
		"Nobody: old records and those of the next key look like this.",
		"Remove records of keys that will not come back and that no other host shares by an "
		"alias; --key-types finds certificates of further types, and addresses of both families "
		"have to be looked at.",
		"RFC 7671 8.1, --all"},
	[FINDING_NEXT_UNPUBLISHED] = {"The key or certificate that is about to be deployed (--next) is "
								  "covered by no TLSA record that senders can use for this host, "
								  "or (with "
								  "--auth-servers) not on every name server.",
		"Nobody yet. Once it is deployed, every sender that does DANE defers its mail until a "
		"record "
		"is published and the old answers have left the caches.",
		"Publish the record in the text beside the present ones, wait twice the TTL of the TLSA "
		"records, and deploy only then. Remove the old record after that. Where senders can use "
		"no record of this kind (3 1) so far, publish that of the present key with it. A host "
		"that gets another key or none is left out by checking the others one by one: "
		"--hostname=[mx1.example.org].",
		"RFC 7671 8.1, 8.4, RFC 7672 3"},
	[FINDING_NEXT_COVERED] = {"A TLSA record of this host vouches for what is about to be deployed "
							  "(--next).",
		"Nobody: senders that do DANE will go on delivering.",
		"Nothing. Where the record was published a short while ago, wait until twice the TTL has "
		"passed.",
		"RFC 7671 8.1"},
};
