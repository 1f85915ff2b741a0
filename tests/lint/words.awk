# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# usage: awk -f code.awk -f words.awk FILE...  with files named lib/..., plugins/..., tests/...
# Prints one line per banned word, boolean parameter, file that is too long, source that does not say
# what it is, or option of a program that lib/ names outside of what it says to users of check_smtp_tls
# (verdict, render). Comments and otherwise the contents of strings and character constants do not count.

function complain(what) {
	print FILENAME ":" FNR ": " what
	bad = 1
}

FNR == 1 {
	in_comment = 0
	path = "/" FILENAME
	in_lib = path ~ /\/lib\/[a-z]+\/[^\/]*$/
	knows_no_option = in_lib && path !~ /\/lib\/(verdict|render)\//
	in_io = path ~ /\/lib\/io\//
	in_tests = path ~ /\/tests\//
}

knows_no_option && !/^[ \t]*(\/?\*|\/\/)/ && /"[^"]*--[a-z]/ {
	complain("lib/ does not know what a program calls its options: say err_set_about()")
}

# Behind the line about the licence.
FNR == 2 && FILENAME ~ /\.c$/ && !/^\/\* / {
	complain("the second line does not say in a comment what this file is")
}

FNR == 401 {
	complain("more than 400 lines")
}

{
	text = code($0)
	if (calls(text, "strcpy|strcat|sprintf|vsprintf|strtok|atoi|gets|alloca|setjmp|longjmp|sleep|usleep")) {
		complain("banned: " substr(text, RSTART, RLENGTH))
	}
	if (in_lib && calls(text, "printf|vprintf|puts|putchar|perror|exit|getenv|secure_getenv")) {
		complain("banned in lib: " substr(text, RSTART, RLENGTH))
	}
	if (in_lib && mentions(text, "stderr|stdout")) {
		complain("banned in lib: " substr(text, RSTART, RLENGTH))
	}
	if (in_lib && !in_io && calls(text, "poll|ppoll|select|pselect|epoll_wait")) {
		complain("only lib/io waits: " substr(text, RSTART, RLENGTH))
	}
	if (!in_tests && (text ~ /[(,][ \t]*bool [a-z_]+[,)]/ || text ~ /^\t+bool [a-z_]+[,)]/)) {
		complain("a boolean parameter")
	}
	if (length(text) > 0 && text ~ /[ \t]$/ && $0 ~ /[ \t]$/) {
		complain("blanks at the end of the line")
	}
}

END {
	exit bad
}
