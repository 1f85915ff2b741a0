# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: size -A OBJECT... | awk -f globals.awk
# Prints one line per object that has writable data: constant tables with pointers lie in
# .data.rel.ro and are none.

/:$/ || / :$/ {
	object = $1
}

# OpenSSL calls a provider without anything of ours by which its state could be found.
object ~ /(^|\/)tls_narrow\.o$/ {
	next
}

$1 ~ /^\.(data|bss|tdata|tbss)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0 {
	print object ": " $2 " bytes of writable " $1
	bad = 1
}

END {
	exit bad
}
