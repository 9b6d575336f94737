"""Printed tables that look alike: as wide as their page, and numbered so that the contents can say where each begins.

Paper is A4 with the margins of `files.paint`. Which page a table begins on is said to the program that prints it, so that the
number in the contents holds even where a program needs a page more than is reckoned here.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from toolkit.files.paint import MARGINS, Canvas
from toolkit.profile.layout import DIGIT, FRAME, MARGIN, pixels

POINTS = 0.75  # of a pixel
INCH = 72  # points
SHORT_SIDE, LONG_SIDE = 8.27, 11.69  # inches of A4
LEAST = 0.7  # of their width that columns keep, so that amounts still fit them
ROW = 15  # points of a row that has no height of its own


def _room(canvas: Canvas) -> tuple[float, float]:
    """The points that a page has for a sheet, across and down."""
    left, right, top, bottom = MARGINS
    across, down = (
        (LONG_SIDE, SHORT_SIDE) if canvas.landscape else (SHORT_SIDE, LONG_SIDE)
    )
    return (across - left - right) * INCH, (down - top - bottom) * INCH


def _width(canvas: Canvas) -> float:
    """The points that a sheet takes across."""
    return POINTS * pixels(canvas.widths.values())


def widen(canvas: Canvas, *, amounts: bool = True) -> None:
    """Let a table be as wide as its page, so that all are printed in letters of one size.

    One with `amounts` that is much wider than its page keeps room for them, and is printed smaller.
    """
    across, _ = _room(canvas)
    columns = {
        column: width for column, width in canvas.widths.items() if column != MARGIN
    }
    frames = FRAME * len(canvas.widths) + DIGIT * canvas.widths.get(MARGIN, 0)
    free = (across / POINTS - frames) / DIGIT
    part = free / sum(columns.values())
    if part > LEAST or not amounts:
        canvas.widths |= {
            column: round(width * part - 0.05, 1) for column, width in columns.items()
        }


def number_pages(canvases: Sequence[Canvas], first: int = 1) -> list[int]:
    """Give each sheet the number of its first page; return these numbers."""
    numbers: list[int] = []
    page = first
    for canvas in canvases:
        canvas.first_page = page
        numbers.append(page)
        page += _pages(canvas)
    return numbers


def _pages(canvas: Canvas) -> int:
    """How many pages a sheet takes; its headings come again on each."""
    across, down = _room(canvas)
    scale = min(1.0, across / _width(canvas))
    last = max((row for row, _ in canvas.cells), default=1)
    heights = {row: canvas.heights.get(row, ROW) for row in range(1, last + 1)}
    again = 0.0
    if canvas.repeat_rows:
        top, bottom = canvas.repeat_rows
        again = sum(heights.get(row, 0) for row in range(top, bottom + 1))
    whole = sum(heights.values())
    page = down / scale
    return 1 if whole <= page else 1 + ceil((whole - page) / (page - again))
