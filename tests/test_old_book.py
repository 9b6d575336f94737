"""Workbooks of Excel 97 to 2003 as texts: what lies in their cells, cut texts, and files that are broken."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from tests.office import converted
from toolkit.files import oldbook
from toolkit.files.archive import CannotOpenError, DamagedError
from toolkit.files.oldbook import is_old, open_old

SAVED = Path(__file__).parent / "saved" / "codes.xls"  # by LibreOffice


def texts(path: Path) -> dict[str, dict[tuple[int, int], str]]:
    return {
        name: {spot: raw.text for spot, raw in sheet.cells.items()}
        for name, sheet in open_old(path).sheets.items()
    }


def test_every_kind_of_cell_is_read() -> None:
    assert is_old(SAVED)
    sheets = texts(SAVED)
    assert list(sheets) == ["科目", "空"]
    assert sheets["空"] == {}
    cells = sheets["科目"]
    assert [cells[1, column] for column in (1, 2)] == ["本表完整", "是"]
    assert [cells[row, 1] for row in (3, 4, 5)] == ["205", "20502", "2050205"], (
        "a text, and two numbers"
    )
    assert (cells[6, 3], cells[6, 4]) == ("2024-01-01", "R&D"), "a day"
    assert (cells[2, 5], cells[3, 5]) == ("0.333333333", "甲乙"), (
        "formulas, of a number and of a text"
    )
    assert [cells[2, column] for column in (6, 7)] == ["0.07", "1234.5"]
    assert [cells[3, column] for column in (6, 7, 8)] == ["1", "2", "3"], (
        "several numbers in one record"
    )


def test_what_is_broken_is_told_and_nothing_else_happens(tmp_path: Path) -> None:
    whole = SAVED.read_bytes()
    draws = random.Random(3)
    refused = 0
    for number in range(300):
        held = bytearray(
            whole[: draws.randrange(len(whole))] if number % 3 == 0 else whole
        )
        for _ in range(draws.randrange(1, 12)):
            held[draws.randrange(len(held))] = draws.randrange(256) if held else 0
        path = tmp_path / "甲.xls"
        path.write_bytes(bytes(held))
        try:
            texts(path)
        except CannotOpenError:
            refused += 1
    assert refused > 30
    path.write_bytes(whole[:600])
    with pytest.raises(
        CannotOpenError, match=r"“甲\.xls”读不出来。请在 Excel 或 WPS 中打开"
    ):
        texts(path)


def test_other_files_are_no_old_workbooks(tmp_path: Path) -> None:
    assert not is_old(tmp_path / "没有.xls")
    (tmp_path / "甲.xls").write_text("<table>", encoding="utf-8")
    assert not is_old(tmp_path / "甲.xls")
    with pytest.raises(CannotOpenError):
        texts(tmp_path / "甲.xls")


def test_a_chain_in_a_circle_ends() -> None:
    with pytest.raises(DamagedError):
        oldbook._Sectors(b"ab", 1, (1, 0)).chain(0)  # noqa: SLF001
    more = struct.pack("<II", 5, 0)
    assert list(oldbook._Sectors(more, 8).chain_by_last(0)) == [[5]]  # noqa: SLF001


@pytest.mark.libreoffice
def test_a_long_list_saved_by_another_program_reads_the_same(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    assert book.active is not None
    said: dict[tuple[int, int], str] = {}
    for row in range(1, 900):
        said |= {
            (row, 1): str(2000000 + row),
            (row, 2): f"第{row}个科目" + "长a"[row % 2] * (row % 60),
        }
        book.active.append(
            [said[row, 1] if row % 2 else int(said[row, 1]), said[row, 2]]
        )
    book.save(tmp_path / "甲.xlsx")
    saved = converted(tmp_path / "甲.xlsx", "xls", "MS Excel 97", tmp_path / "out")
    assert next(iter(texts(saved).values())) == said
