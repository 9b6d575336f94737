"""The titles above a block's columns, in templates and in public tables alike, with their groups where there are any."""

from __future__ import annotations

from itertools import groupby

from toolkit.files.paint import Canvas, Style
from toolkit.profile.layout import BlockPlace


def headings(canvas: Canvas, where: BlockPlace, row: int, style: Style, label: str | None = None) -> None:
    """Put the column titles into a row, and the groups into the one above. `label` is the title of a grid's row titles.

    A column without a group, beside others that have one, has its title over both rows.
    """
    columns = [(where.columns[key], column.title, column.group) for key, column in where.block.columns.items()]
    titles = columns if label is None else [(where.label_column, label, ""), *columns]
    for number, title, group in titles:
        if group or not where.block.grouped:
            canvas.put(row, number, title, style)
        else:
            canvas.put(row - 1, number, title, style)
            canvas.put(row, number, None, style)
            canvas.merged.append((row - 1, number, row, number))
    # Columns of one group, side by side, have its title over all of them.
    for group, run in groupby(columns, key=lambda column: column[2]):
        numbers = [number for number, _, _ in run]
        if group:
            canvas.put(row - 1, numbers[0], group, style)
            if len(numbers) > 1:
                canvas.merged.append((row - 1, numbers[0], row - 1, numbers[-1]))
