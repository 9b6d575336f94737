"""Bytes laid aside in a temporary file that vanishes with the run: of thousands of files memory holds only where they lie."""

from __future__ import annotations

import errno
import os
import tempfile
import weakref
from contextlib import suppress
from hashlib import blake2b
from typing import IO

from toolkit.model import record

DIGEST = 16  # bytes


@record(slots=True)
class Laid:
    """Where some bytes lie in a spool, and what they were."""

    start: int
    length: int
    digest: bytes


Place = Laid | bytes  # bytes for which the disk had no room stay what they are


class Spool:
    """A temporary file of this run alone: nobody else can open it, and the system removes it however the run ends."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self._end = 0

    def lay(self, data: bytes) -> Place:
        """Lay bytes aside. Where the disk is full they stay in memory: it costs room, and nothing else."""
        with suppress(OSError):
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="disclosure-", buffering=0)  # noqa: SIM115  open as long as the spool
                weakref.finalize(self, self._file.close)
            self._file.seek(self._end)
            if self._file.write(data) == len(data):
                laid = Laid(self._end, len(data), _digest(data))
                self._end += len(data)
                return laid
        return data

    def take(self, place: Place) -> bytes:
        """The bytes that lie in a place; raise OSError where they are no longer what was laid there."""
        if isinstance(place, bytes):
            return place
        if self._file is not None:
            self._file.seek(place.start)
            data = self._file.read(place.length)
            if _digest(data) == place.digest:
                return data
        raise OSError(errno.EIO, os.strerror(errno.EIO), "spool")


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=DIGEST).digest()
