"""Workbooks laid aside, packed small: what can still be shown of them when they are closed.

A page shows the cells around its findings, and those between units are only found when all workbooks have been read. A grid
takes too much room to be kept until then. Packed, it takes a hundredth of that, less than what was read from it.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from pathlib import Path

from toolkit.files.grid import Grid, Raw, RawSheet, open_grid
from toolkit.model import Kind

QUICK = 1  # zlib's level: the others gain little


class Shelf:
    """Sheets by file and name, as far as they are seen: texts, formulas, kinds, hidden rows."""

    def __init__(self) -> None:
        self._packed: dict[tuple[str, str], bytes] = {}

    def open(self, path: Path, name: str = "") -> Grid:
        """Open a workbook as `open_grid` does, under another name where one is given, and keep what is seen of it."""
        grid = open_grid(path)
        grid = replace(grid, book=name or grid.book)
        self.keep(grid)
        return grid

    def keep(self, grid: Grid) -> None:
        """Keep what is seen of a workbook."""
        for sheet in grid.sheets.values():
            self._packed[grid.book, sheet.name] = _packed(sheet)

    def take(self, other: Shelf) -> None:
        """Take over what another shelf keeps, packed as it is."""
        self._packed |= other._packed

    def sheet(self, book: str, name: str) -> RawSheet | None:
        """A sheet as it was seen; None where there is none."""
        packed = self._packed.get((book, name))
        if packed is None:
            return None
        return _unpacked(name, packed)


def _packed(sheet: RawSheet) -> bytes:
    cells = []
    for (row, column), raw in sheet.cells.items():
        cells.append((row, column, raw.kind.value, _seen(raw), raw.formula))
    text = json.dumps([cells, sorted(sheet.hidden_rows)])
    return zlib.compress(text.encode("ascii"), QUICK)


def _seen(raw: Raw) -> str:
    """What a person sees of a cell: a number as its format shows it."""
    return raw.shown if raw.kind is Kind.NUMBER else raw.text


def _unpacked(name: str, packed: bytes) -> RawSheet:
    listed, hidden = json.loads(zlib.decompress(packed))
    cells: dict[tuple[int, int], Raw] = {}
    for row, column, kind, text, formula in listed:
        cells[row, column] = Raw(Kind(kind), text, formula=formula)
    last = max((row for row, _ in cells), default=0)
    return RawSheet(name, cells, hidden_rows=frozenset(hidden), last_row=last)
