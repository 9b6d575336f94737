"""Statements in wordings that the audit was not written for: nothing is found in right ones, planted faults are."""

from __future__ import annotations

import pytest

from tests.foreign import Planted, found, planted, right, texts
from toolkit.report.audited.words import coverage

FEWEST_UNDERSTOOD = 0.75


@pytest.mark.parametrize("name", texts())
def test_nothing_is_found_in_a_right_statement_of_another_province(name: str) -> None:
    one = right(name)
    # 增加0万元 is how one province's form itself has it: a hint, and a true one.
    assert [
        f"{finding.check.id} {finding.message}"
        for finding in one.findings
        if finding.check.id != "J02-03"
    ] == []
    assert one.auditable
    read = coverage(one)
    assert read.understood >= FEWEST_UNDERSTOOD * (read.present - read.furniture)


@pytest.mark.parametrize(
    "fault", [one for one in planted() if not one.why_not], ids=lambda one: one.id
)
def test_a_planted_fault_is_told(fault: Planted) -> None:
    assert fault.check in found(fault)


def test_what_is_said_not_to_be_found_is_not() -> None:
    """Should it be found one day, its row in the table says otherwise."""
    assert [fault.id for fault in planted() if fault.why_not and found(fault)] == []
