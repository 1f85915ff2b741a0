# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""The whole page: what is told of all domains, and then of each."""
from details import domain_html
from domain import Domain
from style import STYLE
from words import WORST_FIRST, mark, quote


def tiles_html(domains):
    out = "<ul class=tiles>"
    for state in WORST_FIRST:
        count = sum(domain.state == state for domain in domains)
        out += f"<li class={state}><b>{count}</b>{mark(state)}</li>"
    return out + "</ul>"


def most_html(domains):
    """The findings and the hosts behind most trouble."""
    findings, hosts = {}, {}
    for domain in domains:
        for name in domain.wrong:
            findings[name] = findings.get(name, 0) + 1
        for name in domain.bad_hosts:
            hosts[name] = hosts.get(name, 0) + 1
    out = ""
    for caption, what, counts in (
        ("Most frequent findings", "Finding", findings),
        ("Mail servers behind most trouble", "Mail server", hosts),
    ):
        most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]
        rows = "".join(
            f'<tr><th scope=row>{quote(name)}</th><td data-of="Domains">{count}</td></tr>' for name, count in most
        )
        if rows:
            out += (
                f"<table><caption>{caption}</caption><thead><tr><th scope=col>{what}</th><th scope=col>Domains</th>"
                f"</tr></thead><tbody>{rows}</tbody></table>"
            )
    return out


def overview_html(domains, shown):
    yield (
        "<table><caption>All domains, the worst first</caption><thead><tr><th scope=col>Domain</th><th scope=col>State</th>"
        "<th scope=col>What</th></tr></thead><tbody>\n"
    )
    for number, domain in enumerate(domains):
        name = domain.title_html()
        link = f'<a href="#d{number}">{name}</a>' if number < shown else name
        yield (
            f'<tr><th scope=row>{link}</th><td data-of="State">{mark(domain.state)}</td>'
            f'<td data-of="What">{quote(domain.summary)}</td></tr>\n'
        )
    yield "</tbody></table>\n"


def counted_html(domains, names):
    """What the tiles count, where that is more than the domains of the heading."""
    refused = sum(domain.refused for domain in domains)
    again = len(domains) - refused - names
    parts = [f"{names} domain{'s' if names != 1 else ''}"]
    parts += [f"{again} more with other options of a line"] if again else []
    parts += [f"{refused} refused line{'s' if refused != 1 else ''}"] if refused else []
    return f"<p>{len(domains)} results: {', '.join(parts)}</p>\n" if len(parts) > 1 else ""


def page(domains, unread, title, most):
    """The parts of the page, one after the other."""
    domains = sorted(domains, key=Domain.rank)
    alone = len(domains) == 1
    names = {domain.name for domain in domains if not domain.refused}
    n_names = len(names)
    title = title or "Mail TLS of " + (f"{len(names)} domains" if len(names) != 1 else names.pop())
    times = [domain.now for domain in domains if domain.now]
    yield (
        '<!DOCTYPE html>\n<html lang=en>\n<head><meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'unsafe-inline\'">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{quote(title)}</title>\n<style>{STYLE}</style></head>\n<body>\n<main>\n<h1>{quote(title)}</h1>\n"
    )
    if times:
        first, last = min(times), max(times)
        until = f" to {last:%Y-%m-%d %H:%M}" if last != first else ""
        yield f"<p class=soft>As seen at {first:%Y-%m-%d %H:%M}{until} UTC by check_smtp_tls</p>\n"
    if unread:
        yield f"<p>{mark('UNKNOWN')} {unread.words()}:</p><ul>"
        yield "".join(f"<li>{quote(text)}</li>" for text in unread.first()) + "</ul>\n"
    if not alone:
        yield counted_html(domains, n_names)
        yield tiles_html(domains) + most_html(domains)
        yield from overview_html(domains, most)
    for number, domain in enumerate(domains[:most]):
        yield domain_html(domain, number, alone) + "\n"
    if len(domains) > most:
        yield f"<p class=soft>The details of {len(domains) - most} more are left out (--most).</p>\n"
    yield "</main>\n</body>\n</html>\n"
