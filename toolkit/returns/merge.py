"""Units' returns → the department's disclosure: every merged figure remembers the entry cells it was made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from toolkit.model import (
    NO_ROW,
    NO_WORDS,
    NOTHING,
    BlockKind,
    Cell,
    Disclosure,
    Figure,
    Filled,
    Kind,
    Name,
    Return,
    Role,
    Row,
    Value,
    Words,
    total,
)
from toolkit.profile.by_door import door_of, together
from toolkit.profile.form import Block, Book, Column, Profile
from toolkit.returns.between import without_transfers
from toolkit.returns.calculating import calculated
from toolkit.returns.data import columns_in, datum_of
from toolkit.rules.claim import Term
from toolkit.rules.formula import figure
from toolkit.rules.source import Source

if TYPE_CHECKING:
    import pandas as pd

NO_RETURN = Return("", "", {})


def merge(
    units: Sequence[Return],
    profile: Profile,
    own: Return | None = None,
    published: Return | None = None,
) -> Disclosure:
    """Merge the units of one department. `own` is the department's own workbook: unit order, who is left out, reasons.

    `published` is what the department published the year before, under the names of this year's forms.

    Calculated totals of the whole are calculated again from merged entries: what a unit typed over a total does not spread.
    What the units pay each other is in the whole on neither side (`between`).
    """
    own_list = own.rows_of(Role.AGENCY_CODE) if own else ()
    out = _Listed(row for row in own_list if row.text(Role.AGENCY_LEFT_OUT))
    taken = [unit for unit in units if out.find(unit.code, unit.name) is None]
    lead = _lead(taken, own, own_list)
    kept = _in_order(taken, own_list or lead.rows_of(Role.AGENCY_CODE))
    added = without_transfers(kept, profile)
    profile = of_department(profile, kept)
    whole = _Whole(added, lead, own or NO_RETURN, profile)
    projects = tuple(project for unit in kept for project in unit.projects)
    merged = Return(
        own.book if own else "",
        profile.id,
        whole.blocks(),
        projects,
        cast=profile.book.cast,
    )
    return Disclosure(
        name=_name(own, [lead, *kept]),
        whole=_calculated(merged, profile) if kept else merged,
        units=tuple(kept),
        added=tuple(added),
        own=own,
        left_out=tuple(
            (_called(row), row.text(Role.AGENCY_LEFT_OUT)) for row in out.rows
        ),
        published=published,
    )


def of_department(profile: Profile, units: Iterable[Return]) -> Profile:
    """The profile with the forms that all units have by their doors: what of them can be added up to the department's."""
    doors = [door for unit in units if (door := door_of(unit, profile)) is not None]
    return together(profile, doors)


def unpublished(
    profile: Profile, units: Iterable[Return]
) -> dict[str, tuple[str, ...]]:
    """The public forms that some door has and not all units have, by title, each with the doors of these units."""
    given = tuple(units)
    ours = of_department(profile, given).book.sheets
    lacking: dict[str, tuple[str, ...]] = {}
    for key, sheet in profile.book.sheets.items():
        if sheet.public and key not in ours:
            doors = (
                door
                for unit in given
                if (door := door_of(unit, profile)) is not None and key not in door.own
            )
            lacking[sheet.public_title] = tuple(
                dict.fromkeys(door.key for door in doors)
            )
    return lacking


def _calculated(whole: Return, profile: Profile) -> Return:
    """The whole with everything that is calculated made anew of merged entries; projects are as their units handed them in."""
    repeated = profile.book.repeated
    own = frozenset(repeated.blocks) if repeated is not None else frozenset()
    only = [name for name in profile.book.formulas if name.block not in own]
    return calculated(whole, profile.book, _made, only)


def _made(_: Name, __: Value, term: Term, source: Source) -> Value:
    return figure(term, source)


def _called(agency: Row) -> str:
    return agency.text(Role.AGENCY_NAME) or agency.text(Role.AGENCY_CODE)


class _Listed:
    """Rows that name units. A unit is found by its code, and by its name where the list does not know the code."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self.codes: dict[str, int] = {}
        self.names: dict[str, int] = {}
        for place, row in enumerate(self.rows):
            if code := row.text(Role.AGENCY_CODE):
                self.codes.setdefault(code, place)
            if name := row.text(Role.AGENCY_NAME):
                self.names.setdefault(name, place)

    def find(self, code: str, name: str) -> int | None:
        """The place of the unit in the list, counted from 0."""
        return self.codes.get(code, self.names.get(name))


def _lead(units: Sequence[Return], own: Return | None, listed: Sequence[Row]) -> Return:
    """The department's leading unit: the one that says so, or the one its own list says, or the first."""
    for unit in units:
        if unit.is_lead:
            return unit
    leads = _Listed(
        row for row in listed if own is not None and own.agreed(row, Role.AGENCY_LEAD)
    )
    for unit in units:
        if leads.find(unit.code, unit.name) is not None:
            return unit
    return units[0] if units else NO_RETURN


def _in_order(units: Sequence[Return], listed: Sequence[Row]) -> list[Return]:
    """The units in the order of the list; those it does not name come last, as they were given."""
    places = _Listed(listed)
    last = len(listed)

    def place(unit: Return) -> int:
        found = places.find(unit.code, unit.name)
        return last if found is None else found

    return sorted(units, key=place)


def _name(own: Return | None, units: Sequence[Return]) -> str:
    """The department's name: as its own workbook says it, else as the first unit that names it does."""
    said = [own.text_of(Role.DEPARTMENT_NAME)] if own else []
    said += [unit.text_of(Role.UNIT_DEPARTMENT) for unit in units]
    return next(filter(None, said), units[0].name)


def _first(values: Iterable[Value | None], column: Column) -> Value:
    """The first value that holds anything."""
    there = [value for value in values if value is not None]
    nothing: Value = NOTHING if column.numeric else NO_WORDS
    return next(
        (value for value in there if value.given), there[0] if there else nothing
    )


class _Whole:
    """Merges block by block, each column by its `merge` keyword."""

    def __init__(
        self, units: Sequence[Return], lead: Return, own: Return, profile: Profile
    ) -> None:
        self.units = units
        self.lead = lead
        self.own = own
        self.shape: Book = profile.book
        self.cast = profile.book.cast
        self.reasons = {
            row.text(Role.REASON_KEY): row.words(Role.REASON_REASON)
            for row in own.rows_of(Role.REASON_KEY)
        }

    def blocks(self) -> dict[str, Filled]:
        """Every block but those of the projects, which are taken as they are, and those that only repeat them."""
        merged: dict[str, Filled] = {}
        for sheet in self.shape.sheets.values():
            for block in sheet.blocks.values():
                if not sheet.repeat and block.kind is not BlockKind.INDEX:
                    merged[block.key] = Filled(block.key, block.kind, self.rows(block))
        return merged

    def rows(self, block: Block) -> tuple[Row, ...]:
        match block.kind:
            case BlockKind.LIST:
                return self.listing(block)
            case BlockKind.GRID:
                return self.grid(block)
        return (self.fields(block),)

    def listing(self, block: Block) -> tuple[Row, ...]:
        """A list's rows: of all units one after another, or of the leading unit alone."""
        if block.merge == "by-key":
            return tuple(self.added(block))
        if block.merge == "list":
            return tuple(row for unit in self.units for row in unit.rows(block.key))
        if block.key == self.cast.block(Role.AGENCY_CODE):
            return self.agencies(block)
        return self.lead.rows(block.key) if block.merge == "department" else ()

    def added(self, block: Block) -> Iterator[Row]:
        """The rows of all units, those of one key as one, in the order of the keys; those without a key each for itself."""
        together: dict[tuple[str, ...], list[tuple[str, Row]]] = {}
        alone: list[Row] = []
        for unit in self.units:
            for row in unit.rows(block.key):
                key = tuple(
                    datum_of(row.values.get(column, NO_WORDS)) or ""
                    for column in block.by
                )
                if any(key):
                    together.setdefault(key, []).append((unit.name, row))
                else:
                    alone.append(row)
        number = 0
        for key in sorted(together):
            number += 1
            yield self.added_row(block, together[key], str(number))
        for row in alone:
            number += 1
            yield replace(row, key=str(number))

    def added_row(
        self, block: Block, given: Sequence[tuple[str, Row]], key: str
    ) -> Row:
        """The rows of one key as one: numbers added up, texts as each column says."""
        (_, first), *others = given
        if not others:
            return replace(first, key=key)
        values: dict[str, Value] = {}
        for name, column in block.columns.items():
            if column.merge == "sum" and name not in block.by:
                values[name] = total(row.figure(name) for _, row in given)
            elif column.merge == "by-unit" and name not in block.by:
                values[name] = _said_by(
                    ((unit, row.words(name)) for unit, row in given)
                )
            elif column.merge != "none" or name in block.by:
                values[name] = _first(
                    (row.values.get(name) for _, row in given), column
                )
        return Row(key, values, first.cell)

    def agencies(self, block: Block) -> tuple[Row, ...]:
        """The leading unit's agencies as the department's own list orders and corrects them, without those left out."""
        own_list = self.own.rows_of(Role.AGENCY_CODE)
        if not own_list:
            return self.lead.rows(block.key)
        given = self.lead.rows(block.key)
        known = _Listed(self.lead.rows_of(Role.AGENCY_CODE))
        rows: list[Row] = []
        for row in own_list:
            if not row.text(Role.AGENCY_LEFT_OUT):
                place = known.find(
                    row.text(Role.AGENCY_CODE), row.text(Role.AGENCY_NAME)
                )
                values = self.corrected(
                    block, row, NO_ROW if place is None else given[place]
                )
                rows.append(Row(str(len(rows) + 1), values, row.cell))
        return tuple(rows)

    def corrected(self, block: Block, row: Row, given: Row) -> dict[str, Value]:
        """The columns of an agency as the department's own list says them, where that is silent as the leading unit does."""
        values: dict[str, Value] = {}
        for key, column in block.columns.items():
            own = row.values.get(column.role) if column.role else None
            values[key] = _first((own, given.values.get(key)), column)
        return values

    def fields(self, block: Block) -> Row:
        if block.key == self.cast.block(Role.UNIT_CODE):
            return self.lead.fields(block.key)
        if block.key == self.cast.block(Role.APPROVAL_NUMBER):
            return self.approval(block)
        given = [unit.fields(block.key) for unit in self.units]
        lead = self.lead.fields(block.key)
        values = {
            key: self.value(block.name(key), column, given, lead)
            for key, column in block.columns.items()
        }
        return Row(block.key, values)

    def approval(self, block: Block) -> Row:
        """The approval's number and date, as the department's own workbook corrects them."""
        given = self.lead.fields(block.key).values
        values: dict[str, Value] = {}
        for key, column in block.columns.items():
            own = self.own.value_of(column.role) if column.role is not None else None
            values[key] = _first((own, given.get(key)), column)
        return Row(block.key, values)

    def grid(self, block: Block) -> tuple[Row, ...]:
        """A grid's cells, each merged for itself."""
        rows: list[Row] = []
        for row in block.rows:
            given = [unit.grid(block.key).get(row, NO_ROW) for unit in self.units]
            lead = self.lead.grid(block.key).get(row, NO_ROW)
            columns = columns_in(block, row)
            rows.append(
                Row(
                    row,
                    {
                        key: self.value(block.name(key, row), columns[key], given, lead)
                        for key in columns
                    },
                )
            )
        return tuple(rows)

    def value(
        self, name: Name, column: Column, given: Sequence[Row], lead: Row
    ) -> Value:
        """One merged value: `given` are the units' rows that hold it, `lead` the leading unit's."""
        match column.merge:
            case "sum" if column.numeric and given:
                return total(row.figure(column.key) for row in given)
            case "by-unit":
                return self.words(name, [row.words(column.key) for row in given])
            case "department":
                return _first((lead.values.get(column.key),), column)
            case "same":
                return _first((row.values.get(column.key) for row in given), column)
        return NOTHING if column.numeric else NO_WORDS

    def words(self, name: Name, given: Sequence[Words]) -> Words:
        """The department's own words; else what the units say, once if they say the same, else each with its unit's name."""
        own = self.reasons.get(str(name))
        if own is not None and own.given:
            return own
        return _said_by(
            (unit.name, words) for unit, words in zip(self.units, given, strict=True)
        )


def _said_by(given: Iterable[tuple[str, Words]]) -> Words:
    """What units say: once if they say the same, else each with its unit's name."""
    said = [(unit, words) for unit, words in given if words.given]
    if len({words.text for _, words in said}) <= 1:
        return said[0][1] if said else NO_WORDS
    text = "；".join(f"{unit}：{words.text.rstrip('。；;. ')}" for unit, words in said)
    cells: tuple[Cell, ...] = tuple(cell for _, words in said for cell in words.cells())
    return Words(text, cells, Kind.TEXT, text)


# -- the units' figures as a table ------------------------------------------------------------------------------------


class Entered(NamedTuple):
    """A number that a unit entered. In its name, as it is printed, lines of lists and projects are numbered within the unit."""

    name: str
    title: str
    unit: str
    file: str
    sheet: str
    cell: str
    value: Decimal


def entered(disclosure: Disclosure, profile: Profile) -> Iterator[Entered]:
    """Yield every number that a unit entered, for the internal workbook's sheet of sources.

    Calculated totals are left out, so that summing the values by name gives the whole's entries.
    """
    for unit in disclosure.added:
        yield from _entries(unit, profile)
    yield from _added_entries(disclosure, profile)


def figures_by_unit(disclosure: Disclosure, profile: Profile) -> pd.DataFrame:
    """The same as a table, a row each and a column for each field of `Entered`, for one's own analyses."""
    import pandas as pd

    return pd.DataFrame(
        list(entered(disclosure, profile)), columns=list(Entered._fields), dtype=object
    )


def _entries(unit: Return, profile: Profile) -> Iterator[Entered]:
    """Yield the numbers of one unit."""
    shape = profile.book
    numeric = [
        key
        for key, block in shape.blocks.items()
        if any(column.numeric for column in block.columns.values())
    ]
    for name, value in unit.values(*numeric):
        if not isinstance(value, Figure) or value.value is None:
            continue
        if _is_entry(name, shape) and not is_added(name, shape):
            title = _in_its_unit(
                _title(name, unit, shape), shape.column_of(name), profile
            )
            # What is derived has no cell of its own: it stands in those of its entries.
            for leaf in value.leaves():
                cell = leaf.source
                if isinstance(cell, Cell) and leaf.value is not None:
                    yield Entered(
                        str(name),
                        title,
                        unit.name,
                        cell.book,
                        cell.sheet,
                        cell.address,
                        leaf.value,
                    )


def is_added(name: Name, shape: Book) -> bool:
    """Whether a name is that of a list whose rows are added up by their key: its lines are the whole's, not a unit's."""
    block = shape.blocks.get(name.block)
    return block is not None and block.merge == "by-key"


def _added_entries(disclosure: Disclosure, profile: Profile) -> Iterator[Entered]:
    """Yield those of the lists that are added up by their key: each cell of each unit under the line of the whole."""
    shape = profile.book
    units = {unit.book: unit.name for unit in disclosure.units}
    for block in shape.blocks.values():
        if block.merge != "by-key":
            continue
        for number, row in enumerate(disclosure.whole.rows(block.key), 1):
            key = "".join(
                datum_of(row.values.get(column, NO_WORDS)) or "" for column in block.by
            )
            for column, value in row.values.items():
                name = Name(block.key, column=column, line=number)
                if not isinstance(value, Figure) or not _is_entry(name, shape):
                    continue
                title = f"{shape.sheet_of(block.key).name}“{key}”{block.columns[column].title}"
                title = _in_its_unit(title, block.columns[column], profile)
                for leaf in value.leaves():
                    cell = leaf.source
                    if isinstance(cell, Cell) and leaf.value is not None:
                        unit = units.get(cell.book, cell.book)
                        yield Entered(
                            str(name),
                            title,
                            unit,
                            cell.book,
                            cell.sheet,
                            cell.address,
                            leaf.value,
                        )


def _in_its_unit(title: str, column: Column, profile: Profile) -> str:
    """A title, with its unit of money where that is not the profile's, which the head of the workbook says."""
    if column.unit in ("", profile.unit) or column.title.endswith(f"（{column.unit}）"):
        return title
    return f"{title}（{column.unit}）"


def _is_entry(name: Name, shape: Book) -> bool:
    """Whether a person fills in what a name names: no constant, nothing calculated."""
    return not shape.column_of(name).constant and shape.formula_of(name) is None


def _title(name: Name, unit: Return, shape: Book) -> str:
    """What a name is called; a project's by the project."""
    if shape.repeated is not None and name.block in shape.repeated.blocks:
        project = unit.projects[(name.within or name).line - 1]
        return f"{project.name}：{shape.column_of(name).title}"
    return shape.title_of(name)
