"""Which cell comes first where a row contradicts itself or its goal: the one that stands alone with its number."""

from __future__ import annotations

from typing import Any

import pytest

from toolkit.profile.bounds import bounds
from toolkit.profile.loading import load
from toolkit.returns.data import computed, from_data
from toolkit.rules.catalogue import RULES
from toolkit.rules.rule import Breach

PROFILE = load("hebei-2023")
BOARDERS = "保障1200名学生住校。"
# Rule, goal, description, value → the column (or the goal) to look at first.
FIRST = (
    ("D03-36", BOARDERS, "男生960人、女生510人", "1200人", "description"),
    ("D03-36", "保障学生住校。", "男生690人、女生510人", "1020人", "value"),
    ("D07-09", BOARDERS, "男生690人、女生510人", "1020人", "value"),
    ("D07-09", BOARDERS, "在校寄宿", "1020人", "goal"),
)


def first_cell(rule_id: str, project: dict[str, Any]) -> str:
    """The field that the rule's only finding names first."""
    book = computed(
        from_data({"projects": [project]}, PROFILE, "甲.xlsx"), PROFILE.book
    )
    rule = next(rule for rule in RULES if rule.id == rule_id)
    assert rule.look is not None
    (breach,) = (
        seen for seen in rule.look(book, bounds(PROFILE.id)) if isinstance(seen, Breach)
    )
    (row,) = book.projects[0].indicators
    places = {
        **{column: row.words(column) for column in ("description", "value")},
        "goal": book.projects[0].head.words("goal"),
    }
    return next(
        column for column, words in places.items() if breach.cells[0] in words.cells()
    )


@pytest.mark.parametrize(("rule", "goal", "description", "value", "first"), FIRST)
def test_the_number_that_stands_alone_comes_first(
    rule: str, goal: str, description: str, value: str, first: str
) -> None:
    row = {
        "level2": "数量指标",
        "level3": "学生住校人数",
        "description": description,
        "value": value,
    }
    assert (
        first_cell(rule, {"name": "住校", "goal": goal, "indicators": [row]}) == first
    )
