# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -v root=DIR -f security.awk HEADER... SECURITY.md
# Every limit that SECURITY.md tells is a number in a header, which the programs use, and the test that it names is there.

function complain(what) {
	print FILENAME ":" FNR ": " what
	bad = 1
}

# "(100U * 1024U)" and the like.
function value(text, parts, n, i, product) {
	sub(/\/\*.*/, "", text)
	gsub(/[()U \t]/, "", text)
	n = split(text, parts, "*")
	product = 1
	for (i = 1; i <= n; i++) {
		product *= parts[i]
	}
	return product
}

FILENAME !~ /SECURITY\.md$/ && /^#define [A-Z_]+ +[(0-9]/ {
	name = $2
	text = $0
	sub(/^#define [A-Z_]+ +/, "", text)
	limits[name] = value(text)
}

FILENAME ~ /SECURITY\.md$/ && /^\| `[A-Z_]+` \|/ {
	n_rows++
	split($0, cells, "|")
	name = cells[2]
	gsub(/[` ]/, "", name)
	number = cells[3]
	gsub(/[, ]/, "", number)
	test = cells[5]
	gsub(/[` ]/, "", test)
	if (!(name in limits)) {
		complain(name " stands in no header")
	} else if (limits[name] != number) {
		complain(name " is " limits[name])
	}
	used = "grep -rhw --include=*.[ch] " name " \"" root "/lib\" \"" root "/plugins\" | grep -v \"#define *" name "\""
	if ((used | getline line) <= 0) {
		complain("nobody keeps to " name)
	}
	close(used)
	if ((getline line < (root "/" test)) <= 0) {
		complain(test " is not there")
	}
	close(root "/" test)
}

END {
	if (n_rows == 0) {
		print "SECURITY.md tells no limits"
		bad = 1
	}
	exit bad
}
