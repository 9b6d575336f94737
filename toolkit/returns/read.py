"""A filled workbook becomes a return: fields are found by defined names and by headings, never by blind coordinates.

The reader is forgiving and never judges: what it sees out of order it puts down as an `Oddity`; `check` makes findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import repeat

from toolkit.files.grid import Grid, Raw, RawSheet
from toolkit.model import (
    NO_WORDS,
    NOTHING,
    BlockKind,
    Cell,
    Figure,
    Filled,
    Name,
    Oddity,
    Project,
    Return,
    Role,
    Row,
    SheetState,
    Value,
    Words,
    made,
    once_of,
)
from toolkit.profile.by_door import through
from toolkit.profile.codes import not_found, sheet_name
from toolkit.profile.doors import Door
from toolkit.profile.form import UNIT, Block, Book, Column, Profile, Sheet
from toolkit.profile.layout import (
    SheetPlace,
    address,
    lay_out,
)
from toolkit.returns.calculating import calculated
from toolkit.returns.carried import SHEET as CARRIED
from toolkit.returns.carried import unconfirmed
from toolkit.returns.coded import with_names
from toolkit.returns.data import columns_in
from toolkit.returns.deriving import derived
from toolkit.returns.editions import changes_since, edition_of, lacking
from toolkit.returns.find import (
    NOWHERE,
    Found,
    Places,
    Spot,
    Wanted,
    flat,
    locate,
    title_above,
)
from toolkit.returns.origins import SHEET as ORIGINS
from toolkit.returns.origins import origins_of
from toolkit.returns.standing import is_calculated
from toolkit.returns.totals import There, Totals
from toolkit.returns.typed import BLANK, Typed, Usual, usual
from toolkit.returns.unread import out_of_sight, typed_in, unread

# asked for thousands of times, which a module answers faster than a class
GRID, INDEX, LIST = BlockKind.GRID, BlockKind.INDEX, BlockKind.LIST
DOOR = Role.DOOR
RENEWAL = (
    "想换成现在的表样，运行 disclosure template 新表.xlsx --from {}，填过的内容都带过去"
)
RESULTS = "校验结果"  # the sheet of findings that an annotated copy carries
TITLE_ROWS = 3  # the first rows of a sheet, in which a form's title is looked for
MOST_NAMED, MOST_EXAMPLES = 5, 3
LONGEST_EXAMPLE = 20


def read(grid: Grid, profile: Profile, key: str = "unit") -> Return:
    """Read a filled book. Whatever is wrong with its content ends up in the return, as values or oddities."""
    book = _Reader(grid, profile, key).read()
    if ORIGINS in grid.sheets:
        origins, told = origins_of(grid, book, profile.books[key])
        book = replace(book, origins=origins, oddities=(*book.oddities, *told))
    left = unconfirmed(grid, book)
    if not left:
        return book
    said = {"count": str(len(left)), "sheet": CARRIED}
    return replace(book, oddities=(*book.oddities, Oddity("carried", left, said)))


class _Reader:
    def __init__(self, grid: Grid, profile: Profile, key: str) -> None:
        self.grid = grid
        self.profile = profile
        self.every = profile.books[key]  # the forms of all doors
        # those of the door that the workbook goes by, once that is known
        self.shape = self.every
        self.oddities: list[Oddity] = []
        self.blocks: dict[str, Filled] = {}
        self.sheets: dict[str, SheetState] = {}
        self.projects: list[Project] = []
        self.titles: dict[str, Cell] = {}  # where the title of each sheet stands
        self.nameless: list[Cell] = []  # titles of sheets that lost all their names
        self.typed = Typed(profile.unit)
        self.code_sheet = sheet_name()  # named in the formulas that look names up
        self.not_found = not_found()
        self.editions: list[int] = []  # of the forms that the sheets read were drawn of
        self.undrawn: list[tuple[Name, Cell]] = []
        # where the cells of each block stand, and in which sheet; the same of each project's own
        self.found: dict[str, There] = {}
        self.found_in: list[dict[str, There]] = []

    def read(self) -> Return:
        matched, repeated = self.match()
        edition = edition_of(
            next((matched[key] for key in self.shape.sheets if key in matched), None)
        )
        self.take_door(matched, edition)
        for sheet in self.shape.sheets.values():
            entered = any(block.kind is not INDEX for block in sheet.blocks.values())
            if (
                not sheet.repeat
                and entered
                and not sheet.is_derived
                and sheet.key not in self.sheets
            ):
                self.sheet(sheet, matched.get(sheet.key), edition)
        for raw in repeated:
            self.project(raw)
        typed = Return(
            self.grid.book,
            self.profile.id,
            self.blocks,
            tuple(self.projects),
            self.sheets,
        )
        typed = replace(typed, cast=self.shape.cast, door=self.profile.door)
        totals = Totals(
            self.shape, self.found, self.found_in, has_formulas=_has_formulas(self.grid)
        )
        whole = calculated(derived(typed, self.shape), self.shape, totals.total)
        self.oddities += totals.oddities
        self.say_of_the_whole(totals.valued)
        return replace(
            whole, oddities=tuple(self.oddities), undrawn=tuple(self.undrawn)
        )

    # -- which door the figures came by -------------------------------------------------------------------------------

    def take_door(self, matched: Mapping[str, RawSheet], edition: int) -> None:
        """Go by the door that the cover's switch says; where that is blank, by the one whose forms are there."""
        name = self.every.cast.names.get(Role.DOOR)
        if name is None or self.every.key != UNIT:
            return
        cover = self.every.sheet_of(name.block)
        self.sheet(cover, matched.get(cover.key), edition)
        words = self.blocks[name.block].row(name).words(name.column)
        door = self.door(words, matched)
        self.profile = through(self.profile, door)
        self.shape = self.profile.book
        self.say_unused(matched, door)

    def door(self, said: Words, matched: Mapping[str, RawSheet]) -> Door:
        """The door that a switch says. Where that is blank, or none of its forms is there: the one whose forms are."""
        doors = sorted(self.profile.doors.values(), key=lambda door: not door.unsaid)
        there = [door for door in doors if set(door.forms) <= matched.keys()]
        chosen = self.profile.doors.get(said.text)
        if chosen is None:
            return next(iter([*there, *doors]))
        for other in there:
            lacking = [form for form in chosen.forms if form not in other.forms]
            if lacking and matched.keys().isdisjoint(lacking):
                forms = _listed([self.every.sheets[form].name for form in lacking])
                self.odd(
                    "door-lacks",
                    said.cells(),
                    door=chosen.key,
                    forms=forms,
                    other=other.key,
                )
                return other
        return chosen

    def say_unused(self, matched: Mapping[str, RawSheet], door: Door) -> None:
        """Say what is filled in of forms that this door has no use for: it is not read."""
        unused = {
            key: raw
            for key, raw in matched.items()
            if key not in self.shape.sheets or key in door.derived
        }
        filled = {
            raw.name: spots[0]
            for key, raw in unused.items()
            if (spots := self.typed_on(self.every.sheets[key], raw))
        }
        if filled:
            cells = [
                self.cell(self.grid.sheets[name], *spot)
                for name, spot in filled.items()
            ]
            self.odd("door-unused", cells, door=door.key, forms=_listed(list(filled)))

    def typed_on(self, sheet: Sheet, raw: RawSheet) -> list[Spot]:
        """The cells of a form's sheet in which somebody typed anything."""
        return typed_in(raw, locate(raw, _drawn(sheet), edition_of(raw)))

    def odd(self, what: str, cells: Iterable[Cell], **said: str) -> None:
        self.oddities.append(Oddity(what, tuple(cells), said))

    def cell(self, raw: RawSheet, row: int, column: int) -> Cell:
        return made(Cell, (self.grid.book, raw.name, row, column))

    def say_of_the_whole(self, valued: Sequence[Cell]) -> None:
        """What is said once a workbook, however many of its sheets and cells it concerns."""
        if self.nameless:
            self.odd("names-gone", self.nameless, sheets=str(len(self.nameless)))
        self.oddities += self.typed.told()
        if valued:
            self.odd("values-only", valued, count=str(len(valued)))
        if self.editions and min(self.editions) < self.profile.edition:
            self.say_older(min(self.editions))
        for doubt in self.grid.doubts:
            self.odd("doubt", [self.first_cell()], said=doubt)
        if self.grid.misnamed:
            self.odd("misnamed", [self.first_cell()], suffix=self.grid.suffix)

    def say_older(self, edition: int) -> None:
        """Say once that the workbook, or a sheet of it, was drawn by an earlier edition of the forms, and what it has not."""
        labels: dict[str, list[str]] = {}
        for name, _ in self.undrawn:
            sheet, _, row, column = self.shape.find(name)
            newer = row if row is not None and row.since > column.since else column
            labels.setdefault(sheet.name.replace("{n}", ""), []).append(
                newer.title.strip()
            )
        sheets = [
            self.shape.sheets[key].name
            for key, state in self.sheets.items()
            if not state.drawn
        ]
        said = {
            "edition": str(edition),
            "current": str(self.profile.edition),
            "changes": changes_since(edition, self.profile.editions),
            "lacking": lacking(labels, sheets),
            "renewal": RENEWAL.format(self.grid.book)
            if self.shape is self.profile.book
            else "里面填的照样算数",
        }
        self.odd("older-form", [next(iter(self.sheets.values())).title], **said)

    def first_cell(self) -> Cell:
        return Cell(self.grid.book, next(iter(self.grid.sheets), ""), 1, 1)

    # -- which sheet is which -----------------------------------------------------------------------------------------

    def match(self) -> tuple[dict[str, RawSheet], list[RawSheet]]:
        """Match worksheets to forms: by name, else by the title they carry; projects in the workbook's order."""
        matched: dict[str, RawSheet] = {}
        repeated: list[RawSheet] = []
        rest: list[RawSheet] = []
        forms = [sheet for sheet in self.shape.sheets.values() if not sheet.repeat]
        by_name = {
            name: sheet for sheet in forms for name in (sheet.name, *sheet.former)
        }
        project = self.shape.repeated
        past_end = False  # behind the bookend that closes the projects: there the sheet's own sums do not count them
        for raw in self.grid.sheets.values():
            if raw.name in by_name:
                matched[by_name[raw.name].key] = raw
            elif project is not None and raw.name in project.bookends:
                past_end = raw.name == project.bookends[1]
            elif project is not None and _carries(_head(raw), project):
                repeated.append(raw)
                if past_end:
                    self.odd("copied-sheet", [self.cell(raw, 1, 1)], sheet=raw.name)
            else:
                rest.append(raw)
        for raw in rest:
            self.match_by_title(raw, forms, matched)
        for raw in matched.values():
            self.say_hidden(raw)
        return matched, repeated

    def match_by_title(
        self, raw: RawSheet, forms: Iterable[Sheet], matched: dict[str, RawSheet]
    ) -> None:
        """A sheet of an unknown name: a renamed form, one of ours that is no form, or one that nobody reads."""
        # Most such sheets are ours, and carry none.
        titles = _every_title(self.shape)
        head = [text for text in _head(raw) if titles[text]]
        home = next(
            (
                form
                for form in forms
                if form.key not in matched and _carries(head, form)
            ),
            None,
        )
        if home is not None:
            matched[home.key] = raw
            self.odd(
                "sheet-renamed", [self.cell(raw, 1, 1)], sheet=raw.name, name=home.name
            )
            return
        guide = self.profile.guide
        # `former`: drawn by earlier versions
        guides = {
            guide.get("name"),
            guide.get("library"),
            *guide.get("former", ()),
        }
        ours = (
            "sheet.tool" in raw.names
            or raw.name in guides
            or raw.name.startswith(RESULTS)
        )
        if raw.cells and not ours:
            self.odd("sheet-unknown", [self.cell(raw, 1, 1)], sheet=raw.name)

    def say_hidden(self, raw: RawSheet) -> None:
        if raw.hidden:
            self.odd("sheet-hidden", [self.cell(raw, 1, 1)], sheet=raw.name)

    # -- one sheet ----------------------------------------------------------------------------------------------------

    def sheet(self, sheet: Sheet, raw: RawSheet | None, edition: int) -> None:
        """Read a form's sheet; where it is not there, the workbook's edition says whether it should be."""
        if raw is None:
            self.missing_sheet(sheet, drawn=sheet.since <= edition)
            return
        place = _drawn(sheet)
        places = self.locate(raw, place)
        self.say_unread(raw, place, places)
        self.take_edition(raw, sheet, places)
        self.say_out_of_sight(raw, places)
        for key, found in places.blocks.items():
            self.found[key] = raw, found
            self.blocks[key] = self.filled(raw, sheet.blocks[key], found)
        begun = any(
            _begun(sheet.blocks[key], self.blocks[key]) for key in places.blocks
        )
        self.sheets[sheet.key] = self.state(
            raw, places, self.title(raw, sheet), begun=begun
        )

    def missing_sheet(self, sheet: Sheet, *, drawn: bool) -> None:
        first = Cell(self.grid.book, next(iter(self.grid.sheets), ""), 1, 1)
        if drawn:
            self.odd("sheet-missing", [first], sheet=sheet.name)
        self.sheets[sheet.key] = SheetState(
            first, "", begun=False, drawn=drawn, there=False
        )
        for block in sheet.blocks.values():
            self.blocks[block.key] = _blank(block)

    def project(self, raw: RawSheet) -> None:
        sheet = self.shape.repeated
        if sheet is None:
            return
        seen = len(self.oddities)
        self.say_hidden(raw)
        place = _drawn(sheet)
        places = self.locate(raw, place)
        self.say_out_of_sight(raw, places)
        head_block, list_block = sheet.of_project
        head = self.filled(raw, head_block, places.blocks[head_block.key]).rows[0]
        rows = (
            self.filled(raw, list_block, places.blocks[list_block.key]).rows
            if list_block.key
            else ()
        )
        if (
            not _begun(head_block, Filled(head_block.key, head_block.kind, (head,)))
            and not rows
        ):
            # an empty spare sheet is nobody's concern, hidden so that it is not printed or not, but for what is typed
            # beside its cells
            del self.oddities[seen:]
            self.say_unread(raw, place, places)
            return
        self.take_edition(raw, sheet, places)
        self.say_unread(raw, place, places)
        title = self.title(raw, sheet)
        self.projects.append(
            Project(raw.name, head, rows, title, list_block.key, self.shape.cast)
        )
        self.found_in.append(
            {key: (raw, found) for key, found in places.blocks.items()}
        )
        self.sheets[f"{sheet.key}{len(self.projects)}"] = self.state(
            raw, places, title, begun=True
        )

    def title(self, raw: RawSheet, sheet: Sheet) -> Cell:
        title = self.titles.get(raw.name)
        if title is None:
            wanted = _titles(sheet)
            spot = next(
                (at for at, cell in raw.cells.items() if wanted[cell.text]), (1, 2)
            )
            self.titles[raw.name] = title = self.cell(raw, *spot)
        return title

    def take_edition(self, raw: RawSheet, sheet: Sheet, places: Places) -> None:
        """Remember of which edition a sheet is, and what it has not for that."""
        self.editions.append(edition_of(raw))
        title = self.title(raw, sheet)
        self.undrawn += [(name, title) for name in places.undrawn]

    def state(
        self, raw: RawSheet, places: Places, title: Cell, *, begun: bool
    ) -> SheetState:
        """A form's state. What is ticked stands at its name, else beside its label, else where it is drawn."""
        for spot in places.ticks:
            cell = raw.cells.get(spot)
            if cell is not None:
                return SheetState(
                    title, cell.text.strip(), begun, ticked=self.cell(raw, *spot)
                )
        return SheetState(title, "", begun)

    # -- where the cells are ------------------------------------------------------------------------------------------

    def locate(self, raw: RawSheet, place: SheetPlace) -> Places:
        places = locate(raw, place, edition_of(raw))
        title = self.title(raw, place.sheet)
        if places.lost and raw.names:
            lost = "、".join(self.label(name) for name in places.lost[:MOST_NAMED])
            more = f"等 {len(places.lost)} 处" if len(places.lost) > MOST_NAMED else ""
            self.odd("names-missing", [title], names=lost + more)
        elif places.lost:
            self.nameless.append(title)
        self.say_moved(raw, places)
        retitled = self.say_retitled(raw, places)
        for name, spot in places.missing:
            if spot == NOWHERE:
                self.odd("field-missing", [title], field=self.label(name))
            elif name.field not in retitled:
                self.odd(
                    "heading-missing", [self.cell(raw, *spot)], field=self.label(name)
                )
        return places

    def say_retitled(self, raw: RawSheet, places: Places) -> set[str]:
        """Say which columns of grids have another title now, once each, where it stands; answer those columns.

        A column is one whose every row was found by its name alone.
        """
        spots: dict[str, list[Spot]] = {}
        titles: dict[str, str] = {}
        for name, spot in places.missing:
            if name.row and spot != NOWHERE:
                spots.setdefault(name.field, []).append(spot)
                _, _, _, column = self.shape.find(name)
                titles[name.field] = column.title
        found: set[str] = set()
        for field, of_column in spots.items():
            heading = title_above(raw, min(of_column))
            if len(of_column) > 1 and heading is not None:
                found.add(field)
                self.odd(
                    "heading-missing", [self.cell(raw, *heading)], field=titles[field]
                )
        return found

    def say_moved(self, raw: RawSheet, places: Places) -> None:
        if not places.moved:
            return
        name, at, due = places.moved[0]
        field = self.label(name)
        if len(places.moved) > 1:
            field += f"等 {len(places.moved)} 格"
        cells = [
            self.cell(raw, *spot)
            for _, by_name, by_heading in places.moved
            for spot in (by_heading, by_name)
        ]
        self.odd("name-moved", cells, field=field, at=address(*at), due=address(*due))

    def say_unread(self, raw: RawSheet, place: SheetPlace, places: Places) -> None:
        """Say what stands in a form's sheet and was not read."""
        spots = unread(raw, place, places)
        if not spots:
            return
        where = "、".join(address(*spot) for spot in spots[:MOST_NAMED])
        if len(spots) > MOST_NAMED:
            where += f" 等 {len(spots)} 格"
        examples = "、".join(
            f"“{_brief(raw.cells[spot].text)}”" for spot in spots[:MOST_EXAMPLES]
        )
        self.odd(
            "unread",
            [self.cell(raw, *spot) for spot in spots],
            sheet=raw.name,
            where=where,
            examples=examples,
        )

    def say_out_of_sight(self, raw: RawSheet, places: Places) -> None:
        """Say what was read though a person does not see it, and what a merge leaves of cells that ought to be read."""
        for what, spots in out_of_sight(raw, places).items():
            where = "、".join(address(*spot) for spot in spots[:MOST_NAMED])
            if len(spots) > MOST_NAMED:
                where += f" 等 {len(spots)} 格"
            rows = "、".join(map(str, dict.fromkeys(row for row, _ in spots)))
            self.odd(
                what,
                [self.cell(raw, *spot) for spot in spots],
                sheet=raw.name,
                where=where,
                rows=rows,
            )

    def label(self, name: Name) -> str:
        """What people call a name on its own sheet."""
        _, _, row, column = self.shape.find(name)
        return f"{row.title.strip()}：{column.title}" if row else column.title

    # -- what the cells hold ------------------------------------------------------------------------------------------

    def filled(self, raw: RawSheet, block: Block, found: Found) -> Filled:
        filled = self.typed_in(raw, block, found)
        if not _looks_up(block):
            return filled
        return replace(
            filled,
            rows=tuple(with_names(row, block, self.shape.lists) for row in filled.rows),
        )

    def typed_in(self, raw: RawSheet, block: Block, found: Found) -> Filled:
        """A block without the names that are looked up."""
        if block.kind is LIST:
            rows = tuple(self.list_rows(raw, block, found))
            return Filled(block.key, block.kind, rows)
        if block.kind is GRID:
            return self.grid_rows(raw, block, found)
        return Filled(block.key, block.kind, (self.fields_row(raw, block, found),))

    def fields_row(self, raw: RawSheet, block: Block, found: Found) -> Row:
        values = self.values(raw, _cells_of(found, block))
        first = next(iter(found.spots.values()))
        return Row(block.key, values, self.cell(raw, *first))

    def list_rows(self, raw: RawSheet, block: Block, found: Found) -> Iterator[Row]:
        """The lines of a list that hold anything."""
        columns = [
            column for key, column in block.columns.items() if key in found.columns
        ]
        across = [found.columns[column.key] for column in columns]
        reads = [usual(column) for column in columns]
        first = min(across, default=0)
        number = 0
        for row in found.rows:
            spots = zip(repeat(row), across)
            values = self.values(raw, zip(columns, reads, spots, strict=True))
            if _holds_anything(values, block):
                number += 1
                yield Row(str(number), values, self.cell(raw, row, first))

    def grid_rows(self, raw: RawSheet, block: Block, found: Found) -> Filled:
        rows: list[Row] = []
        for key in block.rows:
            cells = _cells_of(found, block, key)
            first = self.cell(raw, *cells[0][-1]) if cells else None
            rows.append(Row(key, self.values(raw, cells), first))
        return Filled(block.key, block.kind, tuple(rows))

    def values(
        self, raw: RawSheet, cells: Iterable[tuple[Column, Usual, Spot]]
    ) -> dict[str, Value]:
        """What some columns hold, each in its cell. Here the time goes: there are a thousand, a third of them blank."""
        book, sheet, held = self.grid.book, raw.name, raw.cells.get
        values: dict[str, Value] = {}
        for column, as_usual, spot in cells:
            stands = held(spot)
            if stands is None and spot == NOWHERE:
                # told as missing; without a cell it is not told as blank too
                values[column.key] = NOTHING if column.numeric else NO_WORDS
                continue
            row, at = spot
            cell = made(Cell, (book, sheet, row, at))
            if stands is not None and (
                column.looked_up is None or not self.is_ours(stands)
            ):
                values[column.key] = as_usual(stands, cell) or self.typed.looked_at(
                    stands, cell, column
                )
            elif column.numeric:
                values[column.key] = Figure(None, cell, BLANK)
            else:
                values[column.key] = made(Words, ("", cell, BLANK, ""))
        return values

    def is_ours(self, name: Raw) -> bool:
        """Whether the name of a code is our own formula, calculated or not, or what it shows where it finds nothing.

        It is looked up again.
        """
        return self.code_sheet in name.formula or name.text.strip() == self.not_found


def _has_formulas(grid: Grid) -> bool:
    return any(
        raw.formula for sheet in grid.sheets.values() for raw in sheet.cells.values()
    )


def _listed(names: list[str]) -> str:
    more = f"等 {len(names)} 张" if len(names) > MOST_NAMED else ""
    return "、".join(f"“{name}”" for name in names[:MOST_NAMED]) + more


def _brief(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EXAMPLE else f"{line[:LONGEST_EXAMPLE]}…"


def _head(raw: RawSheet) -> Iterator[str]:
    """The texts of a worksheet's first rows."""
    return (cell.text for (row, _), cell in raw.cells.items() if row <= TITLE_ROWS)


def _carries(head: Iterable[str], sheet: Sheet) -> bool:
    """Whether the first rows of a worksheet carry a form's title."""
    wanted = _titles(sheet)
    return any(wanted[text] for text in head)


def _cells_of(
    found: Found, block: Block, row: str = ""
) -> list[tuple[Column, Usual, Spot]]:
    """The columns of a grid's row, or of fields, each with its cell: made once for all sheets that are laid out alike."""
    cells = found.cells.get(row)
    if cells is None:
        columns = columns_in(block, row) if row else block.columns
        cells = found.cells[row] = [
            (column, usual(column), found.spots[block.name(key, row)])
            for key, column in columns.items()
        ]
    return cells


def _holds_anything(values: Mapping[str, Value], block: Block) -> bool:
    """Whether a line of a list was begun: a formula of ours stands in rows that nobody has begun, too."""
    for key, value in values.items():  # noqa: SIM110  nearly always the first
        if value.given and not is_calculated(value, block.columns[key]):
            return True
    return False


@once_of
def _looks_up(block: Block) -> bool:
    """Whether names are looked up in a block that nobody types."""
    return any(column.looked_up is not None for column in block.columns.values())


@once_of
def _titles(sheet: Sheet) -> Wanted:
    """A form's title, and those that it had in earlier editions."""
    return Wanted(frozenset(flat(title) for title in (sheet.title, *sheet.former)))


@once_of
def _every_title(shape: Book) -> Wanted:
    """The titles of all forms, and those that they had."""
    sheets = shape.sheets.values()
    return Wanted(frozenset().union(*(_titles(sheet).texts for sheet in sheets)))


@once_of
def _drawn(sheet: Sheet) -> SheetPlace:
    """Where a form's blocks stand as it is drawn, each list with as many lines as it has when it is blank."""
    return lay_out(sheet)


def _blank(block: Block) -> Filled:
    """A block of a sheet that is not there."""
    keys = {BlockKind.FIELDS: (block.key,), BlockKind.GRID: tuple(block.rows)}.get(
        block.kind, ()
    )
    return Filled(block.key, block.kind, tuple(Row(key, {}) for key in keys))


def _begun(block: Block, filled: Filled) -> bool:
    """Whether a person entered anything in a block; constants and calculated totals do not count."""
    if block.kind is LIST:
        return bool(filled.rows)
    for name, row in filled.named():
        for column, value in row.values.items():
            if value.kind is BLANK:
                continue
            # Which door it is for stands in a blank workbook too.
            asked = block.columns[column]
            if not value.given or asked.constant or asked.role is DOOR:
                continue
            if name.at(column) not in block.formulas:
                return True
    return False
