# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# One invocation, two programs: run both, normalise, compare.
# shellcheck shell=sh disable=SC1090,SC1091,SC2034,SC2154
# Sourced by compare.sh.

STAGE_RESOLVER=127.0.53.6
SIDE_JOBS=16 # most of an invocation is waiting

side_make() {
	mkdir -p "$LAB/side" "$LAB/resolv" "$LAB/ours" "$LAB/stage" || return 1
	cp "$OURS" "$LAB/ours/posttls-finger" && chmod 755 "$LAB/ours" "$LAB/ours/posttls-finger" || return 1
	case $OURS in
	*/posttls-finger) side_ours=theirs ;;
	*) side_ours=ours ;;
	esac
	for side_resolver in "lab $RESOLVER" "stage $STAGE_RESOLVER" "lax $LAX_RESOLVER" "none $NO_RESOLVER"; do
		printf 'nameserver %s\nsearch signed.test\noptions attempts:1 timeout:2\n' "${side_resolver#* }" \
			>"$LAB/resolv/${side_resolver%% *}"
	done
	TMPDIR=$LAB/stage start stage "$STAGE" "$interop/stage.scn"
	start balancer "$BALANCER" "$BALANCED:25" "$BACKEND_A:25" "$BACKEND_B:25"
	side_balancer=$!
	wait_for 60 grep -q STAGE_READY "$LAB/log/stage.log" || return 1
	. "$LAB/log/stage.log"
	side_count=0 side_first=1 side_alike=0 side_known=0 side_pids=''
	side_resolver=lab
	side_env MAIL_CONFIG="$LAB/finger"
	side_version=$(postconf -d -h mail_version)
	side_names=$LAB/side/names
	: >"$side_names"
}

# The resolver of the invocations that follow: lab, stage, lax or none.
resolver() {
	side_resolver=$1
}

# The environment of the invocations that follow.
side_env() {
	side_environment=$*
}

# same ARGUMENT...: both programs with these arguments. Some invocations run at the same time.
same() {
	side_name=$(printf '%s' "$*" | tr '\n\t' '  ' | sed -e "s|$LAB/stage/scn\.[^/]*|STAGE|g" -e "s|$LAB|LAB|g" \
		-e 's/[0-9A-Fa-f:]\{33,\}/DIGEST/g')
	[ "$side_resolver" = lab ] || side_name="($side_resolver) $side_name"
	[ "$side_environment" = "MAIL_CONFIG=$LAB/finger" ] ||
		side_name="[$(echo "$side_environment" | sed "s|$LAB|LAB|g")] $side_name"
	wanted "$side_name" || return 0
	side_count=$((side_count + 1))
	echo "$side_name" >>"$side_names"
	side_pair "$LAB/side/$side_count" "$@" </dev/null &
	side_pids="$side_pids $!"
	[ $((side_count - side_first)) -lt $((SIDE_JOBS - 1)) ] || side_collect_one
}

# alone ARGUMENT...: nothing else at the same time, and the balancer starts over.
alone() {
	side_collect
	side_before="kill -HUP $side_balancer"
	same "$@"
	side_collect
	side_before=
}

side_pair() {
	side_folder=$1
	shift
	mkdir -p "$side_folder/cwd"
	side_run theirs "$(dirname "$(command -v posttls-finger)")" "$@"
	side_run ours "$LAB/ours" "$@"
	awk -v side=theirs -v version="$side_version" -f "$interop/normalise.awk" "$side_folder/theirs.raw" >"$side_folder/theirs"
	awk -v side=$side_ours -v version="$side_version" -f "$interop/normalise.awk" "$side_folder/ours.raw" >"$side_folder/ours"
	diff -U 100 "$side_folder/theirs" "$side_folder/ours" >"$side_folder/diff"
}

# side_run WHO FOLDER ARGUMENT...: both are called by the same name.
side_run() {
	side_who=$1 side_path=$2
	shift 2
	$side_before
	# shellcheck disable=SC2016,SC2086 # expanded in there; a list of words
	(cd "$side_folder/cwd" && exec env -i PATH="$side_path:$PATH" $side_environment unshare -m sh -c '
		mount --bind "$1" /etc/resolv.conf && shift && exec timeout -k 2 120 "$@"
		' sh "$LAB/resolv/$side_resolver" posttls-finger "$@") \
		>"$side_folder/stdout" 2>"$side_folder/stderr"
	side_code=$?
	{
		cat "$side_folder/stdout"
		sed 's/^/stderr: /' "$side_folder/stderr"
		echo "exit $side_code"
	} >"$side_folder/$side_who.raw"
}

# Wait for the oldest invocation on its way and judge it: points come in the order of the questions.
side_collect_one() {
	# shellcheck disable=SC2086 # a list of numbers
	set -- $side_pids
	wait "$1"
	shift
	side_pids=$*
	side_judge "$side_first" "$(sed -n "${side_first}p" "$side_names")"
	side_first=$((side_first + 1))
}

side_collect() {
	while [ -n "$side_pids" ]; do
		side_collect_one
	done
}

side_judge() {
	judge_folder=$LAB/side/$1 judge_name=$2
	[ -z "${SHOW:-}" ] || sed 's/^/# /' "$judge_folder/theirs.raw" "$judge_folder/ours.raw"
	judge_reason=$(side_reason "$judge_name")
	if [ -s "$judge_folder/diff" ] && [ -z "$judge_reason" ]; then
		tap_not_ok "same: $judge_name" "$judge_folder/diff"
	elif [ -s "$judge_folder/diff" ] && ! side_excused "$judge_folder/diff" "$judge_name"; then
		tap_not_ok "differs in more than is known: $judge_name" "$judge_folder/diff"
	elif [ -s "$judge_folder/diff" ]; then
		side_known=$((side_known + 1))
		tap_ok "differs: $judge_name ($judge_reason)"
	elif [ -n "$judge_reason" ] && [ "$judge_reason" = "${judge_reason#*perhaps: }" ]; then
		tap_not_ok "known-differences lists what is the same: $judge_name"
	else
		side_alike=$((side_alike + 1))
		tap_ok "same: $judge_name"
	fi
}

# The lines of known-differences: invocation, pattern that every differing line matches, reason; tabs between.
side_row() { # NAME FIELD
	awk -F'\t' -v name="$(printf '%s' "$1" | sed 's/\\/\\\\/g')" -v field="$2" -v version="$side_version" '
		function number(v, part) {
			split(v, part, ".")
			return part[1] * 1000000 + part[2] * 1000 + part[3]
		}
		/^#/ || $1 != name { next }
		match($NF, /^[0-9.]+: /) && number(version) >= number(substr($NF, 1, RLENGTH - 2)) { next }
		match($NF, /^since [0-9.]+: /) && number(version) < number(substr($NF, 7, RLENGTH - 8)) { next }
		{ print field ? $field : $NF; exit }' "$interop/known-differences"
}

side_reason() {
	side_row "$1" 0
}

side_excused() {
	side_pattern=$(side_row "$2" 2)
	! sed -n -e '/^---/d' -e '/^+++/d' -e 's/^[-+]//p' "$1" | grep -Evq -e "$side_pattern"
}

side_summary() {
	echo "# posttls-finger $side_version: $side_count invocations: $side_alike identical, $side_known differ as known-differences says," \
		"$tap_failed differ otherwise"
	[ -n "$PATTERN" ] || grep -v '^#' "$interop/known-differences" | cut -f 1 | sort | while read -r side_listed; do
		grep -Fqx -e "$side_listed" "$side_names" || echo "# known-differences lists nothing that is asked: $side_listed"
	done
}
