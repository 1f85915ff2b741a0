# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""Runs smtp-tls-report again and again: python3 runs.py PROGRAM OUT ERR <REQUESTS >EXIT_CODES.

A request is a line "+ARGUMENT" for each argument and a line "."; the answer is a line with the exit code. Each run is a
child that has read all modules before it was forked: an interpreter that begins anew takes ten times as long.
"""
import os
import sys


def become(code, arguments, out, err):
    for path, number in ((os.devnull, 0), (out, 1), (err, 2)):
        file = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.dup2(file, number)
        os.close(file)
    sys.argv = arguments
    exec(code, {"__name__": "__main__", "__file__": arguments[0]})  # pylint: disable=exec-used


def main():
    program, out, err = sys.argv[1:]
    with open(program, encoding="utf-8") as file:
        code = compile(file.read(), program, "exec")
    exec(code, {"__name__": "read"})  # pylint: disable=exec-used
    arguments = [program]
    for line in sys.stdin:
        if line != ".\n":
            arguments.append(line[1:-1])
            continue
        child = os.fork()
        if child == 0:
            become(code, arguments, out, err)
            sys.exit(0)
        status = os.waitpid(child, 0)[1]
        print(os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status), flush=True)
        arguments = [program]


main()
