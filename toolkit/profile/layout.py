"""Where a drawn form's cells stand: the layout that `template` draws. What `read` finds in a filled workbook may differ.

Rows and columns count from 1. Column 1 is a narrow margin; row 1 holds the title, row 2 unit, year and money unit,
row 3 the tick and the state, then the help, then the blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.model import Name, column_letter
from toolkit.profile.form import Block, Book, Sheet

MARGIN = 1
TITLE_ROW, HEAD_ROW, TICK_ROW = 1, 2, 3
TICK_COLUMN, STATE_COLUMN = 3, 4
LEDGER_COLUMN = 60  # a hidden column: the numbers the status board adds up
FILLED, MISSING, BAD, DONE, WRONG, EMPTY, EXISTS, CONTENT = range(1, 9)  # rows of the ledger column
LIST_MARK = "↑ 请在此行以上填写；行数不够时，在上面选中一行，右键插入"


def address(row: int, column: int, *, absolute: bool = False) -> str:
    """Excel's address of a cell."""
    return f"${column_letter(column)}${row}" if absolute else f"{column_letter(column)}{row}"


def quoted(sheet: str) -> str:
    """A sheet's name as formulas write it."""
    return "'" + sheet.replace("'", "''") + "'"


@dataclass(frozen=True)
class BlockPlace:
    """Where one block stands. `rows` are a grid's rows or a fields block's fields; a list stands between two guard rows."""

    block: Block
    title_row: int
    header_row: int  # of the leaf titles; groups stand one row above
    label_column: int
    columns: Mapping[str, int]
    rows: Mapping[str, int]
    top: int
    bottom: int
    total_row: int
    check_column: int
    last_row: int

    def at(self, column: str, row: str = "") -> tuple[int, int]:
        """The cell of a field, or of a grid's row and column."""
        if self.block.kind == "fields":
            return self.rows[column], self.columns[column]
        return self.rows[row], self.columns[column]


@dataclass(frozen=True)
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

    def at(self, name: Name) -> tuple[int, int]:
        """The cell of a name on this sheet."""
        return self.blocks[name.block].at(name.column, name.row)

    def entries(self) -> Iterator[tuple[int, int]]:
        """Yield the cells of fields and grids that a person fills in (lists apart)."""
        for place in self.blocks.values():
            for row, column, _ in entry_cells(place):
                yield row, column


def entry_cells(place: BlockPlace) -> Iterator[tuple[int, int, Name]]:
    """Yield the entry cells of a fields block or grid, with the name each has."""
    block = place.block
    if block.kind == "fields":
        for column in block.columns.values():
            if not column.constant:
                yield *place.at(column.key), block.name(column.key)
    elif block.kind == "grid":
        for row, column in block.cells():
            if block.drawn_formula(row, column) is None:
                yield *place.at(column.key, row.key), block.name(column.key, row.key)


def lay_out(sheet: Sheet, number: int = 0, lines: Mapping[str, int] | None = None) -> SheetPlace:
    """Lay out one sheet. `lines` says how many rows each list (or index) must hold at least."""
    lines = lines or {}
    starts = _first_columns(sheet)
    places: dict[str, BlockPlace] = {}
    row = TICK_ROW + len(sheet.help) + 2
    top = row
    for block in sheet.blocks.values():
        begin = top if block.beside else row
        place = _place(block, begin, starts[block.key], lines.get(block.key, 0))
        places[block.key] = place
        if not block.beside:
            top = begin
        row = max(row, place.last_row + 2)
    widths = _widths(places)
    last_column = max(max((*place.columns.values(), place.check_column)) for place in places.values())
    return SheetPlace(sheet, sheet.called(number), number, places, widths, max(last_column, STATE_COLUMN), row - 2)


def _first_columns(sheet: Sheet) -> dict[str, int]:
    """The column each block begins in: the margin's neighbour, beside the block before, or under a named column."""
    starts: dict[str, int] = {}
    under: dict[str, int] = {}
    end = 0
    for block in sheet.blocks.values():
        if not block.at:
            starts[block.key] = end + 2 if block.beside else MARGIN + 1
            first = starts[block.key] + (block.kind in ("grid", "fields", "index"))
            if block.kind == "fields":
                end = first + 1
            else:
                under |= {key: first + offset for offset, key in enumerate(block.columns)}
                end = first + len(block.columns)
    for block in sheet.blocks.values():
        if block.at:
            starts[block.key] = under[block.at]
    return starts


def _place(block: Block, begin: int, start: int, lines: int) -> BlockPlace:
    row = begin
    title_row = 0
    if block.title:
        title_row, row = row, row + 1
    if block.kind == "fields":
        rows = {key: row + n for n, key in enumerate(block.columns)}
        columns = dict.fromkeys(block.columns, start + 1)
        last = row + len(rows) - 1
        return BlockPlace(block, title_row, 0, start, columns, rows, 0, 0, 0, start + 2, last)
    if block.grouped:
        row += 1
    header = row
    first = start + (block.kind in ("grid", "index"))
    columns = {key: first + n for n, key in enumerate(block.columns)}
    after = first + len(columns)
    if block.kind == "grid":
        rows = {key: header + 1 + n for n, key in enumerate(block.rows)}
        return BlockPlace(block, title_row, header, start, columns, rows, 0, 0, 0, after, header + len(rows))
    if block.kind == "index":
        rows = {str(n): header + n for n in range(1, lines + 1)}
        return BlockPlace(block, title_row, header, start, columns, rows, 0, 0, 0, after, header + len(rows))
    total_row = header + 1 if block.total else 0
    guard = header + 1 + bool(block.total)
    bottom = guard + (max(block.spare, lines + 5) if block.spare else max(lines, 1)) + 1
    return BlockPlace(block, title_row, header, start, columns, {}, guard, bottom, total_row, 0, bottom)


def _widths(places: Mapping[str, BlockPlace]) -> dict[int, float]:
    widths: dict[int, float] = {MARGIN: 2.5}
    labels: dict[int, float] = {}
    for place in places.values():
        block = place.block
        if block.kind == "fields":
            number = next(iter(place.columns.values()))
            if not block.at:
                widths[number] = max(widths.get(number, 0), *(c.width for c in block.columns.values()))
            labels[place.label_column] = max(labels.get(place.label_column, 0), _label_width(block))
        else:
            for key, number in place.columns.items():
                widths[number] = max(widths.get(number, 0), block.columns[key].width)
            if block.kind in ("grid", "index"):
                labels[place.label_column] = max(labels.get(place.label_column, 0), _label_width(block))
        if place.check_column and block.kind != "index":
            widths[place.check_column] = max(widths.get(place.check_column, 0), 13)
    for column, width in labels.items():
        widths[column] = max(widths.get(column, 0), width)
    for column in (TICK_COLUMN, STATE_COLUMN):
        widths.setdefault(column, 14)
    return widths


def _label_width(block: Block) -> float:
    titles = [c.title for c in block.columns.values()] if block.kind == "fields" else [r.title for r in block.rows.values()]
    longest = max((len(title) for title in titles), default=0)
    return 10 if block.kind == "index" else min(max(16.0, longest * 1.9 + 2), 38.0)


@dataclass(frozen=True)
class BookPlace:
    """A whole drawn book: sheets in order, the repeated ones between their bookends."""

    book: Book
    sheets: tuple[SheetPlace, ...]

    def fixed(self) -> Iterator[SheetPlace]:
        return (place for place in self.sheets if not place.number)

    def repeated(self) -> tuple[SheetPlace, ...]:
        return tuple(place for place in self.sheets if place.number)

    def of_block(self, block: str) -> SheetPlace:
        """The sheet that holds a block (the first of the repeated ones)."""
        return next(place for place in self.sheets if block in place.blocks)


def lay_out_book(book: Book, projects: int, lines: Mapping[str, int], indicators: tuple[int, ...] = ()) -> BookPlace:
    """Lay out a book for so many projects; `lines` says how many rows lists hold, `indicators` how many each project."""
    places: list[SheetPlace] = []
    most = {**lines, **{block.key: projects for block in book.blocks.values() if block.kind == "index"}}
    places += [lay_out(sheet, 0, most) for sheet in book.sheets.values() if not sheet.repeat]
    if repeated := book.repeated:
        key = list(repeated.blocks)[1]
        for number in range(1, projects + 1):
            held = indicators[number - 1] if number <= len(indicators) else 0
            places.append(lay_out(repeated, number, {key: held}))
    return BookPlace(book, tuple(places))


def ranges(cells: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Join cells into vertical runs: (first row, column, last row, column), in column and row order."""
    runs: list[tuple[int, int, int, int]] = []
    for column, row in sorted((column, row) for row, column in cells):
        if runs and runs[-1][1] == column and runs[-1][2] == row - 1:
            runs[-1] = (runs[-1][0], column, row, column)
        else:
            runs.append((row, column, row, column))
    return runs


def span(run: tuple[int, int, int, int]) -> str:
    """A run as Excel writes it: C7 or C7:C15."""
    first, last = address(run[0], run[1]), address(run[2], run[3])
    return first if first == last else f"{first}:{last}"
