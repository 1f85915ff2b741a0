#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# Side by side: Debian's posttls-finger and our smtp-tls-finger get the same arguments, the same main.cf
# and the same servers, one after the other; what they print and how they exit must be the same once
# normalise.awk has turned 3.7's words into 3.12's and taken the random parts away.
# Usage: compare.sh SMTP-TLS-FINGER [PATTERN]. Prints TAP; exit 1 if a point failed. NO_SKIP, KEEP, LAB_SHELL:
# see run.sh; SHOW=1 prints what both said. STAGE and BALANCER name the helpers built from stage.c, balancer.c.
# With /usr/sbin/posttls-finger itself as SMTP-TLS-FINGER it shows that the comparison is stable.

interop=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1090,SC1091
. "$interop/lab.sh"
. "$interop/finger.sh"
. "$interop/side.sh"

OURS=${1:?"usage: compare.sh SMTP-TLS-FINGER [PATTERN]"}
PATTERN=${2:-}
lab_need "$(cat "$interop/packages")" posttls-finger
for helper in "$OURS" "${STAGE:-}" "${BALANCER:-}"; do
	[ -x "$helper" ] || tap_skip_all "there is no program $helper"
done
lab_enter 900 "$0" "$@"
lab_folder compare
lab_start
finger_make || lab_failed "posttls-finger"
side_make || lab_failed "the comparison"
[ -z "${LAB_SHELL:-}" ] || { export LAB RESOLVER; sh -i; }

for sides in "$interop"/sides-*.sh; do
	. "$sides"
	side_collect
done

side_summary
echo "1..$tap_count"
[ "$tap_failed" -eq 0 ]
