# posttls-finger as the yardstick. It reads /etc/resolv.conf and nothing else, so it runs in a small
# shellcheck shell=sh disable=SC2034,SC2154
# root of its own with a resolv.conf that names our resolver. Sourced by run.sh.

finger_make() {
	jail=$LAB/jail
	mkdir -p "$jail/etc/postfix" "$jail/usr/sbin" "$jail/var" "$jail/dev" "$jail/tmp" "$jail/tls" || return 1
	printf 'nameserver %s\noptions trust-ad edns0\n' "$RESOLVER" >"$jail/etc/resolv.conf"
	printf 'hosts: files dns\npasswd: files\nservices: files\n' >"$jail/etc/nsswitch.conf"
	printf '127.0.0.1 localhost\n' >"$jail/etc/hosts"
	printf 'smtp 25/tcp\nsubmission 587/tcp\nsubmissions 465/tcp\nlmtp 24/tcp\n' >"$jail/etc/services"
	cp /etc/passwd /etc/group "$jail/etc/"
	finger_program=$(command -v posttls-finger)
	cp "$finger_program" "$jail/usr/sbin/posttls-finger"
	finger_copy "$finger_program" || return 1
	finger_config >"$jail/etc/postfix/main.cf"
	cp /dev/null "$jail/dev/null"
	cp "$LAB/tls/root.crt" "$jail/tls/root.crt"
	timeout 10 chroot "$jail" /usr/sbin/posttls-finger -c -L summary "[localhost]" >"$LAB/log/finger.log" 2>&1
	! grep -q 'cannot\|error while loading' "$LAB/log/finger.log"
}

# finger_copy PROGRAM: the shared libraries it needs, under the same paths.
finger_copy() {
	for finger_library in $(ldd "$1" | grep -o '/[^ ]*'); do
		mkdir -p "$jail${finger_library%/*}" && cp -L "$finger_library" "$jail$finger_library" || return 1
	done
}

finger_config() {
	cat <<END
compatibility_level = 3.6
queue_directory = /var
data_directory = /var
inet_protocols = all
myhostname = monitor.signed.test
mail_owner = $(stat -c %U "$LAB/postfix/data")
maillog_file =
END
}

# finger_word ARGUMENT...: the arguments of our plugin; prints posttls-finger's word for the connection.
finger_word() {
	finger_host='' finger_port='' finger_match='' finger_mx=1 finger_args=''
	while [ $# -gt 0 ]; do
		case $1 in
		-H) finger_host=$2 && shift ;;
		-p) finger_port=:$2 && shift ;;
		-F) finger_args="$finger_args -F /tls/${2##*/}" && shift ;;
		-l | -M | -d) finger_args="$finger_args $1 $2" && shift ;;
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
	timeout -k 2 20 chroot "$jail" /usr/sbin/posttls-finger -c -t 5 -T 5 -L summary $finger_args \
		"$finger_host$finger_port" $finger_match >"$LAB/finger.out" 2>&1 </dev/null
	trace_word "$LAB/finger.out"
}

# The first word of the summary line of a posttls-finger trace; "none" without one.
trace_word() {
	sed -n 's/^\(.*[: ]\)\{0,1\}\(Verified\|Trusted\|Untrusted\|Anonymous\) TLS connection established .*/\2/p' "$1" |
		head -n 1 | grep . || echo none
}
