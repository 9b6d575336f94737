"""The colleague's Word: his own projects, marked, in plain words, without ids and addresses."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.ticking import (
    CHECKED,
    DEADLINE,
    JOBS,
    PROFILE,
    edited,
    everything_ticked,
    put,
    words,
    write,
)
from toolkit.files.word import Table, text_of
from toolkit.report.sent.colleague import colleague_papers
from toolkit.report.sent.slip import Paper
from toolkit.report.sent.ticked import NO, YES, read_ticked
from toolkit.report.words import LIST
from toolkit.rules.rule import ERROR

ID = re.compile(r"\b[A-HS]\d{2}-\d{2}\b|\bS-[a-z]")
ADDRESS = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}[1-9]\d{0,2}(?![\d.])")


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("fresh") / "校验报告.xlsx")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory, fresh: Path) -> dict[str, Paper]:
    path = edited(fresh, tmp_path_factory.mktemp("all") / "a.xlsx", everything_ticked)
    found, notes = colleague_papers(
        CHECKED.returns, CHECKED.report, read_ticked(path), PROFILE, DEADLINE
    )
    assert notes == ()
    return {paper.name: paper for paper in found}


def test_each_office_gets_its_own_projects_and_all_that_is_said_of_them(
    tmp_path: Path, papers: dict[str, Paper]
) -> None:
    of_projects = [f for f in CHECKED.report.findings if f.office]
    assert len(of_projects) > 80
    for book in CHECKED.returns:
        offices = {p.head.text("office") for p in book.projects}
        for office in offices:
            own = {p.name for p in book.projects if p.head.text("office") == office}
            paper = papers.get(f"绩效问题-{book.name}-{office}.docx")
            found = [
                f
                for f in of_projects
                if f.office == office and f.cells[0].book == book.book
            ]
            assert (paper is not None) or not found
            if paper is not None:
                said = "".join(words(paper, tmp_path).split())
                assert all(
                    "".join(f.remedy.split("；")[0].split())[:20] in said for f in found
                )
                headings = re.findall(
                    r"^\d+\. (.+)$", words(paper, tmp_path), re.MULTILINE
                )
                assert {"".join(name.split()) for name in headings} <= {
                    "".join(name.split()) for name in own
                }


def test_no_ids_and_no_addresses_reach_the_colleague(
    tmp_path: Path, papers: dict[str, Paper]
) -> None:
    ids = {f.id for f in CHECKED.report.findings}
    assert len(ids) > 80
    assert len(papers) > 5
    for paper in papers.values():
        said = words(paper, tmp_path)
        assert not ID.findall(said)
        assert not ADDRESS.findall(said)
        assert not any(identity in said for identity in ids)
        assert "schema" not in said
        assert "项目0" not in said
        assert "{" not in said
        assert "请直接在表里改，于2023年3月5日前交给" in said


def test_the_faulty_cells_are_filled_and_the_remark_stands_in_their_row(
    tmp_path: Path, papers: dict[str, Paper]
) -> None:
    paper = papers[f"绩效问题-{JOBS}-创业指导股.docx"]
    words(paper, tmp_path)
    with zipfile.ZipFile(tmp_path / paper.name) as package:
        document = package.read("word/document.xml").decode()
    (row,) = [
        r
        for r in re.findall(r"<w:tr>.*?</w:tr>", document)
        if "有 4 个指标值的单位写成" in r
    ]
    filled = re.findall(
        r'<w:tc><w:tcPr>(?:(?!</w:tcPr>).)*w:fill="FFD966"(?:(?!</w:tc>).)*</w:tc>', row
    )
    assert ["".join(re.findall(r"<w:t[^>]*>([^<]*)", cell)) for cell in filled] == [
        "100比率"
    ]
    tables = [
        piece for piece in text_of(tmp_path / paper.name) if isinstance(piece, Table)
    ]
    assert tables[1].rows[0] == (
        "行",
        "一级指标",
        "二级指标",
        "三级指标",
        "绩效指标描述",
        "指标值",
        "指标值确定依据",
        "问题和改法",
    )
    book = next(book for book in CHECKED.returns if book.name == JOBS)
    project = next(p for p in book.projects if p.name == "创业扶持资金")
    assert [row[5] for row in tables[1].rows[1:]] == [
        row.text("value") for row in project.indicators
    ]


def test_what_she_writes_of_a_project_reaches_its_office(
    tmp_path: Path, fresh: Path
) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        sheet = book[LIST]
        for row in range(5, 5 + len(CHECKED.report.findings)):
            put(sheet, row, tick=NO)
        first = 5 + len(CHECKED.report.findings)
        put(
            sheet,
            first,
            unit=JOBS,
            project="创业扶持资金",
            opinion="目标太笼统，请写明扶持多少人。",
            tick=YES,
        )

    ticked = read_ticked(edited(fresh, tmp_path / "a.xlsx", edit))
    (paper,), notes = colleague_papers(CHECKED.returns, CHECKED.report, ticked, PROFILE)
    assert paper.name == f"绩效问题-{JOBS}-创业指导股.docx"
    assert "目标太笼统，请写明扶持多少人。" in words(paper, tmp_path)
    assert notes == ()


def test_what_was_mended_since_is_told_and_not_asked_again(fresh: Path) -> None:
    errors = [f for f in CHECKED.report.findings if f.severity is ERROR and f.office]
    now = replace(
        CHECKED.report,
        findings=tuple(f for f in CHECKED.report.findings if f is not errors[0]),
    )
    found, notes = colleague_papers(CHECKED.returns, now, read_ticked(fresh), PROFILE)
    assert found
    assert "有 1 条选了退回的项目问题" in notes[0]
