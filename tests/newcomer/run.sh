#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The two commands of the README as a newcomer types them: in clean folders of Debian, made by debootstrap, one
# after the other, each alone, and twice. Usage: run.sh SRCDIR; as root; needs Debian's mirror. Prints TAP; exit 1
# if a point failed.
#
#   NO_SKIP=1  what cannot be done here is a failure
#   KEEP=1     keep the folders
#   MIRROR=URL default: where this machine's packages come from

# shellcheck disable=SC1091,SC2016,SC2034,SC2154 # files of ours, what they read and set; the shell in there
here=$(cd "$(dirname "$0")" && pwd)
src=$(cd "${1:?"usage: run.sh SRCDIR"}" && pwd)
. "$here/folder.sh"
. "$here/../interop/tap.sh"
tap_about="clean folders of Debian"

if [ -z "${NEWCOMER:-}" ]; then
	trouble=$(folder_trouble)
	[ -z "$trouble" ] || tap_skip_all "$trouble"
	NEWCOMER=$(mktemp -d /var/tmp/check_smtp_tls-newcomer.XXXXXX) || exit 1
	export NEWCOMER
	# A terminal's keys and timeout's signals reach us; what runs in there ends with its namespaces.
	trap : INT TERM HUP
	folder_enter 1440 "$here/run.sh" "$src"
	code=$?
	if [ -n "${KEEP:-}" ]; then
		echo "# kept $NEWCOMER"
	else
		rm -rf "$NEWCOMER"
	fi
	exit "$code"
fi

out=$NEWCOMER/out
project=check_smtp_tls

# as USER COMMAND: logged in, in the folder of the project; what it prints goes to $out.
as() {
	as_begin=$(date +%s)
	folder_run "$root" su -l "$1" -c "cd $project && $2" >"$out" 2>&1 </dev/null
	as_code=$?
	echo "# $suite, $1: $2 ($(($(date +%s) - as_begin)) s): $(tail -n 1 "$out")"
	return "$as_code"
}

# point NAME COMMAND...: true if the command succeeds; else the names of what failed in there are shown, and what was
# printed last.
point() {
	point_name="$suite: $1"
	shift
	if "$@"; then
		tap_ok "$point_name"
	else
		grep -E '^[[:space:]]*(FAIL|ERROR|XPASS|FAILED|not ok|make: \*\*\*)' "$out" | cut -c 1-200 | head -n 20 >"$out.names"
		tail -n 40 "$out" >"$out.end"
		tap_not_ok "$point_name" "$out.names" "$out.end"
	fi
}

quickstart() { # USER
	as "$1" contrib/quickstart && tail -n 1 "$out" | grep -q '^The program is /'
}

run_tests() { # USER
	as "$1" contrib/run-tests && tail -n 1 "$out" | grep -Eq '^[1-9][0-9]+ passed, 0 failed'
}

# Every command that is shown with a demo domain, without its ports, with the state that follows.
shown() { # FILE
	sed 's/^    //' "$1" | awk '
		/^\$ (check_smtp_tls|smtp-tls-finger) .*demo\.test/ {
			gsub(/[0-9][0-9][0-9][0-9]+/, "N")
			command = $0
			next
		}
		command != "" {
			print command ": " ($1 == "SMTP_TLS" ? $2 : $1)
			command = ""
		}'
}

shows_as_readme() {
	shown "$src/README.md" >"$out.readme"
	shown "$out" >"$out.shown"
	diff "$out.readme" "$out.shown" >"$out"
}

no_dist() {
	! as root 'make -C build dist' && grep -q 'xz is missing' "$out" &&
		! ls "$root/root/$project/build"/*.tar* >/dev/null 2>&1
}

# autoreconf was interrupted: configure is there, but not all of it, and it is the newest file of all.
broken_generation() {
	rm -f "$root/root/$project/build-aux/generated" "$root/root/$project/Makefile.in"
	head -n 2000 "$root/root/$project/configure" >"$out.half"
	cat "$out.half" >"$root/root/$project/configure"
	quickstart root
}

# What still runs in there, by arguments, parent and state; who has ended and waits for its parent's notice does not run.
goes_on() {
	for goes_on_proc in "$root"/proc/[0-9]*; do
		grep -q '^State:[[:space:]]*[^ZX[:space:]]' "$goes_on_proc/status" 2>/dev/null &&
			grep -qEx 'make|run-tests|timeout|tap-driver.sh|scenario-runner|test_.*|check_smtp_tls|smtp-tls-.*' \
				"$goes_on_proc/comm" 2>/dev/null &&
			tr '\0' ' ' <"$goes_on_proc/cmdline" &&
			sed -n -E 's/^(PPid|NSpgid|State|SigBlk|SigIgn|SigPnd|ShdPnd):/\1/p' "$goes_on_proc/status" | tr -s '[:space:]' ' ' && echo
	done 2>/dev/null
}

# The key reaches the terminal's process group; timeout sends the signal to such a group. When it comes back,
# nothing goes on: what is left of processes in here is ours. Who was killed may need a moment to be gone.
interrupted() {
	cat >"$root/root/press" <<'END'
rm -f build/logs/check.log
timeout 900 contrib/run-tests &
while kill -0 $! && ! grep -qs '^PASS: ' build/logs/check.log; do sleep 0.1; done
sleep 3
date '+the key is pressed at %s'
kill -INT $!
wait $!
END
	as root 'sh ../press'
	interrupted_after=$(date +%s)
	interrupted_before=$(sed -n 's/^the key is pressed at //p' "$out")
	interrupted_left=50
	while [ -n "$(goes_on)" ] && [ "$interrupted_left" -gt 0 ]; do
		interrupted_left=$((interrupted_left - 1))
		sleep 0.1
	done
	goes_on >>"$out"
	grep -q '^interrupted in step check' "$out" && tail -n 1 "$out" | grep -q '^interrupted' &&
		[ "$((interrupted_after - interrupted_before))" -lt 30 ]
}

# with_blank COMMAND
with_blank() {
	[ -d "$root/root/with blank" ] || folder_copy "$src" "$root/root/with blank/$project"
	folder_run "$root" "/root/with blank/$project/$1" >"$out" 2>&1 </dev/null
	[ "$?" = 1 ] && [ "$(wc -l <"$out")" -eq 1 ] && grep -q 'blank' "$out"
}

# fresh USER: the clean folder again, with the project in the user's home. Packages that were fetched before
# are at hand; the lists of them are not.
fresh() {
	[ -z "${root:-}" ] || folder_close "$root"
	root=$NEWCOMER/$suite-$1
	cp -a "$NEWCOMER/$suite" "$root"
	folder_open "$root"
	mount --bind "$NEWCOMER/$suite/var/cache/apt/archives" "$root/var/cache/apt/archives"
	if [ "$1" = root ]; then
		folder_copy "$src" "$root/root/$project"
		return
	fi
	folder_run "$root" sh -c 'apt-get -q update && apt-get -q -y --no-install-recommends install sudo &&
		useradd -m "$1" && echo "$1 ALL=(ALL) NOPASSWD: ALL" >/etc/sudoers.d/newcomer' sh "$1" >"$out" 2>&1 </dev/null
	folder_copy "$src" "$root/home/$1/$project"
	folder_run "$root" chown -R "$1:" "/home/$1/$project"
}

base() { # SUITE
	suite=$1
	folder_make "$suite" "$NEWCOMER/$suite" "$out"
}

if ! base bookworm; then
	tap_skip_all "debootstrap failed: $(tail -n 1 "$out")"
fi
echo "TAP version 13"
fresh root
point 'quickstart works in a clean folder' quickstart root
point 'quickstart shows what the README shows' shows_as_readme
point 'make dist without xz says so, and leaves no tarball' no_dist
point 'run-tests works after it' run_tests root
point 'quickstart works again' quickstart root
point 'run-tests works again' run_tests root
point 'run-tests ends at once when it is interrupted' interrupted
point 'quickstart makes up for an interrupted autoreconf' broken_generation
point 'quickstart says what is wrong with a blank in the path' with_blank contrib/quickstart
point 'run-tests says what is wrong with a blank in the path' with_blank contrib/run-tests
# The other way round, as somebody else; on the next Debian if the mirror has it.
if ! folder_has trixie; then
	echo "# the mirror has no Debian 13"
elif ! base trixie; then
	tap_not_ok "trixie: debootstrap makes a folder" "$out"
	suite=bookworm
fi
fresh newcomer
point 'run-tests works alone, as a user with sudo' run_tests newcomer
point 'quickstart works after it' quickstart newcomer
folder_close "$root"
echo "1..$tap_count"
[ "$tap_failed" -eq 0 ]
