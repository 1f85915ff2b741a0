# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# What the rules about C share: awk -f code.awk -f RULES.awk ...  A file begins with in_comment = 0.

# The line without comments and literals; in_comment goes on over lines.
function code(line, out, c, two) {
	out = ""
	while (line != "") {
		two = substr(line, 1, 2)
		c = substr(line, 1, 1)
		if (in_comment) {
			in_comment = two != "*/"
			line = substr(line, in_comment ? 2 : 3)
		} else if (two == "/*") {
			in_comment = 1
			line = substr(line, 3)
		} else if (two == "//") {
			line = ""
		} else if (c == "\"" && match(line, /^"([^"\\]|\\.)*"/)) {
			out = out "\"\""
			line = substr(line, RLENGTH + 1)
		} else if (c == "'" && match(line, /^'([^'\\]|\\.)*'/)) {
			out = out "0"
			line = substr(line, RLENGTH + 1)
		} else {
			out = out c
			line = substr(line, 2)
		}
	}
	return out
}

# Does the code call, or mention as a whole word, one of the words?
function calls(line, words) {
	return match(line, "(^|[^A-Za-z0-9_])(" words ")[ \t]*\\(")
}

function mentions(line, words) {
	return match(line, "(^|[^A-Za-z0-9_])(" words ")([^A-Za-z0-9_]|$)")
}
