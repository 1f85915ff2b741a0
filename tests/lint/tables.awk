# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -f tables.awk -v kind=KIND FILE...: prints what a file says about options, one a line,
# sorted by the caller: "--long" or, where the kind knows letters, also "-x --long".
#   help        the output of --help=all: lines that start with an option
#   man         a man page: .TP/.IP/.It heads with options, \- for -
#   names       any other file: every --word in it

function words(line) {
	while (match(line, /(^|[^A-Za-z0-9-])--[a-z][a-z0-9-]*/)) {
		word = substr(line, RSTART, RLENGTH)
		sub(/^[^-]/, "", word)
		print word
		line = substr(line, RSTART + RLENGTH)
	}
}

# The head of an entry: letters and names up to the first two blanks in a row or the end.
function head(line, letter) {
	letter = match(line, /^-[A-Za-z0-9]([, ]|$)/) ? substr(line, 1, 2) : ""
	if (letter != "" && match(line, /--[a-z][a-z0-9-]*/)) {
		print letter " " substr(line, RSTART, RLENGTH)
	}
	words(line)
}

kind == "help" && /^[ \t]*-/ {
	sub(/^[ \t]*/, "")
	sub(/  .*/, "")
	head($0)
}

kind == "man" {
	gsub(/\\-/, "-")
	gsub(/\\f[A-Z]/, "")
	gsub(/\\f\([A-Z][A-Z]/, "")
	if (is_head || /^\.(IP|It|B|BR|BI|OP) .*-/) {
		line = $0
		gsub(/["]/, "", line)
		sub(/^\.[A-Za-z]+ +/, "", line)
		if (line ~ /^-/) {
			head(line)
		}
	}
	is_head = $0 ~ /^\.T[PQ]/
}

kind == "names" {
	words($0)
}
