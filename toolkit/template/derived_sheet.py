"""The lists that a door derives, drawn as formulas over the unit's entries: a row comes as soon as its code occurs.

Formulas are plain ones that Excel 2010, WPS and LibreOffice share. What they read stands on the hidden sheet (`in_order`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from toolkit.files.paint import Canvas, Content, Mark, Style
from toolkit.model import Figure, Name, Return, Row, record
from toolkit.profile.codes import not_found
from toolkit.profile.doors import Derived
from toolkit.profile.form import Block, Column
from toolkit.profile.layout import (
    BookPlace,
    SheetPlace,
    Spot,
    address,
    corners,
    quoted,
    reference,
)
from toolkit.rules import formula
from toolkit.rules.claim import Term
from toolkit.rules.where import Where
from toolkit.template import look
from toolkit.template.code_sheet import CodeSheet
from toolkit.template.in_order import FIRST, SHEET, Code, Entries, InOrder, Needed
from toolkit.template.live import Drawn, InRow, Shown
from toolkit.template.panel import TOOL

NO_CODE = "编码空着或看不懂的明细"
HELP_LINE = "自动算各表用的，不用看，请不要删除。"
SPARE = 1  # a code more than a table shows, so that it is seen when there are more
TEXT = Style(align="left")


class DerivedTables:
    """All lists that a book's door derives, and the hidden sheet that they are calculated on."""

    def __init__(self, place: BookPlace, filled: Return, codes: CodeSheet) -> None:
        self.place, self.filled, self.codes = place, filled, codes
        self.canvas = Canvas(SHEET, hidden=True)
        self.orders: dict[tuple[str, str, tuple[str, ...]], InOrder] = {}
        self.tables: dict[str, _Table] = {}
        left = 1
        for sheet, where in place.lists_made():
            said = where.block.derived
            if said is None:
                continue
            order = self.orders.get(_key(said))
            if order is None:
                order = self._in_order(left, said)
                left += order.taken
                self.orders[_key(said)] = order
            self.tables[where.block.key] = _Table(order, said, where.block, left, sheet)
            left += self.tables[where.block.key].taken
        if self.tables:
            self.canvas.names.append((TOOL, reference(SHEET, (1, 1), absolute=True)))

    def _in_order(self, left: int, said: Derived) -> InOrder:
        book = self.place.book
        home = self.place.of_block(said.source)
        coding = book.blocks[said.source].columns[said.by].coding
        alike = [
            where
            for _, where in self.place.lists_made()
            if where.block.derived and _key(where.block.derived) == _key(said)
        ]
        wheres = {where.block.derived.where for where in alike if where.block.derived}
        meant = next(iter(wheres)) if len(wheres) == 1 else None
        tables = [
            where.block.derived for where in alike if where.block.derived is not None
        ]
        read = dict.fromkeys(
            key for table in tables for key in _read_by(table, but=meant)
        )
        entries = Entries(
            home.blocks[said.source], home.name, self.filled.rows(said.source)
        )
        room = SPARE + max(where.bottom - where.top - 1 for where in alike)
        codes = book.lists[coding.list if coding is not None else ""]
        return InOrder(
            self.canvas, left, entries, said, codes, Needed(tuple(read), room, meant)
        )

    def reading(self, place: SheetPlace) -> Drawn:
        """How formulas of a derived sheet name what they read: of lists of entries their copies, where these have all of it."""
        book = self.place.book
        read: dict[str, set[str]] = {}
        for made, term in book.formulas.items():
            for name in term.names() if book.sheet_of(made.block).is_derived else ():
                read.setdefault(name.block, set()).add(name.column)
        orders = {
            source: order
            for (source, _, _), order in self.orders.items()
            if order.meant is None
        }
        whole = {
            source: order
            for source, order in orders.items()
            if read.get(source, set()) <= set(order.copies)
        }
        return Copied(self.place, place, whole)

    def draw(self, canvas: Canvas, place: SheetPlace, block: str) -> None:
        """One list with its total; its rows are blank until their codes occur."""
        _Drawn(self, canvas, place, block).draw()

    def lacking(self) -> Shown:
        """What is not counted or not shown, in words; nothing where all is."""
        formulas: list[str] = []
        for order in self.orders.values():
            formulas += _too_many(
                order, [table for table in self.tables.values() if table.order is order]
            )
        return Shown("&".join(formulas) or '""', "")  # what is drawn has room


def _key(said: Derived) -> tuple[str, str, tuple[str, ...]]:
    return said.source, said.by, said.levels


def _read_by(said: Derived, but: Where | None) -> list[str]:
    """The columns of the entries that a table reads, besides those that say which entries all of them are made of."""
    of_where = (
        [column for column, _ in said.where.columns()]
        if said.where is not None and said.where != but
        else []
    )
    return [
        *of_where,
        *(name.column for term in said.sums.values() for name in term.names()),
    ]


def _too_many(order: InOrder, tables: Sequence[_Table]) -> tuple[str, str]:
    """What is said where the list has more lines than are counted, and where more codes occur than are shown."""
    block = order.where.block
    columns = [order.where.columns[key] for key in block.typed]
    cells = corners(
        (order.where.top, min(columns), order.where.bottom, max(columns)), absolute=True
    )
    area = f"{quoted(order.sheet)}!{cells}"
    beyond = f"COUNTA(INDEX({area},{order.lines + 2},0):INDEX({area},ROWS({area}),0))"
    said = f"“{order.sheet}”超过 {order.lines} 行，后面的没有算进来；请用 --lines 画一份行数够的。"
    lead = f"{quoted(SHEET)}!"
    more = [f'{lead}{order.cell(order.first, order.room)}<>""']
    more += [
        f"MAX({lead}{order.all_codes(one.running)})>{one.rows}"
        for one in tables
        if one.running
    ]
    by = block.columns[order.said.by].title
    codes = f"“{order.sheet}”的{by}太多，本页排不下，合计仍然是全的；请用 --lines 画一份行数多的。"
    return (
        f'IF(ROWS({area})>{order.lines + 2},IF({beyond}>0,"{said}",""),"")',
        f'IF(OR({",".join(more)}),"{codes}","")',
    )


class _Table:
    """Which lines of an order a table counts, and which of its codes: columns of the hidden sheet from `left` on."""

    def __init__(
        self, order: InOrder, said: Derived, block: Block, left: int, home: SheetPlace
    ) -> None:
        self.order, self.said, self.block = order, said, block
        self.rows = home.blocks[block.key].bottom - home.blocks[block.key].top - 1
        self.counted = dict(order.copies)  # where the columns stand that it adds up
        self.code, self.first, self.last, self.running = (
            order.code,
            order.first,
            order.last,
            0,
        )
        self.taken = 0
        self.masked = said.where != order.meant
        if said.where is not None and said.where != order.meant:
            order.taken = left - order.left  # behind all that stands there
            self._mask(said.where)
            self._codes()
            self.taken = order.taken - (left - order.left)

    def _mask(self, where: Where) -> None:
        """Copies of what is added up, blank in the lines that are not meant."""
        order = self.order
        for key in dict.fromkeys(
            name.column for term in self.said.sums.values() for name in _added(term)
        ):
            column = self.counted[key] = order.column(
                f"{self.block.key}：{order.where.block.columns[key].title}"
            )
            order.alike(column, 1, order.lines)
            for line in range(1, order.lines + 1):
                own = order.cell(order.copies[key], line)

                def here(name: str, line: int = line) -> str:
                    return order.cell(order.copies[name], line)

                meant = where.excel(here)
                held = line <= len(order.begun) and where.holds(
                    order.begun[line - 1].row
                )
                value: Content = (
                    order.canvas.cells[FIRST + line - 1, order.copies[key]].value
                    if held
                    else ""
                )
                order.put(column, line, value, f'IF({meant},{own},"")')

    def _codes(self) -> None:
        """The codes that have a line that is meant, one below the other."""
        order = self.order
        added = next(
            iter(
                column
                for key, column in self.counted.items()
                if column != order.copies[key]
            )
        )
        running, code, first, last = map(order.column, ("第几", "科目", "首行", "末行"))
        position = f"MATCH(ROW()-{FIRST - 1},{order.all_codes(running)},0)"
        order.alike(running, 2, order.room)
        for column in (code, first, last):
            order.alike(column, 1, self.rows)
        number = 0
        meant = set(self.codes)
        for at in range(1, order.room + 1):
            begins, ends = order.cell(order.first, at), order.cell(order.last, at)
            there = at <= len(order.codes)
            number += there and order.codes[at - 1] in meant
            before = f"N({order.cell(running, at - 1)})+" if at > 1 else ""
            count = f"(COUNT({order.part(added, begins, ends)})>0)"
            order.put(
                running,
                at,
                number if there else "",
                f'IF({begins}="","",{before}{count}*1)',
            )
        codes = self.codes
        for at in range(1, self.rows + 1):
            one = codes[at - 1] if at <= len(codes) else None
            order.put(
                code,
                at,
                one.key if one else "",
                f'IFERROR(INDEX({order.all_codes(order.code)},{position}),"")',
            )
            own = order.cell(code, at)
            for column, of, value in (
                (first, order.first, one.first if one else ""),
                (last, order.last, one.last if one else ""),
            ):
                order.put(
                    column,
                    at,
                    value,
                    f'IF({own}="","",INDEX({order.all_codes(of)},{position}))',
                )
        self.code, self.first, self.last, self.running = code, first, last, running

    def _holds(self, code: Code) -> bool:
        where = self.said.where
        lines = self.order.begun[code.first - 1 : code.last]
        return (
            not self.masked
            or where is None
            or any(where.holds(line.row) for line in lines)
        )

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """The codes of its rows."""
        return tuple(code for code in self.order.codes if self._holds(code))


def _added(term: Term) -> list[Name]:
    """The columns that a term adds up: not those that its conditions read alone."""
    read: set[str] = set()
    for _, where in term.conditions():
        read.update(column for column, _ in where.columns())
    return [name for name in term.names() if name.column not in read]


@record()
class Copied(Drawn):
    """References of a derived sheet that read the copies of entries, in which texts stand without blanks around them."""

    orders: Mapping[str, InOrder]  # by the list of entries

    def many(self, name: Name) -> str:
        order = self.orders.get(name.block)
        if order is None:
            return super().many(name)
        return f"{quoted(SHEET)}!{order.all_lines(order.copies[name.column])}"

    def trimmed_in(self, block: str) -> bool:
        return block in self.orders or super().trimmed_in(block)


@dataclass(frozen=True)
class _Part:
    """Answers the columns of entries with their part of the hidden sheet: the lines of one code, or all."""

    table: _Table
    first: str  # "" for all lines
    last: str

    @property
    def over_ranges(self) -> bool:
        return False

    def trimmed_in(self, _block: str) -> bool:
        return True

    def many(self, name: Name) -> str:
        order = self.table.order
        lines = order.all_lines(self.table.counted[name.column])
        column = f"{quoted(SHEET)}!{lines}"
        if not self.first:
            return column
        return f"INDEX({column},{self.first}):INDEX({column},{self.last})"

    def one(self, name: Name) -> str:
        # a derived column reads whole columns alone (profile.derivation)
        raise AssertionError(name)

    def words(self, name: Name) -> str:
        raise AssertionError(name)

    def entries(self, names: tuple[Name, ...]) -> str:
        return ",".join(map(self.many, names))


class _Drawn:
    """One list being drawn."""

    def __init__(
        self, tables: DerivedTables, canvas: Canvas, place: SheetPlace, block: str
    ) -> None:
        self.tables, self.canvas, self.place = tables, canvas, place
        self.where = place.blocks[block]
        self.block = self.where.block
        self.table = tables.tables[block]
        self.order = self.table.order
        self.held = tables.filled.rows(block)

    def draw(self) -> None:
        where = self.where
        for number in where.columns.values():
            self.canvas.alike.append(
                (where.top + 1, number, where.top + self.table.rows, number)
            )
        for at in range(1, self.table.rows + 1):
            for column in self.block.columns.values():
                self.cell(column, at, (where.top + at, where.columns[column.key]))
        self.total()
        area = (where.top + 1, where.first_column, where.bottom - 1, where.last_column)
        for column in self.block.columns.values():
            cell = f"${address(where.top + 1, where.columns[column.key])}"
            if column.looked_up is not None:
                self.canvas.marks.append(
                    Mark(
                        area,
                        f'{cell}="{NO_CODE}"',
                        look.RED,
                        look.DARK_RED,
                        border=True,
                    )
                )
        self.canvas.marks.append(
            Mark(area, f'${address(where.top + 1, where.last_column)}<>""', border=True)
        )

    def _of_code(self, column: int, at: int) -> str:
        return f"{quoted(SHEET)}!{self.order.cell(column, at)}"

    @property
    def _here(self) -> str:
        """The code of the row at hand."""
        return f"INDEX({quoted(SHEET)}!{self.order.all_codes(self.table.code)},ROW()-{self.where.top})"

    def cell(self, column: Column, at: int, spot: Spot) -> None:
        """A cell of a row that comes with its code."""
        row = self.held[at - 1] if at <= len(self.held) else None
        style = (
            look.without_zeros(Style(number=look.number_format(column), shrink=True))
            if column.numeric
            else TEXT
        )
        code = self._here
        value: Content
        if column.coding is not None:
            made, value = self.digits(column, code), row.text(column.key) if row else ""
        elif column.looked_up is not None:
            made, value = self.name(column, code, spot[0], row, at)
        else:
            code = self._of_code(self.table.code, at)
            made, value = (
                self.amount(column, at, spot[0]),
                row.figure(column.key).number if row else "",
            )
        self.canvas.put(*spot, value, style, f'IF({code}="","",{made})')

    def digits(self, column: Column, code: str) -> str:
        """A code's digits, or those that one level adds."""
        levels = self.order.levels
        whole = f'TEXT({code},"{levels.form}")'
        level = f"MOD({code},10)"
        part = column.coding.part if column.coding is not None else ""
        if not part:
            length = levels.by_level(level, levels.lengths)
            return f'IF({level}=0,"",LEFT({whole},{length}))'
        number = (
            self.table.said.levels.index(part) + 1
            if part in self.table.said.levels
            else len(levels.lengths) + 1
        )
        if number > len(levels.lengths):
            return '""'
        before = levels.lengths[number - 2] if number > 1 else 0
        return f'IF({level}<{number},"",MID({whole},{before + 1},{levels.lengths[number - 1] - before}))'

    def name(
        self, column: Column, code: str, number: int, row: Row | None, at: int
    ) -> tuple[str, Content]:
        """A code's name, from the cells of its digits beside."""
        if column.looked_up is None:
            raise TypeError(column)
        cells = "&".join(
            address(number, self.where.columns[key]) for key in column.looked_up.by
        )
        made = self.tables.codes.name_of(column.looked_up.list, cells)
        value: Content = ""
        if row is not None:
            one = self.table.codes[at - 1]
            known = self.tables.place.book.lists[column.looked_up.list].name_of(
                self.order.shown(one)
            )
            value = (known or not_found()) if one.level else NO_CODE
        return f'IF(MOD({code},10)=0,"{NO_CODE}",{made})', value

    def amount(self, column: Column, at: int, row: int) -> str:
        """What the entries of a code come to; or what is calculated from its row."""
        if column.key in self.table.said.sums:
            first, last = (
                self._of_code(of, at) for of in (self.table.first, self.table.last)
            )
            return formula.calculated(
                self.table.said.sums[column.key], _Part(self.table, first, last)
            )
        return self._in_row(column, row)

    def _in_row(self, column: Column, row: int) -> str:
        if column.formula is None:
            return '""'
        return formula.calculated(
            column.formula, InRow(self.tables.place, self.place, self.block.key, row)
        )

    def total(self) -> None:
        """The row above the list: over all entries, be they shown or not."""
        where = self.where
        if not where.total_row:
            return
        outer = [
            row
            for row, code in zip(self.held, self.table.codes, strict=True)
            if code.level <= 1
        ]
        for column in self.block.columns.values():
            spot = (where.total_row, where.columns[column.key])
            style = look.total_style(column, bold=True)
            if not column.total:
                label = self.block.total if spot[1] == where.first_column else None
                self.canvas.put(*spot, label, style)
                continue
            made = self._in_row(column, spot[0])
            if column.key in self.table.said.sums:
                made = formula.calculated(
                    self.table.said.sums[column.key], _Part(self.table, "", "")
                )
            value = sum((_number(row, column.key) for row in outer), Decimal(0))
            self.canvas.put(*spot, value, look.without_zeros(style), made)


def _number(row: Row, key: str) -> Decimal:
    figure = row.values.get(key)
    return figure.number if isinstance(figure, Figure) else Decimal(0)
