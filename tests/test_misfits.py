"""Of a product that does not fit its project's amount, the number that is probably wrong is named first."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.model import Cell, Return
from toolkit.profile.bounds import bounds
from toolkit.profile.loading import load
from toolkit.returns.data import computed, from_data
from toolkit.rules.catalogue import RULES
from toolkit.rules.misfits import Fit, judged
from toolkit.rules.rule import Breach

PROFILE = load("hebei-2023")
BOUNDS = bounds("hebei-2023")
RULE = next(rule for rule in RULES if rule.id == "D05-09")


def returned(*projects: dict[str, Any], spent: str = "") -> Return:
    """A return of these projects; `spent` is the project expenditure of the form 支出构成."""
    data: dict[str, Any] = {"projects": list(projects)}
    if spent:
        data["composition"] = {"project": {"this_year": spent}}
    return computed(from_data(data, PROFILE, "甲.xlsx"), PROFILE.book)


def project(
    amount: str, quantity: str, cost: str, goal: str = "", name: str = "甲"
) -> dict[str, Any]:
    rows = [
        {
            "level2": "数量指标",
            "level3": "人员数量",
            "description": "发放人员数量",
            "value": quantity,
        },
        {
            "level2": "成本指标",
            "level3": "发放成本",
            "description": "人均发放成本",
            "value": cost,
        },
    ]
    return {"name": name, "amount": amount, "goal": goal, "indicators": rows}


def first(book: Return) -> tuple[str, ...]:
    """What the first cell of each finding holds: an indicator's value, or a project's amount."""
    assert RULE.look is not None
    held: dict[Cell, str] = {}
    for one in book.projects:
        amount = one.head.figure("amount")
        held |= {cell: str(amount.number) for cell in amount.cells()}
        held |= {
            cell: row.text("value")
            for row in one.indicators
            for cell in row.words("value").cells()
        }
    return tuple(
        held[breach.cells[0]]
        for breach in RULE.look(book, BOUNDS)
        if isinstance(breach, Breach)
    )


GOAL = "保障44名人员。"
TWIN = project("26.4", "44人", "6000元", name="乙")


@pytest.mark.parametrize(
    ("book", "wrong"),
    [
        pytest.param(
            returned(project("26.4", "44人", "60000元")),
            "60000元",
            id="nothing decides: the cost",
        ),
        pytest.param(
            returned(project("26.4", "44人", "60000元", GOAL)),
            "60000元",
            id="the goal repeats the quantity",
        ),
        pytest.param(
            returned(project("26.4", "440人", "6000元", GOAL)),
            "440人",
            id="the goal has another quantity",
        ),
        pytest.param(
            returned(project("26.4", "440人", "6000元", "每人发6000元。")),
            "440人",
            id="the goal repeats the cost",
        ),
        pytest.param(
            returned(project("26.4", "440人", "6000元"), TWIN),
            "440人",
            id="the same row elsewhere would fit",
        ),
        pytest.param(
            returned(project("26.4", "44人", "60000元"), TWIN),
            "60000元",
            id="the same quantity stands elsewhere",
        ),
        pytest.param(
            returned(project("2.7", "450人", "600元", "补助45人。")),
            "450人",
            id="the goal has its digits",
        ),
        pytest.param(
            returned(project("264", "44人", "6000元"), spent="26.4"),
            "264",
            id="the projects do not add up",
        ),
        pytest.param(
            returned(project("264", "44人", "6000元", "全年项目支出26.4万元。")),
            "264",
            id="the goal states another total",
        ),
        pytest.param(
            returned(project("26.4", "44人", "60000元"), spent="26.4"),
            "60000元",
            id="the projects add up: the amount is right",
        ),
    ],
)
def test_the_number_that_is_probably_wrong_comes_first(
    book: Return, wrong: str
) -> None:
    assert first(book) == (wrong,)


@pytest.mark.parametrize(
    ("cost", "fit"),
    [
        ("≤6000元", Fit.EXACT),
        ("≤4000元", Fit.NEAR),
        ("≤60000元", Fit.APART),
        ("≤1元", Fit.APART),
        ("≤500元/人/月", Fit.EXACT),
        ("≤6000元/人/月", Fit.PERIOD),
        ("≤0元", Fit.UNKNOWN),
    ],
)
def test_a_cost_is_judged_by_what_it_comes_to(cost: str, fit: Fit) -> None:
    (one,) = judged(returned(project("26.4", "44人", cost)), BOUNDS)
    assert one.fit is fit


@pytest.mark.parametrize("goal", ["", "项目支出0万元。"])
def test_a_return_without_amounts_is_not_judged(goal: str) -> None:
    assert judged(returned(project("", "44人", "6000元", goal)), BOUNDS) == ()


@pytest.mark.parametrize(
    "cost",
    [
        "0-5元",
        "5000-7000元",
        "0.00001元",
        "9999999999999999999999元",
        "5元/",
        "元/人",
        "/人5元",
        "3元/人/人",
    ],
)
def test_any_writing_of_a_cost_is_taken(cost: str) -> None:
    assert len(judged(returned(project("26.4", "44人", cost)), BOUNDS)) <= 1
    assert len(judged(returned(project("26.4", "44·", cost)), BOUNDS)) <= 1


def sheet(amount: str, *rows: tuple[str, str, str], goal: str = "") -> Return:
    """A return of one project; a row is its level, its name and its value."""
    said = [
        {"level2": level, "level3": name, "value": value} for level, name, value in rows
    ]
    return returned({"name": "甲", "amount": amount, "goal": goal, "indicators": said})


QUANTITY, COST = "数量指标", "成本指标"
DEVICES = (
    (QUANTITY, "甲种", "31台"),
    (QUANTITY, "乙种", "17台"),
    (QUANTITY, "丙种", "23台"),
)


@pytest.mark.parametrize(
    "book",
    [
        pytest.param(
            sheet(
                "36",
                (QUANTITY, "会议人数", "40人"),
                (COST, "会议标准", "≤350元/人/天"),
                (COST, "场租", "≤7万元"),
            ),
            id="nobody says how many days",
        ),
        pytest.param(
            sheet("36", (COST, "话费", "≤500元/部/月")),
            id="nobody says how many phones",
        ),
        pytest.param(
            sheet(
                "60",
                *DEVICES,
                (COST, "一号单价", "≤3100元/台"),
                (COST, "二号单价", "≤4700元/台"),
            ),
            id="any of three quantities may be meant",
        ),
        pytest.param(
            sheet(
                "20",
                (QUANTITY, "人数", "40人"),
                (QUANTITY, "期数", "3期"),
                (COST, "标准", "≤2500元/参会者"),
            ),
            id="a thing that is no unit is people",
        ),
        pytest.param(
            sheet(
                "99",
                *DEVICES,
                *(
                    (COST, f"{number}号单价", f"≤{number}130元/台")
                    for number in (3, 4, 5, 6)
                ),
            ),
            id="more ways to add up than are tried",
        ),
    ],
)
def test_what_may_be_right_is_not_told(book: Return) -> None:
    assert first(book) == ()
    assert judged(book, BOUNDS)


def test_a_part_with_the_digits_of_the_goal_is_the_wrong_quantity() -> None:
    rows = (
        (QUANTITY, "甲种购置", "31000台"),
        (QUANTITY, "乙种购置", "17套"),
        (COST, "甲种单价", "≤3000元/台"),
        (COST, "乙种单价", "≤5000元/套"),
    )
    assert first(sheet("17.8", *rows, goal="购置甲种31台、乙种17套。")) == ("31000台",)


def told_by(rule: str, book: Return) -> int:
    look = next(one.look for one in RULES if one.id == rule)
    assert look is not None
    return len(list(look(book, BOUNDS)))


@pytest.mark.parametrize("rule", ["D07-01", "D07-09"])
def test_a_wrong_quantity_is_told_once_with_the_cost_that_shows_it(rule: str) -> None:
    wrong = project("26.4", "440人", "6000元", "保障44名人员，为44名人员发放。")
    assert len(first(returned(wrong))) == 1
    assert told_by(rule, returned(wrong)) == 0


def test_a_wrong_part_of_a_whole_is_told_once() -> None:
    rows = (
        (QUANTITY, "养护里程", "599公里"),
        (QUANTITY, "其中：县道养护里程", "186公里"),
        (QUANTITY, "其中：乡道养护里程", "41300公里"),
        (COST, "乡道养护标准", "5000元/公里"),
    )
    goal = "养护县道186公里、乡道413公里。"
    assert first(sheet("210", *rows, goal=goal)) == ("41300公里",)
    assert told_by("D07-10", sheet("210", *rows, goal=goal)) == 0
    assert told_by("D07-10", sheet("", *rows)) == 1


def test_costs_of_nothing_are_not_told() -> None:
    free = (
        (QUANTITY, "甲种", "31台"),
        (QUANTITY, "乙种", "17套"),
        (COST, "甲种单价", "≤0元/台"),
        (COST, "乙种单价", "≤0元/套"),
    )
    assert first(sheet("17.8", *free)) == ()
