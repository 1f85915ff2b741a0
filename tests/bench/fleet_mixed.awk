# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# A world (tests/fake/world.h) of n domains of all kinds, drawn by seed, for fleet_mixed; their names go to the file
# "list". TLS servers of their own or shared, dead ones, some that let clients wait or hang up, and DNS that is bogus,
# slow, silent or has its say over TCP only.

function pick(n) { # 0 .. n - 1, the same on every machine
	state = (state * 16807) % 2147483647
	return int(state / 7) % n
}

function zone(name, data, flags) {
	print "zone " name ". " data " " (flags == "" ? "AD" : flags)
}

function tlsa(host, cert, flags) {
	zone("_$PORT._tcp." host, "TLSA 3 1 1 @spki(" cert ")", flags)
}

function host(name, address, flags) {
	zone(name, "A " address, flags)
	tlsa(name, "good", flags)
}

function server(address, script) {
	print "smtpd " address " optional\n accept forever\n" script
}

BEGIN {
	state = seed * 7919 + 1
	pick(2)
	server("127.0.1.1", " greet\n polite") # for what asks the resolver alone
	for (i = 1; i <= 5; i++) {
		server("127.0.1." i + 10, " ready\n tls good\n polite")
		host("mx" i ".shared.test", "127.0.1." i + 10)
	}
	server("127.0.1.20", " hang")
	server("127.0.1.21", " pause 100\n reset")
	split("shared shared shared shared own own own second truncated delayed slowtlsa bogus boguskey mismatch " \
		"dead tarpit onetarpit resets hello cuts slow silent gone clear onereset", kinds, " ")
	n_kinds = length(kinds)
	for (i = 0; i < n; i++) {
		kind = kinds[1 + pick(n_kinds)]
		name = kind i ".test"
		mx = "mx." name
		address = "127.0.2." i + 1
		print name >list
		mx_flags = kind == "truncated" ? "AD TRUNCATE" : kind == "delayed" ? "AD DELAY=" 50 + pick(250) : kind == "bogus" ? "BOGUS" : "AD"
		if (kind == "shared") {
			mx = "mx" 1 + pick(5) ".shared.test"
		}
		if (kind == "gone") {
			zone(name, "NXDOMAIN")
			continue
		}
		zone(name, kind == "silent" ? "MX TIMEOUT" : "MX 10 " mx ".", kind == "silent" ? " " : mx_flags)
		if (kind == "second") {
			zone(name, "MX 20 mx1.shared.test.")
		}
		if (kind == "shared" || kind == "silent") {
			continue
		}
		if (kind == "onetarpit" || kind == "onereset") {
			address = kind == "onetarpit" ? "127.0.1.20" : "127.0.1.21"
		}
		zone(mx, "A " address)
		tlsa(mx, kind == "mismatch" ? "good2" : "good", kind == "slowtlsa" ? "AD DELAY=" 50 + pick(250) : kind == "boguskey" ? "BOGUS" : "AD")
		script = " ready\n tls good\n polite"
		if (kind == "second" || kind == "dead") {
			print "smtpd " address " refuse"
			continue
		}
		if (kind == "tarpit") {
			script = " hang"
		} else if (kind == "resets") {
			script = " pause 100\n reset"
		} else if (kind == "hello") {
			script = " greet\n want EHLO *\n close"
		} else if (kind == "cuts") {
			script = " ready\n reset"
		} else if (kind == "slow") {
			script = " pause " 50 + pick(200) "\n ready\n tls good\n polite"
		} else if (kind == "clear") {
			script = " greet\n polite"
		}
		if (kind != "onetarpit" && kind != "onereset") {
			server(address, script)
		}
	}
}
