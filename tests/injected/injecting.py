"""Errors put into sound returns by chance: the same seed gives the same errors, another one other cells."""

from __future__ import annotations

import json
import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.filled_by_hand import Hand
from tests.injected import (  # noqa: F401  each declares its errors
    assets,
    department,
    figures,
    harmless,
    identity,
    indicators,
    procurement,
    projects,
    reasons,
    structure,
    wording,
    years,
)
from tests.injected.kinds import CLASSES, ERRORS, HARMLESS, Error
from tests.injected.material import Material
from tests.injected.work import Data, ImpossibleError, Spot, Target, Work
from toolkit import steps
from toolkit.files.grid import Grid, open_grid
from toolkit.files.paint import paint
from toolkit.profile.form import Profile
from toolkit.returns.data import from_data
from toolkit.template.draw import draw

TRIES = 4  # on each material: the chosen cell may be one where the error is none


@dataclass(frozen=True)
class Injected:
    """An error made: on which material, and the work that was done."""

    error: Error
    number: int
    material: Material
    work: Work

    @property
    def why_not(self) -> str:
        return self.work.unfindable or self.error.why_not

    @property
    def key(self) -> str:
        return f"{self.error.kind}.{self.error.name}.{self.number}"


def inject(
    seed: int,
    materials: Sequence[Material],
    kinds: Collection[str] = (*CLASSES, HARMLESS),
) -> Iterator[Injected]:
    """Make every error of these classes as often as it is declared, on material and cells chosen by chance."""
    for error in ERRORS:
        if error.kind in kinds:
            yield from (
                _made(error, number, seed, materials) for number in range(error.times)
            )


def _made(
    error: Error, number: int, seed: int, materials: Sequence[Material]
) -> Injected:
    """Make one error on the first material, in an order of chance, that has what it needs.

    Each material draws its own lot, so that a material more changes only the errors that are now made on it.
    """
    key = f"{seed} {error.kind} {error.name} {number}"
    lots = {
        material.name: random.Random(f"{key} {material.name}") for material in materials
    }
    for material in sorted(materials, key=lambda one: lots[one.name].random()):
        rng = lots[material.name]
        for _ in range(TRIES):
            work = Work(rng, material.copied())
            with suppress(ImpossibleError):
                error.make(work)
                if work.told and (work.deeds or work.units != material.units):
                    return Injected(error, number, material, work)
    raise ImpossibleError(f"{error.kind} {error.name}: no material has what it needs")


@dataclass
class Workshop:
    """Draws workbooks of returns, each return once, and does to them what is done after drawing."""

    profile: Profile
    folder: Path
    drawn: dict[str, Grid] = field(default_factory=dict)

    def grids(self, units: Mapping[str, Data]) -> dict[str, Grid]:
        """The workbooks of a department, as they lie before anybody touches their sheets."""
        return {
            file: replace(self._drawn(data), book=file) for file, data in units.items()
        }

    def _drawn(self, data: Data) -> Grid:
        key = json.dumps(data, ensure_ascii=False, sort_keys=True)
        if key not in self.drawn:
            rules = steps.catalogue(self.profile).rules
            path = self.folder / "drawn.xlsx"
            paint(
                draw(self.profile, rules, from_data(data, self.profile), library=True),
                path,
            )
            self.drawn[key] = open_grid(path)
        return self.drawn[key]

    def made(self, injected: Injected) -> tuple[dict[str, Grid], tuple[Target, ...]]:
        """The workbooks with the error in them, and what must be mended. A sheet that is not there is gone."""
        work = injected.work
        grids = self.grids(work.units)
        targets = [self._target(blamed, grids) for blamed in work.blamed]
        for file, deed in work.deeds:
            hand = Hand.at(grids[file])
            targets += [Target(file, *place) for place in deed(hand) or ()]
            grids[file] = replace(hand.grid, book=file)
        settled = (
            replace(
                one, gone=bool(one.sheet) and one.sheet not in grids[one.file].sheets
            )
            for one in targets
        )
        return grids, tuple(dict.fromkeys(settled))

    @staticmethod
    def _target(blamed: Spot | Target, grids: Mapping[str, Grid]) -> Target:
        if isinstance(blamed, Target):
            return blamed
        hand = Hand.at(grids[blamed.file])
        said = blamed.said if blamed.block != "sheet" else "政府采购!sheet.tick"
        sheet, (row, column) = hand.find(said)
        return Target(blamed.file, sheet, row, column)


def named(targets: Iterable[Target]) -> str:
    """What must be mended, as people read it."""

    def place(one: Target) -> str:
        return (
            f"{one.sheet}!{chr(64 + one.column)}{one.row}"
            if one.row
            else one.sheet or "整本"
        )

    return "、".join(
        f"{one.file[:6]} {place(one)}" if one.file else "部门" for one in targets
    )
