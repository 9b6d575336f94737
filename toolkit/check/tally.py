"""What is found while a return is checked, and findings of one defect joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from toolkit.check.asked import Asked
from toolkit.check.holding import asserted
from toolkit.check.origins import EntriesBehind, of_nothing
from toolkit.check.report import Outcomes, speaking_for
from toolkit.check.trial import Broken
from toolkit.model import Cell
from toolkit.profile.form import Sheet
from toolkit.rules.claim import Comparison
from toolkit.rules.reading import each_once
from toolkit.rules.rule import Finding


@dataclass
class Tally:
    """What is found while checking; `gaps` keeps what a claim's finding was made of, to join findings of one defect."""

    outcomes: Outcomes
    behind: EntriesBehind = of_nothing  # the entry cells behind a total
    unreadable: frozenset[Cell] = frozenset()  # cells of figures that hold no number
    # calculated cells that rest on a form not begun, which is it
    early: Mapping[Cell, Sheet] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    gaps: dict[int, tuple[Decimal, frozenset[Cell]]] = field(default_factory=dict)
    # what breaks, as a trial of the return's copies names it
    broken: dict[int, Broken] = field(default_factory=dict)
    # findings on cells that must be filled
    blanks: set[int] = field(default_factory=set)
    # findings on cells that do not hold what a person sees in them
    readings: set[int] = field(default_factory=set)
    # findings on levels of a list that do not add up
    levels: set[int] = field(default_factory=set)
    # findings on rows whose code has none around it
    astray: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)  # findings that another one speaks for
    all_held: bool = False  # whether no claim waits for a form that is not begun
    # what differs by no more than rounding explains
    rounded: list[tuple[Cell, str]] = field(default_factory=list)
    # the claim, and which of its places
    held: dict[int, tuple[Asked, int]] = field(default_factory=dict)

    def add(
        self,
        finding: Finding,
        gap: Decimal | None,
        held: tuple[Asked, int] | None = None,
    ) -> None:
        """Take a finding in, with the entry cells behind its totals and the gap it was found by."""
        self.broken[len(self.findings)] = (finding.rule, finding.cells)
        if held is not None:
            self.held[len(self.findings)] = held
        behind = [entry for cell in finding.cells for entry in self.behind(cell)]
        complete = finding
        if behind:
            complete = replace(finding, cells=each_once((*finding.cells, *behind)))
        if gap is not None:
            self.gaps[len(self.findings)] = (abs(gap), frozenset(complete.cells))
        self.findings.append(complete)

    def is_comparison(self, number: int) -> bool:
        """Whether a finding is of two figures that do not agree, and not of words that are not there."""
        return number not in self.held or isinstance(
            asserted(self.held[number][0]), Comparison
        )

    def is_equation(self, number: int) -> bool:
        """Whether a finding is of two sides that must be equal: it says most plainly what is amiss."""
        if number not in self.held:
            return False
        claim = asserted(self.held[number][0])
        return isinstance(claim, Comparison) and claim.op == "=="


def folded(tally: Tally) -> list[Finding]:
    """Join broken claims with the same gap that share a cell: one defect. What knows best where it lies speaks."""
    plainest_first = sorted(
        tally.gaps, key=lambda n: (_plainness(n, tally), len(tally.gaps[n][1]), n)
    )
    findings = list(tally.findings)
    # The entry that is likely at fault may have been found behind a total since.
    named = {
        number: cells | frozenset(findings[number].cells)
        for number, (_, cells) in tally.gaps.items()
    }
    gone = set(tally.gone)
    for place, first in enumerate(plainest_first):
        gap, cells = tally.gaps[first][0], named[first]
        if first in gone or gap == 0:
            continue
        later = (other for other in plainest_first[place + 1 :] if other not in gone)
        also = [
            other
            for other in later
            if tally.gaps[other][0] == gap and named[other] & cells
        ]
        if also:
            gone.update(also)
            findings[first] = speaking_for(
                findings[first], (findings[other] for other in also)
            )
    return [finding for number, finding in enumerate(findings) if number not in gone]


def _plainness(number: int, tally: Tally) -> int:
    """Which of several findings says most plainly where a defect lies: of one key, of one list, then any claim or look."""
    if number in tally.held and tally.held[number][0].rule.by:
        return 0
    return 1 if number in tally.levels else 2
