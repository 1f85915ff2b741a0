#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# boot.sh FOLDER: becomes the init of that folder, in namespaces of its own for everything (run.sh makes them). A cgroup
# namespace has only what its first process is in as its root: run.sh puts it into one of its own before.
set -eu
ip link set lo up
hostname units
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mountpoint -q sys/fs/cgroup || mount -t tmpfs tmpfs sys/fs/cgroup
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
	: >"dev/$device"
	mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
# Not chroot: services that have their own view of files need a root that is a mount.
mkdir -p old
pivot_root . old
umount -l old
# As a manager of containers does: what a service is given by its init reaches it as a mount.
mount --make-rshared /
exec env -i container=folder PATH=/usr/sbin:/usr/bin:/sbin:/bin \
	/sbin/init --log-target=console --show-status=no --unit=units-test.target </dev/null
