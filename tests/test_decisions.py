"""What people decide: rules set otherwise, errors let stand, answers; and what changed since the last run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.test_steps import PROFILE, PUBLISHED, disclosure
from toolkit import steps
from toolkit.check.holding import finding_of
from toolkit.check.judge import check_own
from toolkit.check.naming import Named, identified
from toolkit.files.grid import open_grid
from toolkit.model import Cell, Oddity
from toolkit.profile.settings import SettingsError
from toolkit.returns.data import from_data
from toolkit.returns.read import read
from toolkit.rules.filling import FILLING
from toolkit.rules.rule import ERROR, INFO
from toolkit.steps.rulebook import catalogue


def copied(folder: Path, source: Path = PUBLISHED) -> Path:
    folder.mkdir()
    for path in source.glob("*.xlsx"):
        shutil.copy(path, folder)
    return folder


def test_an_office_switches_a_rule_off_in_a_file_beside_its_data_with_a_reason(
    tmp_path: Path,
) -> None:
    data = copied(tmp_path / "in")
    (data / "规则设置.csv").write_text(
        "规则编号,处理,原因,决定人\nD02-06,停用,平台只有“比率”可选,王某\nS-assets.total,试行,口径待定,王某\n",
        encoding="gb18030",
    )
    done = steps.check([data], PROFILE)
    assert not [f for f in done.report.findings if f.rule == "D02-06"]
    (trial,) = [f for f in done.report.findings if f.rule == "S-assets.total"]
    assert trial.severity is INFO
    assert "试行" in trial.title
    assert next((s.rule, s.why, s.who) for s in done.settings) == (
        "D02-06",
        "平台只有“比率”可选",
        "王某",
    )
    shown = disclosure("check", data).out
    assert "D02-06 已停用：平台只有“比率”可选（王某）" in shown


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Z99,停用,因为,谁", "没有编号"),
        ("D02-06,关掉,因为,谁", "请改成 停用"),
        ("D02-06,停用,,谁", "原因"),
        ("D02-06,停用,因为,", "决定人"),
    ],
)
def test_a_setting_without_rule_reason_or_name_is_refused(
    tmp_path: Path, line: str, said: str
) -> None:
    data = copied(tmp_path / "in")
    (data / "规则设置.csv").write_text(
        f"规则编号,处理,原因,决定人\n{line}\n", encoding="utf-8"
    )
    with pytest.raises(SettingsError, match=said):
        steps.check([data], PROFILE)


def test_a_named_person_lets_errors_stand_and_publication_goes_on(
    tmp_path: Path,
) -> None:
    """On the last day: agreed, by whom and why, all three; and it is visible in report and manifest."""
    data, out = copied(tmp_path / "in"), tmp_path / "out"
    assert steps.merge_folder(data, out, PROFILE).code == 1
    path = out / "部门汇总表.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["问题处理"]
    heads = {
        str(cell.value): int(cell.column or 0)
        for row in sheet.iter_rows(max_row=12)
        for cell in row
        if cell.value
    }
    lines = [
        int(row[0].row or 0)
        for row in sheet.iter_rows()
        if any(cell.value == "错误" for cell in row)
    ]
    for row in lines:
        sheet.cell(row, heads["部门意见"]).value = "同意"
        sheet.cell(row, heads["同意人"]).value = "分管领导"
    book.save(path)
    assert steps.merge_folder(data, out, PROFILE).code == 1, "a reason is missing"
    for row in lines:
        sheet.cell(row, heads["理由"]).value = "批复如此"
    book.save(path)
    done = steps.merge_folder(data, out, PROFILE)
    assert done.code == 0
    assert (out / "情况说明.docx").exists()
    assert done.report.count(ERROR) == len(lines)
    report = json.loads((out / "校验报告.json").read_text(encoding="utf-8"))
    manifest = json.loads((out / "清单.json").read_text(encoding="utf-8"))
    assert (
        len(report["summary"]["accepted"])
        == len(manifest["remarks"]["accepted"])
        == len(lines)
    )
    assert manifest["remarks"]["accepted"][0]["accepted"] == "分管领导：批复如此"


def test_a_second_run_says_what_was_mended_and_what_is_new(tmp_path: Path) -> None:
    """Although sheets were moved and the file renamed."""
    data = copied(tmp_path / "in")
    first = tmp_path / "last.json"
    disclosure("check", data, "--format", "json", "-o", first)
    path = data / "333002-就业服务中心.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["项目07"]
    row = next(int(cell.row or 0) for cell in sheet["F"] if cell.value == "文字描述")
    sheet.cell(row, 6).value = "≥90%"
    book["项目04"].insert_rows(30)
    book.move_sheet("项目08", offset=-2)
    book.save(data / "最终版(3).xlsx")
    path.unlink()
    report = steps.since(steps.check([data], PROFILE).report, steps.before(first))
    assert any("占位" in said for said in report.mended)
    states = {f.rule: f.state for f in report.findings}
    assert states["D01-02"] == "未改"
    unit = [
        f for f in report.findings if f.cells and f.cells[0].book == "最终版(3).xlsx"
    ]
    assert sum(f.state == "新增" for f in unit) <= 2, [
        (f.rule, f.message) for f in unit if f.state == "新增"
    ]


def test_a_report_of_something_else_cannot_be_compared_with(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]", encoding="utf-8")
    with pytest.raises(steps.StepError, match="没法比较"):
        steps.before(tmp_path / "x.json")


def test_two_findings_of_one_rule_at_one_cell_are_told_apart_by_their_ids() -> None:
    """Two wrong words in one text: each is agreed to, or mended, by itself."""
    cell = Cell("甲.xlsx", "表", 5, 3)
    one = finding_of(
        Oddity("text", (cell,), {"field": "金额", "text": "三万", "cause": ""}),
        FILLING,
        "甲",
    )
    other = finding_of(
        Oddity("text", (cell,), {"field": "金额", "text": "四万", "cause": ""}),
        FILLING,
        "甲",
    )
    named = {cell: Named("budget.amount", "收支总表的“金额”")}
    ids = [finding.id for finding in identified([one, other], "101", named)]
    assert len(set(ids)) == 2
    assert ids == [finding.id for finding in identified([one, other], "101", named)]


def test_a_unit_s_answer_reaches_the_department(tmp_path: Path) -> None:
    data, out = copied(tmp_path / "in"), tmp_path / "out"
    finding = next(
        f
        for f in steps.check([data], PROFILE).report.findings
        if f.severity not in (ERROR, INFO) and f.unit.endswith("中心")
    )
    path = data / "333002-就业服务中心.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["问题说明"]
    row = (
        next(int(cell.row or 0) for cell in sheet["B"] if cell.value == "问题编号") + 2
    )
    sheet.cell(row, 2).value, sheet.cell(row, 3).value = (
        finding.id,
        "上级文件就是这样写的",
    )
    book.save(path)
    again = steps.check([path], PROFILE)
    said = "".join(steps.closing(again, again.report, PROFILE))
    assert "“问题说明”里写了理由的：香河县就业服务中心。" in said
    steps.merge_folder(data, out, PROFILE)
    own = read(open_grid(out / "部门汇总表.xlsx"), PROFILE, "department")
    assert {row.text("id"): row.text("answer") for row in own.rows("decisions")}[
        finding.id
    ] == "上级文件就是这样写的"


def test_the_department_s_own_reasons_are_read_as_the_units_are() -> None:
    """What the department writes goes into the statement too: leftovers and personal data are told there."""
    line = {
        "key": "composition.project.reason",
        "item": "项目支出",
        "reason": "新增培训项目{{培训}}，联系人电话13800138000。",
    }
    own = from_data({"reasons": [line]}, PROFILE, "部门汇总表.xlsx", "department")
    found = check_own(own, PROFILE, catalogue(PROFILE), "department").findings
    (cell,) = own.rows("reasons")[0].words("reason").cells()
    assert {"G01-01", "H01-02"} <= {
        finding.rule for finding in found if cell in finding.cells
    }
