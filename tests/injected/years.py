"""Years: last year's sheet copied forward, and years that cannot be."""

from __future__ import annotations

import re

from tests.injected import slips
from tests.injected.kinds import error
from tests.injected.work import Spot, Work


@error("years", "目标里的本年没有改过来", 2)
def last_years_goal(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in [*w.spots("project", "goal"), *w.spots("goals", "indicators")]
        if "2023年" in w.text(spot)
    )
    w.put(spot, w.text(spot).replace("2023年", "2022年"))


@error("years", "目标写成去年完成")
def done_last_year(w: Work) -> None:
    spot = w.pick(w.spots("project", "goal"))
    w.put(
        spot,
        slips.inserted(
            w.text(spot),
            w.pick(
                [
                    "确保2022年年底前全部完成，",
                    "力争2022年11月底完成全年任务，",
                    "计划于2021年内支付完毕，",
                ]
            ),
            w.rng,
        ),
    )


@error("years", "批复文号的年份是去年")
def approval_number_of_last_year(w: Work) -> None:
    spot = w.pick(
        spot for spot in w.spots("approval", "number") if "2023" in w.text(spot)
    )
    w.put(spot, w.text(spot).replace("2023", "2022"))


@error("years", "批复日期是去年")
def approval_date_of_last_year(w: Work) -> None:
    spot = w.pick(w.spots("approval", "date"))
    w.put(spot, w.text(spot).replace("2023", "2022"))


@error("years", "指标依据是还没有的年度")
def basis_of_a_year_to_come(w: Work) -> None:
    spot = w.pick(w.spots("indicators", "basis"))
    w.put(
        spot,
        w.pick(
            ["根据2024年实际发放人数统计", "2023年度决算报表", "根据2025年工作总结"]
        ),
    )


@error("years", "资产附注的日期早了一年")
def assets_of_two_years_ago(w: Work) -> None:
    w.put(
        Spot(w.lead, "notes", "assets"), "以上为截至2021年12月31日的固定资产占用情况。"
    )


@error("years", "时效指标的日期是去年")
def value_dated_last_year(w: Work) -> None:
    spot = w.spot(
        "indicators", "value", lambda text: bool(re.fullmatch(r"[≤≥]?\d+月", text))
    )
    w.put(spot, w.pick(["2022年12月底前", "≤2022年12月", "2022.12.31前"]))


@error("years", "增减原因比的是前年")
def compared_with_two_years_ago(w: Work) -> None:
    spot = w.pick(w.spots("composition", "reason"))
    w.put(spot, f"与2021年相比，{w.text(spot)}")


@error("years", "保障措施还是去年的")
def safeguard_of_last_year(w: Work) -> None:
    spot = w.pick(w.spots("safeguards", "text"))
    w.put(
        spot,
        w.pick(["2022年，", "按照2022年度部门预算安排，", "做好2021年工作，"])
        + w.text(spot),
    )


@error("years", "项目名称里下达的年度是去年")
def name_of_last_year(w: Work) -> None:
    spot = w.spot("project", "name", lambda text: "2023年" in text)
    w.put(spot, w.text(spot).replace("2023年", "2022年"))


@error("years", "年份多打、少打一位")
def a_year_mistyped(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in [*w.spots("project", "goal"), *w.spots("indicators", "basis")]
        if "202" in w.text(spot)
    )
    w.put(spot, w.text(spot).replace("2022年", "2202年").replace("2023年", "20223年"))
