"""Faults as people make them, in every form, one at a time in a right return: each is told, by its rule."""

from __future__ import annotations

import json
from typing import Any

import pytest

from toolkit import steps
from toolkit.check.judge import check_return
from toolkit.profile.loading import load
from toolkit.profile.stored import home
from toolkit.returns.data import computed, from_data

PROFILE = load("shanghai-2026")
RETURNS = home() / "examples" / "03-shanghai-constructed" / "returns"
OFFICE, LIBRARY = "128001-局本级", "128002-图书馆"
PARTS = ("category", "section", "item")
MOVED = {"fiscal": "15402200", "undertaking": "0"}
WHOLE = ("207", "207 01", "207 01 04")  # 类, 款 and 项 of the library's own work

# What was mistaken, in whose return, the places with what stands there by mistake, and the rule that tells it.
Fault = tuple[str, str, dict[str, str], str]
FAULTS: tuple[Fault, ...] = (
    (
        "收支总表 两位数字颠倒",
        OFFICE,
        {"income/general/amount": "26417620"},
        "R-fiscal_general",
    ),
    (
        "收支总表 两类填反",
        OFFICE,
        {"outlay/f210/amount": "2048700", "outlay/f221/amount": "538020"},
        "R-outlay_class.210",
    ),
    (
        "收入总表 事业收入填进财政拨款",
        LIBRARY,
        {
            f"income_lines/{code}/{column}": said
            for code in WHOLE
            for column, said in (("fiscal", "15402200"), ("undertaking", "0"))
        },
        "R-fiscal_class.207",
    ),
    (
        "收入总表 少填一类的数",
        OFFICE,
        {"income_lines/221/fiscal": "2048000"},
        "R-income_class.221",
    ),
    (
        "支出总表 名称改写",
        OFFICE,
        {"outlay_lines/207 01 09/name": "群众文化工作"},
        "A03-04",
    ),
    (
        "财政拨款收支总表 基金填进一般公共预算",
        OFFICE,
        {"fiscal_outlay/f229/general": "600000", "fiscal_outlay/f229/fund": "0"},
        "R-fund_class.229",
    ),
    (
        "一般公共预算 类的数字颠倒",
        OFFICE,
        {"general_lines/210 11 01/category": "201"},
        "A03-15",
    ),
    (
        "一般公共预算 混入自有资金",
        LIBRARY,
        {f"general_lines/{code}/project": "5748000" for code in WHOLE},
        "R-general_class.207",
    ),
    (
        "政府性基金 按万元填",
        OFFICE,
        {f"fund_lines/{code}/project": "60" for code in ("229", "229 60", "229 60 10")},
        "R-fund_class.229",
    ),
    (
        "国有资本经营 填错了表",
        OFFICE,
        {"capital_lines": "223 01 05"},
        "R-capital_class.223",
    ),
    (
        "基本支出经济分类 差旅费填进人员经费",
        OFFICE,
        {
            "basic_lines/302 11/personnel": "60000",
            "basic_lines/302 11/operating": "0",
            "basic_lines/302/personnel": "60000",
            "basic_lines/302/operating": "1982300",
        },
        "R-goods",
    ),
    (
        "基本支出经济分类 款加起来不等于类",
        LIBRARY,
        {"basic_lines/302 06/operating": "62000"},
        "A03-14",
    ),
    (
        "三公经费 按元填",
        OFFICE,
        {"three_public/vehicle_running/this_year": "50000.00"},
        "B04-01",
    ),
    (
        "三公经费 原因与增减相反",
        OFFICE,
        {"three_public/reception/last_year": "0.80"},
        "B02-05",
    ),
    (
        "比上年增减 原因没有内容",
        OFFICE,
        {"composition/fiscal/reason": "经费增加"},
        "B02-03",
    ),
    ("比上年增减 没有写原因", OFFICE, {"composition/fiscal/reason": ""}, "B02-02"),
    (
        "比上年增减 上年数颠倒",
        OFFICE,
        {"composition/total/last_year": "26152000"},
        "R-last_total",
    ),
    (
        "支出主要内容 少一个零",
        OFFICE,
        {"uses/221 02 03/amount": "115200"},
        "R-uses_class.221",
    ),
    ("政府采购 数量少一个零", LIBRARY, {"procurement/0/quantity": "4000"}, "B05-02"),
    ("政府采购 其中大于总数", OFFICE, {"procurement/0/small": "1720000"}, "B05-08"),
    ("国有资产 有运行费没有车", OFFICE, {"assets/official/quantity": "0"}, "C04-06"),
    (
        "名词解释 抄了上一个",
        OFFICE,
        {
            "glossary/2/definition": "为保障机构正常运转、完成日常工作任务而发生的人员支出和公用支出"
        },
        "B07-01",
    ),
    ("项目 金额颠倒", OFFICE, {"projects/0/amount": "3512000"}, "C02-01"),
    (
        "项目 指标值小数点",
        OFFICE,
        {"projects/0/indicators/3/value": "≤3215万元"},
        "D05-09",
    ),
    ("封面 单位性质", LIBRARY, {"cover/nature": "行政单位"}, "C03-02"),
    ("机构设置 批复日期", OFFICE, {"approval/date": "2025-01-28"}, "E01-11"),
    ("机关运行经费 事业单位也填了", LIBRARY, {"operating/amount": "255.02"}, "B09-21"),
    (
        "政府采购 项目名称不是哪个项目的",
        OFFICE,
        {"procurement/0/project": "公共文化设施巡检"},
        "C05-20",
    ),
    (
        "政府采购 比项目的钱还多",
        OFFICE,
        {"procurement/1/price": "4860000", "procurement/1/amount": "4860000"},
        "C05-02",
    ),
    (
        "支出主要内容 用途抄了上一行",
        OFFICE,
        {"uses/208 05 06/purpose": "缴纳机关人员的基本养老保险费"},
        "B09-22",
    ),
    (
        "支出主要内容 词语重复",
        OFFICE,
        {"uses/207 01 09/purpose": "向街镇、居村居村配送演出、讲座和展览"},
        "G01-13",
    ),
    (
        "支出主要内容 两个项的金额填反",
        OFFICE,
        {"uses/208 05 05/amount": "512400", "uses/208 05 06/amount": "1024800"},
        "R-each_use",
    ),
    (
        "收入总表 两个项的数填反",
        OFFICE,
        {
            "income_lines/207 01 01/fiscal": "3215000",
            "income_lines/207 01 02/fiscal": "12846300",
        },
        "R-each_item",
    ),
    (
        "名词解释 两个填反",
        OFFICE,
        {
            "glossary/1/definition": "在基本支出之外为完成特定行政任务和事业发展目标所发生的支出",
            "glossary/2/definition": "为保障机构正常运转、完成日常工作任务而发生的人员支出和公用支出",
        },
        "B09-26",
    ),
    (
        "项目 概述抄了别的项目",
        OFFICE,
        {
            "projects/1/overview": "对全区14个街镇文化活动中心开展设施巡查、消防检测和小修。"
        },
        "B09-22",
    ),
    ("项目 要公开的没有写概述", OFFICE, {"projects/1/overview": ""}, "B09-23"),
    ("项目 周期是去年的", OFFICE, {"projects/1/period": "2025年1月至12月"}, "B09-24"),
    (
        "项目 实施主体打错一个字",
        OFFICE,
        {"projects/0/executor": "上海市平栏区文化和旅游局"},
        "B09-25",
    ),
    (
        "部门职责 贴了两遍",
        OFFICE,
        {"duties/2/text": "管理本区重大文化活动，指导公共文化设施建设和群众文化工作。"},
        "B07-01",
    ),
)


def returned(unit: str) -> Any:
    return json.loads((RETURNS / f"{unit}.json").read_text(encoding="utf-8"))


def into(held: Any, step: str) -> Any:
    """What a step leads to: a key, a line by its number, a line by its codes."""
    if isinstance(held, dict):
        return held[step]
    if len(step) < 3:
        return held[int(step)]
    (line,) = [
        line
        for line in held
        if [line[part] for part in PARTS if part in line] == step.split()
    ]
    return line


def mistaken(unit: str, places: dict[str, str]) -> Any:
    """A unit's return with what stands in some places by mistake."""
    data = returned(unit)
    for place, said in places.items():
        *way, last = place.split("/")
        if not way:  # a whole table, of one code and those above it
            parts = said.split()
            del data["ticks"][last.removesuffix("_lines")]
            own = {"basic": "0", "project": "600000"}
            data[last] = [
                {**dict(zip(PARTS, parts[:count], strict=False)), **own}
                for count in (1, 2, 3)
            ]
            continue
        held = data
        for step in way:
            held = into(held, step)
        held[last] = said
    return data


def rules_told(data: Any) -> set[str]:
    book = computed(from_data(data, PROFILE), PROFILE.book)
    report = check_return(book, PROFILE, steps.catalogue(PROFILE))
    return {one.rule for finding in report.findings for one in finding.every()}


@pytest.mark.parametrize("unit", [OFFICE, LIBRARY])
def test_the_returns_are_right_before_anything_is_mistaken(unit: str) -> None:
    assert not rules_told(returned(unit))


@pytest.mark.parametrize(
    ("unit", "places", "rule"),
    [fault[1:] for fault in FAULTS],
    ids=[fault[0] for fault in FAULTS],
)
def test_a_fault_is_told_by_its_rule(
    unit: str, places: dict[str, str], rule: str
) -> None:
    assert rule in rules_told(mistaken(unit, places))
