#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The Debian packages as their builders and users have them: in clean folders of Debian 12 and 13, made by debootstrap, the
# tarball is built by somebody who is not root with what debian/control names and nothing else, lintian of that Debian
# looks, the packages are installed, and autopkgtest runs debian/tests in a copy without what the build needed. Usage:
# clean.sh SRCDIR TARBALL; as root; needs Debian's mirror. Prints TAP; exit 1 if a point failed.
#
#   NO_SKIP=1  what cannot be done here is a failure
#   KEEP=1     keep the folders
#   SUITES=... default: bookworm trixie
#   CHECK=1    the build runs "make check", too, as that of Debian does
#   MIRROR=URL default: where this machine's packages come from

# shellcheck disable=SC1091,SC2016,SC2034,SC2154 # files of ours, what they read and set; the shell in there
src=$(cd "${1:?"usage: clean.sh SRCDIR TARBALL"}" && pwd)
tarball=$(cd "$(dirname "$2")" && pwd)/${2##*/}
. "$src/tests/newcomer/folder.sh"
. "$src/tests/interop/tap.sh"
tap_about="packages in clean folders of Debian"

if [ -z "${CLEAN:-}" ]; then
	trouble=$(folder_trouble)
	[ -z "$trouble" ] || tap_skip_all "$trouble"
	CLEAN=$(mktemp -d /var/tmp/check_smtp_tls-packages.XXXXXX) || exit 1
	export CLEAN
	trap : INT TERM HUP
	folder_enter 3600 "$0" "$src" "$tarball"
	code=$?
	if [ -n "${KEEP:-}" ]; then
		echo "# kept $CLEAN"
	else
		rm -rf "$CLEAN"
	fi
	exit "$code"
fi

out=$CLEAN/out
name=${tarball##*/}
name=${name%.tar.xz}
version=${name##*-}
check=nocheck
[ -z "${CHECK:-}" ] || check=

# in_there COMMAND: as root in the folder of this suite.
in_there() {
	folder_run "$root" sh -c "$1" >"$out" 2>&1 </dev/null
}

# point NAME COMMAND...: true if the command succeeds; else what was printed last is shown.
point() {
	point_name="$suite: $1"
	point_begin=$(date +%s)
	shift
	if "$@"; then
		tap_ok "$point_name ($(($(date +%s) - point_begin)) s)"
	else
		tail -n 40 "$out" >"$out.end"
		tap_not_ok "$point_name" "$out.end"
	fi
}

# The clean folder; its packages are fetched once.
fresh() { # NAME
	[ -z "${root:-}" ] || folder_close "$root"
	root=$CLEAN/$suite-$1
	cp -a "$CLEAN/$suite" "$root" && folder_open "$root" &&
		mount --bind "$CLEAN/$suite/var/cache/apt/archives" "$root/var/cache/apt/archives" &&
		in_there 'apt-get -q update'
}

install='DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0'

unpack() {
	mkdir -p "$root/home/builder" && cp "$tarball" "$root/home/builder/check-smtp-tls_$version.orig.tar.xz" &&
		tar -C "$root/home/builder" --no-same-owner -xJf "$tarball" &&
		cp -R "$src/contrib/packaging/debian" "$root/home/builder/$name/debian" &&
		in_there 'useradd -d /home/builder -s /bin/sh builder && chown -R builder: /home/builder'
}

needs() {
	in_there "$install install dpkg-dev xz-utils && cd /home/builder/$name && $install build-dep ./"
}

builds() {
	in_there "su builder -c 'cd ~/$name && DEB_BUILD_OPTIONS=\"parallel=$(nproc) $check\" dpkg-buildpackage -us -uc'"
}

start_build() {
	fresh build && unpack
}

# ".invalid" is no address, and says so.
lintian_finds_nothing() {
	in_there "$install install lintian && su builder -c 'lintian --tag-display-limit 0 --no-cfg --fail-on error,warning \
		--suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog,initial-upload-closes-no-bugs ~/*.changes'"
}

# A second folder has the packages, and nothing that the build needed.
take_packages() {
	mkdir "$CLEAN/$suite-debs" && cp "$root"/home/builder/*.deb "$root"/home/builder/*.dsc "$root"/home/builder/*.tar.* "$CLEAN/$suite-debs" &&
		fresh use && mkdir "$root/debs" && cp "$CLEAN/$suite-debs"/* "$root/debs" && chmod -R a+rX "$root/debs"
}

installs() {
	in_there "$install install \$(ls /debs/*.deb | grep -v dbgsym)"
}

# Nobody in particular runs them, in the manner of the README.
programs_run() {
	in_there 'useradd -m somebody; su somebody -c "
		/usr/lib/nagios/plugins/check_smtp_tls --version; [ \$? = 3 ] || exit 1
		smtp-tls-fleet --help >/dev/null; [ \$? = 3 ] || exit 1
		smtp-tls-report --version && man -w smtp-tls-report >/dev/null 2>&1 || ls /usr/share/man/man1/smtp-tls-report.1.gz /usr/share/doc/smtp-tls-report/copyright"'
}

tests_pass() {
	in_there "$install install autopkgtest && cd /debs && autopkgtest -o /tmp/results *.dsc \$(ls *.deb | grep -v dbgsym) -- null" ||
		return 1
	grep -q '^probe *PASS' "$out" || return 1
}

# What is left behind when they go.
goes_without_trace() {
	in_there 'dpkg --purge check-smtp-tls smtp-tls-report && ! find / -xdev \( -path /debs -o -path /proc -o -path /tmp \) -prune -o \
		\( -name "*smtp[-_]tls*" -o -name "*check[-_]smtp*" \) -print | grep .'
}

echo "TAP version 13"
for suite in ${SUITES:-bookworm trixie}; do
	if ! folder_make "$suite" "$CLEAN/$suite" "$out"; then
		tail -n 3 "$out" >"$out.end"
		tap_not_ok "$suite: debootstrap makes a folder" "$out.end"
		continue
	fi
	root=
	point 'a clean folder with the source' start_build
	point 'what debian/control names can be installed' needs
	point 'dpkg-buildpackage, not as root' builds
	point 'lintian finds nothing' lintian_finds_nothing
	point 'a folder with the packages alone' take_packages
	point 'apt-get install' installs
	point 'the programs run' programs_run
	point 'autopkgtest' tests_pass
	point 'purged, they leave nothing' goes_without_trace
	[ -z "$root" ] || folder_close "$root"
done
echo "1..$tap_count"
[ "$tap_failed" -eq 0 ]
