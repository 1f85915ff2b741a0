# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""What is told of one domain."""
from domain import all_findings
from life import certificate_lives, signature_life
from words import SHAPES, listed, lookup, mark, quote, state_of

OUTCOMES = {
    "authenticated": ("OK", "delivers, authenticated"),
    "encrypted": ("OK", "delivers, encrypted"),
    "clear": ("WARNING", "delivers in clear"),
    "defers": ("CRITICAL", "defers"),
    "bounces": ("CRITICAL", "bounces"),
}
SENDERS = {
    "opportunistic": "nothing (opportunistic TLS)",
    "encrypt": "any TLS",
    "dane": "DANE where there are TLSA records",
    "dane-only": "DANE always",
    "mta-sts": "MTA-STS",
    "dane+mta-sts": "DANE and MTA-STS",
    "verify": "a CA and the name of the host",
    "secure": "a CA and the name of the mail domain",
    "requiretls": "REQUIRETLS",
}


def finding_html(finding):
    state = state_of(finding)
    out = f"<li><p>{mark(state)} <strong>{quote(finding.get('id', ''))}</strong>"
    if finding.get("subject"):
        out += f" <span class=soft>{quote(finding['subject'])}</span>"
    out += f"<br>{quote(finding.get('text', ''))}</p>"
    record, remedy = finding.get("record"), finding.get("remedy")
    if remedy and not (record and str(remedy) == f"publish {record}"):
        out += f"<p><strong>What to do:</strong> {quote(remedy)}</p>"
    if record:
        out += f"<p><strong>Publish:</strong></p><pre>{quote(record)}</pre>"
    if finding.get("rfc"):
        out += f"<p class=soft>{quote(finding['rfc'])}</p>"
    return out + "</li>"


def findings_html(verdict):
    found = all_findings(verdict)
    worse = [finding for finding in found if state_of(finding) != "OK"]
    fine = [finding for finding in found if state_of(finding) == "OK"]
    out = ""
    if worse:
        out += "<h3>What is wrong</h3><ul class=findings>" + "".join(map(finding_html, worse)) + "</ul>"
    if fine:
        out += "<h3>Good to know</h3><ul class=findings>" + "".join(map(finding_html, fine)) + "</ul>"
    return out


def nodes_html(verdict, now):
    rows = ""
    for host in listed(verdict, "hosts"):
        signed = signature_life(host, verdict, now)
        signatures = signed.bar(signed.state()) if signed else "not signed"
        for address in listed(host, "addresses") or [{"state": state_of(host)}]:
            lives = list(certificate_lives(address, now))
            bars = "<br>".join(found.bar(found.state()) for _, found in lives) or "none seen"
            rows += (
                f"<tr><th scope=row>{mark(state_of(address))}<br>{quote(host.get('host', ''))}"
                f"{'<br>' + quote(address['address']) if address.get('address') else ''}</th>"
                f'<td data-of="Seen">{quote(address.get("text") or address.get("error") or "not probed")}</td>'
                f'<td data-of="Certificate">{bars}</td><td data-of="DNSSEC signatures">{signatures}</td></tr>'
            )
    if not rows:
        return ""
    return (
        "<table><caption>Mail servers</caption><thead><tr><th scope=col>Server</th><th scope=col>Seen</th>"
        f"<th scope=col>Certificate</th><th scope=col>DNSSEC signatures</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def senders_html(verdict):
    rows = ""
    for row in listed(verdict, "sender_view"):
        state, words = lookup(OUTCOMES, row.get("outcome"), ("UNKNOWN", row.get("outcome", "")))
        sender = lookup(SENDERS, row.get("sender"), row.get("sender", ""))
        rows += (
            f"<tr><th scope=row>{quote(sender)}</th>"
            f'<td data-of="What it does" class="{state}"><span aria-hidden="true">{SHAPES[state]}</span> {quote(words)}</td>'
            f'<td data-of="Why">{quote(row.get("reason", ""))}</td></tr>'
        )
    if not rows:
        return ""
    return (
        "<table><caption>What senders do, by what they demand</caption><thead><tr><th scope=col>A sender that demands</th>"
        f"<th scope=col>What it does</th><th scope=col>Why</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def records_html(verdict):
    rows = ""
    for host in listed(verdict, "hosts"):
        for record in listed(host, "tlsa"):
            told = "; ".join(str(node.get("text", "")) for node in listed(record, "nodes")) or "not compared"
            name = f"{record.get('usage')} {record.get('selector')} {record.get('matching')}"
            rows += (
                f"<tr><th scope=row>{quote(host.get('host', ''))}</th>"
                f'<td data-of="TLSA record">{quote(name)} <code>{quote(record.get("data", ""))}</code></td>'
                f'<td data-of="What it is">{quote(told)}</td></tr>'
            )
    if not rows:
        return ""
    return (
        "<table><caption>TLSA records</caption><thead><tr><th scope=col>Host</th><th scope=col>TLSA record</th>"
        f"<th scope=col>What it is</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def domain_html(domain, number, alone):
    verdict = domain.verdict()
    head = f"<h2 id=d{number}>{domain.title_html()}: {mark(domain.state)}</h2>"
    told = f"<p>{quote(domain.summary)}</p>"
    if domain.now:
        told += f"<p class=soft>Seen at {domain.now:%Y-%m-%d %H:%M} UTC, level {quote(verdict.get('level', '?'))}</p>"
    body = findings_html(verdict) + nodes_html(verdict, domain.now) + senders_html(verdict) + records_html(verdict)
    if alone or domain.state != "OK":
        return f"<section aria-labelledby=d{number}>{head}{told}{body}</section>"
    return f"<details><summary>{head}</summary>{told}{body}</details>"
