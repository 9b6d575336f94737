"""The rows of a workbook as lines, as of a document: what each cell holds, and new values put into its cells."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from toolkit.files.grid import Raw, RawSheet, open_grid
from toolkit.files.passages import BAR, Document, Passage, Piece, Where
from toolkit.model import column_letter


def read_rows(path: Path) -> Document:
    """Each row of each sheet as a line; numbers exact, whatever is shown of them."""
    grid = open_grid(path)
    return Document(path.name, tuple(line for sheet in grid.sheets.values() for line in _lines(sheet)))


def _lines(sheet: RawSheet) -> Iterator[Passage]:
    rows: dict[int, dict[int, Raw]] = {}
    for (row, column), raw in sheet.cells.items():
        if said(raw):
            rows.setdefault(row, {})[column] = raw
    for row, cells in sorted(rows.items()):
        text, pieces = "", []
        for column, raw in sorted(cells.items()):
            text += BAR if text else ""
            pieces.append(Piece(len(text), said(raw), sheet.name, cell=f"{column_letter(column)}{row}"))
            text += said(raw)
        yield Passage(text, Where.SHEET, f"“{sheet.name}”第 {row} 行", "", tuple(pieces))


def said(raw: Raw) -> str:
    """What a cell holds, a number without zeros that say nothing."""
    return _plain(raw.number) if raw.number is not None else raw.text.strip()


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
