"""The culprit first: one wrong figure in a right return, and what is said of it.

Each case spoils a unit's return of the second example in one place, as people do. The first cell named must be that place, what
follows from it must not be told apart, and where nothing decides no project may be pointed at.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest

from toolkit.check.equations import Held, equations
from toolkit.check.holding import questions
from toolkit.check.judge import check_disclosure, check_return
from toolkit.check.report import Report, speaking_for
from toolkit.check.told_once import told_once
from toolkit.check.trial import Trial
from toolkit.files.grid import open_grid
from toolkit.model import ALL_FILLED, Figure, Name, Oddity, Return
from toolkit.profile.by_door import through
from toolkit.profile.loading import load
from toolkit.returns.data import computed, from_data, to_data, with_figures
from toolkit.returns.merge import merge
from toolkit.returns.read import read
from toolkit.rules import classification, leftovers, personal, said_years
from toolkit.rules.reading import Once, hand_on, texts
from toolkit.rules.rule import ERROR, INFO, Finding
from toolkit.steps.rulebook import catalogue

EXAMPLE = (
    Path(__file__).resolve().parent.parent
    / "examples"
    / "02-xianghe-corrected"
    / "input"
)
PROFILE = load("hebei-2023")
RULES = catalogue(PROFILE)
LEAD, CENTRE = "333001-本级", "333002-就业服务中心"
Data = dict[str, Any]
Spoil = Callable[[Data], None]


@cache
def right(unit: str) -> Data:
    """A unit's return of the second example as data, without its calculated totals."""
    path = EXAMPLE / f"{unit}.xlsx"
    data = to_data(read(open_grid(path), PROFILE), PROFILE)
    for block in PROFILE.book.blocks.values():
        for name in block.formulas:
            data.get(name.block, {}).get(name.row, {}).pop(name.column, None)
    return data


def checked(unit: str, spoil: Spoil) -> tuple[Return, list[Finding]]:
    """The return with something spoilt, and what is found besides hints."""
    data = copy.deepcopy(right(unit))
    spoil(data)
    book = computed(from_data(data, PROFILE, "甲.xlsx"), PROFILE.book)
    report: Report = check_return(book, PROFILE, RULES)
    return book, [
        finding for finding in report.findings if finding.severity is not INFO
    ]


def untouched(data: Data) -> None:
    """Nothing is spoilt."""


def amount(number: int, value: str) -> Spoil:
    return lambda data: data["projects"][number - 1].update(amount=value)


def entry(block: str, row: str, column: str, value: str) -> Spoil:
    return lambda data: data[block][row].update({column: value})


def personnel_and_operating(data: Data) -> None:
    composition = data["composition"]
    one, other = composition["personnel"], composition["operating"]
    one["this_year"], other["this_year"] = other["this_year"], one["this_year"]


def both_years(data: Data) -> None:
    for row in data["composition"].values():
        years = row.pop("this_year", None), row.pop("last_year", None)
        row |= {
            key: value
            for key, value in zip(("last_year", "this_year"), years, strict=True)
            if value
        }


def in_yuan(data: Data) -> None:
    for block in ("income", "outlay"):
        for row in data[block].values():
            if "amount" in row:
                row["amount"] = str(Decimal(row["amount"]) * 10000)


def outlay_in_yuan(data: Data) -> None:
    for row in data["outlay"].values():
        if "amount" in row:
            row["amount"] = str(Decimal(row["amount"]) * 10000)


def twice(data: Data) -> None:
    data["projects"].append(copy.deepcopy(data["projects"][2]))


def operating(data: Data) -> None:
    data["operating"]["amount"] = "47.08"


CASES = [
    (CENTRE, amount(3, "200"), "project[3].amount", "像是小数点错位，应为 20"),
    (CENTRE, amount(6, "154"), "project[6].amount", "可能有两位数字颠倒，应为 145"),
    (
        CENTRE,
        amount(2, "1234"),
        "project[2].amount",
        "像是填错了，按其他各处算应为 100",
    ),
    (CENTRE, amount(5, "10590000"), "project[5].amount", "像是按元填的，折合 1059万元"),
    (
        CENTRE,
        entry("composition", "personnel", "this_year", "8668000"),
        "composition.personnel.this_year",
        "像是按元填的",
    ),
    (
        CENTRE,
        entry("composition", "personnel", "this_year", "868.6"),
        "composition.personnel.this_year",
        "应为 866.8",
    ),
    (CENTRE, in_yuan, "income.general.amount", "收支总表的金额都像是按元填的"),
    (
        CENTRE,
        outlay_in_yuan,
        "outlay.f208.amount",
        "收支总表“支出项目（功能分类）”一边的金额都像是按元填的",
    ),
    (CENTRE, both_years, "composition.personnel.this_year", "两列的数可能互相填反了"),
    (
        LEAD,
        personnel_and_operating,
        "composition.operating.this_year",
        "的两个数可能互相填反了",
    ),
    (CENTRE, operating, "operating.amount", "可能有两位数字颠倒，应为 40.78"),
    (CENTRE, twice, "project[10].amount", "像是同一个项目填了两张表"),
    # Nothing that breaks here says by how much: the figures concerned are few, and one of them explains all of it.
    (
        CENTRE,
        entry("composition", "project", "last_year", "139.23"),
        "composition.project.last_year",
        "的 139.23 像是小数点错位，应为 1392.3",
    ),
]


@pytest.mark.parametrize(
    ("unit", "spoil", "culprit", "said"),
    CASES,
    ids=[f"{unit[:6]}-{said}" for unit, _, _, said in CASES],
)
def test_one_slip_is_one_finding_and_its_cell_comes_first(
    unit: str, spoil: Spoil, culprit: str, said: str
) -> None:
    book, found = checked(unit, spoil)
    assert len(found) == 1, [(finding.rule, finding.message) for finding in found]
    (finding,) = found
    assert finding.cells[0] in set(book.value(culprit).cells())
    assert said in finding.message


def test_a_right_return_has_nothing() -> None:
    for unit in (LEAD, CENTRE):
        _, found = checked(unit, untouched)
        assert found == []


def test_where_nothing_decides_no_project_is_pointed_at() -> None:
    """Any of the leading unit's projects may be wrong by that much: the sum they are held against comes first."""
    book, found = checked(LEAD, amount(7, "101.73"))
    finding = next(finding for finding in found if finding.rule == "C02-01")
    if not any("可能的原因" in one.message for one in found):
        assert finding.cells[0] in set(
            book.value("composition.project.this_year").cells()
        )
    assert finding.office == ""


def test_a_digit_that_may_be_wrong_in_many_projects_is_nobody_s() -> None:
    """Three too much may have been typed in any of the amounts, one digit wrong: none of them is said to be the one."""

    def three_too_much(data: Data) -> None:
        for project in data["projects"]:
            project["goal"] = "做好本年度各项工作。"
        data["projects"][2]["amount"] = "23"

    _, found = checked(CENTRE, three_too_much)
    finding = next(finding for finding in found if finding.rule == "C02-01")
    assert "可能的原因" not in finding.message


def test_a_slip_is_not_believed_where_undoing_it_breaks_something_else() -> None:
    """The same, where the goals of all other projects say their amounts: theirs are right, so it is this one."""

    def three_too_much(data: Data) -> None:
        for project in data["projects"]:
            project["goal"] = f"项目预算{project['amount']}万元，做好本年度各项工作。"
        data["projects"][2] |= {"goal": "做好本年度各项工作。", "amount": "23"}

    book, found = checked(CENTRE, three_too_much)
    finding = next(finding for finding in found if finding.rule == "C02-01")
    assert finding.cells[0] in set(book.value("project[3].amount").cells())
    assert "应为 20" in finding.message


def test_two_slips_in_one_sum_give_no_number_that_a_goal_contradicts() -> None:
    """Two amounts wrong at once: what would make the sum right alone is not what the project's goal says."""

    def two(data: Data) -> None:
        data["projects"][2]["amount"] = "200"
        data["projects"][5]["amount"] = "154"

    _, found = checked(CENTRE, two)
    messages = "".join(finding.message for finding in found)
    assert "应为 11" not in messages
    assert "应为 20" in messages


@pytest.mark.parametrize("seed", range(6))
def test_a_cause_that_is_said_is_the_true_one(seed: int) -> None:
    """A project's amount made any other: whatever cell a cause is given for is the one that was spoilt."""
    draws = random.Random(seed)
    for unit in (LEAD, CENTRE):
        number = draws.randint(1, len(right(unit)["projects"]))
        wrong = f"{draws.randint(1, 99999) / 100:.2f}"
        book, found = checked(unit, amount(number, wrong))
        spoilt = set(book[Name("project", column="amount", line=number)].cells())
        for finding in found:
            if finding.rule == "C02-01" and "可能的原因" in finding.message:
                assert finding.cells[0] in spoilt, (
                    unit,
                    number,
                    wrong,
                    finding.message,
                )


def test_what_a_finding_is_known_by_does_not_hang_on_the_culprit() -> None:
    """An answer given under a finding's number still counts when the likely cell is another."""
    ids = []
    for spoil in (amount(3, "200"), amount(2, "1234")):
        data = copy.deepcopy(right(CENTRE))
        spoil(data)
        book = computed(from_data(data, PROFILE, "甲.xlsx"), PROFILE.book)
        findings = check_return(book, PROFILE, RULES).findings
        ids.append(next(finding.id for finding in findings if finding.rule == "C02-01"))
    assert ids[0] == ids[1]


def test_what_was_typed_over_a_total_leaves_out_is_said() -> None:
    """A total typed by hand that misses just one of its addends."""
    data = copy.deepcopy(right(CENTRE))
    data["outlay"]["current"] = {"amount": "2256.54"}
    book = from_data(data, PROFILE, "甲.xlsx")
    (cell,) = book.value("outlay.current.amount").cells()
    typed_over = Oddity(
        "overtyped", (cell,), {"formula": "SUM(D8:D37)", "value": "2256.54"}
    )
    book = computed(replace(book, oddities=(typed_over,)), PROFILE.book)
    report = check_return(book, PROFILE, RULES)
    finding = next(finding for finding in report.findings if "漏加" in finding.message)
    assert finding.cells[0] == cell
    assert "43.34" in finding.message


# -- a department of three ------------------------------------------------------------------------------------------------

ALL = (LEAD, CENTRE, "333003-社会保险事业管理所")


def department(spoilt: str, spoil: Spoil) -> list[Finding]:
    """The three units, one of them spoilt: all that is found besides hints, the department's findings among it."""
    units = []
    report = Report(())
    for name in ALL:
        data = copy.deepcopy(right(name))
        if name == spoilt:
            spoil(data)
        book = computed(from_data(data, PROFILE, f"{name}.xlsx"), PROFILE.book)
        units.append(book)
        report = report.joined(check_return(book, PROFILE, RULES))
    of_units, of_department = told_once(
        report, check_disclosure(merge(units, PROFILE), PROFILE, RULES), PROFILE
    )
    return [
        finding
        for finding in of_units.joined(of_department).findings
        if finding.severity is not INFO
    ]


def whole_in_yuan(data: Data) -> None:
    """Every amount of the unit's forms in 元; what its indicators say stays."""
    for key, block in data.items():
        for row in (
            block.values()
            if key in PROFILE.book.blocks and isinstance(block, dict)
            else ()
        ):
            for column, value in row.items() if isinstance(row, dict) else ():
                if PROFILE.book.blocks[key].columns[column].kind == "money":
                    row[column] = str(Decimal(value) * 10000)
    for project in data["projects"]:
        project["amount"] = str(Decimal(project["amount"]) * 10000)
    data["operating"]["amount"] = str(Decimal(data["operating"]["amount"]) * 10000)


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (
            entry("income", "general", "amount", "2298.88"),
            "B01-01",
        ),  # and what was approved for it does not agree either
        (amount(3, "200"), "C02-01"),
        (whole_in_yuan, "A01-21"),
    ],
    ids=["income", "project", "元"],
)
def test_one_wrong_amount_in_a_department_of_three_is_told_once_and_to_its_unit(
    spoil: Spoil, rule: str
) -> None:
    found = department(CENTRE, spoil)
    assert [finding.rule for finding in found] == [rule], [
        finding.message for finding in found
    ]
    assert found[0].unit == "香河县就业服务中心"
    assert {cell.book for cell in found[0].cells} == {f"{CENTRE}.xlsx"}


# -- what was read comes before what it says -------------------------------------------------------------------------------


def test_a_cent_is_no_slip() -> None:
    """One cent in a sum of several is what rounding leaves."""
    _, found = checked(CENTRE, entry("composition", "personnel", "this_year", "866.81"))
    assert any("四舍五入的尾差" in finding.message for finding in found)


def seen(unit: str, spoil: Spoil, odd: Callable[[Return], Oddity]) -> list[Finding]:
    """What is found in a spoilt return in which the reader saw something odd, besides hints."""
    data = copy.deepcopy(right(unit))
    spoil(data)
    book = from_data(data, PROFILE, "甲.xlsx")
    book = computed(replace(book, oddities=(odd(book),)), PROFILE.book)
    return [
        finding
        for finding in check_return(book, PROFILE, RULES).findings
        if finding.severity is not INFO
    ]


def test_a_number_that_was_counted_and_not_read_is_the_cause() -> None:
    """A row was put into the form: the sheet's own sum counts it, and nobody reads it."""

    def stray(book: Return) -> Oddity:
        (total,) = book.value("outlay.current.amount").cells()
        cells = (total._replace(row=90, column=5), total._replace(row=90))
        places = {
            "sheet": total.sheet,
            "where": "E90、F90",
            "examples": "“其中：追加”、“35.5”",
        }
        return Oddity("unread", cells, places)

    found = seen(
        CENTRE, lambda data: data["outlay"].update(current={"amount": "2335.38"}), stray
    )
    finding = next(
        finding for finding in found if "算上了没有读的数" in finding.message
    )
    assert finding.cells[0].row == 90
    assert [one.rule for one in finding.joined if one.rule == "A02-21"] == ["A02-21"]
    assert "A02-21" not in [one.rule for one in found]


def test_what_a_cell_was_read_as_speaks_for_what_it_seems_to_say() -> None:
    """A percentage stored as a number has lost its sign; that it has none is not told beside it."""

    def stored(book: Return) -> Oddity:
        cells = tuple(book.projects[0].indicators[0].words("value").cells())
        return Oddity("not-text", cells, {"count": "1", "examples": "F18 显示“达标”"})

    def said(data: Data) -> None:
        data["projects"][0]["indicators"][0]["value"] = "达标"

    _, without = checked(CENTRE, said)
    assert "D02-02" in [finding.rule for finding in without]
    found = seen(CENTRE, said, stored)
    assert "D02-02" not in [finding.rule for finding in found]
    told = next(finding for finding in found if finding.rule == "A01-16")
    assert "D02-02" in [one.rule for one in told.every()]


def test_a_blank_that_another_finding_names_is_told_with_it() -> None:
    """The blank amount is what the sum lacks: one finding, which says what the amount should be."""
    _, found = checked(CENTRE, lambda data: data["projects"][2].pop("amount"))
    finding = next(finding for finding in found if finding.rule == "C02-01")
    assert "没有填，按其他各处算应为 20" in finding.message
    assert "A01-01" in [one.rule for one in finding.joined]
    assert "A01-01" not in [one.rule for one in found]


def test_two_projects_whose_amounts_were_exchanged_are_one_finding() -> None:
    """The sum does not show it; what each project buys and costs does, and none of it says by how much it misses."""
    data = json.loads(
        (Path(__file__).resolve().parent / "good" / "05-消防.json").read_text(
            encoding="utf-8"
        )
    )
    one, other = data["projects"][1], data["projects"][3]
    one["amount"], other["amount"] = other["amount"], one["amount"]
    book = computed(from_data(data, PROFILE, "甲.xlsx"), PROFILE.book)
    found = [
        finding
        for finding in check_return(book, PROFILE, RULES).findings
        if finding.severity is not INFO
    ]
    assert len(found) == 1, [finding.message for finding in found]
    spoilt = {
        cell
        for number in (2, 4)
        for cell in book[Name("project", column="amount", line=number)].cells()
    }
    assert set(found[0].cells[:2]) == spoilt
    assert "项目02!" in found[0].message
    assert "项目04!" in found[0].message
    assert len(found[0].joined) > 1


OF_WORDS: tuple[Once[Return, Any], ...] = (
    texts,
    said_years.said_years,
    leftovers.doubled,
    leftovers.cut_off,
    personal.hinted,
    classification.readings,
)


@pytest.mark.parametrize(
    "reading",
    OF_WORDS,
    ids=lambda reading: (
        reading.read.__module__.rpartition(".")[2] + reading.read.__name__
    ),
)
def test_what_is_read_of_words_is_the_same_of_a_copy_with_other_figures(
    reading: Once[Return, Any],
) -> None:
    assert reading.of_words
    for unit in (LEAD, CENTRE):
        book = computed(from_data(right(unit), PROFILE, "甲.xlsx"), PROFILE.book)
        before = reading(book, RULES.bounds)
        entries = [
            name
            for name, value in book.values()
            if isinstance(value, Figure) and value.number
        ][::7]
        other = with_figures(
            book, {name: Decimal("7.31") for name in entries}, PROFILE.book
        )
        hand_on(book, other)
        assert reading(other, RULES.bounds) is before
        fresh = reading.read(replace(other), RULES.bounds)
        assert said_by(fresh) == said_by(before)


def said_by(read: Any) -> str:
    """What was read, whatever object holds it."""
    return repr(getattr(read, "passages", read))


def test_what_others_are_told_with_is_as_grave_as_the_gravest_of_them() -> None:
    path = EXAMPLE.parents[2] / "tests" / "good_shanghai" / "02-绿化市容.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    # ten times as much, and more than the line's amount
    data["procurement"][0]["reserve"] = "48384000"
    profile = load("shanghai-2026")
    book = computed(from_data(data, profile, "甲.xlsx"), profile.book)
    (told,) = (
        finding
        for finding in check_return(book, profile, catalogue(profile)).findings
        if finding.joined
    )
    assert (told.rule, told.severity) == ("B05-03", ERROR)
    assert [other.rule for other in told.joined] == ["B05-07"]
    lighter = replace(told, severity=INFO, joined=())
    assert speaking_for(lighter, told.joined).severity is told.joined[0].severity


def test_the_entry_whose_digits_changed_places_comes_first() -> None:
    path = (
        EXAMPLE.parents[1]
        / "04-xianghe-by-entries"
        / "returns"
        / "02-就业服务中心.json"
    )
    data = json.loads(path.read_text(encoding="utf-8"))
    data["outlay_entries"][0]["amount"] = "238.37"  # 233.87
    book = from_data(data, PROFILE, "甲.xlsx")
    (told,) = (
        finding
        for finding in check_return(book, PROFILE, RULES).findings
        if finding.rule == "B09-10"
    )
    assert told.cells[0] == next(
        book.rows("outlay_entries")[0].figure("amount").cells()
    )
    assert "233.87" in told.message


@pytest.mark.parametrize("left", [slice(1, 2), slice(1, 4)], ids=["one", "three"])
def test_project_sheets_that_are_not_there_are_each_told_and_their_sum_with_the_first(
    left: slice,
) -> None:
    path = (
        EXAMPLE.parents[1]
        / "04-xianghe-by-entries"
        / "returns"
        / "02-就业服务中心.json"
    )
    data = json.loads(path.read_text(encoding="utf-8"))
    names = [project["name"] for project in data["projects"][left]]
    del data["projects"][left]
    profile = through(PROFILE, PROFILE.doors["明细"])
    book = computed(from_data(data, profile, "甲.xlsx"), profile.book)
    errors = [
        finding
        for finding in check_return(book, profile, RULES).findings
        if finding.severity is ERROR
    ]
    homeless = [
        next(row.words("project").cells())
        for row in book.rows("outlay_entries")
        if row.text("project") in names
    ]
    assert [(finding.rule, finding.cells[0]) for finding in errors] == [
        ("B09-01", cell) for cell in homeless
    ]
    assert "C02-01" in [one.rule for one in errors[0].joined]


def all_ticked(data: Data) -> None:
    """Two rows exchanged, and every form filled in, as it says."""
    personnel_and_operating(data)
    data["ticks"] = dict.fromkeys(PROFILE.book.sheets, ALL_FILLED)


def one_form_left(data: Data) -> None:
    """The same, but for a form that nobody has begun: what holds it against others waits."""
    all_ticked(data)
    del data["income"], data["outlay"], data["ticks"]["budget"]


@pytest.mark.parametrize("spoil", [all_ticked, one_form_left])
def test_what_breaks_of_a_claim_is_known_only_where_every_claim_was_held(
    spoil: Spoil, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[bool] = []
    begun = Trial.__post_init__

    def held(trial: Trial) -> None:
        for probe in trial.probes.claims.values():
            broken = frozenset(probe.broken(trial.book))
            assert trial.of_claims.get(probe, frozenset()) == broken
            found.append(bool(broken))
        begun(trial)

    monkeypatch.setattr(Trial, "__post_init__", held)
    checked(LEAD, spoil)
    assert any(found) is (spoil is one_form_left)


# -- what a sum refutes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [LEAD, CENTRE])
def test_a_slip_that_a_sum_refutes_breaks_something_where_it_is_tried(
    unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is refuted without a copy of the return is tried on one all the same, and must come to nothing there too."""
    ask = Held.breaks
    refuted: list[frozenset[Name]] = []

    def tried(held: Held, changed: Mapping[Name, Decimal | None]) -> bool:
        if ask(held, changed):
            refuted.append(frozenset(changed))
        return False

    still = Trial._still  # noqa: SLF001

    def counted(trial: Trial, *rest: Any, **more: Any) -> frozenset[Any] | None:
        before = len(refuted)
        left = still(trial, *rest, **more)
        assert len(refuted) == before or left is None, refuted[-1]
        return left

    monkeypatch.setattr(Held, "breaks", tried)
    monkeypatch.setattr(Trial, "_still", counted)
    for number in range(6):
        checked(unit, partial(_one_figure_changed, seed=number))
    assert len(refuted) > 20


def _one_figure_changed(data: Data, seed: int) -> None:
    """Another number in a cell of the two tables of this year and the last, and in a project."""
    chance = random.Random(seed)
    row = data["composition"][chance.choice(["personnel", "operating"])]
    column = chance.choice(["this_year", "last_year"])
    row[column] = str(Decimal(row[column]) * chance.choice([10, 3]))
    project = chance.choice(data["projects"])
    project["amount"] = str(Decimal(project["amount"]) + 1)


def test_a_sum_refutes_only_what_changes_one_addend_by_more_than_it_may_miss() -> None:
    book = computed(
        from_data(copy.deepcopy(right(LEAD)), PROFILE, "甲.xlsx"), PROFILE.book
    )
    asked = tuple((item, frozenset[str]()) for item in questions(RULES, PROFILE.book))
    held = Held(book, PROFILE.book, equations(asked, PROFILE.book))
    one, other = (
        Name.parse(f"composition.{row}.this_year") for row in ("personnel", "operating")
    )
    now = {name: book.figure(name).number for name in (one, other)}
    assert held.breaks({one: now[one] + 1})
    assert held.breaks({one: None})
    assert not held.breaks({one: now[one] + Decimal("0.01")})
    assert not held.breaks({one: now[other], other: now[one]}), "their sum stays"
    assert not held.breaks({Name.parse("composition.personnel.last_year"): Decimal(1)})
