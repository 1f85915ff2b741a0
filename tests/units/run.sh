#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The units of contrib/systemd under a real systemd: folders of Debian 12 and 13, made by debootstrap, get the packages
# that contrib/packaging makes of the tarball, are booted in namespaces of their own, and in there the units are installed as
# the README says and started (inside.sh). Usage: run.sh SRCDIR TARBALL, in the build folder; as root; needs Debian's mirror.
# Prints TAP; exit 1 if a point failed.
#
#   NO_SKIP=1  what cannot be done here is a failure
#   KEEP=1     keep the folders
#   SUITES=... default: bookworm trixie
#   MIRROR=URL default: where this machine's packages come from

# shellcheck disable=SC1091,SC2016,SC2034,SC2154 # files of ours, what they read and set; the shell in there
src=$(cd "${1:?"usage: run.sh SRCDIR TARBALL"}" && pwd)
tarball=$(cd "$(dirname "$2")" && pwd)/${2##*/}
here=$src/tests/units
. "$src/tests/newcomer/folder.sh"
. "$src/tests/interop/tap.sh"
tap_about="units under systemd"

if [ -z "${UNITS:-}" ]; then
	trouble=$(folder_trouble)
	for tool in dpkg-buildpackage dh ip; do
		command -v "$tool" >/dev/null || trouble="$tool is missing"
	done
	for cgroup in /sys/fs/cgroup/unified /sys/fs/cgroup; do
		[ -w "$cgroup/cgroup.procs" ] && break
	done
	[ -w "$cgroup/cgroup.procs" ] || trouble="there is no cgroup of version 2"
	[ -z "$trouble" ] || tap_skip_all "$trouble"
	UNITS=$(mktemp -d /var/tmp/check_smtp_tls-units.XXXXXX) || exit 1
	UNITS_CGROUP=$cgroup/check_smtp_tls-units.$$
	export UNITS UNITS_CGROUP
	trap : INT TERM HUP
	folder_enter 1800 "$here/run.sh" "$src" "$tarball"
	code=$?
	[ ! -d "$UNITS_CGROUP" ] || find "$UNITS_CGROUP" -depth -type d -exec rmdir {} +
	if [ -n "${KEEP:-}" ]; then
		echo "# kept $UNITS"
	else
		rm -rf "$UNITS"
	fi
	exit "$code"
fi

out=$UNITS/out
name=${tarball##*/}
name=${name%.tar.xz}

# fail NAME: what was printed last tells why.
fail() {
	tail -n 25 "$out" >"$out.end"
	tap_not_ok "$1" "$out.end"
}

packages() {
	mkdir "$UNITS/debs" && cd "$UNITS/debs" && cp "$tarball" "check-smtp-tls_${name##*-}.orig.tar.xz" && tar -xJf "$tarball" &&
		cp -R "$src/contrib/packaging/debian" "$name/debian" && cd "$name" &&
		DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" dpkg-buildpackage -us -uc -d -b
}

# The folder, with what an administrator would have there.
folder() { # SUITE
	root=$UNITS/$1
	folder_make "$1" "$root" "$out" || return 1
	folder_open "$root"
	mkdir "$root/units"
	cp "$UNITS"/debs/*.deb "$here/inside.sh" "$here/relay.py" "$here/api.py" "$src/tests/bench/demo.sh" "$src/tests/interop/tap.sh" \
		"$root/units"
	cp tests/fake/smtp-tls-demo "$root/units/demo"
	rm -f "$root"/units/*-dbgsym_*.deb
	folder_run "$root" sh -c 'apt-get -q update && apt-get -q -y --no-install-recommends install systemd systemd-sysv openssl \
		prometheus-node-exporter libcurl4 /units/*.deb' >"$out" 2>&1 </dev/null
	folder_code=$?
	folder_close "$root"
	cat >"$root/etc/systemd/system/units-test.target" <<-'END'
		[Unit]
		Requires=basic.target units-test.service
	END
	cat >"$root/etc/systemd/system/units-test.service" <<-END
		[Service]
		Type=oneshot
		Environment=SUITE=$1
		ExecStart=/bin/sh /units/inside.sh
		StandardOutput=append:/units/out
		StandardError=inherit
		ExecStopPost=/bin/systemctl --force --force poweroff
	END
	return "$folder_code"
}

# An init whose cgroup's namespace has a root of its own; who is left in there ends with it.
boot() { # FOLDER
	mkdir -p "$UNITS_CGROUP" || return 1
	(
		sh -c 'echo $PPID' >"$UNITS_CGROUP/cgroup.procs" || exit 1
		exec timeout -k 5 240 unshare --mount --propagation private --pid --fork --kill-child --uts --ipc --net --cgroup \
			sh "$here/boot.sh" "$1"
	) >"$out" 2>&1
	[ -s "$1/units/out" ]
}

# The points of that folder become ours.
count_points() { # FILE
	while IFS= read -r line; do
		case $line in
		'ok '*) tap_ok "${line#ok * - }" ;;
		'not ok '*) tap_not_ok "${line#not ok * - }" ;;
		'#'*) printf '%s\n' "$line" ;;
		esac
	done <"$1"
	grep -q '^# that is all' "$1"
}

echo "TAP version 13"
if (packages) >"$out" 2>&1 </dev/null; then
	tap_ok "dpkg-buildpackage"
	for suite in ${SUITES:-bookworm trixie}; do
		if ! folder "$suite"; then
			fail "$suite: a folder with the packages"
		elif ! boot "$root"; then
			fail "$suite: it boots"
		elif ! count_points "$root/units/out"; then
			fail "$suite: it came to the end"
		fi
	done
else
	fail "dpkg-buildpackage"
fi
echo "1..$tap_count"
[ "$tap_failed" -eq 0 ]
