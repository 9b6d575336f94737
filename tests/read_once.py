"""What openpyxl reads in a workbook, formulas and what they showed, in one go; by itself it reads all twice for that."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import IO, Any

import openpyxl
import pytest
from openpyxl.reader import excel
from openpyxl.worksheet._reader import WorksheetReader

# by sheet, row and column what a formula there showed last, with the letter that openpyxl gives its type
Shown = Mapping[str, Mapping[tuple[int, int], tuple[Any, str]]]


def read_once(source: Path | IO[bytes]) -> tuple[openpyxl.Workbook, Shown]:
    """The workbook as it was typed, and beside it what its formulas showed, as openpyxl reads it with `data_only`."""
    shown: dict[str, dict[tuple[int, int], tuple[Any, str]]] = {}

    def reader(sheet: Any, *rest: Any) -> Any:
        made: Any = WorksheetReader(sheet, *rest)
        here = shown.setdefault(sheet.title, {})
        made.parser.parse_cell = partial(
            _cell, made.parser, made.parser.parse_cell, here
        )
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(excel, "WorksheetReader", reader)
        book = openpyxl.load_workbook(source)
    return book, shown


def _cell(
    parser: Any, read: Any, shown: dict[tuple[int, int], tuple[Any, str]], found: Any
) -> Any:
    """A cell as it was typed; of a formula what it showed is read besides."""
    cell = read(found)
    if cell["data_type"] == "f":
        parser.data_only = True
        parser.col_counter = cell["column"] - 1  # one without an address is the next
        said = read(found)
        shown[cell["row"], cell["column"]] = said["value"], said["data_type"]
        parser.data_only = False
    return cell


def without_borders_of_merges() -> None:
    """Let openpyxl give the cells that lie under a merged one no borders: no test looks at those, and they take a fifth of the time."""
    from openpyxl.worksheet.merge import MergedCellRange

    setattr(MergedCellRange, "format", lambda _: None)  # noqa: B010  a method of another's class
