"""The tables of a statement laid out as worksheets, so that they are read as an exported workbook is: by titles and headings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.audit.blocks import Place, Row, Table, tight
from toolkit.audit.reading import Statement
from toolkit.audit.tables import ReadTable
from toolkit.files.cells import Raw
from toolkit.files.grid import Grid, RawSheet
from toolkit.model import Cell, Kind
from toolkit.rules.rule import plain

CODES, PAIRS, LINE = "codes", "pairs", "line"  # the layouts by position
CODE, NAME, LABEL, AMOUNT = "科目编码", "科目名称", "项目", "预算数"
BEFORE_NAME = "、.．"  # what the number of an item leaves before its name
LONGEST_NAME = 40  # letters of a table's name


@dataclass
class Sheets:
    """The worksheets, and for each row of one the place in the statement that it was made of."""

    statement: Statement
    made: dict[str, RawSheet] = field(default_factory=dict)
    places: dict[tuple[str, int], Place] = field(default_factory=dict)

    @property
    def grid(self) -> Grid:
        return Grid(self.statement.name, self.made)

    def where(self, cell: Cell) -> str:
        """Where in the statement a cell of a worksheet stands, in words."""
        place = self.places.get((cell.sheet, cell.row))
        return str(place) if place is not None else ""


def sheets_of(statement: Statement, without: Collection[int]) -> Sheets:
    """Lay out all tables but those whose ids (of the objects) are in `without`; what only positions part is no table yet."""
    sheets = Sheets(statement)
    for read in statement.tables:
        if id(read) not in without:
            lines = _lines_read(read) if read.table.laid else _lines(read.table)
            # one without a title is called like its shape
            title = read.title if read.title != read.shape.id else ""
            _add(sheets, title, read.unit, lines)
    for table in statement.unread:
        if not table.laid and id(table) not in without:
            _add(sheets, table.title, table.unit, _lines(table))
    return sheets


@dataclass(frozen=True, slots=True)
class _Line:
    """A row to be: its cells, over how many columns each goes, and its place in the statement."""

    cells: tuple[str, ...]
    place: Place
    widths: tuple[int, ...] = ()


def _add(sheets: Sheets, title: str, unit: str, lines: Sequence[_Line]) -> None:
    """Add a table below its title and its unit of money."""
    if not lines:
        return
    first = lines[0].place
    top = lines[0].cells
    # A table's own first line may be its title.
    titled = len(top) == 1 and tight(top[0]) == tight(title)
    head: list[_Line] = []
    if title and not titled:
        head.append(_Line((title,), first))
    if unit:
        head.append(_Line((f"单位：{unit}",), first))
    name = _unused(title[:LONGEST_NAME] or f"{first}的表", sheets.made)
    cells: dict[tuple[int, int], Raw] = {}
    merges: list[tuple[int, int, int, int]] = []
    for row, line in enumerate([*head, *lines], 1):
        sheets.places[name, row] = line.place
        column = 1
        for at, text in enumerate(line.cells):
            width = line.widths[at] if at < len(line.widths) else 1
            last = column + width - 1
            if text.strip():
                cells[row, column] = Raw(Kind.TEXT, tight(text))
                if last > column:
                    merges.append((row, column, row, last))
            column = last + 1
    sheets.made[name] = RawSheet(name, cells, merges=tuple(merges))


def _unused(name: str, taken: Mapping[str, RawSheet]) -> str:
    number = 2
    told = name
    while told in taken:
        told = f"{name}（{number}）"
        number += 1
    return told


def _lines(table: Table) -> tuple[_Line, ...]:
    """The rows of a table of cells; where a heading goes over several columns, how far, if that is sure."""
    rows = table.rows
    return tuple(
        _Line(row.cells, row.place, row.widths or _guessed(row, rows[at + 1 :][:1]))
        for at, row in enumerate(rows)
    )


def _guessed(row: Row, below: Sequence[Row]) -> tuple[int, ...]:
    """Over how many columns each heading goes: one that has headings below it over these, one that goes on below over one.

    Nothing where the row below has not more cells, or the count does not come out even.
    """
    if not below or len(below[0].cells) <= len(row.cells) or len(row.cells) == 1:
        return ()
    widths: list[int] = []
    inside = 0
    for cell in below[0].cells:
        if cell.strip():
            inside += 1
            continue
        widths += [inside, 1] if inside else [1]
        inside = 0
    widths += [inside] if inside else []
    return tuple(widths) if len(widths) == len(row.cells) else ()


def _lines_read(read: ReadTable) -> tuple[_Line, ...]:
    """What was read of a table by position, under headings of its own; nothing of a table that has cells."""
    if read.shape.layout == CODES:
        return tuple(_by_codes(read))
    if read.shape.layout == PAIRS:
        return tuple(_by_pairs(read))
    if read.shape.layout == LINE:
        return tuple(_by_columns(read))
    return ()


def _by_codes(read: ReadTable) -> Iterator[_Line]:
    columns = read.shape.columns
    for number, entry in enumerate(read.entries):
        if not number:
            yield _Line((CODE, NAME, *columns), entry.place)
        amounts = (
            plain(entry.numbers[column]) if column in entry.numbers else ""
            for column in columns
        )
        yield _Line((entry.code, entry.name, *amounts), entry.place)


def _by_pairs(read: ReadTable) -> Iterator[_Line]:
    """Names with the first of their numbers; several are parts of it where the form says so, else nobody knows which is which."""
    for number, entry in enumerate(read.entries):
        if not number:
            yield _Line((LABEL, AMOUNT), entry.place)
        if entry.numbers and (len(entry.numbers) == 1 or read.shape.first_is_sum):
            yield _Line(
                (
                    entry.name.lstrip(BEFORE_NAME),
                    plain(next(iter(entry.numbers.values()))),
                ),
                entry.place,
            )


def _by_columns(read: ReadTable) -> Iterator[_Line]:
    columns = read.shape.columns
    for entry in read.entries[:1]:
        yield _Line(columns, entry.place)
        yield _Line(
            tuple(
                plain(entry.numbers[column]) if column in entry.numbers else ""
                for column in columns
            ),
            entry.place,
        )
