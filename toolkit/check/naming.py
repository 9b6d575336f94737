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

from toolkit.model import BlockKind, Cell, Filled, Project, Return, Role, Row, record
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
        self._made: dict[
            str | None, dict[Cell, Named]
        ] = {}  # by the sheet of a project; all that is no project's by None

    def get(self, cell: Cell, /) -> Named | None:
        """What a cell is called; of what is named twice the project's name holds."""
        return self._of_project_on(cell.sheet).get(cell) or self._of_no_project().get(
            cell
        )

    def every(self) -> dict[Cell, Named]:
        """Name every cell."""
        named = dict(self._of_no_project())
        for sheet in self._projects:
            named |= self._of_project_on(sheet)
        return named

    def _of_no_project(self) -> Mapping[Cell, Named]:
        if None not in self._made:
            named: dict[Cell, Named] = {}
            for filled in self._book.blocks.values():
                if filled.key in self._shape.blocks:
                    named |= _of_block(filled, self._shape)
            for sheet, state in self._book.sheets.items():
                named.setdefault(
                    state.title, Named(f"sheet/{sheet}", state.title.sheet)
                )
            self._made[None] = named
        return self._made[None]

    def _of_project_on(self, sheet: str) -> Mapping[Cell, Named]:
        if sheet not in self._projects:
            return {}
        if sheet not in self._made and self._shape.repeated is not None:
            head, listed = self._shape.repeated.of_project
            named: dict[Cell, Named] = {}
            for project, own in self._projects[sheet]:
                named |= _of_project(project, own, head, listed)
            self._made[sheet] = named
        return self._made[sheet]

    @cached_property
    def _projects(self) -> Mapping[str, Sequence[tuple[Project, str]]]:
        """The projects by their sheets, each with a name of its own: those of one name are counted."""
        found: dict[str, list[tuple[Project, str]]] = {}
        seen: Counter[str] = Counter()
        for project in self._book.projects if self._shape.repeated is not None else ():
            seen[project.name] += 1
            own = f"project/{project.name}" + _count(seen[project.name])
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

    def is_typed(self, column: str) -> bool:
        """Whether a person fills in a column of it; else it is calculated, or looked up."""
        if self.block.kind is BlockKind.LIST:
            return column in self.block.typed
        return self.block.name(column, self.key) not in self.block.formulas


def named_rows(book: Return, profile: Profile, key: str = "unit") -> Iterator[NamedRow]:
    """Every row of a return by a name that stays when lines move, whatever cells it stands in."""
    shape = profile.books[key]
    for filled in book.blocks.values():
        if filled.key not in shape.blocks:
            continue
        block, sheet = shape.blocks[filled.key], shape.sheet_of(filled.key).name
        if filled.kind is BlockKind.LIST:
            for number, (own, row) in enumerate(_distinct(filled.rows), 1):
                yield NamedRow(
                    f"{block.key}/{own}",
                    f"{sheet}第 {number} 行“{_short(row)}”",
                    block,
                    row,
                )
            continue
        for name, row in filled.named():
            said = (
                f"{sheet}“{block.rows[name.row].title.strip()}”" if name.row else sheet
            )
            yield NamedRow(str(name), said, block, row, key=name.row)
    if shape.repeated is None:
        return
    head, listed = shape.repeated.of_project
    seen: Counter[str] = Counter()
    for project in book.projects:
        seen[project.name] += 1
        own, said = (
            f"project/{project.name}" + _count(seen[project.name]),
            f"项目“{_cut(project.name)}”",
        )
        yield NamedRow(own, said, head, project.head, project.name, project.office)
        columns = (
            project.cast.column(Role.INDICATOR_LEVEL2),
            project.cast.column(Role.INDICATOR_LEVEL3),
        )
        for number, (line, row) in enumerate(
            _distinct(project.indicators, *columns), 1
        ):
            text = _line(row.text(columns[1]))[:SHORT]
            yield NamedRow(
                f"{own}/{line}",
                f"{said}第 {number} 行“{text}”",
                listed,
                row,
                project.name,
                project.office,
            )


class NamesOfMany:
    """The names of several returns' cells: the last that knows a cell names it."""

    def __init__(self, names: Iterable[Names]) -> None:
        self._names = tuple(names)[::-1]

    def get(self, cell: Cell, /) -> Named | None:
        """What a cell is called."""
        return next(
            (named for one in self._names if (named := one.get(cell)) is not None), None
        )


def _of_block(filled: Filled, shape: Book) -> dict[Cell, Named]:
    block = shape.blocks[filled.key]
    sheet = shape.sheet_of(filled.key).name
    named: dict[Cell, Named] = {}
    if filled.kind is BlockKind.LIST:
        for number, (own, row) in enumerate(_distinct(filled.rows), 1):
            named |= _cells(
                row,
                f"{block.key}/{own}",
                f"{sheet}第 {number} 行“{_short(row)}”",
                block,
            )
        return named
    for name, row in filled.named():
        said = f"{sheet}“{block.rows[name.row].title.strip()}”" if name.row else sheet
        named |= _cells(row, str(name), said, block)
    return named


def _of_project(
    project: Project, own: str, head: Block, listed: Block
) -> dict[Cell, Named]:
    said = f"项目“{_cut(project.name)}”"
    whose = (project.name, project.office)
    cells = _cells(project.head, own, said, head, whose)
    rows = _distinct(
        project.indicators,
        project.cast.column(Role.INDICATOR_LEVEL2),
        project.cast.column(Role.INDICATOR_LEVEL3),
    )
    for number, (name, row) in enumerate(rows, 1):
        text = _line(row.text(project.cast.column(Role.INDICATOR_LEVEL3)))
        cells |= _cells(
            row, f"{own}/{name}", f"{said}第 {number} 行“{text[:SHORT]}”", listed, whose
        )
    if project.title is not None:
        cells[project.title] = Named(own, said, *whose)
    return cells


def _cells(
    row: Row, own: str, said: str, block: Block, whose: tuple[str, str] = ("", "")
) -> dict[Cell, Named]:
    """Name the cells of one row. `whose` are the project and the office it belongs to."""
    named: dict[Cell, Named] = {}
    for column, value in row.values.items():
        # What is made of other cells names none of them.
        if isinstance(value.source, Cell):
            named[value.source] = Named(
                f"{own}.{column}", f"{said}的“{block.columns[column].title}”", *whose
            )
    return named


def _distinct(
    rows: Sequence[Row], group: str = "", title: str = ""
) -> Iterator[tuple[str, Row]]:
    """Yield each row with a name of its own: group and title where it has them, else what it says first. Twins are counted."""
    seen: Counter[str] = Counter()
    for row in rows:
        said = (
            (row.text(group), row.text(title)) if row.text(title) else _texts(row)[:2]
        )
        name = "/".join(said)
        seen[name] += 1
        yield name + _count(seen[name]), row


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
