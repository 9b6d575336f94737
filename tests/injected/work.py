"""A department's returns under the hand of somebody who makes a mistake: what is changed, and what must be mended."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tests.filled_by_hand import Hand

Data = dict[str, Any]
Place = tuple[str, int, int]  # a sheet, a row, a column
# what is done to a drawn workbook; yields the cells that must be mended
Deed = Callable[[Hand], Iterable[Place] | None]
Any_ = TypeVar("Any_")


class ImpossibleError(Exception):
    """An error that nobody can make on this material: it has nothing of what it needs."""


@dataclass(frozen=True)
class Spot:
    """A place to fill in: of a file, a block's column; of a grid also its row; of a list also its line, from 1.

    What stands in a project's sheet has that project's number, from 1; its blocks are "project" and "indicators".
    """

    file: str
    block: str
    column: str
    row: str = ""
    line: int = 0
    project: int = 0

    def beside(self, column: str) -> Spot:
        """The same row's place in another column."""
        return Spot(self.file, self.block, column, self.row, self.line, self.project)

    @property
    def sheet(self) -> str:
        return f"项目{self.project:02d}" if self.project else ""

    @property
    def said(self) -> str:
        """How `Hand` calls it."""
        name = ".".join(part for part in (self.block, self.row, self.column) if part)
        return (
            (f"{self.sheet}!" if self.sheet else "")
            + name
            + (f"#{self.line}" if self.line else "")
        )


@dataclass(frozen=True)
class Target:
    """What must be mended: a cell; without an address a whole sheet; without a sheet a file; without that the department."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: int = 0
    gone: bool = False  # the sheet is not there: only words can point at it


@dataclass
class Work:
    """Copies of a department's returns, by file name, and what somebody does to them."""

    rng: random.Random
    units: dict[str, Data]
    blamed: list[Spot | Target] = field(default_factory=list)
    deeds: list[tuple[str, Deed]] = field(default_factory=list)
    # files that are no workbooks, laid beside
    littered: list[str] = field(default_factory=list)
    # files whose findings also tell of it, though they are right
    concerned: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)  # what was done, for people
    unfindable: str = ""  # why a good tool could not find this one

    # -- choosing -----------------------------------------------------------------------------------------------------

    def pick(self, among: Iterable[Any_]) -> Any_:
        """One of them by chance."""
        several = list(among)
        if not several:
            raise ImpossibleError
        return self.rng.choice(several)

    def two(self, among: Iterable[Any_]) -> tuple[Any_, Any_]:
        """Two different ones by chance."""
        several = list(among)
        if len(several) < 2:
            raise ImpossibleError
        first, second = self.rng.sample(several, 2)
        return first, second

    @property
    def files(self) -> list[str]:
        return list(self.units)

    @property
    def lead(self) -> str:
        """The file of the leading unit."""
        return self.pick(
            file for file, data in self.units.items() if data["cover"]["lead"] == "是"
        )

    @property
    def others(self) -> list[str]:
        """The files of the units that do not lead."""
        return [
            file for file, data in self.units.items() if data["cover"]["lead"] != "是"
        ]

    def need_whole(self) -> None:
        """Raise where units and their leading unit do not lie beside each other: nothing to compare."""
        if len(self.units) < 2 or not self.lead:
            raise ImpossibleError

    def spots(self, block: str, column: str = "", row: str = "") -> list[Spot]:
        """All filled places of a block, of one column or row where they are named."""
        several = [
            spot
            for file, data in self.units.items()
            for spot in _filled(file, block, data)
        ]
        return [
            spot
            for spot in several
            if column in ("", spot.column) and row in ("", spot.row)
        ]

    def texts(self) -> list[Spot]:
        """The places that hold people's own sentences."""
        return [spot for block, column in TEXTS for spot in self.spots(block, column)]

    def spot(
        self, block: str, column: str, where: Callable[[str], bool], row: str = ""
    ) -> Spot:
        """One place of a column by chance whose text is such a one."""
        return self.pick(
            spot for spot in self.spots(block, column, row) if where(self.text(spot))
        )

    def row_of(self, spot: Spot) -> dict[str, str]:
        """The row, project or form that a place stands in."""
        return dict(_holder(self.units[spot.file], spot))

    # -- reading and writing ------------------------------------------------------------------------------------------

    def text(self, spot: Spot) -> str:
        return str(_holder(self.units[spot.file], spot).get(spot.column, ""))

    def put(self, spot: Spot, text: str) -> None:
        """Write a wrong text into a place: it must be mended."""
        self.write(spot, text)
        self.blamed.append(spot)

    def write(self, spot: Spot, text: str) -> None:
        """Write into a place; nobody is to blame for it."""
        self.told.append(
            f"{spot.file} {spot.said}：{_short(self.text(spot))} → {_short(text)}"
        )
        holder = _holder(self.units[spot.file], spot)
        if text:
            holder[spot.column] = text
        else:
            holder.pop(spot.column, None)

    def swap(self, one: Spot, other: Spot) -> None:
        """Exchange what stands in two places."""
        first, second = self.text(one), self.text(other)
        self.put(one, second)
        self.put(other, first)

    def move(self, start: Spot, end: Spot) -> None:
        """Take what stands in one place to another, which is overwritten."""
        moved = self.text(start)
        self.put(end, moved)
        self.put(start, "")

    def blame(self, *wrong: Spot | Target) -> None:
        self.blamed += wrong

    def say(self, what: str) -> None:
        self.told.append(what)

    def cannot_be_found(self, why: str) -> None:
        self.unfindable = why

    # -- whole files and drawn workbooks ------------------------------------------------------------------------------

    def projects(self, file: str) -> list[Data]:
        several: list[Data] = self.units[file]["projects"]
        return several

    def rename(self, file: str, name: str) -> None:
        """Call a file otherwise, and leave it in its place."""
        self.units = {
            name if one == file else one: data for one, data in self.units.items()
        }

    def drawn(self, file: str, deed: Deed) -> None:
        """Do something to a workbook after it has been drawn and calculated."""
        self.deeds.append((file, deed))


# The columns of sentences that are published: what people write freely.
TEXTS: Sequence[tuple[str, str]] = (
    ("duties", "text"),
    ("composition", "reason"),
    ("three_public", "reason"),
    ("operating", "use"),
    ("overall", "goal"),
    ("goals", "goal"),
    ("goals", "indicators"),
    ("safeguards", "text"),
    ("glossary", "definition"),
    ("project", "goal"),
    ("indicators", "description"),
)
FIELDS = ("cover", "approval", "operating", "purchase", "notes", "overall")


def _filled(file: str, block: str, data: Data) -> Iterator[Spot]:
    if block in ("project", "indicators"):
        for number, project in enumerate(data.get("projects", ()), 1):
            yield from _of_project(file, block, project, number)
        return
    held = data.get(block)
    if not held:
        return
    if isinstance(held, list):
        for line, row in enumerate(held, 1):
            yield from (Spot(file, block, column, line=line) for column in row)
    elif block in FIELDS:
        yield from (Spot(file, block, column) for column in held)
    else:
        for row, columns in held.items():
            yield from (Spot(file, block, column, row) for column in columns)


def _of_project(file: str, block: str, project: Data, number: int) -> Iterator[Spot]:
    if block == "project":
        yield from (
            Spot(file, block, column, project=number)
            for column in project
            if column != "indicators"
        )
        return
    for line, row in enumerate(project["indicators"], 1):
        yield from (
            Spot(file, block, column, line=line, project=number) for column in row
        )


def _holder(data: Data, spot: Spot) -> dict[str, str]:
    """The row of JSON that a place stands in; it is made where there is none yet."""
    holder: Any
    if spot.project:
        holder = data["projects"][spot.project - 1]
        if spot.block == "indicators":
            holder = holder["indicators"][spot.line - 1]
        return holder  # type: ignore[no-any-return]
    if spot.line:
        return data[spot.block][spot.line - 1]  # type: ignore[no-any-return]
    holder = data.setdefault(spot.block, {})
    return holder.setdefault(spot.row, {}) if spot.row else holder  # type: ignore[no-any-return]


def _short(text: str) -> str:
    return f"“{text if len(text) < 40 else text[:18] + '…' + text[-18:]}”"
