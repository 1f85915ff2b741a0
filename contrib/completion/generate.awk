# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: PROGRAM --help=table | awk -f generate.awk -v program=PROGRAM -v shell=bash|zsh|fish [-v operand=host|file]
# Writes the completion of a program from its table of options: letter, names, argument, words, help, with
# tabs between them. "make completion" writes all files here; lint holds them against the table.

BEGIN {
	FS = "\t"
	fn = "_" program
	gsub(/-/, "_", fn)
	states = "ok info warning critical unknown"
	# What is worth suggesting where the table has no list of all that is allowed.
	hint["--port"] = "smtp submission submissions smtps lmtp"
	hint["--match"] = "hostname nexthop dot-nexthop"
	hint["--servername"] = "hostname nexthop none"
	hint["--digest"] = "sha256 sha384 sha512 sha1"
	hint["--reconnect"] = "1 2 500ms"
	hint["--protocols"] = ">=TLSv1 >=TLSv1.2 >=TLSv1.3"
	hint["--min-protocol"] = "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"
	hint["--min-key"] = "rsa:2048 rsa:3072 ec:224 ec:256"
	hint["--expect-ehlo"] = hint["--forbid-ehlo"] = "REQUIRETLS clear:AUTH"
	hint["--dnssec-probe"] = "ns:."
	hint["--certificate"] = "14,7 25%,10% 36h,12h"
	hint["--rrsig"] = "2d,12h 25%,6%"
	hint["--at"] = "+14d"
	hint["--timeout-result"] = "ok warning critical unknown"
	hint["--log"] = "none routine certmatch untrusted verbose cache dane ssl-debug trace debug"
	hint["--submit"] = "icinga2=https://"
	hint["--fail-on"] = "unknown warning critical"
	hint["--max-age"] = "90m 12h 7d"
	hint["--param"] = "myhostname= inet_protocols= tls_medium_cipherlist= tls_high_cipherlist= " \
		"tls_eecdh_auto_curves= tls_dane_digests= tls_ssl_options= tls_append_default_CA="
}

{
	n++
	letter[n] = $1
	names[n] = $2
	split($2, name, " ")
	argument[n] = $3
	words[n] = $4 != "" ? $4 : hint[name[1]]
	help[n] = $5
	kind[n] = kind_of($3, words[n])
}

function kind_of(arg, list) {
	if (arg == "") return "flag"
	if (arg ~ /^\[[a-z]+\]$/) return "attached"
	if (arg ~ /^FILE/) return "file"
	if (arg == "DIRECTORY") return "folder"
	if (arg == "FINDING") return "finding"
	if (arg == "FINDING=STATE") return "state"
	if (arg == "DESTINATION" || arg == "HOST") return "host"
	if (list == "") return "any"
	if (arg == "NAME=VALUE") return "assignment"
	return arg ~ /^(WORD|TYPE:BITS)\[,/ ? "list" : "words"
}

# The first clause of the help.
function clause(text) {
	sub(/ \(.*/, "", text)
	sub(/[;:] .*/, "", text)
	return text
}

function quoted(text) {
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}

function top(comment) {
	print comment "# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later"
	print "# " shell " completion for " program ", made of its table of options by generate.awk: do not edit."
}

# "-H | --hostname"
function pattern(i, text) {
	text = letter[i] " " names[i]
	gsub(/^ +| +$/, "", text)
	gsub(/ +/, " | ", text)
	return text
}

function bash_words(i) {
	if (kind[i] == "words") return "words=" quoted(words[i])
	if (kind[i] == "attached") return "[[ -n $attached ]] && words=" quoted(words[i]) " || how=options"
	if (kind[i] == "list") return "words=" quoted(words[i]) " how=list"
	if (kind[i] == "assignment") return "words=" quoted(words[i]) " how=assignment"
	if (kind[i] == "finding") return "words=$(" fn "_findings)"
	if (kind[i] == "state") return "how=state"
	if (kind[i] == "any") return "return"
	return "how=" kind[i]
}

function bash_reply(how, command) {
	print "\t" how ")"
	print "\t\tmapfile -t COMPREPLY < <(" command " -- \"$text\")"
	if (how != "host") print "\t\tcompopt -o filenames 2>/dev/null"
	print "\t\treturn"
	print "\t\t;;"
}

function bash(i, all) {
	top("")
	print "# shellcheck shell=bash"
	print ""
	print fn "_findings() {"
	print "\t\"${COMP_WORDS[0]}\" --list-findings 2>/dev/null | sed -n 's/^\\([a-z][a-z0-9-]*\\) .*/\\1/p'"
	print "}"
	print ""
	print fn "() {"
	print "\tlocal i=$COMP_CWORD text=${COMP_WORDS[COMP_CWORD]} option='' how=words words='' head='' attached='' last"
	print "\t# put together what bash took apart at equals signs and colons"
	print "\twhile ((i > 1)) && [[ ${COMP_WORDS[i]} == [=:] || ${COMP_WORDS[i - 1]} == [=:] ]]; do"
	print "\t\ti=$((i - 1))"
	print "\t\ttext=${COMP_WORDS[i]}$text"
	print "\tdone"
	print "\tif [[ $text == --*=* ]]; then"
	print "\t\toption=${text%%=*} text=${text#*=} attached=yes"
	print "\telse"
	print "\t\toption=${COMP_WORDS[i - 1]}"
	print "\tfi"
	print "\tcase $option in"
	for (i = 1; i <= n; i++) {
		if (kind[i] != "flag") {
			print "\t" pattern(i) ") " bash_words(i) " ;;"
		}
		all = all (names[i] != "" ? " " names[i] : " " letter[i])
	}
	print "\t*) how=options ;;"
	print "\tesac"
	print "\tcase $how in"
	print "\toptions)"
	if (operand != "") {
		print "\t\tif [[ $text != -* ]]; then"
		print "\t\t\tmapfile -t COMPREPLY < <(compgen " (operand == "host" ? "-A hostname" : "-f") " -- \"$text\")"
		if (operand == "file") print "\t\t\tcompopt -o filenames 2>/dev/null"
		print "\t\t\treturn"
		print "\t\tfi"
	}
	print "\t\twords=" quoted(substr(all, 2))
	print "\t\t;;"
	bash_reply("file", "compgen -f")
	bash_reply("folder", "compgen -d")
	bash_reply("host", "compgen -A hostname")
	print "\tlist) [[ $text != *,* ]] || head=${text%,*}, ;;"
	print "\tstate)"
	print "\t\tif [[ $text == *=* ]]; then"
	print "\t\t\thead=${text%=*}= words=" quoted(states)
	print "\t\telse"
	print "\t\t\twords=$(" fn "_findings | sed 's/$/=/')"
	print "\t\t\tcompopt -o nospace 2>/dev/null"
	print "\t\tfi"
	print "\t\t;;"
	print "\tassignment) compopt -o nospace 2>/dev/null ;;"
	print "\tesac"
	print "\tlast=${text#\"$head\"}"
	print "\tmapfile -t COMPREPLY < <(compgen -P \"$head\" -W \"$words\" -- \"$last\")"
	print "\t# bash replaces only what is behind the last equals sign or colon"
	print "\tfor head in = :; do"
	print "\t\tif [[ $text == *$head* && $COMP_WORDBREAKS == *$head* ]]; then"
	print "\t\t\tCOMPREPLY=(\"${COMPREPLY[@]#\"${text%\"$head\"*}$head\"}\")"
	print "\t\tfi"
	print "\tdone"
	print "}"
	print ""
	print "complete -F " fn " " program
}

function zsh_action(i) {
	if (kind[i] == "words") return "(" words[i] ")"
	if (kind[i] == "list") return "_sequence compadd - " words[i]
	if (kind[i] == "assignment") return "compadd -S \"\" - " words[i]
	if (kind[i] == "finding") return fn "_finding"
	if (kind[i] == "state") return fn "_state"
	if (kind[i] == "file") return "_files"
	if (kind[i] == "folder") return "_files -/"
	if (kind[i] == "host") return "_hosts"
	return " "
}

# Colons and brackets mean something in these.
function zsh_text(text) {
	gsub(/\\/, "\\\\", text)
	gsub(/\[/, "\\[", text)
	gsub(/\]/, "\\]", text)
	gsub(/:/, "\\:", text)
	return text
}

function zsh_spec(i, option, form, repeated, told) {
	told = "[" zsh_text(clause(help[i])) "]"
	repeated = help[i] ~ /[Mm]ay be repeated/ || letter[i] == "-v" ? "*" : ""
	if (kind[i] == "flag") return quoted(repeated option told)
	if (kind[i] == "attached" && option ~ /^--/) return quoted(option "=-" told "::" zsh_text(argument[i]) ":(" words[i] ")")
	if (kind[i] == "attached") return quoted(option told)
	form = option (option ~ /^--/ ? "=" : "+")
	return quoted(repeated form told ":" zsh_text(argument[i]) ":" (kind[i] ~ /^(words|list|assignment)$/ ? zsh_words(i) : zsh_action(i)))
}

function zsh_words(i, text) {
	text = zsh_action(i)
	gsub(/:/, "\\:", text)
	return text
}

function zsh(i, k, m, name) {
	print "#compdef " program
	top("")
	print ""
	print fn "_finding() {"
	print "\tcompadd -- $(_call_program findings $words[1] --list-findings | sed -n 's/^\\([a-z][a-z0-9-]*\\) .*/\\1/p')"
	print "}"
	print ""
	print fn "_state() {"
	print "\tif compset -P '*='; then"
	print "\t\tcompadd -- " states
	print "\telse"
	print "\t\tcompadd -S = -- $(_call_program findings $words[1] --list-findings | sed -n 's/^\\([a-z][a-z0-9-]*\\) .*/\\1/p')"
	print "\tfi"
	print "}"
	print ""
	print "_arguments -s -S \\"
	for (i = 1; i <= n; i++) {
		m = split(letter[i] " " names[i], name, " ")
		for (k = 1; k <= m; k++) {
			print "\t" zsh_spec(i, name[k]) " \\"
		}
	}
	if (operand == "file") print "\t'*:list:_files'"
	else print "\t" (operand == "host" ? "'*:destination:_hosts'" : "&& return 0")
}

# fish reads what -a gives as a command line once more, in which these mean something.
function fish_words(i, text) {
	text = words[i]
	gsub(/[<>|&;()$*?~#{}"'\\\[\]]/, "\\\\&", text)
	return quoted(text)
}

function fish_values(i) {
	if (kind[i] == "flag") return "-f"
	if (kind[i] == "attached") return "-f -a " fish_words(i)
	if (kind[i] == "words" || kind[i] == "assignment") return "-x -a " fish_words(i)
	if (kind[i] == "list") return "-x -a " quoted("(__fish_complete_list , 'string split \" \" \"" words[i] "\"')")
	if (kind[i] == "finding") return "-x -a '(_" fn "_findings)'"
	if (kind[i] == "state") return "-x -a '(_" fn "_states)'"
	if (kind[i] == "file") return "-r -F"
	if (kind[i] == "folder") return "-x -a '(__fish_complete_directories)'"
	if (kind[i] == "host") return "-x -a '(__fish_print_hostnames)'"
	return "-x"
}

function fish(i, k, m, name, line) {
	top("")
	print ""
	print "function _" fn "_findings"
	print "\tset -l line (commandline -opc)"
	print "\t$line[1] --list-findings 2>/dev/null | string match -r '^[a-z][a-z0-9-]*(?= )'"
	print "end"
	print ""
	print "function _" fn "_states"
	print "\tfor finding in (_" fn "_findings)"
	print "\t\tprintf '%s\\n' $finding={ok,info,warning,critical,unknown}"
	print "\tend"
	print "end"
	print ""
	print "complete -c " program (operand == "file" ? " -F" : " -f") (operand == "host" ? " -a '(__fish_print_hostnames)'" : "")
	for (i = 1; i <= n; i++) {
		line = "complete -c " program
		if (letter[i] != "") line = line " -s " substr(letter[i], 2)
		m = split(names[i], name, " ")
		for (k = 1; k <= m; k++) line = line " -l " substr(name[k], 3)
		print line " " fish_values(i) " -d " quoted(clause(help[i]))
	}
}

END {
	if (shell == "bash") bash()
	if (shell == "zsh") zsh()
	if (shell == "fish") fish()
}
