"""The check run before and after each error, and what came of it: found or not, at which cell, and what else was said.

How it is counted, decided before the first measurement:

- A finding is **new** where no finding before had the same rule and the same message (whatever row it counts), or the same
  rule and at least its cells (a hint that counts rows over a whole file is not new when it counts one row fewer).
- An error is **found** where a new finding names a cell on the sheet of a cell that must be mended; where a whole sheet or file
  must be mended, where it names that sheet or file, by a cell or in its words; where a unit is missing in the leading unit's
  list, also where it names that unit's file. Where the department must act (a unit did not
  hand in), any new finding or any new closing line of the check (未填完, 没有核对) will do.
- The **true cell** is named where one of the new findings has a cell that must be mended among its cells. The **first** one is
  true where the very first new finding, the worst first as people read them, has such a cell in front.
- **Extra** is the number of new findings of a hit but one.
- Errors of the classes department and structure are also checked as merging checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.injected.injecting import Injected, Workshop, inject, named
from tests.injected.kinds import CLASSES, HARMLESS
from tests.injected.material import Material, materials
from tests.injected.work import Target
from toolkit import steps
from toolkit.check.told_once import told_once
from toolkit.files.grid import Grid
from toolkit.model import Cell
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.returns.merge import merge
from toolkit.rules.rule import Finding
from toolkit.steps.checking import Way, check_units, check_whole, one_each
from toolkit.steps.paths import collected

# rows counted in words: they move where a row comes or goes
_ROWS = re.compile(r"[第共] ?\d+ 行")
MERGED = ("department", "structure")  # classes that are also checked as merging checks


@dataclass(frozen=True)
class Seen:
    """What a check says of a department: its findings, and the lines at its end."""

    findings: tuple[Finding, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What came of one error."""

    injected: Injected
    targets: tuple[Target, ...]
    new: tuple[Finding, ...]
    lines: tuple[str, ...]

    @property
    def found(self) -> bool:
        if any(not one.file for one in self.targets) and (self.new or self.lines):
            return True
        concerned = [Target(file) for file in self.injected.work.concerned]
        return any(
            _is_near(finding, one)
            for finding in self.new
            for one in (*self.targets, *concerned)
        )

    @property
    def true_cell(self) -> bool:
        return self._pointless or any(
            _points_at(finding, one) for finding in self.new for one in self.targets
        )

    @property
    def first_true(self) -> bool:
        if self._pointless:
            return True
        return bool(self.new) and any(
            _points_at(self.new[0], one, first=True) for one in self.targets
        )

    @property
    def _pointless(self) -> bool:
        """Whether nothing can be pointed at: a file that is not there."""
        return any(not one.file for one in self.targets)

    @property
    def extra(self) -> int:
        return max(0, len(self.new) - 1)


def _is_at(cell: Cell, target: Target) -> bool:
    if cell.book != target.file:
        return False
    if not target.row:
        return cell.sheet == target.sheet or not target.sheet
    return (cell.sheet, cell.row, cell.column) == (
        target.sheet,
        target.row,
        target.column,
    )


def _points_at(finding: Finding, target: Target, *, first: bool = False) -> bool:
    """Whether a finding has what must be mended among its cells, or as the first; a sheet that is gone, among its words."""
    if target.gone:
        return target.sheet in finding.message
    return any(
        _is_at(cell, target) for cell in (finding.cells[:1] if first else finding.cells)
    )


def _is_near(finding: Finding, target: Target) -> bool:
    on_it = any(
        cell.book == target.file and target.sheet in ("", cell.sheet)
        for cell in finding.cells
    )
    named_in_words = (
        not target.row
        and bool(target.sheet or target.file)
        and (target.sheet or target.file) in finding.message
    )
    return on_it or named_in_words


@dataclass
class Measurer:
    """Checks departments that lie in memory: of each material the sound one once."""

    profile: Profile
    workshop: Workshop
    folder: Path

    def __post_init__(self) -> None:
        self.rules = steps.catalogue(self.profile)
        self.sound: dict[tuple[str, bool], Seen] = {}

    def measure(self, injected: Injected) -> Result:
        """What the check says because of an error, and did not say before."""
        merging = injected.error.kind in MERGED
        before = self._before(injected.material, merging=merging)
        grids, targets = self.workshop.made(injected)
        after = self._seen(grids, injected.work.littered, merging=merging)
        new = [
            finding for finding in after.findings if _is_new(finding, before.findings)
        ]
        lines = [line for line in after.lines if line not in before.lines]
        return Result(injected, targets, tuple(new), tuple(lines))

    def _before(self, material: Material, *, merging: bool) -> Seen:
        key = (material.name, merging)
        if key not in self.sound:
            self.sound[key] = self._seen(
                self.workshop.grids(material.units), (), merging=merging
            )
        return self.sound[key]

    def _seen(
        self, grids: Mapping[str, Grid], littered: Iterable[str], *, merging: bool
    ) -> Seen:
        """Check a department; its files are empty ones on the disk, opened from memory."""
        for left in self.folder.iterdir():
            left.unlink()
        for name in [*grids, *littered]:
            (self.folder / name).touch()

        def opener(_: Path, name: str) -> Grid:
            return grids[name]

        checked = steps.check([self.folder], self.profile, opener)
        findings = list(checked.report.findings)
        lines = [one.sentence for one in checked.unfinished] + [
            one.why for one in checked.passed
        ]
        lines += [checked.not_held] if checked.not_held else []
        if merging:
            files = collected([self.folder], self.profile)
            own = check_units(
                files,
                [self.folder],
                Way(self.profile, self.rules, (), opener),
                merging=True,
            )
            whole = check_whole(
                merge(one_each(own.returns), self.profile), self.profile, self.rules
            )
            # as merging tells them
            of_units, of_department = told_once(own.report, whole.report, self.profile)
            findings += [
                one
                for one in (*of_units.findings, *of_department.findings)
                if _is_new(one, findings)
            ]
        return Seen(tuple(findings), tuple(lines))


def _is_new(finding: Finding, before: Iterable[Finding]) -> bool:
    cells = set(finding.cells)
    alike = [one for told in before for one in told.every() if one.rule == finding.rule]
    said = _ROWS.sub("", finding.message)
    return not any(
        _ROWS.sub("", one.message) == said or (cells and cells <= set(one.cells))
        for one in alike
    )


@dataclass(frozen=True)
class Line:
    """A line of the table."""

    kind: str
    results: Sequence[Result]

    @property
    def hits(self) -> Sequence[Result]:
        return [one for one in self.results if one.found]

    @property
    def due(self) -> Sequence[Result]:
        return [one for one in self.results if not one.injected.why_not]

    @property
    def numbers(self) -> dict[str, float]:
        """How many, how many a good tool should find, how many are found; shares of hits in percent; extra findings a hit."""
        due_hits = [one for one in self.due if one.found]
        return {
            "n": len(self.results),
            "findable": len(self.due),
            "found": len(self.hits),
            "found_percent": _percent(len(due_hits), len(self.due)),
            "true_cell_percent": _percent(
                sum(one.true_cell for one in self.hits), len(self.hits)
            ),
            "first_percent": _percent(
                sum(one.first_true for one in self.hits), len(self.hits)
            ),
            "extra": round(
                sum(one.extra for one in self.hits) / max(1, len(self.hits)), 2
            ),
        }


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 100


def measured(seed: int, kinds: Sequence[str], folder: Path) -> list[Result]:
    """Make all errors of these classes, and check each; `folder` is for what must lie on a disk."""
    profile = load("hebei-2023")
    drawing, handed_in = folder / "drawing", folder / "handed-in"
    drawing.mkdir()
    handed_in.mkdir()
    measurer = Measurer(profile, Workshop(profile, drawing), handed_in)
    return [measurer.measure(one) for one in inject(seed, materials(), kinds)]


def lines(results: Sequence[Result]) -> list[Line]:
    """The lines of the table: each class, and all of them."""
    wrong = [one for one in results if one.injected.error.kind != HARMLESS]
    several = [
        Line(kind, [one for one in wrong if one.injected.error.kind == kind])
        for kind in CLASSES
    ]
    return [line for line in (*several, Line("all", wrong)) if line.results]


def told(one: Result) -> str:
    """An error and what was said of it, in a few lines."""
    injected = one.injected
    head = f"- {injected.key}《{injected.error.label}》〔{injected.material.name}〕{'；'.join(injected.work.told[:3])}"
    where = f"    要改：{named(one.targets)}" if one.targets else ""
    said = [
        f"    {finding.severity}{finding.rule} {_first(finding)}：{finding.message[:90]}"
        for finding in one.new[:8]
    ]
    more = [f"    （结尾）{line[:90]}" for line in one.lines]
    return "\n".join(line for line in (head, where, *said, *more) if line)


def _first(finding: Finding) -> str:
    return (
        f"{finding.cells[0].book[:6]} {finding.cells[0].sheet}!{finding.cells[0].address}"
        if finding.cells
        else "（无格）"
    )
