# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -v tests=DIR -f checklist.awk MANUAL CHECKLIST: every claim of posttls-finger is there once, and what
# its line names exists. Prints one line per complaint.

function complain(what) {
	print FILENAME ":" FNR ": " what
	bad = 1
}

function is_there(file, line, status) {
	status = (getline line <file)
	close(file)
	return status >= 0
}

# The manual's entries of differences.
FILENAME != last {
	files++
	last = FILENAME
}

files == 1 {
	in_differences = in_differences || /^\.SH DIFFERENCES/
	if (in_differences && /^\.IP "/) {
		gsub(/^\.IP "|".*$/, "")
		gsub(/\\-/, "-")
		entry[$0] = 1
	}
	next
}

/^#/ || /^$/ {
	next
}

{
	split($0, part, "\t")
	id = part[1]
	claim = substr(id, 1, 1)
	number = substr(id, 2) + 0
	kind = part[2]
	sub(/:.*/, "", kind)
	name = part[2]
	sub(/^[a-z]*: */, "", name)
	if (seen[id]++) {
		complain(id " is there twice")
	}
	where[id] = FNR
	count[claim]++
	if (kind == "test") {
		if (!is_there(tests "/" name)) {
			complain(id ": no file tests/" name)
		}
	} else if (kind == "difference") {
		if (!(name in entry)) {
			complain(id ": the manual has no difference \"" name "\"")
		}
	} else if (kind == "instead") {
		other[id] = name
	} else {
		complain(id ": neither test nor difference nor instead")
	}
}

END {
	split("C 43 D 24 N 41 A 49 V 43 T 29 P 33 O 24 R 21", wanted, " ")
	for (i = 1; i in wanted; i += 2) {
		for (k = 1; k <= wanted[i + 1]; k++) {
			if (!((wanted[i] k) in seen)) {
				print FILENAME ": " wanted[i] k " is missing"
				bad = 1
			}
		}
		total += wanted[i + 1]
	}
	for (id in other) {
		if (!(other[id] in seen)) {
			print FILENAME ": " id " names " other[id] ", which is not there"
			bad = 1
		}
	}
	for (id in seen) {
		total--
	}
	if (total != 0) {
		print FILENAME ": claims that nobody knows"
		bad = 1
	}
	exit bad
}
