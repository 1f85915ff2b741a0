#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Real servers: our programs against nsd, unbound, Postfix, Dovecot, Exim and OpenSMTPD, all in a network
# namespace of their own. Usage: run.sh PLUGIN [CASE-PATTERN]. Prints TAP; exit 1 if a point failed.
# NO_SKIP=1 turns a skip into a failure; KEEP=1 leaves the lab's folder; LAB_SHELL=1 opens a shell in it;
# SHOW=1 prints what the plugin said in each case.

interop=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1090,SC1091
. "$interop/lab.sh"
. "$interop/finger.sh"
. "$interop/case.sh"
. "$interop/sender.sh"
. "$interop/exim_sender.sh"

PLUGIN=${1:-}
PATTERN=${2:-}
lab_need "$(cat "$interop/packages")" delv posttls-finger
[ -z "$PLUGIN" ] || [ -x "$PLUGIN" ] || tap_skip_all "there is no program $PLUGIN"
lab_enter 1100 "$0" "$@"
lab_folder interop
lab_start
finger_make || lab_failed "posttls-finger"
[ -z "${LAB_SHELL:-}" ] || { export LAB RESOLVER; sh -i; }

. "$interop/proof.sh"
for cases in "$interop"/cases-*.sh; do
	. "$cases"
done

echo "1..$tap_count"
[ "$tap_failed" -eq 0 ]
