"""Which rows of a return may break its schema, as their values show: these alone are written as data and held against it.

Nearly all rows of nearly all returns are as the schema wants them, and to write them down takes as long as to hold them.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.check.verdict import Path, Verdict
from toolkit.model import (
    ALL_FILLED,
    BlockKind,
    Filled,
    Kind,
    Return,
    Row,
    Words,
    record,
)
from toolkit.profile.form import Book, Sheet
from toolkit.rules.rule import plain

# What stands for a cell that holds no readable number, so that the schema refuses it there; what waits for its addends is no
# fault of its own.
NOT_READ = {Kind.UNCOMPUTED: "（未计算）", Kind.ERROR: "（错误值）", Kind.WAITING: "0"}
EMPTY = (Kind.BLANK, Kind.UNDEFINED)


@record(slots=True)
class Doubt:
    """A row that may break its schema, `held`: where it stands in the data, its block and form, whether blanks are asked of it."""

    path: Path
    held: Verdict
    block: str
    sheet: Sheet
    row: Row
    asked: bool


def is_asked(sheet: Sheet, book: Return) -> bool:
    """Whether a form's entries are held against the schema: once it was begun, or ticked as filled."""
    state = book.sheets.get(sheet.key)
    return (
        sheet.repeat != "" or state is None or state.begun or state.tick == ALL_FILLED
    )


def doubts(book: Return, shape: Book, verdict: Verdict) -> Iterator[Doubt]:
    """Yield the rows that are not seen to be as the verdict wants them, in the order of the data."""
    for sheet in shape.sheets.values():
        if sheet.repeat:
            yield from _of_projects(book, sheet, verdict.properties[sheet.repeat])
        elif not sheet.is_derived:  # what is derived is nobody's entry
            asked = is_asked(sheet, book)
            for key in sheet.blocks:
                if key in book.blocks:
                    yield from _of_block(
                        book.blocks[key], sheet, verdict.properties[key], asked=asked
                    )


def _of_projects(book: Return, sheet: Sheet, held: Verdict) -> Iterator[Doubt]:
    """The rows of projects; their forms are always asked."""
    one = held.each
    for number, project in enumerate(book.projects):
        head, path = project.head, (sheet.repeat, number)
        if not _is_sound(head, one):
            yield Doubt(path, one, head.key, sheet, head, asked=True)
        if project.listed:
            line = one.properties[project.listed].each
            for place, row in enumerate(project.indicators):
                if not _is_sound(row, line):
                    at = (*path, project.listed, place)
                    yield Doubt(at, line, project.listed, sheet, row, asked=True)


def _of_block(
    filled: Filled, sheet: Sheet, held: Verdict, *, asked: bool
) -> Iterator[Doubt]:
    """The rows of one block. In a form that nobody has begun only lines are asked, and what shows an error."""
    key, kind = filled.key, filled.kind
    path: Path
    for place, row in enumerate(filled.rows):
        match kind:
            case BlockKind.LIST:
                path, own = (key, place), held.each
            case BlockKind.GRID:
                path, own = (key, row.key), held.properties[row.key]
            case _:
                path, own = (key,), held
        sound = _is_sound(row, own) if asked else _says_nothing(row, kind)
        if not sound:
            yield Doubt(path, own, key, sheet, row, asked)


def _is_sound(row: Row, held: Verdict) -> bool:
    """Whether all that stands in a row fits, and what must be there is."""
    if not (held.known and held.required.issubset(row.values)):
        return False
    texts = held.texts
    for column, value in row.values.items():
        if isinstance(value, Words):
            said = value.text
        elif value.value is not None and value.kind is Kind.NUMBER:
            said = plain(value.value)
        elif value.value is None and not value.raw and value.kind in EMPTY:
            said = ""
        else:
            return False
        if not said:
            if column in held.required:
                return False
            continue
        limits = texts.get(column)
        if limits is None:
            return False
        longest, one_line, fits = limits
        if (
            len(said) > longest
            or (one_line and "\n" in said)
            or (fits is not None and not fits(said))
        ):
            return False
    return True


def _says_nothing(row: Row, kind: BlockKind) -> bool:
    """Whether a row of a form that nobody has begun is no line, and has no error to tell."""
    return kind is not BlockKind.LIST and all(
        value.kind not in NOT_READ for value in row.values.values()
    )
