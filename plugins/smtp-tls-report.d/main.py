#!/usr/bin/env python3
# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""A static HTML page from the JSON lines of check_smtp_tls and smtp-tls-fleet.

Python and its standard library, not C: it runs where results are looked at, not on each probe, so that its cost does
not matter; and a reader of JSON in C would be the largest piece of code that parses what peers wrote.

What a peer wrote is made harmless three times: quote() is the only way into the page, characters that hide or reorder
text are shown by their number, and a content security policy forbids scripts and everything from outside.

When it is built it is one file, which can be copied to wherever a page is wanted: join.awk puts the parts together.
"""
import argparse
import contextlib
import re
import sys

from page import page
from reading import read_files
from words import harmless
from writing import is_same_file, write_page


def most_argument(text):
    if not re.fullmatch("[0-9]{1,6}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 999999")
    return int(text)


def output_argument(text):
    if not text:
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a file")
    return text


def tell(text):
    """Where standard error is closed print() would take standard output; whoever cannot hear it has the exit code."""
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print(f"smtp-tls-report: {text}", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(
        prog="smtp-tls-report",
        allow_abbrev=False,
        description="Write a static HTML page about the JSON lines of check_smtp_tls or smtp-tls-fleet.",
        epilog="Exit codes: 0 all was read, 1 some lines or files could not be, 2 wrong arguments, 3 there was nothing to "
        "show or the page could not be written.",
    )
    parser.add_argument("files", metavar="FILE", nargs="*", help="JSON lines (none, or -: standard input)")
    parser.add_argument(
        "-o", "--output", metavar="FILE", type=output_argument, default="-", help="where the page goes (default: -, standard output)"
    )
    parser.add_argument("--title", metavar="TEXT", help="heading of the page")
    parser.add_argument(
        "--most", metavar="N", type=most_argument, default=200, help="domains with details, the worst first (default: 200)"
    )
    parser.add_argument("-V", "--version", action="version", version="smtp-tls-report @VERSION@")
    wish = parser.parse_args()
    files = wish.files or ["-"]
    if any(is_same_file(name, wish.output) for name in files):
        parser.error(f"--output {harmless(wish.output)} is what is read: the page would take the place of the verdicts")
    domains, unread = read_files(files)
    for text in [unread.words(), *unread.first()] if unread else []:
        tell(text)
    if not domains:
        tell("there is no verdict in what was read; it wants --output-format=json, one object a line")
        return 3
    # Wholly, before anything of it is written.
    octets = "".join(page(domains, unread, wish.title, wish.most)).encode("utf-8")
    try:
        write_page(octets, wish.output)
    except OSError as error:
        if wish.output != "-" or not isinstance(error, BrokenPipeError):
            tell(f"{'standard output' if wish.output == '-' else '--output ' + harmless(wish.output)}: {error.strerror}")
        return 3
    return 1 if unread else 0


if __name__ == "__main__":
    sys.exit(main())
