"""Lists whose rows lie within each other by their codes: what a 类 holds is what its 款 hold, a 款 what its 项 hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from itertools import permutations

from toolkit.check.origins import slack
from toolkit.model import (
    Cell,
    CodeList,
    Figure,
    Oddity,
    Origin,
    Return,
    Row,
    record,
    total,
)
from toolkit.profile.coding import Coded
from toolkit.profile.form import Block, Book, Column
from toolkit.returns.coded import code_of
from toolkit.rules.rule import money

MOST_NAMED = 3  # codes of a sum that a message names


def unsound_levels(book: Return, shape: Book) -> Iterator[Oddity]:
    """Yield what does not add up from level to level in the lists that are declared so, and rows that have none above them."""
    for block in shape.blocks.values():
        if not block.nested or block.is_derived or block.key not in book.blocks:
            continue
        for coded in block.coded:
            rows = _by_code(book.blocks[block.key].rows, coded)
            yield from _Levels(
                block, coded, shape.lists[coded.list], rows, book.origins
            ).told()


def _by_code(rows: Sequence[Row], coded: Coded) -> dict[str, list[Row]]:
    """The rows of each code; those without one are told elsewhere."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if code := code_of(row, coded.columns):
            found[code].append(row)
    return found


@record()
class _Gap:
    """What a code says in a column, and what the codes right below it come to."""

    own: Figure
    below: Figure

    @property
    def number(self) -> Decimal:
        return self.own.number - self.below.number


@record()
class _Moved:
    """A row whose number stands in one column (`own`) and belongs in another; the gaps of the code around it in both."""

    code: str
    around: str
    own: Column
    other: Column
    gap: _Gap
    beside: _Gap


@record()
class _Levels:
    """The rows of one list by their codes."""

    block: Block
    coded: Coded
    codes: CodeList
    rows: Mapping[str, Sequence[Row]]
    origins: Mapping[Cell, Origin] = field(default_factory=dict)

    def told(self) -> Iterator[Oddity]:
        columns = [
            column
            for column in self.block.columns.values()
            if column.kind == "money" and column.formula is None
        ]
        gaps = {column.key: self.gaps(column) for column in columns}
        by_parent: dict[str, list[str]] = defaultdict(list)
        for code in self.rows:
            if (around := self.codes.parent(code)) and around not in self.rows:
                by_parent[around].append(code)
        wrong = {
            parent: right
            for parent, codes in by_parent.items()
            if (right := self.instead(parent, codes, gaps))
        }
        # Which codes around others stand there, under a wrong one.
        known = {
            parent
            for parent in by_parent
            if any(self.renamed(other, wrong, by_parent) == parent for other in wrong)
        }
        for parent, codes in by_parent.items():
            if parent not in known:
                yield self.orphans_told(parent, codes, wrong.get(parent, ""))
        # What a row under a wrong code leaves lacking is told with that.
        told = {(key, code) for code in wrong.values() for key in gaps}
        for moved in self.moved(columns, gaps):
            told |= {(column.key, moved.around) for column in (moved.own, moved.other)}
            yield self.moved_told(moved)
        for column in columns:
            yield from (
                oddity
                for code, oddity in self.gaps_told(column, gaps[column.key])
                if (column.key, code) not in told
            )

    def instead(
        self, parent: str, codes: Sequence[str], gaps: Mapping[str, Mapping[str, _Gap]]
    ) -> str:
        """The one code beside an absent one that lacks just what some rows of the absent one come to; "" for none."""
        own = {
            key: sum((self.sum_of(code, key).number for code in codes), Decimal(0))
            for key in gaps
        }
        if not any(own.values()):
            return ""
        fitting = [
            code
            for code in self.rows
            if len(code) == len(parent) and self.lacks(code, gaps) == own
        ]
        return fitting[0] if len(fitting) == 1 else ""

    def lacks(
        self, code: str, gaps: Mapping[str, Mapping[str, _Gap]]
    ) -> dict[str, Decimal]:
        """What the rows below a code lack, column by column: all that it says where there are none."""
        return {
            key: gaps[key][code].number
            if code in gaps[key]
            else self.sum_of(code, key).number
            for key in gaps
        }

    def is_wrong(self, parent: str, other: str) -> bool:
        """Whether, of an absent code and one that stands without its rows, the latter is the wrong one: fewer rows are its."""
        rows = [
            sum(one.startswith(code) for one in self.rows) for code in (parent, other)
        ]
        stands = [
            self.codes.parent(code) in ("", *self.rows) for code in (parent, other)
        ]
        return (rows[0], stands[0]) > (rows[1], stands[1])

    def renamed(
        self,
        parent: str,
        wrong: Mapping[str, str],
        by_parent: Mapping[str, Sequence[str]],
    ) -> str:
        """What a single row below an absent code was to be, where that row is the wrong one."""
        (code, *more), other = by_parent[parent], wrong[parent]
        return (
            "" if more or self.is_wrong(parent, other) else other + code[len(parent) :]
        )

    def orphans_told(self, parent: str, codes: Sequence[str], other: str) -> Oddity:
        """What there is to say of rows whose code has none around it; `other` lacks just what they come to."""
        marked, cause = list(codes), ""
        if other and self.is_wrong(parent, other):
            marked, cause = (
                [other, *codes],
                f"{self.named(other)} 的数正好是它们之和，像是 {parent} 填错了编码。",
            )
        elif other:
            cause = f"{self.named(other)} 少的正好是这个数，像是编码填错了。"
        named = "、".join(codes[:MOST_NAMED])
        said = {
            "parent": self.named(parent),
            "codes": named,
            "level": self.codes.level_of(parent),
            "cause": cause,
        }
        return Oddity("code-no-parent", self.cells(marked), said)

    def named(self, code: str) -> str:
        return f"{code} {self.codes.name_of(code)}".strip()

    def sum_of(self, code: str, column: str) -> Figure:
        return total(row.figure(column) for row in self.rows[code])

    def moved(
        self, columns: Sequence[Column], gaps: Mapping[str, Mapping[str, _Gap]]
    ) -> Iterator[_Moved]:
        """Rows whose number stands in another column than the rows around them say: one column lacks what the other has."""
        for own, other in permutations(columns, 2):
            for around, gap in gaps[own.key].items():
                beside = gaps[other.key].get(around)
                if gap.number >= 0 or beside is None or beside.number != -gap.number:
                    continue
                below = [
                    code for code in self.rows if self.codes.parent(code) == around
                ]
                fitting = [
                    code
                    for code in below
                    if self.sum_of(code, own.key).number == beside.number
                ]
                if len(fitting) == 1 and not self.sum_of(fitting[0], other.key).number:
                    yield _Moved(fitting[0], around, own, other, gap, beside)

    def moved_told(self, moved: _Moved) -> Oddity:
        """What there is to say of a number in a wrong column: its cell, the one it should stand in, those around."""
        here, there = (
            self.sum_of(moved.code, column.key) for column in (moved.own, moved.other)
        )
        figures = (here, there, moved.gap.own, moved.beside.own)
        places = {
            "code": self.named(moved.code),
            "around": self.named(moved.around),
            "field": moved.own.title,
            "other": moved.other.title,
            "value": money(here, moved.own.decimals),
            "unit": moved.own.unit,
        }
        return Oddity(
            "code-column",
            tuple(dict.fromkeys(cell for figure in figures for cell in figure.cells())),
            places,
        )

    def cells(self, codes: Sequence[str]) -> tuple[Cell, ...]:
        """The cells of some codes."""
        held = [
            row.words(key)
            for code in codes
            for row in self.rows[code]
            for key in self.coded.columns
            if row.text(key)
        ]
        return tuple(cell for words in held for cell in words.cells())

    def gaps_told(
        self, column: Column, gaps: Mapping[str, _Gap]
    ) -> Iterator[tuple[str, Oddity]]:
        """Where one column does not add up: at which code. What the row above only passes on is not told again."""
        tolerance = column.money.tolerance if column.money is not None else Decimal(0)
        yuan = column.money.yuan if column.money is not None else Decimal(1)
        broken = {
            code: gap
            for code, gap in gaps.items()
            if abs(gap.number) > tolerance + self.slack(gap) / yuan
        }
        for code, gap in broken.items():
            within = [one for one in broken if self.codes.parent(one) == code]
            if any(broken[one].number == -gap.number for one in within):
                continue  # the row below is at fault
            below = [one for one in self.rows if self.codes.parent(one) == code]
            places = {
                "code": self.named(code),
                "field": column.title,
                "value": money(gap.own, column.decimals),
                "number": money(gap.below, column.decimals),
                "gap": money(abs(gap.number), column.decimals),
                "unit": column.unit,
                "below": "、".join(below[:MOST_NAMED])
                + (f"等 {len(below)} 个" if len(below) > MOST_NAMED else ""),
            }
            around = [
                figure
                for one in self.around(code)
                for figure in (gaps[one].own,)
                if one in gaps and one not in broken
            ]
            cells = (
                *gap.own.cells(),
                *gap.below.cells(),
                *(cell for figure in around for cell in figure.cells()),
            )
            yield code, Oddity("code-sum", tuple(dict.fromkeys(cells)), places)

    def around(self, code: str) -> Iterator[str]:
        """The codes around one, from the inside: what changes it changes them."""
        while code := self.codes.parent(code):
            yield code

    def slack(self, gap: _Gap) -> Decimal:
        """By how many yuan figures that were taken over may be off."""
        return (
            slack((*gap.own.cells(), *gap.below.cells()), self.origins)
            if self.origins
            else Decimal(0)
        )

    def gaps(self, column: Column) -> dict[str, _Gap]:
        """For each code with others right below it what it says and what they come to; none where a number is unreadable."""
        figures = {
            code: total(row.figure(column.key) for row in rows)
            for code, rows in self.rows.items()
        }
        below: dict[str, list[Figure]] = defaultdict(list)
        for code, figure in figures.items():
            below[self.codes.parent(code)].append(figure)
        made = {
            code: _Gap(figures[code], total(parts))
            for code, parts in below.items()
            if code in figures
        }
        return {
            code: gap
            for code, gap in made.items()
            if not gap.own.flawed and not gap.below.flawed
        }
