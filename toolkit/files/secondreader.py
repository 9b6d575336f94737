"""The second reader, openpyxl: the last resort for a workbook whose package our own reader cannot follow."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import Any

from toolkit.files.addresses import Area, Spot, area_of
from toolkit.files.archive import Archive
from toolkit.files.cells import Raw, raw_of
from toolkit.model import record

# bytes of all parts together: it takes seconds, and much room, for what we read at once
MOST_UNPACKED = 24 << 20
MOST_CELLS = 200_000


@record()
class Second:
    """A sheet as the second reader sees it."""

    name: str
    cells: Mapping[Spot, Raw]
    names: Mapping[str, Area | None]
    hidden: bool


def read(archive: Archive) -> list[Second] | None:
    """All sheets of a workbook; None where the second reader cannot read it either, or would take too long."""
    if sum(entry.file_size for entry in archive.parts.values()) > MOST_UNPACKED:
        return None
    try:
        with warnings.catch_warnings():
            # it warns of extensions it drops; we only read
            warnings.simplefilter("ignore")
            formulas, values = (
                _loaded(archive, values=False),
                _loaded(archive, values=True),
            )
            return [
                _sheet(sheet, values[sheet.title]) for sheet in formulas.worksheets
            ] or None
    except Exception:  # noqa: BLE001  whatever a library stumbles over in a broken file: its kinds are many and its own
        return None


def _loaded(archive: Archive, *, values: bool) -> Any:
    import openpyxl  # takes longer to import than most workbooks to read

    return openpyxl.load_workbook(
        io.BytesIO(archive.content), read_only=True, keep_links=False, data_only=values
    )


def _sheet(sheet: Any, values: Any) -> Second:
    cells: dict[Spot, Raw] = {}
    seen = 0
    for sheet_ in (sheet, values):
        sheet_.reset_dimensions()  # what the sheet says of its size is not to be trusted
    for row, results in zip(sheet.iter_rows(), values.iter_rows(), strict=True):
        seen += len(row)
        if seen > MOST_CELLS:
            raise ValueError("too many cells")
        for cell, result in zip(row, results, strict=True):
            if cell.value is not None:
                raw = raw_of(cell.value, cell.data_type, result.value, result.data_type)
                if raw is not None:
                    cells[cell.row, cell.column] = raw
    names = {
        name: area_of(defined.attr_text)
        for name, defined in sheet.defined_names.items()
    }
    return Second(sheet.title, cells, names, sheet.sheet_state != "visible")
