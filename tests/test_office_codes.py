"""An office's own code list beside its data: it takes the place of ours, and a bad one is told with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.coded import SOUND, coded_profile
from toolkit import steps
from toolkit.files.grid import open_grid
from toolkit.files.paint import paint
from toolkit.profile.office_codes import CodeListError, office_files, office_lists
from toolkit.returns.data import from_data
from toolkit.template.draw import draw

OURS = coded_profile().lists
CSV, XLSX = "功能分类科目.csv", "功能分类科目.xlsx"
GOOD = "科目编码,科目名称\n205,教育支出\n20502,普通教育\n2050205,高等教育\n"


def laid(folder: Path, text: str, encoding: str = "utf-8", name: str = CSV) -> Path:
    (folder / name).write_bytes(text.encode(encoding))
    return folder


def workbook(folder: Path, *rows: tuple[object, ...], name: str = XLSX) -> Path:
    """A workbook whose first sheet says nothing, and whose second holds the list."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "说明"
    sheet = book.create_sheet("科目")
    for row in rows:
        sheet.append(row)
    book.save(folder / name)
    return folder


# ---------------------------------------------------------------- lists that are taken


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_takes_the_place_of_ours_whatever_editor_saved_it(
    tmp_path: Path, encoding: str
) -> None:
    (own,) = office_lists(laid(tmp_path, GOOD, encoding), OURS)
    assert [str(one) for one in own] == [
        "205 教育支出",
        "20502 普通教育",
        "2050205 高等教育",
    ]
    assert [one.level for one in own] == ["类", "款", "项"]
    assert (own.key, own.year, own.complete, own.source) == (
        "functional",
        2024,
        False,
        CSV,
    )
    assert coded_profile().with_lists([own]).lists["functional"] is own
    assert coded_profile().with_lists([own]).lists["economic"] is OURS["economic"]


@pytest.mark.parametrize(
    ("line", "complete"),
    [
        ("本表完整", True),
        ("本表完整,是", True),
        ("本表完整：是", True),
        ("科目齐全", True),
        ("本表完整：否", False),
        ("2024年", False),
    ],
)
def test_a_list_says_itself_whether_it_is_complete(
    tmp_path: Path,
    line: str,
    complete: bool,  # noqa: FBT001
) -> None:
    (own,) = office_lists(laid(tmp_path, f"某市\n{line}\n{GOOD}"), OURS)
    assert own.complete is complete


def test_dates_and_other_names_are_read(tmp_path: Path) -> None:
    lines = (
        "编码,名称,启用日期,停用日期,别名",
        "205,教育,,2023-12-31,",
        "205,教育支出,2024-01-01,,教育事业；教育类",
        "",
        "206,科学技术支出,2025-01-01,,",
    )
    text = "\n".join(lines)
    (own,) = office_lists(laid(tmp_path, text), OURS)
    assert own.name_of("205") == "教育支出"
    assert [one.code for one in own.named("教育类")] == ["205"]
    assert own.at_another_time("206") is not None


def test_a_workbook_may_hold_codes_as_numbers_and_in_columns_by_level(
    tmp_path: Path,
) -> None:
    whole = workbook(
        tmp_path,
        ("某市功能科目",),
        ("功能分类科目编码", "功能分类科目名称"),
        (205, "教育支出"),
        (2050205, "高等教育"),
    )
    (own,) = office_lists(whole, OURS)
    assert [one.code for one in own] == ["205", "2050205"]
    parts = workbook(
        tmp_path,
        ("类", "款", "项", "科目名称"),
        ("205", None, None, "教育支出"),
        (205, "02", "05", "高等教育"),
    )
    (own,) = office_lists(parts, OURS)
    assert [one.code for one in own] == ["205", "2050205"]
    two = workbook(
        tmp_path,
        ("类", "款", "名称"),
        ("302", None, "商品和服务支出"),
        ("302", "01", "办公费"),
        name="经济分类科目.xlsx",
    )
    assert [one.code for one in office_lists(two, OURS)[1]] == ["302", "30201"]


def test_a_workbook_of_excel_97_is_read_too(tmp_path: Path) -> None:
    shutil.copyfile(
        Path(__file__).parent / "saved" / "codes.xls", tmp_path / "功能分类科目.xls"
    )
    (own,) = office_lists(tmp_path, OURS)
    assert own.complete
    assert [str(one) for one in own] == [
        "205 教育支出",
        "20502 普通教育",
        "2050205 高等教育",
        "206 科学技术支出",
    ]
    assert [one.begins for one in own] == ["", "2024-01-01", "", "2024-01-01"], (
        "a text, and a day as a workbook counts it"
    )
    assert [one.code for one in own.named("R&D")] == ["206"]


def test_an_office_without_lists_has_ours(tmp_path: Path) -> None:
    assert office_lists(tmp_path, OURS) == ()
    assert steps.at_office(coded_profile(), [tmp_path]) is coded_profile()
    assert office_files(tmp_path) == {"functional": (), "economic": ()}


# ---------------------------------------------------------------- lists that are not


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "里没有找到标题行。请在第一行写上：科目编码、科目名称"),
        ("教育支出,普通教育\n", "里没有找到标题行"),
        ("科目编码,备注\n205,教育\n", "第 1 行的标题里没有“科目名称”这一栏"),
        ("科目编码,科目名称\n", "里一个科目编码也没有"),
        ("科目编码,科目名称\n,教育支出\n", "第 2 行没有编码"),
        (
            "科目编码,科目名称\n205,教育支出\n注：以上为常用科目,\n",
            "第 3 行的编码“注：以上为常用科目”不是数字",
        ),
        ("科目编码,科目名称\n205,\n", "第 2 行的编码 205 没有名称"),
        (
            "科目编码,科目名称\n205,教育支出\n2050,普通教育\n",
            "第 3 行的编码“2050”有 4 位，应当是 3、5、7 位。前面丢了 0 的请补上",
        ),
        (
            "类,款,项,名称\n205,2,,普通教育\n",
            "第 2 行的“款”是“2”，应当是 2 位，前面的 0 丢了。请按文本写成“02”",
        ),
        (
            "科目编码,科目名称\n205,教育支出\n206,科学\n205,教育\n",
            "第 4 行的编码 205 和第 2 行重复",
        ),
        (
            "科目编码,科目名称,启用日期\n205,教育支出,2024年\n",
            "第 2 行的日期“2024年”认不出来",
        ),
        (
            "科目编码,科目名称,启用日期\n205,教育支出,2025-01-01\n",
            "里没有 2024 年度的科目",
        ),
        (
            "本表完整：大概\n科目编码,科目名称\n205,教育支出\n",
            "第 1 行“本表完整”后面写的是“大概”。请写“是”或“否”",
        ),
        (f'科目编码,科目名称\n205,"{"长" * 140000}\n', "有一格太长，读不出来"),
    ],
)
def test_a_bad_list_is_told_with_file_and_line(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(CodeListError) as told:
        office_lists(laid(tmp_path, text), OURS)
    assert f"“{CSV}”{said}" in str(told.value)


def test_two_files_of_one_list_are_told(tmp_path: Path) -> None:
    laid(workbook(tmp_path, ("编码", "名称"), ("205", "教育支出")), GOOD)
    with pytest.raises(
        CodeListError, match=r"“功能分类科目\.csv”和“功能分类科目\.xlsx”是同一种科目表"
    ):
        office_lists(tmp_path, OURS)


# ---------------------------------------------------------------- a run beside a list


@pytest.mark.parametrize(
    ("declared", "rule"),
    [("", "A03-02"), ("本表完整\n", "A03-03")],
)
def test_a_run_goes_by_the_list_beside_its_data(
    tmp_path: Path, declared: str, rule: str
) -> None:
    profile = coded_profile()
    paint(
        draw(
            profile, steps.catalogue(profile).rules, from_data(SOUND, profile), count=1
        ),
        tmp_path / "甲.xlsx",
    )
    before = {
        finding.rule for finding in steps.check([tmp_path], profile).report.findings
    }
    assert not any(one.startswith("A03") for one in before)
    workbook(
        tmp_path,
        *((line,) for line in declared.split()),
        ("编码", "名称"),
        ("205", "教育支出"),
        ("20502", "普通教育"),
    )
    checked = steps.check([tmp_path], profile)
    found = [
        finding for finding in checked.report.findings if finding.rule.startswith("A03")
    ]
    assert {finding.rule for finding in found} == {rule}
    assert not checked.passed, "the list is nobody's workbook"
    said = steps.closing(checked, checked.report, profile)[-1]
    assert (
        said
        == f"功能分类科目按本地的“{XLSX}”核对{'，它写明是完整的' if declared else ''}"
    )
    assert any("2080502" in finding.message for finding in found)


def test_a_template_is_drawn_with_the_list_beside_it(tmp_path: Path) -> None:
    laid(tmp_path, "科目编码,科目名称\n299,本地支出\n")
    placed = steps.template(tmp_path / "单位填报表.xlsx", coded_profile(), count=1)
    sheet = open_grid(placed.path).sheets["科目表"]
    assert "本地支出" in [raw.text for raw in sheet.cells.values()]
    assert "教育支出" not in [raw.text for raw in sheet.cells.values()]
