"""One table of the export read: what it is in, of which year, whose it is, and every figure with the place it belongs to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from toolkit.model import BlockKind, Name
from toolkit.platform.declared import Export, plain
from toolkit.platform.headings import (
    Band,
    band_in,
    band_of,
    columns_of,
    is_single_row,
    words_of,
)
from toolkit.platform.heads import (
    ASK,
    NOBODY,
    Owner,
    Region,
    Told,
    money_said,
    owner_said,
    years_said,
)
from toolkit.platform.labels import band_above, labelled
from toolkit.platform.lines import Amount, Lines, Reader
from toolkit.platform.projects import Listed, headed, lines_of
from toolkit.profile.form import Block, Profile


class Slot(NamedTuple):
    """Where a figure belongs in our forms, whatever line it will stand in: block, a grid's row or a list's code, column."""

    block: str
    row: str
    column: str

    @classmethod
    def of(cls, name: Name) -> Slot:
        return cls(name.block, name.row, name.column)


@dataclass
class Read:
    """One region read. `lines` are those of its lists by block; `figures` those of grids and fields, by owner.

    `unit` is the unit of money, "" where the sheet says none; `decimals` the most that any of its amounts has.
    """

    region: Region
    owner: Owner = NOBODY
    unit: str = ""
    # by column, where its own heading says it
    money: Mapping[int, str] = field(default_factory=dict)
    lines: dict[str, Lines] = field(default_factory=dict)
    figures: dict[Owner, dict[Slot, Amount]] = field(default_factory=dict)
    projects: list[Listed] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)

    @cached_property
    def decimals(self) -> int:
        """How many decimals the table's amounts have at most; asked for once all is read."""
        return max((_decimals(amount.number) for amount in self.amounts()), default=0)

    def amounts(self) -> Iterator[Amount]:
        for lines in self.lines.values():
            yield from (
                amount
                for line in (*lines.lines, *lines.totals)
                for amount in line.amounts.values()
            )
        for figures in self.figures.values():
            yield from figures.values()
        yield from (project.amount for project in self.projects)

    @property
    def count(self) -> int:
        return sum(1 for _ in self.amounts())


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def read_region(
    region: Region, export: Export, profile: Profile, units: Collection[str]
) -> Read:
    """Read one table; what it cannot be read for is told in it."""
    read = Read(region)
    if region.table.forms[0].repeat:
        _read_projects(read, export, profile, units)
        return read
    lists = [
        block
        for block in region.table.blocks
        if block.kind is BlockKind.LIST or is_single_row(block)
    ]
    grids = [
        block
        for block in region.table.blocks
        if block.kind is not BlockKind.LIST and not is_single_row(block)
    ]
    for block in lists:
        band = band_of(region, _known(block, export), export)
        if band is not None and _stated(read, band, export, profile, units):
            _read_list(read, band, block, export, profile)
    if grids and not read.blocks:
        _read_grids(read, grids, export, profile, units)
    if not read.blocks and not read.told:
        said = f"“{region.table.title}”没有读：没有找到认得的表头。{ASK}"
        read.told.append(Told(said, region.first, region.table.title))
    return read


def _read_projects(
    read: Read, export: Export, profile: Profile, units: Collection[str]
) -> None:
    """Read the names and the amounts of projects."""
    region = read.region
    at = headed(region, export)
    if at is None:
        said = (
            f"“{region.table.title}”没有读：没有找到“项目名称”和金额两列的表头。{ASK}"
        )
        read.told.append(Told(said, region.first, region.table.title))
    elif _stated(
        read, band_in(region, at.first - 1, at.first - 1), export, profile, units
    ):
        read.projects += lines_of(region, at, export, read.told)


def _known(block: Block, export: Export) -> frozenset[str]:
    """The words by which the headings of a list are found."""
    words = frozenset(
        word for names in words_of(block, export).values() for word in names
    )
    words |= frozenset(
        plain(group) for column in block.columns.values() for group in column.group
    )
    parts = frozenset[str]()
    if block.coded:
        parts = export.common["code"] | export.common["name"]
    return words | parts | export.common["unit_code"] | export.common["unit_name"]


def _stated(
    read: Read, band: Band, export: Export, profile: Profile, units: Collection[str]
) -> bool:
    """Take in what is said above a table; answer whether it is one of this year."""
    region = read.region
    years = years_said(region, export, band.first)
    other = {year: cell for year, cell in years.items() if year != str(profile.year)}
    if other and str(profile.year) not in years:
        year, cell = next(iter(other.items()))
        said = f"“{region.table.title}”没有读：写的是 {year} 年，这里要的是 {profile.year} 年。请导出 {profile.year} 年的表"
        read.told.append(Told(said, cell, region.table.title))
        return False
    read.owner = owner_said(region, export, units, band.first)
    said_units = money_said(region, export, units, band.first)
    read.money = dict(band.money)
    if len(said_units) > 1:
        cells = "、".join(
            f"{cell.address} 写“{unit}”" for unit, cell in said_units.items()
        )
        said = f"“{region.table.title}”没有读：金额单位有两种说法（{cells}）。请改成一种再导入"
        read.told.append(
            Told(said, next(iter(said_units.values())), region.table.title)
        )
        return False
    read.unit = next(iter(said_units), "")
    return True


def _read_list(
    read: Read, band: Band, block: Block, export: Export, profile: Profile
) -> None:
    """Read a list, or the one row of a grid that is written like one."""
    region = read.region
    columns = columns_of(region, band, block, export, profile.year)
    codes = (
        profile.lists[block.coded[0].list]
        if block.kind is BlockKind.LIST and block.coded
        else None
    )
    if codes is not None and not columns.parts:
        said = f"“{region.table.title}”没有读：没有找到科目编码一列。{ASK}"
        read.told.append(
            Told(said, region.laid.cell(band.first, region.left), region.table.title)
        )
        return
    if not columns.entries:
        if codes is not None:
            said = f"“{region.table.title}”没有读：没有认出一列金额。{ASK}"
            read.told.append(
                Told(
                    said, region.laid.cell(band.first, region.left), region.table.title
                )
            )
        return
    lines = Reader(region, band, columns, block, export).read(codes)
    read.told += [*columns.told, *lines.told]
    read.blocks.append(block.key)
    if codes is not None:
        read.lines[block.key] = lines
        return
    row = next(iter(block.rows))
    for line in lines.lines or lines.totals[:1]:
        slots = read.figures.setdefault(line.owner, {})
        slots |= {
            Slot(block.key, row, key): amount for key, amount in line.amounts.items()
        }
        for key, column in columns.entries.items():  # a blank among figures is none
            if region.laid.amount(line.cell.row, column) is None:
                slots.setdefault(
                    Slot(block.key, row, key),
                    Amount(Decimal(0), region.laid.cell(line.cell.row, column)),
                )


def _read_grids(
    read: Read,
    grids: list[Block],
    export: Export,
    profile: Profile,
    units: Collection[str],
) -> None:
    """Read the tables whose figures stand beside labels."""
    region = read.region
    words = frozenset(
        word
        for block in grids
        for names in words_of(block, export).values()
        for word in names
    )
    rows = band_above(region, export, words | export.common["amount"])
    if rows is None:
        return
    band = band_in(region, *rows)
    if not _stated(read, band, export, profile, units):
        return
    found = labelled(region, band, export, profile.year)
    read.told += found.told
    read.blocks += [block.key for block in found.blocks]
    if found.amounts:
        read.figures[NOBODY] = {
            Slot.of(name): amount for name, amount in found.amounts.items()
        }
