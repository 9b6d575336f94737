"""The levels of the performance system (一级指标, 二级指标): their names, what a mistyped one means, rows moved by a column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache

from rapidfuzz.distance import Levenshtein

from toolkit.model import once_of, record
from toolkit.rules.rule import Bounds

# The columns of an indicator row, from left to right.
COLUMNS = ("level1", "level2", "level3", "description", "value", "basis")
SECOND = COLUMNS.index("level2")
# columns by which a row is moved by hand: pushed on by an inserted cell, or drawn back by a deleted one
STEPS = (
    1,
    -1,
    2,
)
SUFFIX = "指标"
SLIP = 1  # characters by which a mistyped name differs
# What is no part of a level's name: numbering, marks and blanks: 1.数量指标：
NO_NAME = re.compile(r"[\d\s.、．:：。,，（）()]+")


@record()
class Levels:
    """A performance system: each second level with the first levels it may stand under, its own name for it first."""

    homes: Mapping[str, tuple[str, ...]]

    @cached_property
    def seconds(self) -> frozenset[str]:
        """Every name of a second level."""
        return frozenset(self.homes)

    @cached_property
    def first(self) -> frozenset[str]:
        """Every name of a first level."""
        return frozenset(name for names in self.homes.values() for name in names)

    def home(self, level2: str) -> str:
        """The first level that a second one belongs to, or ""."""
        return self.homes.get(level2, ("",))[0]


@lru_cache(maxsize=8)
def _levels(lines: tuple[tuple[str, str, str], ...]) -> Levels:
    homes: dict[str, tuple[str, ...]] = {}
    for level1, level2, aliases in lines:
        others = re.findall(r"[^、,;；|\s]+", aliases)
        homes[level2] = tuple(dict.fromkeys((*homes.get(level2, ()), level1, *others)))
    return Levels(homes)


@once_of
def levels(bounds: Bounds) -> Levels:
    """The levels of the profile's performance system."""
    return _levels(
        tuple(
            (line["level1"], line["level2"], line.get("aliases") or "")
            for line in bounds.levels
        )
    )


@lru_cache(maxsize=1024)
def meant(typed: str, known: frozenset[str]) -> tuple[str, ...]:
    """The names that a mistyped one may mean, none where it is known or like no name: 数理指标 means 数量指标.

    A name without its 指标, or with a number or mark about it, means the name; otherwise it differs in one character.
    """
    if not typed or typed in known:
        return ()
    bare = NO_NAME.sub("", typed)
    for name in (bare, f"{bare}{SUFFIX}"):
        if name in known:
            return (name,)
    near = (
        name
        for name in known
        if Levenshtein.distance(bare, name, score_cutoff=SLIP) <= SLIP
    )
    return tuple(sorted(near))


def moved(texts: Sequence[str], known: frozenset[str]) -> int:
    """By how many columns a row is moved: 1 where its second level stands one to the right, 0 where it stands where it should.

    `texts` are the cells of COLUMNS, `known` the names of second levels.
    """
    own = texts[SECOND]
    if own in known or meant(own, known):
        return 0
    for step in STEPS:
        if texts[SECOND + step] in known:
            return step
    return 0
