# Copyright the check_smtp_tls developers. SPDX-License-Identifier: GPL-3.0-or-later
"""Where the page goes."""
import contextlib
import errno
import os
import stat
import tempfile


def put(descriptor, octets):
    """All of it; nothing is left in a buffer, of which Python would tell at its end."""
    rest = memoryview(octets)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def is_same_file(name, output):
    """One that is read and would be replaced; a device may be both."""
    try:
        seen = os.fstat(0) if name == "-" else os.stat(name)
        return stat.S_ISREG(seen.st_mode) and os.path.samestat(seen, os.stat(output))
    except OSError:
        return False


def is_output(seen):
    try:
        return os.path.samestat(seen, os.fstat(1))
    except OSError:
        return False


def replace_file(octets, path, old):
    """A regular file, which readers never see half written. It has the mode and, where that may be, the owner of the old."""
    mask = os.umask(0)
    os.umask(mask)
    with tempfile.NamedTemporaryFile("wb", dir=os.path.dirname(path), prefix=".smtp-tls-report.", delete=False) as file:
        try:
            put(file.fileno(), octets)
            if old and (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
                with contextlib.suppress(OSError):
                    os.fchown(file.fileno(), old.st_uid, old.st_gid)
            os.fchmod(file.fileno(), old.st_mode & 0o777 if old else 0o666 & ~mask)
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise


def write_page(octets, path):
    """To standard output, into what is no regular file, or in place of one."""
    try:
        old = os.stat(path) if path != "-" else None
    except FileNotFoundError:
        old = None
    if path == "-" or (old and is_output(old)):
        put(1, octets)
    elif (old and stat.S_ISDIR(old.st_mode)) or path.endswith("/"):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    elif old and not stat.S_ISREG(old.st_mode):
        with open(os.open(path, os.O_WRONLY), "wb") as file:
            put(file.fileno(), octets)
    else:
        replace_file(octets, os.path.realpath(path), old)
