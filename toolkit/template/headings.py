"""The titles above a block's columns, in templates and in public tables alike, with the headings above them, however many."""

from __future__ import annotations

from itertools import groupby

from toolkit.files.paint import Canvas, Style
from toolkit.profile.layout import BlockPlace


def headings(
    canvas: Canvas, where: BlockPlace, row: int, style: Style, label: str | None = None
) -> None:
    """Put the column titles into a row, and what stands above them into the rows above. `label` is the title of row titles.

    A column with fewer headings than others has its title over all the rows that are left.
    """
    depth = where.block.depth
    columns = [
        (where.columns[key], column.title, column.group)
        for key, column in where.block.columns.items()
    ]
    titles = columns if label is None else [(where.label_column, label, ()), *columns]
    for number, title, above in titles:
        top = row - depth + len(above)
        canvas.put(top, number, title, style)
        for below in range(top + 1, row + 1):
            canvas.put(below, number, None, style)
        if top < row:
            canvas.merged.append((top, number, row, number))
    for level in range(depth):
        _level(canvas, columns, level, row - depth + level, style)


def _level(
    canvas: Canvas,
    columns: list[tuple[int, str, tuple[str, ...]]],
    level: int,
    row: int,
    style: Style,
) -> None:
    """One row of headings: columns side by side, the same down to this level, have its text over all of them."""
    for above, run in groupby(columns, key=lambda column: column[2][: level + 1]):
        numbers = [number for number, _, _ in run]
        if len(above) <= level:
            continue
        canvas.put(row, numbers[0], above[level], style)
        if len(numbers) > 1:
            canvas.merged.append((row, numbers[0], row, numbers[-1]))
