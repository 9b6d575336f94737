"""On which page each bookmark of a document of ours stands: counted, not asked of a program, since the lines are exact.

What we lay down has lines of exact heights and columns of fixed widths, so what a page holds can be added up. Lengths are
twips, twentieths of a point. What a person's template sets otherwise (lines as high as their letters, pictures, a section of
its own) cannot be counted so: then nothing is said. Source: ECMA-376, part 1, 17.3.1 (paragraphs) and 17.4 (tables).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError

from toolkit.files.elements import tree
from toolkit.files.escaped import unescaped

MAIN = "word/document.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
P, P_PR, R, T, BR, MARK, TC, TC_PR, VAL = (
    f"{W}{name}"
    for name in ("p", "pPr", "r", "t", "br", "bookmarkStart", "tc", "tcPr", "val")
)
STYLE = f"{W}pStyle"
BODY, CLOSING, TABLE, TABLE_ENDS = b"<w:body>", b"</w:body>", b"<w:tbl>", b"</w:tbl>"
COMES_AGAIN, ROW_ENDS = b"<w:tblHeader/>", b"</w:tr>"
LONG_HEADING = 150  # characters: some four lines
ROW = re.compile(rb"<w:tr(?: [^>]*)?>")
TEXT = re.compile(rb"<w:t(?: [^>]*)?>([^<]*)</w:t>")
SECTION = re.compile(rb"<w:sectPr[ >].*?</w:sectPr>", re.DOTALL)
LENGTHS = {
    f"{W}spacing": {"line": "line", "before": "before", "after": "after"},
    f"{W}ind": {"left": "left", "firstLine": "first"},
}
SWITCHES = {f"{W}keepNext": "kept", f"{W}pageBreakBefore": "breaks"}
UNKNOWN = {f"{W}{name}" for name in ("drawing", "pict", "object")}
ON = (None, "1", "true", "on")  # of a property that is there
BORDER = 10  # of a line of half a point between two rows
CJK = 0x2E80  # from here on a letter is as wide as it is high
QUOTES = frozenset("“”‘’…—·×≥≤")  # as wide, in a Chinese font
NARROW = {
    " ": 0.25,
    ".": 0.25,
    ",": 0.25,
    ":": 0.28,
    ";": 0.28,
    "-": 0.33,
    "(": 0.33,
    ")": 0.33,
    "%": 0.83,
    "/": 0.28,
}
LETTER = 0.5  # of its height, a digit's width and most letters'
GAP = 0.25  # between a Chinese letter and another
NEVER_FIRST = frozenset("！），。、：；？》〉」』】〕”’…%!),.:;?]}")  # of a line
NEVER_LAST = frozenset("（《〈「『【〔“‘([{")
WORD = re.compile(r"[!-~]+| +|.", re.DOTALL)
# What a field says between "separate" and "end": the page that its bookmark stood on when somebody counted last.
SAID = re.compile(
    r'(<w:fldChar w:fldCharType="begin")( w:dirty="true")?(/></w:r><w:r><w:instrText[^>]*> PAGEREF (\w+) [^<]*</w:instrText>'
    r'</w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t[^>]*>)[^<]*'
)


class CannotBeCountedError(Exception):
    """Something whose height only a program knows."""


@dataclass(frozen=True)
class Style:
    """How a paragraph is set."""

    size: int  # half points
    line: int = 240
    exact: bool = False
    before: int = 0
    after: int = 0
    left: int = 0
    first: int = 0
    kept: bool = False  # on the page of what follows
    breaks: bool = False  # begins a page


@dataclass
class Block:
    """A paragraph, or a row of a table: so many lines, each so high."""

    lines: int
    line: int
    before: int = 0
    after: int = 0
    kept: bool = False
    breaks: bool = False
    marks: Sequence[str] = ()
    head: int = 0  # of a row: the height of what is said again above it on a new page

    @property
    def height(self) -> int:
        return self.before + self.lines * self.line + self.after


@dataclass
class Layout:
    """Pages being filled."""

    height: int
    page: int = 1
    at: int = 0
    found: dict[str, int] = field(default_factory=dict)

    def fill(self, blocks: Sequence[Block]) -> None:
        """Lay blocks down one after the other; what must stay with what follows goes to the next page with it."""
        for number, block in enumerate(blocks):
            full = self.at + _together(blocks, number) > self.height
            if self.at and (block.breaks or full):
                self.turn(block)
            self.found.update(dict.fromkeys(block.marks, self.page))
            self.at += block.before if self.at else 0
            for _ in range(block.lines):
                if self.at and self.at + block.line > self.height:
                    self.turn(block)
                self.at += block.line
            self.at += block.after

    def turn(self, block: Block) -> None:
        self.page += 1
        self.at = block.head


def _together(blocks: Sequence[Block], number: int) -> int:
    """How much room a block needs to begin on a page: its first line, and that of what it must stay with."""
    needed = 0
    for at in range(number, len(blocks)):
        block = blocks[at]
        if not block.kept:
            return needed + block.before + block.line
        needed += block.height
    return needed


def sparing(document: bytes) -> bytes:
    """The same text, in which long headings of tables do not come again on each page: they would take much of it."""
    # A document of thousands of tables is large: what stays of it is looked at where it lies, and copied once.
    whole = memoryview(document)
    pieces: list[bytes | memoryview] = []
    done = 0
    begin = document.find(TABLE)
    while begin >= 0:
        following = document.find(TABLE, begin + len(TABLE))
        heading = _long_heading(
            document, begin, following if following >= 0 else len(document)
        )
        if heading is not None:
            said = document[begin:heading].replace(COMES_AGAIN, b"")
            pieces += [whole[done:begin], said]
            done = heading
        begin = following
    return b"".join([*pieces, whole[done:]]) if pieces else document


def _long_heading(document: bytes, begin: int, end: int) -> int | None:
    """Where the heading of a table ends that comes again on each page and is long. It is the first rows, as far as they say so."""
    last = document.rfind(COMES_AGAIN, begin, end)
    if last < 0:
        return None
    said = TEXT.findall(document, begin, document.find(ROW_ENDS, last))
    characters = sum(len(text.decode("utf-8")) for text in said)
    return last + len(COMES_AGAIN) if characters > LONG_HEADING else None


def numbered(parts: Mapping[str, bytes]) -> bytes:
    """A document's text in which each reference to a page says its number; as it was, where that cannot be counted."""
    text = parts[MAIN]
    if b" PAGEREF " not in text:
        return text
    found = pages(parts)

    def said(match: re.Match[str]) -> str:
        begin, _, between, mark = match.groups()
        # A field that is right need not be counted anew, which Word would ask everybody who opens the file.
        return f"{begin}{between}{found[mark]}" if mark in found else match[0]

    until = text.index(b"</w:p>", text.rindex(b" PAGEREF "))
    return SAID.sub(said, text[:until].decode("utf-8")).encode("utf-8") + text[until:]


def pages(parts: Mapping[str, bytes]) -> Mapping[str, int]:
    """The page of every bookmark of a .docx; nothing where they cannot be counted."""
    if "word/styles.xml" not in parts:
        return {}
    try:
        return _Document(parts).pages()
    except CannotBeCountedError:
        return {}


@dataclass(frozen=True)
class Frame:
    """A paragraph without its texts: of each its number among those of the row, or itself; and its line breaks."""

    style: Style
    said: Sequence[str]
    marks: Sequence[str]


@dataclass(frozen=True)
class Cell:
    """A cell of a row: over how many columns it reaches, whether over several rows, and its paragraphs."""

    span: int
    merged: bool
    frames: Sequence[Frame]


@dataclass(frozen=True)
class Row:
    """A row without its texts."""

    cells: Sequence[Cell]
    header: bool


@dataclass(frozen=True)
class Grid:
    """The widths of a table's columns, and what is left blank in a cell, at both sides and at both ends."""

    widths: Sequence[int]
    sides: int
    ends: int


class _Document:
    """A document's parts as far as its pages hang on them.

    The body of 2,000 projects has a million elements and more. But rows that a template wrote differ in their texts alone: what
    is left of one is made into elements once. A table in another cannot be counted so.
    """

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.text = parts[MAIN]
        self.begin, self.end = (
            self.text.find(BODY) + len(BODY),
            self.text.rfind(CLOSING),
        )
        self.opening = self.text[: self.begin]
        styles = tree(parts["word/styles.xml"])
        self.declared = {
            one.get(f"{W}styleId", ""): one for one in styles.iter(f"{W}style")
        }
        size = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}sz")
        self.plain = Style(int(size.get(VAL, "20")) if size is not None else 20)
        self.known: dict[str, Style] = {}
        self.grids: dict[bytes, Grid] = {}
        self.alike: dict[tuple[bytes, ...], Row] = {}

    def pages(self) -> Mapping[str, int]:
        section = SECTION.search(self.text)
        if section is None or self.text.count(b"<w:sectPr") > 1:
            raise CannotBeCountedError
        size, margins = (
            self.elements(section[0]).find(f".//{W}{name}")
            for name in ("pgSz", "pgMar")
        )
        if size is None or margins is None:
            raise CannotBeCountedError
        width, height = (int(size.get(f"{W}{key}", "0")) for key in "wh")
        top, bottom, left, right = (
            int(margins.get(f"{W}{key}", "0"))
            for key in ("top", "bottom", "left", "right")
        )
        layout = Layout(height - top - bottom)
        layout.fill([*self.blocks(width - left - right)])
        return layout.found

    def elements(self, xml: bytes) -> Element:
        """A piece of the body, in an element."""
        try:
            return tree(self.opening + xml + CLOSING + b"</w:document>")[0]
        except ParseError as error:
            raise CannotBeCountedError from error

    def blocks(self, width: int) -> Iterator[Block]:
        at = self.begin
        while (begin := self.text.find(TABLE, at, self.end)) >= 0:
            end = self.text.find(TABLE_ENDS, begin)
            if end < 0 or self.text.find(TABLE, begin + 1, end) >= 0:
                raise CannotBeCountedError
            yield from self.paragraphs(self.text[at:begin], width)
            yield from self.rows(self.text[begin + len(TABLE) : end])
            at = end + len(TABLE_ENDS)
        yield from self.paragraphs(self.text[at : self.end], width)

    def paragraphs(self, xml: bytes, width: int) -> Iterator[Block]:
        for element in self.elements(xml) if xml else ():
            if element.tag == P:
                frame = self.frame(element)
                style = frame.style
                lines = _lines(
                    "".join(frame.said),
                    width - style.left,
                    style.first,
                    style.size * 10,
                )
                yield Block(
                    lines,
                    style.line,
                    style.before,
                    style.after,
                    style.kept,
                    style.breaks,
                    frame.marks,
                )

    def lines(self, frame: Frame, texts: Sequence[str], width: int) -> int:
        """How many lines a paragraph takes, with its row's texts."""
        style = frame.style
        text = "".join(
            [texts[int(one)] if one.isdigit() else one for one in frame.said]
        )
        return _lines(text, width - style.left, style.first, style.size * 10)

    def frame(self, element: Element) -> Frame:
        style, said, marks = self.plain, list[str](), list[str]()
        for child in element:
            if child.tag == R:
                said += _said(child)
            elif child.tag == P_PR:
                style = self.set_as(child)
            elif child.tag == MARK:
                marks.append(child.get(f"{W}name", ""))
        if not style.exact:
            raise CannotBeCountedError
        return Frame(style, said, marks)

    def set_as(self, properties: Element) -> Style:
        """How a paragraph is set that says so itself, beside its style."""
        named = next(
            (one.get(VAL, "") for one in properties if one.tag == STYLE), "Normal"
        )
        style = self.style(named)
        return style if len(properties) == 1 else _with(style, properties)

    def style(self, name: str) -> Style:
        if name not in self.known:
            element = self.declared.get(name)
            if element is None:
                raise CannotBeCountedError
            base = element.find(f"{W}basedOn")
            above = self.style(base.get(VAL, "")) if base is not None else self.plain
            size = element.find(f"{W}rPr/{W}sz")
            if size is not None:
                above = replace(above, size=int(size.get(VAL, "20")))
            properties = element.find(P_PR)
            self.known[name] = above if properties is None else _with(above, properties)
        return self.known[name]

    def rows(self, table: bytes) -> Iterator[Block]:
        """The rows of a table, each one line as high as its highest cell; one that spans several rows has their room."""
        about, *rows = ROW.split(table)
        grid = self.grid(about)
        head = 0
        for one in rows:
            # By turns what stands between texts, and texts.
            pieces = TEXT.split(one)
            row = self.row(tuple(pieces[::2]))
            texts = [unescaped(text.decode("utf-8")) for text in pieces[1::2]]
            high, column, kept = 0, 0, False
            marks: list[str] = []
            for cell in row.cells:
                width = sum(grid.widths[column : column + cell.span]) - grid.sides
                column += cell.span
                tall = 0
                for frame in cell.frames:
                    style = frame.style
                    tall += (
                        style.before
                        + self.lines(frame, texts, width) * style.line
                        + style.after
                    )
                    kept |= style.kept
                    marks += frame.marks
                high = high if cell.merged else max(high, tall)
            high += grid.ends + BORDER
            yield Block(1, high, kept=kept, marks=marks, head=0 if row.header else head)
            head += high if row.header else 0

    def grid(self, about: bytes) -> Grid:
        """What a table says before its first row."""
        if about not in self.grids:
            table = self.elements(TABLE + about + TABLE_ENDS)
            widths = [int(one.get(f"{W}w", "0")) for one in table.iter(f"{W}gridCol")]
            named = table.find(f"{W}tbl/{W}tblPr/{W}tblStyle")
            self.grids[about] = Grid(
                widths, *self.margins(named.get(VAL, "") if named is not None else "")
            )
        return self.grids[about]

    def row(self, pieces: tuple[bytes, ...]) -> Row:
        """A row of what stands between its texts."""
        if pieces not in self.alike:
            numbers = (
                f"<w:t>{number}</w:t>".encode() for number in range(len(pieces) - 1)
            )
            between = zip(pieces, (*numbers, b""), strict=True)
            element = self.elements(
                b"<w:tr>" + b"".join(part for both in between for part in both)
            )
            cells = [
                Cell(*_spans(cell), [self.frame(one) for one in cell if one.tag == P])
                for cell in element.iter(TC)
            ]
            self.alike[pieces] = Row(
                cells, element.find(f"{W}tr/{W}trPr/{W}tblHeader") is not None
            )
        return self.alike[pieces]

    def margins(self, name: str) -> tuple[int, int]:
        """What is left blank in a cell, at both sides and at both ends."""
        cell = (
            self.declared[name].find(f"{W}tblPr/{W}tblCellMar")
            if name in self.declared
            else None
        )
        if cell is None:
            raise CannotBeCountedError
        said = {one.tag.removeprefix(W): int(one.get(f"{W}w", "0")) for one in cell}
        return said.get("left", 0) + said.get("right", 0), said.get(
            "top", 0
        ) + said.get("bottom", 0)


def _spans(cell: Element) -> tuple[int, bool]:
    """Over how many columns a cell reaches, and whether over several rows."""
    said = {
        one.tag: one.get(VAL, "")
        for properties in cell
        if properties.tag == TC_PR
        for one in properties
    }
    return int(said.get(f"{W}gridSpan") or 1), f"{W}vMerge" in said


def _with(style: Style, properties: Element) -> Style:
    """A style with what a paragraph, or another style, says otherwise."""
    said: dict[str, int | bool] = {}
    for one in properties:
        if one.tag in LENGTHS:
            said |= {
                ours: int(value)
                for key, ours in LENGTHS[one.tag].items()
                if (value := one.get(f"{W}{key}")) is not None
            }
            rule = one.get(f"{W}lineRule")
            said |= {"exact": rule == "exact"} if rule is not None else {}
        elif one.tag in SWITCHES:
            said[SWITCHES[one.tag]] = one.get(VAL) in ON
    return replace(style, **said)  # type: ignore[arg-type]  # each is of the kind that its field is


def _said(run: Element) -> Iterator[str]:
    for one in run:
        if one.tag == T:
            yield one.text or ""
        elif one.tag in UNKNOWN or (
            one.tag == BR and one.get(f"{W}type", "textWrapping") != "textWrapping"
        ):
            raise CannotBeCountedError
        elif one.tag == BR:
            yield "\n"


# -- lines ---------------------------------------------------------------------------------------------------------------------


def _lines(text: str, width: int, first: int, letter: int) -> int:
    """How many lines a text takes: `width` of a line, `first` less in the first one, letters `letter` wide."""
    if len(text) * letter + first <= width and "\n" not in text:
        return 1
    return sum(_of_one(part, width, first, letter) for part in text.split("\n"))


@lru_cache(maxsize=4096)
def _of_one(text: str, width: int, first: int, letter: int) -> int:
    lines, left = 1, (width - first) / letter
    for wide, blank in _chunks(text):
        if wide > left:
            lines += 1
            left = width / letter
        left -= 0 if blank and left == width / letter else wide
    return lines


def _chunks(text: str) -> Iterator[tuple[float, bool]]:
    """Pieces that a line never parts (a word, a letter with the marks that stay with it): how wide, and whether blank."""
    held, blank, closed, last = 0.0, False, True, 0.0
    for word in WORD.findall(text):
        begins = word[0]
        if not closed and begins not in NEVER_FIRST:
            yield held, blank
            held = 0.0
        # Programs leave a gap between Chinese letters and others.
        now, blank = WIDTHS[begins], begins == " "
        if last and not blank and (last == 1) != (now == 1):
            held += GAP
        held += now if len(word) == 1 else sum(WIDTHS[one] for one in word)
        closed = word[-1] in NEVER_LAST
        last = 0.0 if blank else WIDTHS[word[-1]]
    yield held, blank


class _Widths(dict[str, float]):
    """How wide each letter is, in Chinese ones."""

    def __missing__(self, letter: str) -> float:
        self[letter] = wide = (
            1.0
            if ord(letter) >= CJK or letter in QUOTES
            else NARROW.get(letter, LETTER)
        )
        return wide


WIDTHS = _Widths()
