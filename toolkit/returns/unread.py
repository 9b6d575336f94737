"""What a person typed into a form's sheet outside the cells that are read: nothing typed is passed over without a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from toolkit.files.grid import Area, RawSheet
from toolkit.model import BlockKind, Kind, once_of, record
from toolkit.profile.form import Block, Sheet
from toolkit.profile.layout import (
    LEDGER_COLUMN,
    LEDGER_ROWS,
    LIST_MARK,
    TICK_LABEL,
    SheetPlace,
)
from toolkit.returns.find import (
    NOWHERE,
    Found,
    Places,
    Spot,
    Wanted,
    cell_names,
    flat,
)

# What a drawn sheet says besides the profile's own titles.
OUR_NAME = re.compile(r"(?!sheet\.)[a-z_0-9]+(\.[a-z_0-9]+){1,2}")
BLANK = (
    Kind.BLANK
)  # asked for thousands of times, which a module answers faster than a class
OURS = ("校验", "序号", "——", LIST_MARK, TICK_LABEL)


def unread(raw: RawSheet, place: SheetPlace, places: Places) -> list[Spot]:
    """The cells of a sheet that hold something, were not read, and were not drawn by us; in the order of the sheet.

    A formula that shows nothing (BLANK) holds nothing.
    """
    drawn = _drawn_texts(place.sheet)
    # Nearly every cell is read, or says what we draw: the rest is looked at one by one.
    unknown = set(raw.cells)
    unknown -= places.known
    for found in places.lists:
        unknown.difference_update(product(found.rows, found.columns.values()))
    rest = {
        spot: cell
        for spot in unknown
        if (cell := raw.cells[spot]).kind is not BLANK and not drawn[cell.text]
    }
    if not rest:
        return []
    ours = _ours(raw, place, places)
    top, last_column = places.ends
    board = place.sheet.board
    left_over: list[Spot] = []
    for spot, cell in rest.items():
        row, column = spot
        # Above the first entry cell stand title, help and headings, and what earlier versions wrote there; figures do not.
        if row < top and cell.number is None:
            continue
        # Hidden, so that nobody types there; it moves down with rows that are inserted, and aside with columns.
        if column == LEDGER_COLUMN or (column > LEDGER_COLUMN and row <= LEDGER_ROWS):
            continue
        # A figure typed over a label or a check is not ours; one above a list is its total, with or without its formula.
        if spot in ours.around and (cell.formula or cell.number is None):
            continue
        beside_board = board and column > last_column
        if not (beside_board or spot in ours.read_once):
            left_over.append(spot)
    return sorted(left_over)


@record(slots=True)
class _Ours:
    """Cells of a sheet that we fill: totals and what an earlier edition read; what stands around those that are read."""

    read_once: frozenset[Spot]
    around: frozenset[Spot]


def _ours(raw: RawSheet, place: SheetPlace, places: Places) -> _Ours:
    """The cells that we fill; made once for all sheets that have the same names and are laid out alike."""
    ours: _Ours | None = places.kept.get("ours")
    if ours is None:
        ours = _Ours(
            frozenset(_list_totals(place, places)).union(_no_longer_asked(raw, place)),
            frozenset(_around(place, places)),
        )
        places.kept["ours"] = ours
    return ours


def out_of_sight(raw: RawSheet, places: Places) -> dict[str, list[Spot]]:
    """What a person does not see, by kind: rows (each by its first cell) and columns out of sight that hold something, merges.

    A merge shows its first cell alone: the others are read as empty, or hold what nobody sees.
    """
    top, last = places.ends
    shut = raw.hidden_rows | raw.low_rows
    shut_columns = any(first <= last for first, _ in raw.hidden_columns)
    merges = [area for area in raw.merges if area[2] >= top]  # most lie above
    if not (shut or shut_columns or merges):
        return {}
    every = places.read
    columns = {column for _, column in every} if shut_columns else ()
    out_of_the_way = {column for column in columns if _is_out_of_sight(raw, column)}
    merged = sorted(_merged(merges, every))
    if not (shut or out_of_the_way or merged):
        return {}
    read = sorted(every)
    typed = [spot for spot in read if _is_typed(raw, spot)]
    first: dict[int, Spot] = {}  # of each row the first cell that somebody filled in
    for spot in typed:
        first.setdefault(spot[0], spot)
    rows = [row for row in first if row in shut]
    found = {
        "rows-hidden": [first[row] for row in rows],
        "columns-hidden": [
            spot for spot in typed if spot[0] not in shut and spot[1] in out_of_the_way
        ],
        "merged": merged,
    }
    return {what: spots for what, spots in found.items() if spots}


def typed_in(raw: RawSheet, places: Places) -> list[Spot]:
    """The cells that a form reads in which somebody typed anything."""
    return sorted(spot for spot in places.read if _is_typed(raw, spot))


def _is_typed(raw: RawSheet, spot: Spot) -> bool:
    cell = raw.cells.get(spot)
    return cell is not None and not cell.formula and cell.kind is not Kind.BLANK


def _is_out_of_sight(raw: RawSheet, column: int) -> bool:
    return any(first <= column <= last for first, last in raw.hidden_columns)


def _merged(merges: Iterable[Area], read: frozenset[Spot]) -> Iterator[Spot]:
    """The read cells that a merge covers, but for the one that shows."""
    for top, left, bottom, right in merges:
        # Whichever is fewer is gone through: a merge may span a million rows.
        if (bottom - top + 1) * (right - left + 1) > len(read):
            inside: Iterable[Spot] = (
                spot
                for spot in read
                if top <= spot[0] <= bottom and left <= spot[1] <= right
            )
        else:
            inside = (
                (row, column)
                for row in range(top, bottom + 1)
                for column in range(left, right + 1)
            )
        yield from (spot for spot in inside if spot in read and spot != (top, left))


def _no_longer_asked(raw: RawSheet, place: SheetPlace) -> Iterator[Spot]:
    """The cells of fields that an earlier edition had and today's forms have not, with what stood around them.

    Only we give cells such names; what editions changed is said once for the workbook.
    """
    known = _known(place.sheet)
    for name, area in raw.names.items():
        if area is not None and OUR_NAME.fullmatch(name) and name not in known:
            top, left, bottom, right = area
            yield from (
                (row, column)
                for row in range(top - 2, bottom + 1)
                for column in range(left - 1, right + 2)
            )


@once_of
def _known(sheet: Sheet) -> frozenset[str]:
    """The names that we give to the cells or columns of a sheet's blocks, as they are printed."""
    return frozenset(name for block in sheet.blocks.values() for name in _names(block))


def _names(block: Block) -> Iterator[str]:
    if block.kind is BlockKind.GRID:
        yield from cell_names(block).values()
    else:
        yield from (str(block.name(key)) for key in block.columns)


@once_of
def _drawn_texts(sheet: Sheet) -> Wanted:
    """The texts that we draw on a sheet: titles, help, headings, labels."""
    texts = [sheet.title, *sheet.help, *OURS]
    for block in sheet.blocks.values():
        texts += _drawn_in(block)
    return Wanted(frozenset(flat(text) for text in texts if text))


def _drawn_in(block: Block) -> Iterator[str]:
    yield from (block.title, block.label, block.total)
    for column in block.columns.values():
        yield from (column.title, *column.group, *column.former)
    for row in block.rows.values():
        yield from (row.title, *row.former)


def _around(place: SheetPlace, places: Places) -> Iterator[Spot]:
    """The cells that belong to a read one: its label, its headings, its check."""
    for key, found in places.blocks.items():
        block = place.sheet.blocks[key]
        if block.kind is BlockKind.LIST:
            yield from _above_list(found)
        else:
            yield from _around_cells(block, found)


def _around_cells(block: Block, found: Found) -> Iterator[Spot]:
    spots = [spot for spot in found.spots.values() if spot != NOWHERE]
    if not spots:
        return
    first_column = min(column for _, column in spots)
    last_column = max(column for _, column in spots)
    first_row = min(row for row, _ in spots)
    for row in {row for row, _ in spots}:
        yield row, first_column - 1  # the label
        yield row, last_column + 1  # the check
    if block.kind is BlockKind.GRID:
        for column in range(first_column - 1, last_column + 2):
            yield first_row - 1, column  # the headings
            yield first_row - 2, column


def _above_list(found: Found) -> Iterator[Spot]:
    """The headings of a list, their groups, and its total: all stand right above its first line."""
    for column in found.columns.values():
        for row in range(found.data.start - 3, found.data.start):
            yield row, column


def _list_totals(place: SheetPlace, places: Places) -> Iterator[Spot]:
    """The cells of the line that adds a list up, right above its first line."""
    for key, found in places.blocks.items():
        if place.sheet.blocks[key].total:
            yield from (
                (found.data.start - 1, column) for column in found.columns.values()
            )
