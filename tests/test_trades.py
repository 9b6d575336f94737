"""Right indicators, and right projects with amounts, of many trades (the tables in tests/good): no rule objects to any."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from toolkit.model import Return
from toolkit.profile.bounds import bounds
from toolkit.profile.loading import load
from toolkit.returns.data import computed, from_data
from toolkit.rules.catalogue import RULES
from toolkit.rules.rule import Breach, Rule

PROFILE = load("hebei-2023")
GOOD = Path(__file__).resolve().parent / "good"
INDICATORS, PROJECTS = GOOD / "各行业的指标.csv", GOOD / "各行业的项目.csv"
LOOKS = [rule for rule in RULES if rule.look is not None]
# Costs (D05) are held against amounts, which the first file does not have.
ON_INDICATORS = [
    rule for rule in LOOKS if rule.id[:3] in ("D01", "D02", "D03", "D04", "D06", "D07")
]
# Of words for an effect (D02-04) there is a hint that they may stand.
ON_PROJECTS = [rule for rule in LOOKS if rule.id[0] in "DEGH" and rule.id != "D02-04"]


@cache
def projects(path: Path) -> list[dict[str, Any]]:
    """The projects of a file; a project's name, amount and goal stand in the first of its rows."""
    found: list[dict[str, Any]] = []
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["project"]:
                head = {
                    "name": line["project"],
                    "goal": line["goal"],
                    "amount": line.get("amount", ""),
                }
                found.append(
                    {
                        **{key: said for key, said in head.items() if said},
                        "indicators": [],
                    }
                )
            row = {
                key: said
                for key, said in line.items()
                if said and key not in ("project", "goal", "amount")
            }
            found[-1]["indicators"].append(row)
    return found


@cache
def book_of(path: Path) -> Return:
    """A return of a county's office with all the projects of a file."""
    cover = {"unit_name": "平澜县综合服务中心", "department": "平澜县人民政府办公室"}
    return computed(
        from_data({"cover": cover, "projects": projects(path)}, PROFILE, "right"),
        PROFILE.book,
    )


def objections(rule: Rule, path: Path) -> list[dict[str, str]]:
    """What a rule tells of a file's projects."""
    assert rule.look is not None
    return [
        dict(seen.places)
        for seen in rule.look(book_of(path), bounds(PROFILE.id))
        if isinstance(seen, Breach)
    ]


def test_there_are_sixty_trades_and_nearly_six_hundred_rows() -> None:
    assert len(projects(INDICATORS)) == 62
    assert sum(len(project["indicators"]) for project in projects(INDICATORS)) >= 599


def test_there_are_over_a_hundred_projects_with_amounts() -> None:
    assert len(projects(PROJECTS)) == 396
    assert all(project["amount"] for project in projects(PROJECTS))


@pytest.mark.parametrize("rule", ON_INDICATORS, ids=lambda rule: rule.id)
def test_no_rule_objects_to_right_indicators(rule: Rule) -> None:
    assert not objections(rule, INDICATORS)


@pytest.mark.parametrize("rule", ON_PROJECTS, ids=lambda rule: rule.id)
def test_no_rule_on_words_or_costs_objects_to_right_projects(rule: Rule) -> None:
    assert not objections(rule, PROJECTS)
