"""A filled workbook becomes a return: fields are found by defined names and by headings, never by blind coordinates.

The reader is forgiving and never judges: what it sees out of order it puts down as an `Oddity`; `check` makes findings.
Where a name and a heading disagree the heading wins, for that is what the person who typed the figure saw.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from toolkit.files.grid import Grid, Raw, RawSheet
from toolkit.model import NO_WORDS, NOTHING, Cell, Figure, Filled, Kind, Oddity, Project, Return, Row, SheetState, Value, Words
from toolkit.profile.form import Block, Column, Profile, Sheet
from toolkit.profile.layout import MARGIN, TICK_COLUMN, TICK_ROW, BlockPlace, SheetPlace, address, lay_out, ranges, span
from toolkit.returns.data import GridSource, formula_order
from toolkit.rules.claim import Term

NOWHERE = (0, 0)
RESULTS = "校验结果"  # the sheet of findings that an annotated copy carries
Spot = tuple[int, int]


def read(grid: Grid, profile: Profile, key: str = "unit") -> Return:
    """Read a filled book. Whatever is wrong with its content ends up in the return, as values or oddities."""
    return _Reader(grid, profile, key).read()


def flat(text: str) -> str:
    """A heading without blanks and marks, for comparison."""
    return re.sub(r"\s|（必填）", "", text)


@dataclass
class _Found:
    """Where a block's cells were found. `data` are a list's rows."""

    spots: dict[str, Spot] = field(default_factory=dict)
    columns: dict[str, int] = field(default_factory=dict)
    data: range = range(0)


class _Reader:
    def __init__(self, grid: Grid, profile: Profile, key: str) -> None:
        self.grid = grid
        self.profile = profile
        self.shape = profile.books[key]
        self.oddities: list[Oddity] = []
        self.blocks: dict[str, Filled] = {}
        self.sheets: dict[str, SheetState] = {}
        self.projects: list[Project] = []
        self.nameless: list[Cell] = []  # titles of sheets that lost all their names
        self.as_text: list[tuple[Cell, str]] = []  # numbers typed as text

    def read(self) -> Return:
        matched, repeated = self.match()
        for sheet in self.shape.sheets.values():
            if not sheet.repeat and any(block.kind != "index" for block in sheet.blocks.values()):
                self.sheet(sheet, matched.get(sheet.key))
        for raw in repeated:
            self.project(raw)
        if self.nameless:
            self.odd("names-gone", self.nameless, sheets=str(len(self.nameless)))
        if self.as_text:
            said = "、".join(f"“{text}”" for _, text in self.as_text[:3]) + ("等" if len(self.as_text) > 3 else "")  # noqa: PLR2004
            self.odd("normalised", [cell for cell, _ in self.as_text], count=str(len(self.as_text)), examples=said)
        return Return(self.grid.book, self.profile.id, self.blocks, tuple(self.projects), self.sheets, tuple(self.oddities))

    def odd(self, what: str, cells: Iterable[Cell], **said: str) -> None:
        self.oddities.append(Oddity(what, tuple(cells), said))

    # -- which sheet is which -----------------------------------------------------------------------------------------

    def match(self) -> tuple[dict[str, RawSheet], list[RawSheet]]:
        """Match worksheets to forms: by name, else by the title they carry; projects in the workbook's order."""
        matched: dict[str, RawSheet] = {}
        repeated: list[RawSheet] = []
        rest: list[RawSheet] = []
        by_name = {sheet.name: sheet for sheet in self.shape.sheets.values() if not sheet.repeat}
        guide = self.profile.guide
        guides = {guide["name"], guide["library"], *guide["former"]}  # `former`: drawn by earlier versions
        project = self.shape.repeated
        past_end = False
        for raw in self.grid.sheets.values():
            if raw.name in by_name:
                matched[by_name[raw.name].key] = raw
            elif project is not None and raw.name in project.bookends:
                past_end = raw.name == project.bookends[1]
            elif project is not None and _carries(raw, project):
                repeated.append(raw)
                if past_end:
                    self.odd("copied-sheet", [self.cell(raw, 1, 1)], sheet=raw.name)
            else:
                rest.append(raw)
        for raw in rest:
            home = next((s for s in by_name.values() if s.key not in matched and _carries(raw, s)), None)
            if home is not None:
                matched[home.key] = raw
                self.odd("sheet-renamed", [self.cell(raw, 1, 1)], sheet=raw.name, name=home.name)
            elif not raw.cells or "sheet.tool" in raw.names or raw.name in guides:
                continue
            elif not raw.name.startswith(RESULTS):
                self.odd("sheet-unknown", [self.cell(raw, 1, 1)], sheet=raw.name)
        for raw in self.grid.sheets.values():
            if raw.hidden and (raw in repeated or raw in matched.values()):
                self.odd("sheet-hidden", [self.cell(raw, 1, 1)], sheet=raw.name)
        return matched, repeated

    def cell(self, raw: RawSheet, row: int, column: int) -> Cell:
        return Cell(self.grid.book, raw.name, row, column)

    # -- one sheet ----------------------------------------------------------------------------------------------------

    def sheet(self, sheet: Sheet, raw: RawSheet | None) -> None:
        if raw is None:
            first = next(iter(self.grid.sheets), "")
            self.odd("sheet-missing", [Cell(self.grid.book, first, 1, 1)], sheet=sheet.name)
            raw = RawSheet(first, {})
            self.sheets[sheet.key] = SheetState(self.cell(raw, 1, 1), "", begun=False)
            for block in sheet.blocks.values():
                self.blocks[block.key] = _blank(block)
            return
        place = lay_out(sheet)
        found = self.locate(raw, place)
        for key, where in found.items():
            self.blocks[key] = self.filled(raw, place.blocks[key].block, where)
        begun = any(_begun(sheet.blocks[key], self.blocks[key]) for key in found)
        self.sheets[sheet.key] = SheetState(self.title(raw, sheet), self.tick(raw), begun)

    def project(self, raw: RawSheet) -> None:
        sheet = self.shape.repeated
        if sheet is None:
            return
        place = lay_out(sheet, len(self.projects) + 1)
        seen = len(self.oddities)
        found = self.locate(raw, place)
        head_block, list_block = sheet.blocks.values()
        head = self.filled(raw, head_block, found[head_block.key])
        rows = self.filled(raw, list_block, found[list_block.key])
        if not isinstance(head, Row) or not isinstance(rows, tuple):
            raise TypeError(sheet.key)
        if not head.begun and not rows:
            del self.oddities[seen:]  # an empty spare sheet is nobody's concern
            return
        self.projects.append(Project(raw.name, head, rows, self.title(raw, sheet)))
        self.sheets[f"{sheet.key}{len(self.projects)}"] = SheetState(self.title(raw, sheet), self.tick(raw), begun=True)

    def title(self, raw: RawSheet, sheet: Sheet) -> Cell:
        wanted = flat(sheet.title)
        spot = next((at for at, cell in raw.cells.items() if flat(cell.text) == wanted), (1, 2))
        return self.cell(raw, *spot)

    def tick(self, raw: RawSheet) -> str:
        area = raw.names.get("sheet.tick")
        spots = [area[:2]] if area else []
        spots += [(row, column + 1) for (row, column), cell in raw.cells.items() if flat(cell.text).startswith("填表情况")]
        spots.append((TICK_ROW, TICK_COLUMN))
        for spot in spots:
            cell = raw.cells.get(spot)
            if cell is not None:
                return cell.text.strip()
        return ""

    # -- where the cells are ------------------------------------------------------------------------------------------

    def locate(self, raw: RawSheet, place: SheetPlace) -> dict[str, _Found]:
        """Find every block's cells by headings and by names, and hold the two against each other."""
        texts: dict[str, list[Spot]] = {}
        for spot, cell in sorted(raw.cells.items()):
            if cell.kind is Kind.TEXT and not cell.formula:
                texts.setdefault(flat(cell.text), []).append(spot)
        finder = _Finder(raw, texts)
        found: dict[str, _Found] = {}
        lost: list[str] = []
        moved: list[tuple[str, Spot, Spot]] = []
        missing: list[tuple[str, Spot]] = []
        for key, block in place.blocks.items():
            if block.block.kind == "index":
                continue
            where = finder.find(block)
            if block.block.kind == "list":
                self.settle_list(raw, block, where, lost, moved)
            else:
                self.settle_cells(raw, block, where, lost, moved, missing)
            found[key] = where
        self.say_places(raw, place, lost, moved, missing)
        return found

    def settle_cells(
        self,
        raw: RawSheet,
        block: BlockPlace,
        where: _Found,
        lost: list[str],
        moved: list[tuple[str, Spot, Spot]],
        missing: list[tuple[str, Spot]],
    ) -> None:
        """Decide for fields and grids: the heading's cell; the name's where there is no heading."""
        for name in _cell_names(block.block):
            area = raw.names.get(name)
            by_name = (area[0], area[1]) if area else None
            by_heading = where.spots.get(name)
            if by_name is None and by_heading is not None:
                lost.append(name)  # lost with its heading too, the cell is missing: told once, as that
            if by_heading is None:
                where.spots[name] = by_name or NOWHERE
                missing.append((name, where.spots[name]))
            elif by_name is not None and by_name != by_heading:
                moved.append((name, by_name, by_heading))

    def settle_list(
        self, raw: RawSheet, block: BlockPlace, where: _Found, lost: list[str], moved: list[tuple[str, Spot, Spot]]
    ) -> None:
        rows: list[tuple[int, int]] = []
        for key in block.block.columns:
            name = block.block.name(key)
            area = raw.names.get(name)
            if area is None:
                lost.append(name)
            else:
                rows.append((area[0], area[2]))
                if key not in where.columns:
                    where.columns[key] = area[1]
                elif where.columns[key] != area[1]:
                    moved.append((name, (area[0], area[1]), (area[0], where.columns[key])))
        if not where.data and rows:
            where.data = range(min(first for first, _ in rows) + 1, max(last for _, last in rows))

    def say_places(
        self,
        raw: RawSheet,
        place: SheetPlace,
        lost: list[str],
        moved: list[tuple[str, Spot, Spot]],
        missing: list[tuple[str, Spot]],
    ) -> None:
        title = self.title(raw, place.sheet)
        if lost and raw.names:
            said = "、".join(self.label(name) for name in lost[:5])
            self.odd("names-missing", [title], names=said + (f"等 {len(lost)} 处" if len(lost) > 5 else ""))  # noqa: PLR2004
        elif lost:
            self.nameless.append(title)
        if moved:
            name, at, due = moved[0]
            said = f"{self.label(name)}等 {len(moved)} 格" if len(moved) > 1 else self.label(name)
            cells = [self.cell(raw, *spot) for _, by_name, by_heading in moved for spot in (by_heading, by_name)]
            self.odd("name-moved", cells, field=said, at=address(*at), due=address(*due))
        for name, at in missing:
            cell = title if at == NOWHERE else self.cell(raw, *at)
            what = "field-missing" if at == NOWHERE else "heading-missing"
            self.odd(what, [cell], field=self.label(name))

    def label(self, name: str) -> str:
        """What people call a dotted name on its own sheet."""
        _, _, row, column = self.shape.find(name)
        return f"{row.title.strip()}：{column.title}" if row else column.title

    # -- what the cells hold ------------------------------------------------------------------------------------------

    def filled(self, raw: RawSheet, block: Block, where: _Found) -> Filled:
        if block.kind == "fields":
            values = {c.key: self.value(raw, where.spots[block.name(c.key)], c) for c in block.columns.values()}
            spot = next(iter(where.spots.values()))
            return Row(block.key, values, self.cell(raw, *spot))
        if block.kind == "grid":
            return self.grid_rows(raw, block, where)
        rows: list[Row] = []
        hidden: list[int] = []
        for row in where.data:
            values = {
                key: self.value(raw, (row, where.columns[key]), column)
                for key, column in block.columns.items()
                if key in where.columns
            }
            if any(value.given for value in values.values()):
                rows.append(Row(str(len(rows) + 1), values, self.cell(raw, row, min(where.columns.values()))))
                if row in raw.hidden_rows:
                    hidden.append(row)
        if hidden:
            first = min(where.columns.values())
            self.odd(
                "rows-hidden", [self.cell(raw, row, first) for row in hidden], sheet=raw.name, rows="、".join(map(str, hidden))
            )
        return tuple(rows)

    def grid_rows(self, raw: RawSheet, block: Block, where: _Found) -> dict[str, Row]:
        values: dict[str, dict[str, Value]] = {key: {} for key in block.rows}
        for row, column in block.cells():
            values[row.key][column.key] = self.value(raw, where.spots[block.name(column.key, row.key)], column)
        for row_key, column_key in formula_order(block):
            self.calculated(raw, block, where, values, (row_key, column_key))
        return {
            key: Row(key, held, self.cell(raw, *where.spots[block.name(next(iter(held)), key)])) for key, held in values.items()
        }

    def calculated(
        self, raw: RawSheet, block: Block, where: _Found, values: dict[str, dict[str, Value]], at: tuple[str, str]
    ) -> None:
        """A calculated cell: computed by us where its own formula was never calculated or overlooked a number typed as text."""
        row, column = at
        figure = values[row][column]
        term = block.drawn_formula(block.rows[row], block.columns[column])
        if term is None or not isinstance(figure, Figure) or not isinstance(figure.source, Cell):
            return
        spots = {name: where.spots[f"{block.key}.{name}"] for name in (f"{r.key}.{c.key}" for r, c in block.cells())}
        due = _formula(term, spots)
        source = GridSource(values)
        if figure.formula:
            own = _same_formula(figure.formula, due, set(spots.values()))
            result = term.figure(source)
            if own and result.flawed and figure.kind in (Kind.UNCOMPUTED, Kind.ERROR):
                values[row][column] = Figure(None, figure.source, Kind.WAITING, "", figure.formula)  # the addend is at fault
            elif own and (figure.kind is Kind.UNCOMPUTED or any(_was_text(source, n) for n in term.names())):
                values[row][column] = Figure(result.number, figure.source, Kind.NUMBER, "", figure.formula)
            elif not own:
                self.odd("formula-changed", [figure.source], formula=due, stands=figure.formula[:120])
        elif figure.kind is not Kind.BLANK:
            self.odd("overtyped", [figure.source], formula=due, value=figure.raw)
        else:
            result = term.figure(source)
            given = any(isinstance(v := source.value(n), Figure) and v.given for n in term.names())
            values[row][column] = Figure(result.number, figure.source) if given and not result.flawed else figure

    def value(self, raw: RawSheet, spot: Spot, column: Column) -> Value:
        if spot == NOWHERE:  # told as missing; without a cell it is not told as blank too
            return NOTHING if column.numeric else NO_WORDS
        cell = Cell(self.grid.book, raw.name, *spot)
        said = raw.cells.get(spot)
        if said is None:
            return Figure(None, cell, Kind.BLANK) if column.numeric else Words("", cell, Kind.BLANK)
        return self.figure(said, cell, column) if column.numeric else _words(said, cell)

    def figure(self, said: Raw, cell: Cell, column: Column) -> Figure:
        if said.kind is Kind.TEXT:
            number = number_in(said.text, self.profile.unit)
            if number is not None:
                self.as_text.append((cell, said.text.strip()))
                return Figure(number, cell, Kind.NUMBER, said.text, said.formula)
        return Figure(said.number, cell, said.kind, said.text, said.formula)


def _words(said: Raw, cell: Cell) -> Words:
    if said.kind in (Kind.ERROR, Kind.UNCOMPUTED):
        return Words("", cell, said.kind, said.text)
    text = unicodedata.normalize("NFC", said.text.replace("\r\n", "\n").replace("_x000D_", "")).strip()
    return Words(text, cell, Kind.TEXT if text else Kind.BLANK, said.text)


def number_in(text: str, unit: str) -> Decimal | None:
    """Read a number typed as text: full-width digits, thousands separators, blanks, the form's own unit behind it."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix(unit)
    plain = re.sub(r"[\s,，￥¥]", "", plain).replace("−", "-").replace("－", "-")
    if not re.fullmatch(r"-?\d+(\.\d+)?", plain):
        return None
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None


def _carries(raw: RawSheet, sheet: Sheet) -> bool:
    """Whether a worksheet carries a form's title in its first rows."""
    wanted = flat(sheet.title)
    return any(row <= 3 and flat(cell.text) == wanted for (row, _), cell in raw.cells.items())  # noqa: PLR2004


def _blank(block: Block) -> Filled:
    if block.kind == "list":
        return ()
    if block.kind == "grid":
        return {key: Row(key, {}) for key in block.rows}
    return Row(block.key, {})


def _begun(block: Block, filled: Filled) -> bool:
    """Whether a person entered anything in a block; constants and calculated totals do not count."""
    if isinstance(filled, Row):
        return any(v.given for key, v in filled.values.items() if not block.columns[key].constant)
    if isinstance(filled, Mapping):
        return any(
            filled[r.key].values[c.key].given
            for r, c in block.cells()
            if block.drawn_formula(r, c) is None and c.key in filled[r.key].values
        )
    return bool(filled)


def _cell_names(block: Block) -> Iterator[str]:
    if block.kind == "fields":
        yield from (block.name(key) for key in block.columns)
    else:
        yield from (block.name(column.key, row.key) for row, column in block.cells())


def _was_text(source: GridSource, name: str) -> bool:
    """Whether a number was typed as text, or rests on one that was: the sheet's own sum overlooks it."""
    value = source.value(name)
    return isinstance(value, Figure) and (
        value.kind is Kind.NUMBER and not value.formula and not re.fullmatch(r"-?[\d.]*", value.raw)
    )


class _Finder:
    """Finds a block's cells by its headings."""

    def __init__(self, raw: RawSheet, texts: Mapping[str, list[Spot]]) -> None:
        self.raw = raw
        self.texts = texts

    def find(self, block: BlockPlace) -> _Found:
        return {"fields": self.fields, "grid": self.grid, "list": self.list}[block.block.kind](block)

    def at(self, title: str) -> list[Spot]:
        return self.texts.get(flat(title), [])

    def fields(self, block: BlockPlace) -> _Found:
        found = _Found()
        for key, column in block.block.columns.items():
            drawn = (block.rows[key], block.label_column)
            if spots := self.at(column.title):
                row, label = min(spots, key=lambda s, d=drawn: (abs(s[1] - d[1]), abs(s[0] - d[0])))  # type: ignore[misc]
                found.spots[block.block.name(key)] = (row, label + 1)
        return found

    def grid(self, block: BlockPlace) -> _Found:
        found = _Found()
        label, rows = self.labels(block)
        if not rows:
            return found
        first = min(rows.values())
        columns = self.columns(block, first, label)
        for row, column in block.block.cells():
            if row.key in rows and column.key in columns:
                found.spots[block.block.name(column.key, row.key)] = (rows[row.key], columns[column.key])
        return found

    def labels(self, block: BlockPlace) -> tuple[int, dict[str, int]]:
        """The column of a grid's row titles, and each title's row."""
        votes: dict[int, dict[str, int]] = {}
        for key, row in block.block.rows.items():
            for spot in sorted(self.at(row.title), key=lambda s, d=block.rows[key]: -abs(s[0] - d)):  # type: ignore[misc]
                votes.setdefault(spot[1], {})[key] = spot[0]
        if not votes:
            return 0, {}
        column = max(votes, key=lambda c: (len(votes[c]), -abs(c - block.label_column)))
        return column, votes[column]

    def columns(self, block: BlockPlace, first: int, after: int) -> dict[str, int]:
        """The columns of a grid's titles: above the first row, to the right, in order."""
        columns: dict[str, int] = {}
        for key, column in block.block.columns.items():
            spots = [s for s in self.at(column.title) if s[1] > after and first - 4 < s[0] < first]
            if spots:
                after = columns[key] = min(spot[1] for spot in spots)
        return columns

    def list(self, block: BlockPlace) -> _Found:
        found = _Found()
        header = self.header(block)
        if not header:
            return found
        found.columns = self.titles(block, header)
        start = header + 1
        if block.block.total and self.holds(start, found.columns, block.block.total):
            start += 1
        found.data = range(start, self.end(start))
        return found

    def header(self, block: BlockPlace) -> int:
        """The row that holds most of a list's column titles; the nearest to the drawn one among equals."""
        votes: dict[int, int] = {}
        for column in block.block.columns.values():
            rows = {spot[0] for spot in self.at(column.title)}
            if block.block.grouped:
                rows |= {row + 1 for row in rows}  # a title without a group is merged down from the row above
            for row in rows:
                votes[row] = votes.get(row, 0) + 1
        if not votes:
            return 0
        section = [s[0] for s in self.at(block.block.title)] if block.block.title else []

        def rank(row: int) -> tuple[int, int]:
            near = min((abs(row - s - 1 - block.block.grouped) for s in section), default=abs(row - block.header_row))
            return votes[row], -near

        return max(votes, key=rank)

    def titles(self, block: BlockPlace, header: int) -> dict[str, int]:
        columns: dict[str, int] = {}
        after = 0
        lead = header - 1 if block.block.grouped else header
        for key, column in block.block.columns.items():
            spots = [s[1] for s in self.at(column.title) if lead <= s[0] <= header and s[1] > after]
            if spots:
                after = columns[key] = min(spots)
        return columns

    def holds(self, row: int, columns: Mapping[str, int], text: str) -> bool:
        return any(
            (cell := self.raw.cells.get((row, column))) is not None and flat(cell.text) == flat(text)
            for column in columns.values()
        )

    def end(self, start: int) -> int:
        """The row behind a list's last: its bottom guard, or the end of the sheet."""
        marks = [
            row
            for (row, column), cell in self.raw.cells.items()
            if column == MARGIN and row >= start and cell.text.startswith("↑")
        ]
        return min(marks, default=self.raw.last_row + 1)


@dataclass(frozen=True)
class _Spots:
    """Excel references at found places, for the formula that belongs into a cell."""

    spots: Mapping[str, Spot]

    def one(self, name: str) -> str:
        return f"N({address(*self.spots[name])})"

    def together(self, names: tuple[str, ...]) -> str:
        return f"SUM({','.join(span(run) for run in ranges([self.spots[name] for name in names]))})"

    def many(self, name: str) -> str:
        raise KeyError(name)

    def entries(self, names: tuple[str, ...]) -> str:
        raise KeyError(names)

    def words(self, name: str) -> str:
        raise KeyError(name)


def _formula(term: Term, spots: Mapping[str, Spot]) -> str:
    return f"ROUND({term.excel(_Spots(spots))},6)"


_REFERENCE = re.compile(r"([A-Z]{1,3})(\d+)(?::([A-Z]{1,3})(\d+))?")


def _same_formula(stands: str, due: str, known: set[Spot]) -> bool:
    """Whether two formulas are the same for the known cells: rows inserted into a summed range do not matter."""
    return _skeleton(stands, known) == _skeleton(due, known)


def _skeleton(formula: str, known: set[Spot]) -> tuple[str, tuple[Spot, ...]]:
    text = formula.replace("$", "").replace(" ", "").upper()
    cells: list[Spot] = []
    for first, row, last, last_row in _REFERENCE.findall(text):
        for column in range(_number(first), _number(last or first) + 1):
            cells += [(r, column) for r in range(int(row), int(last_row or row) + 1) if (r, column) in known]
    bare = re.sub(r"#(,#)+", "#", _REFERENCE.sub("#", text))
    return bare, tuple(sorted(cells)) if "SUM(" in bare else tuple(cells)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
