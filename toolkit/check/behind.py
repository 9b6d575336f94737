"""The entry cells that a calculated cell rests on: what a person must mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from toolkit.check.asked import leaf_names
from toolkit.model import Cell, Name, Return, Value, once_of
from toolkit.profile.form import Book


def _is_given(entry: Value) -> bool:
    return entry.given


class Behind:
    """Answers a calculated cell of a return with its entries, of those that count. Few cells are ever asked for."""

    def __init__(
        self, book: Return, shape: Book, counts: Callable[[Value], bool] = _is_given
    ) -> None:
        self._book = book
        self._shape = shape
        self._counts = counts
        # by sheet the calculated cells on it, each with its name
        self._totals: dict[str, dict[Cell, Name]] = {}

    def cells(self, total: Cell) -> tuple[Cell, ...]:
        """The entry cells behind a cell; none where it is not calculated."""
        totals = self._totals.get(total.sheet)
        if totals is None:
            self._totals[total.sheet] = totals = self._on(total.sheet)
        name = totals.get(total)
        if name is None:
            return ()
        book = self._book
        entries: list[Value] = []
        for leaf in _leaves(self._shape)[name.block][name]:
            entries += book.column(leaf) if leaf.of_every_line else [book[leaf]]
        return tuple(
            cell for entry in entries if self._counts(entry) for cell in entry.cells()
        )

    def _on(self, sheet: str) -> dict[Cell, Name]:
        """The calculated cells on a sheet."""
        found: dict[Cell, Name] = {}
        for key, of_block in _leaves(self._shape).items():
            filled = self._book.blocks.get(key)
            if filled is None or not filled.rows:
                continue
            first = filled.rows[0].cell
            if first is not None and first.sheet != sheet:
                continue  # a block stands on one sheet
            for name in of_block:
                # What is derived of entries has no cell of its own.
                cell = self._book[name].source
                if isinstance(cell, Cell):
                    found[cell] = name
        return found


@once_of
def _leaves(shape: Book) -> Mapping[str, Mapping[Name, Sequence[Name]]]:
    """By block the calculated cells of a book's grids, each with the entry fields that it adds up."""
    return {
        block.key: {name: leaf_names((name,), shape) for name in block.formulas}
        for block in shape.blocks.values()
        if block.formulas
    }
