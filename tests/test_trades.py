"""Right indicators of sixty-two trades (tests/good/各行业的指标.csv): no rule on indicators objects to any of them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from toolkit.profile.bounds import bounds
from toolkit.profile.loading import load
from toolkit.returns.data import computed, from_data
from toolkit.rules.catalogue import RULES
from toolkit.rules.rule import Breach, Rule

PROFILE = load("hebei-2023")
TRADES = Path(__file__).resolve().parent / "good" / "各行业的指标.csv"
# Costs (D05) are held against amounts, which these rows do not have.
ON_INDICATORS = [rule for rule in RULES if rule.look is not None and rule.id[:3] in ("D01", "D02", "D03", "D04", "D06", "D07")]


def projects() -> list[dict[str, Any]]:
    """The projects of the file; a project's name and goal stand in the first of its rows."""
    found: list[dict[str, Any]] = []
    with TRADES.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["project"]:
                found.append({"name": line["project"], "goal": line["goal"], "indicators": []})
            row = {key: said for key, said in line.items() if said and key not in ("project", "goal")}
            found[-1]["indicators"].append(row)
    return found


def test_there_are_sixty_trades_and_nearly_six_hundred_rows() -> None:
    told = projects()
    assert len(told) == 62
    assert sum(len(project["indicators"]) for project in told) >= 599


@pytest.mark.parametrize("rule", ON_INDICATORS, ids=lambda rule: rule.id)
def test_no_rule_objects_to_right_indicators(rule: Rule) -> None:
    assert rule.look is not None
    book = computed(from_data({"projects": projects()}, PROFILE, "right"), PROFILE.book)
    breaches = [seen for seen in rule.look(book, bounds(PROFILE.id)) if isinstance(seen, Breach)]
    assert [dict(breach.places) for breach in breaches] == []
