"""Calculated cells as they are to be read: where their formulas find their figures, whether the one that stands is ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from toolkit.files.grid import RawSheet
from toolkit.model import BlockKind, Cell, Figure, Kind, Name, Oddity, Value
from toolkit.profile.form import Block, Book
from toolkit.profile.layout import TICK_COLUMN, TICK_ROW, address, quoted
from toolkit.returns.deriving import is_derived, of_entries
from toolkit.returns.editions import FIRST
from toolkit.returns.find import NOWHERE, Found, Spot
from toolkit.returns.formulas import References, formula_at, same_formula
from toolkit.returns.standing import entered, our_own
from toolkit.rules.claim import Term
from toolkit.rules.formula import figure
from toolkit.rules.source import Source

LONGEST_FORMULA = 120
LIST = BlockKind.LIST
# a sheet, and where the cells of a block stand in it
There = tuple[RawSheet, Found]


class Totals:
    """Reads the calculated cells of one workbook; what is odd about them is put down in `oddities`.

    `found` are the blocks of its sheets, `found_in` those of each project's own. `valued` are cells that hold a value alone, in
    a workbook without any formula.
    """

    def __init__(
        self,
        shape: Book,
        found: Mapping[str, There],
        found_in: Sequence[Mapping[str, There]],
        *,
        has_formulas: bool,
    ) -> None:
        self.shape = shape
        self.found = found
        self.found_in = found_in
        self.has_formulas = has_formulas
        self.oddities: list[Oddity] = []
        self.valued: list[Cell] = []

    def odd(self, what: str, cells: Iterable[Cell], **said: str) -> None:
        self.oddities.append(Oddity(what, tuple(cells), said))

    def total(self, place: Name, old: Value, term: Term, source: Source) -> Value:
        """A calculated cell as it should be read."""
        block = self.shape.blocks[place.block]
        if is_derived(place, self.shape):
            return of_entries(term, source)
        there = self.found_at(place.block, place)
        if there is None:
            return old
        raw, found = there
        undrawn, known = self.drawn_of(found, block)
        own = block.name(place.column, place.row)
        if own in undrawn and entered(term, source):
            # without a cell: nobody can mend it there
            return Figure(figure(term, source).value)
        if not isinstance(old, Figure) or not isinstance(old.source, Cell):
            return old
        if any(is_derived(read, self.shape) for read in term.reads if read.block):
            return self.from_entries(old, old.source, term, source)
        row = old.source.row
        at = References(
            raw.name,
            lambda name: self.place_of(name, place, row, undrawn),
            lambda name: self.range_of(name, place),
        )
        older = bool(undrawn) and not undrawn.isdisjoint(term.reads)
        if block.kind is LIST:
            known = {(row, column) for column in found.columns.values()}
        return self.calculated(
            old,
            old.source,
            term,
            source,
            formula_at(term, at),
            set() if older else known,
        )

    def drawn_of(self, found: Found, block: Block) -> tuple[set[Name], set[Spot]]:
        """What a block has now and had not when it was drawn, and all cells that it has: made once for its many totals."""
        if found.drawn is None:
            undrawn = {
                name
                for name, spot in found.spots.items()
                if spot == NOWHERE and block.since(name) > FIRST
            }
            found.drawn = undrawn, set(found.spots.values()) - {NOWHERE}
        return found.drawn

    def from_entries(
        self, stands: Figure, cell: Cell, term: Term, source: Source
    ) -> Figure:
        """A cell calculated from what is derived, however the sheet reckons it; a number typed over it stays, and is told."""
        due = of_entries(term, source)
        if stands.formula and stands.kind not in (
            Kind.UNCOMPUTED,
            Kind.ERROR,
            Kind.TEXT,
        ):
            return stands
        if stands.given and not stands.formula and stands.value != due.value:
            amount = f"{due.number:f}"
            self.odd("overtyped", [cell], formula=amount, value=stands.raw)
            return stands
        return Figure(due.value, cell, due.kind, "", stands.formula)

    def found_at(self, block: str, place: Name) -> tuple[RawSheet, Found] | None:
        """The sheet that a block stands in, and where its cells were found: of sheets that repeat, the one of the place."""
        head = place.within or place
        repeated = self.shape.repeated
        if repeated is not None and block in repeated.blocks:
            return (
                self.found_in[head.line - 1][block]
                if head.block in repeated.blocks
                else None
            )
        return self.found.get(block)

    def place_of(
        self, name: Name, place: Name, row: int, undrawn: set[Name]
    ) -> tuple[str, Spot] | None:
        """Where the figure of a name in a formula stands; None where it has no cell. `row` is that of the formula."""
        there = self.found_at(name.block or place.block, place)
        if there is None or name in undrawn:
            return None
        raw, found = there
        spot = found.spots.get(name, NOWHERE)
        if name.bare and name.column in found.columns:
            spot = row, found.columns[name.column]
        return None if spot == NOWHERE else (raw.name, spot)

    def range_of(self, name: Name, place: Name) -> str:
        """The range of a list's column, as formulas in that place write it; of a field, over the sheets that repeat."""
        repeated = self.shape.repeated
        if (
            repeated is not None
            and name.block in repeated.blocks
            and place.block not in repeated.blocks
        ):
            first, last = repeated.bookends
            return f"{first}:{last}!{address(TICK_ROW, TICK_COLUMN)}"
        there = self.found_at(name.block, place)
        own = self.found_at(place.block, place)
        if there is None or own is None or name.column not in there[1].columns:
            return ""
        raw, found = there
        lead = "" if raw is own[0] else f"{quoted(raw.name)}!"
        column = found.columns[name.column]
        return f"{lead}{address(found.data.start, column)}:{address(found.data.stop, column)}"

    def calculated(
        self,
        stands: Figure,
        cell: Cell,
        term: Term,
        source: Source,
        due: str,
        known: set[Spot],
    ) -> Figure:
        """A calculated cell as it is to be read; what is odd about it is put down.

        Nothing is `known` of an older sheet whose formula cannot be today's, since it has not all that this adds up.
        """
        if stands.formula:
            if known and not same_formula(stands.formula, due, known):
                self.odd(
                    "formula-changed",
                    [cell],
                    formula=due,
                    stands=stands.formula[:LONGEST_FORMULA],
                )
                return stands
            return our_own(stands, cell, term, source)
        if stands.given and self.has_formulas:
            self.odd("overtyped", [cell], formula=due, value=stands.raw)
            return stands
        if stands.given:
            self.valued.append(cell)
            return stands
        result = figure(term, source)
        return (
            Figure(result.value, cell, result.kind)
            if entered(term, source) and not result.flawed
            else stands
        )
