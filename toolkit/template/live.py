"""The live checks of a drawn sheet: each formula with what it shows, so that no cached value is ever wrong or missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from toolkit.check.asked import Asked, leaf_names
from toolkit.model import ALL_FILLED, NO_DATA, Figure, Kind, Name, Row
from toolkit.profile.form import Book
from toolkit.profile.layout import BookPlace, SheetPlace, address, quoted, ranges, span
from toolkit.rules.claim import Claim, Comparison, Given, Source, When

UNFILLED, FINE, WRONG, COMPLETE, PARTLY, NOT_ASKED = "未填", "√", "有误", "完成", "填写中", "不用填"


@dataclass(frozen=True)
class Shown:
    """A formula (without "=") and what it shows."""

    formula: str
    value: str | int | Decimal


@dataclass(frozen=True)
class Drawn:
    """Excel references of a drawn book, as formulas on the sheet `here` write them."""

    place: BookPlace
    here: SheetPlace

    def cell(self, name: Name) -> str:
        """The bare reference of a field or grid cell."""
        sheet = self._sheet(name)
        spot = address(*sheet.at(name))
        return spot if sheet is self.here else f"{quoted(sheet.name)}!{spot}"

    def one(self, name: Name) -> str:
        return f"N({self.cell(name)})"

    def words(self, name: Name) -> str:
        return self.cell(name)

    def together(self, names: tuple[Name, ...]) -> str:
        """Plain addends as one SUM; text in a cell counts as nothing."""
        return f"SUM({self._spans(names)})"

    def many(self, name: Name) -> str:
        repeated = self.place.book.repeated
        if repeated is not None and name.block in repeated.blocks:
            first, last = repeated.bookends
            row, number = self.place.repeated()[0].at(name)
            return f"{first}:{last}!{address(row, number)}"
        sheet = self.place.of_block(name.block)
        block = sheet.blocks[name.block]
        column = block.columns[name.column]
        spot = f"{address(block.top, column)}:{address(block.bottom, column)}"
        return spot if sheet is self.here else f"{quoted(sheet.name)}!{spot}"

    def entries(self, names: tuple[Name, ...]) -> str:
        plain = leaf_names((name for name in names if not name.of_every_line), self.place.book)
        parts = [self._spans(plain)] if plain else []
        parts += [self.many(name) for name in names if name.of_every_line]
        return ",".join(parts)

    def _sheet(self, name: Name) -> SheetPlace:
        return self.here if name.block in self.here.blocks else self.place.of_block(name.block)

    def _spans(self, names: tuple[Name, ...]) -> str:
        by_sheet: dict[str, list[tuple[int, int]]] = {}
        sheets: dict[str, SheetPlace] = {}
        for name in names:
            sheet = self._sheet(name)
            sheets[sheet.name] = sheet
            by_sheet.setdefault(sheet.name, []).append(sheet.at(name))
        said = []
        for key, cells in by_sheet.items():
            lead = "" if sheets[key] is self.here else quoted(key) + "!"
            said += [lead + span(run) for run in ranges(cells)]
        return ",".join(said)


@dataclass(frozen=True)
class Rows:
    """Excel references for a claim held on every row of a list at once: each column is its range, guard to guard."""

    here: SheetPlace
    block: str
    row: int = 0  # 0: ranges; else the references of that row, columns fixed, for a conditional format

    def one(self, name: Name) -> str:
        place = self.here.blocks[self.block]
        column = place.columns[name.column]
        if self.row:
            return "$" + address(self.row, column)
        return f"{address(place.top, column)}:{address(place.bottom, column)}"

    def many(self, name: Name) -> str:
        raise KeyError(name)

    def entries(self, names: tuple[Name, ...]) -> str:
        return ",".join(self.one(name) for name in names)

    def words(self, name: Name) -> str:
        return self.one(name)


def numbers_given(names: Sequence[Name], book: Book, source: Source) -> int:
    """How many entry cells behind these names hold a number: what COUNT counts."""
    figures: list[Figure] = []
    for name in leaf_names((name for name in names if not name.of_every_line), book):
        value = source.value(name)
        if isinstance(value, Figure):
            figures.append(value)
    for name in names:
        if name.of_every_line:
            figures += source.column(name)
    return sum(figure.kind is Kind.NUMBER for figure in figures)


def check_cell(asked: Sequence[Asked], at: Drawn, source: Source, tolerance: Decimal) -> Shown:
    """The check beside a cell: 未填, √, or what does not fit and by how much. Several claims share one cell."""
    names = tuple(dict.fromkeys(name for item in asked for name in item.claim.names()))
    formula, value = f'"{FINE}"', FINE
    for item in reversed(asked):
        said, shows = _complaint(item.claim, item.rule.short, at, source)
        formula = f"IF({item.claim.broken(at, tolerance)},{said},{formula})"
        if item.claim.breaks(source, tolerance):
            value = shows
    counted = numbers_given(names, at.place.book, source)
    return Shown(f'IF(COUNT({at.entries(names)})=0,"{UNFILLED}",{formula})', value if counted else UNFILLED)


def _complaint(claim: Claim, short: str, at: Drawn, source: Source) -> tuple[str, str]:
    """What a broken claim shows, as an Excel expression and as its value."""
    inner = claim.claim if isinstance(claim, When) else claim
    if isinstance(inner, Given):
        return f'"{short or "缺说明"}"', short or "缺说明"
    if not isinstance(inner, Comparison):
        raise TypeError(inner)
    word = short + ("差 " if inner.op == "==" else "超 ")
    gap = abs(inner.gap(source).number)
    return f'"{word}"&FIXED(ROUND(ABS({inner.excel_gap(at)}),2),2,TRUE)', word + two_decimals(gap)


def two_decimals(number: Decimal) -> str:
    """What FIXED(ROUND(number,2),2,TRUE) shows."""
    return f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"


def row_breaches(asked: Sequence[Asked], at: Rows, rows: Sequence[Row], sources: Sequence[Source], tolerance: Decimal) -> Shown:
    """How many rows of a list break a claim; text among the numbers shows as one."""
    parts: list[str] = []
    count = 0
    for item in asked:
        parts.append(f"IFERROR(SUMPRODUCT(--({item.claim.broken(at, tolerance)})),1)")
        flawed = any(_flawed(row, item.claim) for row in rows)
        count += 1 if flawed else sum(item.claim.breaks(source, tolerance) for source in sources)
    return Shown("+".join(parts) or "0", count)


def _flawed(row: Row, claim: Claim) -> bool:
    values = (row.values.get(name.column) for name in claim.names())
    return any(isinstance(value, Figure) and value.flawed for value in values)


def state(tick_cell: str, filled: str, missing: str, bad: str, said: tuple[str, int, int, int]) -> Shown:
    """The state of a form: 有误, 完成, 未填 or 填写中; `said` is the tick and the three numbers as drawn."""
    tick, n_filled, n_missing, n_bad = said
    formula = (
        f'IF({bad}>0,"{WRONG}",IF({tick_cell}="{NO_DATA}",IF({filled}>0,"{WRONG}","{COMPLETE}"),'
        f'IF({tick_cell}="{ALL_FILLED}","{COMPLETE}",IF({filled}=0,"{UNFILLED}",IF({missing}=0,"{COMPLETE}","{PARTLY}")))))'
    )
    if n_bad:
        value = WRONG
    elif tick == NO_DATA:
        value = WRONG if n_filled else COMPLETE
    elif tick == ALL_FILLED:
        value = COMPLETE
    elif not n_filled:
        value = UNFILLED
    else:
        value = PARTLY if n_missing else COMPLETE
    return Shown(formula, value)
