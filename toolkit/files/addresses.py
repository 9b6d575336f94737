"""Addresses of cells as spreadsheets write them, and formulas moved from one cell to another."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from toolkit.files.archive import DamagedError
from toolkit.model import column_letter

Spot = tuple[int, int]  # row and column, from 1
Area = tuple[int, int, int, int]  # its first row and column, its last row and column

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# addresses remembered: those of one template come again in every workbook
MOST_KEPT = 100_000

_SPOT = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_AREA = re.compile(
    r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?", re.ASCII
)
_REFERENCE = re.compile(  # in a formula: texts, quoted sheet names, other books; then cells, whole rows, whole columns
    r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'|\[[^\]]*\]|(?<![\w.\\])(\$?)([A-Z]{1,3})(\$?)(\d{1,7})(?![\w.(!])"
    r"|(?<![\w.$:\\])(\$?)(\d{1,7}):(\$?)(\d{1,7})(?![\w.])|(?<![\w.$:\\])(\$?)([A-Z]{1,3}):(\$?)([A-Z]{1,3})(?![\w.(!])"
)


def column_number(letters: str) -> int:
    """The number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def area_of(target: str) -> Area | None:
    """The rows and columns that a defined name or a reference points to on its own sheet; None where it points nowhere."""
    return _area(target.rpartition("!")[2])


@lru_cache(maxsize=20_000)
def _area(said: str) -> Area | None:
    found = _AREA.fullmatch(said)
    if found is None:
        return None
    column, row, other_column, other_row = found.groups()
    top, bottom = sorted((int(row), int(other_row or row)))
    left, right = sorted((column_number(column), column_number(other_column or column)))
    return top, left, bottom, right


class _Areas(dict[str, Area | None]):
    """Areas by what a defined name or a reference says: those of one template come again in every workbook."""

    def __missing__(self, target: str) -> Area | None:
        if len(self) >= MOST_KEPT:
            self.clear()
        self[target] = area = area_of(target)
        return area


AREAS = _Areas()


class Named(dict[str, Area | None]):
    """The defined names of a sheet with their areas; never changed, so that what rests on all of them is kept by them."""

    __slots__ = ("_hashed",)
    _hashed: int

    def __hash__(self) -> int:  # type: ignore[override]
        try:
            return self._hashed
        except AttributeError:
            self._hashed = hash(frozenset(self.items()))
            return self._hashed


class _Spots(dict[bytes, Spot]):
    """Spots by the address of a cell; one outside of any sheet is damage."""

    def __missing__(self, address: bytes) -> Spot:
        found = _SPOT.fullmatch(address)
        spot = (int(found[2]), column_number(found[1].decode())) if found else (0, 0)
        if not (1 <= spot[0] <= LAST_ROW and 1 <= spot[1] <= LAST_COLUMN):
            raise DamagedError(f"no cell: {address!r}")
        if len(self) >= MOST_KEPT:
            self.clear()
        self[address] = spot
        return spot


SPOTS = _Spots()


def moved(formula: str, down: int, right: int) -> str:
    """A formula as it reads when filled down and to the right, as cells that share one have it."""
    said, rows = _parted(formula, right)
    moved_rows = [row + down for row in rows]
    if rows and not (min(moved_rows) >= 1 and max(moved_rows) <= LAST_ROW):
        return _moved_off(formula, down, right)
    return said % tuple(moved_rows)


@lru_cache(maxsize=2_000)
def _parted(formula: str, right: int) -> tuple[str, tuple[int, ...]]:
    """A formula moved to the right, with a place for each row that moves down, and these rows.

    Thousands of cells share a formula: it is taken apart once, and a cell's own is put together from it.
    """
    rows: list[int] = []

    def row(fixed: str, digits: str) -> str:
        if fixed:
            return f"${int(digits)}" if 1 <= int(digits) <= LAST_ROW else "#REF!"
        rows.append(int(digits))
        return "%d"

    said = _REFERENCE.sub(
        lambda found: _pointed(found, right, row), formula.replace("%", "%%")
    )
    return said, tuple(rows)


def _moved_off(formula: str, down: int, right: int) -> str:
    """The same of one of whose references points off the sheet."""

    def row(fixed: str, digits: str) -> str:
        number = int(digits) + (0 if fixed else down)
        return f"{fixed}{number}" if 1 <= number <= LAST_ROW else "#REF!"

    return _REFERENCE.sub(lambda found: _pointed(found, right, row), formula)


def _pointed(found: re.Match[str], right: int, row: Callable[[str, str], str]) -> str:
    """What a match of _REFERENCE says once it is moved; `row` says it of a row."""

    def column(fixed: str, letters: str) -> str:
        number = column_number(letters) + (0 if fixed else right)
        return fixed + column_letter(number) if 1 <= number <= LAST_COLUMN else "#REF!"

    if found[2]:
        said = column(found[1], found[2])
        said += row(found[3], found[4]) if "#" not in said else ""
        return "#REF!" if "#" in said else said
    if found[6]:
        return f"{row(found[5], found[6])}:{row(found[7], found[8])}"
    if found[10]:
        return f"{column(found[9], found[10])}:{column(found[11], found[12])}"
    return found[0]
