"""Workbooks of a county by the thousand: some dozen are drawn by the toolkit itself, the others are patched from these.

Two drawings of one return that differ by 1 万元 show which cells the amount reaches; each of them grows by what it has grown
there. So a patched workbook holds, part for part, what would have been drawn (`tests/test_bench.py` compares), in a thousandth
of the time.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import count, product
from pathlib import Path
from random import Random

from bench.returns import (
    CORRECTED,
    MOST_PROJECTS,
    PUBLISHED,
    Base,
    Data,
    Marks,
    agency,
    alone,
    bases,
    invented,
    read_all,
)
from bench.spelling import SPELLINGS, Parts, Spelling, as_drawn, as_references, unpacked
from toolkit import steps
from toolkit.files.package import packed
from toolkit.files.paint import paint
from toolkit.profile.form import Profile
from toolkit.profile.loading import load
from toolkit.returns.data import from_data
from toolkit.rules.rule import Rule
from toolkit.template.draw import draw

SEED = 2023
DISTINCT = 32  # returns that are drawn
# Counties that there are none of; two characters each, as those of the returns have.
PLACES = tuple(
    one + two
    for one, two in product("平永兴宁清文安泰嘉瑞", "澜朔浔渚圩垣峪埠浦沅堰樾")
)
_NUMBER = re.compile(rb"(<(?:x:)?v(?: [^>]*)?>[^<]*</(?:x:)?v>)")
_DIGITS = re.compile(r">([^<]*)<")


class NotAlikeError(Exception):
    """Two drawings of one return that differ by more than numbers: it cannot be told what a third would be."""


@cache
def _profile() -> tuple[Profile, Sequence[Rule]]:
    profile = load("hebei-2023")
    return profile, steps.catalogue(profile).rules


def drawn(data: Data, path: Path) -> None:
    """Draw a return's workbook."""
    profile, rules = _profile()
    paint(draw(profile, rules, from_data(data, profile, path.name), library=True), path)


def parts_drawn(data: Data) -> Parts:
    """The parts of a return's workbook as it is drawn."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "单位填报表.xlsx"
        drawn(data, path)
        return unpacked(path.read_bytes())


@dataclass(frozen=True)
class Slot:
    """A number in a part that grows with the amount: what it is where nothing is added, and how much it grows by 1 万元."""

    begins: bytes
    number: Decimal
    slope: Decimal
    ends: bytes
    calculated: bool

    def holding(self, more: Decimal) -> bytes:
        """The number with its element, as XlsxWriter writes it: with sixteen digits, or as Python does after a formula."""
        number = float(self.number + self.slope * more)
        return (
            self.begins
            + (str(number) if self.calculated else f"{number:.16G}").encode()
            + self.ends
        )


@dataclass(frozen=True)
class Pattern:
    """A workbook from which those of other units are patched."""

    base: Base
    parts: Parts
    # of the parts with numbers that change: what stands between them, and them
    slots: Mapping[str, Sequence[bytes | Slot]]

    @classmethod
    def of(cls, base: Base, spelling: Spelling = as_drawn) -> Pattern:
        """Draw a return twice, in one of the spellings."""
        more = Marks(base.place, base.code, Decimal(1))
        one, other = (
            spelling(parts_drawn(data)) for data in (base.data, base.varied(more))
        )
        slots = {
            name: _slots(name, part, other[name])
            for name, part in one.items()
            if part != other[name]
        }
        return cls(base, one, slots)

    def patched(self, marks: Marks) -> Parts:
        """The parts of another unit's workbook."""
        texts = dict(self.base.texts(marks))
        for old, new in self.base.codes(marks).items():
            # A code is all that a cell holds, or stands in the second line of every sheet.
            texts |= {f">{old}<": f">{new}<", f"单位：{old} ": f"单位：{new} "}
        spelt = [
            (spell(old), spell(new))
            for spell in (str.encode, as_references)
            for old, new in texts.items()
        ]
        filled = {
            **self.parts,
            **{
                name: _filled(pieces, marks.more) for name, pieces in self.slots.items()
            },
        }
        made: Parts = {}
        for name, part in filled.items():
            renamed = part
            for before, after in spelt:
                renamed = renamed.replace(before, after)
            made[name] = renamed
        return made

    def workbook(self, marks: Marks) -> bytes:
        """The workbook of another unit."""
        return packed(self.patched(marks))


def _filled(pieces: Sequence[bytes | Slot], more: Decimal) -> bytes:
    """A part with its numbers, where so much is added."""
    return b"".join(
        piece.holding(more) if isinstance(piece, Slot) else piece for piece in pieces
    )


def _slots(name: str, one: bytes, other: bytes) -> list[bytes | Slot]:
    """A part's pieces: what is the same in two drawings, and the numbers that differ."""
    pieces: list[bytes | Slot] = []
    halves = _NUMBER.split(one), _NUMBER.split(other)
    if len(halves[0]) != len(halves[1]):
        raise NotAlikeError(name)
    for place, (here, there) in enumerate(zip(*halves, strict=True)):
        if here == there:
            pieces.append(here)
            continue
        before, after = (_DIGITS.search(piece.decode()) for piece in (here, there))
        if not _NUMBER.fullmatch(here) or before is None or after is None:
            raise NotAlikeError(name)
        # What was written with sixteen digits may lack a last one; no amount has more than six behind the point.
        number, grown = (round(Decimal(found[1]), 6) for found in (before, after))
        calculated = halves[0][place - 1].endswith((b"</f>", b"</x:f>"))
        pieces.append(
            Slot(
                here[: before.start(1)],
                number,
                grown - number,
                here[before.end(1) :],
                calculated,
            )
        )
    return pieces


# -- many -------------------------------------------------------------------------------------------------------------


def marks(seed: int = SEED) -> Iterator[Marks]:
    """Yield units that are all different: each has its own code; a county has at most 98 departments of 9 units."""
    dice = Random(seed)
    for number in count():
        place = PLACES[number // 882 % len(PLACES)]
        prefix, unit = divmod(number, 9)
        yield Marks(
            place,
            f"{101 + prefix % 899}{prefix // 899 * 9 + unit + 1:03}",
            Decimal(dice.randint(1, 9999)) / 100,
        )


@cache
def patterns(
    distinct: int = DISTINCT, seed: int = SEED, most: int = MOST_PROJECTS
) -> tuple[Pattern, ...]:
    """Patterns of so many returns; the spellings have their shares, and fall on returns of all sizes."""
    dice = Random(seed)
    spelt = [
        spelling
        for spelling, share in SPELLINGS.items()
        for _ in range(round(share * distinct / 100))
    ]
    spelt = (spelt + [as_drawn] * distinct)[:distinct]
    dice.shuffle(spelt)
    return tuple(
        Pattern.of(base, spelling)
        for base, spelling in zip(bases(distinct, seed, most), spelt, strict=True)
    )


def county(
    folder: Path, many: int, made: Sequence[Pattern], seed: int = SEED
) -> list[Path]:
    """Write so many workbooks of distinct units into a folder, and say where."""
    folder.mkdir(parents=True, exist_ok=True)
    dice, paths = Random(seed), []
    for number, unit in zip(range(many), marks(seed), strict=False):
        # Each pattern in its turn, but in no order: a part of the county is like the whole.
        if number % len(made) == 0:
            turn = dice.sample(range(len(made)), len(made))
        path = folder / f"{unit.code}-{number + 1:05}.xlsx"
        path.write_bytes(made[turn[number % len(made)]].workbook(unit))
        paths.append(path)
    return paths


def example(*, published: bool) -> tuple[Pattern, ...]:
    """Patterns of the three units of example 01, as published, or of example 02, corrected."""
    return tuple(
        Pattern.of(base) for base in read_all(PUBLISHED if published else CORRECTED)
    )


# What stands in the names of the second and the third unit of example 02, and what of them is a town in another unit's.
_TOWNS = {"就业服务中心": "{}服务中心", "社会保险事业管理所": "{}社保事业管理所"}


def department(folder: Path, units: int, seed: int = SEED) -> list[Path]:
    """Write the workbooks of a department of so many units: the leading one of example 02, and ones like the two others."""
    lead, *others = read_all(CORRECTED)
    made, dice, paths = [Pattern.of(base) for base in others], Random(seed), []
    agencies = [agency(lead.data)]
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(units - 1):
        pattern, town = made[number % len(made)], PLACES[number // len(made)]
        names = tuple((name, another.format(town)) for name, another in _TOWNS.items())
        own = Marks(
            lead.place,
            f"{lead.code[:3]}{number + 2:03}",
            Decimal(dice.randint(1, 9999)) / 100,
            names,
        )
        agencies.append(agency(pattern.base.varied(own)))
        paths.append(folder / f"{own.code}.xlsx")
        paths[-1].write_bytes(pattern.workbook(own))
    paths.append(folder / f"{lead.code}.xlsx")
    drawn({**lead.data, "agencies": agencies}, paths[-1])
    return paths


def large(path: Path, projects: int) -> Path:
    """Draw the workbook of a department that is one unit with so many projects, and give its path back."""
    lead, *_ = read_all(CORRECTED)
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn(alone(lead, invented(projects)).data, path)
    return path


def twin_departments(
    folder: Path, many: int, units: Sequence[Pattern], seed: int = SEED
) -> list[Path]:
    """Write so many departments like an example's, each in its own folder, under other names and with other figures."""
    dice, folders = Random(seed), []
    for number in range(many):
        place, more = PLACES[number % len(PLACES)], Decimal(dice.randint(1, 9999)) / 100
        home = folder / f"{101 + number}-{place}"
        home.mkdir(parents=True, exist_ok=True)
        for unit in units:
            own = Marks(place, f"{101 + number}{unit.base.code[3:]}", more)
            (home / f"{own.code}.xlsx").write_bytes(unit.workbook(own))
        folders.append(home)
    return folders
