"""The platform's export read into the unit's workbook: in many ways laid out, with what people get wrong in it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from tests.platforms import (
    PROFILE,
    Sheeted,
    Way,
    drawn,
    example,
    exported,
    grid_of,
    profile,
    saved_xls,
    saved_xlsx,
    spoil,
    wrong,
)
from tests.statements import HEBEI
from toolkit import steps
from toolkit.check.judge import check_return
from toolkit.files.grid import Raw, open_grid
from toolkit.files.oldbook import open_old
from toolkit.model import (
    LAST_YEAR,
    PLATFORM,
    BlockKind,
    Cell,
    Figure,
    Kind,
    Name,
    Return,
    Role,
)
from toolkit.platform.planted import entries_of, planted
from toolkit.platform.taken import Imported, take
from toolkit.profile.loading import load
from toolkit.publish.workings import write_workings
from toolkit.returns.coded import code_of
from toolkit.returns.data import datum_of
from toolkit.returns.merge import merge, of_department
from toolkit.returns.origins import BLOCK, FIRST_LINE, ROW, SHEET, VALUE, Line, lines_in
from toolkit.returns.read import read
from toolkit.rules.rule import ERROR
from toolkit.template.not_taken import SHEET as LEFT

HOME = Path(__file__).parent.parent
INPUT = HOME / "examples" / "03-shanghai-constructed" / "input"
LEAD = INPUT / "128001-局本级.xlsx"


def taken(*sheets: Sheeted, unit: str = "") -> Imported:
    return take([grid_of(list(sheets))], profile(), unit)


# -- however it is laid out -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(14))
def test_a_platform_may_lay_its_tables_out_as_it_likes(seed: int) -> None:
    """Every value is right or told as not read, none wrong in silence. `python -m tests.platforms 240` tries hundreds."""
    way, books, sheets = drawn(seed)
    done = take([grid_of(sheets)], profile(books[0].profile))
    assert wrong(done, books) == [], way
    # one row of title says no unit
    whose = [""] if way.titles == 1 else [f"{book.code} {book.name}" for book in books]
    assert sorted(str(unit.owner) for unit in done.units) == sorted(whose)
    assert [one.sentence for one in done.told if one.unsound] == []
    assert not any(one.left_out for one in done.told) or way.extra


@pytest.mark.parametrize("seed", range(10))
def test_whatever_hands_did_to_an_export_is_no_accident_of_ours(seed: int) -> None:
    _, books, sheets = drawn(seed)
    spoil(sheets, random.Random(seed))
    own = profile(books[0].profile)
    done = take([grid_of(sheets)], own)
    for unit in done.units:
        put = planted(unit, own, {})
        assert all(line.origin.number.is_finite() for line in put.lines)
    assert all(one.sentence for one in done.told)


def read_of(done: Imported) -> dict[str, Decimal]:
    """What was read of one unit's lists: code and column."""
    return (
        {
            f"{slot.row}.{slot.column}": one.number
            for slot, one in done.units[0].figures.items()
        }
        if done.units
        else {}
    )


OUTLAY: list[Any] = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
FORMULA = "=1+1"
TITLE: list[Any] = ["2026年部门支出预算总表"]
YUAN: list[Any] = ["编制单位：128001 甲局", None, "单位：元"]
RUNNING: list[Any] = ["2070101", "行政运行", 100, 40, 60]
LIBRARY: list[Any] = ["2070104", "图书馆", 500, 200, 300]
MASSES: list[Any] = ["2070109", "群众文化", 9, 3, 6]

# What people and platforms get wrong: the sheet's rows, what must be told and at which cell, and what must (not) be read.
ILL: dict[str, tuple[list[list[Any]], str, str, dict[str, int | None]]] = {
    "a code that does not exist": (
        [TITLE, YUAN, OUTLAY, RUNNING, ["2079977", "不知道的科目", 5, 5, 0]],
        "A5",
        "科目表里没有编码 2079977，照编码读",
        {"2079977.basic": 5},
    ),
    "a code joined of parts that lost their zeros": (
        [TITLE, YUAN, OUTLAY, RUNNING, ["20525", "高中教育", 5, 5, 0]],
        "A5",
        "科目表里没有编码 20525；叫“高中教育”的是 2050204，这一行没有读",
        {"20525.basic": None, "2070101.basic": 40},
    ),
    "a code that lost a digit": (
        [TITLE, YUAN, OUTLAY, ["207010", "行政运行", 100, 40, 60], LIBRARY],
        "A4",
        "编码“207010”不是科目编码（类 3 位、款 5 位、项 7 位），这一行没有读",
        {"207010.basic": None, "2070104.basic": 200},
    ),
    "a letter in a code": (
        [TITLE, YUAN, OUTLAY, ["2O70101", "行政运行", 100, 40, 60], LIBRARY],
        "A4",
        "编码“2O70101”不是科目编码",
        {"2O70101.basic": None},
    ),
    "blanks in a code": (
        [TITLE, YUAN, OUTLAY, ["207 01 01", "行政运行", 100, 40, 60]],
        "",
        "",
        {"2070101.basic": 40},
    ),
    "a code of other years": (
        [TITLE, YUAN, OUTLAY, RUNNING, ["2010308", "信访事务", 5, 5, 0]],
        "A5",
        "编码 2010308“信访事务”2026 年不用（2023-12-31 止），照编码读。请核对",
        {"2010308.basic": 5},
    ),
    "another name than the code's": (
        [TITLE, YUAN, OUTLAY, ["2070108", "图书馆", 5, 5, 0]],
        "A4",
        "编码 2070108 的名称写的是“图书馆”，科目表里是“文化活动”，照编码读",
        {"2070108.basic": 5},
    ),
    "a line without a code": (
        [TITLE, YUAN, OUTLAY, RUNNING, [None, "群众文化", 7, 7, 0]],
        "B5",
        "“群众文化”有数，没有科目编码，没有读；科目表里叫这个名称的是 2070109",
        {"2070109.basic": None},
    ),
    "an amount in a subtotal alone": (
        [
            TITLE,
            YUAN,
            OUTLAY,
            ["2070101", "行政运行", None, None, None],
            ["小计", None, 100, 40, 60],
        ],
        "C5",
        "“小计”一行的“合计”写的是 100，读出来的加起来是 0，差 100 元",
        {},
    ),
    "a total in the middle": (
        [TITLE, YUAN, OUTLAY, RUNNING, ["合计", None, 600, 240, 360], LIBRARY],
        "",
        "",
        {"2070101.basic": 40, "2070104.basic": 200},
    ),
    "a total that is another": (
        [TITLE, YUAN, OUTLAY, RUNNING, ["合计", None, 160, 100, 60]],
        "C5",
        "合计行的“合计”写的是 160，读出来的加起来是 100，差 60 元",
        {"2070101.basic": 40},
    ),
    "a level that does not add up": (
        [TITLE, YUAN, OUTLAY, ["20701", "文化和旅游", 700, 340, 360], RUNNING, LIBRARY],
        "C4",
        "20701 文化和旅游的“合计”写的是 700，读出来的加起来是 600，差 100 元",
        {"2070104.basic": 200},
    ),
    "headings over the wrong columns": (
        [
            TITLE,
            YUAN,
            ["科目编码", "科目名称", "基本支出", "合计", "项目支出"],
            RUNNING,
            LIBRARY,
            MASSES,
        ],
        "D4",
        "多数行的合计都不等于各列之和",
        {"2070101.basic": None},
    ),
    "an export of another year": (
        [["2025年部门支出预算总表"], YUAN, OUTLAY, RUNNING],
        "A1",
        "写的是 2025 年，这里要的是 2026 年。请导出 2026 年的表",
        {"2070101.basic": None},
    ),
    "no unit of money": (
        [TITLE, OUTLAY, RUNNING],
        "A1",
        "没有写金额单位，不知道是元还是万元，没有读",
        {"2070101.basic": None},
    ),
    "two units of money": (
        [["2026年部门支出预算总表（单位：万元）"], YUAN, OUTLAY, RUNNING],
        "A1",
        "金额单位有两种说法（A1 写“万元”、C2 写“元”）",
        {"2070101.basic": None},
    ),
    "a formula that was never calculated": (
        [TITLE, YUAN, OUTLAY, ["2070101", "行政运行", 100, FORMULA, 60]],
        "D4",
        "“基本支出”里是“没有算过的公式”，不是数，没有读",
        {"2070101.project": 60, "2070101.basic": None},
    ),
    "an amount beyond all measure": (
        [TITLE, YUAN, OUTLAY, ["2070101", "行政运行", 100, 1e300, 60]],
        "D4",
        "，不是数，没有读",
        {"2070101.basic": None},
    ),
    "an amount in words": (
        [TITLE, YUAN, OUTLAY, ["2070101", "行政运行", "12万", 40, 60]],
        "C4",
        "“合计”里是“12万”，不是数，没有读",
        {"2070101.basic": 40, "2070101.total": None},
    ),
    "two columns of one heading": (
        [TITLE, YUAN, [*OUTLAY, "项目支出"], [*RUNNING, 60]],
        "E3",
        "有 2 列的表头都像“项目支出”（E3、F3），不知道用哪一列，这一列没有读",
        {"2070101.basic": 40, "2070101.project": None},
    ),
    "a column that the form has not": (
        [TITLE, YUAN, [*OUTLAY, "上缴上级支出"], [*RUNNING, 9]],
        "F3",
        "“上缴上级支出”一列没有读（1 个数）：表样里没有这一列",
        {"2070101.basic": 40},
    ),
    "a column of last year": (
        [TITLE, YUAN, [*OUTLAY, "上年预算数"], [*RUNNING, 9]],
        "F3",
        "“上年预算数”一列没有读（1 个数）：不是本年的预算数",
        {"2070101.basic": 40},
    ),
    "one code in two lines": (
        [TITLE, YUAN, OUTLAY, RUNNING, RUNNING],
        "A5",
        "编码 2070101 有 2 行（第 4、5 行），加在一起读",
        {"2070101.basic": 80},
    ),
    "fractions of what is written": (
        [TITLE, YUAN, OUTLAY, ["2070101", "行政运行", 100.5, 40.25, 60.25]],
        "C4",
        "的小数比表样多，四舍五入了",
        {"2070101.basic": 40},
    ),
    "a row that counts the columns by formulas": (
        [TITLE, YUAN, OUTLAY, ["栏次", None, "1=2+3", 2, 3], RUNNING],
        "",
        "",
        {"2070101.basic": 40},
    ),
    "a signature below": (
        [TITLE, YUAN, OUTLAY, RUNNING, ["单位负责人：张三"], [None, "财务：李四"]],
        "",
        "",
        {"2070101.basic": 40},
    ),
    "the levels in headings of their own": (
        [
            TITLE,
            YUAN,
            ["类级", "款编码", "项科目编码", *OUTLAY[1:]],
            [207, "01", 1, *RUNNING[1:]],
        ],
        "",
        "",
        {"2070101.basic": 40},
    ),
    "a unit whose name sounds like a table": (
        [
            ["上海市政府采购中心2026年支出总表"],
            ["编制单位：上海市政府采购中心", "单位：元"],
            OUTLAY,
            RUNNING,
        ],
        "",
        "",
        {"2070101.basic": 40},
    ),
    "the unit's name within the title": (
        [
            ["2026年结转基金中心部门支出总表"],
            ["编制单位：结转基金中心", "单位：元"],
            OUTLAY,
            RUNNING,
        ],
        "",
        "",
        {"2070101.basic": 40},
    ),
    "a code without any figure": (
        [TITLE, YUAN, OUTLAY, RUNNING, ["2070104", "图书馆", None, None, None]],
        "",
        "",
        {"2070101.basic": 40, "2070104.basic": None},
    ),
    "a class without its code": (
        [TITLE, YUAN, OUTLAY, [None, "文化旅游体育与传媒支出", 100, 40, 60], RUNNING],
        "B4",
        "“文化旅游体育与传媒支出”没有编码，照名称认作 207",
        {"207.basic": 40, "2070101.basic": 40},
    ),
    "units among the codes": (
        [
            TITLE,
            ["单位：元"],
            OUTLAY,
            ["128001", "市图书馆", 500, 200, 300],
            LIBRARY,
            ["128002", "市文化馆", 9, 3, 6],
            MASSES,
        ],
        "",
        "",
        {"2070104.basic": 200, "2070109.basic": None},
    ),
    "what looks like a unit and is not its lines' sum": (
        [TITLE, YUAN, OUTLAY, ["128001", "市图书馆", 501, 201, 300], LIBRARY],
        "A4",
        "编码“128001”不是科目编码",
        {"2070104.basic": 200},
    ),
    "headings repeated on each page": (
        [
            TITLE,
            YUAN,
            OUTLAY,
            RUNNING,
            TITLE,
            YUAN,
            OUTLAY,
            LIBRARY,
            ["合计", None, 600, 240, 360],
        ],
        "",
        "",
        {"2070101.basic": 40, "2070104.basic": 200},
    ),
    "code and name in one cell": (
        [
            TITLE,
            YUAN,
            ["功能分类科目", *OUTLAY[2:]],
            ["2070101 行政运行", 100, 40, 60],
            ["  2070104-图书馆", 500, 200, 300],
        ],
        "",
        "",
        {"2070101.basic": 40, "2070104.basic": 200},
    ),
    "no headings": ([TITLE, YUAN, RUNNING], "A1", "没有找到认得的表头", {}),
    "no column of codes": (
        [TITLE, YUAN, OUTLAY[1:], RUNNING[1:]],
        "A3",
        "没有找到科目编码一列",
        {},
    ),
}


@pytest.mark.parametrize("name", ILL)
def test_what_is_wrong_in_an_export_is_told_with_its_cell(name: str) -> None:
    rows, address, said, due = ILL[name]
    done = taken(Sheeted("2.17支出总表", rows))
    if said:
        assert [
            one.cell.address
            for one in done.told
            if one.cell is not None and said in one.said
        ] == [address], [one.sentence for one in done.told]
    else:
        assert [
            one.sentence
            for one in done.told
            if one.unsound or (one.left_out and one.cell is not None)
        ] == []
    read = read_of(done)
    assert {key: read.get(key) for key in due} == due


def test_of_two_columns_the_one_that_is_seen_is_read() -> None:
    """What is hidden is no second answer; lines that nobody sees are read, and that is said."""
    grid = grid_of(
        [
            Sheeted(
                "2.17支出总表",
                [TITLE, YUAN, [*OUTLAY, "项目支出"], [*RUNNING, 61], [*LIBRARY, 300]],
            )
        ]
    )
    sheet = replace(
        grid.sheets["2.17支出总表"],
        hidden_columns=((6, 9),),
        hidden_rows=frozenset({5}),
    )
    done = take([replace(grid, sheets={sheet.name: sheet})], profile())
    assert read_of(done)["2070101.project"] == 60
    assert read_of(done)["2070104.project"] == 300
    assert "有 1 行是隐藏的，照样读了。请核对" in [one.said for one in done.told]


def test_two_tables_may_stand_on_one_sheet() -> None:
    """Below each other or side by side; a table that is missing is told."""
    headings = ["科目编码", "科目名称", "合计", "财政拨款收入"]
    income: list[list[Any]] = [
        ["2026年部门收入总表"],
        ["单位：元"],
        headings,
        ["2070101", "行政运行", 9, 9],
    ]
    outlay: list[list[Any]] = [TITLE, ["单位：元"], OUTLAY, RUNNING]
    below = taken(Sheeted("表", [*income, [None], *outlay]))
    wide: list[list[Any]] = [
        [*(left + [None] * 5)[:5], *right]
        for left, right in zip(income, outlay, strict=True)
    ]
    beside = taken(Sheeted("表", wide))
    for done in (below, beside):
        assert {one.table for one in done.summaries} == {"收入总表", "支出总表"}
        assert read_of(done)["2070101.fiscal"] == 9
        assert read_of(done)["2070101.basic"] == 40
        assert (
            "导出的文件里没有这几张表：收支总表、财政拨款收支总表" in done.told[0].said
        )


def test_two_units_of_one_code_are_told() -> None:
    done = taken(
        Sheeted(
            "甲 支出总表",
            [TITLE, ["编制单位：128001 甲局", "单位：元"], OUTLAY, RUNNING],
        ),
        Sheeted(
            "乙 支出总表",
            [TITLE, ["编制单位：128001 乙馆", "单位：元"], OUTLAY, LIBRARY],
        ),
    )
    assert "两个单位用同一个编码 128001：“甲局”和“乙馆”。请核对编码，改正后再导出" in [
        one.said for one in done.told
    ]


def test_one_table_twice_is_read_once_and_told_where_they_differ() -> None:
    once: list[list[Any]] = [TITLE, YUAN, OUTLAY, RUNNING]
    other: list[list[Any]] = [TITLE, YUAN, OUTLAY, ["2070101", "行政运行", 101, 41, 60]]
    same = taken(Sheeted("2.17支出总表", once), Sheeted("支出总表2", once))
    assert "这张表和工作表“2.17支出总表”里的一样，没有再读" in [
        one.said for one in same.told if not one.left_out
    ]
    two = taken(Sheeted("2.17支出总表", once), Sheeted("支出总表2", other))
    (told,) = [one.said for one in two.told if "有两份" in one.said and one.left_out]
    assert told.startswith("128001 甲局的这张表有两份，数不一样")
    assert read_of(two)["2070101.basic"] == 40


def test_an_old_workbook_reads_the_same(tmp_path: Path) -> None:
    way = Way(titles=3, numbers=True, merged=True)
    sheets = exported(example(), way)
    old = open_old(saved_xls(tmp_path / "甲.xls", sheets))
    done = take([old], profile())
    assert wrong(done, [example()]) == []
    assert done.told == []


def test_an_old_workbook_shows_what_is_hidden(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    sheet.write(0, 0, "子")
    sheet.write(1, 0, 5)
    sheet.col(2).hidden = True
    sheet.row(1).hidden = True
    sheet.write(1, 2, 7.5)
    book.save(str(tmp_path / "甲.xls"))
    raw = open_old(tmp_path / "甲.xls").sheets["甲"]
    assert raw.hidden_columns == ((3, 3),)
    assert raw.hidden_rows == {2}
    assert raw.cells[2, 3].number == Decimal("7.5")


# -- the whole way ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> steps.Imported:
    """The first unit of example 03, exported and imported over what it had typed itself."""
    folder = tmp_path_factory.mktemp("import")
    export = saved_xlsx(folder / "导出.xlsx", exported(example(), Way()))
    return steps.import_export([export], folder / "甲.xlsx", load(PROFILE), source=LEAD)


def test_the_third_example_imported_is_the_one_that_was_typed(
    done: steps.Imported,
) -> None:
    """What the platform lacks stays as it was filled in; but for the door by which figures come, all is the same."""
    assert (done.code, done.left_out, done.doubts) == (0, [], [])
    (made,) = done.books
    assert made.changed == ()
    checked = steps.check([made.placed.path], load(PROFILE))
    assert [
        finding for finding in checked.report.findings if finding.severity is ERROR
    ] == []
    typed, imported = (
        read(open_grid(path), load(PROFILE)) for path in (LEAD, made.placed.path)
    )
    assert (typed.door, imported.door) == ("汇总数", "平台")
    door = profile().book.cast.names[Role.DOOR]
    before, after = (
        {name: datum_of(value) for name, value in book.values()}
        for book in (typed, imported)
    )
    assert {name: text for name, text in after.items() if name != door} == {
        n: t for n, t in before.items() if n != door
    }


def test_a_figure_knows_where_it_came_from(done: steps.Imported) -> None:
    grid = open_grid(done.books[0].placed.path)
    book = read(grid, load(PROFILE))
    sources = {origin.source for origin in book.origins.values()}
    assert sources == {PLATFORM}
    cells = {
        (cell.sheet, origin.sheet, origin.address)
        for cell, origin in book.origins.items()
    }
    assert ("支出总表", "2.17支出总表", "E5") in {
        (sheet, other, address) for sheet, other, address in cells
    }
    assert all(line.origin.book == "导出.xlsx" for line in lines_in(grid))


def test_a_planted_error_gives_the_relation_at_its_cell_and_says_mend_it_there(
    tmp_path: Path,
) -> None:
    sheets = exported(example(), Way())
    general = next(sheet for sheet in sheets if sheet.name.startswith("2.20"))
    for line in general.rows[
        4:7
    ]:  # 类, 款 and 项 of the first code: the table itself still adds up
        line[4] = (line[4] or Decimal(0)) + 1000  # type: ignore[operator]
        line[5] = (line[5] or Decimal(0)) + 1000  # type: ignore[operator]
    general.rows[-1][4] += 1000  # type: ignore[operator]
    general.rows[-1][5] += 1000  # type: ignore[operator]
    export = saved_xlsx(tmp_path / "导出.xlsx", sheets)
    done = steps.import_export(
        [export], tmp_path / "甲.xlsx", load(PROFILE), source=LEAD
    )
    assert {(change.old, change.new) for change in done.books[0].changed} == {
        ("12846300", "12847300")
    }
    assert any(
        "一般公共预算G10" in one and "应当相等" in one for one in done.books[0].broken
    )
    assert done.code == 1
    found = steps.check([tmp_path / "甲.xlsx"], load(PROFILE)).report.findings
    told = {one.rule: one for one in found if one.severity is ERROR}
    spot = next(
        cell
        for cell in told["R-general_class.207"].cells
        if cell.sheet == "一般公共预算"
    )
    assert spot.address == "G10"
    assert all("在平台改后重新导出" in one.remedy for one in told.values())
    assert (
        "“导出.xlsx”的“2.20一般公共预算支出表”F5" in told["R-general_class.207"].remedy
    )


def test_the_list_of_origins_bears_what_hands_do_to_it(done: steps.Imported) -> None:
    """A broken line is passed over; a line whose code is gone is told, unless it only says what is calculated."""
    grid = open_grid(done.books[0].placed.path)
    raw = grid.sheets[SHEET]
    at = {
        (line.block, line.row, line.column): FIRST_LINE + number
        for number, line in enumerate(lines_in(grid))
    }
    cells = dict(raw.cells)

    def put(name: tuple[str, str, str], column: int, text: str) -> None:
        cells[at[name], column] = Raw(Kind.TEXT, text)

    put(("income", "general", "amount"), VALUE, "很多")
    put(("income", "fund", "amount"), BLOCK, "nobody")
    put(("outlay_lines", "2070101", "basic"), ROW, "2079999")
    put(("outlay_lines", "2070101", "total"), ROW, "2079999")
    del cells[at["outlay", "f207", "amount"], VALUE]
    del cells[at["outlay", "f208", "amount"], BLOCK]
    changed = replace(grid, sheets={**grid.sheets, SHEET: replace(raw, cells=cells)})
    book = read(changed, load(PROFILE))
    assert len(list(lines_in(changed))) == len(at) - 3
    assert len(book.origins) == len(at) - 6
    (told,) = [oddity for oddity in book.oddities if oddity.what == "taken-changed"]
    assert told.places["count"] == "1"
    assert told.places["examples"].endswith("平台是 12846300，现在没有了")
    (amount,) = book[Name.parse("operating.amount")].cells()
    assert book.origins[amount].sheet.startswith("2.25")
    assert list(lines_in(open_grid(LEAD))) == []


def test_the_internal_workbook_says_where_each_figure_came_from(
    done: steps.Imported, tmp_path: Path
) -> None:
    """The public tables say nothing of it."""
    book = read(open_grid(done.books[0].placed.path), load(PROFILE))
    whole = merge([book], of_department(load(PROFILE), [book]))
    write_workings(whole, of_department(load(PROFILE), [book]), tmp_path / "底稿.xlsx")
    rows = open_grid(tmp_path / "底稿.xlsx").sheets["分单位"].cells
    told = {
        rows[row, 1].text: rows[row, 8].text
        for row, column in rows
        if column == 1 and row > 3
    }
    assert told["outlay.f207.amount"] == "平台：“导出.xlsx”的“2.15收支总表”D5"
    assert told["three_public.reception.last_year"] == "手填"


@pytest.mark.parametrize("seed", range(6))
def test_one_wrong_cell_breaks_what_it_must_at_that_cell(seed: int) -> None:
    """Whichever figure of the export is another, the export's own sums or a relation between tables point at it."""
    draws = random.Random(seed)
    sheets = exported(example(), Way())
    figures = [
        (s, r, c)
        for s in sheets
        for r, row in enumerate(s.rows)
        for c, one in enumerate(row)
        if one and _is_figure(one)
    ]
    sheet, row, column = draws.choice(figures)
    more = Decimal("3.3") if sheet.name.startswith("2.25") else 10007
    sheet.rows[row][column] += more  # type: ignore[operator]
    wanted = (sheet.name, Cell("", "", row + 1, column + 1).address)
    made = taken(*sheets)
    put = planted(made.units[0], profile(), entries_of(lead(), load(PROFILE)))
    book = replace(
        put.filled,
        origins={
            cell: line.origin for line in put.lines for cell in _cells(line, put.filled)
        },
    )
    found = check_return(book, profile(), steps.catalogue(profile())).findings
    told = {
        (one.cell.sheet, one.cell.address)
        for one in (*made.told, *put.told)
        if one.unsound and one.cell is not None
    }
    told |= {
        (book.origins[c].sheet, book.origins[c].address)
        for one in found
        for c in one.cells
        if c in book.origins
    }
    assert wanted in told


def _is_figure(one: Any) -> bool:
    return isinstance(one, Decimal)


@lru_cache(maxsize=1)
def lead() -> Return:
    return read(open_grid(LEAD), load(PROFILE))


def _cells(line: Line, book: Return) -> Iterator[Cell]:
    """The cells of what a line speaks of."""
    block = profile().book.blocks[line.block]
    if block.kind is not BlockKind.LIST:
        yield from book[
            Name(
                line.block,
                line.row if block.kind is BlockKind.GRID else "",
                line.column,
            )
        ].cells()
        return
    for row in book.rows(line.block):
        if code_of(row, block.coded[0].columns) == line.row:
            yield from row.values[line.column].cells()


def test_what_was_typed_over_an_imported_figure_is_told(done: steps.Imported) -> None:
    grid = open_grid(done.books[0].placed.path)
    before = read(grid, load(PROFILE))
    raw = grid.sheets[SHEET]
    # as if that had been imported
    other = replace(raw.cells[FIRST_LINE, VALUE], number=Decimal(1234567))
    changed = replace(
        grid,
        sheets={
            **grid.sheets,
            SHEET: replace(raw, cells={**raw.cells, (FIRST_LINE, VALUE): other}),
        },
    )
    again = read(changed, load(PROFILE))
    assert [
        oddity.what for oddity in again.oddities if oddity.what == "taken-changed"
    ] == ["taken-changed"]
    assert len(again.origins) == len(before.origins) - 1


def test_nothing_in_the_given_workbook_changes_in_silence(tmp_path: Path) -> None:
    """An import over figures that were typed tells each that becomes another, and leaves the file itself alone."""
    given = shutil.copyfile(INPUT / "128002-图书馆.xlsx", tmp_path / "旧.xlsx")
    before = given.read_bytes()
    sheets = exported(example(1), Way())
    outlay = next(sheet for sheet in sheets if sheet.name.startswith("2.15"))
    row = next(line for line in outlay.rows if line[0] == "二、事业收入")
    row[1] = Decimal(5)
    export = saved_xlsx(tmp_path / "导出.xlsx", sheets)
    done = steps.import_export(
        [export], tmp_path / "新.xlsx", load(PROFILE), source=given
    )
    assert given.read_bytes() == before
    (change,) = done.books[0].changed
    book = read(open_grid(tmp_path / "新.xlsx"), load(PROFILE))
    (cell,) = book[Name.parse("income.undertaking.amount")].cells()
    assert (
        change.sentence == f"收支总表 {cell.address} “二、事业收入”预算数：420000 → 5"
    )
    assert cell in book.origins
    assert done.code == 1, "the total of the export is another"


def test_several_units_get_a_workbook_each(tmp_path: Path) -> None:
    for number in (0, 1):
        saved_xlsx(
            tmp_path / "导出" / f"{number}.xlsx",
            exported(example(number), Way(titles=number + 2)),
        )
    made = steps.import_export(
        [tmp_path / "导出"], tmp_path / "收表", load(PROFILE), source=INPUT
    )
    assert sorted(path.name for path in (tmp_path / "收表").iterdir()) == sorted(
        f"{example(number).code}-{example(number).name}.xlsx" for number in (0, 1)
    )
    assert (made.code, [book.changed for book in made.books], made.notes) == (
        0,
        [(), ()],
        [],
    )


@pytest.mark.parametrize("millionths", [33])
def test_figures_that_were_rounded_before_may_differ_by_a_last_digit_each(
    millionths: int, tmp_path: Path
) -> None:
    """Every table in true proportion, each cell rounded by itself: nothing is an error, and that it is so is said."""
    factor = 1 + Decimal(millionths) / 10**7
    sheets = exported(example(), Way())
    for sheet in sheets:
        last = Decimal("0.01") if sheet.name.startswith("2.25") else Decimal(1)
        for row in sheet.rows:
            row[:] = [
                (one * factor).quantize(last, ROUND_HALF_UP)
                if isinstance(one, Decimal)
                else one
                for one in row
            ]
    made = steps.import_export(
        [saved_xlsx(tmp_path / "导出.xlsx", sheets)],
        tmp_path / "甲.xlsx",
        load(PROFILE),
    )
    assert made.doubts == []
    found = steps.check([tmp_path / "甲.xlsx"], load(PROFILE)).report.findings
    assert {one.rule for one in found} == {"A01-01", "B04-01", "A01-23"}, (
        "what is not filled yet, and the rounding"
    )
    (told,) = [one for one in found if one.rule == "A01-23"]
    assert "收支总表与收入总表的合计，差" in told.message


# -- another province -------------------------------------------------------------------------------------------------


def test_another_province_is_read_by_its_own_declaration(tmp_path: Path) -> None:
    """No code of the platform's is known there, so that titles decide; 万元 is the form's own unit."""
    whose: list[Any] = [
        "单位编码和名称：333002 就业服务中心",
        "预算年度：2023",
        "单位：万元",
    ]
    sides: list[Any] = ["序号", "收入项目", "预算数", "支出项目（功能分类）", "预算数"]
    balance: list[list[Any]] = [
        ["部门收支总表"],
        whose,
        sides,
        ["栏次", 1, 2, 3, 4],
        [1, "一、一般公共预算拨款收入", 12.5, "八、社会保障和就业支出", 12],
        [2, "二、政府性基金预算拨款收入", None, "十九、住房保障支出", 1],
        [10, "本年收入合计", 12.5, "本年支出合计", 13],
        [11, "上年结转结余", 0.5, "年终结转结余", None],
        [12, "收入总计", 13, "支出总计", 13],
    ]
    outlay: list[list[Any]] = [
        ["部门支出总表"],
        whose,
        ["功能分类科目编码", None, None, "科目名称", "合计", "基本支出", "项目支出"],
        ["类", "款", "项"],
        [208, 1, 6, "就业管理事务", 12, 7.25, 4.75],
        [221, 2, 1, "住房公积金", 1, 1, None],
        ["合计", None, None, None, 13, 8.25, 4.75],
    ]
    export = saved_xlsx(
        tmp_path / "导出.xlsx",
        [Sheeted("收支总表", balance), Sheeted("支出总表", outlay, [(3, 1, 3, 3)])],
    )
    done = steps.import_export([export], tmp_path / "甲.xlsx", load("hebei-2023"))
    assert [one.said for one in done.left_out if one.cell is not None] == []
    book = read(open_grid(tmp_path / "甲.xlsx"), load("hebei-2023"))
    assert (book.code, book.name, book.door) == ("333002", "就业服务中心", "平台")
    figures = {
        name: str(value.value)
        for name, value in book.values()
        if isinstance(value, Figure) and value.value
    }
    assert figures[Name.parse("income.carried_in.amount")] == "0.5"
    assert figures[Name.parse("outlay.total.amount")] == "13"
    lines = {
        code_of(row, ("category", "section", "item")): row.figure("basic").value
        for row in book.rows("outlay_lines")
    }
    assert lines == {
        code: Decimal(n)
        for code, n in {
            "208": "7.25",
            "20801": "7.25",
            "2080106": "7.25",
            "221": "1",
            "22102": "1",
            "2210201": "1",
        }.items()
    }


def test_last_years_workbook_gives_last_years_figures_and_they_say_so(
    tmp_path: Path,
) -> None:
    """What the platform does not export is taken over from the year before; each figure knows which of both it is of."""
    whose: list[Any] = ["编制单位：333002 就业服务中心", "预算年度：2025", "单位：万元"]
    rows: list[list[Any]] = [
        ["部门支出总表"],
        whose,
        OUTLAY,
        ["2080106", "就业管理事务", 12, 7.25, 4.75],
    ]
    export = saved_xlsx(tmp_path / "导出.xlsx", [Sheeted("支出总表", rows)])
    source = (
        HOME
        / "examples"
        / "02-xianghe-corrected"
        / "input"
        / "333002-就业服务中心.xlsx"
    )
    done = steps.import_export(
        [export], tmp_path / "甲.xlsx", load("hebei-2025"), source=source
    )
    assert any("放进了" in note for note in done.notes)
    book = read(open_grid(tmp_path / "甲.xlsx"), load("hebei-2025"))
    (cell,) = book[Name.parse("composition.personnel.last_year")].cells()
    assert book.origins[cell].source == LAST_YEAR
    assert book.origins[cell].place == "“333002-就业服务中心.xlsx”的“支出构成”C10"
    assert {origin.source for origin in book.origins.values()} == {PLATFORM, LAST_YEAR}
    again = steps.template(
        tmp_path / "乙.xlsx", load("hebei-2025"), source=tmp_path / "甲.xlsx"
    )
    kept = read(open_grid(again.path), load("hebei-2025"))
    assert {(origin.source, origin.place) for origin in kept.origins.values()} == {
        (origin.source, origin.place) for origin in book.origins.values()
    }


def test_last_years_statement_gives_last_years_figures_and_what_it_does_not_is_listed(
    tmp_path: Path,
) -> None:
    whose: list[Any] = ["编制单位：333002 就业服务中心", "预算年度：2025", "单位：万元"]
    rows: list[list[Any]] = [
        ["部门支出总表"],
        whose,
        OUTLAY,
        ["2080106", "就业管理事务", 12, 7.25, 4.75],
    ]
    export = saved_xlsx(tmp_path / "导出.xlsx", [Sheeted("支出总表", rows)])
    text = tmp_path / "去年.txt"
    text.write_text(HEBEI.replace("2023", "2024"), encoding="utf-8")
    out = tmp_path / "甲.xlsx"
    done = steps.import_export([export], out, load("hebei-2025"), source=text)
    assert any(LEFT in note for note in done.notes)
    grid = open_grid(out)
    assert LEFT in grid.sheets
    book = read(grid, load("hebei-2025"))
    (cell,) = book[Name.parse("composition.personnel.last_year")].cells()
    assert book.origins[cell].place == "“去年.txt”的“正文”第 11 行"


# -- projects ---------------------------------------------------------------------------------------------------------

PROJECTS: list[list[Any]] = [
    ["2026年项目明细表"],
    ["编制单位：128001 平澜区文化和旅游局", None, None, "单位：元"],
    ["序号", "项目名称", "功能分类科目", "预算数", None, "备注"],
    [None, None, None, "合计", "一般公共预算", None],
    [1, "公益文化惠民演出", "2070109", 250, 250, None],
    [2, "展览更新", "2070104", 300, 300, None],
    [3, "展览更新", "2070199", 45, 45, None],
    [None, "小计", None, 595, 595, None],
    [4, None, "2070199", 7, 7, None],
    ["合计", None, None, 602, 602, None],
]


def projects_in(*rows: list[Any], before: Any = None) -> tuple[Imported, Any]:
    sheet = Sheeted("2.24项目明细", [list(row) for row in rows], [(3, 4, 3, 5)])
    made = taken(sheet)
    put = planted(made.units[0], profile(), before or {})
    return made, put


def test_projects_of_the_platform_become_project_sheets_with_names_and_amounts() -> (
    None
):
    """Lines of one project are added up; sums are passed over, a line without a name is told."""
    made, put = projects_in(*PROJECTS)
    amounts = {
        project.name: project.head.figure("amount").number
        for project in put.filled.projects
    }
    assert amounts == {"公益文化惠民演出": 250, "展览更新": 345}
    (told,) = [one for one in made.told if one.table == "项目" and one.left_out]
    assert (told.cell.address if told.cell else "", "没有项目名称" in told.said) == (
        "D9",
        True,
    )
    assert any(
        one.sentence.startswith("项目 ← 2.24项目明细：3 行") for one in made.summaries
    )


def test_projects_that_were_entered_keep_what_the_platform_lacks() -> None:
    entered = {
        "name": "展览更新",
        "amount": "1",
        "goal": "更新基本陈列",
        "indicators": [{"level3": "更新展厅数"}],
    }
    _, put = projects_in(
        *PROJECTS, before={"projects": [entered, {"name": "停办的项目", "amount": "9"}]}
    )
    first, second, third = put.filled.projects
    assert (
        first.name,
        first.head.figure("amount").number,
        first.head.text("goal"),
    ) == ("展览更新", 345, "更新基本陈列")
    assert [row.text("level3") for row in first.indicators] == ["更新展厅数"]
    assert (second.name, second.head.figure("amount").number) == ("停办的项目", 9)
    assert third.name == "公益文化惠民演出"
    assert [one.said for one in put.told if "停办的项目" in one.said]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda rows: rows[2].__setitem__(1, "名目"),
            "没有找到“项目名称”和金额两列的表头",
        ),
        (lambda rows: rows[4].__setitem__(3, "约250"), "“约250”读不成金额"),
        (lambda rows: rows[0].__setitem__(0, "2025年项目明细表"), "写的是 2025 年"),
    ],
)
def test_what_is_wrong_in_a_list_of_projects_is_told(change: Any, said: str) -> None:
    rows = [list(row) for row in PROJECTS]
    change(rows)
    made = taken(Sheeted("2.24项目明细", rows, [(3, 4, 3, 5)]))
    assert [one for one in made.told if one.left_out and said in one.said]


def test_projects_of_several_units_go_to_each() -> None:
    rows: list[list[Any]] = [
        ["项目明细"],
        ["单位：万元"],
        ["单位编码", "单位名称", "项目名称", "金额"],
        ["128001", "市文化局", "修缮", "1.25"],
        ["128002", "市图书馆", "购书", 2],
    ]
    made = taken(Sheeted("2.24", rows))
    assert {
        unit.owner.code: {
            name: [one.number for one in all_] for name, all_ in unit.projects.items()
        }
        for unit in made.units
    } == {
        "128001": {"修缮": [12500]},
        "128002": {"购书": [20000]},
    }
