"""Procurement."""

from __future__ import annotations

from copy import deepcopy

from tests.injected import slips
from tests.injected.kinds import error
from tests.injected.work import Spot, Target, Work


def line(w: Work, column: str = "amount") -> Spot:
    """A filled place of a column by chance."""
    return w.pick(
        spot for spot in w.spots("procurement", column) if w.text(spot) not in ("", "0")
    )


@error("procurement", "数量写错，乘单价不是金额", 2)
def quantity_wrong(w: Work) -> None:
    spot = line(w, "quantity")
    w.put(spot, slips.times(w.text(spot), w.pick([2, 10])))


@error("procurement", "单价按元填")
def price_in_yuan(w: Work) -> None:
    spot = line(w, "price")
    w.put(spot, slips.times(w.text(spot), 10_000))


@error("procurement", "资金来源错一列")
def source_one_column_right(w: Work) -> None:
    spot = line(w, "general")
    w.move(spot, spot.beside("fund"))


@error("procurement", "预算资金按元填")
def project_fund_in_yuan(w: Work) -> None:
    spot = line(w, "project_fund")
    w.put(spot, slips.times(w.text(spot), 10_000))


@error("procurement", "来源之和不是金额")
def sources_do_not_add_up(w: Work) -> None:
    spot = line(w, "general")
    w.put(spot, slips.part(w.text(spot), 2))


@error("procurement", "目录序号漏字母、写成名称", 2)
def catalogue_wrong(w: Work) -> None:
    spot = line(w, "catalogue")
    w.put(spot, w.pick([w.text(spot)[1:], "货物类", f"D{w.text(spot)[1:]}"]))


@error("procurement", "货物用了服务的序号")
def catalogue_of_a_service(w: Work) -> None:
    spot = line(w, "catalogue")
    w.put(spot, ("C" if w.text(spot).startswith("A") else "A") + w.text(spot)[1:])
    w.cannot_be_found("序号与物品合不合，要有目录才知道")


@error("procurement", "采购大于项目的预算资金")
def more_than_the_project_has(w: Work) -> None:
    spot = line(w)
    factor = 6
    for column in ("quantity", "amount", "general", "reserve"):
        if w.text(spot.beside(column)):
            w.write(
                spot.beside(column), slips.times(w.text(spot.beside(column)), factor)
            )
    w.blame(spot, spot.beside("quantity"))


@error("procurement", "预留份额大于金额")
def reserve_larger(w: Work) -> None:
    spot = line(w, "reserve")
    w.put(spot, slips.times(w.text(spot), 3))


@error("procurement", "项目名称不是本单位的项目")
def a_project_nobody_has(w: Work) -> None:
    spot = line(w, "project")
    w.put(spot, w.pick(["办公楼维修改造经费", "职业技能大赛经费", "智慧人社平台建设"]))


@error("procurement", "物品名称没填")
def item_left_out(w: Work) -> None:
    w.put(line(w, "item"), "")


@error("procurement", "一行粘了两次")
def a_line_twice(w: Work) -> None:
    spot = line(w)
    rows = w.units[spot.file]["procurement"]
    rows.append(deepcopy(rows[spot.line - 1]))
    w.say(f"{spot.file} 采购第 {spot.line} 行又粘在最后")
    w.blame(spot, Spot(spot.file, "procurement", "amount", line=len(rows)))


@error("procurement", "漏了一行，与批复数不符")
def a_line_missing(w: Work) -> None:
    w.need_whole()
    spot = w.pick(
        spot
        for spot in w.spots("procurement", "amount")
        if len(w.units[spot.file]["procurement"]) > 1
    )
    w.units[spot.file]["procurement"].pop(spot.line - 1)
    w.say(f"{spot.file} 采购少了第 {spot.line} 行")
    w.blame(Target(spot.file, "政府采购"))


@error("procurement", "数量与单价填反")
def quantity_and_price_swapped(w: Work) -> None:
    spot = w.pick(
        spot
        for spot in w.spots("procurement", "quantity")
        if "." in w.text(spot.beside("price"))
    )
    w.swap(spot, spot.beside("price"))


@error("procurement", "有采购，勾了本表无数据")
def ticked_as_empty(w: Work) -> None:
    file = line(w).file
    w.units[file]["ticks"]["procurement"] = "本表无数据"
    w.say(f"{file} 政府采购勾了“本表无数据”")
    w.blame(Spot(file, "sheet", "tick"), Target(file, "政府采购"))


@error("procurement", "金额写错，单价乘数量、来源都对不上")
def amount_wrong(w: Work) -> None:
    spot = line(w)
    w.put(spot, slips.times(w.text(spot), 10))
