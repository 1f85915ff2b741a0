# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -v version=VERSION -f join.awk main.py PART.py... main.py
# One program of its parts: the beginning of the first file, the others, its rest. What parts import from each other
# is dropped, for it is all there.

BEGIN {
	for (i = 2; i < ARGC; i++) {
		part = ARGV[i]
		sub(/.*\//, "", part)
		sub(/\.py$/, "", part)
		here[part] = 1
	}
}

FNR == 1 {
	files++
	imports = 0
}

/^(import|from) / {
	imports = 1
}

files == 1 && imports {
	next
}

# The last is the first once more.
files > 1 && files == ARGC - 1 && !imports {
	next
}

/^from / && ($2 in here) {
	next
}

files > 1 && /^# Copyright / {
	print "\n"
	next
}

{
	sub(/@VERSION@/, version)
	print
}
