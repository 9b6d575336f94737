"""Whom a claim asks: a source for figures and texts, addresses for its Excel formula, titles for its Chinese."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

from toolkit.model import Figure, Name, Row, Value


class Source(Protocol):
    """Answers names with values."""

    def value(self, name: Name) -> Value: ...

    def column(self, name: Name) -> tuple[Figure, ...]: ...

    def lines(self, block: str) -> tuple[Row, ...]:
        """The rows of a list, or the head of every project."""
        ...


class Addresses(Protocol):
    """Answers names with Excel references, as the formula's own sheet must write them."""

    def one(self, name: Name) -> str:
        """The reference of one figure, for arithmetic: text in it must count as nothing."""
        ...

    def many(self, name: Name) -> str:
        """The range (or ranges, comma-separated) of a column's figures."""
        ...

    def entries(self, names: tuple[Name, ...]) -> str:
        """References of the entry cells these names rest on: a calculated total is replaced by what it adds up."""
        ...

    def words(self, name: Name) -> str:
        """The reference of a text cell."""
        ...

    @property
    def over_ranges(self) -> bool:
        """Whether a reference is a whole column: then no function stands around it, for not every program can do that."""
        ...


Rename = Callable[[Name], Name]
Title = Callable[[Name], str]
# how many of the unit that is wanted one of a figure's own unit is
Factor = Callable[[Name], Decimal]
