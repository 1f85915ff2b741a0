# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -f layers.awk layers FILE...  with files named lib/ROOM/NAME or plugins/...
# Prints one line per include that breaks the order of the rooms.

function complain(what) {
	print FILENAME ":" FNR ": " what
	bad = 1
}

function is_data(header, i) {
	for (i = 1; i <= n_data; i++) {
		if (header == data[i] || (data[i] ~ /\/\*$/ && index(header, substr(data[i], 1, length(data[i]) - 1)) == 1)) {
			return 1
		}
	}
	return 0
}

function check_own(header, to) {
	to = header
	sub(/\/.*/, "", to)
	if (!(to in rank) || header !~ /\//) {
		complain("\"" header "\" is not the header of a room")
	} else if (rank[to] > rank[from]) {
		complain("room " from " includes " header ", which lies below it")
	} else if ((from in plain) && to != from && !(to in plain) && !is_data(header)) {
		complain("room " from " includes " header ", which is no data header")
	} else if (is_data(self) && !is_data(header)) {
		complain("a data header includes " header ", which is none")
	}
}

function check_foreign(header, f) {
	for (f in foreign) {
		if (index(header, f) == 1 && index(foreign[f], " " from " ") == 0) {
			complain("<" header "> belongs to" foreign[f] "alone")
		}
	}
}

FNR == 1 {
	path = FILENAME
	sub(/^.*\/lib\//, "lib/", path)
	self = path
	sub(/^lib\//, "", self)
	from = path ~ /^lib\// ? self : "plugins"
	sub(/\/.*/, "", from)
}

NR == FNR {
	if ($1 == "room") {
		rank[$2] = ++n_rooms
	} else if ($1 == "data") {
		data[++n_data] = $2
	} else if ($1 == "foreign") {
		foreign[$2] = " "
		for (i = 3; i <= NF; i++) {
			foreign[$2] = foreign[$2] $i " "
		}
	} else if ($1 == "plain") {
		for (i = 2; i <= NF; i++) {
			plain[$i] = 1
		}
	} else if ($1 != "" && $1 !~ /^#/) {
		complain("unknown statement " $1)
	}
	next
}

FNR == 1 && path ~ /^lib\// && !(from in rank) {
	complain("room " from " is not in the list")
}

/^[ \t]*#[ \t]*include[ \t]*"/ {
	split($0, part, "\"")
	if (from != "plugins") {
		check_own(part[2])
	}
}

/^[ \t]*#[ \t]*include[ \t]*</ {
	split($0, part, /[<>]/)
	check_foreign(part[2])
}

END {
	exit bad
}
