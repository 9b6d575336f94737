"""Where a drawn form's cells stand: the layout that `template` draws. What `read` finds in a filled workbook may differ.

Rows and columns count from 1. Column 1 is a narrow margin; row 1 holds the title, row 2 unit, year and money unit,
row 3 the tick and the state, then the help, then the blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from toolkit.model import BlockKind, Name, column_letter, record
from toolkit.profile.form import Block, Book, Sheet

Spot = tuple[int, int]  # a cell: row, column
# cells from corner to corner: first row, first column, last row, last column
Run = tuple[int, int, int, int]

MARGIN = 1
TITLE_ROW, HEAD_ROW, TICK_ROW = 1, 2, 3
TICK_COLUMN, STATE_COLUMN = 3, 4
# of these two columns: where nothing stands below them, and wherever something does
TICK_WIDTH, LEAST_TICK_WIDTH = 14, 10
LEDGER_COLUMN = 60  # a hidden column: the numbers the status board adds up
OPEN_COLUMN = 61  # a hidden column beside it: on the board and in the index, the first open cell of each line's form
# rows of the ledger column
FILLED, MISSING, BAD, DONE, WRONG, EMPTY, EXISTS = range(1, 8)
EDITION = 9  # row 8 held a number of the content, which we compute today; workbooks that have it are read as ever
EDITION_MARK = "表样第{}版"  # in the ledger of every sheet: of which edition of the forms it was drawn
SCREEN = 1318  # pixels of a sheet that a screen of 1,366 shows at 100 %
DIGIT, FRAME = 8, 5  # pixels of a digit of 宋体, and what each column adds
INDEX_WIDTH = 10  # of the columns behind those of an index
BACK_WIDTH = 7  # of the margin, where a way back to the board stands in it
# digits that a column keeps at least; of a column of words, and this part of its width
NARROWEST, LEAST_PART = 8, 0.4
LEFT_FREE = 5  # lines below those that a list holds, where it has spare ones
LEDGER_ROWS = EDITION
TICK_LABEL = "填表情况→"
# The arrow stands in the margin; after it a blank as wide as a character, so that on paper, which has no margin, the words are whole.
LIST_MARK = "↑　请在此行以上填写；行数不够时，在上面选中一行，右键插入"


def address(row: int, column: int, *, absolute: bool = False) -> str:
    """Excel's address of a cell."""
    letters = column_letter(column)
    return f"${letters}${row}" if absolute else f"{letters}{row}"


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


def reference(sheet: str, spot: Spot, *, absolute: bool = False) -> str:
    """A cell as formulas on other sheets write it: 'Sheet'!C7."""
    return f"{quoted(sheet)}!{address(*spot, absolute=absolute)}"


def throughout(first: str, last: str, area: str) -> str:
    """A cell on all sheets from one to another, as formulas write it: 项目始:项目终!C7."""
    sheets = f"{first}:{last}"
    # Names that begin with a letter and hold only letters, digits and points need no quotes.
    if not all(re.fullmatch(r"[^\W\d][\w.]*", name) for name in (first, last)):
        sheets = quoted(sheets)
    return f"{sheets}!{area}"


def corners(run: Run, *, absolute: bool = False) -> str:
    """Cells from corner to corner as Excel writes them, be it one cell: C7:C15, C7:C7."""
    top, left, bottom, right = run
    return f"{address(top, left, absolute=absolute)}:{address(bottom, right, absolute=absolute)}"


@record()
class BlockPlace:
    """Where one block stands. `rows` are a grid's rows or a fields block's fields; a list stands between two guard rows."""

    block: Block
    title_row: int  # 0 where the block has no title
    label_column: int
    columns: Mapping[str, int]
    last_row: int
    # of the titles; the headings above them stand in the rows above
    header_row: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    check_column: int = 0
    total_row: int = 0  # of a list
    top: int = 0  # the guard row above a list's rows
    bottom: int = 0  # the guard row below them

    def at(self, column: str, row: str = "") -> Spot:
        """The cell of a field, or of a grid's row and column."""
        number = self.columns[column]
        if self.block.kind is BlockKind.FIELDS:
            return self.rows[column], number
        return self.rows[row], number

    @property
    def first_column(self) -> int:
        return min(self.columns.values())

    @property
    def last_column(self) -> int:
        return max(self.columns.values())

    def guarded(self, column: str) -> Run:
        """A list's column, from guard to guard."""
        number = self.columns[column]
        return self.top, number, self.bottom, number

    def typed_columns(self) -> list[tuple[int, int]]:
        """The columns of a list that a person types into, side by side ones as one run from first to last."""
        runs: list[tuple[int, int]] = []
        for number in sorted(self.columns[key] for key in self.block.typed):
            first = number
            if runs and runs[-1][1] == number - 1:
                first, _ = runs.pop()
            runs.append((first, number))
        return runs

    def entries(self) -> dict[Name, Spot]:
        """The cells of a fields block or grid that a person fills in; those of a list have no names of their own."""
        block = self.block
        spots: dict[Name, Spot] = {}
        if block.kind is BlockKind.FIELDS:
            for column in block.columns.values():
                if (
                    not column.constant
                    and column.looked_up is None
                    and column.formula is None
                ):
                    spots[block.name(column.key)] = self.at(column.key)
        elif block.kind is BlockKind.GRID:
            for row, column in block.cells():
                if (
                    block.drawn_formula(row, column) is None
                    and column.looked_up is None
                ):
                    spots[block.name(column.key, row.key)] = self.at(
                        column.key, row.key
                    )
        return spots


@record()
class SheetPlace:
    """A sheet of a drawn book: its name and where its blocks stand. `number` counts repeated sheets from 1, else 0."""

    sheet: Sheet
    name: str
    number: int
    blocks: Mapping[str, BlockPlace]
    widths: Mapping[int, float]
    last_column: int
    last_row: int

    @property
    def help_rows(self) -> range:
        return range(TICK_ROW + 1, TICK_ROW + 1 + len(self.sheet.help))

    def at(self, name: Name) -> Spot:
        """The cell of a name on this sheet."""
        return self.blocks[name.block].at(name.column, name.row)

    def entries(self) -> Iterator[Spot]:
        """Yield the cells of fields and grids that a person fills in (lists apart)."""
        for place in self.blocks.values():
            yield from place.entries().values()


def lay_out(
    sheet: Sheet, number: int = 0, lines: Mapping[str, int] | None = None
) -> SheetPlace:
    """Lay out one sheet. `lines` says how many rows each list (or index) must hold at least."""
    lines = lines or {}
    starts = _first_columns(sheet)
    places: dict[str, BlockPlace] = {}
    free = TICK_ROW + len(sheet.help) + 2  # the first row below all blocks so far
    begin = free
    for block in sheet.blocks.values():
        # A block beside another begins in that one's first row, any other below all.
        if not block.beside:
            begin = free
        place = _place(block, begin, starts[block.key], lines.get(block.key, 0))
        places[block.key] = place
        free = max(free, place.last_row + 2)
    used = [
        number
        for place in places.values()
        for number in (*place.columns.values(), place.check_column)
    ]
    return SheetPlace(
        sheet=sheet,
        name=sheet.called(number),
        number=number,
        blocks=places,
        widths=_widths(places),
        last_column=max(*used, STATE_COLUMN),
        last_row=free - 2,
    )


def _labelled(block: Block) -> bool:
    """Whether a column of labels stands before the block's own ones."""
    return block.kind is not BlockKind.LIST and block.labelled


def _first_columns(sheet: Sheet) -> dict[str, int]:
    """The column each block begins in: the margin's neighbour, beside the block before, or under a named column."""
    starts: dict[str, int] = {}
    under: dict[str, int] = {}
    end = 0
    for block in sheet.blocks.values():
        if block.at:
            continue
        start = end + 2 if block.beside else MARGIN + 1
        starts[block.key] = start
        first = start + 1 if _labelled(block) else start
        if block.kind is BlockKind.FIELDS:
            end = first + 1
        else:
            under |= _numbered(block.columns, first)
            end = first + len(block.columns)
    for block in sheet.blocks.values():
        if block.at:
            starts[block.key] = under[block.at]
    return starts


def _place(block: Block, begin: int, start: int, lines: int) -> BlockPlace:
    """Lay out one block from a row and a column on; a list or an index holds at least so many lines."""
    title_row = begin if block.title else 0
    row = begin + 1 if block.title else begin
    if block.kind is BlockKind.FIELDS:
        return BlockPlace(
            block=block,
            title_row=title_row,
            label_column=start,
            columns=dict.fromkeys(block.columns, start + 1),
            rows=_numbered(block.columns, row),
            check_column=start + 2,
            last_row=row + len(block.columns) - 1,
        )
    header = row + block.depth
    if block.kind is BlockKind.LIST:
        total_row = header + 1 if block.total else 0
        top = (total_row or header) + 1
        held = max(block.spare, lines + LEFT_FREE) if block.spare else max(lines, 1)
        bottom = top + held + 1
        return BlockPlace(
            block=block,
            title_row=title_row,
            label_column=start,
            columns=_numbered(block.columns, start),
            header_row=header,
            total_row=total_row,
            top=top,
            bottom=bottom,
            last_row=bottom,
        )
    # A grid has its fixed rows, an index one a project.
    first = start + 1 if block.labelled else start
    keys = (
        block.rows
        if block.kind is BlockKind.GRID
        else [str(number) for number in range(1, lines + 1)]
    )
    return BlockPlace(
        block=block,
        title_row=title_row,
        label_column=start,
        columns=_numbered(block.columns, first),
        header_row=header,
        rows=_numbered(keys, header + 1),
        check_column=first + len(block.columns),
        last_row=header + len(keys),
    )


def _numbered(keys: Iterable[str], first: int) -> dict[str, int]:
    """Rows or columns one after the other."""
    return {key: number for number, key in enumerate(keys, first)}


def _widths(places: Mapping[str, BlockPlace]) -> dict[int, float]:
    """How wide the columns are drawn: as the widest thing that stands in each asks for."""
    widths: dict[int, float] = {MARGIN: 2.5}

    def widen(column: int, width: float) -> None:
        widths[column] = max(widths.get(column, 0), width)

    for place in places.values():
        block = place.block
        # Fields under a column of another block make do with its width.
        if block.kind is not BlockKind.FIELDS or not block.at:
            for key, number in place.columns.items():
                widen(number, block.columns[key].width)
        if _labelled(block):
            widen(place.label_column, _label_width(block))
        if place.check_column and block.kind is not BlockKind.INDEX:
            widen(place.check_column, 13)
        elif place.check_column:
            widen(place.check_column, INDEX_WIDTH)  # how each is
            widen(place.check_column + 1, INDEX_WIDTH)  # what it still lacks
    for column in (TICK_COLUMN, STATE_COLUMN):
        widths[column] = max(widths.get(column, TICK_WIDTH), LEAST_TICK_WIDTH)
    return widths


def pixels(widths: Iterable[float]) -> float:
    """How wide columns are on a screen at 100 %."""
    return sum(DIGIT * width + FRAME for width in widths)


def fitted(place: SheetPlace) -> SheetPlace:
    """The same sheet with its columns narrowed, all by the same part of what each can spare, until a screen shows them."""
    excess = (
        pixels(place.widths.values())
        - SCREEN
        + DIGIT * (BACK_WIDTH - place.widths[MARGIN])
    )
    if excess <= 0:
        return place
    spare: dict[int, float] = {}
    for where in place.blocks.values():
        for key, number in where.columns.items():
            column = where.block.columns[key]
            least = (
                NARROWEST
                if column.numeric
                else max(NARROWEST, LEAST_PART * column.width)
            )
            room = max(place.widths[number] - least, 0)
            spare[number] = min(spare.get(number, room), room)
    part = min(excess / DIGIT / sum(spare.values()), 1) if any(spare.values()) else 0
    narrowed = {
        number: round(width - part * spare.get(number, 0) - 0.05, 1)
        for number, width in place.widths.items()
    }
    return replace(place, widths=narrowed)


def _label_width(block: Block) -> float:
    if block.kind is BlockKind.INDEX:
        return 10
    labelled = block.columns if block.kind is BlockKind.FIELDS else block.rows
    longest = max((len(one.title) for one in labelled.values()), default=0)
    return min(max(16.0, longest * 1.9 + 2), 38.0)


@record()
class BookPlace:
    """A whole drawn book: sheets in order, the repeated ones between their bookends."""

    book: Book
    sheets: tuple[SheetPlace, ...]

    def fixed(self) -> Iterator[SheetPlace]:
        return (place for place in self.sheets if not place.number)

    def repeated(self) -> tuple[SheetPlace, ...]:
        return tuple(place for place in self.sheets if place.number)

    def lists_made(self) -> Iterator[tuple[SheetPlace, BlockPlace]]:
        """The lists that are drawn and that nobody fills in: their door derives them."""
        return (
            (place, where)
            for place in self.sheets
            for where in place.blocks.values()
            if where.block.is_derived
        )

    @property
    def sources(self) -> frozenset[str]:
        """The lists of entries that derived lists are made of."""
        return frozenset(
            where.block.derived.source
            for _, where in self.lists_made()
            if where.block.derived is not None
        )

    def draws(self, name: Name) -> bool:
        """Whether a name's block is drawn; a bare name is one of the block at hand."""
        return name.bare or any(
            name.block in place.sheet.blocks for place in self.sheets
        )

    def of_block(self, block: str) -> SheetPlace:
        """The sheet that holds a block (the first of the repeated ones)."""
        return next(place for place in self.sheets if block in place.blocks)


def lay_out_book(
    book: Book,
    projects: int,
    lines: Mapping[str, int],
    indicators: tuple[int, ...] = (),
) -> BookPlace:
    """Lay out a book for so many projects; `lines` says how many rows lists hold, `indicators` how many each project."""
    indexes = [
        block.key for block in book.blocks.values() if block.kind is BlockKind.INDEX
    ]
    most = {**lines, **dict.fromkeys(indexes, projects)}
    places = [
        lay_out(sheet, 0, most)
        for sheet in book.sheets.values()
        if not (sheet.repeat or sheet.is_derived)
    ]
    if repeated := book.repeated:
        _, listed = repeated.of_project
        for number in range(1, projects + 1):
            held = indicators[number - 1] if number <= len(indicators) else 0
            places.append(lay_out(repeated, number, {listed.key: held}))
    return BookPlace(book, tuple(map(fitted, places)))


def ranges(cells: Iterable[Spot]) -> list[Run]:
    """Join cells into vertical runs, in column and row order."""
    runs: list[Run] = []
    for column, row in sorted((column, row) for row, column in cells):
        top = row
        if runs and runs[-1][1:3] == (
            column,
            row - 1,
        ):  # it goes on below the run before
            top = runs.pop()[0]
        runs.append((top, column, row, column))
    return runs


def span(run: Run) -> str:
    """A run as Excel writes it: C7 or C7:C15."""
    top, left, bottom, right = run
    return address(top, left) if (top, left) == (bottom, right) else corners(run)


def spans(cells: Iterable[Spot]) -> list[str]:
    """Cells as Excel writes them, joined into vertical runs."""
    return [span(run) for run in ranges(cells)]
