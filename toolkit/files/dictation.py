"""What a document says, taken down while its template is filled: the lines of `passages`, without reading it back.

A template's own pieces come again for each project. What such a piece says is found once; of what it only looks like nothing
is kept. So a line costs what its values cost. A template with parts that people add while they edit (text boxes, tracked
changes, content controls) is filled first and then read as any other document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from toolkit.files.escaped import unescaped
from toolkit.files.package import Package
from toolkit.files.passages import (
    BAR,
    COUNTED,
    SIGNS,
    Passage,
    Where,
    lines_around,
    lines_of,
    styles_of,
)
from toolkit.model import record

# Round each value that is printed, while it is marked: its number before it, a stroke behind it.
_BEGINS, _ENDS = "\uf8f0", "\uf8f1"
_MARKS = re.compile(f"{_BEGINS}(\\d+|/){_ENDS}")
_ONE_VALUE = re.compile(f"{_BEGINS}(\\d+){_ENDS}([^<{_BEGINS}]*){_BEGINS}/{_ENDS}")
_TOKEN = re.compile(r"<(/?)(?:[^\s/>:]+:)?([^\s/>:]+)([^>]*?)(/?)>|([^<]+)")
_TAGS = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)  # of a template
_VALUE = re.compile(r'\s(?:\w+:)?(?:val|fldCharType)="([^"]*)"')
# What says how something looks, and holds nothing that is read; and what else a plain body may hold.
_LOOKS = frozenset({"pPr", "rPr", "tcPr", "tblPr", "tblGrid", "trPr", "sectPr"})
_PLAIN = _LOOKS | {
    "document",
    "body",
    "tbl",
    "tr",
    "tc",
    "p",
    "r",
    "t",
    "fldChar",
    "instrText",
    *SIGNS,
}
_UNSAID = frozenset(
    {"bookmarkStart", "bookmarkEnd", "proofErr", "lastRenderedPageBreak"}
)


@record(slots=True)
class Said:
    """A line of a filled document, and the values printed in it: where each begins and ends, and its number."""

    text: str
    where: Where
    place: str
    style: str = ""
    printed: tuple[tuple[int, int, int], ...] = ()


def marked(text: str, number: int) -> str:
    """A printed value between its marks."""
    return f"{_BEGINS}{number}{_ENDS}{text}{_BEGINS}/{_ENDS}"


def unmarked(text: str) -> str:
    """The same without any mark."""
    return _MARKS.sub("", text) if _BEGINS in text else text


class Dictation:
    """Takes down one document: `part` names whoever listens to a part's pieces, `lines` gives what was said, once."""

    def __init__(self) -> None:
        self._parts: dict[str, bytes] = {}
        self._pieces: dict[
            str, list[str]
        ] = {}  # of parts that are read when they are filled
        self._body: _Body | None = None

    def begin(self, parts: Mapping[str, bytes]) -> None:
        """Be told the parts of the template."""
        self._parts = dict(parts)

    def part(self, name: str, source: str) -> Callable[[str], str]:
        """Who takes each piece of a part while it is filled, and gives it back unmarked; `source` is the part with its tags."""
        package = self._package()
        if name == package.main and is_plain(source):
            self._body = _Body(styles_of(package))
            return self._body.take
        pieces = self._pieces[name] = []

        def kept(piece: str) -> str:
            pieces.append(piece)
            return unmarked(piece)

        return kept

    def lines(self) -> Iterator[Said]:
        """Yield what the document says: its body, then what stands around it."""
        self._parts |= {
            name: "".join(pieces).encode("utf-8")
            for name, pieces in self._pieces.items()
        }
        package = self._package()
        if self._body is None:
            yield from map(_without_marks, lines_of(package))
            return
        ahead = self._body.said[::-1]
        self._body.said.clear()
        while ahead:
            yield ahead.pop()
        yield from map(_without_marks, lines_around(package))

    def _package(self) -> Package:
        return Package("", self._parts)


def _without_marks(passage: Passage) -> Said:
    """A line that was read with its marks."""
    line = _Line()
    line.add(passage.text)
    return Said(
        line.text, passage.where, passage.place, passage.style, tuple(line.printed)
    )


@lru_cache(maxsize=8)
def is_plain(source: str) -> bool:
    """Whether a part holds nothing but paragraphs and tables, so that its lines can be taken down."""
    xml = _TAGS.sub("", source)
    open_looks: list[str] = []
    for ends, name, about, empty, _ in _TOKEN.findall(xml):
        if name.startswith(("!", "?")):
            if not name.startswith("?xml"):
                return False
        elif name in _LOOKS and ends:
            if not open_looks or open_looks.pop() != name:
                return False
        elif name in _LOOKS and not empty:
            if name in open_looks:
                return False
            open_looks.append(name)
        elif (
            "'" in about
            or name == "del"
            or (name and not open_looks and name not in _PLAIN | _UNSAID)
        ):
            return False
    return not open_looks and "\r" not in xml


class _Line:
    """A line while it is put together, with the values that are printed in it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.printed: list[tuple[int, int, int]] = []
        self._begun: list[
            tuple[int, int]
        ] = []  # where values began whose end has not come yet, and their numbers

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def add(self, text: str) -> None:
        """Add letters, some of them between marks."""
        if _BEGINS not in text:
            self._put(text)
            return
        at = 0
        for mark in _MARKS.finditer(text):
            self._put(text[at : mark.start()])
            at = mark.end()
            if mark[1] != "/":
                self._begun.append((self.length, int(mark[1])))
            elif self._begun:
                start, number = self._begun.pop()
                self.printed.append((start, self.length, number))
        self._put(text[at:])

    def _put(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)

    def value(self, text: str, number: int) -> None:
        """Add a value."""
        start = self.length
        self._put(text)
        self.printed.append((start, self.length, number))


class _Body:
    """The body of a plain document: what each piece of it says is put together to lines."""

    def __init__(self, styles: Mapping[str, str]) -> None:
        self.said: list[Said] = []
        self._styles = styles
        self._line = _Line()
        self._style = ""
        self._cut = ""  # what ends within a tag: the next piece goes on
        # the look that has begun in an earlier piece: nothing in it is read
        self._look = ""
        self._text_of = ""  # t or instrText, while what comes is theirs
        self._fields: list[
            list[str]
        ] = []  # those that are open: what each is told to be, and whether its text has begun
        self._depth = self._paragraphs = self._tables = self._row = self._cell = 0
        self._is_next = False  # whether a paragraph has begun and said nothing yet
        self._cell_speaks = False  # whether one before it in its cell has

    def take(self, piece: str) -> str:
        """Take down a piece of the body's XML, and give it back unmarked."""
        whole = self._cut + piece if self._cut else piece
        if _BEGINS not in whole:
            self._act(whole, _acts(whole))  # the template's own: it comes again
            return piece
        value = _ONE_VALUE.fullmatch(whole)
        if value and self._text_of == "t" and not self._look:
            number, text = value.groups()
            self._says(unescaped(text), int(number))
            return text
        self._act(whole, _told(whole))
        return unmarked(piece)

    def _act(self, xml: str, acts: Sequence[tuple[Act, str]] | None) -> None:
        """Do what a piece of XML does, or keep it where it ends within a tag."""
        if acts is None:
            self._cut = xml
            return
        self._cut = ""
        for act, what in acts:
            if self._look:
                self._looks_on(act, what)
            else:
                act(self, what)

    def _looks_on(self, act: Act, what: str) -> None:
        """Pass over what stands in a look, but for a paragraph's style."""
        if act is _Body.look_ends and what == self._look:
            self._look = ""
        elif act is _Body.styled and self._look == "pPr":
            self._style = what

    def _says(self, text: str, number: int | None = None) -> None:
        """Letters are read, or the value of a number; a cell's paragraphs stand side by side."""
        if not text or (
            self._fields
            and any(begun and COUNTED.search(said) for said, begun in self._fields)
        ):
            return
        if number is None and not unmarked(text):
            self._line.add(text)  # marks alone are no letters
            return
        if self._depth and self._is_next:
            if self._cell_speaks:
                self._line.add(" ")
            self._is_next = False
        self._cell_speaks = True
        if number is None:
            self._line.add(text)
        else:
            self._line.value(text, number)

    def _tell(self, where: Where, place: str, style: str = "") -> None:
        line = self._line
        self.said.append(Said(line.text, where, place, style, tuple(line.printed)))

    # -- what a piece of XML can do

    def says(self, text: str) -> None:
        """Text, or a sign, with all of its element."""
        self._says(text)

    def text(self, text: str) -> None:
        """Text of an element that began before."""
        if self._text_of == "t":
            self._says(text)
        elif self._text_of and self._fields:
            self._fields[-1][0] += text

    def text_begins(self, name: str) -> None:
        self._text_of = name

    def text_ends(self, _: str) -> None:
        self._text_of = ""

    def look_begins(self, name: str) -> None:
        self._look = name

    def look_ends(self, _: str) -> None:
        """A look that began in an earlier piece has its end among what is passed over."""

    def styled(self, style: str) -> None:
        self._style = style

    def field(self, what: str) -> None:
        """A field begins, its text begins, or it ends."""
        if what == "begin":
            self._fields.append(["", ""])
        elif what == "separate" and self._fields:
            self._fields[-1][1] = "begun"
        elif what == "end" and self._fields:
            self._fields.pop()

    def paragraph_begins(self, _: str) -> None:
        self._fields.clear()
        self._style = ""
        self._is_next = True
        if not self._depth:
            self._line = _Line()

    def paragraph_ends(self, _: str) -> None:
        if not self._depth and self._line.text.strip():
            self._paragraphs += 1
            self._tell(
                Where.BODY,
                f"正文第 {self._paragraphs} 段",
                self._styles.get(self._style, ""),
            )

    def table_begins(self, _: str) -> None:
        self._depth += 1
        if self._depth == 1:
            self._tables += 1
            self._row = 0

    def table_ends(self, _: str) -> None:
        self._depth -= 1

    def row_begins(self, _: str) -> None:
        if self._depth == 1:
            self._row += 1
            self._cell = 0
            self._line = _Line()

    def row_ends(self, _: str) -> None:
        if self._depth == 1 and self._line.text.replace("|", "").strip():
            self._tell(Where.TABLE, f"表 {self._tables} 第 {self._row} 行")

    def cell_begins(self, _: str) -> None:
        if self._depth == 1:
            if self._cell:
                self._line.add(BAR)
            self._cell += 1
            self._cell_speaks = False


Act = Callable[[_Body, str], None]
_BEGINNINGS: Mapping[str, Act] = {
    "p": _Body.paragraph_begins,
    "tbl": _Body.table_begins,
    "tr": _Body.row_begins,
    "tc": _Body.cell_begins,
    "t": _Body.text_begins,
    "instrText": _Body.text_begins,
}
_ENDINGS: Mapping[str, Act] = {
    "p": _Body.paragraph_ends,
    "tbl": _Body.table_ends,
    "tr": _Body.row_ends,
    "t": _Body.text_ends,
    "instrText": _Body.text_ends,
}


@lru_cache(maxsize=4096)
def _acts(xml: str) -> Sequence[tuple[Act, str]] | None:
    """What a piece of the template does; found once."""
    return _told(xml)


def _told(xml: str) -> Sequence[tuple[Act, str]] | None:
    """What a piece of XML does to the line that is put together, without the looks that it holds whole.

    None where it ends within a tag.
    """
    if xml.rfind("<") > xml.rfind(">"):
        return None
    acts: list[tuple[Act, str]] = []
    for ends, name, about, empty, text in _TOKEN.findall(xml):
        if text:
            acts.append((_Body.text, unescaped(text)))
        elif name in _LOOKS and ends:
            _look_ends(acts, name)
        elif name in _LOOKS and not empty:
            acts.append((_Body.look_begins, name))
        elif name in SIGNS:
            acts.append((_Body.says, SIGNS[name]))
        elif name == "pStyle":
            acts.append((_Body.styled, _value_of(about)))
        elif name == "fldChar":
            acts.append((_Body.field, _value_of(about)))
        else:
            if not ends and (begins := _BEGINNINGS.get(name)):
                acts.append((begins, name))
            if (ends or empty) and (over := _ENDINGS.get(name)):
                acts.append((over, name))
    return acts


def _look_ends(acts: list[tuple[Act, str]], name: str) -> None:
    """Leave out a look that began in this piece, but for a paragraph's style."""
    begun = (_Body.look_begins, name)
    if begun not in acts:
        acts.append((_Body.look_ends, name))
        return
    at = acts.index(begun)
    styles = (
        [one for one in acts[at:] if one[0] is _Body.styled] if name == "pPr" else []
    )
    acts[at:] = styles


def _value_of(attributes: str) -> str:
    found = _VALUE.search(unmarked(attributes))
    return unescaped(found[1]) if found else ""
