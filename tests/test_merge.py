"""Merging: what a department's figures are made of, in which order, and whose words it uses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import own_profile
from toolkit.files.grid import open_grid
from toolkit.files.paint import paint
from toolkit.model import Cell, Disclosure, Figure, Name, Return
from toolkit.profile.by_door import drawn_by
from toolkit.profile.form import Block, Book, Profile
from toolkit.profile.loading import load
from toolkit.publish.tables import write_tables
from toolkit.returns.data import computed, from_data, to_data
from toolkit.returns.merge import Entered, figures_by_unit, merge
from toolkit.returns.read import read
from toolkit.template.draw import draw

EXAMPLES = Path(__file__).parent.parent / "examples"
PROFILE = load("hebei-2023")
OWN = "部门汇总表.xlsx"


def unit(code: str = "301001", lead: str = "否", **data: Any) -> Return:
    """A unit's return with the totals calculated, as a workbook has them."""
    cover = {
        "unit_code": code,
        "unit_name": f"单位{code}",
        "department": "某县某局",
        "lead": lead,
    }
    return computed(
        from_data({"cover": cover, **data}, PROFILE, f"{code}.xlsx"), PROFILE.book
    )


def own(**data: Any) -> Return:
    """A department's own workbook."""
    return from_data(data, PROFILE, OWN, "department")


def entries(block: Block) -> Iterator[Name]:
    """The names of a grid's cells that people fill with a number."""
    for row, column in block.cells():
        if column.numeric and block.drawn_formula(row, column) is None:
            yield block.name(column.key, row.key)


GRIDS = [
    block
    for block in drawn_by(PROFILE, None).book.blocks.values()
    if block.kind == "grid"
]
ENTRIES = [name for block in GRIDS for name in entries(block)]
CALCULATED = [
    block.name(column.key, row.key)
    for block in GRIDS
    for row, column in block.cells()
    if block.drawn_formula(row, column)
]

amounts = st.decimals(min_value=0, max_value=10**7, places=2)


# What each unit of a department filled in: the name of an entry cell and the number in it.
departments = st.lists(
    st.dictionaries(st.sampled_from(ENTRIES), amounts, max_size=30),
    min_size=1,
    max_size=5,
)


def filled(department: list[dict[Name, Decimal]]) -> list[Return]:
    units = []
    for number, cells in enumerate(department):
        data: dict[str, Any] = {}
        for name, amount in cells.items():
            data.setdefault(name.block, {}).setdefault(name.row, {})[name.column] = str(
                amount
            )
        units.append(unit(f"30100{number}", **data))
    return units


def numbers(disclosure: Disclosure) -> dict[Name, Decimal]:
    return {
        name: disclosure.whole.figure(name).number for name in (*ENTRIES, *CALCULATED)
    }


@settings(max_examples=40, deadline=None)
@given(departments)
def test_a_merged_figure_is_the_sum_of_the_units(
    department: list[dict[Name, Decimal]],
) -> None:
    units = filled(department)
    whole = numbers(merge(units, PROFILE))
    for name, number in whole.items():
        assert number == sum(one.figure(name).number for one in units), name


@settings(max_examples=40, deadline=None)
@given(departments, st.randoms())
def test_the_order_of_the_units_does_not_change_a_sum(
    department: list[dict[Name, Decimal]], chance: Any
) -> None:
    units = filled(department)
    shuffled = list(units)
    chance.shuffle(shuffled)
    assert numbers(merge(units, PROFILE)) == numbers(merge(shuffled, PROFILE))


@settings(max_examples=40, deadline=None)
@given(departments)
def test_every_leaf_of_a_merged_entry_is_one_unit_cell_and_appears_once(
    department: list[dict[Name, Decimal]],
) -> None:
    units = filled(department)
    disclosure = merge(units, PROFILE)
    seen: Counter[tuple[str, Cell]] = Counter()
    for name in ENTRIES:
        cells = list(disclosure.whole.figure(name).cells())
        assert cells == [next(iter(one.figure(name).cells())) for one in units]
        # from_data counts the cells of each block from A1
        seen.update((name.block, cell) for cell in cells)
    assert set(seen.values()) == {1}


@settings(max_examples=40, deadline=None)
@given(departments)
def test_the_leaves_of_a_merged_total_are_entry_cells(
    department: list[dict[Name, Decimal]],
) -> None:
    units = filled(department)
    disclosure = merge(units, PROFILE)
    typed = {
        cell for one in units for name in ENTRIES for cell in one.figure(name).cells()
    }
    for name in CALCULATED:
        cells = list(disclosure.whole.figure(name).cells())
        assert cells
        assert set(cells) <= typed
        assert max(Counter(cells).values()) == 1, name


@settings(max_examples=20, deadline=None)
@given(departments)
def test_the_long_table_grouped_by_name_gives_the_same_sums(
    department: list[dict[Name, Decimal]],
) -> None:
    units = filled(department)
    disclosure = merge(units, PROFILE)
    table = figures_by_unit(disclosure, PROFILE)
    sums = dict(table.groupby("name")["value"].sum()) if len(table) else {}
    for name in ENTRIES:
        assert sums.get(str(name), Decimal(0)) == disclosure.whole.figure(name).number


def test_the_long_table_names_unit_file_sheet_and_cell() -> None:
    units = [
        unit(
            income={"general": {"amount": "10.50"}},
            projects=[{"name": "修路", "amount": "3"}],
        )
    ]
    table = figures_by_unit(merge(units, PROFILE), PROFILE)
    assert tuple(table.columns) == Entered._fields
    line = table[table["name"] == "income.general.amount"].iloc[0]
    assert line["unit"] == "单位301001"
    assert (line["file"], line["sheet"]) == ("301001.xlsx", "收支总表")
    assert (line["cell"], line["value"]) == ("A1", Decimal("10.50"))
    assert isinstance(line["value"], Decimal)
    project = table[table["name"] == "project[1].amount"].iloc[0]
    assert project["title"] == "修路：金额"
    assert project["sheet"] == "项目01"


def test_a_total_that_a_unit_typed_over_does_not_spread() -> None:
    wrong = unit(
        "301002", assets={"vehicles": {"value": "37.88"}, "total": {"value": "71.80"}}
    )
    disclosure = merge([unit(assets={"other": {"value": "2"}}), wrong], PROFILE)
    assert wrong.figure("assets.total.value").number == Decimal("71.80")
    assert disclosure.whole.figure("assets.total.value").number == Decimal("39.88")


def test_what_is_blank_in_all_units_stays_blank_and_remembers_the_cells() -> None:
    figure = merge([unit("301001"), unit("301002")], PROFILE).whole.figure(
        "income.fund.amount"
    )
    assert figure.blank
    assert len(list(figure.cells())) == 2
    assert merge([unit()], PROFILE).whole.figure("income.total.amount").blank


def test_a_cell_without_a_readable_number_makes_the_sum_flawed() -> None:
    figure = merge([unit(income={"fund": {"amount": "约3万"}})], PROFILE).whole.figure(
        "income.fund.amount"
    )
    assert figure.flawed
    assert not figure.blank


def reasons(*texts: str) -> list[Return]:
    return [
        unit(f"30100{n}", composition={"basic": {"reason": text}})
        for n, text in enumerate(texts, 1)
    ]


@pytest.mark.parametrize(
    ("texts", "merged"),
    [
        (("", ""), ""),
        (("人员增加", ""), "人员增加"),
        (("", "人员增加"), "人员增加"),
        (("人员增加", "人员增加"), "人员增加"),
        (("人员增加。", "", "购车"), "单位301001：人员增加；单位301003：购车"),
    ],
)
def test_reasons_are_joined_with_the_units_names_where_they_differ(
    texts: tuple[str, ...], merged: str
) -> None:
    assert (
        merge(reasons(*texts), PROFILE).whole.words("composition.basic.reason").text
        == merged
    )


def test_joined_reasons_remember_all_their_cells() -> None:
    words = merge(reasons("甲", "乙"), PROFILE).whole.words("composition.basic.reason")
    assert [cell.book for cell in words.cells()] == ["301001.xlsx", "301002.xlsx"]


def test_the_departments_own_reason_goes_before_those_of_the_units() -> None:
    book = own(
        reasons=[
            {"key": "composition.basic.reason", "reason": "全县调资"},
            {"key": "composition.project.reason"},
        ]
    )
    words = merge(reasons("甲", "乙"), PROFILE, book).whole.words(
        "composition.basic.reason"
    )
    assert words.text == "全县调资"
    assert [cell.book for cell in words.cells()] == [OWN]


def test_an_empty_own_reason_leaves_the_units_reasons() -> None:
    book = own(reasons=[{"key": "composition.basic.reason", "reason": ""}])
    assert (
        merge(reasons("甲", "甲"), PROFILE, book)
        .whole.words("composition.basic.reason")
        .text
        == "甲"
    )


def names(disclosure: Disclosure) -> list[str]:
    return [one.code for one in disclosure.units]


UNITS = [
    unit("301003"),
    unit("301001", "是", agencies=[{"code": "301001"}, {"code": "301002"}]),
    unit("301002"),
]


def test_units_stand_in_the_order_of_the_leading_units_list() -> None:
    assert names(merge(UNITS, PROFILE)) == ["301001", "301002", "301003"]


def test_the_departments_own_list_goes_before_the_leading_units() -> None:
    book = own(units=[{"code": "301002"}, {"code": "301003"}, {"code": "301001"}])
    assert names(merge(UNITS, PROFILE, book)) == ["301002", "301003", "301001"]


def test_units_stand_as_given_where_there_is_no_list() -> None:
    assert names(merge([unit("301009"), unit("301001")], PROFILE)) == [
        "301009",
        "301001",
    ]


def test_a_unit_left_out_is_named_with_its_reason_and_adds_to_nothing() -> None:
    units = [
        unit("301001", "是", income={"general": {"amount": "1"}}),
        unit("301002", income={"general": {"amount": "2"}}),
    ]
    book = own(
        units=[
            {"code": "301001"},
            {"code": "301002", "name": "单位301002", "left_out": "涉密，不公开"},
        ]
    )
    disclosure = merge(units, PROFILE, book)
    assert disclosure.left_out == (("单位301002", "涉密，不公开"),)
    assert names(disclosure) == ["301001"]
    assert disclosure.whole.figure("income.total.amount").number == 1
    assert [row.text("code") for row in disclosure.whole.rows("agencies")] == ["301001"]


def test_a_unit_is_left_out_by_its_name_too() -> None:
    book = own(units=[{"name": "单位301002", "left_out": "涉密，不公开"}])
    assert names(merge([unit("301001"), unit("301002")], PROFILE, book)) == ["301001"]


def test_the_departments_own_list_corrects_the_agencies() -> None:
    lead = unit(
        "301001",
        "是",
        agencies=[
            {"code": "301001", "name": "局", "rank": "正科级"},
            {"code": "301002", "name": "所"},
        ],
    )
    book = own(units=[{"code": "301002", "name": "管理所"}, {"code": "301001"}])
    rows = merge([lead, unit("301002")], PROFILE, book).whole.rows("agencies")
    assert [(row.text("name"), row.text("rank")) for row in rows] == [
        ("管理所", ""),
        ("局", "正科级"),
    ]


def test_the_leading_units_words_alone_become_the_departments() -> None:
    lead = unit(
        "301002",
        "是",
        duties=[{"text": "管理"}],
        operating={"amount": "1", "use": "办公"},
    )
    other = unit(
        "301001", duties=[{"text": "不算"}], operating={"amount": "2", "use": "别的"}
    )
    whole = merge([other, lead], PROFILE).whole
    assert [row.text("text") for row in whole.rows("duties")] == ["管理"]
    assert whole.words("operating.use").text == "办公"
    assert whole.figure("operating.amount").number == 3
    assert whole.code == "301002"


def test_the_lead_is_whom_the_list_says_where_no_unit_says_so() -> None:
    book = own(
        units=[{"code": "301001", "lead": "否"}, {"code": "301002", "lead": "是"}]
    )
    units = [
        unit("301001", duties=[{"text": "甲"}]),
        unit("301002", duties=[{"text": "乙"}]),
    ]
    assert [
        row.text("text") for row in merge(units, PROFILE, book).whole.rows("duties")
    ] == ["乙"]


def test_the_departments_own_workbook_corrects_name_and_approval() -> None:
    lead = unit(
        "301001", "是", approval={"number": "财预〔2023〕8号", "date": "2023-02-06"}
    )
    disclosure = merge(
        [lead], PROFILE, own(dept={"name": "某县某某局", "date": "2023-02-07"})
    )
    assert disclosure.name == "某县某某局"
    assert disclosure.whole.words("approval.number").text == "财预〔2023〕8号"
    assert disclosure.whole.words("approval.date").text == "2023-02-07"
    assert merge([lead], PROFILE).name == "某县某局"


def test_lists_and_projects_follow_one_another_in_the_order_of_the_units() -> None:
    one = unit(
        "301001",
        procurement=[{"item": "桌"}, {"item": "椅"}],
        projects=[{"name": "甲一"}, {"name": "甲二"}],
    )
    two = unit("301002", procurement=[{"item": "车"}], projects=[{"name": "乙"}])
    whole = merge([one, two], PROFILE).whole
    assert [row.text("item") for row in whole.rows("procurement")] == ["桌", "椅", "车"]
    assert [project.name for project in whole.projects] == ["甲一", "甲二", "乙"]


def changed(profile: Profile, block: str, column: str, keyword: str) -> Profile:
    """The profile with another `merge` keyword on one column."""
    book = profile.book
    sheet = book.sheet_of(block)
    old = sheet.blocks[block]
    columns = {**old.columns, column: replace(old.columns[column], merge=keyword)}
    blocks = {**sheet.blocks, block: replace(old, columns=columns)}
    sheets = {**book.sheets, sheet.key: replace(sheet, blocks=blocks)}
    return replace(
        profile, books={**profile.books, book.key: Book(book.key, book.title, sheets)}
    )


@pytest.mark.parametrize(
    ("keyword", "text"),
    [("same", "办公"), ("none", ""), ("department", ""), ("by-unit", "办公")],
)
def test_each_merge_keyword_takes_whose_value_it_says(keyword: str, text: str) -> None:
    profile = changed(PROFILE, "operating", "use", keyword)
    units = [unit("301001", "是"), unit("301002", operating={"use": "办公"})]
    assert merge(units, profile).whole.words("operating.use").text == text


def test_no_units_make_an_empty_department() -> None:
    disclosure = merge([], PROFILE)
    assert disclosure.units == ()
    assert not disclosure.whole.figure("income.total.amount").given
    assert len(figures_by_unit(disclosure, PROFILE)) == 0


@pytest.mark.parametrize("count", [1, 41, 300])
def test_many_units_merge(count: int) -> None:
    units = [
        unit(f"{n:06d}", income={"general": {"amount": "0.01"}}) for n in range(count)
    ]
    whole = merge(units, PROFILE).whole
    assert whole.figure("income.total.amount").number == Decimal("0.01") * count
    assert len(set(whole.figure("income.general.amount").cells())) == count


def example(name: str) -> Sequence[Return]:
    files = sorted((EXAMPLES / name / "returns").glob("*.json"))
    data: list[Mapping[str, Any]] = [
        json.loads(file.read_text(encoding="utf-8")) for file in files
    ]
    return [
        computed(from_data(one, PROFILE, file.name), PROFILE.book)
        for one, file in zip(data, files, strict=True)
    ]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("income.total.amount", "39151.12"),
        ("composition.total.this_year", "39151.12"),
        ("composition.total.change", "-1134.93"),
        ("composition.basic.this_year", "3194.81"),
        ("composition.personnel.this_year", "3051.34"),
        ("composition.project.change", "-2054.15"),
        ("operating.amount", "143.47"),
        ("three_public.total.change", "-0.38"),
        ("assets.total.value", "601.14"),
    ],
)
def test_the_real_department_adds_up_to_what_it_published(
    name: str, number: str
) -> None:
    figure: Figure = merge(example("02-xianghe-corrected"), PROFILE).whole.figure(name)
    assert figure.number == Decimal(number)
    assert len({cell.book for cell in figure.cells()}) == 3


# -- lists by key -----------------------------------------------------------------------------------------------------

LINES = {
    "title": "支出明细表",
    "x-sheet": {
        "name": "支出清单",
        "public": True,
        "money": {"unit": "元", "decimals": 0},
    },
    "x-blocks": {
        "lines": {
            "kind": "list",
            "merge": "by-key",
            "key": ["code"],
            "spare": 5,
            "total": {"title": "合计", "at": "bottom", "counts": 'level == "项"'},
            "columns": {
                "code": {"title": "科目编码", "$ref": "#/$defs/line"},
                "level": {"title": "级次", "$ref": "#/$defs/line", "merge": "same"},
                "basic": {
                    "title": "基本支出",
                    "$ref": "#/$defs/money",
                    "group": ["支出预算", "其中"],
                    "total": True,
                },
                "project": {
                    "title": "项目支出",
                    "$ref": "#/$defs/money",
                    "group": ["支出预算", "其中"],
                    "total": True,
                },
                "use": {"title": "用途", "$ref": "#/$defs/line"},
            },
        }
    },
}


@pytest.fixture(scope="module")
def by_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    added = {"title": "按科目相加", "added": [{"at": "profile/books/unit/forms/lines"}]}
    with own_profile(
        tmp_path_factory.mktemp("lines"), "lines-2023", added, {"lines": LINES}
    ) as made:
        yield made


def listed(profile: Profile) -> Disclosure:
    one = [
        {"code": "205", "level": "类", "basic": "300"},
        {"code": "2050201", "level": "项", "basic": "300", "use": "学校运转"},
        {"level": "项", "project": "7"},
    ]
    other = [
        {
            "code": "2050201",
            "level": "项",
            "basic": "20",
            "project": "5",
            "use": "幼儿园运转",
        },
        {"code": "2050101", "level": "项", "project": "9"},
        {"code": "205", "level": "类", "basic": "20", "project": "14"},
        {"code": "2050201", "level": "项", "basic": "1"},
    ]
    books = []
    for code, lead, lines in (("301001", "是", one), ("301002", "否", other)):
        cover = {
            "unit_code": code,
            "unit_name": f"单位{code}",
            "department": "某县某局",
            "lead": lead,
        }
        books.append(
            from_data({"cover": cover, "lines": lines}, profile, f"{code}.xlsx")
        )
    return merge(books, profile)


def test_lists_of_several_units_are_added_by_their_key_and_remember_their_cells(
    by_key: Profile,
) -> None:
    rows = listed(by_key).whole.rows("lines")
    told = [
        (
            row.text("code"),
            str(row.figure("basic").number),
            str(row.figure("project").number),
        )
        for row in rows
    ]
    assert told == [
        ("205", "320", "14"),
        ("2050101", "0", "9"),
        ("2050201", "321", "5"),
        ("", "0", "7"),
    ]
    assert [row.key for row in rows] == ["1", "2", "3", "4"]
    added = rows[2]
    assert [f"{cell.book}!{cell.row}" for cell in added.figure("basic").cells()] == [
        "301001.xlsx!2",
        "301002.xlsx!1",
        "301002.xlsx!4",
    ]
    assert added.text("use") == "单位301001：学校运转；单位301002：幼儿园运转"
    assert added.text("level") == "项"


def test_the_internal_workbook_names_every_cell_of_an_added_line(
    by_key: Profile,
) -> None:
    frame = figures_by_unit(listed(by_key), by_key)
    lines = frame[frame["name"] == "lines[3].basic"]
    assert list(lines["unit"]) == ["单位301001", "单位301002", "单位301002"]
    assert sum(lines["value"]) == 321
    assert set(lines["title"]) == {"支出清单“2050201”基本支出（元）"}


def test_a_total_counts_the_rows_that_it_is_told_to_and_stands_last(
    by_key: Profile, tmp_path: Path
) -> None:
    path = tmp_path / "公开表.xlsx"
    write_tables(listed(by_key), by_key, path)
    sheet = openpyxl.load_workbook(path)["支出清单"]
    rows = [[cell.value for cell in row][1:] for row in sheet.iter_rows()]
    filled = [row for row in rows if any(value is not None for value in row)]
    assert filled[-1] == ["合计", None, 321, 21, None]
    titles = [
        row for row in filled if "支出预算" in row or "其中" in row or "基本支出" in row
    ]
    assert [
        row.index(said)
        for row, said in zip(titles, ("支出预算", "其中", "基本支出"), strict=True)
    ] == [2, 2, 2]


def test_a_total_in_the_workbook_counts_the_same_rows(by_key: Profile) -> None:
    painting = draw(by_key, (), listed(by_key).units[1])
    (canvas,) = (one for one in painting.canvases if one.name == "支出清单")
    totals = [
        ink
        for ink in canvas.cells.values()
        if ink.formula.startswith("ROUND(SUMPRODUCT(--EXACT(TRIM(C")
    ]
    assert [(str(total.value), '"项"' in total.formula) for total in totals] == [
        ("21", True),
        ("14", True),
    ]


def test_a_list_under_three_rows_of_headings_is_found_again(
    by_key: Profile, tmp_path: Path
) -> None:
    given = listed(by_key).units[1]
    paint(draw(by_key, (), given), tmp_path / "301002.xlsx")
    book = openpyxl.load_workbook(tmp_path / "301002.xlsx")
    for name in list(book["支出清单"].defined_names):
        # nothing but the headings says what is what
        del book["支出清单"].defined_names[name]
    book.save(tmp_path / "301002.xlsx")
    again = read(open_grid(tmp_path / "301002.xlsx"), by_key)
    assert to_data(again, by_key)["lines"] == to_data(given, by_key)["lines"]
