"""A return as data and back: the JSON that the return's JSON Schema describes.

Money and numbers travel as decimal strings, so no reader turns them into binary floats.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from toolkit.model import (
    BlockKind,
    Cell,
    Figure,
    Filled,
    Kind,
    Name,
    Oddity,
    Project,
    Return,
    Row,
    SheetState,
    Value,
    Words,
    code_in,
)
from toolkit.profile.by_door import of_return
from toolkit.profile.form import UNIT, Block, Book, Column, Profile, Sheet
from toolkit.returns.calculating import Calculating, Here, calculated
from toolkit.returns.coded import with_names
from toolkit.returns.deriving import (
    calculated_by_door,
    derived_from,
    is_derived,
    of_entries,
)
from toolkit.rules.claim import Term
from toolkit.rules.formula import figure
from toolkit.rules.rule import plain
from toolkit.rules.source import Source

# asked for thousands of times, which a module answers faster than a class
BLANK, GRID, LIST = Kind.BLANK, BlockKind.GRID, BlockKind.LIST

# -- a return as data -------------------------------------------------------------------------------------------------


def to_data(book: Return, profile: Profile, key: str = "unit") -> dict[str, Any]:
    """Write a return as JSON data; blanks are left out, blocks without any entry too."""
    return arranged(book, profile.books[key], _data_of)


def _data_of(_block: str, row: Row) -> dict[str, Any]:
    data: dict[str, Any] = {}
    # As `datum_of` says, without a call for each of a thousand values.
    for column, value in row.values.items():
        if isinstance(value, Words):
            datum = value.text
        elif value.value is not None:
            datum = plain(value.value)
        else:
            datum = value.raw
        if datum:
            data[column] = datum
    return data


def arranged(
    book: Return, shape: Book, row_said: Callable[[str, Row], dict[str, Any]]
) -> dict[str, Any]:
    """What is said of each row (by its block) where the JSON data has it (Book.path_of).

    A list has as many lines as the return, those that hold nothing too: a line's place is its number.
    """
    data: dict[str, Any] = {}
    for key, filled in book.blocks.items():
        lines = [row_said(key, row) for row in filled.rows]
        if filled.kind is LIST:
            found: Any = lines
        elif filled.kind is GRID:
            found = {
                row.key: line
                for row, line in zip(filled.rows, lines, strict=True)
                if line
            }
        else:
            found = lines[0] if lines else {}
        if found:
            data[key] = found
    if shape.repeated is not None:
        data[shape.repeated.repeat] = [
            row_said(one.head.key, one.head)
            | (
                {one.listed: [row_said(one.listed, row) for row in one.indicators]}
                if one.listed
                else {}
            )
            for one in book.projects
        ]
    return data


def plant(data: dict[str, Any], path: Sequence[str | int], datum: str) -> None:
    """Put a datum at its place, making room for it."""
    place: Any = data
    for step, following in pairwise(path):
        if isinstance(step, int):
            place += [{} for _ in range(step + 1 - len(place))]
            place = place[step]
        else:
            place = place.setdefault(step, [] if isinstance(following, int) else {})
    place[path[-1]] = datum


def datum_of(value: Value) -> str | None:
    """What a value is as data: a decimal string, a text, what stands in the cell, or None for a blank."""
    if isinstance(value, Words):
        return value.text or None
    if value.value is not None:
        return plain(value.value)
    return value.raw or None


# -- data as a return -------------------------------------------------------------------------------------------------


def from_data(
    data: Mapping[str, Any], profile: Profile, book: str = "", key: str = "unit"
) -> Return:
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
            said = data.get(sheet.repeat, ())
            projects = tuple(
                _project(one, sheet, shape, number, book)
                for number, one in enumerate(said, 1)
            )
            for number, project in enumerate(projects, 1):
                own = f"{sheet.key}{number}"
                tick = ticks.get(own, ticks.get(sheet.key, ""))
                sheets[own] = SheetState(
                    Cell(book, project.sheet, 1, 1), tick, project.begun
                )
            continue
        at = Cell(book, sheet.name, 1, 1)
        for block in sheet.blocks.values():
            if block.kind is not BlockKind.INDEX:
                blocks[block.key] = _named(
                    _filled(data.get(block.key), block, at), block, shape
                )
        begun = any(data.get(block) for block in sheet.blocks)
        sheets[sheet.key] = SheetState(at, ticks.get(sheet.key, ""), begun)
    made = Return(book, profile.id, blocks, projects, sheets, cast=shape.cast)
    return _by_door(made, data, profile) if key == UNIT else made


def _by_door(given: Return, data: Mapping[str, Any], profile: Profile) -> Return:
    """A return with what its door uses alone, and what that derives; that anything else was given is put down."""
    own = of_return(profile, given)
    used = own.book
    if used is profile.book:
        return calculated_by_door(given, used)
    unused = [
        sheet for key, sheet in profile.book.sheets.items() if key not in used.sheets
    ]
    filled = [
        f"“{sheet.name}”"
        for sheet in unused
        if any(data.get(block) for block in sheet.blocks)
    ]
    at = next(iter(given.sheets.values())).title
    told = (
        (Oddity("door-unused", (at,), {"door": own.door, "forms": "、".join(filled)}),)
        if filled
        else ()
    )
    blocks = {key: block for key, block in given.blocks.items() if key in used.blocks}
    sheets = {
        key: state
        for key, state in given.sheets.items()
        if key in used.sheets or key not in profile.book.sheets
    }
    return calculated_by_door(
        replace(given, blocks=blocks, sheets=sheets, oddities=told, door=own.door), used
    )


def _named(filled: Filled, block: Block, shape: Book) -> Filled:
    """A block with the names of its codes."""
    return replace(
        filled, rows=tuple(with_names(row, block, shape.lists) for row in filled.rows)
    )


def _filled(said: Any, block: Block, at: Cell) -> Filled:
    match block.kind:
        case BlockKind.FIELDS:
            rows = [_row(said or {}, block.columns, block.key, at)]
        case BlockKind.GRID:
            given = said or {}
            rows = [
                _row(
                    given.get(key, {}),
                    columns_in(block, key),
                    key,
                    at._replace(row=number),
                )
                for number, key in enumerate(block.rows, 1)
            ]
        case _:
            rows = [
                _row(line, block.columns, str(number), at._replace(row=number))
                for number, line in enumerate(said or (), 1)
            ]
    return Filled(block.key, block.kind, tuple(rows))


def columns_in(block: Block, row: str) -> dict[str, Column]:
    """The columns that a grid has in a row."""
    return {
        key: column for key, column in block.columns.items() if column.stands_in(row)
    }


def _project(
    said: Mapping[str, Any], sheet: Sheet, shape: Book, number: int, book: str
) -> Project:
    head, listed = sheet.of_project
    at = Cell(book, sheet.called(number), 1, 1)
    rows = _named(_filled(said.get(listed.key), listed, at), listed, shape).rows
    own = with_names(_row(said, head.columns, head.key, at), head, shape.lists)
    return Project(at.sheet, own, rows, at, listed.key, shape.cast)


def _row(
    said: Mapping[str, Any], columns: Mapping[str, Column], key: str, at: Cell
) -> Row:
    values = {
        name: value_of(
            said.get(name, column.constant), column, at._replace(column=number)
        )
        for number, (name, column) in enumerate(columns.items(), 1)
    }
    return Row(key, values, at)


def value_of(said: str | None, column: Column, cell: Cell) -> Value:
    """Read one datum as a column's value."""
    if column.coding is not None and said:
        return Words(code_in(said, column.coding.digits).strip(), cell, Kind.TEXT, said)
    if not column.numeric:
        return (
            Words(said.strip(), cell, Kind.TEXT, said)
            if said
            else Words("", cell, Kind.BLANK)
        )
    if said is None or said == "":
        return Figure(None, cell, Kind.BLANK)
    try:
        return Figure(Decimal(said), cell, Kind.NUMBER, said)
    except InvalidOperation:
        return Figure(None, cell, Kind.TEXT, said)


# -- calculated totals ------------------------------------------------------------------------------------------------


def computed(book: Return, shape: Book) -> Return:
    """The same return with everything that is calculated filled in from what it is made of, where it stands blank."""

    def filled_in(place: Name, old: Value, term: Term, source: Source) -> Value:
        if is_derived(place, shape):
            return of_entries(term, source)
        # Only a blank cell of the form itself, or one that an older form had not: what a person typed over a total stays,
        # and is told elsewhere.
        if (
            isinstance(old, Figure)
            and old.kind is Kind.BLANK
            and (isinstance(old.source, Cell) or not old.source)
        ):
            return calculated_figure(term, source, old)
        return old

    def waits(place: Name, old: Value) -> bool:
        return old.kind is BLANK or is_derived(place, shape)

    return calculated(book, shape, filled_in, asked=waits)


def calculated_figure(term: Term, source: Source, old: Figure) -> Figure:
    """What a formula gives, in the cell of what stands there."""
    made = figure(term, source)
    return Figure(made.value if made.undefined else made.number, old.source, made.kind)


# -- other figures ----------------------------------------------------------------------------------------------------


def with_figures(
    book: Return, numbers: Mapping[Name, Decimal | None], shape: Book
) -> Return:
    """The same return with other numbers under some names, None for a blank; what was calculated rightly is calculated again.

    A total that a person typed over stays as it is.
    """
    changed = _with_entries(book, numbers)
    if any(name.block in derived_from(shape) for name in numbers):
        changed = calculated_by_door(changed, shape)
    nodes = {shape.node(name) for name in numbers}
    following: dict[Name, None] = {}
    for name, reads in shape.reads.items():
        if not nodes.isdisjoint(reads):
            following[name] = None
            nodes.add(name)
    if not following:
        return changed

    def refigured(place: Name, old: Value, term: Term, source: Source) -> Value:
        if not isinstance(old, Figure) or old.number != as_calculated(
            place, term, book, shape
        ):
            return old
        return _refigured_value(old, figure(term, source).value)

    return calculated(changed, shape, refigured, following)


def as_calculated(place: Name, term: Term, book: Return, shape: Book) -> Decimal:
    """What a place's formula gives in a return as it stands; made once, for many a copy is asked whether it was right."""
    known: dict[Name, Decimal] = book.kept.setdefault(as_calculated, {})
    if place not in known:
        here = Here(Calculating(book, shape), place, shape)
        known[place] = figure(term, here).number
    return known[place]


def _with_entries(book: Return, numbers: Mapping[Name, Decimal | None]) -> Return:
    """The same return with other numbers under some names."""
    of_rows: dict[Name, dict[str, Decimal | None]] = {}
    for name, number in numbers.items():
        of_rows.setdefault(name.at(""), {})[name.column] = number
    blocks = dict(book.blocks)
    for key in {row.block for row in of_rows if row.block in blocks}:
        rows = (
            _refigured_row(row, of_rows.get(name, {}))
            for name, row in blocks[key].named()
        )
        blocks[key] = replace(blocks[key], rows=tuple(rows))
    projects = list(book.projects)
    for line, project in enumerate(projects, 1):
        own = of_rows.get(Name(project.head.key, line=line))
        if own:
            projects[line - 1] = replace(
                project, head=_refigured_row(project.head, own)
            )
    return replace(book, blocks=blocks, projects=tuple(projects))


def _refigured_row(row: Row, numbers: Mapping[str, Decimal | None]) -> Row:
    if not numbers:
        return row
    values = dict(row.values)
    for column, number in numbers.items():
        value = values.get(column)
        if isinstance(value, Figure):
            values[column] = _refigured_value(value, number)
    return replace(row, values=values)


def _refigured_value(figure: Figure, number: Decimal | None) -> Figure:
    kind = Kind.BLANK if number is None else Kind.NUMBER
    return replace(figure, value=number, kind=kind)
