# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -f language.awk LANGUAGE.md SOURCE...: every word that the scenario runner compares with or has in a table
# stands in the page in backticks, and the first word of each row of the page is one of them. Prints one line per complaint.

function learn(text, word) {
	while (match(text, /`[^`]*`/)) {
		word = substr(text, RSTART + 1, RLENGTH - 2)
		text = substr(text, RSTART + RLENGTH)
		gsub(/[^A-Za-z0-9@$.-]+/, " ", word)
		told = told " " word " "
	}
}

FNR == 1 {
	files++
}

files == 1 && /^\| `/ {
	match($0, /^\| `[A-Za-z-]+/)
	row[substr($0, 4, RLENGTH - 3)] = FNR
}

files == 1 {
	learn($0)
	next
}

# Tables ({"word", ...) and comparisons (str...cmp(x, "word").
{
	line = $0
	while (match(line, /(\{|setting\([^"]*|str[a-z]*cmp\([^"]*)"[@$]?[A-Za-z][A-Za-z0-9.-]*[( ]?"/)) {
		part = substr(line, RSTART, RLENGTH)
		line = substr(line, RSTART + RLENGTH)
		sub(/^[^"]*"/, "", part)
		gsub(/[( ]?"$/, "", part)
		known[part] = 1
		if (part !~ /^(check_smtp_tls|127\.|TLS)$/ && index(told, " " part " ") == 0 && !complained[part]++) {
			print FILENAME ":" FNR ": tests/scenario/LANGUAGE.md does not tell of \"" part "\""
			bad = 1
		}
	}
}

END {
	for (word in row) {
		if (!(word in known)) {
			print "tests/scenario/LANGUAGE.md:" row[word] ": nobody knows \"" word "\""
			bad = 1
		}
	}
	exit bad
}
