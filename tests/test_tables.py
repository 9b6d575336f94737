"""The public tables as people read and print them: what stands in which line, what is left out, how high a row is."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.office import as_pdf
from tests.profiles import own_profile
from tests.test_statement import EXAMPLES, PROFILE, example, project, unit
from toolkit.files.paint import Canvas, Style
from toolkit.model import Disclosure
from toolkit.profile.form import Profile
from toolkit.profile.layout import pixels
from toolkit.profile.loading import load
from toolkit.publish.pages import number_pages
from toolkit.publish.tables import tables, write_tables
from toolkit.returns.data import computed, from_data
from toolkit.returns.merge import merge
from toolkit.steps.drawing import return_of

INCOME = {
    "general": {"amount": "500"},
    "undertaking": {"amount": "20.5"},
    "carried_in": {"amount": "3"},
}
OUTLAY = {"f208": {"amount": "520.5"}, "carried_out": {"amount": "3"}}


def sheets(disclosure: Disclosure, folder: Path) -> dict[str, Worksheet]:
    path = folder / "公开表.xlsx"
    write_tables(disclosure, PROFILE, path)
    return {sheet.title: sheet for sheet in openpyxl.load_workbook(path)}


def rows(sheet: Worksheet) -> list[tuple[Any, ...]]:
    """What stands in a sheet, row by row, without what is empty at the ends."""
    found = (tuple(cell.value for cell in row)[1:] for row in sheet.iter_rows())
    return [row for row in found if any(value is not None for value in row)]


def texts(sheet: Worksheet) -> list[str]:
    return [
        str(cell.value)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


# -- table 1 ----------------------------------------------------------------------------------------------------------


def test_the_first_table_is_numbered_has_no_codes_and_both_sides_close_on_the_same_lines(
    tmp_path: Path,
) -> None:
    told = rows(
        sheets(merge([unit(income=INCOME, outlay=OUTLAY)], PROFILE), tmp_path)[
            "收支总表"
        ]
    )
    title, head, names, numbers, *lines = told
    assert title[0] == "部门预算收支总表"
    assert (head[0], head[-1]) == ("某县某局", "2023年度　单位：万元")
    assert names == ("序号", "收入项目", "预算数", "支出项目（功能分类）", "预算数")
    assert numbers == ("栏次", "1", "2", "3", "4")
    assert lines[0] == (
        1,
        "一、一般公共预算拨款收入",
        500,
        "一、一般公共服务支出",
        None,
    )
    assert lines[7] == (
        8,
        "八、附属单位上缴收入",
        None,
        "八、社会保障和就业支出",
        520.5,
    )
    assert lines[9] == (10, None, None, "十、卫生健康支出", None)
    assert [line[1:] for line in lines[-3:]] == [
        ("本年收入合计", 520.5, "本年支出合计", 520.5),
        ("上年结转结余", 3, "年终结转结余", 3),
        ("收入总计", 523.5, "支出总计", 523.5),
    ]
    assert [line[0] for line in lines] == list(range(1, len(lines) + 1))
    titles = [line[column] for line in lines for column in (1, 3) if line[column]]
    assert not [
        title for title in titles if any(digit in title for digit in "0123456789")
    ]


def test_no_row_of_the_first_form_is_lost_in_print(tmp_path: Path) -> None:
    printed = texts(sheets(merge([unit(income=INCOME)], PROFILE), tmp_path)["收支总表"])
    for key in ("income", "outlay"):
        for row in PROFILE.book.blocks[key].rows.values():
            assert sum(text.endswith(row.public_title) for text in printed) >= 1, (
                row.title
            )


# -- procurement ------------------------------------------------------------------------------------------------------


def bought(**more: str) -> dict[str, str]:
    return {
        "project": "甲",
        "item": "电脑",
        "catalogue": "A02010104",
        "amount": "12.5",
        "reserve": "12.5",
        **more,
    }


def test_procurement_is_summed_by_kind_below_its_table(tmp_path: Path) -> None:
    several = [
        bought(),
        bought(catalogue="B08", amount="900"),
        bought(catalogue="C21", amount="30.25"),
    ]
    sheet = sheets(merge([unit(procurement=several)], PROFILE), tmp_path)["政府采购"]
    assert "合计942.75万元，其中：货物12.5万元，工程900万元，服务30.25万元。" in texts(
        sheet
    )
    assert not [
        text
        for text in texts(sheets(merge([unit()], PROFILE), tmp_path)["政府采购"])
        if "其中：货物" in text
    ]


@pytest.mark.parametrize(("small", "shown"), [("", False), ("7.5", True), ("0", True)])
def test_the_share_of_small_enterprises_is_a_column_where_it_was_filled(
    tmp_path: Path,
    small: str,
    shown: bool,  # noqa: FBT001
) -> None:
    row = bought(small=small) if small else bought()
    sheet = sheets(merge([unit(procurement=[row, bought()])], PROFILE), tmp_path)[
        "政府采购"
    ]
    assert ("其中：小微企业份额" in texts(sheet)) == shown
    assert "2023年预留中小微企业份额" in texts(sheet)


# -- heads and rows ---------------------------------------------------------------------------------------------------


def test_assets_are_of_the_last_day_of_the_year_before_and_every_other_table_of_its_year(
    tmp_path: Path,
) -> None:
    found = sheets(merge([unit()], PROFILE), tmp_path)
    heads = {
        name: text
        for name, sheet in found.items()
        for text in texts(sheet)
        if "单位：万元" in text
    }
    assert heads.pop("国有资产") == "截至2022年12月31日　单位：万元"
    assert set(heads.values()) == {"2023年度　单位：万元"}


def test_a_name_is_not_cut_by_the_year_beside_it(tmp_path: Path) -> None:
    """A text runs on over empty cells only: where there are none, the year stands a row further down."""
    name = "某某满族自治县人力资源和社会保障局"
    found = sheets(merge([unit(cover={"department": name})], PROFILE), tmp_path)
    narrow, wide = found["机关运行经费"], found["三公经费"]
    assert (narrow["B2"].value, narrow["C2"].value, narrow["C3"].value) == (
        name,
        None,
        "2023年度　单位：万元",
    )
    assert "2023年度　单位：万元" in [cell.value for cell in wide[2]]


def test_the_contents_give_a_long_name_the_lines_it_takes(tmp_path: Path) -> None:
    """Both wrap in the same column: a name of two lines must not be printed over the next one."""
    long = "冀财社〔2022〕150号关于提前下达2023年中央就业补助资金预算指标的通知（第一批就业补助资金及创业带动就业）"
    contents = sheets(
        merge([unit(projects=[project("短"), project(long)])], PROFILE), tmp_path
    )["目录"]
    heights = {
        row[3].value: contents.row_dimensions[number].height
        for number, row in enumerate(contents.iter_rows(), 1)
    }
    assert heights[long] > 1.5 * heights["短"]
    assert heights["短"] < 24


def test_the_example_prints_each_of_its_projects_under_the_name_that_the_contents_give(
    tmp_path: Path,
) -> None:
    found = sheets(example(), tmp_path)
    listed = [row for row in rows(found["目录"])[2:] if str(row[1]).startswith("项目")]
    assert len(listed) == len(example().whole.projects)
    pages = [page for *_, page in listed]
    assert pages == sorted(set(pages))
    for _, sheet, name, page in listed:
        assert name in texts(found[sheet])
        assert found[sheet].page_setup.firstPageNumber == page


def test_tables_are_as_wide_as_their_page_so_that_letters_are_of_one_size() -> None:
    for canvas in tables(example(), PROFILE).canvases:
        across = 11.69 if canvas.landscape else 8.27
        part = 0.75 * pixels(canvas.widths.values()) / (72 * (across - 1.2))
        assert part >= 0.98, canvas.name
        assert part <= 1 or canvas.name in ("政府采购", "收入总表"), canvas.name


# -- other profiles ---------------------------------------------------------------------------------------------------

OTHERWISE: dict[str, Any] = {
    "title": "只印有数的行",
    "added": [
        {"at": "budget/x-blocks/income/title", "is": "本年收入"},
        {"at": "budget/x-blocks/outlay/title", "is": "本年支出"},
        {"at": "budget/x-blocks/income/numbered", "is": False},
        {"at": "budget/x-blocks/outlay/numbered", "is": True},
        {"at": "budget/x-blocks/outlay/printed_if_filled", "is": True},
        {
            "at": "budget/x-blocks/outlay/columns/own",
            "is": {"title": "其中：本级", "$ref": "#/$defs/money"},
        },
        {"at": "budget/x-blocks/income/rows/other/printed_if_filled", "is": True},
        {"at": "project/x-blocks/project/across", "is": 2},
    ],
    "changed": {
        "project/x-blocks/project/columns/amount/public": True,
        "budget/x-sheet/two_sided": {"closing": 1, "numbered": False},
    },
}


@pytest.fixture(scope="module")
def otherwise(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    with own_profile(
        tmp_path_factory.mktemp("otherwise"), "printed-2023", OTHERWISE
    ) as made:
        yield made


def printed(profile: Profile, folder: Path, **data: Any) -> dict[str, Worksheet]:
    cover = {
        "unit_code": "301001",
        "unit_name": "某县某局",
        "department": "某县某局",
        "lead": "是",
    }
    book = computed(
        from_data({"cover": cover, **data}, profile, "301001.xlsx"), profile.book
    )
    path = folder / "公开表.xlsx"
    write_tables(merge([book], profile), profile, path)
    return {sheet.title: sheet for sheet in openpyxl.load_workbook(path)}


def test_only_the_classes_that_occur_are_printed_and_numbered(
    otherwise: Profile, tmp_path: Path
) -> None:
    outlay = {
        "f205": {"amount": "7", "own": "1"},
        "f208": {"amount": "0"},
        "f210": {"amount": "2.5"},
    }
    told = rows(
        printed(
            otherwise, tmp_path, income={"general": {"amount": "9.5"}}, outlay=outlay
        )["收支总表"]
    )
    _, _, sides, names, *lines = told
    assert sides == ("本年收入", None, "本年支出", None, None)
    assert names == (
        "收入项目",
        "预算数",
        "支出项目（功能分类）",
        "预算数",
        "其中：本级",
    )
    assert [line[2] for line in lines[:3]] == [
        "一、教育支出",
        "二、卫生健康支出",
        "本年支出合计",
    ]
    assert [line[3] for line in lines[:3]] == [7, 2.5, 9.5]
    assert lines[0][4] == 1
    assert lines[0][0] == "一般公共预算拨款收入", (
        "no number: the profile says that the titles have their own"
    )
    assert not [line for line in lines if line[0] == "其他收入"]
    assert (lines[-1][0], lines[-1][2]) == ("收入总计", "支出总计")


def test_a_projects_amounts_are_printed_and_short_fields_stand_side_by_side(
    otherwise: Profile, tmp_path: Path
) -> None:
    said = {**project("甲"), "amount": "12.5", "category": "特定目标类项目"}
    sheet = printed(otherwise, tmp_path, projects=[said])["项目01"]
    told = rows(sheet)
    line = next(row for row in told if "项目类别" in row)
    assert [value for value in line if value is not None] == [
        "项目类别",
        "特定目标类项目",
        "金额",
        12.5,
    ]
    (cell,) = (cell for row in sheet.iter_rows() for cell in row if cell.value == 12.5)
    assert cell.number_format == "0.00"
    assert [
        value
        for value in next(row for row in told if "绩效目标" in row)
        if value is not None
    ] == ["绩效目标", "做完。"]


def test_amounts_are_written_as_numbers_of_their_kind(
    otherwise: Profile, tmp_path: Path
) -> None:
    assets = {"houses": {"quantity": "120", "value": "3.1"}}
    sheet = printed(otherwise, tmp_path, assets=assets)["国有资产"]
    formats = {
        cell.value: cell.number_format
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in (120, 3.1)
    }
    assert formats == {120: "General", 3.1: "0.00"}


def test_an_empty_table_of_many_columns_is_printed_in_letters_of_the_usual_size() -> (
    None
):
    """Where no amount needs room, its columns are narrow, and its headings as high as their texts then need."""

    def table(*bought: dict[str, str]) -> tuple[float, float]:
        whole = merge([unit(procurement=list(bought))], PROFILE)
        canvas = next(
            one for one in tables(whole, PROFILE).canvases if one.name == "政府采购"
        )
        assert canvas.repeat_rows is not None
        return pixels(canvas.widths.values()), canvas.heights[canvas.repeat_rows[1]]

    wide, low = table({"item": "电脑", "amount": "1.5"})
    narrow, high = table()
    assert narrow < 1100 < wide  # A4 has room for 1,027 across
    assert low < high


def test_a_list_of_one_column_is_as_wide_as_the_lists_above_it(tmp_path: Path) -> None:
    data: dict[str, Any] = {
        "goals": [
            {"name": "完成工作。", "goal": "做完。", "indicators": "完成率100%。"}
        ],
        "safeguards": [{"text": "措施" * 60}, {"text": "一句。"}],
    }
    sheet = sheets(merge([unit(**data)], PROFILE), tmp_path)["部门整体绩效"]
    long, short = (
        next(cell for row in sheet.iter_rows() for cell in row if cell.value == text)
        for text in ("措施" * 60, "一句。")
    )
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {f"B{cell.row}:D{cell.row}" for cell in (long, short)} <= merged
    heights = [sheet.row_dimensions[cell.row].height or 0 for cell in (long, short)]
    assert heights[1] < heights[0] < 4 * heights[1]


def test_fields_above_a_list_are_as_wide_as_it(tmp_path: Path) -> None:
    write_tables(merge([unit()], PROFILE), PROFILE, tmp_path / "公开表.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "公开表.xlsx")["部门整体绩效"]
    (label,) = (
        cell
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == "总体绩效目标"
    )
    (area,) = (area for area in sheet.merged_cells.ranges if area.min_row == label.row)
    heading = next(
        cell for row in sheet.iter_rows() for cell in row if cell.value == "绩效指标"
    )
    assert (area.min_col, area.max_col) == (label.column + 1, heading.column)


# -- pages ------------------------------------------------------------------------------------------------------------


def sheet_of(heights: list[float], *, repeated: bool = False) -> Canvas:
    """A sheet across its page with rows of these heights; its first two may come again on each page."""
    canvas = Canvas("表", widths={1: 10})
    for row, height in enumerate(heights, 1):
        canvas.put(row, 1, "甲", Style())
        canvas.heights[row] = height
    canvas.repeat_rows = (1, 2) if repeated else None
    return canvas


@pytest.mark.parametrize(
    ("heights", "repeated", "ends", "one"),
    [
        ([100.0] * 7, False, [], True),
        ([109.0] * 7, False, [], True),  # a little longer than a page
        ([113.0] * 7, False, [6], False),
        ([100.0] * 15, False, [7, 14], False),
        ([100.0] * 15, True, [7, 12], False),
        ([100.0, 900.0, 100.0], False, [1, 2], False),  # a row that no page holds
    ],
)
def test_a_sheet_says_after_which_rows_its_pages_end(
    heights: list[float], ends: list[int], *, repeated: bool, one: bool
) -> None:
    canvas, after = sheet_of(heights, repeated=repeated), sheet_of([100.0])
    assert number_pages([canvas, after], 3) == [3, 4 + len(ends)]
    assert (canvas.breaks, canvas.one_page) == (ends, one)


@pytest.mark.libreoffice
def test_the_contents_name_the_pages_that_are_printed(tmp_path: Path) -> None:
    profile, path = load("shanghai-2026"), tmp_path / "公开表.xlsx"
    files = sorted((EXAMPLES / "03-shanghai-constructed" / "returns").glob("*.json"))
    units = [computed(return_of(file, profile), profile.book) for file in files]
    write_tables(merge(units, profile), profile, path)
    told = subprocess.run(
        ["pdftotext", "-layout", as_pdf(path, tmp_path), "-"],
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    pages = told.removesuffix("\f").split("\f")
    assert [
        int(number) for page in pages for number in re.findall(r"— *(\d+) *—", page)
    ] == [*range(1, len(pages) + 1)]
    contents = openpyxl.load_workbook(path)["目录"]
    listed = [(str(title), int(str(page))) for *_, title, page in rows(contents)[2:]]
    assert len(listed) > 15
    assert [title for title, page in listed if title not in pages[page - 1]] == []


def test_a_table_that_holds_no_amount_names_no_unit_of_money(tmp_path: Path) -> None:
    found = sheets(example(), tmp_path)
    assert "单位：万元" in "".join(texts(found["收支总表"]))
    assert "单位：万元" not in "".join(texts(found["部门职责"]))
    assert "单位：万元" not in "".join(texts(found["项目01"]))
