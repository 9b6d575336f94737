"""A table that only positions part becomes one of cells, where its columns are sure; else it stays unread.

What stands below each other is a column: pieces whose extents overlap. It is sure only where no line has two pieces in one
column, the numbers of each column end, begin or stand in the middle below each other, and no cell is broken over lines.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from toolkit.audit.blocks import NOTE, NUMERALS, UNIT_ABOVE, Row, Table, tight

PIECE = re.compile(r"\S+(?: \S+)*")
# an amount with the next cell right behind it
AMOUNT_AND_NAME = re.compile(r"(-?[\d,]+\.\d\d)(?=[\u4e00-\u9fff（(])")
# begins a line that is a row of its own, though it has no number
ROW = re.compile(
    rf"[{NUMERALS}]+、|[（(][{NUMERALS}\d]+[）)]|\d{{1,2}}[、.．]|其中[:：]"
)
TOTAL = re.compile(r"(?:本年)?(?:收入|支出)?(?:合|总|小)计")
COUNTING = re.compile(
    r"(?:栏\s*次|行\s*次)"
)  # begins a line that only counts the columns
CODE_AND_NAME = re.compile(r"(\d{2,7}) +(?=[\u4e00-\u9fff])")
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?%?|[-—–－]+")
CHINESE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")
FEWEST_LINES = 2  # with numbers
FEWEST_COLUMNS = 2
LETTER, MOST_APART = (
    2,
    12,
)  # half letters: how wide one is, and how far its letters are set apart
TOUCHING = 1  # half letter by which neighbours may reach into each other
ASTRAY = 2  # half letters by which what stands below each other may be off
CLOSE = 6  # half letters from the middle of a heading to that of its column


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line, from where to where it goes, in half letters."""

    text: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return bool(NUMBER.fullmatch(self.text))

    def overlaps(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table in pieces."""

    row: Row
    pieces: tuple[Piece, ...]

    @property
    def has_number(self) -> bool:
        return any(piece.is_number for piece in self.pieces)

    @property
    def is_row(self) -> bool:
        """Whether it is surely a row of its own: it has a number, or begins like an item."""
        return self.has_number or bool(ROW.match(self.pieces[0].text))

    @property
    def flat(self) -> str:
        return tight(self.row.line)


def in_cells(table: Table) -> Table | None:
    """The same table with cells; None where its columns are not sure.

    Some programs give a Chinese letter the room of two others, some of one: as whichever the columns are sure.
    """
    if not table.laid:
        return None
    return next((made for wide in (2, 1) if (made := _in_cells(table, wide))), None)


def _in_cells(table: Table, wide: int) -> Table | None:
    """The same where a Chinese letter takes so many columns."""
    lines = [Line(row, tuple(_pieces(row.line, wide))) for row in table.rows]
    lines = [line for line in lines if line.pieces and not UNIT_ABOVE.search(line.flat)]
    first = next((at for at, line in enumerate(lines) if line.is_row), len(lines))
    heads = [line for line in lines[:first] if len(line.pieces) > 1 or first == 1]
    body = _body(
        [_joined(line) for line in lines[first:]], {line.flat for line in lines[:first]}
    )
    if not heads or body is None or len(body) < FEWEST_LINES:
        return None
    columns = _columns(body)
    if columns is None:
        return None
    # letters that stand apart may be headings of their own: 类 款 项
    headings = _headings(heads, columns) or _headings(
        [_joined(line) for line in heads], columns
    )
    numbers = {
        _column(piece, columns)
        for line in body
        for piece in line.pieces
        if piece.is_number
    }
    if headings is None or any(not headings[-1].cells[at] for at in numbers):
        return None
    words = _of_words(body, columns)
    rows = [*headings, *(_row(line, columns, words) for line in body)]
    return replace(table, rows=tuple(rows), laid=False, unit=_unit(table))


def _unit(table: Table) -> str:
    """The unit of money that stands in or above a table."""
    if table.unit:
        return table.unit
    told = (UNIT_ABOVE.search(tight(row.line)) for row in table.rows)
    return next((found[1] for found in told if found), "")


def _pieces(line: str, wide: int) -> Iterator[Piece]:
    """The pieces of a line: a code or an amount and the name right behind it are two."""
    for match in PIECE.finditer(line):
        text, start = match[0], match.start()
        before = CODE_AND_NAME.match(text) or AMOUNT_AND_NAME.match(text)
        if before is not None:
            head, end = before[1], before.end()
            yield Piece(head, start, start + len(head))
            text = text[end:]
            start += end
        yield Piece(text, start, start + _width(text, wide))


def _joined(line: Line) -> Line:
    """A line with each word whose letters are set apart as one piece."""
    found: list[Piece] = []
    for piece in line.pieces:
        if found and _is_spelled(found[-1], piece):
            found[-1] = Piece(found[-1].text + piece.text, found[-1].start, piece.end)
        else:
            found.append(piece)
    return Line(line.row, tuple(found))


def _is_spelled(word: Piece, letter: Piece) -> bool:
    """Whether a letter goes on with a word whose letters are set apart as far: 合      计."""
    if not CHINESE.match(word.text) or not CHINESE.match(letter.text):
        return False
    letters = len(word.text)
    wide = word.end - word.start
    spread = letters == 1 or wide > LETTER * letters
    near = letter.start - word.end <= MOST_APART
    single = len(letter.text) == 1
    return single and spread and near


def _width(text: str, wide: int) -> int:
    """How wide a text is, where a Chinese letter takes so many columns."""
    return sum(wide if CHINESE.match(letter) else 1 for letter in text)


def _body(lines: Sequence[Line], headings: set[str]) -> list[Line] | None:
    """The lines of a table below its headings; None where words stand between them that may belong to either.

    Headings that a page repeats are left out, and so are the head and the foot of a page and what stands below the last number.
    """
    last = max((at for at, line in enumerate(lines) if line.has_number), default=-1)
    kept: list[Line] = []
    for at, line in enumerate(lines[: last + 2]):
        beside = (*lines[max(at - 1, 0) : at], *lines[at + 1 : at + 2])
        if COUNTING.match(line.flat) or _is_margin(line, beside):
            continue
        if line.is_row:
            kept.append(line)
        elif kept and _goes_on(line, kept[-1], lines):
            kept[-1] = _with(kept[-1], line)
        elif at <= last and line.flat not in headings and not NOTE.match(line.flat):
            return None
    named = all(any(not one.is_number for one in line.pieces) for line in kept)
    return kept if named else None


def _goes_on(line: Line, above: Line, lines: Sequence[Line]) -> bool:
    """Whether a line only goes on with cells of the one above, which had no more room: it begins below what is full."""
    if line.row.place.page != above.row.place.page:
        return False
    for piece in line.pieces:
        over = [one for one in above.pieces if _begin_alike(one, piece)]
        if not any(_is_full(one, lines) for one in over):
            return False
    return True


def _begin_alike(one: Piece, other: Piece) -> bool:
    """Whether a piece begins right below or above another."""
    return abs(one.start - other.start) <= TOUCHING


def _is_full(piece: Piece, lines: Sequence[Line]) -> bool:
    """Whether a piece goes as far as any that begins below or above it."""
    furthest = max(
        one.end for line in lines for one in line.pieces if _begin_alike(one, piece)
    )
    return not piece.is_number and piece.end >= furthest - LETTER


def _with(above: Line, line: Line) -> Line:
    """A line with what the next one adds to its cells."""
    pieces = [
        replace(
            piece,
            text=piece.text
            + "".join(
                one.text
                for one in line.pieces
                if abs(one.start - piece.start) <= TOUCHING
            ),
        )
        for piece in above.pieces
    ]
    return Line(above.row, tuple(pieces))


def _is_margin(line: Line, beside: Sequence[Line]) -> bool:
    """Whether a line stands alone at the head or the foot of a page, in the middle of the table."""
    page = line.row.place.page
    ends = any(one.row.place.page != page for one in beside)
    alone = len(line.pieces) == 1
    return ends and alone and not line.has_number


def _columns(body: Sequence[Line]) -> list[tuple[int, int]] | None:
    """From where to where each column goes; None where they are not sure.

    What a total is called may stand across columns, and makes none.
    """
    extents: list[tuple[int, int]] = []
    pieces = sorted(
        (
            piece
            for line in body
            for piece in line.pieces
            if not TOTAL.fullmatch(piece.text)
        ),
        key=lambda one: one.start,
    )
    for piece in pieces:
        shared = extents[-1][1] - piece.start if extents else 0
        if shared > min(TOUCHING, piece.end - piece.start - 1):
            extents[-1] = (extents[-1][0], max(extents[-1][1], piece.end))
        else:
            extents.append((piece.start, piece.end))
    if len(extents) < FEWEST_COLUMNS:
        return None
    words = _of_words(body, extents)
    within = [_places(line, extents, words) for line in body]
    if any(len(set(one)) < len(one) for one in within):
        return None
    for at in range(len(extents)):
        numbers = [
            piece
            for line, places in zip(body, within, strict=True)
            for piece, place in zip(line.pieces, places, strict=True)
            if place == at and piece.is_number
        ]
        if not _below_each_other(numbers):
            return None
    return extents


def _of_words(body: Sequence[Line], extents: Sequence[tuple[int, int]]) -> set[int]:
    """The columns in which words stand, but for what totals are called."""
    return {
        _column(piece, extents)
        for line in body
        for piece in line.pieces
        if not (piece.is_number or TOTAL.fullmatch(piece.text))
    }


def _places(
    line: Line, extents: Sequence[tuple[int, int]], words: Collection[int]
) -> list[int]:
    """The column of each piece of a line; of what a total is called the nearest one of words."""
    return [
        _nearest(piece, extents, words)
        if TOTAL.fullmatch(piece.text) and words
        else _column(piece, extents)
        for piece in line.pieces
    ]


def _nearest(
    piece: Piece, extents: Sequence[tuple[int, int]], among: Collection[int]
) -> int:
    middle = (piece.start + piece.end) / 2

    def distance(at: int) -> float:
        start, end = extents[at]
        return abs((start + end) / 2 - middle)

    return min(among, key=distance)


def _column(piece: Piece, extents: Sequence[tuple[int, int]]) -> int:
    """The column that a piece shares most with."""
    shared: list[int] = []
    for start, end in extents:
        overlap = min(piece.end, end) - max(piece.start, start)
        shared.append(overlap)
    return shared.index(max(shared))


def _below_each_other(numbers: Sequence[Piece]) -> bool:
    """Whether numbers end, begin or have their middles below each other."""
    ends = (
        [one.end * 2 for one in numbers],
        [one.start * 2 for one in numbers],
        [one.start + one.end for one in numbers],
    )
    return not numbers or any(max(one) - min(one) <= ASTRAY * 2 for one in ends)


def _row(line: Line, columns: Sequence[tuple[int, int]], words: Collection[int]) -> Row:
    cells = [""] * len(columns)
    places = _places(line, columns, words)
    for piece, at in zip(line.pieces, places, strict=True):
        cells[at] = piece.text
    return Row(tuple(cells), line.row.place)


def _headings(
    heads: Sequence[Line], columns: Sequence[tuple[int, int]]
) -> list[Row] | None:
    """The headings: those above several columns a row each, then those of the columns, what is broken over lines joined.

    None where it is not sure which column one stands above.
    """
    leaves = [""] * len(columns)
    rows: list[Row] = []
    for line in heads:
        places = _above(line, columns)
        if places is None:
            return None
        above: list[tuple[int, int, str]] = []
        for piece, over in zip(line.pieces, places, strict=True):
            if len(over) == 1:
                leaves[over[0]] += piece.text
            else:
                above.append((over[0], len(over), piece.text))
        if above:
            rows.append(_spanning(above, len(columns), line))
    return [*rows, Row(tuple(leaves), heads[-1].row.place)]


def _above(line: Line, columns: Sequence[tuple[int, int]]) -> list[list[int]] | None:
    """The columns that each heading of a line stands above: in order where they are as many; None where that is not sure."""
    if len(line.pieces) == len(columns):
        return [[at] for at in range(len(columns))]
    found: list[list[int]] = []
    taken: set[int] = set()
    for piece in line.pieces:
        over = [at for at, one in enumerate(columns) if piece.overlaps(*one)]
        over = over or _close(piece, columns)
        if not over or not taken.isdisjoint(over):
            return None
        taken.update(over)
        found.append(over)
    return found


def _close(piece: Piece, columns: Sequence[tuple[int, int]]) -> list[int]:
    """The column whose middle is close to a heading's, where only one is."""
    middle = (piece.start + piece.end) / 2
    close = [
        at
        for at, column in enumerate(columns)
        if abs(sum(column) / 2 - middle) <= CLOSE
    ]
    return close if len(close) == 1 else []


def _spanning(above: Sequence[tuple[int, int, str]], count: int, line: Line) -> Row:
    """A row of headings that go over several columns."""
    cells: list[str] = []
    widths: list[int] = []
    at = 0
    # Between two headings, and behind the last, stand blank cells.
    for first, width, text in above:
        blank = first - at
        cells += [""] * blank + [text]
        widths += [1] * blank + [width]
        at = first + width
    blank = count - at
    cells += [""] * blank
    widths += [1] * blank
    return Row(tuple(cells), line.row.place, widths=tuple(widths))
