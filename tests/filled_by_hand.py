"""What people and other programs do to a filled workbook, on the grid in memory: the language of tests/filling.md.

A section "## ID title" belongs to one rule of reading and shape; each "###" in it is a case: lines that do something to a
sound workbook, and a line 应报 for each finding that this must give, with all its cells (and before them the rule, where it
is not the section's). Nothing else may be reported.

    填 CELL WHAT        type a number, or a text where it is none (⏎ breaks the line)
    文字 CELL WHAT      type it as a text, whatever it looks like
    清空 CELL           empty a cell
    公式 CELL =WHAT     put a formula there, its last result kept; {CELL} in it is that cell's address
    未算 CELL           forget what a formula last gave; * forgets what every formula gave
    成值 *              leave of every formula its last result alone
    错误 CELL WHAT      let a cell show an error value
    丢名称 NAME         delete a defined name; SHEET!* deletes all of a sheet, * all there are
    挪名称 NAME CELL    let a defined name point to another cell
    删表 SHEET          delete a sheet; 改名 SHEET NEW renames it
    加表 SHEET          add a sheet that holds a word; 空表 SHEET adds an empty one
    复制 SHEET NEW      copy a sheet to the end; 前移 SHEET OTHER puts a sheet before another
    插行 CELL           insert a row before the cell's
    隐藏 SHEET          hide a sheet; 隐藏行 CELL hides the cell's row, 隐藏列 CELL its column; 矮行 CELL drags its row shut
    合并 CELL OTHER     merge the cells from one to the other
    日期 CELL SERIAL    let a cell hold a date, shown as a month; 百分数 CELL NUMBER shows a number in percent
    删除线 CELL PART    strike a part of its text through; 图片 CELL puts a picture into it
    没读准 WORDS        let the file be one that could not be read for certain; 后缀 SUFFIX one of another type than it says
    白表 SHEET          let all sheets but this one be as the blank template has them
    汇总时              check as merging does
    交来 FILE as NAME   not the one workbook but a folder: this file of an example lies in it under that name
    坏文件 NAME WORDS   in that folder lies a file that holds these words
    意外 FILE as NAME   as 交来, and over this file the program breaks
    另报 IDS            other rules that rightly speak of it too
    旧版 SHEET          take away the mark that says of which edition of the forms a sheet was drawn; without SHEET all marks
    改版 NAME           check with forms that have this field, and ask for it, since an edition after the workbook's
    本地科目表 完整     check with an office's own list of three codes (205, 20502, 2050205), 完整 or 不完整
    来自平台 NAME WHAT let the sheet 数据来源 say that the platform gave this number (and, after a stroke, its slack in yuan)
    沿用 NAME CELL WORD let the sheet 沿用核对 have a line for the cell's text, answered with the word
    部门 NAME WHAT      not a unit's workbook but the department's own, which holds this

The sections A03 begin with another workbook, that of tests/coded.py.

A CELL is a dotted name (three_public.total.change; duties.text#2 is the second row of a list), with SHEET! before it where
several sheets have the name; or SHEET!C7; or SHEET!“words”, the first cell that holds them. [NAME] before it says the file.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from toolkit.files.grid import Area, Grid, Raw, RawSheet, area_of, open_grid
from toolkit.model import BlockKind, Cell, Kind, Name, Return
from toolkit.profile.form import Profile
from toolkit.profile.layout import EDITION, LEDGER_COLUMN, address
from toolkit.returns import carried, origins
from toolkit.returns.data import from_data

HERE = Path(__file__).parent
INPUT = HERE.parent / "examples" / "02-xianghe-corrected" / "input"
SOUND = "333002-就业服务中心.xlsx"  # the workbook that every case begins with
Spot = tuple[int, int]


@dataclass
class Case:
    """One case: what is done, and the cells of each finding that must come of it."""

    rule: str
    title: str
    deeds: list[str] = field(default_factory=list)
    # the rule, and the cells of its finding
    expected: list[tuple[str, list[str]]] = field(default_factory=list)
    merging: bool = False
    # fields that came after the workbook was drawn
    newer: list[str] = field(default_factory=list)
    # 交来 or 坏文件, as (what, name)
    folder: list[tuple[str, str]] = field(default_factory=list)
    accidents: list[str] = field(default_factory=list)  # 意外, by name
    beside: list[str] = field(default_factory=list)  # 另报: ids of other rules
    own: dict[str, str] = field(default_factory=dict)  # 部门, as name: what
    # what is not published, by its name
    withheld: list[str] = field(default_factory=list)
    office: str = ""  # 本地科目表: 完整 or 不完整

    @property
    def of_codes(self) -> bool:
        """Whether the case begins with the workbook of tests/coded.py, which has columns of codes."""
        return self.rule.startswith("A03")

    @property
    def breaks(self) -> bool:
        return any(rule == self.rule for rule, _ in self.expected)

    def __str__(self) -> str:
        return f"{self.rule} {self.title}"


@cache
def titles() -> Mapping[str, str]:
    """The rules that have a section, and what it calls them."""
    return dict(
        re.findall(
            r"^## (\S+) (.+)$",
            (HERE / "filling.md").read_text(encoding="utf-8"),
            flags=re.MULTILINE,
        )
    )


@cache
def filling_cases() -> tuple[Case, ...]:
    """Read tests/filling.md."""
    cases: list[Case] = []
    rule = ""
    for line in (HERE / "filling.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            rule = line.split()[1]
        elif line.startswith("### "):
            cases.append(Case(rule, line.removeprefix("### ").strip()))
        elif line.strip() and rule:
            _take(line.removeprefix("- ").strip(), cases[-1])
    return tuple(cases)


def _take(line: str, case: Case) -> None:
    verb, _, rest = line.partition(" ")
    what, _, more = rest.partition(" ")
    if verb == "应报":
        rule = what if re.fullmatch(r"A\d\d-\d\d", what) else ""
        case.expected.append((rule or case.rule, (more if rule else rest).split()))
    elif verb == "另报":
        case.beside += rest.split()
    elif verb == "改版":
        case.newer.append(what)
        case.deeds.append(line)
    elif verb == "本地科目表":
        case.office = what
    elif verb == "汇总时":
        case.merging = True
    elif verb == "交来":
        source, _, name = rest.partition(" as ")
        case.folder.append((source, name))
    elif verb == "意外":
        source, _, name = rest.partition(" as ")
        case.folder.append((source, name))
        case.accidents.append(name)
    elif verb == "坏文件":
        case.folder.append((f"坏：{more}", what))
    elif verb == "不予公开":
        case.withheld.append(rest)
    elif verb == "部门":
        case.own[what] = more
    else:
        case.deeds.append(line)


# ---------------------------------------------------------------- the workbook that is changed


@cache
def sound() -> Grid:
    return open_grid(INPUT / SOUND)


@dataclass
class Hand:
    """A workbook in memory, and what is done to it."""

    sheets: dict[str, RawSheet]
    suffix: str = ""
    doubts: tuple[str, ...] = ()

    @classmethod
    def at(cls, grid: Grid) -> Hand:
        return cls(
            {
                name: replace(sheet, cells=dict(sheet.cells))
                for name, sheet in grid.sheets.items()
            }
        )

    @property
    def grid(self) -> Grid:
        return Grid(SOUND, dict(self.sheets), self.suffix, doubts=self.doubts)

    def do(self, deed: str) -> None:
        verb, _, rest = deed.partition(" ")
        what, _, more = rest.partition(" ")
        DEEDS[verb](self, what, more)

    # -- finding ------------------------------------------------------------------------------------------------------

    def find(self, said: str) -> tuple[str, Spot]:
        """The sheet and the place of a cell as a case calls it."""
        sheet, _, own = said.rpartition("!")
        if words := re.fullmatch("“(.+)”", own):
            return sheet, next(
                at
                for at, raw in sorted(self.sheets[sheet].cells.items())
                if raw.text == words[1]
            )
        if re.fullmatch(r"[A-Z]+\d+", own):
            row, column, *_ = self.area(own)
            return sheet, (row, column)
        name, _, number = own.partition("#")
        home = sheet or self.home(name)
        row, column, *_ = self.sheets[home].names[name] or (0, 0)
        return home, (row + int(number or 0), column)

    def home(self, name: str) -> str:
        return next(sheet.name for sheet in self.sheets.values() if name in sheet.names)

    @staticmethod
    def area(said: str) -> Area:
        area = area_of(f"!{said}")
        assert area is not None, said
        return area

    def raw(self, said: str) -> Raw:
        sheet, spot = self.find(said)
        return self.sheets[sheet].cells[spot]

    def change(self, said: str, raw: Raw | None) -> None:
        name, spot = self.find(said)
        sheet = self.sheets[name]
        cells = {at: held for at, held in sheet.cells.items() if at != spot}
        last = max(sheet.last_row, spot[0])
        self.sheets[name] = replace(
            sheet, cells=cells if raw is None else {**cells, spot: raw}, last_row=last
        )

    def carry(self, name: str, rest: str) -> None:
        """Let the list of what was carried from last year have one line, for a cell's present text."""
        cell, _, answer = rest.partition(" ")
        row = carried.FIRST_LINE
        said = {
            carried.TEXT: self.raw(cell).text,
            carried.NAME: name,
            carried.ANSWER: answer,
        }
        cells = {
            (row, column): Raw(Kind.TEXT, text) for column, text in said.items() if text
        }
        self.sheets[carried.SHEET] = RawSheet(
            carried.SHEET, cells, {"sheet.tool": (1, 1, 1, 1)}
        )

    def take(self, name: str, what: str) -> None:
        """Let the list of what was taken over have one line more."""
        number, _, slack = what.partition("/")
        said = Name.parse(name)
        raw = self.sheets.get(
            origins.SHEET, RawSheet(origins.SHEET, {}, {"sheet.tool": (1, 1, 1, 1)})
        )
        row = max((row for row, _ in raw.cells), default=origins.FIRST_LINE - 1) + 1
        cells = {
            (row, origins.SOURCE): Raw(Kind.TEXT, "平台"),
            (row, origins.FILE): Raw(Kind.TEXT, "导出.xls"),
            (row, origins.FROM): Raw(Kind.TEXT, "2.17支出总表"),
            (row, origins.ADDRESS): Raw(Kind.TEXT, "E9"),
            (row, origins.VALUE): Raw(Kind.TEXT, number),
            (row, origins.SLACK): Raw(Kind.TEXT, slack or "0"),
            (row, origins.BLOCK): Raw(Kind.TEXT, said.block),
            (row, origins.ROW): Raw(Kind.TEXT, said.row),
            (row, origins.COLUMN): Raw(Kind.TEXT, said.column),
        }
        self.sheets[origins.SHEET] = replace(raw, cells={**raw.cells, **cells})

    # -- deeds --------------------------------------------------------------------------------------------------------

    def type(self, cell: str, text: str) -> None:
        if re.fullmatch(r"-?\d+(\.\d+)?", text):
            self.change(cell, Raw(Kind.NUMBER, text, Decimal(text)))
        else:
            self.type_words(cell, text)

    def type_words(self, cell: str, text: str) -> None:
        long = re.sub(r"(.)×(\d+)", lambda many: many[1] * int(many[2]), text)
        self.change(cell, Raw(Kind.TEXT, long.replace("⏎", "\n")))

    def empty(self, cell: str, _: str) -> None:
        self.change(cell, None)

    def put_formula(self, cell: str, formula: str) -> None:
        said = re.sub(
            r"\{(.+?)\}", lambda named: address(*self.find(named[1])[1]), formula
        )
        self.change(cell, replace(self.raw(cell), formula=said.removeprefix("=")))

    def forget(self, cell: str, _: str) -> None:
        if cell != "*":
            self.change(
                cell, Raw(Kind.UNCOMPUTED, "", formula=self.raw(cell).formula or "1+1")
            )
            return
        for name, sheet in self.sheets.items():
            forgotten = {
                at: Raw(Kind.UNCOMPUTED, "", formula=raw.formula)
                for at, raw in sheet.cells.items()
                if raw.formula
            }
            self.sheets[name] = replace(sheet, cells={**sheet.cells, **forgotten})

    def keep_values(self, _cell: str, _: str) -> None:
        for name, sheet in self.sheets.items():
            values = {at: replace(raw, formula="") for at, raw in sheet.cells.items()}
            self.sheets[name] = replace(sheet, cells=values)

    def spoil(self, cell: str, what: str) -> None:
        sheet, spot = self.find(cell)
        held = self.sheets[sheet].cells.get(spot)
        self.change(cell, Raw(Kind.ERROR, what, formula=held.formula if held else ""))

    def lose_name(self, said: str, _: str) -> None:
        sheet, _, name = said.rpartition("!")
        if name == "*":
            for each in [sheet] if sheet else list(self.sheets):
                self.sheets[each] = replace(self.sheets[each], names={})
            return
        home = sheet or self.home(name)
        kept = {
            key: area for key, area in self.sheets[home].names.items() if key != name
        }
        self.sheets[home] = replace(self.sheets[home], names=kept)

    def move_name(self, name: str, to: str) -> None:
        home = self.home(name)
        row, column = self.find(to)[1]
        moved: dict[str, Area | None] = {
            **self.sheets[home].names,
            name: (row, column, row, column),
        }
        self.sheets[home] = replace(self.sheets[home], names=moved)

    def delete(self, sheet: str, _: str) -> None:
        del self.sheets[sheet]

    def rename(self, sheet: str, new: str) -> None:
        self.sheets = {
            new if name == sheet else name: held for name, held in self.sheets.items()
        }
        self.sheets[new] = replace(self.sheets[new], name=new)

    def add(self, sheet: str, _: str) -> None:
        self.sheets[sheet] = RawSheet(
            sheet, {(1, 1): Raw(Kind.TEXT, "底稿")}, last_row=1
        )

    def add_empty(self, sheet: str, _: str) -> None:
        self.sheets[sheet] = RawSheet(sheet, {})

    def copy(self, sheet: str, new: str) -> None:
        self.sheets[new] = replace(self.sheets[sheet], name=new)

    def put_before(self, sheet: str, other: str) -> None:
        held = self.sheets.pop(sheet)
        order = list(self.sheets)
        at = order.index(other)
        self.sheets = {
            name: held if name == sheet else self.sheets[name]
            for name in [*order[:at], sheet, *order[at:]]
        }

    def insert_row(self, cell: str, _: str) -> None:
        name, (at, _column) = self.find(cell)
        sheet = self.sheets[name]
        cells = {
            (row + (row >= at), column): raw
            for (row, column), raw in sheet.cells.items()
        }
        names = {
            key: area
            and (area[0] + (area[0] >= at), area[1], area[2] + (area[2] >= at), area[3])
            for key, area in sheet.names.items()
        }
        self.sheets[name] = replace(
            sheet, cells=cells, names=names, last_row=sheet.last_row + 1
        )

    def take_marks(self, sheet: str, _: str) -> None:
        for name in [sheet] if sheet else list(self.sheets):
            self.change(f"{name}!{address(EDITION, LEDGER_COLUMN)}", None)

    def undraw(self, name: str, _: str) -> None:
        sheet, (row, column) = self.find(name)
        self.lose_name(name, "")
        for spot in (address(row, column), address(row, column - 1)):
            self.change(f"{sheet}!{spot}", None)

    def hide(self, sheet: str, _: str) -> None:
        self.sheets[sheet] = replace(self.sheets[sheet], hidden=True)

    def hide_row(self, cell: str, _: str) -> None:
        sheet, (row, _column) = self.find(cell)
        self.sheets[sheet] = replace(
            self.sheets[sheet], hidden_rows=self.sheets[sheet].hidden_rows | {row}
        )

    def hide_column(self, cell: str, _: str) -> None:
        sheet, (_row, column) = self.find(cell)
        self.sheets[sheet] = replace(
            self.sheets[sheet], hidden_columns=((column, column),)
        )

    def shut_row(self, cell: str, _: str) -> None:
        sheet, (row, _column) = self.find(cell)
        self.sheets[sheet] = replace(self.sheets[sheet], low_rows=frozenset({row}))

    def merge(self, cell: str, other: str) -> None:
        sheet, first = self.find(cell)
        self.sheets[sheet] = replace(
            self.sheets[sheet], merges=((*first, *self.find(other)[1]),)
        )

    def put_date(self, cell: str, serial: str) -> None:
        self.change(
            cell, Raw(Kind.DATE, "2023-12-01", pattern='m"月"', serial=Decimal(serial))
        )

    def put_percent(self, cell: str, number: str) -> None:
        self.change(cell, Raw(Kind.NUMBER, number, Decimal(number), pattern="0.00%"))

    def strike(self, cell: str, part: str) -> None:
        self.change(cell, replace(self.raw(cell), struck=part))

    def put_picture(self, cell: str, _: str) -> None:
        self.change(cell, Raw(Kind.TEXT, "图", picture=True))

    def doubt(self, said: str, _: str) -> None:
        self.doubts = (said,)

    def give_suffix(self, suffix: str, _: str) -> None:
        self.suffix = suffix

    def blank(self, what: str, _: str) -> None:
        kept = self.sheets[what]
        blank = open_grid(
            HERE.parent / "templates" / "xlsx" / "hebei-2023" / "单位填报表.xlsx"
        )
        self.sheets = {
            **{
                name: replace(sheet, cells=dict(sheet.cells))
                for name, sheet in blank.sheets.items()
            },
            what: kept,
        }


DEEDS: Mapping[str, Callable[[Hand, str, str], None]] = {
    "填": Hand.type,
    "文字": Hand.type_words,
    "清空": Hand.empty,
    "公式": Hand.put_formula,
    "未算": Hand.forget,
    "成值": Hand.keep_values,
    "错误": Hand.spoil,
    "丢名称": Hand.lose_name,
    "挪名称": Hand.move_name,
    "删表": Hand.delete,
    "改名": Hand.rename,
    "加表": Hand.add,
    "空表": Hand.add_empty,
    "复制": Hand.copy,
    "前移": Hand.put_before,
    "插行": Hand.insert_row,
    "旧版": Hand.take_marks,
    "改版": Hand.undraw,
    "隐藏": Hand.hide,
    "隐藏行": Hand.hide_row,
    "隐藏列": Hand.hide_column,
    "矮行": Hand.shut_row,
    "合并": Hand.merge,
    "日期": Hand.put_date,
    "百分数": Hand.put_percent,
    "删除线": Hand.strike,
    "图片": Hand.put_picture,
    "没读准": Hand.doubt,
    "白表": Hand.blank,
    "后缀": Hand.give_suffix,
    "来自平台": Hand.take,
    "沿用": Hand.carry,
}


def lay_out(case: Case, folder: Path) -> None:
    """Put the files of a case into a folder."""
    for what, name in case.folder:
        if what.startswith("坏："):
            (folder / name).write_text(what.removeprefix("坏："), encoding="utf-8")
        else:
            shutil.copyfile(INPUT / what, folder / name)


def later(profile: Profile, names: Sequence[str]) -> Profile:
    """The profile one edition on: these fields came with it, and must be filled."""
    edition = profile.edition + 1
    book = profile.book
    for name in names:
        block, _, key = name.partition(".")
        sheet = book.sheet_of(block)
        held = sheet.blocks[block]
        column = replace(held.columns[key], since=edition, required=True)
        blocks = {
            **sheet.blocks,
            block: replace(held, columns={**held.columns, key: column}),
        }
        book = replace(
            book, sheets={**book.sheets, sheet.key: replace(sheet, blocks=blocks)}
        )
    return (
        replace(profile, books={**profile.books, book.key: book}, edition=edition)
        if names
        else profile
    )


def department(case: Case, profile: Profile) -> Return:
    """The department's own workbook that holds what the case says."""
    shape = profile.books["department"]
    data: dict[str, Any] = {}
    for name, what in case.own.items():
        named = Name.parse(name)
        listed = shape.blocks[named.block].kind is BlockKind.LIST
        row = data.setdefault(named.block, [{}] if listed else {})
        (row[0] if listed else row)[named.column] = what
    return from_data(data, profile, "部门汇总表.xlsx", "department")


def cell_of(said: str, hand: Hand) -> Cell:
    """The cell that a line 应报 names."""
    file = re.match(r"\[(.+?)\]", said)
    sheet, spot = hand.find(re.sub(r"^\[.+?\]", "", said))
    return Cell(file[1] if file else SOUND, sheet, *spot)
