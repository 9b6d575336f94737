"""Every relation between the nine tables is held by a rule that tells one wrong cell: the cases of docs/relations.md."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.relations import (
    ELSEWHERE,
    LISTS,
    PAGE,
    PROFILES,
    RELATIONS,
    Outcome,
    Spot,
    by_entries,
    rows_of,
    unit,
)
from toolkit import steps
from toolkit.check.judge import check_return
from toolkit.check.report import Report
from toolkit.profile.by_door import of_return
from toolkit.profile.loading import load
from toolkit.returns.data import computed, from_data

SECTIONS = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
LINES = {
    of: re.findall(r"(?m)^\| (.+) \|$", part)[1:]
    for of, part in zip(PROFILES, SECTIONS, strict=False)
}
CASES = [(of, line) for of, lines in LINES.items() for line in lines]
PLACE = re.compile("“(.+)”([A-Z]+[0-9]+)|`(.+)`")


@cache
def wrong(of: str, spot: Spot) -> Outcome:
    return unit(of).wrong(spot)


def spot_of(said: str) -> Spot:
    found = PLACE.fullmatch(said)
    assert found is not None, said
    sheet, address, name = found.groups()
    return Spot(sheet or "", address or name)


@pytest.mark.parametrize("of", PROFILES)
def test_before_anything_is_wrong_no_relation_is_told(of: str) -> None:
    outcome = unit(of).wrong(None)
    assert not outcome.imported
    assert not [
        row.relation.said
        for row in rows_of(of)
        if outcome.told_by(row.relation, row.rules)
    ]


@pytest.mark.parametrize("of", PROFILES)
def test_the_page_has_every_relation_with_its_rules_and_doors(of: str) -> None:
    """`python -m tests.relations` writes it anew."""
    said = [tuple(line.split(" | ")[:3]) for line in LINES[of]]
    assert said == [(row.relation.said, row.told, row.doors) for row in rows_of(of)]


@pytest.mark.parametrize(
    ("of", "line"), CASES, ids=[f"{of} {line.split(' ')[0]}" for of, line in CASES]
)
def test_one_wrong_cell_of_an_export_is_told_by_its_relation(
    of: str, line: str
) -> None:
    said, _, _, case, broken, named = line.split(" | ")
    (row,) = (row for row in rows_of(of) if row.relation.said == said)
    assert any(wrong(of, spot_of(case)).told_by(row.relation, row.rules))
    assert 0 < int(named) <= int(broken)


def test_what_one_units_tables_cannot_show_has_cases_of_its_own() -> None:
    cases = "".join(
        path.read_text(encoding="utf-8")
        for path in (Path(__file__).parent / "rules").glob("*.md")
    )
    assert len(ELSEWHERE) + len(RELATIONS) >= 30
    assert not [
        rule for one in ELSEWHERE for rule in one.rules if f"## {rule} " not in cases
    ]


@pytest.mark.parametrize("of", PROFILES)
@pytest.mark.parametrize("gone", [LISTS[:1], LISTS[1:], LISTS], ids="、".join)
def test_what_rests_on_a_list_of_entries_waits_until_that_is_begun(
    of: str, gone: tuple[str, ...]
) -> None:
    """One list filled in before the other: nothing is held against tables that are derived of nothing yet, and that is said."""
    profile = load(of)

    def told(data: dict[str, Any]) -> Report:
        given = from_data(data, profile, "甲.xlsx")
        return check_return(
            computed(given, of_return(profile, given).book),
            profile,
            steps.catalogue(profile),
        )

    data = by_entries(of)
    before = {finding.rule for finding in told(data).findings}
    report = told({key: value for key, value in data.items() if key not in gone})
    assert {finding.rule for finding in report.findings} <= before
    waiting = " ".join(one.why for one in report.not_checked)
    assert all(
        f"“{profile.book.sheet_of(key).name}”还没有填" in waiting for key in gone
    )
