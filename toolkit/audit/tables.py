"""Tables that a form declares, read: cells by their columns, lines laid out by position by codes, pairs or columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations

from toolkit.audit.blocks import Place, Row, Table, tight
from toolkit.audit.facts import amount
from toolkit.audit.forms import Form, Shape

FIGURE = re.compile(r"(?<!\S)-?\d[\d,]*(?:\.\d+)?(?=\s|$)")
CODES = re.compile(
    r"\s*(\d{1,7})(?:\s+(\d{1,2}))?(?:\s+(\d{1,2}))?\s+([^\d\s-]\S*(?:\s\S+)*?)\s+(?=-?\d[\d,.]*(?:\s|$))"
)
# The name stands on the lines above and below, for it did not fit on one.
NAMELESS = re.compile(
    r"\s*(\d{3})(?:\s+(\d{2}))?(?:\s+(\d{2}))?\s{3,}(?=-?\d[\d,.]*(?:\s|$))"
)
SUM = re.compile(r"\s*(合\s*计|总\s*计)(?=\s|$)")
UNIT = re.compile(r"单\s*位\s*[:：]\s*(?:人民币)?(亿元|万元|元)")
LABEL = re.compile(
    r"[^\d\s，。-]\S*?(?=\s*-?[\d,]+(?:\.\d+)?(?:\s|$))|\S*(?:总计|合计)"
)
TOTAL = "合计"
ITEM_NUMBER = re.compile(r"^(?:[一二三四五六七八九十]+、|\d+、)")
HEAD = 3  # rows of a table among which its title may stand
MOST_COLUMNS = 8
YUAN = {"元": Decimal(1), "万元": Decimal(10000), "亿元": Decimal(100000000)}
AFTER = re.compile(r"\s+(-?\d[\d,]*(?:\.\d+)?)(?=\s|$)")
# what a line of numbers may be called
NAMED = re.compile(r"^\s*[\u4e00-\u9fff]{1,6}(?=\s{2})")
DIGITS = re.compile(r"\d{3}")
SHIFT = 4  # a shift that a whole row shares costs a fourth of one of a single number


@dataclass(frozen=True, slots=True)
class Entry:
    """A row read: its codes (functional, economic), its name, numbers by column, texts by column."""

    place: Place
    name: str
    codes: tuple[str, ...] = ()
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    # every column has its number, so that none can stand in a wrong one
    full: bool = False

    @property
    def code(self) -> str:
        return "".join(self.codes)


@dataclass(frozen=True, slots=True)
class ReadTable:
    """A table of the form with its entries, and the lines with numbers of which nothing could be made."""

    shape: Shape
    table: Table
    entries: tuple[Entry, ...]
    unit: str = ""
    left_over: tuple[Row, ...] = ()

    @property
    def title(self) -> str:
        first = self.table.rows[0].cells if self.table.rows else ()
        return tight(first[0]) if len(first) == 1 else self.table.title or self.shape.id

    @property
    def cells(self) -> int:
        """How many numbers or texts were read."""
        return sum(len(entry.numbers) or len(entry.texts) for entry in self.entries)

    def total(self) -> Entry | None:
        return next(
            (
                entry
                for entry in self.entries
                if not entry.codes and entry.name in (TOTAL, "总计")
            ),
            None,
        )

    def called(self, name: str) -> Entry | None:
        return next((entry for entry in self.entries if entry.name == name), None)


def read_table(table: Table, form: Form) -> ReadTable | None:
    """A table as its form declares it; None where no shape of the form is its own."""
    for shape in form.tables if not table.laid else ():
        start = _header(table, shape)
        if start is not None:
            return ReadTable(
                shape, table, tuple(_cells(table, shape, start)), _unit(table)
            )
    title = table.title if table.laid else _title(table)
    titled = next(
        (
            one
            for one in form.tables
            if title and one.title is not None and one.title.search(title)
        ),
        None,
    )
    return (
        _laid(table if table.laid else _as_lines(table, title), titled)
        if titled is not None
        else None
    )


PLAIN = Shape(
    "plain",
    "plain",
    (),
    None,
    None,
    {},
    frozenset(),
    "",
    "",
    first_is_sum=False,
    totals=None,
)
# of an entry of a plain table: the columns of its name, its row, its code
SIDE, LINE, CODE = (
    "side",
    "line",
    "code",
)
IDLE = re.compile(r"行\s*次|序\s*号|栏\s*次")
RATES = re.compile(r"[%％]|比例$|比率$|幅度?$|占比")  # heads of what does not add up
SUMS = ("小计", "合计", "总计")  # heads that are called by the head above them
PLAIN_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
PLAIN_CODE = re.compile(r"\d{3}(?:\d\d){0,2}")
FEWEST = 2  # entries of a plain table


def read_plain(table: Table) -> ReadTable | None:
    """A table of cells that no form declares, read as names with the numbers behind them; None where there are none."""
    if table.laid:
        return None
    idle: frozenset[int] = frozenset()
    heads: tuple[str, ...] = ()
    entries: list[Entry] = []
    for line, row in enumerate(table.rows):
        cells = tuple(tight(cell) for cell in row.cells)
        if _numbers_columns(cells):
            continue
        if not any(PLAIN_NUMBER.fullmatch(cell) for cell in cells):
            heads = cells
            idle = (
                frozenset(at for at, cell in enumerate(cells) if IDLE.fullmatch(cell))
                or idle
            )
        entries += (
            replace(entry, texts={**entry.texts, LINE: str(line)})
            for entry in _named(row.place, cells, heads, idle)
        )
    entries = entries if len(entries) >= FEWEST else list(_by_heads(table))
    return (
        ReadTable(PLAIN, table, tuple(entries), _unit(table))
        if len(entries) >= FEWEST
        else None
    )


def _numbers_columns(cells: Sequence[str]) -> bool:
    """Whether a row only numbers the columns: 栏次 1 2 3."""
    told = [cell for cell in cells if cell]
    rest = [cell for cell in told if not IDLE.fullmatch(cell)]
    counted = [str(at) for at in range(1, len(rest) + 1)]
    return bool(rest) and rest == counted and len(told) > 1


def _by_heads(table: Table) -> Iterator[Entry]:
    """The entries of a table with one row of mere numbers: each is called by the head of its column."""
    rows = [tuple(tight(cell) for cell in row.cells) for row in table.rows]
    told = [
        at
        for at, cells in enumerate(rows)
        if any(PLAIN_NUMBER.fullmatch(cell) for cell in cells)
        and not _numbers_columns(cells)
    ]
    if len(told) != 1 or not all(
        PLAIN_NUMBER.fullmatch(cell) for cell in rows[told[0]] if cell
    ):
        return
    heads = [cells for cells in rows[: told[0]] if not _numbers_columns(cells)]
    for at, cell in enumerate(rows[told[0]]):
        names = [
            cells[at] for cells in reversed(heads) if at < len(cells) and cells[at]
        ]
        name = next((one for one in names if one not in SUMS), "")
        if cell and name:
            texts = {SIDE: str(at), CODE: "", LINE: str(told[0])}
            yield Entry(
                table.rows[told[0]].place, name, numbers={"": amount(cell)}, texts=texts
            )


def _named(
    place: Place, cells: Sequence[str], heads: Sequence[str], idle: frozenset[int]
) -> Iterator[Entry]:
    """The names of a row with the numbers behind each, by the heads of their columns."""
    name, code, side = "", "", 0
    numbers: dict[str, Decimal] = {}
    for at, cell in enumerate([*cells, "\0"]):
        if at in idle or not cell:
            continue
        head = heads[at] if at < len(heads) else ""
        if PLAIN_NUMBER.fullmatch(cell) and name and RATES.search(head):
            continue
        if PLAIN_NUMBER.fullmatch(cell) and name:
            numbers[head if head and head not in numbers else f"{head}{at}"] = amount(
                cell
            )
        elif PLAIN_CODE.fullmatch(cell):
            code = cell
        elif not PLAIN_NUMBER.fullmatch(cell):
            if name and numbers:
                yield Entry(
                    place, name, numbers=numbers, texts={SIDE: str(side), CODE: code}
                )
            code = "" if name else code
            name, numbers, side = cell, {}, at


def _title(table: Table) -> str:
    """What a table of cells is called: by a row of one cell above its head, else by the paragraph above it."""
    inside = next(
        (row.cells[0] for row in table.rows[:HEAD] if len(row.cells) == 1), ""
    )
    return tight(inside) or table.title


def _as_lines(table: Table, title: str) -> Table:
    """A table of cells laid out by position: every column as wide as its widest cell."""
    spread = [_spread(row) for row in table.rows]
    columns = max((len(cells) for cells in spread), default=0)
    widths = [
        max((len(cells[at]) for cells in spread if at < len(cells)), default=0)
        for at in range(columns)
    ]
    rows = tuple(
        Row(
            (),
            row.place,
            "   ".join(
                cell.ljust(width) for cell, width in zip(cells, widths, strict=False)
            ),
        )
        for row, cells in zip(table.rows, spread, strict=True)
    )
    return Table(
        title,
        rows,
        table.place,
        laid=True,
        note=table.note,
        note_place=table.note_place,
        unit=table.unit,
    )


def _spread(row: Row) -> list[str]:
    """The cells of a row, behind one that is wider than a column as many blank ones as it covers."""
    cells: list[str] = []
    for at, cell in enumerate(row.cells):
        wide = row.widths[at] if at < len(row.widths) else 1
        cells += [tight(cell)] + [""] * (wide - 1)
    return cells


def _header(table: Table, shape: Shape) -> int | None:
    """The number of the row that is a shape's header."""
    if shape.header is None or shape.layout != "cells":
        return None
    for number, row in enumerate(table.rows):
        if shape.header.search(" ".join(tight(cell) for cell in row.cells)):
            return number
    return None


def _cells(table: Table, shape: Shape, start: int) -> Iterator[Entry]:
    """The rows below a header; what a merged cell leaves blank is carried down."""
    carried: dict[str, str] = {}
    for row in table.rows[start + 1 :]:
        if len(row.cells) < len(shape.columns) - 1:
            continue
        texts = dict(zip(shape.columns, row.cells, strict=False))
        for column in shape.carry:
            carried[column] = texts[column] or carried.get(column, "")
            texts[column] = carried[column]
        numbers = {
            column: amount(tight(text))
            for column, text in texts.items()
            if FIGURE.fullmatch(tight(text))
        }
        if any(text.strip() for text in texts.values()):
            yield Entry(row.place, tight(row.cells[0]), numbers=numbers, texts=texts)


def _unit(table: Table) -> str:
    """The unit of money that a table's head says, or the words above it; "" where they say none."""
    if table.unit:
        return table.unit
    lines = [table.title, *(row.text for row in table.rows)]
    found = next((match for line in lines if (match := UNIT.search(line))), None)
    return found[1] if found else ""


# -- by position ----------------------------------------------------------------------------------------------------------


def _laid(table: Table, shape: Shape) -> ReadTable:
    read = {"codes": _by_codes, "pairs": _by_pairs, "line": _by_columns}.get(
        shape.layout
    )
    entries, left = read(table, shape) if read else ([], [])
    return ReadTable(shape, table, tuple(entries), _unit(table), tuple(left))


@dataclass
class _Columns:
    """Where the heads of the columns stand; every page renews them."""

    shape: Shape
    middles: dict[str, float] = field(default_factory=dict)

    def see(self, line: str) -> None:
        if DIGITS.search(line):
            return
        for column, head in self.shape.heads.items():
            if found := head.search(line):
                self.middles[column] = (found.start() + found.end()) / 2

    def give(
        self, numbers: Sequence[re.Match[str]], *, slide: bool = False
    ) -> dict[str, Decimal]:
        """Each number its column: all in order, or those whose heads stand nearest, if need be with one shift of the row."""
        columns = self.shape.columns
        known = [column for column in columns if column in self.middles]
        if len(numbers) >= len(columns) or not known:
            chosen: Sequence[str] = columns
        else:
            numbers = numbers[: len(known)]
            chosen = min(
                combinations(known, len(numbers)),
                key=lambda some: self._cost(numbers, some, slide=slide),
            )
        return {
            column: amount(number[0].replace(",", ""))
            for column, number in zip(chosen, numbers, strict=False)
        }

    def _cost(
        self, numbers: Sequence[re.Match[str]], columns: Sequence[str], *, slide: bool
    ) -> float:
        pairs = zip(numbers, columns, strict=False)
        off = sorted(
            (number.start() + number.end()) / 2 - self.middles[column]
            for number, column in pairs
        )
        shift = off[len(off) // 2] if slide and off else 0.0
        return sum(abs(one - shift) for one in off) + abs(shift) / SHIFT


def _figures(line: str, start: int = 0) -> list[re.Match[str]]:
    return [found for found in FIGURE.finditer(line) if found.start() >= start]


def _by_codes(table: Table, shape: Shape) -> tuple[list[Entry], list[Row]]:
    """Lines that begin with the codes of class, section and item, each level in a column of its own."""
    columns, entries, left = _Columns(shape), list[Entry](), list[Row]()
    for row in table.rows:
        columns.see(row.line)
        coded = CODES.match(row.line) or NAMELESS.match(row.line)
        total = SUM.match(row.line)
        head = coded or total
        numbers = _figures(row.line, head.end()) if head else []
        if not numbers:
            if not total and _figures(row.line):
                left.append(row)
            continue
        codes: tuple[str, ...] = ()
        name = TOTAL
        if coded:
            codes = tuple(code for code in coded.groups()[:3] if code)
            name = tight(coded[4]) if coded.re is CODES else ""
        given = _as_around(entries, codes, numbers, shape) or columns.give(numbers)
        full = len(given) == len(shape.columns)
        entries.append(Entry(row.place, name, codes, given, full=full))
    return entries, left


def _as_around(
    entries: Sequence[Entry],
    codes: Sequence[str],
    numbers: Sequence[re.Match[str]],
    shape: Shape,
) -> dict[str, Decimal]:
    """The columns of the level around: an inner level fills none that the outer one leaves empty."""
    outer = next(
        (
            one
            for one in reversed(entries)
            if one.codes and list(one.codes) == list(codes[:-1])
        ),
        None,
    )
    if (
        outer is None
        or len(outer.numbers) != len(numbers)
        or len(numbers) == len(shape.columns)
    ):
        return {}
    return {
        column: amount(number[0])
        for column, number in zip(outer.numbers, numbers, strict=True)
    }


def _by_pairs(table: Table, _: Shape) -> tuple[list[Entry], list[Row]]:
    """Lines with a name and its numbers, perhaps two such groups beside each other: income and outlay."""
    entries: list[Entry] = []
    for row in table.rows:
        # the next cell began right behind a number
        at, line = (
            0,
            re.sub(r"(?<=\d)(?=[\u4e00-\u9fff])", " ", row.line),
        )
        for label in LABEL.finditer(line):
            if label.start() < at:
                continue
            numbers = []
            rest = label.end()
            while found := AFTER.match(line, rest):
                numbers.append(amount(found[1]))
                rest = found.end()
            at = rest
            if numbers and not UNIT.search(label[0]):
                name = ITEM_NUMBER.sub("", tight(label[0]))
                entries.append(
                    Entry(
                        row.place,
                        name,
                        numbers={str(n): one for n, one in enumerate(numbers)},
                    )
                )
    return entries, []


def _by_columns(table: Table, shape: Shape) -> tuple[list[Entry], list[Row]]:
    """A line of numbers alone below the heads."""
    columns, entries = _Columns(shape), list[Entry]()
    for row in table.rows:
        columns.see(row.line)
        numbers = _figures(row.line)
        alone = not re.search(r"[\u4e00-\u9fff]", NAMED.sub("", row.line))
        if 1 < len(numbers) <= MOST_COLUMNS and alone:
            given = columns.give(numbers, slide=True)
            entries.append(
                Entry(
                    row.place,
                    TOTAL,
                    numbers=given,
                    full=len(given) == len(shape.columns),
                )
            )
    return entries, []
