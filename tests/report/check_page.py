# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""Judges smtp-tls-report without a browser: python3 check_page.py PROGRAM GOLDEN... prints TAP."""
import html.parser
import importlib.machinery
import importlib.util
import json
import random
import os
import re
import sys
import tempfile

sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("report", sys.argv[1])
report = importlib.util.module_from_spec(importlib.util.spec_from_loader("report", loader))
loader.exec_module(report)

HOSTILE = "\"'><script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>&lt;\u202egpj\u0000\u2028\u00ad\u3164\U000e0041\ufe0f\ufff0]]>--> javascript:x {{7*7}} \ud800"
TAGS = set(
    "html head meta title style body main h1 h2 h3 p a br span b strong ul li section details summary table caption thead "
    "tbody tr th td i pre code".split()
)
ATTRIBUTES = set("lang charset http-equiv content name class id href scope aria-hidden aria-labelledby data-of style".split())
VOID = {"meta", "br", "img"}
points = 0
failed = 0


def point(name, trouble):
    global points, failed
    points += 1
    failed += bool(trouble)
    print(("not ok" if trouble else "ok"), points, "-", name)
    for line in list(trouble or [])[:5]:
        print("#", str(line)[:300].encode("ascii", "backslashreplace").decode())


class Judge(html.parser.HTMLParser):
    """Only what the program itself writes: no script, no address, nothing that loads."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.trouble, self.open, self.text = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in TAGS:
            self.trouble.append(f"a tag {tag}")
        for name, value in attributes:
            if name not in ATTRIBUTES or (name == "href" and not re.fullmatch("#d[0-9]+", value)):
                self.trouble.append(f"an attribute {name}={value}")
            if name == "style" and not re.fullmatch("width:[0-9]+%", value):
                self.trouble.append(f"a style {value}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.trouble.append(f"the end of {tag} is out of place")

    def handle_data(self, data):
        self.text.append(data)
        if re.search("[\u202a-\u202e\u2066-\u2069\u2028\u0000-\u0008\u00ad\u3164\U000e0041\ufe0f\ufff0]", data):
            self.trouble.append(f"characters that hide or reorder text: {data!r}")


def judge(verdicts, unread=None, most=200):
    domains = [report.Domain(verdict) for verdict in verdicts]
    text = "".join(report.page(domains, unread, None, most))
    text.encode("utf-8")
    judge_ = Judge()
    judge_.feed(text)
    judge_.close()
    if judge_.open:
        judge_.trouble.append(f"left open: {judge_.open}")
    return judge_.trouble, " ".join(judge_.text)


def spoiled(value, chance, pick):
    """The same with hostile strings, and now and then with a value of another type."""
    if pick.random() < chance:
        return pick.choice([None, True, -1, 10**30, 1e308, "", HOSTILE, [], {}, [HOSTILE], {"state": HOSTILE}, [[]], [None]])
    if isinstance(value, dict):
        return {key: spoiled(item, chance, pick) for key, item in value.items()}
    if isinstance(value, list):
        return [spoiled(item, chance, pick) for item in value]
    return HOSTILE + value if isinstance(value, str) and chance == 0 else value


verdicts = [json.loads(open(path, encoding="utf-8").read()) for path in sys.argv[2:]]
for path, verdict in zip(sys.argv[2:], verdicts):
    trouble, _ = judge([verdict])
    point(f"a page of {path.rsplit('/', 1)[-1]}", trouble)
trouble, text = judge(verdicts)
point("a page of all", trouble or ["most is missing"] * ("All domains, the worst first" not in text))
pick = random.Random(8461)
point("hostile text in every string", judge([spoiled(verdict, 0, pick) for verdict in verdicts])[0])
trouble = []
for _ in range(30):
    try:
        trouble += judge([{key: spoiled(item, 0.02, pick) for key, item in verdict.items()} for verdict in verdicts])[0]
    except Exception as error:  # pylint: disable=broad-except
        trouble.append(repr(error))
point("values of other types than expected", trouble)

ODD = [None, True, -1, 10**60, float("inf"), "", HOSTILE, [], {}, [HOSTILE], {"state": HOSTILE}, {"a": {"b": []}}, [[]], [None]]
sender = {"sender": "dane", "outcome": "bounces", "reason": "r", "records": ["x"]}
origin = {"list": "l", "line": 4, "written": "w", "options": "--ca"}
refused = {**origin, "state": "UNKNOWN", "error": "e"}
small = min((verdict for verdict in verdicts if any(host.get("tlsa") for host in report.listed(verdict, "hosts"))), key=lambda verdict: len(json.dumps(verdict)))
small = {**small, **origin, "sender_view": [sender]}


def places(value, path=()):
    """Every place in a value."""
    yield path
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, path + (key,))


def with_odd(value, path, odd):
    if not path:
        return odd
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = with_odd(value[path[0]], path[1:], odd)
    return copy


folder = tempfile.TemporaryDirectory()


def read(lines):
    """The domains and what could not be read of these lines in a file."""
    path = os.path.join(folder.name, "lines")
    with open(path, "wb") as file:
        file.write(b"".join(lines))
    return report.read_files([path])


def judge_lines(lines):
    domains, unread = read(lines)
    judge_ = Judge()
    judge_.feed("".join(report.page(domains, unread, None, 200)))
    judge_.close()
    return judge_.trouble, " ".join(" ".join(judge_.text).split())


def try_line(line):
    try:
        return judge_lines([line])[0]
    except Exception as error:  # pylint: disable=broad-except
        return [f"{error!r}: {line[:200]}"]


trouble = []
for whole in (small["sender_view"], refused):
    for path in places(whole):
        for odd in ODD:
            other = with_odd(whole, path, odd)
            trouble += try_line(json.dumps({**small, "sender_view": other} if whole is not refused else other).encode())
point("any value in each place of what senders do and of a refused line", trouble)
trouble, every = [], list(places(small))
for _ in range(200):
    trouble += try_line(json.dumps(with_odd(small, pick.choice(every), pick.choice(ODD))).encode())
octets = json.dumps(refused).encode()
for _ in range(200):
    at = pick.randrange(len(octets))
    trouble += try_line(octets[:at] + bytes(pick.choice(b'"[]{}:,0\\\xff\xef\n\x00e-') for _ in range(pick.randrange(3))) + octets[at + pick.randrange(4) :])
point("changed lines", trouble)
deep = [b'{"state":"OK","domain":' + b"[" * n + b"]" * n + b"}\n" for n in (60, 63, 64, 500, 900, 950, 980, 990, 1000, 100000)]
long = b'{"state":"OK","domain":"a.test","level":' + b"9" * 100000 + b"}\n"
trouble = [line for line in deep + [long] for line in try_line(line)]
point("depth and long numbers", trouble or ["not read"] * (len(read(deep)[0]) < 2 or len(read([long])[0]) != 1))


def lines_of(*verdicts_):
    return [json.dumps(verdict).encode() + b"\n" for verdict in verdicts_]


def seen(state, time, options):
    return {"domain": "a.test", "state": state, "time": f"2027-01-0{time}T00:00:00Z", "summary": f"{state}{time}", "options": options}


several = [seen("OK", 1, ""), seen("CRITICAL", 2, "--ca"), seen("OK", 2, "--ca"), seen("CRITICAL", 1, "--dane"), seen("WARNING", 3, "--dane")]
texts = {judge_lines(lines_of(*order))[1] for order in (several, several[::-1], several[2:] + several[:2])}
text = texts.pop()
point("a domain with different options, in whichever order", [
    word for word in ("OK1", "CRITICAL2", "WARNING3", "--ca", "--dane") if word not in text] + ["more than one page"] * len(texts) +
    [word for word in ("OK2", "CRITICAL1") if word in text] + ["no Mail TLS of a.test"] * ("Mail TLS of a.test" not in text))
text = judge_lines(lines_of(refused, {**refused, "line": 5, "options": ""}))[1]
point("refused lines have their place and text", [
    word for word in ("line 4 of l", "w --ca: e", "line 5 of l", "w: e") if word not in text] + ["no domain"] * ("(no domain)" in text))

mismatch = next(verdict for verdict in verdicts if any(f.get("id") == "tlsa-mismatch" for f in report.all_findings(verdict)) and len(report.all_findings(verdict)) < 20)
_, text = judge([mismatch])
record = next(f["record"] for f in report.all_findings(mismatch) if f.get("record"))
point("what is wrong, what to publish, how long the certificate lasts", [
    word for word in ("What is wrong", "tlsa-mismatch", record, "days left of 90 days", "What senders do", "TLSA records")
    if word not in text and not (word == "What senders do" and "sender_view" not in mismatch)])


def luminance(colour):
    colour = "".join(2 * c for c in colour) if len(colour) == 3 else colour
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


trouble = []
for scheme in re.findall(r":root\{([^}]*--critical[^}]*)\}", report.STYLE):
    colours = dict(re.findall(r"--([a-z]+):#([0-9a-f]+)", scheme))
    for ground in ("page", "box"):
        for ink in ("ink", "soft", "critical", "warning", "unknown", "ok"):
            light = sorted((luminance(colours[ink]), luminance(colours[ground])))
            ratio = (light[1] + 0.05) / (light[0] + 0.05)
            if ratio < 4.5:
                trouble.append(f"{ink} on {ground}: {ratio:.2f}")
point("every colour can be read on every ground, light and dark (WCAG AA)", trouble)
begin, end = "2027-01-01T00:00:00Z", "2027-04-01T00:00:00Z"
point("a bar is as the thresholds have it", [
    (now, found.state()) for now, state in (("2027-02-01T00:00:00Z", "OK"), ("2027-03-20T00:00:00Z", "WARNING"),
    ("2027-03-28T00:00:00Z", "CRITICAL"), ("2027-05-01T00:00:00Z", "CRITICAL"))
    for found in [report.life(begin, end, report.when(now))] if found.state() != state])
print(f"1..{points}")
sys.exit(failed > 0)
