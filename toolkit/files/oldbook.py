"""A workbook of Excel 97 to 2003 (.xls) as it lies: values by python-calamine, what that does not give by ourselves.

The library says nothing of what is hidden, and reads a cell with an error as an empty one. So the records of the stream are
gone through once more for these. A compound document (OLE) holds streams in chains of sectors; the stream of the workbook is
a row of records, each a number, a length and its bytes.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolkit.files.addresses import Area, Spot
from toolkit.files.archive import OLE, CannotOpenError, DamagedError
from toolkit.files.cells import Raw, raw_of
from toolkit.files.grid import MOST_CELLS, MOST_MERGES, Grid, RawSheet
from toolkit.files.source import content

BLANKS = 8  # as many cells, blank ones among them, as may hold something
VALUE, WRONG = "n", "e"  # kinds of cells: one that holds what it shows, an error
FREE = 0xFFFFFFFA  # sector numbers from here on are no sectors
# bytes of an entry in a table of sectors, in the directory
SECTOR_ENTRY, NAME_ENTRY = 4, 128
ROOT, STREAM = 5, 2  # kinds of entries in the directory
BIFF8 = 0x0600
BOF, EOF, BOUNDSHEET = 0x0809, 0x000A, 0x0085
COLINFO, ROW, BOOLERR, FORMULA = 0x007D, 0x0208, 0x0205, 0x0006
HIDDEN_COLUMN, HIDDEN_ROW = 1, 0x20  # flags
NOT_SEEN = "文件是 Excel 95 或更早的格式，隐藏的行列和错误值没有看"
WRONG_RESULT = 2  # what a formula gave: an error
ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
}
Record = tuple[int, bytes]
_DAMAGED = "“{}”读不出来。请在 Excel 或 WPS 中打开，去掉密码，另存为 .xlsx 再试。"


def is_old(path: Path) -> bool:
    """Whether a file is a compound document, whatever it is called."""
    try:
        return content(path).startswith(OLE)
    except OSError:
        return False  # why it cannot be read is told by who opens it


def open_old(path: Path) -> Grid:
    """Read an old workbook; raise CannotOpenError, in Chinese, where that cannot be done."""
    try:
        held = content(path)
        marks, doubts = _marks(_stream(held))
        sheets = _values(held)
    except (DamagedError, OSError, LookupError, ValueError, struct.error) as error:
        raise CannotOpenError(_DAMAGED.format(path.name)) from error
    found = {
        sheet.name: _sheet(sheet, marks.get(number, _Marks()), hidden=hidden)
        for number, sheet, hidden in sheets
    }
    return Grid(
        path.name, found, ".xls", doubts=doubts, sha256=hashlib.sha256(held).hexdigest()
    )


# -- values -----------------------------------------------------------------------------------------------------------


def _values(held: bytes) -> list[tuple[int, Any, bool]]:
    """The sheets as the library reads them: its number from 0, the sheet, whether it is hidden."""
    import python_calamine  # few runs read an old workbook

    visible = python_calamine.SheetVisibleEnum.Visible
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(held))
        listed = list(enumerate(book.sheets_metadata))
        sheets = [
            (number, one)
            for number, one in listed
            if one.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        return [
            (number, book.get_sheet_by_name(one.name), one.visible != visible)
            for number, one in sheets
        ]
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except (
        BaseException
    ) as error:  # a library in another language panics in a way that is no Exception
        raise DamagedError("calamine") from error


def _sheet(sheet: Any, marks: _Marks, *, hidden: bool) -> RawSheet:
    if sheet.start is not None and sheet.height * sheet.width > MOST_CELLS * BLANKS:
        raise CannotOpenError(
            f"工作表“{sheet.name}”的格子过多，不像正常的表，没有读取。请删除表格以外的内容再交。"
        )
    cells = {**dict(_cells(sheet)), **marks.errors}
    merges = tuple(_areas(sheet))[:MOST_MERGES]
    under = {spot: cells[spot] for area in merges for spot in _covered(area, cells)}
    shown = {spot: raw for spot, raw in cells.items() if spot not in under}
    last = max(shown, default=(0, 0))[0]
    return RawSheet(
        sheet.name,
        shown,
        hidden=hidden,
        hidden_rows=frozenset(marks.rows),
        last_row=last,
        hidden_columns=tuple(marks.columns),
        merges=merges,
        under=under,
    )


def _cells(sheet: Any) -> Iterator[tuple[Spot, Raw]]:
    """The cells that hold something; rows and columns from 1."""
    if sheet.start is None:
        return
    top, left = sheet.start
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), top + 1):
        for column, value in enumerate(values, left + 1):
            if value != "" and (raw := raw_of(value, VALUE, None, VALUE)) is not None:
                yield (row, column), raw


def _areas(sheet: Any) -> Iterator[Area]:
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        yield top + 1, left + 1, bottom + 1, right + 1


def _covered(area: Area, cells: dict[Spot, Raw]) -> Iterator[Spot]:
    """The cells of a merged area that hold something and do not show."""
    top, left, bottom, right = area
    for row, column in cells:
        if (
            top <= row <= bottom
            and left <= column <= right
            and (row, column) != (top, left)
        ):
            yield row, column


# -- what the library does not give -----------------------------------------------------------------------------------


def _stream(file: bytes) -> bytes:
    """The stream that holds the workbook."""
    if not file.startswith(OLE):
        raise DamagedError("no compound document")
    size, small_size = (1 << shift for shift in struct.unpack_from("<HH", file, 30))
    first_directory, _, cutoff, first_small, _, first_more, _ = struct.unpack_from(
        "<7I", file, 48
    )
    sectors = _Sectors(file[512:], size)
    numbers = [
        number for number in struct.unpack_from("<109I", file, 76) if number < FREE
    ]
    for more in sectors.chain_by_last(first_more):
        numbers += more
    sectors.following = _numbers(b"".join(sectors.one(number) for number in numbers))
    entries = list(_entries(sectors.chain(first_directory)))
    books = [entry[2:] for entry in entries if entry[:2] == ("Workbook", STREAM)]
    start, length = books[0] if books else (FREE, 0)
    if length >= cutoff:
        return sectors.chain(start)[:length]
    # A short stream lies in small sectors, which themselves lie in the stream of the root.
    roots = [entry[2] for entry in entries if entry[1] == ROOT]
    within = sectors.chain(roots[0] if roots else FREE)
    small = _Sectors(within, small_size, _numbers(sectors.chain(first_small)))
    return small.chain(start)[:length]


@dataclass
class _Sectors:
    """Sectors of one size, and which follows which."""

    held: bytes
    size: int
    following: Sequence[int] = field(default_factory=tuple)

    def one(self, number: int) -> bytes:
        return self.held[number * self.size : (number + 1) * self.size]

    def chain(self, number: int) -> bytes:
        """The sectors from one on, in their order."""
        found: dict[int, bytes] = {}
        while number < FREE:
            if number in found:
                raise DamagedError("a chain of sectors in a circle")
            found[number] = self.one(number)
            number = self.following[number]
        return b"".join(found.values())

    def chain_by_last(self, number: int) -> Iterator[list[int]]:
        """The sector numbers in sectors that each name the next one in their last entry."""
        seen: set[int] = set()
        while number < FREE and number not in seen:
            seen.add(number)
            *numbers, number = _numbers(self.one(number))
            yield [each for each in numbers if each < FREE]


def _numbers(held: bytes) -> tuple[int, ...]:
    count = len(held) // SECTOR_ENTRY
    return struct.unpack(f"<{count}I", held[: count * SECTOR_ENTRY])


def _entries(directory: bytes) -> Iterator[tuple[str, int, int, int]]:
    """What the directory names: name, kind, first sector, length in bytes."""
    for at in range(0, len(directory) - NAME_ENTRY + 1, NAME_ENTRY):
        length, kind = struct.unpack_from("<HB", directory, at + 64)
        name = directory[at : at + max(length - 2, 0)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", directory, at + 116)
        yield name, kind, start, size


# -- the records of the workbook --------------------------------------------------------------------------------------


def _records(stream: bytes, at: int = 0) -> Iterator[Record]:
    """The records of the stream from a place on."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


@dataclass
class _Marks:
    """What the library does not give of a sheet: rows and columns out of sight, cells with errors."""

    rows: set[int] = field(default_factory=set)
    columns: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[Spot, Raw] = field(default_factory=dict)


def _marks(stream: bytes) -> tuple[dict[int, _Marks], tuple[str, ...]]:
    """The marks of each sheet by its number, from 0, and what could not be seen."""
    opening, first = next(_records(stream), (EOF, b""))
    if opening != BOF or struct.unpack_from("<H", first)[0] != BIFF8:
        return {}, (NOT_SEEN,)
    places: list[int] = []
    for kind, held in _records(stream):
        if kind == BOUNDSHEET:
            places.append(struct.unpack_from("<I", held)[0])
        elif kind == EOF:
            break
    return {number: _marks_of(stream, at) for number, at in enumerate(places)}, ()


def _marks_of(stream: bytes, at: int) -> _Marks:
    """The marks of the sheet that begins at a place of the stream."""
    found = _Marks()
    for kind, held in _records(stream, at):
        if kind == EOF:
            break
        if kind == COLINFO and struct.unpack_from("<H", held, 8)[0] & HIDDEN_COLUMN:
            first, last = struct.unpack_from("<HH", held)
            found.columns.append((first + 1, last + 1))
        elif kind == ROW and struct.unpack_from("<I", held, 12)[0] & HIDDEN_ROW:
            found.rows.add(struct.unpack_from("<H", held)[0] + 1)
        elif (kind == BOOLERR and held[7] == 1) or (
            kind == FORMULA and held[12:14] == b"\xff\xff" and held[6] == WRONG_RESULT
        ):
            row, column = struct.unpack_from("<HH", held)
            code = held[6] if kind == BOOLERR else held[8]
            error = raw_of(ERRORS.get(code, "#N/A"), WRONG, None, WRONG)
            if error is not None:
                found.errors[row + 1, column + 1] = error
    return found
