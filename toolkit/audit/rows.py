"""Checks inside the tables that were read: rows, levels, totals, roundings, one table against another, codes and names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.audit.finding import Beside, Duty, Heard, Spot, check, number
from toolkit.audit.reading import Statement
from toolkit.audit.tables import TOTAL, YUAN, Entry, ReadTable
from toolkit.model import CodeList, Sureness, plain_name
from toolkit.rules.rule import ERROR, INFO, WARNING

HALF = Decimal("0.5")
PAIR = 2
ALIKE = Decimal("0.7")  # of the letters of two names: a page may have cut one
PARTS_OF_CODES = (3, 2, 2)
SUFFIX = re.compile(r"[\W_]|(?:费用?|支出)$")


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum that a table holds: what it is called, its parts' total, how many parts, whether every cell's column is sure."""

    table: ReadTable
    entry: Entry
    column: str
    total: Decimal
    parts: int
    sure: bool
    what: str

    @property
    def gap(self) -> Decimal:
        return self.total - self.entry.numbers.get(self.column, Decimal(0))

    @property
    def rounding(self) -> Decimal:
        """How far roundings of the parts may carry the total: half a unit of the last digit each."""
        told = self.entry.numbers.get(self.column, Decimal(0))
        exponent = told.as_tuple().exponent
        return (
            HALF.scaleb(min(int(exponent), 0)) * (self.parts + 1)
            if isinstance(exponent, int)
            else Decimal(0)
        )


def _coded(statement: Statement) -> Iterator[ReadTable]:
    for table in statement.tables:
        if table.shape.layout == "codes" and table.entries:
            yield table


def _summed(statement: Statement) -> Iterator[ReadTable]:
    yield from (table for table in statement.tables if table.shape.first_is_sum)


def _judge(sums: Sequence[Sum], heard: Heard, *, rounding: bool) -> None:
    """Tell the sums that do not hold: those that roundings explain, or the others."""
    for one in sums:
        gap = abs(one.gap)
        if not gap:
            heard.held()
        elif gap <= one.rounding:
            if rounding:
                _tell(one, heard)
            else:
                heard.held()
        elif not rounding:
            if one.sure:
                _tell(one, heard)
            else:
                heard.unchecked("有的行没有读出来，或者列的位置认不准")


def _tell(one: Sum, heard: Heard) -> None:
    entry, title = one.entry, one.table.title
    told = number(entry.numbers.get(one.column, Decimal(0)))
    total = number(one.total)
    gap = number(abs(one.gap))
    name = " ".join((*entry.codes, entry.name))
    said = f"《{title}》{name}：“{one.column}”{told}"
    message = f"{said}，{one.what}是 {total}，差 {gap}"
    spot = Spot(entry.place, f"{name} {told}")
    heard.breaks(message, (spot,), (told, total), key=title)


def _row_sums(table: ReadTable) -> Iterator[Sum]:
    if table.shape.first_is_sum:
        for entry in table.entries:
            column = next(iter(entry.numbers), "")
            others = [value for key, value in entry.numbers.items() if key != column]
            if len(others) > 1:
                whole = sum(others, Decimal(0))
                yield Sum(
                    table,
                    entry,
                    column,
                    whole,
                    len(others),
                    sure=True,
                    what="后面各数相加",
                )
        return
    for entry in table.entries:
        rest = [value for column, value in entry.numbers.items() if column != TOTAL]
        if TOTAL in entry.numbers and rest:
            yield Sum(
                table,
                entry,
                TOTAL,
                sum(rest, Decimal(0)),
                len(rest),
                sure=True,
                what="各列相加",
            )


def _tree(table: ReadTable) -> Iterator[tuple[Entry, list[Entry]]]:
    """Yield each entry that has inner ones with these; the total with the outermost."""
    around: dict[tuple[str, ...], Entry] = {}
    inner: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for entry in table.entries:
        if entry.codes:
            around.setdefault(entry.codes, entry)
            inner[entry.codes[:-1]].append(entry)
    total = table.total()
    if total is not None and inner[()]:
        yield total, inner[()]
    for codes, entry in around.items():
        if inner[codes]:
            yield entry, inner[codes]


def _levels(table: ReadTable, *, totals: bool) -> Iterator[Sum]:
    for outer, inner in _tree(table):
        if bool(outer.codes) is totals:
            continue
        found = [
            Sum(
                table,
                outer,
                column,
                _down(inner, column),
                len(inner),
                sure=False,
                what="下级相加",
            )
            for column in table.shape.columns
            if column in outer.numbers
            or any(column in entry.numbers for entry in inner)
        ]
        # Two columns that miss each other's amount are one number in a wrong column, as the page was read.
        moved = sum((one.gap for one in found if one.column != TOTAL), Decimal(0)) == 0
        for one in found:
            sure = (one.column == TOTAL or not moved) and not table.left_over
            yield Sum(
                one.table, one.entry, one.column, one.total, one.parts, sure, one.what
            )


def _down(entries: Sequence[Entry], column: str) -> Decimal:
    return sum((entry.numbers.get(column, Decimal(0)) for entry in entries), Decimal(0))


@check("J05-01", "表中一行各列相加", Duty.ACCURATE, ERROR, "请核对这一行各列的数。")
def rows(statement: Statement, beside: Beside, heard: Heard) -> None:
    """The total of a row is the sum of its columns."""
    for table in (*_coded(statement), *_summed(statement)):
        _judge(list(_row_sums(table)), heard, rounding=False)


@check(
    "J05-02",
    "表中上级科目等于下级之和",
    Duty.ACCURATE,
    ERROR,
    "请核对这个科目和它下面各科目的数。",
)
def levels(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A class is the sum of its sections, a section of its items."""
    for table in _coded(statement):
        _judge(list(_levels(table, totals=False)), heard, rounding=False)


@check("J05-03", "表中合计等于各类之和", Duty.ACCURATE, ERROR, "请核对合计和各类的数。")
def totals(statement: Statement, beside: Beside, heard: Heard) -> None:
    """The total of a table is the sum of its classes; a table of cells holds what its form says of its total."""
    for table in _coded(statement):
        _judge(list(_levels(table, totals=True)), heard, rounding=False)
    for table in statement.tables:
        if table.shape.totals is not None:
            _cells_total(table, heard)


def _cells_total(table: ReadTable, heard: Heard) -> None:
    said = table.shape.totals
    total = next(
        (entry for entry in table.entries if said and said.row.search(entry.name)), None
    )
    if said is None or total is None:
        return
    lacking = [
        column
        for column in said.needs
        if column not in total.numbers and said.of in total.numbers
    ]
    for column in lacking:
        message = f"《{table.title}》“{total.name}”一行的“{column}”空着，“{said.of}”是 {number(total.numbers[said.of])}"
        heard.breaks(
            message,
            (Spot(total.place, " ".join(total.texts.values()).strip()),),
            ("", number(total.numbers[said.of])),
        )
    parts = [
        entry
        for entry in table.entries
        if said.parts and said.parts.search(entry.name) and said.of in entry.numbers
    ]
    if said.of not in total.numbers or not parts:
        return
    _judge_cells(table, total, parts, said.of, heard)


def _judge_cells(
    table: ReadTable, total: Entry, parts: Sequence[Entry], column: str, heard: Heard
) -> None:
    told, real = total.numbers[column], _down(parts, column)
    if told == real:
        heard.held()
    else:
        sums = " + ".join(number(part.numbers[column]) for part in parts)
        message = f"《{table.title}》“{total.name}”{number(told)}，各行 {sums} = {number(real)}，差 {number(abs(told - real))}"
        heard.breaks(
            message,
            (Spot(total.place, f"{total.name} {number(told)}"),),
            (number(told), number(real)),
        )


@check(
    "J05-04",
    "表中的尾差",
    Duty.ACCURATE,
    INFO,
    "四舍五入造成的尾差，可以在最大的一项里调平，也可以不改。",
)
def roundings(statement: Statement, beside: Beside, heard: Heard) -> None:
    """What misses by no more than roundings is told once a table."""
    for table in (*_coded(statement), *_summed(statement)):
        sums = [
            *_row_sums(table),
            *_levels(table, totals=False),
            *_levels(table, totals=True),
        ]
        _judge(sums, heard, rounding=True)


@check("J05-05", "一张表和另一张表", Duty.ACCURATE, ERROR, "请核对两张表的数。")
def tables(statement: Statement, beside: Beside, heard: Heard) -> None:
    """Totals that two tables share are equal, as the form declares it."""
    for tie in statement.form.table_ties:
        left, right = _cell(statement, tie["left"]), _cell(statement, tie["right"])
        if left is None or right is None:
            if any(statement.table(one[0]) for one in (tie["left"], tie["right"])):
                heard.unchecked("没有读到两张表的合计")
            continue
        _equal(left, right, heard)
    _same_rows(statement, heard)
    _parted(statement, heard)


def _same_rows(statement: Statement, heard: Heard) -> None:
    """A class that two tables have by one name comes to the same in both."""
    for tie in statement.form.same_rows:
        left, right = statement.table(tie["left"]), statement.table(tie["right"])
        for entry in right.entries if left and right else ():
            other = (
                next(
                    (one for one in left.entries if same_name(one.name, entry.name)),
                    None,
                )
                if left
                else None
            )
            if (
                len(entry.codes) == 1
                and other is not None
                and left
                and right
                and other.numbers
            ):
                here, there = (
                    cell_of(left, other, next(iter(other.numbers))),
                    cell_of(right, entry, TOTAL),
                )
                if here and there:
                    _equal(here, there, heard)


@dataclass(frozen=True, slots=True)
class CellOf:
    """A number of a table in yuan, with its place."""

    table: ReadTable
    entry: Entry
    column: str
    value: Decimal
    half: Decimal

    @property
    def called(self) -> str:
        name = (
            self.column if self.column in self.table.shape.columns else self.entry.name
        )
        return f"《{self.table.title}》“{name}”{number(self.shown)}{self.table.unit}"

    @property
    def shown(self) -> Decimal:
        return self.value / YUAN.get(self.table.unit, Decimal(1))

    @property
    def spot(self) -> Spot:
        return Spot(
            self.entry.place,
            f"{' '.join((*self.entry.codes, self.entry.name))} {number(self.shown)}",
        )


def cell_of(table: ReadTable, entry: Entry, column: str) -> CellOf | None:
    """A number of an entry by its column; None where it is blank."""
    if column not in entry.numbers:
        return None
    told = entry.numbers[column]
    yuan = YUAN.get(table.unit, Decimal(1))
    exponent = told.as_tuple().exponent
    half = HALF.scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(0)
    return CellOf(table, entry, column, told * yuan, half * yuan)


def _cell(statement: Statement, place: Sequence[str]) -> CellOf | None:
    """The number of a tie: of a table's total by column, or of the row that is called so."""
    table = statement.table(place[0])
    if table is None:
        return None
    if place[1] in table.shape.columns:
        total = table.total()
        return cell_of(table, total, place[1]) if total is not None else None
    entry = table.called(place[1])
    return (
        cell_of(table, entry, next(iter(entry.numbers)))
        if entry is not None and entry.numbers
        else None
    )


def _equal(left: CellOf, right: CellOf, heard: Heard) -> None:
    if abs(left.value - right.value) <= left.half + right.half:
        heard.held()
    else:
        message = f"{left.called}，{right.called}，应当相等"
        heard.breaks(
            message, (left.spot, right.spot), (number(left.shown), number(right.shown))
        )


def _parted(statement: Statement, heard: Heard) -> None:
    """A row by economic class is part of the amount that another table gives for the same."""
    for tie in statement.form.parted:
        table, whole = statement.table(tie["table"]), _cell(statement, tie["in"])
        entry = (
            next((one for one in table.entries if one.code == tie["code"]), None)
            if table
            else None
        )
        part = cell_of(table, entry, TOTAL) if table and entry else None
        if part is None:
            continue
        if whole is None:
            heard.unchecked("没有读到两张表的数")
        elif part.value <= whole.value + whole.half + part.half:
            heard.held()
        else:
            message = (
                f"{part.called}（{entry.code if entry else ''}），大于{whole.called}"
            )
            heard.breaks(
                message,
                (part.spot, whole.spot),
                (number(part.shown), number(whole.shown)),
            )


# -- codes ----------------------------------------------------------------------------------------------------------------


@check("J06-01", "科目编码的位数", Duty.ACCURATE, ERROR, "请按科目表改正编码。")
def shapes(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A class has three digits, section and item two each."""
    for table in _coded(statement):
        for entry in table.entries:
            if not entry.codes:
                continue
            wrong = [
                code
                for code, length in zip(entry.codes, PARTS_OF_CODES, strict=False)
                if len(code) != length
            ]
            whole = len(entry.codes) == 1 and len(entry.code) in (3, 5, 7)
            if not wrong or whole:
                heard.held()
            elif len(entry.codes) == 1:
                heard.unchecked("可能是行号，不是科目编码")
            else:
                told = " ".join(entry.codes)
                message = f"《{table.title}》“{told} {entry.name}”：编码“{wrong[0]}”的位数不对"
                heard.breaks(
                    message, (Spot(entry.place, f"{told} {entry.name}"),), (told,)
                )


@check(
    "J06-02", "一个编码两个名称", Duty.ACCURATE, WARNING, "请按科目表把名称改成一致。"
)
def two_names(statement: Statement, beside: Beside, heard: Heard) -> None:
    """One code has one name in all tables; a name that a page cut is the same."""
    names: dict[tuple[str, str], list[tuple[ReadTable, Entry]]] = defaultdict(list)
    for table in _coded(statement):
        for entry in table.entries:
            if entry.codes and entry.name and len(entry.codes[0]) == PARTS_OF_CODES[0]:
                names[table.shape.codes, entry.code].append((table, entry))
    for (_, code), told in names.items():
        first_table, first = told[0]
        other = next(
            (
                (table, entry)
                for table, entry in told[1:]
                if not same_name(entry.name, first.name)
            ),
            None,
        )
        if other is None:
            heard.held()
        else:
            table, entry = other
            message = f"编码 {code}：《{first_table.title}》里叫“{first.name}”，《{table.title}》里叫“{entry.name}”"
            heard.breaks(
                message,
                (Spot(first.place, first.name), Spot(entry.place, entry.name)),
                (first.name, entry.name),
            )


def same_name(one: str, other: str) -> bool:
    """Whether two printed names are one: alike, one cut by the page, or most letters the same."""
    a = SUFFIX.sub("", plain_name(one))
    b = SUFFIX.sub("", plain_name(other))
    shorter, longer = sorted((a, b), key=len)
    if a == b or (len(shorter) > PAIR and shorter in longer):
        return True
    letters, others = set(a), set(b)
    shared = len(letters & others)
    return shared >= ALIKE * max(len(letters), len(others))


@check("J06-03", "科目的名称", Duty.ACCURATE, ERROR, "请按科目表改正编码或名称。")
def names(statement: Statement, beside: Beside, heard: Heard) -> None:
    """A code is called as the list of the year calls it. The list is partial: what it has not is not called wrong."""
    for table in _coded(statement):
        codes = beside.codes.get(table.shape.codes)
        if codes is None:
            heard.unchecked("没有这个年度的科目表")
            continue
        for entry in table.entries:
            if entry.codes and entry.name:
                _named(table, entry, codes, heard)


def _named(table: ReadTable, entry: Entry, codes: CodeList, heard: Heard) -> None:
    known = codes.in_force.get(entry.code, ())
    if not known:
        heard.unchecked("科目表里没有这个编码（科目表不全）")
    elif any(
        one.is_called(entry.name) or same_name(one.name, entry.name) for one in known
    ):
        heard.held()
    elif known[0].sureness is Sureness.LIKELY:
        heard.unchecked("科目表里的名称没有把握")
    else:
        message = f"《{table.title}》{entry.code} 印的是“{entry.name}”，科目表里叫“{known[0].name}”"
        # Codes of one table that were numbered anew are one defect.
        heard.breaks(
            message,
            (Spot(entry.place, f"{entry.code} {entry.name}"),),
            (entry.name, known[0].name),
            key=table.title,
        )
