"""A statement as it lies becomes blocks: paragraphs and tables in their order, each of which knows its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

NUMERALS = "一二三四五六七八九十"
_MARKED = rf"[（(][{NUMERALS}\d]+[）)]|[{NUMERALS}]+、|第[{NUMERALS}]+[部章节]"
_NUMBERED = r"\d{1,2}\s*[.．、)）](?!\d|\s*\d[\d.]*[^\d.年])\s*[“\"＂]?|\d{1,2}[.．、]\s*(?=20\d\d\s*年)"
# the manners of numbering, the highest first
NUMBERINGS = tuple(
    re.compile(one)
    for one in (
        rf"\s*第[{NUMERALS}]+部分",
        rf"\s*[{NUMERALS}]+、",
        rf"\s*[（(][{NUMERALS}]+[）)]",
        r"\s*\d{1,2}[.．、]",
        r"\s*[（(]\d+[）)]",
    )
)
ITEM = re.compile(rf"^\s*(?:{_MARKED}|{_NUMBERED})")
# a gap inside a line: columns, not words
WIDE = re.compile(r"\S {3,}(?=\S)|\S\t+(?=\S)")
SENTENCE_END = re.compile(r"[。；：！？”）]$")
ONLY_NUMBER = re.compile(r"\s*-?[\d,]+(?:\.\d+)?%?\s*")
PAGE_NUMBER = re.compile(r"[-—–第]*\d{1,3}[-—–页]*")
TITLE = re.compile(r"^[^，。；、：:…]{2,44}表(?:[（(][^（）()]{1,12}[）)])?$")
NOTE = re.compile(r"^(?:注|备注|说明)\d?[:：]")
BAR = re.compile(r"[|｜]")
UNIT_ABOVE = re.compile(r"单位[:：](?:人民币)?(亿元|万元|元)")
SENTENCE = re.compile(r"[，。；]")
# what begins a line and is never broken: a number, an opening bracket with what it opens
LEAD = re.compile(r"[（(《“【]*\d[\d,.]*%?|[（(《“【]+\S")
SPACED_OUT = re.compile(r"(?:\S\s+){1,5}\S")  # a short word whose letters are set apart
FIRST_LETTERS = 12  # a line shorter than this says nothing of the width of the page
CENTRED = 6  # blanks before a title that stands in the middle
DEEP = 15  # blanks before a line that only a layout by position makes
OFTEN_SEEN = 3  # pages on which a line stands that is of the page and not of the text
HEADS = 4  # rows of a table that a page may repeat, or that stand around its break
NEAR = 6  # lines below a title within which its table begins
# lines of a text that are cells, from which on it is Word's own plain text
FEWEST_CELLS = 20
MOSTLY = 0.9  # nine lines of ten are not longer
NEARLY = 0.85  # of the widest line's width is nearly as wide
SHARED = 0.2  # of the lines must be nearly as wide as the widest
SHORTER = 0.6  # a line that is shorter by so much ends its paragraph
SELDOM = 0.05  # of the lines stand right below another: a blank one follows each
OFTEN = 0.1  # of the lines begin further right: paragraphs are indented
INDENTED = 2  # columns
BIN = 4  # columns in which widths are gathered
LONG_CELL = 40  # letters from which on a cell is read like paragraphs


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block lies: the number of its paragraph or line, on which page (0: the file has none)."""

    number: int
    page: int = 0
    unit: str = "段"

    def __str__(self) -> str:
        page = f"第 {self.page} 页" if self.page else ""
        return f"{page}第 {self.number} {self.unit}"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph without blanks; `loose` where the page broke it, so that its ends are not sure."""

    text: str
    place: Place
    loose: bool = False
    in_table: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells, or the line as it stands where columns are known by position alone."""

    cells: tuple[str, ...]
    place: Place
    line: str = ""
    # over how many columns each cell goes; empty where nobody knows
    widths: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        return self.line or " ".join(self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it lies; `laid` where only positions part its columns. `title` is "" where none stands right above it."""

    title: str
    rows: tuple[Row, ...]
    place: Place
    laid: bool = False
    note: str = ""
    note_place: Place | None = None
    unit: str = ""  # of money, told above it


Block = Paragraph | Table


def tight(text: str) -> str:
    """A text without blanks; one stays between two digits, for it parts two numbers."""
    return re.sub(
        r"[ \t\u3000\xa0\r\n]+", "", re.sub(r"(?<=\d)\s+(?=\d)", "\x00", text)
    ).replace("\x00", " ")


# -- Word -----------------------------------------------------------------------------------------------------------------


def of_document(
    pieces: Iterable[str | Sequence[Sequence[str]]],
    widths: Mapping[int, Sequence[Sequence[int]]] | None = None,
) -> tuple[Block, ...]:
    """Blocks of a Word document: a text is a paragraph, rows of cells are a table.

    `widths` says of a table, by the number of its piece from 1, over how many columns each cell goes.
    """
    found: list[Block] = []
    for number, piece in enumerate(pieces, 1):
        place = Place(number)
        if not isinstance(piece, str):
            wide = (widths or {}).get(number, ())
            rows = tuple(
                Row(
                    tuple(cells),
                    place,
                    widths=tuple(wide[at]) if at < len(wide) else (),
                )
                for at, cells in enumerate(piece)
            )
            found.append(Table(_title(found), rows, place, unit=_unit(found)))
        elif piece.strip():
            found.append(Paragraph(tight(piece), place))
    return tuple(_noted(found))


def _title(found: Sequence[Block]) -> str:
    """The title of a table that follows: among the last paragraphs, the nearest short one that is no sentence."""
    for block in reversed(found[-3:]):
        if not isinstance(block, Paragraph) or SENTENCE.search(block.text):
            return ""
        if not re.search(r"单位[:：]|时间[:：]|部门[:：]", block.text):
            return block.text
    return ""


def _unit(found: Sequence[Block]) -> str:
    """The unit of money that the last paragraphs tell for the table that follows; "" where they tell none."""
    for block in reversed(found[-3:]):
        if not isinstance(block, Paragraph):
            return ""
        if unit := UNIT_ABOVE.search(block.text):
            return unit[1]
    return ""


def _noted(blocks: Sequence[Block]) -> Iterator[Block]:
    """Give each table the note that stands right below it; the note stays a paragraph too."""
    for block, after in zip(blocks, [*blocks[1:], None], strict=False):
        if (
            isinstance(block, Table)
            and isinstance(after, Paragraph)
            and NOTE.match(after.text)
            and not block.note
        ):
            yield replace(block, note=after.text, note_place=after.place)
        else:
            yield block


# -- plain text -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text with its place."""

    text: str
    place: Place
    # the rows of a ruled table that stands there, instead of a text
    table: tuple[Row, ...] = ()

    @property
    def flat(self) -> str:
        return tight(self.text)

    @property
    def width(self) -> int:
        """Its width in columns, blanks left out: a Chinese letter takes two."""
        return _width(self.flat)

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip(" \u3000"))

    @property
    def tabular(self) -> bool:
        """Whether wide gaps part the line into columns, or it is a lone number."""
        inside = self.text.strip()
        if SPACED_OUT.fullmatch(inside):
            return False
        return (
            bool(WIDE.search(inside) or ONLY_NUMBER.fullmatch(self.text))
            and "…" not in inside
        )


Ruled = tuple[Sequence[Sequence[str]], Sequence[Sequence[int]]]


def _width(text: str) -> int:
    """How many columns a text takes: a Chinese letter takes two."""
    return sum(1 if letter.isascii() else 2 for letter in text)


def lines_of(pages: Sequence[Sequence[str | Ruled]]) -> tuple[Line, ...]:
    """The lines of a text or of pages; those that begin with # are somebody's remarks.

    A ruled table stands among them as its rows of cells, and over how many columns each cell goes; it counts a line a row.
    """
    several = len(pages) > 1
    found: list[Line] = []
    for page, lines in enumerate(pages, 1):
        number = 0
        for written in lines:
            if not isinstance(written, str):
                found.append(_ruled(written, number, page if several else 0))
                number += len(written[0])
                continue
            number += 1
            text = written.replace("\f", "")  # the end of a page, as a program wrote it
            if not text.startswith("#"):
                place = Place(number, page if several else 0, "行")
                found.append(Line(text.rstrip("\r\n"), place))
    return tuple(found)


def _ruled(table: Ruled, before: int, page: int) -> Line:
    """A ruled table as a line, which is no text; `before` lines stand above it on its page."""
    rows = tuple(
        Row(tuple(cells), Place(before + at, page, "行"), widths=tuple(wide))
        for at, (cells, wide) in enumerate(zip(*table, strict=True), 1)
    )
    return Line("", rows[0].place, rows)


def of_lines(lines: Sequence[Line]) -> tuple[Block, ...]:
    """Blocks of a text: Word's own plain text (a cell a line), text laid out by position, or a paragraph a line."""
    if sum(line.text.startswith("\t") for line in lines) > FEWEST_CELLS:
        return tuple(_noted(tuple(_of_cells(lines))))
    lines = _unspaced(lines)
    in_table = any(line.table for line in lines)
    placed = in_table or any(line.indent > DEEP and line.flat for line in lines)
    if placed or _wrapped(lines):
        return tuple(_noted(tuple(_Layout(lines).blocks())))
    return tuple(_noted(tuple(_of_bars(lines))))


def _unspaced(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines without blank ones, where each is followed by one: a page of the web copied; between rows they end no table."""
    told = [line for line in lines if line.flat]
    together = sum(bool(one.flat and other.flat) for one, other in pairwise(lines))
    spaced = together < len(told) * SELDOM
    return told if len(told) > FEWEST_CELLS and spaced else lines


def _wrapped(lines: Sequence[Line]) -> bool:
    """Whether a page broke the lines: the long ones are of one width, and most of them do not end a sentence."""
    widths = sorted(line.width for line in lines if len(line.flat) > FIRST_LETTERS)
    if len(widths) < FEWEST_CELLS:
        return False
    widest = widths[int(len(widths) * MOSTLY)]
    least, most = widest * NEARLY, widest / NEARLY
    full = [line for line in lines if least <= line.width <= most]
    open_ended = [line for line in full if not SENTENCE_END.search(line.flat)]
    return len(full) >= len(widths) * SHARED and len(open_ended) * 2 > len(full)


def _of_cells(lines: Sequence[Line]) -> Iterator[Block]:
    """Blocks of Word's plain text: each cell a line that begins with a tab, a blank line ends a row."""
    found: list[Block] = []
    rows: list[Row] = []
    cells: list[str] = []
    start = Place(0)
    for line in [*lines, Line("", Place(0)), Line("\0", Place(0))]:
        if line.text.startswith("\t"):
            start = start if cells else line.place
            cells.append(_unmarked(line.text[1:]))
        elif cells and line.text.strip(" \0"):  # a cell of several lines
            cells[-1] += "\n" + line.text
        else:
            if cells:
                rows.append(Row(tuple(cells), start))
                cells = []
            if rows and line.text.strip():  # blank lines do not end a table, words do
                found.append(
                    Table(_title(found), tuple(rows), rows[0].place, unit=_unit(found))
                )
                rows = []
            if line.text.strip(" \0"):
                found.append(Paragraph(tight(_unmarked(line.text)), line.place))
    yield from found


def _unmarked(text: str) -> str:
    """A text without the marks that a program left of Word's bookmarks."""
    return re.sub(r"\[bookmark: \w+\]", "", text)


def _of_bars(lines: Sequence[Line]) -> Iterator[Block]:
    """Blocks of a text with a paragraph a line; lines whose cells are parted by bars or tabs are a table."""
    found: list[Block] = []
    rows: list[Row] = []
    for line in [*lines, Line("", Place(0))]:
        cells = _parted(line.text, len(rows[-1].cells) if rows else 0)
        if len(cells) > 1 and (
            not rows or len(cells) == len(rows[-1].cells) or "\t" in line.text
        ):
            rows.append(Row(cells, line.place, line.text if "\t" in line.text else ""))
            continue
        if len(rows) == 1 and rows[0].line:  # one line with a tab is no table
            found.append(Paragraph(tight(rows[0].line), rows[0].place))
        elif rows:
            found.append(
                Table(
                    _title(found),
                    tuple(replace(row, line="") for row in rows),
                    rows[0].place,
                    unit=_unit(found),
                )
            )
        rows = []
        if line.flat:
            found.append(Paragraph(line.flat, line.place))
    yield from found


def _parted(text: str, above: int) -> tuple[str, ...]:
    """The cells of a line, parted by bars, or by tabs where it is no sentence; blank ones at its ends count as `above` does.

    `above`: how many cells the row above has; 0 where there is none.
    """
    if "\t" in text.strip() and not SENTENCE.search(text):
        return tuple(cell.strip() for cell in text.split("\t"))
    full = tuple(cell.strip() for cell in BAR.split(text))
    if len(full) == above:
        return full
    return tuple(cell.strip() for cell in BAR.split(text.strip(" |｜")))


def _gone_on(before: Sequence[Row], after: Sequence[Row]) -> tuple[Row, ...]:
    """The rows of a table over two pages; the rest of a row that the page broke joins its beginning.

    Such a rest is blank where no row is: only what did not fit goes on.
    """
    if not after or not before:
        return (*before, *after)
    last, rest = before[-1], after[0]
    around = (*before[-HEADS:], *after[1 : 1 + HEADS])
    others = [row for row in around if len(row.cells) == len(rest.cells)]
    blank = [at for at, cell in enumerate(rest.cells) if not cell]
    # somewhere the rest is blank, and none of the rows around it is
    broken = any(others and all(row.cells[at] for row in others) for at in blank)
    if not broken or len(last.cells) != len(rest.cells):
        return (*before, *after)
    halves = list(zip(last.cells, rest.cells, strict=True))
    if any(more and not cell for cell, more in halves):
        return (*before, *after)
    whole = tuple(cell + more for cell, more in halves)
    return (*before[:-1], replace(last, cells=whole), *after[1:])


def _without_margins(lines: Sequence[Line]) -> list[Line]:
    """The lines without those that stand at the head or the foot of one page like on the others."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.place.page, []).append(line)
    ends = Counter(
        flat
        for some in pages.values()
        for flat in {some[0].flat, some[-1].flat}
        if flat and not UNIT_ABOVE.search(flat)
    )
    running = {
        flat
        for flat, times in ends.items()
        if times >= OFTEN_SEEN and times * 2 >= len(pages)
    }
    kept: list[Line] = []
    for line in lines:
        page = pages[line.place.page]
        at_edge = line is page[0] or line is page[-1]
        if not (at_edge and line.flat in running):
            kept.append(line)
    return kept


# -- text by position -----------------------------------------------------------------------------------------------------


class _Layout:
    """Lines laid out by position, as a PDF gives them: broken lines become paragraphs, what stands in columns a table."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = _without_margins(
            [
                line
                for line in lines
                if line.table or (line.flat and not PAGE_NUMBER.fullmatch(line.flat))
            ]
        )
        prose = [
            line
            for line in self.lines
            if not line.tabular and len(line.flat) > FIRST_LETTERS
        ]
        self.width = _usual(line.width for line in prose)
        full = [line.indent for line in prose if line.width >= self.width]
        self.margin = min(full, default=0)
        begun = [
            line
            for line in prose
            if self.margin + INDENTED <= line.indent <= self.margin + CENTRED + INDENTED
        ]
        self.indented = len(begun) > len(prose) * OFTEN
        self.found: list[Block] = []
        self.rows: list[Row] | None = None
        self.title = Line("", Place(0))
        self.last = Line("", Place(0))

    def blocks(self) -> Iterator[Block]:
        for number, line in enumerate(self.lines):
            self._take(line, self.lines[number + 1 : number + 1 + NEAR])
        self._close()
        yield from self.found

    def _take(self, line: Line, after: Sequence[Line]) -> None:
        if line.table:
            self._ruled_table(line)
        elif self._is_title(line, after):
            self._close()
            self.rows, self.title = [], line
        elif self.rows is not None and NOTE.match(line.flat):
            self._close(line)
        elif self.rows is not None and self._is_prose(line, after):
            self._close()
            self._word(line)
        elif self.rows is not None:
            self.rows.append(Row((), line.place, line.text))
        elif line.tabular and not ITEM.match(line.text):
            self.rows, self.title = (
                [Row((), line.place, line.text)],
                Line("", line.place),
            )
        else:
            self._word(line)
        self.last = line

    def _ruled_table(self, line: Line) -> None:
        """Add a ruled table below its title, or what goes on of the one at the end of the page before."""
        title, unit = self._head()
        last = self.found[-1] if self.found else None
        goes_on = (
            isinstance(last, Table)
            and not title
            and not last.laid
            and last.rows[-1].place.page != line.place.page
            and sum(last.rows[-1].widths) == sum(line.table[-1].widths)
        )
        if isinstance(last, Table) and goes_on:
            head = {row.cells for row in last.rows[:HEADS]}
            rows = [row for row in line.table if row.cells not in head]
            self.found[-1] = replace(last, rows=_gone_on(last.rows, rows))
            return
        title, unit = title or _title(self.found), unit or _unit(self.found)
        self.found.append(Table(title, line.table, line.place, unit=unit))

    def _head(self) -> tuple[str, str]:
        """The title and the unit of money of which a ruled table was waited for; "" where another table ends above it."""
        rows = self.rows
        if rows is None:
            return "", ""
        told = (UNIT_ABOVE.search(tight(row.text)) for row in rows)
        unit = next((found[1] for found in told if found), "")
        if len(rows) > HEADS or not self.title.flat:
            self._close()
            return "", unit
        self.rows = None
        return self.title.flat, unit

    def _is_title(self, line: Line, after: Sequence[Line]) -> bool:
        """Whether the title of a table: short, in the middle, no sentence, and columns or a unit of money right below."""
        if (
            line.indent < self.margin + CENTRED
            or line.tabular
            or not TITLE.match(line.flat)
            or ITEM.match(line.text)
        ):
            return False
        return any(
            one.tabular or re.search(r"单位[:：]", one.flat)
            for one in after
            if not one.table
        )

    def _is_prose(self, line: Line, after: Sequence[Line]) -> bool:
        """Whether a line below a table is a sentence or a heading, and no cell of it."""
        if line.tabular:
            return False
        broken = line.width >= self.width and bool(SENTENCE.search(line.flat))
        goes_on = any(one.tabular for one in after) and not SENTENCE.search(line.flat)
        numbered = (
            bool(ITEM.match(line.text))
            and line.indent <= self.margin + CENTRED
            and not goes_on
        )
        heading = line.indent >= CENTRED and bool(
            re.search(r"(?:说明|情况|解释|目标|职能|设置)$", line.flat)
        )
        return broken or numbered or heading

    def _close(self, note: Line | None = None) -> None:
        """End the table that is being read."""
        if self.rows is not None and (self.rows or self.title.flat):
            told = (note.flat, note.place) if note else ("", None)
            self.found.append(
                Table(
                    self.title.flat,
                    tuple(self.rows),
                    self.title.place,
                    laid=True,
                    note=told[0],
                    note_place=told[1],
                )
            )
        self.rows = None

    def _word(self, line: Line) -> None:
        """Add a line to the paragraph that it continues, or begin one."""
        before = self.found[-1] if self.found else None
        joins = isinstance(before, Paragraph) and self._continues(line)
        if joins and isinstance(before, Paragraph):
            self.found[-1] = replace(before, text=before.text + line.flat)
        else:
            self.found.append(Paragraph(line.flat, line.place, loose=True))

    def _continues(self, line: Line) -> bool:
        """Whether a line goes on with the paragraph of the last one."""
        last = self.last
        if last.tabular or ITEM.match(line.text):
            return False
        if self.indented and line.indent < self.margin + INDENTED:
            return last.width >= self.width * SHORTER
        # what it takes was left free at the end of the last line
        lead = LEAD.match(line.flat)
        full = last.width + (_width(lead[0]) if lead else 0) >= self.width
        if len(line.flat) == 1:  # a full stop alone on its line
            return last.width >= self.width
        return full and not last.flat.endswith(("。", "："))


def _usual(widths: Iterable[int]) -> int:
    """From which width on a line was broken by the page: a little less than most of the long lines have."""
    seen = sorted(widths)
    if not seen:
        return 2 * LONG_CELL
    bins = Counter(
        width // BIN
        for width in seen
        if width >= seen[int(len(seen) * MOSTLY)] * SHORTER
    )
    return bins.most_common(1)[0][0] * BIN - BIN


# -- what is read like paragraphs -----------------------------------------------------------------------------------------


def sentences_in(table: Table) -> Iterator[Paragraph]:
    """The paragraphs that stand in the long cells of a table."""
    for row in table.rows:
        for cell in row.cells:
            if len(cell) > LONG_CELL:
                for text in cell.split("\n"):
                    if text.strip():
                        yield Paragraph(tight(text), row.place, in_table=True)
