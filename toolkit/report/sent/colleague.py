"""What is asked of the colleague who wrote the goals: his own projects as Word tables, marked, with the remark beside each row.

He has no workbook, so there are no rule ids and no cells' addresses here; rows are counted as he counts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from toolkit.check.report import Report
from toolkit.files.word import rendered
from toolkit.model import Cell, Figure, Project, Return, Role, Row
from toolkit.profile.form import Block, Profile, home
from toolkit.report.sent.slip import Paper, file_stem, said_deadline
from toolkit.report.sent.ticked import Item, Ticked
from toolkit.rules.reading import brief
from toolkit.rules.rule import Finding, plain

TITLE = "绩效问题"
NOBODY = "未写明责任股室"
PLAIN, STRONG, LIGHT = "auto", "FFD966", "FFF2CC"  # how a cell is filled: as it is, to be mended, looked at besides
INDICATOR = (  # what the document shows of an indicator row
    Role.INDICATOR_LEVEL1,
    Role.INDICATOR_LEVEL2,
    Role.INDICATOR_LEVEL3,
    Role.INDICATOR_DESCRIPTION,
    Role.INDICATOR_VALUE,
    Role.INDICATOR_BASIS,
)
LONG = 30  # characters of a remark that are said again in a later project
_FOR_OTHERS = re.compile(r"[；，][^；，。]*(?:schema/|\.csv|disclosure )[^；。]*")  # what only the keeper of the tool can do


@dataclass
class _Sheet:
    """A project with what is said of it: cells to fill, and remarks by the cell they stand beside."""

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
    returns: Sequence[Return], report: Report, ticked: Ticked, profile: Profile, deadline: date | None = None
) -> tuple[tuple[Paper, ...], tuple[str, ...]]:
    """A document for each office of each unit whose projects have something ticked, and what a person should know.

    `report` is what checking the same workbooks gives now: it knows the cells of what is ticked.
    """
    wanted = {item.id: item for item in ticked.returned if item.id}
    found = [finding for finding in report.findings if finding.id in wanted]
    sheets = {_key(project): _Sheet(book.name, project) for book in returns for project in book.projects}
    for finding in found:
        _mark(finding, wanted[finding.id], sheets)
    for item in ticked.returned:
        if item.handwritten and item.project:
            for sheet in _named(item, sheets.values()):
                sheet.remarks.setdefault(None, []).append(item.opinion or item.message or item.title)
    known = {finding.id for finding in report.findings}
    lost = [item for item in wanted.values() if item.project and item.id not in known]
    notes = [f"有 {len(lost)} 条选了退回的项目问题，在现在的填报表里已经没有了（可能已改），没有写进{TITLE}。"] if lost else []
    many = len({sheet.unit for sheet in sheets.values()}) > 1
    return tuple(_papers(sheets.values(), profile, deadline, many=many)), tuple(notes)


def _blocks(profile: Profile) -> tuple[str, ...]:
    """The blocks of a project sheet: its head and its indicator rows."""
    return tuple(profile.book.repeated.blocks) if profile.book.repeated else ()


def _key(project: Project) -> tuple[str, str]:
    book = next((cell.book for value in project.head.values.values() for cell in value.cells()), "")
    return (project.title.book if project.title else book), project.sheet


def _named(item: Item, sheets: Iterable[_Sheet]) -> Iterator[_Sheet]:
    """The projects that a handwritten line means."""
    name = "".join(item.project.split())
    yield from (sheet for sheet in sheets if sheet.unit == item.unit and "".join(sheet.project.name.split()) == name)


def _mark(finding: Finding, item: Item, sheets: Mapping[tuple[str, str], _Sheet]) -> None:
    """Fill the finding's cells and say it beside the first of them.

    What begins with a project's name concerns that project; what speaks of many rows is said in each project that has some.
    """
    touched: dict[tuple[str, str], list[Cell]] = {}
    for cell in finding.cells:
        if (cell.book, cell.sheet) in sheets:
            touched.setdefault((cell.book, cell.sheet), []).append(cell)
    own = finding.message.startswith("项目“")
    for key, cells in list(touched.items())[: 1 if own else None]:
        sheet = sheets[key]
        for cell in cells:
            if sheet.shades.get(cell) != STRONG:
                sheet.shades[cell] = LIGHT if own and cell != cells[0] else STRONG
        sheet.remarks.setdefault(cells[0], []).append(_said(finding, item, sheet.project))


def _said(finding: Finding, item: Item, project: Project) -> str:
    """A finding in plain words; the reviewer's own stand for ours."""
    if item.opinion:
        return item.opinion
    message = re.sub(rf"^项目“{re.escape(brief(project.name))}”(?:第 \d+ 行)?[：，]?", "", finding.message)
    message = f"这个项目{message}" if message.startswith("的") else message
    remedy = _FOR_OTHERS.sub("", finding.remedy)
    return " ".join(f"{message}改法：{remedy}".split())


def _papers(sheets: Iterable[_Sheet], profile: Profile, deadline: date | None, *, many: bool) -> Iterator[Paper]:
    by_office: dict[tuple[str, str], list[_Sheet]] = {}
    for sheet in sheets:
        by_office.setdefault((sheet.unit, sheet.project.office or NOBODY), []).append(sheet)
    for (unit, office), held in by_office.items():
        faulty = [sheet for sheet in held if sheet.remarks]
        if faulty:
            name = "-".join(filter(None, (TITLE, file_stem(unit) if many else "", file_stem(office))))
            yield Paper(f"{name}.docx", rendered(template(), _context(unit, office, held, faulty, profile, deadline)))


def _context(
    unit: str, office: str, held: Sequence[_Sheet], faulty: Sequence[_Sheet], profile: Profile, deadline: date | None
) -> dict[str, Any]:
    """Everything that the template can name."""
    head, listed = (profile.book.blocks[block] for block in _blocks(profile))
    fine = [sheet.project.name for sheet in held if not sheet.remarks and sheet.project.name]
    said: dict[str, int] = {}
    return {
        "title": f"{office}{TITLE}",
        "year": profile.year,
        "unit": unit,
        "office": office,
        "count": sum(sheet.count for sheet in faulty),
        "by": said_deadline(deadline) or "改好后尽快",
        "fine": "、".join(dict.fromkeys(fine)),
        "projects": tuple(_project(sheet, number, head, listed, said) for number, sheet in enumerate(faulty, 1)),
    }


def _project(sheet: _Sheet, number: int, head: Block, listed: Block, said: dict[str, int]) -> SimpleNamespace:
    """A project's table. `said` remembers in which project a remark was first made, so that it is not repeated at length."""
    brief_said = replace(
        sheet, remarks={cell: [_once(text, number, said) for text in texts] for cell, texts in sheet.remarks.items()}
    )
    return SimpleNamespace(
        number=number,
        name=" ".join(sheet.project.name.split()) or "（没有名称）",
        heads=tuple(_heads(brief_said, head)),
        groups=tuple(_groups(brief_said, listed)),
    )


def _once(text: str, number: int, said: dict[str, int]) -> str:
    first = said.setdefault(text, number)
    return text if first == number else f"{text[:LONG]}……（同第 {first} 个项目）" if len(text) > 2 * LONG else text


def _heads(sheet: _Sheet, head: Block) -> Iterator[SimpleNamespace]:
    """The head of a project as lines: the first and the longest field always, others where something is said of them.

    What is said of the project as a whole stands beside its name.
    """
    row = sheet.project.head
    keys = list(head.columns)
    always = {keys[0], max(keys, key=lambda key: int(head.columns[key].height or 0))}
    rest = _remarks_elsewhere(sheet)
    for key, column in head.columns.items():
        cells = set(row.values[key].cells()) if key in row.values else set()
        remarks = [text for cell in cells for text in sheet.remarks.get(cell, ())]
        if key == keys[0]:
            remarks += rest
        if key in always or remarks or any(cell in sheet.shades for cell in cells):
            yield SimpleNamespace(
                label=column.title,
                text=_text(row, key),
                shade=_shade(row, key, sheet),
                remark=_numbered(remarks),
            )


def _remarks_elsewhere(sheet: _Sheet) -> list[str]:
    """What is said of no cell of the head and of no indicator row."""
    placed = {
        cell for row in (sheet.project.head, *sheet.project.indicators) for v in row.values.values() for cell in v.cells()
    }
    return [text for cell, texts in sheet.remarks.items() if cell not in placed for text in texts]


def _groups(sheet: _Sheet, listed: Block) -> Iterator[SimpleNamespace]:
    """The indicator rows, those of one first-level indicator together."""
    level, rows = "", []
    for number, row in enumerate(sheet.project.indicators, 1):
        level = row.text(listed.carry_down) or level
        rows.append((level, _indicator(row, number, sheet)))
    for name, pairs in groupby(rows, lambda pair: pair[0]):
        yield SimpleNamespace(level=name, rows=tuple(row for _, row in pairs))


def _indicator(row: Row, number: int, sheet: _Sheet) -> SimpleNamespace:
    cells: dict[str, SimpleNamespace] = {}
    for role in INDICATOR:
        key = sheet.project.cast.column(role)
        cells[role.word] = SimpleNamespace(text=_text(row, key), shade=_shade(row, key, sheet))
    remarks = [text for value in row.values.values() for cell in value.cells() for text in sheet.remarks.get(cell, ())]
    return SimpleNamespace(number=number, remark=_numbered(remarks), **cells)


def _text(row: Row, key: str) -> str:
    """What stands in a cell, as it stands there."""
    value = row.values.get(key)
    if isinstance(value, Figure):
        return plain(value.value) if value.value is not None else value.raw.strip()
    return (value.raw or value.text).strip() if value is not None else ""


def _shade(row: Row, key: str, sheet: _Sheet) -> str:
    shades = {sheet.shades[cell] for cell in (row.values[key].cells() if key in row.values else ()) if cell in sheet.shades}
    return STRONG if STRONG in shades else LIGHT if shades else PLAIN


def _numbered(remarks: Sequence[str]) -> str:
    """Several remarks of one row, a line each."""
    if len(remarks) < 2:  # noqa: PLR2004  one needs no number
        return "".join(remarks)
    return "\n".join(f"{number}、{text}" for number, text in enumerate(remarks, 1))
