"""Workbooks of Excel 97 to 2003 as texts: what lies in their cells, cut texts, and files that are broken."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from tests.office import converted
from toolkit.files import oldbook
from toolkit.files.archive import CannotOpenError, DamagedError
from toolkit.files.oldbook import is_old, texts

SAVED = Path(__file__).parent / "saved" / "codes.xls"  # by LibreOffice


def test_every_kind_of_cell_is_a_text() -> None:
    assert is_old(SAVED)
    sheets = texts(SAVED)
    assert list(sheets) == ["科目", "空"]
    assert sheets["空"] == {}
    cells = sheets["科目"]
    assert [cells[1, column] for column in (1, 2)] == ["本表完整", "是"]
    assert [cells[row, 1] for row in (3, 4, 5)] == ["205", "20502", "2050205"], "a text, and two numbers"
    assert (cells[6, 3], cells[6, 4]) == ("45292", "R&D"), "a day by its number"
    assert (cells[2, 5], cells[3, 5]) == ("0.3333333333333333", "甲乙"), "formulas, of a number and of a text"
    assert [cells[2, column] for column in (6, 7)] == ["0.07", "1234.5"]
    assert [cells[3, column] for column in (6, 7, 8)] == ["1", "2", "3"], "several numbers in one record"


@pytest.mark.parametrize(
    ("packed", "number"),
    [
        (struct.unpack("<I", struct.pack("<i", 205 << 2 | 2))[0], "205"),
        (struct.unpack("<I", struct.pack("<i", -3 << 2 | 2))[0], "-3"),
        (struct.unpack("<I", struct.pack("<i", 1250 << 2 | 3))[0], "12.5"),
        (struct.unpack("<II", struct.pack("<d", 2.0))[1], "2"),
        (struct.unpack("<II", struct.pack("<d", 150.0))[1] | 1, "1.5"),
    ],
)
def test_a_number_in_four_bytes(packed: int, number: str) -> None:
    assert oldbook._packed(packed) == number  # noqa: SLF001


def test_a_table_of_texts_may_be_cut_anywhere() -> None:
    """Within a text the next piece begins with its flags; the first half may be narrow, the second wide."""
    rich = struct.pack("<HBH", 2, oldbook.RICH | oldbook.WIDE, 1) + "甲乙".encode("utf-16-le") + b"run."
    spoken = struct.pack("<HBI", 1, oldbook.PHONETIC, 3) + b"a" + b"yin"
    narrow = struct.pack("<HB", 4, 0) + b"ab"
    first = struct.pack("<II", 3, 3) + rich + spoken + narrow
    second = bytes([oldbook.WIDE]) + "丙丁".encode("utf-16-le")
    for cut in (9, 12, 17, len(first) - 8):
        assert list(oldbook._shared_texts([first[:cut], first[cut:], second]))[1:] == ["a", "ab丙丁"]  # noqa: SLF001
    assert list(oldbook._shared_texts([first, second])) == ["甲乙", "a", "ab丙丁"]  # noqa: SLF001
    for ill in ([first], [first, second[:2]], [first, second[:3]]):
        with pytest.raises(DamagedError):
            list(oldbook._shared_texts(ill))  # noqa: SLF001


def test_what_is_broken_is_told_and_nothing_else_happens(tmp_path: Path) -> None:
    whole = SAVED.read_bytes()
    draws = random.Random(3)
    refused = 0
    for number in range(300):
        held = bytearray(whole[: draws.randrange(len(whole))] if number % 3 == 0 else whole)
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
    with pytest.raises(CannotOpenError, match=r"“甲\.xls”读不出来。请在 Excel 或 WPS 中打开"):
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
        said |= {(row, 1): str(2000000 + row), (row, 2): f"第{row}个科目" + "长a"[row % 2] * (row % 60)}
        book.active.append([said[row, 1] if row % 2 else int(said[row, 1]), said[row, 2]])
    book.save(tmp_path / "甲.xlsx")
    saved = converted(tmp_path / "甲.xlsx", "xls:MS Excel 97", tmp_path / "out")
    assert next(iter(texts(saved).values())) == said
