"""Complete means complete: what is not begun, not checked or not counted is said, and nothing unfinished passes."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.test_steps import CORRECTED, PROFILE, PUBLISHED, disclosure
from toolkit import steps
from toolkit.errors import DONE, ERRORS, UNFINISHED
from toolkit.files.grid import open_grid
from toolkit.files.word import text_of
from toolkit.returns.data import from_data, to_data
from toolkit.returns.read import read
from toolkit.rules.rule import ERROR

LEAD, OFFICE, INSURANCE = sorted(CORRECTED.glob("*.xlsx"))
BLANK = (
    CORRECTED.parent.parent.parent
    / "templates"
    / "xlsx"
    / "hebei-2023"
    / "单位填报表.xlsx"
)


def data_of(path: Path) -> dict[str, Any]:
    """A workbook's data with what is ticked in it, to be changed as one likes."""
    return deepcopy(_data_of(path))


@cache
def _data_of(path: Path) -> dict[str, Any]:
    book = read(open_grid(path), PROFILE)
    return {
        **to_data(book, PROFILE),
        "ticks": {key: state.tick for key, state in book.sheets.items()},
    }


def drawn(out: Path, data: Mapping[str, Any]) -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    return steps.template(out, PROFILE, source=from_data(data, PROFILE)).path


def without(data: dict[str, Any], *keys: str) -> dict[str, Any]:
    """The same data without some blocks, and without what was ticked on their forms."""
    ticks = {key: tick for key, tick in data["ticks"].items() if key not in keys}
    return {
        **{key: held for key, held in data.items() if key not in keys},
        "ticks": ticks,
    }


# -- what is not begun -------------------------------------------------------------------------------------------------


def test_a_blank_workbook_is_not_finished_and_has_not_passed() -> None:
    done = disclosure("check", BLANK)
    assert done.code == UNFINISHED
    assert "已通过" not in done.out
    for form in ("封面", "收支总表", "支出构成", "三公经费", "国有资产"):
        assert form in done.out.rpartition("未填完")[2]


@pytest.mark.parametrize(
    ("left", "form"),
    [
        (("cover",), "封面"),
        (("income", "outlay", "budget"), "收支总表"),
        (("composition",), "支出构成"),
        (("assets", "purchase"), "国有资产"),
    ],
)
def test_a_form_that_is_not_begun_keeps_a_unit_from_passing(
    tmp_path: Path, left: tuple[str, ...], form: str
) -> None:
    path = drawn(tmp_path / "甲.xlsx", without(data_of(OFFICE), *left))
    done = steps.check([path], PROFILE)
    assert done.code == UNFINISHED
    assert done.unfinished[0].forms == (form,)
    assert steps.receipts(done, done.report, PROFILE) == ()


def test_projects_that_nobody_filled_are_asked_for_once_all_else_is_filled(
    tmp_path: Path,
) -> None:
    done = steps.check(
        [drawn(tmp_path / "甲.xlsx", without(data_of(OFFICE), "projects"))], PROFILE
    )
    assert done.code == ERRORS
    assert "C02-01" in {finding.rule for finding in done.report.findings}


FIRST_OF_ALL = r"还没有填完：7 张表没有填，\d+ 项没有核对；已填的没有查出错误。"


def test_the_screen_and_a_text_say_first_what_is_not_finished(tmp_path: Path) -> None:
    assert re.match(FIRST_OF_ALL, disclosure("check", BLANK).out)
    disclosure("check", BLANK, "-o", tmp_path / "结果.txt")
    text = (tmp_path / "结果.txt").read_text(encoding="utf-8-sig")
    assert re.match(FIRST_OF_ALL, text)


def test_the_page_and_the_workbook_say_what_is_not_finished(tmp_path: Path) -> None:
    disclosure("check", BLANK, "--format", "html", "-o", tmp_path / "页.html")
    page = (tmp_path / "页.html").read_text(encoding="utf-8")
    assert re.search(f"<strong>{FIRST_OF_ALL}</strong>", page)
    assert "未填完：单位填报表.xlsx" in page
    disclosure("check", BLANK, "--format", "xlsx", "-o", tmp_path / "表.xlsx")
    book = openpyxl.load_workbook(tmp_path / "表.xlsx")
    for sheet in book:
        said = " ".join(str(cell.value) for cell in sheet[1])
        assert re.search(FIRST_OF_ALL, said), sheet.title
    cells = {str(cell.value) for row in book["汇总"].iter_rows() for cell in row}
    assert "没有填完" in cells
    assert "没有问题" not in cells


def test_an_annotated_copy_says_above_its_findings_what_is_not_finished(
    tmp_path: Path,
) -> None:
    disclosure("check", BLANK, "--annotate", tmp_path / "批注")
    (copy,) = (tmp_path / "批注").glob("*.xlsx")
    sheet = openpyxl.load_workbook(copy)["校验结果"]
    assert str(sheet["A2"].value).startswith(
        "未填完：单位填报表.xlsx，还有 7 张表没有填"
    )
    assert sheet["E5"].value == "已填的没有发现问题。"


def test_a_text_file_says_who_passed_too(tmp_path: Path) -> None:
    disclosure("check", OFFICE, "-o", tmp_path / "结果.txt")
    assert "已通过：香河县就业服务中心" in (tmp_path / "结果.txt").read_text(
        encoding="utf-8-sig"
    )


# -- the department's checks -------------------------------------------------------------------------------------------


def test_without_a_leading_unit_it_is_said_that_the_department_was_not_checked() -> (
    None
):
    done = steps.check([OFFICE, INSURANCE], PROFILE)
    assert done.code == UNFINISHED
    left = [one for one in done.report.not_checked if one.unit == ""]
    assert {one.rule for one in left} == {
        rule.id for rule in steps.catalogue(PROFILE).rules if rule.look_whole
    }
    assert "选“是”的有 0 个，应当正好一个" in left[0].why
    assert "把部门本级的填报表和各单位的放在一起校验" in "".join(steps.left(done))
    assert len(steps.receipts(done, done.report, PROFILE)) == 2, (
        "the units themselves have passed"
    )
    said = json.loads(disclosure("check", OFFICE, INSURANCE, "--format", "json").out)
    assert "应当正好一个" in said["summary"]["not_held"]


def test_with_two_leading_units_it_is_said_which(tmp_path: Path) -> None:
    data = data_of(OFFICE)
    data["cover"]["lead"] = "是"
    done = steps.check([LEAD, drawn(tmp_path / "乙.xlsx", data)], PROFILE)
    assert "有 2 个（香河县人力资源和社会保障局、香河县就业服务中心）" in "".join(
        steps.left(done)
    )
    assert done.code != DONE


def test_one_unit_alone_is_not_asked_for_its_department() -> None:
    assert steps.check([OFFICE], PROFILE).not_held == ""


def test_a_department_of_one_unit_is_checked_as_a_department(tmp_path: Path) -> None:
    data = data_of(LEAD)
    data["agencies"] = data["agencies"][:1]
    data["agencies"][0]["approved_income"] = "1"
    done = steps.check([drawn(tmp_path / "甲.xlsx", data)], PROFILE)
    assert "F02-01" in {finding.rule for finding in done.report.findings}


def of_the_department(
    tmp_path: Path, agencies: list[dict[str, str]], **approval: str
) -> Mapping[str, str]:
    """Why the department's checks were not made, by rule, where its list says this."""
    data = {**data_of(LEAD), "agencies": agencies, "approval": approval}
    done = steps.check(
        [drawn(tmp_path / "本级.xlsx", data), OFFICE, INSURANCE], PROFILE
    )
    return {one.rule: one.why for one in done.report.not_checked if one.unit == ""}


def test_approved_totals_and_dates_that_nobody_typed_are_said(tmp_path: Path) -> None:
    listed = data_of(LEAD)["agencies"]
    bare = [
        {key: text for key, text in row.items() if not key.startswith("approved")}
        for row in listed
    ]
    why = of_the_department(tmp_path, bare)
    assert why["F02-01"] == why["F02-02"] == "机构设置里没有填批复数"
    assert (
        why["F05-01"]
        == "没有填批复日期（部门本级的机构设置，或部门汇总表）、公开日期（部门汇总表）"
    )


def test_a_unit_whose_approved_totals_nobody_typed_is_named(tmp_path: Path) -> None:
    first, *others = data_of(LEAD)["agencies"]
    bare = {key: text for key, text in first.items() if not key.startswith("approved")}
    why = of_the_department(tmp_path, [bare, *others], date="2023-01-20")
    assert "F02-01" not in why
    assert why["F05-01"] == "没有填公开日期（部门汇总表）"
    found = steps.check(
        [tmp_path / "本级.xlsx", OFFICE, INSURANCE], PROFILE
    ).report.findings
    assert "香河县人力资源和社会保障局" in next(
        finding.message for finding in found if finding.rule == "F02-03"
    )


def test_a_list_without_units_is_said(tmp_path: Path) -> None:
    why = of_the_department(tmp_path, [])
    assert {why[rule] for rule in ("F01-01", "F01-02", "F01-03", "F02-01")} == {
        "部门本级的机构设置没有列出单位"
    }


# -- answers and agreements --------------------------------------------------------------------------------------------


def answered(tmp_path: Path, identity: str) -> Path:
    data = {
        **data_of(OFFICE),
        "answers": [{"id": identity, "reason": "上级文件就是这样写的"}],
    }
    return drawn(tmp_path / "乙.xlsx", data)


def test_an_answer_that_names_no_finding_is_told_and_one_that_does_is_not(
    tmp_path: Path,
) -> None:
    known = steps.check([OFFICE], PROFILE).report.findings[0].id
    for identity, count in (("0a1b2c3d", 1), (known, 0)):
        findings = steps.check(
            [answered(tmp_path / identity, identity)], PROFILE
        ).report.findings
        assert sum(finding.rule == "A02-20" for finding in findings) == count


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the units' workbooks as published, and what merging them lays down."""
    folder = tmp_path_factory.mktemp("with errors")
    shutil.copytree(PUBLISHED, folder / "in")
    steps.merge_folder(folder / "in", folder / "out", PROFILE)
    return folder


@pytest.fixture
def merged_with_errors(merged: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The same, for a test that changes it and merges again."""
    shutil.copytree(merged, tmp_path, dirs_exist_ok=True)
    return tmp_path / "in", tmp_path / "out"


def decide(path: Path, **columns: str) -> None:
    """Write the same into every line of a department's decisions."""
    titles = {"opinion": "部门意见", "who": "同意人", "why": "理由", "id": "问题编号"}
    book = openpyxl.load_workbook(path)
    sheet = book["问题处理"]
    heads = {
        str(cell.value): int(cell.column or 0)
        for row in sheet.iter_rows(max_row=12)
        for cell in row
        if cell.value
    }
    for row in sheet.iter_rows():
        if any(cell.value == "错误" for cell in row):
            for key, text in columns.items():
                sheet.cell(int(row[0].row or 0), heads[titles[key]]).value = text
    book.save(path)


def test_an_agreement_without_a_name_is_told(
    merged_with_errors: tuple[Path, Path],
) -> None:
    data, out = merged_with_errors
    decide(out / "部门汇总表.xlsx", opinion="同意", why="批复如此")
    report = steps.merge_folder(data, out, PROFILE).report
    partial = [finding for finding in report.findings if finding.rule == "A02-26"]
    assert len(partial) == report.open(ERROR)
    assert "没有写同意人" in partial[0].message


def test_a_decision_that_names_no_finding_is_told(
    merged_with_errors: tuple[Path, Path],
) -> None:
    data, out = merged_with_errors
    decide(
        out / "部门汇总表.xlsx",
        opinion="同意",
        who="分管领导",
        why="批复如此",
        id="0a1b2c3d",
    )
    report = steps.merge_folder(data, out, PROFILE).report
    assert "A02-25" in {finding.rule for finding in report.findings}


def test_decisions_in_a_draft_that_no_merge_reads_are_told(
    merged_with_errors: tuple[Path, Path],
) -> None:
    data, out = merged_with_errors
    decide(out / "部门汇总表.xlsx", opinion="同意", who="分管领导")
    (data / "规则设置.csv").write_text(
        "规则编号,处理,原因,决定人\nD02-06,停用,平台只有比率可选,王某\n",
        encoding="utf-8",
    )
    done = steps.merge_folder(data, out, PROFILE)
    draft = done.placed["部门汇总表.xlsx"]
    assert draft.name == "部门汇总表-第2稿.xlsx"
    assert any("新出的问题列在“部门汇总表-第2稿.xlsx”里" in note for note in done.notes)
    decide(draft, opinion="同意", who="分管领导", why="批复如此")
    again = steps.merge_folder(data, out, PROFILE)
    assert any(
        "部门汇总表-第2稿.xlsx”里有" in note and "没有读它" in note
        for note in again.notes
    )
    shutil.copy(draft, out / "部门汇总表.xlsx")
    assert not any(
        "没有读它" in note for note in steps.merge_folder(data, out, PROFILE).notes
    )


def test_what_the_department_lets_stand_is_counted_apart(
    merged_with_errors: tuple[Path, Path],
) -> None:
    data, out = merged_with_errors
    errors = len(
        json.loads((out / "校验报告.json").read_text(encoding="utf-8"))["findings"]
    )
    assert errors
    decide(out / "部门汇总表.xlsx", opinion="同意", who="分管领导", why="批复如此")
    done = disclosure("merge", data, "-o", out)
    summary = json.loads((out / "校验报告.json").read_text(encoding="utf-8"))["summary"]
    assert summary["open"]["error"] == 0 < summary["error"]
    assert f"错误 0 条（另有 {summary['error']} 条部门同意不改）" in done.out
    assert f"同意不改{summary['error']}条" in str(text_of(out / "审签单.docx"))
