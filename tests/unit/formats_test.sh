#!/bin/sh
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
# The formats for machines, read by others: golden JSON (test_render_plugin holds that the program prints it) and
# what the program itself prints against the schema, OpenMetrics by the parser of Prometheus' own library. Prints
# TAP; a validator that is missing is a SKIP.
program=${CHECK_SMTP_TLS:-plugins/check_smtp_tls}
top=${srcdir:-.}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT

# A python3 that has the module: a machine may have others beside the system's.
python_with() {
	for python in python3 /usr/bin/python3; do
		if "$python" -c "import $1" 2>/dev/null; then
			echo "$python"
			return
		fi
	done
}

closed='--hostname=[127.0.0.1] --port=1 --level=may --connect-timeout=2'
# shellcheck disable=SC2086 # words
for format in json openmetrics; do
	"$program" --output-format=$format $closed >"$tmp/closed.$format" 2>&1
	"$program" $closed --output-format=$format --all --at=+1d >"$tmp/all.$format" 2>&1
	"$program" --foo "a|\"b$(printf '\377')" --output-format=$format >"$tmp/refused.$format" 2>/dev/null
done

# A list, of which each line is an object of its own.
fleet=${SMTP_TLS_FLEET:-plugins/smtp-tls-fleet}
printf '[127.0.0.1]:1 --level=may # x\n[127.0.0.2]:1\n--bad\n\303(\n' >"$tmp/list"
"$fleet" --level=none "$tmp/list" >"$tmp/fleet" 2>/dev/null
split -l 1 -a 1 --additional-suffix=.json "$tmp/fleet" "$tmp/fleet-"
"$fleet" --level=none --output-format=openmetrics "$tmp/list" "$tmp/list" >"$tmp/fleet.openmetrics" 2>/dev/null

echo "1..2"
python=$(python_with jsonschema)
if [ -z "$python" ]; then
	echo "ok 1 - JSON is what the schema says # SKIP python3-jsonschema is missing"
else
	"$python" - "$top/contrib/schema/check_smtp_tls.schema.json" "$top"/tests/golden/*.json "$tmp"/*.json <<'END' && echo "ok 1 - JSON is what the schema says" || echo "not ok 1 - JSON is what the schema says"
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
bad = 0
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    if len(lines) != 2 or lines[1] != "":
        print(f"# {path}: not one line")
        bad += 1
    for error in validator.iter_errors(json.loads(lines[0])):
        deep = jsonschema.exceptions.best_match([error])
        print(f"# {path}: {list(deep.absolute_path)}: {deep.message[:300]}")
        bad += 1
sys.exit(bad > 0)
END
fi
python=$(python_with prometheus_client.openmetrics.parser)
if [ -z "$python" ]; then
	echo "ok 2 - OpenMetrics can be parsed # SKIP python3-prometheus-client is missing"
else
	"$python" - "$top"/tests/golden/*.metrics "$tmp"/*.openmetrics <<'END' && echo "ok 2 - OpenMetrics can be parsed" || echo "not ok 2 - OpenMetrics can be parsed"
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        try:
            families = list(text_string_to_metric_families(file.read()))
        except ValueError as error:
            sys.exit(f"# {path}: {error}")
    seen = [(sample.name, tuple(sorted(sample.labels.items()))) for family in families for sample in family.samples]
    if len(seen) != len(set(seen)) or "smtp_tls_state" not in [name for name, _ in seen]:
        sys.exit(f"# {path}: a series twice, or no state")
END
fi
