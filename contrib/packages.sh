# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh disable=SC2154 # dir comes from whoever sources this
# Install packages by name with whatever package manager this machine has. Sourced by quickstart and
# run-tests, which set `dir` (the source tree) first. Names are Debian's; packages_local() turns those that
# others call differently into their words.

say() {
	printf '%s\n' "$*"
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Make takes names apart at blanks, and there is no way to tell it otherwise.
case $dir in
*[[:space:]]*) die "the path of this folder has a blank in it, which make cannot work with: move it ($dir)" ;;
esac

packages_manager() {
	for manager in apt-get dnf apk pacman; do
		if command -v "$manager" >/dev/null 2>&1; then
			echo "$manager"
			return
		fi
	done
}

# What this system calls a package; nothing when another one brings it along.
packages_local() {
	case $manager:$1 in
	apt-get:*) echo "$1" ;;
	dnf:libssl-dev) echo openssl-devel ;;
	dnf:libc-ares-dev) echo c-ares-devel ;;
	dnf:libc6-dev) echo glibc-devel ;;
	dnf:libidn2-dev) echo libidn2-devel ;;
	dnf:libcurl4-openssl-dev) echo libcurl-devel ;;
	dnf:pkg-config) echo pkgconf-pkg-config ;;
	dnf:check) echo check-devel ;;
	dnf:xz-utils) echo xz ;;
	dnf:python3-prometheus-client) echo python3-prometheus_client ;;
	apk:gcc) echo gcc ;;
	apk:libssl-dev) echo openssl-dev ;;
	apk:libc-ares-dev) echo c-ares-dev ;;
	apk:libcurl4-openssl-dev) echo curl-dev ;;
	apk:libc6-dev) echo musl-dev linux-headers ;;
	apk:pkg-config) echo pkgconf ;;
	apk:check) echo check-dev ;;
	apk:xz-utils) echo xz ;;
	apk:python3-*) echo "py3-${1#python3-}" ;;
	pacman:libssl-dev) echo openssl ;;
	pacman:libc-ares-dev) echo c-ares ;;
	pacman:libc6-dev) echo glibc ;;
	pacman:libidn2-dev) echo libidn2 ;;
	pacman:libcurl4-openssl-dev) echo curl ;;
	pacman:pkg-config) echo pkgconf ;;
	pacman:xz-utils) echo xz ;;
	pacman:python3-prometheus-client) echo python-prometheus_client ;;
	pacman:python3-*) echo "python-${1#python3-}" ;;
	*) echo "$1" ;;
	esac
}

packages_have() {
	# Also a part of other makers' package of nodejs, beside which Debian's cannot be.
	[ "$1" != npm ] || ! command -v npm >/dev/null 2>&1 || return 0
	case $manager in
	apt-get) dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed ;;
	dnf) rpm -q --whatprovides "$1" >/dev/null 2>&1 ;;
	apk) apk info -e "$1" >/dev/null 2>&1 ;;
	pacman) pacman -Q "$1" >/dev/null 2>&1 ;;
	esac
}

# Run as root: ourselves, or by sudo.
packages_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

packages_fetch() {
	case $manager in
	apt-get)
		# One broken source does not matter if the packages come from another.
		packages_root apt-get -q update || {
			sleep 5
			packages_root apt-get -q update || echo "apt-get update failed twice"
		}
		packages_root env DEBIAN_FRONTEND=noninteractive \
			apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 install "$@"
		;;
	dnf) packages_root dnf -q -y install "$@" ;;
	apk) packages_root apk add --no-progress "$@" ;;
	pacman) packages_root pacman -Sy --noconfirm --needed "$@" ;;
	esac
}

# packages_install LOG PACKAGE...: install those that are missing. Silent but for one line; the package
# manager's own words go to LOG and are shown only when it fails.
packages_install() {
	packages_log=$1
	shift
	manager=$(packages_manager)
	if [ -z "$manager" ]; then
		say "   no apt-get, dnf, apk or pacman here: make sure you have (Debian's names) $*"
		return 0
	fi
	packages_missing=
	for package in "$@"; do
		for name in $(packages_local "$package"); do
			packages_have "$name" || packages_missing="$packages_missing $name"
		done
	done
	if [ -z "$packages_missing" ]; then
		say "   all packages are here"
		return 0
	fi
	if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
		die "only root can install what is missing:$packages_missing"
	fi
	say "   installing$packages_missing"
	# shellcheck disable=SC2086 # a list of names
	if ! packages_fetch $packages_missing >"$packages_log" 2>&1 </dev/null; then
		tail -n 15 "$packages_log" >&2
		die "the packages could not be installed (is the network there?); $packages_log has all of it"
	fi
}

# What a build needs, and what it needs on top in a tree that was checked out and not unpacked.
packages_build() {
	echo gcc libc6-dev make pkg-config libssl-dev libc-ares-dev libidn2-dev libcurl4-openssl-dev
	tree_is_whole || echo autoconf automake
}

# Written when autoreconf is through, because its parts alone do not show that: configure is there long
# before Makefile.in. The tarball brings it along.
tree_generated=$dir/build-aux/generated

tree_is_whole() {
	[ -e "$tree_generated" ] && [ -x "$dir/configure" ]
}

tree_generate() {
	tree_is_whole || (cd "$dir" && autoreconf -f -i && : >"$tree_generated")
}

# What configure finds on this machine and would find again: when it changes, configure has to look again.
tree_found() {
	echo "$dir $*"
	for tree_library in openssl libcares check libidn2 libcurl; do
		echo "$tree_library $(pkg-config --modversion "$tree_library" 2>/dev/null)"
	done
}

# tree_configure BUILD [ARGUMENT...]: a build folder, configured with what is installed now. The stamp is
# written last; without it (interrupted, or configured by hand) configure runs once more, with the arguments
# that it had.
tree_configure() {
	tree_build=$1
	shift
	tree_stamp=$tree_build/configured
	if [ -f "$dir/config.status" ]; then
		die "$dir is configured for a build in place, which rules out any other: run 'make distclean' there first"
	fi
	tree_generate || return 1
	mkdir -p "$tree_build" || return 1
	if [ -f "$tree_build/Makefile" ] && tree_found "$@" | cmp -s - "$tree_stamp"; then
		return 0
	fi
	tree_again=
	if [ -f "$tree_build/config.status" ] && [ -f "$tree_build/Makefile" ] &&
		{ [ ! -e "$tree_stamp" ] || [ "$(sed 1q "$tree_stamp")" = "$dir $*" ]; }; then
		tree_again=yes
	fi
	rm -f "$tree_stamp"
	if [ -n "$tree_again" ]; then
		(cd "$tree_build" && ./config.status --recheck && ./config.status)
	else
		(cd "$tree_build" && "$dir/configure" -q "$@")
	fi && tree_found "$@" >"$tree_stamp.new" && mv "$tree_stamp.new" "$tree_stamp"
}
