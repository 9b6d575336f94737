"""The live checks of a drawn sheet: each formula with what it shows, so that no cached value is ever wrong or missing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from toolkit.check.asked import Asked, leaf_names
from toolkit.model import (
    ALL_FILLED,
    NO_DATA,
    BlockKind,
    Figure,
    Kind,
    Name,
    Row,
    record,
)
from toolkit.profile.form import Book
from toolkit.profile.layout import (
    BookPlace,
    SheetPlace,
    Spot,
    address,
    corners,
    quoted,
    reference,
    spans,
    throughout,
)
from toolkit.rules.claim import Claim, Comparison, Given, When
from toolkit.rules.source import Source

UNFILLED, FINE, WRONG, COMPLETE, PARTLY, NOT_ASKED = (
    "未填",
    "√",
    "有误",
    "完成",
    "填写中",
    "不用填",
)


@record()
class Shown:
    """A formula (without "=") and what it shows."""

    formula: str
    value: str | int | Decimal


NONE = Shown("", 0)  # of a count that there is nothing to ask for


def added(counts: Iterable[Shown]) -> Shown:
    """Several counts as one."""
    formulas: list[str] = []
    number = 0
    for count in counts:
        if count is not NONE:
            formulas.append(count.formula)
            number += whole(count)
    return Shown("+".join(formulas) or "0", number)


def whole(shown: Shown) -> int:
    """What a counting formula shows."""
    return int(shown.value)


@record()
class Drawn:
    """Excel references of a drawn book, as formulas on the sheet `here` write them."""

    place: BookPlace
    here: SheetPlace

    @property
    def over_ranges(self) -> bool:
        return False

    def trimmed_in(self, block: str) -> bool:
        """Whether a list's texts stand without blanks around them: nobody types those of a derived one."""
        return self.place.book.blocks[block].is_derived

    def cell(self, name: Name) -> str:
        """The bare reference of a field or grid cell."""
        sheet = self._sheet(name)
        spot = self._spot(name)
        return address(*spot) if sheet is self.here else reference(sheet.name, spot)

    def one(self, name: Name) -> str:
        """A cell as a number; text in it counts as nothing. N() would say so too, but not of a blank in every program."""
        return f"SUM({self.cell(name)})"

    def words(self, name: Name) -> str:
        """A cell as it is."""
        return self.cell(name)

    def together(self, names: tuple[Name, ...]) -> str:
        """Plain addends as one SUM; text in a cell counts as nothing."""
        return f"SUM({self._spans(names)})"

    def many(self, name: Name) -> str:
        """A list's column from guard to guard; a field of all project sheets, from the first to the last."""
        repeated = self.place.book.repeated
        own = self.here.blocks.get(name.block)
        if own is not None and own.block.kind is BlockKind.LIST:
            return corners(own.guarded(name.column))
        if repeated is not None and name.block in repeated.blocks:
            first, last = repeated.bookends
            spot = self.place.repeated()[0].at(name)
            return throughout(first, last, address(*spot))
        sheet = self.place.of_block(name.block)
        where = sheet.blocks[name.block]
        column = corners(where.guarded(name.column))
        return column if sheet is self.here else f"{quoted(sheet.name)}!{column}"

    def entries(self, names: tuple[Name, ...]) -> str:
        """All entry cells behind these names, as the arguments of a function."""
        leaves = leaf_names(names, self.place.book)
        single = tuple(name for name in leaves if not name.of_every_line)
        parts = [self._spans(single)] if single else []
        parts += [self.many(name) for name in leaves if name.of_every_line]
        return ",".join(parts)

    def _sheet(self, name: Name) -> SheetPlace:
        """The sheet that holds a name: this one, where it does."""
        return (
            self.here
            if name.block in self.here.blocks
            else self.place.of_block(name.block)
        )

    def _spot(self, name: Name) -> Spot:
        """The cell of a name on its sheet."""
        return self._sheet(name).at(name)

    def _spans(self, names: tuple[Name, ...]) -> str:
        """Cells, sheet by sheet, those that lie below each other joined."""
        sheets: dict[str, SheetPlace] = {}
        cells: dict[str, list[Spot]] = {}
        for name in names:
            sheet = self._sheet(name)
            sheets[sheet.name] = sheet
            cells.setdefault(sheet.name, []).append(self._spot(name))
        joined: list[str] = []
        for sheet in sheets.values():
            lead = "" if sheet is self.here else f"{quoted(sheet.name)}!"
            joined += [lead + span for span in spans(cells[sheet.name])]
        return ",".join(joined)


@record()
class InRow(Drawn):
    """Excel references as a formula in a row of a list writes them: bare names are cells of that row."""

    block: str
    row: int

    def _sheet(self, name: Name) -> SheetPlace:
        return self.here if name.bare else super()._sheet(name)

    def _spot(self, name: Name) -> Spot:
        return (
            (self.row, self.here.blocks[self.block].columns[name.column])
            if name.bare
            else super()._spot(name)
        )


@record()
class Rows:
    """Excel references for a claim held on every row of a list at once: each column is its range, guard to guard."""

    here: SheetPlace
    block: str
    row: int = 0  # 0: ranges; else the references of that row, columns fixed, for a conditional format
    other: Drawn | None = None  # for what stands elsewhere

    @property
    def over_ranges(self) -> bool:
        return not self.row

    def one(self, name: Name) -> str:
        """A column of the list, or its cell in the row; a figure that stands elsewhere."""
        if not name.bare and self.other is not None:
            return self.other.one(name)
        place = self.here.blocks[self.block]
        if self.row:
            return "$" + address(self.row, place.columns[name.column])
        return corners(place.guarded(name.column))

    def many(self, name: Name) -> str:
        """The whole column of a list, be it this one."""
        if self.other is None:
            raise KeyError(name)
        return self.other.many(name)

    def entries(self, names: tuple[Name, ...]) -> str:
        """All columns that a claim reads, as the arguments of a function."""
        return ",".join(self.one(name) for name in names)

    def words(self, name: Name) -> str:
        return self.one(name)


def numbers_given(names: Sequence[Name], book: Book, source: Source) -> int:
    """How many entry cells behind these names hold a number: what COUNT counts."""
    figures: list[Figure] = []
    made = 0  # in rows that are calculated from entries every amount is a number
    for name in leaf_names(names, book):
        if name.of_every_line and book.blocks[name.block].is_derived:
            made += len(source.lines(name.block)) if book.column_of(name).numeric else 0
            continue
        if name.of_every_line:
            figures += source.column(name)
            continue
        value = source.value(name)
        if isinstance(value, Figure):
            figures.append(value)
    return made + sum(figure.kind is Kind.NUMBER for figure in figures)


def check_cell(
    asked: Sequence[Asked],
    at: Drawn,
    source: Source,
    tick_cell: str = "",
    tick: str = "",
) -> Shown:
    """The check beside a cell: 未填, √, or what does not fit and by how much. Several claims share one cell.

    Once the form is ticked (the cell of its tick, and what stands there), blanks count as none, and nothing waits for them.
    """
    # From the last claim to the first, each IF is put around the one before: the first that is broken shows.
    formula = f'"{FINE}"'
    value = FINE
    for item in reversed(asked):
        complaint = _complaint(item, at, source)
        formula = (
            f"IF({item.claim.broken(at, item.tolerance)},{complaint.formula},{formula})"
        )
        if item.claim.breaks(source, item.tolerance):
            value = str(complaint.value)
    names = tuple(dict.fromkeys(name for item in asked for name in item.claim.names()))
    if not numbers_given(names, at.place.book, source):
        value = FINE if tick else UNFILLED
    blank = (
        f'IF({tick_cell}="","{UNFILLED}","{FINE}")' if tick_cell else f'"{UNFILLED}"'
    )
    return Shown(f"IF(COUNT({at.entries(names)})=0,{blank},{formula})", value)


def note(asked: Sequence[Asked], at: Drawn) -> str:
    """What the check of these claims compares, each figure with its cell, as the note beside it says."""
    lines = ["核对："]
    for number, item in enumerate(asked, 1):
        said = item.claim.prose(lambda name: _called(name, at))
        lines.append(f"{number}、{said}")
    return "\n".join(lines)


def _called(name: Name, at: Drawn) -> str:
    """What a note calls a figure: what stands beside it, and its cell."""
    row, column = at.place.book.find(name)[2:]
    title = row.title.strip() if row is not None else column.title
    cells = at.many(name) if name.of_every_line else at.cell(name)
    # A person reads a sheet's name more easily without the quotes of a formula.
    unquoted = cells.replace("'", "")
    return f"{title}（{unquoted}）"


def _complaint(item: Asked, at: Drawn, source: Source) -> Shown:
    """What a broken claim shows."""
    inner = item.claim.claim if isinstance(item.claim, When) else item.claim
    short = item.rule.short
    decimals = item.money.decimals
    if isinstance(inner, Given):
        word = short or "缺说明"
        return Shown(f'"{word}"', word)
    if not isinstance(inner, Comparison):
        raise TypeError(inner)
    if (
        inner.op == ">"
    ):  # something must be there at all: by how much it is not says nothing
        return Shown(f'"{short}"', short)
    word = short + ("差 " if inner.op == "==" else "超 ")
    gap = abs(inner.gap(source).number)
    size = f"ABS({inner.excel_gap(at)})" + ("*100" if item.money.is_share else "")
    formula = f'"{word}"&FIXED(ROUND({size},{decimals}),{decimals},TRUE)'
    return Shown(formula, word + fixed(item.money.told(gap), decimals))


def fixed(number: Decimal, decimals: int) -> str:
    """What FIXED(ROUND(number,decimals),decimals,TRUE) shows."""
    return f"{number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def row_breaches(
    asked: Sequence[Asked], at: Rows, rows: Sequence[Row], sources: Sequence[Source]
) -> Shown:
    """How many rows of a list break a claim; text among the numbers shows as one."""
    counts: list[Shown] = []
    for item in asked:
        formula = f"IFERROR(SUMPRODUCT(--({item.claim.broken(at, item.tolerance)})),1)"
        flawed = any(_flawed(row, item.claim) for row in rows)
        count = (
            1
            if flawed
            else sum(item.claim.breaks(source, item.tolerance) for source in sources)
        )
        counts.append(Shown(formula, count))
    return added(counts)


def _flawed(row: Row, claim: Claim) -> bool:
    """Whether a claim reads a cell of this row in which no number can be read."""
    values = (row.values.get(name.column) for name in claim.names())
    return any(isinstance(value, Figure) and value.flawed for value in values)


def state(
    tick_cell: str, filled: Shown, missing: Shown, bad: Shown, tick: str
) -> Shown:
    """The state of a form, 有误, 完成, 未填 or 填写中, by its tick and its three counts (with their cells as formulas)."""
    by_counts = f'IF({filled.formula}=0,"{UNFILLED}",IF({missing.formula}=0,"{COMPLETE}","{PARTLY}"))'
    by_tick = (
        f'IF({tick_cell}="{NO_DATA}",IF({filled.formula}>0,"{WRONG}","{COMPLETE}"),'
        f'IF({tick_cell}="{ALL_FILLED}","{COMPLETE}",{by_counts}))'
    )
    formula = f'IF({bad.formula}>0,"{WRONG}",{by_tick})'
    if bad.value:
        value = WRONG
    elif tick == NO_DATA:
        value = WRONG if filled.value else COMPLETE
    elif tick == ALL_FILLED:
        value = COMPLETE
    elif not filled.value:
        value = UNFILLED
    else:
        value = PARTLY if missing.value else COMPLETE
    return Shown(formula, value)
