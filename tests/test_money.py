"""Amounts in several units: each column has its own, what meets is converted exactly, and every word says which unit it is in.

The profile of these tests is Hebei's with the form of 三公经费 in 元 without decimals, and the value of assets in 亿元.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.languages import HEBEI, goes_all_the_way
from tests.profiles import own_profile
from toolkit.check.judge import check_disclosure, check_return
from toolkit.check.report import Report
from toolkit.files.grid import open_grid
from toolkit.files.paint import paint
from toolkit.files.word import Paragraph, text_of
from toolkit.model import Disclosure, Figure, Return
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.publish.amounts import figure_of
from toolkit.publish.signoff import context as signoff_context
from toolkit.publish.statement import Fact, Wording, write_statement
from toolkit.publish.statement import context as statement_context
from toolkit.publish.tables import write_tables
from toolkit.publish.workings import write_workings
from toolkit.returns.data import computed, from_data, plant, to_data
from toolkit.returns.merge import merge
from toolkit.returns.read import read
from toolkit.rules.rule import plain
from toolkit.steps.rulebook import catalogue
from toolkit.template.draw import draw

UNITS = {
    "title": "几种金额单位",
    "changed": {
        "statement/sections/three_public/facts/three_public.reception.amount": {
            "from": "three_public.reception.this_year",
            "in": "万元",
            "decimals": 2,
        },
    },
    "added": [
        {"at": "three_public/x-sheet/money", "is": {"unit": "元", "decimals": 0}},
        {
            "at": "assets/x-blocks/assets/columns/value/money",
            "is": {"unit": "亿元", "decimals": 6},
        },
        {
            "at": "project/x-blocks/project/columns/amount/money",
            "is": {"unit": "元", "decimals": 0},
        },
    ],
}


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    with own_profile(tmp_path_factory.mktemp("units"), "units-2023", UNITS) as made:
        yield made


def three_public(reception: str = "30000", last: str = "20000") -> dict[str, Any]:
    reason = {"reason": "接待批次增加"} if reception != last else {}
    return {
        "abroad": {"this_year": "0", "last_year": "0"},
        "vehicle_purchase": {"this_year": "0", "last_year": "0"},
        "vehicle_running": {"this_year": "34200", "last_year": "34200"},
        "reception": {"this_year": reception, "last_year": last, **reason},
    }


def unit(
    profile: Profile, code: str = "333001", lead: str = "是", **data: Any
) -> Return:
    cover = {
        "unit_code": code,
        "unit_name": f"某县某局{code}",
        "department": "某县某局",
        "lead": lead,
    }
    said = {"cover": cover, "three_public": three_public(), **data}
    return computed(from_data(said, profile, f"{code}.xlsx"), profile.book)


def drawn(profile: Profile, book: Return, path: Path) -> Path:
    paint(draw(profile, catalogue(profile).rules, book), path)
    return path


def sheet_texts(path: Path, sheet: str) -> list[str]:
    found = openpyxl.load_workbook(path)[sheet]
    return [
        str(cell.value)
        for row in found.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def found(report: Report, rule: str) -> list[str]:
    return [finding.message for finding in report.findings if finding.rule == rule]


# -- the columns --------------------------------------------------------------------------------------------------------


def test_the_nearest_that_says_its_money_is_believed(profile: Profile) -> None:
    columns = {
        "composition.this_year": ("万元", 2),
        "three_public.this_year": ("元", 0),
        "assets.value": ("亿元", 6),
        "project.amount": ("元", 0),
        "assets.quantity": ("", 0),
    }
    for name, said in columns.items():
        block, key = name.split(".")
        column = profile.book.blocks[block].columns[key]
        assert (column.unit, column.decimals) == said, name
    assert profile.book.blocks["assets"].columns["value"].title == "价值（亿元）"
    assert (
        profile.book.blocks["three_public"].columns["this_year"].title == "2023年预算数"
    )
    hint = profile.book.blocks["three_public"].columns["this_year"].help
    assert "单位：元，最多 0 位小数" in hint


def test_an_amount_without_decimals_takes_none(profile: Profile) -> None:
    told = check_return(
        unit(profile, three_public=three_public("30000.5")), profile, catalogue(profile)
    )
    assert any(
        "30000.5" in message and "0 位小数" in message
        for message in found(told, "A01-07")
    ), told.findings
    assert "四舍五入为 30001，并核对合计。" in [one.remedy for one in told.findings], (
        told.findings
    )


# -- drawn and read -----------------------------------------------------------------------------------------------------


def test_what_is_drawn_says_its_unit_and_is_read_back(
    profile: Profile, tmp_path: Path
) -> None:
    given = unit(profile, assets={"houses": {"quantity": "10", "value": "0.012345"}})
    path = drawn(profile, given, tmp_path / "333001.xlsx")
    assert any("单位：元" in text for text in sheet_texts(path, "三公经费"))
    assert any("单位：万元" in text for text in sheet_texts(path, "国有资产"))
    assert "价值（亿元）" in sheet_texts(path, "国有资产")
    sheet = openpyxl.load_workbook(path)["三公经费"]
    formats = {
        cell.number_format
        for row in sheet.iter_rows()
        for cell in row
        if cell.value == 34200
    }
    assert formats == {"0"}
    said = to_data(read(open_grid(path), profile), profile)
    # by which figures come, as the drawn workbook says
    assert said["cover"].pop("door") == "汇总数"
    assert said == to_data(given, profile)


# -- checked ------------------------------------------------------------------------------------------------------------


def test_a_sum_that_misses_is_told_in_its_own_unit(profile: Profile) -> None:
    wrong = three_public()
    wrong["total"] = {"this_year": "64201", "last_year": "54200", "change": "10001"}
    told = check_return(unit(profile, three_public=wrong), profile, catalogue(profile))
    (message,) = found(told, "S-three_public.total")
    assert "填的是 64201元" in message
    assert "相差 1元" in message


def test_the_projects_in_yuan_add_up_to_what_is_said_in_ten_thousands(
    profile: Profile,
) -> None:
    """The claim compares 元 with 万元: it is told in 元, converted exactly, and holds within half of the last digit at hand."""
    projects = [{"name": "甲", "amount": "120000"}, {"name": "乙", "amount": "80050"}]
    composition = {"project": {"this_year": "20.01", "last_year": "0"}}
    right = check_return(
        unit(profile, projects=projects, composition=composition),
        profile,
        catalogue(profile),
    )
    claims = [
        rule.id
        for rule in catalogue(profile).rules
        if rule.claim is not None and "sum(project.amount)" in _said(rule)
    ]
    assert claims
    assert not [finding for finding in right.findings if finding.rule in claims]
    composition = {"project": {"this_year": "20.05", "last_year": "0"}}
    wrong = check_return(
        unit(profile, projects=projects, composition=composition),
        profile,
        catalogue(profile),
    )
    messages = [message for rule in claims for message in found(wrong, rule)]
    assert messages
    assert all(
        "200050元" in message and "200500元" in message for message in messages
    ), messages


def _said(rule: Any) -> str:
    return " ".join(
        "sum(project.amount)" if str(name) == "project[].amount" else str(name)
        for name in rule.claim.names()
    )


# -- merged and published -----------------------------------------------------------------------------------------------


@pytest.fixture
def whole(profile: Profile) -> Disclosure:
    units = [
        unit(profile),
        unit(profile, "333002", "否", three_public=three_public("12345", "12345")),
    ]
    return merge(units, profile)


def test_every_published_word_says_the_right_unit(
    profile: Profile, whole: Disclosure, tmp_path: Path
) -> None:
    path = tmp_path / "公开表.xlsx"
    write_tables(whole, profile, path)
    assert any(text.endswith("单位：元") for text in sheet_texts(path, "三公经费"))
    told = statement_context(whole, profile)
    reception: Fact = told["three_public"].reception.amount
    assert (str(reception), reception.unit, reception.lost) == (
        "4.23",
        "万元",
        Decimal("0.0045"),
    )
    assert str(told["three_public"].reception.change.moved) == "增加10000元"
    assert str(told["three_public"].total.change.moved) == "增加10000元"
    sums = tmp_path / "底稿.xlsx"
    write_workings(whole, profile, sums)
    assert any(
        text.endswith("2023年预算数（元）") for text in sheet_texts(sums, "分单位")
    )
    signed = signoff_context(whole, Report(()), profile, (), titles={})
    rows = {row.title: row for row in signed["numbers"]}
    assert rows["财政拨款“三公”经费（元）"].this_year == "110745"
    assert any("增加10000元" in text for text in signed["reasons"])


def test_the_statement_of_such_a_profile_is_written(
    profile: Profile, whole: Disclosure, tmp_path: Path
) -> None:
    path = tmp_path / "情况说明.docx"
    write_statement(whole, profile, path)
    texts = [piece.text for piece in text_of(path) if isinstance(piece, Paragraph)]
    assert any("增加10000元" in text for text in texts)


def test_what_several_units_said_converts_exactly(
    profile: Profile, whole: Disclosure
) -> None:
    figure, unit_said = figure_of(
        "three_public.total.this_year + composition.total.this_year",
        whole.whole,
        profile,
        "万元",
    )
    assert (figure.number, unit_said) == (Decimal("11.0745"), "万元")
    assert {cell.book for cell in figure.cells()} == {"333001.xlsx", "333002.xlsx"}
    share, sign = figure_of(
        "three_public.reception.this_year / three_public.total.this_year",
        whole.whole,
        profile,
        "%",
    )
    assert (round(share.number, 2), sign) == (Decimal("38.24"), "%")
    nothing, _ = figure_of(
        "three_public.abroad.this_year / three_public.abroad.last_year",
        whole.whole,
        profile,
        "%",
    )
    assert nothing.undefined


def test_such_a_profile_goes_from_drawing_to_publishing(
    profile: Profile, tmp_path: Path
) -> None:
    said = [
        json.loads(file.read_text(encoding="utf-8"))
        for file in sorted(EXAMPLE.glob("*.json"))
    ]
    units = [in_other_units(one, profile) for one in said]
    gone = goes_all_the_way(profile, units, tmp_path)
    path = next(path for name, path in gone.placed.items() if "公开表" in name)
    assert "价值（亿元）" in sheet_texts(path, "国有资产")
    assert any(text.endswith("单位：元") for text in sheet_texts(path, "三公经费"))


# -- the same amounts in other units ------------------------------------------------------------------------------------

EXAMPLE = (
    Path(__file__).parent.parent / "examples" / "01-xianghe-as-published" / "returns"
)


def in_other_units(said: dict[str, Any], profile: Profile) -> dict[str, Any]:
    """The data of Hebei's forms as the profile of this module writes them: every amount in its column's own unit."""
    hebei = load(HEBEI)
    book = from_data(said, hebei)
    again: dict[str, Any] = json.loads(json.dumps(said))
    again["cover"]["profile"] = profile.id
    for name, value in book.values():
        money, own = profile.book.money_of(name), hebei.book.money_of(name)
        if (
            money is not None
            and own is not None
            and isinstance(value, Figure)
            and value.value is not None
        ):
            plant(
                again, hebei.book.path_of(name), plain(value.value * own.times(money))
            )
    return again


@pytest.mark.parametrize(
    "file", sorted(EXAMPLE.glob("*.json")), ids=lambda file: str(file.stem)
)
def test_the_same_amounts_in_other_units_have_the_same_faults(
    profile: Profile, file: Path
) -> None:
    """A rule that compared plain numbers of different units would find more, or less."""
    said = json.loads(file.read_text(encoding="utf-8"))
    hebei = load(HEBEI)
    ours = computed(from_data(said, hebei, "甲.xlsx"), hebei.book)
    theirs = computed(
        from_data(in_other_units(said, profile), profile, "甲.xlsx"), profile.book
    )
    known, found = (
        _places(check_return(book, shape, catalogue(shape)))
        for book, shape in ((ours, hebei), (theirs, profile))
    )
    assert found == known


def test_the_same_departments_in_other_units_have_the_same_faults(
    profile: Profile,
) -> None:
    hebei = load(HEBEI)
    found = []
    for shape in (hebei, profile):
        books = []
        for file in sorted(EXAMPLE.glob("*.json")):
            said = json.loads(file.read_text(encoding="utf-8"))
            said = said if shape is hebei else in_other_units(said, profile)
            books.append(
                computed(from_data(said, shape, f"{file.stem}.xlsx"), shape.book)
            )
        found.append(
            _places(check_disclosure(merge(books, shape), shape, catalogue(shape)))
        )
    assert found[0] == found[1]
    assert found[0], "a department without a fault would prove nothing"


def _places(report: Report) -> set[tuple[str, str]]:
    return {(finding.rule, str(finding.cells[0])) for finding in report.findings}


@pytest.mark.parametrize(
    ("said", "decimals", "text", "lost"),
    [("2.5", 0, "3", "-0.5"), ("-0.125", 2, "-0.13", "0.005")],
)
def test_a_fact_is_rounded_half_up_and_knows_what_it_lost(
    said: str, decimals: int, text: str, lost: str
) -> None:
    words = Wording("", "", "", "", "", "", "", ())
    fact = Fact("a", Figure(Decimal(said)), words, "", unit="元", decimals=decimals)
    assert (fact.written(Decimal(said)), fact.lost) == (text, Decimal(lost))
    parted = replace(fact, wording=replace(words, thousands=True))
    assert (
        parted.written(Decimal("-1234567.5"))
        == {0: "-1,234,568", 2: "-1,234,567.50"}[decimals]
    )
