#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# smtp-tls-finger over the real program: its name, environment, main.cf, file names. Prints TAP; needs no network.
program=${SMTP_TLS_FINGER:-plugins/smtp-tls-finger}
LC_ALL=C
export LC_ALL
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
number=0
failed=0

# run NAME CODE ARGUMENT...: standard output goes to out, standard error to err
run() {
	name=$1
	wanted=$2
	shift 2
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	code=$?
	verdict=true
	[ "$code" = "$wanted" ] || verdict=false
}

has() { # FILE LINE: the whole line is there
	grep -qxF -e "$2" "$tmp/$1" || verdict=false
}

lines() { # FILE NUMBER
	[ "$(wc -l <"$tmp/$1")" -eq "$2" ] || verdict=false
}

done_() {
	number=$((number + 1))
	if $verdict; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		echo "# exit code $code"
		sed 's/^/# /' "$tmp/out" "$tmp/err"
		failed=1
	fi
}

path=$(cd "$(dirname "$program")" && pwd)/$(basename "$program")
ln -s "$path" "$tmp/other-name"
mkdir "$tmp/cf" "$tmp/bad" "$tmp/empty"
: >"$tmp/empty/main.cf"
MAIL_CONFIG=$tmp/empty
export MAIL_CONFIG

run 'the prefix of a line is the name the program was called by' 1 "$tmp/other-name" -a x
has out "other-name: fatal: bad '-a' option value: x"
lines err 0
done_
run 'and so is the name in the usage' 1 "$tmp/other-name"
grep -q '^usage: other-name \[' "$tmp/err" || verdict=false
lines err 5
lines out 0
done_
run 'an empty main.cf is one' 1 "$path" '[a'
has out 'smtp-tls-finger: fatal: missing "]" in server description: [a'
lines out 1
done_
MAIL_CONFIG=$tmp/nonexistent
run 'MAIL_CONFIG names a directory that has a main.cf, whatever else is wrong' 1 "$path" -Z '[a'
has out "smtp-tls-finger: fatal: open $tmp/nonexistent/main.cf: No such file or directory"
lines out 1
lines err 0
done_
printf '# a comment\nsmtputf8_enable = no\ndnssec_probe =\n  ns:example.org\nhosts = $mydomain\n' >"$tmp/cf/main.cf"
printf 'no equals sign\n' >"$tmp/bad/main.cf"
MAIL_CONFIG=$tmp/cf
run 'main.cf is read' 1 "$path" 'b\303\274.example'
done_
MAIL_CONFIG=$tmp/bad
run 'a main.cf that cannot be understood is fatal, before any option' 1 "$path" -Z
grep -q '^smtp-tls-finger: fatal: ' "$tmp/out" || verdict=false
lines err 0
done_
mkdir "$tmp/folder" "$tmp/folder/main.cf"
MAIL_CONFIG=$tmp/folder
run 'so is one that cannot be read' 1 "$path" -a x
grep -q '^smtp-tls-finger: fatal: ' "$tmp/out" || verdict=false
lines out 1
done_
mkdir "$tmp/pipe"
mkfifo "$tmp/pipe/main.cf"
MAIL_CONFIG=$tmp/pipe
run 'and one that is a pipe: it is not an empty file' 1 "$path" -a x
has out "smtp-tls-finger: fatal: open $tmp/pipe/main.cf: is a pipe: a file is needed"
lines out 1
done_
MAIL_CONFIG=$tmp/empty
MAIL_VERBOSE=1
export MAIL_VERBOSE
run 'MAIL_VERBOSE has no effect' 1 "$path" '[a'
lines out 1
done_
run '-o has its value checked' 1 "$path" -o line_length_limit=1 x
grep -q '^smtp-tls-finger: fatal: .*line_length_limit' "$tmp/out" || verdict=false
done_
run 'a path too long for a socket is fatal' 1 "$path" -S "unix:/$(printf '%0200d' 0)"
grep -q '^smtp-tls-finger: fatal: unix-domain name too long: /0000' "$tmp/out" || verdict=false
done_
run 'lines that find no standard output are an error' 1 sh -c '"$0" -lmay "[127.0.0.1]:1" >&-' "$path"
lines err 0
done_
echo "1..$number"
exit $failed
