"""A return of an earlier year taken over into later forms: this year's figures become last year's, words are carried.

What people must judge anew is not carried: other figures, what was ticked, approvals, answers to findings, reasons for changes.
What was carried in words is listed, so that it can be marked until somebody has changed or confirmed it.
"""

from __future__ import annotations

import re
from typing import Any

from toolkit.files.grid import Grid
from toolkit.model import (
    LAST_YEAR,
    BlockKind,
    Cell,
    Figure,
    Name,
    Origin,
    Return,
    Role,
    Value,
    Words,
    record,
)
from toolkit.profile.form import Block, Book, Column, Profile
from toolkit.profile.wording import answers
from toolkit.returns.data import datum_of, plant
from toolkit.returns.origins import Line

ANEW = frozenset(
    {
        Role.APPROVAL_NUMBER.part,
        Role.ANSWER_ID.part,
        Role.DECISION_ID.part,
        Role.REASON_KEY.part,
    }
)
APPROVED = "agency.approved_"
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


@record()
class Carried:
    """A text that was taken over: its name in the new forms, and what it says."""

    name: Name
    text: str

    @property
    def years(self) -> tuple[str, ...]:
        """The years that it speaks of, each once."""
        return tuple(dict.fromkeys(YEAR.findall(self.text)))


@record()
class TakenOver:
    """What a return gives to the forms of a later year: as JSON data, the texts in it, and what found no place there."""

    data: dict[str, Any]
    texts: tuple[Carried, ...]
    homeless: tuple[str, ...]  # what the earlier forms called it
    figures: tuple[
        Line, ...
    ] = ()  # the figures in it, each with the cell that it stood in


@record(slots=True)
class NotTaken:
    """Something that a document says and that no cell was filled with, or a cell that nothing was found for: what, where, why."""

    kind: str
    place: str  # in the document
    said: str
    why: str


# of what was carried: a line a text, until each is changed or confirmed
SHEET = "沿用核对"
FIRST_LINE = 6
NUMBER, PLACE, TEXT, YEARS, STATE, ANSWER, NAME = range(2, 9)  # its columns
CONFIRMED = "照旧"


def unconfirmed(grid: Grid, book: Return) -> tuple[Cell, ...]:
    """The cells of a workbook that still say what the year before said, and that nobody has confirmed."""
    raw = grid.sheets.get(SHEET)
    if raw is None:
        return ()
    held = dict(book.values())
    cells: list[Cell] = []
    for (row, column), cell in raw.cells.items():
        if column != NAME or row < FIRST_LINE:
            continue
        name = _name_of(cell.text)
        value = held.get(name) if name is not None else None
        answer = raw.cells.get((row, ANSWER))
        before = raw.cells.get((row, TEXT))
        same = (
            value is not None
            and before is not None
            and isinstance(value, Words)
            and value.text == before.text.strip()
        )
        if (
            same
            and value is not None
            and (answer is None or answer.text.strip() != CONFIRMED)
        ):
            cells += value.cells()
    return tuple(cells)


def _name_of(text: str) -> Name | None:
    """A name that the sheet has written down; None where somebody wrote something else there."""
    try:
        return Name.parse(text)
    except ValueError:
        return None


def take_over(old: Return, before: Profile, now: Profile) -> TakenOver:
    """Take a return over from an earlier year's forms into a later one's; shapes and names as each profile has them."""
    data: dict[str, Any] = {}
    texts: list[Carried] = []
    homeless: dict[str, None] = {}
    figures: list[Line] = []
    for name, value in old.values():
        datum = datum_of(value)
        if datum is None:
            continue
        target = _target(name, value, now.book)
        if (
            target is not None
            and now.book.has(_lineless(target))
            and _is_entry(target, now.book)
        ):
            plant(data, now.book.path_of(target), datum)
            if isinstance(value, Words) and not _is_identity(target, now.book):
                texts.append(Carried(target, datum))
            elif (
                isinstance(value, Figure)
                and isinstance(value.source, Cell)
                and not target.line
            ):
                cell = value.source
                origin = Origin(
                    LAST_YEAR, cell.book, cell.sheet, cell.address, value.number
                )
                figures.append(Line(target.block, target.row, target.column, origin))
        elif isinstance(value, Words) and not now.book.has(_lineless(name)):
            homeless[before.book.title_of(name)] = None
    return TakenOver(data, tuple(texts), tuple(homeless), tuple(figures))


def _lineless(name: Name) -> Name:
    """The same name without its line: whether a book has it does not hang on that."""
    return Name(name.block, name.row, name.column)


def _is_entry(name: Name, book: Book) -> bool:
    """Whether a person fills in what a name names."""
    column = book.column_of(name)
    return (
        not column.constant
        and column.looked_up is None
        and book.formula_of(name) is None
    )


def _target(name: Name, value: Value, book: Book) -> Name | None:
    """Where a value goes in the later forms; None where it is not carried."""
    block = book.blocks.get(name.block)
    if block is None:
        return None
    if isinstance(value, Figure):
        heir = next(
            (
                column.key
                for column in block.columns.values()
                if column.was == name.column
            ),
            "",
        )
        return name.at(heir) if heir else None
    return (
        name
        if _carries_words(block, block.columns.get(name.column), value, book)
        else None
    )


def _entry_lists(book: Book) -> frozenset[str]:
    """The lists of entries that tables are derived of by some door."""
    return frozenset(
        block.derived.source
        for block in book.blocks.values()
        if block.derived is not None
    )


def _carries_words(
    block: Block, column: Column | None, value: Words, book: Book
) -> bool:
    """Whether a text is carried: one that speaks of this year's figures beside it, or that decides something, is not."""
    if (
        column is None
        or column.numeric
        or column.constant
        or column.kind == "date"
        or column.looked_up is not None
    ):
        return False
    if column.role is not None and (
        column.role.part in ANEW or column.role.startswith(APPROVED)
    ):
        return False
    if column.choices and value.text not in answers(column):
        return False
    if (
        block.key in _entry_lists(book)
    ):  # a line is known by its code, kind and so on: without them its figure is nothing's
        return True
    speaks_of_figures = any(other.was for other in block.columns.values())
    counted = block.kind is BlockKind.LIST and any(
        other.kind == "money" for other in block.columns.values()
    )
    # its figures are approvals, its rows are the units
    own_list = block.key == book.cast.block(Role.AGENCY_CODE)
    return not speaks_of_figures and (own_list or not counted)


def _is_identity(name: Name, book: Book) -> bool:
    """Whether a text only says who or which: a code, a name, a choice. Nobody need read it again for that."""
    if name.block in _entry_lists(book):
        return True
    column = book.column_of(name)
    return (
        column.kind != "text"
        or column.coded
        or (column.role is not None and not column.role.startswith("indicator."))
    )
