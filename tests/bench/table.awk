# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# From lines "PROGRAM FIGURE VALUE", several of which make a median, to two tables and the judgement as TAP.
# minimal_max, posttls_max, further_max: how much of their instructions, and a further node of those of a further bare
# probe, we may take.

{
	if (!($1 in seen)) {
		seen[$1] = 1
		row[++rows] = $1
	}
	key = $1 SUBSEP $2
	value[key, ++count[key]] = $3 + 0
}

function median(name, figure,    key, n, i, j, sorted, swap) {
	key = name SUBSEP figure
	n = count[key]
	if (n == 0) {
		return 0
	}
	for (i = 1; i <= n; i++) {
		sorted[i] = value[key, i]
		for (j = i; j > 1 && sorted[j] < sorted[j - 1]; j--) {
			swap = sorted[j]
			sorted[j] = sorted[j - 1]
			sorted[j - 1] = swap
		}
	}
	return sorted[int((n + 1) / 2)]
}

# A ratio, or "-" where one side was not measured.
function ratio(name, other, figure,    x, y) {
	x = median(name, figure)
	y = median(other, figure)
	return x > 0 && y > 0 ? sprintf("%.2f", x / y) : "-"
}

function print_row(name, minimal, peer) {
	printf "# %-16s %9.2f %9s %9.2f %9s %9.2f %9d %9s %6s\n", name, median(name, "instructions") / 1e6, \
		ratio(name, minimal, "instructions"), median(name, "cpu") / 1e3, ratio(name, peer, "cpu"), \
		median(name, "wall") / 1e3, median(name, "memory"), ratio(name, peer, "memory"), \
		(median(name, "waits") > 0 ? median(name, "waits") : "-")
}

function print_head(minimal, peer) {
	printf "# %-16s %9s %9s %9s %9s %9s %9s %9s %6s\n", "program", "M instr", "/" minimal, "cpu ms", "/" peer, \
		"wall ms", "peak KiB", "/" peer, "waits"
}

# What each of 99 more takes, in what each of 99 more bare handshakes does.
function further(    ours, bare) {
	ours = median("all-100", "instructions") - median("check_smtp_tls", "instructions")
	bare = median("bare-100", "instructions") - median("minimal", "instructions")
	return ours > 0 && bare > 0 ? sprintf("%.2f", ours / bare) : "-"
}

# A program of others that cannot be measured here says nothing about ours: only posttls-finger has to be.
function judge_peer(name,    x) {
	x = ratio("check_smtp_tls", name, "instructions")
	if (x == "-" && name != "posttls-finger" && median("check_smtp_tls", "instructions") > 0) {
		printf "ok %d - instructions of check_smtp_tls, in those of %s # SKIP that one failed here\n", ++points, name
	} else {
		judge("instructions of check_smtp_tls, in those of " name, x, name == "posttls-finger" ? posttls_max : 1)
	}
}

function judge(what, x, max) {
	printf "%sok %d - %s: %s, the limit is %s\n", (x != "-" && x + 0 <= max ? "" : "not "), ++points, what, \
		(x == "-" ? "not measured" : x), max
}

END {
	print_head("minimal", "posttls")
	for (i = 1; i <= rows; i++) {
		if (row[i] !~ /-100$/) {
			print_row(row[i], "minimal", "posttls-finger")
		}
	}
	print "#"
	print_head("bare", "bare")
	print_row("all-100", "bare-100", "bare-100")
	print_row("bare-100", "bare-100", "bare-100")
	judge("instructions of check_smtp_tls, in those of the minimal client", \
		ratio("check_smtp_tls", "minimal", "instructions"), minimal_max)
	judge("peak memory of check_smtp_tls, in that of posttls-finger", \
		ratio("check_smtp_tls", "posttls-finger", "memory"), 1)
	judge("waits of check_smtp_tls", (median("check_smtp_tls", "waits") > 0 ? median("check_smtp_tls", "waits") : "-"), 8)
	for (i = 1; i <= rows; i++) {
		# gnutls-cli without --dane verifies nothing: no peer, but good to know.
		if (row[i] !~ /-100$|^check_smtp_tls$|^smtp-tls-finger$|^minimal$|^gnutls-cli$/) {
			judge_peer(row[i])
		}
	}
	judge("instructions of --all over a hundred nodes, in those of a hundred bare probes", \
		ratio("all-100", "bare-100", "instructions"), 1.3)
	judge("instructions of each further node of them, in those of a further bare probe", further(), further_max)
	judge("CPU of --all over a hundred nodes, in that of a hundred bare probes", \
		ratio("all-100", "bare-100", "cpu"), 1.3)
	printf "1..%d\n", points
}
