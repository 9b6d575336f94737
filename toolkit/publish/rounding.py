"""尾差: a table whose figures are kept in one unit of money and printed in a larger one.

Every total is printed as it rounds. What it is the sum of, down the table, is rounded so that it adds up to what is printed: by
the largest remainders (each part rounded down, and what is then missing given, one last digit each, to those that lost most).
Nothing is made to fit across a table: there a difference of at most one last digit an addend stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

from toolkit.model import BlockKind, Figure, Filled, Money, Return, Row, Value, record
from toolkit.profile.form import Block, Book, Sheet
from toolkit.returns.coded import code_of
from toolkit.rules.claim import Add, Field, Term
from toolkit.rules.rule import plain

ACROSS = "注：本表由元折算成{unit}，个别合计与同一行各栏之和相差在末位的 1（每栏）以内，未作调整。"
DOWN = "注：本表由元折算成{unit}，有 {count} 格按尾差调整了末位的 1，使各行之和等于合计；合计没有调整。"
TOUCHED = "尾差：折算成{unit}是 {exact}，为使各行之和等于合计，写作 {said}。"
TOP = ""  # what all rows that lie within no other add up to

# by block, row and column: what a cell says that was made to fit
Touched = Mapping[tuple[str, str, str], str]


@record()
class InPrint:
    """A sheet as it is printed: columns and figures in the unit of print, what its touched cells say, the notes below it."""

    sheet: Sheet
    whole: Return
    touched: Touched
    notes: tuple[str, ...] = ()


def apportioned(
    parts: Sequence[Decimal], target: Decimal, last: Decimal
) -> list[Decimal]:
    """Parts rounded to multiples of the last digit that add up to a target, which is their sum rounded down or up.

    Of two that lost as much, the first is given more.
    """
    down = [(part / last).to_integral_value(ROUND_FLOOR) * last for part in parts]
    missing = int((target - sum(down, Decimal(0))) / last)
    if not 0 <= missing <= len(parts):  # they never added up to it
        return [rounded(part, last) for part in parts]
    most = sorted(range(len(parts)), key=lambda at: (down[at] - parts[at], at))
    given = set(most[:missing])
    return [amount + last if at in given else amount for at, amount in enumerate(down)]


def rounded(amount: Decimal, last: Decimal) -> Decimal:
    """An amount by itself, half of the last digit up."""
    return (amount / last).to_integral_value(ROUND_HALF_UP) * last


def in_print(sheet: Sheet, whole: Return, shape: Book) -> InPrint:
    """A sheet and its figures as they are printed; both as they are, where it says no other unit for that."""
    printed = sheet.printed_in
    if printed is None:
        return InPrint(sheet, whole, {})
    blocks, filled, touched = (
        dict(sheet.blocks),
        dict(whole.blocks),
        dict[tuple[str, str, str], str](),
    )
    for key, block in sheet.blocks.items():
        own = _InUnit(
            shape.blocks[key],
            whole.blocks.get(key, Filled(key, block.kind)),
            printed,
            shape,
        )
        filled[key] = own.filled()
        touched |= own.touched
        columns = {
            name: replace(column, money=printed if column.money else None)
            for name, column in block.columns.items()
        }
        blocks[key] = replace(block, columns=columns)
    notes = [DOWN.format(unit=printed.unit, count=len(touched))] if touched else []
    if any(_differs_across(block, filled[key]) for key, block in blocks.items()):
        notes.append(ACROSS.format(unit=printed.unit))
    return InPrint(
        replace(sheet, blocks=blocks, money=printed),
        replace(whole, blocks=filled),
        touched,
        tuple(notes),
    )


class _InUnit:
    """One block's figures in the unit of print, column by column."""

    def __init__(self, block: Block, held: Filled, printed: Money, shape: Book) -> None:
        self.block = block
        self.rows = held.rows
        self.held = held
        self.printed = printed
        self.around = (
            _around_in_list(block, held.rows, shape)
            if block.kind is BlockKind.LIST
            else _around_in_grid(block)
        )
        self.touched: dict[tuple[str, str, str], str] = {}

    def filled(self) -> Filled:
        made: dict[str, dict[str, Value]] = {
            row.key: dict(row.values) for row in self.rows
        }
        for key, column in self.block.columns.items():
            if column.money is not None:
                for row, figure in self.column(key, column.money.times(self.printed)):
                    made[row][key] = figure
        return replace(
            self.held,
            rows=tuple(replace(row, values=made[row.key]) for row in self.rows),
        )

    def column(self, key: str, factor: Decimal) -> Iterator[tuple[str, Figure]]:
        """Each row's figure in the unit of print: from the outermost rows in."""
        exact = {
            row.key: row.figure(key).times(factor)
            for row in self.rows
            if isinstance(row.values.get(key), Figure)
        }
        said: dict[str, Decimal] = {}
        within: dict[str, list[str]] = {}
        for row in exact:
            within.setdefault(self.around.get(row, TOP), []).append(row)
        last = self.printed.last
        if self.block.kind is BlockKind.LIST:
            said[TOP] = rounded(
                sum((exact[row].number for row in within.get(TOP, ())), Decimal(0)),
                last,
            )
        else:  # of a grid each outermost row stands for itself: its sums are rows
            said |= {
                row: rounded(exact[row].number, last) for row in within.get(TOP, ())
            }
        pending = [TOP] if TOP in said else list(within.get(TOP, ()))
        while pending:
            outer = pending.pop()
            rows = within.get(outer, [])
            said |= zip(
                rows,
                apportioned([exact[row].number for row in rows], said[outer], last),
                strict=True,
            )
            pending += rows
        for row, figure in exact.items():
            alone = rounded(figure.number, last)
            if said[row] != alone:
                places = {
                    "unit": self.printed.unit,
                    "exact": plain(figure.number),
                    "said": plain(said[row]),
                }
                self.touched[self.block.key, row, key] = TOUCHED.format(**places)
            yield (
                row,
                figure if figure.value is None else replace(figure, value=said[row]),
            )


def _around_in_list(block: Block, rows: Iterable[Row], shape: Book) -> dict[str, str]:
    """For each row of a list whose rows lie within each other the one around it."""
    if not block.nested or not block.coded:
        return {}
    coded = block.coded[0]
    codes = shape.lists[coded.list]
    by_code = {code_of(row, coded.columns): row.key for row in rows}
    return {
        key: by_code[codes.parent(code)]
        for code, key in by_code.items()
        if code and codes.parent(code) in by_code
    }


def _around_in_grid(block: Block) -> dict[str, str]:
    """For each row of a grid the sum that it is an addend of, the first where there are several."""
    around: dict[str, str] = {}
    for key, row in block.rows.items():
        for addend in _addends(row.formula):
            if addend in block.rows:
                around.setdefault(addend, key)
    return around


def _addends(term: Term | None) -> list[str]:
    """What a plain sum of rows or columns adds up; nothing where a formula is anything else."""
    parts = term.parts if isinstance(term, Add) else ()
    names = [
        part.name.column
        for sign, part in parts
        if sign == 1 and isinstance(part, Field) and part.name.bare
    ]
    return names if len(names) == len(parts) else []


def _differs_across(block: Block, filled: Filled) -> bool:
    """Whether a column that is the sum of others is not, as printed, in any row."""
    for key, column in block.columns.items():
        addends = _addends(column.formula)
        if not addends:
            continue
        for row in filled.rows:
            printed = [row.figure(addend).number for addend in addends]
            if row.figure(key).number != sum(printed, Decimal(0)):
                return True
    return False
