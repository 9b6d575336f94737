"""What is calculated in a return: each formula of the forms, after those it reads, wherever it stands.

A formula stands in a cell of a grid, in a field, in every row of a list, on every sheet of those that repeat. `calculated` goes
through them all; what becomes of each place its caller says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from toolkit.model import (
    NO_ROW,
    BlockKind,
    Figure,
    Name,
    Project,
    Return,
    Row,
    Value,
    record,
)
from toolkit.profile.form import Book
from toolkit.rules.claim import Term
from toolkit.rules.source import Source

# asked for thousands of times, which a module answers faster than a class
LIST = BlockKind.LIST
# Of a place: what stands there now, its formula, and where that finds its figures. Answers what shall stand there.
Result = Callable[[Name, Value, Term, Source], Value]


def calculated(
    book: Return,
    shape: Book,
    result: Result,
    only: Collection[Name] | None = None,
    asked: Callable[[Name, Value], bool] | None = None,
) -> Return:
    """The same return with what `result` says in each place that is calculated; of some formulas alone, where any are given.

    Where `asked` does not hold of a place and what stands there, that stays.
    """
    held = Calculating(book, shape)
    for name, term in shape.formulas.items():
        if only is not None and name not in only:
            continue
        made: list[tuple[Name, Value]] = []
        for place in places(name, held.book, shape):
            old = held.value(place)
            if asked is not None and not asked(place, old):
                continue
            new = result(place, old, term, Here(held, place, shape))
            if new is not old:
                made.append((place, new))
        # A formula reads nothing that it makes, in whatever row: so all its rows may be put down together.
        held.put(made)
    return held.returned()


def places(name: Name, book: Return, shape: Book) -> Iterator[Name]:
    """The places of a return in which a formula stands; none where the return has not got them."""
    block = shape.blocks[name.block]
    repeated = shape.repeated
    if repeated is None or name.block not in repeated.blocks:
        for row_name, row in _rows(name, block.kind, book):
            if row.begun if name.of_every_line else name.column in row.values:
                yield row_name.at(name.column)
        return
    for number, project in enumerate(book.projects, 1):
        for row_name, row in project.named(number):
            if row_name.block == name.block and row.begun:
                yield row_name.at(name.column)


def _rows(name: Name, kind: BlockKind, book: Return) -> Iterator[tuple[Name, Row]]:
    """The rows that a formula stands in: a grid's own, all of a list, the one of fields."""
    filled = book.blocks.get(name.block)
    if filled is None:
        return
    if kind is LIST:
        yield from filled.named()
    else:
        row = filled.row(name)
        if row is not NO_ROW:
            yield Name(name.block, name.row), row


class Calculating:
    """Answers names from a return in which figures are being calculated: from what is calculated so far, else as it is."""

    def __init__(self, book: Return, shape: Book) -> None:
        self.book = book
        self.shape = shape
        self.values: dict[Name, Value] = {}
        self.touched: set[str] = set()
        self.rows: set[Name] = set()  # in which something was calculated
        self.sums: dict[
            tuple[int, int], Figure
        ] = {}  # by a sum's identity and the project it is of
        self.made: dict[
            str, tuple[Row, ...]
        ] = {}  # lists in which something was calculated, as far as they are now

    def put(self, made: Iterable[tuple[Name, Value]]) -> None:
        """Put down what was calculated; sums that were made before may be others now."""
        for name, value in made:
            self.values[name] = value
            self.touched.add(name.block)
            self.rows.add(name.at(""))
            self.made.pop(name.block, None)
        self.sums.clear()

    def value(self, name: Name) -> Value:
        found = self.values.get(name)
        return self.book[name] if found is None else found

    def column(self, name: Name) -> tuple[Figure, ...]:
        if name.block not in self.touched:
            return self.book.column(name)
        return tuple(row.figure(name.column) for row in self.lines(name.block))

    def lines(self, block: str) -> tuple[Row, ...]:
        rows = self.book.lines(block)
        if block not in self.touched:
            return rows
        if block not in self.made:
            self.made[block] = tuple(
                self.row(Name(block, line=number), row)
                for number, row in enumerate(rows, 1)
            )
        return self.made[block]

    def row(self, name: Name, row: Row) -> Row:
        """A row with what is calculated in it so far; the same one where nothing is."""
        if name not in self.rows:
            return row
        values = {
            column: self.values.get(name.at(column), value)
            for column, value in row.values.items()
        }
        for column in self.shape.blocks[name.block].columns:
            if (
                column not in values
                and (made := self.values.get(name.at(column))) is not None
            ):
                values[column] = made
        return replace(row, values=values)

    def returned(self) -> Return:
        """The return with all that was calculated."""
        if not self.touched:
            return self.book
        blocks = dict(self.book.blocks)
        for key in self.touched & set(blocks):
            filled = blocks[key]
            blocks[key] = replace(
                filled, rows=tuple(self.row(name, row) for name, row in filled.named())
            )
        projects = self.book.projects
        repeated = self.shape.repeated
        if repeated is not None and self.touched & set(repeated.blocks):
            projects = tuple(
                self.project(project, number)
                for number, project in enumerate(projects, 1)
            )
        return replace(self.book, blocks=blocks, projects=projects)

    def project(self, project: Project, number: int) -> Project:
        """A project with what is calculated in it."""
        (own, head), *lines = project.named(number)
        indicators = tuple(self.row(name, row) for name, row in lines)
        return replace(project, head=self.row(own, head), indicators=indicators)


@record()
class Here:
    """Answers the names of a formula in one place: bare ones from its row, those of its own sheet from that sheet."""

    held: Calculating
    place: Name
    shape: Book

    @cached_property
    def of_project(self) -> Name | None:
        """The head of the project that the place is in; None where it is in none."""
        if self.place.within is not None:
            return self.place.within
        repeated = self.shape.repeated
        return (
            self.place
            if repeated is not None and self.place.block in repeated.blocks
            else None
        )

    def remembered(self, identity: int, make: Callable[[], Figure]) -> Figure:
        """A sum that all rows of a list ask for is made once."""
        head = self.of_project
        key = identity, head.line if head is not None else 0
        if key not in self.held.sums:
            self.held.sums[key] = make()
        return self.held.sums[key]

    def value(self, name: Name) -> Value:
        if name.bare:
            return self.held.value(self.place.at(name.column))
        head = self.of_project
        if head is not None and name.block == head.block and not name.line:
            return self.held.value(head.at(name.column))
        return self.held.value(name)

    def column(self, name: Name) -> tuple[Figure, ...]:
        return (
            tuple(row.figure(name.column) for row in self.lines(name.block))
            if self.is_own_list(name.block)
            else (self.held.column(name))
        )

    def lines(self, block: str) -> tuple[Row, ...]:
        head = self.of_project
        if head is None or not self.is_own_list(block):
            return self.held.lines(block)
        project = self.held.book.projects[head.line - 1]
        own = (
            self.held.project(project, head.line)
            if block in self.held.touched
            else project
        )
        return own.indicators

    def is_own_list(self, block: str) -> bool:
        """Whether a block is the list on the sheet of the place's project."""
        head = self.of_project
        repeated = self.shape.repeated
        return (
            head is not None
            and repeated is not None
            and block in repeated.blocks
            and block != head.block
        )
