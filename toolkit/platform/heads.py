"""Which tables stand on a sheet of the export, known by code or title; and what the lines above each say of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from toolkit.model import Cell
from toolkit.platform.declared import Export, Table, in_one_line, plain
from toolkit.platform.laid import Laid

LONGEST_TITLE = 60  # characters; what is longer is a remark
MOST_IN_TITLE_ROW = 4  # texts beside a title
ASK = "要读的，请维护表样的人加上这种叫法"  # of what is called in a way that no profile knows
# words of headings, which no title's row has
HEADINGS = (
    "code",
    "name",
    "unit_code",
    "amount",
    "total",
    "label",
)
MOST_LABELLED = 40  # rows in which a sheet says whose it is
ABOVE_TITLE = 3  # rows above a title that may still speak of its table
CODE = re.compile(r"(?<![\d.])\d{1,2}\.\d{2}(?![\d.])")
YEAR = re.compile(r"(?<!\d)(20\d\d)(?:年|预算|$|[^\d])")
SENTENCE = re.compile("[。；，;]")
OWNER = re.compile(r"^[\[(【]?(\d[0-9A-Za-z]{2,19})[\])】]?[-—_:、]?(.*)$")


@dataclass(frozen=True)
class Owner:
    """Whose figures: a unit's code and name, as the export says them; both "" where it says none."""

    code: str = ""
    name: str = ""

    def __bool__(self) -> bool:
        return bool(self.code or self.name)

    def __str__(self) -> str:
        return " ".join(part for part in (self.code, self.name) if part)


NOBODY = Owner()


@dataclass(frozen=True)
class Told:
    """Something that a person must know of the reading: where, what, and what to do.

    `left_out`: something was not read; `unsound`: it was, and does not add up or does not agree with itself.
    """

    said: str
    cell: Cell | None = None
    table: str = ""
    left_out: bool = True
    unsound: bool = False

    @property
    def sentence(self) -> str:
        """The cell and what there is to say of it."""
        where = (
            f"{self.cell.book} “{self.cell.sheet}”{self.cell.address}："
            if self.cell is not None
            else ""
        )
        return f"{where}{self.said}"


@dataclass(frozen=True)
class Region:
    """The part of a sheet in which one table stands: rows and columns from 1, with what was said above it."""

    laid: Laid
    table: Table
    top: int
    bottom: int
    left: int
    right: int
    head: tuple[
        tuple[int, int, str], ...
    ] = ()  # the lines that speak of it: row, column, text
    # rows in which title and headings are repeated, as on each printed page
    again: frozenset[int] = frozenset()

    @cached_property
    def columns(self) -> tuple[int, ...]:
        return tuple(
            column for column in self.laid.columns if self.left <= column <= self.right
        )

    @cached_property
    def rows(self) -> tuple[int, ...]:
        return tuple(
            row
            for row in self.laid.rows
            if self.top <= row <= self.bottom and row not in self.again
        )

    @property
    def first(self) -> Cell:
        return self.laid.cell(max(self.top, 1), max(self.left, 1))


@dataclass
class Found:
    """The tables of a workbook, and what was said of sheets that hold none."""

    regions: list[Region] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)


# -- which table ------------------------------------------------------------------------------------------------------


def table_of(text: str, export: Export) -> Table | None:
    """The table that a title or a sheet's name speaks of; its code decides, else its title, the longest that fits."""
    said = in_one_line(text)
    if len(said) > LONGEST_TITLE or SENTENCE.search(said):
        return None
    if codes := CODE.findall(said):
        return next(
            (table for table in export.tables if set(codes) & set(table.codes)), None
        )
    bare = plain(said)
    fitting = [
        (len(title), table, title)
        for table in export.tables
        for title in table.titles
        if title in bare
    ]
    if not fitting:
        return None
    _, table, title = max(fitting, key=lambda one: one[0])
    rest = bare.replace(title, "", 1)
    narrower = [word for word in export.common["narrowing"] if word in rest]
    return None if narrower else table


def regions_of(laid: Laid, export: Export, found: Found) -> None:
    """Put down the tables of a sheet; say of one that holds something and no table that it was not read."""
    if not laid.rows:
        return
    if laid.sheet.hidden:
        first = laid.rows[0]
        said = "这张工作表是隐藏的，里面的表照样读。请核对"
        found.told.append(
            Told(said, laid.cell(first, next(laid.row_texts(first))[0]), left_out=False)
        )
    by_name = table_of(laid.name, export)
    anchors = list(_anchors(laid, export))
    if not anchors and by_name is not None:
        anchors = [(0, 0, by_name)]
    elif by_name is not None and all(table is not by_name for _, _, table in anchors):
        titles = "、".join(dict.fromkeys(table.title for _, _, table in anchors))
        said = f"工作表的名字像“{by_name.title}”，里面的标题是“{titles}”，照标题读。请看是不是放错了表"
        found.told.append(
            Told(
                said,
                laid.cell(anchors[0][0], anchors[0][1]),
                by_name.title,
                left_out=False,
            )
        )
    if not anchors:
        first = laid.rows[0]
        column, text = next(laid.row_texts(first))
        told = f"这张表没有读：表号和标题（“{text[:LONGEST_TITLE]}”）都不是表样里要的表"
        found.told.append(Told(told, laid.cell(first, column), left_out=False))
        return
    found.regions += _regions(laid, anchors)


def _anchors(laid: Laid, export: Export) -> Iterator[tuple[int, int, Table]]:
    """Where the titles stand: row, column, table."""
    below_heading = False
    owners = _owners_named(laid, export)
    for row in laid.rows:
        texts = list(laid.row_texts(row))
        below, below_heading = below_heading, False
        if any(laid.is_number(row, column) for column, _ in texts):
            continue
        if any(export.says(kind, text) for kind in HEADINGS for _, text in texts):
            below_heading = True
            continue
        if len(texts) > MOST_IN_TITLE_ROW:
            continue
        for column, text in texts:
            if _is_remark(text, export) or (below and "表" not in text):
                below_heading = below
                continue
            table = table_of(_without(text, owners), export)
            if table is not None:
                yield row, column, table


def _owners_named(laid: Laid, export: Export) -> list[str]:
    """The units that the sheet names behind a label: in a title they say nothing of the table."""
    found: list[str] = []
    for row in laid.rows[:MOST_LABELLED]:
        for _, text in laid.row_texts(row):
            label, _, value = in_one_line(text).partition(":")
            if (
                plain(label) in export.common["head_unit"]
                and value
                and value not in export.units
            ):
                found.append(owner_of(value).name)
    return [name for name in found if name]


def _without(text: str, names: Sequence[str]) -> str:
    said = in_one_line(text)
    for name in names:
        said = said.replace(name, "")
    before, year, behind = said.partition("年")
    # whose it is mostly stands before the year
    return behind if year and re.search(r"20\d\d$", before) else said


def _is_remark(text: str, export: Export) -> bool:
    """Whether a text speaks about a table and is not its title: 注：……, 填表说明."""
    label = in_one_line(text).partition(":")[0]
    return label in export.common["note"]


def _regions(laid: Laid, anchors: Sequence[tuple[int, int, Table]]) -> Iterator[Region]:
    """From each title to the next one below it; titles in one row stand above tables side by side."""
    repeated: set[int] = set()
    again: set[int] = set()
    for at, (row, _, _) in enumerate(anchors):
        if _goes_on(laid, anchors, at):
            repeated.add(row)
            again.update(_heading_rows(laid, row))
    anchors = [one for one in anchors if one[0] not in repeated]
    rows = sorted({row for row, _, _ in anchors})
    last_row, last_column = laid.rows[-1], laid.columns[-1]
    said_again = frozenset(again)
    for row, column, table in anchors:
        below = [other for other in rows if other > row]
        bottom = below[0] - 1 if below else last_row
        beside = sorted(other for at, other, _ in anchors if at == row)
        following = [other for other in beside if other > column]
        # The first table of a row begins at the margin, the last one ends with the sheet.
        left = 1 if column == beside[0] else column
        right = following[0] - 1 if following else last_column
        columns = range(left, right + 1)
        head = tuple(_head(laid, row, bottom, columns, first=row == rows[0]))
        yield Region(laid, table, row, bottom, left, right, head, said_again)


def _goes_on(laid: Laid, anchors: Sequence[tuple[int, int, Table]], at: int) -> bool:
    """Whether a title only repeats the one above it, as on each printed page: all that stands around it is the same."""
    if not at:
        return False
    (before, other, table), (row, column, same) = anchors[at - 1], anchors[at]
    if table is not same or column != other or row == before:
        return False
    return _around(laid, before) == _around(laid, row)


def _around(laid: Laid, row: int) -> list[list[str]]:
    """The texts of a title and of the rows below it that have no number."""
    return [
        [in_one_line(text) for _, text in laid.row_texts(at)]
        for at in _heading_rows(laid, row)
    ]


def _heading_rows(laid: Laid, row: int) -> Iterator[int]:
    """The row of a title and those below it that have no number."""
    for at in laid.rows:
        if at >= row:
            if any(laid.is_number(at, column) for column, _ in laid.row_texts(at)):
                return
            yield at


def _head(
    laid: Laid, row: int, bottom: int, columns: Collection[int], *, first: bool
) -> Iterator[tuple[int, int, str]]:
    """The texts around a title, from above it down to the first row with a number."""
    top = 1 if first else row - ABOVE_TITLE
    for at in laid.rows:
        if not top <= at <= bottom:
            continue
        texts = [
            (column, text) for column, text in laid.row_texts(at) if column in columns
        ]
        if any(laid.is_number(at, column) for column, _ in texts):
            if at < row:
                continue  # the table above
            return
        yield from ((at, column, text) for column, text in texts)


# -- what is said above it --------------------------------------------------------------------------------------------


def years_said(region: Region, export: Export, before: int) -> dict[str, Cell]:
    """The years that the lines above a table's headings (row `before`) name as its own."""
    found: dict[str, Cell] = {}
    laid = region.laid
    for row, column, text in _above(region, before):
        said = in_one_line(text)
        label, _, value = said.partition(":")
        if plain(label) in export.common["head_year"]:
            value = value or _right_of(region, row, column)
            found |= dict.fromkeys(re.findall(r"20\d\d", value), laid.cell(row, column))
        elif (
            region.top == 0
            or row <= region.top
            or table_of(text, export) is region.table
        ):
            found |= dict.fromkeys(YEAR.findall(said), laid.cell(row, column))
    if table_of(laid.name, export) is region.table:
        found |= dict.fromkeys(YEAR.findall(in_one_line(laid.name)), region.first)
    return found


def money_said(
    region: Region, export: Export, units: Collection[str], before: int
) -> dict[str, Cell]:
    """The units of money that the lines above a table's headings name."""
    found: dict[str, Cell] = {}
    words = "|".join(sorted(units, key=len, reverse=True))
    labels = "|".join(sorted(export.common["head_money"], key=len, reverse=True))
    beside = re.compile(
        rf"(?:{labels})\s*[:：]\s*(?:人民币)?\s*({words})(?=$|[\s)）】\]，,；;])|[(（](?:人民币)?({words})[)）]"
    )
    closed = re.compile(rf"(?:{labels}):(?:人民币)?({words})")
    for row, column, text in _above(region, before):
        cell = region.laid.cell(row, column)
        for one in beside.finditer(text):
            found.setdefault(one[1] or one[2], cell)
        said = in_one_line(text)
        if whole := closed.fullmatch(said):
            found.setdefault(whole[1], cell)
        if (
            plain(said) in export.common["head_money"]
            and (value := in_one_line(_right_of(region, row, column))) in units
        ):
            found.setdefault(value, cell)
    return found


def owner_said(
    region: Region, export: Export, units: Collection[str], before: int
) -> Owner:
    """Whose table it is, as the lines above its headings say."""
    code, name = "", ""
    money = re.compile(rf"(?:金额)?单位[:：]\s*(?:人民币)?\s*(?:{'|'.join(units)})\s*$")
    for row, column, text in _above(region, before):
        label, _, value = in_one_line(money.sub("", text)).partition(":")
        own = plain(label)
        if not value and own in export.common["head_unit"] | export.common["head_code"]:
            value = in_one_line(_right_of(region, row, column))
            value = "" if ":" in value else value
        if not value or value.removeprefix("人民币") in units:
            continue
        if own in export.common["head_code"]:
            code = code or value
        elif own in export.common["head_unit"]:
            read = owner_of(value)
            code, name = code or read.code, name or read.name
    return Owner(code, name)


def owner_of(text: str) -> Owner:
    """A unit as one text says it: 128001 图书馆, [128001]图书馆, 图书馆."""
    said = in_one_line(text)
    parted = OWNER.match(said)
    if parted is None:
        return Owner("", said)
    return Owner(parted[1], parted[2])


def _above(region: Region, before: int) -> Iterator[tuple[int, int, str]]:
    yield from (one for one in region.head if one[0] < before)


def _right_of(region: Region, row: int, column: int) -> str:
    """The next text in a row."""
    texts = [
        text for at, text in region.laid.row_texts(row) if column < at <= region.right
    ]
    return texts[0] if texts else ""
