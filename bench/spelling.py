"""A workbook's parts as other programs write them: the same cells, spelt otherwise.

What is imitated here lies, written by the programs themselves, in tests/saved.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

from toolkit.files.package import packed

Parts = dict[str, bytes]
Spelling = Callable[[Parts], Parts]

STRINGS, CORE = "xl/sharedStrings.xml", "docProps/core.xml"
SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_ITEM = re.compile(rb"<si>(.*?)</si>", re.DOTALL)
_SHARED = re.compile(rb'<c ([^>]*?)t="s"([^>]*)><v>(\d+)</v></c>')
_TAG = re.compile(rb"(</?)([A-Za-z])")
_DEFAULT_SPACE = re.compile(rb"<(\w+) xmlns=")


def as_drawn(parts: Parts) -> Parts:
    """As XlsxWriter writes it, which is near to how Excel and WPS do."""
    return parts


def inline(parts: Parts) -> Parts:
    """Without a table of strings: each cell holds its own text, as SheetJS and what ministries export often have it."""
    items = _ITEM.findall(parts[STRINGS])

    def own(found: re.Match[bytes]) -> bytes:
        return b'<c %bt="inlineStr"%b><is>%b</is></c>' % (
            found[1],
            found[2],
            items[int(found[3])],
        )

    sheets = {
        name: _SHARED.sub(own, content)
        for name, content in parts.items()
        if SHEET.fullmatch(name)
    }
    empty = re.sub(
        rb"(<sst [^>]*?)\s*count=.*",
        rb'\1 count="0" uniqueCount="0"/>',
        parts[STRINGS],
        flags=re.DOTALL,
    )
    return {**parts, **sheets, STRINGS: empty}


def libreoffice(parts: Parts) -> Parts:
    """As LibreOffice: each text keeps its blanks, each formula says that it need not always be calculated."""
    made = {}
    for name, content in parts.items():
        if SHEET.fullmatch(name):
            made[name] = content.replace(b"<f>", b'<f aca="false">')
    return {
        **parts,
        **made,
        STRINGS: parts[STRINGS].replace(b"<t>", b'<t xml:space="preserve">'),
    }


def prefixed(parts: Parts) -> Parts:
    """With a prefix before each element, as Microsoft's Open XML SDK writes sheets and strings."""

    def respelt(content: bytes) -> bytes:
        head, root = content.split(b"?>", 1)
        return (
            head
            + b"?>"
            + _TAG.sub(rb"\1x:\2", _DEFAULT_SPACE.sub(rb"<\1 xmlns:x=", root, count=1))
        )

    return {
        name: respelt(part) if SHEET.fullmatch(name) or name == STRINGS else part
        for name, part in parts.items()
    }


def openpyxl(parts: Parts) -> Parts:
    """Loaded and saved by openpyxl, as scripts do: nothing is calculated any more."""
    import openpyxl as library

    book = library.load_workbook(io.BytesIO(packed(parts)))
    saved = io.BytesIO()
    book.save(saved)
    # without the time of saving
    return {
        **unpacked(saved.getvalue()),
        CORE: parts[CORE],
    }


def as_references(text: str) -> bytes:
    """A text as openpyxl spells it in XML: whatever is no ASCII as a number."""
    return text.encode("ascii", "xmlcharrefreplace")


def unpacked(data: bytes) -> Parts:
    """The parts of a workbook, in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name) for name in book.namelist()}


# Of how many workbooks out of a hundred each spelling is.
SPELLINGS: Mapping[Spelling, int] = {
    as_drawn: 72,
    libreoffice: 12,
    inline: 6,
    openpyxl: 6,
    prefixed: 4,
}
