"""Checks inside tables that no form declares, and of words against them: names with the numbers behind them, nothing more."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.audit.blocks import NUMERALS
from toolkit.audit.facts import Fact
from toolkit.audit.finding import Beside, Duty, Heard, Spot, check, number
from toolkit.audit.held_against import in_yuan, is_row
from toolkit.audit.partitions import exchanged
from toolkit.audit.reading import Statement
from toolkit.audit.tables import CODE, LINE, PLAIN, SIDE, YUAN, Entry, ReadTable
from toolkit.model import plain_name
from toolkit.rules.rule import ERROR

HALF = Decimal("0.5")
AGREE = 2  # sums of one kind that hold, from which on one that does not is wrong
TOP = re.compile(rf"[{NUMERALS}]+、")
INNER = re.compile(r"其中|[（(]|\d+[.．、]|[-—]")
SUBTOTAL = re.compile(r"^(?:本年|年度)?(?:收入|支出)?合计$")
GRAND = re.compile(r"^(?:收入|支出)?总计$")
TOTALS = ("合计", "总计")
FIRST = re.compile(r"合计$")
NUMBERED = re.compile(r"^\d+[.．、]")
LEVELS = (3, 5, 7)  # digits of the codes of class, section, item
# names of which a statement has one amount, whatever the table
SURE = (
    "income.",
    "three_public.",
    "procurement.",
    "carried.",
)


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum that a table should hold: the cell that is the whole, what its parts come to, how many they are."""

    table: ReadTable
    whole: Entry
    column: str
    total: Decimal
    parts: int
    what: str

    @property
    def gap(self) -> Decimal:
        """By how much the cell and the sum of its parts differ."""
        return abs(self.whole.numbers[self.column] - self.total)

    @property
    def fits(self) -> bool:
        told = self.whole.numbers[self.column]
        exponent = told.as_tuple().exponent
        half = (
            HALF.scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(0)
        )
        return abs(self.total - told) <= half * (self.parts + 1) - (
            half if self.parts == 1 else 0
        )


def _plain(statement: Statement) -> Iterator[ReadTable]:
    yield from (table for table in statement.tables if table.shape is PLAIN)


@check("J05-06", "表中的合计", Duty.ACCURATE, ERROR, "请核对合计和各行的数。")
def plain_totals(statement: Statement, beside: Beside, heard: Heard) -> None:
    """合计 is the sum of 一、二、… above it; 收入总计 is 支出总计; a total at the top is the sum of 1. 2. below it."""
    for table in _plain(statement):
        for one in (*_side_sums(table, heard), *_grand(table), *_top_sums(table)):
            _hold(one, heard)
        told = _hold_alike(list(_across(table)), heard, frozenset())
        _hold_alike(list(_down(table)), heard, told)


def _hold_alike(
    sums: Sequence[Sum], heard: Heard, told: frozenset[Decimal]
) -> frozenset[Decimal]:
    """Hold sums of one kind where most of them fit; those whose gap a cell in another sum explains are not told again."""
    wrong = [one for one in sums if not one.fits]
    if len(wrong) * 2 >= len(sums):
        if wrong:
            heard.unchecked("看不出这张表的合计是哪些数加起来的", len(wrong))
        return frozenset()
    for one in sums:
        if one.gap not in told:
            _hold(one, heard)
    return frozenset(one.gap for one in wrong)


def _hold(one: Sum, heard: Heard) -> None:
    if one.fits:
        heard.held()
    else:
        told = one.whole.numbers[one.column]
        name = " ".join(
            text for text in (one.whole.texts[CODE], one.whole.name) if text
        )
        message = f"《{one.table.title}》“{name}”{number(told)}，{one.what} {number(one.total)}，差 {number(abs(told - one.total))}"
        heard.breaks(
            message,
            (Spot(one.whole.place, f"{name} {number(told)}"),),
            (number(told), number(one.total)),
        )


def _side_sums(table: ReadTable, heard: Heard) -> Iterator[Sum]:
    """Yield the total of each side with what the rows above come to; where one of them is not numbered it is not sure."""
    by_side: dict[str, list[Entry]] = defaultdict(list)
    for entry in table.entries:
        by_side[entry.texts[SIDE]].append(entry)
    for entries in by_side.values():
        at = next(
            (n for n, entry in enumerate(entries) if SUBTOTAL.match(entry.name)), None
        )
        if not at:
            continue
        outer = [entry for entry in entries[:at] if not INNER.match(entry.name)]
        sums = list(_columns(table, entries[at], outer, "各项相加是"))
        if all(TOP.match(entry.name) for entry in outer):
            yield from sums
            continue
        sure = [one for one in sums if one.fits or _slipped(one, outer)]
        yield from sure
        if len(sure) < len(sums):
            heard.unchecked("合计上面的行没有编号，不知道哪些该加")


def _slipped(one: Sum, parts: Sequence[Entry]) -> bool:
    """Whether two digits of one part, or of the whole, exchanged, make a sum come out: then its parts are sure."""
    told = one.whole.numbers[one.column]
    gap = told - one.total
    pairs = [
        *(
            (part.numbers[one.column], gap)
            for part in parts
            if one.column in part.numbers
        ),
        (told, -gap),
    ]
    return any(
        other - value == due for value, due in pairs for other in exchanged(str(value))
    )


def _columns(
    table: ReadTable, whole: Entry, parts: Sequence[Entry], what: str
) -> Iterator[Sum]:
    for column in whole.numbers:
        told = [part.numbers[column] for part in parts if column in part.numbers]
        if told:
            yield Sum(table, whole, column, sum(told, Decimal(0)), len(told), what)


def _across(table: ReadTable) -> Iterator[Sum]:
    """Yield the first number of each row whose head is a total, with what the others of the row come to."""
    for entry in table.entries:
        head, *others = entry.numbers or ("",)
        if len(others) > 1 and FIRST.search(head):
            total = sum((entry.numbers[other] for other in others), Decimal(0))
            yield Sum(table, entry, head, total, len(others), "各列相加是")


def _down(table: ReadTable) -> Iterator[Sum]:
    """Yield the columns of 合计 at the top of rows that are neither numbered nor coded, with what the rows come to."""
    first, *rest = table.entries
    plain = all(
        not (INNER.match(one.name) or TOP.match(one.name) or one.texts[CODE])
        and one.texts[SIDE] == first.texts[SIDE]
        for one in rest
    )
    if first.name in TOTALS and plain and len(rest) > 1:
        yield from _columns(table, first, rest, "各行相加是")


def _grand(table: ReadTable) -> Iterator[Sum]:
    """Yield the totals of two sides that stand in one row."""
    rows: dict[str, list[Entry]] = defaultdict(list)
    for entry in table.entries:
        if GRAND.match(entry.name):
            rows[entry.texts[LINE]].append(entry)
    for entries in rows.values():
        if len(entries) == 2 and all(len(entry.numbers) == 1 for entry in entries):  # noqa: PLR2004  income and outlay
            left, right = entries
            yield Sum(
                table,
                left,
                next(iter(left.numbers)),
                next(iter(right.numbers.values())),
                1,
                f"“{right.name}”是",
            )


def _top_sums(table: ReadTable) -> Iterator[Sum]:
    """Yield a total that stands above the parts 1. 2. 3. it is made of."""
    first, *rest = table.entries
    if not FIRST.search(first.name):
        return
    parts = [
        entry
        for entry in rest
        if NUMBERED.match(entry.name) and entry.texts[SIDE] == first.texts[SIDE]
    ]
    if [entry.name[0] for entry in parts] == [
        str(n) for n in range(1, len(parts) + 1)
    ] and len(parts) > 1:
        yield from _columns(table, first, parts, "各项相加是")


@check(
    "J05-07",
    "表中上级科目等于下级之和",
    Duty.ACCURATE,
    ERROR,
    "请核对这个科目和它下面各科目的数。",
)
def plain_levels(statement: Statement, beside: Beside, heard: Heard) -> None:
    """By their codes, a class is the sum of its sections, a section of its items; told where the others of the table are."""
    for table in _plain(statement):
        sums = list(_levels(table))
        wrong = [one for one in sums if not one.fits]
        if len(sums) - len(wrong) > AGREE * len(wrong):
            for one in sums:
                _hold(one, heard)
        elif wrong:
            heard.unchecked("这张表的科目看来不是逐级相加的", len(wrong))


def _levels(table: ReadTable) -> Iterator[Sum]:
    inner: dict[str, list[Entry]] = defaultdict(list)
    outer: dict[str, Entry] = {}
    for entry in table.entries:
        code = entry.texts[CODE]
        if len(code) in LEVELS:
            outer.setdefault(code, entry)
            above = code[:-2] if len(code) > LEVELS[0] else ""
            inner[above].append(entry)
    for code, entry in outer.items():
        if inner[code]:
            yield from _columns(table, entry, inner[code], "下级相加是")


@check(
    "J07-08", "文字和文中的表", Duty.ACCURATE, ERROR, "请核对文字和表，改正写错的一边。"
)
def words_and_plain(statement: Statement, beside: Beside, heard: Heard) -> None:
    """An amount in words stands in the rows of the statement's own tables that are called so, where it is surely one amount."""
    told = _rows(statement)
    for name in statement.named if told else ():
        fact = statement.first(name)
        if fact is None or fact.unit not in YUAN or not name.startswith(SURE):
            continue
        cells = [
            cell
            for title, found in told.items()
            if is_row(title, fact, statement.form)
            for cell in found
        ]
        worth = in_yuan(fact)
        if not cells or worth is None:
            continue
        if any(abs(worth[0] - value) <= worth[1] + half for value, half, _, _ in cells):
            heard.held()
        else:
            _wrong(fact, cells, heard)


def _wrong(
    fact: Fact, cells: Sequence[tuple[Decimal, Decimal, ReadTable, Entry]], heard: Heard
) -> None:
    yuan = YUAN[fact.unit]
    values = dict.fromkeys(number(value / yuan) for value, *_ in cells)
    shown = "、".join(values)
    _, _, table, entry = cells[-1]
    row = " ".join(number(one) for one in entry.numbers.values())
    spot = Spot(entry.place, f"{entry.name} {row}")
    in_text = f"文中“{fact.called}”{fact.shown}"
    in_table = f"《{table.title}》“{entry.name}”是 {shown}{fact.unit}"
    heard.breaks(f"{in_text}，{in_table}", (fact, spot), (fact.shown, shown))


def _rows(
    statement: Statement,
) -> Mapping[str, list[tuple[Decimal, Decimal, ReadTable, Entry]]]:
    """The numbers of the plain tables in yuan with half a unit of their last digit, by what their rows are called."""
    found: dict[str, list[tuple[Decimal, Decimal, ReadTable, Entry]]] = defaultdict(
        list
    )
    for table in _plain(statement):
        yuan = YUAN.get(table.unit)
        for entry in table.entries if yuan else ():
            title = plain_name(
                re.sub(
                    rf"^(?:{TOP.pattern}|其中[:：]?|\d+[.．、]|[（(][{NUMERALS}\d]+[）)])",
                    "",
                    entry.name,
                )
            )
            for value in entry.numbers.values():
                exponent = value.as_tuple().exponent
                half = (
                    HALF.scaleb(min(exponent, 0))
                    if isinstance(exponent, int)
                    else Decimal(0)
                )
                found[title].append(
                    (value * (yuan or 0), half * (yuan or 0), table, entry)
                )
    return found
