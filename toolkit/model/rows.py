"""Rows of values, and what was filled into one block of a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property

from toolkit.model.places import Cell, Name
from toolkit.model.record import record
from toolkit.model.values import NO_WORDS, NOTHING, Figure, Value, Words


@record(slots=True)
class Row:
    """One row of a list or grid, or a fields block: column key to value. `cell` is where it begins."""

    key: str
    values: Mapping[str, Value]
    cell: Cell | None = None

    def figure(self, column: str) -> Figure:
        """The figure in a column; a missing column or one of words is no figure."""
        value = self.values.get(column)
        return value if isinstance(value, Figure) else NOTHING

    def words(self, column: str) -> Words:
        value = self.values.get(column)
        return value if isinstance(value, Words) else NO_WORDS

    def several(self, columns: Sequence[str]) -> tuple[Words, ...]:
        """The words in some columns, in their order."""
        found = map(self.values.get, columns)
        return tuple(
            [value if isinstance(value, Words) else NO_WORDS for value in found]
        )

    def text(self, column: str) -> str:
        value = self.values.get(column)
        return value.text if isinstance(value, Words) else ""

    def has(self, column: str) -> bool:
        """Whether something was filled into a column; into one that the row lacks, as a public table lacks some, nothing was."""
        value = self.values.get(column)
        return value is not None and value.given

    @property
    def begun(self) -> bool:
        return any(value.given for value in self.values.values())


NO_ROW = Row("", {})


class BlockKind(StrEnum):
    """How a block of a form is made."""

    FIELDS = "fields"  # labels, each with its value
    GRID = "grid"  # fixed rows and columns
    LIST = "list"  # rows that grow
    INDEX = "index"  # calculated from the sheets that repeat; nobody fills it in


# Asked for thousands of times, which a module answers faster than a class.
FIELDS, GRID, LIST = BlockKind.FIELDS, BlockKind.GRID, BlockKind.LIST


@record()
class Filled:
    """What was filled into one block: the one row of fields, a grid's rows with their keys, or a list's rows in order."""

    key: str
    kind: BlockKind
    rows: tuple[Row, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[str, Row]:
        return {row.key: row for row in self.rows}

    def named(self) -> Iterator[tuple[Name, Row]]:
        """Yield every row with its name."""
        if self.kind is GRID:
            for row in self.rows:
                yield Name(self.key, row.key), row
        elif self.kind is LIST:
            for number, row in enumerate(self.rows, 1):
                yield Name(self.key, line=number), row
        else:
            for row in self.rows:
                yield Name(self.key), row

    def row(self, name: Name) -> Row:
        """The row of a name, or one that holds nothing."""
        if self.kind is GRID:
            return self.by_key.get(name.row, NO_ROW)
        rows = self.rows
        if self.kind is LIST:
            line = name.line
            return rows[line - 1] if 0 < line <= len(rows) else NO_ROW
        return rows[0] if rows else NO_ROW
