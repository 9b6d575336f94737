"""Lists compared by their key: which keys are compared, and that one mistake in them is one finding at its own cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.languages import changed as rewritten
from tests.languages import installed, read_anew
from tests.test_shanghai_planted import LIBRARY, OFFICE, PROFILE, into, returned
from toolkit import steps
from toolkit.check.judge import check_return
from toolkit.check.keyed import by_key
from toolkit.profile.stored import ProfileError
from toolkit.returns.data import computed, from_data
from toolkit.rules.claim import Comparison
from toolkit.rules.rule import Finding
from toolkit.rules.sums import sum_of

Data = dict[str, Any]
BY = ("category", "section", "item")


def told(data: Data) -> tuple[Finding, ...]:
    """What is told of a return, hints apart."""
    book = computed(from_data(data, PROFILE), PROFILE.book)
    return tuple(
        one
        for one in check_return(book, PROFILE, steps.catalogue(PROFILE)).findings
        if one.severity != "提示"
    )


def changed(unit: str, **places: str) -> Data:
    """A right return with other texts at places: list__code__column, the code's parts parted by a blank."""
    data: Data = returned(unit)
    for place, said in places.items():
        block, code, column = place.split("__")
        into(data[block], " ".join(code.split("_")))[column] = said
    return data


def without(unit: str, block: str, *codes: str) -> Data:
    """A right return whose list lacks the rows that these codes begin."""
    data: Data = returned(unit)
    data[block] = [
        row
        for row in data[block]
        if not " ".join(row.get(part, "") for part in BY).startswith(codes)
    ]
    return data


def exchanged(unit: str, block: str, one: str, other: str, column: str) -> Data:
    """A right return in which two rows of a list have each other's number."""
    data: Data = returned(unit)
    first, second = into(data[block], one), into(data[block], other)
    first[column], second[column] = second[column], first[column]
    return data


# What was mistaken; the rule that speaks, the sheet and the rows of the cells that it names first.
MISTAKES: dict[str, tuple[Data, str, str, list[tuple[int, int]]]] = {
    "a digit of one 项": (
        changed(OFFICE, outlay_lines__208_05_05__basic="1042800"),
        "R-each_item",
        "支出总表",
        [(10, 6)],
    ),
    "two 项 of one list exchanged": (
        exchanged(OFFICE, "income_lines", "207 01 01", "207 01 02", "fiscal"),
        "R-each_item",
        "收入总表",
        [(3, 6), (4, 6)],
    ),
    "two 项 exchanged where several lists show which": (
        exchanged(OFFICE, "general_lines", "208 05 05", "208 05 06", "basic"),
        "R-each_fiscal",
        "一般公共预算",
        [(10, 6), (11, 6)],
    ),
    "a row left out": (
        without(OFFICE, "uses", "221 02 03"),
        "R-each_use",
        "支出主要内容",
        [(9, 1)],
    ),
    "a list half filled": (
        without(OFFICE, "outlay_lines", "208", "210", "221", "229"),
        "R-each_item",
        "支出总表",
        [(6, 1), (6, 2), (6, 3)],
    ),
    "a code of a list without levels mistyped": (
        changed(OFFICE, uses__207_01_09__item="08"),
        "R-each_use",
        "支出主要内容",
        [(3, 1), (3, 2), (3, 3)],
    ),
    "the 类 of a 项 mistyped": (
        changed(OFFICE, general_lines__210_11_01__category="201"),
        "A03-15",
        "一般公共预算",
        [(14, 1), (14, 2), (14, 3)],
    ),
    "the 类 of a 款 mistyped": (
        changed(OFFICE, general_lines__210_11__category="201"),
        "A03-15",
        "一般公共预算",
        [(13, 1), (13, 2)],
    ),
    "the 款 of its own row mistyped": (
        changed(OFFICE, general_lines__208_05__section="06"),
        "A03-15",
        "一般公共预算",
        [(8, 1), (8, 2)],
    ),
    "the 类 of its own row mistyped": (
        changed(OFFICE, general_lines__210__category="201"),
        "A03-15",
        "一般公共预算",
        [(12, 1)],
    ),
    "more spent from the treasury than is spent at all": (
        changed(OFFICE, outlay_lines__207_01_14__project="1205000"),
        "R-each_item",
        "支出总表",
        [(6, 7)],
    ),
    "a number in the other column": (
        changed(
            LIBRARY,
            basic_lines__301_07__personnel="0",
            basic_lines__301_07__operating="4620000",
        ),
        "A03-16",
        "基本支出经济分类",
        [(4, 6), (4, 5)],
    ),
    "a number that none of the rows around it counts": (
        changed(
            LIBRARY,
            income_lines__207_01__undertaking="0",
            income_lines__207__undertaking="0",
        ),
        "A03-14",
        "收入总表",
        [(2, 7), (3, 7), (1, 7)],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_one_mistake_is_one_finding_at_its_own_cell(name: str) -> None:
    data, rule, sheet, places = MISTAKES[name]
    (finding, *others) = told(data)
    assert (finding.rule, [one.rule for one in others]) == (rule, [])
    assert [
        (cell.sheet, cell.row, cell.column) for cell in finding.cells[: len(places)]
    ] == [(sheet, *at) for at in places]


def test_rows_that_are_not_there_are_told_with_their_codes_and_what_they_come_to() -> (
    None
):
    (finding,) = told(MISTAKES["a list half filled"][0])
    assert finding.message.startswith(
        "“支出总表”没有、别的表有的科目 7 个：2080501 行政单位离退休、2080505 "
    )
    assert finding.message.endswith("等，数合计 5080320元。")
    assert {"R-outlay_total", "R-outlay_class.208", "R-each_basic"} <= {
        one.rule for one in finding.every()
    }


def test_a_message_calls_a_side_as_the_profile_says() -> None:
    (finding,) = told(MISTAKES["two 项 exchanged where several lists show which"][0])
    assert finding.message.startswith(
        "【2080505 机关事业单位基本养老保险缴费支出】收入总表“财政拨款收入”是 1024800元，三张财政拨款支出表的合计是 512400元，"
    )


def test_a_form_that_is_not_begun_is_waited_for_once() -> None:
    data = returned(OFFICE)
    del data["uses"]
    book = computed(from_data(data, PROFILE), PROFILE.book)
    report = check_return(book, PROFILE, steps.catalogue(PROFILE))
    assert not report.findings
    assert [one.why for one in report.not_checked if one.rule == "R-each_use"] == [
        "“支出主要内容”还没有填"
    ]


def keys(left: list[str], right: list[str]) -> list[str]:
    """The keys that are compared where the lists of income and outlay have these."""
    parts = [{"income_lines": left, "outlay_lines": right}]
    data = {
        block: [dict(zip(BY, code.split(), strict=False)) for code in codes]
        for one in parts
        for block, codes in one.items()
    }
    claim = Comparison("==", sum_of("income_lines.total"), sum_of("outlay_lines.total"))
    return [
        " ".join(source.key) for source in by_key(claim, BY, from_data(data, PROFILE))
    ]


@pytest.mark.parametrize(
    ("left", "right", "compared"),
    [
        (["207", "207 01", "207 01 04"], ["207", "207 01", "207 01 04"], ["207 01 04"]),
        (
            ["207", "207 01"],
            ["207", "207 01", "207 01 04"],
            ["207 01"],
        ),  # the left stops at its 款
        (["207 01"], ["207 01 04"], []),  # neither has what the other says
        (["207 01 04"], ["208 05 01"], ["207 01 04", "208 05 01"]),
        (["207 01 04", "208"], ["207 01 04", "208 05 01"], ["207 01 04"]),
        ([], ["208"], ["208"]),
        ([""], [], []),  # a row without a code is told elsewhere
    ],
)
def test_a_key_is_compared_where_both_lists_go_as_deep(
    left: list[str], right: list[str], compared: list[str]
) -> None:
    assert keys(left, right) == compared


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no list": (
        {"left": "income.total.amount", "right": "sum(outlay_lines.total)"},
        "逐行比的两边都是清单的列",
    ),
    "no such column": (
        {
            "left": "sum(income_lines.total)",
            "right": "sum(uses.amount)",
            "by": ["sort"],
        },
        "没有名为“sort”的列",
    ),
    "no such column in the other list": (
        {"left": "sum(basic_lines.total)", "right": "sum(outlay_lines.total)"},
        "没有名为“item”的列",
    ),
    "a key and a code list": (
        {
            "left": "sum(uses.amount)",
            "right": "sum(uses.amount)",
            "each": {"codes": "functional", "level": "类"},
        },
        "each 和 by 只能写一个",
    ),
    "no key at all": (
        {"left": "sum(income_lines.total)", "right": "sum(uses.amount)", "by": []},
        "by",
    ),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("keyed"))


@pytest.mark.parametrize("name", WRONG)
def test_a_key_that_does_not_fit_is_told(name: str, place: Path) -> None:
    said, message = WRONG[name]
    relation = {"title": "科目", "by": list(BY), **said}
    path = place / "schema" / "profiles" / "shanghai-2026" / "profile.json"
    with (
        rewritten(path, lambda whole: {**whole, "relations": {"one": relation}}),
        pytest.raises(ProfileError, match=message),
    ):
        read_anew(place, "shanghai-2026")
