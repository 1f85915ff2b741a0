# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""The lines that are read, and what becomes of those that are none."""
import json

from domain import Domain
from words import harmless

SCHEMA = 1  # of the objects that are known here
LINE_MAX = 64 * 1024 * 1024  # octets of one line
DEPTH_MAX = 64  # objects and lists within each other; what the programs print has nine
DIGITS_MAX = 40  # of a number: the time that longer ones take grows with their square
UNREAD_MAX = 5  # told with their place
BOM = b"\xef\xbb\xbf"


class Unread:
    """The lines and files that could not be read: how many, and why the first of them."""

    def __init__(self):
        self.lines, self.files, self.reasons = 0, 0, []

    def __bool__(self):
        return self.lines + self.files > 0

    def line(self, name, number, why):
        self.lines += 1
        self.reasons += [f"line {number} of {name}: {why}"] if self.lines <= UNREAD_MAX else []

    def file(self, name, error):
        self.files += 1
        self.reasons += [f"{name}: {error.strerror}"] if self.files <= UNREAD_MAX else []

    def words(self):
        counts = ((self.lines, "line"), (self.files, "file"))
        return " and ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n) + " could not be read"

    def first(self):
        more = self.lines + self.files - len(self.reasons)
        return [harmless(reason) for reason in self.reasons] + ([f"and {more} more"] if more else [])


def number_of(digits):
    return int(digits) if len(digits) <= DIGITS_MAX else digits


def too_deep(value):
    level = [value]
    for _ in range(DEPTH_MAX):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return False
    return True


def read_line(line):
    """The verdict of a line; ValueError says why there is none."""
    if len(line) >= LINE_MAX:
        raise ValueError(f"longer than {LINE_MAX >> 20} MiB")
    try:
        verdict = json.loads(line.decode("utf-8", "replace"), parse_int=number_of)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON from character {error.pos + 1} on; one object a line is wanted") from error
    except RecursionError as error:
        raise ValueError("objects within objects without end") from error
    if not isinstance(verdict, dict):
        raise ValueError("no JSON object; one object a line is wanted")
    schema = verdict.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise ValueError(f"of a newer program (schema {schema}, known here is {SCHEMA})")
    if not ("state" in verdict or "error" in verdict):
        raise ValueError("neither a state nor an error in it")
    if too_deep(verdict):
        raise ValueError("objects within objects without end")
    return Domain(verdict)


def lines_of(file):
    """Each line with its number; of a line that is too long its beginning."""
    number = 0
    while True:
        line = file.readline(LINE_MAX)
        if not line:
            return
        number += 1
        rest = line
        while len(rest) == LINE_MAX and not rest.endswith(b"\n"):
            rest = file.readline(LINE_MAX)
        # Each line: files that have one may have been put together.
        yield number, line[len(BOM):] if line.startswith(BOM) else line


def read_file(file, name, newest, unread):
    for number, line in lines_of(file):
        if not line.strip():
            continue
        try:
            domain = read_line(line)
        except ValueError as error:
            unread.line(name, number, error)
            continue
        # Without a place in a list each is told.
        key = domain.key() if domain.name != "(no domain)" else len(newest)
        if key not in newest or domain.precedes(newest[key]):
            newest[key] = domain


def read_files(paths):
    """The newest verdict of each domain with its options, and what could not be read."""
    newest, unread = {}, Unread()
    for path in paths:
        name = "standard input" if path == "-" else path
        try:
            # Not sys.stdin: it is None where standard input is closed.
            with open(0 if path == "-" else path, "rb", closefd=path != "-") as file:
                read_file(file, name, newest, unread)
        except OSError as error:
            unread.file(name, error)
    return list(newest.values()), unread
