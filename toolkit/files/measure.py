"""How much room a text takes in a cell: in digits, as spreadsheets measure their columns; in lines; in points."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

# characters from here on are as wide as a Chinese one, nearly all that a text of ours holds
WIDE, FIRST_WIDE = (
    2,
    "\u2000",
)
SNUG = 1.05  # in a drawn form a column is taken to be narrower by this: programs and their fonts differ
TALLEST = 409  # points: the highest row there is
MARGIN = 4  # points above and below the lines of a cell


def digits(text: str, narrow: int = 1) -> int:
    """How wide a text is, in digits.

    `narrow` is what a digit or a Latin letter counts: 2 where a row is drawn once for many programs, and had better be too high
    than too low.
    """
    if narrow == WIDE:
        return WIDE * len(text)
    wide = 0 if text.isascii() else sum(map(FIRST_WIDE.__le__, text))
    return narrow * len(text) + (WIDE - narrow) * wide


def lines_of(text: str, width: float, narrow: int = 1) -> int:
    """How many lines a text takes in a column so many digits wide; a blank line is a line."""
    if WIDE * len(text) <= width and "\n" not in text:
        return 1
    lines = [ceil(digits(line, narrow) / width) for line in text.split("\n")]
    return sum(max(1, needed) for needed in lines)


def row_height(
    texts: Iterable[tuple[str, float]], line: float, narrow: int = 1
) -> float:
    """The points that a row needs: those of its longest text. `texts` come with the widths of their columns.

    `line` is the height of one line, which goes with the size of the letters.
    """
    lines = max((lines_of(text, width, narrow) for text, width in texts), default=1)
    return min(lines * line + MARGIN, TALLEST)
