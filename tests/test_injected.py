"""The errors of tests/injected are sound: each changes what it says, a seed gives the same ones again, another one others."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.injected.injecting import Injected, Workshop, inject
from tests.injected.kinds import CLASSES, ERRORS, HARMLESS
from tests.injected.material import materials
from tests.injected.measuring import measured
from toolkit.files.grid import Grid
from toolkit.profile.loading import load

PROFILE = load("hebei-2023")
AT_LEAST = 8  # of each class
DRAWN = 5  # errors that are drawn here; the measuring draws all


def content(injected: Injected) -> object:
    work = injected.work
    return injected.key, injected.material.name, work.told, work.units, work.blamed


def test_a_seed_gives_the_same_errors_again_and_another_one_others() -> None:
    few = ("years", "procurement", "department", HARMLESS)
    first, again, other = (
        [content(one) for one in inject(seed, materials(), few)] for seed in (5, 5, 6)
    )
    assert first == again
    assert (
        sum(one != two for one, two in zip(first, other, strict=True)) > len(first) // 2
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_every_error_changes_its_material_and_says_what_must_be_mended(
    seed: int,
) -> None:
    for one in inject(seed, materials()):
        work = one.work
        assert work.told, one.key
        assert (
            work.deeds
            or work.littered
            or work.units != one.material.units
            or list(work.units) != list(one.material.units)
        )
        if one.error.kind != HARMLESS:
            assert work.blamed or work.deeds, one.key


def test_each_class_has_enough_of_errors_and_there_are_changes_that_are_none() -> None:
    counted = Counter[str]()
    for one in ERRORS:
        counted[one.kind] += one.times
    assert set(counted) == {*CLASSES, HARMLESS}
    assert min(counted.values()) >= AT_LEAST
    assert counted[HARMLESS] >= 3 * AT_LEAST
    assert sum(counted.values()) - counted[HARMLESS] >= 170


def test_the_declared_cells_are_changed_in_the_workbook(tmp_path: Path) -> None:
    workshop = Workshop(PROFILE, tmp_path)
    example = materials()[:1]
    made = list(inject(7, example, ("figures",)))[:DRAWN]
    before = workshop.grids(example[0].units)
    assert len(made) == DRAWN
    for one in made:
        after, targets = workshop.made(one)
        assert targets, one.key
        for target in targets:
            spot = (target.row, target.column)
            assert shown(before, target.file, target.sheet, spot) != shown(
                after, target.file, target.sheet, spot
            ), one.key


def shown(grids: dict[str, Grid], file: str, sheet: str, spot: tuple[int, int]) -> str:
    raw = grids[file].sheets[sheet].cells.get(spot)
    return raw.text if raw else ""


def test_an_error_that_sums_contradict_is_found_at_its_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "tests.injected.injecting.ERRORS",
        [one for one in ERRORS if one.name == "made_negative"],
    )
    only = materials()[:1]
    monkeypatch.setattr("tests.injected.measuring.materials", lambda: only)
    (result,) = measured(1, ("figures",), tmp_path)
    assert result.found
    assert result.true_cell
