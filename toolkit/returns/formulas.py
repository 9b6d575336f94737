"""The formula that belongs into a calculated cell at the places found, and whether the one that stands there is the same."""

from __future__ import annotations

import re
from collections.abc import Callable

from toolkit.model import Name, record
from toolkit.profile.layout import address, quoted, ranges, span
from toolkit.rules.claim import Term
from toolkit.rules.formula import calculated

MOST_DRAWN = 4096  # formulas that are remembered

Spot = tuple[int, int]
Place = tuple[str, Spot]  # a sheet's name, and a cell of it
_ELSEWHERE = re.compile(r"([^(),*/+\-<>=&\"]+!)[A-Z]{1,3}\d+(?::[A-Z]{1,3}\d+)?")
_ONE_SUMMED = re.compile(r"\bSUM\(([A-Z]{1,3}\d+|[^(),]*!@)\)")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})(\d+))?")


@record()
class References:
    """Excel references at found places, as formulas on the sheet `here` write them; a name without a place counts for nothing.

    `place` answers where one figure stands, `column` the range of a list's whole column.
    """

    here: str
    place: Callable[[Name], Place | None]
    column: Callable[[Name], str]

    @property
    def over_ranges(self) -> bool:
        return False

    def one(self, name: Name) -> str:
        found = self.place(name)
        return (
            f"SUM({self._lead(found[0])}{address(*found[1])})"
            if found is not None
            else "0"
        )

    def together(self, names: tuple[Name, ...]) -> str:
        """Plain addends as one SUM, sheet by sheet."""
        spots: dict[str, list[Spot]] = {}
        for name in names:
            found = self.place(name)
            if found is not None:
                spots.setdefault(found[0], []).append(found[1])
        joined = [
            self._lead(sheet) + span(run)
            for sheet, there in spots.items()
            for run in ranges(there)
        ]
        return f"SUM({','.join(joined)})"

    def _lead(self, sheet: str) -> str:
        return "" if sheet == self.here else f"{quoted(sheet)}!"

    def many(self, name: Name) -> str:
        return self.column(name)

    def entries(self, names: tuple[Name, ...]) -> str:
        raise KeyError(names)

    def words(self, name: Name) -> str:
        raise KeyError(name)


def formula_at(term: Term, at: References) -> str:
    """The formula of a calculated cell, without "=", as we draw it."""
    where = [
        at.column(name) if name.of_every_line else at.place(name) for name in term.reads
    ]
    # In most workbooks all of it stands where it stood in the one before.
    key = (id(term), at.here, *where)
    known = _drawn.get(key)
    if known is None:
        if len(_drawn) >= MOST_DRAWN:
            _drawn.clear()
        _drawn[key] = known = term, calculated(term, at)
    return known[1]


# By the term's identity, which is its own only while it lives: so it is kept beside its formula.
_drawn: dict[tuple[object, ...], tuple[Term, str]] = {}


def same_formula(stands: str, due: str, known: set[Spot]) -> bool:
    """Whether two formulas are the same for the known cells: rows inserted into a summed range do not matter."""
    return stands == due or _skeleton(stands, known) == _skeleton(due, known)


def _skeleton(formula: str, known: set[Spot]) -> tuple[str, tuple[Spot, ...]]:
    """A formula with its references taken out, and the known cells that these name.

    In a sum the order of cells does not matter, and neither does the number of ranges that name them; else both do.
    """
    text = formula.replace("$", "").replace(" ", "").replace("'", "").upper()
    # what stands on other sheets is the same where it is asked of the same sheet
    text = _ELSEWHERE.sub(r"\1@", text)
    # a single cell as a number: earlier editions wrote N(), which not every program says of a blank
    text = _ONE_SUMMED.sub(r"N(\1)", text)
    cells: list[Spot] = []
    for first, row, last, last_row in _REFERENCE.findall(text):
        cells += _known_between(
            (int(row), _number(first)),
            (int(last_row or row), _number(last or first)),
            known,
        )
    bare = _REFERENCE.sub("#", text)
    bare = re.sub(r"#(,#)+", "#", bare)
    bare = re.sub(r"([^(,]*!@)(,\1)+", r"\1", bare)
    return bare, tuple(sorted(cells)) if "SUM(" in bare else tuple(cells)


def _known_between(first: Spot, last: Spot, known: set[Spot]) -> list[Spot]:
    """The known cells of a range, column by column."""
    columns = range(first[1], last[1] + 1)
    rows = range(first[0], last[0] + 1)
    return [
        (row, column) for column in columns for row in rows if (row, column) in known
    ]


def _number(letters: str) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
