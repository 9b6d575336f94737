"""What is asked of the colleague who wrote the goals: his own projects as Word tables, marked, with the remark beside each row.

He has no workbook, so there are no rule ids and no cells' addresses here; rows are counted as he counts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from toolkit.check.report import Report
from toolkit.files.word import rendered
from toolkit.model import Cell, Figure, Project, Return, Role, Row
from toolkit.profile.form import NO_LIST, Block, Profile
from toolkit.profile.stored import home
from toolkit.report.sent.slip import Paper, deadline_text, file_stem
from toolkit.report.sent.ticked import Item, Ticked
from toolkit.rules.reading import brief
from toolkit.rules.rule import Finding, plain

TITLE = "绩效问题"
NOBODY = "未写明责任股室"
# how a cell is filled: as it is, to be mended, looked at besides
PLAIN, STRONG, LIGHT = (
    "auto",
    "FFD966",
    "FFF2CC",
)
INDICATOR = (  # what the document shows of an indicator row
    Role.INDICATOR_LEVEL1,
    Role.INDICATOR_LEVEL2,
    Role.INDICATOR_LEVEL3,
    Role.INDICATOR_DESCRIPTION,
    Role.INDICATOR_VALUE,
    Role.INDICATOR_BASIS,
)
LONG = 30  # characters of a remark that are repeated in a later project
# what only the keeper of the tool can do
_FOR_OTHERS = re.compile(r"[；，][^；，。]*(?:schema/|\.csv|disclosure )[^；。]*")


@dataclass
class _Sheet:
    """A project with what is asked of it: cells to fill, and remarks by the cell they stand beside (None: by its name)."""

    unit: str
    project: Project
    shades: dict[Cell, str] = field(default_factory=dict)
    remarks: dict[Cell | None, list[str]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(map(len, self.remarks.values()))


def template() -> Path:
    """The document's words; an office may edit them in Word."""
    return home() / "templates" / "docx" / "common" / f"{TITLE}.docx"


def colleague_papers(
    returns: Sequence[Return],
    report: Report,
    ticked: Ticked,
    profile: Profile,
    deadline: date | None = None,
) -> tuple[tuple[Paper, ...], tuple[str, ...]]:
    """A document for each office of each unit whose projects have something ticked, and what a person should know.

    `report` is what checking the same workbooks gives now: it knows the cells of what is ticked.
    """
    sheets = {
        _key(project): _Sheet(book.name, project)
        for book in returns
        for project in book.projects
    }
    wanted = {item.id: item for item in ticked.returned if item.id}
    for finding in report.findings:
        if finding.id in wanted:
            _mark(finding, wanted[finding.id], sheets)
    for item in ticked.returned:
        if item.handwritten and item.project:
            for sheet in _named(item, sheets.values()):
                sheet.remarks.setdefault(None, []).append(
                    item.opinion or item.message or item.title
                )
    known = {finding.id for finding in report.findings}
    lost = [item for item in wanted.values() if item.project and item.id not in known]
    notes = []
    if lost:
        notes.append(
            f"有 {len(lost)} 条选了退回的项目问题，在现在的填报表里已经没有了（可能已改），没有写进{TITLE}。"
        )
    units = {sheet.unit for sheet in sheets.values()}
    papers = _papers(sheets.values(), profile, deadline, many=len(units) > 1)
    return tuple(papers), tuple(notes)


def _blocks(profile: Profile) -> tuple[str, ...]:
    """The blocks of a project sheet: its head and its indicator rows."""
    return tuple(profile.book.repeated.blocks) if profile.book.repeated else ()


def _key(project: Project) -> tuple[str, str]:
    """The file and the worksheet of a project."""
    if project.title:
        return project.title.book, project.sheet
    cells = (cell for value in project.head.values.values() for cell in value.cells())
    return next((cell.book for cell in cells), ""), project.sheet


def _named(item: Item, sheets: Iterable[_Sheet]) -> Iterator[_Sheet]:
    """The projects that a handwritten line means."""
    name = "".join(item.project.split())
    for sheet in sheets:
        if sheet.unit == item.unit and "".join(sheet.project.name.split()) == name:
            yield sheet


def _mark(
    finding: Finding, item: Item, sheets: Mapping[tuple[str, str], _Sheet]
) -> None:
    """Fill the finding's cells and write the remark beside the first of them.

    What begins with a project's name concerns that project, as does what was found to lie in one of its cells; what speaks of
    many rows is told in each project that has some.
    """
    touched: dict[tuple[str, str], list[Cell]] = {}
    for cell in finding.cells:
        if (cell.book, cell.sheet) in sheets:
            touched.setdefault((cell.book, cell.sheet), []).append(cell)
    of_one_project = finding.message.startswith("项目“")
    concerned = list(touched.items())
    if finding.known_by is not None:
        # It was looked for where the slip was made: in this project, or in no project that could be named.
        first = finding.cells[0]
        concerned = [
            (key, cells) for key, cells in concerned if key == (first.book, first.sheet)
        ]
    elif of_one_project:
        concerned = concerned[:1]
    for key, cells in concerned:
        sheet = sheets[key]
        for cell in cells:
            beside = of_one_project and cell != cells[0]
            if sheet.shades.get(cell) != STRONG:
                sheet.shades[cell] = LIGHT if beside else STRONG
        sheet.remarks.setdefault(cells[0], []).append(
            _remark(finding, item, sheet.project)
        )


def _remark(finding: Finding, item: Item, project: Project) -> str:
    """A finding in plain words; the reviewer's own stand for ours."""
    if item.opinion:
        return item.opinion
    # The remark stands in the project's own table: it need not be named, nor the row by the workbook's number.
    name = re.escape(brief(project.name))
    message = re.sub(rf"^项目“{name}”(?:第 \d+ 行)?[：，]?", "", finding.message)
    if message.startswith("的"):
        message = f"这个项目{message}"
    remedy = _FOR_OTHERS.sub("", finding.remedy)
    return " ".join(f"{message}改法：{remedy}".split())


def _papers(
    sheets: Iterable[_Sheet], profile: Profile, deadline: date | None, *, many: bool
) -> Iterator[Paper]:
    """A document for each office that has something to mend; with its unit's name where there are many."""
    by_office: dict[tuple[str, str], list[_Sheet]] = {}
    for sheet in sheets:
        office = sheet.project.office or NOBODY
        by_office.setdefault((sheet.unit, office), []).append(sheet)
    for (unit, office), ours in by_office.items():
        if not any(sheet.remarks for sheet in ours):
            continue
        name = file_stem(office)
        if many:
            name = f"{file_stem(unit)}-{name}"
        context = _context(unit, office, ours, profile, deadline)
        yield Paper(f"{TITLE}-{name}.docx", rendered(template(), context))


def _context(
    unit: str,
    office: str,
    sheets: Sequence[_Sheet],
    profile: Profile,
    deadline: date | None,
) -> dict[str, Any]:
    """Everything that the template can name."""
    head, listed = (
        profile.book.repeated.of_project
        if profile.book.repeated
        else (NO_LIST, NO_LIST)
    )
    faulty = [sheet for sheet in sheets if sheet.remarks]
    fine = [
        sheet.project.name
        for sheet in sheets
        if not sheet.remarks and sheet.project.name
    ]
    first_in: dict[str, int] = {}
    projects = [
        _project(sheet, number, head, listed, first_in)
        for number, sheet in enumerate(faulty, 1)
    ]
    return {
        "title": f"{office}{TITLE}",
        "year": profile.year,
        "unit": unit,
        "office": office,
        "count": sum(sheet.count for sheet in faulty),
        "by": deadline_text(deadline) or "改好后尽快",
        "fine": "、".join(dict.fromkeys(fine)),
        "projects": tuple(projects),
    }


def _project(
    sheet: _Sheet, number: int, head: Block, listed: Block, first_in: dict[str, int]
) -> SimpleNamespace:
    """A project's table. `first_in` remembers in which project a remark was first made: it is not repeated at length."""
    remarks: dict[Cell | None, list[str]] = {}
    for cell, texts in sheet.remarks.items():
        remarks[cell] = [_once(text, number, first_in) for text in texts]
    sheet = replace(sheet, remarks=remarks)
    return SimpleNamespace(
        number=number,
        name=" ".join(sheet.project.name.split()) or "（没有名称）",
        heads=tuple(_heads(sheet, head)),
        groups=tuple(_groups(sheet, listed)),
    )


def _once(text: str, number: int, first_in: dict[str, int]) -> str:
    """A remark at length, or its beginning where an earlier project has it and it is long."""
    first = first_in.setdefault(text, number)
    if first == number or len(text) <= 2 * LONG:
        return text
    return f"{text[:LONG]}……（同第 {first} 个项目）"


def _heads(sheet: _Sheet, head: Block) -> Iterator[SimpleNamespace]:
    """The head of a project as lines: the first and the longest field always, others where something is asked of them.

    What is asked of the project as a whole stands beside its name.
    """
    row = sheet.project.head
    name, *_ = head.columns
    longest = max(head.columns, key=lambda key: int(head.columns[key].height or 0))
    for key, column in head.columns.items():
        cells = _cells(row, key)
        remarks = _beside(cells, sheet)
        if key == name:
            remarks += _elsewhere(sheet)
        if (
            key in (name, longest)
            or remarks
            or any(cell in sheet.shades for cell in cells)
        ):
            yield SimpleNamespace(
                label=column.title,
                text=_text(row, key),
                shade=_shade(row, key, sheet),
                remark=_numbered(remarks),
            )


def _cells(row: Row, *keys: str) -> list[Cell]:
    """The cells of some columns of a row, each once; of all columns where none is named."""
    cells: dict[Cell, None] = {}
    for key in keys or row.values:
        if key in row.values:
            cells |= dict.fromkeys(row.values[key].cells())
    return list(cells)


def _beside(cells: Iterable[Cell], sheet: _Sheet) -> list[str]:
    """The remarks that stand beside these cells."""
    return [text for cell in cells for text in sheet.remarks.get(cell, ())]


def _elsewhere(sheet: _Sheet) -> list[str]:
    """The remarks that stand beside no cell of the head and of no indicator row."""
    placed: set[Cell | None] = set()
    for row in (sheet.project.head, *sheet.project.indicators):
        placed.update(_cells(row))
    rest = [texts for cell, texts in sheet.remarks.items() if cell not in placed]
    return [text for texts in rest for text in texts]


def _groups(sheet: _Sheet, listed: Block) -> Iterator[SimpleNamespace]:
    """The indicator rows, those of one first-level indicator together."""
    for level, rows in sheet.project.levels(listed.carry_down):
        told = [_indicator(row, number, sheet) for number, row in rows]
        yield SimpleNamespace(level=level, rows=tuple(told))


def _indicator(row: Row, number: int, sheet: _Sheet) -> SimpleNamespace:
    cells: dict[str, SimpleNamespace] = {}
    for role in INDICATOR:
        key = sheet.project.cast.column(role)
        cells[role.word] = SimpleNamespace(
            text=_text(row, key), shade=_shade(row, key, sheet)
        )
    remarks = _beside(_cells(row), sheet)
    return SimpleNamespace(number=number, remark=_numbered(remarks), **cells)


def _text(row: Row, key: str) -> str:
    """What stands in a cell, as it stands there."""
    value = row.values.get(key)
    if isinstance(value, Figure):
        return plain(value.value) if value.value is not None else value.raw.strip()
    return (value.raw or value.text).strip() if value is not None else ""


def _shade(row: Row, key: str, sheet: _Sheet) -> str:
    """How a cell is filled: where several stand behind it, as the one to be mended."""
    shades = {sheet.shades.get(cell, PLAIN) for cell in _cells(row, key)}
    if STRONG in shades:
        return STRONG
    return LIGHT if LIGHT in shades else PLAIN


def _numbered(remarks: Sequence[str]) -> str:
    """Several remarks of one row, a line each."""
    if len(remarks) < 2:  # noqa: PLR2004  one needs no number
        return "".join(remarks)
    return "\n".join(f"{number}、{text}" for number, text in enumerate(remarks, 1))
