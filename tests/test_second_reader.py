"""Our grid held to openpyxl, cell by cell, over workbooks of every kind that lies here; our two ways of reading held together.

Where the two differ, the difference has a name, and it is written down who is right (`RIGHT`).
"""

from __future__ import annotations

import warnings
from collections import Counter
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.read_once import read_once
from toolkit.files import sheetxml
from toolkit.files.cells import decoded, raw_of
from toolkit.files.formats import Format
from toolkit.files.grid import Grid, Raw, RawSheet, open_grid
from toolkit.files.sheetxml import _laid_out
from toolkit.model import Kind

HERE = Path(__file__).parent
SAVED = sorted((HERE / "saved").glob("*.xlsx"))
WORKBOOKS = [
    *(HERE.parent / "examples").glob("*/*/*.xlsx"),
    *(HERE.parent / "templates" / "xlsx").glob("*/*.xls[xm]"),
]
# Of the workbooks of a folder the smallest with macros and without: its others were drawn by the same hand.
OF_A_KIND: dict[tuple[Path, str], list[Path]] = {}
for one in sorted(WORKBOOKS):
    OF_A_KIND.setdefault((one.parent, one.suffix), []).append(one)
OURS = [min(alike, key=lambda one: one.stat().st_size) for alike in OF_A_KIND.values()]
EVERY = [*OURS, *SAVED]

# Each difference there is, and who is right.
RIGHT = {
    "a formula that gave an empty text": "ours: openpyxl cannot tell it from one that was never calculated",
    "a text in the notation _x000D_": "ours: a spreadsheet shows the character; openpyxl leaves what stands for it",
    "beneath a merged area": "ours: openpyxl forgets what lies there, and we keep it apart",
}
# Which of them stand in which workbook, and how often; all other cells of all other workbooks are equal.
EMPTY, WRITTEN, BENEATH = RIGHT
DIFFERENCES: dict[str, dict[str, int]] = {
    "saved/exceljs.xlsx": {EMPTY: 1, WRITTEN: 1},
    "saved/gnumeric.xlsx": {WRITTEN: 1, BENEATH: 1},
    "saved/libreoffice.xlsx": {EMPTY: 1, BENEATH: 1},
    "saved/openpyxl.xlsx": {WRITTEN: 1},
    "saved/sheetjs-inline.xlsx": {EMPTY: 1, WRITTEN: 1, BENEATH: 1},
    "saved/sheetjs.xlsx": {WRITTEN: 1, BENEATH: 1},
    "saved/xlsxwriter.xlsx": {BENEATH: 1},
}


@cache
def theirs(path: Path) -> tuple[dict[str, dict[tuple[int, int], Raw]], Any]:
    """All cells as openpyxl reads them, with formulas and with what they showed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of what it leaves out
        formulas, values = read_once(path)
    read: dict[str, dict[tuple[int, int], Raw]] = {}
    for sheet in formulas.worksheets:
        read[sheet.title] = cells = {}
        held = sheet._cells  # noqa: SLF001  iter_rows would make a cell for every blank place of a wide sheet
        for spot, cell in held.items():
            if cell.value is not None:
                as_it_is = cell.value, str(cell.data_type)
                raw = raw_of(*as_it_is, *values[sheet.title].get(spot, as_it_is))
                if raw is not None:
                    cells[spot] = raw
    return read, formulas


@cache
def grid(path: Path) -> Grid:
    return open_grid(path)


def held(raw: Raw | None) -> tuple[object, ...] | None:
    return None if raw is None else (raw.kind, raw.text, raw.number, raw.formula)


def difference(their: Raw | None, our: Raw | None) -> str:
    """The name of a difference; "" where there is none, and what both say where it has no name."""
    if held(their) == held(our):
        return ""
    if (
        our is not None
        and our.formula
        and our.kind is Kind.BLANK
        and (their is None or their.kind is Kind.UNCOMPUTED)
    ):
        return EMPTY
    if (
        their is not None
        and "_x" in their.text
        and decoded(their.text).strip() == (our.text.strip() if our else "")
    ):
        return WRITTEN
    return f"{held(their)} or {held(our)}"


def differences(path: Path) -> Counter[str]:
    their, _ = theirs(path)
    our = grid(path).sheets
    assert list(their) == list(our)
    found: Counter[str] = Counter()
    for name, sheet in our.items():
        found[BENEATH] += len(sheet.under)
        for spot in {*their[name], *sheet.cells}:
            found[difference(their[name].get(spot), sheet.cells.get(spot))] += 1
    del found[""]
    return +found


@pytest.mark.parametrize(
    "path", EVERY, ids=lambda path: f"{path.parent.parent.name}/{path.name}"
)
def test_all_cells_are_as_openpyxl_reads_them_or_it_is_known_who_is_right(
    path: Path,
) -> None:
    found = differences(path)
    assert set(found) <= set(RIGHT)
    assert found == DIFFERENCES.get(f"{path.parent.name}/{path.name}", {})


@pytest.mark.parametrize(
    "path", EVERY, ids=lambda path: f"{path.parent.parent.name}/{path.name}"
)
def test_what_stands_around_the_cells_is_as_openpyxl_reads_it(path: Path) -> None:
    """Hidden sheets, rows and columns, rows of no height, merges, and each sheet's own names."""
    _, book = theirs(path)
    assert {sheet.title: facts_of(sheet) for sheet in book.worksheets} == {
        name: facts(sheet) for name, sheet in grid(path).sheets.items()
    }
    assert {name: one.attr_text for name, one in book.defined_names.items()} == grid(
        path
    ).names
    assert book.epoch.date() == grid(path).start


def facts(sheet: RawSheet) -> SimpleNamespace:
    columns = {
        column
        for first, last in sheet.hidden_columns
        for column in range(first, last + 1)
    }
    return SimpleNamespace(
        hidden=sheet.hidden,
        rows=set(sheet.hidden_rows),
        low=set(sheet.low_rows),
        columns=columns,
        merges=set(sheet.merges),
        names=set(sheet.names),
    )


def facts_of(sheet: Any) -> SimpleNamespace:
    rows = {row for row, about in sheet.row_dimensions.items() if about.hidden}
    low = {
        row
        for row, about in sheet.row_dimensions.items()
        if about.height is not None and about.height < 1
    }
    columns = {
        column
        for about in sheet.column_dimensions.values()
        if about.hidden or about.width == 0
        for column in range(about.min, about.max + 1)
    }
    merges = {
        (one.min_row, one.min_col, one.max_row, one.max_col)
        for one in sheet.merged_cells.ranges
    }
    names = {name for name in sheet.defined_names if not name.startswith("_xlnm.")}
    hidden = sheet.sheet_state != "visible"
    return SimpleNamespace(
        hidden=hidden,
        rows=rows,
        low=low - rows,
        columns=columns,
        merges=merges,
        names=names,
    )


@pytest.mark.parametrize(
    "path", EVERY, ids=lambda path: f"{path.parent.parent.name}/{path.name}"
)
def test_the_fast_way_and_the_parser_say_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = grid(path)
    monkeypatch.setattr(sheetxml, "_laid_out", lambda *_: None)
    assert open_grid(path) == fast
    monkeypatch.setattr(sheetxml, "usual", lambda *_: False)
    monkeypatch.setattr(sheetxml, "_quickly", lambda _: None)
    assert open_grid(path) == fast


@pytest.mark.parametrize(
    "path",
    [path for path in EVERY if path.stem != "gnumeric"],
    ids=lambda path: path.name,
)
def test_what_usual_programs_save_is_read_the_fast_way(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gnumeric alone puts every element on a line of its own."""

    def refuse(_: bytes) -> None:
        raise AssertionError

    monkeypatch.setattr(sheetxml, "_parsed", refuse)
    open_grid(path)


@pytest.mark.parametrize(
    "path",
    [path for path in OURS if path.parent.name != "other-program"],
    ids=lambda path: path.name,
)
def test_what_we_draw_is_cut_at_its_texts(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On every Python there is: one that gets a pattern wrong would read it right, and half as fast."""
    cut: list[bool] = []

    def laid_out(*part: Any) -> Any:
        laid = _laid_out(*part)
        cut.append(laid is not None)
        return laid

    monkeypatch.setattr(sheetxml, "_laid_out", laid_out)
    monkeypatch.setattr(sheetxml, "PLACES", sheetxml.Places())
    open_grid(path)
    # the others are empty, or have a row out of sight
    assert cut.count(True) > 0.8 * len(cut)


# -- what each program saved ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
def test_what_was_put_in_is_read_whoever_saved_it(path: Path) -> None:
    book = grid(path)
    sheet = book.sheets["数"]
    assert [sheet.cells[row, 1].text for row in (1, 2, 3, 4, 6, 7, 8)] == [
        "单位：万元",
        "  两边有空格  ",
        "第一行\n第二行",
        "<甲> & “乙”",
        "２７人",
        "生僻字\ue863",
        "😀",
    ]
    numbers = [sheet.cells[row, 2].text for row in range(1, 9)]
    assert numbers[:7] == [
        "0",
        "5",
        "-3.5",
        "0.1",
        "16.2",
        "1234567.89",
        "1000000000000000",
    ]
    assert numbers[7].startswith("162000000000000")
    assert sheet.cells[1, 4].text == "TRUE"
    assert (sheet.cells[4, 4].shown, sheet.cells[4, 4].format) == (
        "95.00%",
        Format.PERCENT,
    )
    assert sheet.cells[2, 4].formula == "B1+B2"
    assert (sheet.cells[1, 3].text, sheet.cells[1, 3].format) == (
        "2023-12-01",
        Format.DATE,
    )
    assert book.sheets["藏"].hidden or path.stem == "gnumeric", "which shows all sheets"
    assert sheet.merges == ((1, 6, 2, 7),)
    assert 3 in sheet.hidden_rows
    assert (3, 3) in sheet.hidden_columns
    assert not book.doubts
    assert book.suffix == ".xlsx"


def test_what_xlsxwriter_saved_is_read_whole() -> None:
    """It writes all that there is; the others each leave something out."""
    cells = grid(HERE / "saved" / "xlsxwriter.xlsx").sheets["数"].cells
    assert cells[1, 3].shown == "12月"
    assert cells[2, 3].shown == "2023-01-05 14:30"
    assert (cells[3, 3].text, cells[3, 3].shown, cells[3, 3].format) == (
        "14:00:00",
        "14:00",
        Format.TIME,
    )
    assert (cells[4, 3].text, cells[4, 3].shown) == ("26:00:00", "26:00")
    assert str(cells[1, 3].serial) == "45261"
    assert (cells[3, 4].kind, cells[3, 4].text, cells[3, 4].formula) == (
        Kind.ERROR,
        "#N/A",
        "NA()",
    )
    assert (cells[5, 4].text, cells[5, 4].struck) == ("27人30人", "27人")
    assert (cells[7, 4].text, cells[7, 4].formula) == ("单位：万元：<", 'A1&"：<"')
    assert (cells[8, 4].text, cells[8, 4].formula) == ("3", "SUM(B1:B3*2)")
    assert cells[9, 4].shown == "333002"
    assert cells[5, 1].text == "_x000D_"
    sheet = grid(HERE / "saved" / "xlsxwriter.xlsx").sheets["数"]
    assert sheet.under[2, 7].text == "在下面"
    assert (6, 6) in sheet.hidden_columns
