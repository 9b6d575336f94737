"""What a reviewer does to the findings workbook, and what its slips say: for tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from toolkit import steps
from toolkit.check.report import Report
from toolkit.files.word import Paragraph, Table, text_of
from toolkit.profile.bounds import law
from toolkit.profile.loading import load
from toolkit.report.sent.book import write_book
from toolkit.report.sent.slip import Paper, slip_paper, slips
from toolkit.report.sent.ticked import HEADINGS, YES, Ticked
from toolkit.report.words import LIST

ROOT = Path(__file__).resolve().parent.parent
PROFILE = load("hebei-2023")
CHECKED = steps.check(
    [ROOT / "examples" / "01-xianghe-as-published" / "input"], PROFILE
)
LEAD, JOBS, INSURANCE = (book.name for book in CHECKED.returns)
DEADLINE = date(2023, 3, 5)


def write(path: Path, report: Report = CHECKED.report, **more: Any) -> Path:
    write_book(report, CHECKED.returns, law(), PROFILE, path, **more)
    return path


def edited(
    source: Path, target: Path, edit: Callable[[openpyxl.Workbook], None]
) -> Path:
    """The workbook as a person leaves it, saved by another program."""
    book = openpyxl.load_workbook(source)
    edit(book)
    book.save(target)
    return target


def columns(sheet: Worksheet) -> dict[str, int]:
    return {
        str(cell.value): cell.column
        for row in sheet.iter_rows(max_row=6)
        for cell in row
        if cell.value
    }


def row_of(sheet: Worksheet, text: str, heading: str = "编号") -> int:
    column = columns(sheet)[heading]
    return next(
        row
        for row in range(5, sheet.max_row + 1)
        if sheet.cell(row, column).value == text
    )


def put(sheet: Worksheet, row: int, **said: str) -> None:
    for field, text in said.items():
        sheet.cell(row, columns(sheet)[HEADINGS.get(field, field)]).value = text


def everything_ticked(book: openpyxl.Workbook) -> None:
    sheet = book[LIST]
    for row in range(5, 5 + len(CHECKED.report.findings)):
        put(sheet, row, tick=YES)


def words(paper: Paper, folder: Path) -> str:
    """All that a document says, a paragraph or cell a line."""
    path = folder / paper.name
    path.write_bytes(paper.content)
    pieces = text_of(path)
    return "\n".join(
        p.text if isinstance(p, Paragraph) else "\n".join(t for r in p.rows for t in r)
        for p in pieces
    )


def table(paper: Paper, folder: Path) -> list[tuple[str, ...]]:
    words(paper, folder)
    return next(
        list(piece.rows)
        for piece in text_of(folder / paper.name)
        if isinstance(piece, Table)
    )


def made(ticked: Ticked, folder: Path) -> dict[str, Paper]:
    """Lay down one round of slips, as the step does; by unit."""
    folder.mkdir(exist_ok=True)
    papers = {
        slip.unit: slip_paper(slip, PROFILE, DEADLINE)
        for slip in slips(ticked, folder)[0]
    }
    for paper in papers.values():
        (folder / paper.name).write_bytes(paper.content)
    return papers
