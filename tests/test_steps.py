"""The verbs on paths, through the command line: exit codes, JSON, what merging lays down and what it leaves alone."""

from __future__ import annotations

import gc
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toolkit import cli, steps
from toolkit.files.grid import open_grid
from toolkit.files.paint import paint
from toolkit.model import Project
from toolkit.profile.loading import load
from toolkit.publish.department import KEY
from toolkit.publish.tables import write_tables
from toolkit.returns.content import content_number
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import merge
from toolkit.returns.read import read
from toolkit.rules.rule import ERROR
from toolkit.template.draw import draw

ROOT = Path(__file__).resolve().parent.parent
PUBLISHED = ROOT / "examples" / "01-xianghe-as-published" / "input"
CORRECTED = ROOT / "examples" / "02-xianghe-corrected" / "input"
PROFILE = load("hebei-2023")


@dataclass(frozen=True)
class Done:
    """What a command said, and what it ended with."""

    code: int
    out: str
    error: str = ""


def disclosure(*arguments: str | Path) -> Done:
    """Run the command line in this process."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as error:
        code = cli.run([str(one) for one in arguments])
    return Done(code, out.getvalue(), error.getvalue())


def typed(*arguments: str | Path, encoding: str = "utf-8") -> Done:
    """Run the command as a person does, in a process of its own, whose console has an encoding."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "toolkit", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    return Done(
        done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding)
    )


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What merging the corrected workbooks lays down, for tests that only look at it."""
    out = tmp_path_factory.mktemp("merged") / "out"
    steps.merge_folder(CORRECTED, out, PROFILE)
    return out


@pytest.fixture
def merged(laid: Path, tmp_path: Path) -> Path:
    """The same, for a test that changes it or merges again."""
    return Path(shutil.copytree(laid, tmp_path / "out"))


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


def test_checking_tells_errors_by_the_exit_code_on_a_console_of_windows_too() -> None:
    done = typed("check", PUBLISHED, encoding="gbk")
    assert done.code == 1
    assert "怎么改" in done.out
    assert typed("check", CORRECTED).code == 0


def test_what_was_checked_is_gone_once_nobody_holds_it() -> None:
    """No ring is left for the collector: of thousands of departments each is gone before the next is read."""
    gc.collect()
    gc.disable()
    try:
        before = _projects()
        checked = steps.check([CORRECTED], load("hebei-2023"))
        assert _projects() > before
        del checked
        assert _projects() == before
    finally:
        gc.enable()


def _projects() -> int:
    """How many projects there are in memory."""
    return sum(isinstance(one, Project) for one in gc.get_objects())


def test_checking_changes_nothing() -> None:
    before = hashes(PUBLISHED)
    disclosure("check", PUBLISHED)
    assert hashes(PUBLISHED) == before


def test_findings_as_json_have_cells_and_amounts_as_strings() -> None:
    done = disclosure("check", PUBLISHED, "--format", "json")
    said = json.loads(done.out)
    assert done.code == 1
    assert (
        said["summary"]["error"]
        == sum(f["severity"] == "error" for f in said["findings"])
        > 0
    )
    assert {f["severity"]: f["severity_word"] for f in said["findings"]} == {
        "error": "错误",
        "warning": "提醒",
        "info": "提示",
    }
    (assets,) = [f for f in said["findings"] if f["rule"] == "S-assets.total"]
    assert assets["cells"][0] == {
        "file": "333001-本级.xlsx",
        "sheet": "国有资产",
        "cell": "D8",
    }
    assert (assets["value"], assets["expected"], assets["difference"]) == (
        "601.14",
        "586.04",
        "15.10",
    )


def test_json_is_json_even_where_checking_cannot_be_done(tmp_path: Path) -> None:
    done = disclosure("check", tmp_path / "没有", "--format", "json")
    assert done.code == 2
    assert "找不到" in json.loads(done.out)["summary"]["stopped"]


@pytest.mark.parametrize(
    "content",
    [b"", b"not a workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 999],
)
def test_a_file_that_cannot_be_read_is_a_finding_and_the_exit_code_two(
    tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "坏.xlsx").write_bytes(content)
    done = disclosure("check", tmp_path, "--format", "json")
    (finding,) = json.loads(done.out)["findings"]
    assert done.code == 2
    assert finding["cells"] == [{"file": "坏.xlsx", "sheet": "", "cell": "A1"}]
    assert "Traceback" not in done.error


def test_a_workbook_of_another_template_is_one_finding(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "别的表"  # type: ignore[index]
    book.save(tmp_path / "别的.xlsx")
    done = disclosure("check", tmp_path, "--format", "json")
    assert done.code == 1
    assert [f["title"] for f in json.loads(done.out)["findings"]] == [
        "不是这一年的表样"
    ]


def test_a_workbook_of_another_year_is_one_finding(tmp_path: Path) -> None:
    path = tmp_path / "去年.xlsx"
    steps.draw_return(CORRECTED / "333002-就业服务中心.xlsx", path)
    book = openpyxl.load_workbook(path)
    row = next(cell.row for cell in book["封面"]["B"] if cell.value == "预算年度")
    book["封面"].cell(row, 3).value = 2022
    book.save(path)
    report = steps.check([path], PROFILE).report
    assert [f.title for f in report.findings] == ["不是这一年的表样"]
    assert report.findings[0].cells[0].address == f"C{row}"


def test_merging_lays_down_everything_and_the_manifest_last(tmp_path: Path) -> None:
    done = typed("merge", CORRECTED, "-o", tmp_path)
    assert done.code == 0, done.error
    names = {
        "公开表.xlsx",
        "情况说明.docx",
        "审签单.docx",
        "底稿.xlsx",
        "部门汇总表.xlsx",
        "校验报告.json",
        "清单.json",
    }
    assert {path.name for path in tmp_path.iterdir()} == names | {"核对底本"}
    manifest = json.loads((tmp_path / "清单.json").read_text(encoding="utf-8"))
    for name, entry in manifest["outputs"].items():
        assert (
            entry["sha256"]
            == hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        )


def test_merging_twice_gives_the_same_bytes_and_takes_nothing_away(
    merged: Path,
) -> None:
    (merged / "我的笔记.txt").write_text("别动", encoding="utf-8")
    before = hashes(merged)
    (note,) = steps.merge_folder(CORRECTED, merged, PROFILE).notes
    assert note.startswith("公开表里没有“部门预算收入总表”"), (
        "its units give totals alone"
    )
    assert hashes(merged) == before


def test_an_output_that_a_person_changed_is_theirs(merged: Path) -> None:
    edited = merged / "情况说明.docx"
    edited.write_bytes(edited.read_bytes() + b"edited")
    kept = edited.read_bytes()
    done = steps.merge_folder(CORRECTED, merged, PROFILE)
    assert edited.read_bytes() == kept
    assert done.placed["情况说明.docx"].name == "情况说明-第2稿.docx"
    assert "情况说明" in done.notes[0]


def test_errors_stop_publication_but_not_the_report(tmp_path: Path) -> None:
    done = disclosure("merge", PUBLISHED, "-o", tmp_path)
    assert done.code == 1
    assert {path.name for path in tmp_path.iterdir()} == {
        "部门汇总表.xlsx",
        "校验报告.json",
        "清单.json",
    }
    assert (
        json.loads((tmp_path / "校验报告.json").read_text(encoding="utf-8"))["summary"][
            "published"
        ]
        is False
    )


def test_a_draft_is_published_with_its_mark_and_exits_one(tmp_path: Path) -> None:
    done = disclosure("merge", PUBLISHED, "-o", tmp_path, "--draft")
    assert done.code == 1
    book = openpyxl.load_workbook(tmp_path / "公开表.xlsx")
    mark = "草稿：未经审核，不得公开"
    assert all(mark in sheet.oddHeader.center.text for sheet in book)  # type: ignore[union-attr,operator]


def test_every_total_of_the_disclosure_workbook_is_the_sum_of_the_units(
    laid: Path,
) -> None:
    sheet = openpyxl.load_workbook(laid / "公开表.xlsx")["收支总表"]
    shown = {
        row[0].value: row[1].value for row in sheet.iter_rows(min_col=3, max_col=4)
    }
    assert Decimal(str(shown["收入总计"])) == Decimal("39151.12")


@pytest.mark.parametrize(
    ("amount", "empty"), [("0", True), ("0.01", False), ("", True)]
)
def test_a_public_form_of_zeros_is_called_empty(
    tmp_path: Path, amount: str, *, empty: bool
) -> None:
    cover = {
        "unit_code": "101",
        "unit_name": "甲局",
        "department": "甲局",
        "lead": "是",
    }
    rows = ("abroad", "vehicle_purchase", "vehicle_running", "reception")
    given = {key: {"this_year": amount, "last_year": "0"} for key in rows}
    unit = computed(
        from_data({"cover": cover, "three_public": given}, PROFILE, "甲.xlsx"),
        PROFILE.book,
    )
    write_tables(merge([unit], PROFILE), PROFILE, tmp_path / "公开表.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "公开表.xlsx")["三公经费"]
    said = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("本表为空表" in text for text in said) is empty


def test_a_project_without_indicators_has_its_public_sheet(tmp_path: Path) -> None:
    """A draft is made while indicators are still missing; the headings stand, and the cells of a level are merged as ever."""
    cover = {
        "unit_code": "101",
        "unit_name": "甲局",
        "department": "甲局",
        "lead": "是",
    }
    levels = ({"level1": "产出指标"}, {"level2": "数量指标"}, {"level1": "效益指标"})
    projects = [{"name": "有指标", "indicators": levels}, {"name": "没有指标"}]
    unit = computed(
        from_data({"cover": cover, "projects": projects}, PROFILE, "甲.xlsx"),
        PROFILE.book,
    )
    write_tables(merge([unit], PROFILE), PROFILE, tmp_path / "公开表.xlsx")
    book = openpyxl.load_workbook(tmp_path / "公开表.xlsx")
    first, second = (
        sheet for sheet in book.worksheets if sheet.title.startswith("项目0")
    )
    assert [
        str(area) for area in first.merged_cells.ranges if area.min_col == area.max_col
    ] == ["B8:B9"]
    assert "没有指标" in {cell.value for row in second.iter_rows() for cell in row}


def test_the_workings_lead_from_each_sum_to_file_sheet_and_cell(laid: Path) -> None:
    shown = openpyxl.load_workbook(laid / "底稿.xlsx", data_only=True)
    sources = list(shown["分单位"].iter_rows(min_row=4, values_only=True))
    unit_books: dict[str, Any] = {}
    for _, _, _, file, sheet, cell, value in sources:
        name = str(file)
        unit_books[name] = unit_books.get(name) or openpyxl.load_workbook(
            CORRECTED / name, data_only=True
        )
        assert Decimal(str(unit_books[name][str(sheet)][str(cell)].value)) == Decimal(
            str(value)
        )
    formulas = openpyxl.load_workbook(laid / "底稿.xlsx")["合计"]
    for row in range(4, formulas.max_row + 1):
        first, last = (
            str(formulas.cell(row, 3).value)
            .removeprefix("=SUM(分单位!G")
            .removesuffix(")")
            .split(":G")
        )
        due = sum(
            (Decimal(str(sources[n - 4][6])) for n in range(int(first), int(last) + 1)),
            Decimal(0),
        )
        assert Decimal(str(shown["合计"].cell(row, 3).value)) == due


def test_the_charts_are_bound_to_sums_of_the_units_cells(laid: Path) -> None:
    """What a bar shows is a formula over the sheet of sources, and the chart names the cells it stands in."""
    formulas = openpyxl.load_workbook(laid / "底稿.xlsx")
    shown = openpyxl.load_workbook(laid / "底稿.xlsx", data_only=True)
    sheet, values = formulas["图表"], shown["图表"]
    sources = shown["分单位"]
    bars: dict[str, Decimal] = {}
    for row in range(4, sheet.max_row + 1):
        formula = str(sheet.cell(row, 2).value)
        if formula.startswith("=分单位!"):
            cells = formula.removeprefix("=").replace("分单位!", "").split("+")
            bars[str(sheet.cell(row, 1).value)] = Decimal(
                str(values.cell(row, 2).value)
            )
            assert bars[str(sheet.cell(row, 1).value)] == sum(
                Decimal(str(sources[cell].value)) for cell in cells
            )
    assert bars["208 社会保障和就业支出"] == Decimal("38754.45")
    assert bars["财政对机关事业单位养老保险基金的补助"] == Decimal(10780)
    assert not any(amount == 0 for amount in bars.values())
    with zipfile.ZipFile(laid / "底稿.xlsx") as packed:
        charts = [
            packed.read(name).decode()
            for name in packed.namelist()
            if name.startswith("xl/charts/chart")
        ]
    assert len(charts) == len(PROFILE.charts)
    assert all("<c:f>图表!$B$" in chart for chart in charts)


def test_nothing_that_is_not_public_reaches_the_disclosure_workbook(
    tmp_path: Path,
) -> None:
    """A planted word and amount in fields that the profile keeps in the house are in no part of the public files."""
    source = tmp_path / "in"
    source.mkdir()
    for path in CORRECTED.iterdir():
        (source / path.name).write_bytes(path.read_bytes())
    book = read(open_grid(CORRECTED / "333002-就业服务中心.xlsx"), PROFILE)
    from toolkit.returns.data import to_data

    data = to_data(book, PROFILE)
    data["ticks"] = {
        "budget": "已填完",
        "composition": "已填完",
        "operating": "已填完",
        "three_public": "已填完",
        "procurement": "本表无数据",
        "assets": "已填完",
        "project": "已填完",
    }
    data["projects"][0]["office"] = "绝密股室"
    paint(
        draw(PROFILE, (), from_data(data, PROFILE)), source / "333002-就业服务中心.xlsx"
    )
    out = tmp_path / "out"
    steps.merge_folder(source, out, PROFILE, draft=True)
    import zipfile

    for name in ("公开表.xlsx", "情况说明.docx"):
        with zipfile.ZipFile(out / name) as package:
            for part in package.namelist():
                assert "绝密股室".encode() not in package.read(part), f"{name}: {part}"


def test_the_department_s_own_workbook_is_made_and_read_back(merged: Path) -> None:
    """Order of units, a unit left out with its reason, the department's own words: all said in the sheet, none by options."""
    out = merged
    own = read(open_grid(out / "部门汇总表.xlsx"), PROFILE, KEY)
    assert [row.text("code") for row in own.rows("units")] == [
        "333001",
        "333002",
        "333003",
    ]
    path = out / "部门汇总表.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["部门汇总"]
    header = next(
        row
        for row in sheet.iter_rows()
        if any(cell.value == "不并入的原因" for cell in row)
    )
    column = next(cell.column for cell in header if cell.value == "不并入的原因")
    line = next(
        row for row in sheet.iter_rows() if any(cell.value == "333003" for cell in row)
    )
    sheet.cell(line[0].row or 0, column or 0).value = "尚未批复"
    reasons = book["部门说明"]
    place = next(
        cell
        for row in reasons.iter_rows()
        for cell in row
        if cell.value == "three_public.vehicle_running.reason"
    )
    reasons.cell(place.row, (place.column or 0) - 1).value = "部门自己的说法"
    book.save(path)
    kept = path.read_bytes()
    left_out = "香河县社会保险事业管理所"
    assert left_out in {
        finding.unit for finding in steps.check([CORRECTED], PROFILE).report.findings
    }
    done = steps.merge_folder(CORRECTED, out, PROFILE, draft=True)
    assert done.units == 2
    assert left_out not in {finding.unit for finding in done.report.findings}
    assert path.read_bytes() == kept
    from toolkit.files.word import text_of

    said = str(text_of(done.placed["情况说明.docx"]))
    assert "部门自己的说法" in said


def test_a_template_is_never_drawn_over_a_file_that_lies_there(tmp_path: Path) -> None:
    path = tmp_path / "表.xlsx"
    path.write_bytes(b"somebody's")
    done = disclosure("template", path, "--profile", "hebei-2023")
    assert done.code == 0
    assert path.read_bytes() == b"somebody's"
    assert (tmp_path / "表-第2稿.xlsx").exists()


@pytest.mark.parametrize("count", [0, 1, 120])
def test_any_number_of_projects_is_drawn_read_and_merged(
    tmp_path: Path, count: int
) -> None:
    rows = [
        {
            "level1": "产出指标",
            "level2": "数量指标",
            "level3": "数量",
            "description": "数量",
            "value": "≥1个",
            "basis": "工作计划",
        }
    ]
    projects = [
        {
            "name": f"项目{n}",
            "category": "特定目标类项目",
            "amount": "1",
            "goal": "目标",
            "indicators": rows,
        }
        for n in range(count)
    ]
    cover = {
        "unit_code": "333001",
        "unit_name": "示例局",
        "department": "示例局",
        "lead": "是",
        "nature": "行政单位",
    }
    (tmp_path / "in").mkdir()
    paint(
        draw(PROFILE, (), from_data({"cover": cover, "projects": projects}, PROFILE)),
        tmp_path / "in" / "甲.xlsx",
    )
    done = steps.merge_folder(tmp_path / "in", tmp_path / "out", PROFILE, draft=True)
    assert done.projects == count
    sheets = openpyxl.load_workbook(
        tmp_path / "out" / "公开表.xlsx", read_only=True
    ).sheetnames
    assert sum(name.startswith("项目") for name in sheets) == count


def test_a_unit_that_passed_gets_the_number_of_its_content() -> None:
    path = CORRECTED / "333002-就业服务中心.xlsx"
    number = content_number(read(open_grid(path), PROFILE), PROFILE)
    assert (
        f"已通过：香河县就业服务中心，内容号 {number}" in disclosure("check", path).out
    )
    assert "已通过" not in disclosure("check", PUBLISHED / "333001-本级.xlsx").out


def test_forms_not_begun_are_no_findings_until_merging(tmp_path: Path) -> None:
    cover = {
        "unit_code": "333009",
        "unit_name": "新单位",
        "department": "示例局",
        "lead": "否",
        "nature": "事业单位",
    }
    cover |= {"rank": "正股级", "funding": "财政拨款"}
    (tmp_path / "in").mkdir()
    paint(
        draw(PROFILE, (), from_data({"cover": cover}, PROFILE)),
        tmp_path / "in" / "甲.xlsx",
    )
    assert not steps.check([tmp_path / "in"], PROFILE).report.count(ERROR)
    merged = steps.merge_folder(tmp_path / "in", tmp_path / "out", PROFILE)
    blank = next(
        finding
        for finding in merged.report.findings
        if finding.title == "交来的是空白表"
    )
    assert len(blank.cells) >= 5


def test_every_rule_is_listed_once() -> None:
    listed = [rule.id for rule in steps.everything(PROFILE)]
    assert len(listed) == len(set(listed))
    shown = disclosure("rules", "--profile", PROFILE.id).out
    assert f"共 {len(listed)} 条" in shown
    assert all(f"{rule}  [" in shown for rule in listed)
    assert "没有编号" in disclosure("rules", "Z99").error
