"""Figures: amounts of income, spending, the three public expenses and running costs."""

from __future__ import annotations

from decimal import Decimal

from tests.injected import slips
from tests.injected.kinds import error
from tests.injected.work import Spot, Work


def entries(w: Work) -> list[Spot]:
    """The amounts of this year that other amounts must agree with."""
    this_year = [
        spot
        for spot in w.spots("composition", "this_year")
        if spot.row in ("personnel", "operating", "project")
    ]
    several = w.spots("income", "amount") + w.spots("outlay", "amount") + this_year
    return [spot for spot in several if slips.can_swap(w.text(spot))]


@error("figures", "相邻两位数字写反", 3)
def two_digits_swapped(w: Work) -> None:
    spot = w.pick(entries(w))
    w.put(spot, slips.digits_swapped(w.text(spot), w.rng))


@error("figures", "小数点错一位", 2)
def decimal_point_off(w: Work) -> None:
    spot = w.pick(entries(w))
    w.put(spot, w.pick([slips.times(w.text(spot), 10), slips.part(w.text(spot), 10)]))


@error("figures", "一格按元填", 2)
def yuan_for_ten_thousand(w: Work) -> None:
    spot = w.pick(entries(w))
    w.put(spot, slips.times(w.text(spot), 10_000))


@error("figures", "漏一位数字")
def a_digit_dropped(w: Work) -> None:
    spot = w.pick(entries(w))
    w.put(spot, slips.digit_dropped(w.text(spot), w.rng))


@error("figures", "多一位数字")
def a_digit_doubled(w: Work) -> None:
    spot = w.pick(entries(w))
    w.put(spot, slips.digit_doubled(w.text(spot), w.rng))


@error("figures", "四舍五入到整数")
def rounded(w: Work) -> None:
    spot = w.pick(spot for spot in entries(w) if "." in w.text(spot))
    w.put(spot, str(Decimal(w.text(spot)).quantize(Decimal(1))))


@error("figures", "金额前多打负号")
def made_negative(w: Work) -> None:
    spot = w.pick(w.spots("outlay", "amount"))
    w.put(spot, f"-{w.text(spot)}")


@error("figures", "三位小数")
def a_third_decimal(w: Work) -> None:
    spot = w.pick(spot for spot in entries(w) if "." in w.text(spot))
    w.put(
        spot, f"{w.text(spot)}{'4' if len(w.text(spot).split('.')[1]) == 2 else '04'}"
    )


@error("figures", "拨款收入填到下一行基金里")
def income_one_row_too_low(w: Work) -> None:
    spot = w.pick(w.spots("income", "amount", "general"))
    w.move(spot, Spot(spot.file, "income", "amount", "fund"))


@error("figures", "支出科目填低一行", why_not="合计不变，表里没有别的数说它是哪一类")
def outlay_one_row_too_low(w: Work) -> None:
    spot = w.pick(w.spots("outlay", "amount", "f221"))
    w.move(spot, Spot(spot.file, "outlay", "amount", "f222"))


@error("figures", "合计格手工填成别的数", 2)
def a_total_typed_over(w: Work) -> None:
    file = w.pick(w.files)
    block, row, column = w.pick(
        [
            ("composition", "total", "this_year"),
            ("income", "current", "amount"),
            ("outlay", "total", "amount"),
        ]
    )
    source = w.pick(w.spots("income", "amount", "general"))
    w.put(Spot(file, block, column, row), slips.digit_dropped(w.text(source), w.rng))


@error("figures", "支出构成两个年度的列填反")
def composition_years_swapped(w: Work) -> None:
    file = w.pick(w.files)
    for row in ("personnel", "operating", "project", "own"):
        one = Spot(file, "composition", "this_year", row)
        other = one.beside("last_year")
        if w.text(one) != w.text(other):
            w.swap(one, other)


@error("figures", "三公经费一行两个年度填反")
def three_public_years_swapped(w: Work) -> None:
    one = w.spot("three_public", "this_year", slips.is_amount)
    w.swap(one, one.beside("last_year"))


@error("figures", "上年数漏填")
def last_year_left_out(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in w.spots("composition", "last_year")
        if spot.row in ("personnel", "operating", "project")
    )
    w.put(spot, "")


@error("figures", "上年数大十倍")
def last_year_ten_times(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in w.spots("composition", "last_year")
        if spot.row in ("personnel", "operating")
    )
    w.put(spot, slips.times(w.text(spot), 10))


@error("figures", "上年数两位写反", why_not="上年的数，表里没有第二处，变动也仍然合理")
def last_year_digits_swapped(w: Work) -> None:
    spot = w.spot("composition", "last_year", slips.is_amount, "operating")
    whole, _, cents = w.text(spot).partition(".")
    w.put(spot, f"{whole}.{cents[::-1] if len(set(cents)) > 1 else '07'}")


@error("figures", "机关运行经费与公用经费不一致")
def operating_differs(w: Work) -> None:
    spot = w.pick(
        spot for spot in w.spots("operating", "amount") if slips.can_swap(w.text(spot))
    )
    w.put(spot, slips.times(w.text(spot), 10))


@error("figures", "车辆运维费填到接待费一行")
def running_costs_as_reception(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in w.spots("three_public", "this_year", "vehicle_running")
        if slips.is_amount(w.text(spot))
    )
    w.put(Spot(spot.file, "three_public", "this_year", "reception"), w.text(spot))
    w.put(spot, "0")


@error("figures", "填了没有预算的公务用车购置")
def a_car_nobody_budgeted(w: Work) -> None:
    spot = w.spot(
        "three_public", "this_year", lambda text: text == "0", "vehicle_purchase"
    )
    w.put(spot, "18")


@error("figures", "收支一起多填一百万，支出构成没有动")
def both_sides_a_hundred_more(w: Work) -> None:
    file = w.pick(w.files)
    for block, row in (
        ("income", "general"),
        ("outlay", w.pick(w.spots("outlay", "amount")).row),
    ):
        spot = Spot(file, block, "amount", row)
        w.put(spot, slips.written(Decimal(w.text(spot) or "0") + 100))


@error("figures", "其中本级支出大于项目支出")
def own_share_larger(w: Work) -> None:
    spot = w.spot("composition", "this_year", slips.is_amount, "own")
    w.put(spot, slips.written(Decimal(w.text(spot)) + 300))
