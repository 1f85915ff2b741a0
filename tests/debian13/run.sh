#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The project on Debian 13: newer gcc, OpenSSL (raw public keys), c-ares and Postfix. In a folder made by
# debootstrap it builds with warnings as errors, runs "make check", then the lab of real servers, then raw
# public keys and what is post-quantum. Usage: run.sh SRCDIR; as root; needs Debian's mirror.
#
#   KEEP=1        keep the folder, and use it again the next time
#   DEBIAN13=DIR  the folder; default /var/tmp/check_smtp_tls-debian13 with KEEP, else a new one
#   MIRROR=URL    default: where this machine's packages come from
#   STEPS="..."   default "gcc interop rpk pq": steps of contrib/run-tests, raw public keys, and what is
#                 post-quantum (the scenarios beside this file, of which the first step made the runner); "compare"
#                 is the part of interop that has posttls-finger beside our program
#
# All that runs in there lives in namespaces of its own for processes and mounts: when this ends, it ends.
# The last line is the count: N passed, N failed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
src=$(cd "${1:?"usage: run.sh SRCDIR"}" && pwd)
# shellcheck source=tests/newcomer/folder.sh
. "$here/../newcomer/folder.sh"

say() {
	printf '%s\n' "$*"
}

skip() {
	say "1..0 # SKIP $*"
	[ -z "${NO_SKIP:-}" ] || exit 1
	exit 0
}

die() {
	say "Bail out! $*"
	exit 1
}

if [ -z "${DEBIAN13_INSIDE:-}" ]; then
	trouble=$(folder_trouble)
	[ -z "$trouble" ] || skip "$trouble"
	if [ -n "${KEEP:-}" ]; then
		DEBIAN13=${DEBIAN13:-/var/tmp/check_smtp_tls-debian13}
		mkdir -p "$DEBIAN13"
	else
		DEBIAN13=$(mktemp -d "${DEBIAN13:-/var/tmp/check_smtp_tls-debian13}.XXXXXX")
	fi
	DEBIAN13_INSIDE=1
	export DEBIAN13 DEBIAN13_INSIDE
	code=0
	folder_enter 5400 "$here/run.sh" "$src" || code=$?
	[ -n "${KEEP:-}" ] || rm -rf "$DEBIAN13"
	exit "$code"
fi

root=$DEBIAN13
log=$root/log
work=$root/project
steps=${STEPS:-gcc interop rpk pq}

inside() { # COMMAND...
	folder_run "$root" "$@"
}

# What the steps need: packages by name, from the lists that the tests keep.
packages() {
	{
		echo gcc libc6-dev make autoconf automake pkgconf libssl-dev libc-ares-dev check xz-utils \
			ca-certificates openssl
		cat "$src/tests/unit/packages" "$src/tests/interop/packages"
	} | tr ' ' '\n' | sort -u
}

make_folder() {
	if [ ! -e "$root/.made" ]; then
		folder_make trixie "$root" "$log" || {
			tail -n 15 "$log"
			die "debootstrap failed"
		}
		: >"$root/.made"
	fi
	folder_open "$root"
}

# Asks the mirror only when something is missing.
install_packages() {
	# shellcheck disable=SC2046 # a list of names
	set -- $(packages)
	if [ "$(inside dpkg-query -W -f '${db:Status-Status}\n' "$@" 2>/dev/null | grep -cx installed)" -lt $# ]; then
		say "# installing packages"
		{
			inside apt-get -q update &&
				inside apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 install "$@"
		} >>"$log" 2>&1 </dev/null || { tail -n 15 "$log"; die "packages could not be installed"; }
	fi
}

passed=0 failed=0 skipped=0

# Add the count in the last line of what a step printed, or the points of its TAP.
count() { # OUTPUT
	counts=$(awk '
		/^ok .*# *SKIP/ { s++; next }
		/^ok [0-9]/ { p++ }
		/^not ok / { f++ }
		/^[0-9]+ passed, [0-9]+ failed/ { total = 1; tp = $1; tf = $3; ts = $5 }
		END { if (total) print tp + 0, tf + 0, ts + 0; else print p + 0, f + 0, s + 0 }' "$1")
	passed=$((passed + ${counts%% *})) skipped=$((skipped + ${counts##* }))
	counts=${counts#* }
	failed=$((failed + ${counts% *}))
}

# step COMMAND...: what it prints is shown and counted; failing without a failed point is a failure.
step() {
	before=$failed
	code=0
	inside sh -c 'cd /project && exec "$@"' sh "$@" >"$root/out" 2>&1 </dev/null || code=$?
	grep -v '^ok ' "$root/out" || true
	count "$root/out"
	[ "$code" -eq 0 ] || [ "$failed" -gt "$before" ] || failed=$((failed + 1))
}

make_folder
install_packages
folder_copy "$src" "$work"
say "# $(inside gcc --version | head -n 1); $(inside openssl version); c-ares $(inside pkg-config --modversion libcares); Postfix $(inside postconf -d -h mail_version)"
for name in $steps; do
	case $name in
	compare) step env NO_SKIP=1 make -s -C build-gcc compare ;;
	pq) step sh -c 'cd build-gcc && exec tests/scenario/scenario-runner ../tests/debian13/*.scn' ;;
	rpk) step env NO_SKIP=1 sh tests/debian13/rpk.sh build-gcc/plugins ;;
	*) step env NO_SKIP=1 contrib/run-tests --no-install "$name" ;;
	esac
done
rm -f "$root/out"
say "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
