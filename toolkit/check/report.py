"""What checking gives: the findings, what became of every check that was to be made, and the rules a profile has no use for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from toolkit.model import record
from toolkit.rules.rule import ERROR, INFO, WARNING, Finding, Rule, Severity

RANK = {ERROR: 0, WARNING: 1, INFO: 2}


def speaking_for(finding: Finding, others: Iterable[Finding]) -> Finding:
    """A finding that others are told with: it is as grave as the gravest of them."""
    told = tuple(others)
    worst = min((one.severity for one in (finding, *told)), key=RANK.__getitem__)
    return replace(finding, severity=worst, joined=(*finding.joined, *told))


UNREADABLE = "格里不是数字"  # why a check was not made: a cell that it reads holds no number, which is a finding of its own


@record(slots=True)
class NotChecked:
    """A check that was to be made and was not: of which rule, for which unit ("" for the department), and why."""

    rule: str
    title: str
    unit: str
    why: str


@record(slots=True)
class Idle:
    """A rule that is not in force in a profile, because the profile has nothing of what it reads."""

    rule: str
    title: str
    lacks: tuple[str, ...]


@record()
class Report:
    """What checking gave: the findings, worst first, and what became of every check.

    Each of the `asked` checks ran, did not apply (nothing was entered that it is about), or was not made, with the reason.
    """

    # a tuple; of many files, in one run, what stands for one and is laid aside
    findings: Sequence[Finding]
    asked: int = 0
    not_applicable: int = 0
    not_checked: tuple[NotChecked, ...] = ()
    idle: tuple[Idle, ...] = ()
    mended: tuple[str, ...] = ()  # what an earlier run told and this one no longer does

    @property
    def ran(self) -> int:
        return self.asked - self.not_applicable - len(self.not_checked)

    @property
    def reasons(self) -> Mapping[str, int]:
        """Why checks were not made, and how many for each reason, the most frequent first."""
        return dict(Counter(one.why for one in self.not_checked).most_common())

    @property
    def held_back(self) -> int:
        """How many checks were not made because a cell holds no number."""
        return self.reasons.get(UNREADABLE, 0)

    @cached_property
    def _counts(self) -> Counter[tuple[Severity, bool]]:
        """How many findings of each severity, those let stand apart; counted once, for they may be thousands."""
        return Counter(
            (finding.severity, bool(finding.accepted)) for finding in self.findings
        )

    def count(self, severity: Severity) -> int:
        return self._counts[severity, False] + self._counts[severity, True]

    def open(self, severity: Severity) -> int:
        """How many findings nobody of the department has let stand."""
        return self._counts[severity, False]

    def joined(self, other: Report) -> Report:
        return all_joined((self, other))


def all_joined(reports: Iterable[Report]) -> Report:
    """Many reports as one, in their order: each is copied once."""
    each = tuple(reports)
    telling = [one.findings for one in each if one.findings]
    return Report(
        telling[0]
        if len(telling) == 1
        else tuple(finding for findings in telling for finding in findings),
        sum(one.asked for one in each),
        sum(one.not_applicable for one in each),
        tuple(left for one in each for left in one.not_checked),
        tuple(dict.fromkeys(idle for one in each for idle in one.idle)),
        tuple(told for one in each for told in one.mended),
    )


@dataclass
class Outcomes:
    """Counts what became of checks, while they are made."""

    unit: str
    asked: int = 0
    not_applicable: int = 0
    not_checked: list[NotChecked] = field(default_factory=list)

    def leave(self, rule: Rule, why: str) -> None:
        """A check is not made."""
        self.not_checked.append(NotChecked(rule.id, rule.title, self.unit, why))
