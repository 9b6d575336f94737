"""The sheet 数据来源: a line for each figure that was taken over, by what it is called; read back beside what stands there now.

Plain cells without formulas: every program keeps them. A line of a list is known by its code, so that sorting loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from toolkit.files.grid import Grid, Raw
from toolkit.model import (
    PLATFORM,
    BlockKind,
    Cell,
    Figure,
    Name,
    Oddity,
    Origin,
    Return,
)
from toolkit.profile.form import Block, Book
from toolkit.returns.coded import code_of
from toolkit.rules.rule import plain

SHEET = "数据来源"
FIRST_LINE = 6
# its columns
NUMBER, PLACE, SOURCE, VALUE, FILE, FROM, ADDRESS, SLACK, BLOCK, ROW, COLUMN = range(
    2, 13
)
MOST_TOLD = 3


@dataclass(frozen=True)
class Line:
    """One figure that was taken over: what it is called (a list's line by its code), and where it came from."""

    block: str
    row: str
    column: str
    origin: Origin


def lines_in(grid: Grid) -> Iterator[Line]:
    """The lines of the sheet of a workbook; those that somebody broke are passed over."""
    raw = grid.sheets.get(SHEET)
    if raw is None:
        return
    for row in sorted({row for row, _ in raw.cells if row >= FIRST_LINE}):
        found = {
            column: cell
            for column in range(NUMBER, COLUMN + 1)
            if (cell := raw.cells.get((row, column)))
        }
        number, slack = _number(found.get(VALUE)), _number(found.get(SLACK))
        said = {column: cell.text.strip() for column, cell in found.items()}
        if number is None or BLOCK not in said or COLUMN not in said:
            continue
        source, file, sheet, address = (
            said.get(column, "") for column in (SOURCE, FILE, FROM, ADDRESS)
        )
        origin = Origin(source, file, sheet, address, number, slack or Decimal(0))
        yield Line(said[BLOCK], said.get(ROW, ""), said[COLUMN], origin)


def _number(cell: Raw | None) -> Decimal | None:
    if cell is None:
        return None
    try:
        return cell.number if cell.number is not None else Decimal(cell.text.strip())
    except InvalidOperation:
        return None


def origins_of(
    grid: Grid, book: Return, shape: Book
) -> tuple[dict[Cell, Origin], tuple[Oddity, ...]]:
    """Of each figure that still is what was taken over its origin; and what a person changed since, told once."""
    found: dict[Cell, Origin] = {}
    changed: list[tuple[Cell, Origin, str]] = []
    rows: dict[str, Mapping[str, int]] = {}
    for line in lines_in(grid):
        block = shape.blocks.get(line.block)
        if (
            block is None
            or line.column not in block.columns
            or line.block not in book.blocks
        ):
            continue  # another profile's, or of a door that the cover no longer names: that is told by itself
        name = _name(line, block, book, rows)
        value = book[name] if name is not None else None
        if (
            name is None
            or not isinstance(value, Figure)
            or not isinstance(value.source, Cell)
        ):
            if line.origin.source == PLATFORM and not _is_calculated(
                line, block, shape
            ):
                changed.append((_home(book, shape, line), line.origin, "没有了"))
            continue
        calculated = shape.formula_of(name) is not None
        if calculated or value.number == line.origin.number:
            found[value.source] = line.origin
        elif (
            line.origin.source == PLATFORM
        ):  # what was last year's may be put right here
            changed.append(
                (
                    value.source,
                    line.origin,
                    plain(value.number) if value.given else "空着",
                )
            )
    return found, tuple(_told(changed)) if changed else ()


def _is_calculated(line: Line, block: Block, shape: Book) -> bool:
    name = Name(
        block.key, line.row if block.kind is BlockKind.GRID else "", line.column
    )
    return shape.formula_of(name) is not None


def _name(
    line: Line, block: Block, book: Return, rows: dict[str, Mapping[str, int]]
) -> Name | None:
    """What a line of the sheet is called in the return; None where its code stands in no line any more."""
    if block.kind is BlockKind.GRID:
        return Name(block.key, line.row, line.column)
    if block.kind is not BlockKind.LIST:
        return Name(block.key, column=line.column)
    if block.key not in rows:
        columns = block.coded[0].columns if block.coded else ()
        rows[block.key] = {
            code_of(row, columns): number
            for number, row in enumerate(book.rows(block.key), 1)
        }
    number = rows[block.key].get(line.row)
    return None if number is None else Name(block.key, column=line.column, line=number)


def _home(book: Return, shape: Book, line: Line) -> Cell:
    """Where to look for a line that is gone: the form's title."""
    state = book.sheets.get(shape.sheet_of(line.block).key)
    return (
        state.title
        if state is not None
        else Cell(book.book, shape.sheet_of(line.block).name, 1, 1)
    )


def _told(changed: list[tuple[Cell, Origin, str]]) -> Iterator[Oddity]:
    by_source: dict[str, list[tuple[Cell, Origin, str]]] = {}
    for one in changed:
        by_source.setdefault(one[1].source, []).append(one)
    for source, ones in by_source.items():
        each = [
            f"{cell.sheet}{cell.address} {source}是 {plain(origin.number)}，现在{now}"
            for cell, origin, now in ones
        ]
        examples = "；".join(each[:MOST_TOLD]) + ("等" if len(each) > MOST_TOLD else "")
        said = {
            "count": str(len(ones)),
            "examples": examples,
            "source": source,
            "sheet": SHEET,
        }
        yield Oddity(
            "taken-changed", tuple(dict.fromkeys(cell for cell, _, _ in ones)), said
        )
