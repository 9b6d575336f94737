"""The tables in which a figure stands beside its label: 收支总表, the three public expenses written downwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.model import BlockKind, Name
from toolkit.platform.declared import Export, plain
from toolkit.platform.headings import YEARS, Band
from toolkit.platform.heads import ASK, Region, Told
from toolkit.platform.lines import LONGEST, Amount
from toolkit.profile.form import Block, Column, GridRow

FEWEST = 2  # labels of a block that a column must hold to be the one of its labels


@dataclass
class Labelled:
    """What was read of the blocks of one region: amounts by name, and the blocks whose labels were found."""

    amounts: dict[Name, Amount] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    first: int = 0  # the first row with a label


@dataclass(frozen=True)
class _Side:
    """A block with the column of its labels: row to the keys of what the label names."""

    block: Block
    column: int
    rows: Mapping[int, str]


def labelled(region: Region, band: Band | None, export: Export, year: int) -> Labelled:
    """Read all blocks of a region whose labels stand in one of its columns."""
    found = Labelled()
    sides = [
        side
        for block in region.table.blocks
        if (side := _side(region, block, export)) is not None
    ]
    starts = sorted({side.column for side in sides})
    found.first = min((row for side in sides for row in side.rows), default=0)
    if band is None:
        return found
    for column in starts:
        end = next((other for other in starts if other > column), region.right + 1)
        here = [side for side in sides if side.column == column]
        values = {
            at: path for at, path in band.paths.items() if column < at < end and path
        }
        for side in here:
            _read_side(region, side, values, export, year, found)
        _say_unread(region, here, values, export, found)
    return found


def band_above(
    region: Region, export: Export, known: frozenset[str]
) -> tuple[int, int] | None:
    """The rows of headings above the first label: from the first that says a known word."""
    sides = [
        side
        for block in region.table.blocks
        if (side := _side(region, block, export)) is not None
    ]
    first = min((row for side in sides for row in side.rows), default=0)
    laid = region.laid
    rows = [row for row in region.rows if row < first]
    for row in rows:
        texts = [
            plain(laid.text(row, column))
            for column in region.columns
            if laid.text(row, column)
        ]
        if (
            any(
                text in known or YEARS.sub("", text).removeprefix("年") in known
                for text in texts
            )
            and len(texts) > 1
        ):
            numbered = [
                at
                for at in rows
                if at > row
                and any(laid.is_number(at, column) for column in region.columns)
            ]
            return row, min(
                [first, *numbered]
            ) - 1  # below them may stand a row that counts the columns
    return None


def _side(region: Region, block: Block, export: Export) -> _Side | None:
    """The column in which a block's labels stand, and in which rows; None where fewer than two are found."""
    labels = _labels(block, export)
    if not labels:
        return None
    best: _Side | None = None
    for column in region.columns:
        rows: dict[int, str] = {}
        for row in region.rows:
            raw = region.laid.own(row, column)
            if raw is not None and (key := labels.get(plain(raw.text))):
                rows[row] = key
        rows = _by_own_titles(rows, region, column, block)
        distinct = len(set(rows.values()))
        enough = distinct >= min(FEWEST, len(set(labels.values())))
        if enough and (best is None or distinct > len(set(best.rows.values()))):
            best = _Side(block, column, rows)
    return best


def _by_own_titles(
    rows: Mapping[int, str], region: Region, column: int, block: Block
) -> dict[int, str]:
    """Of several rows that may be one of ours, the one that is called as ours is: 收入总计, not 本年收入合计."""
    own = {
        row: key
        for row, key in rows.items()
        if key in block.rows and _is_own(region.laid.text(row, column), block.rows[key])
    }
    taken = set(own.values())
    return {row: key for row, key in rows.items() if row in own or key not in taken}


def _is_own(text: str, row: GridRow) -> bool:
    return plain(text) in {plain(row.title), plain(row.printed)}


def _labels(block: Block, export: Export) -> dict[str, str]:
    """By what labels the rows of a grid, or the fields of a block of fields, are known; each to its key."""
    found: dict[str, str] = {}
    if block.kind is BlockKind.GRID and len(block.rows) > 1:
        last = list(block.rows.values())[-1]
        if last.formula is not None:
            found |= dict.fromkeys(export.common["total"], last.key)
        for row in block.rows.values():
            found |= dict.fromkeys(export.names_of_row(block, row), row.key)
    elif block.kind is BlockKind.FIELDS:
        for column in block.columns.values():
            if column.kind == "money":
                found |= dict.fromkeys(export.names_of(block, column), column.key)
    return found


def _read_side(
    region: Region,
    side: _Side,
    values: Mapping[int, tuple[str, ...]],
    export: Export,
    year: int,
    found: Labelled,
) -> None:
    """Read the figures beside a block's labels."""
    places = _value_columns(side.block, values, export, year)
    where = region.laid.cell(min(side.rows), side.column)
    if not places:
        said = f"“{side.block.title or region.table.title}”没有读：没有找到“预算数”这样的一列。{ASK}"
        found.told.append(Told(said, where, region.table.title))
        return
    found.blocks.append(side.block)
    for row, key in side.rows.items():
        for column, at in places.items():
            name = (
                Name(side.block.key, key, column)
                if side.block.kind is BlockKind.GRID
                else Name(side.block.key, column=key)
            )
            _take(region, name, row, at, found)
            if (
                side.block.columns[name.column].required
                and region.laid.amount(row, at) is None
            ):
                # it is there, and none
                found.amounts.setdefault(
                    name, Amount(Decimal(0), region.laid.cell(row, at))
                )


def _take(region: Region, name: Name, row: int, at: int, found: Labelled) -> None:
    laid = region.laid
    number = laid.amount(row, at)
    cell = laid.cell(row, at)
    if number is None:
        return
    if isinstance(number, str):
        said = f"这一格里是“{number[:LONGEST]}”，不是数，没有读。请在平台里改成数再导出"
        found.told.append(Told(said, cell, region.table.title))
        return
    before = found.amounts.get(name)
    if before is not None and before.number != number:
        said = f"同一项写了两次（{before.cell.address} 和 {cell.address}），数不一样，照前一个读。请核对"
        found.told.append(Told(said, cell, region.table.title))
        return
    found.amounts.setdefault(name, Amount(number, cell))


def _value_columns(
    block: Block, values: Mapping[int, tuple[str, ...]], export: Export, year: int
) -> dict[str, int]:
    """Which of the columns beside the labels is which of ours; one that could be two is left out."""
    fitting: dict[str, list[int]] = {}
    money = [column for column in block.columns.values() if column.kind == "money"]
    for at, path in values.items():
        key = _column_meant(path, money, block, export, year)
        if key:
            fitting.setdefault(key, []).append(at)
    return {key: places[0] for key, places in fitting.items() if len(places) == 1}


def _column_meant(
    path: Sequence[str],
    money: Sequence[Column],
    block: Block,
    export: Export,
    year: int,
) -> str:
    """The column that headings speak of: by its own title, else as the one amount of this year."""
    leaf = path[-1]
    for column in money:
        if leaf in export.names_of(block, column):
            return column.key
    whole = "".join(path)
    years = set(YEARS.findall(whole))
    if (years and str(year) not in years) or any(
        word in whole for word in export.common["other_year"]
    ):
        return ""
    this_year = [
        column for column in money if not column.was and column.formula is None
    ]
    if len(this_year) == 1 and _bare(leaf) in export.common["amount"]:
        return this_year[0].key
    return ""


def _bare(text: str) -> str:
    return YEARS.sub("", text).removeprefix("年度").removeprefix("年")


def _say_unread(
    region: Region,
    sides: Iterable[_Side],
    values: Mapping[int, tuple[str, ...]],
    export: Export,
    found: Labelled,
) -> None:
    """Tell the labels with figures beside them that are none of ours."""
    every = list(sides)
    known = {row for side in every for row in side.rows}
    column = every[0].column
    laid = region.laid
    every_total = [
        export.names_of_row(side.block, row)
        for side in every
        for row in side.block.rows.values()
        if row.formula
    ]
    for row in region.rows:
        if row < found.first or row in known:
            continue
        label = laid.text(row, column)
        amounts = [
            at for at in values if laid.is_number(row, at) and laid.amount(row, at)
        ]
        if label and amounts and not laid.is_number(row, column):
            total = any(plain(label) in sums for sums in every_total)
            said = f"“{label[:LONGEST]}”一行没有读：表样里没有这一项。{ASK}"
            found.told.append(
                Told(
                    said,
                    laid.cell(row, amounts[0]),
                    region.table.title,
                    left_out=not total,
                )
            )
