"""The texts of a workbook of Excel 97 to 2003 (.xls, BIFF8), for small tables that people still keep so: no formats, no names.

A compound document (OLE) holds streams in chains of sectors; the stream of the workbook is a row of records, each a number,
a length and its bytes. Only those that hold cells are looked at.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from toolkit.files.addresses import Spot
from toolkit.files.archive import OLE, CannotOpenError, DamagedError
from toolkit.files.source import content

FREE = 0xFFFFFFFA  # sector numbers from here on are no sectors
SECTOR_ENTRY, NAME_ENTRY = 4, 128  # bytes of an entry in a table of sectors, in the directory
ROOT, STREAM = 5, 2  # kinds of entries in the directory
BIFF8 = 0x0600
BOF, EOF, FILEPASS, BOUNDSHEET, SST, CONTINUE = 0x0809, 0x000A, 0x002F, 0x0085, 0x00FC, 0x003C
LABELSST, LABEL, NUMBER, RK, MULRK, FORMULA, STRING = 0x00FD, 0x0204, 0x0203, 0x027E, 0x00BD, 0x0006, 0x0207
WIDE, PHONETIC, RICH = 1, 4, 8  # flags of a text

Record = tuple[int, bytes]
Sheets = Mapping[str, Mapping[Spot, str]]


def is_old(path: Path) -> bool:
    """Whether a file is a compound document, whatever it is called."""
    try:
        return content(path).startswith(OLE)
    except OSError:
        return False  # why it cannot be read is told by who opens it


def texts(path: Path) -> Sheets:
    """What the cells of each sheet hold, as texts; raise CannotOpenError, in Chinese, where the file cannot be read."""
    try:
        return _sheets(_stream(content(path)))
    except (DamagedError, LookupError, ValueError, struct.error) as error:
        raise CannotOpenError(f"“{path.name}”读不出来。请在 Excel 或 WPS 中打开，去掉密码，另存为 .xlsx 再试。") from error


# -- the compound document --------------------------------------------------------------------------------------------


def _stream(file: bytes) -> bytes:
    """The stream that holds the workbook."""
    if not file.startswith(OLE):
        raise DamagedError("no compound document")
    size, small_size = (1 << shift for shift in struct.unpack_from("<HH", file, 30))
    first_directory, _, cutoff, first_small, _, first_more, _ = struct.unpack_from("<7I", file, 48)
    sectors = _Sectors(file[512:], size)
    numbers = [number for number in struct.unpack_from("<109I", file, 76) if number < FREE]
    for more in sectors.chain_by_last(first_more):
        numbers += more
    sectors.following = _numbers(b"".join(sectors.one(number) for number in numbers))
    entries = list(_entries(sectors.chain(first_directory)))
    start, length = next((entry[2:] for entry in entries if entry[:2] == ("Workbook", STREAM)), (FREE, 0))
    if length >= cutoff:
        return sectors.chain(start)[:length]
    root = next((entry[2] for entry in entries if entry[1] == ROOT), FREE)
    small = _Sectors(sectors.chain(root), small_size, _numbers(sectors.chain(first_small)))
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


def _sheets(stream: bytes) -> dict[str, dict[Spot, str]]:
    """The cells of every sheet."""
    opening, first = next(_records(stream), (EOF, b""))
    if opening != BOF or struct.unpack_from("<H", first)[0] != BIFF8:
        raise DamagedError("no workbook of Excel 97 or later")
    places: dict[str, int] = {}
    shared: list[str] = []
    pieces: list[bytes] = []  # of the table of texts, which may go on in further records
    before = BOF
    for kind, held in _records(stream):
        if kind == FILEPASS:
            raise DamagedError("locked by a password")
        if kind == BOUNDSHEET:
            places[_short_text(held[6:])] = struct.unpack_from("<I", held)[0]
        elif kind == SST or (kind == CONTINUE and before in (SST, CONTINUE) and pieces):
            pieces.append(held)
        elif kind == EOF:
            break
        before = kind
    if pieces:
        shared = list(_shared_texts(pieces))
    return {name: dict(_cells(stream, at, shared)) for name, at in places.items()}


def _cells(stream: bytes, at: int, shared: Sequence[str]) -> Iterator[tuple[Spot, str]]:
    """The cells of the sheet that begins at a place; rows and columns from 1."""
    waiting: Spot | None = None  # a formula whose text follows
    for kind, held in _records(stream, at):
        if kind == EOF:
            return
        if kind == STRING and waiting is not None:
            yield waiting, _long_text(held)
        if kind not in (LABELSST, LABEL, NUMBER, RK, MULRK, FORMULA):
            continue
        row, column = (number + 1 for number in struct.unpack_from("<HH", held))
        if kind == LABELSST:
            yield (row, column), shared[struct.unpack_from("<I", held, 6)[0]]
        elif kind == LABEL:
            yield (row, column), _long_text(held[6:])
        elif kind == NUMBER:
            yield (row, column), _number(struct.unpack_from("<d", held, 6)[0])
        elif kind == RK:
            yield (row, column), _packed(struct.unpack_from("<I", held, 6)[0])
        elif kind == MULRK:
            for place in range((len(held) - 6) // 6):
                yield (row, column + place), _packed(struct.unpack_from("<I", held, 6 + 6 * place)[0])
        else:
            waiting = (row, column)
            if held[12:14] != b"\xff\xff":  # else its result is no number
                yield waiting, _number(struct.unpack_from("<d", held, 6)[0])


def _number(value: float) -> str:
    """A number as people write it."""
    return f"{Decimal(repr(value)).normalize():f}"


def _packed(number: int) -> str:
    """A number in four bytes: a whole one, or the upper half of a long one; perhaps a hundred times as large."""
    if number & 2:
        value = Decimal(struct.unpack("<i", struct.pack("<I", number))[0] >> 2)
    else:
        value = Decimal(repr(struct.unpack("<d", struct.pack("<II", 0, number & 0xFFFFFFFC))[0]))
    return f"{(value / 100 if number & 1 else value).normalize():f}"


# -- texts ------------------------------------------------------------------------------------------------------------


def _short_text(held: bytes) -> str:
    """A text that begins with its length in one byte."""
    return _characters(held[2:], held[0], held[1])


def _long_text(held: bytes) -> str:
    """A text that begins with its length in two bytes."""
    length, flags = struct.unpack_from("<HB", held)
    return _characters(held[3:], length, flags)


def _characters(held: bytes, length: int, flags: int) -> str:
    return held[: 2 * length].decode("utf-16-le") if flags & WIDE else held[:length].decode("latin-1")


def _shared_texts(pieces: Sequence[bytes]) -> Iterator[str]:
    """The texts of the table, which may be cut anywhere: within a text the next piece begins with its flags anew."""
    reader = _Pieces(pieces)
    (count,) = struct.unpack("<I", reader.take(8)[4:])
    for _ in range(count):
        length, flags = struct.unpack("<HB", reader.take(3))
        runs = struct.unpack("<H", reader.take(2))[0] if flags & RICH else 0
        more = struct.unpack("<I", reader.take(4))[0] if flags & PHONETIC else 0
        yield reader.text(length, flags)
        reader.take(4 * runs + more)


class _Pieces:
    """Bytes that lie in several records."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self.pieces = list(pieces)
        self.piece, self.at = 0, 0

    @property
    def left(self) -> int:
        """How many bytes of this piece are left; at its end the next one begins."""
        if self.at == len(self.pieces[self.piece]) and self.piece + 1 < len(self.pieces):
            self.piece, self.at = self.piece + 1, 0
        return len(self.pieces[self.piece]) - self.at

    def take(self, length: int) -> bytes:
        found = b""
        while len(found) < length:
            part = min(self.left, length - len(found))
            if not part:
                raise DamagedError("a table of texts that ends too early")
            found += self.pieces[self.piece][self.at : self.at + part]
            self.at += part
        return found

    def text(self, length: int, flags: int) -> str:
        found = ""
        while len(found) < length:
            if not self.left:
                raise DamagedError("a text that ends too early")
            if self.at == 0 and self.piece and found:
                (flags,) = self.take(1)
            size = 2 if flags & WIDE else 1
            part = min(self.left // size, length - len(found))
            if not part:
                raise DamagedError("half a character")
            found += _characters(self.take(part * size), part, flags)
        return found
