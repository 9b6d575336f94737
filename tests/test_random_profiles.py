"""A property: whatever small profile the vocabulary admits, its department is drawn, read, checked, merged and published."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.languages import at_home, goes_all_the_way, installed, read_anew, written
from tests.random_profiles import Maker
from tests.returns import random_data

# how many are tried; more by hand: PROFILES=500
MANY = int(os.environ.get("PROFILES", "16"))
FIRST = int(os.environ.get("PROFILES_FROM", "0"))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installed(tmp_path_factory.mktemp("chance"))


@pytest.mark.parametrize("number", range(FIRST, FIRST + MANY))
def test_a_profile_of_chance_goes_all_the_way(
    place: Path, number: int, tmp_path: Path
) -> None:
    draws = random.Random(number)
    id_ = f"chance-{number}"
    with at_home(place):
        profile = read_anew(place, written(place, id_, Maker(draws).files(id_)))
        gone = goes_all_the_way(
            profile, [random_data(profile, draws) for _ in range(2)], tmp_path
        )
    assert "公开表.xlsx" in gone.placed
