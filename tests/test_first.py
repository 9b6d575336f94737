"""The cell to mend first, where two cells contradict each other and something else decides.

Each case spoils one of the right returns of other trades (tests/good), as people do, and says which cell comes first, in how
many findings, and what they say of how it came about.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.judged import found_in
from toolkit.check.report import Report
from toolkit.check.told_once import told_once
from toolkit.model import Cell, Name
from toolkit.profile.loading import load
from toolkit.returns.data import computed, from_data

GOOD = Path(__file__).resolve().parent / "good"
PROFILE = load("hebei-2023")
Data = dict[str, Any]
Spoil = Callable[[Data], object]


def right(name: str) -> Data:
    data: Data = json.loads((GOOD / f"{name}.json").read_text(encoding="utf-8"))
    return data


def cell(data: Data, name: str) -> Cell:
    return next(
        computed(from_data(data, PROFILE, "0.xlsx"), PROFILE.book)[
            Name.parse(name)
        ].cells()
    )


def pasted_twice(data: Data) -> None:
    data["procurement"].append(copy.deepcopy(data["procurement"][4]))


def six_times(data: Data) -> None:
    row = data["procurement"][0]
    row |= {
        "quantity": "516",
        "amount": "619.2",
        "general": "619.2",
        "reserve": "619.2",
    }


def a_row_too_low(data: Data) -> None:
    data["income"] = {"fund": {"amount": data["income"]["general"]["amount"]}}


def typed_into_reception(data: Data) -> None:
    rows = data["three_public"]
    rows["reception"]["this_year"], rows["vehicle_running"]["this_year"] = (
        rows["vehicle_running"]["this_year"],
        "0",
    )


def years_exchanged(data: Data) -> None:
    row = data["three_public"]["reception"]
    row["this_year"], row["last_year"] = row["last_year"], row["this_year"]


def both_sides(data: Data) -> None:
    data["income"]["general"]["amount"] = "905.9"
    data["outlay"]["f224"]["amount"] = "885.2"


def a_car(data: Data) -> None:
    data["three_public"]["vehicle_purchase"]["this_year"] = "18"


def last_year_left_out(data: Data) -> None:
    data["composition"]["project"].pop("last_year")


def no_vehicles(data: Data) -> None:
    data["assets"].pop("vehicles")


def another_funding(data: Data) -> None:
    data["agencies"][0]["funding"] = "财政性资金零补助"


def last_year_s_name(data: Data) -> None:
    data["projects"][1]["name"] = "2022年人工造林补助"


def goal_of_another(data: Data) -> None:
    data["projects"][2]["goal"] = data["projects"][1]["goal"]


def table_of_another(data: Data) -> None:
    data["projects"][2]["indicators"] = copy.deepcopy(data["projects"][3]["indicators"])


def name_of_another(data: Data) -> None:
    data["projects"][1]["name"] = data["projects"][0]["name"]


def term_of_another(data: Data) -> None:
    data["glossary"][0]["term"] = "基本支出"


def approved_by_mistake(data: Data) -> None:
    data["agencies"][0]["approved_three_public"] = "2.5"
    for row in data["three_public"].values():
        row |= {"this_year": "0", "last_year": "0"}
        row.pop("reason", None)


def placeholder_at_the_end(data: Data) -> None:
    data["safeguards"][0]["text"] += "XX万元"


def purchase_years(data: Data) -> None:
    data["three_public"]["vehicle_purchase"] |= {"this_year": "0", "last_year": "36"}


def quantity_doubled(data: Data) -> None:
    data["procurement"][0]["quantity"] = "25"


def amount_ten_times(data: Data) -> None:
    data["procurement"][0]["amount"] = "554.8"


# The return, what is spoilt, the cell that comes first, and what the first finding says.
CASES: list[tuple[str, Spoil, str, str]] = [
    ("05-消防", pasted_twice, "procurement[7].amount", "一模一样，像是粘了两次"),
    ("09-交警", six_times, "procurement[1].amount", "像是都填大了，各是应有的 6 倍"),
    ("13-人大办", a_row_too_low, "income.fund.amount", "填错了一行"),
    ("10-水利", typed_into_reception, "three_public.reception.this_year", "填错了一行"),
    (
        "13-人大办",
        years_exchanged,
        "three_public.reception.this_year",
        "批复 11.00万元",
    ),
    ("05-消防", both_sides, "income.general.amount", "相差 100.00万元"),
    ("06-档案", a_car, "three_public.vehicle_purchase.this_year", "批复 0.30万元"),
    (
        "04-图书馆",
        last_year_left_out,
        "composition.project.last_year",
        "按其他各处算应为 55.4",
    ),
    ("11-农业农村", no_vehicles, "assets.vehicles.quantity", "却是 0 辆"),
    ("13-人大办", another_funding, "agencies[1].funding", "经费保障形式"),
    ("02-林草", last_year_s_name, "project[2].name", "2022年人工造林补助"),
    ("05-消防", goal_of_another, "project[3].goal", "一字不差"),
    ("08-民政", table_of_another, "project[3].name", "逐行相同"),
    ("13-人大办", name_of_another, "project[2].name", "都叫"),
    ("13-人大办", term_of_another, "glossary[1].term", "出现了两次"),
    (
        "06-档案",
        approved_by_mistake,
        "agencies[1].approved_three_public",
        "批复 2.50万元",
    ),
    ("10-水利", placeholder_at_the_end, "safeguards[1].text", "XX"),
    ("01-公路", quantity_doubled, "procurement[1].quantity", "别处的文字写的是 12.5"),
    ("07-乡镇", amount_ten_times, "procurement[1].amount", "应为 55.48"),
]


@pytest.mark.parametrize(
    ("unit", "spoil", "first", "said"),
    CASES,
    ids=[f"{unit} {spoil.__name__}" for unit, spoil, _, _ in CASES],
)
def test_what_decides_puts_the_cell_first_and_one_cause_is_one_finding(
    unit: str, spoil: Spoil, first: str, said: str
) -> None:
    data = right(unit)
    before = {(one.rule, one.message) for one in found_in(PROFILE, right(unit))}
    spoil(data)
    found = [
        one for one in found_in(PROFILE, data) if (one.rule, one.message) not in before
    ]
    assert len(found) == 1, [(one.rule, one.message) for one in found]
    assert found[0].cells[0] == cell(data, first)
    assert said in found[0].message


def test_two_years_of_one_row_the_other_way_round_explain_what_the_texts_promise() -> (
    None
):
    """Projects and procurement speak of a vehicle; this year's cell holds nought, last year's the price."""
    data = right("09-交警")
    purchase_years(data)
    first = found_in(PROFILE, data)[0]
    assert first.cells[0] == cell(data, "three_public.vehicle_purchase.this_year")
    assert "的两个数可能互相填反了" in first.message
    assert {"C04-04", "C04-05"} <= {one.rule for one in first.every()}


def test_a_cause_that_what_was_approved_contradicts_is_not_said() -> None:
    """Alone the unit's forms say that a digit was mistyped in 支出构成; 支出构成 is as approved, so it was not."""
    data = right("07-乡镇")
    data["income"]["general"]["amount"], data["outlay"]["f201"]["amount"] = (
        "1336.42",
        "595",
    )
    (finding,) = found_in(PROFILE, data)
    assert finding.cells[0] == cell(data, "income.general.amount")
    assert "可能的原因" not in finding.message
    assert "先核对" not in finding.remedy
    assert [one.rule for one in finding.joined] == ["F02-01", "F02-01"]


def test_a_project_in_the_wrong_unit_is_told_in_both_and_each_keeps_its_own() -> None:
    """Both units have something to mend: neither may be told that all is well."""
    one, other = right("13-人大办"), right("04-图书馆")
    other["cover"]["department"] = one["cover"]["department"]
    moved = one["projects"].pop(1)
    other["projects"].append(moved)
    found = [
        finding for finding in found_in(PROFILE, one, other) if finding.rule == "C02-01"
    ]
    assert len(found) == 2
    lacks, has = sorted(found, key=lambda finding: finding.cells[0].book)
    assert lacks.cells[0].sheet == "支出构成"
    assert f"“{other['cover']['unit_name']}”正好多出这个数" in lacks.message
    assert has.cells[0] == cell(other, "project[5].amount")._replace(book="1.xlsx")
    assert "可能不该填在这里" in has.message


def test_a_missing_unit_whose_archive_nobody_opened_is_one_finding() -> None:
    """The list's finding speaks for the file, and says what to do with it."""
    data = right("12-自然资源")
    missing = next(one for one in found_in(PROFILE, data) if one.rule == "F01-01")
    archive = replace(
        missing,
        rule="A02-17",
        message="没有读这个文件。",
        value=None,
        cells=(Cell("315002-登记中心.rar", "", 1, 1),),
    )
    stranger = replace(archive, cells=(Cell("资料.rar", "", 1, 1),))
    told, left = told_once(Report((archive,)), Report((missing,)), PROFILE)
    assert [one.rule for one in (*told.findings, *left.findings)] == ["F01-01"]
    assert "没有读这个文件" in told.findings[0].message
    told, left = told_once(Report((stranger,)), Report((missing,)), PROFILE)
    assert sorted(one.rule for one in (*told.findings, *left.findings)) == [
        "A02-17",
        "F01-01",
    ]
