"""What a cell is called, whatever its address: its own name in the return, and how people speak of it.

Findings get their identity from these names, so that a second run can tell what was mended although rows were inserted,
sheets renumbered and the file renamed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from toolkit.model import (
    BlockKind,
    Cell,
    Filled,
    Name,
    Project,
    Return,
    Role,
    Row,
    record,
)
from toolkit.profile.form import Block, Book, Profile
from toolkit.rules.rule import Finding

SHORT = 18  # characters of a row's own text that are said


@record(slots=True)
class Named:
    """A cell's own name ("three_public.total.change", "project/招聘/数量/招聘人数.value") and what people call it.

    Unlike a `Name` it does not count lines: what a line says first stands for it, so that it stays when lines move.
    """

    name: str
    said: str
    project: str = ""
    office: str = ""


class Lookup(Protocol):
    """Answers what a cell is called; None where nobody named it."""

    def get(self, cell: Cell, /) -> Named | None: ...


class Names:
    """The names of a return's cells, made when they are asked for: few findings need few of them, and most workbooks none."""

    def __init__(self, book: Return, profile: Profile, key: str = "unit") -> None:
        self._book = book
        self._shape = profile.books[key]
        # by the sheet of a project; all that is no project's by None
        self._places: dict[str | None, Mapping[Cell, _Place]] = {}

    @property
    def book(self) -> str:
        """The workbook whose cells have these names."""
        return self._book.book

    def get(self, cell: Cell, /) -> Named | None:
        """What a cell is called; of what is named twice the project's name holds."""
        place = self._of_project_on(cell.sheet).get(cell)
        if place is None:
            place = self._of_no_project().get(cell)
        return _named(place) if place is not None else self._titles.get(cell)

    def every(self) -> dict[Cell, Named]:
        """Name every cell."""
        places = dict(self._of_no_project())
        named = self._titles | {cell: _named(place) for cell, place in places.items()}
        for sheet in self._projects:
            of_project = self._of_project_on(sheet).items()
            named |= {cell: _named(place) for cell, place in of_project}
        return named

    @cached_property
    def _titles(self) -> dict[Cell, Named]:
        """The titles of the sheets."""
        named: dict[Cell, Named] = {}
        for sheet, state in self._book.sheets.items():
            named.setdefault(state.title, Named(f"sheet/{sheet}", state.title.sheet))
        return named

    def _of_no_project(self) -> Mapping[Cell, _Place]:
        if None not in self._places:
            places: dict[Cell, _Place] = {}
            for filled in self._book.blocks.values():
                if filled.key in self._shape.blocks:
                    places |= _places(_OfBlock(filled, self._shape))
            self._places[None] = places
        return self._places[None]

    def _of_project_on(self, sheet: str) -> Mapping[Cell, _Place]:
        if sheet not in self._projects:
            return {}
        if sheet not in self._places and self._shape.repeated is not None:
            of_project = self._shape.repeated.of_project
            places: dict[Cell, _Place] = {}
            for project, own in self._projects[sheet]:
                part = _OfProject(project, own, of_project)
                places |= _places(part)
                if project.title is not None:
                    places[project.title] = (part, 0, "")
            self._places[sheet] = places
        return self._places[sheet]

    @cached_property
    def _projects(self) -> Mapping[str, Sequence[tuple[Project, str]]]:
        """The projects by their sheets, each with a name of its own."""
        found: dict[str, list[tuple[Project, str]]] = {}
        if self._shape.repeated is not None:
            for project, own in _own_names(self._book.projects):
                found.setdefault(project.sheet, []).append((project, own))
        return found


@record(slots=True)
class NamedRow:
    """A row that knows what it is called (its own name, as people say it), and whose it is."""

    name: str
    said: str
    block: Block
    row: Row
    project: str = ""
    office: str = ""
    key: str = ""  # of a grid's row

    def named(self, column: str) -> Named:
        """What the cell in one of its columns is called; the row itself for ""."""
        if not column:
            return Named(self.name, self.said, self.project, self.office)
        title = self.block.columns[column].title
        return Named(
            f"{self.name}.{column}",
            f"{self.said}的“{title}”",
            self.project,
            self.office,
        )

    def is_typed(self, column: str) -> bool:
        """Whether a person fills in a column of it; else it is calculated, or looked up."""
        if self.block.kind is BlockKind.LIST:
            return column in self.block.typed
        return self.block.name(column, self.key) not in self.block.formulas


def named_rows(book: Return, profile: Profile, key: str = "unit") -> Iterator[NamedRow]:
    """Yield every row of a return by a name that stays when lines move, whatever cells it stands in."""
    shape = profile.books[key]
    parts: list[_Part] = [
        _OfBlock(filled, shape)
        for filled in book.blocks.values()
        if filled.key in shape.blocks
    ]
    if shape.repeated is not None:
        of_project = shape.repeated.of_project
        parts += [
            _OfProject(project, own, of_project)
            for project, own in _own_names(book.projects)
        ]
    for part in parts:
        yield from map(part.named, range(len(part.rows)))


def _own_names(projects: Iterable[Project]) -> Iterator[tuple[Project, str]]:
    """Yield each project with a name of its own: those of one name are counted."""
    seen: Counter[str] = Counter()
    for project in projects:
        seen[project.name] += 1
        yield project, f"project/{project.name}" + _count(seen[project.name])


class _Part(Protocol):
    """A block or a project: its rows, each of which is named when somebody asks."""

    rows: tuple[Row, ...]

    def named(self, place: int) -> NamedRow:
        """What the row in a place is called."""
        ...


class _OfBlock:
    """The rows of a block."""

    def __init__(self, filled: Filled, shape: Book) -> None:
        self.rows = filled.rows
        self._kind = filled.kind
        self._block = shape.blocks[filled.key]
        self._sheet = shape.sheet_of(filled.key).name

    def named(self, place: int) -> NamedRow:
        row, block, sheet = self.rows[place], self._block, self._sheet
        match self._kind:
            case BlockKind.LIST:
                name = f"{block.key}/{self._own_names[place]}"
                said = f"{sheet}第 {place + 1} 行“{_short(row)}”"
                return NamedRow(name, said, block, row)
            case BlockKind.GRID:
                said = f"{sheet}“{block.rows[row.key].title.strip()}”"
                return NamedRow(
                    str(Name(block.key, row.key)), said, block, row, key=row.key
                )
        return NamedRow(str(Name(block.key)), sheet, block, row)

    @cached_property
    def _own_names(self) -> tuple[str, ...]:
        return tuple(_distinct(self.rows))


class _OfProject:
    """The rows of a project, its head first; `own` is its own name."""

    def __init__(self, project: Project, own: str, blocks: tuple[Block, Block]) -> None:
        self.rows = (project.head, *project.indicators)
        self._project = project
        self._own = own
        self._head, self._listed = blocks
        self._title = project.cast.column(Role.INDICATOR_LEVEL3)

    def named(self, place: int) -> NamedRow:
        name, said, block = self._own, f"项目“{_cut(self._project.name)}”", self._head
        row = self.rows[place]
        if place:
            name = f"{name}/{self._own_names[place - 1]}"
            said = f"{said}第 {place} 行“{_line(row.text(self._title))[:SHORT]}”"
            block = self._listed
        return NamedRow(
            name, said, block, row, self._project.name, self._project.office
        )

    @cached_property
    def _own_names(self) -> tuple[str, ...]:
        group = self._project.cast.column(Role.INDICATOR_LEVEL2)
        return tuple(_distinct(self._project.indicators, group, self._title))


# Where a cell stands: in which part, in which of its rows, in which column; in none ("") is the part's title.
_Place = tuple[_Part, int, str]


def _named(place: _Place) -> Named:
    part, row, column = place
    return part.named(row).named(column)


def _places(part: _Part) -> dict[Cell, _Place]:
    """Where the cells of a part stand. What is made of other cells has none."""
    return {
        value.source: (part, place, column)
        for place, row in enumerate(part.rows)
        for column, value in row.values.items()
        if isinstance(value.source, Cell)
    }


class NamesOfMany:
    """The names of several returns' cells: the last that knows a cell names it."""

    def __init__(self, names: Iterable[Names]) -> None:
        self._names: dict[str, list[Names]] = {}  # by the workbook
        for one in names:
            self._names.setdefault(one.book, []).insert(0, one)

    def get(self, cell: Cell, /) -> Named | None:
        """What a cell is called."""
        own = self._names.get(cell.book, ())
        return next(
            (named for one in own if (named := one.get(cell)) is not None), None
        )


def _distinct(rows: Iterable[Row], group: str = "", title: str = "") -> Iterator[str]:
    """Yield a name of its own for each row: group and title where it has them, else what it says first. Twins are counted."""
    seen: Counter[str] = Counter()
    for row in rows:
        titled = row.text(title)
        name = "/".join((row.text(group), titled) if titled else _texts(row)[:2])
        seen[name] += 1
        yield name + _count(seen[name])


def _count(number: int) -> str:
    return f"#{number}" if number > 1 else ""


def _texts(row: Row) -> list[str]:
    return [text for key in row.values if (text := row.text(key))]


def _short(row: Row) -> str:
    text = next(iter(_texts(row)), "")
    return _line(text)[:SHORT] + ("…" if len(text) > SHORT else "")


def _cut(text: str) -> str:
    return text[:SHORT] + ("…" if len(text) > SHORT else "")


def _line(text: str) -> str:
    return text.replace("\n", "")


def identified(
    findings: Iterable[Finding], code: str, named: Lookup
) -> Iterator[Finding]:
    """Give each finding its identity (of unit code, rule and the cell's own name), and say where it is in words."""
    seen: Counter[str] = Counter()
    for finding in findings:
        yield _identified(finding, code, named, seen)


def _identified(
    finding: Finding, code: str, named: Lookup, seen: Counter[str]
) -> Finding:
    """A finding with its identity, and those that it speaks for with theirs."""
    first = named.get(finding.cells[0]) if finding.cells else None
    known = named.get(finding.known_by) if finding.known_by else first
    own = f"{code}|{finding.rule}|{known.name if known else ''}"
    seen[own] += 1
    number = seen[own]
    # One of the department's that came to a unit's has its identity already.
    joined = tuple(
        other if other.id else _identified(other, code, named, seen)
        for other in finding.joined
    )
    identity = hashlib.sha256(
        f"{own}|{number}".encode(errors="backslashreplace")
    ).hexdigest()[:8]
    place = (first.said, first.project, first.office) if first else ("", "", "")
    return replace(
        finding,
        id=identity,
        place=place[0],
        project=place[1],
        office=place[2],
        joined=joined,
    )
