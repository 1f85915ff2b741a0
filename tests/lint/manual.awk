# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -f manual.awk PAGE...
# Macros of two faces (.BR, .IR and so on) put their words together without a blank: words that are meant to
# stand apart have to be quoted. Prints one line per place where two words, or a comma and a word, would touch.

# The next word of the rest of the line; quotes are gone.
function next_word(word) {
	sub(/^[ \t]+/, "", rest)
	if (rest ~ /^"/) {
		match(rest, /^"[^"]*"?/)
		word = substr(rest, 2, RLENGTH - 2)
	} else {
		match(rest, /^[^ \t]*/)
		word = substr(rest, 1, RLENGTH)
	}
	rest = substr(rest, RLENGTH + 1)
	return word
}

/^\.(BR|RB|BI|IB|RI|IR) / {
	rest = substr($0, 5)
	before = next_word()
	while (rest !~ /^[ \t]*$/) {
		word = next_word()
		if ((before ~ /[a-z0-9][a-z0-9]$/ || before ~ /[,;]$/) && word ~ /^[a-z][a-z]/) {
			print FILENAME ":" FNR ": no blank between \"" before "\" and \"" word "\""
			bad = 1
		}
		before = word
	}
}

END {
	exit bad
}
