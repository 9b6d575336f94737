"""Tables that nobody types: the rows of a derived list made of a unit's entries, each figure of it with its entry cells.

A derived list has a row for every code that occurs in its entries, and for every code around one, in the order of the codes.
An entry whose code cannot be read is not lost: it counts in the rows of what can be read of it, at the end in one that has no
code, so that the sum over the outermost rows is the sum of all entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from toolkit.model import (
    NO_WORDS,
    NOTHING,
    BlockKind,
    CodeList,
    Figure,
    Filled,
    Kind,
    Name,
    Return,
    Row,
    Value,
    Words,
    once_of,
    record,
)
from toolkit.profile.doors import Derived
from toolkit.profile.form import Block, Book, Column
from toolkit.returns.calculating import calculated
from toolkit.returns.coded import with_names
from toolkit.rules.claim import Term
from toolkit.rules.formula import figure
from toolkit.rules.source import Source


def derived(book: Return, shape: Book) -> Return:
    """The same return with its derived lists made of its entries, and room for the grids that are calculated from them.

    `shape` is the book as the return's door has it (`profile.by_door`).
    """
    made = {
        block.key: _filled(block, book, shape)
        for block in shape.blocks.values()
        if block.made
    }
    return replace(book, blocks={**book.blocks, **made}) if made else book


def calculated_by_door(book: Return, shape: Book) -> Return:
    """The same return, which has no workbook, with the forms that its door derives; what else is calculated stays as it is."""
    made = [name for name in shape.formulas if is_derived(name, shape)]
    if not made and not any(block.made for block in shape.blocks.values()):
        return book
    return calculated(
        derived(book, shape),
        shape,
        lambda _, __, term, source: of_entries(term, source),
        made,
    )


@once_of
def derived_from(shape: Book) -> frozenset[str]:
    """The lists of entries that a door derives tables from."""
    return frozenset(
        block.derived.source
        for block in shape.blocks.values()
        if block.made and block.derived is not None
    )


def is_derived(name: Name, shape: Book) -> bool:
    """Whether a value stands in a form that nobody fills in, since its door derives it."""
    return shape.sheet_of(name.block).is_derived


def of_entries(term: Term, source: Source) -> Figure:
    """What a formula gives; of no entry at all nothing, which public tables leave blank."""
    made = figure(term, source)
    return made if next(made.leaves(), None) is not None else NOTHING


def _filled(block: Block, book: Return, shape: Book) -> Filled:
    if block.derived is not None:
        rows = _rows(block, block.derived, book.rows(block.derived.source), shape)
        return Filled(block.key, BlockKind.LIST, rows)
    there = book.blocks.get(block.key)
    if there is not None and not shape.sheet_of(block.key).is_derived:
        return there  # its cells stand in a form that is filled in besides
    return Filled(
        block.key, block.kind, tuple(Row(key, _blank(block, key)) for key in block.rows)
    )


def _blank(block: Block, row: str) -> dict[str, Value]:
    return {
        key: NOTHING if column.numeric else NO_WORDS
        for key, column in block.columns.items()
        if column.stands_in(row)
    }


def _rows(
    block: Block, said: Derived, entries: Iterable[Row], shape: Book
) -> tuple[Row, ...]:
    """The rows of a derived list, in the order of their codes."""
    coded = next(coded for coded in block.coded if coded.list == _list_of(said, shape))
    codes = shape.lists[coded.list]
    lengths = [codes.levels[level] for level in said.levels]
    groups: dict[str, list[Row]] = {}
    for entry in entries:
        if said.where is None or said.where.holds(entry):
            for code in _around(entry.text(said.by), lengths):
                groups.setdefault(code, []).append(entry)
    # A code without digits sorts behind all others.
    ordered = sorted(groups, key=lambda code: (not code, code))
    made = (
        _row(block, said, coded.columns, codes, code, groups[code]) for code in ordered
    )
    return tuple(
        with_names(replace(row, key=str(number)), block, shape.lists)
        for number, row in enumerate(made, 1)
    )


def _list_of(said: Derived, shape: Book) -> str:
    coding = shape.blocks[said.source].columns[said.by].coding
    return coding.list if coding is not None else ""


def _around(code: str, lengths: Sequence[int]) -> list[str]:
    """The codes of the rows that an entry counts in: its own and those around it; of what is no code that alone."""
    if not code.isdecimal():
        return [""]
    found = [code[:length] for length in lengths if length <= len(code)]
    return found or [""]


def _row(
    block: Block,
    said: Derived,
    columns: Sequence[str],
    codes: CodeList,
    code: str,
    entries: Sequence[Row],
) -> Row:
    values: dict[str, Value] = {}
    parts = _parts(block, columns, codes, code)
    # The code stands in the cells of the entries: where it is wrong, it is mended there.
    cells = tuple(cell for entry in entries for cell in entry.words(said.by).cells())
    source = _Entries(tuple(entries))
    for key, column in block.columns.items():
        if key in parts:
            values[key] = (
                Words(parts[key], cells, Kind.TEXT, parts[key])
                if parts[key]
                else NO_WORDS
            )
        elif key in said.sums:
            values[key] = of_entries(said.sums[key], source)
        else:
            values[key] = NOTHING if column.numeric else NO_WORDS
    return Row("", values)


def _parts(
    block: Block, columns: Sequence[str], codes: CodeList, code: str
) -> dict[str, str]:
    """What stands in each of the columns that hold a code between them: of a level its own digits, else the whole code."""
    parts: dict[str, str] = {}
    for key in columns:
        part = _part_of(block.columns[key])
        if not part:
            parts[key] = code
            continue
        length = codes.levels[part]
        parts[key] = (
            code[length - codes.digits(part) : length] if len(code) >= length else ""
        )
    return parts


def _part_of(column: Column) -> str:
    return column.coding.part if column.coding is not None else ""


@record()
class _Entries:
    """Answers the columns of the entries of one code."""

    rows: tuple[Row, ...]

    def value(self, name: Name) -> Value:
        # a derived column reads whole columns alone (profile.derivation)
        raise AssertionError(name)

    def column(self, name: Name) -> tuple[Figure, ...]:
        return tuple(row.figure(name.column) for row in self.rows)

    def lines(self, _block: str) -> tuple[Row, ...]:
        return self.rows
