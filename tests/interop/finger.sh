# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# posttls-finger as the yardstick. It reads main.cf and, as everything in the lab, /etc/resolv.conf.
# shellcheck shell=sh disable=SC2034,SC2154
# Sourced by run.sh and compare.sh.

finger_make() {
	mkdir -p "$LAB/finger" || return 1
	finger_config >"$LAB/finger/main.cf"
	timeout 60 env MAIL_CONFIG="$LAB/finger" posttls-finger -c -L summary "[localhost]" >"$LAB/log/finger.log" 2>&1
	! grep -q 'cannot\|fatal\|error while loading' "$LAB/log/finger.log"
}

finger_config() {
	cat <<END
compatibility_level = 3.6
queue_directory = $LAB/postfix/queue
data_directory = $LAB/postfix/data
inet_protocols = all
myhostname = monitor.signed.test
mail_owner = $(stat -c %U "$LAB/postfix/data")
maillog_file =
$(finger_groups)
END
}

# Postfix 3.8 to 3.10 know OpenSSL 3.5, but not yet that its groups are better: ours are 3.12's.
finger_groups() {
	case $(postconf -d -h mail_version) in
	3.8.* | 3.9.* | 3.10.*) postconf -d tls_eecdh_auto_curves tls_ffdhe_auto_groups ;;
	esac
}

# finger_word ARGUMENT...: the arguments of our plugin; prints posttls-finger's word for the connection.
finger_word() {
	finger_host='' finger_port='' finger_match='' finger_mx=1 finger_args=''
	while [ $# -gt 0 ]; do
		case $1 in
		-H) finger_host=$2 && shift ;;
		-p) finger_port=:$2 && shift ;;
		-F | -l | -M | -d) finger_args="$finger_args $1 $2" && shift ;;
		-f) finger_args="$finger_args -f" ;;
		--match) finger_match="$finger_match $2" && shift ;;
		--no-mx) finger_mx= ;;
		--lmtp) finger_args="$finger_args -S" ;;
		--wrapper) finger_args="$finger_args -w" finger_port=:465 ;;
		esac
		shift
	done
	case $finger_host in
	\[* | unix:*) ;;
	*) [ "$finger_mx" ] || finger_host="[$finger_host]" ;;
	esac
	# shellcheck disable=SC2086 # lists of words
	timeout -k 2 60 env MAIL_CONFIG="$LAB/finger" posttls-finger -c -t 10 -T 10 -L summary $finger_args \
		"$finger_host$finger_port" $finger_match >"$LAB/finger.out" 2>&1 </dev/null
	trace_word "$LAB/finger.out"
}

# The first word of the summary line of a posttls-finger trace; "none" without one.
trace_word() {
	sed -n 's/^\(.*[: ]\)\{0,1\}\(Verified\|Trusted\|Untrusted\|Anonymous\) TLS connection established .*/\2/p' "$1" |
		head -n 1 | grep . || echo none
}
