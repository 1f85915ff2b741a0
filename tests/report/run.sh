#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The pages of smtp-tls-report in headless Chromium: a phone, a tablet, a desk; light and dark; on paper. With
# axe-core, an accessibility checker, where npm is here to fetch it (AXE=FILE: this axe.min.js). Usage: run.sh
# SRCDIR, in the build folder; prints TAP. NO_SKIP=1: what cannot be done here is a failure.
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

axe=${AXE:-}
if [ -z "$axe" ] && command -v npm >/dev/null; then
	if npm install --prefix "$LAB/npm" --no-audit --no-fund --ignore-scripts axe-core@4 >"$LAB/npm.log" 2>&1; then
		axe=$LAB/npm/node_modules/axe-core/axe.min.js
	fi
fi
[ -n "$axe" ] || echo "# without axe-core: npm is not here, or cannot fetch it"

demo_start tests/fake/smtp-tls-demo 120 "$LAB/demo" || bail "the demo servers do not start: $demo_why"
for domain in "$DEMO_DOMAIN_good" "$DEMO_DOMAIN_broken" "$DEMO_DOMAIN_expiring" "$DEMO_DOMAIN_plain" "$DEMO_DOMAIN_clear" "$DEMO_DOMAIN_spare"; do
	plugins/check_smtp_tls -H "$domain" --all -p "$DEMO_PORT" --nameserver "$DEMO_DNS" --output-format=json
done >"$LAB/many.json"
plugins/smtp-tls-report -o "$LAB/many.html" "$LAB/many.json" || bail "there is no page"
sed -n 2p "$LAB/many.json" | plugins/smtp-tls-report -o "$LAB/one.html" || bail "there is no page"
cat "$src/tests/golden/hostile.json" "$src/tests/golden/every_finding.json" "$src/tests/golden/cut.json" |
	plugins/smtp-tls-report -o "$LAB/hostile.html" || bail "there is no page"

look() { # PAGE SCHEME WIDTH
	look_name="$1 page, $2, $3 pixels"
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
