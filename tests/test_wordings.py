"""Kinds of wording one at a time: sentences put into a small right statement; right ones are held, spoilt ones are told."""

from __future__ import annotations

from functools import cache

import pytest

from tests.statements import FINAL, NATIONAL, audited_text, spoilt
from toolkit.audit.judge import Audited

CARS = "2024年公务用车运行费20.00万元，其中：加油11.00万元，维修5.50万元，保险2.50万元，其他支出1.00万元。"
ENDING = "2024年工会经费30.00万元，图书经费8.00万元、宣传经费2.00万元和印刷经费5.00万元，合计15.00万元。"
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
OF_MONEY = "2024年印刷费预算9.00万元，用于印刷年鉴3份，比上年增加4.00万元，增长80.00%。"
CALLED_SO = (
    "2024年教师培训资金60.00万元，学生活动资金50.00万元。与上年相比，教师培训资金增加10.00万元，增长20.00%；"
    "学生活动资金减少10.00万元，下降16.67%。"
)
COUNTED = "2024年劳务费预算8.00万元、咨询费预算2.00万元、租赁费预算5.00万元，后两项合计为委托费用7.00万元。"
ROOMS = "房屋建筑面积5200.50平方米，其中：教学用房4000.00平方米，办公用房700.50平方米，其他用房500.00平方米。"
AGAIN = "2024年债券资金2,500.00万元，即0.25亿元。"
RAISED = (
    "2024年专项经费90.00万元，比上年增加9.00万元，其中：竞赛经费50.00万元，比上年增加12.00万元，"
    "评审经费40.00万元，比上年减少3.00万元。"
)
NAMED_AGAIN = "2024年培训收入预算46.00万元。培训收入中，教师培训21.00万元，校长培训8.00万元，骨干培训17.00万元。"
REST_OF_IT = "2024年修缮项目预算88.00万元。修缮项目主要包括：屋面防水31.00万元，操场翻新45.00万元，其他修缮12.00万元。"
INNER = (
    "2024年食堂经费140.00万元，包括：人工费用100.00万元，主要有厨师工资62.00万元、帮工工资38.00万元；"
    "物料费用40.00万元，主要有厨具购置25.50万元、燃气费9.50万元、其他费用5.00万元。"
)
TURNED = "2024年维护经费103.00万元，同比增长3.00%，增加3.00万元。"
EXPLAINED = "2024年竞赛资金75.00万元。主要用于保障学生参赛的各项支出，其中：报名费用45.00万元，交通费用30.00万元。"
SEGMENTS = "2024年物资总额90.00万元，其中：书桌占地300平方米，价值52.00万元；教具24.00万元；图书、软件等14.00万元。"
POSTS = "核定编制168人，其中行政编制92人、事业编制76人。"
ABOVE = (
    "2024年活动经费640.00万元，由三部分组成。\n"
    "体育活动320.00万元，占50%；艺术活动192.00万元，占30%；科技活动128.00万元，占20%。"
)
MAINLY = (
    "2024年航道经费95.00万元，主要为疏浚航道61.00万元、更换浮标34.00万元。\n"
    "2024年码头经费36.00万元，比上年增加2.00万元，主要是新增岸电补贴26.00万元、取消浮吊租赁24.00万元。"
)
HUNDREDS = "2024年财政拨款收支总预算0.80亿元。"
PLACES = {
    CARS + CARS_LAST: "五、机关运行经费\n",
    BOUGHT: "八、预算绩效情况\n",
    IN_WORDS: "五、机关运行经费\n",
    ENDING: "五、机关运行经费\n",
    ONE_WAY: "五、机关运行经费\n",
    CLOSED: "第四部分 名词解释\n一、",
    ALL_OF_IT: "六、政府采购情况\n",
    IN_A_ROW: "六、政府采购情况\n",
    OF_MONEY: "五、机关运行经费\n",
    CALLED_SO: "五、机关运行经费\n",
    COUNTED: "五、机关运行经费\n",
    ROOMS: "八、预算绩效情况\n",
    AGAIN: "五、机关运行经费\n",
    RAISED: "五、机关运行经费\n",
    NAMED_AGAIN: "五、机关运行经费\n",
    REST_OF_IT: "五、机关运行经费\n",
    INNER: "五、机关运行经费\n",
    TURNED: "五、机关运行经费\n",
    EXPLAINED: "五、机关运行经费\n",
    SEGMENTS: "五、机关运行经费\n",
    POSTS: "五、机关运行经费\n",
    ABOVE: "五、机关运行经费\n",
    MAINLY: "五、机关运行经费\n",
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
一般性支出表
单位：万元
项目 | 上年 | 本年 | 增减比例（%）
合计 | 20.00 | 18.00 | -10.00
1.会议费 | 9.00 | 6.00 | -33.33
2.培训费 | 11.00 | 12.00 | 9.09
支出表
单位：万元
科目名称 | 支出合计 | 基本支出 | 项目支出 | 经营支出
合计 | 8,000.00 | 5,000.00 | 2,900.00 | 100.00
教育支出 | 6,950.00 | 4,300.00 | 2,550.00 | 100.00
社会保障和就业支出 | 640.00 | 440.00 | 200.00 |
住房保障支出 | 410.00 | 260.00 | 150.00 |
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


@cache
def right() -> Audited:
    """What is said of the right statement with every sentence in it."""
    return audited_text(RIGHT, "说明.txt")


def test_every_right_wording_is_held() -> None:
    assert [one.message for one in right().findings] == []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("\n", "\n\n"),
        ("，", ","),
        ("“三公”", "三公"),
        (".00万元", "万元"),
    ],
)
def test_the_same_in_another_s_typing_is_held_too(was: str, now: str) -> None:
    """Blank lines, other commas, no quotation marks, no decimals."""
    statement = right().statement
    other = audited_text(RIGHT.replace(was, now), "说明.txt")
    wrong = [one.message for one in other.findings if one.check.id[:3] != "J04"]
    assert wrong == []
    assert len(other.statement.left_over) <= len(statement.left_over)
    assert len(other.statement.tables) == len(statement.tables)


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
        ("比上年增加4.00万元", "比上年增加5.00万元", "J01-03", "印刷费"),
        ("教师培训资金增加10.00", "教师培训资金增加12.00", "J01-03", "教师培训资金"),
        ("委托费用7.00万元", "委托费用9.00万元", "J01-09", "合起来是 7，"),
        ("办公用房700.50", "办公用房770.50", "J01-02", "多出"),
        ("办公用房700.50", "办公用房70.50", "J01-09", "4570.5"),
        ("即0.25亿元", "即2.50亿元", "J03-03", "又说即 2.50"),
        ("减少3.00万元。", "减少8.00万元。", "J01-09", "合起来增加4，"),
        ("培训费 | 11.00 | 12.00", "培训费 | 11.00 | 21.00", "J05-06", "18，"),
        ("校长培训8.00万元", "校长培训80.00万元", "J01-09", "合起来是 118"),
        ("骨干培训17.00万元", "骨干培训71.00万元", "J01-09", "两位数字对调"),
        ("操场翻新45.00万元", "操场翻新40.00万元", "J01-09", "合起来是 83"),
        ("燃气费9.50万元", "燃气费5.90万元", "J01-09", "合起来是 36.4"),
        ("帮工工资38.00万元", "帮工工资83.00万元", "J01-02", "多出 45"),
        ("640.00 | 440.00 | 200.00", "640.00 | 440.00 | 220.00", "J05-06", "各列相加"),
        ("增加3.00万元。\n", "增加4.00万元。\n", "J01-03", "维护经费"),
        ("交通费用30.00万元", "交通费用33.00万元", "J01-02", "多出 3"),
        ("更换浮标34.00万元", "更换浮标43.00万元", "J01-02", "多出 9"),
        ("教具24.00万元", "教具42.00万元", "J01-", "合起来是 108"),
        ("核定编制168人", "核定编制618人", "J01-09", "合起来是 168"),
        ("活动经费640.00", "活动经费460.00", "J01-09", "合起来是 640"),
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


def test_two_sections_may_stand_for_one() -> None:
    """Income and outlay told apart need no section of both."""
    text = FINAL.replace("一、收入支出决算总体情况说明\n", "").replace(
        "四、财政拨款收入支出决算情况说明", "四、财政拨款收支情况说明"
    )
    assert told(text) == []
    assert "没有“收入支出决算总体情况”" in str(
        told(text.replace("二、收入决算情况说明\n", "").replace("收、支总计", "总额"))
    )


def test_two_shares_of_what_is_told_above_are_held() -> None:
    """Their parts come to an amount of the sentence before: no third share is needed."""
    text = FINAL.replace(
        "财政拨款收入5320.00万元，占95.00%；事业收入200.00万元，占3.57%；经营收入0万元，占0%；其他收入80.00万元，占1.43%。",
        "财政拨款收入5320.00万元、事业收入200.00万元、经营收入0万元、其他收入80.00万元。",
    ).replace(
        "三、支出决算情况说明\n",
        "三、支出决算情况说明\n培训收入50.00万元。外部培训40.00万元，占80%；内部培训10.00万元，占20%。\n",
    )
    assert told(text) == []
    assert "J01-05" in str(told(text.replace("占80%", "占88%")))


def test_classes_may_be_those_of_the_general_budget_alone() -> None:
    """They come to 一般公共预算财政拨款支出, not to all that was granted."""
    text = FINAL.replace(
        "农林水（类）支出4700.00万元，占88.68%", "农林水（类）支出4500.00万元，占88.24%"
    )
    text = text.replace("占1.89%", "占1.96%").replace("占5.66%", "占5.88%")
    text = text.replace("占3.77%", "占3.92%").replace(
        "2022年度财政拨款支出5300.00万元，主要用于",
        "2022年度财政拨款支出5300.00万元，其中一般公共预算财政拨款支出5100.00万元，主要用于",
    )
    assert told(text) == []
    assert "J01-01" in str(
        told(
            text.replace(
                "社会保障和就业（类）支出300.00", "社会保障和就业（类）支出330.00"
            )
        )
    )


def test_what_follows_a_colon_is_of_the_amount_before_it() -> None:
    """…；其中一般公共预算采购700万元：货物400万元、…: those are its parts, not further ones of the whole."""
    text = NATIONAL.replace(
        "政府采购服务预算300.00万元。",
        "政府采购服务预算300.00万元；其中一般公共预算采购700.00万元：货物400.00万元、服务300.00万元。",
    )
    assert told(text) == []
    assert "合起来是 790" in str(
        told(spoilt(text, "购700.00万元：货物400.00", "购700.00万元：货物490.00"))
    )


def test_cars_of_a_numbered_paragraph_add_up_too() -> None:
    """The number before a paragraph is none of an item in a list of cars."""
    text = NATIONAL.replace(
        "七、国有资产占有使用情况\n截至", "七、国有资产占有使用情况\n7.截至"
    )
    assert told(text) == []
    assert "J01-01" in str(told(spoilt(text, "其他用车8辆", "其他用车6辆")))


def test_words_on_the_line_of_a_heading_are_its_content() -> None:
    """（一）机关运行经费。本单位不是机关。: the section is not empty."""
    text = FINAL.replace(
        "六、机关运行经费情况\n", "六、机关运行经费情况。本部门不是机关。\n"
    )
    at = text.index("本部门2022年度机关运行经费支出")
    text = text[:at] + text[text.index("\n", at) + 1 :]
    assert told(text) == []


def test_what_stands_in_brackets_is_part_of_a_part() -> None:
    """其他用车8辆（校车5辆、业务用车3辆）: eight cars, not sixteen."""
    assert (
        told(NATIONAL.replace("其他用车8辆", "其他用车8辆（校车5辆、业务用车3辆）"))
        == []
    )


def test_changes_of_the_parts_come_to_that_of_all_outlay() -> None:
    """支出较去年增加: of the outlay that the paragraph began with, not of what it told last."""
    text = NATIONAL.replace(
        "第四部分 名词解释\n一、",
        "九、收支预算总体情况\n2024年支出预算8,000.00万元，其中：基本支出5,400.00万元，项目支出2,600.00万元。"
        "支出较去年增加30.00万元，其中基本支出增加10.00万元，项目支出增加20.00万元。\n第四部分 名词解释\n一、",
    )
    assert told(text) == []
    assert "差 2" in str(told(spoilt(text, "项目支出增加20.00", "项目支出增加22.00")))


def test_codes_may_stand_for_class_section_and_item() -> None:
    """教育支出（205）普通教育（02）小学教育（02）: an item, as with 类, 款, 项."""
    text = NATIONAL.replace(
        "教育支出（类）普通教育（款）小学教育（项）",
        "教育支出（205）普通教育（02）小学教育（02）",
    )
    assert told(text) == []
    assert "J01-11" in str(
        told(text.replace("4,000.00万元，比", "4,100.00万元，比"))
    ) or "J01-03" in str(told(text.replace("4,000.00万元，比", "4,100.00万元，比")))


def test_a_class_is_held_against_its_items_where_two_digits_exchanged_explain_it() -> (
    None
):
    """Although no other class shows that items are told in full."""
    items = "（项）2024年预算数为2,500.00万元"
    found = told(spoilt(NATIONAL, items, items.replace("2,500", "2,050")))
    assert any("J01-11" in one for one in found) or "J01-03" in found[0], found


def test_a_heading_within_another_section_begins_none() -> None:
    """（二）支出决算具体情况 below 五 is not 三、支出决算情况 again, nor does its full stop make it a sentence."""
    text = FINAL.replace(
        "（三）财政拨款支出决算结构情况\n", "（三）支出决算结构情况。\n"
    )
    assert told(text) == []
    assert "J01-05" in str(told(text.replace("占5.66%", "占6.65%")))


def test_a_heading_that_runs_on_says_what_follows() -> None:
    """公务接待费支出情况。预算5.00万元，决算3.00万元: the plan and the outcome of what the heading names."""
    text = FINAL.replace(
        "本部门2022年度公务接待费支出预算为5.00万元，支出决算3.00万元",
        "预算5.00万元，决算3.00万元",
    )
    assert told(text) == []
    assert "J01-06" in str(told(text.replace("完成预算的60.00%", "完成预算的66.00%")))


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


def test_a_total_that_is_not_of_the_rows_below_it_is_said_not_to_be_held() -> None:
    """Where only the main rows are listed, no column adds up: nobody's mistake, and nothing that was held."""
    text = RIGHT.replace("住房保障支出 | 410.00 | 260.00 | 150.00 |\n", "").replace(
        "教育支出 | 6,950.00 | 4,300.00 | 2,550.00 | 100.00",
        "教育支出 | 6,000.00 | 4,000.00 | 1,950.00 | 50.00",
    )
    found = audited_text(text, "说明.txt")
    assert [one.message for one in found.findings] == []
    (outcome,) = (one for one in found.outcomes if one.check.id == "J05-06")
    assert outcome.reasons["看不出这张表的合计是哪些数加起来的"] == 4


def test_a_heading_within_another_section_does_not_begin_the_one_it_names_anew() -> (
    None
):
    """（一）机关运行经费 under 八、预算绩效情况, once 五、机关运行经费 has been: still of 预算绩效."""
    heading = "八、预算绩效情况\n"
    said = "对运行经费项目开展了评价。"
    text = NATIONAL.replace(heading, f"{heading}（一）机关运行经费\n{said}\n")
    statement = audited_text(text, "说明.txt").statement
    texts = [paragraph.text for paragraph in statement.paragraphs]
    assert (
        statement.sections[texts.index(said)]
        == statement.sections[texts.index(heading.strip())]
    )
