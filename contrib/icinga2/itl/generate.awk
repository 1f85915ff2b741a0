# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -f generate.awk -v form=conf|doc ../smtp_tls.conf
# The CheckCommand in the form that the Icinga Template Library takes, to be sent upstream: the object for
# itl/plugins-contrib.d/network-services.conf without our comments, and the section of doc/10-icinga-template-library.md.

BEGIN {
	if (form == "conf") {
		print "/* Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later */"
	}
	if (form == "doc") {
		print "#### smtp_tls <a id=\"plugin-contrib-command-smtp_tls\"></a>"
		print ""
		print "The `check_smtp_tls` plugin checks whether the TLS of a mail server is what senders need: it looks up MX, address"
		print "and TLSA records with DNSSEC, connects as a sending server would, starts TLS, and verifies the certificate by DANE"
		print "(RFC 7672), by CA or by fingerprint."
		print ""
		print "Custom variables passed as [command parameters](03-monitoring-basics.md#command-passing-parameters):"
		print ""
		print "Name                               | Description"
		print "-----------------------------------|--------------"
	}
}

/^object CheckCommand/ { inside = 1 }

form == "conf" && inside && !/^\t*\/\// { print }

# An argument: its variables, whether it is required, and what it is.
form == "doc" && inside {
	if ($0 ~ /^\t\t"--/) {
		n = 0
		required = 0
		flag = 0
	}
	rest = $0
	while (match(rest, /\$smtp_tls_[a-z0-9_]*\$/)) {
		word = substr(rest, RSTART + 1, RLENGTH - 2)
		seen = 0
		for (i = 1; i <= n; i++) seen = seen || name[i] == word
		if (!seen) name[++n] = word
		rest = substr(rest, RSTART + RLENGTH)
	}
	if ($1 == "required") required = 1
	if ($1 == "set_if" && $0 !~ /{{/) flag = 1
	if ($1 == "description") {
		text = $0
		sub(/^[^"]*"/, "", text)
		sub(/"[^"]*$/, "", text)
		gsub(/\|/, "\\|", text)
	}
	if ($0 ~ /^\t\t}/) {
		for (i = 1; i <= n; i++) {
			printf "%-34s | **%s.** %s%s.\n", name[i], required ? "Required" : "Optional", flag ? "A flag. " : "", text
		}
	}
}
