# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Judge an lcov trace file: lib/ as a whole, and the files of pure decisions on their own. Prints every
# file that is not covered in full and what falls short; exits 1 when something does.
function short(what, hit, all, want) {
	if (hit * 100 < want * all) {
		printf "coverage: %s has %.1f %% of its lines covered, %d %% is the least\n", what,
			hit * 100 / all, want
		failed = 1
	}
}

# A header is there once for each file that includes it: a line counts once, and as covered if it is
# covered anywhere.
/^SF:/ {
	name = match($0, /lib\/[a-z]+\/[a-z0-9_]+\.[ch]$/) ? substr($0, RSTART) : ""
}
/^DA:/ && name != "" {
	split(substr($0, 4), field, ",")
	line = name ":" field[1]
	if (!(line in seen)) {
		seen[line] = 1
		found[name]++
		lib_found++
	}
	if (field[2] > 0 && !(line in reached)) {
		reached[line] = 1
		hit[name]++
		lib_hit++
	}
}

END {
	if (lib_found == 0) {
		print "coverage: no line of lib/ was run"
		exit 1
	}
	for (name in found) {
		if (hit[name] < found[name]) {
			printf "coverage: %5.1f %% %s\n", hit[name] * 100 / found[name], name
		}
		if (name ~ /^lib\/verdict\/verdict[a-z_]*\.c$/ || name == "lib/probe/tls_policy.c") {
			short(name, hit[name] + 0, found[name], 100)
		}
	}
	printf "coverage: %5.1f %% lib/\n", lib_hit * 100 / lib_found
	short("lib/", lib_hit, lib_found, 90)
	exit failed
}
