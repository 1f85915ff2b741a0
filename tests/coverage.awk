# Judge an lcov trace file: lib/ as a whole, and the files of pure decisions on their own. Prints what
# falls short and exits 1 then.
function short(what, hit, all, want) {
	if (all > 0 && hit * 100 < want * all) {
		printf "coverage: %s has %.1f %% of its lines covered, %d %% is the least\n", \
			what, hit * 100 / all, want
		failed = 1
	}
}

/^SF:/ { file = substr($0, 4) }
/^LF:/ { found = substr($0, 4) + 0 }
/^LH:/ { hit = substr($0, 4) + 0 }
/^end_of_record/ {
	if (match(file, /lib\/[a-z]+\/[a-z0-9_]+\.[ch]$/)) {
		name = substr(file, RSTART)
		lib_found += found
		lib_hit += hit
		printf "coverage: %5.1f %% %s\n", found > 0 ? hit * 100 / found : 100, name
		if (name ~ /^lib\/verdict\/verdict[a-z_]*\.c$/ || name == "lib/probe/tls_policy.c") {
			short(name, hit, found, 100)
		}
	}
}

END {
	if (lib_found == 0) {
		print "coverage: no line of lib/ was run"
		exit 1
	}
	printf "coverage: %5.1f %% lib/\n", lib_hit * 100 / lib_found
	short("lib/", lib_hit, lib_found, 90)
	exit failed
}
