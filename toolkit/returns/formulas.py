"""The formula that belongs into a calculated cell at the places found, and whether the one that stands there is the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.model import Name
from toolkit.profile.layout import address, ranges, span
from toolkit.rules.claim import Term

Spot = tuple[int, int]
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})(\d+))?")


@dataclass(frozen=True)
class _Spots:
    """Excel references at found places; a name that has none counts for nothing."""

    spots: Mapping[Name, Spot]

    def one(self, name: Name) -> str:
        return f"N({address(*self.spots[name])})" if name in self.spots else "0"

    def together(self, names: tuple[Name, ...]) -> str:
        there = [self.spots[name] for name in names if name in self.spots]
        return f"SUM({','.join(span(run) for run in ranges(there))})"

    def many(self, name: Name) -> str:
        raise KeyError(name)

    def entries(self, names: tuple[Name, ...]) -> str:
        raise KeyError(names)

    def words(self, name: Name) -> str:
        raise KeyError(name)


def formula_at(term: Term, spots: Mapping[Name, Spot]) -> str:
    """The formula of a calculated cell, without "=", as we draw it."""
    return f"ROUND({term.excel(_Spots(spots))},6)"


def same_formula(stands: str, due: str, known: set[Spot]) -> bool:
    """Whether two formulas are the same for the known cells: rows inserted into a summed range do not matter."""
    return _skeleton(stands, known) == _skeleton(due, known)


def _skeleton(formula: str, known: set[Spot]) -> tuple[str, tuple[Spot, ...]]:
    """A formula with its references taken out, and the known cells that these name.

    In a sum the order of cells does not matter, and neither does the number of ranges that name them; else both do.
    """
    text = formula.replace("$", "").replace(" ", "").upper()
    cells: list[Spot] = []
    for first, row, last, last_row in _REFERENCE.findall(text):
        cells += _known_between((int(row), _number(first)), (int(last_row or row), _number(last or first)), known)
    bare = _REFERENCE.sub("#", text)
    bare = re.sub(r"#(,#)+", "#", bare)
    return bare, tuple(sorted(cells)) if "SUM(" in bare else tuple(cells)


def _known_between(first: Spot, last: Spot, known: set[Spot]) -> list[Spot]:
    """The known cells of a range, column by column."""
    columns = range(first[1], last[1] + 1)
    rows = range(first[0], last[0] + 1)
    return [(row, column) for column in columns for row in rows if (row, column) in known]


def _number(letters: str) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
