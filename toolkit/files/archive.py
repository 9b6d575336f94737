"""A workbook's file as an archive: what kind of file it is, and its parts, inflated one by one and never beyond the bounds."""

from __future__ import annotations

import hashlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from toolkit.errors import ToolkitError, why_not_read

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

MEGABYTE = 1 << 20
# the file itself; pictures that people put into a workbook are never inflated
MOST_PACKED = 128 * MEGABYTE
MOST_PARTS = 20_000
# one part inflated: a sheet styled down to its last row has about 150 MB
MOST_PART = 200 * MEGABYTE
# all parts that are read; a filled template of 300 projects has about 20 MB
MOST_BYTES = 300 * MEGABYTE
MOST_RATIO = 400  # how much smaller than its content a part may be; sheets come to 20 or 60, blanks to 1,000
MOST_AT_ONCE = (
    16_384  # bytes of a packed part, which come to 16 MB whatever its list says of it
)
SMALL = MEGABYTE  # below this nobody asks for the ratio

_ENTRY = b"PK\1\2"  # begins each entry in the archive's list
# before a part: its mark, and how long its name and its extras are
_LOCAL = struct.Struct("<4s22xHH")
# an entry of the list but for its name, and the end of the list
_LISTED = struct.Struct("<4s2x3H4x3L3H8xL")
_END = struct.Struct("<4s4H2LH")
_ENCRYPTED_FLAG = 1
_NEWEST = 45  # the release of the format that an entry may ask for and be read without zipfile
_BEYOND = 0xFFFFFFFF  # a size that is written elsewhere

BOM = b"\xef\xbb\xbf"
# Files that are sent under a workbook's name → what they are; how each begins is laid down by its own format.
KINDS = {
    b"%PDF-": " PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
}


class CannotOpenError(ToolkitError):
    """A file that cannot be read as a workbook; the message says why and what to do, in Chinese."""


class DamagedError(Exception):
    """A part that is not what it must be. The grid tells people so in one sentence, wherever it arose."""


class UnsafeError(DamagedError):
    """A part that is made to hurt whoever reads it: no other reader is asked to."""


def opened(path: Path) -> Archive:
    """Read a file and tell what it is, before any parser sees it; raise CannotOpenError where it is no workbook."""
    content = _content(path)
    if content.startswith(OLE):
        if ENCRYPTED in content[:65536]:
            raise CannotOpenError(
                f"“{path.name}”设有打开密码，读不出来。请在 Excel 或 WPS 中去掉打开密码后再交。"
            )
        raise CannotOpenError(
            f"“{path.name}”是旧的 .xls 格式。请在 Excel 或 WPS 中另存为 .xlsx 再交；财政平台导出的表，用“导入”。"
        )
    if not content:
        raise CannotOpenError(
            f"“{path.name}”是空文件（0 字节）。请重新保存或重新发送。"
        )
    if not content.startswith(b"PK"):
        raise CannotOpenError(f"“{path.name}”{_no_workbook(content)}")
    return Archive(path.name, content)


def _no_workbook(content: bytes) -> str:
    """What a file that is no workbook is by its first bytes, and what to do about it."""
    for begins, kind in KINDS.items():
        if content.startswith(begins):
            return f"里面是{kind}，不是 Excel 工作簿。请交 .xlsx 文件。"
    # A page that is called .xls, as some platforms write it, is opened by Excel all the same.
    if content.removeprefix(BOM).lstrip()[:1] == b"<":
        return (
            "里面是网页，不是 Excel 工作簿。请用 Excel 或 WPS 打开，另存为 .xlsx 再交。"
        )
    return "不是 Excel 工作簿（可能是改了扩展名的文件，或被加密软件加密）。请交 .xlsx 文件。"


def _content(path: Path) -> bytes:
    """A file's bytes. What is no file (a pipe, a device) might never end, and is not touched."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode) and not stat.S_ISDIR(about.st_mode):
            raise CannotOpenError(
                f"“{path.name}”不是文件，是管道或设备，没有读取。请给出 .xlsx 文件。"
            )
        if about.st_size > MOST_PACKED:
            most = MOST_PACKED // MEGABYTE
            raise CannotOpenError(
                f"“{path.name}”过大（超过 {most} 兆），没有读取。请删去里面的图片再交。"
            )
        with path.open("rb") as file:
            return file.read(MOST_PACKED)
    except PermissionError as error:
        raise CannotOpenError(
            f"“{path.name}”打不开：没有读取权限，或被其他程序独占。请关闭正在使用它的程序再试。"
        ) from error
    except OSError as error:
        raise CannotOpenError(
            f"“{path.name}”打不开：{why_not_read(error)}。"
        ) from error


class Entry(NamedTuple):
    """A part as the archive's list has it; the names of its fields are those of zipfile."""

    filename: str
    flag_bits: int
    compress_type: int
    CRC: int
    compress_size: int
    file_size: int
    header_offset: int


class Archive:
    """The parts of a file by name, whatever its case and whichever way its slashes lean."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.spent = 0
        self.parts: dict[str, Entry | zipfile.ZipInfo] = {}
        self.twice: set[str] = set()
        many = len(content) > MOST_PARTS * _LISTED.size
        if many and content.count(_ENTRY) > MOST_PARTS:
            raise CannotOpenError(
                f"“{name}”里的部件过多（超过 {MOST_PARTS} 个），没有读取。请把内容复制到新的填报表中再交。"
            )
        try:
            entries = _usual_entries(content) or _every_entry(content)
        except (
            zipfile.BadZipFile,
            struct.error,
            ValueError,
            OSError,
            NotImplementedError,
        ) as error:
            raise CannotOpenError(
                f"“{name}”不完整，可能没有传完。请重新发送。"
            ) from error
        for entry in entries:
            part = _plain(entry.filename)
            if part in self.parts:
                self.twice.add(part)
            self.parts[part] = entry

    def holds(self, part: str) -> bool:
        """Whether there is such a part."""
        return part.lower() in self.parts

    def read(self, part: str) -> bytes:
        """One part's bytes, held to what the archive's list says of it; raise DamagedError where they are not so."""
        entry = self.parts.get(part.lower())
        if entry is None or part.lower() in self.twice:
            raise DamagedError(f"no part, or two, of the name {part}")
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise CannotOpenError(
                f"“{self.name}”是加了密码的压缩文件，读不出来。请在 Excel 或 WPS 中打开，另存为 .xlsx 再交。"
            )
        self._bound(entry)
        packed = self._packed(entry)
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            data = _inflated(packed, entry.file_size)
        elif entry.compress_type == zipfile.ZIP_STORED:
            data = packed
        else:
            raise DamagedError(f"compressed in the way {entry.compress_type}")
        if len(data) != entry.file_size or zlib.crc32(data) != entry.CRC:
            raise DamagedError(f"{part} is not what the list says")
        return data

    def _bound(self, entry: Entry | zipfile.ZipInfo) -> None:
        """Refuse what would inflate beyond measure; what the list says is held to when it is inflated."""
        self.spent += entry.file_size
        bomb = (
            entry.file_size > SMALL
            and entry.file_size > entry.compress_size * MOST_RATIO
        )
        if bomb or entry.file_size > MOST_PART or self.spent > MOST_BYTES:
            most = f"一个部件 {MOST_PART // MEGABYTE} 兆、合计 {MOST_BYTES // MEGABYTE} 兆、压缩 {MOST_RATIO} 倍"
            said = (
                f"“{self.name}”展开后过大（限度：{most}），不像正常的填报表，没有读取。"
            )
            raise CannotOpenError(f"{said}请把内容复制到新的填报表中再交。")

    def _packed(self, entry: Entry | zipfile.ZipInfo) -> bytes:
        """A part's bytes as they lie packed."""
        at = entry.header_offset
        mark, name, extra = _LOCAL.unpack_from(self.content, at)
        if mark != b"PK\3\4":
            raise DamagedError("no part stands where the list says")
        begin = at + _LOCAL.size + name + extra
        return self.content[begin : begin + entry.compress_size]


def _inflated(packed: bytes, size: int) -> bytes:
    """A part's content, which is of such a size if the archive's list does not lie; of a list that lies some more, or less."""
    if 0 < len(packed) <= MOST_AT_ONCE and size:
        # Into one piece of memory, an eighth less work. What breaks here may still be read as far as it goes.
        with suppress(zlib.error):
            return zlib.decompress(packed, -zlib.MAX_WBITS, size)
    # One byte more than the list admits to shows a list that lies, and is all that a lie can cost.
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size + 1)


def _every_entry(content: bytes) -> Sequence[Entry | zipfile.ZipInfo]:
    """The archive's list, however it is written."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.infolist()


def _usual_entries(content: bytes) -> Sequence[Entry]:
    """The archive's list, if it is written as nearly every program writes it, a third as fast as zipfile reads it; else none.

    Usual is a list that ends where the file ends, right behind its last entry; entries without extras or comments, their names
    in ASCII.
    """
    end = len(content) - _END.size
    if end < 0:
        return ()
    mark, disk, first, here, many, size, begin, comment = _END.unpack_from(content, end)
    if mark != b"PK\5\6" or disk or first or here != many or comment:
        return ()
    if begin + size != end:
        return ()
    entries: list[Entry] = []
    at = begin
    while at + _LISTED.size <= end:
        mark, asks, flags, way, crc, packed, full, name_size, extra, said, offset = (
            _LISTED.unpack_from(content, at)
        )
        at += _LISTED.size
        name = content[at : at + name_size]
        at += name_size
        unusual = extra or said or asks > _NEWEST or not name.isascii() or b"\0" in name
        if mark != _ENTRY or unusual or _BEYOND in (packed, full, offset):
            return ()
        entries.append(Entry(name.decode(), flags, way, crc, packed, full, offset))
    return entries if at == end and len(entries) == many else ()


def _plain(name: str) -> str:
    """A part's name as names are compared: old packers lean their slashes the other way, or begin with one."""
    return name.replace("\\", "/").lstrip("/").lower()
