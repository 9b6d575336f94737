"""A sheet is painted as the library would write it, in less time and room."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from xlsxwriter.exceptions import DuplicateWorksheetName

from toolkit.files.paint import LONGEST, Canvas, Painting, Style, _Sheet, paint
from toolkit.files.tablerows import painted_lines, read_rows

PLAIN, FRAMED = Style(), Style(border=True, number="0.00")
VALUES = (
    "甲",
    "甲<&>\n乙\x07",
    "x" * (LONGEST + 1),
    "",
    None,
    3,
    Decimal("12.50"),
    Decimal("-0.1"),
    Decimal(10) ** 17,
    date(2023, 1, 2),
)


def painting() -> Painting:
    """Two sheets with a cell of each kind, in rows far apart, merged ones, one with a note and nothing else."""
    first, second = Canvas("一", heights={2: 20, 60: 30}), Canvas("二")
    for number, value in enumerate(VALUES):
        first.put(
            3 + 2 * number, 2 + number % 3, value, PLAIN if number % 2 else FRAMED
        )
        second.put(3, 1 + number, value, Style())
    first.put(40, 2, Decimal(4), Style(bold=True), "SUM(B1:B3)")
    first.put(41, 2, "到二", Style(underline=True), link="'二'!A1")
    first.put(42, 4, "并", FRAMED)
    first.put(43, 5, None, PLAIN)
    first.merged.append((42, 4, 44, 6))
    first.notes |= {(40, 2): "注", (70, 9): "空处的注"}
    return Painting([first, second, Canvas("三")], title="样")


def painted(path: Path, *, used_up: bool = False) -> bytes:
    paint(painting(), path, used_up=used_up)
    return path.read_bytes()


def test_cells_are_written_as_the_library_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, used_up = (
        painted(tmp_path / "甲.xlsx"),
        painted(tmp_path / "乙.xlsx", used_up=True),
    )
    monkeypatch.setattr(_Sheet, "put", lambda *_: False)
    monkeypatch.delattr(_Sheet, "_write_rows")
    assert ours == painted(tmp_path / "丙.xlsx")
    assert used_up == ours


def test_a_canvas_that_is_used_up_keeps_no_cells(tmp_path: Path) -> None:
    gone = painting()
    paint(gone, tmp_path / "甲.xlsx", used_up=True)
    assert not any(canvas.cells for canvas in gone.canvases)


def test_two_sheets_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DuplicateWorksheetName, match="Ab"):
        paint(Painting([Canvas("aB"), Canvas("Ab")]), tmp_path / "甲.xlsx")


def test_painted_lines_are_those_that_are_read(tmp_path: Path) -> None:
    canvas = Canvas("表")
    numbers = (
        Decimal("12.50"),
        0,
        Decimal("1234567890123456.78"),
        Decimal("0.0000000012"),
    )
    said = ("甲 ", " ", "乙\n丙_x0007_\x07", *numbers, None, "12")
    for number, value in enumerate(said):
        canvas.put(1 + number // 4, 5 - number % 4, value, PLAIN)
    canvas.merged.append((7, 1, 8, 2))
    canvas.put(7, 1, "并", PLAIN)
    lines = [
        (line.text, line.where, line.place)
        for line in painted_lines([canvas, Canvas("空")])
    ]
    paint(Painting([canvas, Canvas("空")]), tmp_path / "甲.xlsx")
    assert lines == [
        (line.text, line.where, line.place)
        for line in read_rows(tmp_path / "甲.xlsx").passages
    ]


@pytest.mark.parametrize(
    ("formula", "marked"),
    [
        ('ROUND(SUMPRODUCT(--EXACT(TRIM(B9:B70),"201"),F9:F70),6)', True),
        ("SUMPRODUCT(--(LEN(TRIM(Sheet1!$B$9:$B$70))>0))", True),
        ("IFERROR(SUMPRODUCT(--(ABS((C9:C70-D9:D70))>0.5)),1)", True),
        ('SUMPRODUCT(--((B7:B28<>"")>0),(B7:B28=""))', False),
        ('IF(TRIM(B9)="",0,SUMPRODUCT(--(B9:B70=B9),F9:F70))', False),
        ('SUMPRODUCT(--(B9:B70="TRIM(B9:B70)"),F9:F70)', False),
        ('IF(TRIM(B9)="",0,SUM(F9:F70))', False),
        ("TRIM(B9:B70)", False),
    ],
)
def test_a_function_asked_of_each_cell_of_a_range_within_a_sum_is_marked_as_one_of_arrays(
    formula: str, tmp_path: Path, *, marked: bool
) -> None:
    canvas = Canvas("表")
    canvas.put(1, 1, 0, Style(), formula)
    paint(Painting([canvas]), tmp_path / "a.xlsx")
    sheet = zipfile.ZipFile(tmp_path / "a.xlsx").read("xl/worksheets/sheet1.xml")
    assert (b'<f t="array" ref="A1">' in sheet) is marked
