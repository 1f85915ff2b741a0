#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Fetch the packages named in "unpacked", and the libraries they need that are not installed, and unpack
# them into a folder without installing them: they and Postfix rule each other out.
# Usage: unpack.sh FOLDER. What is there already stays.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:?"usage: unpack.sh FOLDER"}
if cmp -s "$here/unpacked" "$folder/done"; then
	exit 0
fi
command -v apt-get >/dev/null || {
	echo "unpack.sh: this needs Debian's apt-get" >&2
	exit 1
}
rm -rf "$folder" && mkdir -p "$folder/packages"
cd "$folder/packages"

installed() {
	dpkg-query -W -f '${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

wanted=$(cat "$here/unpacked")
while [ -n "$wanted" ]; do
	# shellcheck disable=SC2086 # a list of names
	apt-get -q -y download $wanted
	wanted=
	for package in ./*.deb; do
		dpkg-deb -x "$package" "$folder"
		for library in $(dpkg-deb -f "$package" Depends | tr ',|' '\n\n' | sed -n 's/^ *\(lib[^ ]*\).*/\1/p'); do
			library=${library%:any}
			installed "$library" || ls "$library"_*.deb >/dev/null 2>&1 || wanted="$wanted $library"
		done
	done
done
rm -rf "$folder/packages"
cp "$here/unpacked" "$folder/done"
