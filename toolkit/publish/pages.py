"""Printed tables that look alike: as wide as their page, and numbered so that the contents can say where each begins.

Paper is A4 with the margins of `files.paint`. Which page a table begins on is said to the program that prints it, and after
which rows each of its pages ends, so that the numbers in the contents are those of the printed pages.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.files.measure import SNUG, WIDE, lines_of, row_height
from toolkit.files.paint import MARGINS, Canvas
from toolkit.profile.layout import DIGIT, FRAME, MARGIN, BlockPlace, pixels

POINTS = 0.75  # of a pixel
INCH = 72  # points
SHORT_SIDE, LONG_SIDE = 8.27, 11.69  # inches of A4
LEAST = 0.7  # of their width that columns keep, so that amounts still fit them
ROW = 15  # points of a row that has no height of its own
LOWEST_HEADING = 30.0  # points
FULL = 0.98  # of a page that we fill, for a program that sees rows a little higher
ALMOST = 1.08  # of a page that is still printed on one, smaller


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


def across(canvas: Canvas, first: int, last: int, line: float) -> None:
    """Let what stands in the second column of some rows be as wide as the table, and its rows as high as it then needs.

    The table is as wide as what was put so far; a `line` is so many points high.
    """
    widest = max(column for _, column in canvas.cells)
    columns = [column for column in sorted(canvas.widths) if MARGIN < column <= widest]
    width = sum(canvas.widths[column] for column in columns)
    for row in range(first, last + 1):
        ink = canvas.cells[row, columns[0]]
        for column in columns[1:]:
            canvas.put(row, column, None, ink.style)
        if columns[1:]:
            canvas.merged.append((row, columns[0], row, columns[-1]))
        if row > first:
            texts = ((str(ink.value or ""), width / SNUG),)
            canvas.heights[row] = row_height(texts, line, narrow=WIDE)


def wraps(text: str, width: float) -> int:
    """How many lines a text takes in a cell so wide, wherever the table is printed."""
    return lines_of(text, width / SNUG, narrow=WIDE)


def heading_height(canvas: Canvas, where: BlockPlace, line: float) -> float:
    """The points that the last row of a list's headings needs; a title with fewer headings above it has their rows too.

    A `line` is so many points high.
    """
    block = where.block
    needed = [LOWEST_HEADING]
    for key, column in block.columns.items():
        lines = wraps(column.title, canvas.widths[where.columns[key]])
        needed.append(4 + line * lines - ROW * (block.depth - len(column.group)))
    return max(needed)


def number_pages(canvases: Sequence[Canvas], first: int = 1) -> list[int]:
    """Give each sheet the number of its first page, and say where its pages end; return these numbers."""
    numbers: list[int] = []
    page = first
    for canvas in canvases:
        _part(canvas)
        canvas.first_page = page
        numbers.append(page)
        page += 1 + len(canvas.breaks)
    return numbers


def _part(canvas: Canvas) -> None:
    """Say after which rows the pages of a sheet end; its headings come again on each.

    Where a program's letters are of another width, it prints a sheet smaller, and more rows would go onto a page: the
    contents would name pages that are not there. What is a little longer than a page is printed on one.
    """
    across, down = _room(canvas)
    page = FULL * down / min(1.0, across / _width(canvas))
    last = max((row for row, _ in canvas.cells), default=1)
    heights = {row: canvas.heights.get(row, ROW) for row in range(1, last + 1)}
    if sum(heights.values()) <= ALMOST * page:
        canvas.one_page = True
        return
    again = 0.0
    if canvas.repeat_rows:
        top, bottom = canvas.repeat_rows
        again = sum(heights.get(row, 0) for row in range(top, bottom + 1))
    used = 0.0
    for row, height in heights.items():
        if used and used + height > page:
            canvas.breaks.append(row - 1)
            used = again
        used += height
