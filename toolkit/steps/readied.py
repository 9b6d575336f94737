"""The rules' patterns made ready: what an earlier run made of them is not made once more, a fifth of a check of one workbook."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from toolkit.files.compiled import keep, kept
from toolkit.rules import patterns

NAME = "patterns"


@cache
def make_ready() -> None:
    """Take what an earlier run made of patterns, where the same program made it."""
    if (known := rests_on()) is not None:
        patterns.take(kept(NAME, known) or {})


def keep_ready() -> None:
    """Keep what this run made of patterns, if it is more than was there."""
    known = rests_on()
    if known is not None and (made := patterns.to_keep()):
        keep(NAME, known, made)
        patterns.take(made)
        patterns.NOW.clear()


@cache
def rests_on() -> bytes | None:
    """What decides what is made of a pattern besides the pattern and Python: the room that does it; None where it is not seen."""
    try:
        return sha256(Path(patterns.__file__).read_bytes()).digest()
    except OSError:
        return None
