# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -f generate.awk -v out=FOLDER -v every=N TABLE...
# Makes a scenario of each row of the tables, of every N-th when a sample is enough, and prints their names. Each is
# played twice: as everybody does, and with all that a run can be asked for.

BEGIN {
	states["fine"] = "OK"
	states["bad"] = "(WARNING|CRITICAL)"
	states["crit"] = "CRITICAL"
	states["nook"] = "(WARNING|CRITICAL|UNKNOWN)"
	states["notbad"] = "(OK|WARNING)"
	states["any"] = "(OK|WARNING|CRITICAL|UNKNOWN)"
	# What costs a run time to take is not taken for long.
	states["flood"] = "CRITICAL"
	# The same, and nobody waits for long.
	states["silent"] = states["bad"]
	states["quiet"] = states["nook"]
	states["still"] = states["any"]
	n_stages = split("greeting ehlo starttls tlsehlo quit", stages, " ")
	codes["greeting"] = "220"
	codes["ehlo"] = "250"
	codes["starttls"] = "220"
	codes["tlsehlo"] = "250"
	codes["quit"] = "221"
	mx = "example.test. MX 10 mx1.example.test. AD"
	host = "mx1.example.test. A 127.0.0.2 AD"
	tlsa = "_$PORT._tcp.mx1.example.test. TLSA 3 1 1 @spki(good) AD"
}

function trim(text) {
	sub(/^[ \t]+/, "", text)
	sub(/[ \t]+$/, "", text)
	return text
}

# Literally: neither expressions nor & mean anything.
function replace(text, what, by,    at, done) {
	done = ""
	while ((at = index(text, what)) > 0) {
		done = done substr(text, 1, at - 1) by
		text = substr(text, at + length(what))
	}
	return done text
}

function put(line) {
	print line >file
}

# False when this one is not in the sample.
function begin(kind, name) {
	if (count++ % every != 0) {
		return 0
	}
	file = out "/" kind "-" name ".scn"
	print file
	put("# hostile " kind ": " name)
	put("in-turn")
	return 1
}

function zones(lines,    n, i, line) {
	n = split(replace(lines, "\\; ", "\001"), line, "; ")
	for (i = 1; i <= n; i++) {
		line[i] = replace(replace(replace(trim(line[i]), "$MX", mx), "$TLSA", tlsa), "\001", "; ")
		put("zone " (line[i] == "$A" ? host : line[i]))
	}
}

function server() {
	put("smtpd 127.0.0.2 optional")
	put("  accept forever")
}

function say(lines,    n, i, line) {
	n = split(lines, line, "; ")
	for (i = 1; i <= n; i++) {
		put("  " trim(line[i]))
	}
}

# What everybody says up to the handshake.
function until_tls() {
	say("send 220 mx1.example.test ESMTP; may EHLO *; send 250-mx1.example.test; send 250 STARTTLS; may STARTTLS; send 220 go")
}

function runs(class,    quick, run) {
	quick = class ~ /^(silent|quiet|still)$/
	run = "run check_smtp_tls -H example.test -p $PORT -t 15" \
		(quick ? " --greeting-timeout=300ms --command-timeout=300ms" : "") \
		(quick && kind == "dns" ? " --dns-timeout=400ms" : "") # a busy machine must not make a resolver silent
	one_run(run, class)
	one_run(run " --all -vvv --key-types -r 10ms -m 1", class)
	close(file)
}

function one_run(run, class) {
	put(run)
	put("first ^SMTP_TLS " states[class] " - ")
	put("cpu " (class == "flood" ? 250 : 2000))
	put("memory 65536")
}

# One reply at one stage, and the dialogue around it.
function smtp(name, class, verbs, stage,    code, fine, line) {
	if (!begin("smtp", name "-" stage)) {
		return
	}
	code = codes[stage]
	fine = class == "fine" || stage == "quit"
	verbs = replace(replace(verbs, "$L", code (stage == "ehlo" ? "-" : " ")), "$C", code)
	zones("$MX; $A; $TLSA")
	server()
	say(stage == "greeting" ? verbs : "send 220 mx1.example.test ESMTP")
	if (stage != "greeting" || fine) {
		put("  may EHLO *")
		if (stage == "ehlo") {
			say(verbs)
		} else {
			put("  send 250-mx1.example.test")
		}
		if (stage != "ehlo" || fine) {
			put("  send 250 STARTTLS")
			put("  may STARTTLS")
			say(stage == "starttls" ? verbs : "send 220 go")
			if (stage != "starttls" || fine) {
				put("  tls good mayfail")
				put("  may *")
				say(stage == "tlsehlo" ? verbs : "send 250 mx1.example.test")
				if (stage != "tlsehlo" || fine) {
					put("  may *")
					say(stage == "quit" ? verbs : "send 221 bye")
				}
			}
		}
	}
	if (!fine) {
		put("  polite")
	}
	runs(stage != "quit" ? class : class == "silent" ? "silentquit" : "fine")
}

function tls(name, class, verbs) {
	if (!begin("tls", name)) {
		return
	}
	zones("$MX; $A; $TLSA")
	server()
	until_tls()
	say(verbs)
	put("  polite")
	runs(class)
}

# "; " begins another certificate, "; ladder N WORDS" N of them, each the issuer of the next and the last that of x.
function certificates(words,    n, i, j, cert, part, above, chain) {
	n = split(words, cert, "; ")
	for (i = 2; i <= n; i++) {
		if (cert[i] !~ /^ladder /) {
			put("cert " trim(cert[i]))
			continue
		}
		split(cert[i], part, " ")
		above = chain = "inter"
		for (j = 1; j <= part[2]; j++) {
			put("cert ladder" j " ca=yes san=none chain=none issuer=" above " " substr(cert[i], length(part[2]) + 9))
			above = "ladder" j
			chain = above "," chain
		}
		cert[1] = cert[1] " issuer=" above " chain=" chain
	}
	put("cert x " trim(cert[1]))
}

function certificate(name, class, words, record, verbs) {
	if (!begin("certificates", name)) {
		return
	}
	certificates(words)
	zones("$MX; $A; _$PORT._tcp.mx1.example.test. TLSA " record " AD")
	server()
	until_tls()
	say(verbs)
	runs(class)
}

function dns(name, class, lines) {
	if (begin("dns", name)) {
		zones(lines)
		server()
		until_tls()
		say("tls good mayfail; polite")
		runs(class)
	}
}

function resolver(mode, class) {
	if (begin("dns", "resolver-" mode)) {
		put("resolver " mode)
		zones("$MX; $A; $TLSA")
		server()
		until_tls()
		say("tls good mayfail; polite")
		runs(class)
	}
}

# One case of a row, with its value in place.
function one_case(kind, name, class, rest, value) {
	if (value ~ /^[0-9]+_[0-9]+_[0-9]+_/) {
		gsub(/_/, " ", value)
	}
	rest = replace(rest, "%d", value)
	rest = replace(rest, "%02x", sprintf("%02x", value))
	rest = replace(rest, "%s", value)
	if (kind == "tls") {
		tls(name, class, rest)
	} else {
		dns(name, class, rest)
	}
}

function fields(n,    rest, i) {
	rest = $0
	for (i = 1; i <= n; i++) {
		rest = trim(rest)
		rest = substr(rest, length($i) + 1)
	}
	return trim(rest)
}

FNR == 1 {
	kind = FILENAME
	sub(/.*\//, "", kind)
	sub(/\.table$/, "", kind)
	states["silentquit"] = "OK"
}

/^#/ || NF == 0 {
	next
}

kind == "smtp" {
	for (s = 1; s <= n_stages; s++) {
		smtp($1, $2, fields(2), stages[s])
	}
	next
}

kind == "certificates" && $2 == "shown" {
	certificate($1, $3, fields(3), "3 1 1 @spki(x)", "client-hello; shown x; close")
	next
}

kind == "certificates" {
	shakes_hands = "tls x mayfail; polite"
	certificate($1 "-key", $2, fields(3), "3 1 1 @spki(x)", shakes_hands)
	certificate($1 "-whole", $2 == "fine" ? "notbad" : $2, fields(3), "3 0 1 @cert(x)", shakes_hands)
	certificate($1 "-issuer", $3, fields(3), "2 0 1 @cert(inter)", shakes_hands)
	certificate($1 "-other", "bad", fields(3), "3 1 1 @spki(good2)", shakes_hands)
	next
}

$1 == "resolver" {
	resolver($2, $3)
	next
}

$1 == "series" {
	rest = fields(3)
	at = index(rest, " :: ")
	n_values = split(substr(rest, at + 4), values, " ")
	for (v = 1; v <= n_values; v++) {
		one_case(kind, $2 "-" v, $3, substr(rest, 1, at - 1), values[v])
	}
	next
}

{
	one_case(kind, $1, $2, fields(2), "")
}
