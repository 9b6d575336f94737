"""What many rows come to: the sum of a list's column and how many rows there are, of all or of those that are meant."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property

from toolkit.model import EVERY, Cell, Figure, Kind, Name, record, total
from toolkit.rules.claim import ZERO, Plainly, Term, in_unit
from toolkit.rules.source import Addresses, Factor, Source, Title
from toolkit.rules.where import Where


@record(eq=False)
class Total(Term):
    """The sum of a list's column, or of a field over all project sheets, or of those rows that are meant.

    `name` is of every line.
    """

    name: Name
    where: Where | None = None

    def names(self) -> Iterator[Name]:
        yield self.name
        yield from _read_by(self.where, self.name)

    @cached_property
    def adds_up(self) -> bool:
        return True

    def figure(self, source: Source) -> Figure:
        # Where every row of a list asks for the same sum, a source that knows that keeps it.
        remembered = getattr(source, "remembered", None)
        return (
            self.added(source)
            if remembered is None
            else remembered(id(self), lambda: self.added(source))
        )

    def plainly(self, source: Source) -> Plainly | None:
        if self.where is not None or getattr(source, "remembered", None) is not None:
            return super().plainly(source)
        figures = source.column(self.name)
        number, blank = ZERO, bool(figures)
        for figure in figures:
            if not isinstance(figure.source, Cell):
                return super().plainly(source)
            if figure.kind is Kind.NUMBER:
                number, blank = number + figure.number, False
            elif figure.kind is not Kind.BLANK:
                return super().plainly(source)
        return number, blank, bool(figures)

    def added(self, source: Source) -> Figure:
        """The sum, made anew."""
        if self.where is None:
            return total(source.column(self.name))
        return total(
            row.figure(self.name.column)
            for row in source.lines(self.name.block)
            if self.where.holds(row)
        )

    def excel(self, at: Addresses) -> str:
        if self.where is None:
            return f"SUM({at.many(self.name)})"
        # whether a list's texts stand there without blanks around them
        trimmed_in = getattr(at, "trimmed_in", None)
        trimmed = trimmed_in is not None and trimmed_in(self.name.block)
        meant = self.where.excel(
            lambda column: at.many(self.name.at(column)), trimmed=trimmed
        )
        return f"SUMPRODUCT({meant},{at.many(self.name)})"

    def prose(self, title: Title) -> str:
        return f"{_those(self.where, self.name, title)}{title(self.name)}之和"

    def scaled(self, by: Factor) -> Term:
        return in_unit(self, by(self.name))

    def conditions(self) -> Iterator[tuple[Name, Where]]:
        if self.where is not None:
            yield self.name, self.where


@record(eq=False)
class Count(Term):
    """How many rows of a list, or projects, have something in a column; of those that are meant."""

    name: Name
    where: Where | None = None

    def names(self) -> Iterator[Name]:
        yield self.name
        yield from _read_by(self.where, self.name)

    def figure(self, source: Source) -> Figure:
        rows = [
            row
            for row in source.lines(self.name.block)
            if self.where is None or self.where.holds(row)
        ]
        values = [
            row.values[self.name.column]
            for row in rows
            if self.name.column in row.values
        ]
        there = [value for value in values if value.given]
        parts = tuple(
            Figure(Decimal(1), cell) for value in there for cell in value.cells()
        )
        return Figure(Decimal(len(there)), parts)

    def excel(self, at: Addresses) -> str:
        there = f"--(LEN(TRIM({at.many(self.name)}))>0)"
        if self.where is None:
            return f"SUMPRODUCT({there})"
        return f"SUMPRODUCT({there},{self.where.excel(lambda column: at.many(self.name.at(column)))})"

    def prose(self, title: Title) -> str:
        return f"{_those(self.where, self.name, title)}{title(self.name)}的个数"

    def conditions(self) -> Iterator[tuple[Name, Where]]:
        if self.where is not None:
            yield self.name, self.where


def _read_by(where: Where | None, of: Name) -> Iterator[Name]:
    """The whole columns that a condition reads, each once."""
    if where is not None:
        columns = dict.fromkeys(column for column, _ in where.columns())
        yield from (of.at(column) for column in columns if column != of.column)


def _those(where: Where | None, of: Name, title: Title) -> str:
    """Which rows are meant, before what is said of them."""
    return (
        ""
        if where is None
        else f"{where.prose(lambda column: title(of.at(column)))}的各行"
    )


def sum_of(name: str) -> Total:
    """The sum of a list's column ("procurement.amount") or of a field over all projects ("project.amount")."""
    return Total(every_line(Name.parse(name)))


def every_line(name: Name) -> Name:
    """The whole column of a list that a name is one value of."""
    return Name(name.block, name.row, name.column, EVERY)
