"""All checks held against one statement: what became of each, one defect one finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from toolkit.audit import (
    arithmetic,
    changes,
    growth,
    held_against,
    partitions,
    plain_tables,
    proportions,
    rows,
    sameness,
    wholeness,
    writing,
)
from toolkit.audit.finding import CHECKS, Beside, Duty, Finding, Heard, Outcome, State
from toolkit.audit.reading import Statement
from toolkit.rules.rule import Severity

# Each declares its checks as it is loaded.
ROOMS = (
    arithmetic,
    changes,
    growth,
    held_against,
    partitions,
    plain_tables,
    proportions,
    rows,
    sameness,
    wholeness,
    writing,
)
UNITS = "J04-11"  # a wrong unit is why each sum with it breaks: told first
# may all be of one wrong number
JOINED = (
    "J01",
    "J02-01",
    "J03-03",
    UNITS,
    "J07-01",
    "J07-05",
    "J07-07",
    "J07-08",
    "J08",
)


@dataclass(frozen=True)
class Audited:
    """A statement with what became of every check."""

    statement: Statement
    outcomes: tuple[Outcome, ...]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings, the worst first, in the order of the text."""
        order = list(Severity)
        found = [finding for outcome in self.outcomes for finding in outcome.findings]
        return tuple(
            sorted(
                found,
                key=lambda one: (
                    order.index(one.check.severity),
                    one.check.id,
                    one.spots[0].place.page,
                    one.spots[0].place.number,
                ),
            )
        )

    @property
    def auditable(self) -> bool:
        return not self.statement.obstacles

    def duty(self, duty: Duty) -> Standing:
        return Standing(
            duty,
            tuple(one for one in self.outcomes if one.check.duty is duty),
            self.auditable,
        )


@dataclass(frozen=True)
class Standing:
    """How a statement stands to one duty. What was not checked is never counted as fulfilled."""

    duty: Duty
    outcomes: tuple[Outcome, ...]
    auditable: bool

    @property
    def findings(self) -> int:
        return sum(len(one.findings) for one in self.outcomes)

    @property
    def ran(self) -> int:
        return sum(one.ran for one in self.outcomes)

    @property
    def not_checked(self) -> int:
        return sum(sum(one.reasons.values()) for one in self.outcomes)

    @property
    def word(self) -> str:
        """有问题, 没有查, 部分没有查, or 没有查出问题."""
        if self.findings:
            return "有问题"
        if not self.ran or not self.auditable:
            return "没有查"
        return "部分没有查" if self.not_checked else "没有查出问题"


def judge(statement: Statement, beside: Beside) -> Audited:
    """Hold every check against a statement. One whose text is broken is not judged at all."""
    outcomes = []
    for declared, look in (CHECKS[key] for key in sorted(CHECKS)):
        heard = Heard(declared, statement)
        if statement.broken:
            heard.unchecked(statement.broken)
        else:
            look(statement, beside, heard)
        outcomes.append(heard.outcome())
    return Audited(statement, tuple(_one_each(outcomes)))


def _one_each(outcomes: Sequence[Outcome]) -> Iterable[Outcome]:
    """The outcomes with findings of one kind told once, and sums that break by one number joined into one finding."""
    kept: list[Finding] = []
    for outcome in sorted(outcomes, key=lambda one: one.check.id != UNITS):
        for finding in _by_key(outcome.findings):
            other = _cause(finding, kept)
            if other is None:
                kept.append(finding)
            else:
                kept[kept.index(other)] = _joined(other, finding)
    by_check: Mapping[str, list[Finding]] = {
        outcome.check.id: [] for outcome in outcomes
    }
    for finding in kept:
        by_check[finding.check.id].append(finding)
    for outcome in outcomes:
        yield replace(outcome, findings=tuple(by_check[outcome.check.id]))


def _by_key(findings: Sequence[Finding]) -> list[Finding]:
    """Findings of one kind as one with all their places."""
    found: dict[str, Finding] = {}
    for number, finding in enumerate(findings):
        key = finding.key or f"{number}"
        if key in found:
            first = found[key]
            more = (
                (*first.also, finding.message)
                if finding.message != first.message
                else first.also
            )
            spots = tuple(dict.fromkeys((*first.spots, *finding.spots)))
            found[key] = replace(first, spots=spots, also=more)
        else:
            found[key] = finding
    return list(found.values())


def _cause(finding: Finding, kept: Sequence[Finding]) -> Finding | None:
    """A finding told before that rests on a number of this one's."""
    if not finding.check.id.startswith(JOINED):
        return None
    mine = set(finding.facts)
    return next(
        (
            one
            for one in kept
            if one.check.id.startswith(JOINED) and mine & set(one.facts)
        ),
        None,
    )


def _joined(first: Finding, other: Finding) -> Finding:
    facts = tuple(dict.fromkeys((*first.facts, *other.facts)))
    return replace(first, also=(*first.also, other.message), facts=facts)


def unchecked(audited: Audited) -> tuple[Outcome, ...]:
    """The checks that were not made at all, or not everywhere."""
    return tuple(
        one for one in audited.outcomes if one.state is State.NOT_CHECKED or one.reasons
    )
