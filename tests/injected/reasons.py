"""Reasons for increases and decreases."""

from __future__ import annotations

from decimal import Decimal

from tests.injected import slips
from tests.injected.kinds import error
from tests.injected.work import Spot, Work


def change(w: Work, spot: Spot) -> Decimal:
    """By how much a row of 支出构成 or 三公经费 has grown."""
    rows = {"basic": ("personnel", "operating")}.get(spot.row, (spot.row,))
    held = w.units[spot.file][spot.block]
    amounts = [held.get(row, {}) for row in rows]
    return sum(
        (
            Decimal(one.get("this_year", "0")) - Decimal(one.get("last_year", "0"))
            for one in amounts
        ),
        Decimal(0),
    )


def reasons(w: Work) -> list[Spot]:
    several = w.spots("composition", "reason") + w.spots("three_public", "reason")
    return [spot for spot in several if change(w, spot)]


@error("reasons", "有增减，原因没写", 2)
def reason_left_out(w: Work) -> None:
    w.put(w.pick(reasons(w)), "")


@error("reasons", "只说经费变了", 2)
def reason_says_nothing(w: Work) -> None:
    spot = w.pick(reasons(w))
    up = change(w, spot) > 0
    w.put(
        spot,
        w.pick(
            ["经费增加", "支出比上年增加"] if up else ["经费减少", "比上年有所下降"]
        ),
    )


@error("reasons", "原因与增减方向相反", 2)
def the_wrong_direction(w: Work) -> None:
    spot = w.pick(reasons(w))
    up = change(w, spot) > 0
    down = [
        "落实过紧日子要求，压减一般性支出",
        "人员退休3名，工资支出减少",
        "上年一次性项目本年不再安排",
    ]
    w.put(
        spot,
        w.pick(
            down
            if up
            else ["新增在职人员5名，支出增加", "本年新增信息系统建设项目，经费增加"]
        ),
    )


@error("reasons", "原因里的金额不是表里的")
def an_amount_that_differs(w: Work) -> None:
    spot = w.pick(reasons(w))
    amount = abs(change(w, spot))
    word = "增加" if change(w, spot) > 0 else "减少"
    w.put(spot, f"{w.text(spot)}，共{word}{slips.times(slips.written(amount), 2)}万元")


@error("reasons", "没有增减，却写了原因")
def a_reason_for_nothing(w: Work) -> None:
    file = w.pick(w.files)
    row = w.pick(["abroad", "reception"])
    held = w.units[file]["three_public"].get(row, {})
    if held.get("this_year") != held.get("last_year"):
        w.pick(())
    w.put(Spot(file, "three_public", "reason", row), "压减公务活动，支出减少")


@error("reasons", "写同上、详见附件")
def see_elsewhere(w: Work) -> None:
    w.put(w.pick(reasons(w)), w.pick(["同上", "详见附件", "见情况说明", "无", "/"]))


@error("reasons", "套话，不是原因")
def a_set_phrase(w: Work) -> None:
    w.put(
        w.pick(reasons(w)),
        w.pick(["根据实际需要安排", "按照财政部门要求编制", "据实测算", "因工作需要"]),
    )


@error("reasons", "有增减，写持平")
def said_to_be_level(w: Work) -> None:
    w.put(w.pick(reasons(w)), w.pick(["与上年持平", "与上年一致，没有变化"]))


@error("reasons", "粘了别的表的原因")
def a_reason_of_another_form(w: Work) -> None:
    spot = w.pick(w.spots("composition", "reason"))
    w.put(
        spot,
        "公务接待批次减少，接待费相应压减"
        if change(w, spot) > 0
        else "新购置公务用车1辆，购置费增加",
    )


@error("reasons", "一句话只写了一半")
def half_a_reason(w: Work) -> None:
    spot = w.pick(reasons(w))
    w.put(spot, w.pick(["主要原因是", "由于人员", "因本年度新增的"]))


@error("reasons", "车辆费的原因写成出国")
def of_another_row(w: Work) -> None:
    spot = w.pick(spot for spot in w.spots("three_public", "reason") if change(w, spot))
    w.put(
        spot,
        "因公出国（境）团组减少" if change(w, spot) < 0 else "因公出国（境）团组增加",
    )
