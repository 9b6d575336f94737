"""Which charts the internal workbook shows, as a profile declares them."""

from __future__ import annotations

from toolkit.model import record


@record()
class Chart:
    """Some amounts of one block side by side: a bar for each of its rows, and for each of the columns one colour.

    Of a grid those rows that are named, else those that nothing adds up; of the sheet that repeats once a project, each
    project, the largest first, no more than `most`. Rows that hold no amount are left out.
    """

    key: str
    title: str
    block: str
    columns: tuple[str, ...]
    rows: tuple[str, ...] = ()
    most: int = 15
