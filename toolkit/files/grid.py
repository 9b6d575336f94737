"""A workbook as it lies, read in one pass over each sheet: kinds, values, formulas, formats, names, merges, what is hidden.

`archive` inflates the parts, `workbook` knows which is which, `sheetxml` finds the cells as they are written, `cells` knows
what that means, and here they are put together. Nothing that lies in a sheet is left out: what a merge covers is kept aside.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import product
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NoReturn
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

from toolkit.files.addresses import AREAS, Area, Named, Spot, area_of, moved
from toolkit.files.archive import CannotOpenError, DamagedError, UnsafeError, opened
from toolkit.files.cells import (
    BLANK,
    RESULTS,
    UNCOMPUTED,
    Raw,
    Strings,
    Values,
    raw_of,
    result_of,
)
from toolkit.files.formats import WINDOWS
from toolkit.files.sheetxml import SHUT, Said, SheetXml, Written, attributes, sheet_xml
from toolkit.files.workbook import NO_TARGETS, PLAIN, YES, Listed, Workbook
from toolkit.model import column_letter, record

if TYPE_CHECKING:
    from toolkit.files.secondreader import Second

__all__ = [
    "Area",
    "CannotOpenError",
    "Grid",
    "Named",
    "Raw",
    "RawSheet",
    "Spot",
    "area_of",
    "open_grid",
    "raw_of",
]

MOST_CELLS = 500_000  # that hold something, of the whole workbook; styled empty ones are not counted
MOST_MERGES = 100_000  # of the whole workbook
MOST_COVERED = 5_000_000  # cells that its merges cover, as far as they are looked at
# of one sheet: merged areas, and cells that they cover, that are remembered; what these cost need not be bounded
FEW_MERGES, FEW_COVERED = 256, 1024
MOST_CHARACTERS = 32_767  # of one cell: no spreadsheet program keeps more
MOST_TEXT = 20_000_000  # characters of the whole workbook
LARGE = 4 << 20  # bytes of a sheet: its cells are counted before they are read
LOW = Decimal(1)  # points: a row below this cannot be seen

_DAMAGED = (
    "“{}”损坏或不是 Excel 工作簿，读不出来。请用 Excel 或 WPS 打开，另存为 .xlsx 再试。"
)

# most sheets have no row that cannot be seen, and no picture
NONE: frozenset[int] = frozenset()
NO_PICTURES: frozenset[Spot] = frozenset()


# What reading may stumble over in a package that is not sound.
_STUMBLES = (
    DamagedError,
    ArithmeticError,
    LookupError,
    ValueError,
    struct.error,
    zlib.error,
    expat.ExpatError,
    ParseError,
)


@record()
class RawSheet:
    """One worksheet. Rows and columns count from 1; only cells that hold something are in `cells`.

    `under` is what lies unseen beneath merged areas, and not in `cells`. `hidden_columns` are ranges that may reach to the end.
    """

    name: str
    cells: Mapping[Spot, Raw]
    # None: the name points nowhere (#REF!)
    names: Mapping[str, Area | None] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    last_row: int = 0
    # dragged shut: of no height, though not marked as hidden
    low_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    merges: tuple[Area, ...] = ()
    under: Mapping[Spot, Raw] = field(default_factory=dict)
    # the cells that pictures of the drawing are fixed at
    pictures: frozenset[Spot] = frozenset()


@record()
class Grid:
    """A workbook: its file name and its sheets in order.

    `suffix` is the one that its own type asks for; `names` are the defined names that belong to no sheet, with their targets.
    `doubts` says in Chinese what could not be read for certain; `sha256` is of the bytes that were read.
    """

    book: str
    sheets: Mapping[str, RawSheet]
    suffix: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    start: date = WINDOWS  # what dates count from
    doubts: tuple[str, ...] = ()
    sha256: str = field(default="", compare=False)

    @property
    def misnamed(self) -> bool:
        """Whether the file's name has another suffix than its type asks for: Excel does not open it."""
        return bool(self.suffix) and PurePath(self.book).suffix.lower() != self.suffix


def open_grid(path: Path) -> Grid:
    """Read a workbook file; raise CannotOpenError, in Chinese, where that cannot be done. The file is never written to."""
    archive = opened(path)
    try:
        return _Reader(Workbook(archive)).read()
    except _STUMBLES as error:
        # Whatever is wrong with the package: the other reader may see more in it, and what it sees is told as doubtful.
        # Loaded only here: nearly no workbook wants it.
        from toolkit.files import secondreader

        sheets = None if isinstance(error, UnsafeError) else secondreader.read(archive)
        if sheets is None:
            raise CannotOpenError(_DAMAGED.format(path.name)) from error
    told = "文件有损坏，是用另一种办法读出来的，日期的格式、合并的格、隐藏的行列没有读"
    return Grid(
        path.name,
        {one.name: _doubtful(one) for one in sheets},
        doubts=(told,),
        sha256=archive.sha256,
    )


def look_at(path: Path, sheets: Collection[str]) -> Grid:
    """A first look at a workbook, before it is known how to read it: of the named sheets all, of the others their names.

    Raise CannotOpenError, in Chinese, where the workbook cannot be read so; opening it whole may see more.
    """
    archive = opened(path)
    try:
        return _Reader(Workbook(archive), sheets).read()
    except _STUMBLES as error:
        raise CannotOpenError(_DAMAGED.format(path.name)) from error


def _doubtful(sheet: Second) -> RawSheet:
    last = max(sheet.cells, default=(0, 0))[0]
    return RawSheet(sheet.name, sheet.cells, sheet.names, sheet.hidden, last_row=last)


class _Reader:
    """Reads one workbook; where `only` is given, the cells of these sheets alone."""

    def __init__(self, workbook: Workbook, only: Collection[str] | None = None) -> None:
        self.workbook = workbook
        self.only = only
        self.book = workbook.archive.name
        self.meanings = _Meanings(workbook)
        self.count = self.merged = self.covered = self.characters = 0

    def read(self) -> Grid:
        sheets: dict[str, RawSheet] = {}
        for listed in self.workbook.sheets():
            if listed.name in sheets:
                raise DamagedError("two sheets of one name")
            wanted = self.only is None or listed.name in self.only
            sheets[listed.name] = (
                self.sheet(listed)
                if wanted
                else RawSheet(listed.name, {}, hidden=listed.hidden)
            )
        workbook = self.workbook
        names = workbook.names.get("", NO_TARGETS)
        doubts = tuple(workbook.doubts)
        return Grid(
            self.book,
            sheets,
            workbook.suffix,
            names,
            workbook.start,
            doubts,
            workbook.archive.sha256,
        )

    def sheet(self, listed: Listed) -> RawSheet:
        data = self.workbook.archive.read(listed.part)
        if len(data) > LARGE and self.count + data.count(b"</c>") > MOST_CELLS:
            self.refuse_cells(listed.name)  # before half of them are read
        written = sheet_xml(data)
        if self.count + written.most > MOST_CELLS:
            self.refuse_cells(listed.name)
        cells = self.cells(written.cells, listed.name)
        merges, under = self.merges(written, cells)
        names = self.workbook.names.get(str(listed.number), NO_TARGETS).areas
        hidden, low = _shut(written.rows) if written.rows else (NONE, NONE)
        return RawSheet(
            listed.name,
            cells,
            names,
            listed.hidden,
            hidden,
            max({row for row, _ in cells}, default=0),
            low - hidden,
            _hidden(written.columns) if written.columns else (),
            merges,
            under,
            self.workbook.pictures(listed.part) if written.drawn else NO_PICTURES,
        )

    def cells(self, found: Iterable[Written], sheet: str) -> dict[Spot, Raw]:
        """The cells that hold something. Here the time goes: whatever repeats is made once and looked up."""
        cells: dict[Spot, Raw] = {}
        shared: dict[str, tuple[Spot, str]] = {}
        meanings, known = self.meanings.known, RESULTS.get
        for (spot, about, formula_about, formula), text in found:
            try:
                raw = meanings[about][text]
            except KeyError:
                raw = self.meanings.make(about, text)
            if not formula and not formula_about:
                if raw is not None:
                    cells[spot] = raw
                continue
            if raw is not None and not formula_about and not raw.struck:
                said_before = known((formula, raw.text, raw.kind, raw.pattern))
                cells[spot] = said_before or result_of(formula, raw)
                continue
            own = formula
            if formula_about:
                own = _formula(own, formula_about, spot, shared)
            # a formula that gave an empty text is not one that was never calculated
            if own and raw is None:
                empty = text != SHUT or b't="str"' in about or b't="inlineStr"' in about
                raw = BLANK if empty else UNCOMPUTED
            if raw is not None:
                cells[spot] = raw.of(own) if own else raw
        self.bound(cells, sheet)
        return cells

    def bound(self, cells: Mapping[Spot, Raw], sheet: str) -> None:
        """Refuse what no filled form holds."""
        self.count += len(cells)
        if self.count > MOST_CELLS:
            self.refuse_cells(sheet)
        lengths = [len(raw.text) for raw in cells.values()]
        longest = max(lengths, default=0)
        if longest > MOST_CHARACTERS:
            row, column = next(
                spot for spot, raw in cells.items() if len(raw.text) == longest
            )
            said = f"“{self.book}”的工作表“{sheet}”里，{column_letter(column)}{row} 格有 {longest} 个字"
            raise CannotOpenError(
                f"{said}，超过一格能放的 {MOST_CHARACTERS} 个，没有读取。请把这一格改短再交。"
            )
        self.characters += sum(lengths)
        if self.characters > MOST_TEXT:
            said = f"“{self.book}”的文字过多：读到工作表“{sheet}”，已超过 {MOST_TEXT} 个字，不像正常的填报表，没有读取。"
            raise CannotOpenError(f"{said}请把过长的文字改短再交。")

    def refuse_cells(self, sheet: str) -> NoReturn:
        said = f"“{self.book}”的格子过多：读到工作表“{sheet}”，有内容的已超过 {MOST_CELLS} 个，不像正常的填报表，没有读取。"
        raise CannotOpenError(f"{said}请删除表格以外的内容再交。")

    def merges(
        self, written: SheetXml, cells: dict[Spot, Raw]
    ) -> tuple[tuple[Area, ...], dict[Spot, Raw]]:
        """The merged areas, and what lies unseen beneath them: only the first cell of each stays among the cells."""
        merged = _merged(written.merges)
        self.bound_merges(merged, len(cells))
        if merged.beneath is not None:
            covered: Iterable[Spot] = sorted(cells.keys() & merged.beneath)
        else:
            covered = (
                spot
                for area in merged.areas
                for spot in _covered(area, cells)
                if spot != area[:2]
            )
        under: dict[Spot, Raw] = {}
        for spot in covered:
            under[spot] = cells.pop(spot)
        return merged.areas, under

    def bound_merges(self, merged: _Merged, held: int) -> None:
        """Refuse more merged areas than any filled form has, of a sheet in which so many cells hold something."""
        self.merged += len(merged.areas)
        if merged.beneath is None:
            self.covered += sum(min(_size(area), held) for area in merged.areas)
        if self.merged > MOST_MERGES or self.covered > MOST_COVERED:
            said = f"“{self.book}”的合并单元格过多（限度是 {MOST_MERGES} 处），不像正常的填报表，没有读取。"
            raise CannotOpenError(f"{said}请把内容复制到新的填报表中再交。")


@record(slots=True)
class _Merged:
    """The merged areas of a sheet, and the cells that lie unseen beneath them: all but the first of each; None where many."""

    areas: tuple[Area, ...]
    beneath: frozenset[Spot] | None


def _merged(refs: tuple[str, ...]) -> _Merged:
    """The areas of a sheet that are merged; the sheets of one template have the same."""
    return _known_merged(refs) if len(refs) <= FEW_MERGES else _merged_in(refs)


def _merged_in(refs: tuple[str, ...]) -> _Merged:
    areas = tuple(area for ref in refs if (area := AREAS[ref]))
    if sum(map(_size, areas)) > FEW_COVERED:
        return _Merged(areas, None)
    return _Merged(
        areas,
        frozenset(spot for area in areas for spot in _spots(area) if spot != area[:2]),
    )


_known_merged = lru_cache(maxsize=256)(_merged_in)


class _Meanings:
    """What the texts of cells mean, by the attributes of the cells as they are written: types and looks are few."""

    def __init__(self, workbook: Workbook) -> None:
        # plain ones, which answer thrice as fast as a kind of their own
        self.known: dict[bytes, dict[bytes, Raw | None]] = {}
        self.workbook = workbook
        self.strings: Strings | None = None
        self.values: dict[bytes, Strings | Values] = {}
        self.alike: dict[tuple[str, str, bool, bool], Values] = {}

    def make(self, about: bytes, text: bytes) -> Raw | None:
        """What a text means whose cell has such attributes, where the two are not known together yet."""
        if about not in self.values:
            self.values[about] = self.values_of(about)
        values = self.values[about]
        known = self.known[about] = values.known
        return known[text] if text in known else values.make(text)

    def values_of(self, about: bytes) -> Strings | Values:
        """The values of cells with such attributes."""
        kind, style, rich = _told(about)
        looks = self.workbook.looks
        look = looks[style] if 0 <= style < len(looks) else PLAIN
        if self.strings is None:
            self.strings = Strings(self.workbook.strings)
        if kind == "s" and not look.struck:
            return self.strings
        # Most styles differ in borders and colours alone: what they show is the same.
        alike = kind, look.pattern, look.struck, rich
        if alike not in self.alike:
            self.alike[alike] = Values(
                kind, look, self.workbook.start, self.strings, rich=rich
            )
        return self.alike[alike]


@lru_cache(maxsize=4096)
def _told(about: bytes) -> tuple[str, int, bool]:
    """A cell's type, the number of its style (-1: none), and whether it says something of its value's richer kind."""
    said = attributes(about)
    style = said.get("s", "")
    return said.get("t", "n"), int(style) if style.isdecimal() else -1, "vm" in said


def _covered(area: Area, cells: Mapping[Spot, Raw]) -> list[Spot]:
    """The cells of a merged area that hold something, in their order; whichever are fewer are gone through."""
    top, left, bottom, right = area
    if _size(area) > len(cells):
        return [
            (row, column)
            for row, column in cells
            if top <= row <= bottom and left <= column <= right
        ]
    return sorted(cells.keys() & _spots(area))


def _spots(area: Area) -> Iterator[Spot]:
    """The cells of an area."""
    top, left, bottom, right = area
    return product(range(top, bottom + 1), range(left, right + 1))


def _formula(
    own: str, about: bytes, spot: Spot, shared: dict[str, tuple[Spot, str]]
) -> str:
    """A cell's formula. Of cells that share one, the first has its text; one of a data table has none."""
    said = attributes(about)
    if said.get("t") == "dataTable":
        return f"TABLE({said.get('r1', '')},{said.get('r2', '')})"
    if (number := said.get("si")) is None:
        return own
    if number in shared:
        (row, column), first = shared[number]
        return moved(first, spot[0] - row, spot[1] - column)
    if own:
        shared[number] = spot, own
    return own


def _size(area: Area) -> int:
    return (area[2] - area[0] + 1) * (area[3] - area[1] + 1)


def _shut(rows: Iterable[Said]) -> tuple[frozenset[int], frozenset[int]]:
    """Of odd rows those that are hidden, and those of no height."""
    hidden = (int(row["r"]) for row in rows if row.get("hidden") in YES)
    low = (int(row["r"]) for row in rows if _is_low(row.get("ht", "")))
    return frozenset(hidden), frozenset(low)


def _hidden(columns: Iterable[Said]) -> tuple[tuple[int, int], ...]:
    """The ranges of columns that are hidden, or of no width."""
    return tuple(
        (int(one["min"]), int(one["max"])) for one in columns if _is_hidden(one)
    )


def _is_low(height: str) -> bool:
    """Whether a row has no height; an empty one, as some programs leave it, says nothing."""
    try:
        return Decimal(height) < LOW
    except InvalidOperation:
        return False


def _is_hidden(column: Said) -> bool:
    """Whether columns are hidden, or of no width."""
    named = column.get("min", "").isdecimal() and column.get("max", "").isdecimal()
    width = column.get("width", "")
    return named and (
        column.get("hidden") in YES or (bool(width) and not width.strip("0."))
    )
