"""What is said of a purchase: which column the money belongs into, which figure is wrong, which share by which day."""

from __future__ import annotations

import pytest

from tests.test_statement import PROFILE, unit
from toolkit.model import Return
from toolkit.profile.bounds import bounds, in_force
from toolkit.profile.stored import home, read_json
from toolkit.rules.catalogue import RULES
from toolkit.rules.rule import Breach

BOUNDS = bounds(PROFILE.id)
BOUGHT = {
    "project": "修路",
    "item": "沥青",
    "catalogue": "A07",
    "quantity": "10",
    "price": "0.5",
    "amount": "5",
}


def told(rule: str, book: Return) -> list[str]:
    """The messages of one rule on a return."""
    (found,) = (one for one in RULES if one.id == rule)
    assert found.look is not None
    seen = found.look(book, BOUNDS)
    return [
        found.message.format(unit=BOUNDS.unit, **one.places)
        for one in seen
        if isinstance(one, Breach)
    ]


@pytest.mark.parametrize(
    ("income", "sources", "shift"),
    [
        (("general",), {"fund": "5"}, "，像是错了一列：本应填在“一般公共预算拨款”"),
        (("fund",), {"general": "5"}, "，像是错了一列：本应填在“基金预算拨款”"),
        (
            ("general", "fund"),
            {"fund": "3", "capital": "2"},
            "，像是错了一列：本应填在“一般公共预算拨款”“基金预算拨款”",
        ),
        (("general",), {"capital": "5"}, ""),
        (("general",), {"fund": "3", "fiscal_account": "2"}, ""),
        (("general",), {"general": "3", "fund": "2"}, ""),
        (("other",), {"fiscal_account": "5"}, "，像是错了一列：本应填在“单位资金”"),
        (
            ("general", "carried_in"),
            {"own_funds": "5"},
            "，像是错了一列：本应填在“财政拨款结转”",
        ),
    ],
)
def test_a_row_one_column_off_is_told_where_it_belongs(
    income: tuple[str, ...], sources: dict[str, str], shift: str
) -> None:
    """Only where all of a row's money, moved by one column, stands under sources that the unit has."""
    book = unit(
        income={row: {"amount": "500"} for row in income},
        procurement=[BOUGHT | sources],
    )
    (said,) = told("C05-05", book)
    assert said.endswith(f"万元，收支总表没有这项收入{shift}。")


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({"price": "5000", "general": "5"}, "单价像是按元填的，折合 0.5万元"),
        ({"amount": "50000", "general": "5"}, "合计像是按元填的，折合 5万元"),
        ({"amount": "50", "general": "5"}, "各资金来源加起来也是 5.00万元"),
        (
            {"quantity": "100", "general": "5"},
            "各资金来源加起来与合计相等，多半是数量或单价填错",
        ),
    ],
)
def test_what_decides_which_figure_is_wrong_is_told(
    change: dict[str, str], cause: str
) -> None:
    (said,) = told("B05-11", unit(procurement=[BOUGHT | change]))
    assert said.endswith(f"；{cause}。")


@pytest.mark.parametrize(
    ("fund", "said"),
    [
        ("500000", "项目表的金额只有 50.00万元，像是按元填的，折合 50万元。"),
        ("60", "项目表的金额只有 50.00万元。"),
    ],
)
def test_a_fund_in_yuan_is_told_so_and_a_somewhat_larger_one_is_not(
    fund: str, said: str
) -> None:
    book = unit(
        projects=[{"name": "修路", "amount": "50"}],
        procurement=[BOUGHT | {"project_fund": fund}],
    )
    (message,) = told("C05-07", book)
    assert message.endswith(said)


@pytest.mark.parametrize(
    ("day", "share"),
    [
        ("2021-01-01", "0.30"),
        ("2022-06-30", "0.30"),
        ("2022-07-01", "0.40"),
        ("2023-01-01", "0.40"),
        ("2026-01-01", "0.40"),
    ],
)
def test_the_share_of_works_is_of_its_day(day: str, share: str) -> None:
    said = read_json(home() / "schema" / "thresholds.json")["thresholds"][
        "reserve_works"
    ]
    assert str(in_force(said["values"], day)) == share


def test_what_no_text_says_of_later_years_is_not_called_law() -> None:
    """The forty per cent of works was given for half a year: later it rests on custom."""
    said = read_json(home() / "schema" / "thresholds.json")["thresholds"][
        "reserve_works"
    ]
    law = read_json(home() / "schema" / "basis.json")["basis"]
    last = said["values"][-1]
    assert last["from"] > law["财库〔2022〕19号"]["to"] == "2022-12-31"
    assert law[last["basis"]]["certain"] == "G"
    (rule,) = (one for one in RULES if one.id == "B05-06")
    assert [law[key]["certain"] for key in rule.basis] == ["G"]


def test_every_provision_says_how_it_was_checked() -> None:
    law = read_json(home() / "schema" / "basis.json")["basis"]
    assert [
        key
        for key, said in law.items()
        if said["certain"] == "F" and not said["checked"]
    ] == []
    assert [key for key, said in law.items() if said["article"]] == [
        "预算法/公开期限"
    ], "a number nobody read"
