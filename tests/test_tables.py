"""The public tables as people read and print them: what stands in which line, what is left out, how high a row is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.test_statement import PROFILE, example, project, unit
from toolkit.model import Disclosure
from toolkit.publish.tables import write_tables
from toolkit.returns.merge import merge

INCOME = {"general": {"amount": "500"}, "undertaking": {"amount": "20.5"}, "carried_in": {"amount": "3"}}
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
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


# -- table 1 ----------------------------------------------------------------------------------------------------------


def test_the_first_table_is_numbered_has_no_codes_and_both_sides_close_on_the_same_lines(tmp_path: Path) -> None:
    told = rows(sheets(merge([unit(income=INCOME, outlay=OUTLAY)], PROFILE), tmp_path)["收支总表"])
    title, head, names, numbers, *lines = told
    assert title[0] == "部门预算收支总表"
    assert (head[0], head[-1]) == ("某县某局", "2023年度　单位：万元")
    assert names == ("序号", "收入项目", "预算数", "支出项目（功能分类）", "预算数")
    assert numbers == ("栏次", "1", "2", "3", "4")
    assert lines[0] == (1, "一、一般公共预算拨款收入", 500, "一、一般公共服务支出", None)
    assert lines[7] == (8, "八、附属单位上缴收入", None, "八、社会保障和就业支出", 520.5)
    assert lines[9] == (10, None, None, "十、卫生健康支出", None)
    assert [line[1:] for line in lines[-3:]] == [
        ("本年收入合计", 520.5, "本年支出合计", 520.5),
        ("上年结转结余", 3, "年终结转结余", 3),
        ("收入总计", 523.5, "支出总计", 523.5),
    ]
    assert [line[0] for line in lines] == list(range(1, len(lines) + 1))
    titles = [line[column] for line in lines for column in (1, 3) if line[column]]
    assert not [title for title in titles if any(digit in title for digit in "0123456789")]


def test_no_row_of_the_first_form_is_lost_in_print(tmp_path: Path) -> None:
    printed = texts(sheets(merge([unit(income=INCOME)], PROFILE), tmp_path)["收支总表"])
    for key in ("income", "outlay"):
        for row in PROFILE.book.blocks[key].rows.values():
            assert sum(text.endswith(row.public_title) for text in printed) >= 1, row.title


# -- procurement ------------------------------------------------------------------------------------------------------


def bought(**more: str) -> dict[str, str]:
    return {"project": "甲", "item": "电脑", "catalogue": "A02010104", "amount": "12.5", "reserve": "12.5", **more}


def test_procurement_is_summed_by_kind_below_its_table(tmp_path: Path) -> None:
    several = [bought(), bought(catalogue="B08", amount="900"), bought(catalogue="C21", amount="30.25")]
    sheet = sheets(merge([unit(procurement=several)], PROFILE), tmp_path)["政府采购"]
    assert "合计942.75万元，其中：货物12.5万元，工程900万元，服务30.25万元。" in texts(sheet)
    assert not [text for text in texts(sheets(merge([unit()], PROFILE), tmp_path)["政府采购"]) if "其中：货物" in text]


@pytest.mark.parametrize(("small", "shown"), [("", False), ("7.5", True), ("0", True)])
def test_the_share_of_small_enterprises_is_a_column_where_it_was_filled(tmp_path: Path, small: str, shown: bool) -> None:  # noqa: FBT001
    row = bought(small=small) if small else bought()
    sheet = sheets(merge([unit(procurement=[row, bought()])], PROFILE), tmp_path)["政府采购"]
    assert ("其中：小微企业份额" in texts(sheet)) == shown
    assert "2023年预留中小微企业份额" in texts(sheet)


# -- heads and rows ---------------------------------------------------------------------------------------------------


def test_assets_are_of_the_last_day_of_the_year_before_and_every_other_table_of_its_year(tmp_path: Path) -> None:
    found = sheets(merge([unit()], PROFILE), tmp_path)
    heads = {name: text for name, sheet in found.items() for text in texts(sheet) if "单位：万元" in text}
    assert heads.pop("国有资产") == "截至2022年12月31日　单位：万元"
    assert set(heads.values()) == {"2023年度　单位：万元"}


def test_a_name_is_not_cut_by_the_year_beside_it(tmp_path: Path) -> None:
    """A text runs on over empty cells only: where there are none, the year stands a row further down."""
    name = "某某满族自治县人力资源和社会保障局"
    found = sheets(merge([unit(cover={"department": name})], PROFILE), tmp_path)
    narrow, wide = found["机关运行经费"], found["三公经费"]
    assert (narrow["B2"].value, narrow["C2"].value, narrow["C3"].value) == (name, None, "2023年度　单位：万元")
    assert "2023年度　单位：万元" in [cell.value for cell in wide[2]]


def test_the_contents_give_a_long_name_the_lines_it_takes(tmp_path: Path) -> None:
    """Both wrap in the same column: a name of two lines must not be printed over the next one."""
    long = "冀财社〔2022〕150号关于提前下达2023年中央就业补助资金预算指标的通知（第一批就业补助资金及创业带动就业）"
    contents = sheets(merge([unit(projects=[project("短"), project(long)])], PROFILE), tmp_path)["目录"]
    heights = {row[3].value: contents.row_dimensions[number].height for number, row in enumerate(contents.iter_rows(), 1)}
    assert heights[long] > 1.5 * heights["短"]
    assert heights["短"] < 24


def test_the_example_prints_each_of_its_projects_under_the_name_that_the_contents_give(tmp_path: Path) -> None:
    found = sheets(example(), tmp_path)
    listed = [row for row in rows(found["目录"])[2:] if str(row[1]).startswith("项目")]
    assert len(listed) == len(example().whole.projects)
    for _, sheet, name in listed:
        assert name in texts(found[sheet])
