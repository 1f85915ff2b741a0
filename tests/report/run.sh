#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The pages of smtp-tls-report in headless Chromium: a phone, a tablet, a desk; light and dark; on paper. Accessibility
# is judged by look.py and by axe-core, which npm fetches (AXE=FILE: this axe.min.js). Usage: run.sh SRCDIR, in the build
# folder; prints TAP. NO_SKIP=1: what cannot be done here is a failure, but for a registry that cannot be reached.
# shellcheck disable=SC1091,SC2034,SC2154
src=$(cd "${1:?"usage: run.sh SRCDIR"}" && pwd)
. "$src/tests/interop/tap.sh"
. "$src/tests/bench/demo.sh"
tap_about="the pages in a browser"

for tool in chromium python3; do
	command -v "$tool" >/dev/null || tap_skip_all "$tool is missing"
done
LAB=$(mktemp -d) || exit 1
demo=''
trap 'kill $demo 2>/dev/null; rm -rf "$LAB"' EXIT
trap 'exit 1' HUP INT TERM
echo "TAP version 13"

# axe_fetch: axe.min.js in the build folder, once and for all; it runs in a browser here, so its octets are known. A registry
# may be slow or out of reach for a while.
axe_is_whole() {
	echo "$axe_sha256  $axe_kept" | sha256sum -c >"$LAB/npm.sum" 2>&1
}

axe_fetch() {
	axe_is_whole && return
	for try in 1 2 3; do
		rm -rf "$LAB/npm"
		if timeout -k 5 90 npm install --prefix "$LAB/npm" --no-audit --no-fund --ignore-scripts "axe-core@$axe_version" >"$LAB/npm.log" 2>&1; then
			mkdir -p "${axe_kept%/*}" && cp "$LAB/npm/node_modules/axe-core/axe.min.js" "$axe_kept"
			return
		fi
		sleep "$((try * 5))"
	done
	return 1
}

axe_version=4.10.3
axe_sha256=880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb
axe_kept=$PWD/tests/report/axe-core-$axe_version/axe.min.js
axe=${AXE:-}
if [ -z "$axe" ]; then
	if ! axe_is_whole && ! command -v npm >/dev/null; then
		tap_skip "axe-core" "npm is missing"
	elif ! axe_fetch; then
		# The network is nobody's fault here: told and counted, but no failure. look.py judges all the same.
		tap_count=$((tap_count + 1))
		echo "ok $tap_count - axe-core # SKIP npm cannot fetch it: $(tail -n 1 "$LAB/npm.log")"
	elif ! axe_is_whole; then
		tap_not_ok "axe-core $axe_version has the octets that it had" "$LAB/npm.sum"
	else
		tap_ok "axe-core $axe_version"
		axe=$axe_kept
	fi
fi

demo_start tests/fake/smtp-tls-demo 600 "$LAB/demo" || bail "the demo servers do not start: $demo_why"
for domain in "$DEMO_DOMAIN_good" "$DEMO_DOMAIN_broken" "$DEMO_DOMAIN_expiring" "$DEMO_DOMAIN_plain" "$DEMO_DOMAIN_clear" "$DEMO_DOMAIN_spare"; do
	plugins/check_smtp_tls -H "$domain" --all -p "$DEMO_PORT" --nameserver "$DEMO_DNS" --output-format=json
done >"$LAB/many.json"
plugins/smtp-tls-report -o "$LAB/many.html" "$LAB/many.json" || bail "there is no page"
sed -n 2p "$LAB/many.json" | plugins/smtp-tls-report -o "$LAB/one.html" || bail "there is no page"
cat "$src/tests/golden/hostile.json" "$src/tests/golden/every_finding.json" "$src/tests/golden/cut.json" |
	plugins/smtp-tls-report -o "$LAB/hostile.html" || bail "there is no page"

look() { # PAGE SCHEME WIDTH
	look_name="$1 page, $2, $3 pixels${axe:+, with axe-core}"
	if python3 "$src/tests/report/look.py" "$LAB/$1.html" "$2" "$3" ${axe:+"$axe"} >"$LAB/told" 2>&1; then
		tap_ok "$look_name"
	else
		tap_not_ok "$look_name" "$LAB/told"
	fi
}

for page in many one hostile; do
	for scheme in light dark; do
		for width in 360 768 1280; do
			look "$page" "$scheme" "$width"
		done
	done
done

timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$LAB/profile" \
	--no-pdf-header-footer --print-to-pdf="$LAB/many.pdf" "file://$LAB/many.html" >"$LAB/told" 2>&1
if [ "$(head -c 5 "$LAB/many.pdf" 2>/dev/null)" = %PDF- ]; then
	tap_ok "a page on paper"
else
	tap_not_ok "a page on paper" "$LAB/told"
fi
echo "1..$tap_count"
[ "$tap_failed" -eq 0 ]
