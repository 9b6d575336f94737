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
from html import unescape
from xml.etree.ElementTree import Element

from toolkit.files.elements import tree

MAIN = "word/document.xml"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
VAL = f"{W}val"
LENGTHS = {
    f"{W}spacing": {"line": "line", "before": "before", "after": "after"},
    f"{W}ind": {"left": "left", "firstLine": "first"},
}
SWITCHES = {f"{W}keepNext": "kept", f"{W}pageBreakBefore": "breaks"}
UNKNOWN = ("<w:drawing", "<w:pict", "<w:object", "<w:br w:type")  # as high as only a program knows, or a page of its own
ON = (None, "1", "true", "on")  # of a property that is there
BORDER = 10  # of a line of half a point between two rows
CJK = 0x2E80  # from here on a letter is as wide as it is high
QUOTES = frozenset("“”‘’…—·×≥≤")  # as wide, in a Chinese font
NARROW = {" ": 0.25, ".": 0.25, ",": 0.25, ":": 0.28, ";": 0.28, "-": 0.33, "(": 0.33, ")": 0.33, "%": 0.83, "/": 0.28}
LETTER = 0.5  # of its height, a digit's width and most letters'
GAP = 0.25  # between a Chinese letter and another
NEVER_FIRST = frozenset("！），。、：；？》〉」』】〕”’…%!),.:;?]}")  # of a line
NEVER_LAST = frozenset("（《〈「『【〔“‘([{")
# Pieces of a document's text: one of our own has these names and nests no table.
PIECE = re.compile(r"<w:tbl>(.*?)</w:tbl>|<w:p/>|<w:p(?: [^>]*)?>(.*?)</w:p>", re.DOTALL)
PARAGRAPH = re.compile(r"<w:p(?: [^>]*)?>(.*?)</w:p>", re.DOTALL)
SET_AS = re.compile(r'<w:pPr><w:pStyle w:val="([^"]*)"/>(.*?)</w:pPr>')
TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
NEW_LINE = "<w:t>\n</w:t>"
MARK = re.compile(r'<w:bookmarkStart [^>]*w:name="([^"]*)"')
TABLE_STYLE = re.compile(r'<w:tblStyle w:val="([^"]*)"')
GRID = re.compile(r'<w:gridCol w:w="(\d+)"')
ROW, CELL = (re.compile(rf"<w:{name}(?: [^>]*)?>(.*?)</w:{name}>", re.DOTALL) for name in ("tr", "tc"))
SPAN = re.compile(r'<w:gridSpan w:val="(\d+)"')
SECTION = re.compile(r"<w:sectPr[ >].*?</w:sectPr>", re.DOTALL)
PAPER = re.compile(r"<w:(pgSz|pgMar) ([^>]*)/>")
LENGTH = re.compile(r'w:(\w+)="(\d+)"')
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
    for block in blocks[number:]:
        if not block.kept:
            return needed + block.before + block.line
        needed += block.height
    return needed


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


class _Document:
    """A document's parts as far as its pages hang on them; its text is read as it is written, without a tree of it."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self.text = parts[MAIN].decode("utf-8")
        styles = tree(parts["word/styles.xml"])
        self.declared = {one.get(f"{W}styleId", ""): one for one in styles.iter(f"{W}style")}
        size = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}sz")
        self.plain = Style(int(size.get(VAL, "20")) if size is not None else 20)
        self.known: dict[str, Style] = {}
        self.cells: dict[tuple[str, int], Block] = {}

    def pages(self) -> Mapping[str, int]:
        sections = SECTION.findall(self.text)
        if len(sections) != 1 or any(one in self.text for one in UNKNOWN):
            raise CannotBeCountedError
        listed = [(kind, *one) for kind, lengths in PAPER.findall(sections[0]) for one in LENGTH.findall(lengths)]
        said = {f"{kind} {key}": int(value) for kind, key, value in listed}
        try:
            width = said["pgSz w"] - said["pgMar left"] - said["pgMar right"]
            height = said["pgSz h"] - said["pgMar top"] - said["pgMar bottom"]
        except KeyError as error:
            raise CannotBeCountedError from error
        layout = Layout(height)
        layout.fill([*self.blocks(width)])
        return layout.found

    def blocks(self, width: int) -> Iterator[Block]:
        for match in PIECE.finditer(self.text):
            table, paragraph = match.groups()
            if table is not None:
                yield from self.rows(table)
            else:
                yield self.paragraph(paragraph or "", width)

    def paragraph(self, said: str, width: int) -> Block:
        match = SET_AS.match(said)
        style = self.style(*match.groups()) if match else self.style("Normal")
        if not style.exact:
            raise CannotBeCountedError
        text = "".join(TEXT.findall(said.replace("<w:br/>", NEW_LINE) if "<w:br/>" in said else said))
        lines = _lines(unescape(text) if "&" in text else text, width - style.left, style.first, style.size * 10)
        marks = MARK.findall(said) if "bookmarkStart" in said else ()
        return Block(lines, style.line, style.before, style.after, style.kept, style.breaks, marks)

    def style(self, name: str, besides: str = "") -> Style:
        """A paragraph style, with what the paragraph says besides."""
        key = f"{name}{besides}"
        if key not in self.known:
            if besides:
                own = tree(f'<w:pPr xmlns:w="{W[1:-1]}">{besides}</w:pPr>'.encode())
                self.known[key] = _with(self.style(name), own)
            else:
                self.known[key] = self.declared_style(name)
        return self.known[key]

    def declared_style(self, name: str) -> Style:
        element = self.declared.get(name)
        if element is None:
            raise CannotBeCountedError
        base = element.find(f"{W}basedOn")
        above = self.style(base.get(VAL, "")) if base is not None else self.plain
        size, properties = element.find(f"{W}rPr/{W}sz"), element.find(f"{W}pPr")
        if size is not None:
            above = replace(above, size=int(size.get(VAL, "20")))
        return above if properties is None else _with(above, properties)

    def rows(self, table: str) -> Iterator[Block]:
        """The rows of a table, each one line as high as its highest cell; one that spans several rows has their room."""
        named = TABLE_STYLE.search(table)
        if named is None or "<w:tbl>" in table:
            raise CannotBeCountedError
        widths = [int(width) for width in GRID.findall(table)]
        sides, ends = self.margins(named[1])
        head = 0
        for row in ROW.findall(table):
            high, column, kept = 0, 0, False
            marks: list[str] = []
            for cell in CELL.findall(row):
                spans = SPAN.search(cell) if "<w:gridSpan" in cell else None
                until = column + (int(spans[1]) if spans else 1)
                block = self.cell(cell, sum(widths[column:until]) - sides)
                column = until
                high = high if "<w:vMerge" in cell else max(high, block.height)
                kept |= block.kept
                marks += block.marks
            high += ends + BORDER
            header = "<w:tblHeader" in row
            yield Block(1, high, kept=kept, marks=marks, head=0 if header else head)
            head += high if header else 0

    def cell(self, said: str, width: int) -> Block:
        """The paragraphs of a cell as one line; half of all cells say what another one says."""
        known = self.cells.get((said, width))
        if known is None:
            blocks = [self.paragraph(one, width) for one in PARAGRAPH.findall(said)]
            marks = [mark for block in blocks for mark in block.marks]
            known = Block(1, sum(block.height for block in blocks), kept=any(block.kept for block in blocks), marks=marks)
            self.cells[said, width] = known
        return known

    def margins(self, name: str) -> tuple[int, int]:
        """What is left blank in a cell, at both sides and at both ends."""
        cell = self.declared[name].find(f"{W}tblPr/{W}tblCellMar") if name in self.declared else None
        if cell is None:
            raise CannotBeCountedError
        said = {one.tag.removeprefix(W): int(one.get(f"{W}w", "0")) for one in cell}
        return said.get("left", 0) + said.get("right", 0), said.get("top", 0) + said.get("bottom", 0)


def _with(style: Style, properties: Element) -> Style:
    """A style with what a paragraph, or another style, says otherwise."""
    said: dict[str, int | bool] = {}
    for one in properties:
        if one.tag in LENGTHS:
            said |= {ours: int(value) for key, ours in LENGTHS[one.tag].items() if (value := one.get(f"{W}{key}")) is not None}
            rule = one.get(f"{W}lineRule")
            said |= {"exact": rule == "exact"} if rule is not None else {}
        elif one.tag in SWITCHES:
            said[SWITCHES[one.tag]] = one.get(VAL) in ON
    return replace(style, **said)  # type: ignore[arg-type]  # each is of the kind that its field is


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
        self[letter] = wide = 1.0 if ord(letter) >= CJK or letter in QUOTES else NARROW.get(letter, LETTER)
        return wide


WIDTHS = _Widths()
