"""Returns that remember what was read of them: what a look really reads is held to what its rule declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from toolkit.model import Disclosure, Filled, Name, Project, Return, Row, Value


class Seen(Mapping[str, Value]):
    """A row's values; whichever is asked for, or passed over in a loop, is noted under its name without a line."""

    def __init__(
        self, values: Mapping[str, Value], row: Name, notes: set[Name]
    ) -> None:
        self.held = values
        self.row = row
        self.notes = notes

    def __getitem__(self, column: str) -> Value:
        value = self.held[column]
        self.notes.add(Name(self.row.block, self.row.row, column))
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)


def recorded(book: Return, notes: set[Name]) -> Return:
    """The same return, every reading of a value noted."""

    def row_of(name: Name, row: Row) -> Row:
        return replace(row, values=Seen(row.values, name, notes))

    def filled_of(filled: Filled) -> Filled:
        return replace(
            filled, rows=tuple(row_of(name, row) for name, row in filled.named())
        )

    def project_of(project: Project) -> Project:
        head = row_of(Name(project.head.key), project.head)
        rows = tuple(row_of(Name(project.listed), row) for row in project.indicators)
        return replace(project, head=head, indicators=rows)

    blocks = {key: filled_of(filled) for key, filled in book.blocks.items()}
    return replace(
        book,
        blocks=blocks,
        projects=tuple(project_of(project) for project in book.projects),
    )


def recorded_whole(disclosure: Disclosure, notes: set[Name]) -> Disclosure:
    """The same disclosure, every reading of a value noted: of the whole, of a unit, of the department's own workbook."""
    units = tuple(recorded(unit, notes) for unit in disclosure.units)
    own = recorded(disclosure.own, notes) if disclosure.own else None
    return replace(
        disclosure, whole=recorded(disclosure.whole, notes), units=units, own=own
    )
