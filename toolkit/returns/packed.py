"""Returns, and what was found in them, packed small: many are kept so, and are sent so from one process to another."""

from __future__ import annotations

import pickle
import zlib
from typing import TypeVar

QUICK = 1  # zlib's level: the others gain little
_Kind = TypeVar("_Kind")


def pack(thing: object) -> bytes:
    """A thing as bytes. A return is then a fifth of what pickle makes of it, some twentieth of what it takes in memory."""
    return zlib.compress(pickle.dumps(thing, pickle.HIGHEST_PROTOCOL), QUICK)


def unpack(packed: bytes, kind: type[_Kind]) -> _Kind:
    """What `pack` packed. Only for bytes of our own run, never for a file of anybody's: pickle does what it is told."""
    thing = pickle.loads(zlib.decompress(packed))  # noqa: S301  our own bytes, of this run
    if not isinstance(thing, kind):
        raise TypeError(type(thing).__name__)
    return thing
