"""A return as data and back: the JSON that the return's JSON Schema describes.

Money and numbers travel as decimal strings, so no reader turns them into binary floats.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from toolkit.model import Cell, Figure, Filled, Kind, Project, Return, Row, SheetState, Value, Words
from toolkit.profile.form import Block, Book, Column, Profile, Sheet
from toolkit.rules.rule import plain


def to_data(book: Return, profile: Profile, key: str = "unit") -> dict[str, Any]:
    """Write a return as JSON data; blanks are left out, blocks without any entry too."""
    data: dict[str, Any] = {}
    for sheet in profile.books[key].sheets.values():
        if sheet.repeat:
            data[sheet.repeat] = [_project_data(project, sheet) for project in book.projects]
            continue
        for block in sheet.blocks.values():
            filled = book.blocks.get(block.key)
            if filled is not None and (said := _filled_data(filled)):
                data[block.key] = said
    return data


def _project_data(project: Project, sheet: Sheet) -> dict[str, Any]:
    _, listed = sheet.blocks
    return {**_row_data(project.head), listed: [_row_data(row) for row in project.indicators]}


def _filled_data(filled: Filled) -> Any:
    if isinstance(filled, Row):
        return _row_data(filled)
    if isinstance(filled, Mapping):
        return {key: said for key, row in filled.items() if (said := _row_data(row))}
    return [_row_data(row) for row in filled]


def _row_data(row: Row) -> dict[str, str]:
    return {key: said for key, value in row.values.items() if (said := said_of(value)) is not None}


def said_of(value: Value) -> str | None:
    """What a value says as data: a decimal string, a text, what stands in the cell, or None for a blank."""
    if isinstance(value, Figure):
        if value.value is not None:
            return plain(value.value)
        return value.raw or None
    return value.text or None


def from_data(data: Mapping[str, Any], profile: Profile, book: str = "", key: str = "unit") -> Return:
    """Make a return of JSON data, as `to_data` writes it, and of "ticks": what is ticked on which sheet.

    Its cells are the block's own rows and columns, counted from 1, on the form's sheet.
    """
    shape = profile.books[key]
    blocks: dict[str, Filled] = {}
    projects: tuple[Project, ...] = ()
    sheets: dict[str, SheetState] = {}
    ticks = data.get("ticks", {})
    for sheet in shape.sheets.values():
        if sheet.repeat:
            projects = tuple(_project(said, sheet, n, book) for n, said in enumerate(data.get(sheet.repeat, ()), 1))
            for n, project in enumerate(projects, 1):
                cell = Cell(book, project.sheet, 1, 1)
                sheets[f"{sheet.key}{n}"] = SheetState(
                    cell, ticks.get(f"{sheet.key}{n}", ticks.get(sheet.key, "")), project.begun
                )
            continue
        for block in sheet.blocks.values():
            if block.kind != "index":
                blocks[block.key] = _filled(data.get(block.key), block, Cell(book, sheet.name, 1, 1))
        begun = any(data.get(key) for key in sheet.blocks)
        sheets[sheet.key] = SheetState(Cell(book, sheet.name, 1, 1), ticks.get(sheet.key, ""), begun)
    return Return(book, profile.id, blocks, projects, sheets)


def _filled(said: Any, block: Block, at: Cell) -> Filled:
    if block.kind == "fields":
        return _row(said or {}, block.columns, block.key, at)
    if block.kind == "grid":
        return {
            key: _row((said or {}).get(key, {}), _columns(block, key), key, Cell(at.book, at.sheet, number, 1))
            for number, key in enumerate(block.rows, 1)
        }
    return tuple(
        _row(line, block.columns, str(number), Cell(at.book, at.sheet, number, 1)) for number, line in enumerate(said or (), 1)
    )


def _columns(block: Block, row: str) -> dict[str, Column]:
    return {key: column for key, column in block.columns.items() if column.stands_in(row)}


def _project(said: Mapping[str, Any], sheet: Sheet, number: int, book: str) -> Project:
    head, indicators = sheet.blocks.values()
    at = Cell(book, sheet.called(number), 1, 1)
    rows = _filled(said.get(indicators.key), indicators, at)
    return Project(at.sheet, _row(said, head.columns, head.key, at), rows if isinstance(rows, tuple) else (), at)


def _row(said: Mapping[str, Any], columns: Mapping[str, Column], key: str, at: Cell) -> Row:
    values = {
        name: value_of(said.get(name, column.constant), column, Cell(at.book, at.sheet, at.row, number))
        for number, (name, column) in enumerate(columns.items(), 1)
    }
    return Row(key, values, at)


def value_of(said: str | None, column: Column, cell: Cell) -> Value:
    """Read one datum as a column's value."""
    if not column.numeric:
        return Words(said.strip(), cell, Kind.TEXT, said) if said else Words("", cell, Kind.BLANK)
    if said is None or said == "":
        return Figure(None, cell, Kind.BLANK)
    try:
        return Figure(Decimal(said), cell, Kind.NUMBER, said)
    except InvalidOperation:
        return Figure(None, cell, Kind.TEXT, said)


def computed(book: Return, shape: Book) -> Return:
    """The same return with every calculated total of its grids filled in from what it adds up, where it stands blank."""
    blocks = dict(book.blocks)
    for block in shape.blocks.values():
        if block.kind == "grid" and isinstance(grid := blocks.get(block.key), Mapping):
            blocks[block.key] = _computed_grid(grid, block)
    return Return(book.book, book.profile, blocks, book.projects, book.sheets, book.oddities)


def _computed_grid(grid: Mapping[str, Row], block: Block) -> dict[str, Row]:
    values = {key: dict(row.values) for key, row in grid.items()}
    source = GridSource(values)
    for row, column in formula_order(block):
        term = block.drawn_formula(block.rows[row], block.columns[column])
        old = values[row].get(column)
        if term is not None and isinstance(old, Figure) and old.kind is Kind.BLANK and isinstance(old.source, Cell):
            values[row][column] = Figure(term.figure(source).number, old.source)
    return {key: Row(key, values[key], row.cell) for key, row in grid.items()}


class GridSource:
    """Answers row.column names from a grid, while its totals are being calculated."""

    def __init__(self, values: Mapping[str, Mapping[str, Value]]) -> None:
        self.values = values

    def value(self, name: str) -> Value:
        row, _, column = name.partition(".")
        return self.values[row][column]

    def column(self, name: str) -> tuple[Figure, ...]:
        raise KeyError(name)


def formula_order(block: Block) -> Iterator[tuple[str, str]]:
    """Yield the calculated cells of a grid so that each comes after those it reads."""
    pending = {(r.key, c.key): t for r, c in block.cells() if (t := block.drawn_formula(r, c)) is not None}
    while pending:
        ready = [at for at, term in pending.items() if not any(tuple(n.split(".")) in pending for n in term.names())]
        if not ready:
            raise ValueError(f"算式互相引用：{block.key} {sorted(pending)}")
        for at in ready:
            del pending[at]
            yield at
