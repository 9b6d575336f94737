"""Where the tables that a door derives stand in the unit's workbook: the grids on one sheet, the lists on another.

Both are ours, not forms: nobody fills them in, and reading passes over them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from toolkit.model import BlockKind
from toolkit.profile.form import Block, Book, Sheet
from toolkit.profile.layout import (
    LEAST_TICK_WIDTH,
    LEDGER_COLUMN,
    MARGIN,
    STATE_COLUMN,
    TICK_COLUMN,
    BlockPlace,
    BookPlace,
    SheetPlace,
    fitted,
    lay_out,
)

GRIDS, LISTS = "总表（自动）", "分科目表（自动）"
TITLES = {GRIDS: "从明细算出的总表", LISTS: "从明细算出的分科目各表"}
HELP = {
    GRIDS: "本表从收入明细、支出明细自动算出，不用填；右边“校验”有差数的，回明细里改。",
    LISTS: "各表从左到右排列，从明细自动算出，不用填；明细里有的科目才有一行。",
}
GAP = 2.5  # the width of the column between two lists
LINES_A_ROW = 4  # a list has room for one row for so many lines of entries, where that is more than it says itself
SLACK = 20  # lines that may be inserted into a list of entries before they are no longer counted


def with_derived(
    place: BookPlace, held: Mapping[str, int], *, paper: bool
) -> BookPlace:
    """The same place with the tables that its book derives, behind the forms that these are made of.

    `held` says how many rows each list has. On paper the lists stand below each other, with the rows that they have.
    """
    derived = [sheet for sheet in place.book.sheets.values() if sheet.is_derived]
    made = [*_grids(derived, place.book), *_lists(derived, place, held, paper=paper)]
    if not made:
        return place
    sources = {
        block.derived.source
        for sheet in derived
        for block in sheet.blocks.values()
        if block.derived is not None
    }
    last = (
        max(
            at
            for at, one in enumerate(place.sheets)
            if not sources.isdisjoint(one.blocks)
        )
        if sources
        else 0
    )
    return replace(
        place, sheets=(*place.sheets[: last + 1], *made, *place.sheets[last + 1 :])
    )


def room_for_lines(lines: int) -> int:
    """How many lines of entries are counted, where so many are drawn."""
    return lines + SLACK


def _grids(derived: Iterable[Sheet], book: Book) -> Iterator[SheetPlace]:
    blocks = {
        key: replace(
            block,
            title="·".join(filter(None, (sheet.name, block.title or block.label))),
        )
        for sheet in derived
        for key, block in sheet.blocks.items()
        if block.kind is BlockKind.GRID
    }
    if blocks:
        yield fitted(lay_out(_sheet(GRIDS, blocks, book)))


def _lists(
    derived: Iterable[Sheet], place: BookPlace, held: Mapping[str, int], *, paper: bool
) -> Iterator[SheetPlace]:
    blocks: dict[str, Block] = {}
    for sheet in derived:
        for key, block in sheet.blocks.items():
            if block.derived is not None:
                rows = (
                    held.get(key, 0)
                    if paper
                    else max(
                        block.spare, _lines(place, block.derived.source) // LINES_A_ROW
                    )
                )
                blocks[key] = replace(
                    block, title=sheet.title, spare=0 if paper else rows
                )
    if blocks:
        below = lay_out(_sheet(LISTS, blocks, place.book), 0, held)
        yield below if paper else _side_by_side(below, held)


def _side_by_side(place: SheetPlace, held: Mapping[str, int]) -> SheetPlace:
    """The same lists beside each other; those for which there is no room before the hidden columns begin below again."""
    blocks: dict[str, BlockPlace] = {}
    widths = {MARGIN: place.widths[MARGIN]}
    left, down, lowest = MARGIN + 1, 0, 0
    for key, block in place.sheet.blocks.items():
        alone = lay_out(replace(place.sheet, blocks={key: block}), 0, held).blocks[key]
        if blocks and left + len(block.columns) >= LEDGER_COLUMN:
            left, down = MARGIN + 1, lowest
        blocks[key] = where = _moved(alone, left - alone.first_column, down)
        lowest = max(lowest, where.last_row)
        for column, number in where.columns.items():
            widths[number] = max(widths.get(number, 0), block.columns[column].width)
        left = where.last_column + 2
        widths.setdefault(left - 1, GAP)
    for number in (TICK_COLUMN, STATE_COLUMN):
        widths[number] = max(widths.get(number, 0), LEAST_TICK_WIDTH)
    # What stands above the tables stands above the first.
    first = next(iter(blocks.values()))
    return replace(
        place,
        blocks=blocks,
        widths=widths,
        last_column=first.last_column,
        last_row=lowest,
    )


def _moved(where: BlockPlace, right: int, down: int) -> BlockPlace:
    """A list so many columns and rows further on."""
    return replace(
        where,
        title_row=where.title_row + down,
        label_column=where.label_column + right,
        columns={key: number + right for key, number in where.columns.items()},
        header_row=where.header_row + down,
        total_row=where.total_row + down if where.total_row else 0,
        top=where.top + down,
        bottom=where.bottom + down,
        last_row=where.last_row + down,
    )


def _lines(place: BookPlace, source: str) -> int:
    where = place.of_block(source).blocks[source]
    return where.bottom - where.top - 1


def _sheet(name: str, blocks: Mapping[str, Block], book: Book) -> Sheet:
    return Sheet(
        key=name,
        name=name,
        title=TITLES[name],
        blocks=blocks,
        help=(HELP[name],),
        tick=False,
        landscape=True,
        public=False,
        money=book.money,
    )
