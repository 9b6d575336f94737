"""The export's own totals, levels and sums held against what was read: a column taken for another does not add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.model import CodeList, Name
from toolkit.platform.heads import Told
from toolkit.platform.lines import Amount, Line
from toolkit.profile.form import Block
from toolkit.rules.claim import Add, Field, Term
from toolkit.rules.rule import plain

MOST_NAMED = 3
FEW = 3  # lines below which nothing is concluded from how many of them do not add up


@dataclass(frozen=True)
class Scale:
    """How exact a table's figures are: one of the last decimal that any of them has, in the table's own unit of money."""

    last: Decimal
    unit: str
    table: str

    def told(self, what: str, own: Amount, made: Decimal) -> Told:
        gap = abs(own.number - made)
        said = f"{what}写的是 {plain(own.number)}，读出来的加起来是 {plain(made)}，差 {plain(gap)} {self.unit}".rstrip()
        return Told(
            f"{said}。请核对平台里的数",
            own.cell,
            self.table,
            left_out=False,
            unsound=True,
        )


def sums(lines: Iterable[Line], key: str) -> tuple[Decimal, int]:
    """What some lines come to in a column, and how many addends that has."""
    amounts = [line.amounts[key] for line in lines if key in line.amounts]
    total = sum((amount.number for amount in amounts), Decimal(0))
    return total, len(amounts)


def unsound_rows(
    lines: Sequence[Line], block: Block, scale: Scale
) -> tuple[list[Told], bool]:
    """The lines whose own sum is another than their parts, and whether there are so many that columns may be mistaken."""
    told: list[Told] = []
    asked = 0
    for column in block.columns.values():
        if column.formula is None:
            continue
        names = [(factor, name.column) for factor, name in _addends(column.formula)]
        if not names:
            continue
        for line in lines:
            own = line.amounts.get(column.key)
            if own is None:
                continue
            parts = [
                (factor, line.amounts[key].number)
                for factor, key in names
                if key in line.amounts
            ]
            made = sum((factor * number for factor, number in parts), Decimal(0))
            asked += 1
            if abs(own.number - made) > scale.last * max(len(parts), 1):
                told.append(
                    scale.told(
                        f"{line.code or line.name} 的“{column.title}”", own, made
                    )
                )
    return told, asked >= FEW and len(told) * 2 > asked


def _addends(term: Term) -> Iterator[tuple[int, Name]]:
    """The plain names that a sum within a row adds up, each with its sign; none where it is anything else."""
    if isinstance(term, Add) and all(
        isinstance(part, Field) and part.name.bare for _, part in term.parts
    ):
        yield from (
            (factor, part.name)
            for factor, part in term.parts
            if isinstance(part, Field)
        )


def unsound_levels(
    lines: Mapping[str, Line], codes: CodeList, block: Block, scale: Scale
) -> Iterator[Told]:
    """The codes that are not what the codes below them come to."""
    below: dict[str, list[Line]] = defaultdict(list)
    for code, line in lines.items():
        below[codes.parent(code)].append(line)
    for code, line in lines.items():
        if not below.get(code):
            continue
        for key, own in line.amounts.items():
            made, count = sums(below[code], key)
            if abs(own.number - made) > scale.last * max(count, 1):
                yield scale.told(
                    f"{code} {codes.name_of(code)}的“{block.columns[key].title}”",
                    own,
                    made,
                )


def unsound_totals(
    totals: Iterable[Line],
    lines: Sequence[Line],
    block: Block,
    scale: Scale,
    whole: Sequence[Line] = (),
) -> Iterator[Told]:
    """The totals that are not what the outermost lines come to, nor, where these are a unit's, what those of all units do."""
    for total in totals:
        for key, own in total.amounts.items():
            made, count = sums(lines, key)
            of_all, number = sums(whole, key)
            if abs(own.number - made) > scale.last * max(count, 1) and (
                not whole or abs(own.number - of_all) > scale.last * max(number, 1)
            ):
                yield scale.told(f"合计行的“{block.columns[key].title}”", own, made)


def unsound_subtotals(
    subtotals: Iterable[Line], lines: Sequence[Line], block: Block, scale: Scale
) -> Iterator[Told]:
    """The subtotals that are neither what the lines above them come to nor what those below do, up to the next one."""
    rows = [line.cell.row for line in subtotals]
    for subtotal in subtotals:
        row = subtotal.cell.row
        before = max((one for one in rows if one < row), default=0)
        after = min(
            (one for one in rows if one > row), default=row + len(lines) + 1_000_000
        )
        above = [line for line in lines if before < line.cell.row < row]
        below = [line for line in lines if row < line.cell.row < after]
        for key, own in subtotal.amounts.items():
            made = [sums(some, key) for some in (above, below)]
            if all(
                abs(own.number - number) > scale.last * max(count, 1)
                for number, count in made
            ):
                yield scale.told(
                    f"“{subtotal.name}”一行的“{block.columns[key].title}”",
                    own,
                    made[0][0],
                )
