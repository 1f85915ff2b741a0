# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""Words of the page, and the only way in for those of others."""
import datetime
import html
import json
import re
import unicodedata

WORST_FIRST = ["CRITICAL", "WARNING", "UNKNOWN", "OK"]
# Read without colours, too: each state has a shape and a word.
SHAPES = {"CRITICAL": "\u25a0", "WARNING": "\u25b2", "UNKNOWN": "?", "OK": "\u25cf"}
# What a screen shows nothing of, though it is no control character: two texts that look alike shall be alike. The same
# as in lib/base/text_escape.c.
UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
TEXT_MAX = 2000  # characters of one string


def is_unseen(character):
    hides = unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    return hides or UNSEEN.match(character) is not None


def harmless(value):
    """Text in which nothing hides or moves other text, at most TEXT_MAX characters of it."""
    text = value if isinstance(value, str) else json.dumps(value)
    cut = text[:TEXT_MAX]
    shown = "".join(f"\\u{ord(c):04x}" if is_unseen(c) else c for c in cut)
    return shown + ("..." if len(text) > TEXT_MAX else "")


def quote(value):
    """The only way of foreign text into the page."""
    return html.escape(harmless(value), quote=True)


def dig(value, *path):
    """What is there at the end of a path of keys; None when something else than expected is on the way."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def listed(value, *path):
    """The objects of a list at the end of a path."""
    found = dig(value, *path)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def lookup(table, key, fallback):
    """A row of a table of words; a list or an object has none."""
    return table.get(key, fallback) if isinstance(key, str) else fallback


def state_of(value):
    state = dig(value, "state")
    return state if state in WORST_FIRST else "UNKNOWN"


def when(text):
    """A time of the JSON; None when it is none."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except (TypeError, ValueError):
        return None


def span(seconds):
    """As people say it: 61 days, 5 hours."""
    seconds = abs(int(seconds))
    for size, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= 2 * size or (seconds >= size and word == "minute"):
            return f"{seconds // size} {word}{'s' if seconds // size != 1 else ''}"
    return f"{seconds} seconds"


def mark(state):
    return f'<span class="state {state}"><span aria-hidden="true">{SHAPES[state]}</span> {state}</span>'
