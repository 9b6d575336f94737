"""A workbook is read in one pass, and what is read is what openpyxl's own two loads say: with formulas, and with values."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from toolkit.files.grid import (
    MOST_CELLS,
    CannotOpenError,
    Raw,
    RawSheet,
    open_grid,
    raw_of,
)

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*/input/*.xlsx"))
SHEET = """<?xml version="1.0" encoding="UTF-8"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData>{}</worksheet>"""


def written(path: Path, rows: str, after: str = "") -> Path:
    """A workbook whose one sheet's XML is given."""
    book = openpyxl.Workbook()
    book.save(held := io.BytesIO())
    with zipfile.ZipFile(held) as source, zipfile.ZipFile(path, "w") as target:
        for part in source.namelist():
            own = part == "xl/worksheets/sheet1.xml"
            target.writestr(
                part, SHEET.format(rows, after).encode() if own else source.read(part)
            )
    return path


def as_openpyxl_says(
    path: Path,
) -> dict[str, dict[tuple[int, int], tuple[object, ...]]]:
    formulas, values = (
        openpyxl.load_workbook(path),
        openpyxl.load_workbook(path, data_only=True),
    )
    said: dict[str, dict[tuple[int, int], tuple[object, ...]]] = {}
    for sheet in formulas.worksheets:
        said[sheet.title] = {}
        for row in sheet.iter_rows():
            for cell in row:
                spot = int(cell.row or 0), int(cell.column or 0)
                shown = values[sheet.title].cell(*spot)
                if cell.value is not None:
                    raw = raw_of(
                        cell.value,
                        str(cell.data_type),
                        shown.value,
                        str(shown.data_type),
                    )
                    said[sheet.title] |= {} if raw is None else {spot: held(raw)}
    return said


def held(raw: Raw) -> tuple[object, ...]:
    return raw.kind, raw.text, raw.number, raw.formula


def ours(sheet: RawSheet) -> dict[tuple[int, int], tuple[object, ...]]:
    return {spot: held(raw) for spot, raw in sheet.cells.items()}


def only_sheet(path: Path) -> RawSheet:
    (sheet,) = open_grid(path).sheets.values()
    return sheet


@pytest.mark.parametrize("path", EXAMPLES[:1], ids=lambda path: path.stem)
def test_a_filled_workbook_reads_as_openpyxl_reads_it(path: Path) -> None:
    assert {
        name: ours(sheet) for name, sheet in open_grid(path).sheets.items()
    } == as_openpyxl_says(path)


def test_every_kind_of_cell_reads_as_openpyxl_reads_it(tmp_path: Path) -> None:
    """Shared and array formulas, never calculated ones, texts within the cell, truths, errors, and cells without an address."""
    path = written(
        tmp_path / "a.xlsx",
        '<row r="1"><c r="A1"><v>1.50</v></c><c r="B1" t="b"><v>1</v></c><c r="C1" t="e"><v>#REF!</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0" ref="A2:A3">A1*2</f><v>3</v></c>'
        '<c r="B2" t="str"><f>"a"</f><v>a</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="0"/><v>6</v></c><c r="B3"><f>NOW()</f></c></row>'
        '<row r="4"><c r="A4"><f t="array" ref="A4">SUM(A1:A3)</f><v>10.5</v></c></row>'
        '<row r="5"><c t="inlineStr"><is><t>甲</t></is></c><c><f>A1+1</f><v>2.5</v></c><c><v>7</v></c></row>'
        "<row><c><v>8</v></c></row>",
    )
    sheet = only_sheet(path)
    assert ours(sheet) == as_openpyxl_says(path)["Sheet"]
    assert {spot: raw.formula for spot, raw in sheet.cells.items() if raw.formula} == {
        (2, 1): "A1*2",
        (2, 2): '"a"',
        (3, 1): "A2*2",
        (3, 2): "NOW()",
        (4, 1): "SUM(A1:A3)",
        (5, 2): "A1+1",
    }
    assert [sheet.cells[5, column].text for column in (1, 2, 3)] == ["甲", "2.5", "7"]
    assert sheet.cells[6, 1].text == "8"


@pytest.mark.parametrize("ref", ["A1:B2", "A1:XFD1048576"])
def test_what_lies_beneath_a_merged_area_is_not_seen(tmp_path: Path, ref: str) -> None:
    cells = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}"><v>9</v></c></row>'
        for row in (1, 2)
    )
    path = written(
        tmp_path / "a.xlsx",
        cells,
        f'<mergeCells count="1"><mergeCell ref="{ref}"/></mergeCells>',
    )
    assert {spot: raw.text for spot, raw in only_sheet(path).cells.items()} == {
        (1, 1): "1"
    }


def test_hidden_rows_are_known(tmp_path: Path) -> None:
    path = written(
        tmp_path / "a.xlsx",
        '<row r="2" hidden="1"><c r="A2"><v>1</v></c></row><row r="3" hidden="0"/>',
    )
    assert only_sheet(path).hidden_rows == {2}


def test_a_workbook_with_far_too_many_cells_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(
        tmp_path / "a.xlsx",
        "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 9)),
    )
    assert MOST_CELLS > 100_000
    monkeypatch.setattr("toolkit.files.grid.MOST_CELLS", 7)
    with pytest.raises(CannotOpenError, match="格子过多：读到工作表“Sheet”"):
        open_grid(path)
