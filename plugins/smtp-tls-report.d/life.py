# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""How long certificates and signatures last, as bars."""
from words import dig, listed, span, when


class Life:
    """The time that a certificate or a signature is valid, seen from one moment."""

    def __init__(self, begin, end, now):
        self.end = end
        self.whole = (end - begin).total_seconds()
        self.left = (end - now).total_seconds()

    def share(self):
        return max(0.0, min(1.0, self.left / self.whole)) if self.whole > 0 else 0.0

    def state(self):
        """The program's own thresholds: WARNING at the smaller of 14 days and 25%, CRITICAL of 7 days and 10%."""
        if self.left <= min(7 * 86400, 0.10 * self.whole):
            return "CRITICAL"
        return "WARNING" if self.left <= min(14 * 86400, 0.25 * self.whole) else "OK"

    def words(self):
        end = f" ({self.end:%Y-%m-%d})"
        return (f"{span(self.left)} left of {span(self.whole)}" if self.left >= 0 else f"over for {span(self.left)}") + end

    def bar(self, state):
        return (
            f'{self.words()}<span class="bar {state}" aria-hidden="true">'
            f'<i style="width:{self.share() * 100:.0f}%"></i></span>'
        )


def life(begin, end, now):
    begin, end = when(begin), when(end)
    return Life(begin, end, now) if begin and end and now else None


def certificate_lives(address, now):
    for shown in listed(address, "certificates"):
        for leaf in listed(shown, "chain")[:1]:
            found = life(leaf.get("not_before"), leaf.get("not_after"), now)
            if found:
                yield leaf, found


def signature_life(host, verdict, now):
    """Of the signatures over what leads to a host, the one that ends first."""
    lookups = [dig(host, "lookups"), dig(verdict, "lookups")]
    lives = [
        life(lookup.get("signed_from"), lookup.get("signed_until"), now)
        for group in lookups
        if isinstance(group, dict)
        for lookup in group.values()
        if isinstance(lookup, dict)
    ]
    return min((found for found in lives if found), key=lambda found: found.left, default=None)
