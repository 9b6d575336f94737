"""What a sentence says of a year, read from the marks around it; sentences of other trades than the examples'."""

from __future__ import annotations

import pytest

from toolkit.profile.bounds import bounds, former_names
from toolkit.profile.loading import load
from toolkit.returns.data import computed, from_data
from toolkit.rules.said_years import Said, SaidYear, said_years

PROFILE = load("hebei-2023")


def years_of(text: str, field: str = "goal") -> list[SaidYear]:
    """The years of one text in a field of a return."""
    data: dict[str, object] = {
        "goal": {"projects": [{"name": "甲", "goal": text}]},
        "value": {"projects": [{"name": "甲", "indicators": [{"value": text}]}]},
        "basis": {"projects": [{"name": "甲", "indicators": [{"basis": text}]}]},
        "reason": {"composition": {"project": {"reason": text}}},
        "assets": {"notes": {"assets": text}},
        "remark": {"remarks": [{"text": text}]},
    }
    said = data[field]
    assert isinstance(said, dict)
    book = computed(from_data(said, PROFILE, "甲.xlsx"), PROFILE.book)
    return list(said_years(book, bounds(PROFILE.id)))


@pytest.mark.parametrize(
    ("text", "field", "said"),
    [
        ("失火次数较2022年下降", "goal", "COMPARED"),
        ("与2022年相比，藏书增加", "reason", "COMPARED"),
        ("与2022年签订的协议到期", "reason", "TITLE"),
        ("在2022年的基础上再增加5处", "goal", "COMPARED"),
        ("不低于2022年", "value", "COMPARED"),
        ("≤2022年10月底前", "value", "DUE"),
        ("≥2022年10月底前", "value", "DUE"),
        ("落实《造林方案》2022年底前完成栽植", "goal", "DUE"),
        ("截至2022年12月31日", "assets", "BALANCE"),
        ("以上为2021年末数", "assets", "BALANCE"),
        ("按照《2021年造林计划》栽植", "goal", "TITLE"),
        ("某林发〔2021〕9号", "basis", "NUMBER"),
        ("落实关于2021年护林防火的通知", "goal", "TITLE"),
        ("2021—2025年持续巡护", "goal", "SPAN"),
        ("自2019年起免费开放", "goal", "PAST"),
        ("2021年已验收的馆舍照常开放", "goal", "PAST"),
        ("2022年底前全部开放", "goal", "DUE"),
        ("2022年我馆将继续免费开放", "goal", "DUE"),
        ("2022年开展阅读活动30场", "goal", "WORK"),
        ("完成2022年各项任务", "goal", "WORK"),
        ("保障2022年馆舍正常开放", "goal", "WORK"),
        ("1.2022年新增读者300人", "goal", "WORK"),
        ("开展活动，2022年开放率达到95%", "goal", "WORK"),
        ("2022年1—12月每月开放", "goal", "WORK"),
        ("2022年末在册读者5600人", "goal", "PAST"),
        ("2022年秋季和2023年春季各办一次", "goal", "NAMED NAMED"),
        ("在2022年试点的基础上扩大到12个馆", "goal", "COMPARED"),
        ("2022.11", "value", "DUE"),
        ("2022年度考核方案", "basis", "PAST"),
        ("计划2022年新增书架30组", "goal", "DUE"),
        ("2022年年底形成检查报告", "goal", "THEN"),
        ("实施周期为2022年1月至2022年12月", "goal", "DUE"),
        ("对2022年续建的馆舍给予补助", "goal", "PAST"),
        ("为2022年12月底前登记的读者办证", "goal", "PAST"),
        ("2021年10月印发的实施方案", "basis", "PAST"),
        ("上年数为2022年年初预算数", "remark", "LAST"),
        ("较前年（2021年）减少", "reason", "COMPARED"),
        ("发放2022年度考核奖", "goal", "PAST"),
        ("2022年培训经费由县里安排", "goal", "PAST"),
        ("2022年部门预算说明", "remark", "BUDGET"),
        ("2022年预算执行情况已公开", "remark", "NAMED"),
        ("2022年我馆未安排出国经费", "remark", "BUDGET"),
        ("上年（2021年）购置书架", "reason", "LAST"),
        ("2022年工作计划", "basis", "PLAN"),
        ("2022年实有册数", "basis", "PAST"),
    ],
)
def test_the_marks_around_a_year_say_what_it_is(
    text: str, field: str, said: str
) -> None:
    assert [year.said.name for year in years_of(text, field)] == said.split()


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("二〇二二年完成", 2022, 2022),
        ("２０２２年完成", 2022, 2022),
        ("于22年完成", 2022, 2022),
        ("2022.12.31前", 2022, 2022),
        ("2022—2023学年", 2022, 2023),
        ("2023年6月至2024年5月", 2023, 2024),
    ],
)
def test_a_year_is_read_however_it_is_written(text: str, first: int, last: int) -> None:
    assert [(year.first, year.last) for year in years_of(text)] == [(first, last)]


@pytest.mark.parametrize(
    "text",
    [
        "每人每月2022元",
        "培训2022人次",
        "使用20年以上",
        "质保22年",
        "工龄满21年的人员",
        "GB/T 19001—2016",
        "编号A2022013",
        "12.2022年",
    ],
)
def test_a_number_that_is_no_year_is_none(text: str) -> None:
    assert years_of(text) == []


def test_what_a_year_is_has_a_chinese_word_of_its_own() -> None:
    assert len({said.value for said in Said}) == len(Said)


def test_a_name_is_former_from_the_day_it_changed() -> None:
    lines = [{"former": "甲", "now": "乙", "from": "2025-05-02"}]
    assert former_names(lines, "2025-05-02") == tuple(lines)
    assert former_names(lines, "2025-05-01") == ()
