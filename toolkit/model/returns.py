"""What a unit gives and what a department publishes: projects, a return, a disclosure. Every value in them has a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from itertools import groupby

from toolkit.model.kept import Kept
from toolkit.model.origins import Origin
from toolkit.model.places import Cell, Name
from toolkit.model.record import record
from toolkit.model.roles import NOBODY, Cast, Role
from toolkit.model.rows import FIELDS, GRID, LIST, NO_ROW, Filled, Row
from toolkit.model.values import NO_WORDS, NOTHING, Figure, Value, Words

NO_DATA, ALL_FILLED = "本表无数据", "已填完"  # what a person may tick on a form


@record(slots=True)
class Project:
    """One sheet of those that repeat: its head fields and its indicator rows. `listed` is the key of the rows' block."""

    sheet: str
    head: Row
    indicators: tuple[Row, ...]
    title: Cell | None = None
    listed: str = ""
    cast: Cast = NOBODY
    kept: Kept = field(default_factory=Kept, init=False, repr=False, compare=False)

    # asked by nearly everybody who looks at a project
    name: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.text_of(Role.PROJECT_NAME))

    @property
    def office(self) -> str:
        return self.text_of(Role.PROJECT_OFFICE)

    @property
    def main(self) -> bool:
        """Whether the statement names it."""
        return self.text_of(Role.PROJECT_MAIN) == self.cast.yes.get(Role.PROJECT_MAIN)

    @property
    def begun(self) -> bool:
        return self.head.begun or bool(self.indicators)

    def text_of(self, role: Role) -> str:
        name = self.cast.names.get(role)
        return self.head.text(name.column) if name is not None else ""

    def levels(self, column: str) -> Iterator[tuple[str, list[tuple[int, Row]]]]:
        """Yield the first-level indicators, each with its rows and their numbers; `column` is written once and carried down."""
        level = ""
        rows = []
        for number, row in enumerate(self.indicators, 1):
            level = row.text(column) or level
            rows.append((level, number, row))
        for name, of_level in groupby(rows, key=lambda one: one[0]):
            yield name, [(number, row) for _, number, row in of_level]

    def named(self, number: int) -> Iterator[tuple[Name, Row]]:
        """Yield its rows with their names, as the project of that number."""
        own = Name(self.head.key, line=number)
        yield own, self.head
        for line, row in enumerate(self.indicators, 1):
            yield Name(self.listed, line=line, within=own), row


@record(slots=True)
class Oddity:
    """Something the reader saw and does not judge: `what` is a key of rules/filling.py, `places` fills those of its message."""

    what: str
    cells: tuple[Cell, ...]
    places: Mapping[str, str] = field(default_factory=dict)


@record(slots=True)
class SheetState:
    """A form as it stands in a workbook: where its title is, what was ticked, whether anything was entered.

    `drawn` is false where the forms have it now and had not when the workbook was drawn: `title` is then the first form's.
    `there` is false where the sheet is gone. `ticked` is where the tick stands, None where the sheet has no place for one.
    """

    title: Cell
    tick: str
    begun: bool
    drawn: bool = True
    there: bool = True
    ticked: Cell | None = None


@record(slots=True)
class Return:
    """What one unit gave (or, as `Disclosure.whole`, a department): block key to what was filled in.

    `undrawn` are the fields (without line) that the forms have now and had not when the workbook was drawn, each with the
    title of the sheet that lacks it. `origins` says of the cells of figures that were taken over where they came from.
    """

    book: str
    profile: str
    blocks: Mapping[str, Filled]
    projects: tuple[Project, ...] = ()
    sheets: Mapping[str, SheetState] = field(default_factory=dict)
    oddities: tuple[Oddity, ...] = ()
    cast: Cast = NOBODY
    undrawn: tuple[tuple[Name, Cell], ...] = ()
    origins: Mapping[Cell, Origin] = field(default_factory=dict)
    door: str = ""  # the way that its figures came by, as it was read; "": the one that its cover says
    kept: Kept = field(default_factory=Kept, init=False, repr=False, compare=False)

    def forget(self) -> None:
        """Let go of all that was read of it and of its projects: it is made again when somebody asks for it."""
        # in another unit of money
        copies = [kept for kept in self.kept.values() if isinstance(kept, Return)]
        self.kept.clear()
        for project in self.projects:
            project.kept.clear()
        for copy in copies:
            copy.forget()

    # -- every value has a name --

    def named_rows(self, *blocks: str) -> Iterator[tuple[Name, Row]]:
        """Yield every row with its name: blocks in their order, then the projects; of some blocks alone, where any are given."""
        for filled in self.blocks.values():
            if not blocks or filled.key in blocks:
                yield from filled.named()
        for number, project in enumerate(self.projects, 1):
            if not blocks or project.head.key in blocks or project.listed in blocks:
                for name, row in project.named(number):
                    if not blocks or name.block in blocks:
                        yield name, row

    def values(self, *blocks: str) -> Iterator[tuple[Name, Value]]:
        """Yield every value with its name; of some blocks alone, where any are given."""
        # Names are made once: whoever looks for a slip of the hand asks for them again and again, mostly of one block.
        named: tuple[tuple[Name, Value], ...] | None = self.kept.get((Name, blocks))
        if named is None:
            self.kept[Name, blocks] = named = tuple(
                (name.at(key), value)
                for name, row in self.named_rows(*blocks)
                for key, value in row.values.items()
            )
        yield from named

    def each_row(self) -> Iterator[Row]:
        """Yield every row without its name, in the same order."""
        for filled in self.blocks.values():
            yield from filled.rows
        for project in self.projects:
            yield project.head
            yield from project.indicators

    def each_value(self) -> Iterator[Value]:
        """Yield every value without its name, in the same order."""
        for row in self.each_row():
            yield from row.values.values()

    def row(self, name: Name) -> Row:
        """The row that a name's value stands in; one that holds nothing where there is none."""
        filled = self.blocks.get(name.block)
        return filled.row(name) if filled is not None else self._of_project(name)

    def _of_project(self, name: Name) -> Row:
        """The row of a project that a name's value stands in."""
        held_by = name.within or name
        if self._is_project(held_by.block):
            if not 0 < held_by.line <= len(self.projects):
                return NO_ROW
            project = self.projects[held_by.line - 1]
            if name.within is None:
                return project.head
            return (
                project.indicators[name.line - 1]
                if 0 < name.line <= len(project.indicators)
                else NO_ROW
            )
        return NO_ROW

    def __getitem__(self, name: Name) -> Value:
        """The value of a name; an unknown name is nothing."""
        filled = self.blocks.get(name.block)
        if filled is None:
            row: Row | None = self._of_project(name)
        elif filled.kind is GRID:
            # Most names are those of grids, and asked for by the thousand.
            row = filled.by_key.get(name.row)
        else:
            row = filled.row(name)
        return NOTHING if row is None else row.values.get(name.column, NOTHING)

    def _is_project(self, block: str) -> bool:
        return bool(self.projects) and self.projects[0].head.key == block

    # -- as rules ask --

    def fields(self, block: str) -> Row:
        filled = self.blocks.get(block)
        if filled is None or filled.kind is not FIELDS:
            return Row(block, {})
        return filled.row(Name(block))

    def grid(self, block: str) -> Mapping[str, Row]:
        filled = self.blocks.get(block)
        return filled.by_key if filled is not None and filled.kind is GRID else {}

    def rows(self, block: str) -> tuple[Row, ...]:
        filled = self.blocks.get(block)
        return filled.rows if filled is not None and filled.kind is LIST else ()

    def value(self, name: Name | str) -> Value:
        """Answer a name, or what it prints as."""
        return self[name if isinstance(name, Name) else Name.parse(name)]

    def figure(self, name: Name | str) -> Figure:
        value = self.value(name)
        return value if isinstance(value, Figure) else NOTHING

    def words(self, name: Name | str) -> Words:
        value = self.value(name)
        return value if isinstance(value, Words) else NO_WORDS

    def column(self, name: Name | str) -> tuple[Figure, ...]:
        """The figures of a list's column, or of a field of every project: "procurement.amount", "project.amount"."""
        name = name if isinstance(name, Name) else Name.parse(name)
        if self._is_project(name.block):
            return tuple(project.head.figure(name.column) for project in self.projects)
        return tuple(row.figure(name.column) for row in self.rows(name.block))

    def lines(self, block: str) -> tuple[Row, ...]:
        """The rows of a list, or the head of every project."""
        return (
            tuple(project.head for project in self.projects)
            if self._is_project(block)
            else self.rows(block)
        )

    # -- as the engine asks --

    def value_of(self, role: Role) -> Value:
        """What plays a role in this return."""
        name = self.cast.names.get(role)
        return self[name] if name is not None else NO_WORDS

    def words_of(self, role: Role) -> Words:
        value = self.value_of(role)
        return value if isinstance(value, Words) else NO_WORDS

    def text_of(self, role: Role) -> str:
        value = self.value_of(role)
        return value.text if isinstance(value, Words) else ""

    def rows_of(self, part: Role) -> tuple[Row, ...]:
        """The rows of the list that has roles of this part, their columns called by their roles."""
        return tuple(
            self.cast.in_roles(row, part) for row in self.rows(self.cast.block(part))
        )

    def agreed(self, row: Row, role: Role) -> bool:
        """Whether a row of `rows_of` says yes in a role."""
        return bool(row.text(role)) and row.text(role) == self.cast.yes.get(role)

    @property
    def code(self) -> str:
        return self.text_of(Role.UNIT_CODE)

    @property
    def name(self) -> str:
        return self.text_of(Role.UNIT_NAME) or self.book

    @property
    def is_lead(self) -> bool:
        said = self.text_of(Role.UNIT_LEAD)
        return bool(said) and said == self.cast.yes.get(Role.UNIT_LEAD)

    @property
    def first_cell(self) -> Cell:
        """The title cell of the first sheet: where a finding on the whole file points."""
        return next(
            (state.title for state in self.sheets.values()), Cell(self.book, "", 1, 1)
        )


@record(slots=True)
class Disclosure:
    """All units of a department and what they add up to. `whole` has a return's shape; its figures' leaves are unit cells.

    `own` is the department's own workbook (部门汇总表), read like a return. `published` holds the figures that were published
    the year before, under the names that this year's forms have for last year's. `added` are the returns as they were added up:
    without what the units pay each other.
    """

    name: str
    whole: Return
    units: tuple[Return, ...]
    added: tuple[Return, ...] = ()
    own: Return | None = None
    left_out: tuple[tuple[str, str], ...] = ()
    published: Return | None = None
