"""What lies in a cell: a figure or words, each with the cells it came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from toolkit.model.places import Cell
from toolkit.model.record import record


class Kind(StrEnum):
    """What lies in a cell. Blank, text, error, never calculated, and zero are five different things in a money cell."""

    NUMBER = "number"
    BLANK = "blank"
    TEXT = "text"
    ERROR = "error"
    UNCOMPUTED = "uncomputed"
    WAITING = "waiting"  # a total of ours that cannot be calculated while an addend holds no number
    UNDEFINED = "undefined"  # a share of nothing: what it would be divided by is zero
    BOOLEAN = "boolean"
    DATE = "date"


ZERO = Decimal(0)
# Asked for thousands of times, which a module answers faster than a class.
NUMBER, BLANK, TEXT, UNDEFINED = Kind.NUMBER, Kind.BLANK, Kind.TEXT, Kind.UNDEFINED
ERROR, UNCOMPUTED = Kind.ERROR, Kind.UNCOMPUTED
PLAIN = (NUMBER, BLANK, UNDEFINED)  # of a figure that can be read


# What is asked of a figure is asked of all that it was made of: by loops, for a generator takes three times as long.
@record(slots=True)
class Figure:
    """A number that remembers where it came from: one cell, or the figures it was made of.

    `value` is None where the cell holds no number; `kind` then says what it holds and `raw` what stands there.
    `formula` is the formula text of the cell, without the leading "=", or "".
    """

    value: Decimal | None
    source: Cell | tuple[Figure, ...] = ()
    kind: Kind = NUMBER
    raw: str = ""
    formula: str = ""

    @property
    def number(self) -> Decimal:
        """The value, a blank counted as zero."""
        return self.value if self.value is not None else ZERO

    @property
    def given(self) -> bool:
        """Whether the cell holds anything at all."""
        return self.kind is not BLANK and self.kind is not UNDEFINED

    @property
    def undefined(self) -> bool:
        """Whether it cannot be told since something would be divided by zero, here or in what it is made of."""
        if self.kind is UNDEFINED:
            return True
        if not isinstance(self.source, Cell):
            for part in self.source:
                if part.undefined:
                    return True
        return False

    @property
    def flawed(self) -> bool:
        """Whether no number can be read although the cell is not blank; for a sum, whether any addend is flawed."""
        if self.kind not in PLAIN:
            return True
        if not isinstance(self.source, Cell):
            for part in self.source:
                if part.flawed:
                    return True
        return False

    @property
    def blank(self) -> bool:
        """Whether nothing was entered, here or in any addend."""
        if self.source and not isinstance(self.source, Cell):
            return all(part.blank for part in self.source)
        return self.kind is BLANK

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

    def __truediv__(self, other: Figure) -> Figure:
        if not other.number:
            return Figure(None, (self, other), UNDEFINED)
        return Figure(self.number / other.number, (self, other))

    def times(self, factor: Decimal) -> Figure:
        """The same amount in another unit: it stands in the same cells."""
        number = None if self.value is None else self.value * factor
        return self if factor == 1 else Figure(number, (self,), self.kind, self.raw)


def total(figures: Iterable[Figure]) -> Figure:
    """Add figures; the sum remembers them all."""
    parts = tuple(figures)
    return Figure(sum((part.number for part in parts), Decimal(0)), parts)


NOTHING = Figure(None, (), BLANK)


# Made by the thousand: as a tuple it takes a third of what it takes as a dataclass.
class Words(NamedTuple):
    """A text that remembers its cells. `text` is trimmed; `raw` is what stands in the cell."""

    text: str
    source: Cell | tuple[Cell, ...] = ()
    kind: Kind = TEXT
    raw: str = ""

    @property
    def given(self) -> bool:
        kind = self.kind
        if kind is TEXT:
            return self.text != ""
        return (
            kind is ERROR
            or kind is UNCOMPUTED
            or (kind is not BLANK and self.text != "")
        )

    def cells(self) -> Iterator[Cell]:
        if isinstance(self.source, Cell):
            yield self.source
        else:
            yield from self.source

    def __str__(self) -> str:
        return self.text


NO_WORDS = Words("", (), BLANK)

Value = Figure | Words
