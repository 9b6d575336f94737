"""What became of a file that was held against something."""

from __future__ import annotations

from toolkit.model import record


@record()
class Verified:
    """What became of one file: a sentence, where it differs, and the exit code."""

    sentence: str
    code: int
    details: tuple[str, ...] = ()
