# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -f code.awk -f openings.awk openings FILE...  with files named lib/... and plugins/...
# Prints one line per call that opens a file outside of the one place for it, unless the table has it; per row of the
# table that nobody needs; and per descriptor that is made without the flags that keep it from children and from
# blocking.

function complain(what) {
	print FILENAME ":" FNR ": " what
	bad = 1
}

function may(call) {
	used[call " " path] = 1
	return (call " " path) in allowed
}

# A member that is called so is another function.
function check(text, call, before) {
	while (match(text, "[A-Za-z_][A-Za-z0-9_]*[ \t]*\\(")) {
		call = substr(text, RSTART, RLENGTH - 1)
		before = RSTART > 1 ? substr(text, RSTART - 1, 1) : " "
		text = substr(text, RSTART + RLENGTH)
		sub(/[ \t]+$/, "", call)
		if (before !~ /[.>]/ && call ~ opening && !may(call)) {
			complain(call "(): files are opened by io/file.h; exceptions stand in tests/lint/openings")
		}
	}
}

BEGIN {
	opening = "^(open|open64|openat|openat64|openat2|creat|creat64|fopen|fopen64|freopen|fdopen|tmpfile|tmpnam|" \
		"mkstemp|mkostemp|mkstemps|shm_open|opendir|fdopendir|scandir|nftw|ftw|glob|" \
		"BIO_new_file|BIO_new_fp|BIO_read_filename|PEM_read_[A-Za-z0-9_]+|d2i_[A-Za-z0-9_]+_fp|" \
		"X509_LOOKUP_[a-z_]*file|X509_LOOKUP_add_dir|X509_load_[a-z_]*file|X509_STORE_(load|set_default)_[a-z_]+|" \
		"SSL_(CTX_)?use_[A-Za-z_]*file|SSL_(CTX_)?load_[A-Za-z_]+|SSL_CTX_set_default_verify_[a-z]+|" \
		"SSL_add_[a-z_]+_cert_subjects_to_stack|OSSL_STORE_open[a-z_]*|NCONF_load|CONF_modules_load_file[a-z_]*)$"
}

FILENAME == ARGV[1] {
	if ($1 != "" && $1 !~ /^#/) {
		if (NF < 3) {
			complain("nobody says why")
		}
		allowed[$1 " " $2] = FNR
	}
	table = FILENAME
	next
}

FNR == 1 {
	in_comment = 0
	path = FILENAME
	sub(/^.*\/lib\//, "lib/", path)
	sub(/^.*\/plugins\//, "plugins/", path)
}

{
	text = code($0)
	gsub(/PEM_read_bio/, "in_memory", text)
	check(text)
	if (calls(text, "socket|socketpair|accept|accept4") && text !~ /SOCK_CLOEXEC/) {
		complain("a socket without SOCK_CLOEXEC")
	}
	if (calls(text, "socket|socketpair|accept|accept4") && text !~ /SOCK_NONBLOCK/) {
		complain("a socket without SOCK_NONBLOCK")
	}
	if (calls(text, "pipe") || (calls(text, "pipe2") && text !~ /O_CLOEXEC/)) {
		complain("a pipe without O_CLOEXEC")
	}
	if (calls(text, "epoll_create|eventfd|inotify_init|signalfd|dup2") ||
		(calls(text, "epoll_create1") && text !~ /EPOLL_CLOEXEC/)) {
		complain("a descriptor that children inherit")
	}
}

END {
	for (row in allowed) {
		if (!(row in used)) {
			print table ":" allowed[row] ": nobody needs it: " row
			bad = 1
		}
	}
	exit bad
}
