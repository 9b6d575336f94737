"""Of which edition of the forms a sheet was drawn, and what it therefore need not have.

The forms of a profile change: fields, rows, columns and sheets are added, titles are reworded. Every drawn sheet says in its
hidden ledger of which edition it is. A sheet that says nothing was drawn before editions were counted: it is of the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from toolkit.files.grid import RawSheet
from toolkit.profile.layout import EDITION, EDITION_MARK, LEDGER_COLUMN

FIRST = 1
MARK = re.compile(EDITION_MARK.format(r"(\d{1,4})"))
MOST_SHEETS, MOST_LABELS = 5, 5  # of what a workbook has not that are named


def edition_of(raw: RawSheet | None) -> int:
    """The edition a sheet says it is of; where rows or columns were inserted, the mark is looked for elsewhere."""
    if raw is None:
        return FIRST
    drawn = raw.cells.get((EDITION, LEDGER_COLUMN))
    if drawn is not None and (said := MARK.fullmatch(drawn.text)):
        return int(said[1])
    for cell in raw.cells.values():
        if said := MARK.fullmatch(cell.text):
            return int(said[1])
    return FIRST


def changes_since(edition: int, editions: Mapping[int, str]) -> str:
    """What the editions after this one changed, in words."""
    return "；".join(
        what for number, what in sorted(editions.items()) if number > edition
    )


def lacking(labels: Mapping[str, Iterable[str]], sheets: Iterable[str]) -> str:
    """What a workbook has not yet, as a sentence: whole sheets, and by sheet what its fields are called. "" for nothing."""
    parts = [f"工作表“{sheet}”" for sheet in sheets]
    for sheet, names in list(labels.items())[:MOST_SHEETS]:
        told = list(dict.fromkeys(names))
        more = f"等 {len(told)} 项" if len(told) > MOST_LABELS else ""
        parts.append(f"“{sheet}”的“{'”“'.join(told[:MOST_LABELS])}”{more}")
    more = "等" if len(labels) > MOST_SHEETS else ""
    return f"这份表里没有：{'、'.join(parts)}{more}。" if parts else ""
