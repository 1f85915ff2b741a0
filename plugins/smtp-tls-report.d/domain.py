# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""One domain, as far as the page has to know of it before its turn comes."""
import datetime
import json
import zlib

from words import WORST_FIRST, harmless, listed, quote, state_of, when


def all_findings(verdict):
    """Those of the domain, its hosts, their addresses and certificates; the worst first."""
    found = listed(verdict, "findings")
    for host in listed(verdict, "hosts"):
        found += listed(host, "findings")
        for address in listed(host, "addresses"):
            found += listed(address, "findings")
            for shown in listed(address, "certificates"):
                found += listed(shown, "findings")
    return sorted(found, key=lambda finding: WORST_FIRST.index(state_of(finding)))


class Domain:
    """One domain with its options, or one line that was refused: what the overview needs of its newest verdict, and the
    verdict, packed until its turn comes."""

    def __init__(self, verdict):
        self.packed = zlib.compress(json.dumps(verdict).encode("ascii"), 1)
        self.state = state_of(verdict)
        self.wrong = {str(finding.get("id")) for finding in all_findings(verdict) if state_of(finding) != "OK"}
        self.bad_hosts = {str(host.get("host")) for host in listed(verdict, "hosts") if state_of(host) != "OK"}
        self.now = when(verdict.get("time"))
        self.refused = not verdict.get("domain")
        self.options = "" if self.refused else harmless(verdict.get("options") or "")
        self.line = verdict["line"] if isinstance(verdict.get("line"), int) else 0
        if self.refused:
            self.name, self.summary = refusal(verdict)
        else:
            self.name = harmless(verdict["domain"])
            self.summary = harmless(verdict.get("summary") or verdict.get("error") or "")

    def verdict(self):
        return json.loads(zlib.decompress(self.packed))

    def key(self):
        """What has one verdict: a domain with its options. What was refused has no time, and each is told."""
        return (self.name, self.summary if self.refused else None, self.options)

    def precedes(self, other):
        """Whether this verdict counts and not the other one: the newer; of one time the worse, in whichever order they came."""
        mine, its = (one.now or datetime.datetime.min for one in (self, other))
        if mine != its:
            return mine > its
        return (WORST_FIRST.index(self.state), self.packed) < (WORST_FIRST.index(other.state), other.packed)

    def rank(self):
        return (WORST_FIRST.index(self.state), self.refused, self.line if self.refused else 0, self.name, self.options)

    def title_html(self):
        return quote(self.name) + (f" <span class=soft>{quote(self.options)}</span>" if self.options else "")


def refusal(verdict):
    """Where a line stands that was refused, and what it was and why."""
    told = harmless(verdict.get("error") or verdict.get("summary") or "")
    written = " ".join(harmless(verdict[key]) for key in ("written", "options") if verdict.get(key))
    if verdict.get("line") is None and verdict.get("list") is None:
        return "(no domain)", f"{written}: {told}" if written else told
    place = f"line {harmless(verdict.get('line', '?'))} of {harmless(verdict.get('list', '?'))}"
    return place, f"{written}: {told}" if written else told
