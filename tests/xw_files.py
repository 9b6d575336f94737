"""An open workbook for `xw_engine` that is held by openpyxl, apart from `xw_stores`: loading openpyxl takes a while."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.formula import ArrayFormula

from tests.read_once import read_once
from tests.xw_stores import Area, Looks, Rgb, is_formula, rgb, within


class OpenpyxlStore:
    """A workbook file in memory. A formula shows what was last calculated; nothing is ever saved over a person's file."""

    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.book, self.shown = read_once(path)
        self.selected: tuple[str, Area | None] = (self.book.sheetnames[0], (3, 2, 3, 2))

    def sheets(self) -> list[str]:
        return [sheet.title for sheet in self.book.worksheets]

    def visible(self, sheet: str) -> bool:
        return bool(self.book[sheet].sheet_state == "visible")

    def add_sheet(self, name: str, at: int) -> None:
        self.book.create_sheet(name, at)

    def used(self, sheet: str) -> Area:
        one = self.book[sheet]
        return one.min_row, one.min_column, one.max_row, one.max_column

    def values(self, sheet: str, area: Area) -> list[list[Any]]:
        shown = self.shown.get(sheet, {})

        def one(cell: Any) -> Any:
            held = as_typed(cell.value)
            if not is_formula(held):
                return held
            if own := re.fullmatch(
                r"=(ROW|COLUMN)\((?:'.*'|[^!]*)!([A-Z]+)(\d+)\)", held
            ):  # as Excel calculates at once
                return (
                    int(own[3])
                    if own[1] == "ROW"
                    else range_boundaries(own[2] + own[3])[0]
                )
            return shown.get((cell.row, cell.column), (None, ""))[0]

        return [[one(cell) for cell in row] for row in self._cells(sheet, area)]

    def formulas(self, sheet: str, area: Area) -> list[list[str]]:
        return [
            ["" if cell.value is None else str(as_typed(cell.value)) for cell in row]
            for row in self._cells(sheet, area)
        ]

    def write(self, sheet: str, area: Area, rows: Sequence[Sequence[Any]]) -> None:
        for cells, row in zip(self._cells(sheet, area), rows, strict=True):
            for cell, value in zip(cells, row, strict=True):
                cell.value = (
                    value.removeprefix("'") if isinstance(value, str) else value
                )

    def empty(self, sheet: str, area: Area) -> None:
        for row in self._cells(sheet, area):
            for cell in row:
                cell.value = None

    def colour(self, sheet: str, row: int, column: int) -> Rgb:
        return shade(self.book[sheet].cell(row, column))

    def paint(self, sheet: str, area: Area, colour: Rgb) -> None:
        fill = (
            PatternFill("solid", fgColor="FF{:02X}{:02X}{:02X}".format(*colour))
            if colour
            else PatternFill()
        )
        for row in self._cells(sheet, area):
            for cell in row:
                cell.fill = fill

    def note(self, sheet: str, row: int, column: int) -> str:
        return said_beside(self.book[sheet].cell(row, column))

    def set_note(self, sheet: str, row: int, column: int, text: str) -> None:
        self.book[sheet].cell(row, column).comment = Comment(text, "") if text else None

    def looks(self, sheet: str, area: Area) -> Looks:
        """The colour and the note of every cell that is there."""
        there = self.book[sheet]._cells  # noqa: SLF001
        return {
            spot: (shade(cell), said_beside(cell))
            for spot, cell in there.items()
            if within(spot, area)
        }

    def row_height(self, sheet: str, row: int) -> float:
        return 0.0 if self.book[sheet].row_dimensions[row].hidden else 15.0

    def names(self, sheet: str | None) -> list[tuple[str, str]]:
        owner = self.book[sheet] if sheet else self.book
        lead = f"'{sheet}'!" if sheet else ""
        return [
            (lead + name, f"={defined.attr_text}")
            for name, defined in owner.defined_names.items()
        ]

    def add_name(self, sheet: str, name: str, target: str) -> None:
        self.book[sheet].defined_names[name] = DefinedName(
            name, attr_text=target.removeprefix("=")
        )

    def active(self) -> tuple[str, Area | None]:
        return self.selected

    def select(self, sheet: str, area: Area | None) -> None:
        self.selected = (sheet, area or self.selected[1])

    def calculate(self) -> None:
        """Nothing is calculated here."""

    def _cells(self, sheet: str, area: Area) -> Iterator[tuple[Any, ...]]:
        return self.book[sheet].iter_rows(area[0], area[2], area[1], area[3])


def shade(cell: Any) -> Rgb:
    """The colour a cell is filled with."""
    return (
        rgb(str(cell.fill.fgColor.rgb)[-6:]) if cell.fill.fill_type == "solid" else None
    )


def said_beside(cell: Any) -> str:
    return cell.comment.text if cell.comment else ""


def as_typed(value: Any) -> Any:
    """What stands in a cell; a formula that is marked as one of arrays as Excel gives it, without braces."""
    return value.text if isinstance(value, ArrayFormula) else value
