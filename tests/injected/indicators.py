"""Indicators: values, units of measure, levels and grounds."""

from __future__ import annotations

import re
from copy import deepcopy

from tests.injected import slips
from tests.injected.kinds import error
from tests.injected.work import Data, Spot, Target, Work


def of_level(w: Work, level2: str, column: str = "value") -> list[Spot]:
    """A column's places in the rows of one level 2."""
    return [
        spot
        for spot in w.spots("indicators", column)
        if w.row_of(spot).get("level2") == level2
    ]


def shares(w: Work) -> list[Spot]:
    return [
        spot
        for spot in w.spots("indicators", "value")
        if re.fullmatch(r"≥\d+%", w.text(spot))
    ]


def rates(w: Work) -> list[Spot]:
    """The values in percent of what is called a rate."""
    several = [spot for spot in w.spots("indicators", "value") if "%" in w.text(spot)]
    return [spot for spot in several if w.row_of(spot)["level3"].endswith("率")]


def indicators(w: Work, spot: Spot) -> list[Data]:
    rows: list[Data] = w.projects(spot.file)[spot.project - 1]["indicators"]
    return rows


@error("indicators", "百分数多一位、少一位", 2)
def a_share_out_of_range(w: Work) -> None:
    spot = w.pick(shares(w))
    w.put(
        spot,
        w.text(spot).replace("95", w.pick(["955", "9.5", "195"])).replace("98", "988"),
    )


@error("indicators", "满意度方向写反")
def the_sign_turned(w: Work) -> None:
    spot = w.pick(
        spot for spot in of_level(w, "服务对象满意度指标") if "≥" in w.text(spot)
    )
    w.put(spot, w.text(spot).replace("≥", "≤"))


@error("indicators", "成本指标方向写反")
def a_cost_at_least(w: Work) -> None:
    spot = w.pick(spot for spot in of_level(w, "成本指标") if "≤" in w.text(spot))
    w.put(spot, w.text(spot).replace("≤", "≥"))


@error("indicators", "指标值漏了单位", 2)
def no_unit(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in w.spots("indicators", "value")
        if re.fullmatch(r"≥?\d+(%|人|份|次|台|家)", w.text(spot))
    )
    w.put(spot, re.sub(r"\D+$", "", w.text(spot)))


@error("indicators", "成本的元写成万元、万元写成元", 3)
def yuan_or_ten_thousand(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in of_level(w, "成本指标")
        if re.fullmatch(r"≤[\d.]+万?元", w.text(spot))
    )
    text = w.text(spot)
    w.put(
        spot,
        text.replace("万元", "元") if "万元" in text else text.replace("元", "万元"),
    )


@error("indicators", "成本差十倍、百倍", 2)
def cost_far_off(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in of_level(w, "成本指标")
        if re.fullmatch(r"≤[\d.]+万?元", w.text(spot))
    )
    w.put(spot, slips.number_changed(w.text(spot), w.pick([10, 100])))


@error("indicators", "数量多一个零", 2)
def quantity_ten_times(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in of_level(w, "数量指标")
        if re.fullmatch(r"≥?\d+(人|份|起|台|家|人次)", w.text(spot))
    )
    w.put(spot, slips.number_changed(w.text(spot), 10))


@error("indicators", "数量的单位写成钱")
def quantity_in_money(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in of_level(w, "数量指标")
        if re.fullmatch(r"≥?\d+(人|份|起|台|家|人次)", w.text(spot))
    )
    w.put(spot, re.sub(r"(人次|人|份|起|台|家)$", "万元", w.text(spot)))


@error("indicators", "十三个月")
def a_thirteenth_month(w: Work) -> None:
    spot = w.spot("indicators", "value", lambda text: text == "≤12月")
    w.put(spot, w.pick(["≤13月", "≤15月", "≤0月"]))


@error("indicators", "指标值没填")
def value_left_out(w: Work) -> None:
    w.put(w.pick(w.spots("indicators", "value")), "")


@error("indicators", "指标值写成话", 2)
def value_in_words(w: Work) -> None:
    spot = w.pick(shares(w))
    w.put(spot, w.pick(["满意", "较好", "显著提升", "达标", "优", "按要求完成"]))


@error("indicators", "率的指标写成人数")
def a_rate_in_people(w: Work) -> None:
    spot = w.pick(rates(w))
    w.put(spot, w.pick(["≥95人", "≥12次", "≤12月"]))


@error("indicators", "二级指标填低一行")
def level2_one_row_too_low(w: Work) -> None:
    output = ("数量指标", "质量指标", "时效指标", "成本指标")
    one = w.spot("indicators", "level2", lambda text: text in output[:-1])
    other = Spot(
        one.file, "indicators", "level2", line=one.line + 1, project=one.project
    )
    if w.text(other) not in output or w.text(other) == w.text(one):
        w.pick(())
    w.swap(one, other)


@error("indicators", "一级指标漏填")
def level1_left_out(w: Work) -> None:
    spot = w.pick(spot for spot in w.spots("indicators", "level1") if spot.line > 1)
    w.put(spot, "")


@error("indicators", "三级指标抄二级指标")
def level3_copies_level2(w: Work) -> None:
    spot = w.pick(w.spots("indicators", "level3"))
    w.put(spot, w.row_of(spot)["level2"])


@error("indicators", "三级指标没填")
def level3_left_out(w: Work) -> None:
    w.put(w.pick(w.spots("indicators", "level3")), "")


@error("indicators", "整段目标粘进三级指标")
def a_goal_as_level3(w: Work) -> None:
    spot = w.pick(w.spots("indicators", "level3"))
    w.put(spot, w.projects(spot.file)[spot.project - 1]["goal"][:90])


@error("indicators", "描述是别的项目的")
def description_of_another(w: Work) -> None:
    spot = w.pick(of_level(w, "数量指标", "description"))
    names = (
        "退休",
        "招聘",
        "租金",
        "邮寄",
        "档案",
        "仲裁",
        "培训",
        "代办员",
        "劳务派遣",
        "维护设备",
    )
    several = [
        other
        for other in of_level(w, "数量指标", "description")
        if any(name in w.text(other) for name in names)
    ]
    project = w.projects(spot.file)[spot.project - 1]
    foreign = [
        other
        for other in several
        if not any(name in w.text(other) and name in str(project) for name in names)
    ]
    w.put(spot, w.text(w.pick(foreign)))


@error("indicators", "依据没填")
def basis_left_out(w: Work) -> None:
    w.put(w.pick(w.spots("indicators", "basis")), "")


@error("indicators", "依据什么也没说", 2)
def basis_says_nothing(w: Work) -> None:
    w.put(
        w.pick(w.spots("indicators", "basis")),
        w.pick(["无", "同上", "-", "依据", "领导要求", "自定"]),
    )


@error("indicators", "依据抄三级指标")
def basis_copies_level3(w: Work) -> None:
    spot = w.pick(w.spots("indicators", "basis"))
    w.put(spot, w.row_of(spot)["level3"])


@error("indicators", "一行粘了两次")
def a_row_twice(w: Work) -> None:
    spot = w.pick(w.spots("indicators", "value"))
    rows = indicators(w, spot)
    again = deepcopy(rows[spot.line - 1])
    again.pop("level1", None)
    rows.insert(spot.line, again)
    w.say(f"{spot.file} {spot.said} 的一行又粘在下面")
    w.blame(
        spot,
        Spot(
            spot.file, "indicators", "value", line=spot.line + 1, project=spot.project
        ),
    )


@error("indicators", "少了成本、满意度的一行")
def a_level_missing(w: Work) -> None:
    spot = w.pick(of_level(w, "成本指标") + of_level(w, "服务对象满意度指标"))
    rows = indicators(w, spot)
    gone = rows.pop(spot.line - 1)
    if "level1" in gone and spot.line <= len(rows):
        rows[spot.line - 1].setdefault("level1", gone["level1"])
    w.say(f"{spot.file} 项目{spot.project:02d} 删了“{gone['level2']}”一行")
    w.blame(Target(spot.file, spot.sheet))


@error("indicators", "数量与成本的指标值填反")
def two_values_swapped(w: Work) -> None:
    one = w.pick(of_level(w, "数量指标"))
    other = w.pick(
        spot
        for spot in of_level(w, "成本指标")
        if (spot.file, spot.project) == (one.file, one.project)
    )
    w.swap(one, other)


@error("indicators", "指标值与依据两格填反")
def value_and_basis_swapped(w: Work) -> None:
    spot = w.pick(w.spots("indicators", "value"))
    w.swap(spot, spot.beside("basis"))


@error("indicators", "一行从三级指标起右移一格")
def a_row_one_column_right(w: Work) -> None:
    spot = w.pick(w.spots("indicators", "level3"))
    row = w.row_of(spot)
    for column, left in (
        ("basis", "value"),
        ("value", "description"),
        ("description", "level3"),
    ):
        w.put(spot.beside(column), row[left])
    w.put(spot, "")


@error("indicators", "比率当单位")
def ratio_as_a_unit(w: Work) -> None:
    spot = w.pick(shares(w))
    w.put(spot, w.text(spot).replace("%", w.pick(["比率", "百分比", "％％", "‰"])))


@error("indicators", "范围的两头写反")
def a_range_turned(w: Work) -> None:
    w.put(w.pick(shares(w)), w.pick(["98%-95%", "95%～90%"]))


@error("indicators", "完成率超过百分之百")
def more_than_all(w: Work) -> None:
    spot = w.pick(rates(w))
    w.put(spot, w.pick(["≥101%", "≥110%", "120%"]))


@error("indicators", "年限与项目不合", why_not="几年才对，表里没有别的数可比")
def another_number_of_years(w: Work) -> None:
    spot = w.spot(
        "indicators", "value", lambda text: bool(re.fullmatch(r"≥[1-4]年", text))
    )
    w.put(spot, "≥5年")
