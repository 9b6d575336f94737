"""The nouns: a cell, a figure that remembers its cells, words, a row, a return, a disclosure. All frozen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

NO_DATA, ALL_FILLED = "本表无数据", "已填完"  # what a person may tick on a form


class Kind(StrEnum):
    """What lies in a cell. Blank, text, error, never calculated, and zero are five different things in a money cell."""

    NUMBER = "number"
    BLANK = "blank"
    TEXT = "text"
    ERROR = "error"
    UNCOMPUTED = "uncomputed"
    WAITING = "waiting"  # a total of ours that cannot be calculated while an addend holds no number
    BOOLEAN = "boolean"
    DATE = "date"


def column_letter(column: int) -> str:
    """Return the letters of a 1-based column number: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One cell of one workbook (row and column count from 1); prints as Excel writes it."""

    book: str
    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        return f"{column_letter(self.column)}{self.row}"

    def __str__(self) -> str:
        return f"'[{self.book}]{self.sheet}'!{self.address}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that remembers where it came from: one cell, or the figures it was made of.

    `value` is None where the cell holds no number; `kind` then says what it holds and `raw` what stands there.
    `formula` is the formula text of the cell, without the leading "=", or "".
    """

    value: Decimal | None
    source: Cell | tuple[Figure, ...] = ()
    kind: Kind = Kind.NUMBER
    raw: str = ""
    formula: str = ""

    @property
    def number(self) -> Decimal:
        """The value, a blank counted as zero."""
        return self.value if self.value is not None else Decimal(0)

    @property
    def given(self) -> bool:
        """Whether the cell holds anything at all."""
        return self.kind is not Kind.BLANK

    @property
    def flawed(self) -> bool:
        """Whether no number can be read although the cell is not blank; for a sum, whether any addend is flawed."""
        if self.kind not in (Kind.NUMBER, Kind.BLANK):
            return True
        return isinstance(self.source, tuple) and any(part.flawed for part in self.source)

    @property
    def blank(self) -> bool:
        """Whether nothing was entered, here or in any addend."""
        if isinstance(self.source, tuple) and self.source:
            return all(part.blank for part in self.source)
        return self.kind is Kind.BLANK

    def cells(self) -> Iterator[Cell]:
        """Yield every cell the number was made of, in order, with repetitions."""
        if isinstance(self.source, Cell):
            yield self.source
        else:
            for part in self.source:
                yield from part.cells()

    def leaves(self) -> Iterator[Figure]:
        """Yield the figures that stand in one cell each."""
        if isinstance(self.source, Cell):
            yield self
        else:
            for part in self.source:
                yield from part.leaves()

    def __add__(self, other: Figure) -> Figure:
        return Figure(self.number + other.number, (self, other))

    def __sub__(self, other: Figure) -> Figure:
        return Figure(self.number - other.number, (self, other))

    def __mul__(self, other: Figure) -> Figure:
        return Figure(self.number * other.number, (self, other))


def total(figures: Iterable[Figure]) -> Figure:
    """Add figures; the sum remembers them all."""
    parts = tuple(figures)
    return Figure(sum((part.number for part in parts), Decimal(0)), parts)


NOTHING = Figure(None, (), Kind.BLANK)


@dataclass(frozen=True, slots=True)
class Words:
    """A text that remembers its cells. `text` is trimmed; `raw` is what stands in the cell."""

    text: str
    source: Cell | tuple[Cell, ...] = ()
    kind: Kind = Kind.TEXT
    raw: str = ""

    @property
    def given(self) -> bool:
        return self.kind in (Kind.ERROR, Kind.UNCOMPUTED) or (self.kind is not Kind.BLANK and bool(self.text))

    def cells(self) -> Iterator[Cell]:
        if isinstance(self.source, Cell):
            yield self.source
        else:
            yield from self.source

    def __str__(self) -> str:
        return self.text


NO_WORDS = Words("", (), Kind.BLANK)

Value = Figure | Words


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list or grid, or a fields block: column key to value. `cell` is where it begins."""

    key: str
    values: Mapping[str, Value]
    cell: Cell | None = None

    def figure(self, column: str) -> Figure:
        """The figure in a column; a missing column or one of words is no figure."""
        value = self.values.get(column, NOTHING)
        return value if isinstance(value, Figure) else NOTHING

    def words(self, column: str) -> Words:
        value = self.values.get(column, NO_WORDS)
        return value if isinstance(value, Words) else NO_WORDS

    def text(self, column: str) -> str:
        return self.words(column).text

    @property
    def begun(self) -> bool:
        return any(value.given for value in self.values.values())


Filled = Row | Mapping[str, Row] | tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Project:
    """One project sheet: its head fields and its indicator rows (`level1` carried down into `carried`)."""

    sheet: str
    head: Row
    indicators: tuple[Row, ...]
    title: Cell | None = None

    @property
    def name(self) -> str:
        return self.head.text("name")

    @property
    def begun(self) -> bool:
        return self.head.begun or bool(self.indicators)


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something the reader saw and does not judge: `what` is a key of rules/filling.py, `said` fills its message."""

    what: str
    cells: tuple[Cell, ...]
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetState:
    """A form as it stands in a workbook: where its title is, what was ticked, whether anything was entered."""

    title: Cell
    tick: str
    begun: bool


@dataclass(frozen=True, slots=True)
class Return:
    """What one unit gave (or, as `Disclosure.whole`, a department): block key to what was filled in."""

    book: str
    profile: str
    blocks: Mapping[str, Filled]
    projects: tuple[Project, ...] = ()
    sheets: Mapping[str, SheetState] = field(default_factory=dict)
    oddities: tuple[Oddity, ...] = ()

    def fields(self, block: str) -> Row:
        filled = self.blocks.get(block)
        return filled if isinstance(filled, Row) else Row(block, {})

    def grid(self, block: str) -> Mapping[str, Row]:
        filled = self.blocks.get(block)
        return filled if isinstance(filled, Mapping) else {}

    def rows(self, block: str) -> tuple[Row, ...]:
        filled = self.blocks.get(block)
        return filled if isinstance(filled, tuple) else ()

    def value(self, name: str) -> Value:
        """Answer a dotted name: block.column of fields, block.row.column of a grid. An unknown name is nothing."""
        block, _, rest = name.partition(".")
        row, _, column = rest.rpartition(".")
        filled = self.blocks.get(block)
        if isinstance(filled, Row):
            return filled.values.get(rest, NOTHING)
        if isinstance(filled, Mapping) and row in filled:
            return filled[row].values.get(column, NOTHING)
        return NOTHING

    def figure(self, name: str) -> Figure:
        value = self.value(name)
        return value if isinstance(value, Figure) else NOTHING

    def words(self, name: str) -> Words:
        value = self.value(name)
        return value if isinstance(value, Words) else NO_WORDS

    def column(self, name: str) -> tuple[Figure, ...]:
        """The figures of a list's column, or of a field of every project: "procurement.amount", "project.amount"."""
        block, _, column = name.partition(".")
        rows = tuple(p.head for p in self.projects) if block == "project" else self.rows(block)
        return tuple(row.figure(column) for row in rows)

    @property
    def code(self) -> str:
        return self.fields("cover").text("unit_code")

    @property
    def name(self) -> str:
        return self.fields("cover").text("unit_name") or self.book

    @property
    def is_lead(self) -> bool:
        return self.fields("cover").text("lead") == "是"

    @property
    def first_cell(self) -> Cell:
        """The title cell of the first sheet: where a finding on the whole file points."""
        return next((state.title for state in self.sheets.values()), Cell(self.book, "", 1, 1))


@dataclass(frozen=True, slots=True)
class Disclosure:
    """All units of a department and what they add up to. `whole` has a return's shape; its figures' leaves are unit cells.

    `own` is the department's own workbook (部门汇总表), read like a return; `order` the unit list rows behind `units`.
    """

    name: str
    whole: Return
    units: tuple[Return, ...]
    own: Return | None = None
    left_out: tuple[tuple[str, str], ...] = ()
