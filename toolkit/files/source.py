"""The bytes of a file that a person named: what is no file (a pipe, a device) might never end, and is not touched."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

MOST = 400 << 20  # bytes: far beyond any file that is read here


def content(path: Path) -> bytes:
    """A file's bytes; raise OSError where it is none, or beyond measure."""
    size = regular(path).st_size
    if size > MOST:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(path))
    return path.read_bytes()


def regular(path: Path) -> os.stat_result:
    """What the system says of a file; raise OSError (ENODEV) where it is a pipe or a device. Opening tells a folder."""
    about = path.stat()
    if not stat.S_ISREG(about.st_mode) and not stat.S_ISDIR(about.st_mode):
        raise OSError(errno.ENODEV, os.strerror(errno.ENODEV), str(path))
    return about


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    regular(path)
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
