#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Has each parser a fuzz target? What is one is told by its name in a header; tests/fuzz/parsers says which target feeds
# it. Has each target its corpus, and not too much of it? Prints TAP.
srcdir=${srcdir:-.}
here=$srcdir/tests/fuzz
LC_ALL=C
export LC_ALL
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
number=0
failed=0

judge() { # NAME: fine when nothing is in complaints
	number=$((number + 1))
	if [ -s "$tmp/complaints" ]; then
		echo "not ok $number - $1"
		sed 's/^/# /' "$tmp/complaints"
		failed=1
	else
		echo "ok $number - $1"
	fi
	: >"$tmp/complaints"
}

# Comments hold names, too, but of functions that are somewhere else.
cat "$srcdir"/lib/*/*.h "$srcdir"/plugins/*/*.h |
	sed -e 's|/\*.*||' -e '/^ \*/d' |
	grep -oE '[a-z0-9_]+_(parse|read|feed|load|expand|covers|key_tag|steady|status|plain|family)\(' |
	tr -d '(' | grep -vxE '[a-z_]*phrase_plain|text_.*' | sort -u >"$tmp/functions"
grep -v '^#' "$here/parsers" >"$tmp/rows"
cut -d' ' -f1 "$tmp/rows" | sort >"$tmp/listed"
: >"$tmp/complaints"

echo 1..6
[ "$(wc -l <"$tmp/functions")" -gt 40 ] || echo "only $(wc -l <"$tmp/functions") parsers are found" >"$tmp/complaints"
judge "parsers are found in the headers"
comm -23 "$tmp/functions" "$tmp/listed" | sed 's/$/ has no row in tests\/fuzz\/parsers/' >"$tmp/complaints"
judge "each has a row"
comm -13 "$tmp/functions" "$tmp/listed" | sed 's/$/ is no parser of any header, or has two rows/' >"$tmp/complaints"
judge "each row has a parser, once"
while read -r function target rest; do
	source=$here/fuzz_$target.c
	case $target in
	-) [ -n "$rest" ] || echo "$function: nobody says why it has no target" ;;
	*) grep -qw "${rest:-$function}" "$source" || echo "$function: $source does not call ${rest:-it}" ;;
	esac
done <"$tmp/rows" >"$tmp/complaints" 2>&1
judge "each target calls what its row says"
for source in "$here"/fuzz_*.c; do
	name=${source##*/fuzz_}
	name=${name%.c}
	n=$(find "$here/corpus/$name" -type f 2>/dev/null | wc -l)
	{ [ "$n" -gt 0 ] && [ "$n" -le 200 ]; } || echo "corpus/$name has $n files"
	grep -q "^FUZZ_TARGETS += tests/fuzz/fuzz_$name\$" "$here/local.mk" || echo "$name is not in local.mk"
	grep -q "FUZZ_REQUIRE" "$source" || echo "$name requires nothing"
done >"$tmp/complaints"
judge "each target is built, requires something and has a corpus of 1 to 200 files"
for folder in corpus dictionary; do
	for file in "$here/$folder"/*; do
		[ -e "$here/fuzz_${file##*/}.c" ] || echo "$folder/${file##*/}: there is no such target"
	done
done >"$tmp/complaints"
judge "no corpus and no dictionary is without a target"
exit $failed
