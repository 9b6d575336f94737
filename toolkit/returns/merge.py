"""Units' returns → the department's disclosure: every merged figure remembers the entry cells it was made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from toolkit.model import NO_WORDS, NOTHING, Cell, Disclosure, Figure, Filled, Kind, Return, Row, Value, Words, total
from toolkit.profile.form import Block, Book, Column, Profile
from toolkit.returns.data import GridSource, formula_order

if TYPE_CHECKING:
    import pandas as pd

YES = "是"
FIGURE_COLUMNS = ("name", "title", "unit", "file", "sheet", "cell", "value")


def merge(units: Sequence[Return], profile: Profile, own: Return | None = None) -> Disclosure:
    """Merge the units of one department. `own` is the department's own workbook: unit order, who is left out, reasons.

    Calculated totals of the whole are calculated again from merged entries: what a unit typed over a total does not spread.
    """
    listed = own.rows("units") if own else ()
    out = _Listed(row for row in listed if row.text("left_out"))
    taken = [unit for unit in units if out.find(unit.code, unit.name) is None]
    lead = _lead(taken, listed)
    kept = _in_order(taken, listed or lead.rows("agencies"))
    whole = _Whole(kept, lead, own, profile.book)
    blocks = {key: whole.block(block) for key, block in profile.book.blocks.items() if block.kind != "index"}
    projects = tuple(project for unit in kept for project in unit.projects)
    return Disclosure(
        name=_name(own, [lead, *kept]),
        whole=Return(own.book if own else "", profile.id, blocks, projects),
        units=tuple(kept),
        own=own,
        left_out=tuple((row.text("name") or row.text("code"), row.text("left_out")) for row in out.rows),
    )


class _Listed:
    """Rows that name units. A unit is found by its code, and by its name where the list does not know the code."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self.codes = {row.text("code"): n for n, row in reversed(list(enumerate(self.rows))) if row.text("code")}
        self.names = {row.text("name"): n for n, row in reversed(list(enumerate(self.rows))) if row.text("name")}

    def find(self, code: str, name: str) -> int | None:
        """The place of the unit in the list, counted from 0."""
        return self.codes.get(code, self.names.get(name))

    def row(self, code: str, name: str) -> Row | None:
        place = self.find(code, name)
        return None if place is None else self.rows[place]


def _lead(units: Sequence[Return], listed: Sequence[Row]) -> Return:
    """The department's leading unit: the one that says so, or the one its own list says, or the first."""
    leads = _Listed(row for row in listed if row.text("lead") == YES)
    said = (unit for unit in units if unit.is_lead)
    named = (unit for unit in units if leads.find(unit.code, unit.name) is not None)
    return next(said, next(named, next(iter(units), Return("", "", {}))))


def _in_order(units: Sequence[Return], listed: Sequence[Row]) -> list[Return]:
    """The units in the order of the list; those it does not name come last, as they were given."""
    places = _Listed(listed)
    found = ((places.find(unit.code, unit.name), unit) for unit in units)
    return [unit for _, unit in sorted(found, key=lambda pair: len(listed) if pair[0] is None else pair[0])]


def _name(own: Return | None, units: Sequence[Return]) -> str:
    """The department's name: as its own workbook says it, else as the first unit that names it does."""
    said = own.fields("dept").text("name") if own else ""
    named = (unit.fields("cover").text("department") for unit in units)
    return said or next(filter(None, named), units[0].name)


def _first(values: Iterable[Value | None], column: Column) -> Value:
    """The first value that holds anything."""
    there = [value for value in values if value is not None]
    nothing: Value = NOTHING if column.numeric else NO_WORDS
    return next((value for value in there if value.given), there[0] if there else nothing)


class _Whole:
    """Merges block by block, each column by its `merge` keyword."""

    def __init__(self, units: Sequence[Return], lead: Return, own: Return | None, shape: Book) -> None:
        self.units = units
        self.lead = lead
        self.own = own or Return("", "", {})
        self.shape = shape
        self.reasons = {row.text("key"): row.words("reason") for row in self.own.rows("reasons")}

    def block(self, block: Block) -> Filled:
        if block.kind == "list":
            return self.listing(block)
        if block.kind == "grid":
            return self.grid(block)
        return self.fields(block)

    def listing(self, block: Block) -> tuple[Row, ...]:
        """A list's rows: of all units one after another, or of the leading unit alone."""
        if block.merge == "list":
            return tuple(row for unit in self.units for row in unit.rows(block.key))
        if block.key == "agencies":
            return self.agencies(block)
        return self.lead.rows(block.key) if block.merge == "department" else ()

    def agencies(self, block: Block) -> tuple[Row, ...]:
        """The leading unit's agencies as the department's own list orders and corrects them, without those left out."""
        listed = self.own.rows("units")
        known = _Listed(self.lead.rows(block.key))
        rows: list[Row] = []
        for row in listed:
            if not row.text("left_out"):
                other = known.row(row.text("code"), row.text("name")) or row
                pairs = ((column, (row.values.get(key), other.values.get(key))) for key, column in block.columns.items())
                rows.append(Row(str(len(rows) + 1), {column.key: _first(pair, column) for column, pair in pairs}, row.cell))
        return tuple(rows) if listed else known.rows

    def fields(self, block: Block) -> Row:
        if block.key == "cover":
            return self.lead.fields("cover")
        if block.key == "approval":
            return self.approval(block)
        given = [unit.fields(block.key) for unit in self.units]
        lead = self.lead.fields(block.key)
        values = {key: self.value(block.name(key), column, given, lead) for key, column in block.columns.items()}
        return Row(block.key, values)

    def approval(self, block: Block) -> Row:
        """The approval's number and date, as the department's own workbook corrects them."""
        said = self.own.fields("dept").values
        given = self.lead.fields(block.key).values
        return Row(block.key, {key: _first((said.get(key), given.get(key)), column) for key, column in block.columns.items()})

    def grid(self, block: Block) -> dict[str, Row]:
        """A grid's cells, entries first and then, from these, what is calculated."""
        values: dict[str, dict[str, Value]] = {key: {} for key in block.rows}
        grids = [unit.grid(block.key) for unit in self.units]
        lead = self.lead.grid(block.key)
        none = Row("", {})
        for row, column in block.cells():
            given = [grid.get(row.key, none) for grid in grids]
            name = block.name(column.key, row.key)
            values[row.key][column.key] = self.value(name, column, given, lead.get(row.key, none))
        if self.units:
            source = GridSource(values)
            for key, name in formula_order(block):
                term = block.drawn_formula(block.rows[key], block.columns[name])
                if term is not None:
                    values[key][name] = term.figure(source)
        return {key: Row(key, said) for key, said in values.items()}

    def value(self, name: str, column: Column, given: Sequence[Row], lead: Row) -> Value:
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

    def words(self, name: str, given: Sequence[Words]) -> Words:
        """The department's own words; else what the units say, once if they say the same, else each with its unit's name."""
        own = self.reasons.get(name)
        if own is not None and own.given:
            return own
        said = [(unit.name, words) for unit, words in zip(self.units, given, strict=True) if words.given]
        if len({words.text for _, words in said}) <= 1:
            return said[0][1] if said else NO_WORDS
        text = "；".join(f"{unit}：{words.text.rstrip('。；;. ')}" for unit, words in said)
        cells: tuple[Cell, ...] = tuple(cell for _, words in said for cell in words.cells())
        return Words(text, cells, Kind.TEXT, text)


def figures_by_unit(disclosure: Disclosure, profile: Profile) -> pd.DataFrame:
    """Every number that a unit entered, a row each: the internal workbook's sheet of sources.

    Columns: name (dotted; rows of lists and projects are numbered within the unit), title, unit, file, sheet, cell,
    value (Decimal). Calculated totals are left out, so that summing `value` by `name` gives the whole's entries.
    """
    import pandas as pd

    rows = [line for unit in disclosure.units for line in _entries(unit, profile.book)]
    return pd.DataFrame(rows, columns=list(FIGURE_COLUMNS), dtype=object)


def _entries(unit: Return, shape: Book) -> Iterator[tuple[Any, ...]]:
    """The table rows of one unit: name, title, unit, file, sheet, cell, value."""
    for name, title, figure in _named(unit, shape):
        if figure.value is not None and isinstance(cell := figure.source, Cell):
            yield name, title, unit.name, cell.book, cell.sheet, cell.address, figure.value


def _named(unit: Return, shape: Book) -> Iterator[tuple[str, str, Figure]]:
    """Each entry figure of a unit with its dotted name and its Chinese title."""
    for sheet in shape.sheets.values():
        if sheet.repeat:
            head = next(iter(sheet.blocks.values()))
            for number, project in enumerate(unit.projects, 1):
                for column in _numeric(head):
                    title = f"{project.name}：{column.title}"
                    yield f"{head.key}[{number}].{column.key}", title, project.head.figure(column.key)
            continue
        for block in sheet.blocks.values():
            yield from _in_block(unit, block, shape)


def _in_block(unit: Return, block: Block, shape: Book) -> Iterator[tuple[str, str, Figure]]:
    if block.kind == "grid":
        grid = unit.grid(block.key)
        for row, column in block.cells():
            if column.numeric and row.key in grid and block.drawn_formula(row, column) is None:
                name = block.name(column.key, row.key)
                yield name, shape.title_of(name), grid[row.key].figure(column.key)
    elif block.kind == "fields":
        for column in _numeric(block):
            yield block.name(column.key), shape.title_of(block.name(column.key)), unit.fields(block.key).figure(column.key)
    elif block.kind == "list":
        for number, line in enumerate(unit.rows(block.key), 1):
            for column in _numeric(block):
                title = shape.title_of(block.name(column.key))
                yield f"{block.key}[{number}].{column.key}", title, line.figure(column.key)


def _numeric(block: Block) -> Iterator[Column]:
    """The columns that a person fills with a number."""
    return (column for column in block.columns.values() if column.numeric and not column.constant and column.formula is None)
