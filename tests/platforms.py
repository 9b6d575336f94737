"""What finance platforms export, made anew: a workbook of the nine tables of a return, laid out in whichever way is asked.

`Way` says how; `exported` gives sheets as rows of values; `saved_xlsx` and `saved_xls` lay them down. The figures are those of
example 03. What a platform does to them (order, headings, codes, totals, units of money) is drawn from a seed.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from toolkit.files.grid import open_grid
from toolkit.files.oldbook import open_old
from toolkit.model import BlockKind, Figure, Name, Return
from toolkit.platform.declared import of_platform
from toolkit.platform.reading import Slot
from toolkit.platform.taken import Imported, take
from toolkit.profile.by_door import of_return
from toolkit.profile.form import Block, Column, Profile, Sheet
from toolkit.profile.loading import load
from toolkit.returns.coded import code_of
from toolkit.returns.data import computed, from_data

EXAMPLES = Path(__file__).parent.parent / "examples"
# the second province has no codes of tables that are known
PROFILE, BY_TITLE = (
    "shanghai-2026",
    "hebei-2023",
)
RETURNS = {PROFILE: "03-shanghai-constructed", BY_TITLE: "04-xianghe-by-entries"}
# The tables of a unit's export: our form, the platform's code, and titles that a platform may give it.
SHANGHAI = {
    "balance": ("2.15", ("收支总表", "财务收支预算总表")),
    "income": ("2.16", ("收入总表", "收入预算总表")),
    "outlay": ("2.17", ("支出总表", "支出预算总表")),
    "fiscal": ("2.18", ("财政拨款收支总表", "财政拨款收支预算总表")),
    "general": ("2.20", ("一般公共预算支出表", "一般公共预算支出功能分类预算表")),
    "fund": ("2.21", ("政府性基金预算支出表", "政府性基金预算支出功能分类预算表")),
    "capital": (
        "2.22",
        ("国有资本经营预算支出表", "国有资本经营预算支出功能分类预算表"),
    ),
    "basic": ("2.23", ("基本支出明细表", "一般公共预算基本支出部门预算经济分类预算表")),
    "three_public_table": (
        "2.25",
        ("三公经费和机关运行经费预算表", "“三公”经费和机关运行经费预算表"),
    ),
}
HEBEI = {
    "budget": ("", ("收支总表", "部门收支总表")),
    "income": ("", ("收入总表", "部门收入总表")),
    "outlay": ("", ("支出总表", "部门支出总表")),
    "fiscal": ("", ("财政拨款收支总表", "财政拨款收支总表")),
    "general": ("", ("一般公共预算支出表", "一般公共预算财政拨款支出表")),
    "basic": ("", ("一般公共预算基本支出表", "一般公共预算财政拨款基本支出表")),
    "fund": ("", ("政府性基金支出表", "政府性基金预算财政拨款支出表")),
    "capital": ("", ("国有资本经营支出表", "国有资本经营预算财政拨款支出表")),
    "three_public": ("", ("三公经费支出表", "财政拨款“三公”经费支出表")),
}
TABLES = {PROFILE: SHANGHAI, BY_TITLE: HEBEI}
Value = str | int | float | Decimal | None


LAST_AND_CHANGE = 3  # columns of amounts: of this year, of the last, and what changed
UNITS = {"元": 1, "万元": 10000}


@dataclass
class Way:
    """How a platform lays its tables out."""

    titles: int = 2  # rows above the headings
    parts: bool = True  # the code in three (two) columns
    numbers: bool = False  # codes as numbers
    whole_in_parts: bool = False  # each column of the code repeats the whole of it
    carried: bool = False  # outer parts of the code only where they change
    total: str = "bottom"  # top, middle, none
    leaves: bool = False  # no lines of outer codes
    money: str = "元"
    texts: bool = False  # amounts as texts
    blanks: int = 0  # blank columns among the others
    blank_rows: bool = False
    merged: bool = True
    index: bool = False  # a row that counts the columns
    swapped: bool = False  # the columns of amounts in another order
    by_code: bool = True  # sheets are named by code
    order: int = 0  # sheets turned by so many
    note: bool = False
    extra: bool = False  # a column that is none of ours
    zeros: bool = False  # zeros are written
    units: str = ""  # several: "sheets" one each, "column" a column of units, "sections" a row above each unit's lines
    subtotals: bool = False  # a line with each unit's own sum


@dataclass
class Sheeted:
    """One sheet: its name, its rows from 1, merged areas."""

    name: str
    rows: list[list[Value]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    top: int = 0  # of a list the row of its first headings, and that of its first line
    begin: int = 0


@lru_cache(maxsize=8)
def example(number: int = 0, of: str = PROFILE) -> Return:
    """A return of example 03, or of the example by entries: with its nine tables."""
    whole = load(of)
    path = sorted((EXAMPLES / RETURNS[of] / "returns").glob("*.json"))[number]
    given = from_data(json.loads(path.read_text(encoding="utf-8")), whole, path.name)
    return computed(given, of_return(whole, given).book)


def exported(book: Return, way: Way) -> list[Sheeted]:
    """The sheets of an export of one unit."""
    tables = tuple(TABLES[book.profile])
    turned = [*tables[way.order :], *tables[: way.order]]
    return [
        _sheet(profile(book.profile).book.sheets[key], key, book, way) for key in turned
    ]


def exported_many(books: Sequence[Return], way: Way) -> list[Sheeted]:
    """The sheets of an export of several units."""
    each = [exported(book, way) for book in books]
    if way.units == "sheets":
        return [
            replace(sheet, name=f"{sheet.name}_{number}")
            for number, sheets in enumerate(each, 1)
            for sheet in sheets
        ]
    made: list[Sheeted] = []
    for sheets in zip(*each, strict=True):
        if sheets[0].top:
            made.append(_joined(sheets, books, way))
        else:
            made += [
                replace(sheet, name=f"{sheet.name}_{number}")
                for number, sheet in enumerate(sheets, 1)
            ]
    return made


def _joined(sheets: Sequence[Sheeted], books: Sequence[Return], way: Way) -> Sheeted:
    """The lists of several units in one: the headings once, the unit in two columns or in a row above its lines."""
    first = sheets[0]
    top = first.top - 1
    wide = max(len(row) for sheet in sheets for row in sheet.rows)
    heads = [
        [None if _says_unit(value) else value for value in row]
        for row in first.rows[:top]
    ]
    column = way.units == "column"
    above = [*heads, *first.rows[top : first.begin - 1]]
    rows: list[list[Value]] = [
        [None, None, *row] if column else list(row) for row in above
    ]
    if column:
        rows[top][:2] = ["单位编码", "单位名称"]
    for sheet, book in zip(sheets, books, strict=True):
        lines = [line for line in sheet.rows[sheet.begin - 1 :] if not _is_note(line)]
        body = [line for line in lines if "合计" not in line]
        total = [line for line in lines if "合计" in line]
        if not column:
            rows.append([f"{book.code} {book.name}"])
        elif way.subtotals and total:
            rows.append(
                [
                    book.code,
                    book.name,
                    *[None if value == "合计" else value for value in total[0]],
                ]
            )
        rows += [[book.code, book.name, *line] if column else line for line in body]
        if not column and total:
            rows += total
    moved = 2 if column else 0
    merges = [(a, b + moved, c, d + moved) for a, b, c, d in first.merges]
    if column and way.merged:
        merges += [(top + 1, at, top + 2, at) for at in (1, 2)]
    return Sheeted(
        first.name,
        [row[: wide + moved] for row in rows],
        merges,
        first.top,
        first.begin,
    )


def _says_unit(value: Value) -> bool:
    return isinstance(value, str) and value.startswith("编制单位")


def _is_note(line: list[Value]) -> bool:
    return bool(line) and isinstance(line[0], str) and line[0].startswith("注")


def _sheet(form: Sheet, key: str, book: Return, way: Way) -> Sheeted:
    code, titles = TABLES[book.profile][key]
    year = profile(book.profile).year
    made = Sheeted(f"{code}{titles[0]}" if way.by_code else titles[0])
    money = "万元" if key == "three_public_table" else way.money
    head = f"编制单位：{book.code} {book.name}"
    lines: list[list[Value]] = [
        [f"{year}年{titles[1]}"],
        [head, None, None, None, None, f"单位：{money}"],
        [None],
        [f"预算{code.replace('.', '')}表"],
    ]
    match way.titles:
        case 0:
            made.name = f"{made.name}"
            made.rows = [[f"{head}　单位：{money}"]]
        case 1:
            made.rows = [[f"{year}年{titles[1]}（单位：{money}）"]]
        case 2:
            made.rows = lines[:2]
        case 3:
            made.rows = [lines[3], *lines[:2]]
        case _:
            made.rows = [lines[3], *lines[:3]]
    blocks = [
        block for block in form.blocks.values() if block.kind is not BlockKind.INDEX
    ]
    if blocks[0].kind is BlockKind.LIST:
        _list(made, blocks[0], book, way, money)
    elif len(blocks) > 1:
        _sides(made, blocks, book, way, money)
    elif len(blocks[0].rows) > 1:
        _down(made, blocks[0], book, way, money)
    else:
        _one_row(made, blocks[0], book, way, money)
    if way.note:
        made.rows += [[None], ["注：本表由预算管理一体化系统生成。"]]
    return made


def shown(
    number: Decimal | None,
    money: str,
    way: Way,
    own: int = 1,
    *,
    decimals: int | None = None,
) -> Value:
    """An amount as the export writes it; `own` is how many yuan one of our unit is."""
    if number is None or (not number and not way.zeros):
        return None
    scaled = number if decimals is not None else number * own / UNITS[money]
    if way.texts:
        return f"{scaled:,f}"
    return scaled


# -- lists ------------------------------------------------------------------------------------------------------------


def _list(made: Sheeted, block: Block, book: Return, way: Way, money: str) -> None:
    columns = list(block.columns.values())
    coded = [column for column in columns if column.coding is not None]
    amounts = [column for column in columns if column.numeric]
    if way.swapped:
        amounts = amounts[1:] + amounts[:1]
    first, second = _headings(block, coded, amounts, way)
    top = len(made.rows) + 1
    made.rows += [first, second]
    made.top, made.begin = top, top + 2 + int(way.index)
    if way.merged:
        made.merges += _merges(first, second, top)
    if way.index:
        made.rows.append(["栏次", *range(1, len(second))])
    rows = list(book.rows(block.key))
    levels = profile(book.profile).lists[block.coded[0].list].levels
    keys = tuple(column.key for column in coded)
    innermost = max((len(code_of(row, keys)) for row in rows), default=0)
    shown_rows = [
        row for row in rows if not way.leaves or len(code_of(row, keys)) == innermost
    ]
    body = []
    before: list[str] = []
    for row in shown_rows:
        code = code_of(row, keys)
        parts = [row.text(key) for key in keys]
        body.append(
            [
                *_code(code, parts, before, list(levels.values()), way),
                row.text("name"),
                *_amounts(row, amounts, money, way, _yuan(book)),
            ]
        )
        before = parts
    total: list[Value] = [None] * len(second)
    width = len(second) - len(amounts) - way.blanks - int(way.extra)
    total[0 if way.parts else width - 1] = "合计"
    outer = [row for row in rows if not row.text(keys[1])]
    for at, column in enumerate(amounts):
        number = sum((row.figure(column.key).number for row in outer), Decimal(0))
        total[_place(at, width, way)] = shown(number, money, way, _yuan(book))
    lines = [_spread(line, width, way) for line in body]
    if way.blank_rows and lines:
        lines.insert(len(lines) // 2, [None])
    if rows:
        match way.total:
            case "top":
                lines.insert(0, total)
            case "middle":
                lines.insert(len(lines) // 2, total)
            case "bottom":
                lines.append(total)
    made.rows += lines


def _place(at: int, width: int, way: Way) -> int:
    """Where an amount's column stands: blank ones come before the second and the last."""
    return width + at + (1 if way.blanks and at >= 1 else 0)


def _spread(line: list[Value], width: int, way: Way) -> list[Value]:
    spread = list(line)
    if way.blanks:
        spread.insert(width + 1, None)
    if way.extra:
        spread.append(123)
    return spread


def _headings(
    block: Block, coded: list[Column], amounts: list[Column], way: Way
) -> tuple[list[Value], list[Value]]:
    group = coded[0].group[0] if coded[0].group else "科目编码"
    named = next(
        column.title
        for column in block.columns.values()
        if column.looked_up is not None
    )
    code_first: list[Value] = (
        [group] + [None] * (len(coded) - 1) if way.parts else ["科目编码"]
    )
    code_second: list[Value] = (
        [column.title for column in coded] if way.parts else [None]
    )
    titles: list[Value] = [column.title for column in amounts]
    over = amounts[0].group[0] if amounts[0].group else ""
    first = [
        *code_first,
        named,
        *([over, *[None] * (len(amounts) - 1)] if over else titles),
    ]
    second = [*code_second, None, *(titles if over else [None] * len(amounts))]
    if not way.merged:
        first = [one or other for one, other in zip(first, second, strict=True)]
        second = [other or one for one, other in zip(first, second, strict=True)]
        at = len(code_first) + 1
        first[at:] = [over or title for title in titles]
    width = len(code_first) + 1
    first, second = _spread(first, width, way), _spread(second, width, way)
    if way.extra:
        first[-1], second[-1] = (
            ("备查数", "备查数") if not way.merged else (None, "备查数")
        )
    return first, second


def _merges(
    first: list[Value], second: list[Value], top: int
) -> list[tuple[int, int, int, int]]:
    """The areas of merged headings: across where nothing follows, down where nothing stands below."""
    found = []
    for at, text in enumerate(first, 1):
        if text is None:
            continue
        if second[at - 1] is None:
            found.append((top, at, top + 1, at))
            continue
        end = at
        while end < len(first) and first[end] is None and second[end] is not None:
            end += 1
        if end > at:
            found.append((top, at, top, end))
    return found


def _code(
    code: str, parts: list[str], before: list[str], lengths: list[int], way: Way
) -> list[Value]:
    if not way.parts:
        return [int(code) if way.numbers else code]
    if way.whole_in_parts:
        given = [code[:length] if len(code) >= length else "" for length in lengths]
    else:
        given = list(parts)
        if way.carried:
            last = max(at for at, one in enumerate(parts) if one)
            given = [
                "" if at < last and before[: at + 1] == parts[: at + 1] else one
                for at, one in enumerate(parts)
            ]
    return [(int(one) if way.numbers else one) if one else None for one in given]


def _yuan(book: Return) -> int:
    """How many yuan one of a profile's unit of money is."""
    return int(profile(book.profile).money.yuan)


def _amounts(
    row: Any, amounts: list[Column], money: str, way: Way, own: int
) -> list[Value]:
    return [shown(row.figure(column.key).value, money, way, own) for column in amounts]


# -- figures beside labels --------------------------------------------------------------------------------------------


def _sides(
    made: Sheeted, blocks: list[Block], book: Return, way: Way, money: str
) -> None:
    """Two grids side by side, each with its labels."""
    heads: list[Value] = []
    titles: list[Value] = []
    sides: list[list[list[Value]]] = []
    for block in blocks:
        columns = list(block.columns.values())
        heads += [block.title, *[None] * len(columns)]
        titles += ["项目", *[column.title for column in columns]]
        lines = []
        for key, row in block.rows.items():
            figures = [book[Name(block.key, key, column.key)] for column in columns]
            numbers = [
                figure.value if isinstance(figure, Figure) else None
                for figure in figures
            ]
            if block is blocks[0] or any(numbers):
                lines.append(
                    [
                        row.public_title,
                        *[shown(number, money, way, _yuan(book)) for number in numbers],
                    ]
                )
        sides.append(lines)
    made.rows += [heads, titles]
    height = max(map(len, sides))
    for at in range(height):
        line: list[Value] = []
        for block, lines in zip(blocks, sides, strict=True):
            line += lines[at] if at < len(lines) else [None] * (1 + len(block.columns))
        made.rows.append(line)


def _down(made: Sheeted, block: Block, book: Return, way: Way, money: str) -> None:
    """Figures beside their labels, one below the other: last year's and this year's."""
    columns = [
        column
        for column in block.columns.values()
        if column.formula is None and column.numeric
    ]
    made.rows.append(["项目", *[column.title for column in columns]])
    for key, row in block.rows.items():
        figures = [book[Name(block.key, key, column.key)] for column in columns]
        numbers = [
            figure.value if isinstance(figure, Figure) else None for figure in figures
        ]
        made.rows.append(
            [row.title, *[shown(number, money, way, _yuan(book)) for number in numbers]]
        )


def _one_row(made: Sheeted, block: Block, book: Return, way: Way, money: str) -> None:
    """One row of figures under headings of three levels."""
    columns = list(block.columns.values())
    for level in range(3):
        made.rows.append(
            [
                (*column.group, column.title, column.title, column.title)[level]
                for column in columns
            ]
        )
    (row,) = block.rows
    figures = [book[Name(block.key, row, column.key)] for column in columns]
    made.rows.append(
        [
            shown(
                figure.value if isinstance(figure, Figure) else None,
                money,
                way,
                decimals=2,
            )
            for figure in figures
        ]
    )


# -- laid down --------------------------------------------------------------------------------------------------------


def saved_xlsx(path: Path, sheets: list[Sheeted]) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    del book[book.sheetnames[0]]
    for sheet in sheets:
        laid = book.create_sheet(sheet.name)
        for row, line in enumerate(sheet.rows, 1):
            for column, value in enumerate(line, 1):
                if value is not None:
                    laid.cell(row, column, value)
        for top, left, bottom, right in sheet.merges:
            laid.merge_cells(
                start_row=top, start_column=left, end_row=bottom, end_column=right
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def saved_xls(path: Path, sheets: list[Sheeted]) -> Path:
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    for sheet in sheets:
        laid = book.add_sheet(sheet.name, cell_overwrite_ok=True)
        for row, line in enumerate(sheet.rows):
            for column, value in enumerate(line):
                if value is not None:
                    laid.write(
                        row,
                        column,
                        float(value) if isinstance(value, Decimal) else value,
                    )
        for top, left, bottom, right in sheet.merges:
            text = sheet.rows[top - 1][left - 1]
            laid.write_merge(
                top - 1,
                bottom - 1,
                left - 1,
                right - 1,
                float(text) if isinstance(text, Decimal) else text,
            )
    book.save(str(path))
    return path


def grid_of(sheets: list[Sheeted], name: str = "平台导出.xlsx") -> Any:
    """The same as a workbook read, without a file."""
    from toolkit.files.cells import raw_of
    from toolkit.files.grid import Grid, RawSheet

    found = {}
    for sheet in sheets:
        cells = {}
        for row, line in enumerate(sheet.rows, 1):
            for column, value in enumerate(line, 1):
                plain = float(value) if isinstance(value, Decimal) else value
                kind = "f" if isinstance(plain, str) and plain.startswith("=") else "n"
                raw = raw_of(plain, kind, None, "n") if plain is not None else None
                if raw is not None:
                    cells[row, column] = raw
        found[sheet.name] = RawSheet(sheet.name, cells, merges=tuple(sheet.merges))
    return Grid(name, found)


@lru_cache(maxsize=4)
def profile(of: str = PROFILE) -> Profile:
    """A profile as imported figures come."""
    return of_platform(load(of))


def wrong(done: Imported, books: Sequence[Return]) -> list[str]:
    """What was read and is not what the returns say, and what they say and was neither read nor told as not read."""
    found: list[str] = []
    silent = not any(one.left_out for one in done.told)
    if silent and len(done.units) != len(books):
        found.append(f"{len(done.units)} units for {len(books)}")
    for book in books:
        due = truth(book)
        units = [unit for unit in done.units if unit.owner.code in ("", book.code)]
        got = {slot: one.number for unit in units for slot, one in unit.figures.items()}
        found += [
            f"{slot} {got[slot]} for {number}"
            for slot, number in due.items()
            if slot in got and got[slot] != number
        ]
        found += [
            f"{slot} {number} out of nowhere"
            for slot, number in got.items()
            if slot not in due and number
        ]
        if silent:
            found += [
                f"{slot} silently left out"
                for slot, number in due.items()
                if number and slot not in got
            ]
    return found


def truth(book: Return) -> dict[Slot, Decimal]:
    """Every figure of the nine tables, by where it belongs."""
    found: dict[Slot, Decimal] = {}
    for key in TABLES[book.profile]:
        for block in profile(book.profile).book.sheets[key].blocks.values():
            columns = [one for one, column in block.columns.items() if column.numeric]
            if (
                len(block.rows) > 1
            ):  # what is calculated in a row of labels is not exported
                columns = [
                    one
                    for one in columns
                    if block.columns[one].formula is None
                    or len(columns) != LAST_AND_CHANGE
                ]
            for name, row in book.blocks[block.key].named():
                code = (
                    code_of(row, block.coded[0].columns)
                    if block.kind is BlockKind.LIST
                    else name.row
                )
                found |= {
                    Slot(block.key, code, one): row.figure(one).number
                    for one in columns
                }
    return found


def drawn_way(draws: random.Random) -> Way:
    """Any way to lay tables out."""
    parts = draws.random() < 0.6
    whole = parts and draws.random() < 0.2
    return Way(
        titles=draws.randrange(5),
        parts=parts,
        numbers=draws.random() < 0.5,
        whole_in_parts=whole,
        carried=parts and not whole and draws.random() < 0.2,
        total=draws.choice(["top", "bottom", "middle", "none", "bottom"]),
        leaves=draws.random() < 0.2,
        money=draws.choice(["元", "元", "万元"]),
        texts=draws.random() < 0.3,
        blanks=draws.randrange(2),
        blank_rows=draws.random() < 0.3,
        merged=draws.random() < 0.6,
        index=draws.random() < 0.3,
        swapped=draws.random() < 0.4,
        by_code=draws.random() < 0.6,
        order=draws.randrange(9),
        note=draws.random() < 0.4,
        extra=draws.random() < 0.2,
        zeros=draws.random() < 0.4,
        units=draws.choice(["", "", "sheets", "column", "sections"]),
        subtotals=draws.random() < 0.5,
    )


def drawn(seed: int) -> tuple[Way, list[Return], list[Sheeted]]:
    """An export drawn from a seed: how it is laid out, of which units, its sheets."""
    draws = random.Random(seed)
    way = drawn_way(draws)
    if seed % 4 == 3:
        way.units, way.extra = "", False
        book = example(seed % 3, BY_TITLE)
        return way, [book], exported(book, way)
    if not way.units:
        book = example(seed % 2)
        return way, [book], exported(book, way)
    way.titles = max(way.titles, 2)  # whose a grid is must be said somewhere
    way.carried = way.carried and way.units != "column"
    books = [example(0), example(1)]
    return way, books, exported_many(books, way)


# What lies about in sheets that people have had their hands in.
JUNK: tuple[Value, ...] = (
    *(
        "",
        "合计",
        "小计",
        "2.17支出总表",
        "2025年",
        "单位：万元",
        "编制单位：9 甲",
        "类",
        "科目编码",
        "预算数",
        "项目",
        "支出总计",
    ),
    *(
        "2026年支出总表",
        "#REF!",
        "12万",
        "=1+1",
        "（一）",
        "注：说明",
        "一、",
        "①",
        "%",
        "1,2,3",
        "单位编码",
        "128001 甲",
        "长" * 200,
    ),
    *(-1, 0, 3.5, 205, 20502, "205.0", 1e300, "128001"),
)


def spoil(sheets: Sequence[Sheeted], draws: random.Random) -> None:
    """Do to some sheets what hands do: cells changed, rows gone, come or turned, a column gone, cells merged."""
    for sheet in draws.sample(list(sheets), min(4, len(sheets))):
        for _ in range(draws.randrange(1, 12)):
            at = draws.randrange(len(sheet.rows) or 1)
            row = sheet.rows[at] if sheet.rows else []
            match draws.randrange(6):
                case 0 if row:
                    row[draws.randrange(len(row))] = draws.choice(JUNK)
                case 1 if sheet.rows:
                    del sheet.rows[at]
                case 2:
                    sheet.rows.insert(
                        at, [draws.choice(JUNK) for _ in range(draws.randrange(8))]
                    )
                case 3:
                    for line in sheet.rows:
                        del line[1:2]
                case 4:
                    sheet.merges.append(
                        (at + 1, 1, at + 1 + draws.randrange(3), 1 + draws.randrange(5))
                    )
                case _ if row:
                    sheet.rows[at] = row[::-1]


def main(count: int) -> int:
    """Try so many exports, every third of them as an old workbook; say what is wrong, and answer how many are."""
    ill = read = told = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(count):
            way, books, sheets = drawn(seed)
            if seed % 3 == 0:
                grid = open_old(saved_xls(Path(folder) / "导出.xls", sheets))
            elif seed % 3 == 1:
                grid = open_grid(saved_xlsx(Path(folder) / "导出.xlsx", sheets))
            else:
                grid = grid_of(sheets)
            done = take([grid], profile(books[0].profile))
            faults = wrong(done, books)
            read += sum(len(unit.figures) for unit in done.units)
            told += sum(1 for one in done.told if one.left_out)
            if faults:
                ill += 1
                print(
                    seed,
                    way,
                    *faults[:5],
                    *[one.sentence for one in done.told][:5],
                    sep="\n   ",
                )
    print(
        f"{count} exports, {read} figures read, {told} times something told as not read, {ill} wrong in silence"
    )
    return ill


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)))
