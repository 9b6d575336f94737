"""Lists whose rows lie within each other by their codes: what a 类 holds is what its 款 hold, a 款 what its 项 hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.model import Cell, CodeList, Figure, Oddity, Return, Row, total
from toolkit.profile.form import Block, Book, Coded, Column
from toolkit.returns.coded import code_of
from toolkit.rules.rule import money

MOST_NAMED = 3  # codes of a sum that a message names


def unsound_levels(book: Return, shape: Book) -> Iterator[Oddity]:
    """Yield what does not add up from level to level in the lists that are declared so, and rows that have none above them."""
    for block in shape.blocks.values():
        if not block.nested or block.key not in book.blocks:
            continue
        for coded in block.coded:
            yield from _Levels(block, coded, shape.lists[coded.list], _by_code(book.blocks[block.key].rows, coded)).told()


def _by_code(rows: Sequence[Row], coded: Coded) -> dict[str, list[Row]]:
    """The rows of each code; those without one are told elsewhere."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if code := code_of(row, coded.columns):
            found[code].append(row)
    return found


@dataclass(frozen=True)
class _Gap:
    """What a code says in a column, and what the codes right below it come to."""

    own: Figure
    below: Figure

    @property
    def number(self) -> Decimal:
        return self.own.number - self.below.number


@dataclass(frozen=True)
class _Levels:
    """The rows of one list by their codes."""

    block: Block
    coded: Coded
    codes: CodeList
    rows: Mapping[str, Sequence[Row]]

    def told(self) -> Iterator[Oddity]:
        orphans = [code for code in self.rows if (around := self.codes.parent(code)) and around not in self.rows]
        by_parent: dict[str, list[str]] = defaultdict(list)
        for code in orphans:
            by_parent[self.codes.parent(code)].append(code)
        for parent, codes in by_parent.items():
            name = self.codes.name_of(parent)
            named = "、".join(codes[:MOST_NAMED])
            said = {"parent": f"{parent} {name}".strip(), "codes": named, "level": self.codes.level_of(parent)}
            yield Oddity("code-no-parent", self.cells(codes), said)
        for column in self.block.columns.values():
            if column.kind == "money" and column.formula is None:
                yield from self.gaps_told(column)

    def cells(self, codes: Sequence[str]) -> tuple[Cell, ...]:
        """The cells of some codes."""
        held = [row.words(key) for code in codes for row in self.rows[code] for key in self.coded.columns if row.text(key)]
        return tuple(cell for words in held for cell in words.cells())

    def gaps_told(self, column: Column) -> Iterator[Oddity]:
        """Where one column does not add up. What the row above only passes on is not told again."""
        gaps = self.gaps(column)
        tolerance = column.money.tolerance if column.money is not None else Decimal(0)
        broken = {code: gap for code, gap in gaps.items() if abs(gap.number) > tolerance}
        for code, gap in broken.items():
            within = [one for one in broken if self.codes.parent(one) == code]
            if any(broken[one].number == -gap.number for one in within):
                continue  # the row below is at fault
            below = [one for one in self.rows if self.codes.parent(one) == code]
            places = {
                "code": f"{code} {self.codes.name_of(code)}".strip(),
                "field": column.title,
                "value": money(gap.own, column.decimals),
                "number": money(gap.below, column.decimals),
                "gap": money(abs(gap.number), column.decimals),
                "unit": column.unit,
                "below": "、".join(below[:MOST_NAMED]) + (f"等 {len(below)} 个" if len(below) > MOST_NAMED else ""),
            }
            yield Oddity("code-sum", tuple(dict.fromkeys((*gap.own.cells(), *gap.below.cells()))), places)

    def gaps(self, column: Column) -> dict[str, _Gap]:
        """For each code with others right below it what it says and what they come to; none where a number is unreadable."""
        figures = {code: total(row.figure(column.key) for row in rows) for code, rows in self.rows.items()}
        below: dict[str, list[Figure]] = defaultdict(list)
        for code, figure in figures.items():
            below[self.codes.parent(code)].append(figure)
        made = {code: _Gap(figures[code], total(parts)) for code, parts in below.items() if code in figures}
        return {code: gap for code, gap in made.items() if not gap.own.flawed and not gap.below.flawed}
