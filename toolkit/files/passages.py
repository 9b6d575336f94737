"""What a document says, line by line, after whoever edited it: each paragraph, each row of a table, and where it stands.

A .docx is read with its tracked changes accepted; its headers, footers, notes and text boxes too. Every line knows the
elements that its letters stand in, so that a number can be put in the place of another and nothing else be touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from toolkit.errors import ToolkitError, why_not_read
from toolkit.files.package import Element, Markup, Package
from toolkit.files.source import content
from toolkit.model import record

BAR = " | "  # between the cells of a row
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WRAPPERS = {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"}
# below these nothing is read
_UNSAID = {
    "del",
    "moveFrom",
    "Fallback",
    "pPr",
    "rPr",
    "instrText",
    "delText",
    "tabs",
}
# Elements that only say how something looks, and what they stand in.
_LOOKS = {"tcPr": "", "tblPr": "", "tblGrid": "", "sectPr": "", "rPr": "r"}
SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Fields whose text the program counts out anew wherever the document is opened: no part of what it says.
COUNTED = re.compile(
    r"\b(?:PAGE|NUMPAGES|SECTIONPAGES|PAGEREF|DATE|TIME|SAVEDATE|PRINTDATE)\b"
)


class DocumentError(ToolkitError):
    """A document that cannot be read; the message is a Chinese sentence with the remedy."""


class Where(StrEnum):
    """In which part of a document a line stands."""

    BODY = "正文"
    TABLE = "表"
    HEADER = "页眉"
    FOOTER = "页脚"
    NOTE = "脚注"
    BOX = "文本框"
    SHEET = "工作表"


@record(slots=True)
class Piece:
    """Letters of a line, from `start` on, and what they stand in: an element of a part, or a workbook's cell (C5)."""

    start: int
    text: str
    part: str = ""
    element: Element | None = None
    cell: str = ""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@record(slots=True)
class Passage:
    """A line: its text, in which part of the document it stands, and where there, as people say it."""

    text: str
    where: Where
    place: str
    style: str = ""  # the name that Word shows for it
    pieces: tuple[Piece, ...] = ()

    def cell_of(self, start: int) -> str:
        """The cell that a letter stands in; "" in a document."""
        return next(
            (piece.cell for piece in self.pieces if piece.start <= start < piece.end),
            "",
        )


@dataclass
class Document:
    """A document's lines, its own properties, and the package they were read from."""

    name: str
    passages: tuple[Passage, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    package: Package | None = None
    markups: dict[str, Markup] = field(default_factory=dict)

    @property
    def lines(self) -> list[str]:
        return [passage.text for passage in self.passages]


def kind_of(path: Path) -> str:
    """What a file is by its bytes: "docx", "xlsx" or "odt"; raise DocumentError, with the way out, for any other."""
    try:
        data = content(path)
    except OSError as error:
        raise DocumentError(f"“{path.name}”打不开：{why_not_read(error)}。") from error
    if data.startswith(OLE):
        raise DocumentError(
            f"“{path.name}”是旧格式（.doc、.wps、.xls），或者设有打开密码。请在 Word 或 WPS 里打开，另存为 .docx 再试。"
        )
    if data.startswith(b"%PDF"):
        raise DocumentError(
            f"“{path.name}”是 PDF，不能核对改动。请用做成它的那份 Word 文件（.docx）。"
        )
    head = data[:200]
    if b"application/vnd.oasis.opendocument.text" in head:
        return "odt"
    return "xlsx" if b"xl/workbook" in data else "docx"


def read_docx(path: Path) -> Document:
    """The lines of a .docx: body and tables, then headers, footers, notes; each text box behind its paragraph."""
    return of_package(Package.read(path))


def of_package(package: Package) -> Document:
    """The lines of a .docx that is unpacked already."""
    document = Document(package.name, (), _properties(package), package)
    reader = _Reader(document, styles_of(package))
    document.passages = (*reader.part(package.main, Where.BODY), *reader.around())
    return document


def lines_of(package: Package) -> Iterator[Passage]:
    """Yield the same lines one by one, of a document that is only read: its body is never held as a whole."""
    yield from _reader(package).flowing(package.main)
    yield from lines_around(package)


def lines_around(package: Package) -> Iterator[Passage]:
    """Yield the lines of headers, footers and notes alone."""
    yield from _reader(package).around()


def _reader(package: Package) -> _Reader:
    return _Reader(Document(package.name, (), {}, package), styles_of(package))


def _properties(package: Package) -> dict[str, str]:
    """The document's own properties, by the names that Word shows."""
    name = package.find("docProps/custom.xml")
    found = package.markup(name).all("property") if name else ()
    return {
        one.attributes.get("name", ""): "".join(child.text for child in one.children)
        for one in found
    }


def styles_of(package: Package) -> dict[str, str]:
    """The names of a document's styles by their ids."""
    part = package.related(package.main, "styles")
    if not part:
        return {}
    named = (
        (style.attributes.get(":styleId", ""), style.child("name"))
        for style in package.markup(part).all("style")
    )
    return {
        key: name.attributes.get(":val", "") for key, name in named if name is not None
    }


class _Line:
    """A line while it is put together."""

    def __init__(self) -> None:
        self.text = ""
        self.pieces: list[Piece] = []

    def add(self, text: str, part: str, element: Element | None) -> None:
        if text and element is not None:
            self.pieces.append(Piece(len(self.text), text, part, element))
        self.text += text

    def join(self, other: _Line, between: str = "") -> None:
        """Put another line behind this one."""
        self.text += between
        shift = len(self.text)
        self.pieces += (
            Piece(one.start + shift, one.text, one.part, one.element)
            for one in other.pieces
        )
        self.text += other.text


class _Reader:
    """Reads the parts of one document."""

    def __init__(self, document: Document, styles: Mapping[str, str]) -> None:
        self.document = document
        self.styles = styles

    def part(self, name: str, where: Where) -> Iterator[Passage]:
        """The lines of a part."""
        assert self.document.package is not None  # noqa: S101  it was read from one
        markup = self.document.package.markup(name)
        self.document.markups[name] = markup
        body = markup.root.child("body") or markup.root
        notes = [note for note in body.children if note.name in ("footnote", "endnote")]
        self.paragraphs = self.tables = 0
        for container in notes or [body]:
            yield from self.blocks(container.children, name, where)

    def flowing(self, name: str) -> Iterator[Passage]:
        """The lines of a part's body, as it flows by."""
        assert self.document.package is not None  # noqa: S101  it was read from one
        self.paragraphs = self.tables = 0
        yield from self.blocks(
            self.document.package.flowing(name, "body", _LOOKS), name, Where.BODY
        )

    def around(self) -> Iterator[Passage]:
        """The lines of headers, footers and notes."""
        package = self.document.package
        assert package is not None  # noqa: S101  it was read from one
        kinds = {
            "header": Where.HEADER,
            "footer": Where.FOOTER,
            "footnotes": Where.NOTE,
            "endnotes": Where.NOTE,
        }
        for relation in package.relations(package.main):
            if relation.kind in kinds and relation.target:
                yield from self.part(relation.target, kinds[relation.kind])

    def blocks(
        self, children: Iterable[Element], part: str, where: Where
    ) -> Iterator[Passage]:
        """The lines right in a container."""
        # of paragraphs whose end was deleted, and that so run on into the next
        running = _Line()
        for block in _blocks(children):
            if block.name == "tbl":
                yield from self.table(block, part, where)
                continue
            line, boxes = self.paragraph(block, part)
            running.join(line)
            if not _runs_on(block):
                if running.text.strip():
                    self.paragraphs += 1
                    place = (
                        where.value
                        if where is not Where.BODY
                        else f"正文第 {self.paragraphs} 段"
                    )
                    yield Passage(
                        running.text,
                        where,
                        place,
                        self.style(block),
                        tuple(running.pieces),
                    )
                running = _Line()
            for box in boxes:
                yield from self.boxed(box, part)

    def boxed(self, box: Element, part: str) -> Iterator[Passage]:
        """The lines of a text box."""
        for line in self.flat(box, part):
            if line.text.strip():
                yield Passage(
                    line.text, Where.BOX, Where.BOX.value, "", tuple(line.pieces)
                )

    def flat(self, parent: Element, part: str) -> Iterator[_Line]:
        """Every paragraph below a container, those of tables too."""
        for block in _blocks(parent.children):
            if block.name == "tbl":
                for cell in (
                    cell for row in _rows(block) for cell in _children(row, "tc")
                ):
                    yield from self.flat(cell, part)
            else:
                line, boxes = self.paragraph(block, part)
                yield line
                for box in boxes:
                    yield from self.flat(box, part)

    def table(self, table: Element, part: str, where: Where) -> Iterator[Passage]:
        """The rows of a table."""
        self.tables += 1
        for number, row in enumerate(_rows(table), 1):
            whole = _Line()
            for at, cell in enumerate(_children(row, "tc")):
                held = _Line()
                for line in self.flat(cell, part):
                    held.join(line, " " if held.text and line.text else "")
                whole.join(held, BAR if at else "")
            if whole.text.replace("|", "").strip():
                place = f"表 {self.tables} 第 {number} 行"
                kind = Where.TABLE if where is Where.BODY else where
                yield Passage(whole.text, kind, place, "", tuple(whole.pieces))

    def style(self, paragraph: Element) -> str:
        about = paragraph.child("pPr")
        style = about.child("pStyle") if about else None
        return self.styles.get(style.attributes.get(":val", ""), "") if style else ""

    def paragraph(self, paragraph: Element, part: str) -> tuple[_Line, list[Element]]:
        """What a paragraph reads, and the text boxes fixed to it."""
        line, boxes = _Line(), []
        fields: list[
            list[str]
        ] = []  # those that are open: what each is told to be, and whether its text has begun
        ahead = paragraph.children[::-1]
        while ahead:
            one = ahead.pop()
            if one.name == "txbxContent":
                boxes.append(one)
            elif one.name == "instrText" and fields:
                fields[-1][0] += one.text
            elif one.name == "fldChar":
                _turn(fields, one.attributes.get(":fldCharType", ""))
            elif one.name == "t" and not any(
                begun and COUNTED.search(said) for said, begun in fields
            ):
                line.add(one.text, part, one)
            elif one.name in SIGNS:
                line.add(SIGNS[one.name], part, None)
            elif one.name not in _UNSAID and not (
                one.name == "fldSimple"
                and COUNTED.search(one.attributes.get(":instr", ""))
            ):
                ahead += one.children[::-1]
        return line, boxes


def _turn(fields: list[list[str]], what: str) -> None:
    """A field begins, its text begins, or it ends."""
    if what == "begin":
        fields.append(["", ""])
    elif what == "separate" and fields:
        fields[-1][1] = "begun"
    elif what == "end" and fields:
        fields.pop()


def _blocks(children: Iterable[Element]) -> Iterator[Element]:
    """The paragraphs and tables among a container's children; what merely wraps them is looked into."""
    for child in children:
        if child.name in ("p", "tbl"):
            yield child
        elif child.name in _WRAPPERS:
            yield from _blocks(child.children)


def _children(parent: Element, name: str) -> Iterator[Element]:
    """The children of a name, looking through what merely wraps them."""
    for child in parent.children:
        if child.name == name:
            yield child
        elif child.name in _WRAPPERS:
            yield from _children(child, name)


def _rows(table: Element) -> Iterator[Element]:
    """A table's rows but for those that a tracked change deletes."""
    for row in _children(table, "tr"):
        about = row.child("trPr")
        if about is None or about.child("del") is None:
            yield row


def _runs_on(paragraph: Element) -> bool:
    """Whether a tracked change deletes the end of a paragraph."""
    about = paragraph.child("pPr")
    mark = about.child("rPr") if about else None
    return mark is not None and mark.child("del") is not None


def replaced(
    document: Document, edits: Iterable[tuple[Passage, int, int, str]]
) -> bytes:
    """The document's bytes with some letters of its lines in the place of others; nothing else is touched.

    An edit says: of this line, what stands from here to there becomes this, in the first of the elements it stands in.
    """
    assert document.package is not None  # noqa: S101  only what was read from a package can be written
    of_elements: dict[tuple[str, Element], list[tuple[int, int, str]]] = {}
    for passage, start, end, new in edits:
        said = new
        for piece in passage.pieces:
            first, last = max(start, piece.start), min(end, piece.end)
            if first < last and piece.element is not None:
                place = of_elements.setdefault((piece.part, piece.element), [])
                place.append((first - piece.start, last - piece.start, said))
                said = ""
    for (part, element), changes in of_elements.items():
        text = element.text
        for first, last, said in sorted(changes, reverse=True):
            text = text[:first] + said + text[last:]
        document.markups[part].write(element, text)
    for part, markup in document.markups.items():
        document.package.put(part, markup)
    return document.package.packed()
