"""The library of usual indicators: its blanks look like blanks, and with its blanks filled no rule on indicators objects."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import count

import pytest

from toolkit.model import Return
from toolkit.profile.bounds import bounds
from toolkit.profile.loading import load
from toolkit.profile.stored import home, read_csv
from toolkit.returns.data import from_data
from toolkit.rules.catalogue import RULES
from toolkit.rules.indicator_value import Shape, measured
from toolkit.rules.rule import Breach

PROFILE = load("hebei-2023")
LIBRARY = read_csv(home() / "schema" / "codes" / "indicator-library.csv")
SYSTEMS = ("88号", "101号")
KINDS = ("工资奖金", "补贴发放", "办公运转", "信息化运维", "培训宣传", "工程购置")
BLANK = re.compile(r"（[^（）]+）")
INDICATOR_RULES = [
    rule for rule in RULES if rule.kind == "绩效指标" and rule.look is not None
]


def of(kind: str, system: str) -> list[dict[str, str]]:
    return [
        row for row in LIBRARY if row["kind"] == kind and row["system"] in ("", system)
    ]


def filled(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The rows as a person fills them: months are months, everything else gets a number of its own."""
    numbers = count(81)
    return [
        {
            **row,
            "value": BLANK.sub(
                lambda blank: "11" if blank[0] == "（月份）" else str(next(numbers)),
                row["value"],
            ),
        }
        for row in rows
    ]


def a_return(rows: list[dict[str, str]]) -> Return:
    listed = [
        {
            key: row[key]
            for key in ("level1", "level2", "level3", "description", "value", "basis")
        }
        for row in rows
    ]
    project = {
        "name": "某项经费",
        "category": "特定目标类项目",
        "goal": "完成年度工作任务。",
        "indicators": listed,
    }
    return from_data({"projects": [project]}, PROFILE, "甲.xlsx")


def objections(book: Return, system: str) -> list[str]:
    levels = tuple(
        row
        for row in PROFILE.code_list("performance-levels")
        if row["system"] == system
    )
    known = replace(bounds(PROFILE.id), levels=levels)
    return [
        f"{rule.id} {rule.title}：{dict(breach.places)}"
        for rule in INDICATOR_RULES
        if rule.look is not None
        for breach in rule.look(book, known)
        if isinstance(breach, Breach)
    ]


def test_there_are_seven_to_ten_rows_for_each_kind_and_system() -> None:
    assert set(Counter(row["kind"] for row in LIBRARY)) == set(KINDS)
    assert all(7 <= len(of(kind, system)) <= 10 for kind in KINDS for system in SYSTEMS)
    assert {row["system"] for row in LIBRARY} == {"", *SYSTEMS}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("kind", KINDS)
def test_filled_in_no_rule_objects(kind: str, system: str) -> None:
    """Levels, units, directions, sources, and what a project must have: nothing is left to say, not even a hint."""
    assert objections(a_return(filled(of(kind, system))), system) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_level_unit_or_direction_would_be_seen(kind: str) -> None:
    rows = filled(of(kind, "88号"))
    broken = [
        {**row, "value": row["value"].replace("%", "比率").replace("≥", "≤")}
        for row in rows
    ]
    assert objections(a_return(broken), "88号")
    assert objections(
        a_return([{**row, "level1": "满意度指标"} for row in rows]), "88号"
    )


@pytest.mark.parametrize(
    "row", LIBRARY, ids=lambda row: f"{row['kind']}-{row['level3']}{row['system']}"
)
def test_a_value_that_was_not_filled_in_never_passes_for_one(
    row: dict[str, str],
) -> None:
    assert BLANK.search(row["value"])
    assert not re.search(r"\d", row["value"])
    assert measured(row["value"]).shape is Shape.WORDS
    (project,) = filled([row])
    assert measured(project["value"]).shape in (Shape.NUMBER, Shape.DATE)
    assert not any(
        BLANK.search(row[column]) for column in ("level3", "description", "basis")
    )


def test_rows_that_were_copied_and_not_filled_in_are_errors() -> None:
    rows = of("补贴发放", "88号")
    found = objections(a_return(rows), "88号")
    assert sum(said.startswith("D02-02") for said in found) == len(rows)


def test_every_row_fits_the_form() -> None:
    repeated = PROFILE.book.repeated
    assert repeated is not None
    columns = list(repeated.blocks.values())[1].columns
    assert set(columns) == set(LIBRARY[0]) - {"system", "kind"}
    for row in LIBRARY:
        for key, column in columns.items():
            assert 0 < len(row[key]) <= int(column.schema.get("maxLength", 3000))
            if row["system"] in ("", PROFILE.performance_system) and column.choices:
                assert row[key] in column.choices
