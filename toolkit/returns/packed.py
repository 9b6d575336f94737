"""Returns packed small: many are kept so, and are sent so from one process to another."""

from __future__ import annotations

import pickle
import zlib
from collections.abc import Sequence
from typing import overload

from toolkit.model import Return

QUICK = 1  # zlib's level: the others gain little


def pack(book: Return) -> bytes:
    """A return as bytes: a fifth of what pickle makes of it, some twentieth of what it takes in memory."""
    return zlib.compress(pickle.dumps(book, pickle.HIGHEST_PROTOCOL), QUICK)


def unpack(packed: bytes) -> Return:
    """The return that `pack` packed. Only for bytes of our own run, never for a file: pickle does what it is told."""
    book = pickle.loads(zlib.decompress(packed))  # noqa: S301  our own bytes, of this run
    if not isinstance(book, Return):
        raise TypeError(type(book).__name__)
    return book


class Packed(Sequence[Return]):
    """Returns kept packed. Each is unpacked when it is asked for, and nothing of it is kept: ask once."""

    def __init__(self, packed: Sequence[bytes]) -> None:
        self._packed = tuple(packed)

    @overload
    def __getitem__(self, place: int) -> Return: ...
    @overload
    def __getitem__(self, place: slice) -> Packed: ...
    def __getitem__(self, place: int | slice) -> Return | Packed:
        if isinstance(place, slice):
            return Packed(self._packed[place])
        return unpack(self._packed[place])

    def __len__(self) -> int:
        return len(self._packed)
