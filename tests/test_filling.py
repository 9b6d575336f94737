"""The rules of reading and shape: what must be reported, and what must not, case by case in tests/filling.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.coded import coded_profile, sound_codes
from tests.filled_by_hand import (
    Case,
    Hand,
    cell_of,
    department,
    filling_cases,
    later,
    lay_out,
    sound,
    titles,
)
from toolkit import steps
from toolkit.check.decisions import answers_astray, decisions_astray
from toolkit.check.judge import check_own, check_return
from toolkit.check.report import Report
from toolkit.files.grid import Grid
from toolkit.model import Code
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.publish.withheld import Withheld, told_anyway
from toolkit.returns.merge import merge
from toolkit.returns.read import read
from toolkit.rules.filling import FILLING
from toolkit.rules.rule import ERROR, Finding
from toolkit.steps.units import Opener, opened

PROFILE = load("hebei-2023")
RULES = steps.catalogue(PROFILE)
OURS = {rule.id: rule for rule in FILLING.values()}


# The one finding that a case's decisions may name.
KNOWN = Finding(
    id="11112222",
    rule="A01-01",
    severity=ERROR,
    title="",
    message="",
    remedy="",
    basis=(),
    cells=(),
)


def reported(case: Case, hand: Hand, folder: Path) -> Sequence[Finding]:
    """Everything that checking the case's workbook, or its folder, reports."""
    if case.own:
        own = department(case, PROFILE)
        astray = decisions_astray(Report((KNOWN,)), own, PROFILE, RULES, "department")
        return (
            *check_own(own, PROFILE, RULES, "department").findings,
            *astray.findings,
        )
    if case.folder:
        lay_out(case, folder)
        return steps.check([folder], PROFILE, opener(case)).report.findings
    profile = profile_of(case)
    rules = steps.catalogue(profile) if case.of_codes else RULES
    book = read(hand.grid, profile)
    told = check_return(book, profile, rules, merging=case.merging)
    marks = [Withheld("", name, "保密审查意见", "分管领导") for name in case.withheld]
    leaked = (
        told_anyway(merge([book], profile), marks, profile, rules)
        if marks
        else Report(())
    )
    return (
        *told.findings,
        *answers_astray(told, [book], profile, rules).findings,
        *leaked.findings,
    )


def profile_of(case: Case) -> Profile:
    """The profile of a case's workbook; of codes, with the office's own list where the case has one."""
    if not case.of_codes:
        return later(PROFILE, case.newer)
    profile = coded_profile()
    ours = profile.lists["functional"]
    codes = (
        Code("205", "类", "教育支出"),
        Code("20502", "款", "普通教育"),
        Code("2050205", "项", "高等教育"),
    )
    own = replace(
        ours, codes=codes, source="功能分类科目.csv", complete=case.office == "完整"
    )
    return profile.with_lists([own]) if case.office else profile


def opener(case: Case) -> Opener:
    """How the case's files are opened: over some the program breaks."""

    def opens(path: Path, name: str) -> Grid:
        if name in case.accidents:
            raise ZeroDivisionError
        return opened(path, name)

    return opens


def named(case: Case, hand: Hand, said: str) -> str:
    """The cell that a line 应报 names, as findings write it."""
    if case.own:
        block, _, column = said.partition(".")
        own = department(case, PROFILE)
        value = (
            own.rows(block)[0].values[column] if own.rows(block) else own.value(said)
        )
        return str(next(value.cells()))
    return str(cell_of(said, hand))


@cache
def anyway(*, of_codes: bool) -> Counter[str]:
    """What the sound workbook is told although nothing is wrong with it: hints of other rules."""
    profile, grid = (coded_profile(), sound_codes()) if of_codes else (PROFILE, sound())
    report = check_return(read(grid, profile), profile, steps.catalogue(profile))
    return Counter(finding.rule for finding in report.findings)


@pytest.mark.parametrize("case", filling_cases(), ids=str)
def test_a_fault_of_filling_is_reported_at_its_cells_and_nothing_else_is(
    case: Case,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DISCLOSURE_LOGS", str(tmp_path_factory.mktemp("logs")))
    hand = Hand.at(sound_codes() if case.of_codes else sound())
    for deed in case.deeds:
        hand.do(deed)
    found = reported(case, hand, tmp_path)
    ours = [finding for finding in found if finding.rule in OURS]
    said = sorted(
        (finding.rule, [str(cell) for cell in finding.cells]) for finding in ours
    )
    assert said == sorted(
        (rule, [named(case, hand, cell) for cell in cells])
        for rule, cells in case.expected
    )
    for finding in ours:
        # What speaks for an error is one.
        errors = any(
            OURS[one.rule].severity is ERROR
            for one in finding.every()
            if one.rule in OURS
        )
        assert finding.severity is (ERROR if errors else OURS[finding.rule].severity)
        assert "{" not in finding.message + finding.remedy
    if not case.folder:
        others = Counter(finding.rule for finding in found if finding.rule not in OURS)
        assert others - anyway(of_codes=case.of_codes) == Counter(case.beside), (
            "one fault, one finding: no other rule speaks of it too"
        )


def test_every_section_is_called_as_its_rule() -> None:
    assert titles() == {rule.id: rule.title for rule in OURS.values()}
