"""What is found while a return is checked, and findings of one defect joined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from toolkit.check.asked import Asked
from toolkit.check.holding import asserted
from toolkit.check.report import RANK, Outcomes
from toolkit.check.trial import Broken
from toolkit.model import Cell
from toolkit.rules.claim import Comparison
from toolkit.rules.reading import each_once
from toolkit.rules.rule import Finding


@dataclass
class Tally:
    """What is found while checking; `gaps` keeps what a claim's finding was made of, to join findings of one defect."""

    outcomes: Outcomes
    behind: Mapping[Cell, tuple[Cell, ...]] = field(default_factory=dict)
    unreadable: frozenset[Cell] = frozenset()  # cells of figures that hold no number
    findings: list[Finding] = field(default_factory=list)
    gaps: dict[int, tuple[Decimal, frozenset[Cell]]] = field(default_factory=dict)
    broken: dict[int, Broken] = field(default_factory=dict)  # what breaks, as a trial of the return's copies names it
    blanks: set[int] = field(default_factory=set)  # findings on cells that must be filled
    readings: set[int] = field(default_factory=set)  # findings on cells that do not hold what a person sees in them
    gone: set[int] = field(default_factory=set)  # findings that another one speaks for
    held: dict[int, tuple[Asked, int]] = field(default_factory=dict)  # the claim, and which of its places

    def add(self, finding: Finding, gap: Decimal | None, held: tuple[Asked, int] | None = None) -> None:
        """Take a finding in, with the entry cells behind its totals and the gap it was found by."""
        self.broken[len(self.findings)] = (finding.rule, finding.cells)
        if held is not None:
            self.held[len(self.findings)] = held
        behind = (cell for total in finding.cells for cell in self.behind.get(total, ()))
        complete = replace(finding, cells=each_once((*finding.cells, *behind)))
        if gap is not None:
            self.gaps[len(self.findings)] = (abs(gap), frozenset(complete.cells))
        self.findings.append(complete)

    def is_comparison(self, number: int) -> bool:
        """Whether a finding is of two figures that do not agree, and not of words that are not there."""
        return number not in self.held or isinstance(asserted(self.held[number][0]), Comparison)

    def is_equation(self, number: int) -> bool:
        """Whether a finding is of two sides that must be equal: it says most plainly what is amiss."""
        if number not in self.held:
            return False
        claim = asserted(self.held[number][0])
        return isinstance(claim, Comparison) and claim.op == "=="


def folded(tally: Tally) -> list[Finding]:
    """Join broken claims with the same gap that share a cell: one defect. The claim with the fewest cells speaks."""
    fewest_cells_first = sorted(tally.gaps, key=lambda n: (len(tally.gaps[n][1]), n))
    findings = list(tally.findings)
    gone = set(tally.gone)
    for place, first in enumerate(fewest_cells_first):
        gap, cells = tally.gaps[first]
        if first in gone or gap == 0:
            continue
        also = []
        for other in fewest_cells_first[place + 1 :]:
            its_gap, its_cells = tally.gaps[other]
            if other not in gone and its_gap == gap and its_cells & cells:
                also.append(other)
        if also:
            gone.update(also)
            others = [findings[other] for other in also]
            worst = min((one.severity for one in (findings[first], *others)), key=RANK.__getitem__)
            findings[first] = replace(findings[first], severity=worst, joined=(*findings[first].joined, *others))
    return [finding for number, finding in enumerate(findings) if number not in gone]
