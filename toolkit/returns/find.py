"""Where a form's cells stand in a filled worksheet: by its headings first, by defined names where a heading is gone.

Where a name and a heading disagree the heading wins, for that is what the person who typed the figure saw.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from toolkit.files.grid import Named, RawSheet
from toolkit.model import BlockKind, Kind, Name, once_of
from toolkit.profile.form import Block, Column
from toolkit.profile.layout import MARGIN, TICK_COLUMN, TICK_ROW, BlockPlace, SheetPlace

Spot = tuple[int, int]  # row and column, from 1
NOWHERE = (0, 0)
TICKED = "填表情况"  # begins the label of a tick
END = "↑"  # begins the mark of a list's end
TEXT = (
    Kind.TEXT
)  # asked for thousands of times, which a module answers faster than a class
MOST_KNOWN = 32  # ways in which a form's sheets may be laid out that are remembered
MOST_TEXTS = 8192  # texts of which it is remembered whether they are looked for
ABOVE = 4  # rows above a grid's first one in which its column titles are looked for, and one more for each of more headings


_NO_PART_OF_A_HEADING = re.compile(r"\s|（必填）")


# Every cell of a sheet is asked for several times, and most say what the same cell of the next sheet says.
@lru_cache(maxsize=8192)
def flat(text: str) -> str:
    """A heading without blanks and marks, for comparison."""
    return _NO_PART_OF_A_HEADING.sub("", text)


class Wanted(dict[str, bool]):
    """Whether a text of a sheet is one of those that are looked for, by the text as it stands."""

    def __init__(
        self, texts: frozenset[str], begins: str = "", labels: str = ""
    ) -> None:
        """`texts` are without blanks and marks; what `begins` so is wanted as it stands, what `labels` without them."""
        super().__init__()
        self.texts = texts
        self.begins = begins
        self.labels = labels

    def __missing__(self, text: str) -> bool:
        if len(self) >= MOST_TEXTS:
            self.clear()
        self[text] = wanted = self._is_wanted(text)
        return wanted

    def _is_wanted(self, text: str) -> bool:
        if self.begins and text.startswith(self.begins):
            return True
        plain = flat(text)
        return plain in self.texts or (
            self.labels != "" and plain.startswith(self.labels)
        )


@dataclass
class Found:
    """Where a block's cells were found. `data` are a list's rows, `header` is the row of its headings."""

    spots: dict[Name, Spot] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    header: int = 0
    data: range = range(0)
    is_list: bool = False
    rows: tuple[
        int, ...
    ] = ()  # of a list the first of `data` and those that hold anything: without its border it may be a million
    # of a grid's row, or of fields (""): its columns, how each is read, and its cell; made once, when first asked for
    cells: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    # what it has today and had not when it was drawn, and all its cells: made once too
    drawn: tuple[set[Name], set[Spot]] | None = None


@dataclass
class Places:
    """Where the blocks of one sheet were found, and where names and headings disagree."""

    blocks: dict[str, Found] = field(default_factory=dict)
    lost: list[Name] = field(default_factory=list)  # without a defined name
    # name, where the name points, where the heading stands
    moved: list[tuple[Name, Spot, Spot]] = field(default_factory=list)
    # without a heading; where the name points, or NOWHERE
    missing: list[tuple[Name, Spot]] = field(default_factory=list)
    # not there, since the sheet was drawn before they came
    undrawn: list[Name] = field(default_factory=list)
    looked_closer: bool = False  # whether cells were looked at that say nothing of ours
    # what is made of them once for all sheets that are laid out alike, whichever rows of their lists hold anything
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def apart(self) -> frozenset[Spot]:
        """The cells that were read one by one: all but those of lists."""
        if "apart" not in self.kept:
            self.kept["apart"] = frozenset(
                spot
                for found in self.blocks.values()
                for spot in found.spots.values()
                if spot != NOWHERE
            )
        apart: frozenset[Spot] = self.kept["apart"]
        return apart

    @property
    def known(self) -> frozenset[Spot]:
        """The cells that were read one by one, and those that say a title where such cells are looked for."""
        if "known" not in self.kept:
            self.kept["known"] = self.apart.union(self.kept.get("titles", ()))
        known: frozenset[Spot] = self.kept["known"]
        return known

    @property
    def ticks(self) -> tuple[Spot, ...]:
        """Where a tick may stand, the likeliest first."""
        spots: tuple[Spot, ...] = self.kept.get("ticks", ())
        return spots

    @property
    def lists(self) -> list[Found]:
        """The lists of which lines were read."""
        return [found for found in self.blocks.values() if found.rows and found.columns]

    @cached_property
    def read(self) -> frozenset[Spot]:
        """The cells that were read."""
        lists = self.lists
        if not lists:
            return self.apart
        lines = (
            (row, column)
            for found in lists
            for row in found.rows
            for column in found.columns.values()
        )
        return self.apart.union(lines)

    @cached_property
    def ends(self) -> Spot:
        """The first row and the last column of the cells that were read; (1, 0) where none was."""
        if "ends" not in self.kept:
            spots = self.apart
            rows = [row for row, _ in spots]
            first = [min(rows)] if rows else []
            self.kept["ends"] = first, max((column for _, column in spots), default=0)
        rows, last = self.kept["ends"]
        lists = self.lists
        top = min([*rows, *(found.rows[0] for found in lists)], default=1)
        columns = (column for found in lists for column in found.columns.values())
        return top, max([last, *columns])


def locate(raw: RawSheet, place: SheetPlace, edition: int) -> Places:
    """Find every block's cells by headings and by names, and hold the two against each other.

    What came after the sheet's edition need not be there, and where a person put it in by hand it need not have a name.
    """
    looked_for = _looked_for(place)
    said = tuple(
        [
            (spot, cell.text, cell.kind, cell.formula)
            for spot, cell in raw.cells.items()
            if looked_for[cell.text]
        ]
    )
    # The sheets of one template say the same in the same places, and nothing else decides what is found.
    names = raw.names if isinstance(raw.names, Named) else tuple(raw.names.items())
    seen = (edition, raw.last_row, names, said)
    known = _known(place)
    places = known.get(seen)
    if places is None:
        places = _found(raw, place, edition)
        places.kept["titles"] = frozenset(
            spot
            for spot, text, kind, formula in said
            if kind is TEXT and not formula and flat(text) in looked_for.texts
        )
        places.kept["ticks"] = tuple(_ticks(raw, [one[:2] for one in said]))
        if len(known) >= MOST_KNOWN:
            known.clear()
        if not places.looked_closer:
            known[seen] = places
    return _with_rows(places, raw)


@once_of
def _known(_place: SheetPlace) -> dict[object, Places]:
    """Where the blocks of a form were found in sheets read before, by all that this depends on."""
    return {}


@once_of
def _looked_for(place: SheetPlace) -> Wanted:
    """The texts that are looked for in a form's sheet: its titles, and the mark of a list's end."""
    texts: list[str] = []
    for one in place.blocks.values():
        block = one.block
        texts += (block.title, block.total)
        texts += (
            text
            for column in block.columns.values()
            for text in (column.title, *column.former)
        )
        texts += (
            text for row in block.rows.values() for text in (row.title, *row.former)
        )
    return Wanted(frozenset(flat(text) for text in texts if text), END, TICKED)


def _with_rows(places: Places, raw: RawSheet) -> Places:
    """The same places, with the rows of each list that hold anything in this sheet."""
    if not any(found.is_list for found in places.blocks.values()):
        return places
    blocks = {}
    for key, found in places.blocks.items():
        if found.is_list:
            data = found.data
            rows = _holding(raw, data)
            found = Found(found.spots, found.columns, found.header, data, True, rows)  # noqa: FBT003, PLW2901
        blocks[key] = found
    return Places(
        blocks,
        places.lost,
        places.moved,
        places.missing,
        places.undrawn,
        places.looked_closer,
        places.kept,
    )


def _holding(raw: RawSheet, data: range) -> tuple[int, ...]:
    """The first of a list's rows, and those that hold anything."""
    if not data:
        return ()
    first, end = data.start, data.stop
    held = {row for row, _ in raw.cells if first <= row < end}
    held.add(first)
    return tuple(sorted(held))


def _found(raw: RawSheet, place: SheetPlace, edition: int) -> Places:
    sections = [block.block.title for block in place.blocks.values()]
    finder = _Finder(raw, edition, [title for title in sections if title])
    places = Places()
    for key, block in place.blocks.items():
        if block.block.kind is BlockKind.INDEX:
            continue
        found = finder.find(block)
        if block.block.kind is BlockKind.LIST:
            found.is_list = True
            _settle_list(raw, block, found, places, edition)
        else:
            _settle_cells(raw, block, found, places, edition)
        places.blocks[key] = found
    return places


def _settle_cells(
    raw: RawSheet, block: BlockPlace, found: Found, places: Places, edition: int
) -> None:
    """Decide for fields and grids: the heading's cell; the name's where there is no heading."""
    for name, printed in cell_names(block.block).items():
        area = raw.names.get(printed)
        if area is None and block.block.since(name) > edition:
            if name not in found.spots:
                found.spots[name] = NOWHERE
                places.undrawn.append(name)
            continue
        by_name = (area[0], area[1]) if area else None
        by_heading = found.spots.get(name)
        if by_name is None and by_heading is not None:
            # lost with its heading too, the cell is missing: told once, as that
            places.lost.append(name)
        if by_heading is None:
            found.spots[name] = by_name or NOWHERE
            places.missing.append((name, found.spots[name]))
        elif by_name is not None and by_name != by_heading:
            places.moved.append((name, by_name, by_heading))


def _settle_list(
    raw: RawSheet, block: BlockPlace, found: Found, places: Places, edition: int
) -> None:
    """Decide for the columns of a list; its rows end where its heading or its names say."""
    starts: list[int] = []
    ends: list[int] = []
    for key in block.block.columns:
        name = block.block.name(key)
        area = raw.names.get(str(name))
        if area is None and block.block.since(name) > edition:
            if key not in found.columns:
                places.undrawn.append(name)
            continue
        if area is None:
            places.lost.append(name)
            continue
        first, column, last, _ = area
        starts.append(first)
        ends.append(last)
        if key not in found.columns:
            found.columns[key] = column
            places.looked_closer = True
            heading = _heading(raw, found.header, column, max(block.block.depth, 1))
            if not _says(raw, heading, block.block.columns[key]):
                places.missing.append((name, heading))
        elif found.columns[key] != column:
            places.moved.append((name, (first, column), (first, found.columns[key])))
    if not found.data and starts:
        found.data = range(min(starts) + 1, max(ends))  # between the guard rows


def _heading(raw: RawSheet, header: int, column: int, depth: int) -> Spot:
    """Where a list's title stands: in the row of the titles, or in one of the rows above, from which it is merged down."""
    rows = range(header, header - depth - 1, -1)
    return next(
        ((row, column) for row in rows if (row, column) in raw.cells), (header, column)
    )


def _says(raw: RawSheet, spot: Spot, column: Column) -> bool:
    """Whether a cell says a column's title, or one that it had: then it only stands elsewhere than it did."""
    cell = raw.cells.get(spot)
    return cell is not None and flat(cell.text) in {
        flat(text) for text in (column.title, *column.former)
    }


@once_of
def cell_names(block: Block) -> Mapping[Name, str]:
    """The names of all cells of a fields block or grid, each with how it is printed."""
    if block.kind is BlockKind.FIELDS:
        names = [block.name(key) for key in block.columns]
    else:
        names = [block.name(column.key, row.key) for row, column in block.cells()]
    return {name: str(name) for name in names}


class _Finder:
    """Finds a block's cells by its headings."""

    def __init__(self, raw: RawSheet, edition: int, sections: Sequence[str]) -> None:
        self.raw = raw
        self.edition = edition
        self.sections = sections  # the titles of the sheet's blocks
        self.texts: dict[str, list[Spot]] = {}
        for spot, cell in sorted(raw.cells.items()):
            if cell.kind is Kind.TEXT and not cell.formula:
                self.texts.setdefault(flat(cell.text), []).append(spot)

    def find(self, block: BlockPlace) -> Found:
        match block.block.kind:
            case BlockKind.FIELDS:
                return self.fields(block)
            case BlockKind.GRID:
                return self.grid(block)
        return self.list(block)

    def at(self, title: str, former: tuple[str, ...] = ()) -> list[Spot]:
        """Where a title stands; else one that it had in an earlier edition."""
        found = (self.texts.get(flat(text), []) for text in (title, *former))
        return next((spots for spots in found if spots), [])

    # -- fields --

    def fields(self, block: BlockPlace) -> Found:
        """Each value stands to the right of its label; of several labels the one nearest to where it is drawn."""
        found = Found()
        labels: set[int] = set()
        for key, column in sorted(
            block.block.columns.items(), key=lambda item: item[1].since
        ):
            spots = self.at(column.title, column.former)
            if (
                column.since > self.edition
            ):  # the same words elsewhere on an older sheet are not its label
                spots = [spot for spot in spots if spot[1] in labels]
            if spots:
                row, label = _nearest(spots, (block.rows[key], block.label_column))
                found.spots[block.block.name(key)] = (row, label + 1)
                labels.add(label)
        return found

    # -- grids --

    def grid(self, block: BlockPlace) -> Found:
        found = Found()
        label, rows = self.labels(block)
        if not rows:
            return found
        columns = self.columns(block, min(rows.values()), label)
        for row, column in block.block.cells():
            if row.key in rows and column.key in columns:
                found.spots[block.block.name(column.key, row.key)] = (
                    rows[row.key],
                    columns[column.key],
                )
        return found

    def labels(self, block: BlockPlace) -> tuple[int, dict[str, int]]:
        """The column of a grid's row titles, and each title's row: the column that holds most of them."""
        by_column: dict[int, dict[str, int]] = {}
        for key, row in block.block.rows.items():
            drawn = block.rows[key]
            # The nearest to the drawn row comes last, so that it is the one that stays.
            for spot in sorted(
                self.at(row.title, row.former), key=lambda spot: -abs(spot[0] - drawn)
            ):
                by_column.setdefault(spot[1], {})[key] = spot[0]
        if not by_column:
            return 0, {}
        column = max(
            by_column,
            key=lambda column: (
                len(by_column[column]),
                -abs(column - block.label_column),
            ),
        )
        return column, by_column[column]

    def columns(self, block: BlockPlace, first: int, after: int) -> dict[str, int]:
        """The columns of a grid's titles: above the first row, to the right, in order."""
        columns: dict[str, int] = {}
        depth = block.block.depth
        above = max(ABOVE, depth + 2)
        for key, column in block.block.columns.items():
            titles = [
                spot
                for spot in self.at(column.title, column.former)
                if first - above < spot[0] < first
            ]
            spots = _in_their_row(
                [spot for spot in titles if spot[1] > after],
                first - 1 - depth + len(column.group),
            )
            if spots:
                # The title of another column may have been changed into this one's: then the name says which is which.
                named = [
                    spot
                    for spot in spots
                    if spot == self.named_column(block.block, key)
                ]
                after = columns[key] = min(named or spots)
        return columns

    def named_column(self, block: Block, key: str) -> int:
        """The column that the defined names of a grid's column point to; 0 where there are none."""
        areas = (self.raw.names.get(str(block.name(key, row))) for row in block.rows)
        return next((area[1] for area in areas if area is not None), 0)

    # -- lists --

    def list(self, block: BlockPlace) -> Found:
        found = Found()
        header = self.header(block)
        if not header:
            return found
        found.header = header
        found.columns = self.titles(block, header)
        start = header + 1
        if block.block.total and self.holds(start, block.block.total):
            start += 1
        found.data = range(start, self.end(start))
        return found

    def header(self, block: BlockPlace) -> int:
        """The row that holds most of a list's column titles; among equals the nearest to its section, or to the drawn one."""
        votes: dict[int, int] = {}
        titles: set[Spot] = set()
        for column in block.block.columns.values():
            spots = self.at(column.title, column.former)
            titles.update(spots)
            rows = {spot[0] for spot in spots}
            # A title with fewer headings above it than others have is merged down from a row further up.
            rows |= {
                row + down for row in rows for down in range(1, block.block.depth + 1)
            }
            for row in rows:
                votes[row] = votes.get(row, 0) + 1
        if not votes:
            return 0
        sections = (
            [row for row, _ in self.at(block.block.title)] if block.block.title else []
        )

        def rank(row: int) -> tuple[int, bool, int]:
            below_section = [
                abs(row - section - 1 - block.block.depth) for section in sections
            ]
            distance = min(below_section, default=abs(row - block.header_row))
            return votes[row], self.may_be_headings(row, titles), -distance

        return max(votes, key=rank)

    def may_be_headings(self, row: int, titles: Collection[Spot]) -> bool:
        """Whether a row may be the last of a list's headings: it has a title, or those above are merged down over it.

        Where something stands right below a title, as in a public table, which has fewer headings, that is a line of the list.
        """
        if any(spot[0] == row for spot in titles):
            return True
        below = (self.raw.cells.get((row, column)) for at, column in titles if at < row)
        return not any(cell is not None and cell.text.strip() for cell in below)

    def titles(self, block: BlockPlace, header: int) -> dict[str, int]:
        """The columns of a list's titles in its header row (or the rows of headings above it), in order."""
        columns: dict[str, int] = {}
        after = 0
        depth = block.block.depth
        for key, column in block.block.columns.items():
            titles = [
                spot
                for spot in self.at(column.title, column.former)
                if header - depth <= spot[0] <= header
            ]
            spots = _in_their_row(
                [spot for spot in titles if spot[1] > after],
                header - depth + len(column.group),
            )
            if spots:
                after = columns[key] = min(spots)
        return columns

    def holds(self, row: int, text: str) -> bool:
        """Whether a row says a text, whatever became of the heading above it."""
        return any(spot[0] == row for spot in self.at(text))

    def end(self, start: int) -> int:
        """The row behind a list's last: its bottom guard; without one, as in a public table, the next block's title, or the end."""
        marks = [
            row
            for (row, column), cell in self.raw.cells.items()
            if column == MARGIN and row >= start and cell.text.startswith(END)
        ]
        if marks:
            return min(marks)
        titles = (row for title in self.sections for row, _ in self.at(title))
        return min(
            (row for row in titles if row > start), default=self.raw.last_row + 1
        )


def _in_their_row(spots: list[Spot], row: int) -> list[int]:
    """The columns of titles in the row where such a title is drawn; of all of them, where none stands there.

    What is a title in one row may be the heading above other titles in another.
    """
    drawn = [column for number, column in spots if number == row]
    return drawn or [column for _, column in spots]


def _nearest(spots: list[Spot], drawn: Spot) -> Spot:
    """The spot nearest to where it is drawn: first by column, then by row."""
    return min(
        spots, key=lambda spot: (abs(spot[1] - drawn[1]), abs(spot[0] - drawn[0]))
    )


def title_above(raw: RawSheet, first: Spot) -> Spot | None:
    """The text above a column's first cell: its title as it stands."""
    row, column = first
    for above in range(row - 1, max(row - 1 - ABOVE, 0), -1):
        cell = raw.cells.get((above, column))
        if cell is not None and cell.kind is Kind.TEXT and cell.text.strip():
            return above, column
    return None


def _ticks(raw: RawSheet, said: Iterable[tuple[Spot, str]]) -> Iterator[Spot]:
    area = raw.names.get("sheet.tick")
    if area is not None:
        yield area[:2]
    for (row, column), text in said:
        if flat(text).startswith(TICKED):
            yield row, column + 1
    yield TICK_ROW, TICK_COLUMN
