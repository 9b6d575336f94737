"""What a rule is, what it finds, how bad that is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack

from toolkit.model import Cell, CodeList, Disclosure, Figure, Return, record

if TYPE_CHECKING:
    from toolkit.rules.claim import Claim


class Severity(StrEnum):
    """How sure and how serious: certain is an error, likely a warning, style a hint."""

    ERROR = "错误"
    WARNING = "提醒"
    INFO = "提示"

    @property
    def code(self) -> str:
        """What programs call it, whatever people do: error, warning, info."""
        return self.name.lower()


ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


class Axis(StrEnum):
    """What a claim is held against."""

    # each row of a grid, list, or the fields of `on`: names are its columns
    ROW = "row"
    COLUMN = "column"  # each number column of the grid `on`: names are its rows
    RETURN = "return"  # a unit's return: dotted names


@record(slots=True)
class Breach:
    """What a `look` yields: the cells, and what fills the message's places."""

    cells: tuple[Cell, ...]
    places: Mapping[str, str] = field(default_factory=dict)
    value: str | None = None
    expected: str | None = None
    difference: str | None = None


@record(slots=True)
class Bounds:
    """What a look may know besides the return: the profile's year, money unit, decimals, performance levels, word lists."""

    year: int
    unit: str
    yuan: Decimal  # how many yuan one of the unit is
    tolerance: Decimal
    decimals: int = 2  # of amounts, as messages write them
    levels: tuple[
        Mapping[str, str], ...
    ] = ()  # rows of performance-levels.csv of the profile's system
    # units of measure that an indicator value may carry
    measures: frozenset[str] = frozenset()
    # unit of measure → share, money, time, people, count, …
    families: Mapping[str, str] = field(default_factory=dict)
    # unit of length, area, volume or mass → how many metres, square metres, cubic metres or kilograms one is
    sizes: Mapping[str, Decimal] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # fields whose texts are people's own words and go out to the public
    spoken: frozenset[str] = frozenset()
    # a grid's row ("three_public.abroad") → what the form calls it
    titles: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, Decimal] = field(default_factory=dict)
    places: tuple[
        Mapping[str, str], ...
    ] = ()  # rows of places.csv: a county or city, what it lies within, its short name
    # the code lists as the year or the office has them
    codes: Mapping[str, CodeList] = field(default_factory=dict)
    renamed: tuple[
        Mapping[str, str], ...
    ] = ()  # rows of renamed.csv that are former names in the profile's year

    def said(self, amount: Figure | Decimal) -> str:
        """An amount as a message writes it."""
        return money(amount, self.decimals)


@record(slots=True)
class Unchecked:
    """What a look yields where it could not look: why, as the end of a Chinese sentence (没有填批复日期)."""

    why: str


LookAtReturn = Callable[[Return, Bounds], Iterator[Breach | Unchecked]]
LookAtDisclosure = Callable[[Disclosure, Bounds], Iterator[Breach | Unchecked]]


@record(kw_only=True)
class Rule:
    """A declaration of what must hold. Either `claim` or `look` (or `look_whole` for a department) says it.

    What a claim reads is collected from it. A look declares it: `needs` are the names without which it means nothing, `reads`
    what else it may look at; a block alone stands for all of it, a grid's block and column for all its rows. The published
    texts (reading.texts) and who a unit and a project are (Return.name, Project.name) need no mention. Forms that it looks at
    one after another, and never compares, are `in_turn`: where they are in several units of money, each is told in its own.

    What a message calls a form, a row or a column is the profile's word for it: [[composition.operating|运转类公用经费]], with
    the word for where the profile has none.
    """

    id: str
    title: str
    severity: Severity
    basis: tuple[str, ...] = ()
    kind: str
    on: str = ""
    axis: Axis = Axis.ROW
    claim: Claim | None = None
    look: LookAtReturn | None = None
    look_whole: LookAtDisclosure | None = None
    only: tuple[
        str, ...
    ] = ()  # rows (axis row) or columns (axis column) it is asked of; empty: all
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    by: tuple[
        str, ...
    ] = ()  # the columns of a key: the claim is of lists, and held for the rows of each key
    in_turn: tuple[str, ...] = ()
    plain: bool = False  # whether it says which rows a difference comes of, and speaks for whatever misses by as much
    minor: bool = False  # whether it is told with whatever graver thing is the matter with its one cell
    # what the live check says before the gap, where a cell has several checks
    short: str = ""
    message: str
    remedy: str
    holds: Mapping[str, str] = field(default_factory=dict)
    breaks: Mapping[str, str] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Whether the sheet itself can check it."""
        return (
            self.claim is not None
            and not self.by
            and not all(name.of_every_line for name in self.claim.names())
        )


class Declaration(TypedDict):
    """What stands above a look."""

    id: str
    title: str
    severity: Severity
    basis: tuple[str, ...]
    kind: str
    message: str
    remedy: str
    needs: NotRequired[tuple[str, ...]]
    reads: NotRequired[tuple[str, ...]]
    in_turn: NotRequired[tuple[str, ...]]
    minor: NotRequired[bool]
    plain: NotRequired[bool]


def look(**declared: Unpack[Declaration]) -> Callable[[LookAtReturn], Rule]:
    """Declare a rule on a unit's return; the look stands right under it."""
    return lambda looks: Rule(**declared, look=looks)


def look_whole(**declared: Unpack[Declaration]) -> Callable[[LookAtDisclosure], Rule]:
    """Declare a rule on a department's disclosure; the look stands right under it."""
    return lambda looks: Rule(**declared, look_whole=looks)


def declared_in(names: Mapping[str, object]) -> tuple[Rule, ...]:
    """The rules among a module's names."""
    return tuple(value for value in names.values() if isinstance(value, Rule))


@record(slots=True, kw_only=True)
class Finding:
    """One defect: the rule it breaks, a message with its numbers, the remedy, and the cells to look at (first: to mend)."""

    rule: str
    severity: Severity
    title: str
    message: str
    remedy: str
    basis: tuple[str, ...]
    cells: tuple[Cell, ...]
    unit: str = ""
    value: str | None = None
    expected: str | None = None
    difference: str | None = None
    # the cell of its identity, where that is not the first
    known_by: Cell | None = None
    joined: tuple[
        Finding, ...
    ] = ()  # what came of the same cause and is told with this one
    id: str = ""  # the same from one run to the next, whatever its address
    place: str = ""  # the first cell in words
    project: str = ""  # the project it is about, and whose hands that is in
    office: str = ""
    accepted: str = ""  # who of the department lets it stand, and why
    state: str = ""  # against an earlier run: 新增 or 未改

    @property
    def also(self) -> tuple[str, ...]:
        """The other rules that the same cause breaks, each once."""
        return tuple(
            dict.fromkeys(f"{other.rule} {other.title}" for other in self.joined)
        )

    def every(self) -> Iterator[Finding]:
        """Yield the finding and all that it speaks for."""
        yield self
        for other in self.joined:
            yield from other.every()


def plain(number: Decimal) -> str:
    """Write a number as people do: no exponent, no trailing zeros beyond two decimals."""
    text = str(number)  # twice as fast as by a format, and the same but for a few
    if "E" in text:
        text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text or "0"


def money(figure: Figure | Decimal, decimals: int = 2) -> str:
    """Write an amount with the form's decimals; more decimals than that are shown as they are."""
    number = figure.number if isinstance(figure, Figure) else figure
    shown = round(number, decimals)
    return f"{shown:.{decimals}f}" if shown == number else plain(number)
