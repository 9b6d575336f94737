"""Right returns of other trades (tests/good): whatever is raised on them is a mistake of the judge, never of the return."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.judged import found_in
from toolkit import steps
from toolkit.profile.loading import load
from toolkit.rules.rule import ERROR, Finding

PROFILE = load("hebei-2023")
GOOD = sorted((Path(__file__).resolve().parent / "good").glob("*.json"))
OF_SHANGHAI = sorted((Path(__file__).resolve().parent / "good_shanghai").glob("*.json"))
MOST = 2  # findings in all the returns together


def said(path: Path) -> Any:
    """The return's data as it is written."""
    return json.loads(path.read_text(encoding="utf-8"))


@cache
def raised(path: Path) -> Sequence[Finding]:
    """Everything that is found in the return, and in its department where that has no other unit."""
    data = said(path)
    alone = len(data.get("agencies", [])) <= 1
    return found_in(load(data["cover"]["profile"]), data, whole=alone)


def told(findings: list[Finding]) -> str:
    """The findings, one a line, so that a failure can be read."""
    return "\n".join(f"{finding.rule} {finding.message}" for finding in findings)


def added(amounts: list[str]) -> Decimal:
    """The sum of what is written, exactly."""
    return sum(map(Decimal, amounts), Decimal(0))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_the_figures_of_a_right_return_add_up_without_the_judge(path: Path) -> None:
    data = said(path)
    kinds = data["composition"]
    projects = added([project["amount"] for project in data["projects"]])
    if (
        "outlay_entries" in data
    ):  # filled in entry by entry: the forms follow from these
        entries = data["outlay_entries"]
        of_projects = [one["amount"] for one in entries if "project" in one]
        assert added(of_projects) == projects
        assert added([one["amount"] for one in data["income_entries"]]) == added(
            [one["amount"] for one in entries]
        )
        return
    spent = added(
        [kinds[kind]["this_year"] for kind in ("personnel", "operating", "project")]
    )
    assert Decimal(kinds["project"]["this_year"]) == projects
    assert added([row["amount"] for row in data["income"].values()]) == spent
    assert added([row["amount"] for row in data["outlay"].values()]) == spent
    for bought in data.get("procurement", []):
        assert Decimal(bought["quantity"]) * Decimal(bought["price"]) == Decimal(
            bought["amount"]
        ), bought["item"]


def test_there_are_fifty_one_right_returns() -> None:
    assert len(GOOD) == 51


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_no_error_is_raised_on_a_right_return(path: Path) -> None:
    errors = [finding for finding in raised(path) if finding.severity == ERROR]
    assert not errors, told(errors)


def test_next_to_nothing_is_raised_on_all_right_returns_together() -> None:
    findings = [finding for path in GOOD for finding in raised(path)]
    assert len(findings) <= MOST, f"{len(findings)}\n{told(findings)}"


@pytest.mark.parametrize("path", OF_SHANGHAI, ids=lambda path: path.stem)
def test_nothing_is_raised_on_a_right_return_of_shanghai(path: Path) -> None:
    assert not raised(path), told(list(raised(path)))


@pytest.mark.parametrize(
    "path", [*GOOD[::10], *OF_SHANGHAI[:1]], ids=lambda path: path.stem
)
def test_a_right_return_is_told_the_same_as_a_workbook(
    path: Path, tmp_path: Path
) -> None:
    book = tmp_path / f"{path.stem}.xlsx"
    steps.draw_return(path, book)
    drawn = steps.check([book], load(said(path)["cover"]["profile"])).report.findings
    assert [(one.rule, one.message) for one in drawn] == [
        (one.rule, one.message) for one in raised(path)
    ]
