# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=sh
# A folder with a Debian of its own, made by debootstrap, for whoever sources this (here and in
# tests/debian13). What runs in there lives in namespaces of its own for processes and mounts: when the
# script that entered them ends, it ends.

PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL

# What stands in the way; nothing when nothing does.
folder_trouble() {
	if [ "$(id -u)" != 0 ]; then
		echo "needs root"
	elif ! command -v debootstrap >/dev/null; then
		echo "debootstrap is not installed (apt-get install debootstrap)"
	elif ! unshare --mount --propagation private --pid --fork true 2>/dev/null; then
		echo "no namespaces can be made here"
	fi
}

# folder_enter SECONDS SCRIPT ARGUMENT...: the script in its namespaces, for at most that long.
folder_enter() {
	folder_seconds=$1
	shift
	timeout -k 10 "$folder_seconds" unshare --mount --propagation private --pid --fork --kill-child sh "$@"
}

# Where this machine's own packages come from, if it is a Debian; $MIRROR is asked first.
folder_mirror() {
	# shellcheck disable=SC2016 # apt's own variables
	folder_own=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 2>/dev/null |
		sed -n 's/^Debian Debian \(https\{0,1\}:.*\)/\1/p' | head -n 1)
	folder_own=${MIRROR:-${folder_own:-http://deb.debian.org/debian}}
	echo "${folder_own%/}"
}

# folder_has SUITE: does the mirror have it? What debootstrap needs is enough to ask.
folder_has() {
	wget -q -T 20 -O /dev/null "$(folder_mirror)/dists/$1/InRelease"
}

# folder_make SUITE FOLDER LOG
folder_make() {
	folder_extra=
	case $(folder_mirror) in
	https:*) folder_extra=--include=ca-certificates ;;
	esac
	# shellcheck disable=SC2086 # nothing, or one word
	debootstrap --variant=minbase $folder_extra "$1" "$2" "$(folder_mirror)" >"$3" 2>&1 </dev/null
}

# folder_open FOLDER: the machine's way to the mirror, the kernel's file systems, and no server that
# starts because it was installed.
folder_open() {
	chmod 755 "$1" # for the users that servers run as
	cp -L /etc/resolv.conf "$1/etc/resolv.conf"
	{
		apt-config dump 2>/dev/null | grep -E '^Acquire::((http|https|ftp)::|Check-|Retries|ForceIP)'
		[ -z "${http_proxy:-}" ] || echo "Acquire::http::Proxy \"$http_proxy\";"
		[ -z "${https_proxy:-}" ] || echo "Acquire::https::Proxy \"$https_proxy\";"
	} >"$1/etc/apt/apt.conf.d/00machine"
	# A mount point, so that a program in there can have a mount namespace of its own.
	mount --bind "$1" "$1"
	mount -t proc proc "$1/proc"
	mount --rbind /dev "$1/dev"
	mount -t tmpfs -o mode=1777 tmpfs "$1/tmp"
	printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
	chmod 755 "$1/usr/sbin/policy-rc.d"
}

# folder_close FOLDER: so that it can be removed.
folder_close() {
	umount -R "$1"
}

# folder_run FOLDER COMMAND...: as root in there, with nothing of this machine's environment.
folder_run() {
	folder_root=$1
	shift
	chroot "$folder_root" env -i PATH="$PATH" LC_ALL=C HOME=/root TERM=dumb DEBIAN_FRONTEND=noninteractive "$@"
}

# folder_copy SRCDIR TARGET: the files of the checkout as they are now, or of the tarball; what was built
# in the target before stays.
folder_copy() {
	mkdir -p "$2"
	find "$2" -mindepth 1 -maxdepth 1 ! -name build ! -name 'build-[!a]*' -exec rm -rf {} +
	# Whoever owns the checkout: it is ours to read.
	if git -c safe.directory='*' -C "$1" rev-parse >/dev/null 2>&1; then
		(cd "$1" && git -c safe.directory='*' ls-files -z -co --exclude-standard |
			tar --null --ignore-failed-read -T - -cf -)
	else
		tar -C "$1" --exclude='./build' --exclude='./build-[!a]*' --exclude=./config.status -cf - .
	fi | tar -C "$2" --no-same-owner -xf -
}
