#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Packages from the tarball: Debian's twice in different folders (the same bytes), lintian, the programs out of them,
# a build without all that is optional, an RPM, what an APKBUILD does, the AppArmor profile, and one version everywhere. Usage: run.sh SRCDIR TARBALL, in
# the build folder; prints TAP. NO_SKIP=1: what cannot be done here is a failure. KEEP=1: keep the folder.
# shellcheck disable=SC1091,SC2034,SC2154
src=$(cd "${1:?"usage: run.sh SRCDIR TARBALL"}" && pwd)
tarball=$(cd "$(dirname "$2")" && pwd)/${2##*/}
build=$PWD
. "$src/tests/interop/tap.sh"
tap_about=packages
packaging=$src/contrib/packaging

PATH=$PATH:/usr/sbin:/sbin
for tool in dpkg-buildpackage dh lintian rpmbuild apparmor_parser python3; do
	command -v "$tool" >/dev/null || tap_skip_all "$tool is missing"
done
LAB=$(mktemp -d) || exit 1
trap '[ -n "${KEEP:-}" ] && echo "# kept $LAB" || rm -rf "$LAB"' EXIT
trap 'exit 1' HUP INT TERM
jobs=$(nproc)
name=${tarball##*/}
name=${name%.tar.xz}
version=${name##*-}

# holds NAME COMMAND...: a point; what the command prints tells why not.
holds() {
	holds_name=$1
	shift
	if ("$@") >"$LAB/point.out" 2>&1 </dev/null; then
		tap_ok "$holds_name"
	else
		tail -n 40 "$LAB/point.out" >"$LAB/point.end"
		tap_not_ok "$holds_name" "$LAB/point.end"
	fi
}

# Each of the others names the version of configure.ac.
one_version() {
	grep -q "^check-smtp-tls ($version-" "$packaging/debian/changelog" || echo "debian/changelog"
	grep -q "^Version: *$version\$" "$packaging/rpm/check_smtp_tls.spec" || echo "check_smtp_tls.spec"
	grep -q "^pkgver=$version\$" "$packaging/alpine/APKBUILD" || echo "APKBUILD"
	head -n 1 "$src/NEWS" | grep -q -x "check_smtp_tls $version" || echo "NEWS"
	plugins/check_smtp_tls --version | grep -q " v$version " || echo "check_smtp_tls"
	plugins/smtp-tls-report --version | grep -q " $version\$" || echo "smtp-tls-report"
}

same_version() {
	one_version >"$LAB/versions"
	sed "s/\$/ has another version than $version/" "$LAB/versions"
	[ ! -s "$LAB/versions" ]
}

# debian FOLDER ARGUMENT...: the tarball there, as a Debian package.
debian() {
	mkdir -p "$1" && cd "$1" || return 1
	shift
	cp "$tarball" "check-smtp-tls_$version.orig.tar.xz"
	tar -xJf "$tarball" && cp -a "$packaging/debian" "$name/debian" && cd "$name" &&
		DEB_BUILD_OPTIONS="nocheck parallel=$jobs" dpkg-buildpackage -us -uc -d "$@"
}

same_bytes() {
	for deb in "$LAB"/one/*.deb; do
		cmp "$deb" "$LAB/in/a/longer/path/${deb##*/}" || return 1
	done
	ls "$LAB"/one/*.deb && [ "$(find "$LAB/one" -name '*.deb' ! -name '*dbgsym*' | wc -l)" = 2 ]
}

# Suggestions are of lintian's own taste; ".invalid" is no address, and says so.
lintian_finds_nothing() {
	lintian --tag-display-limit 0 --no-cfg --fail-on error,warning "$LAB"/one/*.changes \
		--suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog,initial-upload-closes-no-bugs
}

contents() {
	for deb in "$LAB"/one/*.deb; do
		dpkg-deb -x "$deb" "$LAB/root" || return 1
	done
	cd "$LAB/root" || return 1
	for path in usr/lib/nagios/plugins/check_smtp_tls usr/bin/smtp-tls-finger usr/bin/smtp-tls-fleet \
		usr/bin/smtp-tls-report usr/share/bash-completion/completions/smtp-tls-report.bash usr/share/check_smtp_tls/issuers.tsv usr/share/check_smtp_tls/schema \
		usr/share/man/man1/check_smtp_tls.1.gz usr/share/bash-completion/completions/check_smtp_tls.bash \
		usr/share/zsh/vendor-completions/_check_smtp_tls usr/share/fish/vendor_completions.d/check_smtp_tls.fish \
		usr/share/doc/check-smtp-tls/README.md.gz usr/share/doc/check-smtp-tls/examples/icinga2/smtp_tls.conf; do
		[ -e "$path" ] || {
			echo "there is no $path"
			missing=yes
		}
	done
	[ -z "${missing:-}" ]
}

probe() {
	mkdir "$LAB/probe" && cd "$src" &&
		AUTOPKGTEST_TMP=$LAB/probe ROOT=$LAB/root DEMO=$build/tests/fake/smtp-tls-demo sh contrib/packaging/debian/tests/probe
}

rpm_builds() {
	mkdir -p "$LAB/rpm/SOURCES" && cp "$tarball" "$LAB/rpm/SOURCES" &&
		rpmbuild --quiet -bb --nodeps --define "_topdir $LAB/rpm" --define "_smp_mflags -j$jobs" --define "_without_check 1" \
			"$packaging/rpm/check_smtp_tls.spec"
}

rpm_contents() {
	find "$LAB/rpm/RPMS" -name '*.rpm'
	rpm -qp --list "$LAB"/rpm/RPMS/*/check_smtp_tls-[0-9]*.rpm "$LAB"/rpm/RPMS/noarch/smtp-tls-report-[0-9]*.rpm >"$LAB/list" &&
		cat "$LAB/list"
	for path in bin/smtp-tls-finger bin/smtp-tls-fleet bin/smtp-tls-report completions/smtp-tls-report.bash man1/smtp-tls-report.1 \
		man1/check_smtp_tls.1 check_smtp_tls.schema.json examples/icinga2/smtp_tls.conf examples/systemd/smtp-tls-fleet.service; do
		grep -q "/$path" "$LAB/list" || {
			echo "there is no $path"
			return 1
		}
	done
	grep -q '/nagios/plugins/check_smtp_tls$' "$LAB/list" && grep -q '/issuers.tsv$' "$LAB/list" &&
		[ "$(find "$LAB/rpm/RPMS/noarch" -name 'smtp-tls-report-*.rpm' | wc -l)" = 1 ]
}

# abuild's words, as far as the file uses them. The second package's tree is built already: only package() and the part are tried.
alpine() {
	pkgdir=$LAB/apk/main subpkgdir=$LAB/apk/report
	amove() { mkdir -p "$subpkgdir/${1%/*}" && mv "$pkgdir/$1" "$subpkgdir/$1"; }
	. "$packaging/alpine/APKBUILD" || return 1
	[ -n "$pkgname$pkgrel$pkgdesc$url$arch$license$makedepends$source" ] || return 1
	cd "$LAB/in/a/longer/path/$name" || return 1
	package && report && cd "$LAB/apk" && find . -type f && [ -x report/usr/bin/smtp-tls-report ] &&
		[ ! -e main/usr/bin/smtp-tls-report ] && [ -x main/usr/bin/smtp-tls-finger ]
}

# configure NAME MISSING ARGUMENT...: the tarball in a folder of its own, on a machine that has not these of the libraries.
configure() {
	folder=$LAB/$1
	mkdir -p "$folder/pkgconfig" && cd "$folder" || return 1
	for path in $(pkg-config --variable pc_path pkg-config | tr : ' '); do
		find "$path" -name '*.pc' -exec ln -sf {} pkgconfig \;
	done
	for missing in $2; do
		rm -f "pkgconfig/$missing.pc"
	done
	shift 2
	[ -d "$LAB/$name" ] || tar -C "$LAB" -xJf "$tarball" || return 1
	PKG_CONFIG_PATH='' PKG_CONFIG_LIBDIR=$folder/pkgconfig "$LAB/$name/configure" -q "$@" >out 2>&1
	code=$?
	cat out
	return "$code"
}

# What nothing goes without ends it, with the name of the package and nothing else.
needs() { # LIBRARY PACKAGE ARGUMENT...
	library=$1
	package=$2
	shift 2
	! configure "needs-$library" "$library" "$@" && [ "$(grep -c . out)" -eq 1 ] &&
		grep -q "^configure: error: .* is missing: install .*(Debian: $package)\$" out
}

needs_are_told() {
	needs openssl libssl-dev && needs libcares libc-ares-dev && needs libidn2 libidn2-dev --with-libidn2 &&
		needs libcurl libcurl4-openssl-dev --with-libcurl
}

# What it can do without is told, by configure and where it would be used; all switches at once build without a warning.
least() {
	configure least "check libidn2 libcurl" --enable-werror --disable-least-power --disable-narrow-provider CFLAGS=-O0 || return 1
	[ "$(grep -c 'WARNING: .* is missing: .*(Debian: .*)$' out)" -eq 3 ] && [ "$(grep -c . out)" -eq 3 ] || return 1
	make -s "-j$jobs" || return 1
	plugins/check_smtp_tls -H 'bÃ¼cher.example' >out
	plugins/check_smtp_tls -H example.org --mta-sts=check >>out
	cat out
	[ "$(grep -c 'this program was built without lib[ci]' out)" -eq 2 ] && ! make -s check >out 2>&1 && grep 'Check .* is missing: install it' out
}

echo "TAP version 13"
holds "one version" same_version
holds "dpkg-buildpackage" debian "$LAB/one"
holds "configure tells what is missing" needs_are_told
holds "the least that can be built" least
holds "dpkg-buildpackage again, elsewhere" debian "$LAB/in/a/longer/path" -b
holds "the same bytes" same_bytes
holds "lintian finds nothing" lintian_finds_nothing
holds "all is in the packages" contents
holds "the packages' programs do what the README says" probe
holds "rpmbuild" rpm_builds
holds "all is in the RPM" rpm_contents
holds "APKBUILD" alpine
holds "apparmor_parser takes the profile" apparmor_parser -Q -K "$src/contrib/apparmor/check_smtp_tls"
echo "1..$tap_count"
[ "$tap_failed" -eq 0 ]
