"""What a cell is called, whatever its address: its own name in the return, and how people speak of it.

Findings get their identity from these names, so that a second run can tell what was mended although rows were inserted,
sheets renumbered and the file renamed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from toolkit.model import Cell, Return, Row
from toolkit.profile.form import Block, Book, Profile
from toolkit.rules.rule import Finding

SHORT = 18  # characters of a row's own text that are said


@dataclass(frozen=True, slots=True)
class Named:
    """A cell's own name ("three_public.total.change", "project/招聘/数量/招聘人数/value") and what people call it."""

    name: str
    said: str
    project: str = ""
    office: str = ""


def names_of(book: Return, profile: Profile, key: str = "unit") -> dict[Cell, Named]:
    """Name every cell of a return."""
    shape = profile.books[key]
    named: dict[Cell, Named] = {}
    for block in shape.blocks.values():
        filled = book.blocks.get(block.key)
        if isinstance(filled, Row):
            named |= _cells(filled, block.key, f"{_sheet(shape, block)}", block)
        elif isinstance(filled, Mapping):
            for row in filled.values():
                said = f"{_sheet(shape, block)}“{block.rows[row.key].title.strip()}”"
                named |= _cells(row, f"{block.key}.{row.key}", said, block)
        elif filled is not None:
            for number, name, row in _distinct(filled):
                said = f"{_sheet(shape, block)}第 {number} 行“{_short(row)}”"
                named |= _cells(row, f"{block.key}/{name}", said, block)
    for sheet, state in book.sheets.items():
        named.setdefault(state.title, Named(f"sheet/{sheet}", state.title.sheet))
    return named | _projects(book, shape)


def _projects(book: Return, shape: Book) -> dict[Cell, Named]:
    named: dict[Cell, Named] = {}
    repeated = shape.repeated
    if repeated is None:
        return named
    head, listed = repeated.blocks.values()
    seen: dict[str, int] = {}
    for project in book.projects:
        seen[project.name] = seen.get(project.name, 0) + 1
        own = f"project/{project.name}" + (f"#{seen[project.name]}" if seen[project.name] > 1 else "")
        said = f"项目“{project.name[:SHORT] + ('…' if len(project.name) > SHORT else '')}”"
        cells = _cells(project.head, own, said, head)
        for number, name, row in _distinct(project.indicators):
            cells |= _cells(row, f"{own}/{name}", f"{said}第 {number} 行“{_line(row.text('level3'))[:SHORT]}”", listed)
        if project.title is not None:
            cells[project.title] = Named(own, said)
        office = project.head.text("office")
        named |= {cell: replace(name, project=project.name, office=office) for cell, name in cells.items()}
    return named


def _cells(row: Row, own: str, said: str, block: Block) -> dict[Cell, Named]:
    return {
        cell: Named(f"{own}.{column}", f"{said}的“{block.columns[column].title}”")
        for column, value in row.values.items()
        for cell in value.cells()
    }


def _distinct(rows: Iterable[Row]) -> Iterator[tuple[int, str, Row]]:
    """Yield each row with its number and a name of its own: what it says first, and a count where that repeats."""
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        texts = [value for key in row.values if (value := row.text(key))]
        name = "/".join(texts[:2]) if row.text("level3") == "" else f"{row.text('level2')}/{row.text('level3')}"
        seen[name] = seen.get(name, 0) + 1
        yield number, name + (f"#{seen[name]}" if seen[name] > 1 else ""), row


def _sheet(shape: Book, block: Block) -> str:
    return shape.sheet_of(block.key).name


def _short(row: Row) -> str:
    text = next((t for key in row.values if (t := row.text(key))), "")
    return _line(text)[:SHORT] + ("…" if len(text) > SHORT else "")


def _line(text: str) -> str:
    return text.replace("\n", "")


def identified(findings: Iterable[Finding], code: str, named: Mapping[Cell, Named]) -> Iterator[Finding]:
    """Give each finding its identity (of unit code, rule and the cell's own name), and say where it is in words."""
    seen: dict[str, int] = {}
    for finding in findings:
        first = named.get(finding.cells[0]) if finding.cells else None
        own = f"{code}|{finding.rule}|{first.name if first else ''}"
        seen[own] = seen.get(own, 0) + 1
        identity = hashlib.sha256(f"{own}|{seen[own]}".encode(errors="backslashreplace")).hexdigest()[:8]
        place = (first.said, first.project, first.office) if first else ("", "", "")
        yield replace(finding, id=identity, place=place[0], project=place[1], office=place[2])
