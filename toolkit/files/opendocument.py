"""What a document says that LibreOffice or WPS saved as .odt: the same as of a .docx, to be read and not written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from toolkit.files.archive import DamagedError
from toolkit.files.elements import every, local, said, tree
from toolkit.files.package import unpacked
from toolkit.files.passages import (
    BAR,
    Document,
    DocumentError,
    Passage,
    Where,
)

MOST_COLUMNS = 1000  # of a table
_BLOCKS = ("p", "h")
_BESIDE = {
    "header": Where.HEADER,
    "header-left": Where.HEADER,
    "footer": Where.FOOTER,
    "footer-left": Where.FOOTER,
}
_SIGNS = {"tab": "\t", "line-break": "\n", "s": " "}
# What a paragraph holds and does not say: notes and boxes are lines of their own, pages are counted by the program.
_UNSAID = {
    "note",
    "annotation",
    "page-number",
    "page-count",
    "tracked-changes",
    "date",
    "time",
    "text-box",
    "bookmark-ref",
}


def read_odt(path: Path) -> Document:
    """The lines of an .odt: body and tables, headers, footers, notes, text boxes; what tracked changes delete is not read."""
    body, styles, about = _trees(path)
    reader = _Reader()
    lines = [
        line for text in every(body, "text") for line in reader.blocks(text, Where.BODY)
    ]
    for name, where in _BESIDE.items():
        for one in every(styles, name) if styles is not None else ():
            lines += reader.blocks(one, where)
    fields = every(about, "user-defined") if about is not None else ()
    return Document(
        path.name,
        tuple(lines),
        {said(one).get("name", ""): one.text or "" for one in fields},
    )


def _trees(path: Path) -> tuple[Element, Element | None, Element | None]:
    """The content of a document, its styles, and what is said about it."""
    parts = unpacked(path)
    try:
        return (
            tree(parts["content.xml"]),
            tree(parts["styles.xml"]) if "styles.xml" in parts else None,
            tree(parts["meta.xml"]) if "meta.xml" in parts else None,
        )
    except (DamagedError, ParseError, KeyError) as error:
        raise DocumentError(
            f"“{path.name}”损坏或过大，读不出来。请在 Word 或 WPS 里另存为 .docx 再试。"
        ) from error


@dataclass(frozen=True, slots=True)
class Cells:
    """A table as it reads: cell texts a row, and over how many columns each goes; what continues a merged cell is empty."""

    rows: tuple[tuple[str, ...], ...]
    widths: tuple[tuple[int, ...], ...]


def pieces_of(path: Path) -> tuple[str | Cells, ...]:
    """The body of an .odt as paragraphs and tables in their order; raise DocumentError, in Chinese, where it is none."""
    body, _, _ = _trees(path)
    return tuple(piece for text in every(body, "text") for piece in _pieces(text))


def _pieces(parent: Element) -> Iterator[str | Cells]:
    """What stands right in a container; lists and sections are looked into."""
    for child in parent:
        name = local(child)
        if name in _BLOCKS:
            yield _text(child)
        elif name == "table":
            rows = [tuple(_wide_cells(row, "\n")) for row in every(child, "table-row")]
            yield Cells(
                tuple(tuple(text for text, _ in row) for row in rows),
                tuple(tuple(width for _, width in row) for row in rows),
            )
        elif name not in _UNSAID:
            yield from _pieces(child)


class _Reader:
    """Reads one document."""

    def __init__(self) -> None:
        self.paragraphs = self.tables = 0

    def blocks(self, parent: Element, where: Where) -> Iterator[Passage]:
        """The lines right in a container; lists and sections are looked into."""
        for child in parent:
            name = local(child)
            if name in _BLOCKS:
                yield from self.paragraph(child, where)
            elif name == "table":
                yield from self.table(child, where)
            elif name not in _UNSAID:
                yield from self.blocks(child, where)

    def paragraph(self, paragraph: Element, where: Where) -> Iterator[Passage]:
        text = _text(paragraph)
        if text.strip():
            self.paragraphs += 1
            place = (
                where.value
                if where is not Where.BODY
                else f"正文第 {self.paragraphs} 段"
            )
            style = "heading" if local(paragraph) == "h" else ""
            yield Passage(text, where, place, style)
        for name, kind in (("note-body", Where.NOTE), ("text-box", Where.BOX)):
            for one in every(paragraph, name):
                texts = (_text(line) for line in one.iter() if local(line) in _BLOCKS)
                yield from (
                    Passage(text, kind, kind.value) for text in texts if text.strip()
                )

    def table(self, table: Element, where: Where) -> Iterator[Passage]:
        self.tables += 1
        for number, row in enumerate(every(table, "table-row"), 1):
            cells = [*_cells(row)]
            text = BAR.join(cells)
            if any(cells):
                yield Passage(
                    text,
                    Where.TABLE if where is Where.BODY else where,
                    f"表 {self.tables} 第 {number} 行",
                )


def _cells(row: Element) -> Iterator[str]:
    """What the cells of a row say; one that is wider than a column is one, as in a .docx."""
    return (text for text, _ in _wide_cells(row, " "))


def _wide_cells(row: Element, between: str) -> Iterator[tuple[str, int]]:
    """The same with over how many columns each goes; `between` parts the lines of a cell."""
    covered = 0
    for cell in row:
        name, about = local(cell), said(cell)
        times = _count(about.get("number-columns-repeated", ""))
        if name == "table-cell":
            width = _count(about.get("number-columns-spanned", ""))
            covered = width - 1
            text = between.join(filter(None, map(_text, _lines(cell))))
            yield from [(text, width)] * times
        elif name == "covered-table-cell":
            seen = min(covered, times)
            covered -= seen
            yield from [("", 1)] * (times - seen)


def _count(said_: str) -> int:
    """How many columns an attribute speaks of; never more than any table of a document has."""
    return min(max(int(said_), 1), MOST_COLUMNS) if said_.isdecimal() else 1


def _lines(cell: Element) -> Iterator[Element]:
    """The paragraphs of a cell."""
    return (one for one in cell.iter() if local(one) in _BLOCKS)


def _text(element: Element) -> str:
    """What an element says, without what is no part of its own line."""
    pieces = [element.text or ""]
    for child in element:
        name = local(child)
        if name in _SIGNS:
            pieces.append(
                _SIGNS[name] * int(said(child).get("c", "1"))
                if name == "s"
                else _SIGNS[name]
            )
        elif name not in _UNSAID:
            pieces.append(_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
