"""Projects: amounts, goals, names, and whole sheets of them."""

from __future__ import annotations

import re
from copy import deepcopy

from tests.injected import slips
from tests.injected.kinds import error
from tests.injected.work import Spot, Target, Work


def amounts(w: Work) -> list[Spot]:
    return [
        spot for spot in w.spots("project", "amount") if slips.can_swap(w.text(spot))
    ]


@error("projects", "项目金额两位写反", 2)
def project_digits_swapped(w: Work) -> None:
    spot = w.pick(amounts(w))
    w.put(spot, slips.digits_swapped(w.text(spot), w.rng))


@error("projects", "一个项目按元填")
def project_in_yuan(w: Work) -> None:
    spot = w.pick(amounts(w))
    w.put(spot, slips.times(w.text(spot), 10_000))


@error("projects", "两个项目的金额互换")
def two_amounts_swapped(w: Work) -> None:
    one = w.pick(amounts(w))
    other = w.pick(
        spot
        for spot in amounts(w)
        if spot.file == one.file and w.text(spot) != w.text(one)
    )
    w.swap(one, other)


@error("projects", "项目金额漏填")
def amount_left_out(w: Work) -> None:
    w.put(w.pick(amounts(w)), "")


@error("projects", "同一个项目交了两张表")
def a_project_twice(w: Work) -> None:
    file = w.pick(w.files)
    number = w.pick(range(len(w.projects(file))))
    w.projects(file).append(deepcopy(w.projects(file)[number]))
    w.say(f"{file} 项目{number + 1:02d} 又附在最后")
    w.blame(
        Target(file, f"项目{len(w.projects(file)):02d}"),
        Target(file, f"项目{number + 1:02d}"),
    )


@error("projects", "漏了一个项目")
def a_project_missing(w: Work) -> None:
    file = w.pick(file for file in w.files if len(w.projects(file)) > 2)
    gone = w.projects(file).pop(w.rng.randrange(len(w.projects(file))))
    w.say(f"{file} 少了项目“{gone['name']}”")
    w.blame(Target(file))


@error("projects", "粘了另一个项目的目标")
def goal_of_another(w: Work) -> None:
    one = w.pick(w.spots("project", "goal"))
    other = w.pick(
        spot
        for spot in w.spots("project", "goal")
        if spot.file == one.file and spot.project != one.project
    )
    w.put(one, w.text(other))


@error("projects", "名称与另一个项目相同")
def name_of_another(w: Work) -> None:
    one = w.pick(w.spots("project", "name"))
    other = w.pick(
        spot
        for spot in w.spots("project", "name")
        if spot.file == one.file and spot.project != one.project
    )
    w.put(one, w.text(other))


@error("projects", "目标里写的金额与项目金额不同", 2)
def amount_in_goal_differs(w: Work) -> None:
    spot = w.spot("project", "goal", lambda text: "支出数为" in text)
    amount = r"(支出数为?)([\d.]+)万元"
    w.put(
        spot,
        re.sub(
            amount,
            lambda found: f"{found[1]}{slips.times(found[2], 3)}万元",
            w.text(spot),
            count=1,
        ),
    )


@error("projects", "资金来源选成基金，本单位没有基金")
def source_without_income(w: Work) -> None:
    spot = w.spot("project", "source", lambda text: text == "一般公共预算拨款")
    if Spot(spot.file, "income", "amount", "fund") in w.spots(
        "income", "amount", "fund"
    ):
        w.pick(())
    w.put(spot, "政府性基金预算拨款")


@error("projects", "项目类别选错", why_not="类别对不对只有批复知道")
def category_wrong(w: Work) -> None:
    spot = w.pick(w.spots("project", "category"))
    w.put(
        spot, "运转类其他项目" if w.text(spot).startswith("特定") else "特定目标类项目"
    )


@error("projects", "目标没有写")
def goal_left_out(w: Work) -> None:
    w.put(w.pick(w.spots("project", "goal")), "")


@error("projects", "整套指标抄另一个项目的")
def indicators_of_another(w: Work) -> None:
    file = w.pick(file for file in w.files if len(w.projects(file)) > 1)
    one, other = w.two(range(len(w.projects(file))))
    w.projects(file)[one]["indicators"] = deepcopy(
        w.projects(file)[other]["indicators"]
    )
    w.say(f"{file} 项目{one + 1:02d} 的指标抄自项目{other + 1:02d}")
    w.blame(Target(file, f"项目{one + 1:02d}"))


@error("projects", "目标里的人数与数量指标不同", 2)
def people_in_goal_differ(w: Work) -> None:
    several = []
    for spot in w.spots("project", "goal"):
        rows = w.projects(spot.file)[spot.project - 1]["indicators"]
        numbers = [
            found[1]
            for row in rows
            if (found := re.fullmatch(r"≥?(\d+)(?:人|份|起)", row.get("value", "")))
        ]
        several += [
            (spot, number)
            for number in numbers
            if re.search(rf"(?<![\d.]){number}(?=名|人|份|起|余份)", w.text(spot))
        ]
    spot, number = w.pick(several)
    w.put(
        spot,
        re.sub(
            rf"(?<![\d.]){number}(?=名|人|份|起|余份)",
            slips.times(number, 2),
            w.text(spot),
            count=1,
        ),
    )
