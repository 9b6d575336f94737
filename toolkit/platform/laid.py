"""A sheet of the export as it is laid: merged headings spread over what they cover, amounts read as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from toolkit.files.grid import Raw, RawSheet
from toolkit.model import Cell, Kind, code_in, digits_of
from toolkit.returns.typed import number_in, too_long

Spot = tuple[int, int]
# what stands in a cell of no amount
NIL = frozenset({"", "-", "—", "——", "–", "－", "/", "0.00"})
MOST_SPREAD = 2_000  # cells of a merged area that is spread; a heading or a block of units covers fewer
WHOLE = re.compile(r"(\d+)\.0+")
NOT_AMOUNTS = frozenset({Kind.DATE, Kind.ERROR, Kind.BOOLEAN})
NEVER_CALCULATED, PICTURE = "没有算过的公式", "图片"


@dataclass(frozen=True)
class Laid:
    """A worksheet with its merged areas spread."""

    book: str
    sheet: RawSheet

    @property
    def name(self) -> str:
        return self.sheet.name

    @cached_property
    def spread(self) -> Mapping[Spot, Spot]:
        """For each cell that a merge covers, the one that shows."""
        found: dict[Spot, Spot] = {}
        for top, left, bottom, right in self.sheet.merges:
            if (bottom - top + 1) * (right - left + 1) > MOST_SPREAD or (
                top,
                left,
            ) not in self.sheet.cells:
                continue
            found |= {
                (row, column): (top, left)
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            }
        return found

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """The rows that hold anything, in order."""
        return tuple(
            sorted(
                {row for (row, _), raw in self.sheet.cells.items() if raw.text.strip()}
            )
        )

    @cached_property
    def columns(self) -> tuple[int, ...]:
        """The columns that hold anything, in order: the used range says nothing."""
        return tuple(
            sorted(
                {
                    column
                    for (_, column), raw in self.sheet.cells.items()
                    if raw.text.strip()
                }
            )
        )

    def cell(self, row: int, column: int) -> Cell:
        return Cell(self.book, self.sheet.name, row, column)

    def raw(self, row: int, column: int) -> Raw | None:
        """What a person sees in a cell: of a merged area its first."""
        return self.sheet.cells.get(self.spread.get((row, column), (row, column)))

    def text(self, row: int, column: int) -> str:
        raw = self.raw(row, column)
        return raw.text.strip() if raw is not None else ""

    def own(self, row: int, column: int) -> Raw | None:
        """What lies in the cell itself: an amount in a merged area is said once."""
        return self.sheet.cells.get((row, column))

    def row_texts(self, row: int) -> Iterator[tuple[int, str]]:
        """The texts of a row, each with its column, merged ones once."""
        for column in self.columns:
            raw = self.own(row, column)
            if raw is not None and raw.text.strip():
                yield column, raw.text.strip()

    def code(self, row: int, column: int, digits: int = 0) -> str:
        """The code in a cell, or in a merged area: 205.0, '02, ２０５ and 205-02-05 are read as what they stand for."""
        raw = self.raw(row, column)
        if raw is None or not raw.text.strip():
            return ""
        if raw.kind is Kind.NUMBER and (number := digits_of(raw.number)):
            return code_in(number, digits).strip()
        text = raw.text.strip().strip("'‘’")
        if whole := WHOLE.fullmatch(text):
            text = whole[1]
        return code_in(text, digits).strip()

    def amount(self, row: int, column: int) -> Decimal | str | None:
        """The amount in a cell; None for none, and a text where what stands there cannot be read as one."""
        raw = self.own(row, column)
        if raw is not None and raw.kind is Kind.UNCOMPUTED:
            return NEVER_CALCULATED
        if raw is None or raw.text.strip() in NIL:
            return None
        if raw.number is not None and raw.kind is Kind.NUMBER:
            return raw.text if too_long(raw.number) else raw.number
        if raw.kind in NOT_AMOUNTS or raw.picture:
            return raw.shown.strip() or PICTURE
        text = raw.text.strip()
        number = number_in(text.removeprefix("￥"), "")
        return text if number is None else number

    def is_hidden(self, column: int) -> bool:
        """Whether nobody sees a column."""
        return any(first <= column <= last for first, last in self.sheet.hidden_columns)

    def is_number(self, row: int, column: int) -> bool:
        """Whether a cell holds a number, be it as a text."""
        return isinstance(self.amount(row, column), Decimal)
