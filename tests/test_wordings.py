"""Kinds of wording one at a time: sentences put into a small right statement; right ones are held, spoilt ones are told."""

from __future__ import annotations

import pytest

from tests.statements import FINAL, NATIONAL, audited_text, spoilt

CARS = "2024年公务用车运行费20.00万元，其中：加油11.00万元，维修5.50万元，保险2.50万元，其他支出1.00万元。"
CARS_LAST = "比2023年预算数22.00万元减少2.00万元。"
BOUGHT = "2024年安排购置单位价值100万元以上设备1台（套），共安排购置车辆1辆，其中其他用车1辆。"
IN_WORDS = "2024年会议费预算6.00万元，比2023年会议费预算9.00万元有所减少。"
ONE_WAY = "2024年培训费预算12.00万元，比上年减少3.00万元，下降20.00%。"
CLOSED = "2024年重点项目3个，分别为校舍维修经费312.00万元、资助经费86.50万元和信息化经费40.00万元，合计438.50万元。"
ALL_OF_IT = "2024年实行绩效管理的资金500.00万元，占本部门全部机关运行经费的100%。"
IN_A_ROW = (
    "2024年机关运行经费500.00万元，其中：办公费180.00万元、差旅费90.00万元、公务用车运行费20.00万元、"
    "公务接待费5.00万元、其他费用205.00万元。"
)
HUNDREDS = "2024年财政拨款收支总预算0.80亿元。"
PLACES = {
    CARS + CARS_LAST: "五、机关运行经费\n",
    BOUGHT: "八、预算绩效情况\n",
    IN_WORDS: "五、机关运行经费\n",
    ONE_WAY: "五、机关运行经费\n",
    CLOSED: "第四部分 名词解释\n一、",
    ALL_OF_IT: "六、政府采购情况\n",
    IN_A_ROW: "六、政府采购情况\n",
    HUNDREDS: "二、关于2024年一般公共预算拨款情况说明\n",
}
TABLES = """收支总表
单位：万元
收入 | 行次 | 金额 | 支出 | 行次 | 金额
栏次 | | 1 | 栏次 | | 2
一、一般公共预算拨款 | 1 | 7,500.00 | 教育支出 | 9 | 6,950.00
二、政府性基金预算拨款 | 2 | 300.00 | 社会保障和就业支出 | 10 | 640.00
 | | | 住房保障支出 | 11 | 410.00
三、其他收入 | 3 | 200.00 | | |
本年收入合计 | 8 | 8,000.00 | 本年支出合计 | 12 | 8,000.00
“三公”经费预算表
单位：万元
“三公”经费合计 | 因公出国（境）费 | 公务用车购置及运行费 | 公务用车购置及运行费 | 公务接待费
“三公”经费合计 | 因公出国（境）费 | 小计 | 公务用车运行费 | 公务接待费
1 | 2 | 3 | 4 | 5
30.00 | 5.00 | 20.00 | 20.00 | 5.00
"""


def with_all() -> str:
    """The right statement with every sentence and table in it."""
    text = NATIONAL
    for sentence, before in PLACES.items():
        at = text.rindex(before)
        head = "九、其他事项\n" if before.startswith("第四部分") else ""
        text = f"{text[:at]}{head}{sentence}\n{text[at:]}"
    return text.replace("第四部分 名词解释\n一、", f"{TABLES}第四部分 名词解释\n一、")


RIGHT = with_all()


def told(text: str) -> list[str]:
    found = audited_text(text, "说明.txt").findings
    return [f"{one.check.id} {one.message}" for one in found]


def test_every_right_wording_is_held() -> None:
    assert told(RIGHT) == []


@pytest.mark.parametrize(
    ("was", "now", "check", "message"),
    [
        (
            "22.00万元减少2.00万元",
            "22.00万元减少3.00万元",
            "J01-07",
            "相差 2，写的是 3.00",
        ),
        ("保险2.50万元", "保险2.05万元", "J01-09", "合起来是 19.55"),
        ("9.00万元有所减少", "9.00万元有所增加", "J02-01", "写的是增加"),
        ("3.00万元，下降20.00%", "3.00万元，增长20.00%", "J02-01", "又说增加20.00%"),
        ("合计438.50万元", "合计483.50万元", "J01-09", "合起来是 438.5"),
        ("绩效管理的资金500.00", "绩效管理的资金500.20", "J01-05", "大于"),
        ("差旅费90.00万元、", "差旅费900.00万元、", "J01-02", "多出"),
        ("总预算0.80亿元", "总预算0.08亿元", "J03-03", "0.08亿元"),
        ("货物预算400.00万元", "货物预算400.00元", "J04-11", "别的数用的是万元"),
        (
            "政府采购预算总额1,000.00万元",
            "政府采购预算总额1,000元",
            "J01-01",
            "不看单位",
        ),
        ("教育支出 | 9 | 6,950.00", "教育支出 | 9 | 695.00", "", ""),
        ("支出 | 10 | 640.00", "支出 | 10 | 460.00", "J05-06", "本年支出合计"),
        ("三、其他收入 | 3 | 200.00", "三、其他收入 | 3 | 210.00", "J05-06", "8010"),
        ("20.00 | 20.00 | 5.00", "20.00 | 20.00 | 6.00", "J07-08", "公务接待费"),
    ],
)
def test_a_spoilt_wording_is_told(was: str, now: str, check: str, message: str) -> None:
    found = told(spoilt(RIGHT, was, now))
    if not check:  # rows without numbers: which of them add up is not sure
        assert found == []
    else:
        assert [one for one in found if one.startswith(check) and message in one], found
        assert len(found) == 1, found


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("", "", ""),
        ("年末结转和结余178.90", "年末结转和结余187.90", "不等于“收、支总计"),
        ("年初结转和结余78.90", "年初结转和结余87.90", "大于“收、支总计"),
    ],
)
def test_what_was_carried_over_adds_up(was: str, now: str, message: str) -> None:
    """Income, outlay and what is carried over come to the totals, where all is told."""
    text = FINAL.replace(
        "三、支出决算情况说明\n",
        "年初结转和结余78.90万元。\n三、支出决算情况说明\n结余分配0万元，年末结转和结余178.90万元。\n",
    )
    found = told(spoilt(text, was, now))
    assert found == [] if not was else (len(found) == 1 and message in found[0]), found
