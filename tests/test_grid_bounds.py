"""Files that are ill, or beyond measure: each is read or refused in Chinese, soon and in little room."""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import ill_files
from tests.ill_files import (
    FIXED,
    RANDOM,
    SHEET,
    STYLES,
    ill,
    in_sheet,
    merged,
    names,
    of_few_sheets,
    packed,
    rows,
    sound,
    value,
)
from toolkit.files import archive, sheetxml
from toolkit.files.grid import CannotOpenError, Grid, open_grid
from toolkit.model import Kind

CELL = (8, 3)
HEAVY = {
    name
    for name in FIXED
    if re.match(
        "a_million|ten_million|two_million|most_|all_of_a_large|half_a|blanks|sixty",
        name,
    )
}
# beyond measure, with what is said of each
BEYOND = {
    "sixty_thousand_parts": "部件过多",
    "ten_thousand_sheets": "工作表过多",
    "half_a_million_merges": "合并单元格过多",
    "all_of_a_large_sheet_merged_again_and_again": "合并单元格过多",
    "a_text_of_33000_characters_in_every_cell": "有 33000 个字",
    "a_text_of_32000_characters_in_every_cell": "文字过多",
    "a_text_of_a_million_characters": "B99 格有 1000000 个字",
    "ten_million_styled_cells": "展开后过大",
    "two_million_numbers": "格子过多",
    "packed_with_a_password": "加了密码",
}
SAMPLE = [
    name
    for name in names(len(FIXED) + 2 * len(RANDOM))
    if name not in HEAVY and name not in BEYOND
]


@pytest.fixture
def few_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ill_files, "_sound", of_few_sheets)


def opened(tmp_path: Path, content: bytes) -> Grid:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(content)
    return open_grid(path)


@pytest.mark.usefixtures("few_sheets")
@pytest.mark.parametrize("name", SAMPLE)
def test_an_ill_file_is_read_or_refused_in_chinese(tmp_path: Path, name: str) -> None:
    told = "请。"
    try:
        opened(tmp_path, ill(name, 1))
    except CannotOpenError as error:
        told = str(error)
    assert re.search("请.*。$", told), told


@pytest.mark.parametrize(("name", "said"), BEYOND.items())
def test_what_is_beyond_measure_is_told_by_its_measure(
    tmp_path: Path, name: str, said: str
) -> None:
    with pytest.raises(CannotOpenError, match=rf"{said}.*请.*。$"):
        opened(tmp_path, ill(name, 1))


def test_a_million_styled_rows_are_ordinary(tmp_path: Path) -> None:
    """A person who coloured whole columns has them; nothing is lost, and nothing is added."""
    whole = opened(tmp_path, packed(sound()))
    assert opened(tmp_path, ill("a_million_styled_rows", 1)) == whole


def test_one_merge_over_all_of_a_sheet_hides_all_but_its_first_cell(
    tmp_path: Path,
) -> None:
    sheet = opened(tmp_path, ill("all_of_a_sheet_merged", 1)).sheets["收支总表"]
    assert set(sheet.cells) <= {(1, 1)}
    assert sheet.under[CELL].number


@pytest.mark.parametrize(
    "said", ["NaN", "INF", "1E+400", "1e309", "9" * 400, "1_000", "1,5", "0x10"]
)
def test_what_is_no_number_is_an_error_that_says_what_stands_there(
    tmp_path: Path, said: str
) -> None:
    raw = (
        opened(tmp_path, packed(value(sound(), said.encode())))
        .sheets["收支总表"]
        .cells[CELL]
    )
    assert raw.kind is Kind.ERROR
    assert raw.text == (said if len(said) <= 60 else said[:60] + "…")


@pytest.mark.parametrize(
    "said", ["1e28", "1e308", "9" * 30, "-0", "1e-400", "16.2000000000000028"]
)
def test_a_number_however_large_is_a_number(tmp_path: Path, said: str) -> None:
    raw = (
        opened(tmp_path, packed(value(sound(), said.encode())))
        .sheets["收支总表"]
        .cells[CELL]
    )
    assert raw.kind is Kind.NUMBER
    assert raw.number == {"1e28": 10**28, "1e308": 10**308, "9" * 30: 10**30 - 1}.get(
        said, raw.number
    )
    assert raw.text == {"-0": "0", "1e-400": "0", "16.2000000000000028": "16.2"}.get(
        said, raw.text
    )


def test_a_pipe_and_a_device_are_told_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道.xlsx")
    for path in (tmp_path / "管道.xlsx", Path(os.devnull)):
        with pytest.raises(CannotOpenError, match="不是文件，是管道或设备"):
            open_grid(path)


def test_what_the_list_of_parts_says_is_held_to(tmp_path: Path) -> None:
    """A list that says too little is found out before the part has taken much room; the second reader finds it out too."""
    content = packed(sound(), least=0)
    # its name stands behind the rest of its entry
    entry = content.rindex(SHEET.encode()) - 46
    lying = content[: entry + 24] + (5).to_bytes(4, "little") + content[entry + 28 :]
    with pytest.raises(CannotOpenError, match="损坏"):
        opened(tmp_path, lying)


def zipped(spoil: Callable[[zipfile.ZipFile], object], name: str = "b.xml") -> bytes:
    """An archive of two parts, of which something else is done too."""
    with zipfile.ZipFile(held := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a.xml", b"<a/>" * 9)
        package.writestr(name, b"<b/>" * 9)
        spoil(package)
    return held.getvalue()


def with_extras(package: zipfile.ZipFile) -> None:
    about = zipfile.ZipInfo("c.xml")
    about.extra = b"\x99\x99\x02\x00ab"
    package.writestr(about, b"<c/>")


def widely(package: zipfile.ZipFile) -> None:
    with package.open("c.xml", "w", force_zip64=True) as part:
        part.write(b"<c/>")


LISTS = {
    "usual": zipped(lambda _: None),
    "a comment": zipped(lambda package: setattr(package, "comment", b"PK")),
    "extras": zipped(with_extras),
    "wide": zipped(widely),
    "Chinese": zipped(lambda _: None, "乙.xml"),
    "something before": b"PK" + zipped(lambda _: None),
    "something between": zipped(lambda _: None).replace(b"PK\5\6", b"..PK\5\6"),
    "an entry more than there are": zipped(lambda _: None).replace(
        b"PK\5\6\0\0\0\0\2\0\2", b"PK\5\6\0\0\0\0\3\0\3"
    ),
    "another disk": zipped(lambda _: None).replace(b"PK\5\6\0\0", b"PK\5\6\1\0"),
    "a zero in a name": zipped(lambda _: None).replace(b"b.xml", b"b.\0ml"),
}


@pytest.mark.parametrize("way", LISTS)
def test_a_list_of_parts_reads_as_zipfile_reads_it(
    monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    def read() -> object:
        try:
            parts = archive.Archive("甲.xlsx", LISTS[way]).parts
        except CannotOpenError as error:
            return str(error)
        return {
            name: [getattr(entry, key) for key in archive.Entry._fields]
            for name, entry in parts.items()
        }

    ours = read()
    monkeypatch.setattr(archive, "_usual_entries", lambda _: ())
    assert ours == read()


def test_a_part_of_blanks_is_a_bomb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "MOST_RATIO", 100)
    with pytest.raises(CannotOpenError, match="压缩 100 倍"):
        opened(tmp_path, packed(in_sheet(sound(), b" " * 3_000_000)))


def test_many_merges_and_many_cells_are_read(tmp_path: Path) -> None:
    parts = in_sheet(
        sound(),
        rows(5_000, b'<row r="#"><c r="J#"><v>#</v></c><c r="K#"><v>1</v></c></row>'),
    )
    sheet = opened(
        tmp_path,
        packed(merged(parts, [b"J%d:K%d" % (row, row) for row in range(100, 5_100)])),
    ).sheets["收支总表"]
    assert len(sheet.under) == 5_000
    assert sheet.cells[5_099, 10].text == "5099"


def test_a_sheet_read_in_pieces_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = packed(
        in_sheet(sound(), rows(500, b'<row r="#"><c r="J#"><v>#</v></c></row>'))
    )
    whole = opened(tmp_path, content)
    monkeypatch.setattr(sheetxml, "CHUNK", 1_000)
    assert opened(tmp_path, content) == whole


def test_a_sheet_of_which_little_is_remembered_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = packed(
        in_sheet(sound(), rows(500, b'<row r="#"><c r="J#"><v>#</v></c></row>'))
    )
    whole = opened(tmp_path, content)
    monkeypatch.setattr(sheetxml, "MOST_KEPT", 1_000)
    monkeypatch.setattr(sheetxml, "PLACES", sheetxml.Places())
    assert opened(tmp_path, content) == whole
    assert sum(map(len, sheetxml.PLACES)) <= 1_000


def test_a_part_that_is_all_there_but_for_the_end_of_its_packing_is_read(
    tmp_path: Path,
) -> None:
    parts = sound()
    squeezing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    unended = squeezing.compress(parts[SHEET]) + squeezing.flush(zlib.Z_SYNC_FLUSH)
    stream = io.BytesIO(packed({**parts, SHEET: unended}))
    with zipfile.ZipFile(stream, "a") as package:
        entry = package.getinfo(SHEET)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.file_size, entry.CRC = len(parts[SHEET]), zlib.crc32(parts[SHEET])
        package.writestr("more", b"")  # so that the list is written anew
    assert opened(tmp_path, stream.getvalue()) == opened(tmp_path, packed(parts))


def test_a_sheet_cut_off_behind_its_cells_is_refused(tmp_path: Path) -> None:
    """All its cells are there; but what is hidden or merged would be lost without a word."""
    parts = sound()
    end = parts[SHEET].index(b"</sheetData>") + len(b"</sheetData>")
    with pytest.raises(CannotOpenError, match="损坏"):
        opened(tmp_path, packed({**parts, SHEET: parts[SHEET][:end]}))


def test_a_sheet_too_large_for_the_parser_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheetxml, "MOST_SLOW", 1_000)
    monkeypatch.setattr("toolkit.files.secondreader.MOST_UNPACKED", 0)
    with pytest.raises(CannotOpenError, match="损坏"):
        opened(tmp_path, packed(in_sheet(sound(), b"<!-- slow -->")))


@pytest.mark.parametrize(
    "name", [name for name in FIXED if name.startswith(("laughs", "a_file_outside"))]
)
def test_what_is_made_to_hurt_is_shown_to_no_other_reader(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("toolkit.files.secondreader.read", read)
    if STYLES in name:  # nobody needs them
        assert opened(tmp_path, ill(name, 1)).doubts
    else:
        with pytest.raises(CannotOpenError, match="损坏"):
            opened(tmp_path, ill(name, 1))
